"""`mxnet.numpy_op_signature`: the functions of `mx.np` and `mx.npx` by the names of their operators.

Their signatures need no repair here: they are made with them.
"""

from __future__ import annotations

from typing import Any

from . import numpy as mx_np
from . import numpy_extension as mx_npx

__all__ = ["mx_np", "mx_npx"]

#: prefix of an operator's name -> where its function is; the longest prefix comes first
_PLACES = {
    "_npx__random_": ("npx.random", mx_npx.random),
    "_npx__image_": ("npx.image", mx_npx.image),
    "_np__linalg_": ("np.linalg", mx_np.linalg),
    "_np__random_": ("np.random", mx_np.random),
    "_npx_": ("npx", mx_npx),
    "_np_": ("np", mx_np),
}


def _get_builtin_op(op_name: str) -> Any:
    """The public function of an operator named ``_np_...`` or ``_npx_...``; None for other names.

    Raises:
        ValueError: no such function.
    """
    for prefix, (place, module) in _PLACES.items():
        if op_name.startswith(prefix):
            name = op_name[len(prefix) :]
            if name not in vars(module):
                raise ValueError(f"{op_name}: there is no function {name!r} in mx.{place}")
            return getattr(module, name)
    return None
