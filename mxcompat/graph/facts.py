"""What MXNet 1.9.1 shows of an operator in a graph only: names of inputs and outputs, hidden outputs, initializers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._core.errors import MXNetError
from ..registry.operator import REGISTRY, Operator
from .node import Node

#: operator -> number of outputs that a graph counts, where the definition returns only the visible ones
HIDDEN: dict[str, int] = {
    "BatchNorm": 3,
    "BatchNorm_v1": 3,
    "BilinearSampler": 2,
    "CTCLoss": 2,
    "Correlation": 3,
    "Dropout": 2,
    "GridGenerator": 2,
    "GroupNorm": 3,
    "InstanceNorm": 3,
    "L2Normalization": 2,
    "LRN": 2,
    "LayerNorm": 3,
    "SpatialTransformer": 3,
    "_contrib_BatchNormWithReLU": 4,
    "_contrib_SyncBatchNorm": 3,
    "_linalg_det": 3,
    "_linalg_slogdet": 4,
    **dict.fromkeys(
        (
            "_npi_exponential", "_npi_gumbel", "_npi_logistic", "_npi_normal", "_npi_normal_n", "_npi_pareto",
            "_npi_rayleigh", "_npi_std", "_npi_var", "_npi_weibull",
        ),
        2,
    ),
    "_npi_norm": 4,
    "sort": 2,
}  # fmt: skip

_QUANTIZED = ("output", "min_output", "max_output")
_MOMENTS = ("output", "mean", "var")

#: operator -> names of its outputs; others have ``output``, or ``output0``, ``output1``, ...
OUTPUT_NAMES: dict[str, tuple[str, ...]] = {
    "BatchNorm": _MOMENTS,
    "BatchNorm_v1": _MOMENTS,
    "BilinearSampler": ("output", "tmp"),
    "Correlation": ("output", "tmp1", "tmp2"),
    "Dropout": ("output", "mask"),
    "GridGenerator": ("output", "grid_dst"),
    "GroupNorm": ("output", "mean", "std"),
    "InstanceNorm": _MOMENTS,
    "L2Normalization": ("output", "norm"),
    "LRN": ("output", "tmp_norm"),
    "LayerNorm": ("output", "mean", "std"),
    "LeakyReLU": ("output", "mask"),
    "Pooling": ("output", "workspace"),
    "RNN": ("output", "state_output", "statecell_output"),
    "SpatialTransformer": ("output", "grid_dst", "grid_src"),
    "_contrib_BatchNormWithReLU": (*_MOMENTS, "mask"),
    "_contrib_DeformablePSROIPooling": ("output", "top_count"),
    "_contrib_MultiBoxTarget": ("loc_target", "loc_mask", "cls_target"),
    "_contrib_MultiProposal": ("output", "score"),
    "_contrib_Proposal": ("output", "score"),
    "_contrib_SyncBatchNorm": _MOMENTS,
    "_contrib_calibrate_entropy": ("threshold", "divergence"),
    "_contrib_hawkesll": ("output", "out_state"),
    "_contrib_quantize_asym": ("output", "scale", "shift"),
    "_contrib_quantized_act": _QUANTIZED,
    "_contrib_quantized_batch_norm": _QUANTIZED,
    "_contrib_quantized_concat": _QUANTIZED,
    "_contrib_quantized_conv": _QUANTIZED,
    "_contrib_quantized_elemwise_add": _QUANTIZED,
    "_contrib_quantized_elemwise_mul": _QUANTIZED,
    "_contrib_quantized_embedding": _QUANTIZED,
    "_contrib_quantized_flatten": _QUANTIZED,
    "_contrib_quantized_fully_connected": _QUANTIZED,
    "_contrib_quantized_pooling": _QUANTIZED,
    "_npi_concatenate": ("out",),
    "_npi_dstack": ("out",),
    "_npi_hstack": ("out",),
    "_npi_matmul": ("out",),
    "_npi_std": ("std", "mean"),
    "_npi_var": ("var", "mean"),
    "make_loss": ("loss",),
}

#: operators whose outputs carry a number even if there is only one
_NUMBERED = frozenset({"SliceChannel"})

_ZERO, _ONE = '["zero", {}]', '["one", {}]'
_RUNNING = {"moving_mean": _ZERO, "moving_var": _ONE}

#: operator -> input -> the initializer that an automatic variable of it names (attribute ``__init__``)
INITIALIZERS: dict[str, dict[str, str]] = {
    "BatchNorm": _RUNNING,
    "BatchNorm_v1": _RUNNING,
    "IdentityAttachKLSparseReg": {"moving_avg": _ZERO},
    "LeakyReLU": {"gamma": '["Constant", {"value": 0.25}]'},
    "UpSampling": {"weight": '["bilinear", {}]'},
    "_contrib_BatchNormWithReLU": _RUNNING,
    "_contrib_SyncBatchNorm": _RUNNING,
}

#: operators whose missing inputs are not made up as variables
NO_NAMES: frozenset[str] = frozenset(
    {
        "_adamw_update", "_contrib_backward_hawkesll", "_contrib_backward_index_copy", "_contrib_backward_quadratic",
        "_contrib_group_adagrad_update", "_mp_adamw_update", "_onehot_encode", "_sparse_adagrad_update", "adam_update",
        "fill_element_0index", "ftml_update", "ftrl_update", "lamb_update_phase1", "lamb_update_phase2",
        "mp_lamb_update_phase1", "mp_lamb_update_phase2", "mp_nag_mom_update", "mp_sgd_mom_update", "mp_sgd_update",
        "nag_mom_update", "rmsprop_update", "rmspropalex_update", "sgd_mom_update", "sgd_update", "signsgd_update",
        "signum_update",
    }
)  # fmt: skip

#: inputs of operators on images, which MXNet calls ``data`` in a graph
_RENAMED: dict[str, tuple[str, ...]] = {
    "_cvcopyMakeBorder": ("data",),
    "_cvimdecode": ("data",),
    "_cvimresize": ("data",),
}


@dataclass(eq=False)
class GraphOperator(Operator):
    """An operator that exists in graphs only: control flow, and operators written in Python.

    Attributes:
        output_names: names of its outputs; None for the usual ones.
        subgraphs: how many of its leading arguments are whole graphs.
        infer_shapes: see `mxcompat.graph.shapes`; called with the node.
        infer_types: see `mxcompat.graph.types`; called with the node.
    """

    output_names: tuple[str, ...] | None = None
    subgraphs: int = 0
    infer_shapes: Callable[..., None] | None = None
    infer_types: Callable[..., None] | None = None


#: operators that are in graphs only, by name
GRAPH_OPERATORS: dict[str, GraphOperator] = {}
#: operator name -> what makes a record from the attributes of one node
FACTORIES: dict[str, Callable[[Mapping[str, str]], Operator]] = {}


def find_operator(name: str, attrs: Mapping[str, str]) -> Operator:
    """The operator of a node; MXNetError if there is none of that name."""
    op = REGISTRY.get(name) or GRAPH_OPERATORS.get(name)
    if op is not None:
        return op
    if name in FACTORIES:
        return FACTORIES[name](attrs)
    raise MXNetError(f"operator {name!r} is not registered")


def is_user_attribute(key: str) -> bool:
    """Whether an attribute is a note on the node, not an argument of its operator."""
    return len(key) > 4 and key.startswith("__") and key.endswith("__")


def variadic_names(op: Operator, attrs: Mapping[str, str], values: Sequence[Any]) -> list[str] | None:
    """Names of the inputs of an operator that takes any number of them; None if its attributes do not tell."""
    known = op.attr_dict(values)
    if op.name == "UpSampling":
        count = int(attrs.get("num_args", 1))
        return ["data", "weight"] if known["sample_type"] == "bilinear" else [f"arg{i}" for i in range(count)]
    if op.name == "amp_multicast":
        return [f"data_{i}" for i in range(known["num_outputs"])]
    if "num_arrays" in known:
        return [f"array_{i}" for i in range(known["num_arrays"])]
    if "num_weights" in known or "num_tensors" in known:
        return _update_names(op.name, known["num_weights" if "num_weights" in known else "num_tensors"])
    if "num_args" in attrs:
        names = [f"arg{i}" for i in range(int(attrs["num_args"]))]
        return names + [f"{n}_{end}" for n in names for end in ("min", "max")] if "quantized" in op.name else names
    return None


#: part of an update operator's name -> its arrays per weight
_UPDATES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("mp_sgd_mom_update", ("weight", "grad", "mom", "weight32")),
    ("mp_sgd_update", ("weight", "grad", "weight32")),
    ("sgd_mom_update", ("weight", "grad", "mom")),
    ("sgd_update", ("weight", "grad")),
)
#: the others call every array of a weight the same: how many there are
_ARRAYS_PER_WEIGHT = {"_multi_adamw_update": 4, "_multi_mp_adamw_update": 5, "_multi_lamb_update": 4,
                      "_multi_mp_lamb_update": 5}  # fmt: skip


def _update_names(name: str, count: int) -> list[str]:
    extra = ["lrs", "wds"] if name.startswith("preloaded") else []
    for part, arrays in _UPDATES:
        if name.endswith("multi_" + part):
            return [f"{array}_{i}" for i in range(count) for array in arrays] + extra
    names = [f"weight_{i}" for i in range(count) for _ in range(_ARRAYS_PER_WEIGHT[name])]
    return [*names, "rescale_grad"] if "adamw" in name else names


def input_names(op: Operator, attrs: Mapping[str, str], values: Sequence[Any]) -> list[str] | None:
    """Names of the inputs under these attributes; None for any number of unnamed ones."""
    if isinstance(op, GraphOperator) and op.subgraphs:
        return None
    if op.variadic is not None:
        return variadic_names(op, attrs, values)
    if op.name in _RENAMED:
        return list(_RENAMED[op.name])
    if op.list_inputs is None:
        return list(op.inputs)
    return list(op.list_inputs(op.attr_dict(values)))


def total_outputs(node: Node) -> int:
    """Number of outputs of a node, those that nobody sees included."""
    op = node.op
    if op is None:
        return 1
    if op.name == "topk":
        return 2 if op.attr_dict(node.values)["ret_typ"] in ("value", "both") else 1
    if op.name == "Pooling":  # oneDNN's kernel keeps the places of the maxima
        attrs = op.attr_dict(node.values)
        plain = attrs["layout"] in (None, "NCW", "NCHW", "NCDHW")
        return 2 if attrs["pool_type"] == "max" and attrs["kernel"] and plain else 1
    return max(op.num_outputs(node.values), HIDDEN.get(op.name, 0))


def visible_outputs(node: Node) -> int:
    """Number of outputs of a node that a symbol shows."""
    return 1 if node.op is None else node.op.num_visible(node.values)


def output_name(node: Node, index: int) -> str:
    """Name of one output: ``fc1_output``, ``split0_output1``; of a variable its own name."""
    op = node.op
    if op is None:
        return node.name
    names = op.output_names if isinstance(op, GraphOperator) else OUTPUT_NAMES.get(op.name)
    if names is not None and index < len(names):
        part = names[index]
    else:
        part = "output" if total_outputs(node) == 1 and op.name not in _NUMBERED else f"output{index}"
    return f"{node.name}_{part}" if node.name else part
