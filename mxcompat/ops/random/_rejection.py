"""Gamma and Poisson numbers on the parallel generator: draws whose consumption depends on what is drawn.

Within a state a value begins where the one before ended, which nobody knows in advance. Two ways lead through:

- Links (gamma; Poisson from 12 on). For every place of a window of uniform numbers it is cheap to say where the next
  attempt would begin if one began there. The links of all states are followed together, and the arithmetic is done for
  the places that were visited.
- Lockstep (Poisson below 12). A value is a few multiplications. All states take one uniform number a step.

The negative binomials, which are both one after the other, are in ``_mixed``.

An attempt that would need numbers beyond the window is not begun; its state gets a new window that begins there.

Source: MXNet 1.9.1 src/operator/random/sampler.h.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from . import _exact
from ._laws import Flags, Gamma, Index, TallPoisson
from ._mt19937 import BLOCK, StateBank

Array = npt.NDArray[Any]

_DRAWS_AT_ONCE = 1 << 18
_FEW_STATES = 4


class Attempts(Protocol):
    """The attempts of a window: see ``_laws``."""

    @property
    def following(self) -> Array:
        """Return where the next attempt begins, for each place."""
        ...

    def evaluate(self, at: Index) -> tuple[Flags, Array]:
        """Return which attempts at places succeed, and their values."""
        ...


#: Takes uniform numbers, parameters, how many values each state owes, where they go, and the result to write to;
#: returns how many values each state made and how many numbers it used.
Walk = Callable[[Array, Array, Index, Index, Array], tuple[Index, Index]]


class Law(NamedTuple):
    """A distribution: how a window is walked through, and about how many numbers a value takes."""

    walk: Walk
    draws: Callable[[Array], float]
    double: bool = False  # float64 uniform numbers, two words each
    threads: bool = True  # long operations, so that a second thread helps


def _along_links(found: Attempts, due: Index, goes_to: Index, out: Array) -> tuple[Index, Index]:
    # Places of all states in one flat table with an end place for each; a place without a link leads to itself.
    following = found.following
    states, width = following.shape
    own = np.arange(states * (width + 1)).reshape(states, width + 1)
    link = own.copy()
    np.copyto(link[:, :width], following + own[:, :1], where=following >= 0)
    link = link.reshape(-1)
    visited = [own[:, 0]]
    while True:
        onward = link.take(visited[-1])
        visited.append(onward)
        if len(visited) % 8 == 0 and np.array_equal(onward, visited[-2]):
            break
    path = np.stack(visited)
    state = np.arange(states)
    going = np.flatnonzero(path[:-1] != path[1:])
    won = np.zeros(path.shape, bool)
    value = np.empty(path.size, out.dtype)
    accepted, drawn = found.evaluate((path - state).reshape(-1)[going])
    won.reshape(-1)[going] = accepted
    value[going] = drawn
    rank = won.cumsum(axis=0, dtype=np.int32)
    won &= rank <= due
    chosen = np.flatnonzero(won)
    out[(goes_to + rank).reshape(-1)[chosen] - 1] = value[chosen]
    count = won.sum(axis=0)
    last = np.where(count == due, path[np.minimum((rank >= due).argmax(axis=0) + 1, len(path) - 1), state], path[-1])
    return count, last - own[:, 0]


def _gamma(u: Array, parameters: Array, due: Index, goes_to: Index, out: Array) -> tuple[Index, Index]:
    return _along_links(Gamma(u, parameters), due, goes_to, out)


def _half_gamma(u: Array, parameters: Array, due: Index, goes_to: Index, out: Array) -> tuple[Index, Index]:
    return _along_links(Gamma(u, parameters, half=True), due, goes_to, out)


def _tall_poisson(u: Array, parameters: Array, due: Index, goes_to: Index, out: Array) -> tuple[Index, Index]:
    return _along_links(TallPoisson(u, parameters), due, goes_to, out)


def _one_by_one(u: Array, threshold: Array, due: Index, goes_to: Index, out: Array) -> tuple[Index, Index]:
    """As ``_few_poisson``, for few states: plain Python has less to set up."""
    single = np.float32
    made, used = [], []
    for row, least, wanted, to in zip(u, threshold, due.tolist(), goes_to.tolist(), strict=True):
        product, count, begin, values = single(1), 0, 0, []
        for place, number in enumerate(row, 1):
            product = product * number
            if product > least:
                count += 1
                continue
            values.append(count)
            product, count, begin = single(1), 0, place
            if len(values) == wanted:
                break
        out[to : to + len(values)] = values
        made.append(len(values))
        used.append(begin)
    return np.array(made), np.array(used)


def _few_poisson(u: Array, parameters: Array, due: Index, goes_to: Index, out: Array) -> tuple[Index, Index]:
    """Below 12: multiply uniform numbers until the product is ``exp(-lam)`` or less."""
    states, width = u.shape
    threshold = _exact.expf(-parameters[:, 0].astype(np.float32))
    if states <= _FEW_STATES:
        return _one_by_one(u, threshold, due, goes_to, out)
    one = np.float32(1)
    product = np.ones(states, np.float32)
    ended = np.empty((width, states), bool)
    for numbers, ends in zip(np.ascontiguousarray(u.T), ended, strict=True):
        np.multiply(product, numbers, out=product)
        np.greater(product, threshold, out=ends)
        np.logical_not(ends, out=ends)
        np.copyto(product, one, where=ends)
    ends = np.flatnonzero(ended.T)
    state = ends // width
    made = ended.sum(axis=0)
    first = made.cumsum() - made
    rank = np.arange(ends.size) - first[state]
    value = np.diff(ends, prepend=-1) - 1
    opening = first[made > 0]
    value[opening] = ends[opening] % width
    wanted = np.flatnonzero(rank < due[state])
    out[goes_to[state[wanted]] + rank[wanted]] = value[wanted]
    count = np.minimum(made, due)
    some = np.flatnonzero(count)
    used = np.zeros(states, np.int64)
    used[some] = ends[first[some] + count[some] - 1] - some * width + 1
    return count, used


def _gamma_draws(parameters: Array) -> float:
    return 4.6 if bool((parameters[:, 0] < 1).any()) else 3.9


def _few_draws(parameters: Array) -> float:
    return max(float(parameters[:, 0].max()), 0.0) + 1.0


def _tall_draws(parameters: Array) -> float:
    return 3.5


GAMMA = Law(_gamma, _gamma_draws)
GAMMA_DOUBLE = Law(_gamma, _gamma_draws, double=True)
HALF_GAMMA = Law(_half_gamma, _gamma_draws)
HALF_GAMMA_DOUBLE = Law(_half_gamma, _gamma_draws, double=True)
FEW_POISSON = Law(_few_poisson, _few_draws, threads=False)
TALL_POISSON = Law(_tall_poisson, _tall_draws)


def fill(bank: StateBank, law: Law, rows: Index, due: Index, goes_to: Index, parameters: Array, out: Array) -> None:
    """Draw ``due[i]`` values with ``parameters[i]`` from state ``rows[i]`` and put them at ``out[goes_to[i]:]``."""
    unit = 2 if law.double else 1
    longest = BLOCK // unit
    per_value = law.draws(parameters)
    least = 0
    while rows.size:
        width = max(least, min(int(float(due.max()) * per_value * 1.1) + 24, longest))
        at_once = max(1, _DRAWS_AT_ONCE // width) if law.threads else rows.size
        for start in range(0, rows.size, at_once):
            some = slice(start, start + at_once)
            window = bank.window(rows[some], width * unit)
            u: Array = np.empty((window.shape[0], width), np.float64 if law.double else np.float32)
            (_exact.to_uniform64 if law.double else _exact.to_uniform32)(window, u)
            got, used = law.walk(u, parameters[some], due[some], goes_to[some], out)
            bank.position[rows[some]] += used * unit
            due[some] -= got
            goes_to[some] += got
            if not used.all():  # an attempt longer than the whole window
                if width == longest:
                    raise RuntimeError(f"random: one value needs more than {longest} uniform numbers")
                least = longest
        left = np.flatnonzero(due)
        rows, due, goes_to, parameters = rows[left], due[left], goes_to[left], parameters[left]
