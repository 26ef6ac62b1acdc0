"""The RNN operator: torch.nn.RNN, LSTM and GRU."""

from __future__ import annotations

from ...graph.node import Entry, Node
from ...ops.rnn._layout import layout
from .._errors import Gap
from .._pieces import Arg, Piece, State, arg, opt
from .._rule import Facts, View, example, layer, rule

_NAMES = {"lstm": "LSTM", "gru": "GRU", "rnn_tanh": "RNN", "rnn_relu": "RNN"}


def _size(mode: str, inputs: int, hidden: int, layers: int, directions: int) -> int:
    return layout(mode, layers, directions, inputs, hidden, 0).total


@rule(
    "RNN",
    examples=[
        example(
            (5, 2, 3), (_size("gru", 3, 4, 1, 1),), (1, 2, 4), mode="gru", state_size=4, num_layers=1, params=(1,),
            state_outputs=True, source="nn.GRU(3, 4)",
        ),
        example(
            (5, 2, 3), (_size("lstm", 3, 4, 2, 2),), (4, 2, 4), (4, 2, 4), mode="lstm", state_size=4, num_layers=2,
            bidirectional=True, params=(1,), source="nn.LSTM(3, 4, num_layers=2, bidirectional=True)",
        ),
        example(
            (5, 2, 3), (_size("rnn_relu", 3, 4, 1, 1),), (1, 2, 4), mode="rnn_relu", state_size=4, num_layers=1,
            params=(1,), source='nonlinearity="relu"',
        ),
        example(
            (5, 2, 3), (_size("gru", 3, 4, 1, 1),), (1, 2, 4), mode="gru", state_size=4, num_layers=1, gap="computed"
        ),
    ],
)  # fmt: skip
def rnn(n: View) -> Piece:
    if n["use_sequence_length"]:
        raise Gap("use_sequence_length=True (torch packs sequences instead)")
    if n["lstm_state_clip_min"] is not None or n["lstm_state_clip_max"] is not None:
        raise Gap("clipping of the state")
    mode, layers, hidden = n["mode"], n["num_layers"], n["state_size"]
    projection = n["projection_size"] or 0
    directions = 2 if n["bidirectional"] else 1
    turned = batch_first_rnn(n.node, n.facts)
    inputs = n.shape()[2]
    packed = n.need_state(1)
    args: list[Arg] = [arg("input_size", inputs), arg("hidden_size", hidden), opt("num_layers", layers, 1)]
    if _NAMES[mode] == "RNN":
        args.append(opt("nonlinearity", mode.removeprefix("rnn_"), "tanh"))
    args += [
        opt("batch_first", turned, False),
        opt("dropout", n["p"] if layers > 1 else 0.0, 0.0),
        opt("bidirectional", directions == 2, False),
        opt("proj_size", projection, 0),
    ]
    data = n.producer(0).inputs[0] if turned else n.inputs[0]
    starts = n.inputs[2:]
    zero = all(start.node.op is not None and start.node.op.name == "_zeros" for start in starts)
    states = [] if zero else list(starts)
    lstm = mode == "lstm"
    call = "_m(_0)" if zero else "_m(_0, (_1, _2))" if lstm else "_m(_0, _1)"
    return layer(
        n,
        f"nn.{_NAMES[mode]}",
        *args,
        operands=[data, *states],
        states=_weights(packed, mode, layers, directions, inputs, hidden, projection),
        call=call,
        target="{0}, ({1}, {2})" if lstm else "{0}, {1}",
        names=("", "h", "c"),
        owner=True,
    )


def _weights(
    packed: State, mode: str, layers: int, directions: int, inputs: int, hidden: int, projection: int
) -> dict[str, State]:
    """The parts of the packed vector, under torch's names."""
    plan = layout(mode, layers, directions, inputs, hidden, projection)
    if packed.tensor.numel() != plan.total:
        raise Gap(f"its parameters have {packed.tensor.numel()} numbers, {plan.total} are expected")
    parts = packed.tensor.flatten().split_with_sizes(plan.sizes)
    kinds = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"] + (["weight_hr"] if projection else [])
    states = {}
    for number, places in enumerate(plan.layers):
        each = len(places) // directions
        for direction in range(directions):
            ending = f"_l{number}" + ("_reverse" if direction else "")
            for kind, place in zip(kinds, places[direction * each : (direction + 1) * each], strict=True):
                tensor = parts[place].reshape(plan.shapes[place]).clone()
                states[kind + ending] = State(f"{packed.key}:{place}", tensor)
    return states


def batch_first_rnn(node: Node, facts: Facts) -> bool:
    """Whether an RNN node, or the exchange of axes before or after it, belongs to a layer with the batch first."""
    if node.op is None:
        return False
    if node.op.name == "SwapAxis":
        source = node.inputs[0]
        return source.index == 0 and _is_rnn(source.node) and batch_first_rnn(source.node, facts)
    if not _is_rnn(node) or not _exchanges(node.inputs[0].node):
        return False
    users = facts.users.get(Entry(node, 0), [])
    return bool(users) and Entry(node, 0) not in facts.outputs and all(_exchanges(user) for user in users)


def _is_rnn(node: Node) -> bool:
    return node.op is not None and node.op.name == "RNN"


def _exchanges(node: Node) -> bool:
    """Whether a node exchanges the first two axes."""
    if node.op is None or node.op.name != "SwapAxis":
        return False
    attrs = node.op.attr_dict(node.values)
    return {attrs["dim1"], attrs["dim2"]} == {0, 1}
