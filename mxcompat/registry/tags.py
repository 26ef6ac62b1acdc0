"""What a parameter's annotation means: its MXNet type, how a value is checked, how text is parsed.

MXNet 1.9.1 hands every attribute to its native side as text, so ``axis="1"`` and ``axis=1`` are the
same call, and ``axis=1.0`` is an error for an integer. Converters accept a value of the exact Python
type at once and send everything else through its text.

Legal annotations of operator attributes (an unknown one is an error at import):

==================================  =====================================================
``int``, ``float``, ``bool``,       a number, a truth value, any text
``str``
``tuple[int, ...]``                 a shape: ``(2, 3)``, ``[2, 3]``, ``2``, ``"(2, 3)"``
``tuple[int | None, ...]``          a shape whose entries may be None (begin, end, step)
``tuple[float, ...]``               a tuple of numbers
``Literal["a", "b"]``               one of these words
``torch.dtype``                     a dtype; ``Annotated[torch.dtype, "float32", ...]`` limits it
``Annotated[int, Range(0, None)]``  a bounded number (also float)
any of these ``| None``             None is legal
``Context``                         the context to run on (see ``Operator.context``)
==================================  =====================================================
"""

from __future__ import annotations

import numbers
import re
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import numpy as np
import torch

from .._core.context import Context, parse_context
from .._core.dtypes import NAMES, TORCH_OF_NAME, dtype_name
from .._core.errors import MXNetError
from .._core.sentinels import REQUIRED as REQUIRED

Convert = Callable[[Any], Any]


class Illegal(Exception):
    """A value that its tag refuses; ``reason`` overrides the standard complaint."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Range:
    """Closed bounds of a number; None is no bound."""

    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Tag:
    """One parameter type: MXNet's name for it and the converter from what a caller gives."""

    mxnet_name: str
    convert: Convert


_INT = re.compile(r"\s*[+-]?\d+L?\s*\Z")


def _int(value: Any) -> int:
    if type(value) is int:
        return value
    if isinstance(value, (bool, np.bool_)):
        raise Illegal
    if isinstance(value, numbers.Integral):
        return int(value)
    text = str(value)
    if not _INT.match(text):
        raise Illegal
    return int(text.strip().rstrip("L"))


def _float(value: Any) -> float:
    if type(value) is float:
        return value
    if isinstance(value, (bool, np.bool_)):
        raise Illegal
    if isinstance(value, numbers.Real):
        return float(value)
    try:
        return float(str(value))
    except ValueError:
        raise Illegal from None


_BOOLS = {"True": True, "true": True, "1": True, "False": False, "false": False, "0": False}


def _bool(value: Any) -> bool:
    if value is True or value is False:
        return value
    try:
        return _BOOLS[str(value).strip()]
    except KeyError:
        raise Illegal from None


def _str(value: Any) -> str:
    return value if type(value) is str else str(value)


def _tuple(entry: Convert) -> Convert:
    def convert(value: Any) -> tuple[Any, ...]:
        if type(value) is tuple or type(value) is list:
            return tuple([entry(v) for v in value])
        if isinstance(value, numbers.Number):
            return (entry(value),)
        if isinstance(value, (np.ndarray, torch.Size, range)):
            return tuple([entry(v) for v in value])
        text = str(value).strip()
        if len(text) >= 2 and text[0] + text[-1] in ("()", "[]"):
            return tuple([entry(part.strip()) for part in text[1:-1].split(",") if part.strip()])
        return (entry(text),)

    return convert


def as_text(value: Any) -> str:
    """An attribute's value as MXNet's front end hands it over; NumPy's numbers look like Python's, as in NumPy 1."""
    if type(value) is str:
        return value
    if isinstance(value, (tuple, list)) and any(isinstance(v, (np.generic, tuple, list)) for v in value):
        parts = [repr(v) if isinstance(v, str) else as_text(v) for v in value]
        inner = ", ".join(parts) + ("," if len(parts) == 1 and isinstance(value, tuple) else "")
        return f"[{inner}]" if isinstance(value, list) else f"({inner})"
    return str(value)


def _none_text(value: Any) -> bool:
    return isinstance(value, str) and value.strip() == "None"


def _optional(inner: Convert) -> Convert:
    def convert(value: Any) -> Any:
        return None if value is None or _none_text(value) else inner(value)

    return convert


def _enum(words: tuple[str, ...]) -> Convert:
    legal = ", ".join(repr(w) for w in sorted(words))

    def convert(value: Any) -> str:
        text = str(value)
        if text not in words:
            raise Illegal(f"Invalid Input: '{text}', valid values are: {{{legal}}}")
        return text

    return convert


def _dtype(names: tuple[str, ...]) -> Convert:
    legal = ", ".join(repr(n) for n in sorted(names))

    def convert(value: Any) -> torch.dtype:
        name = value if type(value) is str and value in names else dtype_name(value)
        if name not in names:
            raise Illegal(f"Invalid Input: '{name}', valid values are: {{{legal}}}")
        return TORCH_OF_NAME[name]

    return convert


def _ranged(inner: Convert, bounds: Range) -> Convert:
    def convert(value: Any) -> Any:
        number = inner(value)
        if bounds.low is not None and number < bounds.low:
            raise Illegal(f"value {number} for Parameter {{name}} should be greater equal to {bounds.low:g}")
        if bounds.high is not None and number > bounds.high:
            raise Illegal(f"value {number} for Parameter {{name}} should be smaller equal to {bounds.high:g}")
        return number

    return convert


def _words(names: tuple[str, ...]) -> str:
    return "{" + ", ".join(repr(n) for n in sorted(names)) + "}"


_PLAIN: dict[Any, Tag] = {
    int: Tag("int", _int),
    float: Tag("float", _float),
    bool: Tag("boolean", _bool),
    str: Tag("string", _str),
    tuple[int, ...]: Tag("Shape(tuple)", _tuple(_int)),
    tuple[int | None, ...]: Tag("Shape(tuple)", _tuple(_optional(_int))),
    tuple[float, ...]: Tag("tuple of <float>", _tuple(_float)),
    torch.dtype: Tag(_words(NAMES), _dtype(NAMES)),
    Context: Tag("string", parse_context),
}

_OPTIONAL_NAMES = {"Shape(tuple)": "Shape or None"}


def tag_of(annotation: Any) -> Tag:
    """The tag behind an annotation; TypeError if there is none (a typing mistake in an operator)."""
    plain = _PLAIN.get(annotation) if _is_hashable(annotation) else None
    if plain is not None:
        return plain
    origin, args = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        rest = [a for a in args if a is not type(None)]
        if len(rest) == 1 and len(args) == 2:
            inner = tag_of(rest[0])
            name = _OPTIONAL_NAMES.get(inner.mxnet_name)
            if name is None:
                name = "{None, " + inner.mxnet_name[1:] if inner.mxnet_name[0] == "{" else f"{inner.mxnet_name} or None"
            return Tag(name, _optional(inner.convert))
    if origin is Literal:
        return Tag(_words(args), _enum(args))
    if origin is Annotated:
        base, extra = args[0], args[1:]
        if base is torch.dtype and all(isinstance(e, str) and e in NAMES for e in extra):
            return Tag(_words(extra), _dtype(extra))
        if len(extra) == 1 and isinstance(extra[0], Range):
            inner = tag_of(base)
            return Tag(inner.mxnet_name, _ranged(inner.convert, extra[0]))
    raise TypeError(f"no operator attribute can be annotated {annotation!r}")


def _is_hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


#: module globals (by id) -> annotation text -> what it means there. A text is compiled once in each module, not once
#: for each of the thousands of parameters: that was half the time of importing the package.
_MEANING: dict[int, dict[str, Any]] = {}


def hints_of(function: Callable[..., Any]) -> dict[str, Any]:
    """The evaluated annotations of an operator function, ``Annotated`` kept."""
    texts: dict[str, Any] = getattr(function, "__annotations__", {})
    space: dict[str, Any] | None = getattr(function, "__globals__", None)
    if space is None or not all(type(text) is str for text in texts.values()):
        return typing.get_type_hints(function, include_extras=True)
    known = _MEANING.setdefault(id(space), {})
    new = {text for text in texts.values() if text not in known}
    if new:

        def probe() -> None: ...

        probe.__annotations__ = {text: text for text in new}
        known.update(typing.get_type_hints(probe, space, include_extras=True))
    return {name: known[text] for name, text in texts.items()}


def complain(tag: Tag, name: str, value: Any, error: Illegal, where: str) -> MXNetError:
    """The error for a value that ``tag`` refused, in the form that MXNet 1.9.1 gives it."""
    if error.reason:
        return MXNetError(f"{error.reason.format(name=name) if '{name}' in error.reason else error.reason}, {where}")
    return MXNetError(f"Invalid Parameter format for {name} expect {tag.mxnet_name} but value='{value}', {where}")
