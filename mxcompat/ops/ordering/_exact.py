"""The order that MXNet's CPU sort gives to equal elements and to NaN.

MXNet sorts index arrays with ``std::sort`` (``std::partial_sort`` for few of many) of GNU's libstdc++, which is not
stable but deterministic. Where no elements are equal every sort agrees; these functions replay the algorithm for
the rows where it shows: introsort with a median of three, in level order over all rows at once, heaps and insertions
element by element.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Less = Callable[[Any, Any], Any]

_SMALL = 16


def sort_order(keys: Array, descending: bool) -> Array:
    """Positions in the order of ``std::sort``, for each row of a matrix."""
    rows, count = keys.shape
    less: Less = np.greater if descending else np.less
    nan = np.isnan(keys).any(1) if keys.dtype.kind == "f" else np.zeros(rows, bool)
    order = np.tile(np.arange(count), (rows, 1))
    if count > _SMALL:
        _introsort(keys, order, less)
    now = np.take_along_axis(keys, order, 1)
    if descending:
        final = (count - 1) - np.argsort(now[:, ::-1], axis=1, kind="stable")[:, ::-1]
    else:
        final = np.argsort(now, axis=1, kind="stable")
    order_of_rest = np.take_along_axis(order, final, 1)
    for row in np.flatnonzero(nan):
        order_of_rest[row] = _insertion(now[row].tolist(), order[row].tolist(), descending)
    return order_of_rest


def partial_order(keys: Array, k: int, descending: bool) -> Array:
    """The first ``k`` positions in the order of ``std::partial_sort``, for each row of a matrix."""
    result = np.empty((len(keys), k), np.int64)
    for row, values in enumerate(keys):
        result[row] = _partial(values.tolist(), k, descending)
    return result


def _insertion(values: list[Any], order: list[int], descending: bool) -> list[int]:
    """The closing insertion sort; the first 16 elements may jump to the front over NaNs, as in libstdc++."""
    for i in range(1, len(values)):
        value, place = values[i], order[i]
        jumps = i < _SMALL and (value > values[0] if descending else value < values[0])
        j = i
        if jumps:
            j = 0
        else:
            while j > 0 and (value > values[j - 1] if descending else value < values[j - 1]):
                j -= 1
        del values[i], order[i]
        values.insert(j, value)
        order.insert(j, place)
    return order


def _introsort(keys: Array, order: Array, less: Less) -> None:
    """Partition ``order`` in place until every segment has at most 16 elements, all rows and segments at once."""
    rows, count = keys.shape
    flat = order.reshape(-1)
    flat += np.repeat(np.arange(rows) * count, count)
    source = keys.reshape(-1)
    first = np.arange(rows) * count
    last = first + count
    depth = np.full(rows, 2 * (count.bit_length() - 1))
    while first.size:
        for i in np.flatnonzero(depth == 0):
            part = slice(first[i], last[i])
            places = _partial(source[flat[part]].tolist(), int(last[i] - first[i]), less is np.greater)
            flat[part] = flat[part][places]
        go = depth > 0
        first, last, depth = first[go], last[go], depth[go] - 1
        if not first.size:
            break
        values = source[flat]
        _median_to_first(values, flat, first, first + (last - first) // 2, last - 1, less)
        cut = _partition(values, flat, first, last, less)
        first, last = np.concatenate([first, cut]), np.concatenate([cut, last])
        depth = np.concatenate([depth, depth])
        large = last - first > _SMALL
        first, last, depth = first[large], last[large], depth[large]
    flat -= np.repeat(np.arange(rows) * count, count)


def _median_to_first(values: Array, flat: Array, result: Array, mid: Array, end: Array, less: Less) -> None:
    a, b, c = result + 1, mid, end
    ab, bc, ac = less(values[a], values[b]), less(values[b], values[c]), less(values[a], values[c])
    chosen = np.where(ab, np.where(bc, b, np.where(ac, c, a)), np.where(ac, a, np.where(bc, c, b)))
    for array in (values, flat):
        array[result], array[chosen] = array[chosen], array[result]


def _partition(values: Array, flat: Array, first: Array, last: Array, less: Less) -> Array:
    """Hoare's partition around the element at ``first``; the i-th stop from the left meets the i-th from the right."""
    sizes = last - first - 1
    segment = np.repeat(np.arange(first.size), sizes)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    place = np.arange(sizes.sum()) - starts[segment] + first[segment] + 1
    pivot = values[first][segment]
    here = values[place]
    left = np.flatnonzero(~less(here, pivot))
    right = np.flatnonzero(~less(pivot, here))
    lefts = np.bincount(segment[left], minlength=first.size)
    rights = np.bincount(segment[right], minlength=first.size)
    left_base = np.concatenate([[0], np.cumsum(lefts)[:-1]])
    right_end = np.cumsum(rights)
    rank = np.arange(left.size) - left_base[segment[left]]
    pairable = rank < rights[segment[left]]
    one = left[pairable]
    other = right[right_end[segment[one]] - 1 - rank[pairable]]
    meets = one < other
    one, other = one[meets], other[meets]
    swaps = np.bincount(segment[one], minlength=first.size)
    p, q = place[one], place[other]
    for array in (values, flat):
        array[p], array[q] = array[q], array[p]
    has_next = swaps < lefts
    following: Array = last.copy()
    if left.size:
        index = np.minimum(left_base + swaps, left.size - 1)
        following = np.where(has_next, place[left[index]], last)
    if right.size:
        index = np.clip(right_end - swaps, 0, right.size - 1)
        stopped = np.where(swaps > 0, place[right[index]], last)
        following = np.minimum(following, stopped)
    return following


def _partial(values: list[Any], k: int, descending: bool) -> list[int]:
    """``std::partial_sort`` of one row: a heap of ``k`` elements, the others challenge its top, then sort the heap."""
    heap = list(range(k))

    def less(i: int, j: int) -> bool:
        return bool(values[i] > values[j] if descending else values[i] < values[j])

    def sift(hole: int, length: int, value: int) -> None:
        top = child = hole
        while child < (length - 1) // 2:
            child = 2 * (child + 1)
            if less(heap[child], heap[child - 1]):
                child -= 1
            heap[hole] = heap[child]
            hole = child
        if length % 2 == 0 and child == (length - 2) // 2:
            child = 2 * (child + 1)
            heap[hole] = heap[child - 1]
            hole = child - 1
        while hole > top and less(heap[(hole - 1) // 2], value):
            heap[hole] = heap[(hole - 1) // 2]
            hole = (hole - 1) // 2
        heap[hole] = value

    for parent in range((k - 2) // 2, -1, -1):
        sift(parent, k, heap[parent])
    for i in range(k, len(values)):
        if less(i, heap[0]):
            sift(0, k, i)
    for end in range(k - 1, 0, -1):
        value = heap[end]
        heap[end] = heap[0]
        sift(0, end, value)
    return heap
