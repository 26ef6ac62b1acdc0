"""Factorizations and triangular systems."""

from __future__ import annotations

from .._pieces import Piece
from .._rule import View, example, formula, rule


@rule("_linalg_potrf", examples=[])
def potrf(n: View) -> Piece:
    return formula(n, "torch.linalg.cholesky(_0)")


@rule("_linalg_potri", examples=[])
def potri(n: View) -> Piece:
    return formula(n, "torch.cholesky_inverse(_0)")


@rule(
    "_linalg_trsm",
    examples=[
        example((3, 3), (3, 2), source="torch.linalg.solve_triangular(data0, data1, upper=False)", draw=(1, 2)),
        example((3, 3), (2, 3), rightside=True, transpose=True, draw=(1, 2)),
        example((3, 3), (3, 2), alpha=2.0, lower=False, draw=(1, 2)),
    ],
)
def trsm(n: View) -> Piece:
    upper = not n["lower"]
    matrix = "_0"
    if n["transpose"]:
        matrix, upper = "_0.transpose(-2, -1)", not upper
    scaled = "_1" if n["alpha"] == 1 else f"{n['alpha']!r} * _1"
    left = ", left=False" if n["rightside"] else ""
    # torch reads the stored triangle only
    return formula(n, f"torch.linalg.solve_triangular({matrix}, {scaled}, upper={upper}{left})")


@rule("_linalg_trmm", examples=[example((3, 3), (3, 2)), example((3, 3), (2, 3), rightside=True, transpose=True)])
def trmm(n: View) -> Piece:
    matrix = "_0.tril()" if n["lower"] else "_0.triu()"
    if n["transpose"]:
        matrix += ".transpose(-2, -1)"
    product = f"_1 @ {matrix}" if n["rightside"] else f"{matrix} @ _1"
    return formula(n, product if n["alpha"] == 1 else f"{n['alpha']!r} * ({product})")


@rule("_linalg_syrk", examples=[example((2, 3, 4)), example((2, 3, 4), transpose=True, alpha=0.5)])
def syrk(n: View) -> Piece:
    product = "_0.transpose(-2, -1) @ _0" if n["transpose"] else "_0 @ _0.transpose(-2, -1)"
    return formula(n, product if n["alpha"] == 1 else f"{n['alpha']!r} * ({product})")


@rule("_linalg_sumlogdiag", examples=[example((2, 3, 3), draw=(0.5, 2))])
def sumlogdiag(n: View) -> Piece:
    return formula(n, "_0.diagonal(dim1=-2, dim2=-1).log().sum(-1)" + ("" if n.ndim() > 2 else ".reshape(1)"))


@rule("_linalg_inverse", examples=[example((2, 3, 3))])
def inverse(n: View) -> Piece:
    return formula(n, "torch.linalg.inv(_0)")


@rule("_linalg_det", examples=[example((2, 3, 3))])
def det(n: View) -> Piece:
    n.only_first()
    return formula(n, "torch.linalg.det(_0)" + ("" if n.ndim() > 2 else ".reshape(1)"))


@rule("_linalg_extractdiag", examples=[example((2, 3, 3)), example((2, 3, 3), offset=1)])
def extractdiag(n: View) -> Piece:
    return formula(n, f"_0.diagonal({n['offset']}, -2, -1)")


@rule("_linalg_makediag", examples=[example((2, 3)), example((2, 3), offset=-1)])
def makediag(n: View) -> Piece:
    offset = f", {n['offset']}" if n["offset"] else ""
    return formula(n, f"torch.diag_embed(_0{offset})")
