"""Executor: a graph bound to the arrays it reads and the arrays its gradients go to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .._core.context import Context
from .._core.dtypes import NUMPY_OF_TORCH, to_torch_dtype
from .._core.errors import MXNetError
from .._core.state import set_recording, set_training
from ..autograd import _backward
from ..autograd._graph import Leaf, in_place_of, leaf_of, mark, walk
from ..graph.build import copy_graph
from ..graph.compile import Program
from ..graph.node import Entry, in_order
from ..nd.ndarray import NDArray
from ..nd.sparse import zeros as sparse_zeros
from ._interpret import Monitor, interpret
from ._placement import contexts_of
from ._storage import output_storage
from ._taps import Taps

#: operators whose gradient does not depend on that of their output: losses, and what passes no gradient on
_LOSSES = frozenset(
    {
        "SoftmaxOutput", "SVMOutput", "LinearRegressionOutput", "LogisticRegressionOutput", "MAERegressionOutput",
        "MakeLoss", "make_loss", "BlockGrad", "zeros_like", "ones_like",
    }
)  # fmt: skip

_NEEDS_HEAD = (
    "backward: output {index} ({name}) needs a head gradient. Because the last operator is not Loss function, "
    "head_gradient is required when calling backward. To minimize the output as an objective, pass it through the "
    "make_loss symbol"
)


@dataclass
class Bound:
    """What an executor works with.

    Attributes:
        program: the compiled graph; arguments first, then auxiliary states.
        args: the argument arrays.
        grads: their gradient arrays; None where there is none.
        reqs: ``"write"``, ``"add"`` or ``"null"`` for each argument.
        states: the auxiliary arrays.
        outputs: arrays that hold the results: the same objects as long as the executor lives.
        leaves: what stands for the arguments in the recorded graph: the argument's tensor and its twin.
        parent: that of the executor this one was reshaped from; its outputs share their memory as far as it goes.
    """

    program: Program
    args: list[NDArray]
    grads: list[NDArray | None]
    reqs: list[str]
    states: list[NDArray]
    outputs: list[NDArray]
    leaves: list[tuple[Tensor, Tensor] | None] = field(default_factory=list)
    parent: Bound | None = None


def _is_loss(entry: Entry) -> bool:
    op = entry.node.op
    if op is None:
        return False
    if op.name == "SoftmaxOutput":
        return not op.attr_dict(entry.node.values).get("out_grad")
    return op.zero_grad or op.name in _LOSSES or bool(op.hints.get("is_loss"))


class Executor:
    """Runs a bound graph. Made by ``Symbol.bind`` and ``Symbol.simple_bind``.

    Attributes:
        arg_arrays: the arguments, in the order of ``Symbol.list_arguments``. Write into them to change them.
        grad_arrays: their gradients; None where none is wanted.
        aux_arrays: the auxiliary states.
        outputs: the results of the last `forward`. A next one writes into the same arrays.

    Args:
        handle: the bound graph.
        symbol: the graph.
        ctx: where it runs.
        grad_req: what was asked for gradients.
        group2ctx: contexts of groups.

    Source: MXNet 1.9.1 python/mxnet/executor.py, src/executor/graph_executor.cc.
    """

    def __init__(self, handle: Any, symbol: Any, ctx: Any, grad_req: Any, group2ctx: Any) -> None:
        if not isinstance(handle, Bound):
            raise TypeError(f"Handle type error: an Executor is made by Symbol.bind, got {type(handle).__name__}")
        self.handle = handle
        self.arg_arrays: list[NDArray] = []
        self.grad_arrays: list[NDArray | None] | None = []
        self.aux_arrays: list[NDArray] = []
        self.outputs: list[NDArray] = list(handle.outputs)
        self._symbol = symbol.__copy__()
        self._ctx: Context = ctx
        self._grad_req = grad_req
        self._group2ctx = group2ctx
        self._training = False
        self._draws = any(_draws_always(call.node) for call in handle.program.calls)
        self._heads: list[NDArray] | None = None
        self._leaf_tensors: list[tuple[Tensor, Leaf]] = []
        self._array_leaves: list[Leaf] = []  # of a run on arrays
        self._converted: list[tuple[NDArray, NDArray, str]] = []  # gradients of another dtype than their arguments
        self._taps: Taps | None = None  # of a run on arrays that is watched
        self._monitor: tuple[Callable[..., Any], bool] | None = None
        self._dicts: dict[str, dict[str, Any]] = {}

    # ---- running

    def forward(self, is_train: bool = False, **kwargs: Any) -> list[NDArray]:
        """Compute the outputs.

        Args:
            is_train: whether operators behave as in training; a `backward` may follow either way.
            kwargs: new contents of arguments, NDArrays or NumPy arrays.

        Returns:
            The list `outputs`.

        Raises:
            ValueError: content that is no array, or has another shape than its argument.
            TypeError: content for an unknown argument.
        """
        if kwargs:
            known = self.arg_dict
            for name, array in kwargs.items():
                if not isinstance(array, (NDArray, np.ndarray)):
                    raise ValueError(
                        f"Executor.forward: {name} must be an NDArray or a NumPy array, got {type(array).__name__}"
                    )
                if name not in known:
                    raise TypeError(f"Unknown argument {name}")
                if known[name].shape != array.shape:
                    raise ValueError(
                        f"Shape not match! Argument {name}, need: {known[name].shape}, received: {array.shape}"
                    )
                known[name][:] = array
        self._training = bool(is_train)
        self._heads = None  # what the last forward kept for its backward is free from here on
        results = self._run(with_history=self._training or self._draws)
        for i, result in enumerate(results):
            target = self.handle.outputs[i]
            if target.stype != result.stype:
                self.handle.outputs[i] = result.detach()
            elif result.stype != "default":
                target._take(result.detach())  # type: ignore[attr-defined]
            else:
                target._t = result._t.detach()
        if self.handle.parent is not None:
            _show_in(self.handle.parent.outputs, results)
        self.outputs = list(self.handle.outputs)
        self._dicts.pop("output", None)
        return self.outputs

    def _run(self, with_history: bool, watched: bool = True) -> list[NDArray]:
        """The results, with history to the arguments that want a gradient if asked for (it is kept for backward)."""
        bound = self.handle
        monitor = self._monitor if watched else None
        wanted = [i for i, (grad, req) in enumerate(zip(bound.grads, bound.reqs, strict=True)) if _wants(grad, req)]
        with_history = with_history and bool(wanted)
        recording, training = set_recording(False), set_training(self._training)
        try:
            if monitor is not None or self._needs_arrays(wanted if with_history else ()):
                results = self._run_on_arrays(wanted if with_history else [], monitor)
            else:
                results = self._run_on_tensors(wanted if with_history else [])
        finally:
            set_recording(recording)
            set_training(training)
        if with_history:
            self._heads = results
        return results

    def _needs_arrays(self, wanted: Iterable[int]) -> bool:
        bound = self.handle
        if any(a.stype != "default" for a in (*bound.args, *bound.states)):
            return True
        floating = all(bound.args[i]._t.is_floating_point() for i in wanted)
        return not floating or (bound.program.needs_shadows and bool(wanted))

    def _run_on_tensors(self, wanted: list[int]) -> list[NDArray]:
        bound = self.handle
        tensors = [_without_history(array._t) for array in bound.args]
        if wanted and not bound.leaves:
            bound.leaves = [None] * len(tensors)
        self._leaf_tensors, self._array_leaves, self._converted = [], [], []
        for i in wanted:
            kept = bound.leaves[i]
            if kept is None or kept[0] is not bound.args[i]._t:
                kept = bound.leaves[i] = bound.args[i]._t, bound.args[i]._t.detach().requires_grad_()
            tensors[i] = kept[1]
            leaf = Leaf(bound.grads[i], bound.reqs[i])
            tensors[i]._mx_leaf = leaf  # type: ignore[attr-defined]
            self._leaf_tensors.append((tensors[i], leaf))
        tensors += [_without_history(array._t) for array in bound.states]
        if wanted and not torch.is_grad_enabled():
            with torch.enable_grad():
                found = bound.program(tensors, True)
        else:
            found = bound.program(tensors, bool(wanted))
        return [NDArray._wrap(tensor, self._ctx) for tensor in found]

    def _run_on_arrays(self, wanted: list[int], monitor: tuple[Callable[..., Any], bool] | None) -> list[NDArray]:
        bound = self.handle
        arrays = [array if array.stype != "default" else array.detach() for array in bound.args]
        self._leaf_tensors, self._array_leaves, self._converted = [], [], []
        for i in wanted:
            grad: Any = bound.grads[i]
            if grad.dtype != arrays[i].dtype and grad.shape == arrays[i].shape:
                fresh = NDArray._wrap(torch.zeros_like(arrays[i]._t), self._ctx)
                self._converted.append((grad, fresh, bound.reqs[i]))
                grad = fresh
            mark(arrays[i], grad, "write" if grad is not bound.grads[i] else bound.reqs[i])
            marked = leaf_of(arrays[i]._t)
            if marked is not None:
                self._array_leaves.append(marked)
        watch: Monitor | None = None
        if monitor is not None:
            callback = monitor[0]

            def watch(name: str, _: str, array: NDArray) -> None:
                callback(name.encode(), array.detach())

        states = [array.detach() for array in bound.states]
        set_recording(bool(wanted))
        try:
            inputs_too = monitor is not None and monitor[1]
            self._taps = None if watch is None or not wanted else Taps()
            found = interpret(
                bound.program, [*arrays, *states], NDArray, watch, inputs_too, as_executor=True, taps=self._taps
            )
        finally:
            set_recording(False)
        given = [*arrays, *states]
        return [array.copy() if any(array is a for a in given) else array for array in found]

    def backward(self, out_grads: Any = None, is_train: bool = True) -> None:
        """Compute the gradients of the arguments into `grad_arrays`, as each one's ``grad_req`` says.

        Args:
            out_grads: gradients of the outputs, as one array, a list, or a dict by output name. May be left out
                where the outputs are losses.
            is_train: whether the gradients are those of training.

        Raises:
            TypeError: a gradient that is no NDArray.
            MXNetError: a missing gradient of an output that is no loss, or one of another shape.
        """
        if out_grads is None:
            heads: list[Any] = []
        elif isinstance(out_grads, NDArray):
            heads = [out_grads]
        elif isinstance(out_grads, dict):
            heads = [out_grads[name] for name in self._symbol.list_outputs()]
        else:
            heads = list(out_grads)
        for head in heads:
            if not isinstance(head, NDArray):
                raise TypeError(f"inputs must be NDArray, got {type(head).__name__}")
        bound = self.handle
        if not any(_wants(grad, req) for grad, req in zip(bound.grads, bound.reqs, strict=True)):
            return
        names = self._symbol.list_outputs()
        for i, entry in enumerate(self._symbol.handle):
            if i >= len(heads) and not _is_loss(entry):
                raise MXNetError(_NEEDS_HEAD.format(index=i, name=names[i]))
        if self._heads is None:
            self._run(with_history=True, watched=False)
        results = self._heads or []
        # of an output that is named several times, the last head gradient counts
        last = {entry: i for i, entry in enumerate(bound.program.outputs)}
        chosen = [i for i in sorted(last.values()) if i < len(results) and _has_history(results[i])]
        reached: set[int] = set()
        if chosen:
            given = [_of_kind(heads[i], results[i]) if i < len(heads) else None for i in chosen]
            for leaf in self._array_leaves:
                leaf.fresh = False
            if self._taps is not None:
                self._taps.clear()
            _backward.run([results[i] for i in chosen], given, retain_graph=True, train_mode=is_train)
            if self._taps is not None and self._monitor is not None:
                self._show_gradients([(i, g) for i, g in zip(chosen, given, strict=True) if g is not None])
            roots = [in_place_of(results[i]._t).grad_fn for i in chosen]
            reached = {id(leaf) for leaf in walk([r for r in roots if r is not None])[1]}
            reached |= {id(results[i]._t) for i in chosen}
        for leaf in self._array_leaves:
            if leaf.req == "write" and not (chosen and leaf.fresh):
                leaf.grad[:] = 0
        for grad, fresh, req in self._converted:
            grad[:] = fresh.astype(grad.dtype) if req == "write" else grad + fresh.astype(grad.dtype)
        for tensor, leaf in self._leaf_tensors:
            if id(tensor) not in reached and leaf.req == "write":
                leaf.grad[:] = 0

    def _show_gradients(self, heads: list[tuple[int, NDArray]]) -> None:
        """Show a monitor what the last backward gave."""
        if self._taps is None or self._monitor is None:
            return
        callback, program = (
            self._monitor[0],
            self.handle.program.for_shapes((*self.handle.args, *self.handle.states)),
        )
        heads = [(i, head) for i, head in heads if not _is_loss(program.outputs[i])]
        self._taps.show(program, heads, lambda name, array: callback(name.encode(), array))

    # ---- arrays by name

    def _by_name(self, which: str, names: Sequence[str], arrays: Any) -> dict[str, Any]:
        found = self._dicts.get(which)
        if found is None:
            if len(set(names)) != len(names):
                raise ValueError(f"Duplicate names detected, {names}")
            found = self._dicts[which] = dict(zip(names, arrays, strict=False))
        return found

    @property
    def arg_dict(self) -> dict[str, NDArray]:
        """The arguments by name. ValueError if two have one name."""
        return self._by_name("arg", self._symbol.list_arguments(), self.arg_arrays)

    @property
    def grad_dict(self) -> dict[str, NDArray | None]:
        """The gradients by the names of their arguments."""
        return self._by_name("grad", self._symbol.list_arguments(), self.grad_arrays)

    @property
    def aux_dict(self) -> dict[str, NDArray]:
        """The auxiliary states by name. ValueError if two have one name."""
        return self._by_name("aux", self._symbol.list_auxiliary_states(), self.aux_arrays)

    @property
    def output_dict(self) -> dict[str, NDArray]:
        """The outputs by name. ValueError if two have one name."""
        return self._by_name("output", self._symbol.list_outputs(), self.outputs)

    def copy_params_from(
        self,
        arg_params: dict[str, NDArray],
        aux_params: dict[str, NDArray] | None = None,
        allow_extra_params: bool = False,
    ) -> None:
        """Copy arrays into the arguments and states of the same names.

        Args:
            arg_params: arguments by name.
            aux_params: auxiliary states by name.
            allow_extra_params: skip names that the graph does not have.

        Raises:
            ValueError: such a name, if it is not allowed.
        """
        for name, array in arg_params.items():
            if name in self.arg_dict:
                target = self.arg_dict[name]
                array.astype(target.dtype).copyto(target)
            elif not allow_extra_params:
                raise ValueError(f'Find name "{name}" that is not in the arguments')
        for name, array in (aux_params or {}).items():
            if name in self.aux_dict:
                target = self.aux_dict[name]
                array.astype(target.dtype).copyto(target)
            elif not allow_extra_params:
                raise ValueError(
                    f"copy_params_from: {name} is no auxiliary state of the graph; give allow_extra_params=True to "
                    "skip it"
                )

    # ---- others

    def reshape(self, partial_shaping: bool = False, allow_up_sizing: bool = False, **kwargs: Any) -> Executor:
        """An executor of the same graph for other shapes, which shares memory with this one.

        Args:
            partial_shaping: let arguments that are not named change their shape.
            allow_up_sizing: allow arrays that are larger than now; they are new.
            kwargs: new shapes (tuples) by argument.

        Raises:
            MXNetError: a shape that changed or grew although that is not allowed.
        """
        shapes = {name: shape for name, shape in kwargs.items() if isinstance(shape, tuple)}
        found = self._symbol._infer_shape_impl(False, **shapes) if shapes else (None, None, None)
        names = self._symbol.list_arguments(), self._symbol.list_auxiliary_states()
        new = [list(part) if part is not None else [None] * len(n) for part, n in zip(found[::2], names, strict=True)]
        bound = self.handle
        args, grads = [], []
        for name, shape, array, grad in zip(names[0], new[0], bound.args, bound.grads, strict=True):
            if shape != array.shape and name not in shapes and not partial_shaping:
                raise _changed("arg", name)
            args.append(_resized(array, shape, "arg", name, allow_up_sizing))
            grads.append(None if grad is None else _resized(grad, shape, "grad of arg", name, allow_up_sizing))
        states = []
        for name, shape, array in zip(names[1], new[1], bound.states, strict=True):
            if shape != array.shape and not partial_shaping:
                raise _changed("auxiliary state", name)
            states.append(_resized(array, shape, "auxiliary state", name, allow_up_sizing))
        outputs = outputs_like(self._symbol, names, args, states, self._ctx, self._group2ctx)
        again = Bound(bound.program, args, grads, bound.reqs, states, outputs, parent=bound)
        executor = Executor(again, self._symbol, self._ctx, self._grad_req, self._group2ctx)
        executor.arg_arrays, executor.aux_arrays = args, states
        executor.grad_arrays = None if self.grad_arrays is None else grads
        return executor

    def set_monitor_callback(self, callback: Callable[..., Any], monitor_all: bool = False) -> None:
        """Have a function called with every result inside the graph: during `forward`, and after it in `backward`.

        Args:
            callback: called with the name (bytes) and the array.
            monitor_all: for the inputs of each operator of the forward pass too.
        """
        self._monitor = callback, bool(monitor_all)

    def debug_str(self) -> str:
        """The graph as text, and what memory was set aside for it: none, torch manages it."""
        text = self.get_optimized_symbol().debug_str()
        return f"{text}Total 0 MB allocated\nTotal 0 TempSpace resource requested\n"

    def get_optimized_symbol(self) -> Any:
        """The graph as it is run: nothing is computed twice, unless ``MXNET_ELIMINATE_COMMON_EXPR`` is 0."""
        return type(self._symbol)(copy_graph(self.handle.program.outputs))


def _show_in(arrays: Sequence[NDArray], results: Sequence[NDArray]) -> None:
    """Write results over the beginning of arrays that MXNet would keep in the same memory."""
    for array, result in zip(arrays, results, strict=True):
        count = result.size
        if count <= array.size and array._t.dtype is result._t.dtype:
            whole = array._t.clone()  # a backward may still need what the old memory holds
            whole.view(-1)[:count] = result._t.detach().reshape(-1)
            array._t = whole


def _draws_always(node: Any) -> bool:
    """Whether a node draws random numbers that the gradient needs in inference, too: backward must not draw again."""
    op = node.op
    return op is not None and op.name == "Dropout" and op.attr_dict(node.values)["mode"] == "always"


def _of_kind(head: NDArray, result: NDArray) -> NDArray:
    """A head gradient in the dtype of its output: executors convert it."""
    if head._t.dtype is result._t.dtype:
        return head
    return NDArray._wrap(head._t.detach().to(result._t.dtype), head._ctx)


def _wants(grad: NDArray | None, req: str) -> bool:
    return grad is not None and req != "null"


def _without_history(tensor: Tensor) -> Tensor:
    return tensor.detach() if tensor.requires_grad else tensor


def _has_history(array: NDArray) -> bool:
    return bool(in_place_of(array._t).requires_grad)


def _changed(what: str, name: str) -> MXNetError:
    return MXNetError(
        f"Shape of unspecified {what}: {name} changed. The new executor would not share parameters with this one: "
        "look for an error in the network, or set partial_shaping=True if this is meant"
    )


def _resized(array: NDArray, shape: Any, what: str, name: str, allow_up_sizing: bool) -> NDArray:
    if shape == array.shape:
        return array
    count = int(np.prod(shape)) if shape is not None else 0
    if shape is None:
        raise _changed(what, name)
    if count > array.size:
        if not allow_up_sizing:
            raise MXNetError(
                f"New shape of {what}: {name} is larger than original ({shape}, was {array.shape}). First making a big "
                "executor and then down sizing it is more efficient than the reverse; if this is meant, set "
                "allow_up_sizing=True"
            )
        return NDArray._wrap(torch.zeros(shape, dtype=array._t.dtype, device=array._t.device), array._ctx)
    return NDArray._wrap(array._t.detach().view(-1)[:count].view(shape), array._ctx)


def outputs_like(
    symbol: Any,
    names: tuple[list[str], list[str]],
    args: Sequence[NDArray],
    states: Sequence[NDArray],
    ctx: Context,
    groups: Any = None,
) -> list[NDArray]:
    """Zeros of the shapes and dtypes that the outputs will have, as far as they follow from the arrays.

    Raises:
        MXNetError: the arrays do not fit the graph; the text names the node.
    """
    given = dict(zip(names[0] + names[1], (*args, *states), strict=False))
    shapes = symbol._infer_shape_impl(True, **{name: array.shape for name, array in given.items()})[1]
    types = symbol._infer_type_impl(True, **{n: array.dtype for n, array in given.items() if n in names[0]})[1]
    count = len(symbol.list_outputs())
    shapes = [None] * count if shapes is None else shapes
    types = [None] * count if types is None else types
    storage = _output_storage(symbol, given)
    variables = {node: given[node.name]._ctx for node in in_order(symbol.handle) if node.op is None} if groups else {}
    placed = contexts_of(symbol.handle, ctx, groups, variables)
    made: list[NDArray] = []
    for entry, shape, dtype, stype in zip(symbol.handle, shapes, types, storage, strict=True):
        ctx = placed[entry.node]
        known = shape is not None and all(n > 0 for n in shape)
        of = torch.float32 if dtype is None else to_torch_dtype(dtype)
        if stype != "default" and known:
            made.append(sparse_zeros(stype, shape, ctx=ctx, dtype=NUMPY_OF_TORCH[of]))
            continue
        made.append(NDArray._wrap(torch.zeros(shape if known else (1,), dtype=of, device=ctx.torch_device), ctx))
    return made


def _output_storage(symbol: Any, given: Mapping[str, NDArray]) -> list[str]:
    stypes = {
        node: given[node.name].stype
        for node in in_order(symbol.handle)
        if node.op is None and node.name in given and given[node.name].stype != "default"
    }
    if not stypes:
        return ["default"] * len(symbol.handle)
    found = output_storage(symbol.handle, stypes)
    return [found[node] if index == 0 else "default" for node, index in symbol.handle]
