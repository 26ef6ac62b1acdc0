"""``group2ctx``: the contexts that the parts of a graph report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._core.context import Context
from .._core.errors import MXNetError
from ..graph.node import Entry, Node, in_order

_GROUP = "__ctx_group__"


def contexts_of(
    outputs: Sequence[Entry],
    ctx: Context,
    groups: Mapping[str, Any] | None,
    given: Mapping[Node, Context] | None = None,
) -> dict[Node, Context]:
    """The context of every node's arrays.

    A node with a group has that group's context, a variable without one the default; any other operator that of its
    first input, or, without inputs, that of its user. All of it is computed on one device: a group's context that is
    another device than the default's counts as the default.

    Args:
        outputs: the graph.
        ctx: the default.
        groups: contexts by group; None or empty: no groups.
        given: contexts of variables that have arrays.

    Raises:
        MXNetError: a group that has no context.
    """
    order = in_order(outputs)
    if not groups:
        return dict.fromkeys(order, ctx)
    found: dict[Node, Context] = {}
    known = given or {}
    for node in order:
        group = node.attrs.get(_GROUP)
        if node in known:
            found[node] = known[node]
        elif group is not None:
            if group not in groups:
                raise MXNetError(f"The device assignment not found for group {group} (node {node.name!r})")
            place: Context = groups[group]
            found[node] = place if place.torch_device == ctx.torch_device else ctx
        elif node.op is None:
            found[node] = ctx
        elif node.inputs and node.inputs[0].node in found:
            found[node] = found[node.inputs[0].node]
    for node in reversed(order):
        if node in found:
            for source, _ in node.inputs:
                found.setdefault(source, found[node])
    return {node: found.get(node, ctx) for node in order}
