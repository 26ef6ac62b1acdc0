"""Running operators that a program defines in Python: `mxnet.nd.Custom`.

`mxnet.operator.register` fills `PROPERTIES`. A call makes the operator's property object (which describes it), asks
it for shapes and types, lets it create the operator, runs that on arrays, and joins the results to the graph.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .._core.context import Context, current_context
from .._core.errors import ArgumentTypeError, MXNetError, NotSupportedError
from .._core.state import FLAGS, THREAD, set_recording
from ..autograd import _graph
from ..autograd._history import note
from ..registry.tags import as_text
from ._custom_property import PROPERTIES as PROPERTIES
from ._custom_property import (
    Plan,
    asking,
    dtype_of,
    infer_backward_storage,
    infer_dtypes,
    infer_shapes,
    infer_storage,
    plan_of,
)
from .ndarray import _DTYPE_NP_TO_MX, NDArray

#: what runs operators that want sparse arrays; put here by the package of those
STORED: list[Callable[..., Any]] = []


def Custom(*data: Any, **kwargs: Any) -> Any:
    """Apply an operator that was registered with `mxnet.operator.register`.

    Args:
        data: the inputs, then the auxiliary states (which the operator may write to).
        op_type: keyword only; the operator's registered name.
        out: keyword only; the array, or a list of arrays, to write into.
        kwargs: arguments of the operator's property class; they arrive there as strings.

    Returns:
        An array, or a list of arrays if the operator has several outputs.

    Raises:
        AssertionError: an input that is no array.
        MXNetError: no or an unknown ``op_type``, a wrong number of inputs, a shape, dtype or storage type that the
            property refuses, an exception inside the operator's own code.

    Differences:
        custom-add: with ``grad_req="add"`` an operator's backward is asked to write into a fresh array, which is then
        added; in MXNet it sees ``req`` "add" and the gradient array itself.
        custom-heads: head gradients are offered to ``infer_storage_type_backward`` as dense, and come in whatever
        storage it answers; MXNet offers them as they are, and insists on that.

    Source: MXNet 1.9.1 src/operator/custom/custom.cc, python/mxnet/operator.py.
    """
    out = kwargs.pop("out", None)
    kwargs.pop("name", None)
    for value in data:
        if not isinstance(value, NDArray):
            raise ArgumentTypeError(f"Custom: inputs by position must be NDArrays, got {value!r}")
    plan = plan_of(kwargs)
    if len(data) != plan.arguments + plan.states:
        raise MXNetError(
            f"Custom: operator {plan.name!r} expects {plan.arguments} inputs and {plan.states} auxiliary states, "
            f"but got {len(data)} arrays"
        )
    inputs, states = list(data[: plan.arguments]), list(data[plan.arguments :])
    ctx = data[0]._ctx if data else current_context()
    shapes = infer_shapes(plan, inputs, states)
    dtypes = infer_dtypes(plan, inputs, states)
    stypes = infer_storage(plan, inputs, states)
    with asking(plan.name, "create_operator"):
        every = [*inputs, *states]
        flags = [_DTYPE_NP_TO_MX[dtype_of(array)] for array in every]
        operator = plan.prop.create_operator(ctx, [list(array.shape) for array in every], flags)
    if any(stype != "default" for part in stypes for stype in part) or _has_sparse_gradient(inputs):
        made = STORED[0](plan, operator, inputs, states, stypes[1], shapes, dtypes, ctx)
        return _stored(plan, made, out)
    targets = _targets(plan, out, shapes, dtypes, ctx)
    sources = {array._t.data_ptr() for array in inputs}
    reqs = ["inplace" if out is not None and t.data_ptr() in sources else "write" for t in targets]
    _run_forward(plan, operator, inputs, states, targets, reqs, ctx)
    if FLAGS.recorders and THREAD.recording:
        for target in () if out is None else _listed(out):
            _graph.refuse_inplace("Custom with out=", target)
        targets = _join(plan, operator, inputs, states, targets, ctx)
    noted = THREAD.noting and FLAGS.recorders and THREAD.recording
    if out is not None:
        for array, tensor in zip(_listed(out), targets, strict=True):
            if tensor.requires_grad:
                array._t = tensor
        return out
    results = [NDArray._wrap(tensor, ctx) for tensor in targets]
    for result in results:
        if hasattr(result._t, "_mx_shadow"):
            result._become_integer_variable()
    if noted:
        note("Custom", {key: as_text(value) for key, value in kwargs.items()}, data, results)
    return results[0] if len(results) == 1 else results


def _listed(out: Any) -> list[Any]:
    return list(out) if isinstance(out, (list, tuple)) else [out]


def _has_sparse_gradient(inputs: list[NDArray]) -> bool:
    if not (FLAGS.recorders and THREAD.recording):
        return False
    leaves = [_graph.leaf_of(_graph.in_place_of(array._t)) for array in inputs]
    return any(leaf is not None and not leaf.dense for leaf in leaves)


def _stored(plan: Plan, made: list[NDArray], out: Any) -> Any:
    """The results of an operator with sparse arrays, or ``out`` with these results in it."""
    if out is None:
        return made[0] if len(made) == 1 else made
    arrays = _listed(out)
    if len(arrays) != len(made):
        raise MXNetError(f"Custom: out has {len(arrays)} arrays, operator {plan.name!r} has {len(made)} outputs")
    for index, (array, result) in enumerate(zip(arrays, made, strict=True)):
        if array.stype != result.stype:
            raise MXNetError(
                f"Custom: out {index} is of storage type {array.stype}, output {index} of operator {plan.name!r} of "
                f"{result.stype}"
            )
        result.copyto(array)
    return out


def _targets(
    plan: Plan, out: Any, shapes: Sequence[tuple[int, ...]], dtypes: Sequence[torch.dtype], ctx: Context
) -> list[Tensor]:
    """The tensors that the operator writes its outputs to."""
    if out is None:
        return [torch.zeros(s, dtype=d, device=ctx.torch_device) for s, d in zip(shapes, dtypes, strict=True)]
    arrays = _listed(out)
    if len(arrays) != plan.outputs:
        raise MXNetError(f"Custom: out has {len(arrays)} arrays, operator {plan.name!r} has {plan.outputs} outputs")
    for index, (array, shape, dtype) in enumerate(zip(arrays, shapes, dtypes, strict=True)):
        if not isinstance(array, NDArray):
            raise ArgumentTypeError(f"Custom: out must be an NDArray, got {type(array).__name__}")
        if array.shape != shape or array._t.dtype is not dtype:
            raise MXNetError(
                f"Custom: out {index} is {dtype_of(array).__name__} {array.shape}, output {index} of operator "
                f"{plan.name!r} is {dtype} {shape}"
            )
    return [array._t.data for array in arrays]


def _wrapped(tensors: Sequence[Tensor], ctx: Context) -> list[NDArray]:
    return [NDArray._wrap(tensor.detach(), ctx) for tensor in tensors]


def quietly(plan: Plan, what: str, method: Callable[..., Any], ctx: Context, **given: Any) -> None:
    """Run a method of the program's operator with nothing recorded; ``what`` names it where it fails."""
    previous = set_recording(False)
    try:
        with asking(plan.name, what), ctx:
            method(**given)
    finally:
        set_recording(previous)


def source_of(array: NDArray) -> Tensor:
    """The tensor by which an input belongs to a graph; without history if it belongs to none that is still there."""
    tensor = _graph.in_place_of(array._t)
    live = tensor.requires_grad and (tensor.is_leaf or not _graph.is_freed(tensor))
    return tensor if live else tensor.detach()


def gradients_of(found: Sequence[Tensor], wanted: Sequence[bool]) -> list[Tensor | None]:
    """What backward gives to torch: an integer input's gradient goes to the float64 tensor that stands for it."""
    return [
        None if not want else tensor if tensor.is_floating_point() else tensor.double()
        for tensor, want in zip(found, wanted, strict=True)
    ]


def _run_forward(
    plan: Plan,
    operator: Any,
    inputs: list[NDArray],
    states: list[NDArray],
    targets: list[Tensor],
    reqs: list[str],
    ctx: Context,
) -> None:
    quietly(
        plan,
        "forward",
        operator.forward,
        ctx,
        is_train=int(THREAD.training),
        req=reqs,
        in_data=_wrapped([x._t for x in inputs], ctx),
        out_data=_wrapped(targets, ctx),
        aux=_wrapped([x._t for x in states], ctx),
    )


def _join(
    plan: Plan, operator: Any, inputs: list[NDArray], states: list[NDArray], targets: list[Tensor], ctx: Context
) -> list[Tensor]:
    """The outputs as members of the inputs' graph, if that has any variable."""
    sources = [source_of(array) for array in inputs]
    if not any(tensor.requires_grad for tensor in sources):
        return targets
    for array in inputs:
        if not array._t.requires_grad:
            array._const = THREAD.tape
    # without history: a tensor that knew the graph here would keep it, and itself, alive for ever
    plain_inputs, plain_states = [x._t.detach() for x in inputs], [x._t.detach() for x in states]
    call = _Call(plan, operator, sources, plain_inputs, [t.detach() for t in targets], plain_states, ctx)
    with torch.enable_grad():
        plain = tuple(t if t.is_floating_point() else t.double() for t in targets)
        joined = _Bridge.apply(call, plain, *sources)  # type: ignore[no-untyped-call]
    results = []
    for target, member in zip(targets, joined, strict=True):
        if not target.is_floating_point():
            _graph.set_shadow(target, member)
            member = target
        results.append(member)
    return results


class _Bridge(torch.autograd.Function):
    """Puts already computed outputs into the graph; backward asks the program's operator."""

    @staticmethod
    def forward(ctx: Any, call: _Call, outputs: tuple[Tensor, ...], *inputs: Tensor) -> Any:
        ctx.call = call
        return tuple(tensor.view_as(tensor) for tensor in outputs)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Any:
        call: _Call = ctx.call
        found = call.backward(grads, ctx.needs_input_grad[2:])
        if torch.is_grad_enabled():  # the gradient itself is being recorded
            found = [None if g is None else _Last.apply(call, g, *call.sources) for g in found]  # type: ignore[no-untyped-call]
        return (None, None, *found)


class _Last(torch.autograd.Function):
    """Makes a gradient part of the graph: as one that has no derivative."""

    @staticmethod
    def forward(ctx: Any, call: _Call, gradient: Tensor, *sources: Tensor) -> Tensor:
        ctx.name = call.plan.name
        return gradient.view_as(gradient)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Any:
        raise MXNetError(f"Custom: the gradient of operator {ctx.name!r} is non-differentiable: it has no derivative")


@dataclass
class _Call:
    """One recorded call: what its backward needs."""

    plan: Plan
    operator: Any
    sources: list[Tensor]
    inputs: list[Tensor]
    outputs: list[Tensor]
    states: list[Tensor]
    ctx: Context

    def backward(self, grads: Sequence[Tensor], wanted: Sequence[bool]) -> list[Tensor | None]:
        """Gradients of the inputs; None where none is wanted."""
        plan, ctx = self.plan, self.ctx
        heads = [g.to(o.dtype).contiguous() for g, o in zip(grads, self.outputs, strict=True)]
        found = [torch.zeros_like(tensor) for tensor in self.inputs]
        # what the property did not ask for is there in name only: it has no values
        absent = torch.empty((), device="meta")
        known = [t if i in plan.needed else absent for i, t in enumerate([*heads, *self.inputs, *self.outputs])]
        inner = len(heads), len(heads) + len(self.inputs)
        gradients = ["default" if want else "undefined" for want in wanted]
        asked = infer_backward_storage(plan, [[], [], []], gradients)
        if any(stype != "default" for part in asked for stype in part):
            raise NotSupportedError(f"Custom: operator {plan.name!r} with dense arrays and sparse gradients")
        quietly(
            plan,
            "backward",
            self.operator.backward,
            ctx,
            req=["write" if want else "null" for want in wanted],
            out_grad=_wrapped(known[: inner[0]], ctx),
            in_data=_wrapped(known[inner[0] : inner[1]], ctx),
            out_data=_wrapped(known[inner[1] :], ctx),
            in_grad=_wrapped(found, ctx),
            aux=_wrapped(self.states, ctx),
        )
        return gradients_of(found, wanted)
