"""The Symbol of the NumPy front end."""

# mypy: disable-error-code="override"
# Its methods have NumPy's signatures, those of the classic symbol MXNet's.

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

from ...numpy import ndarray
from .._symbol import NUMPY_CLASS, Group, Symbol

_INTEGERS = (int, np.int32, np.int64)
_ONLY = "a NumPy-style symbol is indexed by integers, slices and tuples of these"


def _functions() -> Any:
    """The functions of `mx.sym.np` (their module imports this one)."""
    return sys.modules[f"{__package__}._functions"]


class _Symbol(Symbol):
    """Outputs of a graph whose operators follow NumPy: what `mxnet.sym.np` works with.

    Made by ``mx.sym.var(name).as_np_ndarray()`` and by the functions of `mxnet.sym.np` and `mxnet.sym.npx`.

    Source: MXNet 1.9.1 python/mxnet/symbol/numpy/_symbol.py.
    """

    __slots__ = ()
    __module__ = "mxcompat.symbol.numpy"

    _in_numpy: ClassVar[bool] = True
    #: what a compiled graph of such symbols takes and returns
    _array_class: ClassVar[type[Any]] = ndarray

    # ---- outputs

    @property
    def num_outputs(self) -> int:
        """Number of outputs."""
        return len(self.handle)

    @property
    def name(self) -> str:
        """Name of the node. AttributeError for a group."""
        if len(self.handle) > 1:
            raise AttributeError(f"a group of {len(self.handle)} symbols has no name of its own: {self}")
        return self.handle[0].node.name

    def __repr__(self) -> str:
        if len(self.handle) > 1:
            return f"<{type(self).__name__} group [{', '.join(str(one) for one in self)}]>"
        return f"<{type(self).__name__} {self.name}>"

    def __len__(self) -> int:
        if len(self.handle) == 1:
            raise TypeError(f"{self} is one symbol, not a list: it has no len()")
        return len(self.handle)

    def __iter__(self) -> Iterator[Symbol]:
        if len(self.handle) == 1:
            raise TypeError(f"{self} is one symbol: it cannot be iterated over")
        return (type(self)([entry]) for entry in self.handle)

    def __getitem__(self, key: Any) -> Any:
        if len(self.handle) > 1:
            return self._of_group(key)
        ops = _functions().OPS
        if isinstance(key, _INTEGERS):
            return ops["_npi_reshape"](ops["_npi_slice"](self, [key], [key + 1]), (-3, -4))
        if isinstance(key, slice):
            if key.step == 0:
                raise ValueError("slice step cannot be zero")
            start = [None] if key.start is None else key.start
            return ops["_npi_slice"](self, start, [None] if key.stop is None else key.stop, key.step)
        if not isinstance(key, tuple):
            raise IndexError(f"{_ONLY}, got {key!r}")
        if not key:
            return self
        begin: list[Any] = []
        end: list[Any] = []
        step: list[Any] = []
        shape: list[int] = []
        for one in key:
            if isinstance(one, slice):
                if one.step == 0:
                    raise ValueError("slice step cannot be zero")
                begin.append(one.start)
                end.append(one.stop)
                step.append(one.step)
                shape.append(-2)
            elif isinstance(one, _INTEGERS):
                begin.append(one)
                end.append(one + 1 if one >= 0 else one - 1)
                step.append(1 if one >= 0 else -1)
                shape.append(-3)
            else:
                raise IndexError(f"{_ONLY}, got {key!r}")
        return ops["_npi_reshape"](ops["_npi_slice"](self, begin, end, step), (*shape, -4))

    def _of_group(self, key: Any) -> Any:
        count = len(self.handle)
        if isinstance(key, _INTEGERS):
            if not -count <= key < count:
                raise IndexError(f"list index out of range: {key} of {count} symbols")
            return type(self)([self.handle[key]])
        if isinstance(key, slice):
            return Group([type(self)([entry]) for entry in self.handle[key]], type(self))
        raise TypeError(f"a group of symbols is indexed by integers and slices, got {type(key).__name__}")

    def __setitem__(self, key: Any, value: Any) -> None:
        raise NotImplementedError("a symbol cannot be assigned to; make a new one, as with np.where")

    # ---- front ends

    def as_nd_ndarray(self) -> Symbol:
        """The same outputs as a classic symbol."""
        return Symbol(list(self.handle))

    def as_np_ndarray(self) -> Any:
        """The symbol itself."""
        return self

    # ---- operators

    def __neg__(self) -> Any:
        return self.__mul__(-1.0)

    def __abs__(self) -> Any:
        return self.abs()

    def __idiv__(self, other: Any) -> Any:
        raise NotImplementedError("a symbol cannot be changed in place: write x = x / y")

    __itruediv__ = __idiv__

    # ---- methods

    @property
    def T(self) -> Any:
        """The symbol with the axes reversed."""
        return self.transpose()

    def astype(
        self, dtype: Any, order: str | None = "K", casting: str = "unsafe", subok: bool = True, copy: bool = True
    ) -> Any:
        """Cast to another dtype.

        Args:
            dtype: the dtype.
            order: ``"K"`` or ``"C"``.
            casting: ``"unsafe"``.
            subok: True.
            copy: not used: the result is always another symbol.

        Raises:
            ValueError: another value of ``order``, ``casting`` or ``subok``.
        """
        for name, value, legal in (
            ("order", order, (None, "K", "C")), ("casting", casting, ("unsafe",)), ("subok", bool(subok), (True,))
        ):  # fmt: skip
            if value not in legal:
                raise ValueError(f"astype: {name}={value!r} must be {' or '.join(map(repr, legal))}")
        return _functions().OPS["_npi_cast"](self, dtype=dtype)

    def reshape(self, *args: Any, **kwargs: Any) -> Any:
        """The elements in another shape; one length may be -1.

        Args:
            args: the lengths, as one tuple or as arguments.
            kwargs: ``order``, ``"C"``.

        Raises:
            TypeError: no shape, or another keyword.
            NotImplementedError: another order.
        """
        if len(kwargs) > 1:
            raise TypeError("function takes at most 1 keyword argument")
        if kwargs and "order" not in kwargs:
            raise TypeError(f"{next(iter(kwargs))} is an invalid keyword argument for this function")
        order = kwargs.get("order", "C")
        if order != "C":
            raise NotImplementedError(f"only supports C-order, while received {order}")
        if not args:
            raise TypeError("reshape() takes exactly 1 argument (0 given)")
        shape = args[0] if len(args) == 1 and isinstance(args[0], tuple) else args
        return _functions().OPS["_np_reshape"](self, newshape=shape, order=order)

    def flatten(self, order: str = "C") -> Any:
        """The elements along one axis."""
        return self.reshape(-1, order=order)

    def transpose(self, *axes: Any) -> Any:
        """The symbol with the axes permuted: reversed without arguments, else as named."""
        order: Any = axes or None
        if len(axes) == 1 and (axes[0] is None or isinstance(axes[0], (tuple, list))):
            order = axes[0]
        return _functions().OPS["_np_transpose"](self, axes=order)

    def squeeze(self, axis: Any = None) -> Any:
        """The symbol without axes of size one, or without those named."""
        return _functions().OPS["_np_squeeze"](self, axis=axis)

    def swapaxes(self, axis1: int, axis2: int) -> Any:
        """The symbol with two axes exchanged."""
        return _functions().swapaxes(self, axis1, axis2)

    def repeat(self, repeats: int, axis: int | None = None) -> Any:
        """Each element repeated, along ``axis`` or of the flattened symbol."""
        return _functions().OPS["_np_repeat"](self, repeats=repeats, axis=axis)

    def take(self, indices: Any, axis: int | None = None, mode: str = "raise") -> Any:
        """Elements at indices, as the function `mxnet.sym.np.take`."""
        return _functions().take(self, indices, axis, mode=mode)

    def dot(self, b: Any, out: Any = None) -> Any:
        """The product with another symbol, as the function `mxnet.sym.np.dot`."""
        return _functions().OPS["_np_dot"](self, b, out=out)

    def sum(self, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        """Sum over axes."""
        return _functions().OPS["_np_sum"](self, axis=axis, dtype=dtype, out=out, keepdims=keepdims)

    def prod(self, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        """Product over axes."""
        return _functions().OPS["_np_prod"](self, axis=axis, dtype=dtype, out=out, keepdims=keepdims)

    def cumsum(self, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
        """Running sum along an axis, or of the flattened symbol."""
        return _functions().OPS["_np_cumsum"](self, axis=axis, dtype=dtype, out=out)

    def max(self, axis: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        """Largest element over axes."""
        return _functions().OPS["_np_max"](self, axis=axis, keepdims=keepdims, out=out)

    def min(self, axis: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        """Smallest element over axes."""
        return _functions().OPS["_np_min"](self, axis=axis, keepdims=keepdims, out=out)

    def mean(self, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        """Mean over axes."""
        return _functions().mean(self, axis=axis, dtype=dtype, out=out, keepdims=keepdims)

    def std(self, axis: Any = None, dtype: Any = None, out: Any = None, ddof: int = 0, keepdims: bool = False) -> Any:
        """Standard deviation over axes."""
        return _functions().std(self, axis=axis, dtype=dtype, out=out, ddof=ddof, keepdims=keepdims)

    def var(self, axis: Any = None, dtype: Any = None, out: Any = None, ddof: int = 0, keepdims: bool = False) -> Any:
        """Variance over axes."""
        return _functions().var(self, axis=axis, dtype=dtype, out=out, ddof=ddof, keepdims=keepdims)

    def argmax(self, axis: Any = None, out: Any = None) -> Any:
        """Position of the largest element."""
        return _functions().argmax(self, axis, out)

    def argmin(self, axis: Any = None, out: Any = None) -> Any:
        """Position of the smallest element."""
        return _functions().argmin(self, axis, out)

    def argsort(self, axis: int = -1, kind: Any = None, order: Any = None) -> Any:
        """The positions that sort the symbol along an axis."""
        return _functions().argsort(self, axis=axis, kind=kind, order=order)

    def sort(self, axis: int = -1, kind: Any = None, order: Any = None) -> Any:
        """Always raises TypeError, as in MXNet 1.9.1, which raises the sorted symbol; use `mxnet.sym.np.sort`."""
        raise TypeError("exceptions must derive from BaseException (_Symbol.sort of 1.9.1 raises; use np.sort)")

    def clip(self, min: Any = None, max: Any = None, out: Any = None) -> Any:
        """Elements limited to an interval."""
        return _functions().clip(self, min, max, out=out)

    def round(self, decimals: int = 0, out: Any = None, **kwargs: Any) -> Any:
        """Elements rounded to decimals."""
        return _functions().round(self, decimals=decimals, out=out, **kwargs)


#: methods of the classic Symbol that the NumPy one does not have
_ABSENT = (
    "abs arccos arccosh arcsin arcsinh arctan arctanh argmax_channel broadcast_axes broadcast_like broadcast_to cbrt "
    "ceil cos cosh degrees depth_to_space diag exp expand_dims expm1 fix flip floor log log10 log1p log2 log_softmax "
    "nanprod nansum norm one_hot ones_like pad pick radians rcbrt reciprocal relu reshape_like rint rsqrt shape_array "
    "sigmoid sign sin sinh size_array slice slice_axis slice_like softmax softmin space_to_depth split split_v2 sqrt "
    "square tan tanh tile topk trunc zeros_like"
).split()

#: dunder -> function, and whether the symbol is its second argument
_OPERATORS = {
    "__add__": ("add", False), "__sub__": ("subtract", False), "__rsub__": ("subtract", True),
    "__mul__": ("multiply", False), "__rmul__": ("multiply", True), "__div__": ("divide", False),
    "__rdiv__": ("divide", True), "__truediv__": ("divide", False), "__rtruediv__": ("divide", True),
    "__mod__": ("mod", False), "__rmod__": ("mod", True), "__pow__": ("power", False), "__rpow__": ("power", True),
    "__eq__": ("equal", False), "__ne__": ("not_equal", False), "__gt__": ("greater", False),
    "__ge__": ("greater_equal", False), "__lt__": ("less", False), "__le__": ("less_equal", False),
}  # fmt: skip


def _absent(name: str) -> Any:
    def method(self: _Symbol, *args: Any, **kwargs: Any) -> Any:
        raise AttributeError(f"_Symbol object has no attribute {name}")

    method.__name__ = name
    method.__doc__ = "Raises AttributeError: a method of the classic Symbol only."
    return method


def _operator(name: str, function: str, reflected: bool) -> Any:
    def method(self: _Symbol, other: Any) -> Any:
        run = getattr(_functions(), function)
        return run(other, self) if reflected else run(self, other)

    method.__name__ = name
    method.__qualname__ = f"_Symbol.{name}"
    return method


for _name in _ABSENT:
    setattr(_Symbol, _name, _absent(_name))
for _name, (_function, _reflected) in _OPERATORS.items():
    setattr(_Symbol, _name, _operator(_name, _function, _reflected))
_Symbol.__radd__ = _Symbol.__add__  # type: ignore[method-assign]
_Symbol.__hash__ = None  # type: ignore[assignment]
NUMPY_CLASS.append(_Symbol)
