"""Golden files: ``golden/<module of cases>.json``, a header and one line per case."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from .snapshot import decode

FOLDER = Path(__file__).parent / "golden"


def path_of(prefix: str) -> Path:
    return FOLDER / (prefix + ".json")


def read(prefix: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and encoded outcomes of one file; both empty when it is not there."""
    path = path_of(prefix)
    if not path.exists():
        return {}, {}
    data = json.loads(path.read_text(encoding="utf-8"))
    return data["header"], data["cases"]


@lru_cache(maxsize=None)
def outcomes(prefix: str) -> dict[str, Any]:
    """Encoded outcomes of one file."""
    return read(prefix)[1]


def outcome(prefix: str, id: str) -> Any:
    """The recorded snapshot of one case. KeyError when there is none."""
    return decode(outcomes(prefix)[id])


def write(prefix: str, header: dict[str, Any], cases: dict[str, Any]) -> bool:
    """Write one file; True when its text changed. The old date stays when nothing else changes."""
    old_header, old_cases = read(prefix)
    same = old_cases == cases and list(old_cases) == list(cases)
    if same and {**old_header, "date": ""} == {**header, "date": ""}:
        header = old_header
    lines = [f"{json.dumps(id)}: {json.dumps(data, separators=(',', ':'))}" for id, data in cases.items()]
    text = '{"header": ' + json.dumps(header) + ',\n"cases": {\n' + ",\n".join(lines) + "\n}}\n"
    path = path_of(prefix)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8")
    return True
