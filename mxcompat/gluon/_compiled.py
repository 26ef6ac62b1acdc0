"""What HybridBlock does once it is traced: binding parameters to the graph, compiling it, calling it."""

from __future__ import annotations

import warnings
from typing import Any

from ..nd.ndarray import NDArray
from ..symbol import Symbol
from ..symbol.cached_op import CachedOp, compiles
from ._parameter import DeferredInitializationError, Parameter
from ._structure import _flatten, _gather_type_ctx_info, _regroup, formats_agree


def build_cache(block: Any, args: tuple[Any, ...]) -> None:
    """Trace a block, finish its deferred initialization, and compile the graph.

    Args:
        block: a HybridBlock.
        args: inputs, of the shapes that unknown parameter shapes follow from.

    Raises:
        AssertionError: the graph has a variable that is neither an input nor a parameter.

    Source: MXNet 1.9.1 python/mxnet/gluon/block.py.
    """
    inputs, out = block._get_graph(*args)
    places = {one.name: i for i, one in enumerate(inputs)}
    names = out.list_inputs()
    reused = {param.name: param for _, param in block._cached_op_args if isinstance(param, Parameter)}
    params: Any = reused or block.collect_params()
    _check_names(names, places, params)
    flat, _ = _flatten(args, "input")
    _finish_initialization(block, names, params, flat)
    added: dict[str, Any] = {}
    compiler: tuple[Any, ...] = ()
    if block._backend and compiles(block._backend):
        compiler = (block._backend, block._backend_opts)
    elif block._backend:
        warnings.warn(
            f"backend {block._backend!r} is not known: the block runs as it does without. Known are the backends of "
            "torch.compile, such as inductor",
            stacklevel=7,
        )
        out, added = _transform(block, out, places, params, flat)
        block._cached_graph = inputs, out
        names = out.list_inputs()
    bound: list[tuple[bool, Any]] = []
    for name in names:
        if name in places:
            bound.append((True, places[name]))
        else:
            bound.append((False, params[name] if name in params.keys() else _new_parameter(name, added)))
    block._cached_op_args = bound
    flags = [
        ("data_indices", [i for i, (is_input, _) in enumerate(bound) if is_input]),
        ("param_indices", [i for i, (is_input, _) in enumerate(bound) if not is_input]),
        *block._flags,
    ]
    block._in_nones = any(one is None for one in flat)
    block._cached_op = CachedOp(out, flags, *compiler)


def _check_names(names: list[str], places: dict[str, int], params: Any) -> None:
    needed = set(names)
    known = set(params.keys())
    for name in names:
        if name not in known and name not in places:
            raise AssertionError(f"Unknown input to HybridBlock: {name}")
    unused = [f"{i}-th" for name, i in places.items() if name not in needed]
    if unused:
        warnings.warn(
            f"The {', '.join(unused)} input to HybridBlock is not used by any computation. Is this intended?",
            stacklevel=8,
        )
    idle = [name for name in params.keys() if name not in needed]
    if idle:
        warnings.warn(
            f"Parameter {', '.join(idle)} is not used by any computation. Is this intended?",
            stacklevel=8,
        )


def _finish_initialization(block: Any, names: list[str], params: Any, flat: list[Any]) -> None:
    """Initialize what waits for its shape, in the order of the graph: it decides which random values each gets."""
    own = [params[name] for name in names if name in params.keys()]
    try:
        for param in own:
            param.data()
    except DeferredInitializationError:
        block._deferred_infer_shape(*flat)
        for param in own:
            param._finish_deferred_init()


def _transform(
    block: Any, out: Any, places: dict[str, int], params: Any, flat: list[Any]
) -> tuple[Any, dict[str, Any]]:
    """The graph after a backend worked on it, and the arrays it may have added."""
    contexts = _gather_type_ctx_info(list(flat))[2]
    ctx = contexts.pop() if contexts else None
    shapes: dict[str, tuple[int, ...]] = {}
    arrays: list[dict[str, Any]] = []
    for listed in (out.list_arguments(), out.list_auxiliary_states()):
        found: dict[str, Any] = {}
        for name in listed:
            if places.get(name, len(flat)) < len(flat):
                given = flat[places[name]]
                if isinstance(given, NDArray):
                    found[name] = given
                elif isinstance(given, Symbol) and "__shape__" in given.list_attr():
                    text = given.list_attr()["__shape__"]
                    shapes[name] = tuple(int(n) for n in text.strip("()").split(",") if n.strip())
            elif name in params.keys():
                found[name] = params[name].data()
        arrays.append(found)
    graph = out.optimize_for(block._backend, arrays[0], arrays[1], ctx, shapes, **block._backend_opts)
    return graph, arrays[1] | arrays[0]


def _new_parameter(name: str, added: dict[str, Any]) -> Parameter:
    """A parameter that a backend added to the graph. RuntimeError if it gave no value."""
    if name not in added:
        raise RuntimeError(
            f"optimize_for: the backend put parameter {name!r} into the graph and returned no array for it; "
            f"known are {sorted(added)}"
        )
    value = added[name]
    param = Parameter(name, dtype=value.dtype)
    param._load_init(value, value.context)
    return param


def call_cached_op(block: Any, args: tuple[Any, ...]) -> Any:
    """Run the compiled graph of a block.

    Raises:
        ValueError: the inputs are nested otherwise than when the block was traced.
    """
    op = block._cached_op
    if block._callback:
        op._register_op_hook(block._callback, block._monitor_all)
        if len(block._flags) >= 2:
            warnings.warn(
                "register_op_hook: with static_alloc or static_shape the hook may miss operators; hybridize() "
                "without them to see all",
                stacklevel=4,
            )
    flat, fmt = _flatten(args, "input")
    if fmt != block._in_format:
        if not formats_agree(block._in_format, fmt):
            raise ValueError(
                f"{type(block).__name__}: the inputs are nested as {fmt}, the block was traced with "
                f"{block._in_format}; nest them alike, or call hybridize() again"
            )
        flat = [one for one in flat if one is not None]
    elif block._in_nones:
        flat = [one for one in flat if one is not None]
    out = op(*[flat[one] if is_input else one.data() for is_input, one in block._cached_op_args])
    if isinstance(out, NDArray):
        return out if block._out_format == 0 else _regroup([out], block._out_format)
    return _regroup(out, block._out_format)
