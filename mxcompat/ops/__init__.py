"""Every operator, defined once, on torch tensors. Modules below are discovered; importing the package registers all."""

from __future__ import annotations

import importlib
import pkgutil


def load_all() -> None:
    """Import every module of this room, which registers its operators."""
    for family in pkgutil.iter_modules(__path__):
        package = importlib.import_module(f"{__name__}.{family.name}")
        if family.ispkg:
            for module in pkgutil.iter_modules(package.__path__):
                importlib.import_module(f"{package.__name__}.{module.name}")
