"""Which store a training program gets for the ``kvstore`` it asked for, and whether that store does the updates."""

from __future__ import annotations

import math
import os
from typing import Any

from .. import kvstore as kvs


def create_kvstore(kvstore: Any, num_device: int, arg_params: dict[str, Any]) -> tuple[Any, bool]:
    """The store for dense parameters.

    Args:
        kvstore: a store, the name of a kind, or None.
        num_device: how many contexts hold the parameters; one needs no store unless it is a distributed one.
        arg_params: the parameters by name.

    Returns:
        The store or None, and whether it should update the parameters.

    Raises:
        TypeError: something else.

    Source: MXNet 1.9.1 python/mxnet/model.py.
    """
    update = bool(int(os.environ.get("MXNET_UPDATE_ON_KVSTORE", "1")))
    if kvstore is None:
        return None, False
    if isinstance(kvstore, str):
        if num_device == 1 and "dist" not in kvstore:
            return None, False
        store = kvs.create(kvstore)
        if kvstore == "local" and max(math.prod(array.shape) for array in arg_params.values()) > 1 << 24:
            update = False  # large arrays are better updated where they are
    elif isinstance(kvstore, kvs.KVStoreBase):
        store = kvstore
    else:
        raise TypeError(f"Trainer: kvstore={kvstore!r} is not legal; give a KVStore, the name of one, or None")
    return store, update and store.is_capable(kvs.KVStoreBase.OPTIMIZER)


def create_sparse_kvstore(kvstore: Any) -> tuple[Any, bool]:
    """The store for row_sparse parameters, which always updates them.

    Args:
        kvstore: a store, or the name of a kind.

    Raises:
        TypeError: something else.
        AssertionError: a store that has no optimizer.

    Source: MXNet 1.9.1 python/mxnet/model.py.
    """
    if isinstance(kvstore, kvs.KVStore):
        store: Any = kvstore
    elif isinstance(kvstore, str):
        store = kvs.create(kvstore)
    else:
        raise TypeError(
            f"Trainer: kvstore={kvstore!r} cannot hold row_sparse parameters; give a KVStore or the name of one"
        )
    if not store.is_capable(kvs.KVStoreBase.OPTIMIZER):
        raise AssertionError(
            f"Trainer: row_sparse parameters need a store that runs the optimizer, {type(store)} does not"
        )
    return store, True
