"""A network as PyTorch source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor

from ..graph.node import Entry
from ._facts import facts_of
from ._grouping import simplify
from ._reading import Network, read_graph, settle
from ._regions import regions_of
from ._rule import Facts
from ._source import Source, write
from ._steps import Steps, steps_of


def to_source(
    symbol: Any,
    params: Mapping[str, Any],
    inputs: Mapping[str, tuple[int, ...]] | None = None,
    name: str = "",
) -> Source:
    """The source of a torch.nn.Module that computes what a symbol computes, and its tensors.

    Args:
        symbol: a Symbol, the text of a symbol file, or a list of `mxcompat.graph.node.Entry`.
        params: arguments and auxiliary states by name (NDArrays or tensors), with or without ``arg:`` and ``aux:``.
        inputs: shapes of the other variables, where they do not follow from the parameters.
        name: the name of the class (default: what the network is called).

    Raises:
        GapsError: nodes that have no counterpart in torch, all of them.
        ConvertError: the parameters do not fit, or a shape is not known.
    """
    network = settle(outputs_of(symbol), tensors_of(params), inputs)
    return source_of(network, facts_of(network), name)


def source_of(network: Network, facts: Facts, name: str = "", origin: str = "MXNet") -> Source:
    """The source of a network that has been looked at."""
    steps = steps_of(network, facts)
    root = regions_of(steps)
    simplify(root, steps)
    return write(root, steps, _about(network, facts, steps, origin), name)


def outputs_of(symbol: Any) -> list[Entry]:
    """The outputs of a Symbol, of the text of one, or as they are."""
    if isinstance(symbol, str):
        return read_graph(symbol)
    return list(getattr(symbol, "handle", symbol))


def tensors_of(params: Mapping[str, Any]) -> dict[str, Tensor]:
    """Arrays as tensors under plain names."""
    return {
        key.removeprefix("arg:").removeprefix("aux:"): (
            value if isinstance(value, Tensor) else value.to_torch().detach()
        )
        for key, value in params.items()
    }


def _about(network: Network, facts: Facts, steps: Steps, origin: str) -> str:
    """The docstring: what goes in and comes out, with the shapes of the run."""
    lines = [f'"""Converted from {origin}.', ""]
    lines += [f"{value.name}: {_shape(network.shapes[node])}" for node, value in steps.inputs]
    shapes = [_shape(facts.shapes[entry][0]) for entry in network.outputs]
    lines.append(f"Returns: {', '.join(shapes)}")
    return "\n".join([*lines, '"""'])


def _shape(shape: Sequence[int]) -> str:
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"
