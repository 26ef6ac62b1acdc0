"""Fail when a file speaks of the machine it was written on.

The repository must make sense anywhere, so no file names somebody's home or working folder, a package
mirror, or a server. Text files only; each pattern stands beside the reason it is here.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from check_file_sizes import project_files

PATTERNS = {
    "an absolute path into somebody's folders": r"(?<![\w.~$}-])/(?:root|home/\w+|Users/\w+)/",
    "a tool by its place on one machine": r"~/\w+/bin/",
    "a package mirror": r"--(?:extra-)?index-url|find-links",
    "a server": r"\b(?:localhost|127\.0\.0\.1|0\.0\.0\.0):\d",
    "a file by address": r"file:///?[\w~]",
}
EXEMPT = {
    "LICENSE",  # the licence's own text
    "scripts/check_self_contained.py",  # names the patterns
    "tests/scripts/test_check_self_contained.py",  # and tests them
}


def findings(text: str) -> list[tuple[int, str, str]]:
    """Return (line number, what it looks like, the matched text) for each offence in ``text``."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        for meaning, pattern in PATTERNS.items():
            if match := re.search(pattern, line):
                found.append((number, meaning, match.group()))
    return found


def main() -> int:
    root = Path(__file__).resolve().parent.parent
    count = bad = 0
    for path in project_files(root):
        name = path.relative_to(root).as_posix()
        data = path.read_bytes()
        if name in EXEMPT or b"\0" in data[:8192]:
            continue
        count += 1
        for number, meaning, matched in findings(data.decode("utf-8", errors="replace")):
            print(f"{name}:{number}: {meaning}: {matched}")
            bad += 1
    print(f"{count} text files, {bad} findings")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
