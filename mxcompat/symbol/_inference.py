"""Inference of shapes and dtypes of a Symbol: the part of the class that `infer_shape` and `infer_type` are."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from .._core.dtypes import TORCH_OF_NAME, to_numpy_dtype
from .._core.errors import MXNetError
from .._core.state import THREAD
from ..graph import shape_rules as _shape_rules  # noqa: F401  importing it installs the rules
from ..graph import type_rules as _type_rules  # noqa: F401
from ..graph.build import name_mismatch
from ..graph.node import Entry, Node, in_order, variables
from ..graph.shapes import Shape, infer_shapes
from ..graph.types import infer_types

_Lists = tuple[list[Any] | None, list[Any] | None, list[Any] | None]
_MOST = 2**31 - 1


class Inference:
    """Base of Symbol."""

    __slots__ = ()
    handle: list[Entry]

    def infer_shape(self, *args: Any, **kwargs: Any) -> _Lists:
        """Shapes of arguments, outputs and auxiliary states, worked out from some of them.

        Args:
            args: shapes of the arguments in order; None for an unknown one.
            kwargs: shapes by argument name. An entry of 0 is an unknown dimension.

        Returns:
            Three lists of shapes, or three times None, with a warning, if not everything could be worked out.

        Raises:
            MXNetError: shapes contradict each other, or a name is no argument.
            TypeError: a shape is no tuple.
        """
        try:
            result = self._infer_shape_impl(False, *args, **kwargs)
        except MXNetError:
            _print_given("infer_shape", args, kwargs)
            raise
        if result[1] is None:
            shapes = self._infer_shape_impl(True, *args, **kwargs)[0] or []
            mark = -1 if THREAD.np_shape else 0
            names = self.list_arguments()  # type: ignore[attr-defined]
            missing = [f"{n}: {s}" for n, s in zip(names, shapes, strict=True) if not s or mark in s]
            warnings.warn(
                "Cannot decide shape for the following arguments (0s in shape means unknown dimensions). "
                "Consider providing them as input:\n\t" + "\n\t".join(_shortened(missing)),
                stacklevel=2,
            )
        return result

    def infer_shape_partial(self, *args: Any, **kwargs: Any) -> _Lists:
        """As `infer_shape`; what could not be worked out is ``()``, or 0 in a shape."""
        return self._infer_shape_impl(True, *args, **kwargs)

    def _infer_shape_impl(self, partial: bool, *args: Any, **kwargs: Any) -> _Lists:
        if args and kwargs:
            raise ValueError(
                f"infer_shape: {len(args)} shapes came by position and those of {sorted(kwargs)} by keyword; give "
                "all in one way"
            )
        for key, value in (*enumerate(args), *kwargs.items()):
            if not isinstance(value, tuple) and not (value is None and not kwargs):
                shown = f"argument {key}" if isinstance(key, int) else f"'{key}'"
                raise TypeError(f"infer_shape: {shown} must be a shape (tuple), got {type(value)}")
            if value is not None and any(size > _MOST for size in value):
                raise ValueError(f"{key}={value}: a dimension is larger than {_MOST}")
        arguments, states = variables(self.handle)
        np_shape = THREAD.np_shape
        given: dict[Node, Shape] = {
            node: _inward(shape, np_shape)
            for node, shape in self._matched("InferShape", arguments, args, kwargs).items()
        }
        found = infer_shapes(self.handle, given, None, np_shape)
        if not partial and found.unknown():
            return None, None, None
        return (
            [_outward(found.of[node][0], np_shape) for node in arguments],
            [_outward(found[entry], np_shape) for entry in self.handle],
            [_outward(found.of[node][0], np_shape) for node in states],
        )

    def _matched(
        self, source: str, arguments: list[Node], args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> dict[Node, Any]:
        """What was given, by node."""
        if args:
            if len(args) > len(arguments):
                raise MXNetError(f"{source}: {len(args)} given, the symbol has {len(arguments)} arguments")
            return dict(zip(arguments, args, strict=False))
        every = [node for node in in_order(self.handle) if node.op is None]
        names = {node.name for node in every}
        for key in kwargs:
            if key not in names:
                raise name_mismatch(source, key, [node.name for node in every])
        return {node: kwargs[node.name] for node in every if node.name in kwargs}

    def infer_type(self, *args: Any, **kwargs: Any) -> _Lists:
        """Dtypes of arguments, outputs and auxiliary states, worked out from some of them.

        Args:
            args: dtypes of the arguments in order; None for an unknown one.
            kwargs: dtypes by argument name.

        Returns:
            Three lists of NumPy types, or three times None, with a warning, if not everything could be worked out.

        Raises:
            MXNetError: dtypes contradict each other, or a name is no argument.
        """
        try:
            result = self._infer_type_impl(False, *args, **kwargs)
        except MXNetError:
            _print_given("infer_type", args, kwargs)
            raise
        if result[1] is None:
            kinds = self._infer_type_impl(True, *args, **kwargs)[0] or []
            names = self.list_arguments()  # type: ignore[attr-defined]
            missing = [f"{n}: {k}" for n, k in zip(names, kinds, strict=True) if not k]
            warnings.warn(
                "Cannot decide type for the following arguments. Consider providing them as input:\n\t"
                + "\n\t".join(_shortened(missing)),
                stacklevel=2,
            )
        return result

    def infer_type_partial(self, *args: Any, **kwargs: Any) -> _Lists:
        """As `infer_type`; what could not be worked out is None."""
        return self._infer_type_impl(True, *args, **kwargs)

    def _infer_type_impl(self, partial: bool, *args: Any, **kwargs: Any) -> _Lists:
        if args and kwargs:
            raise ValueError(
                f"infer_type: {len(args)} types came by position and those of {sorted(kwargs)} by keyword; give "
                "all in one way"
            )
        arguments, states = variables(self.handle)
        kinds = [None if kind is None else _kind(kind, True) for kind in args]
        named = {key: kind for key, value in kwargs.items() if (kind := _kind(value, False)) is not None}
        given = {
            node: kind for node, kind in self._matched("InferType", arguments, kinds, named).items() if kind is not None
        }
        found = infer_types(self.handle, given)
        if not partial and any(kind is None for every in found.values() for kind in every):
            return None, None, None
        return (
            [_numpy(found[node][0]) for node in arguments],
            [_numpy(found[node][index] if index < len(found[node]) else None) for node, index in self.handle],
            [_numpy(found[node][0]) for node in states],
        )


def _kind(value: Any, strict: bool) -> torch.dtype | None:
    described = np.dtype(value)
    kind = TORCH_OF_NAME.get(str(described.names[0] if described.names else described.name))
    if kind is None and strict:
        raise TypeError(f"Argument need to be one of {sorted(TORCH_OF_NAME)}, got {described}")
    return kind


def _numpy(kind: torch.dtype | None) -> Any:
    return None if kind is None else to_numpy_dtype(kind)


def _inward(shape: tuple[int, ...] | None, np_shape: bool) -> Shape:
    if np_shape or shape is None:
        return shape
    return tuple(-1 if d == 0 else int(d) for d in shape) or None


def _outward(shape: Shape, np_shape: bool) -> tuple[int, ...] | None:
    if np_shape:
        return shape
    return () if shape is None else tuple(0 if d == -1 else d for d in shape)


def _shortened(lines: list[str]) -> list[str]:
    return lines if len(lines) <= 10 else [*lines[:10], "..."]


def _print_given(what: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
    print(f"{what} error. Arguments:")
    for i, value in enumerate(args):
        print(f"  #{i}: {value}")
    for key, value in kwargs.items():
        print(f"  {key}: {value}")
