#!/bin/sh
# Look for what building, testing and the demo need; say what is missing; install it.
#   deploy/bootstrap.sh [--dry-run]
# Looks for commands, pkg-config modules and files, not for package names: a tool may come
# from elsewhere. Installs from Debian's packages (with sudo where not root).
set -eu

missing=
say_missing() { # what package
    printf 'missing: %-34s from package %s\n' "$1" "$2"
    missing="$missing $2"
}
need_command() { # package command...
    package=$1
    shift
    for command; do
        command -v "$command" >/dev/null 2>&1 || [ -x "/usr/sbin/$command" ] ||
            say_missing "command $command" "$package"
    done
}
need_module() { # package module
    pkg-config --exists "$2" 2>/dev/null || say_missing "library $2" "$1"
}
need_file() { # package glob
    for file in $2; do
        [ -e "$file" ] && return
    done
    say_missing "file $2" "$1"
}

need_command gcc gcc
need_command libc6-dev ldd
need_file libc6-dev '/usr/include/stdio.h'
need_command make make
need_command git git
need_command pkg-config pkg-config
need_command clang clang
need_file libclang-rt-14-dev '/usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-x86_64.a'
need_command clang-format clang-format
need_command clang-tidy clang-tidy
need_command cppcheck cppcheck
need_command ffmpeg ffmpeg ffprobe
need_command librsvg2-bin rsvg-convert
need_command gettext msgfmt xgettext
need_command bubblewrap bwrap
need_command espeak-ng espeak-ng
need_command curl curl
need_command sqlite3 sqlite3
need_command xvfb Xvfb
need_command xdotool xdotool
need_command x11-utils xdpyinfo
need_command imagemagick import
need_command strace strace
need_command netcat-openbsd nc
need_command procps ps
need_command python3 python3
need_command util-linux setpriv prlimit unshare
need_command nodejs node
need_command npm npm
need_file postgresql '/usr/lib/postgresql/*/bin/initdb'
need_file fonts-noto-core '/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf'
need_file fonts-noto-core '/usr/share/fonts/truetype/noto/NotoSansLao-Regular.ttf'
need_file fonts-noto-mono '/usr/share/fonts/truetype/noto/NotoSansMono-Regular.ttf'
need_file libgl1-mesa-dri '/usr/lib/*/dri/swrast_dri.so'

need_module libsdl2-dev sdl2
need_module libavformat-dev libavformat
need_module libavcodec-dev libavcodec
need_module libavutil-dev libavutil
need_module libswscale-dev libswscale
need_module libswresample-dev libswresample
need_module libcurl4-openssl-dev libcurl
need_module libcmocka-dev cmocka
need_module libsodium-dev libsodium
need_module libssl-dev libcrypto
need_module libjansson-dev jansson
need_module libmicrohttpd-dev libmicrohttpd
need_module libsqlite3-dev sqlite3
need_module libpq-dev libpq
need_module libical-dev libical
need_module libpango1.0-dev pangocairo
need_module libicu-dev icu-uc
need_module libseccomp-dev libseccomp
need_module libqrencode-dev libqrencode
need_module libx11-dev x11
need_module libxext-dev xext
need_module libxtst-dev xtst

if [ "${1:-}" = --bench ]; then
    need_command mpv mpv
    need_command chromium chromium
    need_command nginx nginx
fi

[ -n "$missing" ] || exit 0
[ "${1:-}" != --dry-run ] || exit 1

packages=$(printf '%s\n' $missing | sort -u | tr '\n' ' ')
if [ "$(id -u)" -eq 0 ]; then
    as_root=
elif command -v sudo >/dev/null 2>&1; then
    as_root=sudo
else
    echo "cannot install: not root and no sudo; install these yourself: $packages" >&2
    exit 1
fi
echo "installing: $packages"
# A service that a package brings must not start on the machine that builds: tests start
# their own on loopback.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
    $as_root chmod +x "$policy"
    trap '$as_root rm -f "$policy"' EXIT
fi
$as_root apt-get update -q >/dev/null
# shellcheck disable=SC2086 # a list of words
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y \
    --no-install-recommends $packages >/dev/null
