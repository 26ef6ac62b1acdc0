"""Checking symbols: results, gradients, agreement of contexts, speed."""

from __future__ import annotations

import json
import time
import traceback
from typing import Any

import numpy as np

from .. import nd, symbol
from ..nd import NDArray
from ..symbol import Symbol
from ._arrays import create_sparse_array
from ._compare import assert_almost_equal
from ._settings import default_context, default_numeric_eps, get_tolerance, get_tols

_FLOATS = (np.float16, np.float32, np.float64)
_FLOAT32: Any = np.float32


def simple_forward(sym: Any, ctx: Any = None, is_train: bool = False, **inputs: Any) -> Any:
    """Run a symbol on NumPy arrays, by name; its outputs as NumPy arrays (a list if several)."""
    executor = sym.bind(ctx or default_context(), args={name: nd.array(value) for name, value in inputs.items()})
    executor.forward(is_train=is_train)
    outputs = [output.asnumpy() for output in executor.outputs]
    return outputs[0] if len(outputs) == 1 else outputs


def _check_dtype(dtype: Any, also_own: bool = True) -> None:
    if not (also_own and isinstance(dtype, str) and dtype == "asnumpy") and dtype not in _FLOATS:
        raise AssertionError(f"dtype={dtype!r} must be numpy.float16, float32 or float64" + " or 'asnumpy'" * also_own)


def _array(value: Any, ctx: Any, dtype: Any) -> NDArray:
    own = isinstance(dtype, str) and dtype == "asnumpy"
    return nd.array(value, ctx=ctx, dtype=value.dtype if own else dtype)


def _named(kind: str, names: list[str], values: Any) -> dict[str, Any]:
    if not isinstance(values, dict):
        return dict(zip(names, values, strict=False))
    if set(values) != set(names):
        raise ValueError(
            f"Symbol {kind} and keys of the given values do not match. symbol: {sorted(names)}, given: {sorted(values)}"
        )
    return values


def _parse_location(sym: Any, location: Any, ctx: Any, dtype: Any = _FLOAT32) -> dict[str, Any]:
    """Arguments by name, sorted; NumPy arrays become NDArrays."""
    if not isinstance(location, (dict, list, tuple)):
        raise AssertionError(f"location must be a dict, list or tuple, got {type(location).__name__}")
    _check_dtype(dtype)
    named = _named("arguments", sym.list_arguments(), location)
    return {k: _array(v, ctx, dtype) if isinstance(v, np.ndarray) else v for k, v in sorted(named.items())}


def _parse_aux_states(sym: Any, aux_states: Any, ctx: Any, dtype: Any = _FLOAT32) -> Any:
    """Auxiliary states by name, as NDArrays; None if there are none."""
    _check_dtype(dtype)
    if aux_states is None:
        return None
    named = _named("auxiliary states", sym.list_auxiliary_states(), aux_states)
    return {k: _array(v, ctx, dtype) for k, v in named.items()}


# ------------------------------------------------------------------------------------------- gradients


def numeric_grad(
    executor: Any,
    location: dict[str, Any],
    aux_states: dict[str, Any] | None = None,
    eps: float = 1e-4,
    use_forward_train: bool = True,
    dtype: Any = _FLOAT32,
) -> dict[str, Any]:
    """Gradients of the sum of an executor's first output, by central differences.

    Args:
        executor: bound to arrays that are overwritten.
        location: NumPy arrays of the arguments, by name; made contiguous in place.
        aux_states: NumPy arrays of the auxiliary states, set before every run.
        eps: distance of the two points.
        use_forward_train: run in training mode.
        dtype: of the arrays.

    Returns:
        gradients by name, zeros for arguments that are not floating.
    """
    _check_dtype(dtype, also_own=False)

    def put(target: NDArray, value: Any) -> None:
        target[:] = nd.array(value, dtype=dtype).tostype(target.stype)

    def run(name: str, value: Any) -> Any:
        put(executor.arg_dict[name], value)
        for state, entries in (aux_states or {}).items():
            put(executor.aux_dict[state], entries)
        executor.forward(is_train=use_forward_train)
        return executor.outputs[0].asnumpy()

    gradients = {name: np.zeros(value.shape, dtype=dtype) for name, value in location.items()}
    for name, value in location.items():
        if executor.arg_dict[name].stype == "default":
            put(executor.arg_dict[name], value)
    for name in location:
        location[name] = np.asarray(location[name], order="C")
    for name, value in location.items():
        if value.dtype.kind != "f":
            continue
        before = value.copy()
        entries, slopes = value.reshape(-1), gradients[name].reshape(-1)
        for i in range(entries.size):
            entries[i] += eps / 2.0
            above = run(name, value)
            entries[i] -= eps
            below = run(name, value)
            slopes[i] = (above - below).sum() / eps
            entries[i] = before.reshape(-1)[i]
        put(executor.arg_dict[name], before)
    return gradients


def check_numeric_gradient(
    sym: Any,
    location: Any,
    aux_states: Any = None,
    numeric_eps: Any = None,
    rtol: Any = None,
    atol: Any = None,
    grad_nodes: Any = None,
    use_forward_train: bool = True,
    ctx: Any = None,
    grad_stype_dict: dict[str, str] | None = None,
    dtype: Any = _FLOAT32,
) -> None:
    """AssertionError unless a symbol's gradients agree with differences of its (randomly weighted) output.

    Args:
        sym: a symbol with one output.
        location: arrays of its arguments, by name or in order.
        aux_states: arrays of its auxiliary states.
        numeric_eps: step, or steps by dtype.
        rtol, atol: see `assert_almost_equal`.
        grad_nodes: names of the arguments that are checked (all if None), or their ``grad_req`` by name.
        use_forward_train: run in training mode.
        ctx: the context.
        grad_stype_dict: storage types of gradients, by name.
        dtype: of all arrays.
    """
    _check_dtype(dtype, also_own=False)
    ctx = default_context() if ctx is None else ctx
    arrays = _parse_location(sym, location, ctx, dtype)
    points = {name: array.asnumpy() for name, array in arrays.items()}
    states = _parse_aux_states(sym, aux_states, ctx, dtype)
    state_points = None if states is None else {name: array.asnumpy() for name, array in states.items()}
    if grad_nodes is None:
        grad_nodes = sym.list_arguments()
    if isinstance(grad_nodes, dict):
        requests = dict(grad_nodes)
    elif isinstance(grad_nodes, (list, tuple)):
        requests = dict.fromkeys(grad_nodes, "write")
    else:
        raise ValueError(f"grad_nodes must be a list of names or a dict, got {type(grad_nodes).__name__}")

    _, shapes, _ = sym.infer_shape(**{name: array.shape for name, array in arrays.items()})
    loss = _weighted_loss(sym)
    arrays = {**arrays, "__random_proj": nd.array(np.random.rand(*shapes[0]) + 0.1, ctx=ctx, dtype=dtype)}
    noise = {name: np.random.normal(0, 0.01, size=arrays[name].shape) for name in requests}
    noise["__random_proj"] = np.random.normal(0, 0.01, size=shapes[0])
    buffers = {name: nd.array(value, ctx=ctx, dtype=dtype) for name, value in noise.items()}
    for name, stype in (grad_stype_dict or {}).items():
        if name in buffers and stype in ("row_sparse", "csr"):
            old = buffers[name]
            buffers[name] = nd.zeros(old.shape, ctx=old.context, dtype=old.dtype, stype=stype)

    executor = loss.bind(ctx, grad_req=requests, args=arrays, args_grad=buffers, aux_states=states)
    if len(executor.arg_arrays) != len(arrays):
        raise ValueError(f"Executor has {len(executor.arg_arrays)} inputs, but {len(arrays)} were given")
    if len(executor.outputs) != 1:
        raise AssertionError(f"check_numeric_gradient: the symbol must have one output, got {sym.list_outputs()}")
    executor.forward(is_train=True)
    eps = get_tolerance(executor.outputs[0], numeric_eps, default_numeric_eps())
    if dtype != np.float64 and eps < 1e-5:
        raise AssertionError(f"numeric_eps={eps} is too small for {np.dtype(dtype)}: at least 1e-5")
    executor.backward()
    found = executor.grad_dict
    numeric = numeric_grad(executor, points, state_points, eps=eps, use_forward_train=use_forward_train, dtype=dtype)
    for name, request in requests.items():
        names = (f"NUMERICAL_{name}", f"BACKWARD_{name}")
        _check_gradient(request, name, numeric[name], found[name], noise[name], rtol, atol, names, False)


def _weighted_loss(sym: Any) -> Any:
    front: Any = symbol  # its operators are bound when it is loaded
    weights, make_loss = front.Variable("__random_proj"), front.make_loss
    if type(sym) is Symbol:
        return make_loss(sym * weights)
    # NumPy's symbols multiply by entry only among themselves.
    return make_loss((sym * weights.as_np_ndarray()).as_nd_ndarray())


def _check_gradient(
    request: str, name: str, expected: Any, found: Any, before: Any, rtol: Any, atol: Any, names: Any, equal_nan: bool
) -> None:
    if request == "write":
        assert_almost_equal(expected, found, rtol, atol, names, equal_nan=equal_nan)
    elif request == "add":
        grown = (found.asnumpy() if isinstance(found, NDArray) else found) - before
        assert_almost_equal(expected, grown, rtol, atol, names, equal_nan=equal_nan)
    elif request == "null":
        # There may be no gradient array to look at.
        if found is not None:
            assert_almost_equal(before, found, rtol, atol, names, equal_nan=equal_nan)
    else:
        raise ValueError(f"Invalid grad_req {request} for argument {name}")


def check_symbolic_forward(
    sym: Any,
    location: Any,
    expected: Any,
    rtol: Any = None,
    atol: Any = None,
    aux_states: Any = None,
    ctx: Any = None,
    equal_nan: bool = False,
    dtype: Any = _FLOAT32,
) -> list[NDArray]:
    """AssertionError unless a symbol gives the expected outputs; returns them.

    Args:
        sym: the symbol.
        location: arrays of its arguments, by name or in order.
        expected: its outputs, by name or in order.
        rtol, atol, equal_nan: see `assert_almost_equal`.
        aux_states: arrays of its auxiliary states.
        ctx: the context.
        dtype: of all arrays; ``"asnumpy"`` keeps each one's own.
    """
    _check_dtype(dtype)
    ctx = default_context() if ctx is None else ctx
    arrays = _parse_location(sym, location, ctx, dtype)
    states = _parse_aux_states(sym, aux_states, ctx, dtype)
    if isinstance(expected, dict):
        expected = [expected[name] for name in sym.list_outputs()]
    own = isinstance(dtype, str)
    buffers = {k: nd.zeros(v.shape, ctx=ctx, dtype=v.dtype if own else dtype) for k, v in arrays.items()}
    executor = sym.bind(ctx=ctx, args=arrays, args_grad=buffers, aux_states=states)
    executor.forward(is_train=False)
    for name, wanted, output in zip(sym.list_outputs(), expected, executor.outputs, strict=False):
        names = (f"EXPECTED_{name}", f"FORWARD_{name}")
        assert_almost_equal(wanted, output, rtol, atol, names, equal_nan=equal_nan)
    outputs: list[NDArray] = executor.outputs
    return outputs


def check_symbolic_backward(
    sym: Any,
    location: Any,
    out_grads: Any,
    expected: Any,
    rtol: Any = None,
    atol: Any = None,
    aux_states: Any = None,
    grad_req: Any = "write",
    ctx: Any = None,
    grad_stypes: dict[str, str] | None = None,
    equal_nan: bool = False,
    dtype: Any = _FLOAT32,
) -> dict[str, Any]:
    """AssertionError unless a symbol gives the expected gradients; returns them by name.

    Args:
        sym: the symbol.
        location: arrays of its arguments, by name or in order.
        out_grads: gradients of its outputs (list, or dict by name); None for losses.
        expected: gradients of its arguments, by name or in order.
        rtol, atol, equal_nan: see `assert_almost_equal`.
        aux_states: arrays of its auxiliary states.
        grad_req: one for all, or by name or in order; ``"add"`` is checked against random first values.
        ctx: the context.
        grad_stypes: storage types of gradients, by name.
        dtype: of all arrays; ``"asnumpy"`` keeps each one's own.
    """
    _check_dtype(dtype)
    own = isinstance(dtype, str)
    ctx = default_context() if ctx is None else ctx
    arrays = _parse_location(sym, location, ctx, dtype)
    states = _parse_aux_states(sym, aux_states, ctx, dtype)
    arguments = sym.list_arguments()
    if isinstance(expected, (list, tuple)):
        expected = dict(zip(arguments, expected, strict=False))
    noise = {name: np.random.normal(size=value.shape) for name, value in sorted(expected.items())}
    buffers: dict[str, Any] = {}
    for name, value in noise.items():
        stype = (grad_stypes or {}).get(name)
        buffers[name] = nd.array(value, ctx=ctx, dtype=expected[name].dtype if own else dtype)
        if stype not in (None, "default"):
            buffers[name] = create_sparse_array(value.shape, stype, density=0.0)
    if isinstance(grad_req, str):
        requests = dict.fromkeys(arguments, grad_req)
    elif isinstance(grad_req, (list, tuple)):
        requests = dict(zip(arguments, grad_req, strict=False))
    else:
        requests = grad_req
    executor = sym.bind(ctx=ctx, args=arrays, args_grad=buffers, aux_states=states, grad_req=requests)
    executor.forward(is_train=True)

    def head(value: Any) -> Any:
        return _array(value, ctx, dtype) if isinstance(value, np.ndarray) else value

    if isinstance(out_grads, (list, tuple)):
        heads: Any = [head(value) for value in out_grads]
    elif isinstance(out_grads, dict):
        heads = {name: head(value) for name, value in out_grads.items()}
    elif out_grads is None:
        heads = None
    else:
        raise AssertionError(f"out_grads must be a list, a dict or None, got {type(out_grads).__name__}")
    executor.backward(heads)
    for name, wanted in expected.items():
        names = (f"EXPECTED_{name}", f"BACKWARD_{name}")
        _check_gradient(requests[name], name, wanted, buffers[name], noise[name], rtol, atol, names, equal_nan)
    return buffers


# ------------------------------------------------------------------------------------------- contexts, speed, structure


def check_speed(
    sym: Any,
    location: dict[str, Any] | None = None,
    ctx: Any = None,
    N: int = 20,
    grad_req: Any = None,
    typ: str = "whole",
    **kwargs: Any,
) -> float:
    """Seconds per run of a symbol.

    Args:
        sym: the symbol.
        location: NumPy arrays of its arguments; random ones if None, with the shapes of ``kwargs``.
        ctx: the context.
        N: how many runs.
        grad_req: ``"write"`` if None.
        typ: ``"whole"`` (forward and backward) or ``"forward"``.

    Raises:
        ValueError: another ``typ``.
    """
    if typ not in ("whole", "forward"):
        raise ValueError(f'typ={typ!r} is not legal, give "whole" or "forward"')
    ctx = default_context() if ctx is None else ctx
    grad_req = "write" if grad_req is None else grad_req
    if location is None:
        executor = sym.simple_bind(grad_req=grad_req, ctx=ctx, **kwargs)
        location = {name: np.random.normal(size=array.shape) for name, array in executor.arg_dict.items()}
    elif isinstance(location, dict):
        executor = sym.simple_bind(grad_req=grad_req, ctx=ctx, **{name: v.shape for name, v in location.items()})
    else:
        raise AssertionError(f"check_speed: location must be a dict, got {type(location).__name__}")
    for name, value in location.items():
        executor.arg_dict[name][:] = value.astype(executor.arg_dict[name].dtype)

    def run() -> None:
        executor.forward(is_train=typ == "whole")
        if typ == "whole":
            executor.backward(out_grads=executor.outputs)

    run()
    _wait(executor.outputs)
    start = time.time()
    for _ in range(N):
        run()
    _wait(executor.outputs)
    nd.waitall()
    return (time.time() - start) / N


def _wait(arrays: list[NDArray]) -> None:
    for array in arrays:
        array.wait_to_read()


def check_consistency(
    sym: Any,
    ctx_list: Any,
    scale: float = 1.0,
    grad_req: Any = "write",
    arg_params: dict[str, Any] | None = None,
    aux_params: dict[str, Any] | None = None,
    rtol: Any = None,
    atol: Any = None,
    raise_on_err: bool = True,
    ground_truth: dict[str, Any] | None = None,
    equal_nan: bool = False,
    use_uniform: bool = False,
    rand_type: Any = np.float64,
) -> dict[str, Any]:
    """AssertionError unless a symbol gives the same outputs and gradients on several contexts and dtypes.

    Args:
        sym: the symbol, or one per context with the same arguments and outputs.
        ctx_list: arguments of ``simple_bind`` each: ``{"ctx": mx.cpu(), "data": (2, 3), "type_dict": {...}}``.
        scale: of the random arguments.
        grad_req: ``"write"``, ``"add"`` or ``"null"`` (outputs only).
        arg_params, aux_params: values to use instead of random ones and zeros; filled up in place.
        rtol, atol, equal_nan: see `assert_almost_equal`.
        raise_on_err: raise; else print only.
        ground_truth: outputs and gradients by name, instead of those of the most precise context.
        use_uniform: random arguments are uniform, not normal.
        rand_type: their dtype.

    Returns:
        the outputs and gradients that the others were compared with.
    """
    if len(ctx_list) <= 1:
        raise AssertionError("check_consistency: give at least two contexts")
    symbols: list[Any] = [sym] * len(ctx_list) if isinstance(sym, Symbol) else list(sym)
    names, arguments = symbols[0].list_outputs(), symbols[0].list_arguments()
    if len(symbols) != len(ctx_list) or any(
        s.list_arguments() != arguments or s.list_outputs() != names for s in symbols
    ):
        raise AssertionError("check_consistency: one symbol per context, all with the same arguments and outputs")
    executors = [s.simple_bind(grad_req=grad_req, **ctx) for s, ctx in zip(symbols, ctx_list, strict=True)]
    arg_params = {} if arg_params is None else arg_params
    aux_params = {} if aux_params is None else aux_params
    for name, array in sorted(executors[0].arg_dict.items()):
        if name not in arg_params:
            if use_uniform:
                drawn = np.random.uniform(low=-0.92 * scale, high=0.92 * scale, size=array.shape)
            else:
                drawn = np.random.normal(size=array.shape, scale=scale)
            arg_params[name] = np.asarray(drawn).astype(rand_type)
    for name in executors[0].aux_dict:
        aux_params.setdefault(name, 0)
    for executor in executors:
        for name, array in executor.arg_dict.items():
            array[:] = arg_params[name]
        for name, array in executor.aux_dict.items():
            array[:] = aux_params[name]
        if grad_req == "add":
            for array in executor.grad_arrays:
                array[:] = np.zeros(array.shape, dtype=array.dtype)

    for executor in executors:
        executor.forward(is_train=False)
    dtypes = [np.dtype(executor.outputs[0].dtype) for executor in executors]
    best = int(np.argmax([dtype.itemsize for dtype in dtypes]))
    others = [(i, executor) for i, executor in enumerate(executors) if i != best]
    truth = dict(executors[best].output_dict) if ground_truth is None else ground_truth

    def compare(kind: str, i: int, name: str, found: Any, rtol: Any, atol: Any) -> None:
        try:
            assert_almost_equal(found, truth[name], rtol=rtol, atol=atol, equal_nan=equal_nan)
        except AssertionError as error:
            print(f"{kind} Err: ctx {i} vs ctx {best} at {name}")
            traceback.print_exc()
            if raise_on_err:
                raise
            print(error)

    for i, executor in others:
        for name, output in zip(names, executor.outputs, strict=True):
            compare("Predict", i, name, output, rtol, atol)
    if grad_req == "null":
        return truth

    for executor in executors:
        executor.forward(is_train=True)
    if ground_truth is None:
        truth = {**executors[best].output_dict, **executors[best].grad_dict}
    roughest = [min((e.outputs[i].dtype for e in executors), key=_itemsize) for i in range(len(names))]
    heads = [out.astype(dtype).asnumpy() for out, dtype in zip(executors[0].outputs, roughest, strict=True)]
    for executor in executors:
        given = [
            nd.array(value, ctx=out.context, dtype=out.dtype).tostype(out.stype)
            for value, out in zip(heads, executor.outputs, strict=True)
        ]
        executor.backward(given)
    for i, executor in others:
        for name, array in zip([*names, *arguments], [*executor.outputs, *executor.grad_arrays], strict=True):
            wanted = truth[name]
            if wanted is None or array is None:
                if wanted is not array:
                    raise AssertionError(f"check_consistency: only one of ctx {i} and ctx {best} has {name}")
                continue
            # What was computed from rougher numbers cannot be compared more strictly than those.
            mine = min(array.dtype, dtypes[i], key=_itemsize)
            theirs = min(wanted.dtype, dtypes[best], key=_itemsize)
            tolerances: tuple[Any, Any] = (rtol, atol)
            if (mine, theirs) != (array.dtype, wanted.dtype):
                tolerances = get_tols(np.empty(0, mine), np.empty(0, theirs), rtol, atol)
            compare("Train", i, name, array, *tolerances)
    return truth


def _itemsize(dtype: Any) -> int:
    return int(np.dtype(dtype).itemsize)


def same_symbol_structure(sym1: Any, sym2: Any) -> bool:
    """Whether two symbols have the same operators in the same order."""
    first, second = (json.loads(sym.tojson())["nodes"] for sym in (sym1, sym2))
    return all(one["op"] == two["op"] for one, two in zip(first, second, strict=False))
