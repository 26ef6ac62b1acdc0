"""Legacy cells: messages and types."""

from __future__ import annotations

from typing import Any

import pytest

import mxcompat as mx


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        (lambda: mx.rnn.FusedRNNCell(3)(None, None), "unroll"),
        (lambda: mx.rnn.BidirectionalCell(mx.rnn.RNNCell(2), mx.rnn.RNNCell(2))(None, None), "unroll"),
        (lambda: mx.rnn.BaseRNNCell().state_info, "BaseRNNCell"),
    ],
)
def test_cells_that_cannot_be_stepped_say_so(call: Any, hint: str) -> None:
    with pytest.raises(NotImplementedError, match=hint):
        call()


def test_a_list_of_another_length_says_both_numbers() -> None:
    with pytest.raises(AssertionError, match="1.*2"):
        mx.rnn.RNNCell(3).unroll(2, [mx.sym.var("x")])


def test_a_modified_cell_can_be_unrolled_through_its_modifier_again() -> None:
    cell = mx.rnn.GRUCell(3)
    around = mx.rnn.ResidualCell(cell)
    for _ in range(2):
        outputs, _ = around.unroll(2, mx.sym.var("data"), merge_outputs=True)
    assert outputs.infer_shape(data=(1, 2, 3))[1] == [(1, 2, 3)]
    with pytest.raises(AssertionError, match="modifier"):
        cell.begin_state()


def test_zoneout_keeps_old_states_in_training_only() -> None:
    cell = mx.rnn.ZoneoutCell(mx.rnn.RNNCell(2, prefix="r_"), zoneout_states=0.5)
    outputs, states = cell.unroll(2, mx.sym.var("data"), merge_outputs=True)
    net = mx.sym.Group([outputs, *states])
    executor = net.simple_bind(mx.cpu(), data=(2, 2, 2))
    for array in executor.arg_arrays:
        array[:] = 0.5
    plain = mx.rnn.RNNCell(2, prefix="r_").unroll(2, mx.sym.var("data"), merge_outputs=True)[0]
    other = plain.simple_bind(mx.cpu(), data=(2, 2, 2))
    for array in other.arg_arrays:
        array[:] = 0.5
    assert (executor.forward()[0].asnumpy() == other.forward()[0].asnumpy()).all()


def test_weights_that_are_split_are_copies() -> None:
    cell = mx.rnn.RNNCell(2)
    args = {f"rnn_{part}_{kind}": mx.nd.ones((2, 2)) for part in ("i2h", "h2h") for kind in ("weight", "bias")}
    split = cell.unpack_weights(args)
    split["rnn_i2h_weight"][:] = 5
    assert (args["rnn_i2h_weight"] == 1).asnumpy().all()
