"""`foreach`, `while_loop` and `cond` of `mxnet.sym.contrib`: bodies become graphs inside one node.

A body is called once, with fresh variables in place of what it will be given. What it uses from outside is cut off and
becomes an input of the node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..attribute import AttrScope
from ..graph.build import copy_graph
from ..graph.facts import GRAPH_OPERATORS, output_name
from ..graph.loops import body_variables
from ..graph.node import Entry, Node, in_order
from . import _ops
from ._bind import bind
from ._symbol import Group, Symbol, var

_MARK = "__subgraph_name__"

_foreach = bind(GRAPH_OPERATORS["_foreach"], "_foreach", Symbol, Symbol, "mxcompat.symbol._internal")
_while_loop = bind(GRAPH_OPERATORS["_while_loop"], "_while_loop", Symbol, Symbol, "mxcompat.symbol._internal")
_cond = bind(GRAPH_OPERATORS["_cond"], "_cond", Symbol, Symbol, "mxcompat.symbol._internal")


def _flatten(nested: Any, what: str) -> tuple[list[Symbol], Any]:
    """A flat list of symbols and the form to nest them again: a list, or the number of outputs (0: a single one)."""
    if isinstance(nested, Symbol):
        return [nested], len(nested) if len(nested) > 1 else 0
    if not isinstance(nested, (list, tuple)):
        raise AssertionError(f"{what} must be a (nested) list of Symbol, got {type(nested).__name__}")
    flat: list[Symbol] = []
    form = []
    for each in nested:
        inner, inner_form = _flatten(each, what)
        flat += inner
        form.append(inner_form)
    return flat, form


def _nest(flat: list[Symbol], form: Any) -> tuple[Any, list[Symbol]]:
    if isinstance(form, int):
        return (flat[0], flat[1:]) if form == 0 else (flat[:form], flat[form:])
    nested = []
    for each in form:
        inner, flat = _nest(flat, each)
        nested.append(inner)
    return nested, flat


def _body_name(name: str) -> str:
    """A name for a body that no other has."""
    outer = AttrScope._current.value._attr.get(_MARK, "")
    if outer:
        name = f"{outer}${name}"
    count = AttrScope._subgraph_names[name]
    AttrScope._subgraph_names[name] = count + 1
    return f"{name}{count}"


def _stand_in(symbol: Symbol) -> str:
    """The name of the variable that takes a symbol's place inside a body."""
    return f"{symbol.name}-{symbol.handle[0].index}"


def _enclosed(outputs: Sequence[Symbol], name: str, known: Iterable[str] = ()) -> list[Entry]:
    """The outputs of a body; an input, or what comes from outside, is copied so that it is computed inside."""
    inputs = set(Group(outputs).list_inputs()) if outputs else set()
    taken = set(known)
    results = []
    for each in outputs:
        outside = each.name in inputs or each.name in taken or each.list_attr().get(_MARK, "") != name
        results.append(_ops.identity(each) if outside else each)
    return [entry for each in results for entry in each.handle]


def _cut(body: list[Entry], name: str) -> dict[str, Symbol]:
    """Put variables in the place of what a body uses from outside; what they stand for, by their names."""
    outside: dict[str, Symbol] = {}
    stand_ins: dict[Entry, Entry] = {}
    for node in in_order(body):
        if node.attrs.get(_MARK) != name:
            continue
        for i, entry in enumerate(node.inputs):
            if entry.node.attrs.get(_MARK) == name:
                continue
            if entry not in stand_ins:
                label = output_name(*entry)
                stand_ins[entry] = Entry(Node(None, label))
                outside[label] = Symbol([entry])
            node.inputs[i] = stand_ins[entry]
    return outside


def _copied(node: Node) -> Symbol:
    return Symbol(copy_graph([Entry(node)]))


def _unique(body: list[Entry], what: str) -> list[Node]:
    inner = body_variables(body)
    names = [node.name for node in inner]
    if len(set(names)) != len(names):
        raise AssertionError(f"{what}: the inputs of the body do not have unique names: {names}")
    return inner


def foreach(body: Callable[..., Any], data: Any, init_states: Any, name: str = "foreach") -> tuple[Any, Any]:
    """Run ``body`` over the entries of ``data`` along the first axis, carrying states along.

    Args:
        body: ``body(entry, states)`` returns (outputs, new states); called once, with variables.
        data: a symbol, or a nested list of symbols.
        init_states: the first states, a symbol or a nested list.
        name: start of the body's name.

    Returns:
        The outputs of all steps, stacked, and the last states; both nested as the body returns them.

    Raises:
        AssertionError: arguments or results are no symbols, or the body leaves an entry or a state unused.

    Source: MXNet 1.9.1 python/mxnet/symbol/contrib.py, foreach.
    """
    flat_data, data_form = _flatten(data, "foreach input")
    flat_states, state_form = _flatten(init_states, "foreach states")
    name = _body_name(name)
    with AttrScope(**{_MARK: name}):
        entries, _ = _nest([var(_stand_in(each)) for each in flat_data], data_form)
        states, _ = _nest([var(_stand_in(each)) for each in flat_states], state_form)
        outputs, new_states = body(entries, states)
        flat_outputs, out_form = _flatten(outputs, "foreach output")
        flat_new, new_form = _flatten(new_states, "foreach loop_vars")
        if new_form != state_form:
            raise AssertionError("foreach: the states that the body returns are nested differently from init_states")
        graph = _enclosed(flat_outputs, name) + _enclosed_states(flat_outputs, flat_new, name)
    outside = _cut(graph, name)
    inner = _unique(graph, "foreach")
    names = [node.name for node in inner]
    locations: list[list[int]] = []
    for what, given in (("data", flat_data), ("state", flat_states)):
        wanted = [_stand_in(each) for each in given]
        for each in wanted:
            if each not in names:
                raise AssertionError(f"foreach: each of the {what} arrays must be used by the loop body, {each} is not")
        locations.append([names.index(each) for each in wanted])
    fed = {_stand_in(each) for each in (*flat_data, *flat_states)}
    rest = [i for i, each in enumerate(names) if each in outside or each not in fed]
    result = _foreach(
        Symbol(graph),
        *flat_data,
        *flat_states,
        *(outside[names[i]] if names[i] in outside else _copied(inner[i]) for i in rest),
        num_outputs=len(graph),
        num_out_data=len(flat_outputs),
        in_state_locs=locations[1],
        in_data_locs=locations[0],
        remain_locs=rest,
    )
    every = list(result)
    count = len(flat_outputs)
    return _nest(every[:count], out_form)[0], _nest(every[count:], state_form)[0]


def _enclosed_states(outputs: Sequence[Symbol], states: Sequence[Symbol], name: str) -> list[Entry]:
    if not states:
        return []
    inputs = set(Group([*outputs, *states]).list_inputs())
    named = {str(each.name) for each in outputs} | inputs
    return _enclosed(states, name, named)


def _body(arguments: Any, function: Callable[[Any], Any], name: str) -> tuple[list[Entry], Any, str]:
    """A body as a graph: its outputs, what ``function`` returned besides, and its name."""
    name = _body_name(name)
    with AttrScope(**{_MARK: name}):
        flat, form = _flatten(arguments, "while loop_vars")
        variables, _ = _nest([var(_stand_in(each)) for each in flat], form)
        outputs, rest = function(variables)
        graph = _enclosed(outputs, name)
    return graph, rest, name


def _union(bodies: Sequence[tuple[list[Entry], str]], given: dict[str, Symbol]) -> tuple[list[Symbol], list[list[int]]]:
    """The inputs of several bodies together, and where each finds its own among them."""
    inputs: list[Symbol] = []
    places: dict[Any, int] = {}
    locations = []
    for graph, name in bodies:
        outside = _cut(graph, name) if graph[0].node.attrs.get(_MARK) == name else {}
        row = []
        for node in _unique(graph, "control flow"):
            if node.name in given:
                symbol, key = given[node.name], node.name
            elif node.name in outside:
                symbol = outside[node.name]
                key = node.name
            else:
                symbol, key = _copied(node), node.name
            if key not in places:
                places[key] = len(inputs)
                inputs.append(symbol)
            row.append(places[key])
        locations.append(row)
    return inputs, locations


def while_loop(
    cond: Callable[..., Any], func: Callable[..., Any], loop_vars: Any, max_iterations: Any = None,
    name: str = "while_loop",
) -> tuple[Any, Any]:  # fmt: skip
    """Run ``func`` while ``cond`` holds, at most ``max_iterations`` times.

    Args:
        cond: ``cond(*loop_vars)`` returns one symbol, true while the loop goes on.
        func: ``func(*loop_vars)`` returns (outputs, new loop variables).
        loop_vars: the first loop variables, a nested list of symbols.
        max_iterations: the most steps; the outputs are padded to so many.
        name: start of the bodies' names.

    Returns:
        The outputs of all steps, stacked and padded, and the last loop variables.

    Raises:
        ValueError: no ``max_iterations``, no or an unused loop variable, or ``cond`` returns no symbol.

    Source: MXNet 1.9.1 python/mxnet/symbol/contrib.py, while_loop.
    """

    def condition(variables: Any) -> tuple[list[Symbol], Any]:
        result = cond(*variables)
        if not isinstance(result, Symbol):
            raise ValueError(f"while_loop: cond must return a Symbol, got {type(result).__name__}")
        return [result], None

    def step(variables: Any) -> tuple[list[Symbol], Any]:
        outputs, following = func(*variables)
        flat_outputs, out_form = _flatten([] if outputs is None else outputs, "while output")
        flat_following, _ = _flatten([] if following is None else following, "while loop_vars")
        if len(variables) != len(flat_following):
            raise ValueError(
                f"while_loop: func returned {len(flat_following)} loop_vars, it was given {len(variables)}; "
                "return one for each"
            )
        return [*flat_outputs, *flat_following], (len(flat_outputs), out_form)

    flat, form = _flatten(loop_vars, "while loop_vars")
    if max_iterations is None:
        raise ValueError("while_loop: max_iterations should be specified")
    try:
        limit = int(max_iterations.asscalar() if hasattr(max_iterations, "asscalar") else max_iterations)
    except (TypeError, ValueError):
        raise ValueError("Cannot convert max_iteration to python int") from None
    if not flat:
        raise ValueError(f"while_loop: loop_vars={loop_vars!r} is empty; give at least one symbol")
    holds, _, holds_name = _body(loop_vars, condition, name + "_cond")
    steps, (count, out_form), steps_name = _body(loop_vars, step, name + "_func")
    given = {_stand_in(each): each for each in flat}
    inputs, (cond_places, func_places) = _union([(holds, holds_name), (steps, steps_name)], given)
    names = [node.name for node in body_variables(steps)]
    var_places = []
    for i, each in enumerate(given, 1):
        if each not in names:
            raise ValueError(f"while_loop: loop_vars[{i - 1}] is used by neither cond nor func; leave it out")
        var_places.append(names.index(each))
    result = _while_loop(
        Symbol(holds),
        Symbol(steps),
        *inputs,
        max_iterations=limit,
        cond_input_locs=cond_places,
        func_input_locs=func_places,
        func_var_locs=var_places,
        num_out_data=count,
        num_outputs=len(steps),
    )
    every = list(result)
    return _nest(every[:count], out_form)[0], _nest(every[count:], form)[0]


def cond(pred: Symbol, then_func: Callable[[], Any], else_func: Callable[[], Any], name: str = "cond") -> Any:
    """The results of ``then_func`` where ``pred`` is true, else of ``else_func``; only one of them is run.

    Args:
        pred: a symbol with one element.
        then_func: takes nothing, returns a symbol or a nested list.
        else_func: the same, with as many results.
        name: start of the bodies' names.

    Raises:
        ValueError: ``pred`` has several outputs, or the branches have different numbers of them.

    Source: MXNet 1.9.1 python/mxnet/symbol/contrib.py, cond.
    """

    def branch(function: Callable[[], Any]) -> Callable[[Any], tuple[list[Symbol], Any]]:
        return lambda _: _flatten(function(), "cond outputs")

    test, _, test_name = _body([], branch(lambda: pred), name + "_pred")
    if len(test) != 1:
        raise ValueError(f"cond: pred has {len(test)} outputs, it must have one")
    yes, form, yes_name = _body([], branch(then_func), name + "_then")
    no, _, no_name = _body([], branch(else_func), name + "_else")
    if len(yes) != len(no):
        raise ValueError(
            f"cond: then_func and else_func return {len(yes)} and {len(no)} outputs; they must return equally many"
        )
    inputs, places = _union([(test, test_name), (yes, yes_name), (no, no_name)], {})
    result = _cond(
        Symbol(test),
        Symbol(yes),
        Symbol(no),
        *inputs,
        cond_input_locs=places[0],
        then_input_locs=places[1],
        else_input_locs=places[2],
        num_outputs=len(yes),
    )
    return _nest(list(result), form)[0]
