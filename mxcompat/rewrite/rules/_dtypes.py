"""dtypes as MXNet's programs write them, and as torch does."""

from __future__ import annotations

import libcst as cst

from mxcompat.rewrite._call import Part
from mxcompat.rewrite._errors import Refuse

KNOWN = {"float32", "float64", "float16", "int32", "int64", "int8", "uint8"}


def dtype_of(part: Part) -> str:
    """The dtype that an argument names.

    Raises:
        Refuse: it is none that torch has, or not written as a constant.
    """
    constant = part.constant
    if isinstance(constant, str) and constant in KNOWN:
        return constant
    node = part.node
    if isinstance(node, cst.Attribute) and isinstance(node.value, cst.Name) and node.value.value in ("np", "numpy"):
        if node.attr.value in KNOWN:
            return node.attr.value
    raise Refuse(f"it cannot be told which dtype {part.text} is")


def dtype_argument(part: Part | None, default: str, always: bool = False) -> tuple[str, str]:
    """The dtype, and the text of torch's argument for it: nothing for float32 unless ``always``."""
    dtype = default if part is None else dtype_of(part)
    return dtype, "" if dtype == "float32" and not always else f", dtype=torch.{dtype}"
