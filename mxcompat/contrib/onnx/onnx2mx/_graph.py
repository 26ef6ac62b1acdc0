"""The walk over an ONNX graph, and a converter for each of its operators."""

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

    def has(self, index: int) -> bool:
        """Whether an optional input is there."""
        return index < len(self.names) and bool(self.names[index])

    def constant(self, index: int) -> np.ndarray[Any, Any]:
        """The value of an input that must be a constant."""
        found = self.reader.constants.get(self.names[index])
        if found is None:
            raise self.unsupported(f"a computed {self.names[index]!r}")
        return found

    def ints(self, key: str, index: int) -> tuple[int, ...] | None:
        """Whole numbers that older versions of an operator have as an attribute, newer ones as an input."""
        if key in self.attrs:
            return tuple(self.attrs[key])
        return tuple(int(n) for n in self.constant(index).ravel()) if self.has(index) else None

    def unsupported(self, what: str) -> NotSupportedError:
        """The error for a use of an operator that has no form here."""
        return NotSupportedError(f"ONNX import of {self.op} with {what} (node {self.name!r})")


class Reader:
    """Symbols and constants by their names in the file."""

    def __init__(self, constants: dict[str, np.ndarray[Any, Any]]) -> None:
        self.constants = constants
        self.symbols: dict[str, Any] = {}
        self.states: set[str] = set()

    def symbol(self, name: str) -> Any:
        if name not in self.symbols:
            self.symbols[name] = sym.var(name)
        return self.symbols[name]


Converter = Callable[[Step], Any]
_UNARY = {
    "Relu": "relu", "Sigmoid": "sigmoid", "Tanh": "tanh", "Exp": "exp", "Log": "log", "Sqrt": "sqrt", "Abs": "abs",
    "Neg": "negative", "Floor": "floor", "Ceil": "ceil", "Reciprocal": "reciprocal", "Sin": "sin", "Cos": "cos",
    "Tan": "tan", "Asin": "arcsin", "Acos": "arccos", "Atan": "arctan", "Sinh": "sinh", "Cosh": "cosh", "Erf": "erf",
    "Asinh": "arcsinh", "Acosh": "arccosh", "Atanh": "arctanh", "Softsign": "softsign", "Sign": "sign",
    "Identity": "identity", "Dropout": "identity", "Round": "rint",
}  # fmt: skip
_BINARY = {"Add": "add", "Sub": "sub", "Mul": "mul", "Div": "div", "Pow": "power"}
_REDUCE = {"ReduceMean": "mean", "ReduceMax": "max", "ReduceMin": "min", "ReduceProd": "prod", "ReduceSum": "sum"}


def _unary(step: Step) -> Any:
    return getattr(sym, _UNARY[step.op])(step[0])


def _binary(step: Step) -> Any:
    return getattr(sym, f"broadcast_{_BINARY[step.op]}")(step[0], step[1])


def _many(step: Step) -> Any:
    name = {"Max": "broadcast_maximum", "Min": "broadcast_minimum", "Sum": "broadcast_add"}[step.op]
    made = step[0]
    for i in range(1, len(step.names)):
        made = getattr(sym, name)(made, step[i])
    return made


def _reduce(step: Step) -> Any:
    axes = step.ints("axes", 1)
    return getattr(sym, _REDUCE[step.op])(step[0], axis=axes or (), keepdims=bool(step.attrs.get("keepdims", 1)))


def _gemm(step: Step) -> Any:
    a = step.attrs
    if a.get("transA") or a.get("alpha", 1.0) != 1.0 or a.get("beta", 1.0) != 1.0:
        raise step.unsupported("transA, alpha or beta")
    weight = step.constant(1) if a.get("transB") else np.ascontiguousarray(step.constant(1).T)
    step.reader.constants[step.names[1]] = weight
    step.attrs["transB"] = 1
    bias = {"bias": step[2]} if step.has(2) else {}
    return sym.FullyConnected(
        step[0], step[1], num_hidden=weight.shape[0], no_bias=not bias, flatten=False, name=step.name, **bias
    )


def _matmul(step: Step) -> Any:
    right = step.reader.constants.get(step.names[1])
    if right is not None and right.ndim == 2:
        turned = sym.transpose(step[1])
        return sym.FullyConnected(step[0], turned, num_hidden=right.shape[1], no_bias=True, flatten=False)
    return sym.linalg.gemm2(step[0], step[1])


def _pads(step: Step, rank: int) -> tuple[int, ...]:
    pads = tuple(step.attrs.get("pads", (0,) * 2 * rank))
    if step.attrs.get("auto_pad", b"NOTSET") not in (b"NOTSET", b"VALID") or pads[:rank] != pads[rank:]:
        raise step.unsupported("uneven pads or auto_pad")
    return pads[:rank]


def _conv(step: Step) -> Any:
    weight = step.constant(1)
    a, rank, up = step.attrs, weight.ndim - 2, step.op == "ConvTranspose"
    group = int(a.get("group", 1))
    given: dict[str, Any] = {
        "kernel": weight.shape[2:],
        "stride": tuple(a.get("strides", (1,) * rank)),
        "dilate": tuple(a.get("dilations", (1,) * rank)),
        "pad": _pads(step, rank),
        "num_filter": weight.shape[1] * group if up else weight.shape[0],
        "num_group": group,
        "no_bias": not step.has(2),
        "name": step.name,
    }
    if up and "output_padding" in a:
        given["adj"] = tuple(a["output_padding"])
    inputs = [step[i] for i in range(3 if step.has(2) else 2)]
    return (sym.Deconvolution if up else sym.Convolution)(*inputs, **given)


def _pool(step: Step) -> Any:
    a, kind = step.attrs, "max" if "Max" in step.op else "avg"
    if step.op.startswith("Global"):
        return sym.Pooling(step[0], global_pool=True, pool_type=kind, kernel=(1, 1))
    kernel = tuple(a["kernel_shape"])
    if any(d != 1 for d in a.get("dilations", ())):
        raise step.unsupported("dilations")
    given = {"count_include_pad": bool(a.get("count_include_pad", 0))} if kind == "avg" else {}
    return sym.Pooling(
        step[0],
        kernel=kernel,
        stride=tuple(a.get("strides", (1,) * len(kernel))),
        pad=_pads(step, len(kernel)),
        pool_type=kind,
        pooling_convention="full" if a.get("ceil_mode") else "valid",
        **given,
    )


def _batch_norm(step: Step) -> Any:
    step.reader.states.update(step.names[3:5])
    return sym.BatchNorm(
        *[step[i] for i in range(5)], eps=float(step.attrs.get("epsilon", 1e-5)),
        momentum=float(step.attrs.get("momentum", 0.9)), fix_gamma=False, use_global_stats=True, name=step.name,
    )  # fmt: skip


def _reshape(step: Step) -> Any:
    return sym.reshape(step[0], shape=step.ints("shape", 1))


def _unsqueeze(step: Step) -> Any:
    made = step[0]
    for axis in step.ints("axes", 1) or ():
        made = sym.expand_dims(made, axis=axis)
    return made


def _slice(step: Step) -> Any:
    starts, ends = step.ints("starts", 1) or (), step.ints("ends", 2) or ()
    axes = step.ints("axes", 3) or tuple(range(len(starts)))
    if any(n != 1 for n in step.ints("steps", 4) or ()):
        raise step.unsupported("steps")
    made = step[0]
    for axis, begin, end in zip(axes, starts, ends, strict=True):
        made = sym.slice_axis(made, axis=axis, begin=begin, end=None if end >= 2**31 - 1 else end)
    return made


def _split(step: Step) -> Any:
    sizes = step.ints("split", 1)
    if sizes is not None and len(set(sizes)) > 1:
        raise step.unsupported("uneven parts")
    return sym.split(step[0], num_outputs=len(step.outputs), axis=int(step.attrs.get("axis", 0)))


def _transpose(step: Step) -> Any:
    perm = tuple(step.attrs.get("perm", ()))
    known = step.reader.constants.get(step.names[0])
    if known is None:
        return sym.transpose(step[0], axes=perm)
    step.reader.constants[step.outputs[0]] = np.ascontiguousarray(np.transpose(known, perm or None))
    return step.reader.symbol(step.outputs[0])


def _clip(step: Step) -> Any:
    low = step.attrs.get("min", step.constant(1).item() if step.has(1) else -np.inf)
    high = step.attrs.get("max", step.constant(2).item() if step.has(2) else np.inf)
    return sym.clip(step[0], a_min=float(low), a_max=float(high))


def _leaky(step: Step) -> Any:
    kind = {"LeakyRelu": "leaky", "Elu": "elu", "Selu": "selu"}[step.op]
    slope = {} if kind == "selu" else {"slope": float(step.attrs.get("alpha", 0.01 if kind == "leaky" else 1.0))}
    return sym.LeakyReLU(step[0], act_type=kind, **slope)


CONVERTERS: dict[str, Converter] = {
    **dict.fromkeys(_UNARY, _unary),
    **dict.fromkeys(_BINARY, _binary),
    **dict.fromkeys(("Max", "Min", "Sum"), _many),
    **dict.fromkeys(_REDUCE, _reduce),
    **dict.fromkeys(("LeakyRelu", "Elu", "Selu"), _leaky),
    **dict.fromkeys(("Conv", "ConvTranspose"), _conv),
    **dict.fromkeys(("MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool"), _pool),
    "Gemm": _gemm,
    "MatMul": _matmul,
    "BatchNormalization": _batch_norm,
    "Reshape": _reshape,
    "Unsqueeze": _unsqueeze,
    "Slice": _slice,
    "Split": _split,
    "Clip": _clip,
    "Flatten": lambda step: sym.Flatten(step[0]),
    "Softmax": lambda step: sym.softmax(step[0], axis=int(step.attrs.get("axis", -1))),
    "LogSoftmax": lambda step: sym.log_softmax(step[0], axis=int(step.attrs.get("axis", -1))),
    "Softplus": lambda step: sym.Activation(step[0], act_type="softrelu"),
    "PRelu": lambda step: sym.LeakyReLU(step[0], step[1], act_type="prelu"),
    "Concat": lambda step: sym.concat(*[step[i] for i in range(len(step.names))], dim=int(step.attrs["axis"])),
    "Transpose": _transpose,
    "Squeeze": lambda step: sym.squeeze(step[0], axis=step.ints("axes", 1)),
    "Gather": lambda step: sym.take(step[0], step[1], axis=int(step.attrs.get("axis", 0))),
    "Expand": lambda step: sym.broadcast_to(step[0], shape=step.ints("shape", 1)),
    "Tile": lambda step: sym.tile(step[0], reps=step.ints("repeats", 1)),
}


def read_graph(graph: Any) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    """Symbol, arguments and auxiliary states of an ONNX graph.

    Raises:
        NotSupportedError: an operator has no converter.
    """
    to_array = onnx_package("numpy_helper").to_array
    reader = Reader({tensor.name: to_array(tensor) for tensor in graph.initializer})
    for node in graph.node:
        step = Step(reader, node)
        if step.op == "Constant":
            reader.constants[step.outputs[0]] = to_array(step.attrs["value"])
            continue
        converter = CONVERTERS.get(step.op)
        if converter is None:
            raise NotSupportedError(f"ONNX import of operator {step.op} (node {step.name!r})")
        made = converter(step)
        for i, name in enumerate(step.outputs):
            reader.symbols[name] = made[i] if len(step.outputs) > 1 and i < len(made) else made
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
