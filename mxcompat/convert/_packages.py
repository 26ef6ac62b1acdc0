"""Packages of an extra, asked for when they are needed."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

from ._errors import ConvertError


def need(*names: str, extra: str = "") -> None:
    """ConvertError if one of these packages is missing."""
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    if missing:
        wanted = f"'mxcompat[{extra}]'" if extra else " ".join(missing)
        are = "is" if len(missing) == 1 else "are"
        raise ConvertError(f"this needs {' and '.join(missing)}, which {are} not here: pip install {wanted}")


def package(name: str) -> Any:
    """A package or one of its modules."""
    return importlib.import_module(name)
