"""Dtypes of operators of the NumPy front end: what their definitions give for small inputs of the dtypes at hand.

Their promotion rules are many (integers divided are float32, booleans summed int64, ...) and written down once, in the
definitions. Those that draw random numbers are not run: asking must not move a generator.
"""

from __future__ import annotations

import functools
from typing import Any

import torch

from .._core.errors import MXNetError
from .._core.state import THREAD
from ..registry.operator import Operator
from .types import NUMPY_TYPES, Dtype, put

#: operators of which an input is an index or a condition, whatever the others' dtype is
_APART = {
    "_npi_where": (0,), "_npi_where_lscalar": (0,), "_npi_where_rscalar": (0,), "_npi_where_scalar2": (0,),
    "_npi_insert_tensor": (2,), "_npi_delete": (1,), "_npi_boolean_mask_assign_scalar": (1,),
    "_npi_boolean_mask_assign_tensor": (1,),
}  # fmt: skip
_WHOLE = frozenset({"_npi_choice", "_npi_multinomial"})
_SIZES: tuple[tuple[int, ...], ...] = ((2, 2), (4,), (), (2, 2, 2), (4, 4), (1, 2, 2, 2))


def numpy_types(op: Operator, values: tuple[Any, ...], ins: list[Dtype], outs: list[Dtype]) -> None:
    """Add what can be worked out about one node; the lists are changed in place."""
    apart = _APART.get(op.name, ())
    shared = next((kind for i, kind in enumerate(ins) if kind is not None and i not in apart), None)
    attrs = op.attr_dict(values)
    if "size" in attrs or not ins:
        kind = attrs.get("dtype") or (torch.int64 if op.name in _WHOLE else torch.float32)
        for i in range(len(outs)):
            put(outs, i, kind)
        return
    if shared is None and len(apart) < len(ins):
        if attrs.get("dtype") is None:
            return
    for i in range(len(ins)):
        if i not in apart:
            ins[i] = ins[i] or shared
    if any(kind is None for i, kind in enumerate(ins) if i not in apart):
        return
    found = _probed(op, values, tuple([kind or torch.bool for kind in ins]), THREAD.np_shape)
    for i, kind in enumerate(found or [shared] * len(outs)):
        put(outs, i, kind)


@functools.lru_cache(maxsize=4096)
def _probed(
    op: Operator, values: tuple[Any, ...], kinds: tuple[torch.dtype, ...], np_shape: bool
) -> tuple[torch.dtype, ...] | None:
    """Dtypes of the outputs for inputs of these dtypes; None if no small input suits the attributes."""
    positions = list(range(len(kinds)))
    if op.variadic is None and op.list_inputs is not None:
        positions = [op.inputs.index(name) for name in op.list_inputs(op.attr_dict(values))]
    for size in _SIZES:
        tensors: list[Any] = [None] * len(op.inputs) if op.variadic is None else []
        for position, kind in zip(positions, kinds, strict=False):
            tensor = torch.ones(size, dtype=kind)
            if op.variadic is None:
                tensors[position] = tensor
            else:
                tensors.append(tensor)
        try:
            with torch.no_grad():
                result = op.call(tensors, values)
        except (MXNetError, RuntimeError, IndexError, ValueError, TypeError):
            continue
        results = [result] if isinstance(result, torch.Tensor) else list(result)
        return tuple(one.dtype for one in results)
    return None


NUMPY_TYPES.append(numpy_types)
