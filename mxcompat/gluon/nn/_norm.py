"""Layers that normalize: over the batch, over one example, over groups of channels."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...util import is_np_array
from ..block import HybridBlock


def _request(wanted: Any) -> str:
    return "write" if wanted else "null"


def _settings(kwargs: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in kwargs.items())


def _scale_and_shift(
    block: HybridBlock,
    size: int,
    scale: bool,
    center: bool,
    gamma_initializer: Any,
    beta_initializer: Any,
    **kwargs: Any,
) -> tuple[Any, Any]:
    """``gamma`` and ``beta`` of a layer, ``(size,)``; they do not learn where they are not wanted."""
    rows = (("gamma", scale, gamma_initializer), ("beta", center, beta_initializer))
    gamma, beta = (
        block.params.get(
            name,
            grad_req=_request(wanted),
            shape=(size,),
            init=init,
            allow_deferred_init=True,
            **{key: wanted if value is None else value for key, value in kwargs.items()},
        )
        for name, wanted, init in rows
    )
    return gamma, beta


class _BatchNorm(HybridBlock):
    """What `BatchNorm` and `BatchNormReLU` share; ``fuse_relu`` puts a relu behind."""

    def __init__(
        self,
        axis: int = 1,
        momentum: float = 0.9,
        epsilon: float = 1e-5,
        center: bool = True,
        scale: bool = True,
        use_global_stats: bool = False,
        fuse_relu: bool = False,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        running_mean_initializer: Any = "zeros",
        running_variance_initializer: Any = "ones",
        in_channels: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._kwargs: dict[str, Any] = {
            "axis": axis,
            "eps": epsilon,
            "momentum": momentum,
            "fix_gamma": not scale,
            "use_global_stats": use_global_stats,
        }
        self.fuse_relu = fuse_relu
        if in_channels != 0:
            self.in_channels = in_channels
        self.gamma, self.beta = _scale_and_shift(
            self, in_channels, scale, center, gamma_initializer, beta_initializer, differentiable=None
        )
        running = {"grad_req": "null", "shape": (in_channels,), "allow_deferred_init": True, "differentiable": False}
        self.running_mean = self.params.get("running_mean", init=running_mean_initializer, **running)
        self.running_var = self.params.get("running_var", init=running_variance_initializer, **running)

    def cast(self, dtype: Any) -> None:
        """Cast to another dtype; the statistics of float16 data stay float32, as the operator wants them."""
        if np.dtype(dtype).name == "float16":
            dtype = "float32"
        super().cast(dtype)

    def hybrid_forward(self, F: Any, x: Any, gamma: Any, beta: Any, running_mean: Any, running_var: Any) -> Any:
        if is_np_array():
            batch_norm = F.npx.batch_norm
        elif self.fuse_relu:
            batch_norm = F.contrib.BatchNormWithReLU
        else:
            batch_norm = F.BatchNorm
        return batch_norm(x, gamma, beta, running_mean, running_var, name="fwd", **self._kwargs)

    def __repr__(self) -> str:
        channels = self.gamma.shape[0] or None
        return f"{type(self).__name__}({_settings(self._kwargs)}, in_channels={channels})"


class BatchNorm(_BatchNorm):
    """Normalize every channel over the batch (Ioffe and Szegedy, 2015).

    While training, mean and variance of the batch are used, and the running ones move towards them; else the running
    ones are used.

    Args:
        axis: the axis of the channels; 1 for ``NCHW``, 3 for ``NHWC``.
        momentum: how much of the running statistics a step keeps.
        epsilon: added to the variance.
        center: learn ``beta``.
        scale: learn ``gamma``; else it is held at one.
        use_global_stats: use the running statistics in training, too.
        beta_initializer, gamma_initializer, running_mean_initializer, running_variance_initializer: first values.
        in_channels: number of channels C; 0 to learn it from the first input.

    Parameters of the layer:
        gamma, beta, running_mean, running_var: ``(C,)``.

    Shapes:
        data and output: any, the same.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/basic_layers.py, src/operator/nn/batch_norm.cc.
    """

    def __init__(
        self,
        axis: int = 1,
        momentum: float = 0.9,
        epsilon: float = 1e-5,
        center: bool = True,
        scale: bool = True,
        use_global_stats: bool = False,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        running_mean_initializer: Any = "zeros",
        running_variance_initializer: Any = "ones",
        in_channels: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            axis,
            momentum,
            epsilon,
            center,
            scale,
            use_global_stats,
            False,
            beta_initializer,
            gamma_initializer,
            running_mean_initializer,
            running_variance_initializer,
            in_channels,
            **kwargs,
        )


class BatchNormReLU(_BatchNorm):
    """`BatchNorm` followed by a relu, in one operator.

    Args:
        axis, momentum, epsilon, center, scale, use_global_stats: as in `BatchNorm`.
        beta_initializer, gamma_initializer, running_mean_initializer, running_variance_initializer: first values.
        in_channels: number of channels C; 0 to learn it from the first input.

    Parameters of the layer:
        gamma, beta, running_mean, running_var: ``(C,)``.

    Shapes:
        data and output: any, the same.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/basic_layers.py, src/operator/contrib/batch_norm_relu.cc.
    """

    def __init__(
        self,
        axis: int = 1,
        momentum: float = 0.9,
        epsilon: float = 1e-5,
        center: bool = True,
        scale: bool = True,
        use_global_stats: bool = False,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        running_mean_initializer: Any = "zeros",
        running_variance_initializer: Any = "ones",
        in_channels: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            axis,
            momentum,
            epsilon,
            center,
            scale,
            use_global_stats,
            True,
            beta_initializer,
            gamma_initializer,
            running_mean_initializer,
            running_variance_initializer,
            in_channels,
            **kwargs,
        )


class InstanceNorm(HybridBlock):
    """Normalize every channel of every example over its positions (Ulyanov et al., 2016).

    Args:
        axis: the axis of the channels.
        epsilon: added to the variance.
        center: learn ``beta``.
        scale: learn ``gamma``.
        beta_initializer, gamma_initializer: first values.
        in_channels: number of channels C; 0 to learn it from the first input.

    Parameters of the layer:
        gamma, beta: ``(C,)``.

    Shapes:
        data and output: ``(N, C, ...)`` with at least one more axis, the same.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/basic_layers.py.
    """

    def __init__(
        self,
        axis: int = 1,
        epsilon: float = 1e-5,
        center: bool = True,
        scale: bool = False,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        in_channels: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._kwargs: dict[str, Any] = {"eps": epsilon, "axis": axis, "center": center, "scale": scale}
        self._axis = axis
        self._epsilon = epsilon
        self.gamma, self.beta = _scale_and_shift(self, in_channels, scale, center, gamma_initializer, beta_initializer)

    def hybrid_forward(self, F: Any, x: Any, gamma: Any, beta: Any) -> Any:
        if self._axis == 1:
            return F.InstanceNorm(x, gamma, beta, name="fwd", eps=self._epsilon)
        x = F.InstanceNorm(x.swapaxes(1, self._axis), gamma, beta, name="fwd", eps=self._epsilon)
        return x.swapaxes(1, self._axis)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({_settings(self._kwargs)}, in_channels={self.gamma.shape[0]})"


class LayerNorm(HybridBlock):
    """Normalize every example over one axis (Ba et al., 2016).

    Args:
        axis: the axis to normalize over.
        epsilon: added to the variance.
        center: learn ``beta``.
        scale: learn ``gamma``.
        beta_initializer, gamma_initializer: first values.
        in_channels: length C of the axis; 0 to learn it from the first input.

    Parameters of the layer:
        gamma, beta: ``(C,)``.

    Shapes:
        data and output: any, the same.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/basic_layers.py.
    """

    def __init__(
        self,
        axis: int = -1,
        epsilon: float = 1e-5,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        in_channels: int = 0,
        prefix: str | None = None,
        params: Any = None,
    ) -> None:
        super().__init__(prefix=prefix, params=params)
        self._kwargs: dict[str, Any] = {"eps": epsilon, "axis": axis, "center": center, "scale": scale}
        self._axis = axis
        self._epsilon = epsilon
        self._center = center
        self._scale = scale
        self.gamma, self.beta = _scale_and_shift(self, in_channels, scale, center, gamma_initializer, beta_initializer)

    def hybrid_forward(self, F: Any, data: Any, gamma: Any, beta: Any) -> Any:
        layer_norm = F.npx.layer_norm if is_np_array() else F.LayerNorm
        return layer_norm(data, gamma=gamma, beta=beta, axis=self._axis, eps=self._epsilon)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({_settings(self._kwargs)}, in_channels={self.gamma.shape[0]})"


class GroupNorm(HybridBlock):
    """Normalize every example over groups of its channels (Wu and He, 2018).

    Args:
        num_groups: number of groups G; it must divide the number of channels.
        epsilon: added to the variance.
        center: learn ``beta``.
        scale: learn ``gamma``.
        beta_initializer, gamma_initializer: first values.

    Parameters of the layer:
        gamma, beta: ``(G,)``, one entry for a group, not for a channel.

    Shapes:
        data and output: ``(N, C, ...)``, the same.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/basic_layers.py.
    """

    def __init__(
        self,
        num_groups: int = 1,
        epsilon: float = 1e-5,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        prefix: str | None = None,
        params: Any = None,
    ) -> None:
        super().__init__(prefix=prefix, params=params)
        self._kwargs: dict[str, Any] = {"eps": epsilon, "num_groups": num_groups, "center": center, "scale": scale}
        self._num_groups = num_groups
        self._epsilon = epsilon
        self._center = center
        self._scale = scale
        self.gamma, self.beta = _scale_and_shift(self, num_groups, scale, center, gamma_initializer, beta_initializer)

    def hybrid_forward(self, F: Any, data: Any, gamma: Any, beta: Any) -> Any:
        return F.GroupNorm(data, gamma=gamma, beta=beta, num_groups=self._num_groups, eps=self._epsilon)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({_settings(self._kwargs)})"
