"""What the tables of `mx.np` share: shapes without axes and without elements, more dtypes, tolerances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..calls import Arr
from ..compare import Tolerance

if TYPE_CHECKING:
    from ..live import Gen

INTS = ("int32", "int64", "int8", "uint8")
FLOATS = ("float32", "float64", "float16")
HALF = Tolerance(rtol=6e-3, atol=6e-3, why="float16 chains are rounded after every step on one side only")
SUMS = Tolerance(rtol=1e-4, atol=1e-5, why="sums with terms of both signs, in float32, in another order")


def shape(gen: Gen, low: int = 0, high: int = 3, size: int = 4, empty: float = 0.05) -> tuple[int, ...]:
    """A shape, at times without axes, at times with an axis of length 0."""
    drawn = tuple(1 if gen.chance(0.12) else gen.int(1, size) for _ in range(gen.int(low, high)))
    if drawn and gen.chance(empty):
        at = gen.int(0, len(drawn) - 1)
        drawn = (*drawn[:at], 0, *drawn[at + 1 :])
    return drawn


def dtype(gen: Gen, ints: bool = True, bools: float = 0.0) -> str:
    """A dtype; one in two is float32."""
    if bools and gen.chance(bools):
        return "bool"
    if gen.chance(0.5):
        return "float32"
    return str(gen.pick((*FLOATS[1:], *INTS) if ints else FLOATS[1:]))


def array(gen: Gen, of: Sequence[int] | None = None, kind: str | None = None, **options: Any) -> Arr:
    """An input; sets the looser tolerance of float16."""
    of = shape(gen) if of is None else tuple(of)
    kind = kind or dtype(gen)
    if kind == "float16" and gen.tol is None:
        gen.tol = HALF
    plain = 0 in of or kind == "bool" or gen.chance(0.6)
    layout = "plain" if plain else gen.pick(("rows", "transposed", "reshaped"))
    return Arr(
        of,
        kind,
        options.pop("low", -3.0),
        options.pop("high", 3.0),
        seed=gen.int(1, 400000),
        layout=options.pop("layout", layout),
        **options,
    )


def like(gen: Gen, of: Sequence[int]) -> tuple[int, ...]:
    """A shape that broadcasts with the given one (or, rarely, does not)."""
    if gen.chance(0.02):
        return shape(gen)
    cut = tuple(of[gen.int(0, len(of)) :]) if gen.chance(0.25) else tuple(of)
    return tuple(1 if gen.chance(0.3) else side for side in cut)


def axis(gen: Gen, rank: int, wrong: float = 0.02) -> int:
    """An axis of an array of that rank."""
    if not rank or gen.chance(wrong):
        return int(gen.pick((rank, rank + 2, -rank - 1)))
    return gen.int(-rank, rank - 1)


def axes(gen: Gen, rank: int) -> Any:
    """None, an axis, or a tuple of axes."""
    if not rank and gen.chance(0.3):
        return gen.pick((0, -1, 1))  # 0 and -1 are legal
    if not rank or gen.chance(0.25):
        return None
    if gen.chance(0.5):
        return axis(gen, rank)
    chosen = gen.random.sample(range(rank), gen.int(0, rank))
    return tuple(k - rank if gen.chance(0.3) else k for k in chosen)
