"""Fail when a Python file outgrows one idea: over 800 lines, unless its docstring says why.

A file that must be long states so in its module docstring with a line that starts with ``Long because``.
Generated stubs (``.pyi``) are not counted.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

LIMIT = 800
REASON = "Long because"


def complaint(path: Path) -> str | None:
    """Say what is wrong with the size of ``path``, or None."""
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n")
    if lines <= LIMIT:
        return None
    docstring = ast.get_docstring(ast.parse(text, filename=str(path))) or ""
    if any(line.startswith(REASON) for line in docstring.splitlines()):
        return None
    return f"{path}: {lines} lines (limit {LIMIT}); split it, or add a docstring line '{REASON} ...'"


def project_files(root: Path, *patterns: str) -> list[Path]:
    """Files that are, or are about to be, part of the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns]
    listed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    return [path for name in listed.split("\0") if name and (path := root / name).is_file()]


def main() -> int:
    root = Path(__file__).resolve().parent.parent
    files = project_files(root, "*.py")
    complaints = [text for path in files if (text := complaint(path))]
    print("\n".join(complaints) if complaints else f"{len(files)} Python files, none over {LIMIT} lines unexplained")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
