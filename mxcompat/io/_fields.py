"""Parameters of the native iterators: tables of names, types, bounds and defaults, and how a call is read by them.

A value travels as text in MXNet, so ``batch_size="4"`` and ``batch_size=4`` are the same. MXNet accepts parameters that
nobody reads without a word; here they are warned of, with the nearest name.
"""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from .._core.errors import MXNetError
from ..registry.tags import REQUIRED, Illegal, complain, tag_of


class Field(NamedTuple):
    """One parameter: its name, an annotation as operators have them, the default, and what it means."""

    name: str
    type: Any
    default: Any
    text: str


#: read by the wrapper, not by the native side
OUTER = ("data_name", "label_name")


def read(iterator: str, fields: Iterable[Field], given: Mapping[str, Any], also: Iterable[str] = ()) -> dict[str, Any]:
    """Values of all fields: the given ones converted and checked, else the defaults.

    Args:
        iterator: its name, for messages.
        fields: the table.
        given: the keyword arguments of the call.
        also: names that something else reads.

    Raises:
        MXNetError: a required parameter is missing, or a value is not legal.
    """
    found: dict[str, Any] = {}
    known = {*OUTER, *also}
    for field in fields:
        known.add(field.name)
        if field.name not in given:
            if field.default is REQUIRED:
                raise MXNetError(f"Required parameter {field.name} of {kind(field)} is not presented, in {iterator}")
            found[field.name] = field.default
            continue
        value = given[field.name]
        tag = tag_of(field.type)
        try:
            found[field.name] = tag.convert("True" if value is True else "False" if value is False else value)
        except Illegal as error:
            raise complain(tag, field.name, value, error, f"in parameter {field.name} of {iterator}") from None
        if isinstance(found[field.name], float):
            found[field.name] = float(np.float32(found[field.name]))
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            warnings.warn(f"{iterator} has no parameter {name!r}{hint}; it has no effect", stacklevel=4)
    return found


def kind(field: Field) -> str:
    """MXNet's name of a field's type."""
    name = tag_of(field.type).mxnet_name
    return f"{name} (non-negative)" if field.name in ("batch_size", "prefetch_buffer", "shuffle_chunk_size") else name


def document(summary: str, fields: Iterable[Field]) -> str:
    """A docstring: what the iterator is, and its parameters."""
    lines = [summary.strip(), "", "Parameters", "----------"]
    for field in fields:
        optional = "required" if field.default is REQUIRED else f"optional, default={field.default!r}"
        lines += [f"{field.name} : {kind(field)}, {optional}", f"    {field.text}"]
    return "\n".join([*lines, "", "Returns", "-------", "MXDataIter", "    The result iterator."])
