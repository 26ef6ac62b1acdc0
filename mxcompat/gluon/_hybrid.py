"""HybridBlock: a block whose forward is also a graph."""

from __future__ import annotations

import warnings
from typing import Any

from .. import nd as ndarray
from .. import symbol
from .._core.context import current_context
from ..nd.ndarray import NDArray
from ._arrays import save_arrays
from ._block import Block
from ._compiled import build_cache, call_cached_op
from ._parameter import DeferredInitializationError
from ._redirect import RUNNING
from ._structure import _flatten, _gather_type_ctx_info, _regroup
from .utils import _check_same_symbol_type

_NO_ARRAY = "the inputs of a HybridBlock hold neither an NDArray nor a Symbol: pass at least one"

_CONTEXTS = "the inputs of a hybridized block lie on several contexts, {}: move them to one by as_in_context"


class HybridBlock(Block):
    """A block that computes with arrays and with symbols, so that its forward can be traced and compiled.

    A subclass defines ``hybrid_forward(F, x, ..., weight, bias)``: ``F`` is `mxnet.nd` or `mxnet.sym`, and the
    parameters that are attributes arrive as keyword arguments.

    Args:
        prefix: as for `Block`.
        params: as for `Block`.

    Source: MXNet 1.9.1 python/mxnet/gluon/block.py.
    """

    def __init__(self, prefix: str | None = None, params: Any = None) -> None:
        super().__init__(prefix=prefix, params=params)
        self._cached_graph: Any = ()
        self._cached_op: Any = None
        self._cached_op_args: list[tuple[bool, Any]] = []
        self._out_format: Any = None
        self._in_format: Any = None
        self._in_nones = False
        self._active = False
        self._flags: list[tuple[str, Any]] = []
        self._callback: Any = None
        self._monitor_all = False
        self._backend: str | None = None
        self._backend_opts: dict[str, Any] = {}

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if isinstance(value, HybridBlock):
            self._clear_cached_op()

    def register_child(self, block: Any, name: str | None = None) -> None:
        """Make a block a child; ValueError if it is no HybridBlock."""
        if not isinstance(block, HybridBlock):
            raise ValueError(
                f"{type(self).__name__}: child {block} of {type(block)} must also be HybridBlock (in place of "
                "Sequential take HybridSequential)"
            )
        super().register_child(block, name)
        self._clear_cached_op()

    def cast(self, dtype: Any) -> None:
        """Convert all parameters to another dtype."""
        self._clear_cached_op()
        super().cast(dtype)

    def _clear_cached_op(self) -> None:
        """Forget the traced graph and what was compiled from it."""
        self._cached_graph = ()
        self._cached_op = None
        self._cached_op_args = []

    # ---- forward

    def forward(self, x: Any, *args: Any) -> Any:
        """Compute with arrays, or build a graph of symbols.

        Args:
            x: the first input.
            args: the others.

        Raises:
            ValueError: arrays mixed with symbols, or neither among the inputs.
        """
        ctx: Any = None
        if isinstance(x, NDArray):
            ctx = x._ctx
            for one in args:
                if one is not None and not isinstance(one, NDArray):
                    ctx = None  # nested, or a symbol: look closely
                    break
        if ctx is None:
            has_symbol, has_ndarray, _, ctx = _gather_type_ctx_info([x, *args])
            if has_symbol and has_ndarray:
                raise ValueError(f"{type(self).__name__}: the inputs mix NDArrays with Symbols; pass all as one kind")
            if not has_symbol and ctx is None:
                raise ValueError(_NO_ARRAY)
            if has_symbol:
                params = {name: param.var() for name, param in self._reg_params.items()}
                with self.name_scope():
                    return self.hybrid_forward(symbol, x, *args, **params)
        if ctx == current_context():
            return self._forward_on(ctx, x, args)
        with ctx:
            return self._forward_on(ctx, x, args)

    def _forward_on(self, ctx: Any, x: Any, args: tuple[Any, ...]) -> Any:
        if self._active and RUNNING.block is not self:
            contexts = _gather_type_ctx_info([x, *args])[2] if args else ()
            if len(contexts) > 1:
                raise ValueError(_CONTEXTS.format(contexts))
            return self._call_cached_op(x, *args)
        own = self._reg_params
        if not own:
            return self.hybrid_forward(ndarray, x, *args)
        try:
            params = {name: param.data(ctx) for name, param in own.items()}
        except DeferredInitializationError:
            self._deferred_infer_shape(x, *args)
            for param in self.params.values():
                param._finish_deferred_init()
            params = {name: param.data(ctx) for name, param in own.items()}
        return self.hybrid_forward(ndarray, x, *args, **params)

    def hybrid_forward(self, F: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
        """Compute the output with the functions of ``F``: what a subclass defines.

        Args:
            F: `mxnet.nd` or `mxnet.sym`.
            x: the first input.
            args: the other inputs.
            kwargs: the parameters.
        """
        raise NotImplementedError(f"{type(self).__name__} does not define hybrid_forward")

    # ---- graph

    def _get_graph(self, *args: Any) -> Any:
        """The symbols of the inputs and the symbol of the outputs; traced at the first call."""
        if self._cached_graph:
            return self._cached_graph
        flat, self._in_format = _flatten(args, "input")
        count = sum(one is not None for one in flat)
        if count == 0:
            raise ValueError(
                f"{type(self).__name__}: every input is None, args={args}; pass at least one array or symbol"
            )
        inputs: list[Any] = []
        places: list[Any] = []
        for one in flat:
            if one is None:
                places.append(None)
                continue
            place = symbol.var(f"data{len(inputs)}" if count > 1 else "data")
            if one._in_numpy:
                place = place.as_np_ndarray()
            inputs.append(place)
            places.append(place)
        params = {name: param.var() for name, param in self._reg_params.items()}
        with self.name_scope():
            out = self.hybrid_forward(symbol, *_regroup(places, self._in_format), **params)
        outputs, self._out_format = _flatten(out, "output")
        self._cached_graph = inputs, symbol.Group(outputs, _check_same_symbol_type(outputs))
        return self._cached_graph

    def _deferred_infer_shape(self, *args: Any) -> None:
        try:
            self.infer_shape(*args)
        except Exception as problem:
            raise ValueError(
                f"Deferred initialization failed, the inputs do not tell all shapes: {problem}"
            ) from problem

    def _infer_attrs(self, infer_fn: str, attr: str, *args: Any) -> None:
        """Set an attribute of all parameters to what the graph infers from the inputs."""
        inputs, out = self._get_graph(*args)
        flat, _ = _flatten(args, "input")
        given = [one for one in flat if one is not None]
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            known = {place.name: getattr(one, attr) for place, one in zip(inputs, given, strict=False)}
            arg_attrs, _, aux_attrs = getattr(out, infer_fn)(**known)
        if arg_attrs is None:
            raise ValueError(str(caught[0].message) if caught else f"{infer_fn} did not succeed")
        found = dict(zip(out.list_arguments(), arg_attrs, strict=True))
        found.update(zip(out.list_auxiliary_states(), aux_attrs, strict=True))
        for param in self.collect_params().values():
            setattr(param, attr, found[param.name])

    def infer_shape(self, *args: Any) -> None:
        """Set the shapes of the parameters from inputs."""
        self._infer_attrs("infer_shape", "shape", *args)

    def infer_type(self, *args: Any) -> None:
        """Set the dtypes of the parameters from inputs."""
        self._infer_attrs("infer_type", "dtype", *args)

    # ---- compilation

    def hybridize(
        self,
        active: bool = True,
        backend: str | None = None,
        clear: bool = True,
        static_alloc: bool = False,
        static_shape: bool = False,
        inline_limit: int = 2,
        forward_bulk_size: int | None = None,
        backward_bulk_size: int | None = None,
        **kwargs: Any,
    ) -> None:
        """Compile the block, and the hybrid blocks inside, when it is next called.

        Args:
            active: switch compilation on or off.
            backend: a backend of torch.compile (``"inductor"``); another name changes nothing, with a warning.
            clear: forget what was compiled before.
            static_alloc: accepted: memory is managed by torch.
            static_shape: accepted: memory is managed by torch.
            inline_limit: accepted: graphs are not split.
            forward_bulk_size: accepted: there is no engine to feed.
            backward_bulk_size: accepted: there is no engine to feed.
            kwargs: options of the backend.
        """
        if kwargs:
            self._backend_opts = kwargs
        self._backend = backend
        self._active = active
        self._flags = [("static_alloc", static_alloc), ("static_shape", static_shape), ("inline_limit", inline_limit)]
        if forward_bulk_size is not None:
            self._flags.append(("forward_bulk_size", forward_bulk_size))
        if backward_bulk_size is not None:
            self._flags.append(("backward_bulk_size", backward_bulk_size))
        if clear:
            self._clear_cached_op()
        if (active and self._forward_hooks) or self._forward_pre_hooks:
            warnings.warn(
                f"{self}: hybridized with forward hooks registered; as the child of another HybridBlock its hooks "
                "will not run, detach them first",
                stacklevel=2,
            )
        super().hybridize(
            active,
            static_alloc=static_alloc,
            static_shape=static_shape,
            inline_limit=inline_limit,
            forward_bulk_size=forward_bulk_size,
            backward_bulk_size=backward_bulk_size,
        )

    def _build_cache(self, *args: Any) -> None:
        """Trace the block, finish its deferred initialization, and compile the graph."""
        build_cache(self, args)

    def _call_cached_op(self, *args: Any) -> Any:
        """Run the compiled graph."""
        if self._cached_op is None:
            self._build_cache(*args)
        return call_cached_op(self, args)

    def optimize_for(
        self,
        x: Any,
        *args: Any,
        backend: str | None = None,
        clear: bool = False,
        static_alloc: bool = False,
        static_shape: bool = False,
        inline_limit: int = 2,
        forward_bulk_size: int | None = None,
        backward_bulk_size: int | None = None,
        **kwargs: Any,
    ) -> None:
        """Hybridize with a backend and compile at once, without running.

        Args:
            x: the first input.
            args: the other inputs.
            backend: name of a backend. The other arguments: see `hybridize`.

        Raises:
            ValueError: no backend, no array or symbol among the inputs, or inputs on several contexts.
        """
        if kwargs:
            self._backend_opts = kwargs
        if not backend:
            raise ValueError('Must specify "backend" to optimize_for')
        self.hybridize(
            True, backend, clear, static_alloc, static_shape, inline_limit, forward_bulk_size, backward_bulk_size
        )
        has_symbol, has_ndarray, contexts, _ = _gather_type_ctx_info([x, *args])
        if not has_symbol and not has_ndarray:
            raise ValueError(_NO_ARRAY)
        if len(contexts) > 1:
            raise ValueError(_CONTEXTS.format(contexts))
        self._build_cache(x, *args)

    def export(self, path: str, epoch: int = 0, remove_amp_cast: bool = True) -> None:
        """Write graph and parameters for `SymbolBlock.imports`: ``<path>-symbol.json``, ``<path>-<epoch>.params``.

        The input is named ``data`` there; several are named ``data0``, ``data1``, ...

        Args:
            path: first part of the file names.
            epoch: number in the second file name, with four digits.
            remove_amp_cast: leave out the casts of mixed precision.

        Raises:
            RuntimeError: the block has not run hybridized yet.
        """
        if not self._cached_graph:
            raise RuntimeError(
                f"{type(self).__name__}.export: there is no traced graph yet; call hybridize(), run the block "
                "once on a batch, then export"
            )
        graph = self._cached_graph[1]
        graph.save(f"{path}-symbol.json", remove_amp_cast=remove_amp_cast)
        arguments = set(graph.list_arguments())
        states = set(graph.list_auxiliary_states())
        arrays = {}
        for is_input, param in self._cached_op_args:
            if is_input:
                continue
            if param.name in arguments:
                arrays[f"arg:{param.name}"] = param._reduce()
            elif param.name in states:
                arrays[f"aux:{param.name}"] = param._reduce()
            else:
                warnings.warn(f'Parameter "{param.name}" is not found in the graph. ', stacklevel=3)
        save_arrays(f"{path}-{epoch:04d}.params", arrays)

    def register_op_hook(self, callback: Any, monitor_all: bool = False) -> None:
        """Call ``callback(node name, operator name, array)`` for operators while the block runs hybridized.

        Args:
            callback: the function.
            monitor_all: for inputs also, not for outputs only.
        """
        self._callback = callback
        self._monitor_all = monitor_all
        for child in self._children.values():
            child._callback = callback
            child._monitor_all = monitor_all
