"""Reading ONNX files as a symbol and parameters."""

from __future__ import annotations

from typing import Any

from .._package import onnx_package
from . import _layers, _math, _recurrent, _shapes
from ._graph import read_model

#: the modules of converters, which put themselves into the table when they are loaded
_TABLES = (_layers, _math, _recurrent, _shapes)

__all__ = ["get_model_metadata", "import_model"]


def import_model(model_file: str) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    """Read an ONNX file.

    Args:
        model_file: name of the file.

    Returns:
        Symbol, arguments, auxiliary states.

    Raises:
        ImportError: `onnx` is not installed.
        NotSupportedError: an ONNX operator, or a use of one, has no form here; the message names the node.

    Source: MXNet 1.9.1 python/mxnet/contrib/onnx/onnx2mx/import_model.py.
    """
    return read_model(onnx_package().load_model(model_file))


def get_model_metadata(model_file: str) -> dict[str, list[tuple[str, tuple[int, ...]]]]:
    """Names and shapes of the inputs and outputs of an ONNX file.

    Args:
        model_file: name of the file.

    Returns:
        ``{"input_tensor_data": [(name, shape), ...], "output_tensor_data": [...]}``; a size that may change is 0.

    Raises:
        ImportError: `onnx` is not installed.
    """
    graph = onnx_package().load_model(model_file).graph
    known = {tensor.name for tensor in graph.initializer}

    def facts(values: Any) -> list[tuple[str, tuple[int, ...]]]:
        return [
            (value.name, tuple(d.dim_value for d in value.type.tensor_type.shape.dim))
            for value in values
            if value.name not in known
        ]

    return {"input_tensor_data": facts(graph.input), "output_tensor_data": facts(graph.output)}
