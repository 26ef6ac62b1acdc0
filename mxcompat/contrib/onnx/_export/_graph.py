"""The walk over a graph, and what converters write to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from ...._core.dtypes import NAME_OF_TORCH, to_torch_dtype
from ...._core.errors import MXNetError, NotSupportedError
from ....graph.facts import output_name
from ....graph.node import Entry, Node, in_order
from ....graph.shapes import infer_shapes
from ....graph.types import infer_types
from .._package import onnx_package

#: version of the ONNX operators that are written, and of the file format around them
OPSET, IR_VERSION = 13, 7

Converter = Callable[["Call"], None]
CONVERTERS: dict[str, Converter] = {}

#: losses -> which input nobody needs for a prediction
LABELS = {
    "SoftmaxOutput": 1,
    "LinearRegressionOutput": 1,
    "LogisticRegressionOutput": 1,
    "MAERegressionOutput": 1,
    "SVMOutput": 1,
}


def converts(*names: str) -> Callable[[Converter], Converter]:
    """Make the decorated function the converter of these operators."""

    def decorate(function: Converter) -> Converter:
        for name in names:
            CONVERTERS[name] = function
        return function

    return decorate


class Writer:
    """ONNX nodes and constants so far."""

    def __init__(self, params: Mapping[str, np.ndarray[Any, Any]]) -> None:
        self.helper = onnx_package("helper")
        self.numpy_helper = onnx_package("numpy_helper")
        self.params = params
        self.nodes: list[Any] = []
        self.constants: dict[str, np.ndarray[Any, Any]] = {}
        self.names: dict[Entry, str] = {}

    def constant(self, name: str, value: Any, dtype: Any = None) -> str:
        self.constants[name] = np.asarray(value, dtype=dtype)
        return name


class Call:
    """One node on its way to ONNX: its attributes, inputs, shapes, and where to write.

    Attributes:
        node: the node.
        attrs: its attribute values.
        inputs: names of its inputs in the ONNX graph.
        shapes: their shapes.
        dtypes: their dtypes.
        out_shape: shape of the first output.
        out_dtype: dtype of the first output.
        outputs: names to give to the results.
    """

    def __init__(self, writer: Writer, node: Node, outputs: list[str]) -> None:
        self.writer = writer
        self.node = node
        self.op = node.op.name if node.op else ""
        self.attrs: dict[str, Any] = {} if node.op is None else node.op.attr_dict(node.values)
        self.outputs = outputs
        self.inputs: list[str] = []
        self.shapes: list[tuple[int, ...]] = []
        self.dtypes: list[torch.dtype] = []
        self.out_shape: tuple[int, ...] = ()
        self.out_dtype: torch.dtype = torch.float32
        self._count = 0

    @property
    def out(self) -> str:
        """Name of the first output."""
        return self.outputs[0]

    @property
    def dtype(self) -> np.dtype[Any]:
        """NumPy dtype of the first input."""
        return np.dtype(NAME_OF_TORCH[self.dtypes[0]])

    def fresh(self) -> str:
        """A new name."""
        self._count += 1
        return f"{self.node.name}_{self._count}"

    def emit(self, op: str, inputs: Sequence[str], outputs: str | Sequence[str] | None = None, **attrs: Any) -> str:
        """Write a node; without ``outputs`` its result gets a new name. Returns the first name."""
        names = [self.fresh()] if outputs is None else [outputs] if isinstance(outputs, str) else list(outputs)
        kept = {key: value for key, value in attrs.items() if value is not None}
        node = self.writer.helper.make_node(op, list(inputs), names, name=f"{names[0]}_{op}", **kept)
        self.writer.nodes.append(node)
        return names[0]

    def constant(self, value: Any, dtype: Any = None) -> str:
        """A constant of the graph; by default of the dtype of the first input."""
        return self.writer.constant(self.fresh(), value, self.dtype if dtype is None else dtype)

    def ints(self, *values: int) -> str:
        """A vector of int64, as ONNX takes shapes and axes."""
        return self.constant(list(values), np.int64)

    def cast(self, name: str, dtype: torch.dtype, output: str | None = None) -> str:
        """A value in another dtype."""
        return self.emit("Cast", [name], output, to=onnx_type(self.writer, dtype))

    def value(self, index: int) -> np.ndarray[Any, Any]:
        """The value of an input that is a parameter.

        Raises:
            NotSupportedError: it is computed.
        """
        found = self._value_of(self.node.inputs[index].node)
        if found is None:
            raise self.unsupported(f"input {index} that is not made of parameters")
        return found

    def _value_of(self, source: Node) -> np.ndarray[Any, Any] | None:
        """The value of a parameter, or of parameters laid end to end; None for anything else."""
        if source.op is None:
            return self.writer.params.get(source.name)
        if source.op.name not in ("Reshape", "Flatten", "_rnn_param_concat", "Concat"):
            return None
        parts = [self._value_of(entry.node) for entry in source.inputs]
        return None if any(p is None for p in parts) else np.concatenate([p.ravel() for p in parts if p is not None])

    def unsupported(self, what: str) -> NotSupportedError:
        """The error for a use of an operator that has no ONNX form here."""
        return NotSupportedError(f"ONNX export of {self.op} with {what} (node {self.node.name!r})")


def onnx_type(writer: Writer, dtype: torch.dtype) -> int:
    """ONNX's number of a dtype."""
    if dtype is torch.bfloat16:
        return int(onnx_package().TensorProto.BFLOAT16)
    return int(writer.helper.np_dtype_to_tensor_dtype(np.dtype(NAME_OF_TORCH[dtype])))


def _needed(outputs: Sequence[Entry]) -> list[Node]:
    """The nodes that a prediction needs, inputs first: without labels of losses."""
    skipped: set[Node] = set()
    kept: set[Node] = {entry.node for entry in outputs}
    order = in_order(outputs)
    for node in reversed(order):
        if node not in kept:
            skipped.add(node)
            continue
        label = LABELS.get(node.op.name) if node.op else None
        kept.update(e.node for i, e in enumerate(node.inputs) if i != label)
    return [node for node in order if node not in skipped]


def build_model(
    outputs: Sequence[Entry],
    params: Mapping[str, np.ndarray[Any, Any]],
    in_shapes: Sequence[Sequence[int]],
    in_types: Sequence[Any],
    dynamic_shapes: Sequence[Sequence[Any]] | None = None,
) -> Any:
    """The ONNX model of a graph.

    Args:
        outputs: outputs of the graph.
        params: values of parameters and auxiliary states.
        in_shapes, in_types: of the other inputs, in the graph's order.
        dynamic_shapes: shapes to declare for the inputs, with None or a name for what may change.

    Raises:
        MXNetError: shapes do not fit, or there are not as many as inputs.
        NotSupportedError: an operator has no converter.
    """
    order = _needed(outputs)
    inputs = [node for node in order if node.op is None and node.name not in params]
    if len(inputs) != len(in_shapes):
        raise MXNetError(
            f"ONNX export: the graph has {len(inputs)} inputs that are not parameters"
            f" ({', '.join(n.name for n in inputs)}), but {len(in_shapes)} shapes were given"
        )
    writer = Writer(params)
    shapes, dtypes = _facts(outputs, order, inputs, params, in_shapes, in_types)
    for node in order:
        if node.op is None:
            writer.names[Entry(node)] = node.name
            if node.name in params:
                writer.constant(node.name, params[node.name])
            continue
        converter = CONVERTERS.get(node.op.name)
        if converter is None:
            raise NotSupportedError(f"ONNX export of operator {node.op.name} (node {node.name!r})")
        names = [output_name(node, i) if i else node.name for i in range(len(shapes[node]))]
        call = Call(writer, node, names)
        label = LABELS.get(node.op.name)
        for i, entry in enumerate(node.inputs):
            if i != label:
                call.inputs.append(writer.names[entry])
                call.shapes.append(shapes[entry.node][entry.index])
                call.dtypes.append(dtypes[entry.node][entry.index])
        call.out_shape, call.out_dtype = shapes[node][0], dtypes[node][0]
        converter(call)
        for i, name in enumerate(names):
            writer.names[Entry(node, i)] = name
    return _model(writer, outputs, inputs, shapes, dtypes, dynamic_shapes)


def _facts(
    outputs: Sequence[Entry],
    order: Sequence[Node],
    inputs: Sequence[Node],
    params: Mapping[str, np.ndarray[Any, Any]],
    in_shapes: Sequence[Sequence[int]],
    in_types: Sequence[Any],
) -> tuple[dict[Node, list[tuple[int, ...]]], dict[Node, list[torch.dtype]]]:
    """Shapes and dtypes of every output."""
    given_shapes: dict[Node, Any] = {n: tuple(s) for n, s in zip(inputs, in_shapes, strict=True)}
    given_types: dict[Node, Any] = {n: to_torch_dtype(t) for n, t in zip(inputs, in_types, strict=True)}
    for node in order:
        if node.op is None and node.name in params:
            given_shapes[node] = params[node.name].shape
            given_types[node] = to_torch_dtype(params[node.name].dtype)
    types = infer_types(outputs, given_types)
    state = infer_shapes(outputs, given_shapes, types)
    shapes: dict[Node, list[tuple[int, ...]]] = {}
    dtypes: dict[Node, list[torch.dtype]] = {}
    for node in order:
        found = state.of[node]
        if any(shape is None or any(n < 0 for n in shape) for shape in found):
            raise MXNetError(f"ONNX export: the shape of {node.name!r} cannot be worked out from the inputs' shapes")
        shapes[node] = [tuple(shape) for shape in found]  # type: ignore[arg-type]
        dtypes[node] = [kind or torch.float32 for kind in types[node]]
    return shapes, dtypes


def _model(
    writer: Writer,
    outputs: Sequence[Entry],
    inputs: Sequence[Node],
    shapes: Mapping[Node, Sequence[tuple[int, ...]]],
    dtypes: Mapping[Node, Sequence[torch.dtype]],
    dynamic_shapes: Sequence[Sequence[Any]] | None,
) -> Any:
    helper = writer.helper
    used = {name for node in writer.nodes for name in node.input}

    def info(name: str, entry: Entry, shape: Any) -> Any:
        return helper.make_tensor_value_info(name, onnx_type(writer, dtypes[entry.node][entry.index]), shape)

    given = []
    for i, node in enumerate(inputs):
        declared = list(shapes[node][0]) if dynamic_shapes is None else list(dynamic_shapes[i])
        given.append(info(node.name, Entry(node), declared))
    results: list[Any] = []
    for entry in outputs:
        name = writer.names[entry]
        if entry.node.op is None or any(r.name == name for r in results):  # ONNX wants outputs that a node makes
            copy = f"{name}_output"
            writer.nodes.append(helper.make_node("Identity", [name], [copy], name=f"{copy}_Identity"))
            used.add(name)
            name = copy
        shape = shapes[entry.node][entry.index]
        results.append(info(name, entry, [None] * len(shape) if dynamic_shapes else list(shape)))
    constants = [
        writer.numpy_helper.from_array(np.ascontiguousarray(value).reshape(value.shape), name)
        for name, value in writer.constants.items()
        if name in used
    ]
    graph = helper.make_graph(writer.nodes, "mxnet_converted_model", given, results, initializer=constants)
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="mxcompat"
    )
