"""What the property object of a custom operator says of a call: names, shapes, dtypes and storage types."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch

from .._core.dtypes import NUMPY_OF_TORCH, TORCH_OF_NAME
from .._core.errors import MXNetError, NotSupportedError
from ..registry.tags import as_text
from .ndarray import _DTYPE_NP_TO_MX, NDArray

#: name -> class of the operator's property object
PROPERTIES: dict[str, Callable[..., Any]] = {}

_STYPES = ("default", "row_sparse", "csr")


@dataclass
class Plan:
    """What the property object says of one call."""

    name: str
    prop: Any
    arguments: int
    outputs: int
    states: int
    needed: frozenset[int]  # of head gradients, inputs and outputs, numbered in this order


@contextmanager
def asking(name: str, method: str) -> Iterator[None]:
    """What a program's own code raises reaches the caller as an MXNetError that names operator and method."""
    try:
        yield
    except NotSupportedError:
        raise
    except Exception as error:
        raise MXNetError(
            f"Custom: {method} of operator {name!r} failed with {type(error).__name__}: {error}"
        ) from error


def plan_of(kwargs: dict[str, Any]) -> Plan:
    texts = {key: as_text(value) for key, value in kwargs.items()}
    name = texts.pop("op_type", "")
    if not name:
        raise MXNetError("Custom: Required argument `op_type` is missing: the name that the operator was registered as")
    found = PROPERTIES.get(name)
    if found is None:
        raise MXNetError(
            f"Custom: Cannot find custom operator {name!r}, registered are {', '.join(sorted(PROPERTIES)) or 'none'}"
        )
    with asking(name, "the constructor"):
        prop = found(**texts)
    with asking(name, "list_arguments"):
        arguments = len(prop.list_arguments())
    with asking(name, "list_outputs"):
        outputs = len(prop.list_outputs())
    with asking(name, "list_auxiliary_states"):
        states = len(prop.list_auxiliary_states())
    heads, end = outputs, outputs + arguments
    with asking(name, "declare_backward_dependency"):
        needed = prop.declare_backward_dependency(
            list(range(heads)), list(range(heads, end)), list(range(end, end + outputs))
        )
    return Plan(name, prop, arguments, outputs, states, frozenset(needed))


def _three_lists(plan: Plan, method: str, answer: Any) -> tuple[list[Any], list[Any], list[Any]]:
    """Inputs', outputs' and states' entries of an answer of an ``infer_...`` method, counted."""
    if len(answer) not in (2, 3):
        raise ValueError(f"{method} must return 2 or 3 lists (inputs, outputs, auxiliary states), got {len(answer)}")
    lists = [list(part) for part in answer] + [[]]
    for what, entries, count in zip(
        ("inputs", "outputs", "auxiliary states"), lists, (plan.arguments, plan.outputs, plan.states), strict=False
    ):
        if len(entries) != count:
            raise ValueError(f"{method} must return {count} entries for the {what}, got {len(entries)}")
    return lists[0], lists[1], lists[2]


def infer_shapes(plan: Plan, inputs: list[NDArray], states: list[NDArray]) -> list[tuple[int, ...]]:
    with asking(plan.name, "infer_shape"):
        answer = plan.prop.infer_shape([list(array.shape) for array in inputs])
        given, outputs, auxiliary = (
            [tuple(map(_whole, shape)) for shape in part] for part in _three_lists(plan, "infer_shape", answer)
        )
    for what, arrays, shapes in (("input", inputs, given), ("auxiliary state", states, auxiliary)):
        for index, (array, shape) in enumerate(zip(arrays, shapes, strict=True)):
            fits = len(shape) == array.ndim and all(n in (-1, m) for n, m in zip(shape, array.shape, strict=True))
            if not fits:
                raise MXNetError(
                    f"Custom: operator {plan.name!r} wants shape {shape} for {what} {index}, got {array.shape}"
                )
    return outputs


def _whole(number: Any) -> int:
    return int(number.__index__())


def dtype_of(array: NDArray) -> Any:
    """The NumPy type, for arrays of `mx.np`, too."""
    return NUMPY_OF_TORCH[array._t.dtype]


def infer_dtypes(plan: Plan, inputs: list[NDArray], states: list[NDArray]) -> list[torch.dtype]:
    with asking(plan.name, "infer_type"):
        answer = plan.prop.infer_type([dtype_of(array) for array in inputs])
        given, outputs, auxiliary = _three_lists(plan, "infer_type", answer)
        for dtype in (*given, *outputs, *auxiliary):
            if not isinstance(dtype, type) or dtype not in _DTYPE_NP_TO_MX:
                raise TypeError(f"infer_type must return NumPy types such as numpy.float32, got {dtype!r}")
    for what, arrays, dtypes in (("input", inputs, given), ("auxiliary state", states, auxiliary)):
        for index, (array, dtype) in enumerate(zip(arrays, dtypes, strict=True)):
            if dtype_of(array) is not dtype:
                raise MXNetError(
                    f"Custom: operator {plan.name!r} wants dtype {dtype.__name__} for {what} {index}, "
                    f"got {dtype_of(array).__name__}"
                )
    return [TORCH_OF_NAME[dtype.__name__.rstrip("_")] for dtype in outputs]


def infer_storage(plan: Plan, inputs: list[NDArray], states: list[NDArray]) -> tuple[list[str], list[str], list[str]]:
    """Storage types of inputs, outputs and states, as the property has them."""
    with asking(plan.name, "infer_storage_type"):
        answer = plan.prop.infer_storage_type([array.stype for array in inputs])
        given, outputs, auxiliary = _three_lists(plan, "infer_storage_type", answer)
        for stype in (*given, *outputs, *auxiliary):
            if stype not in _STYPES:
                raise ValueError(f"storage type {stype!r} is not one of {_STYPES}")
    for what, arrays, stypes in (("input", inputs, given), ("auxiliary state", states, auxiliary)):
        for index, (array, stype) in enumerate(zip(arrays, stypes, strict=True)):
            if array.stype != stype:
                raise MXNetError(
                    f"Custom: operator {plan.name!r} wants storage type {stype} for {what} {index}, got {array.stype}"
                )
    return given, outputs, auxiliary


def infer_backward_storage(plan: Plan, known: list[list[str]], gradients: list[str]) -> list[list[str]]:
    """Storage types in backward, as the property has them.

    Args:
        plan: the operator.
        known: storage types of inputs, outputs and states; empty lists where all are dense.
        gradients: those of the gradient arrays; ``undefined`` where there is none, or none that a program made.

    Returns:
        Storage types of the head gradients, inputs, outputs, gradients and states, the first three of what backward
        needs only.
    """
    inputs, outputs, states = (
        part or ["default"] * n for part, n in zip(known, (plan.arguments, plan.outputs, plan.states), strict=True)
    )
    every = ["default"] * plan.outputs + inputs + outputs
    heads, end = plan.outputs, plan.outputs + plan.arguments
    needed = sorted(plan.needed)
    groups = [
        [every[i] for i in needed if i < heads],
        [every[i] for i in needed if heads <= i < end],
        [every[i] for i in needed if i >= end],
        gradients,
        states,
    ]
    with asking(plan.name, "infer_storage_type_backward"):
        answer = [list(part) for part in plan.prop.infer_storage_type_backward(*[list(group) for group in groups])]
        if len(answer) not in (4, 5):
            raise ValueError(f"infer_storage_type_backward returned {len(answer)} lists, it must be 4 or 5")
        for group, told in zip(groups, answer, strict=False):
            if len(group) != len(told) or any(stype not in _STYPES for stype in told):
                raise ValueError(f"infer_storage_type_backward was asked for {group}, returned {told}")
    # a head gradient comes in whatever storage the operator wants; the rest is there already
    for what, group, told in zip(("inputs", "outputs", "gradients"), groups[1:], answer[1:], strict=False):
        if any(have not in ("undefined", want) for have, want in zip(group, told, strict=True)):
            raise MXNetError(
                f"Custom: infer_storage_type_backward of operator {plan.name!r} wants {what} of storage {told}, "
                f"they are of {group}"
            )
    return answer
