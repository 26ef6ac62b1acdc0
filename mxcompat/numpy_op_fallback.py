"""`mxnet.numpy_op_fallback`: functions of `mx.sym.np` that official NumPy computes, as operators written in Python.

`mx.np` calls NumPy, or operators, at once; a graph needs a node to do so when it runs.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from . import nd
from . import operator as operator
from .numpy import _internal as _of_arrays
from .numpy import random as _random
from .numpy.utils import _STR_2_DTYPE_
from .operator import CustomOp, CustomOpProp
from .symbol.numpy import _internal as _of_symbols
from .util import np_array as np_array
from .util import use_np as use_np

_C = TypeVar("_C", bound=type[Any])


def register(op_name: str, imperative: bool = True, symbolic: bool = True) -> Callable[[_C], _C]:
    """Decorate a property class of an operator written in Python, to make the operator one of NumPy-style code.

    Args:
        op_name: its name: in `mxnet.operator`, and of the functions that are made.
        imperative: make a function for arrays in ``mx.np._internal``.
        symbolic: make a function for symbols in ``mx.sym.np._internal``.

    Raises:
        ValueError: there is a function of that name.
    """

    def decorate(prop_cls: _C) -> _C:
        prop_cls = operator.register(op_name)(prop_cls)
        for wanted, module in ((imperative, _of_arrays), (symbolic, _of_symbols)):
            if not wanted:
                continue
            if hasattr(module, op_name):
                raise ValueError(f"Duplicate name {op_name} found in module {module.__name__}")
            setattr(module, op_name, functools.partial(module.Custom, op_type=op_name))
        return prop_cls

    return decorate


class _Fallback(CustomOp):
    """An operator without a gradient that computes its only output from NumPy arrays."""

    def _compute(self, *inputs: Any) -> Any:
        """The output, of the inputs."""
        raise NotImplementedError

    def forward(self, is_train: int, req: list[str], in_data: list[Any], out_data: list[Any], aux: list[Any]) -> None:
        """Compute the output."""
        target = out_data[0]
        made = np.asarray(self._compute(*[array.asnumpy() for array in in_data]), dtype=target.dtype)
        self.assign(target, req[0], nd.array(made, ctx=target.context, dtype=target.dtype).reshape(target.shape))

    def backward(
        self, req: list[str], out_grad: list[Any], in_data: list[Any], out_data: list[Any], in_grad: list[Any],
        aux: list[Any],
    ) -> None:  # fmt: skip
        """Not known. NotImplementedError."""
        raise NotImplementedError(f"Operator {type(self).__name__} does not support gradient computation")


class _FallbackProp(CustomOpProp):
    """What an operator of this module takes and gives."""

    def __init__(self) -> None:
        super().__init__(need_top_grad=True)

    def infer_type(self, in_type: list[Any]) -> tuple[Any, ...]:
        """The dtype of the first input everywhere."""
        return in_type, (in_type[0],), ()


class EmptyLike(_Fallback):
    """An array in the shape of another whose elements are whatever the memory holds."""

    def __init__(self, dtype: Any, order: str, subok: bool, shape: Any) -> None:
        super().__init__()
        self._dtype, self._order, self._subok, self._shape = dtype, order, subok, shape

    def _compute(self, *inputs: Any) -> Any:
        """The output, of the inputs."""
        return np.empty_like(inputs[0], dtype=self._dtype, order=self._order, subok=self._subok)  # type: ignore[call-overload]


@register("empty_like_fallback")
class EmptyLikeProp(_FallbackProp):
    """`EmptyLike`: an input ``prototype``, and the arguments of `numpy.empty_like` as text."""

    def __init__(self, dtype: str, order: str, subok: str, shape: str) -> None:
        super().__init__()
        self._dtype = None if dtype == "None" else dtype
        self._order, self._subok, self._shape = order, ast.literal_eval(subok), ast.literal_eval(shape)

    def list_arguments(self) -> list[str]:
        """Names of the inputs."""
        return ["prototype"]

    def infer_shape(self, in_shape: list[Any]) -> tuple[Any, ...]:
        """Shapes of inputs and outputs."""
        return (in_shape[0],), (in_shape[0],), ()

    def infer_type(self, in_type: list[Any]) -> tuple[Any, ...]:
        """Dtypes of inputs and outputs."""
        return (in_type[0],), (in_type[0] if self._dtype is None else _STR_2_DTYPE_[self._dtype],), ()

    def create_operator(self, ctx: Any, in_shapes: Any, in_dtypes: Any) -> CustomOp:
        """The operator."""
        return EmptyLike(self._dtype, self._order, self._subok, self._shape)


class Resize(_Fallback):
    """The elements in another shape of any size; they are repeated, or cut off."""

    def __init__(self, new_shape: Any) -> None:
        super().__init__()
        self._new_shape = new_shape

    def _compute(self, *inputs: Any) -> Any:
        """The output, of the inputs."""
        return np.resize(inputs[0], self._new_shape)


@register("resize_fallback")
class ResizeProp(_FallbackProp):
    """`Resize`: an input ``a``, and the new shape as text."""

    def __init__(self, new_shape: str) -> None:
        super().__init__()
        self._new_shape = ast.literal_eval(new_shape)

    def list_arguments(self) -> list[str]:
        """Names of the inputs."""
        return ["a"]

    def infer_shape(self, in_shape: list[Any]) -> tuple[Any, ...]:
        """Shapes of inputs and outputs."""
        shape = (self._new_shape,) if np.isscalar(self._new_shape) else self._new_shape
        return (in_shape[0],), (shape,), ()

    def create_operator(self, ctx: Any, in_shapes: Any, in_dtypes: Any) -> CustomOp:
        """The operator."""
        return Resize(self._new_shape)


class Unravel_index(_Fallback):
    """Indices into a flattened array as indices of each axis, a row for each."""

    def __init__(self, shape: Any) -> None:
        super().__init__()
        self._shape = shape

    def _compute(self, *inputs: Any) -> Any:
        """The output, of the inputs."""
        return np.stack(np.unravel_index(inputs[0], self._shape))


@register("unravel_index_fallback")
class Unravel_indexProp(_FallbackProp):
    """`Unravel_index`: an input ``indices``, and the shape as text."""

    def __init__(self, shape: str) -> None:
        super().__init__()
        self._shape = ast.literal_eval(shape)

    def list_arguments(self) -> list[str]:
        """Names of the inputs."""
        return ["indices"]

    def infer_shape(self, in_shape: list[Any]) -> tuple[Any, ...]:
        """Shapes of inputs and outputs."""
        axes = 1 if np.isscalar(self._shape) else len(self._shape)
        return (in_shape[0],), ((axes, *in_shape[0]),), ()

    def create_operator(self, ctx: Any, in_shapes: Any, in_dtypes: Any) -> CustomOp:
        """The operator."""
        return Unravel_index(self._shape)


class MultivariateNormal(_Fallback):
    """Vectors of a multivariate normal distribution, drawn from MXNet's generator."""

    def __init__(self, size: Any = None) -> None:
        super().__init__()
        self._size = size

    def forward(self, is_train: int, req: list[str], in_data: list[Any], out_data: list[Any], aux: list[Any]) -> None:
        """Compute the output."""
        mean, cov = in_data
        target = out_data[0]
        factor = np.linalg.cholesky(cov.asnumpy().astype(np.float32 if cov.dtype == np.float16 else cov.dtype))
        noise = _random.normal(size=target.shape, dtype=mean.dtype, ctx=mean.context).asnumpy()
        made = mean.asnumpy() + np.einsum("...jk,...j->...k", factor, noise)
        self.assign(target, req[0], nd.array(made, ctx=target.context, dtype=target.dtype))


@register("mvn_fallback")
class MultivariateNormalProp(_FallbackProp):
    """`MultivariateNormal`: inputs ``mean`` and ``cov``, and the size as text."""

    def __init__(self, size: str | None = None) -> None:
        super().__init__()
        self._size = None if size is None else ast.literal_eval(size)

    def list_arguments(self) -> list[str]:
        """Names of the inputs."""
        return ["mean", "cov"]

    def infer_shape(self, in_shape: list[Any]) -> tuple[Any, ...]:
        """Shapes of inputs and outputs. ValueError for shapes that do not go together."""
        mean, cov = in_shape
        if len(mean) < 1:
            raise ValueError("mean must be at least 1 dimensional")
        if len(cov) < 2 or cov[-1] != cov[-2] or cov[-1] != mean[-1]:
            raise ValueError(f"cov must be square matrices of the length of mean, got mean {mean}, cov {cov}")
        around = tuple(np.broadcast_shapes(tuple(mean[:-1]), tuple(cov[:-2])))
        size = () if self._size is None else (self._size,) if np.isscalar(self._size) else tuple(self._size)
        return in_shape, ((*size, *around, mean[-1]),), ()

    def create_operator(self, ctx: Any, in_shapes: Any, in_dtypes: Any) -> CustomOp:
        """The operator."""
        return MultivariateNormal(self._size)
