"""The Python function of an operator: from any legal calling form to tensors, by the shortest way.

`make_call` picks a form by what the operator takes. What can be worked out once is worked out there. Calls with plain
arrays in the first positions and attributes after them run at once; every other form goes through `_resolve`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from .._core.context import Context
from .._core.errors import ArgumentTypeError, MXNetError
from .._core.permuted import contiguous
from .._core.state import FLAGS, THREAD
from ..autograd._graph import is_freed, join_with_zero_gradient
from ..registry.operator import Operator, check_same_dtype
from ._invoke import invoke, translate
from ._short import short_call

if TYPE_CHECKING:
    from .ndarray import NDArray

_new = object.__new__
_FLOAT32 = torch.float32


def _other_front_end(op: Operator, base: type[NDArray], value: Any) -> Exception:
    """The error for an input of the other front end."""
    if base._in_numpy:
        return TypeError(
            f"{op.name} is a NumPy-style operator, which takes mx.np arrays only, but received a legacy NDArray of "
            f"shape {value.shape}: convert it by as_np_ndarray()"
        )
    return TypeError(
        f"{op.name} is a legacy operator, which takes legacy NDArrays only, but received an mx.np array of shape "
        f"{value.shape}: convert it by as_nd_ndarray()"
    )


def _is_array(value: Any) -> bool:
    return hasattr(type(value), "_ctx")  # symbols have the same mark of their front end, `_in_numpy`


def not_an_array(op: Operator, name: str, value: Any) -> ArgumentTypeError:
    """The error for an input that is no NDArray."""
    return ArgumentTypeError(f"{op.name}: Argument {name} must have NDArray type, but got {value!r}")


def _resolve(
    op: Operator, base: type[NDArray], args: tuple[Any, ...], kwargs: dict[str, Any], cls: type[NDArray]
) -> Any:
    """Any legal calling form: inputs by position or keyword, attributes after them, ``out`` and ``name`` last."""
    out = kwargs.pop("out", None)
    kwargs.pop("name", None)
    if op.variadic is not None:
        for value in args:
            if not isinstance(value, base) or value._in_numpy is not base._in_numpy:
                if _is_array(value):
                    raise _other_front_end(op, base, value)
                raise ArgumentTypeError(f"{op.name}: Positional arguments must have NDArray type, but got {value!r}")
        if op.num_args is not None and not args:
            raise MXNetError(f"{op.name}: value 0 for Parameter {op.num_args} should be greater equal to 1")
        if op.num_args in kwargs and str(kwargs[op.num_args]) != str(len(args)):
            raise MXNetError(f"{op.name}: {op.num_args}={kwargs[op.num_args]}, but {len(args)} inputs were given")
        if op.num_args in op.attr_names:
            kwargs[op.num_args] = len(args)
        return invoke(op, args, _prepare(op, (), kwargs), cls, out)
    names = op.inputs
    arrays: list[Any] = list(args[: len(names)])
    arrays += [None] * (len(names) - len(arrays))
    rest = args[len(names) :]
    if len(rest) > len(op.attributes):
        extra = rest[len(op.attributes) :]
        if len(extra) > 2:
            most = len(names) + len(op.attributes) + 2
            raise TypeError(f"{op.name}() takes from 0 to {most} positional arguments but {len(args)} were given")
        out = extra[0]
        rest = rest[: len(op.attributes)]
    if out is not None and not isinstance(out, (base, list, tuple)):
        raise TypeError(
            f"{op.name}: out must be an NDArray or a list of them, got {type(out).__name__} "
            f"(attributes are {', '.join(op.attr_names) or 'none'}; several numbers for one of them are a tuple)"
        )
    for i, name in enumerate(names):
        if name in kwargs:
            if i < len(args):
                raise TypeError(f"{op.name}() got multiple values for argument '{name}'")
            arrays[i] = kwargs.pop(name)
        value = arrays[i]
        if value is not None and (not isinstance(value, base) or value._in_numpy is not base._in_numpy):
            raise _other_front_end(op, base, value) if _is_array(value) else not_an_array(op, name, value)
    for name in op.attr_names[: len(rest)]:
        if name in kwargs:
            raise TypeError(f"{op.name}() got multiple values for argument '{name}'")
    values = _prepare(op, rest, kwargs)
    wanted = set(names) if op.list_inputs is None else set(op.list_inputs(op.attr_dict(values)))
    if op.list_inputs is not None:
        given = [array for array in arrays if array is not None]
        if len(given) == len(wanted):  # as in MXNet, the arrays count in order, whatever their parameters are called
            arrays = [given.pop(0) if name in wanted else None for name in names]
    for name, array in zip(names, arrays, strict=True):
        if array is None:
            wrong = name in wanted and (op.list_inputs is not None or name not in op.optional)
        else:
            wrong = name not in wanted
        if wrong:
            raise MXNetError(
                f"{op.name}: input {name} is {'missing' if array is None else 'not taken'}, expected {len(wanted)} "
                f"inputs ({', '.join(n for n in names if n in wanted)}) but got {sum(a is not None for a in arrays)}"
            )
    return invoke(op, arrays, values, cls, out)


def _prepare(op: Operator, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
    if not op.attributes and kwargs and not args:
        return ()  # operators without attributes take any keyword in 1.9.1
    try:
        return op.prepare(*args, **kwargs)
    except TypeError:  # a list among the values, or a real type error: say it without the cache
        return op.parse(*args, **kwargs)


def make_call(op: Operator, base: type[NDArray], cls: type[NDArray]) -> Callable[..., Any]:
    """The Python function of ``op``: takes arrays of class ``base``, returns arrays of class ``cls``."""
    call = _make_long_call(op, base, cls)
    return call if op.shortcut is None else short_call(op, base, cls, call)


def _make_long_call(op: Operator, base: type[NDArray], cls: type[NDArray]) -> Callable[..., Any]:
    if not op.mutates and not op.context and op.visible is None:
        if len(op.inputs) == 1 and op.variadic is None and not op.attributes and op.outputs == 1 and not op.view:
            return _plain_call(op, base, cls)
        if len(op.inputs) == 1 and op.variadic is None:
            return _unary_call(op, base, cls)
        if op.outputs == 1 and not op.view:
            if op.variadic is not None:
                return _variadic_call(op, base, cls)
            if len(op.inputs) == 2 and not op.optional and op.defaults is not None:
                return _binary_call(op, base, cls)
            if len(op.inputs) >= 2:
                return _fixed_call(op, base, cls)

    def call(*args: Any, **kwargs: Any) -> Any:
        return _resolve(op, base, args, kwargs, cls)

    return call


def _plain_call(op: Operator, base: type[NDArray], cls: type[NDArray]) -> Callable[..., Any]:
    """One input, one output and nothing else: ``exp``, ``sqrt``, ``zeros_like``, ..."""
    fn, zero_grad = op.fn, op.zero_grad
    direct = op.float32 or fn

    def call(data: Any = None, out: Any = None, name: str | None = None, **kwargs: Any) -> Any:
        if type(data) is not base or out is not None or kwargs:
            return _resolve(op, base, () if data is None else (data,), {**kwargs, "out": out}, cls)
        tensor = data._t
        try:
            if tensor.requires_grad:
                if FLAGS.recorders and THREAD.recording:
                    if zero_grad or (tensor.grad_fn is not None and is_freed(tensor)) or not torch.is_grad_enabled():
                        return invoke(op, (data,), (), cls)
                    result = fn(tensor)
                    if not result.requires_grad:
                        return invoke(op, (data,), (), cls)  # an integer result of a recorded operation
                else:
                    result = fn(tensor.detach())
            else:
                result = direct(tensor) if tensor.dtype is _FLOAT32 else fn(tensor)
        except MXNetError:
            raise
        except (RuntimeError, IndexError, ValueError) as error:
            raise translate(op, (tensor,), (), error) from error
        array = _new(cls)
        array._t = result
        array._ctx = data._ctx
        return array

    return call


def _unary_call(op: Operator, base: type[NDArray], cls: type[NDArray]) -> Callable[..., Any]:
    fn, prepare, defaults, zero_grad = op.fn, op.prepare, op.defaults, op.zero_grad
    single, view = op.outputs == 1, op.view

    def call(data: Any = None, *args: Any, **kwargs: Any) -> Any:
        if type(data) is not base:
            if data is None and not args and op.inputs[0] in kwargs:
                return _resolve(op, base, (), kwargs, cls)
            return _resolve(op, base, (data, *args), kwargs, cls)
        if args or kwargs:
            if not op.attributes or "out" in kwargs or "name" in kwargs or len(args) > len(op.attributes):
                return _resolve(op, base, (data, *args), kwargs, cls)
            try:
                values = prepare(*args, **kwargs)
            except TypeError:
                return _resolve(op, base, (data, *args), kwargs, cls)
        elif defaults is None:
            return _resolve(op, base, (data,), kwargs, cls)
        else:
            values = defaults
        tensor = data._t
        try:
            if tensor.requires_grad:
                if FLAGS.recorders and THREAD.recording:
                    if zero_grad or (tensor.grad_fn is not None and is_freed(tensor)) or not torch.is_grad_enabled():
                        return invoke(op, (data,), values, cls)
                else:
                    tensor = tensor.detach()
            result = fn(tensor, *values)
            if single and tensor.requires_grad and not result.requires_grad:
                return invoke(op, (data,), values, cls)  # an integer result of a recorded operation
        except MXNetError:
            raise
        except (RuntimeError, IndexError, ValueError) as error:
            raise translate(op, (tensor,), values, error) from error
        if not single:
            return _wrap_all(op, result, tensor, cls, data._ctx)
        if not result.is_contiguous():
            result = contiguous(result)
        elif view and (result is tensor or result._is_view()):
            result = result.clone()
        array = _new(cls)
        array._t = result
        array._ctx = data._ctx
        return array

    return call


def _wrap_all(op: Operator, results: Any, source: Tensor, cls: type[NDArray], ctx: Context) -> Any:
    """Arrays of the outputs of an operator with one input; of a single output the array itself."""
    arrays = []
    for result in results:
        if source.requires_grad and not result.requires_grad:
            result = join_with_zero_gradient(result, (source,))
        elif not result.is_contiguous():
            result = contiguous(result)
        elif op.view and (result is source or result._is_view()):
            result = result.clone()
        array = _new(cls)
        array._t = result
        array._ctx = ctx
        arrays.append(array)
    return arrays[0] if len(arrays) == 1 else arrays


def _variadic_call(op: Operator, base: type[NDArray], cls: type[NDArray]) -> Callable[..., Any]:
    fn, same_dtype, zero_grad, num_args = op.fn, op.same_dtype, op.zero_grad, op.num_args
    default = None if op.defaults is None else op.attr_dict(op.defaults)

    @functools.lru_cache(maxsize=1024, typed=True)
    def keywords(**given: Any) -> dict[str, Any]:
        return op.attr_dict(op.parse(**given))

    def call(*args: Any, **kwargs: Any) -> Any:
        if not kwargs:
            attrs = default
        elif num_args in kwargs or "out" in kwargs or "name" in kwargs:
            attrs = None
        else:
            try:
                attrs = keywords(**kwargs)
            except TypeError:
                attrs = None
        if attrs is None or not args:
            return _resolve(op, base, args, kwargs, cls)
        tensors = []
        graph = False
        dtype = None
        for array in args:
            if type(array) is not base:
                return _resolve(op, base, args, kwargs, cls)
            tensor = array._t
            if tensor.requires_grad:
                graph = True
            tensors.append(tensor)
            if same_dtype and tensor.dtype is not dtype:
                if dtype is not None:
                    check_same_dtype(op, [f"arg{i}" for i in range(len(tensors))], tensors)
                dtype = tensor.dtype
        if graph:
            if not (FLAGS.recorders and THREAD.recording):
                tensors = [tensor.detach() for tensor in tensors]
            elif (
                zero_grad
                or not torch.is_grad_enabled()
                or any([t.requires_grad and t.grad_fn is not None and is_freed(t) for t in tensors])
            ):
                return invoke(op, args, tuple(attrs.values()), cls)
            else:
                for array in args:
                    if not array._t.requires_grad:
                        array._const = THREAD.tape
        try:
            result = fn(*tensors, **attrs)
        except MXNetError:
            raise
        except (RuntimeError, IndexError, ValueError) as error:
            raise translate(op, tensors, tuple(attrs.values()), error) from error
        if not result.is_contiguous():
            result = contiguous(result)
        array = _new(cls)
        array._t = result
        array._ctx = args[0]._ctx
        return array

    return call


def _binary_call(op: Operator, base: type[NDArray], cls: type[NDArray]) -> Callable[..., Any]:
    fn, same_dtype, zero_grad, values = op.fn, op.same_dtype, op.zero_grad, op.defaults or ()
    direct = op.float32

    def call(lhs: Any = None, rhs: Any = None, *args: Any, **kwargs: Any) -> Any:
        if type(lhs) is not base or type(rhs) is not base or args or kwargs:
            given = (lhs, rhs, *args) if rhs is not None or args else () if lhs is None else (lhs,)
            return _resolve(op, base, given, kwargs, cls)
        a, b = lhs._t, rhs._t
        if direct is not None and not (a.requires_grad or b.requires_grad):
            if a.dtype is _FLOAT32 and b.dtype is _FLOAT32:
                try:
                    result = direct(a, b)
                except RuntimeError as error:
                    raise translate(op, (a, b), values, error) from error
                array = _new(cls)
                array._t = result
                array._ctx = lhs._ctx
                return array
        if same_dtype and a.dtype is not b.dtype:
            check_same_dtype(op, op.inputs, (a, b))
        try:
            if a.requires_grad or b.requires_grad:
                if FLAGS.recorders and THREAD.recording:
                    if (
                        zero_grad
                        or not torch.is_grad_enabled()
                        or (a.requires_grad and a.grad_fn is not None and is_freed(a))
                        or (b.requires_grad and b.grad_fn is not None and is_freed(b))
                    ):
                        return invoke(op, (lhs, rhs), values, cls)
                    if not a.requires_grad:
                        lhs._const = THREAD.tape
                    elif not b.requires_grad:
                        rhs._const = THREAD.tape
                else:
                    a, b = a.detach(), b.detach()
            result = fn(a, b, *values) if values else fn(a, b)
        except MXNetError:
            raise
        except (RuntimeError, IndexError, ValueError) as error:
            raise translate(op, (a, b), values, error) from error
        if not result.is_contiguous():
            result = contiguous(result)
        array = _new(cls)
        array._t = result
        array._ctx = lhs._ctx
        return array

    return call


def _fixed_call(op: Operator, base: type[NDArray], cls: type[NDArray]) -> Callable[..., Any]:
    """Several inputs (the last ones perhaps optional) and attributes, one output: ``dot``, ``take``, ``pick``, ..."""
    fn, prepare, defaults, same_dtype = op.fn, op.prepare, op.defaults, op.same_dtype
    names = frozenset(op.inputs)
    count, most = len(op.inputs), len(op.inputs) + len(op.attributes)
    padding = {n: (None,) * (count - n) for n in range(count - len(op.optional), count + 1)}
    zero_grad, list_inputs = op.zero_grad, op.list_inputs
    taken: dict[tuple[Any, ...], int] = {}  # attribute values -> how many leading inputs they take

    def count_taken(values: tuple[Any, ...]) -> int:
        wanted = tuple(list_inputs(op.attr_dict(values)))  # type: ignore[misc]
        taken[values] = len(wanted) if wanted == op.inputs[: len(wanted)] else -1
        return taken[values]

    def call(*args: Any, **kwargs: Any) -> Any:
        inputs = args[:count]
        absent = padding.get(len(inputs))
        if absent is None or len(args) > most:
            return _resolve(op, base, args, kwargs, cls)
        if kwargs or len(args) > count:
            kwargs.pop("name", None)
            if "out" in kwargs or not names.isdisjoint(kwargs):
                return _resolve(op, base, args, kwargs, cls)
            try:
                values = prepare(*args[count:], **kwargs)
            except TypeError:
                return _resolve(op, base, args, kwargs, cls)
        elif defaults is None:
            return _resolve(op, base, args, kwargs, cls)
        else:
            values = defaults
        if list_inputs is not None and (taken.get(values) or count_taken(values)) != len(inputs):
            return _resolve(op, base, args, kwargs, cls)
        tensors = []
        graph = False
        for array in inputs:
            if type(array) is not base:
                return _resolve(op, base, args, kwargs, cls)
            tensor = array._t
            if tensor.requires_grad:
                graph = True
            tensors.append(tensor)
        if graph:
            if not (FLAGS.recorders and THREAD.recording):
                tensors = [tensor.detach() for tensor in tensors]
                graph = False
            elif (
                zero_grad
                or not torch.is_grad_enabled()
                or any([t.requires_grad and t.grad_fn is not None and is_freed(t) for t in tensors])
            ):
                return invoke(op, inputs + absent, values, cls)
            else:
                for array in inputs:
                    if not array._t.requires_grad:
                        array._const = THREAD.tape
        if same_dtype:
            check_same_dtype(op, op.inputs, tensors)
        try:
            result = fn(*tensors, *absent, *values)
            if graph and not result.requires_grad:
                return invoke(op, inputs + absent, values, cls)
        except MXNetError:
            raise
        except (RuntimeError, IndexError, ValueError) as error:
            raise translate(op, tensors, values, error) from error
        if not result.is_contiguous():
            result = contiguous(result)
        array = _new(cls)
        array._t = result
        array._ctx = inputs[0]._ctx
        return array

    return call
