"""How each node of a graph is run on tensors: the function, its inputs in order, its literal attribute values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from torch import Tensor

from .._core.context import Context
from .._core.dtypes import NAME_OF_TORCH
from .._core.errors import ArgumentValueError, MXNetError
from .._core.state import THREAD
from ..registry.operator import Operator, check_same_dtype
from .node import Entry, Node, in_order
from .shapes import follows_use

#: operator -> the attribute that makes its definition return the outputs that MXNet hides
_SHOW_HIDDEN = {
    name: "output_mean_var"
    for name in ("BatchNorm", "BatchNorm_v1", "_contrib_SyncBatchNorm", "LayerNorm", "GroupNorm")
}

#: makes the function of a control-flow node from the node and the context it runs on
Loops = Callable[[Node, Context], Callable[..., Any]]


@dataclass
class Call:
    """One node as a call of a function on tensors.

    Attributes:
        node: the node.
        function: what is called.
        sources: the tensor arguments, in order; None where an optional input is absent.
        values: the checked attribute values.
        rest: literal arguments after the tensors.
        keywords: literal keyword arguments.
        many: the function returns a tuple or list of tensors, not a tensor; None if only the result can tell.
        same_dtype: all inputs must have one dtype.
        may_alias: the result may be memory of an input.
        direct: what may be called instead with float32 tensors alone, where nothing is differentiated.
        contiguous: contiguous inputs always give a contiguous result.
    """

    node: Node
    function: Callable[..., Any]
    sources: list[Entry | None]
    values: tuple[Any, ...] = ()
    rest: tuple[Any, ...] = ()
    keywords: dict[str, Any] | None = None
    many: bool | None = False
    same_dtype: bool = False
    may_alias: bool = False
    direct: Callable[..., Any] | None = None
    contiguous: bool = False

    def check(self, tensors: Sequence[Tensor | None]) -> None:
        """MXNetError if the inputs do not have one dtype where the operator needs that."""
        op = self.node.op
        if self.same_dtype and op is not None:
            check_same_dtype(op, op.inputs or [f"arg{i}" for i in range(len(tensors))], tensors)

    def run(self, tensors: Sequence[Tensor | None]) -> Any:
        """Call the function."""
        return self.function(*tensors, *self.rest, **(self.keywords or {}))


def showing(call: Call) -> Call:
    """The same call with all results of an operator that keeps statistics to itself unless asked, as BatchNorm does."""
    op = call.node.op
    shown = None if op is None else _SHOW_HIDDEN.get(op.name)
    if op is None or shown is None:
        return call
    values = tuple(True if n == shown else v for n, v in zip(op.attr_names, call.values, strict=True))
    return replace(call, values=values, many=True)


#: operators whose result is contiguous if their inputs are, beside those with a direct form for float32
_CONTIGUOUS = frozenset(
    {
        "Activation", "BlockGrad", "Cast", "Dropout", "Embedding", "Flatten", "FullyConnected", "LayerNorm",
        "LeakyReLU", "LinearRegressionOutput", "LogisticRegressionOutput", "MakeLoss", "Reshape", "SoftmaxActivation",
        "SoftmaxOutput", "_copy", "elemwise_add", "elemwise_div", "elemwise_mul", "elemwise_sub", "expand_dims",
        "log_softmax", "softmax", "squeeze",
    }
)  # fmt: skip


def open_shape(node: Node) -> bool:
    """Whether a node makes an array of a shape that only its surroundings tell: ``zeros(shape=(0, 8))``, or a draw
    without a shape."""
    op = node.op
    if op is not None and follows_use(op, node.values):
        return True
    if op is None or node.inputs or "shape" not in op.attr_names:
        return False
    shape = node.values[op.attr_names.index("shape")]
    if not shape and op.name.startswith("_random_"):
        return shape is None or not THREAD.np_shape
    return isinstance(shape, tuple) and any(n < 0 or (n == 0 and not THREAD.np_shape) for n in shape)


def plan_of(
    outputs: Sequence[Entry], ctx: Context, loops: Loops, shapes: Mapping[Node, tuple[int, ...]] | None = None
) -> list[Call]:
    """The calls behind ``outputs``, inputs before their users.

    Args:
        outputs: what is asked for.
        ctx: where operators without inputs (samplers, ``zeros``) work.
        loops: see `Loops`.
        shapes: shapes of nodes with an open one (`open_shape`).

    Raises:
        MXNetError: a node cannot be run; the text names it.
    """
    order = in_order(outputs)
    most: dict[Node, int] = {}
    for node, index in (*outputs, *(entry for each in order for entry in each.inputs)):
        most[node] = max(most.get(node, 0), index)
    known = shapes or {}
    return [_call(node, most.get(node, 0), ctx, loops, known.get(node)) for node in order if node.op is not None]


def _call(node: Node, last: int, ctx: Context, loops: Loops, shape: tuple[int, ...] | None) -> Call:
    op = node.op
    if op is None:
        raise ValueError("a variable is not called")
    if node.subgraphs:
        return Call(node, loops(node, ctx), list(node.inputs), many=True, may_alias=True)
    values = node.values
    if shape is not None and op.name == "_arange":
        attrs = op.attr_dict(values)
        steps = shape[0] // attrs["repeat"] - 0.5  # half a step: rounding cannot change the number of steps
        attrs.update(stop=attrs["start"] + steps * attrs["step"], infer_range=False)
        values = tuple(attrs[n] for n in op.attr_names)
    elif shape is not None:
        values = tuple(shape if n == "shape" else v for n, v in zip(op.attr_names, values, strict=True))
    shown = _SHOW_HIDDEN.get(op.name)
    if shown is not None and last > 0:
        values = tuple(True if n == shown else v for n, v in zip(op.attr_names, values, strict=True))
    count = op.num_outputs(values)
    if last >= count and not (op.writes_out or callable(op.outputs)):
        raise MXNetError(
            f"Error in operator {node.name}: {op.name} gives {count} outputs here, output {last} is hidden"
        )
    call = Call(
        node,
        op.fn,
        aligned(node, op),
        values=values,
        many=True if count > 1 else None if callable(op.outputs) else False,
        same_dtype=op.same_dtype,
        may_alias=op.view,
        direct=None if values else op.float32,
        contiguous=op.float32 is not None or op.name in _CONTIGUOUS or op.name.endswith("_scalar"),
    )
    if op.variadic is not None:
        call.keywords = op.attr_dict(values)
        if op.context:
            call.function = _at(op.fn, ctx)
    elif not op.context:
        call.rest = tuple(values)
    elif "ctx" in op.attr_names:  # a literal of generated code cannot be a Context: it goes into the function
        at = op.attr_names.index("ctx")
        call.function = _with_attributes(op.fn, (*values[:at], values[at] or ctx, *values[at + 1 :]))
    else:
        call.rest = tuple(values)
        call.function = _at(op.fn, ctx)
    return call


def _named_like(function: Callable[..., Any], original: Callable[..., Any]) -> Callable[..., Any]:
    function.__name__ = function.__qualname__ = original.__name__
    function.__module__ = original.__module__
    return function


def _at(fn: Callable[..., Any], ctx: Context) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        return fn(*args, **kwargs, ctx=ctx)

    return _named_like(call, fn)


def _with_attributes(fn: Callable[..., Any], values: tuple[Any, ...]) -> Callable[..., Any]:
    def call(*tensors: Any) -> Any:
        return fn(*tensors, *values)

    return _named_like(call, fn)


def aligned(node: Node, op: Operator) -> list[Entry | None]:
    """The inputs of a node, each in the place of its parameter of the definition; None for absent ones."""
    if op.variadic is not None:
        return list(node.inputs)
    taken = op.inputs if op.list_inputs is None else tuple(op.list_inputs(op.attr_dict(node.values)))
    named = dict(zip(taken, node.inputs, strict=False))
    missing = [name for name in taken if name not in named and (op.list_inputs is not None or name not in op.optional)]
    if missing or len(node.inputs) > len(taken):
        raise MXNetError(
            f"Error in operator {node.name}: {op.name} expects {len(taken)} inputs ({', '.join(taken)}), "
            f"got {len(node.inputs)}"
        )
    return [named.get(name) for name in op.inputs]


def node_error(call: Call, tensors: Sequence[Tensor | None], error: Exception) -> MXNetError:
    """The MXNetError for what a node's function raised: it names the node, the operator and what it was given."""
    node = call.node
    if isinstance(error, MXNetError):
        text = str(error)
        if isinstance(error, ArgumentValueError):
            return ArgumentValueError(f"Error in operator {node.name}: {text}")
        return error if text.startswith("Error in operator ") else MXNetError(f"Error in operator {node.name}: {text}")
    op = node.op
    names = (op.inputs if op is not None else ()) or [f"arg{i}" for i in range(len(tensors))]
    shown = [
        f"{n} {NAME_OF_TORCH.get(t.dtype, t.dtype)} {tuple(t.shape)}"
        for n, t in zip(names, tensors, strict=False)
        if t is not None
    ]
    if op is not None and node.values:
        shown += [f"{k}={v!r}" for k, v in op.attr_dict(node.values).items()]
    text = (str(error).splitlines() or [type(error).__name__])[0]
    kind = "graph" if op is None else op.name
    return MXNetError(f"Error in operator {node.name}: {kind}: {text} (got {', '.join(shown)})")
