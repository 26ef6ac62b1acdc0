"""Loops and branches of a graph, on tensors: the bodies are programs of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from .._core.errors import MXNetError
from .node import Node

Body = Callable[..., Sequence[Tensor]]


def numbers(node: Node, key: str) -> tuple[int, ...]:
    """An attribute that lists positions, as ``[0, 2]`` or ``(0, 2)``."""
    text = node.attrs.get(key, "").strip()
    if not text or text[0] + text[-1] not in ("[]", "()"):
        raise MXNetError(f"Error in operator {node.name}: {key} must list positions, got {text!r}")
    return tuple([_number(node, key, part) for part in text[1:-1].split(",") if part.strip()])


def number(node: Node, key: str) -> int:
    """An attribute that is one whole number."""
    return _number(node, key, node.attrs.get(key, ""))


def _number(node: Node, key: str, text: str) -> int:
    try:
        return int(text.strip().rstrip("L"))
    except ValueError:
        raise MXNetError(f"Error in operator {node.name}: {key} must be a whole number, got {text!r}") from None


def loop_function(node: Node, bodies: list[Body]) -> Callable[..., Any]:
    """The function of a control-flow node: tensors in, tuple of tensors out.

    Args:
        node: the node.
        bodies: its subgraphs, as functions that take tensors in the order of the subgraph's variables.
    """
    name = "" if node.op is None else node.op.name
    if name not in _KINDS:
        raise MXNetError(f"Error in operator {node.name}: {name} with {len(bodies)} subgraphs cannot be run")
    maker, wanted = _KINDS[name]
    if len(bodies) != wanted:
        raise MXNetError(f"Error in operator {node.name}: {name} needs {wanted} subgraphs, got {len(bodies)}")
    run = maker(node, bodies)
    run.__name__ = run.__qualname__ = name.strip("_")
    run.__module__ = __name__
    return run


def _pick(node: Node, key: str, count: int) -> tuple[int, ...]:
    places = numbers(node, key)
    if any(not 0 <= at < count for at in places):
        raise MXNetError(f"Error in operator {node.name}: {key}={places} names an input that is not there")
    return places


def _foreach(node: Node, bodies: list[Body]) -> Callable[..., Any]:
    body = bodies[0]
    count = len(node.inputs)
    data = _pick(node, "in_data_locs", count)
    states = _pick(node, "in_state_locs", count)
    remain = _pick(node, "remain_locs", count)
    outs = number(node, "num_out_data")

    def run(*tensors: Tensor) -> tuple[Tensor, ...]:
        args: list[Any] = [None] * count
        slices = tensors[: len(data)]
        carried: Sequence[Tensor] = tensors[len(data) : len(data) + len(states)]
        for at, tensor in zip(remain, tensors[len(data) + len(states) :], strict=True):
            args[at] = tensor
        collected: list[list[Tensor]] = [[] for _ in range(outs)]
        for step in range(slices[0].shape[0] if slices else 0):
            for at, tensor in zip(data, slices, strict=True):
                args[at] = tensor[step : step + 1] if tensor.dim() == 1 else tensor[step]
            for at, tensor in zip(states, carried, strict=True):
                args[at] = tensor
            results = body(*args)
            for rows, result in zip(collected, results[:outs], strict=True):
                rows.append(result)
            carried = results[outs:]
        return (*[torch.stack(rows) for rows in collected], *carried)

    return run


def _while_loop(node: Node, bodies: list[Body]) -> Callable[..., Any]:
    holds, step = bodies
    count = len(node.inputs)
    seen = _pick(node, "cond_input_locs", count)
    taken = _pick(node, "func_input_locs", count)
    variables = _pick(node, "func_var_locs", len(taken))
    outs, limit = number(node, "num_out_data"), number(node, "max_iterations")

    def run(*tensors: Tensor) -> tuple[Tensor, ...]:
        values = list(tensors)
        collected: list[list[Tensor]] = [[] for _ in range(outs)]
        done = 0
        while done < limit and bool(holds(*[values[at] for at in seen])[0]):
            results = step(*[values[at] for at in taken])
            for rows, result in zip(collected, results[:outs], strict=True):
                rows.append(result)
            for at, result in zip(variables, results[outs:], strict=True):
                values[taken[at]] = result
            done += 1
        if done == 0 and outs:
            # MXNet gives memory that nobody has written; the shape of a step is known only by taking one
            collected = [[torch.zeros_like(r)] for r in step(*[values[at] for at in taken])[:outs]]
        stacked = [_padded(rows, limit) for rows in collected]
        return (*stacked, *[values[taken[at]] for at in variables])

    return run


def _padded(rows: list[Tensor], length: int) -> Tensor:
    absent = length - len(rows)
    return torch.stack(rows + [torch.zeros_like(rows[0])] * absent if absent > 0 else rows[:length])


def _cond(node: Node, bodies: list[Body]) -> Callable[..., Any]:
    count = len(node.inputs)
    places = [_pick(node, key, count) for key in ("cond_input_locs", "then_input_locs", "else_input_locs")]

    def run(*tensors: Tensor) -> tuple[Tensor, ...]:
        chosen = 1 if bool(bodies[0](*[tensors[at] for at in places[0]])[0]) else 2
        return tuple(bodies[chosen](*[tensors[at] for at in places[chosen]]))

    return run


#: operator -> what makes its function, how many subgraphs it has
_KINDS: dict[str, tuple[Callable[[Node, list[Body]], Callable[..., Any]], int]] = {
    "_foreach": (_foreach, 1),
    "_while_loop": (_while_loop, 2),
    "_cond": (_cond, 3),
}
