"""The evidence of operators: what calls and programs prove, and what they do not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import machinery
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from conformance.calls import Arr, Call
from conformance.suite import Case
from mxcompat.registry.operator import REGISTRY

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    path = ROOT / "scripts" / "evidence_gaps"
    module = ModuleType("evidence_gaps")
    module.__file__ = str(path)
    sys.modules["evidence_gaps"] = module
    machinery.SourceFileLoader("evidence_gaps", str(path)).exec_module(module)
    return module


def call(path: str, *args: Any, **kwargs: Any) -> Case:
    made = Call(path, args, kwargs, grad=True)
    return Case("somewhere/case", made.run, call=made)


@pytest.mark.parametrize(
    ("case", "outcome", "facts"),
    [
        (call("nd.sum", Arr((2, 3)), axis=1), '{"grad":0}', {"gradient", "dtype float32", "set axis"}),
        (call("nd.sum", Arr((1, 3)), -1), "{}", {"dtype float32", "size one", "set axis", "negative axis"}),
        (call("nd.sum", Arr(3, "int8", layout="rows")), '{"raised"', {"dtype int8", "not contiguous", "refused"}),
    ],
)
def test_facts_of_a_call(script: ModuleType, case: Case, outcome: str, facts: set[str]) -> None:
    assert {f for f in script.facts_of_call(case, REGISTRY["sum"], outcome) if not f.startswith("is ")} == facts


def test_the_words_of_an_attribute(script: ModuleType) -> None:
    leaky = REGISTRY["LeakyReLU"]
    facts = set(script.facts_of_call(call("nd.LeakyReLU", Arr(2), act_type="elu"), leaky, "{}"))
    assert {f for f in facts if f.startswith("is ")} == {"is act_type=elu"}
    lacks = script.lacking(leaky, facts)
    assert {"choice act_type=gelu", "choice act_type=leaky"} <= set(lacks)
    assert "choice act_type=elu" not in lacks
    default = set(script.facts_of_call(call("nd.sum", Arr(2)), REGISTRY["sum"], "{}"))
    assert {"is keepdims=False", "is exclude=False"} <= default
    refused = script.facts_of_call(call("nd.cast", Arr(2), dtype="int16"), REGISTRY["Cast"], '{"raised"')
    assert not {f for f in refused if f.startswith("is ")}


def test_what_cannot_be_is_not_asked_for(script: ModuleType) -> None:
    everything = ["gradient", "dtypes", "size one", "not contiguous", "refused"]
    assert script.lacking(REGISTRY["exp"], set()) == everything
    assert script.lacking(REGISTRY["exp"], {"dtype float32", "dtype int8", "refused"}) == [
        "gradient",
        "size one",
        "not contiguous",
    ]
    assert script.lacking(REGISTRY["_eye"], set())[0] == "refused"
    assert script.excused("sgd_update", "gradient")
    assert not script.excused("sgd_update", "size one")
    assert not script.excused("exp", "gradient")


def test_every_point_that_is_not_asked_for_has_an_operator_and_a_reason(script: ModuleType) -> None:
    for row in script.NOT_ASKED:
        assert any(script.fnmatchcase(name, row.operators) for name in REGISTRY), row
        assert len(row.reason) > 10, row


PROGRAMS = """
import json
from conformance import watch
from conformance.suite import Case, attempt
watch = watch.watched()

def plain(mx):
    return mx.nd.softmax(mx.nd.ones((1, 3)), axis=0).shape

def gradient(mx):
    x = mx.nd.ones((4, 3), dtype="float64")
    x.attach_grad()
    with mx.autograd.record():
        y = mx.nd.log_softmax(x[1:3], axis=-2)
        unused = mx.nd.tanh(x)
        flat = mx.nd.sign(y)
        z = y + flat
    z.backward()
    return x.grad

def refusals(mx):
    return attempt(lambda: mx.nd.FullyConnected(mx.nd.ones((2, 3)), mx.nd.ones((4, 5)), num_hidden=4, no_bias=True)), \\
        attempt(lambda: mx.nd.Pooling(mx.nd.ones((1, 1, 4, 4)), pool_type="no")), \\
        attempt(lambda: mx.sym.dot(mx.sym.var("a"), mx.sym.var("b")).infer_shape(a=(2, 3), b=(4, 5)))

def graph(mx):
    y = mx.sym.LeakyReLU(mx.sym.var("x"), act_type="elu", slope=0.5)
    e = y.bind(mx.cpu(), {"x": mx.nd.ones((2, 2))}, {"x": mx.nd.zeros((2, 2))})
    e.forward(is_train=True)
    e.backward(mx.nd.ones((2, 2)))
    return e.outputs

def sparse(mx):
    a = mx.nd.array([[0, 1], [2, 0]]).tostype("csr")
    return mx.nd.sparse.square(a)

for case in (plain, gradient, refusals, graph, sparse):
    outcome = watch.run(Case("a/" + case.__name__, case), case is not plain)
print(json.dumps({name: sorted(facts) for name, facts in watch.facts.items()}))
"""


@pytest.fixture(scope="module")
def facts() -> dict[str, set[str]]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAMS], capture_output=True, text=True, cwd=ROOT, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    return {name: set(found) for name, found in json.loads(done.stdout.splitlines()[-1]).items()}


@pytest.mark.parametrize(
    ("operator", "proven", "open_"),
    [
        (
            "softmax",
            {"dtype float32", "size one", "set axis"},
            {"gradient", "negative axis", "not contiguous", "refused"},
        ),
        ("log_softmax", {"dtype float64", "gradient", "negative axis", "not contiguous"}, {"size one", "refused"}),
        ("tanh", {"dtype float64"}, {"gradient"}),
        ("sign", {"gradient"}, {"refused"}),
        ("FullyConnected", {"refused", "set no_bias"}, {"set flatten", "gradient"}),
        ("Pooling", {"refused"}, {"gradient"}),
        ("dot", {"refused"}, {"gradient", "dtype float32"}),
        (
            "LeakyReLU",
            {"gradient", "set act_type", "is act_type=elu", "set slope"},
            {"is act_type=leaky", "set lower_bound", "refused"},
        ),
        ("square", {"called", "stype csr"}, {"gradient"}),
    ],
)
def test_facts_of_programs(facts: dict[str, set[str]], operator: str, proven: set[str], open_: set[str]) -> None:
    assert proven <= facts[operator]
    assert not open_ & facts[operator]


def test_watching_comes_before_the_package() -> None:
    from conformance import watch

    with pytest.raises(RuntimeError, match="before"):
        watch.watched()
