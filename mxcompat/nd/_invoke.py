"""Running an operator on arrays: unwrap, run the definition, wrap, honour ``out``. The complete path."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from .._core.context import Context, current_context
from .._core.dtypes import NAME_OF_TORCH
from .._core.errors import ArgumentTypeError, MXNetError
from .._core.permuted import contiguous
from .._core.state import FLAGS, THREAD
from ..autograd._graph import (
    free_together,
    is_freed,
    join_with_zero_gradient,
    join_without_gradient,
    refuse_inplace,
    set_shadow,
    shadow_of,
    written,
)
from ..autograd._history import note
from ..registry.operator import CASTING, Operator, check_same_dtype

if TYPE_CHECKING:
    from .ndarray import NDArray

_new = object.__new__

#: array class -> its subclass for integer arrays in a graph
INTEGER_CLASS: dict[type[Any], type[Any]] = {}
#: what runs operators on sparse arrays; put here by the package of those
SPARSE: list[Callable[..., Any]] = []
#: operators that are about storage also where no array is sparse
_BY_STORAGE = frozenset({"cast_storage", "_sparse_retain"})


def invoke(
    op: Operator,
    arrays: Sequence[NDArray | None],
    values: tuple[Any, ...],
    cls: type[NDArray],
    out: Any = None,
) -> Any:
    """Run ``op`` on arrays with checked attribute values; the complete path.

    Returns one array of class ``cls``, or a list of them if the operator has several visible outputs.
    """
    for array in arrays:
        if type(array) is not cls and array is not None and array.stype != "default":
            return SPARSE[0](op, arrays, values, cls, out)
    if op.name in _BY_STORAGE or (out is not None and _has_sparse(out)):
        return SPARSE[0](op, arrays, values, cls, out)
    return invoke_dense(op, arrays, values, cls, out)


def _has_sparse(out: Any) -> bool:
    return any(getattr(t, "stype", "default") != "default" for t in (out if isinstance(out, (list, tuple)) else (out,)))


def invoke_dense(
    op: Operator,
    arrays: Sequence[NDArray | None],
    values: tuple[Any, ...],
    cls: type[NDArray],
    out: Any = None,
) -> Any:
    """As `invoke`, for dense arrays."""
    if out is not None and not arrays:
        values = _from_out(op, values, out)
    ctx = _context(op, arrays, values)
    tensors = [None if a is None else a._t for a in arrays]
    if op.same_dtype:
        check_same_dtype(op, op.inputs or [f"arg{i}" for i in range(len(tensors))], tensors)
    recording = FLAGS.recorders and THREAD.recording
    if recording:
        result = _run_recorded(op, arrays, tensors, values, ctx, out)
    else:
        for i, tensor in enumerate(tensors):
            if tensor is not None and tensor.requires_grad:
                tensors[i] = tensor.detach()
        if out is not None and op.writes_out:
            return _run_into(op, tensors, values, out)
        result = run(op, tensors, values, ctx)
    if isinstance(result, Tensor):
        made = _finish(op, result, tensors, cls, ctx) if out is None else _store(op, result, out, cls, ctx)
    else:
        results = list(result)[: op.num_visible(values)]
        if out is not None:
            made = _store_all(op, results, out, cls, ctx)
        else:
            made = [_finish(op, t, tensors, cls, ctx) for t in results]
            if len(made) == 1:
                made = made[0]
            elif recording:
                free_together([array._t for array in made])
    if recording and THREAD.noting:
        note(op, values, arrays, made)
    return made


def _from_out(op: Operator, values: tuple[Any, ...], out: Any) -> tuple[Any, ...]:
    """Shape, dtype and context of a creation operator that were left out are those of ``out``."""
    target = out[0] if isinstance(out, (list, tuple)) else out
    filled = op.attr_dict(values)
    if hasattr(target, "_t") and "shape" in filled:
        if not filled["shape"]:
            filled["shape"] = tuple(target._t.shape)
        if filled.get("dtype", 0) is None:
            filled["dtype"] = target._t.dtype
        filled["ctx"] = target._ctx
    return tuple(filled[name] for name in op.attr_names)


def _context(op: Operator, arrays: Sequence[NDArray | None], values: tuple[Any, ...]) -> Context:
    for array in arrays:
        if array is not None:
            return array._ctx
    if op.context and "ctx" in op.attr_names:
        named = values[op.attr_names.index("ctx")]
        if named is not None:
            return named  # type: ignore[no-any-return]
    return current_context()


def run(op: Operator, tensors: Sequence[Tensor | None], values: tuple[Any, ...], ctx: Context) -> Any:
    """Run the definition; complaints of torch become MXNetErrors that name the operator and its inputs."""
    try:
        return op.call(tensors, values, ctx)
    except MXNetError:
        raise
    except (RuntimeError, IndexError, ValueError) as error:
        raise translate(op, tensors, values, error) from error


def _run_into(op: Operator, tensors: Sequence[Tensor | None], values: tuple[Any, ...], out: Any) -> Any:
    """Run a definition that writes its results into the memory of ``out`` by itself."""
    targets = out if isinstance(out, (list, tuple)) else (out,)
    for target in targets:
        if not hasattr(target, "_t"):
            raise ArgumentTypeError(f"{op.name}: out must be an NDArray, got {type(target).__name__}")
    into = [target._t.data for target in targets]
    try:
        if op.variadic is not None:
            op.fn(*tensors, **op.attr_dict(values), out=into)
        elif len(into) == 1:
            op.fn(*tensors, *values, out=into[0])
        else:
            raise MXNetError(f"{op.name}: out has {len(into)} arrays, the operator has 1 output")
    except MXNetError:
        raise
    except (RuntimeError, IndexError, ValueError) as error:
        raise translate(op, tensors, values, error) from error
    return out


def translate(op: Operator, tensors: Sequence[Tensor | None], values: tuple[Any, ...], error: Exception) -> MXNetError:
    """The MXNetError for an error that torch raised inside a definition."""
    names = op.inputs or [f"arg{i}" for i in range(len(tensors))]
    shown = [
        f"{n} {NAME_OF_TORCH.get(t.dtype, t.dtype)} {tuple(t.shape)}"
        for n, t in zip(names, tensors, strict=False)
        if t is not None
    ]
    shown += [f"{k}={v!r}" for k, v in op.attr_dict(values).items()]
    return MXNetError(f"{op.name}: {str(error).splitlines()[0]} (got {', '.join(shown)})")


def _run_recorded(
    op: Operator,
    arrays: Sequence[NDArray | None],
    tensors: list[Tensor | None],
    values: tuple[Any, ...],
    ctx: Context,
    out: Any,
) -> Any:
    for target in () if out is None else out if isinstance(out, (list, tuple)) else (out,):
        refuse_inplace(f"{op.name} with out=", target)
    needed = False
    shadows = list(tensors)
    for i, tensor in enumerate(tensors):
        if tensor is None:
            continue
        if not tensor.requires_grad:
            shadow = None if tensor.is_floating_point() else shadow_of(tensor)
            if shadow is not None:
                shadows[i] = shadow
                needed = True
        elif tensor.grad_fn is not None and is_freed(tensor):
            tensors[i] = shadows[i] = arrays[i]._t = tensor.detach()  # type: ignore[union-attr]
        else:
            needed = True
    if not needed:
        return run(op, tensors, values, ctx)
    given = list(tensors)
    for i, name in enumerate(op.inputs):
        if name in op.mutates and i < len(tensors) and tensors[i] is not None:
            tensors[i] = shadows[i] = tensors[i].data  # type: ignore[union-attr]
    if not op.differentiable:
        result = run(op, [None if t is None else t.detach() for t in tensors], values, ctx)
        with nullcontext() if torch.is_grad_enabled() else torch.enable_grad():
            if isinstance(result, Tensor):
                return join_without_gradient(op.name, result, given)
            return [join_without_gradient(op.name, t, given) for t in result]
    with nullcontext() if torch.is_grad_enabled() else torch.enable_grad():
        result = run(op, tensors, values, ctx)
        outputs = [result] if isinstance(result, Tensor) else list(result)
        if any(s is not t for s, t in zip(shadows, tensors, strict=True)) and not op.zero_grad:
            outputs = _with_shadows(op, outputs, shadows, values, ctx)
        elif op.straight_through and not outputs[0].is_floating_point() and tensors[0] is not None:
            set_shadow(outputs[0], tensors[0].double())
        elif op.name in CASTING and not outputs[0].is_floating_point():
            set_shadow(outputs[0], run(op, tensors, _uncast(op, values), ctx).double())
    tape = THREAD.tape
    for array, tensor in zip(arrays, given, strict=True):
        if tensor is not None and not tensor.requires_grad:
            array._const = tape  # type: ignore[union-attr]
    with nullcontext() if torch.is_grad_enabled() else torch.enable_grad():
        joined = [t if _is_joined(t) else join_with_zero_gradient(t, given) for t in outputs]
    return joined[0] if isinstance(result, Tensor) else joined


def _is_joined(tensor: Tensor) -> bool:
    return tensor.requires_grad or hasattr(tensor, "_mx_shadow")


#: operators whose gradient is zero for integers, otherwise not
_NO_INTEGER_GRADIENT = frozenset(
    {"_mod", "_mod_scalar", "_rmod_scalar", "broadcast_mod", "_npi_mod", "_npi_mod_scalar", "_npi_rmod_scalar"}
)


def _uncast(op: Operator, values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Attribute values without the dtype of the result, for the run that a gradient goes through."""
    if op.name not in CASTING:
        return values
    return tuple(None if name == "dtype" else value for name, value in zip(op.attr_names, values, strict=True))


def _with_shadows(
    op: Operator, exact: list[Tensor], shadows: list[Tensor | None], values: tuple[Any, ...], ctx: Context
) -> list[Tensor]:
    """Run the definition once more, on the shadows, to have the history of its results."""
    if op.name in _NO_INTEGER_GRADIENT and not exact[0].is_floating_point():
        return exact
    source = shadows[0]
    if op.straight_through and not exact[0].is_floating_point() and source is not None:  # integers from integers
        set_shadow(exact[0], source.double() + (exact[0].double() - source.double()).detach())
        return exact
    if op.same_dtype:
        shadows = [None if s is None else s.double() for s in shadows]
    again = run(op, shadows, _uncast(op, values), ctx)
    results = []
    for plain, twin in zip(exact, [again] if isinstance(again, Tensor) else list(again), strict=True):
        if not twin.requires_grad:
            results.append(plain)
        elif plain.is_floating_point():
            results.append(twin.to(plain.dtype))
        else:  # the exact value with the twin's history: integer division must not come back as a fraction
            set_shadow(plain, twin.double() + (plain.double() - twin.double()).detach())
            results.append(plain)
    return results


def _finish(op: Operator, result: Tensor, tensors: Sequence[Tensor | None], cls: type[NDArray], ctx: Context) -> Any:
    if result.requires_grad and not torch.is_grad_enabled():
        with torch.enable_grad():  # a copy made below is to keep the history
            return _finish(op, result, tensors, cls, ctx)
    shadow = None if result.is_floating_point() else getattr(result, "_mx_shadow", None)
    if op.view:
        start = result.untyped_storage().data_ptr()
        if any(t is not None and t.untyped_storage().data_ptr() == start for t in tensors):
            result = contiguous(result)
            if shadow is not None:
                shadow = shadow.contiguous()
                set_shadow(result, shadow)
    if not result.is_contiguous():
        result = contiguous(result)
        if shadow is not None:
            shadow = shadow.contiguous()
            set_shadow(result, shadow)
    array = _new(cls if shadow is None else INTEGER_CLASS[cls])
    array._t = result
    array._ctx = ctx
    return array


def _store(op: Operator, result: Tensor, out: Any, cls: type[NDArray], ctx: Context) -> Any:
    target = out[0] if isinstance(out, (list, tuple)) and len(out) == 1 else out
    if not hasattr(target, "_t"):
        raise ArgumentTypeError(f"{op.name}: out must be an NDArray, got {type(target).__name__}")
    tensor: Tensor = target._t
    if tensor.shape != result.shape:
        raise MXNetError(f"{op.name}: out has shape {tuple(tensor.shape)}, the result has shape {tuple(result.shape)}")
    if tensor.dtype is not result.dtype:
        raise MXNetError(
            f"{op.name}: out has dtype {NAME_OF_TORCH[tensor.dtype]}, "
            f"the result has dtype {NAME_OF_TORCH[result.dtype]}"
        )
    assign(target, result)
    return out


def assign(target: Any, result: Tensor) -> None:
    """Write ``result`` into the memory of ``target``; a recorded result makes ``target`` part of its graph."""
    if result.requires_grad:
        target._t = written(target._t, result)
    else:
        target._t.data.copy_(result)


def _store_all(op: Operator, results: list[Tensor], out: Any, cls: type[NDArray], ctx: Context) -> Any:
    targets = list(out) if isinstance(out, (list, tuple)) else [out]
    if len(targets) != len(results):
        raise MXNetError(f"{op.name}: out has {len(targets)} arrays, the operator has {len(results)} outputs")
    for target, result in zip(targets, results, strict=True):
        _store(op, result, target, cls, ctx)
    return out
