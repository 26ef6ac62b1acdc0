"""Functions of `mx.sym.np` that join, cut, insert and delete."""

from __future__ import annotations

from typing import Any

import numpy as onp

from ...numpy._manipulation import _INTEGERS, _NUMBERS, _listed
from .._symbol import Symbol
from ._bind import OPS


def concatenate(seq: Any, axis: int | None = 0, out: Any = None) -> Any:
    return OPS["_npi_concatenate"](*seq, axis=axis)


def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    return OPS["_npi_concatenate"](arr, values, axis=axis)


def stack(arrays: Any, axis: int = 0, out: Any = None) -> Any:
    return OPS["_npi_stack"](*_listed(arrays), axis=axis)


def vstack(arrays: Any, out: Any = None) -> Any:
    return OPS["_npi_vstack"](*_listed(arrays))


def row_stack(arrays: Any) -> Any:
    return OPS["_npi_vstack"](*_listed(arrays))


def column_stack(tup: Any) -> Any:
    return OPS["_npi_column_stack"](*tup)


def hstack(arrays: Any) -> Any:
    return OPS["_npi_hstack"](*arrays)


def dstack(arrays: Any) -> Any:
    return OPS["_npi_dstack"](*arrays)


def _cut(op: str, ary: Any, indices_or_sections: Any, axis: int) -> Any:
    sections, starts = 0, []
    if isinstance(indices_or_sections, int):
        sections = indices_or_sections
    elif isinstance(indices_or_sections, (list, set, tuple)):
        starts = [0, *indices_or_sections]
    else:
        raise ValueError(
            f"indices_or_sections={indices_or_sections!r} must be a whole number, or a tuple, list or set of them"
        )
    parts = OPS[op](ary, starts, axis, False, sections)
    return parts if isinstance(parts, list) else [parts]


def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    return _cut("_npi_split", ary, indices_or_sections, axis)


def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    return _cut("_npi_split", ary, indices_or_sections, axis)


def hsplit(ary: Any, indices_or_sections: Any) -> Any:
    return _cut("_npi_hsplit", ary, indices_or_sections, 1)


def vsplit(ary: Any, indices_or_sections: Any) -> Any:
    return _cut("_npi_split", ary, indices_or_sections, 0)


def dsplit(ary: Any, indices_or_sections: Any) -> Any:
    return _cut("_npi_dsplit", ary, indices_or_sections, 2)


def insert(arr: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    number = isinstance(values, _NUMBERS)
    if not number:
        for name, value in (("arr", arr), ("values", values)):
            if not isinstance(value, Symbol):
                raise TypeError(f"'{name}' can not support type {type(value)}")
    given = {"arr": arr, **({} if number else {"values": values})}
    what = {"axis": axis, **({"val": values} if number else {})}
    if isinstance(obj, slice):
        step = 1 if obj.step is None else obj.step
        return OPS["_npi_insert_slice"](**given, start=obj.start, stop=obj.stop, step=step, **what)
    if isinstance(obj, _INTEGERS):
        return OPS["_npi_insert_scalar"](**given, int_ind=int(obj), **what)
    if isinstance(obj, Symbol):
        return OPS["_npi_insert_tensor"](**given, obj=obj, **what)
    raise TypeError(f"'obj' can not support type {type(obj)}")


def delete(arr: Any, obj: Any, axis: int | None = None) -> Any:
    if not isinstance(arr, Symbol):
        raise TypeError(f"'arr' can not support type {type(arr)}")
    if isinstance(obj, slice):
        step = 1 if obj.step is None else obj.step
        return OPS["_npi_delete"](arr, start=obj.start, stop=obj.stop, step=step, axis=axis)
    if isinstance(obj, _INTEGERS):
        return OPS["_npi_delete"](arr, int_ind=int(obj), axis=axis)
    if isinstance(obj, Symbol):
        return OPS["_npi_delete"](arr, obj, axis=axis)
    raise TypeError(f"'obj' can not support type {type(obj)}")


def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    begins, ends = isinstance(to_begin, Symbol), isinstance(to_end, Symbol)
    given = [one for one, there in ((to_begin, begins), (to_end, ends)) if there]
    return OPS["_npi_ediff1d"](
        ary, *given, to_begin_arr_given=begins, to_end_arr_given=ends,
        to_begin_scalar=None if begins else to_begin, to_end_scalar=None if ends else to_end,
    )  # fmt: skip


def diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    if prepend or append:
        raise NotImplementedError("prepend and append options are not supported yet")
    return OPS["_npi_diff"](a, n=n, axis=axis)


def einsum(*operands: Any, **kwargs: Any) -> Any:
    kwargs.pop("out", None)
    optimize = int(kwargs.pop("optimize", False))
    return OPS["_npi_einsum"](*operands[1:], subscripts=operands[0], optimize=optimize)


def polyval(p: Any, x: Any) -> Any:
    if isinstance(p, Symbol) and isinstance(x, Symbol):
        return OPS["_npi_polyval"](p, x)
    if isinstance(p, Symbol) or isinstance(x, Symbol):
        raise TypeError("type not supported")
    return onp.polyval(p, x)
