"""The generator behind MXNet's native iterators: ``std::mt19937`` and the distributions of its C++ library.

Every draw is reproduced word for word: which words are consumed, in which precision the value is formed, and when a
draw is rejected. One generator serves one iterator, so draws are scalars.

Source: libstdc++ as MXNet 1.9.1 was built with it (before version 11: bounded integers by division, shuffles one
element at a time).
"""

from __future__ import annotations

from collections.abc import MutableSequence
from typing import Any

import numpy as np

_WORDS = 1 << 32
_LARGEST = _WORDS - 1
_BELOW_ONE = float(np.nextafter(np.float32(1), np.float32(0)))
_BELOW_ONE_DOUBLE = float(np.nextafter(1.0, 0.0))
_BLOCK = 256  # words fetched at a time
_single = np.float32


class Twister:
    """One ``std::mt19937``."""

    def __init__(self, seed: int) -> None:
        self._source = np.random.RandomState(0)
        self.seed(seed)

    def seed(self, seed: int) -> None:
        """Start again from ``seed`` (modulo 2**32)."""
        self._source.seed(seed % _WORDS)  # NumPy seeds its legacy twister as the C++ library does
        self._words: list[int] = []

    def word(self) -> int:
        """The next 32 bits."""
        if not self._words:
            self._words = np.frombuffer(self._source.bytes(4 * _BLOCK), "<u4")[::-1].tolist()
        return self._words.pop()

    def uniform(self, low: float = 0.0, high: float = 1.0) -> np.float32:
        """``uniform_real_distribution<float>(low, high)``."""
        unit = min(float(_single(self.word())) / _WORDS, _BELOW_ONE)
        low32, high32 = _single(low), _single(high)
        found: np.float32 = _single(_single(unit) * (high32 - low32) + low32)
        return found

    def double(self) -> float:
        """``generate_canonical<double, 53>``: two words, the second one weighs more."""
        low = self.word()
        return min((low + self.word() * float(_WORDS)) / float(1 << 64), _BELOW_ONE_DOUBLE)

    def coin(self, probability: float = 0.5) -> bool:
        """``bernoulli_distribution(probability)``."""
        return self.double() < probability

    def integer(self, low: int, high: int) -> int:
        """``uniform_int_distribution(low, high)``, both ends included."""
        count = high - low + 1
        scale = _LARGEST // count
        past = count * scale
        while True:
            found = self.word()
            if found < past:
                return low + found // scale

    def normals(self, count: int, deviation: float) -> list[np.float32]:
        """``count`` draws of one fresh ``normal_distribution<float>(0, deviation)``: they come in pairs."""
        found: list[np.float32] = []
        while len(found) < count:
            while True:
                x = _single(2.0 * float(self.uniform()) - 1.0)
                y = _single(2.0 * float(self.uniform()) - 1.0)
                square = _single(x * x + y * y)
                if 0 < square <= 1:
                    break
            factor = np.sqrt(_single(-2) * np.log(square) / square)
            found += [_single(y * factor), _single(x * factor)]
        return [_single(value * _single(deviation)) for value in found[:count]]

    def shuffle(self, items: MutableSequence[Any]) -> None:
        """``std::shuffle``, in place."""
        for last in range(1, len(items)):
            other = self.integer(0, last)
            items[last], items[other] = items[other], items[last]
