"""``mxcompat info``."""

from __future__ import annotations

import importlib
import json
import sys

import pytest

from mxcompat import dropin
from mxcompat.cli import _facts


def test_sections(mxcompat_command) -> None:
    ran = mxcompat_command("info", "--json")
    facts = json.loads(ran.out)
    assert ran.code == 0
    assert list(facts) == ["versions", "extras", "devices", "random numbers", "drop-in"]
    assert not [section for section in facts.values() if "cannot tell" in section]
    assert facts["versions"]["answers as mxnet"] == "1.9.1"
    assert "threads" in facts["devices"]["cpu"]


def test_text_has_every_fact(mxcompat_command) -> None:
    out = mxcompat_command("info").out
    for section in _facts.collect().values():
        assert all(name in out for name in section)


def test_the_dropin_is_told() -> None:
    assert _facts.collect()["drop-in"]["now"].startswith("off")
    dropin.install()
    facts = _facts.collect()["drop-in"]
    assert facts["now"] == "`import mxnet` gives mxcompat in this process"
    assert facts["NumPy names"].endswith("restored")


@pytest.mark.parametrize(("module", "section"), [("torch", "devices"), ("mxcompat.random", "random numbers")])
def test_a_broken_part_hides_no_other(monkeypatch: pytest.MonkeyPatch, module: str, section: str) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError):
        importlib.import_module(module)
    facts = _facts.collect()
    assert "cannot tell" in facts[section]
    assert "cannot tell" not in facts["versions"]


def test_missing_extras_say_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_facts, "_declared_extras", lambda: {"viz": ("no-such-package", "numpy")})
    row = _facts.collect()["extras"]["viz"]
    assert row.startswith("numpy ") and row.endswith("missing no-such-package (pip install 'mxcompat[viz]')")
