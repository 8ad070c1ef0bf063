#!/usr/bin/env python3
"""Would a power cut at any instant leave what was said to be there? Judges traces of strace
(-f -y, one file per program) for everything below a folder:

  1. a file gets a name (rename, link) only after it was fsynced since its last write;
  2. the folder that a name or a new folder went into is fsynced afterwards, and before the
     thread that gave the name tells anybody over the network;
  3. when the program ends, no file was written and not synced, and no file was made in a
     folder that was not synced afterwards.

usage: durable.py FOLDER TRACE...   prints what it saw; exit code 1 with one sentence each.
"""
import os
import re
import sys

# Begun anew when torn (part, etag: judged by the hash of the whole), or rebuilt (shm).
DISPOSABLE = re.compile(r"(-shm|\.part|\.etag|/lock|\.work)$|/incoming|\.work/")
LINE = re.compile(r"^(\d+) +(.*)$")
CALL = re.compile(r"^(\w+)\((.*)\) += (-?\d+|\?)(?:<(.*?)>)?")
PATH = re.compile(r'(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"')
FD = re.compile(r"^-?\d+<(.*?)>")


def calls(path):
    """(thread, call, arguments, result, path of the result), calls that were cut joined."""
    begun = {}
    for line in open(path, errors="replace"):
        m = LINE.match(line)
        if not m:
            continue
        thread, rest = m.groups()
        if rest.endswith("<unfinished ...>"):
            begun[thread] = rest[: -len("<unfinished ...>")].rstrip()
            continue
        m = re.match(r"^<\.\.\. \w+ resumed>(.*)$", rest)
        if m:
            rest = begun.pop(thread, "") + m.group(1)
        m = CALL.match(rest)
        if m:
            yield thread, m.group(1), m.group(2), m.group(3), m.group(4)


class Judge:
    def __init__(self, folder, trace):
        self.folder, self.trace = os.path.realpath(folder), trace
        self.synced = {}  # path: True since its fsync, False since a write after it
        self.names = {}  # folder: (thread, what went in)
        self.faults = []
        self.counts = {"names": 0, "syncs": 0, "folders": 0}

    def inside(self, path):
        return path is not None and path.startswith(self.folder + "/")

    def fault(self, sentence):
        self.faults.append(f"{os.path.basename(self.trace)}: {sentence}")

    @staticmethod
    def paths(arguments):
        """The paths of a call, made whole by the descriptor in front of each."""
        found = []
        for m in PATH.finditer(arguments):
            base = m.group(1) or os.getcwd()
            found.append(os.path.normpath(os.path.join(base, m.group(2))))
        return found

    def named(self, thread, what, path):
        if DISPOSABLE.search(path):
            return
        self.counts["names"] += 1
        self.names.setdefault(os.path.dirname(path), (thread, f"{what} '{path}'"))

    def unnamed(self, path):
        """What is gone needs its name no more."""
        for folder, (_, what) in list(self.names.items()):
            if what.endswith(f" '{path}'"):
                del self.names[folder]

    def give_name(self, thread, call, arguments):
        old, new = self.paths(arguments)[:2]
        if not self.inside(new):
            return
        if self.synced.get(old) is not True and not DISPOSABLE.search(new):
            self.fault(f"{call} to '{new}' before '{old}' was synced")
        self.synced[new] = True
        if not call.startswith("link"):
            self.synced.pop(old, None)
        self.named(thread, call, new)

    def sync(self, path):
        self.counts["syncs"] += 1
        if path in self.names:
            self.counts["folders"] += 1
            del self.names[path]
        if self.inside(path):
            self.synced[path] = True

    def step(self, thread, call, arguments, result, opened):
        if call in ("openat", "open", "creat"):
            if self.inside(opened) and "O_TRUNC" in arguments:
                self.synced[opened] = False
            if self.inside(opened) and "O_EXCL" in arguments:
                self.named(thread, "create", opened)
        elif call.startswith("rename") or call.startswith("link"):
            self.give_name(thread, call, arguments)
        elif call.startswith("mkdir"):
            path = self.paths(arguments)[0]
            if self.inside(path):
                self.named(thread, "mkdir", path)
        elif call.startswith("unlink"):
            for path in self.paths(arguments)[:1]:
                self.synced.pop(path, None)
                self.unnamed(path)
        elif call in ("fsync", "fdatasync"):
            self.sync(FD.match(arguments).group(1))
        else:
            self.write(thread, call, arguments)

    def write(self, thread, call, arguments):
        place = 1 if call == "copy_file_range" else 0
        m = FD.match(arguments.split(", ", 2)[2] if place else arguments)
        path = m.group(1) if m else None
        if self.inside(path):
            self.synced[path] = False
        elif path is not None and re.match(r"(socket|TCP|UNIX)", path):
            for folder, (who, what) in list(self.names.items()):
                if who == thread:
                    self.fault(f"{what}: others were told before the folder was synced")
                    del self.names[folder]

    def judge(self):
        for thread, call, arguments, result, opened in calls(self.trace):
            if result not in ("?", "-1"):
                self.step(thread, call, arguments, result, opened)
        for folder, (_, what) in self.names.items():
            self.fault(f"{what}: its folder was never synced")
        for path, synced in self.synced.items():
            if not synced and not DISPOSABLE.search(path):
                self.fault(f"'{path}' was left unsynced")


def main():
    folder, traces = sys.argv[1], sys.argv[2:]
    faults, total = [], {}
    for trace in traces:
        judge = Judge(folder, trace)
        judge.judge()
        faults += judge.faults
        for key, count in judge.counts.items():
            total[key] = total.get(key, 0) + count
    print(f"{folder}: {total}, {len(traces)} programs")
    for fault in faults:
        print(fault)
    return 1 if faults or total["names"] == 0 or total["folders"] == 0 else 0


sys.exit(main())
