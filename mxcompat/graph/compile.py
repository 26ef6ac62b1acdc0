"""From a graph to a torch.fx program: straight-line Python that calls the operators' definitions on tensors.

A program reads the thread's training flag when it runs (the operators do), so one program serves both modes. The
first call with inputs of given dtypes goes node by node (`Program.walk`): it checks dtypes and learns which nodes see
float32 only. Later calls run generated code that leaves those checks out.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor, fx

from .._core.context import Context, current_context
from .._core.errors import MXNetError
from .._core.permuted import made_contiguous
from ..autograd._graph import join_with_zero_gradient
from ..registry.operator import CASTING
from .control_flow import loop_function
from .fusion import fused
from .node import Entry, Node, in_order, mutated_inputs
from .plan import Call, node_error, open_shape, plan_of
from .shapes import infer_shapes

_FAILURES = (MXNetError, RuntimeError, IndexError, ValueError)
_FLOAT32 = torch.float32

#: what a call of the program looks like to those who watch it: the call, its inputs, its outputs
Watch = Callable[[Call, Sequence[Tensor | None], Sequence[Tensor]], None]


def first_of(result: Any) -> Tensor:
    """The tensor, or the only one of a tuple: of definitions whose number of outputs depends on attributes."""
    return result if isinstance(result, Tensor) else result[0]


def own_memory(tensor: Tensor, *others: Tensor) -> Tensor:
    """``tensor``, or a copy if it shares memory with one of ``others``."""
    start = tensor.untyped_storage().data_ptr()
    if any(other.untyped_storage().data_ptr() == start for other in others):
        return tensor.clone(memory_format=torch.contiguous_format)
    return tensor


class Shaped(Protocol):
    """A tensor or an array."""

    @property
    def shape(self) -> tuple[int, ...]: ...


class Program:
    """A compiled graph.

    Args:
        outputs: what it computes.
        inputs: the order in which it takes the variables; by default depth first, arguments and states mixed
            (``Symbol.list_inputs``).
        ctx: the context of operators without inputs; None is the current one.
        shapes: shapes of nodes that leave theirs open.

    Attributes:
        inputs: the variables, in the order of the tensors it is called with.
        outputs: what it computes.
        ctx: the context of operators without inputs.
        calls: the nodes, in the order they run.
        needs_shadows: some node does what tensors cannot follow: it turns numbers with a gradient into integers, or has
            no gradient at all, which is to be said.
    """

    def __init__(
        self,
        outputs: Iterable[Entry],
        inputs: Sequence[Node] | None = None,
        ctx: Context | None = None,
        shapes: Mapping[Node, tuple[int, ...]] | None = None,
    ) -> None:
        self.outputs = list(outputs)
        found = [node for node in in_order(self.outputs) if node.op is None]
        self.inputs: list[Node] = found if inputs is None else list(inputs)
        missing = [node.name for node in found if node not in self.inputs]
        if missing:
            raise MXNetError(f"compile_graph: the graph needs variables that are not inputs: {', '.join(missing)}")
        self.ctx: Context = current_context() if ctx is None else ctx
        self.calls: list[Call] = plan_of(self.outputs, self.ctx, _loop, shapes)
        _keep_updates(self.calls)
        self.needs_shadows = any(_to_integer(call) or _refuses_backward(call) for call in self.calls)
        self._open = [] if shapes else [call.node for call in self.calls if open_shape(call.node)]
        self._filled: dict[tuple[tuple[int, ...], ...], Program] = {}
        self._clashes = _clashes(self.outputs, self.calls)
        self._modules: dict[frozenset[int], fx.GraphModule] = {}
        self._forwards: dict[tuple[bool, tuple[torch.dtype, ...]], Callable[..., Any]] = {}
        self._last: dict[bool, tuple[tuple[torch.dtype, ...], Callable[..., Any]]] = {}

    @property
    def module(self) -> fx.GraphModule:
        """The torch.fx program that is right for every dtype and for differentiation."""
        return self._module(frozenset())

    def __call__(self, tensors: Sequence[Tensor], history: bool) -> Sequence[Tensor]:
        """Run the graph.

        Args:
            tensors: one per input.
            history: whether some of them require gradients.

        Returns:
            One contiguous tensor per output; none shares memory with an input or another output.

        Raises:
            MXNetError: a node refuses its inputs; the text names it.
        """
        if self._open:
            return self.for_shapes(tensors)(tensors, history)
        last = self._last.get(history)
        if last is not None:
            dtypes, forward = last
            for tensor, dtype in zip(tensors, dtypes, strict=True):
                if tensor.dtype is not dtype:
                    break
            else:
                try:
                    return forward(*tensors)  # type: ignore[no-any-return]
                except _FAILURES as error:
                    raise self._explained(error) from error
        return self._call_by_dtype(tensors, history)

    def for_shapes(self, tensors: Sequence[Shaped]) -> Program:
        """The program for inputs of these shapes: another one only if nodes leave their shapes open.

        Raises:
            MXNetError: an open shape does not follow from those of the inputs.
        """
        if not self._open:
            return self
        sizes = tuple([tuple(tensor.shape) for tensor in tensors])
        program = self._filled.get(sizes)
        if program is None:
            found = infer_shapes(self.outputs, dict(zip(self.inputs, sizes, strict=True)))
            shapes: dict[Node, tuple[int, ...]] = {}
            for node in self._open:
                shape = found.of[node][0]
                if shape is None or any(n < 0 for n in shape):
                    raise MXNetError(
                        f"Error in operator {node.name}: its shape does not follow from the inputs' shapes"
                    )
                shapes[node] = shape
            program = self._filled[sizes] = Program(self.outputs, self.inputs, self.ctx, shapes)
        return program

    def _call_by_dtype(self, tensors: Sequence[Tensor], history: bool) -> Sequence[Tensor]:
        dtypes = tuple([tensor.dtype for tensor in tensors])
        forward = self._forwards.get((history, dtypes))
        if forward is None:
            floats: set[int] = set()

            def look(call: Call, given: Sequence[Tensor | None], _: Sequence[Tensor]) -> None:
                if call.direct is not None and all(t is not None and t.dtype is _FLOAT32 for t in given):
                    floats.add(id(call))

            results = self.walk(tensors, look)
            direct = frozenset(i for i, call in enumerate(self.calls) if id(call) in floats)
            forward = self._module(frozenset() if history else direct).forward
            self._forwards[history, dtypes] = forward
            self._last[history] = dtypes, forward
            return results
        self._last[history] = dtypes, forward
        try:
            return forward(*tensors)  # type: ignore[no-any-return]
        except _FAILURES as error:
            raise self._explained(error) from error

    def walk(self, tensors: Sequence[Tensor], watch: Watch | None = None) -> list[Tensor]:
        """Run the graph node by node, with every check.

        Args:
            tensors: one per input.
            watch: called after each node.
        """
        if self._open:
            return self.for_shapes(tensors).walk(tensors, watch)
        values: dict[Node, Sequence[Tensor]] = {node: (t,) for node, t in zip(self.inputs, tensors, strict=True)}
        for call in self.calls:
            given = [None if source is None else values[source.node][source.index] for source in call.sources]
            try:
                call.check(given)
                result = call.run(given)
            except _FAILURES as error:
                raise node_error(call, given, error) from error
            results = [result] if isinstance(result, Tensor) else list(result)
            values[call.node] = results if call.contiguous else [made_contiguous(t) for t in results]
            if watch is not None:
                watch(call, given, values[call.node])
        found = [values[node][index] for node, index in self.outputs]
        for i, (variables, earlier) in self._clashes.items():
            found[i] = own_memory(found[i], *[values[v][0] for v in variables], *[found[j] for j in earlier])
        return found

    # ---- code generation

    def _module(self, direct: frozenset[int]) -> fx.GraphModule:
        module = self._modules.get(direct)
        if module is None:
            module = self._modules[direct] = self._generate(direct)
        return module

    def _generate(self, direct: frozenset[int]) -> fx.GraphModule:
        graph = fx.Graph()
        values: dict[Entry, fx.Node] = {}
        for i, variable in enumerate(self.inputs):
            values[Entry(variable)] = graph.create_node("placeholder", f"_given_{i}", name=_legal(variable.name))
        places = {id(call): i for i, call in enumerate(self.calls)}
        calls = fused(self.calls, self.outputs)
        used = {entry for entry in self.outputs} | {s for call in calls for s in call.sources if s is not None}
        for call in calls:
            given = [None if source is None else values[source] for source in call.sources]
            function = call.direct if places.get(id(call)) in direct and call.direct is not None else call.function
            made = graph.create_node(
                "call_function", function, (*given, *call.rest), call.keywords or {}, _legal(call.node.name)
            )
            made.meta["call"] = call
            if not call.many:
                if call.many is None:
                    made = graph.call_function(first_of, (made,))
                values[Entry(call.node)] = made if call.contiguous else graph.call_function(made_contiguous, (made,))
                continue
            for entry in sorted((e for e in used if e.node is call.node), key=operator.itemgetter(1)):
                part = graph.call_function(operator.getitem, (made, entry.index))
                values[entry] = part if call.contiguous else graph.call_function(made_contiguous, (part,))
        found = [values[entry] for entry in self.outputs]
        for i, (variables, earlier) in self._clashes.items():
            others = (*[values[Entry(v)] for v in variables], *[found[j] for j in earlier])
            found[i] = graph.call_function(own_memory, (found[i], *others))
        graph.output(tuple(found))
        return fx.GraphModule(torch.nn.Module(), graph, "Program")

    def _explained(self, error: Exception) -> Exception:
        """The error of generated code, with the node it came from."""
        for module in self._modules.values():
            code = module.forward.__code__
            at = error.__traceback__
            while at is not None:
                if at.tb_frame.f_code is code:
                    return self._at_line(module, at.tb_lineno, at.tb_frame.f_locals, error)
                at = at.tb_next
        return error

    def _at_line(self, module: fx.GraphModule, line: int, local: dict[str, Any], error: Exception) -> Exception:
        lines = module.code.splitlines()
        target = lines[line - 1].partition("=")[0].partition(":")[0].strip() if 0 < line <= len(lines) else ""
        for made in module.graph.nodes:
            if made.name == target and "call" in made.meta:
                call: Call = made.meta["call"]
                given = [local.get(arg.name) if isinstance(arg, fx.Node) else None for arg in made.args]
                return node_error(call, given[: len(call.sources)], error)
        return error


def compile_graph(
    outputs: Iterable[Entry], inputs: Sequence[Node] | None = None, ctx: Context | None = None
) -> Program:
    """Compile the graph behind ``outputs``. See `Program`."""
    return Program(outputs, inputs, ctx)


def _loop(node: Node, ctx: Context) -> Callable[..., Any]:
    return loop_function(node, [_body(graph, ctx) for graph in node.subgraphs])


def _body(graph: list[Entry], ctx: Context) -> Callable[..., Sequence[Tensor]]:
    program = Program(graph, ctx=ctx)

    def body(*tensors: Tensor) -> Sequence[Tensor]:
        return program(tensors, True)

    return body


def _legal(name: str) -> str:
    """A Python name like ``name``; torch.fx numbers those that are taken."""
    text = "".join([c if c.isascii() and c.isalnum() else "_" for c in name])
    return text if text[:1].isalpha() else f"_{text}"


def _to_integer(call: Call) -> bool:
    op = call.node.op
    if op is None or not (op.straight_through or op.name in CASTING):
        return False
    dtype = op.attr_dict(call.node.values).get("dtype")
    return isinstance(dtype, torch.dtype) and not dtype.is_floating_point


def _refuses_backward(call: Call) -> bool:
    return call.node.op is not None and not call.node.op.differentiable


def _keep_updates(calls: list[Call]) -> None:
    """Let backward reach states that move there (running averages) through operators whose gradient is zero."""
    moving: set[Node] = set()
    for call in calls:
        op = call.node.op
        behind = any(source is not None and source.node in moving for source in call.sources)
        if behind or mutated_inputs(call.node):
            moving.add(call.node)
        if behind and op is not None and op.zero_grad and call.many is False:
            call.function = _joined(call.function, len(call.sources))


def _joined(function: Callable[..., Any], count: int) -> Callable[..., Any]:
    def joined(*args: Any, **keywords: Any) -> Any:
        result = function(*args, **keywords)
        given = args[:count]
        if result.requires_grad or not result.is_floating_point() or not torch.is_grad_enabled():
            return result
        return (
            join_with_zero_gradient(result, given) if any(t is not None and t.requires_grad for t in given) else result
        )

    joined.__name__ = getattr(function, "__name__", "joined")
    return joined


def _clashes(outputs: list[Entry], calls: list[Call]) -> dict[int, tuple[list[Node], list[int]]]:
    """The outputs that may share memory: with which variables, with which earlier outputs."""
    roots: dict[Entry, frozenset[Entry]] = {}
    aliases = {call.node: call for call in calls if call.may_alias}

    def roots_of(entry: Entry) -> frozenset[Entry]:
        # no recursion: chains of reshapes can be long
        stack = [entry]
        while stack:
            at = stack[-1]
            if at in roots:
                stack.pop()
                continue
            call = aliases.get(at.node)
            sources = [] if call is None else [s for s in call.sources if s is not None]
            wanting = [s for s in sources if s not in roots]
            if wanting:
                stack += wanting
                continue
            roots[at] = frozenset({at}).union(*[roots[s] for s in sources])
            stack.pop()
        return roots[entry]

    clashes: dict[int, tuple[list[Node], list[int]]] = {}
    for i, entry in enumerate(outputs):
        mine = roots_of(entry)
        variables = [e.node for e in mine if e.node.op is None]
        earlier = [j for j in range(i) if roots[outputs[j]] & mine]
        if variables or earlier:
            clashes[i] = variables, earlier
    return clashes
