"""Custom operators whose property object wants sparse arrays: they run on arrays of the storage that it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ..._core.context import Context
from ..._core.state import FLAGS, THREAD
from ...autograd import _graph
from .. import _custom
from .._custom import _Bridge, gradients_of, quietly, source_of
from .._custom_property import Plan, infer_backward_storage
from ..ndarray import NDArray
from .base import BaseSparseNDArray, in_storage, zeros_of


def run_stored(
    plan: Plan,
    operator: Any,
    inputs: list[NDArray],
    states: list[NDArray],
    stypes: list[str],
    shapes: Sequence[tuple[int, ...]],
    dtypes: Sequence[torch.dtype],
    ctx: Context,
) -> list[NDArray]:
    """Run the operator; its results are members of the inputs' graph.

    Args:
        plan: what the property object says.
        operator: the operator.
        inputs: of the storage types that the property wants.
        states: the same; dense ones may be written to.
        stypes: storage types of the outputs.
        shapes: their shapes.
        dtypes: their dtypes.
        ctx: where it runs.
    """
    plain = [array.detach() for array in inputs]
    results = [zeros_of(*each, ctx) for each in zip(stypes, shapes, dtypes, strict=True)]
    recording = FLAGS.recorders and THREAD.recording
    quietly(
        plan,
        "forward",
        operator.forward,
        ctx,
        is_train=int(THREAD.training),
        req=["write"] * len(results),
        in_data=plain,
        out_data=results,
        aux=[array.detach() for array in states],
    )
    return _joined(plan, operator, inputs, plain, results, states, ctx) if recording else results


def _joined(
    plan: Plan, operator: Any, inputs: list[NDArray], plain: list[NDArray], results: list[NDArray],
    states: list[NDArray], ctx: Context,
) -> list[NDArray]:  # fmt: skip
    """The results with the history of the inputs, if those have any."""
    sources, stypes = [], []
    for array in inputs:
        sources.append(source_of(array))
        leaf = _graph.leaf_of(sources[-1]) if sources[-1].requires_grad else None
        stypes.append("undefined" if leaf is None else leaf.grad.stype)
    if not any(tensor.requires_grad for tensor in sources):
        return results
    kept = [result.detach() for result in results]
    call = _StoredCall(plan, operator, sources, stypes, plain, kept, [array.detach() for array in states], ctx)
    with torch.enable_grad():
        dense = tuple(result._t.detach() for result in kept)
        shadows = tuple(t if t.is_floating_point() else t.double() for t in dense)
        members = _Bridge.apply(call, shadows, *sources)  # type: ignore[no-untyped-call]
    joined: list[NDArray] = []
    for result, tensor, member in zip(results, dense, members, strict=True):
        if isinstance(result, BaseSparseNDArray):
            result._twin = member
            joined.append(result)
        elif tensor.is_floating_point():
            joined.append(NDArray._wrap(member, ctx))
        else:
            _graph.set_shadow(result._t, member)
            result._become_integer_variable()
            joined.append(result)
    return joined


@dataclass
class _StoredCall:
    """One recorded call: what its backward needs. The arrays have no history."""

    plan: Plan
    operator: Any
    sources: list[Tensor]
    stypes: list[str]  # of the gradient arrays
    inputs: list[NDArray]
    outputs: list[NDArray]
    states: list[NDArray]
    ctx: Context

    def backward(self, grads: Sequence[Tensor], wanted: Sequence[bool]) -> list[Tensor | None]:
        """Gradients of the inputs, dense; None where none is wanted."""
        plan, ctx = self.plan, self.ctx
        known = [[array.stype for array in part] for part in (self.inputs, self.outputs, self.states)]
        given = [stype if want else "undefined" for stype, want in zip(self.stypes, wanted, strict=True)]
        asked = infer_backward_storage(plan, known, given)
        heads = iter(asked[0])
        absent = NDArray._wrap(torch.empty((), device="meta"), ctx)  # what the property did not ask for has no values
        out_grad = []
        for i, (grad, output) in enumerate(zip(grads, self.outputs, strict=True)):
            plain = NDArray._wrap(grad.detach().to(_dtype(output)).contiguous(), ctx)
            out_grad.append(in_storage(next(heads), plain) if i in plan.needed else absent)
        first, second = plan.outputs, plan.outputs + plan.arguments
        found = [
            zeros_of(stype, array.shape, _dtype(array), ctx) for stype, array in zip(asked[3], self.inputs, strict=True)
        ]
        quietly(
            plan,
            "backward",
            self.operator.backward,
            ctx,
            req=["write" if want else "null" for want in wanted],
            out_grad=out_grad,
            in_data=[a if first + i in plan.needed else absent for i, a in enumerate(self.inputs)],
            out_data=[a if second + i in plan.needed else absent for i, a in enumerate(self.outputs)],
            in_grad=found,
            aux=list(self.states),
        )
        return gradients_of([array._t.detach() for array in found], wanted)


def _dtype(array: NDArray) -> torch.dtype:
    return array._values.dtype if isinstance(array, BaseSparseNDArray) else array._t.dtype


def install() -> None:
    """Let custom operators have sparse arrays."""
    _custom.STORED[:] = [run_stored]
