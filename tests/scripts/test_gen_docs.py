"""The generated pages: what they make of their data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from docs_pages import differences, errors, performance, scanned
from docs_pages._cases import LISTED

from conformance.differences import Difference
from conformance.suite import Case


def test_performance_without_a_run_claims_nothing(tmp_path: Path) -> None:
    text = performance.render(tmp_path)
    assert "No run is stored" in text and "|" not in text


def test_performance_shows_medians_ratios_and_the_budget(tmp_path: Path) -> None:
    rounds = {
        "torch": {"2*dot(x,x)": [1e-5, 3e-5, 2e-5]},
        "mxcompat": {"2*dot(x,x)": [5e-5, 4e-5, 1e-5]},
    }
    data = {
        "machine": {"processor": "slow one", "threads": 2},
        "versions": {"torch": "2.6", "mxcompat": "0.1"},
        "rounds": {"record_backward": rounds},
    }
    (tmp_path / "two-cores.json").write_text(json.dumps(data))
    text = performance.render(tmp_path)
    assert "## two cores" in text and "processor: slow one; threads: 2" in text
    assert "| `2*dot(x,x)` | 20.00 us | 40.00 us | 2.00 |" in text
    assert "| record + backward of 2*dot(x,x) against torch | 2x | <= 1.5x | **no** |" in text
    assert "not measured: without mxnet" in text


def test_differences_are_counted_by_area_and_by_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [Difference("a/*", "by-design", "Ours is | better."), Difference("b/*", "oracle-bug", "MXNet crashes.")]
    cases = [
        ("a/one", LISTED, rows[0]),
        ("a/two", LISTED, rows[0]),
        ("b/one", LISTED, rows[1]),
        ("c", "as recorded", None),
    ]
    listed = [(Case(id, lambda mx: None), status, row) for id, status, row in cases]
    monkeypatch.setattr(differences, "judged", lambda: listed)
    monkeypatch.setattr(differences.differences, "load", lambda: rows)
    text = differences.render()
    assert "Of 4 small programs" in text and "3 are listed" in text
    assert "| Ours is \\| better. | `by-design` | 2 |" in text and "| MXNet crashes. | `oracle-bug` | 1 |" in text
    assert "| `cumsum` | a negative axis works; MXNet refuses it. |" in text  # from its docstring


def test_errors_name_the_types_that_programs_catch() -> None:
    text = errors.render()
    for name in ("base.MXNetError", "base.NotSupportedError", "dropin.MXNetAlreadyImportedError"):
        assert f"| `{name}` | `" in text


@pytest.mark.parametrize("key", ["misses", "unconfirmed"])
def test_scanned_counts_and_lists_what_was_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    row = {
        "name": "some",
        "repository": "somebody/some",
        "commit": "0123456789abcdef",
        "kind": "toy",
        "files": 3,
        "uses": 20,
        "runnable": 2,
        "failing_lines": 2,
        "not_python_3": 0,
        "seconds": 0.1,
        "outcomes": {"ran": 1, "stopped: wants files": 1},
        "confirmed": {"the name is not there": 1},
        "names": 15,
        "misses": [],
        "unconfirmed": [],
        key: ["a.py:3: nd.x"],
    }
    path = tmp_path / "scanned.json"
    path.write_text(json.dumps({"repositories": [row], "explained": ["why"], "led_to": []}))
    monkeypatch.setattr(scanned, "RECORD", path)
    text = scanned.render()
    assert "| somebody/some | `0123456789` | toy | 3 | 20 | 2 | 2 | 0 | 0.1 |" in text
    assert "- `some: a.py:3: nd.x`" in text and "wants files (1)" in text and "- why" in text
    assert ("1 of 15 looked up" in text) == (key == "misses")
    assert ("1 of 2 (50.0 %)" in text) == (key == "unconfirmed")
