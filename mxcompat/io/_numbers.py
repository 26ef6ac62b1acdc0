"""Numbers in text files, as MXNet's parser reads them.

It has a parser of its own: digits before the point make one float32, those behind it (19 at most) another, and both
are added; an exponent multiplies by powers of ten in float32. One in a hundred numbers is therefore one unit in the
last place off the nearest float32, as in ``2.86``.

Source: dmlc-core's strtonum.h, as MXNet 1.9.1 uses it.
"""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import numpy.typing as npt

_NUMBER = re.compile(
    rb"[ \t\n\v\f\r]*([+-]?)(?:(inf(?:inity)?|nan(?:\(\w*\))?)|(\d*)(?:\.(\d*))?(?:[eE]([+-]?)(\d+))?)", re.I
)
_INTEGER = re.compile(rb"[ \t\n\v\f\r]*([+-]?)(0[xX][0-9a-fA-F]+|\d+)")
_PLAIN = frozenset(b"0123456789.+- ")
_POWER = 8
_LARGEST_EXPONENT = 38  # larger ones count as this


def number(text: bytes) -> tuple[float, int]:
    """The float32 at the beginning of ``text``, and how many bytes it takes; none for no number."""
    found = _NUMBER.match(text)
    if found is None:
        return 0.0, 0
    sign, word, whole, rest, down, exponent = found.groups()
    if word is not None:
        value = math.inf if word[:1] in b"iI" else math.nan
        return (-value if sign == b"-" else value), found.end()
    if not whole and rest is None:
        return 0.0, 0
    single = np.float32
    with np.errstate(over="ignore", under="ignore"):
        value32 = single(int(whole or b"0"))
        if rest:
            rest = rest[:19]
            value32 = value32 + single(int(rest) / 10.0 ** len(rest))
        if exponent:
            steps = min(int(exponent), _LARGEST_EXPONENT)
            factor = single(1)
            for _ in range(steps // _POWER):
                factor = factor * single(1e8)
            for _ in range(steps % _POWER):
                factor = factor * single(10)
            value32 = value32 / factor if down == b"-" else value32 * factor
    return (-float(value32) if sign == b"-" else float(value32)), found.end()


def integer(text: bytes) -> tuple[int, int]:
    """The integer at the beginning of ``text`` (0x is hexadecimal, a leading 0 octal), and its length."""
    found = _INTEGER.match(text)
    if found is None:
        return 0, 0
    sign, digits = found.groups()
    if digits[:2] in (b"0x", b"0X"):
        value, end = int(digits, 16), found.end()
    elif digits[:1] == b"0":
        octal = re.match(rb"[0-7]+", digits)
        value, end = int(octal[0], 8) if octal else 0, found.end()
    else:
        value, end = int(digits), found.end()
    return (-value if sign == b"-" else value), end


def plain_numbers(text: bytes, separator: str) -> npt.NDArray[np.float32] | None:
    """All numbers of a text that holds nothing but plain ones, at once; None if it holds more than that."""
    if not _PLAIN.issuperset(text):
        return None
    try:
        wide: npt.NDArray[Any] = np.fromstring(text, np.float64, sep=separator)
    except (ValueError, DeprecationWarning):
        return None
    whole = np.trunc(wide)
    found: npt.NDArray[np.float32] = whole.astype(np.float32) + (wide - whole).astype(np.float32)
    return found
