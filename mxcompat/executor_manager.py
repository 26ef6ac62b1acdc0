"""Executors on several contexts, each with its share of every batch: what FeedForward trains with.

Source: MXNet 1.9.1 python/mxnet/executor_manager.py.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from typing import Any

from . import nd as nd
from .base import mx_real_t
from .context import cpu as cpu
from .io import DataDesc as DataDesc


def _split_input_slice(batch_size: int, work_load_list: Sequence[float]) -> list[slice]:
    """The parts of a batch, in proportion to work loads; rounding's remainder goes to the last.

    Raises:
        ValueError: a part would be empty.
    """
    total = sum(work_load_list)
    counts = [round(load * batch_size / total) for load in work_load_list]
    counts[-1] += max(0, batch_size - sum(counts))
    slices = []
    end = 0
    for count in counts:
        begin, end = min(end, batch_size), min(end + count, batch_size)
        if begin >= end:
            raise ValueError(
                f"work_load_list={list(work_load_list)} leaves a context without any of the {batch_size} "
                "instances: Too many slices"
            )
        slices.append(slice(int(begin), int(end)))
    return slices


def _check_arguments(symbol: Any) -> None:
    """Raise ValueError if two arguments, or two auxiliary states, have one name."""
    kinds = ("argument", symbol.list_arguments()), ("auxiliary param", symbol.list_auxiliary_states())
    for kind, names in kinds:
        seen: set[str] = set()
        for name in names:
            if name in seen:
                raise ValueError(
                    f'Find duplicated {kind} name "{name}": give the layers different names. The {kind}s are {names}'
                )
            seen.add(name)


def _load_general(data: Sequence[Any], targets: Sequence[Any]) -> None:
    """Copy arrays into arrays, or parts of them into lists of (slice, array)."""
    for source, target in zip(data, targets, strict=False):
        if isinstance(target, nd.NDArray):
            source.copyto(target)
            continue
        if target[-1][0].stop != source.shape[0]:
            raise AssertionError(f"Batch size miss match. Expected {target[-1][0].stop}, got {source.shape[0]}")
        for part, array in target:
            source[part].copyto(array)


def _load_data(batch: Any, targets: Sequence[Any]) -> None:
    _load_general(batch.data, targets)


def _load_label(batch: Any, targets: Sequence[Any]) -> None:
    _load_general(batch.label, targets)


def _average_into(targets: dict[str, Any], names: Sequence[str], blocks: Sequence[Sequence[Any]]) -> None:
    """Write the means over the devices into arrays by name."""
    for name, block in zip(names, blocks, strict=False):
        target = targets[name]
        mean = block[0] if len(block) == 1 else sum(array.copyto(cpu()) for array in block) / len(block)
        mean.astype(target.dtype).copyto(target)


def _reused(name: str, shape: Any, dtype: Any, ctx: Any, pool: dict[str, Any] | None, logger: Any) -> Any:
    """Zeros, or the front of the array kept under this name."""
    kept = None if pool is None else pool.get(name)
    if kept is not None:
        if math.prod(kept.shape) >= math.prod(shape):
            if kept.dtype != dtype:
                raise AssertionError(f"{name}: the shared array is {kept.dtype.__name__}, not {dtype.__name__}")
            count = math.prod(shape)
            return kept.reshape((-1,))[:count].reshape(shape)
        logger.warning(
            'bucketing: data "%s" of shape %s exceeds the shared array of shape %s and gets its own; let '
            "default_bucket_key be the largest bucket",
            name,
            shape,
            kept.shape,
        )
    made = nd.zeros(shape, ctx, dtype=dtype)
    if pool is not None:
        pool[name] = made
    return made


def _bind_exec(
    sym: Any,
    ctx: Any,
    input_shapes: dict[str, Any],
    param_names: Sequence[str],
    need_grad: Any = False,
    base_exec: Any = None,
    shared_data_arrays: dict[str, Any] | None = None,
    input_types: dict[str, Any] | None = None,
    logger: Any = logging,
) -> Any:
    """An executor for inputs of these shapes; parameters are those of ``base_exec`` if there is one.

    Args:
        sym: the network.
        ctx: its context.
        input_shapes: shapes of data and labels by name.
        param_names: which arguments are parameters.
        need_grad: which arguments get gradients: a set of names, True for all but the inputs, or False.
        base_exec: an executor to share parameters and auxiliary states with.
        shared_data_arrays: inputs by name, to be used again.
        input_types: dtypes of the inputs; float32 by default.
        logger: where to log to.
    """
    shapes, _, aux_shapes = sym.infer_shape(**input_shapes)
    types, _, aux_types = sym.infer_type(**(input_types or dict.fromkeys(input_shapes, mx_real_t)))
    if shapes is None or types is None:
        raise AssertionError("the inputs do not tell the shapes and dtypes of all arguments")
    names = sym.list_arguments()
    if isinstance(need_grad, bool):
        need_grad = set(names) - set(input_shapes) if need_grad else set()
    elif not isinstance(need_grad, set):
        raise AssertionError(f"need_grad={need_grad!r} is not legal; give a bool or a set of names")
    args: list[Any] = []
    grads: dict[str, Any] = {}
    for name, shape, dtype in zip(names, shapes, types, strict=True):
        if name not in param_names:
            args.append(_reused(name, shape, dtype, ctx, shared_data_arrays, logger))
            continue
        if base_exec is None:
            args.append(nd.zeros(shape, ctx, dtype=dtype))
            if name in need_grad:
                grads[name] = nd.zeros(shape, ctx, dtype=dtype)
            continue
        array = base_exec.arg_dict[name]
        if array.shape != shape or array.dtype != dtype:
            raise AssertionError(f"{name}: shape {shape} here, {array.shape} in the executor to share with")
        args.append(array)
        if name in need_grad:
            grads[name] = base_exec.grad_dict[name]
    if base_exec is None:
        states = [nd.zeros(shape, ctx, dtype=dtype) for shape, dtype in zip(aux_shapes, aux_types, strict=True)]
    else:
        states = list(base_exec.aux_arrays)
        if [(a.shape, a.dtype) for a in states] != list(zip(aux_shapes, aux_types, strict=True)):
            raise AssertionError("the auxiliary states have other shapes in the executor to share with")
    return sym.bind(
        ctx=ctx,
        args=args,
        args_grad=grads if need_grad else None,
        aux_states=states,
        grad_req={name: "write" if name in need_grad else "null" for name in names},
        shared_exec=base_exec,
    )


class DataParallelExecutorGroup:
    """The executors of one network, one on each context.

    Args:
        sym: the network.
        arg_names: its arguments.
        param_names: those that are parameters.
        ctx: the contexts.
        slices: which part of a batch each gets.
        train_data: says names, shapes and dtypes of data and labels.
        shared_group: a group to share parameters and input arrays with.

    Raises:
        ValueError: two arguments of the network have one name.

    Source: MXNet 1.9.1 python/mxnet/executor_manager.py.
    """

    def __init__(
        self,
        sym: Any,
        arg_names: list[str],
        param_names: list[str],
        ctx: list[Any],
        slices: list[slice],
        train_data: Any,
        shared_group: Any = None,
    ) -> None:
        _check_arguments(sym)
        self.shared_data_arrays: list[dict[str, Any]] = (
            [{} for _ in ctx] if shared_group is None else shared_group.shared_data_arrays
        )
        self.data_names = [x[0] for x in train_data.provide_data]
        self.label_names = [x[0] for x in train_data.provide_label]
        self.aux_names = sym.list_auxiliary_states()
        self.param_idx = [i for i, name in enumerate(arg_names) if name in param_names]
        self.param_names = [arg_names[i] for i in self.param_idx]
        inputs = train_data.provide_data + train_data.provide_label
        types = {x[0]: x.dtype if isinstance(x, DataDesc) else mx_real_t for x in inputs}
        self.train_execs = []
        for i, (one, part) in enumerate(zip(ctx, slices, strict=False)):
            shapes = {x[0]: (part.stop - part.start, *x[1][1:]) for x in inputs}
            shared = None if shared_group is None else shared_group.train_execs[i]
            self.train_execs.append(
                _bind_exec(
                    sym,
                    one,
                    shapes,
                    self.param_names,
                    need_grad=True,
                    base_exec=shared,
                    shared_data_arrays=self.shared_data_arrays[i],
                    input_types=types,
                )  # fmt: skip
            )
        execs = self.train_execs
        self.data_arrays = [self._parts(slices, name) for name in self.data_names]
        self.label_arrays = [self._parts(slices, name) for name in self.label_names]
        self.param_arrays = [[e.arg_arrays[i] for e in execs] for i in self.param_idx]
        self.grad_arrays = [[e.grad_arrays[i] for e in execs] for i in self.param_idx]
        self.aux_arrays = [[e.aux_arrays[i] for e in execs] for i in range(len(self.aux_names))]
        self.slices = slices

    def _parts(self, slices: list[slice], name: str) -> list[tuple[slice, Any]]:
        return [(part, e.arg_dict[name]) for part, e in zip(slices, self.train_execs, strict=True)]

    def load_data_batch(self, data_batch: Any) -> None:
        """Copy data and labels to the executors. AssertionError if the batch has another size."""
        _load_data(data_batch, self.data_arrays)
        _load_label(data_batch, self.label_arrays)

    def forward(self, is_train: bool = False) -> None:
        """Compute the outputs."""
        for executor in self.train_execs:
            executor.forward(is_train=is_train)

    def backward(self) -> None:
        """Compute the gradients."""
        for executor in self.train_execs:
            executor.backward()

    def update_metric(self, metric: Any, labels: Any, pre_sliced: bool = False) -> None:
        """Give labels and outputs to a metric.

        Args:
            metric: the metric.
            labels: arrays; with ``pre_sliced`` a list of arrays for each context.
            pre_sliced: see there.
        """
        for i, (executor, part) in enumerate(zip(self.train_execs, self.slices, strict=True)):
            metric.update(labels[i] if pre_sliced else [label[part] for label in labels], executor.outputs)


class DataParallelExecutorManager:
    """Runs batches on several contexts, with a group of executors for each bucket.

    Args:
        symbol: the network.
        ctx: the contexts.
        train_data: says batch size, names, shapes and dtypes.
        arg_names: arguments of the network.
        param_names: those that are parameters.
        aux_names: its auxiliary states.
        work_load_list: shares of the contexts in a batch; equal by default.
        logger: where to log to.
        sym_gen: a function of a bucket's key that gives the network of the bucket.

    Raises:
        AssertionError: another number of work loads than of contexts.
        ValueError: a context would get nothing.

    Source: MXNet 1.9.1 python/mxnet/executor_manager.py.
    """

    def __init__(
        self,
        symbol: Any,
        ctx: list[Any],
        train_data: Any,
        arg_names: list[str],
        param_names: list[str],
        aux_names: list[str],
        work_load_list: Any = None,
        logger: Any = None,
        sym_gen: Any = None,
    ) -> None:
        logger = logging if logger is None else logger
        logger.info("Start training with %s", str(ctx))
        if work_load_list is None:
            work_load_list = [1] * len(ctx)
        if not isinstance(work_load_list, list) or len(work_load_list) != len(ctx):
            raise AssertionError(f"Invalid settings for work load: {work_load_list!r} for {len(ctx)} contexts")
        self.slices = _split_input_slice(train_data.batch_size, work_load_list)
        self.arg_names = arg_names
        self.param_names = param_names
        self.aux_names = aux_names
        self.ctx = ctx
        self.execgrp = DataParallelExecutorGroup(symbol, arg_names, param_names, ctx, self.slices, train_data)
        self.symbol = symbol
        self.sym_gen = sym_gen
        self.curr_execgrp: Any = None
        if sym_gen is not None:
            self.execgrp_bucket = {train_data.default_bucket_key: self.execgrp}

    def install_monitor(self, monitor: Any) -> None:
        """Have a monitor watch all executors. NotImplementedError with buckets."""
        if self.sym_gen is not None:
            raise NotImplementedError("Monitoring is not implemented for bucketing")
        for executor in self.execgrp.train_execs:
            monitor.install(executor)

    def set_params(self, arg_params: dict[str, Any], aux_params: dict[str, Any]) -> None:
        """Copy parameters and auxiliary states to all executors."""
        for executor in self.execgrp.train_execs:
            executor.copy_params_from(arg_params, aux_params)

    def copy_to(self, arg_params: dict[str, Any], aux_params: dict[str, Any]) -> None:
        """Copy parameters and auxiliary states, averaged over the contexts, into these arrays."""
        _average_into(arg_params, self.param_names, self.param_arrays)
        _average_into(aux_params, self.aux_names, self.aux_arrays)

    @property
    def param_arrays(self) -> list[list[Any]]:
        """For each parameter its arrays, one on each context."""
        return self.execgrp.param_arrays

    @property
    def grad_arrays(self) -> list[list[Any]]:
        """For each parameter its gradients, one on each context."""
        return self.execgrp.grad_arrays

    @property
    def aux_arrays(self) -> list[list[Any]]:
        """For each auxiliary state its arrays, one on each context."""
        return self.execgrp.aux_arrays

    def load_data_batch(self, data_batch: Any) -> None:
        """Copy a batch to the executors of its bucket."""
        self.curr_execgrp = self.execgrp
        if self.sym_gen is not None:
            key = data_batch.bucket_key
            if key not in self.execgrp_bucket:
                self.execgrp_bucket[key] = DataParallelExecutorGroup(
                    self.sym_gen(key), self.arg_names, self.param_names, self.ctx, self.slices, data_batch,
                    shared_group=self.execgrp,
                )  # fmt: skip
            self.curr_execgrp = self.execgrp_bucket[key]
        self.curr_execgrp.load_data_batch(data_batch)

    def forward(self, is_train: bool = False) -> None:
        """Compute the outputs of the current batch."""
        self.curr_execgrp.forward(is_train=is_train)

    def backward(self) -> None:
        """Compute the gradients."""
        self.curr_execgrp.backward()

    def update_metric(self, metric: Any, labels: Any, pre_sliced: bool = False) -> None:
        """Give labels and outputs of the current batch to a metric."""
        self.curr_execgrp.update_metric(metric, labels, pre_sliced)
