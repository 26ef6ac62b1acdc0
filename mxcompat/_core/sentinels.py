"""Values that stand for "nothing was given"."""

from __future__ import annotations

from typing import Any


class _NullType:
    """MXNet's placeholder for an operator attribute that was left out."""

    _instance: _NullType | None = None

    def __new__(cls, num: int = 0) -> _NullType:
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __repr__(self) -> str:
        return "_Null"

    def __reduce__(self) -> str:
        return "_Null"


class _RequiredType:
    """The default of an attribute that has none."""

    def __repr__(self) -> str:
        return "REQUIRED"

    def __reduce__(self) -> str:
        return "REQUIRED"


_Null: Any = _NullType()
REQUIRED: Any = _RequiredType()
