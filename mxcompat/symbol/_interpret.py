"""A graph run node by node on NDArrays: for what tensors alone cannot carry, and for those who want to watch.

Sparse arrays, and integer arrays with a gradient, exist on NDArrays only; the compiled program knows tensors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from torch import Tensor

from .._core.context import Context
from .._core.errors import MXNetError
from ..autograd._graph import leaf_of
from ..graph.compile import Program
from ..graph.facts import GraphOperator, output_name
from ..graph.monitor_names import monitored_inputs, monitored_output
from ..graph.node import Node
from ..graph.plan import Call, showing
from ..nd._invoke import invoke
from ..nd.ndarray import NDArray
from ._taps import Taps

#: called with the name of an array in the graph, the operator's name, and the array
Monitor = Callable[[str, str, NDArray], None]


def interpret(
    program: Program,
    arrays: Sequence[NDArray],
    cls: type[NDArray] = NDArray,
    monitor: Monitor | None = None,
    inputs_too: bool = False,
    as_executor: bool = False,
    taps: Taps | None = None,
) -> list[NDArray]:
    """Run a program with the functions of `mxnet.nd`.

    Args:
        program: the compiled graph.
        arrays: one per input of the program.
        cls: class of the results.
        monitor: called with the outputs of every node.
        inputs_too: call it with the inputs also.
        as_executor: name outputs as `Symbol.list_outputs` does, and show variables under their own names too.
        taps: takes the gradients off the graph, while recording.

    Raises:
        MXNetError: a node refuses its inputs; the text names it.
    """
    program = program.for_shapes(arrays)
    values: dict[Node, Sequence[NDArray]] = {node: (a,) for node, a in zip(program.inputs, arrays, strict=True)}
    ctx = arrays[0]._ctx if arrays else None
    for call in program.calls:
        node, op = call.node, call.node.op
        given = [None if source is None else values[source.node][source.index] for source in call.sources]
        if monitor is not None and inputs_too and op is not None:
            present = [(s, array) for s, array in zip(call.sources, given, strict=True) if array is not None and s]
            names = monitored_inputs(node, len(present))
            for name, (source, array) in zip(names, present, strict=False):
                if as_executor and source.node.op is None:
                    monitor(source.node.name, op.name, array)
                monitor(name, op.name, array)
        if monitor is not None and as_executor:  # CachedOp shows what a symbol shows
            call = showing(call)
        results = _run(call, given if taps is None else taps.tap(node, given), cls, ctx)
        values[node] = results
        if monitor is not None and op is not None:
            for i, array in enumerate(results):
                monitor(output_name(node, i) if as_executor else monitored_output(node, i), op.name, array)
    return [values[node][index] for node, index in program.outputs]


def _is_stored(array: NDArray) -> bool:
    """Whether an array or its gradient is sparse."""
    if array.stype != "default":
        return True
    leaf = leaf_of(array._t)
    return leaf is not None and not leaf.dense


def _run(call: Call, given: Sequence[NDArray | None], cls: type[NDArray], ctx: Context | None) -> Sequence[NDArray]:
    node, op = call.node, call.node.op
    if isinstance(op, GraphOperator) and any(array is not None and _is_stored(array) for array in given):
        on_arrays = op.hints.get("on_arrays")
        if on_arrays is not None:
            found = on_arrays(*given)
            return list(found) if isinstance(found, list) else [found]
    if op is None or node.subgraphs or isinstance(op, GraphOperator):
        tensors = [None if array is None else array._t for array in given]
        made = call.run(tensors)
        where = next((array._ctx for array in given if array is not None), ctx)
        parts = [made] if isinstance(made, Tensor) else list(made)
        return [cls._wrap(part.contiguous(), where) for part in parts]  # type: ignore[arg-type]
    values = call.values
    try:
        if ctx is None or given:
            result: Any = invoke(op, given, values, cls)
        else:
            with ctx:
                result = invoke(op, given, values, cls)
    except MXNetError as error:
        raise MXNetError(f"Error in operator {node.name}: {error}") from error
    return [result] if isinstance(result, NDArray) else list(result)
