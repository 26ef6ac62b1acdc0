"""Automatic mixed precision: switching it on, loss scales, conversions of models."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from typing import Any

import numpy as np

from ... import base as base
from ... import nd as ndarray  # noqa: F401  # a public name of the original
from ... import optimizer as opt
from ... import symbol as symbol
from ..._core.dtypes import NAME_OF_TORCH, TORCH_OF_FLAG, to_torch_dtype
from ..._core.dtypes import bfloat16 as bfloat16
from ..._core.errors import ArgumentTypeError
from ...context import gpu as gpu
from ...gluon import HybridBlock, SymbolBlock, trainer
from ...module import BucketingModule as BucketingModule
from ...nd import NDArray as NDArray
from ...symbol import Symbol as Symbol
from ...symbol import contrib as symbol_contrib  # noqa: F401  # a public name of the original
from . import lists as lists
from ._lists import list_conditional_fp32_ops as list_conditional_fp32_ops
from ._lists import list_fp32_ops as list_fp32_ops
from ._lists import list_loss_output_functions as list_loss_output_functions
from ._lists import list_lp16_fp32_ops as list_lp16_fp32_ops
from ._lists import list_lp16_ops as list_lp16_ops
from ._lists import list_lp16_use_fp32_params as list_lp16_use_fp32_params
from ._lists import list_widest_type_cast as list_widest_type_cast
from ._reduce import Lists, Reduction, set_dtypes
from ._wrapping import wrap_all, wrap_losses
from .loss_scaler import LossScaler as LossScaler

__all__ = [
    "init",
    "init_trainer",
    "scale_loss",
    "unscale",
    "convert_model",
    "convert_hybrid_block",
    "list_lp16_ops",
    "list_fp32_ops",
    "list_lp16_fp32_ops",
    "list_conditional_fp32_ops",
    "list_widest_type_cast",
    "list_loss_output_functions",
    "list_lp16_use_fp32_params",
    "convert_symbol",
]

_amp_initialized = False
_amp_loss_scale_initialized = False
_loss_scaler: Any = None

#: variables that carry this in ``__dtype__`` have no type
_UNKNOWN = "-1"


# ------------------------------------------------------------------------------------ training


def init(
    target_dtype: Any = "float16",
    target_precision_ops: Any = None,
    conditional_fp32_ops: Any = None,
    fp32_ops: Any = None,
) -> None:
    """Switch mixed precision on, for good and for the whole process. Models must be made afterwards.

    Args:
        target_dtype: "float16" or "bfloat16". On a CPU bfloat16 is the useful one.
        target_precision_ops: operators that run in that type; by default `list_lp16_ops`.
        conditional_fp32_ops: (operator, attribute, values) of those that run in float32 under a condition.
        fp32_ops: operators that run in float32; by default `list_fp32_ops`.

    Raises:
        AssertionError: another type.

    A second call does nothing. Source: MXNet 1.9.1 python/mxnet/contrib/amp/amp.py.
    """
    global _amp_initialized, _loss_scaler
    if _amp_initialized:
        return
    if target_dtype not in ("float16", "bfloat16", np.float16, bfloat16):
        raise ArgumentTypeError(f"AMP works with float16 and bfloat16. Received: target_dtype={target_dtype!r}")
    _amp_initialized = True
    logging.info("Using AMP")
    small = bfloat16 if target_dtype in ("bfloat16", bfloat16) else np.dtype("float16")
    wrap_all(small, target_precision_ops, conditional_fp32_ops, fp32_ops)
    _loss_scaler = LossScaler()
    wrap_losses(_loss_scaler, small)


def init_trainer(optimizer_or_trainer: Any) -> None:
    """Give a Trainer a loss scale of its own; the first one gets that of the loss operators.

    Raises:
        AssertionError: before `init`.
        TypeError: not a `gluon.Trainer`.
    """
    global _amp_loss_scale_initialized
    if not _amp_initialized:
        raise ArgumentTypeError("AMP is not initialized: call amp.init() before amp.init_trainer()")
    scaler = LossScaler() if _amp_loss_scale_initialized else _loss_scaler
    _amp_loss_scale_initialized = True
    _check_trainer(optimizer_or_trainer)
    optimizer_or_trainer._amp_loss_scaler = scaler
    optimizer_or_trainer._amp_original_scale = optimizer_or_trainer._scale


@contextlib.contextmanager
def scale_loss(loss: Any, optimizer_or_trainer: Any) -> Iterator[Any]:
    """The loss, or a list of losses, times the scale; the next `step` divides by it.

    Raises:
        AssertionError: before `init_trainer`.
    """
    scaler = getattr(optimizer_or_trainer, "_amp_loss_scaler", None)
    if scaler is None:
        raise ArgumentTypeError("the trainer has no loss scale: call amp.init_trainer(trainer) first")
    optimizer_or_trainer._scale = optimizer_or_trainer._amp_original_scale / scaler.loss_scale
    if isinstance(loss, (list, tuple)):
        yield [one * scaler.loss_scale for one in loss]
    else:
        yield scaler.loss_scale * loss


def unscale(optimizer_or_trainer: Any) -> None:
    """Divide the gradients by the scale now, to look at them or clip them; the next `step` does not.

    Raises:
        TypeError: not a `gluon.Trainer`.
    """
    _check_trainer(optimizer_or_trainer)
    for parameter in optimizer_or_trainer._params:
        for gradient in parameter._grad or ():
            gradient[:] *= optimizer_or_trainer._scale
    optimizer_or_trainer._scale = 1.0


def _check_trainer(given: Any) -> None:
    if isinstance(given, opt.Optimizer):
        raise TypeError("AMP works with a gluon.Trainer, not with a bare optimizer")
    if not isinstance(given, trainer.Trainer):
        raise TypeError(f"optimizer_or_trainer must be a gluon.Trainer. Received: {type(given).__name__}")


# ------------------------------------------------------------------------------------ conversion


def convert_symbol(
    sym: Any,
    target_dtype: Any = "float16",
    target_dtype_ops: Any = None,
    fp32_ops: Any = None,
    conditional_fp32_ops: Any = None,
    excluded_sym_names: Any = None,
    data_names: Any = None,
    cast_optional_params: bool = False,
) -> Any:
    """A copy of a float32 graph with casts, so that listed operators run in the small type. Its outputs are float32.

    Args:
        sym: the graph.
        target_dtype: "float16" or "bfloat16".
        target_dtype_ops: operators that run in it; by default `list_lp16_ops`.
        fp32_ops: operators that run in float32; by default `list_fp32_ops`.
        conditional_fp32_ops: (operator, attribute, values); by default `list_conditional_fp32_ops`.
        excluded_sym_names: names of nodes that run in float32.
        data_names: inputs that are not parameters; by default those without a type of their own.
        cast_optional_params: cast parameters beforehand, where nothing but operators in the small type reads them.

    Raises:
        AssertionError: an argument of the wrong kind, an operator in two lists or in none of MXNet's.
    """
    _check(isinstance(sym, Symbol), f"the first argument must be a Symbol. Received: {type(sym).__name__}")
    _check_target(target_dtype)
    small = bfloat16 if target_dtype == "bfloat16" else target_dtype
    conditional_default = list_conditional_fp32_ops(small)
    low = list_lp16_ops(small) if target_dtype_ops is None else target_dtype_ops
    wide = list_fp32_ops(small) if fp32_ops is None else fp32_ops
    conditional = conditional_default if conditional_fp32_ops is None else conditional_fp32_ops
    excluded = [] if excluded_sym_names is None else excluded_sym_names
    for name, value in (
        ("target_dtype_ops", low),
        ("fp32_ops", wide),
        ("conditional_fp32_ops", conditional),
        ("excluded_sym_names", excluded),
    ):
        _check(isinstance(value, list), f"{name} must be a list. Received: {name}={value!r}")
    for row in conditional:
        _check(
            isinstance(row[0], str) and isinstance(row[1], str) and isinstance(row[2], list),
            f"conditional_fp32_ops must have entries (operator, attribute, [values]). Received: {row!r}",
        )
    names = [row[0] for row in conditional]
    for first, second in ((low, wide), (low, names), (names, wide)):
        both = set(first) & set(second)
        _check(not both, f"operators can be in one list only, these are in two: {sorted(both)}")
    legal = {*list_lp16_ops(small), *list_fp32_ops(small), *list_lp16_fp32_ops(small)}
    legal.update(row[0] for row in conditional_default)
    illegal = {*low, *wide, *names} - legal
    _check(
        not illegal,
        f"operators {sorted(illegal)} are in none of amp.list_lp16_ops, list_fp32_ops, list_lp16_fp32_ops and"
        " list_conditional_fp32_ops",
    )
    if data_names is None:
        attributes = sym.attr_dict()
        data_names = [name for name in sym.list_inputs() if "__dtype__" not in attributes.get(name, {})]
    by_key: dict[str, dict[str, list[str]]] = {}
    for name, key, values in conditional:
        by_key.setdefault(name, {}).setdefault(key, []).extend(values)
    target = to_torch_dtype(small)
    data = frozenset(data_names)
    chosen = Lists(
        frozenset(low), frozenset(wide), frozenset(list_widest_type_cast(small)), by_key, frozenset(excluded)
    )
    outputs = Reduction(target, chosen, cast_optional_params, data).run(sym.handle)
    params = frozenset(sym.list_inputs()) - data
    set_dtypes(outputs, target, cast_optional_params, data, params)
    return type(sym)(outputs)


def convert_model(
    sym: Any,
    arg_params: Any,
    aux_params: Any,
    target_dtype: Any = "float16",
    target_dtype_ops: Any = None,
    fp32_ops: Any = None,
    conditional_fp32_ops: Any = None,
    excluded_sym_names: Any = None,
    cast_optional_params: bool = False,
) -> tuple[Any, Any, Any]:
    """A graph with casts (`convert_symbol`) and its parameters, cast *in the given dicts* where the graph says so.

    Returns:
        The graph, ``arg_params`` and ``aux_params``.

    Raises:
        AssertionError: as `convert_symbol`, or parameters that are not in dicts.
    """
    _check_target(target_dtype)
    _check(isinstance(sym, Symbol), f"the first argument must be a Symbol. Received: {type(sym).__name__}")
    _check(isinstance(arg_params, dict), f"arg_params must be a dict. Received: {type(arg_params).__name__}")
    _check(isinstance(aux_params, dict), f"aux_params must be a dict. Received: {type(aux_params).__name__}")
    known = {*arg_params, *aux_params}
    data_names = [name for name in sym.list_inputs() if name not in known]
    made = convert_symbol(
        sym,
        target_dtype,
        target_dtype_ops,
        fp32_ops,
        conditional_fp32_ops,
        excluded_sym_names,
        data_names,
        cast_optional_params,
    )
    wanted = _dtypes_of(made)
    for names, params in ((made.list_arguments(), arg_params), (made.list_auxiliary_states(), aux_params)):
        for name in names:
            if name in wanted:
                params[name] = params[name].astype(wanted[name])
    return made, arg_params, aux_params


def convert_hybrid_block(
    block: Any,
    target_dtype: Any = "float16",
    target_dtype_ops: Any = None,
    fp32_ops: Any = None,
    conditional_fp32_ops: Any = None,
    excluded_sym_names: Any = None,
    ctx: Any = gpu(0),  # noqa: B008  # the original's default, and an immutable object
    cast_optional_params: bool = False,
) -> Any:
    """A SymbolBlock with the graph of a hybridized block plus casts, for inference.

    Args:
        block: hybridized, and called at least once.
        ctx: where its parameters go.
        target_dtype, target_dtype_ops, fp32_ops, conditional_fp32_ops, excluded_sym_names, cast_optional_params: see
            `convert_symbol`.

    Raises:
        AssertionError: not a HybridBlock.
        RuntimeError: the block has no graph yet.
    """
    _check(isinstance(block, HybridBlock), f"block must be a HybridBlock. Received: {type(block).__name__}")
    if not block._cached_graph:
        raise RuntimeError("the block has no graph yet: call block.hybridize() and run it once")
    inputs, graph = block._cached_graph
    made = convert_symbol(
        graph,
        target_dtype,
        target_dtype_ops,
        fp32_ops,
        conditional_fp32_ops,
        excluded_sym_names,
        [one.name for one in inputs],
        cast_optional_params,
    )
    wanted = _dtypes_of(made)
    arguments = set(made.list_arguments())
    params = {}
    for name, parameter in block.collect_params().items():
        value = parameter._reduce()
        if name in wanted:
            value = value.astype(wanted[name])
        params[f"{'arg' if name in arguments else 'aux'}:{name}"] = value
    converted = SymbolBlock(made, inputs)
    for name, parameter in converted.collect_params().items():
        value = params.get(f"arg:{name}", params.get(f"aux:{name}"))
        if value is not None and parameter.dtype != value.dtype:
            parameter.cast(value.dtype)
    converted.collect_params().load_dict(params, ctx=ctx)
    return converted


def convert_bucketing_module(
    bucketing_mod: Any,
    target_dtype: Any = "float16",
    target_dtype_ops: Any = None,
    fp32_ops: Any = None,
    conditional_fp32_ops: Any = None,
    excluded_sym_names: Any = None,
    cast_optional_params: bool = False,
) -> Any:
    """A BucketingModule whose graphs have casts (`convert_model`), with the same parameters.

    Raises:
        AssertionError: not a BucketingModule, or one without buckets or parameters.
    """
    _check(
        isinstance(bucketing_mod, BucketingModule),
        f"the first argument must be a BucketingModule. Received: {type(bucketing_mod).__name__}",
    )
    _check(len(bucketing_mod._buckets) > 0, "the BucketingModule has no buckets: bind it first")
    _check(bucketing_mod.params_initialized, "the BucketingModule has no parameters: call init_params first")
    arg_params, aux_params = bucketing_mod._curr_module._arg_params, bucketing_mod._curr_module._aux_params
    graphs = {}
    for key, module in bucketing_mod._buckets.items():
        graphs[key], arg_params, aux_params = convert_model(
            module._symbol,
            arg_params,
            aux_params,
            target_dtype=target_dtype,
            target_dtype_ops=target_dtype_ops,
            fp32_ops=fp32_ops,
            conditional_fp32_ops=conditional_fp32_ops,
            excluded_sym_names=excluded_sym_names,
            cast_optional_params=cast_optional_params,
        )
    return BucketingModule.load_dict(
        graphs,
        sym_gen=bucketing_mod._sym_gen,
        arg_params=arg_params,
        aux_params=aux_params,
        default_bucket_key=bucketing_mod._default_bucket_key,
        logger=bucketing_mod.logger,
        context=bucketing_mod._context,
        work_load_list=bucketing_mod._work_load_list,
        fixed_param_names=bucketing_mod._fixed_param_names,
        state_names=bucketing_mod._state_names,
        group2ctxs=bucketing_mod._group2ctxs,
        compression_params=bucketing_mod._compression_params,
    )


def _check(holds: bool, complaint: str) -> None:
    if not holds:
        raise ArgumentTypeError(complaint)


def _check_target(target_dtype: Any) -> None:
    _check(
        isinstance(target_dtype, str) and target_dtype in ("float16", "bfloat16"),
        f"target_dtype must be 'float16' or 'bfloat16'. Received: target_dtype={target_dtype!r}",
    )


def _dtypes_of(sym: Any) -> dict[str, Any]:
    """Types that the variables of a graph name."""
    found = {}
    for name, attributes in sym.attr_dict().items():
        text = attributes.get("__dtype__", _UNKNOWN)
        if text != _UNKNOWN:
            found[name] = NAME_OF_TORCH[TORCH_OF_FLAG[int(text)]]
    return found
