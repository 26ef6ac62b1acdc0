"""Networks as tables and pictures: `mxnet.visualization` (also `mxnet.viz`)."""

from __future__ import annotations

import json
import math
import re
import warnings
from collections import Counter
from importlib import import_module
from typing import Any

from .symbol import Symbol

__all__ = ["Symbol", "plot_network", "print_summary"]

_TITLES = ("Layer (type)", "Output Shape", "Param #", "Previous Layer")


def _integers(text: str) -> list[int]:
    return [int(found) for found in re.findall(r"\d+", text)]


def _by_output(symbol: Any, shape: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    internals = symbol.get_internals()
    _, shapes, _ = internals.infer_shape(**shape)
    if shapes is None:
        raise ValueError("Input shape is incomplete")
    return dict(zip(internals.list_outputs(), shapes, strict=True))


def _first_output(node: dict[str, Any]) -> str:
    return str(node["name"]) + ("" if node["op"] == "null" else "_output")


def print_summary(
    symbol: Any,
    shape: dict[str, Any] | None = None,
    line_length: int = 120,
    positions: list[float] = [0.44, 0.64, 0.74, 1.0],  # noqa: B006  (MXNet's signature; never changed)
) -> None:
    """Print the layers of a network, their output shapes and numbers of parameters.

    Parameters are counted for Convolution, FullyConnected, BatchNorm and Embedding; all but the last need ``shape``.

    Args:
        symbol: the network.
        shape: shapes of the inputs, by name.
        line_length: width of the table.
        positions: where the four columns end: shares of the width, or columns.

    Raises:
        TypeError: no Symbol.
        ValueError: ``shape`` does not determine all shapes.
    """
    if not isinstance(symbol, Symbol):
        raise TypeError(f"symbol must be Symbol, got {type(symbol).__name__}")
    shapes = None if shape is None else _by_output(symbol, shape)
    graph = json.loads(symbol.tojson())
    nodes, heads = graph["nodes"], set(graph["heads"][0])
    ends = [int(line_length * p) for p in positions] if positions[-1] <= 1 else [int(p) for p in positions]

    def row(*fields: Any) -> None:
        line = ""
        for field, end in zip(fields, ends, strict=True):
            line = (line + str(field))[:end].ljust(end)
        print(line)

    print("_" * line_length)
    row(*_TITLES)
    print("=" * line_length)
    total = 0
    for i, node in enumerate(nodes):
        operator = node["op"] != "null"
        if not operator and i > 0:
            continue
        sources = [nodes[entry[0]] for entry in node["inputs"]] if operator else []
        before = [
            s for s, entry in zip(sources, node["inputs"], strict=False) if s["op"] != "null" or entry[0] in heads
        ]
        channels = 0
        out_shape: tuple[int, ...] = ()
        if shapes is not None:
            channels = sum(shapes[key][1] for key in map(_first_output, before) if len(shapes.get(key, ())) > 1)
            if operator or i in heads:
                out_shape = tuple(shapes.get(_first_output(node), ()))[1:]
        count = _parameters(node, channels, shapes)
        total += count
        names = [source["name"] for source in before]
        row(f"{node['name']}({node['op']})", "x".join(map(str, out_shape)), count, names[0] if names else "")
        for name in names[1:]:
            row("", "", "", name)
        print(("=" if i == len(nodes) - 1 else "_") * line_length)
    print(f"Total params: {total}")
    print("_" * line_length)


def _parameters(node: dict[str, Any], channels: int, shapes: dict[str, tuple[int, ...]] | None) -> int:
    attrs = node.get("attrs", {})
    bias: bool = attrs.get("no_bias") != "True"
    if node["op"] == "Convolution":
        filters = int(attrs["num_filter"])
        weights: int = channels * filters // int(attrs.get("num_group", "1")) * math.prod(_integers(attrs["kernel"]))
        return weights + filters * int(bias)
    if node["op"] == "FullyConnected":
        return (channels + int(bias)) * int(attrs["num_hidden"])
    if node["op"] == "BatchNorm":
        return 0 if shapes is None else shapes[node["name"] + "_output"][1] * 2
    if node["op"] == "Embedding":
        return int(attrs["input_dim"]) * int(attrs["output_dim"])
    return 0


# ------------------------------------------------------------------------------------------- pictures

_WEIGHTS = (
    "_weight",
    "_bias",
    "_beta",
    "_gamma",
    "_moving_var",
    "_moving_mean",
    "_running_var",
    "_running_mean",
)
_INPUT, _LAYER, _ACTIVATION, _NORM, _POOLING, _SHAPE, _SOFTMAX, _OTHER = (
    "#8dd3c7",
    "#fb8072",
    "#ffffb3",
    "#bebada",
    "#80b1d3",
    "#fdb462",
    "#b3de69",
    "#fccde5",
)
_COLORS = {
    "Convolution": _LAYER,
    "FullyConnected": _LAYER,
    "BatchNorm": _NORM,
    "Activation": _ACTIVATION,
    "LeakyReLU": _ACTIVATION,
    "Pooling": _POOLING,
    "Concat": _SHAPE,
    "Flatten": _SHAPE,
    "Reshape": _SHAPE,
    "Softmax": _SOFTMAX,
}


def _label(node: dict[str, Any]) -> str:
    op, attrs = node["op"], node.get("attrs") or {}

    def joined(key: str, default: str) -> str:
        return "x".join(map(str, _integers(attrs[key]))) if key in attrs else default

    if op == "Convolution":
        return f"Convolution\n{joined('kernel', '[]')}/{joined('stride', '1')}, {attrs['num_filter']}"
    if op == "FullyConnected":
        return f"FullyConnected\n{attrs['num_hidden']}"
    if op == "Activation":
        return f"Activation\n{attrs['act_type']}"
    if op == "LeakyReLU":
        return f"LeakyReLU\n{attrs.get('act_type', 'Leaky')}"
    if op == "Pooling":
        return f"Pooling\n{attrs.get('pool_type', 'max')}, {joined('kernel', '[]')}/{joined('stride', '1')}"
    if op == "Custom":
        return str(attrs["op_type"])
    return str(node["name"])


def plot_network(
    symbol: Any,
    title: str = "plot",
    save_format: str = "pdf",
    shape: dict[str, Any] | None = None,
    dtype: dict[str, Any] | None = None,
    node_attrs: dict[str, str] = {},  # noqa: B006  (MXNet's signature; never changed)
    hide_weights: bool = True,
) -> Any:
    """A picture of a network: a `graphviz.Digraph`, shown by notebooks and written by its ``render()``.

    Args:
        symbol: the network; the names of its nodes should be unique (RuntimeWarning).
        title: name of the picture and its file.
        save_format: format of the file.
        shape: shapes of the inputs, by name: arrows show shapes.
        dtype: dtypes of the inputs, by name: arrows show dtypes, too.
        node_attrs: graphviz's attributes of nodes.
        hide_weights: leave out weights; else they are bare names.

    Raises:
        ImportError: the package graphviz is not there.
        TypeError: no Symbol.
        ValueError: ``shape`` or ``dtype`` does not determine the rest.
    """
    try:
        graphviz = import_module("graphviz")
    except ImportError:
        raise ImportError("Draw network requires graphviz library: pip install graphviz") from None
    if not isinstance(symbol, Symbol):
        raise TypeError(f"symbol must be a Symbol, got {type(symbol).__name__}")
    shapes = None if shape is None else _by_output(symbol, shape)
    types = None if dtype is None else _types_by_output(symbol, dtype)
    nodes = json.loads(symbol.tojson())["nodes"]
    repeated = [name for name, count in Counter(node["name"] for node in nodes).items() if count > 1]
    if repeated:
        warnings.warn(
            "There are multiple variables with the same name in your graph, whose nodes are drawn as one. "
            f"Repeated names: {','.join(repeated)}",
            RuntimeWarning,
            stacklevel=2,
        )
    look = {"shape": "box", "fixedsize": "true", "width": "1.3", "height": "0.8034", "style": "filled", **node_attrs}
    dot = graphviz.Digraph(name=title, format=save_format)
    hidden = set()
    for node in nodes:
        if node["op"] != "null":
            color = _COLORS.get(node["op"], _OTHER)
            dot.node(name=node["name"], label=_label(node), **{**look, "fillcolor": color})
        elif not node["name"].endswith(_WEIGHTS):
            dot.node(name=node["name"], label=node["name"], **{**look, "shape": "oval", "fillcolor": _INPUT})
        elif hide_weights:
            hidden.add(node["name"])
    for node in nodes:
        entries = [] if node["op"] == "null" else node["inputs"]
        if node["op"] == "_contrib_BilinearResize2D":  # the second input gives its size only
            entries = entries[:1]
        for entry in entries:
            source = nodes[entry[0]]
            if source["name"] in hidden:
                continue
            label = ""
            if shapes is not None or types is not None:
                key = _first_output(source)
                if source["op"] != "null" and "num_outputs" in source.get("attrs", {}):
                    key += str(int(source["attrs"]["num_outputs"]) - 1)
                if shapes is not None:
                    label += "x".join(map(str, shapes[key][1:]))
                if types is not None:
                    label += f"({types[key].__name__})"
            dot.edge(tail_name=node["name"], head_name=source["name"], dir="back", arrowtail="open", label=label)
    return dot


def _types_by_output(symbol: Any, dtype: dict[str, Any]) -> dict[str, Any]:
    internals = symbol.get_internals()
    _, types, _ = internals.infer_type(**dtype)
    if types is None:
        raise ValueError("Input type is incomplete")
    return dict(zip(internals.list_outputs(), types, strict=True))
