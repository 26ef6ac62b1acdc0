"""A bank of MT19937 states that step together: the words under MXNet's parallel random generator.

MXNet keeps 1,024 independent Mersenne twisters on the CPU and lets each of them serve a run of the output. Stepping
them one by one in Python would cost more than the drawing, so the bank keeps them as the rows of one matrix and
twists many rows with the same few NumPy operations. The rows do not have to agree on how far they are: each has its
own read position.

A row of ``words`` is two blocks long, ``[previous block | newest block]``. Unread words are always the row's tail,
from the read position to the end, so renewing a row moves its newest block to the front half, writes 624 fresh words
behind it and lowers the position by 624. Any window of up to 624 words can therefore be looked at in one piece
without being consumed, which is what rejection sampling needs: look at more than enough, use some, and move each
position by what was used.

Seeding is lazy. A seed is only remembered; a row is initialised when it is first used.

Source: std::mt19937 as used by MXNet 1.9.1 include/mxnet/random_generator.h; the recurrence is Matsumoto and
Nishimura's (1998).
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint32]
Index = npt.NDArray[np.int64]

BLOCK = 624  # words that one twist renews
END = 2 * BLOCK  # row length; the read position of a row with nothing left
_SHIFT = 397
_HEAD = BLOCK - _SHIFT  # 227, how far a twist gets before it needs its own results
_UPPER = np.uint32(0x80000000)
_LOWER = np.uint32(0x7FFFFFFF)
_MATRIX = np.uint32(0x9908B0DF)
_MASK_B = np.uint32(0x9D2C5680)
_MASK_C = np.uint32(0xEFC60000)
_ONE, _S7, _S11, _S15, _S18, _S30 = (np.uint32(n) for n in (1, 7, 11, 15, 18, 30))
_MULTIPLIER = np.uint32(1812433253)
_ROWS_AT_ONCE = 208  # measured: fewer, larger operations beat smaller temporaries, also with two threads
_FEW = 24  # up to this many rows are seeded one by one


class Scratch(threading.local):
    """Temporary arrays that a thread reuses, by name."""

    def __init__(self) -> None:
        self._held: dict[str, npt.NDArray[Any]] = {}

    def get(self, name: str, size: int, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """Return an uninitialised flat array of ``size`` entries that lives until ``name`` is asked for again."""
        held = self._held.get(name)
        if held is None or held.size < size or held.dtype != dtype:
            held = np.empty(max(size, 1024), dtype)
            if held.nbytes <= 1 << 23:
                self._held[name] = held
        return held[:size]


scratch = Scratch()


_seeder: list[np.random.RandomState] = []
_seeder_lock = threading.Lock()


def initial_state(seed: int) -> Words:
    """Return the state that std::mt19937 (and NumPy's RandomState) starts from."""
    with _seeder_lock:
        if not _seeder:
            _seeder.append(np.random.RandomState(0))
        _seeder[0].seed(seed)
        found: Words = _seeder[0].get_state(legacy=True)[1]  # type: ignore[index]
    return found


def _twist(state: Words, words: Words) -> None:
    """Advance contiguous rows of ``state`` by one block and write their tempered words to ``words``."""
    rows = state.shape[0]
    flat = state.reshape(-1)
    mixed = scratch.get("twist-a", flat.size, np.uint32)
    other = scratch.get("twist-b", flat.size, np.uint32)
    # Every entry but a row's last mixes two entries that the twist has not touched yet: one flat pass for all of them.
    np.bitwise_and(flat[1:], _LOWER, out=mixed[:-1])
    np.bitwise_and(flat, _UPPER, out=other)
    np.bitwise_or(mixed, other, out=mixed)
    np.bitwise_and(mixed, _ONE, out=other)
    np.multiply(other, _MATRIX, out=other)
    np.right_shift(mixed, _ONE, out=mixed)
    np.bitwise_xor(mixed, other, out=mixed)
    mix = mixed.reshape(rows, BLOCK)
    np.bitwise_xor(state[:, _SHIFT:], mix[:, :_HEAD], out=state[:, :_HEAD])
    np.bitwise_xor(state[:, :_HEAD], mix[:, _HEAD : 2 * _HEAD], out=state[:, _HEAD : 2 * _HEAD])
    np.bitwise_xor(state[:, _HEAD : _SHIFT - 1], mix[:, 2 * _HEAD : -1], out=state[:, 2 * _HEAD : -1])
    last = (state[:, -1] & _UPPER) | (state[:, 0] & _LOWER)
    state[:, -1] = state[:, _SHIFT - 1] ^ (last >> _ONE) ^ ((last & _ONE) * _MATRIX)
    np.right_shift(flat, _S11, out=mixed)
    np.bitwise_xor(mixed, flat, out=mixed)
    np.left_shift(mixed, _S7, out=other)
    np.bitwise_and(other, _MASK_B, out=other)
    np.bitwise_xor(mixed, other, out=mixed)
    np.left_shift(mixed, _S15, out=other)
    np.bitwise_and(other, _MASK_C, out=other)
    np.bitwise_xor(mixed, other, out=mixed)
    np.right_shift(mixed, _S18, out=other)
    np.bitwise_xor(mix, other.reshape(rows, BLOCK), out=words)


class StateBank:
    """``size`` Mersenne twisters seeded with ``seed``, ``seed + 1``, ... (modulo 2**32)."""

    def __init__(self, size: int, seed: int) -> None:
        self.size = size
        self._flat = np.empty(0, np.uint32)
        self.seed(seed)

    def seed(self, seed: int) -> None:
        """Start every row again; costs nothing until a row is used."""
        self.first_seed = seed & 0xFFFFFFFF
        self.ready = 0  # rows [0, ready) are initialised
        self.renewals = 0  # counts changes of row 0, for caches of what it holds
        self.position: Index = np.full(self.size, END, np.int64)

    def prepare(self, rows: int) -> None:
        """Make sure that the first ``rows`` rows are initialised."""
        if rows <= self.ready:
            return
        if self._flat.size == 0:  # allocated late: an idle generator holds no megabytes
            self.state = np.empty((self.size, BLOCK), np.uint32)
            self.words = np.empty((self.size, END), np.uint32)
            self._flat = self.words.reshape(-1)
        if rows <= _FEW:
            for row in range(self.ready, rows):
                self.state[row] = initial_state((self.first_seed + row) & 0xFFFFFFFF)
        else:
            rows = self.size
            column = (np.arange(self.ready, rows, dtype=np.int64) + self.first_seed).astype(np.uint32)
            table = np.empty((BLOCK, rows - self.ready), np.uint32)
            table[0] = column
            for i in range(1, BLOCK):
                column = table[i]
                np.right_shift(table[i - 1], _S30, out=column)
                np.bitwise_xor(column, table[i - 1], out=column)
                np.multiply(column, _MULTIPLIER, out=column)
                np.add(column, np.uint32(i), out=column)
            self.state[self.ready : rows] = table.T
        self.ready = rows

    def _renew(self, rows: Index) -> None:
        """Put a fresh block behind the unread words of ``rows`` (ascending), which must fit in one block."""
        if rows[0] == 0:
            self.renewals += 1
        for start in range(0, rows.size, _ROWS_AT_ONCE):
            some = rows[start : start + _ROWS_AT_ONCE]
            first, past = int(some[0]), int(some[-1]) + 1
            tail = END - int(self.position[some].min())
            if past - first == some.size:  # neighbours: work in place
                words = self.words[first:past]
                if tail > 0:
                    words[:, BLOCK - tail : BLOCK] = words[:, END - tail :]
                _twist(self.state[first:past], words[:, BLOCK:])
            else:
                state = self.state[some]
                fresh = scratch.get("renew", some.size * BLOCK, np.uint32).reshape(some.size, BLOCK)
                _twist(state, fresh)
                self.state[some] = state
                if tail > 0:
                    self.words[some, BLOCK - tail : BLOCK] = self.words[some, END - tail :]
                self.words[some, BLOCK:] = fresh
            self.position[some] -= BLOCK

    def window(self, rows: Index, count: int) -> Words:
        """Return the next ``count`` (at most 624) words of each of ``rows`` (ascending) without consuming them."""
        at = self.position[rows]
        most = int(at.max())
        if most + count > END:
            self._renew(rows[at + count > END])
            at = self.position[rows]
            most = int(at.max())
        first, past = int(rows[0]), int(rows[-1]) + 1
        if past - first == rows.size and int(at.min()) == most:
            return self.words[first:past, most : most + count]
        picks = scratch.get("window-index", rows.size * count, np.int64).reshape(rows.size, count)
        np.add((rows * END + at)[:, None], np.arange(count), out=picks)
        found = scratch.get("window-words", rows.size * count, np.uint32).reshape(rows.size, count)
        self._flat.take(picks, out=found, mode="clip")
        return found

    def copy(self, rows: Index) -> tuple[Words, Words, Index]:
        """Return what ``put_back`` needs."""
        return self.state[rows], self.words[rows], self.position[rows]

    def put_back(self, rows: Index, saved: tuple[Words, Words, Index], which: Index, counts: Index) -> None:
        """Let ``rows`` (ascending) go on ``counts`` words after a copy, of which they are the entries ``which``."""
        self.state[rows], self.words[rows], self.position[rows] = (part[which] for part in saved)
        counts = counts.copy()
        while rows.size:
            step = np.minimum(counts, BLOCK)
            self.window(rows, int(step.max()))
            self.position[rows] += step
            counts -= step
            left = np.flatnonzero(counts)
            rows, counts = rows[left], counts[left]

    def get_state(self) -> dict[str, Any]:
        """Return everything needed to continue from here, as plain arrays and numbers."""
        found: dict[str, Any] = {"first_seed": self.first_seed, "ready": self.ready, "position": self.position.copy()}
        if self.ready:
            found["state"] = self.state[: self.ready].copy()
            found["words"] = self.words[: self.ready].copy()
        return found

    def set_state(self, saved: dict[str, Any]) -> None:
        """Continue from what ``get_state`` returned."""
        self.seed(saved["first_seed"])
        if saved["ready"]:
            self.prepare(saved["ready"])
            self.state[: saved["ready"]] = saved["state"]
            self.words[: saved["ready"]] = saved["words"]
            self.ready = saved["ready"]
        self.position = saved["position"].copy()
