"""Which Gluon layer becomes which layer of `torch.nn`: a table from the exact class to a function.

A function gives None where torch's layer would not compute the same; then the block's own forward runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import nn

from .. import nn as layers
from .. import rnn
from ..contrib.nn import Identity
from . import _layers, _recurrent

Rule = Callable[[Any, "nn.Module | None"], "nn.Module | None"]

_ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "softrelu": lambda: nn.Softplus(threshold=40.0),  # torch's 20 is visible in float64
    "softsign": nn.Softsign,
}
_CHANNELS_FIRST = ("NCW", "NCHW", "NCDHW")


def _convolution(cls: type[nn.Module]) -> Rule:
    def rule(block: Any, act: nn.Module | None) -> nn.Module | None:
        fits = block._op_name in ("Convolution", "Deconvolution") and block._kwargs["layout"] in _CHANNELS_FIRST
        return cls(block, act) if fits else None

    return rule


_POOLS: dict[tuple[str, int], Callable[..., nn.Module]] = {
    ("max", 1): nn.MaxPool1d,
    ("max", 2): nn.MaxPool2d,
    ("max", 3): nn.MaxPool3d,
    ("avg", 1): nn.AvgPool1d,
    ("avg", 2): nn.AvgPool2d,
    ("avg", 3): nn.AvgPool3d,
}
_GLOBAL_POOLS: dict[tuple[str, int], Callable[..., nn.Module]] = {
    ("max", 1): nn.AdaptiveMaxPool1d,
    ("max", 2): nn.AdaptiveMaxPool2d,
    ("max", 3): nn.AdaptiveMaxPool3d,
    ("avg", 1): nn.AdaptiveAvgPool1d,
    ("avg", 2): nn.AdaptiveAvgPool2d,
    ("avg", 3): nn.AdaptiveAvgPool3d,
}


def _pooling(block: Any, act: nn.Module | None) -> nn.Module | None:
    given = block._kwargs
    kernel, pad, kind = tuple(given["kernel"]), tuple(given["pad"]), given["pool_type"]
    if given["layout"] not in _CHANNELS_FIRST:
        return None
    if given["global_pool"]:
        return _GLOBAL_POOLS[kind, len(kernel)](1)
    # with ceil_mode torch drops a last window that begins in the padding; it refuses a padding beyond half the window
    if given["pooling_convention"] != "valid" or any(2 * p > k for p, k in zip(pad, kernel, strict=True)):
        return None
    more = {"count_include_pad": given.get("count_include_pad", True)} if kind == "avg" else {}
    return _POOLS[kind, len(kernel)](kernel, stride=tuple(given["stride"]), padding=pad, **more)


def _activation(block: Any, act: nn.Module | None) -> nn.Module | None:
    known = _ACTIVATIONS.get(block._act_type)
    return None if known is None else known()


def _recurrent_layer(block: Any, act: nn.Module | None) -> nn.Module | None:
    clips = (block._lstm_state_clip_min, block._lstm_state_clip_max, block._lstm_state_clip_nan)
    if block._use_sequence_length or any(clip not in (None, False) for clip in clips):
        return None
    if block._mode == "lstm":
        return _recurrent.LSTM(block, proj_size=block._projection_size or 0)
    if block._mode == "gru":
        return _recurrent.GRU(block)
    return _recurrent.RNN(block, nonlinearity=block._mode[len("rnn_") :])


RULES: dict[type[Any], Rule] = {
    layers.Dense: _layers.Linear,
    layers.Conv1D: _convolution(_layers.Conv1d),
    layers.Conv2D: _convolution(_layers.Conv2d),
    layers.Conv3D: _convolution(_layers.Conv3d),
    layers.Conv1DTranspose: _convolution(_layers.ConvTranspose1d),
    layers.Conv2DTranspose: _convolution(_layers.ConvTranspose2d),
    layers.Conv3DTranspose: _convolution(_layers.ConvTranspose3d),
    layers.BatchNorm: lambda block, act: _layers.BatchNorm(block),
    layers.BatchNormReLU: lambda block, act: _layers.BatchNorm(block),
    layers.LayerNorm: lambda block, act: _layers.LayerNorm(block),
    layers.InstanceNorm: lambda block, act: _layers.InstanceNorm(block),
    layers.Embedding: lambda block, act: _layers.Embedding(block),
    layers.PReLU: lambda block, act: _layers.PReLU(block),
    layers.Activation: _activation,
    layers.LeakyReLU: lambda block, act: nn.LeakyReLU(block._alpha),
    layers.ELU: lambda block, act: nn.ELU(block._alpha),
    # SELU is not here: MXNet's gradient of it is not the derivative
    layers.GELU: lambda block, act: nn.GELU(),
    layers.Swish: lambda block, act: nn.SiLU() if block._beta == 1 else None,
    layers.Dropout: lambda block, act: nn.Dropout(block._rate) if not block._axes else None,
    layers.Flatten: lambda block, act: nn.Flatten(),
    Identity: lambda block, act: nn.Identity(),
    rnn.LSTM: _recurrent_layer,
    rnn.GRU: _recurrent_layer,
    rnn.RNN: _recurrent_layer,
    **{
        getattr(layers, f"{'Global' if whole else ''}{kind}Pool{ndim}D"): _pooling
        for whole in (False, True)
        for kind in ("Max", "Avg")
        for ndim in (1, 2, 3)
    },
}
