"""Dense layers, embeddings, dropout, functions as layers; with the stacks and normalizations beside this module."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ... import nd
from ... import symbol as sym
from ..._core.errors import ArgumentTypeError
from ...util import is_np_array
from ..block import Block, HybridBlock
from ._containers import HybridSequential as HybridSequential
from ._containers import Sequential as Sequential
from ._norm import BatchNorm as BatchNorm
from ._norm import BatchNormReLU as BatchNormReLU
from ._norm import GroupNorm as GroupNorm
from ._norm import InstanceNorm as InstanceNorm
from ._norm import LayerNorm as LayerNorm
from ._norm import _BatchNorm as _BatchNorm
from .activations import Activation

__all__ = [
    "BatchNorm",
    "BatchNormReLU",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "GroupNorm",
    "HybridLambda",
    "HybridSequential",
    "InstanceNorm",
    "Lambda",
    "LayerNorm",
    "Sequential",
]


class Dense(HybridBlock):
    """A fully connected layer: ``activation(data @ weight.T + bias)``.

    Args:
        units: number of outputs U.
        activation: name of a function as in `Activation`; None for none.
        use_bias: add a bias.
        flatten: join all axes of the input but the first; else the layer works on the last axis.
        dtype: dtype of the parameters.
        weight_initializer, bias_initializer: first values; None for the initializer of the whole net.
        in_units: number of inputs I; 0 to learn it from the first input.

    Parameters of the layer:
        weight: ``(U, I)``. bias: ``(U,)``.

    Shapes:
        data: ``(N, ...)`` with I numbers an example; ``(..., I)`` without ``flatten``.
        Output: ``(N, U)``; ``(..., U)`` without ``flatten``.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/basic_layers.py.
    """

    def __init__(
        self,
        units: int,
        activation: str | None = None,
        use_bias: bool = True,
        flatten: bool = True,
        dtype: Any = "float32",
        weight_initializer: Any = None,
        bias_initializer: Any = "zeros",
        in_units: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._flatten = flatten
        self._units = units
        self._in_units = in_units
        self.bias: Any = None
        self.act: Any = None
        with self.name_scope():
            self.weight = self.params.get(
                "weight", shape=(units, in_units), init=weight_initializer, dtype=dtype, allow_deferred_init=True
            )
            if use_bias:
                self.bias = self.params.get(
                    "bias", shape=(units,), init=bias_initializer, dtype=dtype, allow_deferred_init=True
                )
            if activation is not None:
                self.act = Activation(activation, prefix=activation + "_")

    def hybrid_forward(self, F: Any, x: Any, weight: Any, bias: Any = None) -> Any:
        dense = F.npx.fully_connected if is_np_array() else F.FullyConnected
        out = dense(x, weight, bias, no_bias=bias is None, num_hidden=self._units, flatten=self._flatten, name="fwd")
        return out if self.act is None else self.act(out)

    def __repr__(self) -> str:
        units, in_units = self.weight.shape
        return f"{type(self).__name__}({in_units or None} -> {units}, {self.act or 'linear'})"


class Dropout(HybridBlock):
    """Set a random part of the input to zero while training, and scale the rest up (Srivastava et al., 2014).

    Args:
        rate: the probability to drop an element; nothing happens at 0.
        axes: axes along which one decision holds for all entries.

    Shapes:
        data and output: any, the same.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/basic_layers.py.
    """

    def __init__(self, rate: float, axes: Any = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._rate = rate
        self._axes = axes

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        if self._rate > 0:
            dropout = F.npx.dropout if is_np_array() else F.Dropout
            return dropout(x, p=self._rate, axes=self._axes, name="fwd", cudnn_off=False)
        return F.np.copy(x) if is_np_array() else F.identity(x)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(p = {self._rate}, axes={self._axes})"


class Embedding(HybridBlock):
    """Rows of a table, by their numbers.

    Args:
        input_dim: number of rows V.
        output_dim: length D of a row.
        dtype: dtype of the table.
        weight_initializer: first values; None for the initializer of the whole net.
        sparse_grad: keep the gradient of the table as row_sparse.

    Parameters of the layer:
        weight: ``(V, D)``.

    Shapes:
        data: any, whole numbers from 0 to ``V - 1``. Output: the shape of data, and D.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/basic_layers.py.
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        dtype: Any = "float32",
        weight_initializer: Any = None,
        sparse_grad: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._kwargs: dict[str, Any] = {
            "input_dim": input_dim,
            "output_dim": output_dim,
            "dtype": dtype,
            "sparse_grad": sparse_grad,
        }
        self.weight = self.params.get(
            "weight",
            shape=(input_dim, output_dim),
            init=weight_initializer,
            dtype=dtype,
            allow_deferred_init=True,
            grad_stype="row_sparse" if sparse_grad else "default",
        )

    def hybrid_forward(self, F: Any, x: Any, weight: Any) -> Any:
        embedding = F.npx.embedding if is_np_array() else F.Embedding
        return embedding(x, weight, name="fwd", **self._kwargs)

    def __repr__(self) -> str:
        return "{}({input_dim} -> {output_dim}, {dtype})".format(type(self).__name__, **self._kwargs)


class Flatten(HybridBlock):
    """Join all axes but the first.

    Shapes:
        data: ``(N, ...)``. Output: ``(N, C)``.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/basic_layers.py.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return F.npx.batch_flatten(x) if is_np_array() else F.flatten(x)

    def __repr__(self) -> str:
        return type(self).__name__


def _refuse_function(function: Any) -> ValueError:
    return ValueError(
        f"a Lambda needs the name of an operator or something to call, got {function!r} of type {type(function)}"
    )


class Lambda(Block):
    """A function, or an operator by its name in ``mx.nd``, as a block.

    Args:
        function: ``"tanh"``, or a callable that gets the inputs of the block.

    Shapes:
        those of the function.

    Raises:
        AssertionError: there is no such operator. ValueError: neither a name nor callable.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/basic_layers.py.
    """

    def __init__(self, function: str | Callable[..., Any], prefix: str | None = None) -> None:
        super().__init__(prefix=prefix)
        self._func_impl: Any
        if isinstance(function, str):
            if not hasattr(nd, function):
                raise ArgumentTypeError(f"Lambda: mx.nd has no function {function!r}")
            self._func_impl = getattr(nd, function)
        elif callable(function):
            self._func_impl = function
        else:
            raise _refuse_function(function)

    def forward(self, *args: Any) -> Any:
        return self._func_impl(*args)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._func_impl.__name__})"


class HybridLambda(HybridBlock):
    """A function of arrays or symbols, or an operator by its name, as a hybrid block.

    Args:
        function: ``"tanh"``, or a callable ``function(F, data, ...)`` where ``F`` is ``mx.nd`` or ``mx.sym``.

    Shapes:
        those of the function.

    Raises:
        AssertionError: there is no such operator. ValueError: neither a name nor callable.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/basic_layers.py.
    """

    def __init__(self, function: str | Callable[..., Any], prefix: str | None = None) -> None:
        super().__init__(prefix=prefix)
        self._func: Callable[..., Any]
        if isinstance(function, str):
            if not (hasattr(nd, function) and hasattr(sym, function)):
                raise ArgumentTypeError(f"HybridLambda: mx.nd and mx.sym do not both have a function {function!r}")
            self._func_name = name = function
            self._func = lambda F, *args: getattr(F, name)(*args)
        elif callable(function):
            self._func = function
            self._func_name = function.__name__
        else:
            raise _refuse_function(function)

    def hybrid_forward(self, F: Any, x: Any, *args: Any) -> Any:
        return self._func(F, x, *args)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._func_name})"
