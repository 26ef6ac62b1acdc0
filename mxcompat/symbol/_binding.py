"""Making executors: from arrays (`bind`) or from shapes (`simple_bind`)."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from .._core.context import Context
from .._core.dtypes import to_torch_dtype
from .._core.errors import MXNetError
from ..graph.common import wanted, without_repeats
from ..graph.compile import Program
from ..graph.node import variables
from ..nd.ndarray import NDArray
from ..nd.sparse import zeros as sparse_zeros
from ._placement import contexts_of
from ._storage import gradient_storage, has_storage, output_storage
from .executor import Bound, Executor, outputs_like

_REQS = {"null": 0, "write": 1, "add": 3}
_STYPES = {"1": "row_sparse", "2": "csr"}


def _named_arrays(what: str, given: Any, names: list[str], allow_missing: bool) -> list[Any]:
    wrong = "NDArrays are needed, in a list or in a dict by name"
    if isinstance(given, (list, tuple)):
        if len(given) != len(names):
            raise ValueError(f"{what} has {len(given)} entries for {len(names)} names; give one for each")
        if any(not isinstance(a, NDArray) and not (a is None and allow_missing) for a in given):
            raise TypeError(f"{wrong} (in {what})")
        return list(given)
    if not isinstance(given, dict):
        raise TypeError(f"{wrong} (as {what}, got {type(given).__name__})")
    arrays = []
    for name in names:
        if name not in given and not allow_missing:
            raise ValueError(f"key `{name}` is missing in `{what}`")
        array = given.get(name)
        if name in given and not isinstance(array, NDArray):
            raise TypeError(f"{wrong} ({what}[{name!r}] is {type(array).__name__})")
        arrays.append(array)
    return arrays


def _requests(grad_req: Any, names: list[str]) -> list[str]:
    if isinstance(grad_req, str):
        if grad_req not in _REQS:
            raise ValueError(f"grad_req must be in {_REQS}, got {grad_req!r}")
        return [grad_req] * len(names)
    if isinstance(grad_req, (list, tuple)):
        reqs = list(grad_req) + ["null"] * (len(names) - len(grad_req))
    elif isinstance(grad_req, dict):
        reqs = [grad_req.get(name, "null") for name in names]
    else:
        raise TypeError(f"grad_req must be text, a list or a dict, got {type(grad_req).__name__}")
    for req in reqs:
        if req not in _REQS:
            raise KeyError(req)
    return reqs[: len(names)]


def bind(
    symbol: Any,
    ctx: Any,
    args: Any,
    args_grad: Any = None,
    grad_req: Any = "write",
    aux_states: Any = None,
    group2ctx: Any = None,
    shared_exec: Any = None,
) -> Executor:
    """An executor on given arrays. The arguments are those of ``Symbol.bind``."""
    if not isinstance(ctx, Context):
        raise TypeError(f"Context type error: ctx must be a Context, got {type(ctx).__name__}")
    names = symbol.list_arguments(), symbol.list_auxiliary_states()
    arrays = _named_arrays("args", args, names[0], False)
    grads = [None] * len(arrays) if args_grad is None else _named_arrays("args_grad", args_grad, names[0], True)
    states = _named_arrays("aux_states", [] if aux_states is None else aux_states, names[1], False)
    reqs = _requests(grad_req, names[0])
    executor = _executor(symbol, ctx, arrays, grads, reqs, states, grad_req, group2ctx)
    if args_grad is None:
        executor.grad_arrays = None
    return executor


def _executor(
    symbol: Any,
    ctx: Context,
    args: list[NDArray],
    grads: list[NDArray | None],
    reqs: list[str],
    states: list[NDArray],
    grad_req: Any,
    group2ctx: Any,
) -> Executor:
    symbol = symbol.__copy__()
    found = variables(symbol.handle)
    graph = without_repeats(symbol.handle) if wanted() else symbol.handle
    program = Program(graph, [*found[0], *found[1]], ctx)
    names = symbol.list_arguments(), symbol.list_auxiliary_states()
    outputs = outputs_like(symbol, names, args, states, ctx, group2ctx)
    bound = Bound(program, args, grads, reqs, states, outputs)
    executor = Executor(bound, symbol, ctx, copy.copy(grad_req), copy.copy(group2ctx))
    executor.arg_arrays, executor.grad_arrays, executor.aux_arrays = args, grads, states
    return executor


def simple_bind(
    symbol: Any,
    ctx: Any,
    grad_req: Any = "write",
    type_dict: Mapping[str, Any] | None = None,
    stype_dict: Mapping[str, str] | None = None,
    group2ctx: Any = None,
    shared_arg_names: list[str] | None = None,
    shared_exec: Executor | None = None,
    shared_buffer: dict[str, NDArray] | None = None,
    **kwargs: Any,
) -> Executor:
    """An executor on new arrays of inferred shapes. The arguments are those of ``Symbol.simple_bind``."""
    if not isinstance(grad_req, str) and len(grad_req) == 0:
        raise RuntimeError(
            f"simple_bind: grad_req={grad_req!r} is empty; give a request for each argument, or one text for all"
        )
    if shared_arg_names is not None and not isinstance(shared_arg_names, list):
        raise ValueError(f"simple_bind: shared_arg_names={shared_arg_names!r} must be a list of names, or None")
    if shared_buffer is not None and not isinstance(shared_buffer, dict):
        raise ValueError(f"simple_bind: shared_buffer={shared_buffer!r} must be a dict of NDArrays, or None")
    try:
        return _from_shapes(
            symbol, ctx, grad_req, dict(type_dict or {}), dict(stype_dict or {}), group2ctx,
            set(shared_arg_names or ()), None if shared_buffer is None else shared_exec, shared_buffer, kwargs,
        )  # fmt: skip
    except (MXNetError, KeyError, ValueError) as error:
        given = "".join(f"{name}: {shape}\n" for name, shape in kwargs.items())
        raise RuntimeError(f"simple_bind error. Arguments:\n{given}{error}") from error


def _from_shapes(
    symbol: Any,
    ctx: Context,
    grad_req: Any,
    types: dict[str, Any],
    stypes: dict[str, str],
    group2ctx: Any,
    shared: set[str],
    shared_exec: Executor | None,
    buffer: dict[str, NDArray] | None,
    shapes: dict[str, Any],
) -> Executor:
    names = symbol.list_arguments(), symbol.list_auxiliary_states()
    known = set(names[0] + names[1])
    given = {name: shape for name, shape in shapes.items() if isinstance(shape, tuple) and name in known}
    found = symbol._infer_shape_impl(False, **given)
    if found[0] is None:
        part = symbol._infer_shape_impl(True, **given)
        unknown = [n for n, s in zip(names[0], part[0] or [None] * len(names[0]), strict=True) if not s or 0 in s]
        raise MXNetError(f"cannot infer the shapes of {', '.join(unknown) or 'all variables'}: give more of them")
    dtypes = symbol._infer_type_impl(True, **{name: dtype for name, dtype in types.items() if name in known})
    arg_types = [kind or types.get(n, np.float32) for n, kind in zip(names[0], dtypes[0] or (), strict=True)]
    aux_types = [kind or np.float32 for kind in dtypes[2] or ()]
    for node in variables(symbol.handle)[0]:
        stored = _STYPES.get(node.attrs.get("__storage_type__", ""))
        if stored is not None:
            stypes.setdefault(node.name, stored)
    reqs = _requests(grad_req, names[0])
    of_gradients = _gradient_storage(symbol, stypes)
    placed = contexts_of(symbol.handle, ctx, group2ctx)
    places = {node.name: placed[node] for node in placed if node.op is None}
    args: list[NDArray] = []
    grads: list[NDArray | None] = []
    for name, shape, dtype, req in zip(names[0], found[0], arg_types, reqs, strict=True):
        stype = stypes.get(name, "default")
        model = shared_exec if name in shared else None
        pool = None if name in shared else buffer
        shared_array = _taken(name, model, "arg_dict", shape, dtype)
        args.append(_made(name, shape, dtype, stype, places[name], pool) if shared_array is None else shared_array)
        if req == "null":
            grads.append(None)
            continue
        stype = of_gradients.get(name, "default")
        twin = None if model is None else model.grad_dict.get(name)
        if twin is not None and twin.stype == stype == "default":
            grads.append(twin)
        else:
            grads.append(_made(f"grad of {name}", shape, dtype, stype, places[name], pool))
    states = []
    for name, shape, dtype in zip(names[1], found[2], aux_types, strict=True):
        kept = _taken(name, shared_exec, "aux_dict", shape, dtype)
        states.append(_made(name, shape, dtype, "default", places[name], None) if kept is None else kept)
    return _executor(symbol, ctx, args, grads, reqs, states, grad_req, group2ctx)


def _gradient_storage(symbol: Any, stypes: Mapping[str, str]) -> dict[str, str]:
    """Storage types of the gradients of the arguments, by name; dense ones may be missing."""
    nodes = variables(symbol.handle)[0]
    given = {node: stypes[node.name] for node in nodes if stypes.get(node.name, "default") != "default"}
    if not has_storage(symbol.handle, given):
        return {}
    found = gradient_storage(symbol.handle, output_storage(symbol.handle, given))
    return {node.name: found.get(node, "default") for node in nodes}


def _taken(name: str, model: Executor | None, where: str, shape: Sequence[int], dtype: Any) -> NDArray | None:
    """The array of another executor, to be shared; MXNetError if it is of another shape or dtype."""
    if model is None:
        return None
    array: NDArray | None = getattr(model, where).get(name)
    if array is None:
        raise MXNetError(f"{name} is to be shared, but shared_exec has no such array")
    if array.shape != tuple(shape) or array.dtype != np.dtype(dtype).type:
        raise MXNetError(
            f"{name} cannot be shared: shared_exec has it as {array.dtype.__name__} {array.shape}, this graph needs "
            f"{np.dtype(dtype).name} {tuple(shape)}"
        )
    return array


def _made(
    name: str, shape: Sequence[int], dtype: Any, stype: str, ctx: Context, buffer: dict[str, NDArray] | None
) -> NDArray:
    """New zeros, or, with a buffer, the memory kept there under this name if it is large enough."""
    if stype != "default":
        return sparse_zeros(stype, tuple(shape), ctx=ctx, dtype=dtype)  # type: ignore[no-any-return]
    of = to_torch_dtype(dtype)
    kept = None if buffer is None else buffer.get(name)
    if kept is not None and kept._t.dtype is of and kept.size >= math.prod(shape):
        return NDArray._wrap(kept._t.detach().view(-1)[: math.prod(shape)].view(tuple(shape)), ctx)
    array = NDArray._wrap(torch.zeros(tuple(shape), dtype=of, device=ctx.torch_device), ctx)
    if buffer is not None:
        buffer[name] = array
    return array
