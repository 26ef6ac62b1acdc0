"""The functions of `npx` that are operators: all of them but those of images and random numbers."""

from __future__ import annotations

from typing import Any

from ..numpy._bind import OPS

#: operator functions by their name in `npx`
TABLE: dict[str, Any] = {
    name[len("_npx_") :]: function
    for name, function in OPS.items()
    if name.startswith("_npx_") and not name.startswith("_npx__image_")
}


def constraint_check(x: Any, msg: str) -> Any:
    """Check that all elements of a bool array are true.

    Returns:
        True, as an array of shape ().

    Raises:
        ValueError: an element is false; the message is ``msg``.
        MXNetError: the array is not bool.
    """
    return OPS["_npx_constraint_check"](x, msg=msg)


def nonzero(a: Any) -> Any:
    """The indices of the elements that are not 0, a row for each, int64."""
    return OPS["_npx_nonzero"](a)


def reshape(a: Any, newshape: Any, reverse: bool = False, order: str = "C") -> Any:
    """The elements of ``a`` in another shape, with codes for dimensions.

    Args:
        a: the array.
        newshape: the lengths: -1 is worked out, -2 keeps a dimension, -3 drops one of size one, -4 keeps all that are
            left, -5 merges two, -6 splits one into the two lengths that follow.
        reverse: read the codes from right to left.
        order: ``"C"``.
    """
    shape = tuple(newshape) if isinstance(newshape, list) else newshape
    return OPS["_npx_reshape"](a, newshape=shape, reverse=reverse, order=order)


TABLE.update(constraint_check=constraint_check, nonzero=nonzero, reshape=reshape)
for _function in TABLE.values():
    _function.__module__ = "mxcompat.numpy_extension"
