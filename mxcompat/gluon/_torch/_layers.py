"""Layers of `torch.nn` that hold Gluon's parameters, with the few words in which Gluon's layers say more.

Axis letters: N batch, C channels.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.instancenorm import _InstanceNorm

from .._twins import OWNERS, follow, share

#: where layers are made: their own first values are never drawn, Gluon's tensors take their place
META: dict[str, Any] = {"device": "meta"}


class Shared(nn.Module):
    """A module some of whose tensors belong to Gluon parameters, wherever it is moved or cast."""

    def take(self, name: str, param: Any, buffer: bool = False) -> None:
        """Hold a Gluon parameter under a name."""
        tensor = share(param, buffer)
        if isinstance(tensor, nn.Parameter):
            self._parameters[name] = tensor
        else:
            self._parameters.pop(name, None)
            self._buffers[name] = tensor

    def _apply(self, fn: Any, recurse: bool = True) -> Any:
        before = dict(self._buffers)
        with_owner = [OWNERS[t]() for t in (*self._parameters.values(), *before.values()) if t in OWNERS]
        result = super()._apply(fn, recurse)  # type: ignore[no-untyped-call]
        for name, buffer in before.items():
            moved = self._buffers.get(name)
            if buffer is not None and moved is not None and moved is not buffer and buffer in OWNERS:
                buffer.data = moved
                self._buffers[name] = buffer  # torch would leave Gluon's array behind
        for owner in with_owner:
            if owner is not None:
                follow(owner)
        return result


def _then(layer: Any, out: Tensor) -> Tensor:
    """The output of a layer after the activation it may have."""
    return out if layer.act is None else layer.act(out)


class Linear(Shared, nn.Linear):
    """`torch.nn.Linear` that may join all axes but the first, and apply an activation, as Gluon's Dense does."""

    def __init__(self, block: Any, act: nn.Module | None) -> None:
        units, inputs = block.weight.shape
        super().__init__(inputs, units, bias=block.bias is not None, **META)
        self.flatten = bool(block._flatten)
        self.act = act
        self.take("weight", block.weight)
        if block.bias is not None:
            self.take("bias", block.bias)

    def forward(self, input: Tensor) -> Tensor:
        return _then(self, F.linear(input.flatten(1) if self.flatten else input, self.weight, self.bias))


class _Convolution(Shared):
    """What convolutions share: arguments out of a Gluon layer, and the activation behind."""

    def __init__(self, block: Any, act: nn.Module | None) -> None:
        given = block._kwargs
        groups, shape = given["num_group"], block.weight.shape
        transposed = block._op_name == "Deconvolution"
        inputs = shape[0] if transposed else shape[1] * groups
        more = {"output_padding": given["adj"]} if transposed else {}
        super().__init__(
            inputs,
            given["num_filter"],
            tuple(given["kernel"]),
            stride=given["stride"],
            padding=given["pad"],
            dilation=given["dilate"],
            groups=groups,
            bias=block.bias is not None,
            **more,
            **META,
        )
        self.act = act
        self.take("weight", block.weight)
        if block.bias is not None:
            self.take("bias", block.bias)

    def forward(self, input: Tensor, *args: Any) -> Tensor:
        return _then(self, super().forward(input, *args))


class Conv1d(_Convolution, nn.Conv1d):
    """`torch.nn.Conv1d` with the activation of Gluon's Conv1D."""


class Conv2d(_Convolution, nn.Conv2d):
    """`torch.nn.Conv2d` with the activation of Gluon's Conv2D."""


class Conv3d(_Convolution, nn.Conv3d):
    """`torch.nn.Conv3d` with the activation of Gluon's Conv3D."""


class ConvTranspose1d(_Convolution, nn.ConvTranspose1d):
    """`torch.nn.ConvTranspose1d` with the activation of Gluon's Conv1DTranspose."""


class ConvTranspose2d(_Convolution, nn.ConvTranspose2d):
    """`torch.nn.ConvTranspose2d` with the activation of Gluon's Conv2DTranspose."""


class ConvTranspose3d(_Convolution, nn.ConvTranspose3d):
    """`torch.nn.ConvTranspose3d` with the activation of Gluon's Conv3DTranspose."""


class BatchNorm(Shared, _BatchNorm):
    """Batch normalization with the running averages of MXNet, for any number of axes.

    The running variance is that of the batch (divided by the count; `torch.nn.BatchNorm2d` divides by one less). As
    torch's layers do it, the running averages move in the forward pass of training mode.
    """

    def __init__(self, block: Any) -> None:
        given = block._kwargs
        # MXNet keeps the momentum in single precision
        momentum = 1.0 - float(np.float32(given["momentum"]))
        super().__init__(block.gamma.shape[0], eps=given["eps"], momentum=momentum, **META)
        self.axis, self.use_global_stats, self.relu = given["axis"], given["use_global_stats"], block.fuse_relu
        self.take("weight", block.gamma)
        self.take("bias", block.beta)
        self.take("running_mean", block.running_mean, buffer=True)
        self.take("running_var", block.running_var, buffer=True)
        self.num_batches_tracked = torch.tensor(0)
        if given["fix_gamma"]:
            self.weight.data.fill_(1.0)  # as the operator does whenever it runs

    def _check_input_dim(self, input: Tensor) -> None:
        pass

    def forward(self, input: Tensor) -> Tensor:
        x = input if self.axis == 1 else input.movedim(self.axis, 1)
        mean, var = self.running_mean, self.running_var
        if self.training and not self.use_global_stats and mean is not None and var is not None:
            share = 0.0 if self.momentum is None else self.momentum
            y, used, inverse = torch.native_batch_norm(x, self.weight, self.bias, None, None, True, 0.0, self.eps)
            with torch.no_grad():
                keep = 1.0 - share
                mean.mul_(keep).add_(used.detach(), alpha=1.0 - keep)
                var.mul_(keep).add_(1.0 / (inverse * inverse).detach() - self.eps, alpha=1.0 - keep)
                if self.num_batches_tracked is not None:
                    self.num_batches_tracked.add_(1)
        else:
            y = F.batch_norm(x, mean, var, self.weight, self.bias, False, 0.0, self.eps)
        if self.relu:
            y = torch.relu(y)
        return y if self.axis == 1 else y.movedim(1, self.axis)


class LayerNorm(Shared, nn.LayerNorm):
    """`torch.nn.LayerNorm` over any one axis."""

    def __init__(self, block: Any) -> None:
        super().__init__(block.gamma.shape[0], eps=block._epsilon, **META)
        self.axis = block._axis
        self.take("weight", block.gamma)
        self.take("bias", block.beta)

    def forward(self, input: Tensor) -> Tensor:
        if self.axis in (-1, input.dim() - 1):
            return super().forward(input)
        return super().forward(input.movedim(self.axis, -1)).movedim(-1, self.axis)


class InstanceNorm(Shared, _InstanceNorm):
    """Instance normalization over any number of axes, the channels on any of them."""

    def __init__(self, block: Any) -> None:
        super().__init__(block.gamma.shape[0], eps=block._epsilon, affine=True, **META)
        self.axis = block._axis
        self.take("weight", block.gamma)
        self.take("bias", block.beta)

    def forward(self, input: Tensor) -> Tensor:
        x = input if self.axis == 1 else input.swapaxes(1, self.axis)
        y = F.instance_norm(x, None, None, self.weight, self.bias, True, 0.0, self.eps)
        return y if self.axis == 1 else y.swapaxes(1, self.axis)


class Embedding(Shared, nn.Embedding):
    """`torch.nn.Embedding` that also takes row numbers as floats, and the nearest row for a number out of range."""

    def __init__(self, block: Any) -> None:
        rows, width = block.weight.shape
        super().__init__(rows, width, **META)
        self.take("weight", block.weight)

    def forward(self, input: Tensor) -> Tensor:
        rows = input.long() if input.is_floating_point() else input
        return super().forward(rows.clamp(0, self.num_embeddings - 1))


class PReLU(Shared, nn.PReLU):
    """`torch.nn.PReLU`."""

    def __init__(self, block: Any) -> None:
        super().__init__(block.alpha.shape[0], **META)
        self.take("weight", block.alpha)
