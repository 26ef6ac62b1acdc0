"""Different classes by Zipf's law, on the parallel generator: each row of the result comes from one state.

Source: MXNet 1.9.1 src/operator/random/unique_sample_op.h.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from . import _exact
from ._mt19937 import BLOCK, StateBank

Array = npt.NDArray[Any]

_MARKED = 1 << 24  # classes that are worth a mark each
_FEW = 4  # rows that are as fast one by one


def draw(bank: StateBank, range_max: int, batch: int, count: int) -> tuple[Array, Array]:
    """Return ``count`` classes for each of ``batch`` rows, and the number of tries of each row."""
    classes, tries = np.empty((batch, count), np.int64), np.zeros(batch, np.int64)
    step = -(-batch // min(batch, bank.size))
    bank.prepare(-(-batch // step))
    if batch < _FEW or range_max > _MARKED:
        for i in range(batch):
            tries[i] = _row(bank, np.arange(i // step, i // step + 1), range_max, classes[i])
        return classes, tries
    at_once = max(1, _MARKED // range_max)
    for turn in range(step):  # rows of one state come one after the other, those of different ones together
        of_turn = np.arange(turn, batch, step)
        for start in range(0, of_turn.size, at_once):
            some = of_turn[start : start + at_once]
            classes[some], tries[some] = _rows(bank, some // step, range_max, count)
    return classes, tries


def _rows(bank: StateBank, states: Array, range_max: int, count: int) -> tuple[Array, Array]:
    """Draw ``count`` different classes from each of ``states``; return them, and the number of tries of each."""
    scale = np.log(float(range_max))
    rows = np.arange(states.size)  # those that are not complete
    seen = np.zeros(states.size * range_max, bool)
    classes, tries = np.empty((states.size, count), np.int64), np.zeros(states.size, np.int64)
    found = np.zeros(states.size, np.int64)
    while rows.size:
        window = bank.window(states[rows], min(BLOCK, 4 * (count - int(found[rows].min())) + 16))
        width = window.shape[1] // 2
        u = np.empty((rows.size, width), np.float64)
        _exact.to_uniform64(window, u)
        drawn = np.floor(np.exp(u * scale) + 0.5).astype(np.int64) - 1
        keys = (drawn + rows[:, None] * range_max).reshape(-1)
        fresh = np.flatnonzero(~seen.take(keys))
        ordered = keys[fresh] * fresh.size + np.arange(fresh.size)  # equal keys lie together, the first one ahead
        ordered.sort()
        key, place = np.divmod(ordered, max(fresh.size, 1))
        opens = np.ones(key.size, bool)
        np.not_equal(key[1:], key[:-1], out=opens[1:])
        new = np.zeros((rows.size, width), bool)
        new.reshape(-1)[fresh[place[opens]]] = True
        rank = new.cumsum(axis=1)
        rank += found[rows, None]
        new &= rank <= count
        of, at = np.nonzero(new)
        classes[rows[of], rank[of, at] - 1] = drawn[of, at]
        seen[keys.reshape(new.shape)[of, at]] = True
        done = rank[:, -1] >= count
        used = np.where(done, (rank >= count).argmax(axis=1) + 1, width)
        bank.position[states[rows]] += 2 * used
        tries[rows] += used
        found[rows] = np.minimum(rank[:, -1], count)
        rows = rows[~done]
    return classes, tries


def _row(bank: StateBank, row: Array, range_max: int, out: Array) -> int:
    """Fill ``out`` with different classes from one state; return the number of tries."""
    scale = np.log(float(range_max))
    seen = np.zeros(range_max, bool) if range_max <= _MARKED else None
    found, tries = 0, 0
    while True:
        window = bank.window(row, min(BLOCK, 4 * (out.size - found) + 16))
        u = np.empty((1, window.shape[1] // 2), np.float64)
        _exact.to_uniform64(window, u)
        drawn = np.floor(np.exp(u[0] * scale) + 0.5).astype(np.int64) - 1
        first = np.sort(np.unique(drawn, return_index=True)[1])
        values = drawn[first]
        fresh = ~np.isin(values, out[:found]) if seen is None else ~seen[values]
        first, values = first[fresh], values[fresh]
        room = out.size - found
        out[found : found + values.size] = values[:room]
        if values.size >= room:
            used = int(first[room - 1]) + 1
            bank.position[row] += 2 * used
            return tries + used
        if seen is not None:
            seen[values] = True
        found += values.size
        tries += drawn.size
        bank.position[row] += 2 * drawn.size
