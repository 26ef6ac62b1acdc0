"""Writing ONNX files."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..._core.errors import ArgumentTypeError
from ...nd import load as nd_load
from ...symbol import Symbol
from ...symbol import load as sym_load
from ._export import CONVERTERS, build_model
from ._package import onnx_package


def get_operator_support(opset_version: int | None = None) -> list[str]:
    """Names of the operators that can be exported, sorted.

    Args:
        opset_version: the version of ONNX's operators; every one from 13 on reads what is written.
    """
    onnx_package()
    return sorted(CONVERTERS) if opset_version is None or opset_version >= 13 else []


def export_model(
    sym: Any,
    params: Any,
    in_shapes: Any = None,
    in_types: Any = np.float32,
    onnx_file_path: str = "model.onnx",
    verbose: bool = False,
    dynamic: bool = False,
    dynamic_input_shapes: Any = None,
    run_shape_inference: bool = False,
    input_type: Any = None,
    input_shape: Any = None,
) -> str:
    """Write a model as an ONNX file, for inference.

    Args:
        sym: a Symbol, or the name of a JSON file.
        params: a dict of arguments and auxiliary states, a list of two dicts, or the name of a `.params` file.
        in_shapes: shapes of the inputs that are not parameters, in the graph's order, labels of losses left out.
        in_types: their dtype, or a list.
        onnx_file_path: the file to write.
        verbose: log every node.
        dynamic: let the inputs change their shape. Reshapes to a computed shape and recurrent layers still have the
            sizes of `in_shapes` in them.
        dynamic_input_shapes: the shapes to declare then, with None for what changes; by default all of it.
        run_shape_inference: let ONNX add the shapes of the results in between.
        input_type, input_shape: older names of `in_types` and `in_shapes`.

    Returns:
        ``onnx_file_path``.

    Raises:
        ImportError: `onnx` is not installed.
        ValueError: `sym` and `params` of other kinds, or one of them a file and the other not.
        NotSupportedError: an operator, or a use of one, has no ONNX form here; the message names the node.

    Differences: MXNet 1.9.1 writes version 12 or 13 of ONNX's operators by the installed package; here it is always 13.

    Source: MXNet 1.9.1 python/mxnet/onnx/mx2onnx/_export_model.py.
    """
    onnx_package()
    if input_type is not None:
        in_types = input_type
    if input_shape is not None:
        in_shapes = input_shape
    shapes = [tuple(shape) for shape in in_shapes or ()]
    types = in_types if isinstance(in_types, list) else [in_types] * len(shapes)
    if len(types) != len(shapes):
        raise ArgumentTypeError(f"in_types has {len(types)} entries, in_shapes {len(shapes)}: they must be as many")
    graph, values = _loaded(sym, params)
    declared = None
    if dynamic:
        declared = dynamic_input_shapes or [[None] * len(shape) for shape in shapes]
    model = build_model(graph.handle, values, shapes, types, declared)
    if verbose:
        for node in model.graph.node:
            logging.info("%s %s(%s) -> %s", node.name, node.op_type, ", ".join(node.input), ", ".join(node.output))
    if run_shape_inference:
        model = onnx_package("shape_inference").infer_shapes(model)
    with open(onnx_file_path, "wb") as file:
        file.write(model.SerializeToString())
    logging.info("Input shape of the model %s ", shapes)
    logging.info("Exported ONNX file %s saved to disk", onnx_file_path)
    return onnx_file_path


def _loaded(sym: Any, params: Any) -> tuple[Any, dict[str, np.ndarray[Any, Any]]]:
    """A symbol, and its parameters as NumPy arrays without ``arg:`` and ``aux:``."""
    if isinstance(sym, str) and isinstance(params, str):
        graph, given = sym_load(sym), nd_load(params)
    elif isinstance(sym, Symbol) and isinstance(params, dict):
        graph, given = sym, params
    elif isinstance(sym, Symbol) and isinstance(params, list) and len(params) == 2:
        graph, given = sym, {**params[0], **params[1]}
    else:
        raise ValueError(
            "sym and params must be a Symbol with a dict (or two dicts in a list), or two names of files."
            f" Received: {type(sym).__name__} and {type(params).__name__}"
        )
    if not isinstance(given, Mapping):
        raise ValueError("the file of parameters has no names in it")
    return graph, {name.split(":", 1)[-1]: array.asnumpy() for name, array in given.items()}


export_model.__module__ = get_operator_support.__module__ = "mxcompat.onnx.mx2onnx._export_model"
