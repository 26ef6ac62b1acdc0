"""The optional package `onnx`."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def onnx_package(part: str = "") -> Any:
    """The package or a part of it.

    Raises:
        ImportError: it is not installed; the message says what to do.
    """
    try:
        return import_module(f"onnx.{part}" if part else "onnx")
    except ImportError as error:
        raise ImportError(
            "Onnx and protobuf need to be installed to read and write ONNX files: pip install onnx"
        ) from error
