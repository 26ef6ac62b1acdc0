"""How every network of the zoo gets its trained parameters."""

from __future__ import annotations

import os
from typing import Any

from ....base import data_dir
from .. import model_store

#: the folder of the cache, as the signatures show it
MODELS = os.path.join(data_dir(), "models")


def load(net: Any, name: str, ctx: Any, root: str) -> Any:
    """The network with its trained parameters, by the name of their file; see `model_store.get_model_file`."""
    net.load_parameters(model_store.get_model_file(name, root=root), ctx=ctx)
    return net
