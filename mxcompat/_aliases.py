"""Modules that MXNet shows under several names."""

from __future__ import annotations

import sys

#: alias -> module, both below the package; submodules follow
ALIASES: dict[str, str] = {
    "ndarray": "nd",
}


def register_aliases(package: str) -> None:
    """Make every alias, and every loaded submodule behind it, importable as the same module object."""
    for name, target in ALIASES.items():
        prefix = f"{package}.{target}"
        for loaded in [m for m in sys.modules if m == prefix or m.startswith(prefix + ".")]:
            sys.modules[f"{package}.{name}{loaded[len(prefix) :]}"] = sys.modules[loaded]
        setattr(sys.modules[package], name, sys.modules[prefix])
