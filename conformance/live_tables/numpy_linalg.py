"""`mx.np`: products and `np.linalg`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..calls import Arr, Call
from ..compare import Tolerance
from . import _numpy as n

if TYPE_CHECKING:
    from ..live import Gen, Generator

_WIDE = ("float32", "float32", "float64")
_SOLVED = Tolerance(rtol=2e-3, atol=2e-3, why="LAPACK of another library, in float32")
_SOLVED64 = Tolerance(rtol=1e-7, atol=1e-7, why="LAPACK of another library")


def _loose(gen: Gen, kind: str) -> None:
    gen.tol = _SOLVED if kind == "float32" else _SOLVED64


def _dot(gen: Gen) -> Call:
    kind = gen.pick(_WIDE)
    inner = gen.int(1, 4)
    way = gen.int(0, 4)
    left, right = {
        0: ((inner,), (inner,)),
        1: ((gen.int(1, 3), inner), (inner, gen.int(1, 3))),
        2: ((*n.shape(gen, 0, 2, empty=0), inner), (inner,)),
        3: ((), n.shape(gen, 0, 3, empty=0)),
        4: ((*n.shape(gen, 1, 2, empty=0), inner), (*n.shape(gen, 1, 1, empty=0), inner, gen.int(1, 3))),
    }[way]
    args = (n.array(gen, left, kind), n.array(gen, right, kind))
    if way == 3 and gen.chance(0.5):
        args = (args[1], args[0])
    gen.tol = n.SUMS
    grad = gen.chance(0.6) and way != 3  # MXNet mixes up the gradients of a number and an array
    if gen.chance(0.3):
        return Call(".dot", args, grad=grad, front="np")
    return Call("np.dot", args, grad=grad, out=gen.chance(0.1))


def _matmul(gen: Gen) -> Call:
    kind = gen.pick(_WIDE)
    inner, rows, columns = gen.int(1, 4), gen.int(1, 3), gen.int(1, 3)
    batch = n.shape(gen, 0, 2, empty=0)
    gen.tol = n.SUMS
    if gen.chance(0.2):
        pair = ((*batch, rows, inner), (inner,)) if gen.chance(0.5) else ((inner,), (*batch, inner, columns))
        return Call("np.matmul", [n.array(gen, s, kind) for s in pair], grad=gen.chance(0.5) and not batch)
    same = gen.chance(0.7)
    other = batch if same else n.like(gen, batch)
    pair = ((*batch, rows, inner), (*other, inner, columns))
    args = tuple(n.array(gen, s, kind) for s in pair)
    if gen.chance(0.3):
        return Call(".__matmul__", args, grad=gen.chance(0.5) and other == batch, front="np")
    return Call("np.matmul", args, grad=gen.chance(0.5) and other == batch)


def _tensordot(gen: Gen) -> Call:
    kind = gen.pick(_WIDE)
    gen.tol = n.SUMS
    left = n.shape(gen, 1, 3, empty=0)
    count = gen.int(1, len(left))
    if gen.chance(0.5):
        right = (*left[len(left) - count :], *n.shape(gen, 0, 1, empty=0))
        axes: Any = count
    else:
        chosen = gen.random.sample(range(len(left)), count)
        right = (*n.shape(gen, 0, 1, empty=0), *[left[k] for k in chosen])
        axes = [chosen, list(range(len(right) - count, len(right)))]
    return Call("np.tensordot", (n.array(gen, left, kind), n.array(gen, right, kind), axes), grad=gen.chance(0.5))


def _inner(gen: Gen) -> Call:
    kind = gen.pick(_WIDE)
    gen.tol = n.SUMS
    last = gen.int(1, 4)
    pair = [n.array(gen, (*n.shape(gen, 0, 2, empty=0), last), kind) for _ in range(2)]
    return Call("np.inner", pair, grad=gen.chance(0.5))


def _outer(gen: Gen) -> Call:
    kind = gen.pick(_WIDE)
    return Call("np.outer", [n.array(gen, n.shape(gen, 1, 2, empty=0), kind) for _ in range(2)], grad=gen.chance(0.5))


def _vdot(gen: Gen) -> Call:
    kind, of = gen.pick(_WIDE), n.shape(gen, 1, 3, empty=0)
    gen.tol = n.SUMS
    return Call("np.vdot", [n.array(gen, of, kind) for _ in range(2)], grad=gen.chance(0.5))


def _einsum(gen: Gen) -> Call:
    kind = gen.pick(_WIDE)
    gen.tol = n.SUMS
    sizes = {letter: gen.int(1, 3) for letter in "ijkl"}
    text = gen.pick((
        "ij,jk->ik", "ij,ij->ij", "ij->ji", "ii->i", "ii", "ij->", "ij,j->i", "i,j->ij", "ijk,jl->ikl", "ij,kj->ik",
        "ijk->k", "ij,jk,kl->il", "...i,i->...", "i,i", "ijk,ijk->jk", "...ij->...ji",
    ))  # fmt: skip
    if "ii" in text:
        sizes["i"] = gen.int(1, 3)
    terms = text.split("->")[0].split(",")
    shapes = [
        (*((2,) if "..." in term else ()), *[sizes[letter] for letter in term.replace("...", "")]) for term in terms
    ]
    kwargs = {"optimize": gen.chance(0.5)} if gen.chance(0.4) else {}
    return Call("np.einsum", (text, *[n.array(gen, s, kind) for s in shapes]), kwargs, grad=gen.chance(0.5))


def _polyval(gen: Gen) -> Call:
    kind = gen.pick(_WIDE)
    gen.tol = n.SUMS
    x = n.array(gen, None, kind, low=-1, high=1)
    return Call("np.polyval", (n.array(gen, (gen.int(1, 4),), kind), x), grad=gen.chance(0.5))


def _square(gen: Gen, kind: str, way: str = "any", batch: bool = True) -> Arr:
    """A matrix, or several, far from singular: diagonal, symmetric, or positive definite on demand."""
    side = gen.int(1, 4)
    of = (*(n.shape(gen, 0, 1, empty=0) if batch else ()), side, side)
    rng = np.random.RandomState(gen.int(1, 400000))
    values = rng.uniform(-1, 1, of)
    if way in ("symmetric", "positive"):
        values = values + np.swapaxes(values, -1, -2)
    if way == "positive" or way == "any":
        values = values + np.eye(side) * (2 * side + 1)
    elif way == "symmetric":
        values = values + np.diag(np.arange(side) * 3.0)
    return Arr(values=np.round(values, 3).tolist(), dtype=kind)


def _of_square(name: str, way: str, grad: bool) -> Generator:
    def make(gen: Gen) -> Call:
        kind = gen.pick(_WIDE)
        _loose(gen, kind)
        return Call("np.linalg." + name, (_square(gen, kind, way),), grad=grad and gen.chance(0.6))

    return make


def _solve(gen: Gen) -> Call:
    kind = gen.pick(_WIDE)
    _loose(gen, kind)
    a = _square(gen, kind, batch=False)
    b = n.array(gen, (a.shape[0], gen.int(1, 3)), kind)
    return Call("np.linalg.solve", (a, b))


def _svd(gen: Gen) -> Call:
    kind = gen.pick(_WIDE)
    _loose(gen, kind)
    rows = gen.int(1, 3)
    return Call("np.linalg.svd", (n.array(gen, (rows, rows + gen.int(0, 2)), kind, low=0.5, high=4),))


def _eigenvalues(gen: Gen) -> Call:
    kind = gen.pick(_WIDE)
    _loose(gen, kind)
    kwargs = {"UPLO": gen.pick("LU")} if gen.chance(0.5) else {}
    return Call("np.linalg." + gen.pick(("eigvalsh", "eigh")), (_square(gen, kind, "symmetric"),), kwargs)


def _norm(gen: Gen) -> Call:
    kind = gen.pick(_WIDE)
    _loose(gen, kind)
    of = n.shape(gen, 1, 3, empty=0)
    x = n.array(gen, of, kind, low=0.5, high=3)
    kwargs: dict[str, Any] = {}
    if len(of) == 1 or gen.chance(0.5):
        kwargs["axis"] = n.axis(gen, len(of), wrong=0)
        kwargs["ord"] = gen.pick((None, 1, 2, 3, 0))
    elif len(of) == 2 or gen.chance(0.5):
        if len(of) == 3:
            kwargs["axis"] = tuple(gen.random.sample(range(3), 2))
        kwargs["ord"] = gen.pick((None, "fro", 1, float("inf"), -1, -float("inf")))
    if gen.chance(0.4):
        kwargs["keepdims"] = True
    smooth = kwargs.get("ord") in (None, 1, 2, "fro") and len(of) == 1
    return Call("np.linalg.norm", (x,), kwargs, grad=smooth and gen.chance(0.5))


def _pinv(gen: Gen) -> Call:
    kind = gen.pick(_WIDE)
    _loose(gen, kind)
    a = _square(gen, kind, batch=False)
    return Call("np.linalg.pinv", (a,))


def _tensorinv(gen: Gen) -> Call:
    kind = gen.pick(_WIDE)
    _loose(gen, kind)
    a = _square(gen, kind, batch=False)
    side = a.shape[0]
    of = gen.pick(((side, side), (side, 1, side), (side, side, 1), (1, side, side)))
    ind = {(side, side): 1, (side, 1, side): gen.int(1, 2), (side, side, 1): 1, (1, side, side): 2}[of]
    values = np.array(a.values).reshape(of).tolist()
    return Call("np.linalg.tensorinv", (Arr(values=values, dtype=kind), ind))


def _tensorsolve(gen: Gen) -> Call:
    kind = gen.pick(_WIDE)
    _loose(gen, kind)
    a = _square(gen, kind, batch=False)
    side = a.shape[0]
    values = np.array(a.values).reshape((side, 1, side)).tolist()
    return Call("np.linalg.tensorsolve", (Arr(values=values, dtype=kind), n.array(gen, (side, 1), kind)))


GENERATORS = {
    "dot": _dot,
    "matmul": _matmul,
    "tensordot": _tensordot,
    "inner": _inner,
    "outer": _outer,
    "vdot": _vdot,
    "einsum": _einsum,
    "polyval": _polyval,
    "det": _of_square("det", "any", True),
    "slogdet": _of_square("slogdet", "any", True),
    "inv": _of_square("inv", "any", True),
    "cholesky": _of_square("cholesky", "positive", True),
    "eigvals": _of_square("eigvals", "symmetric", False),
    "solve": _solve,
    "svd": _svd,
    "eigh": _eigenvalues,
    "norm": _norm,
    "pinv": _pinv,
    "tensorinv": _tensorinv,
    "tensorsolve": _tensorsolve,
}
