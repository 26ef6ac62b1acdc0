"""Inference of shapes: forward by running the definitions on tensors without memory, backward by rules.

A shape is a tuple in which -1 is an unknown dimension, or None where not even the number of dimensions is known. The
graph is walked forward and backward until nothing more becomes known, as MXNet 1.9.1
src/executor/infer_graph_attr_pass.cc walks it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from .._core.context import Context
from .._core.errors import MXNetError
from .._core.state import THREAD
from ..registry.operator import Operator
from .facts import GraphOperator
from .node import Entry, Node, in_order

Shape = tuple[int, ...] | None
#: ``rule(node, ins, outs)`` puts what it can work out into the lists ``ins`` and ``outs`` (see `fill`)
Rule = Callable[[Node, list[Shape], list[Shape]], None]

#: operator name -> rule that is asked before the definition is run
RULES: dict[str, Rule] = {}
#: operators whose rule says everything: the definition is never run
COMPLETE: set[str] = set()
#: operators whose definition need not be run once the rule has found the output. What they have in common is that
#: torch loads hundreds of modules (a second) when it first works out such a shape itself
ENOUGH: set[str] = set()

#: operator name -> dtypes to run its definition with, for so many inputs, where the inputs' own are not known
KINDS: dict[str, Callable[[int], tuple[torch.dtype, ...]]] = {}

_META = Context("cpu", 0)
_META._torch = torch.device("meta")
#: in the place of unknown dimensions: what comes out the same for both does not depend on them
_PROBES = (89, 120)
#: operators that cut ranges out of axes
_CUTS = ("slice", "slice_axis")
#: a definition that cannot do without memory gets zeros, up to so many elements
_MOST_ELEMENTS = 1 << 22


class Mismatch(MXNetError):
    """Two shapes that ought to be the same are not."""


def rule(*names: str, complete: bool = False, enough: bool = False) -> Callable[[Rule], Rule]:
    """Make the decorated function the rule of these operators.

    Args:
        names: the operators.
        complete: the definition is never run.
        enough: the definition is not run once the rule has found the output.
    """

    def decorate(function: Rule) -> Rule:
        for name in names:
            RULES[name] = function
        if complete:
            COMPLETE.update(names)
        if enough:
            ENOUGH.update(names)
        return function

    return decorate


def is_known(shape: Shape) -> bool:
    """Whether every dimension is known."""
    return shape is not None and -1 not in shape


def merged(one: Shape, other: Shape, what: str = "") -> Shape:
    """What two descriptions of one shape say together; Mismatch if they contradict each other."""
    if one is None or one == other:
        return other
    if other is None:
        return one
    if len(one) != len(other):
        raise Mismatch(f"Shape inconsistent{what}, Provided = {list(one)}, inferred shape={list(other)}")
    both = []
    for a, b in zip(one, other, strict=True):
        if a != b and a != -1 and b != -1:
            raise Mismatch(f"Shape inconsistent{what}, Provided = {list(one)}, inferred shape={list(other)}")
        both.append(b if a == -1 else a)
    return tuple(both)


def fill(shapes: list[Shape], index: int, shape: Shape, what: str = "") -> None:
    """Add to what is known of ``shapes[index]``; Mismatch on a contradiction."""
    shapes[index] = merged(shapes[index], shape, what)


def _one_shape(ins: list[Shape], outs: list[Shape]) -> None:
    fill(outs, 0, ins[0])
    ins[0] = outs[0]


class Shapes:
    """What is known of the shapes in a graph.

    Attributes:
        order: the nodes, inputs before their users.
        of: shapes of the outputs of each node, hidden ones included (None where a definition does not give them).
    """

    def __init__(self, outputs: Sequence[Entry]) -> None:
        self.order = in_order(outputs)
        self.of: dict[Node, list[Shape]] = {}
        self._done: set[Node] = set()

    def __getitem__(self, entry: Entry) -> Shape:
        known = self.of[entry.node]
        return known[entry.index] if entry.index < len(known) else None  # a hidden output

    def unknown(self) -> int:
        """Number of outputs whose shape is not fully known."""
        return sum(not is_known(shape) for shapes in self.of.values() for shape in shapes)


def infer_shapes(
    outputs: Sequence[Entry],
    given: Mapping[Node, Shape],
    dtypes: Mapping[Node, Sequence[torch.dtype | None]] | None = None,
    np_shape: bool = False,
) -> Shapes:
    """Work out the shapes in a graph.

    Args:
        outputs: outputs of the graph.
        given: shapes of variables.
        dtypes: dtypes of the outputs of each node, where known; float32 otherwise.
        np_shape: shapes in ``__shape__`` attributes follow NumPy: 0 is a dimension, -1 unknown.

    Raises:
        MXNetError: shapes contradict each other; the message names the node.
    """
    state = Shapes(outputs)
    for node in state.order:
        state.of[node] = [None] * (1 if node.op is None else node.op.num_outputs(node.values))
        if node.op is None:
            state.of[node] = [_of_variable(node, given.get(node), np_shape)]
    pending = [node for node in state.order if node.op is not None]
    left, forward = -1, True
    while True:
        for node in pending if forward else reversed(pending):
            _step(node, state, dtypes)
        pending = [node for node in pending if node not in state._done]
        unknown = state.unknown()
        if not pending or (not unknown) or (unknown == left and not forward):
            return state
        left, forward = unknown, not forward


def _of_variable(node: Node, given: Shape, np_shape: bool) -> Shape:
    if is_known(given):
        return given
    text = node.attrs.get("__shape__")
    if text is None:
        return given
    return from_text(text, np_shape, node.name)


def from_text(text: str, np_shape: bool, name: str) -> Shape:
    """The shape in a ``__shape__`` attribute."""
    body = text.strip()
    if body == "None":
        return None
    if len(body) >= 2 and body[0] + body[-1] in ("()", "[]"):
        body = body[1:-1]
    try:
        shape = tuple(int(part.strip().rstrip("L")) for part in body.split(",") if part.strip())
    except ValueError:
        raise MXNetError(f"variable {name}: __shape__={text!r} is no shape") from None
    if np_shape:
        return shape
    return tuple(-1 if d == 0 else d for d in shape) or None


def _step(node: Node, state: Shapes, dtypes: Mapping[Node, Sequence[torch.dtype | None]] | None) -> None:
    op = node.op
    if op is None or node in state._done:
        return
    ins = [state[entry] for entry in node.inputs]
    outs = list(state.of[node])
    before = list(ins)
    try:
        apply_rules(op, node, ins, outs, _dtypes_of(node, dtypes))
    except Mismatch as error:
        raise MXNetError(f"Error in operator {node.name}: {error}") from None
    state.of[node] = outs
    for (source, index), old, new in zip(node.inputs, before, ins, strict=True):
        known = state.of[source]
        if new is not old and index < len(known):
            try:
                known[index] = merged(known[index], new)
            except Mismatch as error:
                raise MXNetError(f"Error in operator {node.name}: {error} (input {source.name})") from None
    if all(is_known(shape) for shape in outs) and all(is_known(shape) for shape in ins):
        state._done.add(node)


def _dtypes_of(
    node: Node, dtypes: Mapping[Node, Sequence[torch.dtype | None]] | None
) -> tuple[torch.dtype, ...] | None:
    if dtypes is None:
        return None
    found = []
    for source, index in node.inputs:
        listed = dtypes.get(source, ())
        found.append((listed[index] if index < len(listed) else None) or torch.float32)
    return tuple(found)


def apply_rules(
    op: Operator, node: Node, ins: list[Shape], outs: list[Shape], dtypes: tuple[torch.dtype, ...] | None = None
) -> None:
    """Add what can be worked out about one node; the lists are changed in place."""
    if isinstance(op, GraphOperator):
        if op.infer_shapes is not None:
            op.infer_shapes(node, ins, outs)
        return
    special = RULES.get(op.name)
    if special is not None:
        special(node, ins, outs)
        if op.name in COMPLETE or (op.name in ENOUGH and is_known(outs[0])):
            return
    elif op.name.endswith("_scalar") and op.attr_names[:1] == (
        "scalar",
    ):  # all but _slice_assign_scalar (it has a rule)
        _one_shape(ins, outs)
        return
    if any(shape is None for shape in ins) or follows_use(op, node.values):
        return
    for index, shape in enumerate(_forward(op, node, ins, dtypes)):
        if index < len(outs):
            fill(outs, index, shape)


def follows_use(op: Operator, values: tuple[Any, ...]) -> bool:
    """Whether the length of an ``_arange`` comes from where it is used."""
    if op.name != "_arange":
        return False
    attrs = op.attr_dict(values)
    return bool(attrs["infer_range"]) and attrs["stop"] is None


def _forward(op: Operator, node: Node, ins: list[Shape], dtypes: tuple[torch.dtype, ...] | None) -> Sequence[Shape]:
    shapes: tuple[tuple[int, ...], ...] = tuple(shape or () for shape in ins)
    names = _input_positions(op, node, len(shapes))
    if all(-1 not in shape for shape in shapes):
        return _run(op, node.values, names, shapes, dtypes, node.name)
    found: list[Sequence[Shape]] = []
    for probe in _PROBES:
        filled = tuple(tuple(probe if d == -1 else d for d in shape) for shape in shapes)
        try:
            found.append(_run(op, node.values, names, filled, dtypes, node.name))
        except MXNetError:
            return ()
    outs: list[Shape] = []
    for one, other in zip(*found, strict=False):
        if one is None or other is None or len(one) != len(other):
            outs.append(None)
        else:
            outs.append(tuple(a if a == b else -1 for a, b in zip(one, other, strict=True)))
    if op.name in _CUTS and outs[0] is not None:  # a part of an axis of unknown length may be shorter than asked for
        outs[0] = tuple(-1 if old == -1 else new for old, new in zip(shapes[0], outs[0], strict=True))
    return outs


def _input_positions(op: Operator, node: Node, count: int) -> tuple[int, ...] | None:
    """Where the inputs of a node lie among the parameters of the definition; None: in order from the first."""
    if op.variadic is not None or op.list_inputs is None:
        return None
    wanted = list(op.list_inputs(op.attr_dict(node.values)))
    return tuple(op.inputs.index(name) for name in wanted)


def _run(
    op: Operator,
    values: tuple[Any, ...],
    positions: tuple[int, ...] | None,
    shapes: tuple[tuple[int, ...], ...],
    dtypes: tuple[torch.dtype, ...] | None,
    name: str = "",
) -> tuple[Shape, ...]:
    """Shapes of the outputs of a definition for inputs of these shapes."""
    return _run_once(op, values, positions, shapes, dtypes, name, THREAD.np_shape)


@functools.lru_cache(maxsize=16384)
def _run_once(
    op: Operator,
    values: tuple[Any, ...],
    positions: tuple[int, ...] | None,
    shapes: tuple[tuple[int, ...], ...],
    dtypes: tuple[torch.dtype, ...] | None,
    name: str,
    np_shape: bool,  # a definition may look: whether () is a shape depends on it
) -> tuple[Shape, ...]:
    try:
        results = _call(op, values, positions, shapes, dtypes, torch.device("meta"))
    except (RuntimeError, IndexError, ValueError, TypeError, NotImplementedError) as first:
        elements = sum(_size(shape) for shape in shapes)
        if elements > _MOST_ELEMENTS:
            raise Mismatch(_said(op, first)) from None
        try:
            results = _call(op, values, positions, shapes, dtypes, torch.device("cpu"))
        except (RuntimeError, IndexError, ValueError, TypeError) as second:
            raise Mismatch(_said(op, second)) from None
    return tuple(tuple(result.shape) for result in results)


def _said(op: Operator, error: Exception) -> str:
    text = str(error).split("\n")[0]
    return text if text.startswith(f"{op.name}:") else f"{op.name}: {text}"


def _size(shape: Sequence[int]) -> int:
    size = 1
    for d in shape:
        size *= d
    return size


def _call(
    op: Operator,
    values: tuple[Any, ...],
    positions: tuple[int, ...] | None,
    shapes: tuple[tuple[int, ...], ...],
    dtypes: tuple[torch.dtype, ...] | None,
    device: torch.device,
) -> list[torch.Tensor]:
    usual = KINDS.get(op.name)
    kinds = dtypes or (usual(len(shapes)) if usual else (torch.float32,) * len(shapes))
    make = torch.empty if device.type == "meta" else torch.zeros
    given: list[Any] = [make(shape, dtype=kind, device=device) for shape, kind in zip(shapes, kinds, strict=True)]
    if positions is not None:
        placed: list[Any] = [None] * len(op.inputs)
        for position, tensor in zip(positions, given, strict=True):
            placed[position] = tensor
        given = placed
    elif op.variadic is None:
        given += [None] * (len(op.inputs) - len(given))
    ctx = _META if device.type == "meta" else Context("cpu", 0)
    if "ctx" in op.attr_names:
        at = op.attr_names.index("ctx")
        values = (*values[:at], ctx, *values[at + 1 :])
    with torch.no_grad():
        result = op.call(given, values, ctx)
    return [result] if isinstance(result, torch.Tensor) else list(result)
