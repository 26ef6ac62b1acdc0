"""`mxnet.sym.Custom`: operators written in Python, in a graph.

Every node has a record of its own, made from its attributes: the property object says what it takes
and gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .._core.context import Context
from .._core.dtypes import NUMPY_OF_TORCH, to_torch_dtype
from .._core.errors import ArgumentTypeError, MXNetError
from .._core.state import set_recording
from ..attribute import _scoped_attributes
from ..graph.build import make_node, operator_attributes, outputs_of
from ..graph.facts import FACTORIES, GraphOperator, is_user_attribute
from ..graph.node import Node
from ..graph.shapes import Shape, fill, is_known
from ..graph.types import Dtype, put
from ..name import _new_name
from ..nd._custom import PROPERTIES
from ..nd._custom import Custom as _run_on_arrays
from ..nd.ndarray import NDArray
from ._symbol import Symbol


def Custom(*data: Any, **kwargs: Any) -> Any:
    """An operator that was registered with `mxnet.operator.register`, as a node.

    Args:
        data: inputs in order; or by name, as keywords. Missing ones become variables.
        op_type: keyword only; the operator's registered name.
        name, attr: as for every operator.
        kwargs: arguments of the operator's property class; they arrive there as strings.

    Raises:
        AssertionError: an input that is no symbol.
        TypeError: inputs both by position and by name.
        MXNetError: no or an unknown ``op_type``, an unknown input name, an exception in the property's own code.

    Source: MXNet 1.9.1 src/operator/custom/custom.cc.
    """
    for value in data:
        if not isinstance(value, Symbol):
            raise ArgumentTypeError(f"Custom: inputs by position must be Symbols, got {value!r}")
    attr, name, _ = kwargs.pop("attr", None), kwargs.pop("name", None), kwargs.pop("out", None)
    kwargs.update(_scoped_attributes(attr))
    named = {key: value.handle for key, value in kwargs.items() if isinstance(value, Symbol)}
    if data and named:
        raise TypeError("Custom: inputs come either by position or by name, not both")
    attrs = operator_attributes({key: value for key, value in kwargs.items() if key not in named})
    node_name = _new_name(name, "custom")
    node = make_node(_record(attrs), node_name, attrs, [value.handle for value in data], named)
    return Symbol(outputs_of(node))


def _record(attrs: Mapping[str, str]) -> GraphOperator:
    """The record of one node."""
    texts = {key: value for key, value in attrs.items() if not is_user_attribute(key)}
    name = texts.get("op_type", "")
    found = PROPERTIES.get(name)
    if found is None:
        known = ", ".join(sorted(PROPERTIES)) or "none"
        raise MXNetError(f"Custom: Cannot find custom operator {name!r}, registered are {known}")
    given = {key: value for key, value in texts.items() if key != "op_type"}
    try:
        prop = found(**given)
    except Exception as error:
        raise _failed(name, error) from error
    return record_of("Custom", name, prop, texts)


def record_of(op: str, name: str, prop: Any, texts: dict[str, str]) -> GraphOperator:
    """The record of a node whose operator a program wrote.

    Args:
        op: the operator's name in the graph.
        name: what the property object is registered as.
        prop: the property object.
        texts: what `mxnet.nd.Custom` is to be called with.
    """
    try:
        arguments, outputs = list(prop.list_arguments()), list(prop.list_outputs())
        states = list(prop.list_auxiliary_states())
        heads, end = len(outputs), len(outputs) + len(arguments)
        needed = prop.declare_backward_dependency(
            list(range(heads)), list(range(heads, end)), list(range(end, end + heads))
        )
        is_loss = not any(number < heads for number in needed)
    except Exception as error:
        raise _failed(name, error) from error

    def run(*tensors: Tensor) -> Any:
        return _run(tensors, texts)

    def shapes(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
        _infer_shapes(name, prop, len(arguments), ins, outs)

    def types(node: Node, ins: list[Dtype], outs: list[Dtype]) -> None:
        _infer_types(name, prop, len(arguments), ins, outs)

    return GraphOperator(
        op, run, (*arguments, *states), frozenset(), None, (), outputs=len(outputs), mutates=tuple(states),
        output_names=tuple(outputs), infer_shapes=shapes, infer_types=types,
        hints={
            "is_loss": is_loss,
            "on_arrays": lambda *arrays: _run_on_arrays(*arrays, **texts),
            "storage": lambda stypes: prop.infer_storage_type(stypes[: len(arguments)])[1],
            "gradient_storage": lambda stypes: _gradient_storage(prop, needed, stypes, len(arguments), len(outputs)),
        },
        doc=Custom.__doc__ or "",
    )  # fmt: skip


def _gradient_storage(prop: Any, needed: Any, stypes: list[str], arguments: int, outputs: int) -> list[str]:
    """Storage types of the gradients of the inputs, for dense head gradients."""
    inputs, states = stypes[:arguments], stypes[arguments:]
    results = list(prop.infer_storage_type(list(inputs))[1])
    every = ["default"] * outputs + inputs + results
    end = outputs + arguments
    answer = prop.infer_storage_type_backward(
        [every[i] for i in sorted(needed) if i < outputs],
        [every[i] for i in sorted(needed) if outputs <= i < end],
        [every[i] for i in sorted(needed) if i >= end],
        ["undefined"] * arguments,
        list(states),
    )
    return [str(stype) for stype in answer[3]]


def _failed(name: str, error: Exception) -> MXNetError:
    return MXNetError(f"Custom: operator {name!r} failed with {type(error).__name__}: {error}")


FACTORIES["Custom"] = _record


def _run(tensors: tuple[Tensor, ...], texts: dict[str, str]) -> Any:
    """The operator on tensors; where they have a history its backward joins it."""
    device = tensors[0].device if tensors else torch.device("cpu")
    ctx = Context("gpu", device.index or 0) if device.type == "cuda" else Context("cpu", 0)
    arrays = [NDArray._wrap(tensor, ctx) for tensor in tensors]
    before = set_recording(torch.is_grad_enabled() and any(tensor.requires_grad for tensor in tensors))
    try:
        results = _run_on_arrays(*arrays, **texts)
    finally:
        set_recording(before)
    return tuple(each._t for each in results) if isinstance(results, list) else results._t


def _infer_shapes(name: str, prop: Any, count: int, ins: list[Shape], outs: list[Shape]) -> None:
    if count and not is_known(ins[0]):
        return
    asked = [list(shape) if shape is not None and is_known(shape) else [] for shape in ins[:count]]
    try:
        answer = [list(part) for part in prop.infer_shape(asked)]
    except Exception as error:
        if all(is_known(shape) for shape in ins[:count]):
            raise MXNetError(
                f"Custom: infer_shape of operator {name!r} failed with {type(error).__name__}: {error}"
            ) from error
        return  # it may need what is not known yet
    for i, shape in enumerate([*answer[0], *(answer[2] if len(answer) > 2 else [])][: len(ins)]):
        fill(ins, i, _shape(shape))
    for i, shape in enumerate(answer[1][: len(outs)]):
        fill(outs, i, _shape(shape))


def _shape(shape: Any) -> Shape:
    return tuple(int(d) for d in shape) or None


def _infer_types(name: str, prop: Any, count: int, ins: list[Dtype], outs: list[Dtype]) -> None:
    first = next((kind for kind in ins[:count] if kind is not None), None)
    if first is None:
        return
    asked = [NUMPY_OF_TORCH[kind or first] for kind in ins[:count]]
    try:
        answer = [list(part) for part in prop.infer_type(asked)]
    except Exception as error:
        raise MXNetError(
            f"Custom: infer_type of operator {name!r} failed with {type(error).__name__}: {error}"
        ) from error
    for i, kind in enumerate([*answer[0], *(answer[2] if len(answer) > 2 else [])][: len(ins)]):
        put(ins, i, to_torch_dtype(np.dtype(kind)))
    for i, kind in enumerate(answer[1][: len(outs)]):
        put(outs, i, to_torch_dtype(np.dtype(kind)))
