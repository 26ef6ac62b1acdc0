"""Products of attention with queries, keys and values side by side."""

from __future__ import annotations

from .._pieces import Piece
from .._rule import View, example, formula, rule


@rule("_contrib_interleaved_matmul_selfatt_qk", examples=[example((5, 2, 24), heads=2)])
def selfatt_qk(n: View) -> Piece:
    name = "interleaved_selfatt_scores"
    return formula(n, f"{name}(_0, {n['heads']})", helpers=(name,))


@rule("_contrib_interleaved_matmul_selfatt_valatt", examples=[example((5, 2, 24), (4, 5, 5), heads=2)])
def selfatt_values(n: View) -> Piece:
    name = "interleaved_selfatt_values"
    return formula(n, f"{name}(_0, _1, {n['heads']})", helpers=(name,))


@rule("_contrib_interleaved_matmul_encdec_qk", examples=[example((3, 2, 8), (5, 2, 16), heads=2)])
def encdec_qk(n: View) -> Piece:
    name = "interleaved_encdec_scores"
    return formula(n, f"{name}(_0, _1, {n['heads']})", helpers=(name,))


@rule("_contrib_interleaved_matmul_encdec_valatt", examples=[example((5, 2, 16), (4, 3, 5), heads=2)])
def encdec_values(n: View) -> Piece:
    name = "interleaved_encdec_values"
    return formula(n, f"{name}(_0, _1, {n['heads']})", helpers=(name,))
