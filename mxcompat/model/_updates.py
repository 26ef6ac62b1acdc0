"""How parameters get their updates: by an updater here, or by a key-value store.

The names with an underscore are imported by programs that write their own modules.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from ..gluon._stores import create_kvstore as _create_kvstore
from ..gluon._stores import create_sparse_kvstore as _create_sparse_kvstore

__all__ = [
    "_create_kvstore",
    "_create_sparse_kvstore",
    "_initialize_kvstore",
    "_update_params",
    "_update_params_on_kvstore",
    "_update_params_on_kvstore_nccl",
]

#: for each parameter, its arrays on the devices; gradients may be None
Arrays = Sequence[Sequence[Any]]


def _dense(params: Sequence[Any], grads: Sequence[Any]) -> bool:
    return bool(grads[0].stype == "default" and params[0].stype == "default")


def _initialize_kvstore(
    kvstore: Any, param_arrays: Arrays, arg_params: dict[str, Any], param_names: Sequence[str], update_on_kvstore: bool
) -> None:
    """Put the parameters into a store; if it will update them, the devices get their first values from there."""
    for name, arrays in zip(param_names, param_arrays, strict=False):
        value = arg_params[name]
        if update_on_kvstore and value.stype == "default":
            kvstore.broadcast(name, value, out=arrays)
        else:
            kvstore.init(name, value)


def _update_params_on_kvstore_nccl(
    param_arrays: Arrays, grad_arrays: Arrays, kvstore: Any, param_names: Sequence[str]
) -> None:
    """Let the store update the parameters, several per call (``MXNET_UPDATE_AGGREGATION_SIZE``, 16 by default)."""
    rows = [row for row in zip(param_names, grad_arrays, param_arrays, strict=False) if row[1][0] is not None]
    size = int(os.environ.get("MXNET_UPDATE_AGGREGATION_SIZE", "16"))
    for start in range(0, len(rows), size):
        names, grads, params = (list(column) for column in zip(*rows[start : start + size], strict=True))
        kvstore.pushpull(names, grads, out=params, priority=-start)


def _update_params_on_kvstore(
    param_arrays: Arrays, grad_arrays: Arrays, kvstore: Any, param_names: Sequence[str]
) -> None:
    """Let the store update the parameters."""
    for index, (params, grads) in enumerate(zip(param_arrays, grad_arrays, strict=False)):
        if grads[0] is None:
            continue
        name = param_names[index]
        if _dense(params, grads):
            kvstore.pushpull(name, grads, out=params, priority=-index)
        else:
            kvstore.push(name, grads, priority=-index)
            kvstore.pull(name, out=params, priority=-index)


def _update_params(
    param_arrays: Arrays,
    grad_arrays: Arrays,
    updater: Any,
    num_device: int,
    kvstore: Any = None,
    param_names: Sequence[str] | None = None,
) -> None:
    """Update the parameters here, device by device; a store, if there is one, adds up the gradients before."""
    rows: list[list[tuple[int, Any, Any]]] = [[] for _ in range(num_device)]
    for index, (params, grads) in enumerate(zip(param_arrays, grad_arrays, strict=False)):
        if grads[0] is None:
            continue
        if kvstore:
            name = index if param_names is None else param_names[index]
            if _dense(params, grads):
                kvstore.pushpull(name, grads, priority=-index)
            else:
                kvstore.push(name, grads, priority=-index)
                kvstore.pull(name, out=grads, priority=-index)
        for device, (weight, grad) in enumerate(zip(params, grads, strict=False)):
            # each device has its own state of the optimizer, so its own number for the same parameter
            rows[device].append((index * num_device + device, grad, weight))
    for row in rows:
        if row:
            updater(*zip(*row, strict=True))
