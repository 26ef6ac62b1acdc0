"""Operator calls as data: inputs, running, code to paste, and the trip through JSON."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from conformance.calls import DTYPES, Arr, Call, decode_call, encode_call, head_gradient
from conformance.families import label
from conformance.suite import Suite


def test_inputs_do_not_depend_on_the_numpy_version() -> None:
    drawn = Arr((2, 2), seed=1).numpy()
    assert drawn.dtype == np.float32
    assert drawn.ravel().tolist() == [
        -0.39122769236564636,
        0.6593919992446899,
        -1.0133295059204102,
        -1.1184320449829102,
    ]
    assert Arr(values=[1, 2.5], dtype="int32").numpy().tolist() == [1, 2]


@pytest.mark.parametrize("dtype", [*DTYPES, "bool"])
def test_drawn_values_stay_in_range(dtype: str) -> None:
    values = Arr((50,), dtype, low=1, high=3).numpy()
    assert values.dtype == dtype
    if dtype != "bool":
        assert values.min() >= 1 and values.max() <= 3


def test_unique_values_have_no_ties() -> None:
    assert len(np.unique(Arr((4, 5), unique=True).numpy())) == 20


def test_head_gradients_are_not_uniform_and_not_zero() -> None:
    head = head_gradient(np.zeros((3, 4), "float16"))
    assert len(np.unique(head)) > 5 and (head != 0).all()
    assert (head.astype("float64") == head_gradient(np.zeros((3, 4)))).all()


CALLS = [
    Call("nd.sum", (Arr((2, 3)),), {"axis": (0, 1), "keepdims": True}, grad=True),
    Call(".__getitem__", (Arr((2, 3)), (slice(0, 1, None), Ellipsis, None, [1, 0], np.array([1])))),
    Call(".__setitem__", (Arr((2, 3), "int32"), 1, float("nan")), mutates=True),
    Call("nd.concat", (Arr((2,)), Arr(values=[float("inf"), 1.0])), {"dim": 0}, grad=(1,), out=True),
    Call(".__add__", (Arr((2,), layout="rows"), np.float32(2))),
    Call("nd.dot", (Arr(values=[[0.0, 1.0]], layout="csr"), Arr((2, 3)))),
    Call("nd.sgd_update", (Arr((2,)), Arr((2,), seed=2)), {"lr": 0.5}, into=0, mutates=True),
]


@pytest.mark.parametrize("call", CALLS, ids=[call.path for call in CALLS])
def test_calls_survive_json(call: Call) -> None:
    again = decode_call(json.loads(json.dumps(encode_call(call))))
    assert encode_call(again) == encode_call(call)
    assert again.code() == call.code()


@pytest.mark.parametrize("call", CALLS, ids=[call.path for call in CALLS])
def test_code_compiles(call: Call) -> None:
    compile(call.code(), "<pasted>", "exec")
    assert call.path.lstrip(".") in call.code()


def test_an_input_may_be_the_output() -> None:
    import mxcompat

    call = CALLS[-1]
    weight, grad = (array.numpy() for array in call.inputs())
    result = call.run(mxcompat)
    np.testing.assert_allclose(result["out"].values, weight - 0.5 * grad, rtol=1e-6)
    assert (result["inputs"][0].values == result["out"].values).all()
    assert "out=x0" in call.code()


def test_inputs_may_be_sparse() -> None:
    import mxcompat

    array = CALLS[-2].inputs()[0]
    assert array.build(mxcompat).stype == "csr"
    assert array.code().endswith(".tostype('csr')")


def test_labels_make_ids() -> None:
    assert label({"axis": (0, 1), "mode": "a/b"}) == "axis=(0,1),mode=a_b"
    assert label({}) == "default"


@pytest.mark.parametrize("family", ["unary", "binary", "reduce"])
def test_families_cover_what_done_asks_for(family: str) -> None:
    suite = Suite("conformance.cases.ops.t")
    getattr(suite, family)("op")
    names: Any = [id.split("/", 3)[3] for id in suite.cases]
    assert {"float16", "float64", "int32", "rows", "transposed", "out", "grad_add"} <= set(names)
    assert any(name.startswith("bad_") for name in names)
    assert any("shape_1" in name or "x1" in name for name in names)
    assert any(case.call is not None and case.call.grad for case in suite.cases.values())


def test_unknown_layouts_are_refused() -> None:
    with pytest.raises(ValueError, match="layout"):
        Arr((2,), layout="diagonal")
    with pytest.raises(ValueError, match="shape or values"):
        Arr()
