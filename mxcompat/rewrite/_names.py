"""Names of MXNet: one for things that have several."""

from __future__ import annotations

_MODULES = {
    "ndarray": "nd",
    "symbol": "sym",
    "initializer": "init",
    "module": "mod",
    "numpy": "np",
    "numpy_extension": "npx",
    "visualization": "viz",
    "kvstore": "kv",
    "image": "img",
}
_SAME = {
    "context.cpu": "cpu",
    "context.gpu": "gpu",
    "context.current_context": "current_context",
    "context.Context": "Context",
}


def canonical(name: str) -> str:
    """The one name that rules know a thing by: ``nd.zeros`` for ``ndarray.zeros`` and ``nd.op.zeros``."""
    head, _, rest = name.partition(".")
    name = ".".join(filter(None, (_MODULES.get(head, head), rest)))
    for inner in ("nd.op.", "nd.ndarray."):
        if name.startswith(inner):
            name = "nd." + name.removeprefix(inner)
    return _SAME.get(name, name)
