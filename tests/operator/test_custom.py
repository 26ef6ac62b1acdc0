"""What is ours alone about custom operators; what MXNet does is recorded in conformance/cases/custom.py."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest
import torch

import mxcompat as mx


class Identity(mx.operator.CustomOp):
    seen: list[Any] = []

    def forward(self, is_train: int, req: list[str], in_data: list[Any], out_data: list[Any], aux: list[Any]) -> None:
        Identity.seen.append((torch.is_grad_enabled(), in_data[0].to_torch().requires_grad))
        self.assign(out_data[0], req[0], in_data[0])

    def backward(
        self, req: list[str], out_grad: Any, in_data: Any, out_data: Any, in_grad: Any, aux: list[Any]
    ) -> None:
        self.assign(in_grad[0], req[0], out_grad[0])


class Failing(Identity):
    def forward(self, is_train: int, req: list[str], in_data: list[Any], out_data: list[Any], aux: list[Any]) -> None:
        raise KeyError("the data are bad")


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Operators `ours` and `ours_failing`, forgotten after the test."""
    from mxcompat.nd import _custom

    # item by item: other modules hold the same dict
    for name, kind in (("ours", Identity), ("ours_failing", Failing)):
        prop = type("Prop", (mx.operator.CustomOpProp,), {"create_operator": lambda self, *_, kind=kind: kind()})
        monkeypatch.setitem(_custom.PROPERTIES, name, prop)
    Identity.seen.clear()


def test_the_programs_own_exception_is_the_cause() -> None:
    with pytest.raises(mx.MXNetError, match=r"forward of operator 'ours_failing'.*KeyError.*data are bad") as caught:
        mx.nd.Custom(mx.nd.ones(2), op_type="ours_failing")
    assert isinstance(caught.value.__cause__, KeyError)


def test_a_failing_operator_leaves_the_flags_alone() -> None:
    before = mx.current_context()
    with mx.autograd.record():
        with pytest.raises(mx.MXNetError):
            mx.nd.Custom(mx.nd.ones(2), op_type="ours_failing")
        assert mx.autograd.is_recording()
        assert mx.autograd.is_training()
    assert mx.current_context() == before


def test_unknown_operator_names_the_known_ones() -> None:
    with pytest.raises(mx.MXNetError, match="ours_failing"):
        mx.nd.Custom(mx.nd.ones(2), op_type="our")


@pytest.mark.parametrize("grad_mode", [True, False])
def test_torch_grad_mode_is_the_users_and_inputs_have_no_history(grad_mode: bool) -> None:
    x = mx.nd.ones(2)
    x.attach_grad()
    with torch.set_grad_enabled(grad_mode):
        with mx.autograd.record():
            y = mx.nd.Custom(x * 2, op_type="ours")
        y.backward()
        assert torch.is_grad_enabled() is grad_mode
    assert Identity.seen == [(grad_mode, False)]
    assert x.grad.asnumpy().tolist() == [2, 2]


@pytest.mark.parametrize("dtype", ["float32", "int32"])
def test_nothing_keeps_a_recorded_call_alive(dtype: str) -> None:
    x = mx.nd.ones(2, dtype=dtype)
    x.attach_grad()
    with mx.autograd.record():
        y = mx.nd.Custom(x, op_type="ours")
    operator = weakref.ref(next(o for o in gc.get_objects() if type(o) is Identity))
    assert operator() is not None
    del y
    assert operator() is None


def test_output_shares_the_memory_the_operator_wrote() -> None:
    kept = []

    class Keeping(Identity):
        def forward(self, is_train: Any, req: Any, in_data: Any, out_data: Any, aux: Any) -> None:
            super().forward(is_train, req, in_data, out_data, aux)
            kept.append(out_data[0])

    from mxcompat.nd import _custom

    _custom.PROPERTIES["keeping"] = type(
        "Prop", (mx.operator.CustomOpProp,), {"create_operator": lambda self, *_: Keeping()}
    )
    y = mx.nd.Custom(mx.nd.ones(2), op_type="keeping")
    y[:] = 5
    assert kept[0].asnumpy().tolist() == [5, 5]


@pytest.mark.parametrize("cls", [mx.operator.NumpyOp, mx.operator.NDArrayOp])
@pytest.mark.filterwarnings("ignore:.*has been deprecated")
def test_older_classes_refuse_what_is_no_symbol(cls: type) -> None:
    with pytest.raises(AssertionError, match="must be Symbol"):
        cls()(mx.nd.ones(2))


@pytest.mark.filterwarnings("ignore:.*has been deprecated")
def test_older_class_in_a_file_of_another_process() -> None:
    text = mx.operator.NumpyOp().get_symbol(mx.sym.var("x")).tojson()
    other = text.replace('"info": "', '"info": "f')
    with pytest.raises(mx.MXNetError, match="not in this process"):
        mx.sym.load_json(other)


def test_older_classes_warn() -> None:
    with pytest.warns(UserWarning, match="NumpyOp has been deprecated"), pytest.warns(UserWarning, match="PythonOp"):
        mx.operator.NumpyOp()


class Doubling(Identity):
    """Doubles sparse arrays; its gradient is that of the storage it is given."""

    def forward(self, is_train: int, req: list[str], in_data: list[Any], out_data: list[Any], aux: list[Any]) -> None:
        self.assign(out_data[0], req[0], in_data[0] * 2)

    def backward(
        self, req: list[str], out_grad: Any, in_data: Any, out_data: Any, in_grad: Any, aux: list[Any]
    ) -> None:
        self.assign(in_grad[0], req[0], (out_grad[0] * 2).tostype(in_grad[0].stype))


class DoublingProp(mx.operator.CustomOpProp):
    def infer_storage_type(self, in_stype: list[str]) -> Any:
        return in_stype, list(in_stype), []

    def infer_storage_type_backward(self, heads: Any, inputs: Any, outputs: Any, gradients: Any, aux: Any) -> Any:
        return heads, inputs, outputs, gradients, aux

    def create_operator(self, ctx: Any, in_shapes: Any, in_dtypes: Any) -> mx.operator.CustomOp:
        return Doubling()


@pytest.mark.parametrize("stype", ["csr", "row_sparse"])
def test_a_sparse_call_frees_what_it_recorded(stype: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from mxcompat.nd import _custom

    monkeypatch.setitem(_custom.PROPERTIES, "doubling", DoublingProp)
    x = mx.nd.array([[0, 1], [2, 0]]).tostype(stype)
    x.attach_grad()
    with mx.autograd.record():
        y = mx.nd.Custom(x, op_type="doubling")
    assert y.stype == stype
    member = weakref.ref(y._twin)
    y.backward()
    assert x.grad.asnumpy().tolist() == [[2, 2], [2, 2]]
    del y
    gc.collect()
    assert member() is None


def test_storage_that_the_property_does_not_want(monkeypatch: pytest.MonkeyPatch) -> None:
    from mxcompat.nd import _custom

    csr_only = type("CsrOnly", (DoublingProp,), {"infer_storage_type": lambda self, stypes: (["csr"], ["csr"], [])})
    monkeypatch.setitem(_custom.PROPERTIES, "csr_only", csr_only)
    with pytest.raises(mx.MXNetError, match=r"'csr_only' wants storage type csr for input 0, got default"):
        mx.nd.Custom(mx.nd.ones((2, 2)), op_type="csr_only")
    with pytest.raises(mx.MXNetError, match="out 0 is of storage type default"):
        mx.nd.Custom(mx.nd.ones((2, 2)).tostype("csr"), op_type="csr_only", out=mx.nd.ones((2, 2)))


def test_every_listed_operator_has_arguments() -> None:
    for name in mx.operator.get_all_registered_operators():
        found = mx.operator.get_operator_arguments(name)
        assert found.narg == len(found.names) == len(found.types)
