"""Running operators that a program defines in Python: `mxnet.nd.Custom`.

`mxnet.operator.register` fills `PROPERTIES`. A call makes the operator's property object (which describes it), asks
it for shapes and types, lets it create the operator, runs that on arrays, and joins the results to the graph.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .._core.context import Context, current_context
from .._core.dtypes import NUMPY_OF_TORCH, TORCH_OF_NAME
from .._core.errors import ArgumentTypeError, MXNetError, NotSupportedError
from .._core.state import FLAGS, THREAD, is_recording, set_recording
from ..autograd import _graph
from ..autograd._history import note
from ..registry.tags import as_text
from .ndarray import _DTYPE_NP_TO_MX, NDArray

#: name -> class of the operator's property object
PROPERTIES: dict[str, Callable[..., Any]] = {}

_STYPES = ("default", "row_sparse", "csr")


@dataclass
class _Plan:
    """What the property object says of one call."""

    name: str
    prop: Any
    arguments: int
    outputs: int
    states: int
    needed: frozenset[int]  # of head gradients, inputs and outputs, numbered in this order


@contextmanager
def _asking(name: str, method: str) -> Iterator[None]:
    """What a program's own code raises reaches the caller as an MXNetError that names operator and method."""
    try:
        yield
    except NotSupportedError:
        raise
    except Exception as error:
        raise MXNetError(
            f"Custom: {method} of operator {name!r} failed with {type(error).__name__}: {error}"
        ) from error


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
        MXNetError: no or an unknown ``op_type``, a wrong number of inputs, a shape or dtype that the property
            refuses, an exception inside the operator's own code.

    Differences:
        custom-add: with ``grad_req="add"`` an operator's backward is asked to write into a fresh array, which is then
        added; in MXNet it sees ``req`` "add" and the gradient array itself.

    Source: MXNet 1.9.1 src/operator/custom/custom.cc, python/mxnet/operator.py.
    """
    out = kwargs.pop("out", None)
    kwargs.pop("name", None)
    for value in data:
        if not isinstance(value, NDArray):
            raise ArgumentTypeError(f"Custom: inputs by position must be NDArrays, got {value!r}")
    plan = _plan(kwargs)
    if len(data) != plan.arguments + plan.states:
        raise MXNetError(
            f"Custom: operator {plan.name!r} expects {plan.arguments} inputs and {plan.states} auxiliary states, "
            f"but got {len(data)} arrays"
        )
    inputs, states = list(data[: plan.arguments]), list(data[plan.arguments :])
    ctx = data[0]._ctx if data else current_context()
    shapes = _infer_shapes(plan, inputs, states)
    dtypes = _infer_dtypes(plan, inputs, states)
    _check_storage(plan, inputs)
    with _asking(plan.name, "create_operator"):
        every = [*inputs, *states]
        flags = [_DTYPE_NP_TO_MX[_dtype(array)] for array in every]
        operator = plan.prop.create_operator(ctx, [list(array.shape) for array in every], flags)
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


def _plan(kwargs: dict[str, Any]) -> _Plan:
    texts = {key: as_text(value) for key, value in kwargs.items()}
    name = texts.pop("op_type", "")
    if not name:
        raise MXNetError("Custom: Required argument `op_type` is missing: the name that the operator was registered as")
    found = PROPERTIES.get(name)
    if found is None:
        raise MXNetError(
            f"Custom: Cannot find custom operator {name!r}, registered are {', '.join(sorted(PROPERTIES)) or 'none'}"
        )
    with _asking(name, "the constructor"):
        prop = found(**texts)
    with _asking(name, "list_arguments"):
        arguments = len(prop.list_arguments())
    with _asking(name, "list_outputs"):
        outputs = len(prop.list_outputs())
    with _asking(name, "list_auxiliary_states"):
        states = len(prop.list_auxiliary_states())
    heads, end = outputs, outputs + arguments
    with _asking(name, "declare_backward_dependency"):
        needed = prop.declare_backward_dependency(
            list(range(heads)), list(range(heads, end)), list(range(end, end + outputs))
        )
    return _Plan(name, prop, arguments, outputs, states, frozenset(needed))


def _three_lists(plan: _Plan, method: str, answer: Any) -> tuple[list[Any], list[Any], list[Any]]:
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


def _infer_shapes(plan: _Plan, inputs: list[NDArray], states: list[NDArray]) -> list[tuple[int, ...]]:
    with _asking(plan.name, "infer_shape"):
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


def _dtype(array: NDArray) -> Any:
    """The NumPy type, for arrays of `mx.np`, too."""
    return NUMPY_OF_TORCH[array._t.dtype]


def _infer_dtypes(plan: _Plan, inputs: list[NDArray], states: list[NDArray]) -> list[torch.dtype]:
    with _asking(plan.name, "infer_type"):
        answer = plan.prop.infer_type([_dtype(array) for array in inputs])
        given, outputs, auxiliary = _three_lists(plan, "infer_type", answer)
        for dtype in (*given, *outputs, *auxiliary):
            if not isinstance(dtype, type) or dtype not in _DTYPE_NP_TO_MX:
                raise TypeError(f"infer_type must return NumPy types such as numpy.float32, got {dtype!r}")
    for what, arrays, dtypes in (("input", inputs, given), ("auxiliary state", states, auxiliary)):
        for index, (array, dtype) in enumerate(zip(arrays, dtypes, strict=True)):
            if _dtype(array) is not dtype:
                raise MXNetError(
                    f"Custom: operator {plan.name!r} wants dtype {dtype.__name__} for {what} {index}, "
                    f"got {_dtype(array).__name__}"
                )
    return [TORCH_OF_NAME[dtype.__name__.rstrip("_")] for dtype in outputs]


def _check_storage(plan: _Plan, inputs: list[NDArray]) -> None:
    with _asking(plan.name, "infer_storage_type"):
        answer = plan.prop.infer_storage_type([array.stype for array in inputs])
        lists = _three_lists(plan, "infer_storage_type", answer)
        stypes = [stype for part in lists for stype in part]
        for stype in stypes:
            if stype not in _STYPES:
                raise ValueError(f"storage type {stype!r} is not one of {_STYPES}")
    if any(stype != "default" for stype in stypes):
        raise NotSupportedError(f"Custom: operator {plan.name!r} with sparse arrays")


def _targets(
    plan: _Plan, out: Any, shapes: Sequence[tuple[int, ...]], dtypes: Sequence[torch.dtype], ctx: Context
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
                f"Custom: out {index} is {_dtype(array).__name__} {array.shape}, output {index} of operator "
                f"{plan.name!r} is {dtype} {shape}"
            )
    return [array._t.data for array in arrays]


def _wrapped(tensors: Sequence[Tensor], ctx: Context) -> list[NDArray]:
    return [NDArray._wrap(tensor.detach(), ctx) for tensor in tensors]


def _run_forward(
    plan: _Plan,
    operator: Any,
    inputs: list[NDArray],
    states: list[NDArray],
    targets: list[Tensor],
    reqs: list[str],
    ctx: Context,
) -> None:
    previous = set_recording(False)
    try:
        with _asking(plan.name, "forward"), ctx:
            operator.forward(
                is_train=int(THREAD.training),
                req=reqs,
                in_data=_wrapped([x._t for x in inputs], ctx),
                out_data=_wrapped(targets, ctx),
                aux=_wrapped([x._t for x in states], ctx),
            )
    finally:
        set_recording(previous)


def _join(
    plan: _Plan, operator: Any, inputs: list[NDArray], states: list[NDArray], targets: list[Tensor], ctx: Context
) -> list[Tensor]:
    """The outputs as members of the inputs' graph, if that has any variable."""
    sources = []
    for array in inputs:
        tensor = _graph.in_place_of(array._t)
        live = tensor.requires_grad and (tensor.is_leaf or not _graph.is_freed(tensor))
        sources.append(tensor if live else tensor.detach())
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

    plan: _Plan
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
        self._check_storage(inner, wanted)
        recording = is_recording()
        set_recording(False)
        try:
            with _asking(plan.name, "backward"), ctx:
                self.operator.backward(
                    req=["write" if want else "null" for want in wanted],
                    out_grad=_wrapped(known[: inner[0]], ctx),
                    in_data=_wrapped(known[inner[0] : inner[1]], ctx),
                    out_data=_wrapped(known[inner[1] :], ctx),
                    in_grad=_wrapped(found, ctx),
                    aux=_wrapped(self.states, ctx),
                )
        finally:
            set_recording(recording)
        # an integer input's gradient goes to the float64 tensor that stands for it
        return [
            None if not want else tensor if tensor.is_floating_point() else tensor.double()
            for tensor, want in zip(found, wanted, strict=True)
        ]

    def _check_storage(self, inner: tuple[int, int], wanted: Sequence[bool]) -> None:
        needed = sorted(self.plan.needed)
        groups = [
            ["default" for i in needed if i < inner[0]],
            ["default" for i in needed if inner[0] <= i < inner[1]],
            ["default" for i in needed if i >= inner[1]],
            ["default" if want else "undefined" for want in wanted],
            ["default"] * len(self.states),
        ]
        with _asking(self.plan.name, "infer_storage_type_backward"):
            answer = self.plan.prop.infer_storage_type_backward(*[list(group) for group in groups])
            if len(answer) not in (4, 5):
                raise ValueError(f"infer_storage_type_backward returned {len(answer)} lists, it must be 4 or 5")
            for asked, told in zip(groups, answer, strict=False):
                if len(asked) != len(told) or any(stype not in _STYPES for stype in told):
                    raise ValueError(f"infer_storage_type_backward was asked for {asked}, returned {told}")
        if any(stype != "default" for told in answer for stype in told):
            raise NotSupportedError(f"Custom: operator {self.plan.name!r} with sparse gradients")
