"""The walk over an ONNX graph. The converters of its operators are in the modules beside this one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .... import symbol as _symbol
from ...._core.errors import NotSupportedError
from ....nd import array
from .._package import onnx_package

#: attribute values come from the file, so that nothing is known of their types
sym: Any = _symbol


class Step:
    """One ONNX node: its attributes, its inputs as symbols, and those inputs whose values the file has."""

    def __init__(self, reader: Reader, node: Any) -> None:
        helper = onnx_package("helper")
        self.reader = reader
        self.op = str(node.op_type)
        self.name = str(node.name or node.output[0])
        self.names = list(node.input)
        self.outputs = list(node.output)
        self.attrs: dict[str, Any] = {a.name: helper.get_attribute_value(a) for a in node.attribute}

    def __getitem__(self, index: int) -> Any:
        """An input as a symbol."""
        return self.reader.symbol(self.names[index])

    @property
    def all(self) -> list[Any]:
        """Every input as a symbol."""
        return [self.reader.symbol(name) for name in self.names]

    def has(self, index: int) -> bool:
        """Whether an optional input is there."""
        return index < len(self.names) and bool(self.names[index])

    def known(self, index: int) -> np.ndarray[Any, Any] | None:
        """The value of an input, if the file has it."""
        return self.reader.constants.get(self.names[index]) if self.has(index) else None

    def constant(self, index: int) -> np.ndarray[Any, Any]:
        """The value of an input that must be a constant."""
        found = self.known(index)
        if found is None:
            raise self.unsupported(f"a computed {self.names[index]!r}" if self.has(index) else f"no input {index}")
        return found

    def shape(self, index: int = 0) -> tuple[int, ...] | None:
        """The shape of an input, if all of it follows from the file."""
        return self.reader.shapes.get(self.names[index])

    def rank(self, index: int = 0) -> int:
        """The number of axes of an input; NotSupportedError if it does not follow from the file."""
        found = self.reader.ranks.get(self.names[index])
        if found is None:
            raise self.unsupported(f"an input {self.names[index]!r} of unknown rank")
        return found

    def need_shape(self, index: int = 0) -> tuple[int, ...]:
        """As `shape`; NotSupportedError if it does not follow."""
        found = self.shape(index)
        if found is None:
            raise self.unsupported(f"an input {self.names[index]!r} of unknown shape")
        return found

    def ints(self, key: str, index: int) -> tuple[int, ...] | None:
        """Whole numbers that older versions of an operator have as an attribute, newer ones as an input."""
        if key in self.attrs:
            return tuple(self.attrs[key])
        return tuple(int(n) for n in self.constant(index).ravel()) if self.has(index) else None

    def number(self, key: str, index: int, default: float) -> float:
        """A number that older versions of an operator have as an attribute, newer ones as an input."""
        if key in self.attrs:
            return float(self.attrs[key])
        return float(self.constant(index).ravel()[0]) if self.has(index) else default

    def constant_symbol(self, suffix: str, value: np.ndarray[Any, Any]) -> Any:
        """A new parameter of the network."""
        name = f"{self.name}_{suffix}"
        self.reader.constants[name] = value
        return self.reader.symbol(name)

    def unsupported(self, what: str) -> NotSupportedError:
        """The error for a use of an operator that has no form here."""
        return NotSupportedError(f"ONNX import of {self.op} with {what} (node {self.name!r})")


class Reader:
    """Symbols, constants and known shapes by their names in the file.

    Attributes:
        version: the operator set of the file.
    """

    def __init__(self, constants: dict[str, np.ndarray[Any, Any]], version: int) -> None:
        self.constants = constants
        self.version = version
        self.symbols: dict[str, Any] = {}
        self.shapes: dict[str, tuple[int, ...]] = {name: value.shape for name, value in constants.items()}
        self.ranks: dict[str, int] = {name: value.ndim for name, value in constants.items()}

    def symbol(self, name: str) -> Any:
        if name not in self.symbols:
            self.symbols[name] = sym.var(name)
        return self.symbols[name]

    def learn_shapes(self, graph: Any) -> None:
        """Take the shapes that the file says or that follow from it."""
        for value in (*graph.input, *graph.value_info, *graph.output):
            kind = value.type.tensor_type
            if not kind.HasField("shape"):
                continue
            dims = kind.shape.dim
            self.ranks[value.name] = len(dims)
            if all(d.HasField("dim_value") and d.dim_value > 0 for d in dims):
                self.shapes[value.name] = tuple(d.dim_value for d in dims)


#: what makes the output of a node, or a list of its outputs
Converter = Callable[[Step], Any]
CONVERTERS: dict[str, Converter] = {}


def converts(*operators: str) -> Callable[[Converter], Converter]:
    """Make a function the converter of ONNX operators."""

    def add(function: Converter) -> Converter:
        CONVERTERS.update(dict.fromkeys(operators, function))
        return function

    return add


#: what gives other numbers each time
_RANDOM = frozenset({"RandomUniform", "RandomNormal", "RandomUniformLike", "RandomNormalLike", "Multinomial"})


def _folded(reader: Reader, node: Any) -> bool:
    """Work out a node whose inputs are all constants (shapes, mostly)."""
    if node.op_type in _RANDOM or not all(name in reader.constants for name in node.input if name):
        return False
    helper = onnx_package("helper")
    kinds = onnx_package().TensorProto
    given = {name: reader.constants[name] for name in node.input if name}
    inputs = [
        helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(value.dtype), value.shape)
        for name, value in given.items()
    ]
    outputs = [helper.make_tensor_value_info(name, kinds.UNDEFINED, None) for name in node.output if name]
    graph = helper.make_graph([node], "constant", inputs, outputs)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", reader.version)])
    try:
        results = onnx_package("reference").ReferenceEvaluator(model).run(None, given)
    except Exception:
        return False  # an operator that the evaluator does not know: its converter may
    for name, value in zip([name for name in node.output if name], results, strict=True):
        reader.constants[name] = np.asarray(value)
        reader.shapes[name], reader.ranks[name] = np.shape(value), np.ndim(value)
    return True


def read_model(model: Any) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    """Symbol, arguments and auxiliary states of an ONNX model.

    Raises:
        NotSupportedError: an operator has no converter.
    """
    to_array = onnx_package("numpy_helper").to_array
    version = max((each.version for each in model.opset_import if each.domain in ("", "ai.onnx")), default=1)
    try:
        model = onnx_package("shape_inference").infer_shapes(model)
    except Exception:
        pass  # shapes are a help, and few operators need them
    graph = model.graph
    reader = Reader({tensor.name: to_array(tensor) for tensor in graph.initializer}, version)
    reader.learn_shapes(graph)
    for node in graph.node:
        step = Step(reader, node)
        if _folded(reader, node):
            continue
        converter = CONVERTERS.get(step.op)
        if converter is None:
            raise NotSupportedError(f"ONNX import of operator {step.op} (node {step.name!r})")
        made = converter(step)
        if made is None:  # a constant after all
            continue
        parts = list(made) if isinstance(made, list) or len(step.outputs) > 1 else [made]
        for name, part in zip(step.outputs, parts, strict=False):
            reader.symbols[name] = part
    outputs = [reader.symbol(value.name) for value in graph.output]
    symbol = outputs[0] if len(outputs) == 1 else sym.Group(outputs)
    return symbol, *_parameters(symbol, reader.constants)


def _parameters(symbol: Any, constants: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Constants that the symbol still has as variables."""

    def of(names: list[str]) -> dict[str, Any]:
        found = {name: constants[name] for name in names if name in constants}
        # a single number has shape (1,) in MXNet
        return {name: array(np.atleast_1d(value), dtype=value.dtype) for name, value in found.items()}

    return of(symbol.list_arguments()), of(symbol.list_auxiliary_states())
