"""`NumpyOp` and `NDArrayOp`, the operator classes from before `CustomOp`, as nodes of a graph.

Each object gets a name of its own and runs as a custom operator does; what differs is what it is called with.

Source: MXNet 1.9.1 python/mxnet/operator.py, src/operator/custom/{native_op-inl.h,ndarray_op.cc}.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .._core.errors import ArgumentTypeError, MXNetError
from ..attribute import _scoped_attributes
from ..graph.build import make_node, operator_attributes, outputs_of
from ..graph.facts import FACTORIES, GraphOperator, is_user_attribute
from ..name import _new_name
from ..nd._custom import PROPERTIES
from ._custom import record_of
from ._symbol import Symbol

#: operator -> name that a node of it gets when it has none
_HINTS = {"_Native": "_native", "_NDArray": "_ndarray"}
#: ``info`` attribute -> the object, kept as long as the process lives, as in MXNet
_OWNERS: dict[str, tuple[str, Any]] = {}


class _OnArrays:
    """Runs an ``NDArrayOp`` in the place of a `CustomOp`."""

    def __init__(self, owner: Any, heads: bool) -> None:
        self.owner, self.heads = owner, heads

    def forward(
        self, is_train: int, req: Sequence[str], in_data: list[Any], out_data: list[Any], aux: list[Any]
    ) -> None:
        self.owner.forward(in_data=in_data, out_data=out_data)

    def backward(
        self,
        req: Sequence[str],
        out_grad: list[Any],
        in_data: list[Any],
        out_data: list[Any],
        in_grad: list[Any],
        aux: list[Any],
    ) -> None:
        heads = out_grad if self.heads else []
        self.owner.backward(in_data=in_data, out_data=out_data, in_grad=in_grad, out_grad=heads)


class _OnNumpy(_OnArrays):
    """Runs a ``NumpyOp``: what it writes to is copied back."""

    def forward(
        self, is_train: int, req: Sequence[str], in_data: list[Any], out_data: list[Any], aux: list[Any]
    ) -> None:
        outs = _numpy(out_data)
        self.owner.forward(in_data=_numpy(in_data), out_data=outs)
        _write(out_data, outs)

    def backward(
        self,
        req: Sequence[str],
        out_grad: list[Any],
        in_data: list[Any],
        out_data: list[Any],
        in_grad: list[Any],
        aux: list[Any],
    ) -> None:
        grads = _numpy(in_grad)
        heads = _numpy(out_grad) if self.heads else []
        self.owner.backward(in_data=_numpy(in_data), out_data=_numpy(out_data), in_grad=grads, out_grad=heads)
        _write(in_grad, grads)


def _numpy(arrays: Sequence[Any]) -> list[Any]:
    return [array.asnumpy() for array in arrays]


def _write(arrays: Sequence[Any], values: Sequence[Any]) -> None:
    for array, value in zip(arrays, values, strict=True):
        array[:] = value


class _Property:
    """The property object of a custom operator, made from a ``PythonOp``. Everything is float32."""

    def __init__(self, op: str, owner: Any) -> None:
        self.op, self.owner = op, owner
        self.heads = bool(owner.need_top_grad())

    def list_arguments(self) -> list[str]:
        return list(self.owner.list_arguments())

    def list_outputs(self) -> list[str]:
        return list(self.owner.list_outputs())

    def list_auxiliary_states(self) -> list[str]:
        return []

    def infer_shape(self, in_shape: list[Any]) -> Any:
        inputs, outputs = self.owner.infer_shape(in_shape)
        return list(inputs), list(outputs), []

    def infer_type(self, in_type: list[Any]) -> Any:
        return in_type, [np.float32] * len(self.list_outputs()), []

    def infer_storage_type(self, in_stype: list[str]) -> Any:
        return in_stype, ["default"] * len(self.list_outputs()), []

    def infer_storage_type_backward(self, *stypes: list[str]) -> Any:
        return [["default"] * len(part) for part in stypes]

    def declare_backward_dependency(self, out_grad: list[int], in_data: list[int], out_data: list[int]) -> list[int]:
        if self.op == "_NDArray":
            return list(self.owner.declare_backward_dependency(out_grad, in_data, out_data))
        return [*(out_grad if self.heads else ()), *in_data, *out_data]

    def create_operator(self, ctx: Any, in_shapes: list[Any], in_dtypes: list[Any]) -> _OnArrays:
        return (_OnNumpy if self.op == "_Native" else _OnArrays)(self.owner, self.heads or self.op == "_NDArray")


def python_op_symbol(op: str, owner: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Symbol:
    """A node that runs ``owner``.

    Args:
        op: ``"_Native"`` for a ``NumpyOp``, ``"_NDArray"`` for an ``NDArrayOp``.
        owner: the object.
        args: inputs in order.
        kwargs: inputs by name, ``name``, ``attr``.

    Raises:
        AssertionError: an input that is no symbol.
        TypeError: inputs both by position and by name.
        MXNetError: an unknown input name, an exception in the object's own code.
    """
    for value in args:
        if not isinstance(value, Symbol):
            raise ArgumentTypeError(f"{op}: inputs by position must be Symbols, got {value!r}")
    attr, name = kwargs.pop("attr", None), kwargs.pop("name", None)
    kwargs.update(_scoped_attributes(attr))
    named = {key: value.handle for key, value in kwargs.items() if isinstance(value, Symbol)}
    if args and named:
        raise TypeError(f"{op}: inputs come either by position or by name, not both")
    info = f"{id(owner):x}"
    _OWNERS[info] = op, owner
    texts: dict[str, Any] = {"info": info}
    if op == "_Native":
        texts["need_top_grad"] = bool(owner.need_top_grad())
    texts.update({key: value for key, value in kwargs.items() if key not in named})
    attrs = operator_attributes(texts)
    record = FACTORIES[op](attrs)
    node = make_node(record, _new_name(name, _HINTS[op]), attrs, [value.handle for value in args], named)
    return Symbol(outputs_of(node))


def _factory(op: str) -> Any:
    def record(attrs: Mapping[str, str]) -> GraphOperator:
        given = {key: value for key, value in attrs.items() if not is_user_attribute(key)}
        unknown = sorted(set(given) - {"info", "need_top_grad" if op == "_Native" else "info"})
        if unknown:
            raise MXNetError(f"Cannot find argument '{unknown[0]}', Possible Arguments:\ninfo, in operator {op}")
        kind, owner = _OWNERS.get(given.get("info", ""), ("", None))
        if kind != op:
            raise MXNetError(f"{op}: its Python object is not in this process; make the symbol with get_symbol() again")
        label = f"{op}:{given['info']}"
        prop = _Property(op, owner)
        PROPERTIES[label] = lambda: prop
        return record_of(op, label, prop, {"op_type": label})

    return record


for _op in _HINTS:
    FACTORIES[_op] = _factory(_op)
