"""Operators of `mxnet.nd.contrib` under their older place, `mxnet.contrib.ndarray`."""

from typing import Any

from ..nd import contrib as _contrib


def __getattr__(name: str) -> Any:
    """The operator of that name in ``nd.contrib``."""
    return getattr(_contrib, name)


def __dir__() -> list[str]:
    return dir(_contrib)
