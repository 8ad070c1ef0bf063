# One makefile for the whole tree. Sources are found by wildcard: adding a file edits
# nothing here. A folder is a static library; `main.c` in it is a program.
#
#   make          build/bin/tramtin-kiosk, tramtin-server, tramtinctl
#   make demo     the whole line on this machine, see deploy/demo.sh
#   make check    lint, unit tests (plain, ASan+UBSan), integration, fault, fuzz corpora
#   make bench    figures beside the peers'     make lint | asan | tsan | fuzz: one part
#
# VARIANT (plain, asan, tsan, fuzz) chooses flags and folder: build/ or build/<variant>/.

MAKEFLAGS += --no-builtin-rules --no-print-directory
.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL := all

VARIANT ?= plain
O := build$(if $(filter-out plain,$(VARIANT)),/$(VARIANT))
VERSION := $(shell git describe --always --dirty 2>/dev/null || echo 0)

CC := gcc
CC_fuzz := clang
CC_tsan := clang
FLAGS_plain := -O2 -D_FORTIFY_SOURCE=2
FLAGS_asan := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
FLAGS_tsan := -O1 -fno-omit-frame-pointer -fsanitize=thread
FLAGS_fuzz := -O1 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all
WARN := -Wall -Wextra -Wpedantic -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wvla -Wformat=2 -Wundef -Wpointer-arith -Wwrite-strings \
	-Wimplicit-fallthrough -Wno-format-truncation -Wno-unknown-warning-option
COMPILER := $(or $(CC_$(VARIANT)),$(CC))
CFLAGS_ALL := -std=c17 -D_GNU_SOURCE -g -fPIE -fstack-protector-strong $(WARN) \
	$(FLAGS_$(VARIANT)) -I. $(CFLAGS)
SAY = $(if $(V),,@printf "  %s\n" $@; )
LDFLAGS_ALL := -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(FLAGS_$(VARIANT)) $(LDFLAGS)

# ---- modules: name, folders, pkg-config packages -------------------------------------
MODULES :=
PKGS :=
define module
MODULES += $(1)
PKGS += $(3)
SRC_$(1) := $$(filter-out %/main.c,$$(wildcard $$(addsuffix /*.c,$$(patsubst %/,%,$(2)))))
OBJ_$(1) := $$(SRC_$(1):%.c=$(O)/obj/%.o)
$$(OBJ_$(1)) $$(patsubst %,$(O)/obj/%/main.o,$(2)): PKG := $(3)
$(O)/lib/lib$(1).a: $$(OBJ_$(1))
endef
$(eval $(call module,kiosk,kiosk $(wildcard kiosk/*/),sdl2 pangocairo icu-uc libqrencode jansson libcurl sqlite3))
$(eval $(call module,player,player $(wildcard player/*/),sdl2 libavformat libavcodec libavutil libswscale libswresample libseccomp))
$(eval $(call module,ctl,content/ctl,libcurl jansson libsodium))
$(eval $(call module,server,content/server,libmicrohttpd jansson sqlite3 libpq))
$(eval $(call module,routes,content/routes,jansson))
$(eval $(call module,http,content/http,libmicrohttpd jansson))
$(eval $(call module,store,content/store,jansson))
$(eval $(call module,sync,content/sync,jansson))
$(eval $(call module,model,content/model,jansson libsodium libcrypto))
$(eval $(call module,policy,content/policy,jansson))
$(eval $(call module,speech,content/speech,jansson))
$(eval $(call module,net,content/net,libcurl))
$(eval $(call module,scheduler,scheduler,libical))
$(eval $(call module,base,base base/db,jansson libsodium libcrypto sqlite3 libpq icu-uc))

# What is carried inside the program: icons as masks, catalogues (the same in all variants).
build/icons/%.png: kiosk/icons/%.svg
	@mkdir -p $(@D)
	$(SAY)rsvg-convert -w 160 -h 160 $< -o $@
build/po/%.mo: kiosk/po/%.po
	@mkdir -p $(@D)
	$(SAY)msgfmt --check-format -o $@ $<
$(O)/obj/kiosk/draw/icon.o: $(patsubst kiosk/%.svg,build/%.png,$(wildcard kiosk/icons/*.svg))
$(O)/obj/kiosk/touch/language.o: $(patsubst kiosk/%.po,build/%.mo,$(wildcard kiosk/po/*.po))

LIBS = $(MODULES:%=$(O)/lib/lib%.a)
PKGS := $(sort $(PKGS) cmocka x11 xext xtst)
PROGRAMS := $(O)/bin/tramtin-kiosk $(O)/bin/tramtin-server $(O)/bin/tramtinctl
MAIN_tramtin-kiosk := kiosk
MAIN_tramtin-server := content/server
MAIN_tramtinctl := content/ctl

.PHONY: all
all: $(PROGRAMS)

# pkg-config is asked once per set of packages.
pkgflags = $(or $(PKGC_$(subst $(empty) ,_,$(1))),$(eval PKGC_$(subst $(empty) ,_,$(1)) := $(shell pkg-config --cflags $(1)))$(PKGC_$(subst $(empty) ,_,$(1))))
PKG_LIBS = $(eval PKG_LIBS := $(shell pkg-config --libs $(PKGS)) -lm -lpthread)$(PKG_LIBS)

$(O)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(SAY)$(COMPILER) $(CFLAGS_ALL) $(if $(PKG),$(call pkgflags,$(PKG))) -MMD -MP -c $< -o $@

$(O)/obj/tests/%.o: PKG = $(PKGS)
$(O)/obj/base/version.o: CFLAGS_ALL += -DTRAMTIN_VERSION='"$(VERSION)"'
$(O)/obj/base/version.o: $(O)/version
.PHONY: always
$(O)/version: always
	@mkdir -p $(@D)
	@echo '$(VERSION)' | cmp -s - $@ || echo '$(VERSION)' >$@

$(O)/lib/lib%.a:
	@mkdir -p $(@D)
	@rm -f $@
	$(SAY)ar rcsD $@ $(filter %.o,$^)

.SECONDEXPANSION:
$(PROGRAMS): $(O)/bin/%: $(O)/obj/$$(MAIN_%)/main.o $$(LIBS)
	@mkdir -p $(@D)
	$(SAY)$(COMPILER) $(LDFLAGS_ALL) $< -Wl,--start-group $(LIBS) -Wl,--end-group $(PKG_LIBS) -o $@

# ---- tests ----------------------------------------------------------------------------
# A test program is one file tests/unit/<path of the code>/test_<name>.c; helpers shared by
# tests live in tests/support/. Benchmarks: tests/bench/bench_<name>.c; fuzz harnesses:
# tests/fuzz/fuzz_<name>.c with a corpus in tests/fuzz/corpus/<name>/.
UNIT_SRC := $(sort $(shell find tests/unit -name 'test_*.c' 2>/dev/null))
UNIT := $(UNIT_SRC:%.c=$(O)/%)
SUPPORT := $(patsubst %.c,$(O)/obj/%.o,$(wildcard tests/support/*.c))
FUZZ_SRC := $(sort $(wildcard tests/fuzz/fuzz_*.c))
FUZZ := $(FUZZ_SRC:%.c=build/fuzz/%)
BENCH := $(patsubst %.c,$(O)/%,$(wildcard tests/bench/bench_*.c))

$(UNIT) $(BENCH): $(O)/%: $(O)/obj/%.o $(SUPPORT) $$(LIBS)
	@mkdir -p $(@D)
	$(SAY)$(COMPILER) $(LDFLAGS_ALL) $< $(SUPPORT) -Wl,--start-group $(LIBS) -Wl,--end-group \
		$(PKG_LIBS) -o $@

ifeq ($(VARIANT),fuzz)
$(FUZZ): $(O)/%: $(O)/obj/%.o $$(LIBS)
	@mkdir -p $(@D)
	$(SAY)$(COMPILER) $(LDFLAGS_ALL) -fsanitize=fuzzer $< -Wl,--start-group $(LIBS) -Wl,--end-group \
		$(PKG_LIBS) -o $@
endif

.PHONY: libs tests bench-programs fuzz-programs unit
libs: $(LIBS)
tests: $(UNIT)
bench-programs: $(BENCH)
fuzz-programs: $(FUZZ)
unit: $(UNIT)
	tests/run-unit $(UNIT)

.PHONY: check demo bench lint asan tsan fuzz integration fault bootstrap install-hooks clean
bootstrap:
	@deploy/bootstrap.sh
check: bootstrap
	+tests/check
demo: bootstrap
	+@$(MAKE) all
	@exec deploy/demo.sh
bench:
	@deploy/bootstrap.sh --bench
	+@$(MAKE) all bench-programs
	tests/bench/run
lint: bootstrap
	tests/lint/run
asan tsan: bootstrap
	+$(MAKE) VARIANT=$@ unit
fuzz: bootstrap
	+$(MAKE) VARIANT=fuzz fuzz-programs
	tests/fuzz/run
integration: bootstrap all
	tests/run-scripts tests/integration
fault: bootstrap all
	tests/run-scripts tests/fault
clean:
	rm -rf build

-include $(shell [ -d $(O)/obj ] && find $(O)/obj -name '*.d')
