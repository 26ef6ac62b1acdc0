"""Casts in a finished graph: the pass behind `convert_symbol`.

Source: MXNet 1.9.1 src/nnvm/low_precision_pass.cc and src/nnvm/amp_infer_unknown.cc.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

from ..._core.dtypes import FLAG_OF_TORCH, NAME_OF_TORCH
from ..._core.errors import MXNetError
from ...graph.build import parse_attributes
from ...graph.facts import OUTPUT_NAMES, find_operator, total_outputs
from ...graph.node import Entry, Node, in_order, mutated_inputs
from ...graph.types import TYPE_RULES, Dtype, TypeMismatch, infer_types, one_type

#: operators whose single output MXNet calls ``output``; the outputs of those not here or in OUTPUT_NAMES have numbers
_OUTPUT = frozenset(
    """
    Activation Concat Convolution Convolution_v1 Crop Deconvolution FullyConnected IdentityAttachKLSparseReg MakeLoss
    Pad Pooling_v1 ROIPooling SVMOutput SequenceLast SequenceMask SequenceReverse SliceChannel SoftmaxActivation
    SoftmaxOutput SwapAxis UpSampling _contrib_DeformableConvolution _contrib_MultiBoxDetection _contrib_MultiBoxPrior
    _contrib_PSROIPooling _contrib_ROIAlign _contrib_RROIAlign _contrib_count_sketch _contrib_fft _contrib_ifft
    _contrib_index_array _contrib_interleaved_matmul_encdec_qk _contrib_interleaved_matmul_encdec_valatt
    _contrib_interleaved_matmul_selfatt_qk _contrib_interleaved_matmul_selfatt_valatt elemwise_add im2col softmax
    softmin col2im
    """.split()
)


@dataclass
class Lists:
    """By operator's name, what runs how; and the nodes that stay in float32."""

    small: frozenset[str]
    wide: frozenset[str]
    widest: frozenset[str]
    conditional: Mapping[str, Mapping[str, Sequence[str]]]
    excluded: frozenset[str]


def _suffix(entry: Entry) -> str:
    """What stands between the name of a node and that of the cast of one of its outputs."""
    op = entry.node.op
    if op is None:
        return ""
    names = OUTPUT_NAMES.get(op.name)
    if names is not None and entry.index < len(names):
        return f"_{names[entry.index]}"
    if op.name == "SliceChannel":
        return f"_output{entry.index}"
    return "_output" if op.name in _OUTPUT else f"_{entry.index}"


def _node(op: str, name: str, inputs: list[Entry], **attrs: str) -> Node:
    found = find_operator(op, attrs)
    return Node(found, name, inputs, attrs, parse_attributes(found, attrs, name))


def _spread(node: Node, first: torch.dtype) -> tuple[list[Dtype], list[Dtype]]:
    """The types of a node's inputs and outputs when its first input has type ``first``."""
    ins: list[Dtype] = [None] * len(node.inputs)
    outs: list[Dtype] = [None] * total_outputs(node)
    ins[0] = first
    if node.op is None:
        return ins, outs
    rule = TYPE_RULES.get(node.op.name)
    try:
        if rule is None:
            one_type(ins, outs)
        else:
            rule(node.op.attr_dict(node.values), ins, outs)
    except TypeMismatch:
        outs = [None] * len(outs)
    return ins, outs


class Reduction:
    """One run of the pass: the copies of nodes, and which outputs are known to be in which type."""

    def __init__(self, target: torch.dtype, lists: Lists, cast_params: bool, data_names: frozenset[str]) -> None:
        self.target = target
        self.lists = lists
        self.cast_params = cast_params
        self.data_names = data_names
        self.copies: dict[Node, Node] = {}
        self.in_wide: dict[Entry, Entry] = {}
        self.in_target: dict[Entry, Entry] = {}

    def run(self, outputs: Sequence[Entry]) -> list[Entry]:
        """The new outputs, all in float32."""
        for node in in_order(outputs):
            self._visit(node)
        return [self.in_wide.get(e) or self._cast(e, torch.float32) for e in outputs]

    def _copied(self, entry: Entry) -> Entry:
        return Entry(self.copies[entry.node], entry.index)

    def _cast(self, entry: Entry, dtype: torch.dtype) -> Entry:
        text = NAME_OF_TORCH[dtype]
        name = f"{entry.node.name}{_suffix(entry)}_amp_cast_{text}"
        made = Entry(_node("amp_cast", name, [self._copied(entry)], dtype=text))
        (self.in_wide if dtype is torch.float32 else self.in_target)[entry] = made
        return made

    def _mark(self, node: Node, copy: Node, kinds: Sequence[Dtype]) -> None:
        for i, kind in enumerate(kinds):
            if kind is self.target:
                self.in_target[Entry(node, i)] = Entry(copy, i)
            elif kind is torch.float32:
                self.in_wide[Entry(node, i)] = Entry(copy, i)

    def _visit(self, node: Node) -> None:
        copy = Node(node.op, node.name, [], dict(node.attrs), node.values, node.subgraphs)
        lists = self.lists
        name = "" if node.op is None else node.op.name
        excluded = node.name in lists.excluded
        if excluded or name in lists.wide:
            copy.inputs = self._wide(node, copy)
        elif name in lists.small:
            copy.inputs = self._small(node, copy)
        elif name in lists.widest:
            copy.inputs = self._widest(node, copy)
        elif self._conditional(node):
            copy.inputs = self._wide(node, copy, variables=True)
        else:
            copy.inputs = [self._copied(e) for e in node.inputs]
            if node.inputs and (node.inputs[0] in self.in_wide or node.inputs[0] in self.in_target):
                first = self.target if node.inputs[0] in self.in_target else torch.float32
                self._mark(node, copy, _spread(node, first)[1])
        self.copies[node] = copy

    def _conditional(self, node: Node) -> bool:
        if node.op is None:
            return False
        keys = self.lists.conditional.get(node.op.name, {})
        return any(node.attrs.get(key) in values for key, values in keys.items())

    def _wide(self, node: Node, copy: Node, variables: bool = False) -> list[Entry]:
        """Inputs of a node that runs in float32. Variables are taken to be in float32, unless ``variables``."""
        self._mark(node, copy, [torch.float32] * total_outputs(node))
        states = mutated_inputs(node)
        inputs = []
        for entry in node.inputs:
            if entry in self.in_wide:
                inputs.append(self.in_wide[entry])
            elif entry.node in states if variables else entry.node.op is None:
                inputs.append(self._copied(entry))
            else:
                inputs.append(self._cast(entry, torch.float32))
        return inputs

    def _small(self, node: Node, copy: Node) -> list[Entry]:
        """Inputs of a node that runs in the small type."""
        ins, outs = _spread(node, self.target)
        self._mark(node, copy, outs)
        states = mutated_inputs(node)
        inputs = []
        for entry, kind in zip(node.inputs, ins, strict=True):
            offline = self.cast_params and entry.node.op is None
            if entry in self.in_target:
                inputs.append(self.in_target[entry])
            elif (
                (offline and entry.node.name not in self.data_names)
                or entry.node in states
                or kind not in (self.target, None)
            ):
                inputs.append(self._copied(entry))
                if offline:
                    self.in_target[entry] = inputs[-1]
            else:
                inputs.append(self._cast(entry, self.target))
        return inputs

    def _widest(self, node: Node, copy: Node) -> list[Entry]:
        """Inputs of a node that runs in the widest type among them."""
        if not node.inputs:
            raise MXNetError(f"amp: operator {node.name} is to run in the widest type of its inputs, but has none")
        known = [e in self.in_wide or e in self.in_target for e in node.inputs]
        if not all(known):
            first = node.inputs[0]
            cast = _node(
                "amp_multicast",
                f"{first.node.name}{_suffix(first)}_amp_multicast",
                [self._copied(e) for e in node.inputs],
                num_outputs=str(len(node.inputs)),
            )
            return [Entry(cast, i) for i in range(len(node.inputs))]
        wide = any(e in self.in_wide for e in node.inputs)
        dtype, there = (torch.float32, self.in_wide) if wide else (self.target, self.in_target)
        self._mark(node, copy, [dtype] * total_outputs(node))
        return [there.get(e) or self._cast(e, dtype) for e in node.inputs]


def set_dtypes(
    outputs: Sequence[Entry], target: torch.dtype, cast_params: bool, data_names: frozenset[str], params: frozenset[str]
) -> None:
    """Write the types of parameters into the attributes of their variables.

    With ``params`` those alone get one; without, the variables that had one.
    """
    variables = [node for node in in_order(outputs) if node.op is None]
    # what variables said of themselves before the casts does not count
    before = {node: node.attrs.pop("__dtype__") for node in variables if "__dtype__" in node.attrs}
    given: dict[Node, Dtype] = {node: torch.float32 for node in variables if node.name in data_names}
    found = infer_types(outputs, given)
    kinds = {node: found[node][0] for node in variables}
    if cast_params:
        _infer_behind_casts(outputs, target, kinds)
    for node, kind in kinds.items():
        if node.name in params if params else node in before:
            node.attrs["__dtype__"] = str(FLAG_OF_TORCH[kind or torch.float32])
        elif node in before:
            node.attrs["__dtype__"] = before[node]


def _infer_behind_casts(outputs: Sequence[Entry], target: torch.dtype, kinds: dict[Node, Dtype]) -> None:
    """Variables of unknown type that go into casts alone take the type of the cast, if all agree."""
    before = dict(kinds)
    visited: dict[Node, torch.dtype] = {}

    def update(variable: Node, dtype: torch.dtype) -> None:
        if variable not in visited:
            if kinds[variable] is None:
                visited[variable] = kinds[variable] = dtype
        elif visited[variable] is not dtype:
            kinds[variable] = before[variable]

    for node in in_order(outputs):
        if node.op is None or node.op.name not in ("amp_cast", "amp_multicast"):
            continue
        if node.op.name == "amp_cast":
            dtype = node.op.attr_dict(node.values)["dtype"]
        elif all(e.node.op is None for e in node.inputs):
            dtype = target
        else:
            continue
        for entry in node.inputs:
            if entry.node.op is None:
                update(entry.node, dtype)
