"""What a chain of swaps, each depending on those before, leaves: many of them made at a time.

Swap i brings to place i what its partner, a place up to i, holds then, and leaves number i there. So it brings the
number of the swap before with the same partner; where there is none, it brings what was brought to the partner's own
place before.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ._mt19937 import scratch

Array = npt.NDArray[Any]
Indices = npt.NDArray[np.int64]

_AT_ONCE = 1 << 14  # partners among the first of them fit in 16 bits, whose stable sort is quick
_FITS_INT32 = 1 << 31
_FEW = 256


def swapped(partner: Indices) -> Array:
    """Return what ``0 .. n-1`` becomes when place i swaps with ``partner[i] <= i``, for i = 1, 2, ... in turn."""
    if partner.size <= _FEW:
        few = list(range(partner.size))
        for i, j in enumerate(partner.tolist()):
            few[i], few[j] = few[j], few[i]
        return np.array(few, np.int32)
    kind = np.int32 if partner.size <= _FITS_INT32 else np.int64  # half the memory to jump around in
    found = np.empty(partner.size, kind)
    first = partner[:_AT_ONCE]
    found[: first.size] = _brought(first)
    found[first] = np.arange(first.size, dtype=kind)  # of several numbers left at a place, the last one stays
    for start in range(_AT_ONCE, partner.size, _AT_ONCE):
        _go_on(found, partner[start : start + _AT_ONCE], start)
    return found


def inverse(order: Array) -> Array:
    """Return where each number is in an order of all of them."""
    found = np.empty_like(order)
    for start in range(0, order.size, _AT_ONCE):
        some = order[start : start + _AT_ONCE]
        found[some] = np.arange(start, start + some.size, dtype=order.dtype)
    return found


def arranged(values: Array, order: Array) -> Array:
    """Return the entries of ``values`` along its first axis in another order."""
    found = np.empty(values.shape, values.dtype)
    for start in range(0, order.size, _AT_ONCE):  # pieces, since NumPy makes the indices anew as int64
        some = slice(start, start + _AT_ONCE)
        values.take(order[some], axis=0, out=found[some], mode="clip")
    return found


def _brought(partner: Indices) -> Array:
    """Return what is brought to each place, for few places: sorting tells which swap came before."""
    order = np.argsort(partner.astype(np.uint16), kind="stable")
    ordered = partner.take(order)
    again = np.zeros(partner.size, bool)
    np.equal(ordered[1:], ordered[:-1], out=again[1:])
    brought = np.empty(partner.size, np.int32)
    some = np.flatnonzero(again)
    brought[order.take(some)] = order.take(some - 1)
    some = np.flatnonzero(~again)
    asking, source = order.take(some), ordered.take(some)
    # ``link``: the place whose arrival is asked for (-1: it is known). Links of links shorten the way.
    link = np.full(partner.size, -1, np.int64)
    link[asking] = source
    own = asking.take(np.flatnonzero(asking == source))
    brought[own], link[own] = own, -1
    asking = asking.take(np.flatnonzero(asking != source))
    while asking.size:
        source = link.take(asking)
        onward = link.take(source)
        known = onward < 0
        some = np.flatnonzero(known)
        brought[asking.take(some)] = brought.take(source.take(some))
        link[asking] = onward
        asking = asking.take(np.flatnonzero(~known))
    return brought


def _go_on(found: Array, place: Indices, start: int) -> None:
    """Make the swaps of the places from ``start`` on, few of which meet at one place, with those at ``place``."""
    count, kind = place.size, found.dtype
    own = found[start : start + count]
    number = scratch.get("swap-number", count, kind)
    number[:] = np.arange(start, start + count, dtype=kind)
    own[:] = number
    brought = found.take(place, out=scratch.get("swap-brought", count, kind), mode="clip")  # "clip" is the quickest
    found[place] = number
    stays = found.take(place, out=scratch.get("swap-stays", count, kind), mode="clip")
    earlier = np.flatnonzero(stays != number)
    if earlier.size:
        # Those who found a later number where they left theirs; the last of them hands it to that one, and so on.
        later, at, number = stays.take(earlier), place.take(earlier), number.take(earlier)
        last = at, later
        while earlier.size:
            found[at] = number
            stays = found.take(at)
            some = np.flatnonzero(stays == number)
            brought[later.take(some) - start] = number.take(some)
            earlier = np.flatnonzero(stays != number)
            at, number, later = at.take(earlier), number.take(earlier), stays.take(earlier)
        found[last[0]] = last[1]
    inside = np.flatnonzero(place >= start)
    if inside.size:
        # Who fetched the number that a place among these began with gets what was brought there.
        hit = place.take(inside)
        asking = inside.take(np.flatnonzero((brought.take(inside) == hit) & (inside + start != hit)))
        source = place.take(asking) - start
        while True:
            better = brought.take(source)
            if np.array_equal(better, brought.take(asking)):
                break
            brought[asking] = better
        hit -= start
        left = own.take(hit)
        own[:] = brought
        own[hit] = left
    else:
        own[:] = brought
