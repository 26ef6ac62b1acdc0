"""Layers that apply one function to every element of their input, of any shape."""

from __future__ import annotations

from typing import Any

from ... import initializer
from ..._core.errors import ArgumentTypeError
from ...util import is_np_array
from ..block import HybridBlock

__all__ = ["ELU", "GELU", "SELU", "Activation", "LeakyReLU", "PReLU", "Swish"]


def _leaky_relu(F: Any) -> Any:
    """The operator behind most layers here, of the front end in use."""
    return F.npx.leaky_relu if is_np_array() else F.LeakyReLU


class Activation(HybridBlock):
    """One of the classic activation functions.

    Args:
        activation: ``relu``, ``sigmoid``, ``tanh``, ``softrelu`` (``log(1 + exp(x))``) or ``softsign``. Any other name
            is refused by the operator when the layer first runs.

    Shapes:
        data and output: any, the same.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/activations.py.
    """

    def __init__(self, activation: str, **kwargs: Any) -> None:
        self._act_type = activation  # the name of the block is made from it
        super().__init__(**kwargs)

    def _alias(self) -> str:
        return self._act_type

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        act = F.npx.activation if is_np_array() else F.Activation
        return act(x, act_type=self._act_type, name="fwd")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._act_type})"


class LeakyReLU(HybridBlock):
    """``x`` where positive, ``alpha * x`` elsewhere.

    Args:
        alpha: slope of the negative half, at least 0.

    Shapes:
        data and output: any, the same.

    Raises:
        AssertionError: ``alpha`` is negative.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/activations.py.
    """

    def __init__(self, alpha: float, **kwargs: Any) -> None:
        if not alpha >= 0:
            raise ArgumentTypeError(f"LeakyReLU: alpha={alpha!r} must be at least 0")
        super().__init__(**kwargs)
        self._alpha = alpha

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return _leaky_relu(F)(x, act_type="leaky", slope=self._alpha, name="fwd")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._alpha})"


class PReLU(HybridBlock):
    """`LeakyReLU` whose slopes are learned.

    Args:
        alpha_initializer: first values of the slopes.
        in_channels: number of slopes: 1, or one for each entry of the second axis of the input.

    Parameters of the layer:
        alpha: ``(in_channels,)``.

    Shapes:
        data and output: ``(N, C, ...)``, the same.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/activations.py.
    """

    def __init__(
        self,
        alpha_initializer: Any = initializer.Constant(0.25),  # noqa: B008  # never changed, and part of the signature
        in_channels: int = 1,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        with self.name_scope():
            self.alpha = self.params.get("alpha", shape=(in_channels,), init=alpha_initializer)

    def hybrid_forward(self, F: Any, x: Any, alpha: Any) -> Any:
        return _leaky_relu(F)(x, gamma=alpha, act_type="prelu", name="fwd")


class ELU(HybridBlock):
    """``x`` where positive, ``alpha * (exp(x) - 1)`` elsewhere (Clevert et al., 2016).

    Args:
        alpha: minus the limit at minus infinity.

    Shapes:
        data and output: any, the same.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/activations.py.
    """

    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._alpha = alpha

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return _leaky_relu(F)(x, act_type="elu", slope=self._alpha)


class SELU(HybridBlock):
    """The self-normalizing scaled `ELU` with its two fixed constants (Klambauer et al., 2017).

    Shapes:
        data and output: any, the same.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/activations.py.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return _leaky_relu(F)(x, act_type="selu", name="fwd")


class GELU(HybridBlock):
    """``x`` times the normal distribution function of ``x``, by the error function (Hendrycks and Gimpel, 2016).

    Shapes:
        data and output: any, the same.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/activations.py.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return _leaky_relu(F)(x, act_type="gelu", name="fwd")


class Swish(HybridBlock):
    """``x * sigmoid(beta * x)`` (Ramachandran et al., 2017).

    Args:
        beta: steepness of the gate.

    Shapes:
        data and output: any, the same.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/activations.py.
    """

    def __init__(self, beta: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._beta = beta

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        if is_np_array():
            return x * F.npx.sigmoid(self._beta * x)
        return x * F.sigmoid(self._beta * x, name="fwd")
