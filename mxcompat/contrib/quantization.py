"""Networks in eight-bit integers: `mxnet.contrib.quantization`.

`quantize_graph` puts quantized operators in the place of float ones; calibration runs the float network on examples to
find the ranges of its layers: "naive" takes the least and largest value, "entropy" cuts rare large values off.

Differences: MXNet 1.9.1 on a CPU first joins layers into oneDNN's (in `quantize_net` and `quantize_model_mkldnn`); here
each layer is quantized by itself. The operators are reference implementations: right, not fast.
"""

from __future__ import annotations

import copy
import logging
import warnings
from collections.abc import Collection
from typing import Any

import numpy as np

from .. import nd as ndarray
from .._core.errors import ArgumentTypeError
from ..base import py_str as py_str
from ..context import Context as Context
from ..context import cpu as cpu
from ..gluon import SymbolBlock
from ..io import DataBatch as DataBatch
from ..io import DataDesc as DataDesc
from ..io import DataIter as DataIter
from ..module import Module as Module
from ..nd import NDArray as NDArray
from ..nd import load as nd_load
from ..nd import save as nd_save
from ..symbol import Symbol as Symbol
from ..symbol import load as sym_load
from ..symbol import var
from ._quantize_pass import quantized_graph, set_ranges

__all__ = [
    "Context", "DataBatch", "DataDesc", "DataIter", "Module", "NDArray", "Symbol", "calib_graph", "combine_histogram",
    "cpu", "nd_load", "nd_save", "ndarray", "quantize_graph", "quantize_model", "quantize_model_mkldnn", "quantize_net",
    "quantize_net_v2", "sym_load",
]  # fmt: skip

_NONE = (None, "none")


# ------------------------------------------------------------------------------------ ranges


def combine_histogram(old_hist: Any, arr: Any, new_min: Any, new_max: Any, new_th: Any) -> tuple[Any, ...]:
    """A histogram with the values of one more array in it, widened by whole bins where they need it.

    Args:
        old_hist: (counts, edges, least value, largest value, threshold); bins are symmetric around 0.
        arr: the array.
        new_min, new_max, new_th: its least and largest value, and the larger of their sizes.
    """
    counts, edges, low, high, threshold = old_hist
    low, high = min(low, new_min), max(high, new_max)
    if new_th <= threshold:
        added, _ = np.histogram(arr, bins=len(counts), range=(-threshold, threshold))
        return counts + added, edges, low, high, threshold
    step = 2 * threshold / len(counts)
    more = int((new_th - threshold) // step + 1)
    threshold = more * step + threshold
    wide, edges = np.histogram(arr, bins=len(counts) + 2 * more, range=(-threshold, threshold))
    wide[more : more + len(counts)] += counts
    return wide, edges, low, high, threshold


class _LayerHistogramCollector:
    """Histograms of layers' outputs, for "entropy"."""

    def __init__(self, num_bins: int = 8001, include_layer: Any = None, logger: Any = None) -> None:
        self.hist_dict: dict[str, Any] = {}
        self.num_bins = num_bins
        self.include_layer = include_layer
        self.logger = logger

    def collect(self, name: str, arr: Any) -> None:
        """Add an output."""
        if name not in self.include_layer:
            return
        values = arr.asnumpy()
        low, high = np.min(values), np.max(values)
        threshold = max(abs(low), abs(high))
        if name in self.hist_dict:
            self.hist_dict[name] = combine_histogram(self.hist_dict[name], values, low, high, threshold)
        else:
            counts, edges = np.histogram(values, bins=self.num_bins, range=(-threshold, threshold))
            self.hist_dict[name] = (counts, edges, low, high, threshold)


class _LayerOutputMinMaxCollector:
    """Least and largest values of layers' outputs, for "naive"."""

    def __init__(self, quantized_dtype: str, include_layer: Any = None, logger: Any = None) -> None:
        self.min_max_dict: dict[str, tuple[float, float]] = {}
        self.quantized_dtype = quantized_dtype
        self.include_layer = include_layer
        self.logger = logger

    def collect(self, name: str, arr: Any) -> None:
        """Add an output."""
        if name not in self.include_layer:
            return
        values = arr.asnumpy()
        low, high = values.min(), values.max()
        if name in self.min_max_dict:
            low, high = min(low, self.min_max_dict[name][0]), max(high, self.min_max_dict[name][1])
        self.min_max_dict[name] = (low, high)


def _get_optimal_threshold(hist_data: Any, quantized_dtype: str, num_quantized_bins: int = 255) -> tuple[Any, ...]:
    """Least value, largest value, the threshold of least divergence, and that divergence."""
    counts, edges, low, high, _ = hist_data
    if len(counts) % 2 != 1:
        raise ArgumentTypeError(f"a histogram must have an odd number of bins. Received: {len(counts)}")
    if low >= 0 and quantized_dtype in ("auto", "uint8"):
        num_quantized_bins = num_quantized_bins * 2 + 1
    threshold, divergence = ndarray.contrib.calibrate_entropy(
        hist=ndarray.array(counts), hist_edges=ndarray.array(edges), num_quantized_bins=num_quantized_bins
    )
    return low, high, threshold.asnumpy(), divergence.asnumpy()


def _get_optimal_thresholds(
    hist_dict: Any, quantized_dtype: str, num_quantized_bins: int = 255, logger: Any = None
) -> dict[str, Any]:
    """Ranges by layer. The histograms are taken out of the dict, to free their memory."""
    ranges = {}
    for name in list(hist_dict):
        low, _, found, _ = _get_optimal_threshold(hist_dict.pop(name), quantized_dtype, num_quantized_bins)
        threshold = float(found.ravel()[0])
        positive = low >= 0 and quantized_dtype in ("auto", "uint8")
        ranges[name] = (0.0 if positive else -threshold, threshold)
    return ranges


def _collect(
    sym: Any, arg_params: Any, aux_params: Any, data: Any, collector: Any, ctx: Any, limit: int | None, logger: Any
) -> None:
    """Run the float network over the examples and give every output of every layer to the collector."""
    internals = sym.get_internals()
    names = internals.list_outputs()
    states = set(internals.list_auxiliary_states())
    inputs = internals.list_inputs()
    given = {**arg_params, **aux_params}
    seen = batches = 0
    for batch in data:
        arrays = dict(given)
        for description, values in ((data.provide_data, batch.data), (data.provide_label, batch.label)):
            arrays.update(zip([d[0] for d in description or ()], values or (), strict=False))
        missing = [name for name in inputs if name not in arrays and name not in states]
        if missing:
            shapes, _, _ = internals.infer_shape_partial(**{k: v.shape for k, v in arrays.items() if k in inputs})
            known = dict(zip(internals.list_arguments(), shapes, strict=True))
            arrays.update({name: ndarray.zeros(known[name], ctx=ctx) for name in missing})
        bound = internals.bind(
            ctx,
            {k: v.as_in_context(ctx) for k, v in arrays.items() if k in inputs and k not in states},
            grad_req="null",
            aux_states={k: v.as_in_context(ctx) for k, v in arrays.items() if k in states},
        )
        for name, value in zip(names, bound.forward(is_train=False), strict=True):
            collector.collect(name, value)
        batches += 1
        seen += data.batch_size
        if limit is not None and seen >= limit:
            break
    if logger is not None:
        logger.info("Collected statistics from %d batches with batch_size=%d", batches, data.batch_size)


# ------------------------------------------------------------------------------------ graphs


def _quantize_params(qsym: Any, params: Any, th_dict: Any) -> dict[str, Any]:
    """Parameters of a quantized graph: weights and biases as int8 with their ranges, the others as they were."""
    made = {}
    for name in qsym.list_arguments():
        if name.endswith(("weight_quantize", "bias_quantize")):
            value = params[name.removesuffix("_quantize")]
            made[name], made[name + "_min"], made[name + "_max"] = ndarray.contrib.quantize(
                data=value, min_range=ndarray.min(value), max_range=ndarray.max(value), out_type="int8"
            )
        elif name in params:
            made[name] = params[name]
        elif name.endswith(("_min", "_max")) and name[:-4] in th_dict:
            made[name] = ndarray.array([th_dict[name[:-4]][name.endswith("_max")]])
    return made


def _names(what: str, given: Any) -> list[str]:
    if given is None:
        return []
    if not isinstance(given, list):
        raise ValueError(f"{what} must be a list of strings. Received: {type(given).__name__}")
    return given


def _check_options(quantized_dtype: Any, quantize_granularity: Any, ctx: Any) -> None:
    if not isinstance(ctx, Context):
        raise ValueError(f"ctx must be one context. Received: ctx={ctx!r}")
    if quantized_dtype not in ("int8", "uint8", "auto"):
        raise ValueError(f"quantized_dtype must be 'int8', 'uint8' or 'auto'. Received: {quantized_dtype!r}")
    if quantize_granularity not in ("tensor-wise", "channel-wise"):
        raise ValueError(
            f"quantize_granularity must be 'tensor-wise' or 'channel-wise'. Received: {quantize_granularity!r}"
        )


def _unknown_mode(calib_mode: Any, legal: str) -> ValueError:
    return ValueError(f"calib_mode must be {legal}. Received: calib_mode={calib_mode!r}")


def _collector(calib_mode: Any, quantized_dtype: str, layers: Collection[str], own: Any, logger: Any) -> Any:
    if calib_mode in _NONE:
        return None
    if calib_mode == "entropy":
        return _LayerHistogramCollector(include_layer=layers, logger=logger)
    if calib_mode == "naive":
        return _LayerOutputMinMaxCollector(quantized_dtype, include_layer=layers, logger=logger)
    if calib_mode == "customize" and own is not None:
        return own
    raise _unknown_mode(calib_mode, "'none', 'naive', 'entropy', or 'customize' with a LayerOutputCollector")


def quantize_graph(
    sym: Any,
    arg_params: Any,
    aux_params: Any,
    ctx: Any = cpu(),  # noqa: B008  # the original's default, and an immutable object
    excluded_sym_names: Any = None,
    excluded_op_names: Any = None,
    calib_mode: Any = "entropy",
    quantized_dtype: str = "int8",
    quantize_mode: str = "full",
    quantize_granularity: str = "tensor-wise",
    LayerOutputCollector: Any = None,
    logger: Any = None,
) -> tuple[Any, Any, Any, Any]:
    """A graph with quantized operators, and a collector for the calibration that follows (`calib_graph`).

    Args:
        sym: the float graph.
        arg_params, aux_params: its parameters.
        ctx: where it will run.
        excluded_sym_names, excluded_op_names: nodes and operators that stay in float.
        calib_mode: "none", "naive", "entropy", or "customize" with a collector of your own.
        quantized_dtype: "int8", "uint8", or "auto" for either by the range.
        quantize_mode: "full" for all operators that can, "smart" for those that gain from it.
        quantize_granularity: accepted; both kinds have one range for a whole array here, as MXNet's unfused layers do.
        LayerOutputCollector: an object with ``collect(name, array)`` and ``min_max_dict``.
        logger: told of the steps.

    Returns:
        Graph, quantized arguments, auxiliary states, collector.

    Raises:
        ValueError: an illegal option.
    """
    excluded = _names("excluded_sym_names", excluded_sym_names)
    operators = _names("excluded_op_names", excluded_op_names)
    _check_options(quantized_dtype, quantize_granularity, ctx)
    if logger:
        logger.info("Quantizing graph")
    heads, layers = quantized_graph(
        sym.handle, set(excluded), set(operators), set(arg_params), quantized_dtype, quantize_mode
    )
    qsym = type(sym)(heads)
    collector = _collector(calib_mode, quantized_dtype, layers, LayerOutputCollector, logger)
    if logger:
        logger.info("Quantizing parameters")
    return qsym, _quantize_params(qsym, arg_params, {}), aux_params, collector


def calib_graph(
    qsym: Any,
    arg_params: Any,
    aux_params: Any,
    collector: Any,
    calib_mode: Any = "entropy",
    quantized_dtype: str = "int8",
    logger: Any = logging,
) -> tuple[Any, Any, Any]:
    """A quantized graph with the ranges that a collector has found, written into ``qsym`` itself, too.

    Args:
        qsym: from `quantize_graph`.
        arg_params, aux_params: the *float* parameters.
        collector: from `quantize_graph`, after the float network has run.
        calib_mode: "naive", "entropy" or "customize".
        quantized_dtype: as in `quantize_graph`.
        logger: told of the steps.

    Returns:
        Graph, quantized arguments, auxiliary states.

    Raises:
        ValueError: another mode.
    """
    if calib_mode == "entropy":
        ranges = _get_optimal_thresholds(collector.hist_dict, quantized_dtype, logger=logger)
    elif calib_mode in ("naive", "customize"):
        ranges = collector.min_max_dict
    else:
        raise _unknown_mode(calib_mode, "'naive', 'entropy' or 'customize'")
    if ranges:
        set_ranges(qsym.handle, ranges)  # in the graph itself, as MXNet does
        qsym = type(qsym)(list(qsym.handle))
    if logger:
        logger.info("Quantizing parameters")
    return qsym, _quantize_params(qsym, arg_params, ranges), aux_params


def quantize_model(
    sym: Any,
    arg_params: Any,
    aux_params: Any,
    data_names: Any = ("data",),
    label_names: Any = ("softmax_label",),
    ctx: Any = cpu(),  # noqa: B008  # the original's default, and an immutable object
    excluded_sym_names: Any = None,
    excluded_op_names: Any = None,
    calib_mode: Any = "entropy",
    calib_data: Any = None,
    num_calib_examples: int | None = None,
    quantized_dtype: str = "int8",
    quantize_mode: str = "smart",
    quantize_granularity: str = "tensor-wise",
    logger: Any = None,
) -> tuple[Any, Any, Any]:
    """Quantize a graph and its parameters, with calibration on the batches of an iterator.

    Args:
        data_names, label_names: inputs of the graph that are not parameters; their arrays go by the names in
            ``calib_data.provide_data`` and ``provide_label``.
        calib_data: a DataIter.
        num_calib_examples: how many examples to run; all by default.
        sym, arg_params, aux_params, ctx, excluded_sym_names, excluded_op_names, calib_mode, quantized_dtype,
            quantize_mode, quantize_granularity, logger: see `quantize_graph`.

    Returns:
        Graph, quantized arguments, auxiliary states.

    Raises:
        ValueError: an illegal option, or `calib_data` missing or of another kind.
    """
    if calib_mode not in (*_NONE, "naive", "entropy"):
        raise _unknown_mode(calib_mode, "'none', 'naive' or 'entropy'")
    qsym, qargs, aux, collector = quantize_graph(
        sym, arg_params, aux_params, ctx, excluded_sym_names, excluded_op_names, calib_mode, quantized_dtype,
        quantize_mode, quantize_granularity, None, logger,
    )  # fmt: skip
    if collector is None:
        return qsym, qargs, aux
    if not isinstance(calib_data, DataIter):
        raise ValueError(
            f"calib_mode={calib_mode!r} needs calib_data, a DataIter. Received: {type(calib_data).__name__}"
        )
    _collect(sym, arg_params, aux_params, calib_data, collector, ctx, num_calib_examples, logger)
    return calib_graph(qsym, arg_params, aux_params, collector, calib_mode, quantized_dtype, logger)


def quantize_model_mkldnn(
    sym: Any,
    arg_params: Any,
    aux_params: Any,
    data_names: Any = ("data",),
    label_names: Any = ("softmax_label",),
    ctx: Any = cpu(),  # noqa: B008  # the original's default, and an immutable object
    excluded_sym_names: Any = None,
    excluded_op_names: Any = None,
    calib_mode: Any = "entropy",
    calib_data: Any = None,
    num_calib_examples: int | None = None,
    quantized_dtype: str = "int8",
    quantize_mode: str = "smart",
    quantize_granularity: str = "tensor-wise",
    logger: Any = None,
) -> tuple[Any, Any, Any]:
    """`quantize_model` for a CPU. MXNet 1.9.1 joins layers for oneDNN before and after; here they stay apart.

    Raises:
        ValueError: `ctx` is no CPU.
    """
    if not isinstance(ctx, Context) or ctx.device_type != "cpu":
        raise ValueError(f"quantize_model_mkldnn works on a CPU. Received: ctx={ctx!r}")
    return quantize_model(
        sym, arg_params, aux_params, data_names, label_names, ctx, excluded_sym_names, excluded_op_names, calib_mode,
        calib_data, num_calib_examples, quantized_dtype, quantize_mode, quantize_granularity, logger,
    )  # fmt: skip


# ------------------------------------------------------------------------------------ blocks


class _DataIterWrapper(DataIter):
    """Batches of a DataLoader as a DataIter. The last array of a batch of several is taken for the label."""

    def __init__(self, calib_data: Any) -> None:
        super().__init__()
        self._data = calib_data
        try:
            first = next(iter(calib_data))
        except TypeError as error:
            raise TypeError(f"calib_data is no iterator over batches: {error}") from None
        arrays = [self._flat(a) for a in (first if isinstance(first, (list, tuple)) else [first])]
        names = ["data", *[f"data{i}" for i in range(len(arrays) - 1)]]
        if len(arrays) >= 3:
            names = [f"data{i}" for i in range(len(arrays))]
        self.provide_data = [DataDesc(name=n, shape=a.shape) for n, a in zip(names, arrays, strict=True)]
        self.provide_label: Any = []
        self.batch_size = arrays[0].shape[0]
        self.reset()

    @staticmethod
    def _flat(array: Any) -> Any:
        return array.reshape((-1, *array.shape[2:])) if len(array.shape) > 4 else array

    def reset(self) -> None:
        self._iter = iter(self._data)

    def next(self) -> Any:
        batch = next(self._iter)
        arrays = list(batch) if isinstance(batch, (list, tuple)) else [batch]
        return DataBatch(data=[self._flat(a) for a in arrays])


def quantize_net_v2(
    network: Any,
    quantized_dtype: str = "auto",
    quantize_mode: str = "full",
    quantize_granularity: str = "tensor-wise",
    exclude_layers: Any = None,
    exclude_layers_match: Any = None,
    exclude_operators: Any = None,
    calib_data: Any = None,
    data_shapes: Any = None,
    calib_mode: Any = "none",
    num_calib_examples: int | None = None,
    ctx: Any = cpu(),  # noqa: B008  # the original's default, and an immutable object
    LayerOutputCollector: Any = None,
    logger: Any = None,
) -> Any:
    """A SymbolBlock with the quantized graph of a HybridBlock, which is hybridized for that.

    Args:
        network: the block, initialized.
        exclude_layers, exclude_layers_match, exclude_operators: names of nodes, parts of such names, and operators that
            stay in float.
        calib_data: a DataIter or a DataLoader.
        data_shapes: `io.DataDesc` of the inputs; by default those of `calib_data`.
        num_calib_examples: how many examples to run; all by default.
        quantized_dtype, quantize_mode, quantize_granularity, calib_mode, ctx, LayerOutputCollector, logger: see
            `quantize_graph`.

    Raises:
        ValueError: neither `calib_data` nor `data_shapes`; a calibration without data; an illegal option.
    """
    if calib_data is not None and not isinstance(calib_data, DataIter):
        calib_data = _DataIterWrapper(calib_data)
    shapes = list(data_shapes or (calib_data.provide_data if calib_data is not None else ()))
    if not shapes:
        raise ValueError("quantize_net needs data_shapes, or calib_data that has them")
    if calib_mode not in _NONE and calib_data is None:
        raise ValueError(f"calib_mode={calib_mode!r} needs calib_data")
    network.hybridize()
    while True:
        try:
            network(*[ndarray.zeros(one.shape) for one in shapes])
            break
        except TypeError:  # labels come with the data, and the network does not take them
            if len(shapes) == 1:
                raise
            shapes.pop()
    inputs, graph = network._cached_graph
    if calib_data is not None:
        calib_data = copy.copy(calib_data)
        calib_data.provide_data = [
            DataDesc(name=one.name, shape=d.shape) for one, d in zip(inputs, calib_data.provide_data, strict=False)
        ]
    states = set(graph.list_auxiliary_states())
    values = {name: p._reduce() for name, p in network.collect_params().items()}
    args = {name: v for name, v in values.items() if name not in states}
    aux = {name: v for name, v in values.items() if name in states}
    excluded = list(exclude_layers or ())
    names = [one.name for one in graph.get_internals()]
    excluded += [name for name in names if any(part in name for part in exclude_layers_match or ())]
    qsym, qargs, aux, collector = quantize_graph(
        graph, args, aux, ctx, excluded, exclude_operators, calib_mode, quantized_dtype, quantize_mode,
        quantize_granularity, LayerOutputCollector, logger,
    )  # fmt: skip
    if collector is not None:
        _collect(graph, args, aux, calib_data, collector, ctx, num_calib_examples, logger)
        qsym, qargs, aux = calib_graph(qsym, args, aux, collector, calib_mode, quantized_dtype, logger)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # unknown types: the arrays that are loaded next have them
        block = SymbolBlock(qsym, [var(one.name, dtype="float32") for one in inputs])
    saved = {**{f"arg:{k}": v for k, v in qargs.items()}, **{f"aux:{k}": v for k, v in aux.items()}}
    block.collect_params().load_dict(saved, ctx=ctx, cast_dtype=True, dtype_source="saved")
    return block


def quantize_net(
    network: Any,
    quantized_dtype: str = "auto",
    quantize_mode: str = "full",
    exclude_layers: Any = None,
    exclude_layers_match: Any = None,
    exclude_operators: Any = None,
    calib_data: Any = None,
    data_shapes: Any = None,
    calib_mode: Any = "none",
    num_calib_examples: int | None = None,
    ctx: Any = cpu(),  # noqa: B008  # the original's default, and an immutable object
    logger: Any = None,
) -> Any:
    """`quantize_net_v2` under its older name, with a warning."""
    warnings.warn("quantize_net is deprecated: use quantize_net_v2", stacklevel=2)
    return quantize_net_v2(
        network, quantized_dtype, quantize_mode, "tensor-wise", exclude_layers, exclude_layers_match,
        exclude_operators, calib_data, data_shapes, calib_mode, num_calib_examples, ctx, None, logger,
    )  # fmt: skip
