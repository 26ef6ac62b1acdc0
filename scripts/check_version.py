"""Fail when the project's version is told differently in two places.

``pyproject.toml`` decides. ``mxcompat.__mxcompat_version__`` and the newest release in CHANGELOG.md must
agree with it, and the required Python range must be the one in the classifiers. (``mxcompat.__version__`` is
MXNet's, since old programs ask for that.)
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def complaints(pyproject: str, changelog: str, package: str) -> list[str]:
    """Compare the three texts; return one line for each disagreement."""
    project = tomllib.loads(pyproject)["project"]
    version = project["version"]
    found = []

    in_code = re.search(r'^__mxcompat_version__ = "([^"]+)"', package, flags=re.M)
    if not in_code:
        found.append(f'mxcompat/__init__.py has no line __mxcompat_version__ = "{version}"')
    elif in_code.group(1) != version:
        found.append(f"mxcompat/__init__.py says {in_code.group(1)}, pyproject.toml says {version}")

    sections = re.findall(r"^## \[?([^\]\s]+)\]?", changelog, flags=re.M)
    if not sections or sections[0] not in ("Unreleased", version):
        found.append(f"CHANGELOG.md opens with {sections[:1]}; expected Unreleased or {version}")
    elif sections[0] == "Unreleased" and version in sections[2:]:
        found.append(f"CHANGELOG.md lists {version} before newer releases {sections[1 : sections.index(version)]}")

    low, high = re.findall(r"3\.(\d+)", project["requires-python"])
    stated = [int(minor) for c in project["classifiers"] for minor in re.findall(r":: 3\.(\d+)$", c)]
    if stated != list(range(int(low), int(high))):
        found.append(f"classifiers name Python minors {stated}, requires-python is {project['requires-python']}")
    return found


def main() -> int:
    root = Path(__file__).resolve().parent.parent
    names = ("pyproject.toml", "CHANGELOG.md", "mxcompat/__init__.py")
    found = complaints(*((root / name).read_text(encoding="utf-8") for name in names))
    print("\n".join(found) if found else "versions agree")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
