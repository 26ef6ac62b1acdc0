"""Functions of `mx.np` that change shapes, join, split, insert and select.

Source: MXNet 1.9.1 python/mxnet/numpy/multiarray.py.
"""

from __future__ import annotations

from typing import Any

import numpy as onp
import torch

from ..nd.ndarray import NDArray
from ._array import ndarray
from ._bind import OPS, out_of
from ._creation import array as _array

_new = object.__new__
_NUMBERS = (float, int, onp.generic)
_INTEGERS = (int, onp.int32, onp.int64)
_reshape, _transpose, _squeeze = OPS["_np_reshape"], OPS["_np_transpose"], OPS["_np_squeeze"]
_concatenate, _stack = OPS["_npi_concatenate"], OPS["_npi_stack"]


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def reshape(a: Any, newshape: Any, order: str = "C", out: Any = None) -> Any:
    """The elements of ``a`` in another shape, as a copy; one length may be -1."""
    if out is None and order == "C":
        if type(a) is ndarray and not a._t.requires_grad and type(newshape) is tuple:
            try:
                tensor = a._t.clone().view(newshape)
            except (RuntimeError, TypeError):
                return _reshape(a, newshape)  # which says what is wrong
            made = _new(ndarray)
            made._t = tensor
            made._ctx = a._ctx
            return made
        return _reshape(a, newshape if type(newshape) is tuple else _tuple(newshape))
    return OPS["_np_reshape"](a, newshape=_tuple(newshape), order=order, **out_of(out))


def ravel(x: Any, order: str = "C") -> Any:
    """A copy with one axis.

    Raises:
        NotImplementedError: ``order="F"``.
        TypeError: no array.
    """
    if order == "F":
        raise NotImplementedError(f"order {order} is not supported")
    if isinstance(x, _NUMBERS):
        return onp.reshape(x, -1)
    if isinstance(x, NDArray):
        return reshape(x, -1)
    raise TypeError(f"type {type(x)} not supported")


def transpose(a: Any, axes: Any = None) -> Any:
    """A copy with the axes permuted; reversed without ``axes``."""
    if axes is not None and len({i % max(a.ndim, 1) for i in axes}) < len(axes) and max(axes) < a.ndim:
        raise ValueError(f"transpose: axes={tuple(axes)} names an axis twice")
    if axes is None:
        return _transpose(a)
    return OPS["_np_transpose"](a, axes=_tuple(axes))


def swapaxes(a: Any, axis1: int, axis2: int) -> Any:
    """A copy with two axes exchanged."""
    return OPS["_npi_swapaxes"](a, dim1=axis1, dim2=axis2)


def moveaxis(a: Any, source: Any, destination: Any) -> Any:
    """A copy with axes moved to other places."""
    return OPS["_np_moveaxis"](a, source=_tuple(source), destination=_tuple(destination))


def squeeze(a: Any, axis: Any = None, out: Any = None) -> Any:
    """A copy without axes of size one, or without those named."""
    if out is None:
        return _squeeze(a) if axis is None else _squeeze(a, axis=_tuple(axis))
    return _squeeze(a, axis=_tuple(axis), out=out)


def expand_dims(a: Any, axis: int) -> Any:
    """A copy with an axis of size one before ``axis``."""
    return OPS["_npi_expand_dims"](a, axis)


def roll(a: Any, shift: Any, axis: Any = None) -> Any:
    """Shift elements along axes, or of the flattened array."""
    return OPS["_np_roll"](a, _tuple(shift), _tuple(axis))


def rot90(m: Any, k: int = 1, axes: Any = (0, 1)) -> Any:
    """Turn by 90 degrees in the plane of two axes, ``k`` times."""
    return OPS["_npi_rot90"](m, k=k, axes=_tuple(axes))


def flip(m: Any, axis: Any = None, out: Any = None) -> Any:
    """Reverse axes; all without ``axis``."""
    if isinstance(m, _NUMBERS):
        return onp.flip(m, axis)
    if isinstance(m, ndarray):
        return OPS["_npi_flip"](m, axis=_tuple(axis), **out_of(out))
    raise TypeError(f"type {type(m)} not supported")


def flipud(m: Any) -> Any:
    """Reverse the first axis."""
    return flip(m, 0)


def fliplr(m: Any) -> Any:
    """Reverse the second axis."""
    return flip(m, 1)


def repeat(a: Any, repeats: int, axis: int | None = None) -> Any:
    """Repeat each element, along ``axis`` or of the flattened array."""
    return OPS["_np_repeat"](a, repeats=repeats, axis=axis)


def tile(A: Any, reps: Any) -> Any:
    """Repeat a whole array along its axes."""
    if isinstance(A, _NUMBERS):
        return onp.tile(A, reps)
    if isinstance(A, NDArray):
        return OPS["_npi_tile"](A, reps=_tuple(reps))
    raise TypeError(f"type {type(A)} not supported")


def resize(a: Any, new_shape: Any) -> Any:
    """The elements in another shape of any size; they are repeated, or cut off."""
    values = onp.resize(a.asnumpy(), new_shape)
    return _array(values, dtype=a.dtype, ctx=a.ctx)


def atleast_1d(*arys: Any) -> Any:
    """Arrays with at least one axis: the array for one argument, else a list."""
    return OPS["_np_atleast_1d"](*arys, num_args=len(arys))


def atleast_2d(*arys: Any) -> Any:
    """Arrays with at least two axes: the array for one argument, else a list."""
    return OPS["_np_atleast_2d"](*arys, num_args=len(arys))


def atleast_3d(*arys: Any) -> Any:
    """Arrays with at least three axes: the array for one argument, else a list."""
    return OPS["_np_atleast_3d"](*arys, num_args=len(arys))


def diag(array: Any, k: int = 0) -> Any:
    """A diagonal of a matrix, or a matrix with a vector on its diagonal."""
    return OPS["_np_diag"](array, k=k)


def diagflat(array: Any, k: int = 0) -> Any:
    """A matrix with the flattened array on a diagonal."""
    return OPS["_np_diagflat"](array, k=k)


def diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Diagonals of matrices, as the last axis."""
    return OPS["_np_diagonal"](a, offset=offset, axis1=axis1, axis2=axis2)


def diag_indices_from(arr: Any) -> Any:
    """The indices of the main diagonal: an array for each axis. ValueError for lengths that differ."""
    if len(set(arr.shape)) > 1:
        raise ValueError(f"All dimensions of input must be of equal length, got shape {arr.shape}")
    found = OPS["_npi_diag_indices_from"](arr)
    return tuple([found[i] for i in range(len(found))])


def tril(m: Any, k: int = 0) -> Any:
    """The lower triangle, zeros above it."""
    return OPS["_npi_tril"](m, k)


def concatenate(seq: Any, axis: int | None = 0, out: Any = None) -> Any:
    """Join arrays along an axis; None flattens them first."""
    return _concatenate(*seq, axis=axis) if out is None else _concatenate(*seq, axis=axis, out=out)


def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    """Join two arrays along an axis; None flattens them first."""
    return OPS["_npi_concatenate"](arr, values, axis=axis)


def _listed(arrays: Any) -> list[Any]:
    if not hasattr(arrays, "__getitem__") and hasattr(arrays, "__iter__"):
        raise ValueError(f"expected iterable for arrays but got {type(arrays)}")
    return list(arrays)


def stack(arrays: Any, axis: int = 0, out: Any = None) -> Any:
    """Join arrays along a new axis."""
    given = arrays if type(arrays) in (list, tuple) else _listed(arrays)
    return _stack(*given, axis=axis) if out is None else _stack(*given, axis=axis, out=out)


def vstack(arrays: Any, out: Any = None) -> Any:
    """Join arrays row after row; vectors are rows."""
    return OPS["_npi_vstack"](*_listed(arrays))


def row_stack(arrays: Any) -> Any:
    """As `vstack`."""
    return OPS["_npi_vstack"](*_listed(arrays))


def column_stack(tup: Any) -> Any:
    """Join arrays column after column; vectors are columns."""
    return OPS["_npi_column_stack"](*tup)


def hstack(arrays: Any) -> Any:
    """Join arrays along the second axis, vectors along the first."""
    return OPS["_npi_hstack"](*arrays)


def dstack(arrays: Any) -> Any:
    """Join arrays along the third axis."""
    return OPS["_npi_dstack"](*arrays)


def _cuts(indices_or_sections: Any) -> tuple[list[int], int]:
    if isinstance(indices_or_sections, _INTEGERS):
        return [], int(indices_or_sections)
    if isinstance(indices_or_sections, (list, set, tuple)):
        return [0, *indices_or_sections], 0
    raise ValueError(
        f"indices_or_sections={indices_or_sections!r} must be a whole number, or a tuple, list or set of them"
    )


def _as_list(parts: Any) -> list[Any]:
    return parts if isinstance(parts, list) else [parts]


def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    """Cut an array into equal parts, or at places.

    Raises:
        ValueError: parts that are not equal.
    """
    size = ary.shape[axis]
    cuts, sections = _cuts(indices_or_sections)
    if not cuts:
        if size % sections:
            raise ValueError(
                f"split: {size} entries along axis {axis} do not make {sections} equal parts; give a divisor, or "
                "call array_split"
            )
        cuts = [i * (size // sections) for i in range(sections)]
    parts = OPS["_npi_split"](ary, indices=tuple(cuts), axis=axis, squeeze_axis=False)
    return _as_list(parts)


def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    """Cut an array into nearly equal parts, or at places."""
    cuts, sections = _cuts(indices_or_sections)
    return _as_list(OPS["_npi_split"](ary, indices=tuple(cuts), axis=axis, squeeze_axis=False, sections=sections))


def hsplit(ary: Any, indices_or_sections: Any) -> Any:
    """Cut an array along its second axis, a vector along its only one."""
    if len(ary.shape) < 1:
        raise ValueError(f"hsplit: ary of shape {ary.shape} must have one axis or more")
    cuts, sections = _cuts(indices_or_sections)
    return _as_list(OPS["_npi_hsplit"](ary, indices=tuple(cuts), axis=1, squeeze_axis=False, sections=sections))


def vsplit(ary: Any, indices_or_sections: Any) -> Any:
    """Cut an array along its first axis."""
    if len(ary.shape) < 2:
        raise ValueError(f"vsplit: ary of shape {ary.shape} must have two axes or more")
    return split(ary, indices_or_sections, 0)


def dsplit(ary: Any, indices_or_sections: Any) -> Any:
    """Cut an array along its third axis."""
    if len(ary.shape) < 3:
        raise ValueError(f"dsplit: ary of shape {ary.shape} must have three axes or more")
    return split(ary, indices_or_sections, 2)


def insert(arr: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    """Insert values before places of an axis (of the flattened array without one).

    Args:
        arr: the array.
        obj: the places: an int, a slice or an array.
        values: a number or an array.
        axis: the axis.

    Raises:
        TypeError: arguments of other types.
    """
    number = isinstance(values, _NUMBERS)
    if not number:
        for name, value in (("arr", arr), ("values", values)):
            if not isinstance(value, NDArray):
                raise TypeError(f"'{name}' can not support type {type(value)}")
    given = (arr,) if number else (arr, values)
    what = {"axis": axis, **({"val": values} if number else {})}
    if isinstance(obj, slice):
        step = 1 if obj.step is None else obj.step
        return OPS["_npi_insert_slice"](*given, start=obj.start, stop=obj.stop, step=step, **what)
    if isinstance(obj, _INTEGERS):
        return OPS["_npi_insert_scalar"](*given, int_ind=int(obj), **what)
    if isinstance(obj, NDArray):
        return OPS["_npi_insert_tensor"](*given, obj, **what)
    raise TypeError(f"'obj' can not support type {type(obj)}")


def delete(arr: Any, obj: Any, axis: int | None = None) -> Any:
    """Leave places of an axis out (of the flattened array without one).

    Raises:
        TypeError: arguments of other types.
    """
    if not isinstance(arr, NDArray):
        raise TypeError(f"'arr' can not support type {type(arr)}")
    if isinstance(obj, slice):
        step = 1 if obj.step is None else obj.step
        return OPS["_npi_delete"](arr, start=obj.start, stop=obj.stop, step=step, axis=axis)
    if isinstance(obj, _INTEGERS):
        return OPS["_npi_delete"](arr, int_ind=int(obj), axis=axis)
    if isinstance(obj, NDArray):
        return OPS["_npi_delete"](arr, obj, axis=axis)
    raise TypeError(f"'obj' can not support type {type(obj)}")


def take(a: Any, indices: Any, axis: int | None = None, mode: str = "raise", out: Any = None) -> Any:
    """Elements at indices, along an axis or of the flattened array.

    Args:
        a: the array.
        indices: an array of indices.
        axis: the axis.
        mode: what happens to an index out of range: ``"raise"``, ``"clip"`` or ``"wrap"``.
        out: an array to write to.

    Raises:
        NotImplementedError: another mode.
    """
    if mode not in ("wrap", "clip", "raise"):
        raise NotImplementedError(f"function take does not support mode '{mode}'")
    if axis is None:
        return OPS["_npi_take"](reshape(a, -1), indices, axis=0, mode=mode, **out_of(out))
    return OPS["_npi_take"](a, indices, axis=axis, mode=mode, **out_of(out))


def unique(
    ar: Any, return_index: bool = False, return_inverse: bool = False, return_counts: bool = False,
    axis: int | None = None,
) -> Any:  # fmt: skip
    """The different elements, in order; a tuple if more is asked for."""
    found = OPS["_npi_unique"](
        ar, return_index=return_index, return_inverse=return_inverse, return_counts=return_counts, axis=axis
    )
    return tuple(found) if isinstance(found, list) else found


def nonzero(a: Any) -> Any:
    """The indices of the elements that are not 0: an array for each axis."""
    found = OPS["_npx_nonzero"](a).transpose()
    return tuple([found[i] for i in range(len(found))])


def where(condition: Any, x: Any = None, y: Any = None) -> Any:
    """Elements of ``x`` where a condition holds, of ``y`` elsewhere; only with a condition, `nonzero`.

    Raises:
        TypeError: ``x`` and ``y`` are neither arrays nor numbers.
    """
    if x is None and y is None:
        return nonzero(condition)
    if isinstance(condition, _NUMBERS):
        return x if condition != 0 else y
    if isinstance(x, _NUMBERS) and isinstance(y, _NUMBERS):
        return OPS["_npi_where_scalar2"](condition, x=float(x), y=float(y))
    if isinstance(x, NDArray) and isinstance(y, NDArray):
        return OPS["_npi_where"](condition, x, y)
    if isinstance(y, NDArray):
        return OPS["_npi_where_lscalar"](condition, y, scalar=float(x))
    if isinstance(x, NDArray):
        return OPS["_npi_where_rscalar"](condition, x, scalar=float(y))
    raise TypeError(f"type {type(x)} and {type(y)} not supported")


def unravel_index(indices: Any, shape: Any, order: str = "C") -> Any:
    """Indices into the flattened array as indices of each axis.

    Raises:
        NotImplementedError: another order than C.
    """
    if order != "C":
        raise NotImplementedError(f"unravel_index: order={order!r} is not legal, give 'C'")
    if isinstance(indices, _NUMBERS):
        return onp.unravel_index(int(indices), shape)
    found = onp.unravel_index(indices.asnumpy(), shape)
    return tuple([_array(f.astype(indices.dtype), dtype=indices.dtype, ctx=indices.ctx) for f in found])


_PAD_KEYS = {
    "constant": ("constant_values",), "edge": (), "maximum": ("stat_length",), "minimum": ("stat_length",),
    "reflect": ("reflect_type",), "symmetric": ("reflect_type",),
}  # fmt: skip
_NO_PADDING = ("linear_ramp", "wrap", "median", "mean", "empty")


def check_padding(pad_width: Any, mode: Any, kwargs: dict[str, Any]) -> None:
    """TypeError or ValueError unless the arguments of `pad` are legal."""
    if onp.asarray(pad_width).dtype.kind != "i":
        raise TypeError("`pad_width` must be of integral type.")
    if not isinstance(pad_width, tuple):
        raise TypeError("`pad_width` must be tuple.")
    if callable(mode) or mode in _NO_PADDING:
        raise ValueError(f"mode {'<function>' if callable(mode) else mode!r} is not supported.")
    allowed = _PAD_KEYS[mode]
    for key in kwargs:
        if key not in allowed:
            raise ValueError(f"{key} keyword not in allowed keywords {list(allowed)}")
    if mode == "constant" and isinstance(kwargs.get("constant_values", 0), tuple):
        raise TypeError("unsupported constant_values type: {'tuple'}.")
    if kwargs.get("stat_length") is not None:
        raise ValueError(f"unsupported stat_length '{kwargs['stat_length']}'")
    if kwargs.get("reflect_type", "even") not in ("even", None):
        raise ValueError(f"unsupported reflect_type '{kwargs['reflect_type']}'")


def pad(x: Any, pad_width: Any = None, mode: Any = "constant", **kwargs: Any) -> Any:
    """Add borders.

    Args:
        x: the array.
        pad_width: a tuple of widths before and after, for each axis.
        mode: ``"constant"``, ``"edge"``, ``"maximum"``, ``"minimum"``, ``"reflect"`` or ``"symmetric"``.
        kwargs: ``constant_values``: as in MXNet 1.9.1 it is checked, and zeros are put there nevertheless;
            ``reflect_type``: ``"even"``.

    Raises:
        TypeError: ``pad_width`` is no tuple of ints.
        ValueError: another mode or option.
    """
    check_padding(pad_width, mode, kwargs)
    return OPS["_npi_pad"](x, pad_width=str(pad_width), mode=mode)


def shares_memory(a: Any, b: Any, max_work: Any = None) -> bool:
    """Whether two arrays lie in one memory; ``max_work`` is not used."""
    return bool(OPS["_npi_share_memory"](a, b).item())


def may_share_memory(a: Any, b: Any, max_work: Any = None) -> bool:
    """As `shares_memory`."""
    return shares_memory(a, b, max_work)


def broadcast_arrays(*args: Any) -> Any:
    """Arrays stretched to their common shape, as a list."""
    try:
        shape = tuple(torch.broadcast_shapes(*[tuple(a.shape) for a in args]))  # type: ignore[no-untyped-call]
    except RuntimeError:
        raise ValueError(f"broadcast_arrays: shapes {[tuple(a.shape) for a in args]} do not fit together") from None
    return [a if tuple(a.shape) == shape else OPS["_npi_broadcast_to"](a, shape) for a in args]


def meshgrid(*xi: Any, **kwargs: Any) -> Any:
    """Coordinate grids of vectors, as a list.

    Args:
        xi: the vectors.
        kwargs: ``indexing``: ``"xy"`` (default) or ``"ij"``; ``sparse=False`` and ``copy=True``.

    Raises:
        NotImplementedError: ``sparse=True`` or ``copy=False``.
        TypeError: another keyword.
        ValueError: another indexing.
    """
    if not kwargs.pop("copy", True):
        raise NotImplementedError("copy=False is not implemented")
    if kwargs.pop("sparse", False):
        raise NotImplementedError("sparse=False is not implemented")
    indexing = kwargs.pop("indexing", "xy")
    if kwargs:
        raise TypeError(f"meshgrid() got an unexpected keyword argument '{next(iter(kwargs))}'")
    if indexing not in ("xy", "ij"):
        raise ValueError("Valid values for `indexing` are 'xy' and 'ij'.")
    ndim = len(xi)
    grids = [x.reshape((1,) * i + (-1,) + (1,) * (ndim - 1 - i)) for i, x in enumerate(xi)]
    if indexing == "xy" and ndim > 1:
        grids[0] = grids[0].reshape((1, -1) + (1,) * (ndim - 2))
        grids[1] = grids[1].reshape((-1, 1) + (1,) * (ndim - 2))
    return broadcast_arrays(*grids)
