"""Sequences with lengths."""

from __future__ import annotations

from .._errors import Gap
from .._pieces import Piece
from .._rule import View, example, formula, rule, same_as
from .elementwise import number

_LENGTHS = {"whole": {1: 4}, "use_sequence_length": True}


def _lengths(n: View) -> bool:
    """Whether there are lengths; they count from 1."""
    if not n["use_sequence_length"]:
        return False
    axis = n.attrs.get("axis", 0)
    n.whole(1, n.shape()[axis] + 1, 1)
    return True


@rule(
    "SequenceMask",
    examples=[
        example((5, 2, 3), (2,), **_LENGTHS, source="sequence_mask("),
        example((2, 5, 3), (2,), **_LENGTHS, axis=1, value=-1.0),
        example((5, 2)),
    ],
)
def mask(n: View) -> Piece:
    if not _lengths(n):
        return same_as(n.inputs[0])
    value = number(n["value"]).strip("()")
    rest = "" if n["value"] == 0 else f", value={value}"
    rest = f", dim={n['axis']}{rest}" if n["axis"] else rest
    return formula(n, f"sequence_mask(_0, _1{rest})", helpers=("sequence_mask",))


@rule(
    "SequenceLast",
    examples=[
        example((5, 2, 3), (2,), use_sequence_length=True, whole={1: 5}, starts={1: 1}, source="sequence_last("),
        example((5, 2, 3), source="data0[-1]"),
        example((2, 5, 3), axis=1, source="data0[:, -1]"),
    ],
)
def last(n: View) -> Piece:
    axis = n["axis"]
    if not _lengths(n):
        return formula(n, "_0[:, -1]" if axis else "_0[-1]")
    return formula(n, f"sequence_last(_0, _1{', dim=1' if axis else ''})", helpers=("sequence_last",))


@rule(
    "SequenceReverse",
    examples=[
        example((5, 2, 3), (2,), **_LENGTHS, source="sequence_reverse("),
        example((5, 2), source="data0.flip(0)"),
    ],
)
def reverse(n: View) -> Piece:
    if not _lengths(n):
        return formula(n, "_0.flip(0)")
    return formula(n, "sequence_reverse(_0, _1)", helpers=("sequence_reverse",))


@rule("CTCLoss", examples=[example((6, 2, 4), (2, 3), whole={1: 4}, blank_label="first", draw=(-2, 2))])
def ctc_loss(n: View) -> Piece:
    n.only_first()
    if n["use_data_lengths"] or n["use_label_lengths"]:
        raise Gap("lengths as inputs")
    n.whole(1, n.shape()[2])
    blank = "" if n["blank_label"] == "first" else ", blank_last=True"
    return formula(n, f"ctc_loss(_0, _1{blank})", helpers=("ctc_loss",))
