"""docs/differences.md: what is known to differ from MXNet 1.9.1."""

from __future__ import annotations

import ast
import inspect
import re
from collections import Counter
from collections.abc import Iterator

from conformance import differences
from docs_pages._cases import LISTED, judged
from docs_pages._tables import NOTE, ROOT, table
from mxcompat.registry import REGISTRY

_KINDS = {
    "by-design": "on purpose",
    "oracle-bug": "MXNet 1.9.1 crashes or is plainly wrong",
    "precision": "another rounding",
    "unsupported": "not there",
}
_PARAGRAPH = re.compile(r"^Differences:\s*(.+?)(?=^\S+:\s|^\s*$|\Z)", re.MULTILINE | re.DOTALL)


def render() -> str:
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    rows = differences.load()
    counts: Counter[differences.Difference] = Counter()
    areas: dict[differences.Difference, Counter[str]] = {}
    for case, status, row in judged():
        if row is not None and status == LISTED:
            counts[row] += 1
            areas.setdefault(row, Counter())[case.area] += 1
    yield "# Differences from MXNet 1.9.1"
    yield ""
    yield NOTE
    yield ""
    yield (
        f"Of {len(judged()):,} small programs whose results were recorded from MXNet 1.9.1, {sum(counts.values()):,} "
        f"are listed as giving something else here, for {len(rows)} reasons. `conformance/known_differences.toml` "
        "holds the list; a listed case that gives MXNet's result after all fails the tests, as does a difference that "
        "is not listed."
    )
    yield ""
    yield from table(
        "kind | means | >reasons | >cases",
        [
            (f"`{kind}`", text, sum(r.kind == kind for r in rows), sum(n for r, n in counts.items() if r.kind == kind))
            for kind, text in _KINDS.items()
        ],
    )
    by_area: dict[str, list[differences.Difference]] = {}
    for row in rows:
        if row in areas:
            by_area.setdefault(areas[row].most_common(1)[0][0], []).append(row)
    yield ""
    yield "## Listed, by area"
    for area, found in sorted(by_area.items()):
        yield ""
        yield f"### {area}"
        yield ""
        yield from table("what | kind | >cases", [(_sentence(r.reason), f"`{r.kind}`", counts[r]) for r in found])
    yield ""
    yield "## Said where it is defined"
    yield ""
    yield "What the documentation of a function, class or operator says under *Differences*."
    yield ""
    yield from table("where | what", [(f"`{name}`", _sentence(text)) for name, text in sorted(set(_documented()))])


def _sentence(text: str) -> str:
    text = " ".join(text.replace("``", "`").split())
    # a bare <word> or *args would be taken for markup
    text = re.sub(r"(?<!`)\*(\w+)(?!`)", r"\\*\1", text)
    return text.replace("<", "&lt;") if "`" not in text else text


def _documented() -> Iterator[tuple[str, str]]:
    """(name, text) of every docstring that has such a paragraph."""
    operators = {f"{op.fn.__module__}.{op.fn.__name__}": name for name, op in REGISTRY.items()}
    for path in sorted((ROOT / "mxcompat").rglob("*.py")):
        module = path.relative_to(ROOT / "mxcompat").with_suffix("")
        parts = [part for part in module.parts if part != "__init__" and not part.startswith("_")]
        home = ".".join(parts)
        for name, doc in _docstrings(ast.parse(path.read_text(encoding="utf-8")), ""):
            for text in _PARAGRAPH.findall(inspect.cleandoc(doc)):
                full = ".".join(["mxcompat", *(p for p in module.parts if p != "__init__"), name])
                if not text.lower().startswith("none"):
                    yield operators.get(full, f"{home}.{name}".strip(".")), text


def _docstrings(node: ast.AST, prefix: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
        doc = ast.get_docstring(node)
        if doc:
            yield prefix, doc
    for child in getattr(node, "body", []):
        if isinstance(child, (ast.ClassDef, ast.FunctionDef)):
            yield from _docstrings(child, f"{prefix}.{child.name}".lstrip("."))
