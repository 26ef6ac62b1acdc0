"""Files to a network: the graph, its parameters, the shapes of its inputs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .._core.errors import MXNetError
from ..graph import shape_rules as shape_rules  # loaded for what it registers
from ..graph.facts import find_operator
from ..graph.json import from_json
from ..graph.node import Entry, Node, in_order, variables
from ..graph.shapes import infer_shapes, is_known
from ..graph.types import infer_types
from ..serialization.array_bytes import SparseArray
from ..serialization.array_list import read_list
from ..serialization.files import open_source
from ..serialization.symbol_json import GraphData, parse
from ._errors import ConvertError, GapsError, few
from ._rule import load_rules

#: inputs of operators that hold parameters
_PARAMETERS = frozenset({"weight", "bias", "gamma", "beta", "moving_mean", "moving_var", "parameters"})
_DEFAULT_BATCH = 2
_OWN_WORDS = {
    "_foreach": "a loop over steps has no layer in torch: write the loop in Python",
    "_while_loop": "a loop has no layer in torch: write the loop in Python",
    "_cond": "a condition has no layer in torch: write it in Python",
    "Custom": "it was written in Python by the network's authors",
}


@dataclass
class Network:
    """A graph with everything it needs to run.

    Attributes:
        outputs: what it computes.
        inputs: the variables that are not parameters, in the graph's order.
        shapes: their shapes.
        dtypes: their dtypes.
        params: the tensors of the others.
        unused: names of parameters in the file that the graph does not have.
    """

    outputs: list[Entry]
    inputs: list[Node]
    shapes: dict[Node, tuple[int, ...]]
    dtypes: dict[Node, torch.dtype]
    params: dict[Node, Tensor]
    unused: list[str]


def read_text(path: str) -> str:
    """The text of a symbol file."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConvertError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise ConvertError(f"{path}: is a folder, expected a symbol file") from None
    except UnicodeDecodeError:
        raise ConvertError(f"{path}: not a symbol file: it is not text") from None
    except OSError as error:
        raise ConvertError(f"{path}: cannot be read: {error.strerror}") from None


def read_graph(text: str, name: str = "symbol") -> list[Entry]:
    """The outputs of the graph in a text.

    Raises:
        GapsError: operators that nobody knows, all at once.
        ConvertError: the text is no graph.
    """
    try:
        data = parse(text)
        strange = _unknown(data)
        if strange:
            raise GapsError(strange, sum(node.op is not None for node in data.nodes))
        return from_json(text)
    except MXNetError as error:
        raise ConvertError(f"{name}: {_one_line(error)}") from None


def _unknown(data: GraphData) -> dict[tuple[str, str], list[str]]:
    """The operators that are in no table, by their nodes."""
    rules = load_rules()
    strange: dict[tuple[str, str], list[str]] = {}
    known = True
    missing: dict[tuple[str, str], list[str]] = {}
    for node in data.nodes:
        if node.op is None or node.op in rules:
            continue
        try:
            op = find_operator(node.op, node.attrs)
        except (MXNetError, KeyError, ValueError) as error:
            known = False
            reason = _OWN_WORDS.get(node.op) or _one_line(error)
            strange.setdefault((node.op, reason), []).append(node.name)
            continue
        if op.name not in rules:
            missing.setdefault((op.name, reason_of(op.name)), []).append(node.name)
    return {} if known else {**strange, **missing}


def reason_of(operator: str) -> str:
    """Why an operator without a rule has none."""
    return _OWN_WORDS.get(operator, "no rule for this operator")


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split("\n")[0].split())


def read_params(path: str) -> dict[str, Tensor]:
    """The arrays of a .params file, without ``arg:`` and ``aux:``."""
    if not Path(path).exists():
        raise ConvertError(f"{path}: no such file")
    try:
        with open_source(path, "convert") as source:
            arrays, names = read_list(source, False)
    except MXNetError as error:
        text = _one_line(error).removeprefix(f"convert: {path!r}").lstrip(": ")
        raise ConvertError(f"{path}: {text}") from None
    if len(names) != len(arrays):
        raise ConvertError(f"{path}: its arrays have no names, so they cannot be given to the network")
    sparse = [name for name, array in zip(names, arrays, strict=True) if isinstance(array, SparseArray)]
    if sparse:
        raise ConvertError(f"{path}: sparse arrays: {few(sparse)}; save them dense first")
    return {
        name.removeprefix("arg:").removeprefix("aux:"): array.tensor
        for name, array in zip(names, arrays, strict=True)
        if not isinstance(array, SparseArray)
    }


def settle(
    outputs: list[Entry], params: Mapping[str, Tensor], given: Mapping[str, tuple[int, ...]] | None = None
) -> Network:
    """Find out which variables are inputs, and their shapes.

    Raises:
        ConvertError: parameters are missing or do not fit; shapes of inputs are not known.
    """
    names = {node.name for each in variables(outputs) for node in each}
    outputs = _with_plain_labels(outputs)
    arguments, states = variables(outputs)
    shapes = dict(given or {})
    strange = [name for name in shapes if name not in names]
    inputs = _ordered([node for node in arguments if node.name not in params], list(shapes))
    if strange:
        raise ConvertError(f"the network has no input {strange[0]!r}; inputs are {few([n.name for n in inputs], 9)}")
    bound = [name for name in shapes if name in params]
    if bound:
        raise ConvertError(f"{bound[0]!r} is a parameter of the network, not an input")
    missing = [node.name for node in states if node.name not in params]
    slots = _parameter_slots(outputs)
    missing += [node.name for node in inputs if node in slots and node.name not in shapes]
    if missing:
        raise ConvertError(
            f"the parameters do not fit the network: {few(missing)} {'is' if len(missing) == 1 else 'are'} missing"
        )
    if not inputs:
        raise ConvertError("the network has no inputs: every variable has a value in the parameters")
    known = {node: params[node.name] for node in arguments + states if node.name in params}
    sizes = _shapes(outputs, inputs, known, shapes)
    kinds = infer_types(outputs, {node: tensor.dtype for node, tensor in known.items()})
    return Network(
        outputs,
        inputs,
        sizes,
        {node: kinds[node][0] or torch.float32 for node in inputs},
        known,
        [name for name in params if name not in names],
    )


#: heads of training programs, whose second input is a label that does not matter for what they give
_HEADS = frozenset(
    {
        "LinearRegressionOutput", "LogisticRegressionOutput", "MAERegressionOutput", "SVMOutput", "SoftmaxOutput",
    }
)  # fmt: skip


def _with_plain_labels(outputs: list[Entry]) -> list[Entry]:
    """The graph with a variable in the place of every label that is computed: its shape follows from the head then."""
    order = in_order(outputs)

    def is_computed(node: Node) -> bool:
        return node.op is not None and node.op.name in _HEADS and node.inputs[1].node.op is not None

    if not any(is_computed(node) for node in order):
        return outputs
    copies: dict[Node, Node] = {}
    for node in order:
        if node.op is None:
            copies[node] = node
            continue
        inputs = [Entry(copies[source], index) for source, index in node.inputs]
        if is_computed(node):
            inputs[1] = Entry(Node(None, f"{node.name}_label_computed"))
        copies[node] = Node(node.op, node.name, inputs, node.attrs, node.values, node.subgraphs)
    return [Entry(copies[node], index) for node, index in outputs]


def _ordered(inputs: list[Node], given: list[str]) -> list[Node]:
    """The inputs as their shapes were given; data0, data1, ... by their numbers; else as the graph meets them."""
    if all(node.name in given for node in inputs):
        return sorted(inputs, key=lambda node: given.index(node.name))
    parts = [re.fullmatch(r"(\D+)(\d+)", node.name) for node in inputs]
    numbers = {node: int(part[2]) for node, part in zip(inputs, parts, strict=True) if part is not None}
    same = len({part[1] for part in parts if part is not None}) == 1 and len(numbers) == len(inputs)
    return sorted(inputs, key=numbers.__getitem__) if same else inputs


def _parameter_slots(outputs: list[Entry]) -> set[Node]:
    """The variables that stand where operators take parameters."""
    found: set[Node] = set()
    for node in in_order(outputs):
        op = node.op
        if op is None or op.variadic is not None:
            continue
        names = op.inputs if op.list_inputs is None else op.list_inputs(op.attr_dict(node.values))
        for name, (source, _) in zip(names, node.inputs, strict=False):
            if name in _PARAMETERS and source.op is None:
                found.add(source)
    return found


def _shapes(
    outputs: list[Entry], inputs: list[Node], known: dict[Node, Tensor], shapes: dict[str, tuple[int, ...]]
) -> dict[Node, tuple[int, ...]]:
    given: dict[Node, Any] = {node: tuple(tensor.shape) for node, tensor in known.items()}
    given.update({node: shapes[node.name] for node in inputs if node.name in shapes})
    try:
        found = infer_shapes(outputs, given)
        if not shapes and not is_known(found.of[inputs[0]][0]):
            # the rest may follow from a batch of the usual size
            shape = found.of[inputs[0]][0]
            if shape is not None and shape[0] == -1 and all(n > 0 for n in shape[1:]):
                given[inputs[0]] = (_DEFAULT_BATCH, *shape[1:])
                found = infer_shapes(outputs, given)
    except MXNetError as error:
        raise ConvertError(f"the shapes do not fit: {_one_line(error)}") from None
    open_ones = [node for node in inputs if not is_known(found.of[node][0])]
    if open_ones:
        wanted = " ".join(
            f"--input {node.name}={_pattern(node, found.of[node][0], outputs, known)}" for node in open_ones
        )
        raise ConvertError(
            f"the shape of {few([n.name for n in open_ones], 9)} does not follow from the parameters: {wanted}"
        )
    return {node: tuple(found.of[node][0] or ()) for node in inputs}


def _pattern(node: Node, shape: tuple[int, ...] | None, outputs: list[Entry], known: dict[Node, Tensor]) -> str:
    """The shape as it might be given: what is known of it, else what the first layer takes."""
    if shape is not None:
        return ",".join("N" if n < 0 and i == 0 else "?" if n < 0 else str(n) for i, n in enumerate(shape))
    for user in in_order(outputs):
        if user.op is None or not user.inputs or user.inputs[0].node is not node:
            continue
        attrs = user.op.attr_dict(user.values)
        weight = known.get(user.inputs[1].node) if len(user.inputs) > 1 else None
        if user.op.name == "Convolution" and weight is not None:
            channels = weight.shape[1] * attrs["num_group"]
            return ",".join(["N", str(channels), *("D", "H", "W")[3 - len(attrs["kernel"]) :]])
        if user.op.name == "FullyConnected" and weight is not None:
            return f"N,{weight.shape[1]}" if attrs["flatten"] else f"N,...,{weight.shape[1]}"
    return "N,..."
