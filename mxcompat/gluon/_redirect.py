"""Children of a block that runs inside a torch module: their calls go to the torch modules that stand for them.

While a module made by `Block.to_torch` runs its block's own ``forward``, what that calls of its children must be the
modules that the user sees: he may have put hooks on them, or other modules in their place.
"""

from __future__ import annotations

import threading
from typing import Any

from torch import nn

from .._core.errors import MXNetError


class _Running(threading.local):
    #: the block whose forward runs, and the torch module that runs it
    block: Any = None
    module: Any = None


RUNNING = _Running()


def call_through_torch(block: Any, args: tuple[Any, ...]) -> Any:
    """Call the torch module of a block if a module around it runs, else the block's own forward.

    Raises:
        MXNetError: the module around it was replaced by one that has no part for this block.
    """
    runner = RUNNING.module
    path = None if runner is None else runner._paths.get(id(block))
    if path is None:
        return block.forward(*args)
    module: Any = runner
    for name in path:
        parts: dict[str, nn.Module] = module._modules
        if name not in parts:
            raise MXNetError(
                f"{type(runner._block).__name__}.forward calls {block.name!r}, whose torch module "
                f"{'.'.join(path)!r} is not there any more: {type(module).__name__} in its place has no {name!r}"
            )
        module = parts[name]
    if getattr(block, "skip_states", None):
        args = args[:1]  # a recurrent layer that nobody gave states made them up
    return runner._call_child(module, args)
