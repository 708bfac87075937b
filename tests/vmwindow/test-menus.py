# test-menus.py - no two items of a menu have the same letter to choose them by
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import glob
import os
import re
import sys

TOKEN = re.compile(r'/\*.*?\*/|(menu|submenu|section|item)\b[^{};"]*\{|label:\s*(?:_|C_)\((?:"[^"]*",\s*)?"([^"]*)"\)|([{}])', re.S)


def clashes(text):
    """Sections are no menus of their own; an item's label counts where the item stands."""
    found = []
    blocks = []   # (kind, letters of a menu or submenu)
    for kind, label, brace in TOKEN.findall(text):
        if kind:
            blocks.append((kind, {}))
        elif brace == "{":
            blocks.append(("", {}))
        elif brace == "}":
            blocks.pop()
        elif label and "_" in label and blocks and blocks[-1][0] in ("item", "submenu"):
            menus = [letters for kind, letters in blocks[:-1] if kind in ("menu", "submenu")]
            letter = label[label.index("_") + 1].lower()
            if menus and letter in menus[-1]:
                found.append(f"“{label}” and “{menus[-1][letter]}”")
            elif menus:
                menus[-1][letter] = label
    return found


def main():
    files = sorted(glob.glob(os.path.join(sys.argv[1], "*.blp")))
    assert files, "there are no files"
    assert clashes('menu a { section { item { label: _("_One"); } } submenu { label: _("_Own"); } }') == ["“_Own” and “_One”"]
    print(f"1..{len(files)}")
    failed = False
    for number, path in enumerate(files, 1):
        with open(path, encoding="utf-8") as file:
            found = clashes(file.read())
        for clash in found:
            print("# " + clash)
        print(f"{'not ' if found else ''}ok {number} - {os.path.basename(path)}")
        failed = failed or bool(found)
    sys.exit(failed)


main()
