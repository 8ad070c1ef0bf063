#!/usr/bin/env python3
"""Watch the picture of an Xvfb (-fbdir) fifty times a second until told to end.

usage: watch_screen.py FRAMEBUFFER LOG
LOG gets a line "milliseconds brightest red green blue" whenever what is in the middle of
the upper quarter, or whether all is black, has changed.
"""
import mmap
import struct
import sys
import time

with open(sys.argv[1], "rb") as f:
    screen = mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ)
head = struct.unpack(">20I", screen[:80])
header_bytes, width, height, line_bytes, colours = head[0], head[4], head[5], head[12], head[19]
start = header_bytes + colours * 12
middle = start + height // 4 * line_bytes + width // 2 * 4
before = None
with open(sys.argv[2], "w", buffering=1) as log:
    while True:
        # An odd step walks through all channels and all columns.
        brightest = max(screen[start:: 4 * 61 + 1])
        blue, green, red = screen[middle:middle + 3]
        now = (brightest < 16, red // 16, green // 16, blue // 16)
        if now != before:
            log.write(f"{time.time_ns() // 1000000} {brightest} {red} {green} {blue}\n")
            before = now
        time.sleep(0.02)
