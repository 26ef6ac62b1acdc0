"""`autograd.get_symbol`: what the oracle cannot say of how notes are taken."""

from __future__ import annotations

import importlib.util
import sys
import types
from pathlib import Path

import pytest
import torch

from mxcompat import autograd, nd
from mxcompat._core.state import THREAD
from mxcompat.autograd import _history
from mxcompat.base import MXNetError


@pytest.fixture(autouse=True)
def fresh_history(monkeypatch):
    monkeypatch.setattr(_history, "HISTORY", _history._History())
    monkeypatch.setattr(autograd._scopes, "HISTORY", _history.HISTORY)
    monkeypatch.setattr(autograd, "HISTORY", _history.HISTORY)


def _module(folder: Path, name: str, text: str) -> types.ModuleType:
    (folder / f"{name}.py").write_text(text)
    spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_PLAIN = """
from mxcompat import autograd, nd
def train(x):
    with autograd.record():
        return nd.exp(x) * 2
"""


def variable() -> nd.NDArray:
    x = nd.array([1.0, 2.0])
    x.attach_grad()
    return x


def test_scopes_of_modules_that_do_not_name_it_cost_nothing(tmp_path):
    module = _module(tmp_path, "plain_program", _PLAIN)
    frame = types.SimpleNamespace(f_code=module.train.__code__, f_globals=module.__dict__, f_back=None)
    assert not _history.HISTORY.wanted(frame)
    with autograd.record():  # this module names it
        assert THREAD.noting
        assert not torch.is_grad_enabled()
    assert torch.is_grad_enabled()
    assert not THREAD.noting


def test_a_module_is_searched_through_its_functions_and_classes(tmp_path):
    text = _PLAIN + "class Show:\n    def graph(self, y):\n        return autograd.get_symbol(y)\n"
    module = _module(tmp_path, "showing_program", text)
    frame = types.SimpleNamespace(f_code=module.train.__code__, f_globals=module.__dict__, f_back=None)
    assert _history.HISTORY.wanted(frame)


def test_after_a_miss_everything_is_noted():
    x = variable()
    previous = autograd.set_recording(True)  # no scope: nobody notes
    try:
        y = x * 2
        with pytest.raises(MXNetError, match="record it again"):
            autograd.get_symbol(y)
    finally:
        autograd.set_recording(previous)
    assert _history.HISTORY.everywhere
    with autograd.record():
        y = x * 2
    assert len(autograd.get_symbol(y).list_arguments()) == 1


def test_gradients_are_those_of_an_ordinary_recording():
    def run(x):
        with autograd.record():
            y = nd.concat(
                x[0:1], x.reshape((2, 1)).reshape((-1,)), x.copy(), x.astype("float64").astype("float32"), dim=0
            )
            y = y.expand_dims(0, inplace=True).transpose() * 3
            y = y.as_in_context(y.context)[1:, 0] ** 2
        y.backward()
        return y, x.grad

    noted = run(variable())
    _history.HISTORY.code.clear()
    _history.HISTORY.modules[__name__] = False
    _history.HISTORY.code[run.__code__] = False
    plain = run(variable())
    for a, b in zip(noted, plain, strict=True):
        assert a.asnumpy().tolist() == b.asnumpy().tolist()
    assert plain[1].asnumpy().tolist() != [0, 0]


def test_a_long_history_needs_no_recursion():
    x = variable()
    with autograd.record():
        y = x
        for _ in range(3 * sys.getrecursionlimit()):
            y = y + 1
    symbol = autograd.get_symbol(y)
    assert len(symbol.get_internals().list_outputs()) == 3 * sys.getrecursionlimit() + 1


def test_history_goes_with_the_backward_that_frees_it():
    state = variable()
    for _ in range(3):
        with autograd.record():
            state = state * 2
        state.backward()
        with pytest.raises(MXNetError, match="not part of a computation graph"):
            autograd.get_symbol(state)
        with autograd.record():  # what was freed is a constant now
            after = state * 1
        assert not autograd._graph.in_graph(after)
        state.attach_grad()


def test_exceptions_leave_torch_as_it_was():
    with pytest.raises(ValueError), autograd.record():
        assert not torch.is_grad_enabled()
        raise ValueError
    assert torch.is_grad_enabled()
    assert not THREAD.noting
