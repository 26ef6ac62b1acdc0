"""Extras: `mxnet.contrib`. Each part is loaded when it is first named."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_PARTS = {
    "amp": "amp",
    "autograd": "autograd",
    "io": "io",
    "nd": "ndarray",
    "ndarray": "ndarray",
    "onnx": "onnx",
    "quant": "quantization",
    "quantization": "quantization",
    "svrg_optimization": "svrg_optimization",
    "sym": "symbol",
    "symbol": "symbol",
    "tensorboard": "tensorboard",
    "text": "text",
}


def __getattr__(name: str) -> Any:
    """Load a part."""
    if name not in _PARTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{_PARTS[name]}")
    globals()[name] = module
    return module


def __dir__() -> list[str]:
    return sorted({*globals(), *_PARTS})


#: what ``from mxnet.contrib import *`` brings in MXNet
__all__ = [_part for _part in _PARTS if _part not in ("amp", "svrg_optimization")]
