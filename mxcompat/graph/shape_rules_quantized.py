"""Rules for quantized operators, and the dtypes that some definitions insist on.

Source: MXNet 1.9.1 src/operator/quantization/.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

from .node import Node
from .shape_rules_layers import convolution, fully_connected
from .shape_rules_same import attributes
from .shapes import KINDS, Shape, fill, rule


def _ranges(ins: list[Shape], outs: list[Shape], first: int) -> None:
    """Lowest and highest values of quantized arrays: one number each."""
    for i in range(first, len(ins)):
        fill(ins, i, (1,))
    for i in range(1, len(outs)):
        fill(outs, i, (1,))


@rule(
    "_contrib_quantize", "_contrib_dequantize", "_contrib_requantize", "_contrib_quantized_act",
    "_contrib_quantized_flatten", "_contrib_quantized_pooling",
)  # fmt: skip
def _quantized(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    _ranges(ins, outs, 1)


@rule("_contrib_quantized_concat")
def _quantized_concat(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    _ranges(ins, outs, len(ins) // 3)


@rule("_contrib_quantized_elemwise_add", "_contrib_quantized_elemwise_mul")
def _quantized_binary(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    _ranges(ins, outs, 2)


@rule("_contrib_quantized_embedding")
def _quantized_embedding(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    _ranges(ins, outs, 2)
    attrs = attributes(node)
    fill(ins, 1, (attrs["input_dim"], attrs["output_dim"]), " for weight")


@rule("_contrib_quantized_batch_norm")
def _quantized_batch_norm(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    _ranges(ins, outs, 5)
    if ins[0] is not None:
        for i in range(1, 5):
            fill(ins, i, (ins[0][attributes(node)["axis"]],))


@rule("_contrib_quantized_fully_connected", "_contrib_quantized_conv")
def _quantized_layer(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    count = 2 if attributes(node)["no_bias"] else 3
    _ranges(ins, outs, count)
    plain = ins[:count]
    if "num_hidden" in attributes(node):
        fully_connected(node, plain, outs)
    else:
        convolution(node, plain, outs)
    ins[:count] = plain


# ---------------------------------------------------------------------- dtypes that definitions insist on

_I8, _I32 = torch.int8, torch.int32


def _kinds(*leading: torch.dtype) -> Callable[[int], tuple[torch.dtype, ...]]:
    return lambda count: (*leading, *(torch.float32,) * count)[:count]


#: operator -> dtypes to run its definition with, for so many inputs, where the inputs' own are not known
KINDS.update(
    {
        "_contrib_dequantize": _kinds(_I8),
        "_contrib_hawkesll": _kinds(*(torch.float32,) * 5, _I32),
        "_contrib_quantized_act": _kinds(_I8),
        "_contrib_quantized_batch_norm": _kinds(_I8),
        "_contrib_quantized_concat": lambda count: (_I8,) * (count // 3) + (torch.float32,) * (count - count // 3),
        "_contrib_quantized_conv": lambda count: (torch.uint8, *(_I8,) * (count // 3 - 1), *(torch.float32,) * count)[
            :count
        ],
        "_contrib_quantized_elemwise_add": _kinds(_I8, _I8),
        "_contrib_quantized_elemwise_mul": _kinds(_I8, _I8),
        "_contrib_quantized_embedding": _kinds(torch.float32, _I8),
        "_contrib_quantized_flatten": _kinds(_I8),
        "_contrib_quantized_fully_connected": lambda count: ((_I8,) * (count // 3) + (torch.float32,) * count)[:count],
        "_contrib_quantized_pooling": _kinds(_I8),
        "_contrib_requantize": _kinds(_I32),
        "batch_take": _kinds(torch.float32, _I32),
    }
)
