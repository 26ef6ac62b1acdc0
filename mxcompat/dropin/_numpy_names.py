"""NumPy names that MXNet-era code uses and NumPy has since dropped, and how to put them back.

One table. A name is added only where this NumPy lacks it, gives what it gave in NumPy 1.16 to 1.23, and never
warns. What cannot come back is not here: methods of the C type ``ndarray`` (``itemset``, ``ptp``,
``tostring``, ``newbyteorder``), changed meanings (``copy=False``, promotion of scalars), and names whose
implementation is gone and that old code hardly uses (``set_string_function``, ``lookfor``, the financial
functions: install ``numpy-financial``).
"""

from __future__ import annotations

import ast
import functools
import math
import threading
import warnings
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from mxcompat.dropin._one_element import SWITCH


class Name(NamedTuple):
    """One dropped name: ``make`` builds what it stood for; NumPy lacks it, or warns, from ``gone_in`` on."""

    name: str
    gone_in: str
    make: Callable[[], Any]
    why: str


def _is(value: object) -> Callable[[], Any]:
    return lambda: value


def _np(path: str) -> Callable[[], Any]:
    """Follow a dotted path below ``numpy``, only when the name is restored."""
    return lambda: functools.reduce(getattr, path.split("."), np)


def asscalar(a: Any) -> Any:
    """Return the one element of ``a`` as a Python scalar."""
    return a.item()


def asfarray(a: Any, dtype: Any = np.float64) -> Any:
    """Return ``a`` as a floating-point array; integer dtypes asked for become float64."""
    return np.asarray(a, dtype=dtype if np.issubdtype(dtype, np.inexact) else np.float64)


def alen(a: Any) -> int:
    """Return the length of the first axis, 1 for a scalar."""
    return len(np.atleast_1d(a))


def in1d(ar1: Any, ar2: Any, assume_unique: bool = False, invert: bool = False) -> Any:
    """Tell for each element of the flattened ``ar1`` whether it is in ``ar2``."""
    return np.isin(np.ravel(ar1), ar2, assume_unique=assume_unique, invert=invert)


def msort(a: Any) -> Any:
    """Return a copy of ``a`` sorted along the first axis."""
    return np.sort(a, axis=0)


def issubclass_(arg1: Any, arg2: Any) -> bool:
    """Like ``issubclass``, but False where the first argument is not a class."""
    return isinstance(arg1, type) and issubclass(arg1, arg2)


def obj2sctype(rep: Any, default: Any = None) -> Any:
    """Return the NumPy scalar type that ``rep`` (an array, a dtype, a type, a name) stands for."""
    if isinstance(rep, type) and issubclass(rep, np.generic):
        return rep
    try:
        return (rep.dtype if isinstance(rep, np.ndarray) else np.dtype(rep)).type
    except TypeError:
        return default


def issctype(rep: Any) -> bool:
    """Tell whether ``rep`` is a NumPy scalar type or a dtype of one."""
    if not isinstance(rep, (type, np.dtype)):
        return False
    found = obj2sctype(rep)
    return found is not None and found is not np.object_


def sctype2char(sctype: Any) -> str:
    """Return the one-letter code of a scalar type."""
    found = obj2sctype(sctype)
    if found is None:
        raise ValueError(f"unrecognized type: {sctype!r}")
    return str(np.dtype(found).char)


def issubsctype(arg1: Any, arg2: Any) -> bool:
    """Like ``issubclass`` on the scalar types of the arguments."""
    return issubclass(obj2sctype(arg1), obj2sctype(arg2))


def find_common_type(array_types: Iterable[Any], scalar_types: Iterable[Any]) -> Any:
    """Return the dtype of arrays meeting scalars; scalars count only if of a higher kind."""
    arrays = [np.dtype(x) for x in array_types]
    scalars = [np.dtype(x) for x in scalar_types]
    if not arrays or not scalars:
        return np.result_type(*(arrays or scalars)) if arrays or scalars else None
    of_arrays, of_scalars = np.result_type(*arrays), np.result_type(*scalars)
    kinds = "buifcSUVO"
    return (
        np.promote_types(of_arrays, of_scalars)
        if kinds.find(of_scalars.kind) > kinds.find(of_arrays.kind)
        else of_arrays
    )


class _Cast(dict[Any, Callable[[Any], Any]]):
    """``np.cast[dtype](x)``: a function for any dtype, made on demand."""

    def __missing__(self, dtype: Any) -> Callable[[Any], Any]:
        return lambda x: np.asarray(x).astype(dtype)


class _Nbytes(dict[Any, int]):
    """``np.nbytes[dtype]``: the size of one element."""

    def __missing__(self, dtype: Any) -> int:
        return int(np.dtype(dtype).itemsize)


def _sctypes() -> dict[str, list[type]]:
    return {
        "int": [np.int8, np.int16, np.int32, np.int64],
        "uint": [np.uint8, np.uint16, np.uint32, np.uint64],
        "float": [np.float16, np.float32, np.float64, np.longdouble],
        "complex": [np.complex64, np.complex128, np.clongdouble],
        "others": [bool, object, bytes, str, np.void],
    }


_BUILTIN = "an alias of the Python type"
_WIDTH = "an alias of a sized type"
_SPELLING = "a second spelling"
_ACCIDENT = "a module that numpy happened to import"
_MOVED = "moved to another place in numpy"
_FUNCTION = "a function, renamed or written with a newer one"
_TYPES = "questions about scalar types"

TABLE: tuple[Name, ...] = (
    *(
        Name(name, "1.24", _is(value), _BUILTIN)
        for name, value in {
            "bool": bool,
            "int": int,
            "float": float,
            "complex": complex,
            "object": object,
            "str": str,
            "long": int,
            "unicode": str,
        }.items()
    ),
    *(
        Name(name, "1.24" if name.endswith(("0", "8")) else "2.0", _np(value), _WIDTH)
        for name, value in {
            "bool8": "bool_",
            "int0": "intp",
            "uint0": "uintp",
            "float_": "float64",
            "complex_": "complex128",
            "cfloat": "complex128",
            "singlecomplex": "complex64",
            "longfloat": "longdouble",
            "longcomplex": "clongdouble",
            "clongfloat": "clongdouble",
            "object0": "object_",
            "bytes0": "bytes_",
            "string_": "bytes_",
            "str0": "str_",
            "unicode_": "str_",
            "void0": "void",
        }.items()
    ),
    *(
        Name(name, "2.0", _is(value), _SPELLING)
        for name, value in {
            "Inf": math.inf,
            "Infinity": math.inf,
            "infty": math.inf,
            "PINF": math.inf,
            "NINF": -math.inf,
            "NaN": math.nan,
            "NAN": math.nan,
            "PZERO": 0.0,
            "NZERO": -0.0,
        }.items()
    ),
    *(
        Name(name, gone_in, _np(value), _FUNCTION)
        for name, gone_in, value in (
            ("product", "2.0", "prod"),
            ("cumproduct", "2.0", "cumprod"),
            ("sometrue", "2.0", "any"),
            ("alltrue", "2.0", "all"),
            ("round_", "2.0", "round"),
            ("row_stack", "after 2.4", "vstack"),
            ("trapz", "2.4", "trapezoid"),
            ("rank", "1.18", "ndim"),
            ("mat", "2.0", "asmatrix"),
            ("compare_chararrays", "2.0", "char.compare_chararrays"),
        )
    ),
    Name("asscalar", "1.23", _is(asscalar), _FUNCTION),
    Name("alen", "1.23", _is(alen), _FUNCTION),
    Name("asfarray", "2.0", _is(asfarray), _FUNCTION),
    Name("in1d", "2.4", _is(in1d), _FUNCTION),
    Name("msort", "2.0", _is(msort), _FUNCTION),
    Name("safe_eval", "2.0", _is(ast.literal_eval), _FUNCTION),
    Name("find_common_type", "2.0", _is(find_common_type), _TYPES),
    Name("obj2sctype", "2.0", _is(obj2sctype), _TYPES),
    Name("sctype2char", "2.0", _is(sctype2char), _TYPES),
    Name("issctype", "2.0", _is(issctype), _TYPES),
    Name("issubsctype", "2.0", _is(issubsctype), _TYPES),
    Name("issubclass_", "2.0", _is(issubclass_), _TYPES),
    Name("sctypes", "2.0", _sctypes, _TYPES),
    Name("typeDict", "1.24", _np("sctypeDict"), _TYPES),
    Name("cast", "2.0", _Cast, _TYPES),
    Name("nbytes", "2.0", _Nbytes, _TYPES),
    Name("math", "1.25", _is(math), _ACCIDENT),
    Name("warnings", "1.24", _is(warnings), _ACCIDENT),
    *(
        Name(name, "2.0", _np(f"exceptions.{name}"), _MOVED)
        for name in (
            "AxisError",
            "ComplexWarning",
            "ModuleDeprecationWarning",
            "RankWarning",
            "TooHardError",
            "VisibleDeprecationWarning",
        )
    ),
    Name("DataSource", "2.0", _np("lib.npyio.DataSource"), _MOVED),
    Name("byte_bounds", "2.0", _np("lib.array_utils.byte_bounds"), _MOVED),
    Name("chararray", "2.0", _np("char.chararray"), _MOVED),
)

_lock = threading.Lock()
_added: dict[str, Any] = {}
_printing = False


#: The printing that MXNet's NumPy had: ``3.0`` for a scalar, where NumPy 2 shows ``np.float32(3.0)``.
_PRINTING = "1.25"


def _print_as_before() -> None:
    global _printing
    if np.lib.NumpyVersion(np.__version__) >= "2.0.0" and np.get_printoptions()["legacy"] is False:
        np.set_printoptions(legacy=_PRINTING)  # type: ignore[arg-type]
        _printing = True


def _print_as_now() -> None:
    global _printing
    if _printing and np.get_printoptions()["legacy"] == _PRINTING:
        np.set_printoptions(legacy=False)
    _printing = False


def restore() -> None:
    """Add every name of the table that this NumPy lacks, and let scalars print and convert as they did."""
    _print_as_before()
    SWITCH.on = True
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # merely looking at some of NumPy's old names warns
        for row in TABLE:
            if row.name in vars(np):  # not hasattr: that would ask numpy.__getattr__, which warns or complains
                continue
            try:
                value = row.make()
            except AttributeError:
                continue  # a NumPy so new, or so old, that the replacement is not there either
            setattr(np, row.name, value)
            _added[row.name] = value


def remove() -> None:
    """Take away exactly what ``restore()`` added, unless somebody has replaced it since."""
    _print_as_now()
    SWITCH.on = False
    with _lock:
        for name, value in _added.items():
            if vars(np).get(name) is value:
                delattr(np, name)
        _added.clear()


def restored() -> tuple[str, ...]:
    """Return the names that are there because of ``restore()``."""
    return tuple(_added)
