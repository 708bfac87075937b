# png.py - just enough PNG to look at a screenshot
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import struct
import zlib


def unfilter(kind, line, above, pixel):
    """One row back to what it was (PNG specification, 9.2)."""
    if kind == 2:
        return bytearray((a + b) & 255 for a, b in zip(line, above))
    for i in range(len(line)):
        left = line[i - pixel] if i >= pixel else 0
        up = above[i]
        corner = above[i - pixel] if i >= pixel else 0
        if kind == 1:
            add = left
        elif kind == 3:
            add = (left + up) // 2
        else:
            guess = left + up - corner
            add = min((left, up, corner), key=lambda value, at=guess: abs(at - value))
        line[i] = (line[i] + add) & 255
    return line


def read(path):
    """Width, height and the pixels as RGB bytes, row after row."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise AssertionError(f"{path} is no PNG")

    packed = b""
    at = 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        if zlib.crc32(kind + body) != struct.unpack(">I", data[at + 8 + length:at + 12 + length])[0]:
            raise AssertionError(f"{path}: the part {kind} is damaged")
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    if (depth, interlaced) != (8, 0) or colour not in (2, 6):
        raise AssertionError(f"{path} is a PNG of another kind: {depth} bits, colour type {colour}")

    pixel = 4 if colour == 6 else 3
    rows = zlib.decompress(packed)
    above = bytearray(width * pixel)
    pixels = bytearray()
    for row in range(height):
        start = row * (width * pixel + 1)
        line = bytearray(rows[start + 1:start + 1 + width * pixel])
        if rows[start]:
            line = unfilter(rows[start], line, above, pixel)
        above = line
        if pixel == 4:
            line = bytearray(line)
            del line[3::4]
        pixels += line

    return width, height, bytes(pixels)
