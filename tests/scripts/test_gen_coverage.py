"""The coverage page: what counts as evidence, and that nothing is rounded away."""

from __future__ import annotations

import importlib.machinery
import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from conformance.calls import Arr, Call
from conformance.suite import Case

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("gen_coverage", str(ROOT / "scripts" / "gen_coverage"))
    spec = importlib.util.spec_from_loader("gen_coverage", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("part", "whole", "text"), [(1, 3, "33.3 %"), (9999, 10000, "99.9 %"), (5, 5, "100.0 %"), (0, 0, "-")]
)
def test_a_share_is_never_rounded_up(script: ModuleType, part: int, whole: int, text: str) -> None:
    assert script.share(part, whole) == text


def call(path: str, *args: Any) -> Case:
    made = Call(path, args)
    return Case("somewhere/case", made.run, call=made)


@pytest.mark.parametrize(
    ("case", "operator"),
    [
        (call("nd.linalg.gemm2", Arr(2), Arr(2)), "_linalg_gemm2"),
        (call("nd.concat", Arr(2)), "Concat"),
        (call(".sum", Arr(2)), "sum"),
        (call(".__add__", Arr(2), Arr(2)), "broadcast_add"),
        (call(".__add__", Arr(2), 1.0), "_plus_scalar"),
        (call(".__isub__", Arr(2), 1.0), "_minus_scalar"),
        (Case("ops/random/gamma/one", lambda mx: None), "_random_gamma"),
        (Case("ops/elemwise_unary/gamma/one", lambda mx: None), "gamma"),
        (Case("other/one", lambda mx: mx.nd.Convolution()), "Convolution"),
    ],
)
def test_a_case_is_evidence_for_the_operator_it_calls(script: ModuleType, case: Case, operator: str) -> None:
    operators = script.recorded()
    public, names = script.by_public_name(operators), script.short_names(operators)
    assert script.operators_of(case, public, names) == {operator}


def test_a_program_that_calls_backward_through_a_helper_differentiates(script: ModuleType) -> None:
    def program(mx: Any) -> Any:
        return helper(mx)

    assert script.differentiates(Case("a/b", program), "null")
    assert not script.differentiates(Case("a/b", lambda mx: mx.nd.ones(2)), "null")


def helper(mx: Any) -> Any:
    return mx.nd.ones(2).backward()


def test_missing_names_stay_visible(script: ModuleType) -> None:
    used = {"nd.no_such_name": script.Use(7, 9, True), "nd.zeros": script.Use(3, 3, True)}
    text = "\n".join(script.real_use(used))
    assert "| **nd.no_such_name** | 7 |" in text
    assert "| nd | 1 | 2 | 10 | 30.0 % |" in text
