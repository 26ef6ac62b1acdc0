"""The table of networks: a name, a function that builds the block, and what its inputs look like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Input(NamedTuple):
    """One input: uniform numbers of a range, or, with ``kinds``, whole numbers below it."""

    shape: tuple[int, ...]
    low: float = -1.0
    high: float = 1.0
    kinds: int = 0

    def draw(self, seed: int) -> Any:
        source = np.random.RandomState(seed)
        if self.kinds:
            return source.randint(0, self.kinds, self.shape).astype("float32")
        return source.uniform(self.low, self.high, self.shape).astype("float32")


class Network(NamedTuple):
    """A builder (a function of the package that returns a block) and the inputs it is run with."""

    name: str
    build: Callable[[Any], Any]
    inputs: tuple[Input, ...]
    #: whether the inputs' first axis is the batch, which `mx.mod.Module` needs
    batch_first: bool
    #: takes seconds, or makes big files
    heavy: bool

    def draw(self) -> list[Any]:
        return [one.draw(11 + i) for i, one in enumerate(self.inputs)]


NETWORKS: dict[str, Network] = {}


def network(*inputs: Any, batch_first: bool = True, heavy: bool = False) -> Callable[[Any], Any]:
    """Put a builder into the table. Inputs are `Input`s, or shapes."""
    drawn = tuple(one if isinstance(one, Input) else Input(one) for one in inputs)

    def add(build: Callable[[Any], Any]) -> Callable[[Any], Any]:
        name = build.__name__
        if name in NETWORKS:
            raise ValueError(f"two networks named {name}")
        NETWORKS[name] = Network(name, build, drawn, batch_first, heavy)
        return build

    return add


def add_network(name: str, build: Callable[[Any], Any], *inputs: Any, heavy: bool = False) -> None:
    """Put a builder that has no name of its own into the table."""
    build.__name__ = name
    network(*inputs, heavy=heavy)(build)
