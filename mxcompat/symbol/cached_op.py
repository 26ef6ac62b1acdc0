"""CachedOp: a compiled graph that is called with arrays, like one operator."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from .._core.context import Context
from .._core.errors import MXNetError
from .._core.state import FLAGS, THREAD
from ..autograd._graph import as_one_node, is_freed, join_with_zero_gradient, walk
from ..autograd._history import note
from ..graph.compile import Program
from ..graph.node import mutated_inputs
from ..nd._invoke import INTEGER_CLASS, assign, invoke
from ..nd.ndarray import NDArray
from ..registry.operator import find
from ..registry.tags import Illegal, complain, tag_of
from ._interpret import Monitor, interpret

_new = object.__new__
_COPY = find("_copy")

#: flag -> its type. Memory is torch's and graphs are not split, so they change nothing; a wrong one is an error.
_FLAGS: dict[str, Any] = {
    "inline_limit": int,
    "forward_bulk_size": int,
    "backward_bulk_size": int,
    "data_indices": tuple[int, ...],
    "param_indices": tuple[int, ...],
    "static_alloc": bool,
    "static_shape": bool,
    "is_dynamic": bool,
}


def compiles(backend: str) -> bool:
    """Whether a backend is one of ``torch.compile``: ``"inductor"``, ``"cudagraphs"``, ... (asked only when named)."""
    if backend == "inductor":
        return True
    # torch loads this part of itself when it is first named
    return backend in torch._dynamo.list_backends(exclude_tags=())


def _check_flags(flags: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    checked = {}
    for key, value in flags:
        if key not in _FLAGS:
            raise MXNetError(f"Cannot find argument '{key}', Possible Arguments: {', '.join(_FLAGS)} (of CachedOp)")
        tag = tag_of(_FLAGS[key])
        try:
            checked[key] = tag.convert(value)
        except Illegal as error:
            raise complain(tag, key, value, error, "in CachedOp") from None
    return checked


class CachedOp:
    """A graph as one operator: called with one array per variable, in the order of ``list_inputs``.

    While recording, the results are one node of the recorded graph: going back from any of them reaches every input
    that wants a gradient, and frees the whole call.

    Args:
        sym: the graph.
        flags: pairs of a name and a value: ``static_alloc``, ``static_shape``, ``inline_limit``,
            ``forward_bulk_size``, ``backward_bulk_size``, ``data_indices``, ``param_indices``. They are checked and
            change nothing: torch manages the memory, and there is no engine to feed.
        backend: a backend of ``torch.compile``, such as ``"inductor"``; None runs the program as it is.
        options: options for ``torch.compile``.

    Raises:
        MXNetError: an unknown flag, or a value of the wrong type.

    Source: MXNet 1.9.1 src/imperative/cached_op.cc.
    """

    __slots__ = (
        "__weakref__", "_arity", "_class", "_compiled", "_detached", "_inlined", "_monitor", "_monitor_all", "_plain",
        "_programs", "_reach_last", "_states", "flags", "is_np_sym", "symbol",
    )  # fmt: skip

    def __init__(
        self,
        sym: Any,
        flags: Iterable[tuple[str, Any]] = (),
        backend: str | None = None,
        options: dict[str, Any] | None = None,
    ) -> None:
        self.symbol = sym
        self.flags = _check_flags(flags)
        self._class: type[NDArray] = getattr(type(sym), "_array_class", NDArray)
        self.is_np_sym = self._class is not NDArray
        program = Program(sym.handle)
        self._arity = len(program.inputs)
        self._plain: tuple[Context | None, Program] = (None, program)
        self._programs: dict[Context | None, Program] = {}
        written = {node for call in program.calls for node in mutated_inputs(call.node)}
        #: MXNet records the nodes of so small a graph one by one
        self._inlined = len(program.calls) <= self.flags.get("inline_limit", 2) and not self.flags.get("static_alloc")
        self._states = frozenset(i for i, node in enumerate(program.inputs) if node in written)
        self._detached: list[tuple[Tensor | None, Tensor | None]] = [(None, None)] * self._arity
        #: what wanted a gradient and whether it trained last; inputs that the graph of the results did not reach
        self._reach_last: Any = (None, None)
        self._monitor: Monitor | None = None
        self._monitor_all = False
        self._compiled = None if backend is None else _Compiled(backend, options or {})

    def __call__(self, *args: NDArray, out: Any = None, **kwargs: Any) -> Any:
        """Run the graph.

        Args:
            args: one array per variable.
            out: array, or list of arrays, that takes the results.

        Returns:
            An array, or a list of them if the graph has several outputs.

        Raises:
            MXNetError: another number of arrays, or a node that refuses its inputs; the text names it.
            TypeError: an unknown keyword.
        """
        if kwargs:
            raise TypeError(f"CachedOp.__call__ got unexpected keyword argument(s): {', '.join(kwargs)}")
        if len(args) != self._arity:
            names = ", ".join(self.symbol.list_inputs())
            raise MXNetError(f"CachedOp: the graph has {self._arity} inputs ({names}), got {len(args)}")
        recording = FLAGS.recorders and THREAD.recording
        tensors: list[Tensor] = []
        wanting: list[int] = []
        cls = self._class
        i = 0
        for array in args:
            if type(array) is not cls and self._is_special(array, i):
                return self._finish(self._by_arrays(args), out)
            tensor = array._t
            if tensor.requires_grad:
                if recording:
                    if tensor.grad_fn is not None and is_freed(tensor):
                        tensor = array._t = tensor.detach()
                    else:
                        wanting.append(i)
                else:
                    known, twin = self._detached[i]
                    if known is tensor and twin is not None:
                        tensor = twin
                    else:
                        twin = tensor.detach()
                        if tensor.grad_fn is None:
                            self._detached[i] = tensor, twin
                        tensor = twin
            tensors.append(tensor)
            i += 1
        if self._monitor is not None:
            return self._finish(self._by_arrays(args), out)
        ctx = args[0]._ctx if args else None
        place, program = self._plain
        if place is not ctx:
            program = self._program_on(ctx)
        if wanting:
            return self._recorded(program, args, tensors, wanting, out)
        results = program(tensors, False) if self._compiled is None else self._compiled(program, tensors, False)
        if len(results) == 1 and out is None and ctx is not None:
            array = _new(cls)
            array._t = results[0]
            array._ctx = ctx
            return array
        return self._finish([cls._wrap(t, program.ctx) for t in results], out)

    def _is_special(self, array: Any, position: int) -> bool:
        """Whether an array is one that tensors alone do not stand for: sparse, or an integer one in a graph."""
        if not isinstance(array, NDArray):
            name = self.symbol.list_inputs()[position]
            raise AttributeError(f"CachedOp: input {position} ({name}) must be an NDArray, got {type(array).__name__}")
        return array.stype != "default" or type(array) in INTEGER_CLASS.values()

    def _program_on(self, ctx: Context | None) -> Program:
        """The program for a context; the last one is remembered by identity."""
        program = self._programs.get(ctx)
        if program is None:
            first = self._plain[1]
            if not self._programs and not any(
                call.node.op is not None and call.node.op.context for call in first.calls
            ):
                program = first
            else:
                program = Program(self.symbol.handle, first.inputs, ctx)
            program.ctx = ctx or program.ctx
            self._programs[ctx] = program
        self._plain = ctx, program
        return program

    def _recorded(
        self, program: Program, args: Sequence[NDArray], tensors: list[Tensor], wanting: list[int], out: Any
    ) -> Any:
        if program.needs_shadows or (THREAD.noting and self._inlined):
            return self._finish(self._by_arrays(args), out)
        if out is not None:
            return self._finish(self._by_arrays(args), out)
        for i in self._states:
            if tensors[i].requires_grad:
                tensors[i] = tensors[i].data
        tape = THREAD.tape
        for array, tensor in zip(args, tensors, strict=True):
            if not tensor.requires_grad:
                array._const = tape
        if torch.is_grad_enabled():
            results = self._connected(program, tensors, wanting)
        else:
            with torch.enable_grad():
                results = self._connected(program, tensors, wanting)
        cls, ctx = self._class, args[0]._ctx
        arrays = []
        for tensor in results:
            array = _new(cls if tensor.requires_grad else INTEGER_CLASS[cls])
            array._t = tensor
            array._ctx = ctx
            arrays.append(array)
        if THREAD.noting:
            note("_CachedOp", {}, args, arrays, self.symbol)
        return arrays[0] if len(arrays) == 1 else arrays

    def _connected(self, program: Program, tensors: list[Tensor], wanting: list[int]) -> Sequence[Tensor]:
        """Results with history that reaches every input in ``wanting``."""
        results = program(tensors, True) if self._compiled is None else self._compiled(program, tensors, True)
        if self._inlined and all([t.requires_grad for t in results]):
            return results
        key = wanting, THREAD.training
        known, unreached = self._reach_last
        if known != key:
            unreached = self._unreached(results, tensors, wanting)
            self._reach_last = key, unreached
        if unreached is None:
            return results
        joined = [t if t.requires_grad else join_with_zero_gradient(t, tensors) for t in results]
        floating = [t for t in joined if t.is_floating_point()]
        if floating:
            made = iter(as_one_node(floating, [tensors[i] for i in unreached]))
            joined = [next(made) if t.is_floating_point() else t for t in joined]
        return joined

    def _unreached(self, results: Sequence[Tensor], tensors: list[Tensor], wanting: list[int]) -> list[int] | None:
        """Inputs that going back from the only result does not reach; None if it reaches all of them."""
        if any(not t.requires_grad for t in results):
            return list(wanting)
        nodes, leaves, _ = walk([t.grad_fn for t in results if t.grad_fn is not None])
        reached = {id(leaf) for leaf in leaves}
        met = set(nodes)
        missing = [
            i
            for i in wanting
            if (id(tensors[i]) not in reached if tensors[i].grad_fn is None else tensors[i].grad_fn not in met)
        ]
        return missing if missing or len(results) > 1 else None

    def _by_arrays(self, args: Sequence[NDArray]) -> list[NDArray]:
        ctx = args[0]._ctx if args else None
        program = self._program_on(ctx)
        results = interpret(program, args, self._class, self._monitor, self._monitor_all)
        return [invoke(_COPY, [r], (), self._class) if any(r is a for a in args) else r for r in results]

    def _finish(self, arrays: list[NDArray], out: Any) -> Any:
        if out is None:
            return arrays[0] if len(arrays) == 1 else arrays
        targets = list(out) if isinstance(out, (list, tuple)) else [out]
        if len(targets) != len(arrays):
            raise MXNetError(f"CachedOp: out has {len(targets)} arrays, the graph has {len(arrays)} outputs")
        for target, array in zip(targets, arrays, strict=True):
            if target.shape != array.shape:
                raise MXNetError(f"CachedOp: out has shape {target.shape}, the result has shape {array.shape}")
            assign(target, array._t)
        return out

    def _register_op_hook(self, callback: Callable[..., Any] | None, monitor_all: bool = False) -> None:
        """Have a function called with every output, while the graph runs.

        Args:
            callback: called with the name of the array and that of the operator (both bytes), and the array.
            monitor_all: for inputs too.
        """
        if callback is None:
            self._monitor = None
            return

        def call(name: str, op_name: str, array: NDArray) -> None:
            callback(name.encode(), op_name.encode(), array)

        self._monitor = call
        self._monitor_all = monitor_all


class _Compiled:
    """A program through ``torch.compile``; where that fails, the program itself, after a warning that says why."""

    def __init__(self, backend: str, options: dict[str, Any]) -> None:
        self.backend = backend
        self.options = options
        self._made: dict[int, Callable[..., Any] | None] = {}

    def __call__(self, program: Program, tensors: Sequence[Tensor], history: bool) -> Sequence[Tensor]:
        program = program.for_shapes(tensors)
        key = id(program)
        if key not in self._made:
            results = program(tensors, history)  # every check, and errors that name the node
            try:
                self._made[key] = torch.compile(program.module, backend=self.backend, **self.options)
            except Exception as error:
                self._give_up(key, error)
            return results
        run = self._made[key]
        if run is None:
            return program(tensors, history)
        try:
            return run(*tensors)  # type: ignore[no-any-return]
        except MXNetError:
            raise
        except Exception as error:
            self._give_up(key, error)
            return program(tensors, history)

    def _give_up(self, key: int, error: Exception) -> None:
        reason = " ".join(str(error).split("\n\n")[0].split())  # what follows is advice on torch's own settings
        warnings.warn(
            f"backend {self.backend!r} could not compile the graph ({type(error).__name__}: {reason}); it runs as it "
            "does without a backend",
            stacklevel=6,
        )
        self._made[key] = None
