"""Operators of `mxnet.symbol.contrib` under their older place, `mxnet.contrib.symbol`."""

from typing import Any

from ..symbol import contrib as _contrib


def __getattr__(name: str) -> Any:
    """The operator of that name in ``symbol.contrib``."""
    return getattr(_contrib, name)


def __dir__() -> list[str]:
    return dir(_contrib)
