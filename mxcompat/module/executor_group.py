"""The executors of a module, one on each context with its part of every batch.

Source: MXNet 1.9.1 python/mxnet/module/executor_group.py.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from .. import context as ctx
from .. import nd as nd
from ..executor_manager import _average_into, _split_input_slice
from ..io import DataDesc as DataDesc
from ..nd.ndarray import _DTYPE_MX_TO_NP


def _load_general(data: Sequence[Any], targets: Sequence[Any], major_axis: Sequence[int]) -> None:
    """Copy arrays into arrays, lists into lists, or the parts along an axis into lists of (slice, array)."""
    for source, target, axis in zip(data, targets, major_axis, strict=False):
        if isinstance(target, nd.NDArray):
            source.copyto(target)
        elif isinstance(source, (list, tuple)):
            for one, array in zip(source, target, strict=False):
                one.copyto(array)
        else:
            for part, array in target:
                whole = axis < 0 or (part.start == 0 and source.shape[axis] == part.stop)
                (source if whole else _cut(source, axis, part)).copyto(array)


def _cut(array: Any, axis: int, part: slice) -> Any:
    if axis == 0:
        return array[part.start : part.stop]
    return nd.slice_axis(array, axis=axis, begin=part.start, end=part.stop)


def _load(arrays_of: str, batch: Any, targets: Sequence[Any], major_axis: Sequence[int]) -> None:
    if not isinstance(batch, list):
        _load_general(getattr(batch, arrays_of), targets, major_axis)
        return
    sources = [[getattr(part, arrays_of)[i] for part in batch] for i in range(len(targets))]
    _load_general(sources, [[array for _, array in target] for target in targets], major_axis)


def _load_data(batch: Any, targets: Sequence[Any], major_axis: Sequence[int]) -> None:
    """Copy the data of a batch, or of a list of batches, one for each context."""
    _load("data", batch, targets, major_axis)


def _load_label(batch: Any, targets: Sequence[Any], major_axis: Sequence[int]) -> None:
    """Copy the labels of a batch, or of a list of batches."""
    _load("label", batch, targets, major_axis)


def _merge_multi_context(outputs: Sequence[Sequence[Any]], major_axis: Sequence[int]) -> list[Any]:
    """Join the parts of the contexts; what has no batch axis is taken from the first."""
    return [
        parts[0] if axis < 0 or len(parts) == 1 else
        nd.concat(*[part.as_in_context(parts[0].context) for part in parts], dim=axis)
        for parts, axis in zip(outputs, major_axis, strict=False)
    ]  # fmt: skip


def _prepare_group2ctxs(group2ctxs: Any, ctx_len: int) -> list[Any]:
    """For each context, the contexts of the groups of a network.

    Raises:
        AssertionError: neither None, a list of dicts nor a dict; or of another length.
    """
    if group2ctxs is None:
        return [None] * ctx_len
    if isinstance(group2ctxs, list):
        if len(group2ctxs) != ctx_len:
            raise AssertionError(f"length of group2ctxs should be {ctx_len}, got {len(group2ctxs)}")
        return group2ctxs
    if not isinstance(group2ctxs, dict):
        raise AssertionError(
            f"group2ctxs={type(group2ctxs).__name__} is not legal: give a dict from group to Context(s), or a "
            "list with a dict for each context"
        )
    made: list[dict[str, Any]] = [{} for _ in range(ctx_len)]
    for group, places in group2ctxs.items():
        places = [places] if isinstance(places, ctx.Context) else places
        if len(places) not in (1, ctx_len):
            raise AssertionError(f"length of group2ctxs[{group}] should be {ctx_len} or 1, got {len(places)}")
        for i, row in enumerate(made):
            row[group] = places[i if len(places) > 1 else 0]
    return made


class DataParallelExecutorGroup:
    """Executors of one network on several contexts.

    Args:
        symbol: the network.
        contexts: where it runs.
        workload: shares of the contexts in a batch.
        data_shapes: descriptions of the data.
        label_shapes: descriptions of the labels, or None.
        param_names: arguments that are parameters.
        for_training: whether there will be a `backward`.
        inputs_need_grad: whether gradients of the data are wanted.
        shared_group: a group to share parameters and memory with.
        logger: where to log to.
        fixed_param_names: parameters without gradients.
        grad_req: ``"write"``, ``"add"`` or ``"null"``, for all, as a list, or as a dict by argument.
        state_names: arguments that are states: neither data nor parameters.
        group2ctxs: contexts of groups of the network; accepted, everything runs on ``contexts``.

    Raises:
        AssertionError: data of different batch sizes; a list ``grad_req`` of another length.
        ValueError: another kind of ``grad_req``; a context would get nothing.

    Source: MXNet 1.9.1 python/mxnet/module/executor_group.py.
    """

    def __init__(
        self,
        symbol: Any,
        contexts: list[Any],
        workload: list[float],
        data_shapes: Any,
        label_shapes: Any,
        param_names: list[str],
        for_training: bool,
        inputs_need_grad: bool,
        shared_group: Any = None,
        logger: Any = logging,
        fixed_param_names: list[str] | None = None,
        grad_req: Any = "write",
        state_names: list[str] | None = None,
        group2ctxs: Any = None,
    ) -> None:
        self.symbol, self.logger = symbol, logger
        self.arg_names, self.aux_names = symbol.list_arguments(), symbol.list_auxiliary_states()
        self.param_names, self.fixed_param_names = param_names, fixed_param_names or []
        self.state_names = state_names or []
        self.contexts, self.workload = contexts, workload
        self.group2ctxs = _prepare_group2ctxs(group2ctxs, len(contexts))
        self.for_training, self.inputs_need_grad = for_training, inputs_need_grad
        self._total_exec_bytes = 0
        data_shapes = [x if isinstance(x, DataDesc) else DataDesc(*x) for x in data_shapes]
        if label_shapes is not None:
            label_shapes = [x if isinstance(x, DataDesc) else DataDesc(*x) for x in label_shapes]
        self.grad_req = self._requests(grad_req if for_training else "null", {x.name for x in data_shapes})
        self.shared_data_arrays: list[dict[str, Any]] = (
            [{} for _ in contexts] if shared_group is None else shared_group.shared_data_arrays
        )
        self.batch_size: Any = None
        self.slices: Any = None
        self.execs: list[Any] = []
        self._default_execs: list[Any] | None = None
        self.data_arrays: Any = None
        self.label_arrays: Any = None
        self.param_arrays: Any = None
        self.state_arrays: Any = None
        self.grad_arrays: Any = None
        self.aux_arrays: Any = None
        self.input_grad_arrays: Any = None
        self.data_shapes: Any = None
        self.label_shapes: Any = None
        self.data_names: Any = None
        self.label_names: Any = None
        self.data_layouts: Any = None
        self.label_layouts: Any = None
        self.output_names = symbol.list_outputs()
        self.num_outputs = len(self.output_names)
        self.output_layouts = [
            DataDesc.get_batch_axis(symbol[i].attr("__layout__")) for i in range(self.num_outputs)
        ]  # fmt: skip
        self.bind_exec(data_shapes, label_shapes, shared_group)

    def _requests(self, grad_req: Any, data_names: set[str]) -> dict[str, str]:
        if isinstance(grad_req, (list, tuple)):
            if len(grad_req) != len(self.arg_names):
                raise AssertionError(f"grad_req has {len(grad_req)} entries for {len(self.arg_names)} arguments")
            return dict(zip(self.arg_names, grad_req, strict=True))
        if not isinstance(grad_req, (str, dict)):
            raise ValueError(f"grad_req must be text, a list or a dict by name, got {type(grad_req).__name__}")
        usual = grad_req if isinstance(grad_req, str) else "write"
        made = {}
        for name in self.arg_names:
            if name in self.param_names:
                wanted = name not in self.fixed_param_names
            else:
                wanted = name in data_names and self.inputs_need_grad
            made[name] = usual if wanted else "null"
        if isinstance(grad_req, dict):
            made.update(grad_req)
        return made

    def decide_slices(self, data_shapes: Any) -> list[int]:
        """Find the batch size and each context's part of it.

        Args:
            data_shapes: descriptions.

        Returns:
            The batch axis of each; -1 for none.

        Raises:
            AssertionError: no description, or different batch sizes.
        """
        if not data_shapes:
            raise AssertionError("there must be at least one input")
        axes = [DataDesc.get_batch_axis(x.layout) for x in data_shapes]
        for (name, shape), axis in zip(data_shapes, axes, strict=True):
            if axis == -1:
                continue
            if self.batch_size is None:
                self.batch_size = shape[axis]
                self.slices = _split_input_slice(self.batch_size, self.workload)
            elif shape[axis] != self.batch_size:
                raise AssertionError(
                    f"{name} of shape {shape} differs in batch size from the data before it, which has "
                    f"{self.batch_size}"
                )
        return axes

    def _collect_arrays(self) -> None:
        """Gather the executors' arrays by what they are."""
        execs = self.execs
        slices = self.slices or [slice(i, i + 1) for i in range(len(execs))]

        def parts(shapes: Any) -> list[Any]:
            return [[(part, e.arg_dict[x[0]]) for part, e in zip(slices, execs, strict=True)] for x in shapes]

        self.data_arrays = parts(self.data_shapes)
        self.label_arrays = None if self.label_shapes is None else parts(self.label_shapes)
        self.state_arrays = [[e.arg_dict[name] for e in execs] for name in self.state_names]
        places = [i for i, name in enumerate(self.arg_names) if name in self.param_names]
        self.param_arrays = [[e.arg_arrays[i] for e in execs] for i in places]
        self.grad_arrays = [[e.grad_arrays[i] for e in execs] for i in places] if self.for_training else None
        self.input_grad_arrays = None
        if self.inputs_need_grad:
            places = [self.arg_names.index(x[0]) for x in self.data_shapes if x[0] in self.arg_names]
            self.input_grad_arrays = [[e.grad_arrays[i] for e in execs] for i in places]
        self.aux_arrays = [[e.aux_arrays[i] for e in execs] for i in range(len(self.aux_names))]

    def bind_exec(self, data_shapes: Any, label_shapes: Any, shared_group: Any = None, reshape: bool = False) -> None:
        """Make the executors.

        Args:
            data_shapes: descriptions of the data.
            label_shapes: descriptions of the labels, or None.
            shared_group: a group to share memory with.
            reshape: make them from the first ones, sharing their memory.
        """
        if self.execs and not reshape:
            raise AssertionError("the executors are there: use reshape")
        self.batch_size = None
        self.data_layouts = self.decide_slices(data_shapes)
        if label_shapes is not None:
            self.label_layouts = self.decide_slices(label_shapes)
        for i in range(len(self.contexts)):
            data = self._sliced_shape(data_shapes, i, self.data_layouts)
            label = [] if label_shapes is None else self._sliced_shape(label_shapes, i, self.label_layouts)
            if reshape and self._default_execs is not None:
                shapes = dict(data + label)
                self.execs[i] = self._default_execs[i].reshape(allow_up_sizing=True, **shapes)
            else:
                self.execs.append(self._bind_ith_exec(i, data, label, shared_group))
        self.data_shapes = data_shapes
        self.label_shapes = label_shapes
        self.data_names = [x.name for x in data_shapes]
        if label_shapes is not None:
            self.label_names = [x.name for x in label_shapes]
        self._collect_arrays()

    def reshape(self, data_shapes: Any, label_shapes: Any) -> None:
        """Have executors for other shapes; parameters stay.

        Args:
            data_shapes: descriptions of the data.
            label_shapes: descriptions of the labels, or None.
        """
        if data_shapes == self.data_shapes and label_shapes == self.label_shapes:
            return
        if self._default_execs is None:
            self._default_execs = list(self.execs)
        self.bind_exec(data_shapes, label_shapes, reshape=True)

    def set_params(self, arg_params: dict[str, Any], aux_params: dict[str, Any], allow_extra: bool = False) -> None:
        """Copy parameters and auxiliary states to all executors.

        Args:
            arg_params: parameters by name.
            aux_params: auxiliary states by name.
            allow_extra: skip names that the network does not have.

        Raises:
            ValueError: such a name, if it is not allowed.
        """
        for executor in self.execs:
            executor.copy_params_from(arg_params, aux_params, allow_extra_params=allow_extra)

    def get_params(self, arg_params: dict[str, Any], aux_params: dict[str, Any]) -> None:
        """Copy parameters and auxiliary states, averaged over the contexts, into these arrays."""
        _average_into(arg_params, self.param_names, self.param_arrays)
        _average_into(aux_params, self.aux_names, self.aux_arrays)

    def forward(self, data_batch: Any, is_train: bool | None = None) -> None:
        """Copy a batch to the executors and compute the outputs.

        Args:
            data_batch: the batch, or a list of batches, one for each context.
            is_train: in training or not; as bound by default.
        """
        _load_data(data_batch, self.data_arrays, self.data_layouts)
        first = data_batch[0] if isinstance(data_batch, list) else data_batch
        if self.label_arrays is not None and first.label:
            _load_label(data_batch, self.label_arrays, self.label_layouts)
        for executor in self.execs:
            executor.forward(is_train=self.for_training if is_train is None else is_train)

    def get_output_shapes(self) -> list[tuple[str, tuple[int, ...]]]:
        """Pairs of name and shape of the outputs, of the whole batch."""
        found = []
        for name, output, axis in zip(self.output_names, self.execs[0].outputs, self.output_layouts, strict=True):
            shape = list(output.shape)
            if axis >= 0:
                shape[axis] = self.batch_size
            found.append((name, tuple(shape)))
        return found

    def get_outputs(self, merge_multi_context: bool = True, begin: int = 0, end: int | None = None) -> list[Any]:
        """The outputs of the last batch.

        Args:
            merge_multi_context: join the parts of the contexts; else each output is a list of parts.
            begin: number of the first.
            end: number to stop before; None for all.
        """
        chosen = range(begin, self.num_outputs if end is None else end)
        outputs = [[executor.outputs[i] for executor in self.execs] for i in chosen]
        return _merge_multi_context(outputs, self.output_layouts) if merge_multi_context else outputs

    def get_states(self, merge_multi_context: bool = True) -> Any:
        """For each state a list of its arrays, one on each context. AssertionError if they are to be merged."""
        if merge_multi_context:
            raise AssertionError(
                "get_states: states of several contexts are not merged; give merge_multi_context=False"
            )
        return self.state_arrays

    def set_states(self, states: Any = None, value: Any = None) -> None:
        """Set the states.

        Args:
            states: as `get_states` gives them.
            value: one number for all of them.

        Raises:
            AssertionError: both, or neither.
        """
        if (states is None) == (value is None):
            number = "Only" if states is not None else "At least"
            raise AssertionError(f"{number} one of states & value can be specified.")
        if states is not None:
            _load_general(states, self.state_arrays, (0,) * len(states))
            return
        for arrays in self.state_arrays:
            for array in arrays:
                array[:] = value

    def get_input_grads(self, merge_multi_context: bool = True) -> Any:
        """The gradients of the data; see `get_outputs`. AssertionError if bound without them."""
        if not self.inputs_need_grad:
            raise AssertionError("get_input_grads: bind with inputs_need_grad=True")
        if merge_multi_context:
            return _merge_multi_context(self.input_grad_arrays, self.data_layouts)
        return self.input_grad_arrays

    def backward(self, out_grads: Any = None) -> None:
        """Compute the gradients.

        Args:
            out_grads: gradients of the outputs of the whole batch, where these are no losses.

        Raises:
            AssertionError: not bound for training.
        """
        if not self.for_training:
            raise AssertionError("backward: the group is bound for inference; bind it with for_training=True")
        for i, (executor, part) in enumerate(zip(self.execs, self.slices, strict=True)):
            heads = []
            for grad, axis in zip([] if out_grads is None else out_grads, self.output_layouts, strict=False):
                if axis >= 0:
                    grad = nd.slice_axis(grad, axis=axis, begin=part.start, end=part.stop)
                    heads.append(grad.as_in_context(self.contexts[i]))
                else:
                    heads.append(grad.copyto(self.contexts[i]))
            executor.backward(out_grads=heads)

    def update_metric(self, eval_metric: Any, labels: Any, pre_sliced: bool) -> None:
        """Give labels and outputs to a metric, by their names.

        Args:
            eval_metric: the metric.
            labels: arrays; with ``pre_sliced`` a list of arrays for each context.
            pre_sliced: see there.
        """
        for i, (executor, part) in enumerate(zip(self.execs, self.slices, strict=True)):
            mine = labels[i] if pre_sliced else [
                _cut(label, axis, part) if axis >= 0 else label
                for label, axis in zip(labels, self.label_layouts, strict=False)
            ]  # fmt: skip
            eval_metric.update_dict(
                dict(zip(self.label_names, mine, strict=False)),
                dict(zip(self.output_names, executor.outputs, strict=True)),
            )

    def _bind_ith_exec(self, i: int, data_shapes: Any, label_shapes: Any, shared_group: Any) -> Any:
        """The executor of a context."""
        types = {x.name: x.dtype for x in data_shapes}
        attributes = self.symbol.attr_dict()
        for name in types:
            declared = attributes.get(name, {}).get("__dtype__", "-1")
            if declared != "-1":  # what the variable says counts more than the iterator
                types[name] = _DTYPE_MX_TO_NP[int(declared)]
        types.update({x.name: x.dtype for x in label_shapes or ()})
        shapes = {**dict(data_shapes), **dict(label_shapes or ())}
        executor = self.symbol.simple_bind(
            ctx=self.contexts[i],
            grad_req=self.grad_req,
            type_dict=types,
            shared_arg_names=self.param_names,
            shared_exec=None if shared_group is None else shared_group.execs[i],
            group2ctx=self.group2ctxs[i],
            shared_buffer=self.shared_data_arrays[i],
            **shapes,
        )
        self._total_exec_bytes += int(executor.debug_str().split("\n")[-3].split()[1])
        return executor

    def _sliced_shape(self, shapes: Any, i: int, major_axis: list[int]) -> list[DataDesc]:
        """Descriptions of a context's part."""
        found = []
        for x, axis in zip(shapes, major_axis, strict=True):
            shape = list(x.shape)
            if axis >= 0:
                shape[axis] = self.slices[i].stop - self.slices[i].start
            found.append(DataDesc(x.name, tuple(shape), x.dtype, x.layout))
        return found

    def install_monitor(self, mon: Any) -> None:
        """Have a monitor watch all executors."""
        for executor in self.execs:
            mon.install(executor)
