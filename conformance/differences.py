"""``known_differences.toml``: cases where mxcompat is known to differ from MXNet 1.9.1, each with its reason."""

from __future__ import annotations

import json
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

PATH = Path(__file__).parent / "known_differences.toml"
KINDS = ("oracle-bug", "unsupported", "precision", "by-design")


class Difference(NamedTuple):
    """One row: patterns of case ids (``"a/* | b/c | !a/d"``, ``!`` takes out), the kind of difference, and why."""

    cases: str
    kind: str
    reason: str

    def patterns(self) -> list[str]:
        return [pattern.strip().replace("[", "[[]") for pattern in self.cases.split("|")]

    def matches(self, id: str) -> bool:
        patterns = self.patterns()
        if any(fnmatchcase(id, p[1:]) for p in patterns if p.startswith("!")):
            return False
        return any(fnmatchcase(id, p) for p in patterns if not p.startswith("!"))


def parse(text: str) -> list[Difference]:
    """Rows of a file; ValueError for a row without pattern, kind or reason."""
    try:
        import tomllib

        data: Any = tomllib.loads(text)
    except ImportError:  # Python 3.10 and older
        data = _parse_rows(text)
    unknown = set(data) - {"difference"}
    if unknown:
        raise ValueError(f"known_differences.toml: unknown tables {sorted(unknown)}")
    rows = []
    for row in data.get("difference", []):
        if set(row) != {"cases", "kind", "reason"} or not all(row.values()):
            raise ValueError(f"known_differences.toml: a row needs cases, kind and reason. Received: {row}")
        if row["kind"] not in KINDS:
            raise ValueError(f"known_differences.toml: kind={row['kind']!r} is not one of {KINDS}")
        rows.append(Difference(row["cases"], row["kind"], row["reason"]))
    return rows


def _parse_rows(text: str) -> dict[str, Any]:
    """The part of TOML that the file uses: ``[[difference]]`` and ``key = "one-line string"``."""
    rows: list[dict[str, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line == "[[difference]]":
            rows.append({})
            continue
        key, sign, value = line.partition("=")
        value = value.strip()
        if not rows or not sign or not (value.startswith('"') and value.endswith('"')):
            raise ValueError(f"known_differences.toml line {number}: cannot read {line!r}")
        rows[-1][key.strip()] = json.loads(value)
    return {"difference": rows} if rows else {}


def load(path: Path = PATH) -> list[Difference]:
    return parse(path.read_text(encoding="utf-8")) if path.exists() else []


def find(rows: Iterable[Difference], id: str) -> Difference | None:
    """The row that lists a case."""
    return next((row for row in rows if row.matches(id)), None)


def stale(rows: Iterable[Difference], ids: Iterable[str]) -> list[Difference]:
    """Rows with a pattern that matches no case."""
    ids = list(ids)
    return [row for row in rows if not all(any(fnmatchcase(id, p.lstrip("!")) for id in ids) for p in row.patterns())]
