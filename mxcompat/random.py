"""`mxnet.random`: seeding, and the samplers of `mxnet.nd.random`."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._core.context import Context
from .nd.random import (
    exponential,
    gamma,
    generalized_negative_binomial,
    multinomial,
    negative_binomial,
    normal,
    poisson,
    randint,
    randn,
    shuffle,
    uniform,
)
from .ops.random import engine

__all__ = [
    "exponential",
    "gamma",
    "generalized_negative_binomial",
    "get_engine",
    "multinomial",
    "negative_binomial",
    "normal",
    "poisson",
    "randint",
    "randn",
    "seed",
    "set_engine",
    "shuffle",
    "uniform",
]


def seed(seed_state: int, ctx: Any = "all") -> None:
    """Seed the random generators.

    The CPU generators belong to the calling thread; another thread draws from its own, which start from seed 0.

    Args:
        seed_state: any integer; its low 32 bits count.
        ctx: ``"all"`` seeds the generators of all devices, each with its number mixed in. A context (or a device type
            such as ``"cpu"``) leaves the number out, so that the same seed gives the same numbers on every device of
            its kind; the CPU generators are seeded in any case.

    Raises:
        ValueError: a seed that is no integer.
        KeyError: another text, or something that is no context.

    Source: MXNet 1.9.1 python/mxnet/random.py, src/resource.cc.
    """
    if not isinstance(seed_state, (int, np.int32, np.int64)):
        raise ValueError(f"seed_state must be int, got {type(seed_state).__name__}")
    engine.seed(int(seed_state), None if isinstance(ctx, str) and ctx == "all" else Context(ctx))


def set_engine(name: str) -> None:
    """Choose where random numbers on the CPU come from (an addition to MXNet's API).

    Args:
        name: ``"mxnet"`` (the default: MXNet 1.9.1's own streams) or ``"torch"`` (torch's generators, faster).

    Raises:
        ValueError: another name.
    """
    engine.set_engine(name)


def get_engine() -> str:
    """Name of the engine that CPU random numbers come from."""
    return engine.get_engine()
