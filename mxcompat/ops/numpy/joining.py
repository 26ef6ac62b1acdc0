"""Joining, splitting, padding, inserting and deleting."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Literal

import torch
from torch import Tensor

from ..._core.errors import MXNetError
from ...registry import REQUIRED, operator
from ...registry.operator import find, op_error, register

# the import also registers the splitter, which serves rows below
from ..shape.joining import short_concat, short_stack
from .reduce import axes_of


def _join(op: str, data: list[Tensor], axis: int) -> Tensor:
    first = data[0]
    if not first.dim():
        raise op_error(op, "arrays without axes cannot be joined", data=first)
    (place,) = (axis,) if 0 <= axis < first.dim() else axes_of(op, first, (axis,))
    if len(data) == 2 and data[1].shape == first.shape:
        return torch.cat(data, place)
    for i, t in enumerate(data[1:], 1):
        if t.dim() != first.dim() or any(
            a != b for k, (a, b) in enumerate(zip(t.shape, first.shape, strict=True)) if k != place
        ):
            raise op_error(op, f"arrays must have one shape but for axis {axis}", **{"arg0": first, f"arg{i}": t})
    return torch.cat(data, place)


@operator("_npi_concatenate", num_args="num_args", same_dtype=True, shortcut=short_concat)
def np_concatenate(*data: Tensor, axis: int | None = 0) -> Tensor:
    """Join arrays along an axis.

    Args:
        data: arrays of one dtype, of one shape but for the axis.
        axis: the axis; None flattens them first.

    Returns:
        The joined array.

    Raises:
        MXNetError: dtypes or shapes that differ.

    Source: MXNet 1.9.1 src/operator/numpy/np_matrix_op.cc.
    """
    if axis is None:
        return torch.cat([t.reshape(-1) for t in data])
    return _join("_npi_concatenate", list(data), axis)


@operator("_npi_stack", num_args="num_args", same_dtype=True, shortcut=short_stack)
def np_stack(*data: Tensor, axis: int = 0) -> Tensor:
    """Join arrays along a new axis.

    Args:
        data: arrays of one dtype and one shape.
        axis: where the new axis goes.

    Returns:
        The joined array.

    Raises:
        MXNetError: dtypes or shapes that differ, an axis out of range.

    Source: MXNet 1.9.1 src/operator/numpy/np_matrix_op.cc.
    """
    first = data[0]
    for i, t in enumerate(data):
        if t.shape != first.shape:
            raise op_error("_npi_stack", "arrays must have one shape", **{"arg0": first, f"arg{i}": t})
    if not -first.dim() - 1 <= axis <= first.dim():
        raise op_error("_npi_stack", f"axis={axis} is out of range", data=first)
    return torch.stack(data, axis)


def _rows(t: Tensor) -> Tensor:
    return t if t.dim() > 1 else t.reshape(1, -1)


def _columns(t: Tensor) -> Tensor:
    return t if t.dim() > 1 else t.reshape(-1, 1)


def _deep(t: Tensor) -> Tensor:
    return t if t.dim() > 2 else _rows(t)[:, :, None]


def _line(t: Tensor) -> Tensor:
    return t if t.dim() else t.reshape(1)


_STACK = """Join arrays {how}.

Args:
    data: arrays of one dtype.

Returns:
    The joined array.

Raises:
    MXNetError: dtypes or shapes that do not fit.

Source: MXNet 1.9.1 src/operator/numpy/np_matrix_op.cc.
"""


def _stacker(name: str, shaped: Callable[[Tensor], Tensor], axis: Callable[[Tensor], int], how: str) -> None:
    def fn(*data: Tensor) -> Tensor:
        parts = [shaped(t) for t in data]
        return _join(name, parts, axis(parts[0]))

    register(name, fn, num_args="num_args", same_dtype=True, doc=_STACK.format(how=how))


_stacker("_npi_vstack", _rows, lambda t: 0, "row after row; vectors are rows")
_stacker("_npi_hstack", _line, lambda t: 0 if t.dim() == 1 else 1, "along the second axis, vectors along the first")
_stacker("_npi_dstack", _deep, lambda t: 2, "along the third axis")
_stacker("_npi_column_stack", _columns, lambda t: 1, "column after column; vectors are columns")


def _split_count(attrs: dict[str, object]) -> int:
    sections, indices = attrs["sections"], attrs["indices"]
    return sections if isinstance(sections, int) and sections > 0 else len(indices)  # type: ignore[arg-type]


def _hsplit(
    data: Tensor, indices: tuple[int, ...] = REQUIRED, axis: int = 1, squeeze_axis: bool = False, sections: int = 0
) -> tuple[Tensor, ...]:
    """Cut an array along its second axis, a vector along its only one.

    Args:
        data: any dtype.
        indices: where each part begins; the first is 0.
        axis: not used: which axis is cut follows from the number of axes.
        squeeze_axis: drop the axis; each part must then have size one there.
        sections: if positive, the number of nearly equal parts.

    Returns:
        The parts.

    Raises:
        MXNetError: parts that are not equal, places that do not fit.

    Source: MXNet 1.9.1 src/operator/numpy/np_matrix_op.cc.
    """
    place = 1 if data.dim() > 1 else 0
    parts: tuple[Tensor, ...] = find("_split_v2").fn(data, indices, place, squeeze_axis, sections)
    return parts


def _dsplit(
    data: Tensor, indices: tuple[int, ...] = REQUIRED, axis: int = 1, squeeze_axis: bool = False, sections: int = 0
) -> tuple[Tensor, ...]:
    """Cut an array along its third axis.

    Args:
        data: any dtype, three axes or more.
        indices: where each part begins; the first is 0.
        axis: not used.
        squeeze_axis: drop the axis; each part must then have size one there.
        sections: if positive, the number of nearly equal parts.

    Returns:
        The parts.

    Raises:
        MXNetError: fewer than three axes, places that do not fit.

    Source: MXNet 1.9.1 src/operator/numpy/np_matrix_op.cc.
    """
    if data.dim() < 3:
        raise op_error("_npi_dsplit", "data must have at least three axes", data=data)
    parts: tuple[Tensor, ...] = find("_split_v2").fn(data, indices, 2, squeeze_axis, sections)
    return parts


register("_npi_hsplit", _hsplit, outputs=_split_count)
register("_npi_dsplit", _dsplit, outputs=_split_count)


def _edges(text: str, data: Tensor) -> list[tuple[int, int]]:
    try:
        given = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        raise MXNetError(f"_npi_pad: pad_width={text} is no tuple of pairs") from None
    if isinstance(given, int):
        given = (given,)
    pairs = [p if isinstance(p, (tuple, list)) else (p,) for p in given]
    if all(len(p) == 1 for p in pairs) and len(pairs) == 2 and not isinstance(given[0], (tuple, list)):
        pairs = [tuple(given)]
    wide = [(int(p[0]), int(p[-1])) for p in pairs]
    if len(wide) == 1:
        wide *= data.dim()
    if len(wide) != data.dim():
        raise op_error("_npi_pad", f"pad_width={text} must have a pair for each axis", data=data)
    if any(n < 0 for p in wide for n in p):
        raise op_error("_npi_pad", f"pad_width={text} may not be negative", data=data)
    return wide


def _places(before: int, size: int, after: int, mode: str, device: torch.device) -> Tensor:
    at = torch.arange(-before, size + after, device=device)
    if mode == "edge":
        return at.clamp(0, size - 1)
    if mode == "symmetric":
        at = at % (2 * size)
        return torch.where(at < size, at, 2 * size - 1 - at)
    if size == 1:
        return torch.zeros_like(at)
    at = at % (2 * size - 2)
    return torch.where(at < size, at, 2 * size - 2 - at)


@operator("_npi_pad")
def np_pad(
    data: Tensor,
    pad_width: str = REQUIRED,
    mode: Literal["constant", "edge", "reflect", "symmetric", "maximum", "minimum"] = "constant",
    constant_value: float = 0.0,
    reflect_type: str = "even",
) -> Tensor:
    """Add borders.

    Args:
        data: any dtype.
        pad_width: widths before and after, for each axis: ``((1, 2), (0, 1))``.
        mode: what the borders hold: a number, the nearest element, mirror images without (``reflect``) and with
            (``symmetric``) the edge, or the largest or smallest element of the line.
        constant_value: the number.
        reflect_type: ``"even"``.

    Returns:
        The larger array.

    Raises:
        MXNetError: widths that are negative, or not as many as axes.

    Source: MXNet 1.9.1 src/operator/numpy/np_pad_op.cc.
    """
    wide = _edges(pad_width, data)
    if mode == "constant":
        flat = [n for pair in reversed(wide) for n in pair]
        return torch.nn.functional.pad(data, flat, value=constant_value)
    result = data
    for axis, (before, after) in enumerate(wide):
        if not before and not after:
            continue
        size = result.shape[axis]
        if not size:
            raise op_error("_npi_pad", f"axis {axis} has no elements to pad with", data=data)
        if mode in ("maximum", "minimum"):
            line = (torch.amax if mode == "maximum" else torch.amin)(result, axis, True)
            parts = [line.narrow(axis, 0, 1).expand(_with(result, axis, n)) for n in (before, after)]
            result = torch.cat([parts[0], result, parts[1]], axis)
        else:
            result = result.index_select(axis, _places(before, size, after, mode, data.device))
    return result if result is not data else data.clone()


def _with(data: Tensor, axis: int, size: int) -> list[int]:
    shape = list(data.shape)
    shape[axis] = size
    return shape


def _axis(op: str, arr: Tensor, axis: int | None) -> tuple[Tensor, int]:
    if axis is None:
        return arr.reshape(-1), 0
    if not arr.dim():
        return arr.reshape(1), 0
    return arr, axes_of(op, arr, (axis,))[0]


def _range(start: int | None, stop: int | None, step: int | None, n: int, device: torch.device) -> Tensor:
    return torch.tensor(list(range(n))[slice(start, stop, step)], dtype=torch.int64, device=device)


def _insert_one(op: str, arr: Tensor, values: Tensor, at: int, place: int, turned: bool = True) -> Tensor:
    """``turned``: the first axis of the values is the one they are inserted along (a number names the place)."""
    n = arr.shape[place]
    if not -n <= at <= n:
        raise IndexError(f"index {at} is out of bounds for axis {place} with size {n}")
    at = at + n if at < 0 else at
    block = values.reshape((1,) * (arr.dim() - values.dim()) + tuple(values.shape))
    if turned:
        block = block.movedim(0, place)
    wanted = list(arr.shape)
    wanted[place] = block.shape[place]
    block = block.expand(wanted)
    return torch.cat([arr.narrow(place, 0, at), block.to(arr.dtype), arr.narrow(place, at, n - at)], place)


def _insert_many(op: str, arr: Tensor, values: Tensor, index: Tensor, place: int) -> Tensor:
    n, count, lone = arr.shape[place], index.numel(), not index.dim()
    index = index.reshape(-1).long()
    if bool(((index < -n) | (index > n)).any()):
        raise IndexError(f"an index is out of bounds for axis {place} with size {n}")
    index = torch.where(index < 0, index + n, index)
    if count == 1:
        return _insert_one(op, arr, values, int(index), place, turned=lone)
    order = torch.argsort(index, stable=True)
    targets = torch.empty_like(index)
    targets[order] = index[order] + torch.arange(count, device=index.device)
    keep = torch.ones(n + count, dtype=torch.bool, device=arr.device)
    keep[targets] = False
    shape = list(arr.shape)
    shape[place] = count
    block = values.expand(shape) if values.dim() <= arr.dim() else values
    joined = torch.cat([arr, block.to(arr.dtype)], place)
    source = torch.empty(n + count, dtype=torch.int64, device=arr.device)
    source[keep] = torch.arange(n, device=arr.device)
    source[targets] = n + torch.arange(count, device=arr.device)
    return joined.index_select(place, source)


_INSERT = """Insert values {where}.

Args:
    arr: any dtype.
    values: what is inserted; it is stretched to the shape that is needed.
{obj}    val: a number in place of ``values``.
    start, stop, step, int_ind: the place, as a slice or a number.
    axis: the axis; None flattens ``arr`` first.

Returns:
    The longer array, in the dtype of ``arr``.

Raises:
    IndexError: a place out of range.
    MXNetError: values that do not fit.

Source: MXNet 1.9.1 src/operator/numpy/np_insert_op_{source}.cc.
"""


def _given(op: str, arr: Tensor, values: Tensor | None, val: float | None) -> Tensor:
    if values is not None:
        return values
    if val is None:
        raise MXNetError(f"{op}: either values or val must be given")
    return torch.tensor(val, dtype=arr.dtype, device=arr.device)


def insert_scalar(
    arr: Tensor, values: Tensor | None = None, val: float | None = None, start: int | None = None,
    stop: int | None = None, step: int | None = None, int_ind: int | None = None, axis: int | None = None,
) -> Tensor:  # fmt: skip
    flat, place = _axis("_npi_insert_scalar", arr, axis)
    if int_ind is None:
        raise MXNetError("_npi_insert_scalar: int_ind must be given")
    return _insert_one("_npi_insert_scalar", flat, _given("_npi_insert_scalar", arr, values, val), int_ind, place)


def insert_slice(
    arr: Tensor, values: Tensor | None = None, val: float | None = None, start: int | None = None,
    stop: int | None = None, step: int | None = None, int_ind: int | None = None, axis: int | None = None,
) -> Tensor:  # fmt: skip
    flat, place = _axis("_npi_insert_slice", arr, axis)
    index = _range(start, stop, step, flat.shape[place], arr.device)
    if not index.numel():
        return flat.clone()
    return _insert_many("_npi_insert_slice", flat, _given("_npi_insert_slice", arr, values, val), index, place)


def insert_tensor(
    arr: Tensor, values: Tensor | None = None, obj: Tensor | None = None, val: float | None = None,
    start: int | None = None, stop: int | None = None, step: int | None = None, int_ind: int | None = None,
    axis: int | None = None,
) -> Tensor:  # fmt: skip
    if obj is None:  # with ``val`` there are two arrays: the second one is the place
        values, obj = None, values
    if obj is None:
        raise MXNetError("_npi_insert_tensor: obj must be given")
    flat, place = _axis("_npi_insert_tensor", arr, axis)
    return _insert_many("_npi_insert_tensor", flat, _given("_npi_insert_tensor", arr, values, val), obj, place)


def _insert_inputs(with_places: bool) -> Callable[[dict[str, Any]], tuple[str, ...]]:
    """Names of the inputs: values only if they are not a number."""

    def names(attrs: dict[str, Any]) -> tuple[str, ...]:
        values = ("values",) if attrs["val"] is None else ()
        return ("arr", *values, "obj") if with_places else ("arr", *values)

    return names


for _name, _fn, _where, _obj in (
    ("scalar", insert_scalar, "before one place", ""),
    ("slice", insert_slice, "before the places of a slice", ""),
    ("tensor", insert_tensor, "before the places that an array names", "    obj: the places.\n"),
):
    register(
        f"_npi_insert_{_name}", _fn, doc=_INSERT.format(where=_where, obj=_obj, source=_name),
        list_inputs=_insert_inputs(_name == "tensor"),
    )  # fmt: skip


@operator(
    "_npi_delete",
    list_inputs=lambda attrs: (
        ("arr", "obj") if all(attrs[name] is None for name in ("int_ind", "start", "stop", "step")) else ("arr",)
    ),
)
def np_delete(
    arr: Tensor, obj: Tensor | None = None, start: int | None = None, stop: int | None = None,
    step: int | None = None, int_ind: int | None = None, axis: int | None = None,
) -> Tensor:  # fmt: skip
    """Leave places of an axis out.

    Args:
        arr: any dtype.
        obj: the places, as an array of integers; those out of range, and negative ones, are passed over.
        start: the places as a slice: its start.
        stop: its end.
        step: its step.
        int_ind: the place, as a number.
        axis: the axis; None flattens ``arr`` first.

    Returns:
        The shorter array.

    Raises:
        MXNetError: a number out of range.

    Source: MXNet 1.9.1 src/operator/numpy/np_delete_op.cc.
    """
    flat, place = _axis("_npi_delete", arr, axis)
    n = flat.shape[place]
    if obj is not None:
        index = obj.reshape(-1).long()
    elif int_ind is not None:
        index = torch.tensor([int_ind], device=arr.device)
    else:
        index = _range(start, stop, step, n, arr.device)
    if obj is not None:
        index = index[(index >= 0) & (index < n)]  # 1.9.1 passes over the others
    elif bool(((index < -n) | (index >= n)).any()):
        raise op_error("_npi_delete", f"an index is out of bounds for axis {place} with size {n}", arr=arr)
    keep = torch.ones(n, dtype=torch.bool, device=arr.device)
    keep[index] = False
    return flat.index_select(place, torch.nonzero(keep).reshape(-1))


@operator("_npi_diff")
def np_diff(a: Tensor, n: int = 1, axis: int = -1) -> Tensor:
    """Differences of neighbours along an axis.

    Args:
        a: any number dtype, one axis or more.
        n: how often, not negative.
        axis: the axis.

    Returns:
        The differences, in the dtype of ``a``; the axis is ``n`` shorter, down to 0.

    Raises:
        MXNetError: a negative ``n``, an array without axes, an axis out of range.

    Source: MXNet 1.9.1 src/operator/numpy/np_diff.cc.
    """
    if n < 0 or not a.dim():
        raise op_error("_npi_diff", f"n={n} may not be negative and a needs an axis", a=a)
    (place,) = axes_of("_npi_diff", a, (axis,))
    return torch.diff(a, n, place) if n else a.clone()


def _ediff_inputs(attrs: dict[str, object]) -> list[str]:
    count = 1 + bool(attrs["to_begin_arr_given"]) + bool(attrs["to_end_arr_given"])
    return ["input1", "input2", "input3"][:count]


@operator("_npi_ediff1d", list_inputs=_ediff_inputs)
def np_ediff1d(
    input1: Tensor,
    input2: Tensor | None = None,
    input3: Tensor | None = None,
    to_begin_arr_given: bool = False,
    to_end_arr_given: bool = False,
    to_begin_scalar: float | None = None,
    to_end_scalar: float | None = None,
) -> Tensor:
    """Differences of neighbours of the flattened array, with values before and after them.

    Args:
        input1: the array, any number dtype.
        input2: the array before the differences, or after them if there is none before.
        input3: the array after the differences.
        to_begin_arr_given: whether an array comes before.
        to_end_arr_given: whether an array comes after.
        to_begin_scalar: a number before.
        to_end_scalar: a number after.

    Returns:
        One axis, in the dtype of ``input1``.

    Raises:
        MXNetError: bool, or arrays of another dtype.

    Source: MXNet 1.9.1 src/operator/numpy/np_ediff1d_op.cc.
    """
    if input1.dtype is torch.bool:
        raise op_error("_npi_ediff1d", "bool arrays are not supported, cast them first", input1=input1)
    arrays = [t for t in (input2, input3) if t is not None]
    for t in arrays:
        if t.dtype is not input1.dtype:
            raise op_error("_npi_ediff1d", "all arrays must have one dtype", input1=input1, other=t)
    flat = input1.reshape(-1)
    parts = [flat[1:] - flat[:-1]]
    if to_begin_arr_given:
        parts.insert(0, arrays.pop(0).reshape(-1))
    elif to_begin_scalar is not None:
        parts.insert(0, input1.new_tensor([to_begin_scalar]))
    if to_end_arr_given:
        parts.append(arrays.pop(0).reshape(-1))
    elif to_end_scalar is not None:
        parts.append(input1.new_tensor([to_end_scalar]))
    return torch.cat(parts)
