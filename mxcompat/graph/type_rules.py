"""Operators whose inputs and outputs do not all have one dtype."""

from __future__ import annotations

from typing import Any

import torch

from . import type_rules_numpy as type_rules_numpy
from .types import Dtype, one_type, put, type_rule

Attrs = dict[str, Any]
_F32 = torch.float32
_MIXED = (torch.float16, torch.float32, torch.bfloat16)


@type_rule("Cast", "one_hot", "argsort")
def _named(attrs: Attrs, ins: list[Dtype], outs: list[Dtype]) -> None:
    put(outs, 0, attrs["dtype"])


@type_rule("amp_cast")
def _amp_cast(attrs: Attrs, ins: list[Dtype], outs: list[Dtype]) -> None:
    """Only what mixed precision works with is cast."""
    if ins[0] is not None:
        put(outs, 0, attrs["dtype"] if ins[0] in _MIXED else ins[0])


@type_rule("shape_array", "size_array", "_contrib_index_array")
def _int64(attrs: Attrs, ins: list[Dtype], outs: list[Dtype]) -> None:
    put(outs, 0, torch.int64)


@type_rule("Embedding", "_contrib_SparseEmbedding")
def _embedding(attrs: Attrs, ins: list[Dtype], outs: list[Dtype]) -> None:
    kind = outs[0] or ins[1] or attrs["dtype"]
    put(ins, 1, kind)
    put(outs, 0, kind)


@type_rule(
    "take", "pick", "gather_nd", "_sparse_retain", "_contrib_boolean_mask", "scatter_nd", "broadcast_like",
    "reshape_like", "slice_like", "CTCLoss",
)  # fmt: skip
def _by_index(attrs: Attrs, ins: list[Dtype], outs: list[Dtype]) -> None:
    """Of the second input, an index or only a shape, any dtype will do."""
    first = ins[:1]
    one_type(first, outs)
    ins[0] = first[0]


@type_rule("SequenceMask", "SequenceReverse", "SequenceLast")
def _sequence(attrs: Attrs, ins: list[Dtype], outs: list[Dtype]) -> None:
    """Lengths may have any dtype; by default that of the data."""
    _by_index(attrs, ins, outs)
    if len(ins) > 1 and ins[1] is None:
        ins[1] = ins[0]


@type_rule("batch_take")
def _batch_take(attrs: Attrs, ins: list[Dtype], outs: list[Dtype]) -> None:
    _by_index(attrs, ins, outs)
    put(ins, 1, torch.int32)


@type_rule("_contrib_index_copy")
def _index_copy(attrs: Attrs, ins: list[Dtype], outs: list[Dtype]) -> None:
    both = [ins[0], ins[2]]
    one_type(both, outs)
    ins[0], ins[2] = both


@type_rule("_scatter_set_nd")
def _scatter_set(attrs: Attrs, ins: list[Dtype], outs: list[Dtype]) -> None:
    both = ins[:2]
    one_type(both, outs)
    ins[:2] = both


@type_rule("where")
def _where(attrs: Attrs, ins: list[Dtype], outs: list[Dtype]) -> None:
    choices = ins[1:]
    one_type(choices, outs)
    ins[1:] = choices


@type_rule("BatchNorm", "BatchNorm_v1", "_contrib_SyncBatchNorm", "_contrib_BatchNormWithReLU")
def _batch_norm(attrs: Attrs, ins: list[Dtype], outs: list[Dtype]) -> None:
    """Parameters and averages of float16 data are float32."""
    kind = ins[0] or outs[0]
    if kind is None:
        return
    put(ins, 0, kind)
    put(outs, 0, kind)
    other = _F32 if kind in (torch.float16, torch.bfloat16) else kind
    for i in range(1, len(ins)):
        put(ins, i, other)
    for i in range(1, len(outs)):
        put(outs, i, other)


@type_rule("topk")
def _topk(attrs: Attrs, ins: list[Dtype], outs: list[Dtype]) -> None:
    style = attrs["ret_typ"]
    if style == "indices":
        put(outs, 0, attrs["dtype"])
        return
    first = outs[:1]
    values = ins[:1]
    one_type(values, first)
    ins[0], outs[0] = values[0], first[0]
    if style == "both":
        put(outs, 1, attrs["dtype"])


@type_rule("softmax", "log_softmax", "softmin")
def _softmax(attrs: Attrs, ins: list[Dtype], outs: list[Dtype]) -> None:
    if attrs["dtype"] is not None:
        put(outs, 0, attrs["dtype"])
        return
    first = ins[:1]
    one_type(first, outs)
    ins[0] = first[0]


@type_rule(
    "_zeros", "_ones", "_full", "_arange", "_eye", "_linspace", "_random_uniform", "_random_normal", "_random_gamma",
    "_random_exponential", "_random_poisson", "_random_negative_binomial", "_random_generalized_negative_binomial",
    "_sample_uniform", "_sample_normal", "_sample_gamma", "_sample_exponential", "_sample_poisson",
    "_sample_negative_binomial", "_sample_generalized_negative_binomial",
)  # fmt: skip
def _created(attrs: Attrs, ins: list[Dtype], outs: list[Dtype]) -> None:
    kind = attrs["dtype"]
    one_type(ins, [])
    put(outs, 0, kind or (outs[0] if outs[0] is not None else _F32))


@type_rule("_random_randint")
def _random_integers(attrs: Attrs, ins: list[Dtype], outs: list[Dtype]) -> None:
    put(outs, 0, attrs["dtype"] or torch.int32)


@type_rule("_sample_multinomial")
def _classes(attrs: Attrs, ins: list[Dtype], outs: list[Dtype]) -> None:
    put(outs, 0, attrs["dtype"])
    put(outs, 1, ins[0])


@type_rule("amp_multicast")
def _multicast(attrs: Attrs, ins: list[Dtype], outs: list[Dtype]) -> None:
    """The widest floating input (the narrowest if asked for) for the outputs of floating inputs."""
    if any(kind is None for kind in ins):
        return
    floating = [kind for kind in ins if kind in _MIXED]
    chosen = (torch.float16 if torch.float16 in floating else _F32) if attrs["cast_narrow"] else _F32
    if _F32 not in floating and torch.float16 in floating:
        chosen = torch.float16
    for i, kind in enumerate(ins):
        put(outs, i, chosen if kind in _MIXED else kind)


@type_rule(
    "_contrib_MultiBoxPrior", "_contrib_MultiBoxTarget", "_contrib_MultiBoxDetection", "_contrib_Proposal",
    "_contrib_MultiProposal", "Crop", "_contrib_calibrate_entropy",
)  # fmt: skip
def _float32_only(attrs: Attrs, ins: list[Dtype], outs: list[Dtype]) -> None:
    for kinds in (ins, outs):
        for i in range(len(kinds)):
            put(kinds, i, _F32)


@type_rule("all_finite", "multi_all_finite", "multi_sum_sq", "_image_to_tensor")
def _to_float32(attrs: Attrs, ins: list[Dtype], outs: list[Dtype]) -> None:
    one_type(ins, [])
    put(outs, 0, _F32)


@type_rule("_contrib_allclose")
def _to_uint8(attrs: Attrs, ins: list[Dtype], outs: list[Dtype]) -> None:
    one_type(ins, [])
    put(outs, 0, torch.uint8)


@type_rule("_histogram")
def _histogram(attrs: Attrs, ins: list[Dtype], outs: list[Dtype]) -> None:
    edges = outs[1:]
    one_type(ins, edges)
    put(outs, 0, torch.int64)
    put(outs, 1, edges[0])


@type_rule("_contrib_hawkesll")
def _hawkes(attrs: Attrs, ins: list[Dtype], outs: list[Dtype]) -> None:
    rest = ins[:5] + ins[6:]
    one_type(rest, outs)
    ins[:5], ins[6:] = rest[:5], rest[5:]
    put(ins, 5, torch.int32)


# ---------------------------------------------------------------------- quantized operators

_INT8, _INT32 = torch.int8, torch.int32
#: operator -> dtypes of its leading inputs and of its first output ("data": of the data); ranges are float32
_QUANTIZED: dict[str, tuple[tuple[Dtype, ...], Any]] = {
    "_contrib_quantize": ((_F32,), "out_type"),
    "_contrib_quantize_asym": ((_F32,), torch.uint8),
    "_contrib_quantize_v2": ((_F32,), "out_type"),
    "_contrib_dequantize": ((None,), _F32),
    "_contrib_requantize": ((_INT32,), "out_type"),
    "_contrib_quantized_act": ((None,), "data"),
    "_contrib_quantized_flatten": ((None,), "data"),
    "_contrib_quantized_pooling": ((None,), "data"),
    "_contrib_quantized_batch_norm": ((None, _F32, _F32, _F32, _F32), _INT8),
    "_contrib_quantized_elemwise_add": ((None, None), _INT32),
    "_contrib_quantized_elemwise_mul": ((_INT8, _INT8), _INT32),
    "_contrib_quantized_embedding": ((_F32, _INT8), _INT8),
    "_contrib_quantized_fully_connected": ((None, _INT8, None), _INT32),
    "_contrib_quantized_conv": ((None, _INT8, None), _INT32),
}


def _quantized(name: str) -> None:
    leading, result = _QUANTIZED[name]

    @type_rule(name)
    def rule(attrs: Attrs, ins: list[Dtype], outs: list[Dtype]) -> None:
        first = len(leading) - (1 if attrs.get("no_bias") else 0)
        for i in range(len(ins)):
            put(ins, i, leading[i] if i < first else _F32)
        for i in range(1, len(outs)):
            put(outs, i, _F32)
        if result == "data":
            put(outs, 0, ins[0])
        elif result != "out_type":
            put(outs, 0, _F32 if attrs.get("enable_float_output") else result)
        elif attrs["out_type"] == "auto":
            low = attrs.get("min_calib_range")
            put(outs, 0, torch.uint8 if low is not None and low >= 0 else _INT8)
        else:
            put(outs, 0, getattr(torch, str(attrs["out_type"]).removeprefix("torch.")))


for _name in _QUANTIZED:
    _quantized(_name)


@type_rule("_contrib_quantized_concat")
def _quantized_concat(attrs: Attrs, ins: list[Dtype], outs: list[Dtype]) -> None:
    count = len(ins) // 3
    for i in range(count, len(ins)):
        put(ins, i, _F32)
    put(outs, 0, _INT8 if _INT8 in ins[:count] else ins[0])
    for i in (1, 2):
        put(outs, i, _F32)
