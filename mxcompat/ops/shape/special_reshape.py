"""MXNet's special values in a reshape.

    0   keep this dimension
    -1  infer this dimension from what remains (once)
    -2  keep all remaining dimensions
    -3  merge two dimensions into one
    -4  split one dimension into the two values that follow, one of which may be -1

With ``reverse`` both the dimensions and the specification are read from right to left.

Source: MXNet 1.9.1 src/operator/tensor/matrix_op-inl.h.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..._core.errors import MXNetError


def infer_reshape(shape: Sequence[int], spec: Sequence[int], reverse: bool = False) -> tuple[int, ...]:
    """The new shape that ``spec`` asks for; its element count is not compared with the old one.

    Raises:
        MXNetError: a special value that does not fit ``shape``, or a value below -4.
        TypeError: an entry that is no integer.
    """
    for value in spec:
        if type(value) is not int and not hasattr(value, "__index__"):
            raise TypeError(f"reshape: shape entries must be integers, got {value!r}")
    entries = [int(v) for v in spec]
    if entries and min(entries) > 0:
        return tuple(entries)
    dims = list(shape)
    if reverse:
        entries.reverse()
        dims.reverse()
    result = _read(dims, entries, tuple(shape), tuple(spec))
    if reverse:
        result.reverse()
    return tuple(result)


def _read(dims: list[int], entries: list[int], shape: tuple[int, ...], spec: tuple[int, ...]) -> list[int]:
    def bad(reason: str) -> MXNetError:
        return MXNetError(f"reshape: shape={spec} does not fit data of shape {shape}: {reason}")

    result: list[int] = []
    inferred = -1
    source = 0
    i = 0
    while i < len(entries):
        value = entries[i]
        if value == 0:
            if source >= len(dims):
                raise bad("0 has no dimension left to keep")
            result.append(dims[source])
            source += 1
        elif value == -1:
            if inferred >= 0:
                raise bad("only one dimension can be inferred")
            inferred = i
            result.append(1)
            source += 1
        elif value == -2:
            result.extend(dims[source:])
            source = len(dims)
        elif value == -3:
            if source + 1 >= len(dims):
                raise bad("-3 has no two dimensions left to merge")
            result.append(dims[source] * dims[source + 1])
            source += 2
        elif value == -4:
            if i + 2 >= len(entries) or source >= len(dims):
                raise bad("-4 needs a dimension to split and two values after it")
            first, second = entries[i + 1], entries[i + 2]
            if first == -1 and second == -1:
                raise bad("the two values after -4 cannot both be -1")
            if (first == -1 and second <= 0) or (second == -1 and first <= 0):
                raise bad(f"-4 cannot split {dims[source]} into {first} and {second}")
            first = dims[source] // second if first == -1 else first
            second = dims[source] // first if second == -1 else second
            if first * second != dims[source]:
                raise bad(f"-4 cannot split {dims[source]} into {first} and {second}")
            result += [first, second]
            source += 1
            i += 2
        elif value < -4:
            raise bad(f"{value} is no special value, legal are 0, -1, -2, -3 and -4")
        else:
            result.append(value)
            source += 1
        i += 1
    if inferred >= 0:
        # The position is counted in the specification, not in the result: after -2 or -4 MXNet fills the wrong
        # place, which the callers' comparison of element counts then refuses.
        if inferred >= len(result):
            raise bad("-1 cannot follow -4 here")
        size = 1
        for n in dims:
            size *= n
        known = 1
        for n in result:
            known *= n
        result[inferred] = size // known if known else 0
    return result
