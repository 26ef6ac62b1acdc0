"""The pages of docs/: their code prints what they say, their links lead somewhere, each has a place on the site."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))

#: pages whose code has a test of its own
TESTED_ELSEWHERE = {"converting.md", "layer-by-layer.md", "recordio.md", "rewriting.md"}

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+)$", re.MULTILINE)


def blocks(text: str) -> list[tuple[str, str]]:
    return [(match[1], match[2]) for match in _BLOCK.finditer(text)]


def runnable() -> list[str]:
    pages = [page for page in PAGES if page not in TESTED_ELSEWHERE and not page.startswith("decisions/")]
    return [page for page in pages if any(kind == "python" for kind, _ in blocks((DOCS / page).read_text()))]


@pytest.mark.parametrize("page", runnable())
def test_code_runs_and_prints_what_the_page_says(page: str, tmp_path: Path) -> None:
    found = blocks((DOCS / page).read_text(encoding="utf-8"))
    mark = "-- next block --"
    code = [text for kind, text in found if kind == "python"]
    expected = [
        found[i + 1][1] if i + 1 < len(found) and found[i + 1][0] == "output" else ""
        for i, (kind, _) in enumerate(found)
        if kind == "python"
    ]
    program = tmp_path / "page.py"
    program.write_text(f"\nprint({mark!r})\n".join(code), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "mxcompat", "run", str(program)], capture_output=True, text=True, cwd=ROOT, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
    printed = [part.strip("\n") for part in ran.stdout.split(mark + "\n")]
    assert printed == [text.strip("\n") for text in expected]


def slug(heading: str) -> str:
    """The anchor that a heading gets on the site."""
    text = re.sub(r"[^\w\s-]", "", re.sub(r"`|\*", "", heading)).strip().lower()
    return re.sub(r"[-\s]+", "-", text)


@pytest.mark.parametrize("page", [f"docs/{page}" for page in PAGES] + ["README.md", "CONTRIBUTING.md"])
def test_links_lead_somewhere(page: str) -> None:
    path = ROOT / page
    text = _FENCED.sub("", path.read_text(encoding="utf-8"))
    broken = []
    for link in _LINK.findall(text):
        target, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        there = (path.parent / target).resolve() if target else path
        if not there.exists():
            broken.append(link)
        elif anchor and there.suffix == ".md":
            headings = _HEADING.findall(_FENCED.sub("", there.read_text(encoding="utf-8")))
            if anchor not in {slug(heading) for heading in headings}:
                broken.append(link)
    assert broken == []


def test_every_page_has_a_place_in_the_navigation() -> None:
    listed = re.findall(r": ([\w/.-]+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(set(listed)) == len(listed)
    assert set(listed) == {page for page in PAGES if not page.startswith("decisions/0")}
