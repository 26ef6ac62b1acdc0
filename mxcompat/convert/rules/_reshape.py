"""The codes in the shape of a Reshape."""

from __future__ import annotations

from collections.abc import Sequence

#: ("axis", i): the length of axis i of the data; ("number", n); ("rest", n): what is left over, n in the run
Size = tuple[str, int]


def sizes_of(before: tuple[int, ...], codes: Sequence[int], reverse: bool) -> list[Size] | None:
    """Where each size of the result comes from; None if it cannot be said with one "rest"."""
    axes = list(range(len(before)))
    if reverse:
        axes, codes = axes[::-1], tuple(codes)[::-1]
    found: list[Size] = []
    merged: list[list[int]] = []
    at, i = 0, 0
    while i < len(codes):
        code = codes[i]
        if code > 0:
            found.append(("number", code))
            at += 1
        elif code == 0:
            found.append(("axis", axes[at]))
            at += 1
        elif code == -1:
            found.append(("rest", 0))
            at += 1
        elif code == -2:
            found += [("axis", axis) for axis in axes[at:]]
            at = len(axes)
        elif code == -3:
            merged.append([axes[at], axes[at + 1]])
            found.append(("merge", len(merged) - 1))
            at += 2
        elif code == -4:
            if reverse:
                return None
            for part in codes[i + 1 : i + 3]:
                found.append(("rest", 0) if part == -1 else ("number", part))
            at += 1
            i += 2
        else:
            return None
        i += 1
    if reverse:
        found = found[::-1]
    if any(kind == "merge" for kind, _ in found):
        # the product of two axes is "the rest" if nothing else is
        if sum(kind in ("merge", "rest") for kind, _ in found) > 1:
            return None
        found = [("rest", 0) if kind == "merge" else (kind, size) for kind, size in found]
    if sum(kind == "rest" for kind, _ in found) > 1:
        return None
    return _as_axes(before, found)


def merges(codes: Sequence[int]) -> list[int] | None:
    """Where two axes become one, if that is all that happens and it happens more than once."""
    if any(code not in (0, -2, -3) for code in codes) or list(codes).count(-3) < 2:
        return None
    found, at = [], 0
    for code in codes:
        if code == -3:
            found.append(at)
        at += 2 if code == -3 else 1
    return found


def _as_axes(before: tuple[int, ...], found: list[Size]) -> list[Size]:
    """Numbers that split an axis stay; a leading ``-1`` before axes that stay is those axes merged."""
    ndim = len(before)
    # trailing numbers that are the lengths of the last axes: the axes stay
    out = list(found)
    back = 1
    while back < min(ndim, len(out)) and out[-back][0] == "number" and out[-back][1] == before[ndim - back]:
        if all(kind == "axis" or kind == "number" for kind, _ in out) and "rest" not in [k for k, _ in out]:
            break
        out[-back] = ("axis", ndim - back)
        back += 1
    return out
