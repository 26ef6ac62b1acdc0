"""Every rule's examples: as documented, stable, and with the same numbers when they run."""

from __future__ import annotations

import re

import pytest

from mxcompat.rewrite._program import choose
from mxcompat.rewrite._rule import rules, tables

CHANGES = [(name, i) for name, rule in rules().items() for i in range(len(rule.changes))]
LEAVES = [(name, i) for name, rule in rules().items() for i in range(len(rule.leaves))]
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


def without_notes(text: str) -> str:
    return "".join(line for line in text.splitlines(True) if not line.lstrip().startswith("# mxcompat:"))


@pytest.mark.parametrize(("name", "number"), CHANGES)
def test_changes(name: str, number: int, rewritten) -> None:
    rule = rules()[name]
    before, after = rule.changes[number]
    assert rewritten(before, rule.mode) == after
    assert rewritten(after, rule.mode) == after


@pytest.mark.parametrize(("name", "number"), [each for each in CHANGES if rules()[each[0]].mode == "torch"])
def test_numbers_stay(name: str, number: int, rewritten, printed) -> None:
    before, after = rules()[name].changes[number]
    old, new = printed(rewritten(before, "import")), printed(after)
    old = re.sub(r"<NDArray [^>]*>", "", old)
    new = re.sub(r"(dtype=torch\.\w+|requires_grad=True)", "", new)
    expected = [float(text) for text in NUMBER.findall(old)]
    assert expected and [float(text) for text in NUMBER.findall(new)] == pytest.approx(expected, rel=1e-3, abs=1e-4)


@pytest.mark.parametrize(("name", "number"), LEAVES)
def test_leaves(name: str, number: int, rewritten) -> None:
    rule = rules()[name]
    text, word = rule.leaves[number]
    result = rewritten(text, rule.mode)
    assert without_notes(result) == text
    notes = " ".join(line.strip().removeprefix("# mxcompat:").strip() for line in result.splitlines())
    assert word in notes
    assert rewritten(result, rule.mode) == result


@pytest.mark.parametrize("name", rules())
def test_documented(name: str) -> None:
    rule = rules()[name]
    assert rule.message.endswith(".") or rule.message.endswith(")"), "a sentence"
    assert rule.changes and rule.leaves
    if rule.mode == "torch":
        assert rule.functions or rule.methods or rule.attributes or rule.hooks
    else:
        assert rule.transform is not None


def test_no_two_rules_claim_the_same() -> None:
    tables(choose("torch"))


def test_page_is_fresh() -> None:
    import runpy
    from pathlib import Path

    root = Path(__file__).resolve().parents[2]
    script = runpy.run_path(str(root / "scripts" / "gen_rewriting"))
    assert (root / "docs" / "rewriting.md").read_text(encoding="utf-8") == script["page"]()
