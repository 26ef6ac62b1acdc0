"""Parts of a graph that are computed twice, made one: as executors of MXNet 1.9.1 do before they run."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from ..registry.operator import find
from .facts import GraphOperator
from .node import Entry, Node, in_order, mutated_inputs

#: operators that keep a state of their own, or draw random numbers
_OWN_STATE = frozenset(
    {
        "Dropout", "RNN", "_contrib_quantized_rnn", "_contrib_quantize_asym", "_contrib_quantize_v2",
        "_contrib_dequantize", "_npi_einsum", "LeakyReLU",
        # those of MXNet's older way of defining operators
        "BatchNorm_v1", "BilinearSampler", "Convolution_v1", "Correlation", "Crop", "GridGenerator",
        "IdentityAttachKLSparseReg", "InstanceNorm", "L2Normalization", "MakeLoss", "Pad", "Pooling_v1", "ROIPooling",
        "SVMOutput", "SequenceLast", "SequenceMask", "SequenceReverse", "SliceChannel", "SpatialTransformer",
        "SwapAxis", "_contrib_DeformableConvolution", "_contrib_DeformablePSROIPooling", "_contrib_MultiBoxDetection",
        "_contrib_MultiBoxPrior", "_contrib_MultiBoxTarget", "_contrib_MultiProposal", "_contrib_PSROIPooling",
        "_contrib_Proposal", "_contrib_SyncBatchNorm", "_contrib_count_sketch", "_contrib_fft", "_contrib_ifft",
    }
)  # fmt: skip
_DRAWS = re.compile("random|sample|shuffle|multinomial|choice")


def wanted() -> bool:
    """Whether the environment leaves it on (``MXNET_ELIMINATE_COMMON_EXPR``, 1 unless it is set)."""
    return os.environ.get("MXNET_ELIMINATE_COMMON_EXPR", "1") not in ("0", "false", "False")


def without_repeats(outputs: Sequence[Entry]) -> list[Entry]:
    """The same outputs of a graph in which no operator is called twice on the same inputs in the same way.

    Nodes are copied where their inputs change, never changed. An output that became the same as an earlier one is a
    copy of it: gradients of both count.

    Source: MXNet 1.9.1 src/executor/eliminate_common_expr_pass.cc.
    """
    moved: dict[Node, Node] = {}
    first: dict[tuple[object, ...], Node] = {}
    merged = False
    for node in in_order(outputs):
        inputs = [Entry(moved[source], index) for source, index in node.inputs]
        if any(new.node is not old.node for new, old in zip(inputs, node.inputs, strict=True)):
            moved[node] = Node(node.op, node.name, inputs, node.attrs, node.values, node.subgraphs)
        else:
            moved[node] = node
        if not _may_be_merged(node):
            continue
        key = (node.op, tuple(inputs), tuple(sorted(node.attrs.items())))
        known = first.setdefault(key, moved[node])
        if known is not moved[node]:
            moved[node] = known
            merged = True
    if not merged:
        return list(outputs)
    found: list[Entry] = []
    copies: dict[Entry, Entry] = {}
    for node, index in outputs:
        entry = Entry(moved[node], index)
        if entry in copies:  # a third one is a copy of the copy
            last = copies[entry]
            copies[entry] = Entry(Node(find("_copy"), f"{last.node.name}_0_copy", [last]))
        else:
            copies[entry] = entry
        found.append(copies[entry])
    return found


def _may_be_merged(node: Node) -> bool:
    op = node.op
    if op is None or not node.inputs or isinstance(op, GraphOperator) or op.name in _OWN_STATE:
        return False
    return not mutated_inputs(node) and not _DRAWS.search(op.name)
