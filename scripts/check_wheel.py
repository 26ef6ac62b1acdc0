"""Fail when a wheel lacks something that an installed mxcompat needs, or carries something it should not.

python scripts/check_wheel.py dist/mxcompat-*.whl
"""

from __future__ import annotations

import re
import sys
import zipfile

NEEDED = {
    "typing marker": r"mxcompat/py\.typed",
    "operator stubs": r"mxcompat/nd/_ops\.pyi",
    "conformance cases": r"mxcompat/_conformance/cases/\w+\.py",
    "recorded results": r"mxcompat/_conformance/golden/.+",
    "known differences": r"mxcompat/_conformance/known_differences\.toml",
    "command line": r"mxcompat-[^/]+\.dist-info/entry_points\.txt",
    "licence": r"mxcompat-[^/]+\.dist-info/licenses/LICENSE",
}
ALLOWED = r"mxcompat/|mxcompat-[^/]+\.dist-info/"
UNWANTED = r"__pycache__|\.pyc$|\.ipynb_checkpoints"


def complaints(names: list[str]) -> list[str]:
    """Compare the file names in a wheel with what belongs there; return one line for each disagreement."""
    found = [
        f"no {what} ({pattern})"
        for what, pattern in NEEDED.items()
        if not any(re.fullmatch(pattern, name) for name in names)
    ]
    found += [f"outside the package: {name}" for name in names if not re.match(ALLOWED, name)]
    found += [f"does not belong in a wheel: {name}" for name in names if re.search(UNWANTED, name)]
    return found


def main(argv: list[str]) -> int:
    if len(argv) != 1:
        print("usage: check_wheel.py WHEEL", file=sys.stderr)
        return 2
    with zipfile.ZipFile(argv[0]) as wheel:
        names = wheel.namelist()
    found = complaints(names)
    print("\n".join(found) if found else f"{argv[0].rsplit('/', 1)[-1]}: {len(names)} files, all that is needed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
