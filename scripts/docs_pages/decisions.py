"""docs/decisions/README.md: the decisions, with their state."""

from __future__ import annotations

from collections.abc import Iterator

from docs_pages._tables import NOTE, ROOT, table

FOLDER = ROOT / "docs" / "decisions"


def render() -> str:
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Decisions"
    yield ""
    yield NOTE
    yield ""
    yield "Choices that were not obvious, each with what else was thought of."
    yield ""
    rows = []
    for path in sorted(FOLDER.glob("[0-9]*.md")):
        lines = path.read_text(encoding="utf-8").splitlines()
        number, _, title = lines[0].removeprefix("# ").partition(": ")
        status = next((line.partition("Status: ")[2] for line in lines if line.startswith("- Status: ")), "")
        if not path.name.startswith("0000"):
            rows.append((number, f"[{title}]({path.name})", status))
    yield from table("number | decision | status", rows)
