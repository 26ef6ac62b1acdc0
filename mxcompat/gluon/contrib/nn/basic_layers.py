"""Parallel branches, sparse embeddings, synchronized normalization, pixel shuffles."""

from __future__ import annotations

import warnings
from typing import Any

from .... import context, nd
from ...._core.errors import ArgumentTypeError
from ...block import Block, HybridBlock
from ...nn import BatchNorm, HybridSequential, Sequential

__all__ = [
    "Concurrent",
    "HybridConcurrent",
    "Identity",
    "PixelShuffle1D",
    "PixelShuffle2D",
    "PixelShuffle3D",
    "SparseEmbedding",
    "SyncBatchNorm",
]


class Concurrent(Sequential):
    """Any blocks side by side: all get the same input, and their outputs are joined.

    Args:
        axis: the axis along which to join.

    Shapes:
        data: what every block takes. Output: theirs, joined along ``axis``.

    Source: MXNet 1.9.1 python/mxnet/gluon/contrib/nn/basic_layers.py.
    """

    def __init__(self, axis: int = -1, prefix: str | None = None, params: Any = None) -> None:
        super().__init__(prefix=prefix, params=params)
        self.axis = axis

    def forward(self, x: Any) -> Any:
        return nd.concat(*[block(x) for block in self._children.values()], dim=self.axis)


class HybridConcurrent(HybridSequential):
    """`HybridBlock` s side by side: all get the same input, and their outputs are joined.

    Args:
        axis: the axis along which to join.

    Shapes:
        data: what every block takes. Output: theirs, joined along ``axis``.

    Source: MXNet 1.9.1 python/mxnet/gluon/contrib/nn/basic_layers.py.
    """

    def __init__(self, axis: int = -1, prefix: str | None = None, params: Any = None) -> None:
        super().__init__(prefix=prefix, params=params)
        self.axis = axis

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return F.concat(*[block(x) for block in self._children.values()], dim=self.axis)


class Identity(HybridBlock):
    """Gives back its input; a branch of a `HybridConcurrent` that goes straight through.

    Shapes:
        data and output: any, the same.

    Source: MXNet 1.9.1 python/mxnet/gluon/contrib/nn/basic_layers.py.
    """

    def __init__(self, prefix: str | None = None, params: Any = None) -> None:
        super().__init__(prefix=prefix, params=params)

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return x


class SparseEmbedding(Block):
    """An embedding whose table is row_sparse itself: a Trainer fetches the rows that a batch needs.

    Args:
        input_dim: number of rows V.
        output_dim: length D of a row.
        dtype: dtype of the table.
        weight_initializer: first values; None for the initializer of the whole net.

    Parameters of the layer:
        weight: ``(V, D)``, row_sparse, with a row_sparse gradient.

    Shapes:
        data: any, whole numbers from 0 to ``V - 1``. Output: the shape of data, and D.

    Source: MXNet 1.9.1 python/mxnet/gluon/contrib/nn/basic_layers.py.
    """

    def __init__(
        self, input_dim: int, output_dim: int, dtype: Any = "float32", weight_initializer: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._kwargs: dict[str, Any] = {
            "input_dim": input_dim,
            "output_dim": output_dim,
            "dtype": dtype,
            "sparse_grad": True,
        }
        self.weight = self.params.get(
            "weight",
            shape=(input_dim, output_dim),
            init=weight_initializer,
            dtype=dtype,
            grad_stype="row_sparse",
            stype="row_sparse",
        )

    def forward(self, x: Any) -> Any:
        return nd.Embedding(x, self.weight.row_sparse_data(x), name="fwd", **self._kwargs)

    def __repr__(self) -> str:
        return "{}({input_dim} -> {output_dim}, {dtype})".format(type(self).__name__, **self._kwargs)


class SyncBatchNorm(BatchNorm):
    """`BatchNorm` over the batches of several devices together.

    On one device it is `BatchNorm` over axis 1. Devices that run at the same time, each in its own thread, are told
    apart by the layer's prefix, which is the ``key`` of the operator.

    Args:
        in_channels: number of channels C; 0 to learn it from the first input.
        num_devices: number of devices to wait for; None for all GPUs there are (with a warning), or 1.
        momentum, epsilon, center, scale, use_global_stats: as in `BatchNorm`.
        beta_initializer, gamma_initializer, running_mean_initializer, running_variance_initializer: first values.

    Parameters of the layer:
        gamma, beta, running_mean, running_var: ``(C,)``.

    Shapes:
        data and output: ``(N, C, ...)``, the same.

    Source: MXNet 1.9.1 python/mxnet/gluon/contrib/nn/basic_layers.py, src/operator/contrib/sync_batch_norm.cc.
    """

    def __init__(
        self,
        in_channels: int = 0,
        num_devices: int | None = None,
        momentum: float = 0.9,
        epsilon: float = 1e-5,
        center: bool = True,
        scale: bool = True,
        use_global_stats: bool = False,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        running_mean_initializer: Any = "zeros",
        running_variance_initializer: Any = "ones",
        **kwargs: Any,
    ) -> None:
        super().__init__(
            1,
            momentum,
            epsilon,
            center,
            scale,
            use_global_stats,
            beta_initializer,
            gamma_initializer,
            running_mean_initializer,
            running_variance_initializer,
            in_channels,
            **kwargs,
        )
        self._kwargs = {
            "eps": epsilon,
            "momentum": momentum,
            "fix_gamma": not scale,
            "use_global_stats": use_global_stats,
            "ndev": self._get_num_devices() if num_devices is None else num_devices,
            "key": self.prefix,
        }

    def _get_num_devices(self) -> int:
        warnings.warn(
            "SyncBatchNorm waits for all GPUs of this machine: if you use fewer, say so with num_devices",
            UserWarning,
            stacklevel=3,
        )
        return max(context.num_gpus(), 1)

    def hybrid_forward(self, F: Any, x: Any, gamma: Any, beta: Any, running_mean: Any, running_var: Any) -> Any:
        return F.contrib.SyncBatchNorm(x, gamma, beta, running_mean, running_var, name="fwd", **self._kwargs)


def _factors(layer: HybridBlock, factor: Any, count: int) -> tuple[int, ...]:
    """A factor for each axis, from one for all, or from that many."""
    try:
        return (int(factor),) * count
    except TypeError:
        found = tuple(int(one) for one in factor)
    if len(found) != count:
        raise ArgumentTypeError(f"{type(layer).__name__}: factor={factor!r} must be a number or {count} ints")
    return found


class PixelShuffle1D(HybridBlock):
    """Turn groups of ``factor`` channels into positions: upsampling without new values.

    Args:
        factor: how much longer the axis gets.

    Shapes:
        data: ``(N, factor C, W)``. Output: ``(N, C, factor W)``.

    Source: MXNet 1.9.1 python/mxnet/gluon/contrib/nn/basic_layers.py.
    """

    def __init__(self, factor: int) -> None:
        super().__init__()
        self._factor = int(factor)

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        x = F.reshape(x, (0, -4, -1, self._factor, 0))  # (N, C, f, W)
        x = F.transpose(x, (0, 1, 3, 2))
        return F.reshape(x, (0, 0, -3))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._factor})"


class PixelShuffle2D(HybridBlock):
    """Turn groups of channels into pixels: upsampling without new values (Shi et al., 2016).

    Args:
        factor: how much larger both axes get; a number f, or one for each, f1 and f2.

    Shapes:
        data: ``(N, f1 f2 C, H, W)``. Output: ``(N, C, f1 H, f2 W)``.

    Raises:
        AssertionError: a list of another length than 2.

    Source: MXNet 1.9.1 python/mxnet/gluon/contrib/nn/basic_layers.py.
    """

    def __init__(self, factor: Any) -> None:
        super().__init__()
        self._factors = _factors(self, factor, 2)

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        f1, f2 = self._factors
        x = F.reshape(x, (0, -4, -1, f1 * f2, 0, 0))  # (N, C, f1 f2, H, W): a reshape splits one axis at a time
        x = F.reshape(x, (0, 0, -4, f1, f2, 0, 0))
        x = F.transpose(x, (0, 1, 4, 2, 5, 3))
        return F.reshape(x, (0, 0, -3, -3))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._factors})"


class PixelShuffle3D(HybridBlock):
    """Turn groups of channels into voxels: upsampling without new values.

    Args:
        factor: how much larger the three axes get; a number f, or one for each, f1, f2 and f3.

    Shapes:
        data: ``(N, f1 f2 f3 C, D, H, W)``. Output: ``(N, C, f1 D, f2 H, f3 W)``.

    Raises:
        AssertionError: a list of another length than 3.

    Source: MXNet 1.9.1 python/mxnet/gluon/contrib/nn/basic_layers.py.
    """

    def __init__(self, factor: Any) -> None:
        super().__init__()
        self._factors = _factors(self, factor, 3)

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        f1, f2, f3 = self._factors
        x = F.reshape(x, (0, -4, -1, f1 * f2 * f3, 0, 0, 0))
        # (N, C, factors, D, H, W): MXNet transposes up to 6 axes, so one factor at a time goes behind its axis
        for axis, own, rest in ((2, f1, f2 * f3), (3, f2, f3)):
            keep, tail = (0,) * axis, (0,) * (4 - axis)
            x = F.swapaxes(x, axis, axis + 1)
            x = F.reshape(x, (*keep, 0, -4, own, rest, *tail))
            x = F.reshape(x, (*keep, -3, 0, *tail))
        x = F.swapaxes(x, 4, 5)
        return F.reshape(x, (0, 0, 0, 0, -3))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._factors})"
