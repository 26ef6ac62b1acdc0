"""The stores of MXNet's native library: one process, or several."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import Any

from .. import optimizer as opt
from .._core.errors import ArgumentTypeError, MXNetError
from ..base import py_str as py_str
from ..context import num_gpus
from ..nd import NDArray as NDArray
from ._compression import compression_of
from ._dist import DistStore
from ._keys import NATIVE, pairs, unknown_capability
from ._local import LocalStore
from .base import KVStoreBase as KVStoreBase

__all__ = ["KVStore"]

#: numbers of the commands that workers send to servers
_COMMANDS = {
    "kController": 0,
    "kSetMultiPrecision": 1,
    "kStopServer": 2,
    "kSyncMode": 3,
    "kSetGradientCompression": 4,
    "kSetProfilerParams": 5,
}


def _get_kvstore_server_command_type(command: str) -> int:
    """The number of a command.

    Raises:
        AssertionError: no such command.
    """
    if command not in _COMMANDS:
        raise ArgumentTypeError(f"command={command!r} is unknown to servers; known are {sorted(_COMMANDS)}")
    return _COMMANDS[command]


class KVStore(KVStoreBase):
    """Values by key: sums of what devices and workers push, for all to pull. Made by `create`.

    Args:
        handle: what holds the values.

    Source: MXNet 1.9.1 python/mxnet/kvstore/kvstore.py.
    """

    def __init__(self, handle: Any) -> None:
        if not isinstance(handle, LocalStore):
            raise ArgumentTypeError(f"KVStore: made by mx.kv.create(name), got {type(handle).__name__}")
        self.handle = handle
        self._updater: Any = None
        self._updater_func: Any = None
        self._str_updater_func: Any = None
        self._is_p3 = os.getenv("DMLC_PS_VAN_TYPE", "") == "p3"

    def broadcast(self, key: Any, value: Any, out: Any, priority: int = 0) -> None:
        """`init` keys with values, then copy them to ``out``.

        Args:
            key: a key, or a list of keys.
            value: an array for each key.
            out: an array or a list of arrays for each key.
            priority: accepted; operations run in the order of the calls.

        Raises:
            MXNetError: a key is there already.
        """
        keys, values, strings = pairs(key, value)
        targets, outs, _ = pairs(key, out)
        self.handle.init(keys, values, strings)
        self.handle.pull(targets, outs, strings, True)

    def is_capable(self, capability: str) -> bool:
        """Whether the store can run the optimizer.

        Raises:
            ValueError: another capability.
        """
        if capability.lower() == KVStoreBase.OPTIMIZER:
            return not self._is_p3
        raise unknown_capability(capability)

    def init(self, key: Any, value: Any) -> None:
        """Make keys known, with their first values (copies; of several workers the first one's).

        Raises:
            MXNetError: a key is there already; keys of the other kind.
        """
        self.handle.init(*pairs(key, value))

    def push(self, key: Any, value: Any, priority: int = 0) -> None:
        """Sum the values of each key over devices and workers and give the sum to the updater; without one, store it.

        Args:
            key: a key, or a list of keys.
            value: an array or a list of arrays for each key.
            priority: accepted; operations run in the order of the calls.

        Raises:
            MXNetError: an unknown key; a shape or storage type that does not fit.
        """
        self.handle.push(*pairs(key, value))

    def pull(self, key: Any, out: Any = None, priority: int = 0, ignore_sparse: bool = True) -> None:
        """Copy the values of keys to arrays.

        Args:
            key: a key, or a list of keys.
            out: an array or a list of arrays for each key.
            priority: accepted; operations run in the order of the calls.
            ignore_sparse: leave sparse arrays of ``out`` as they are.

        Raises:
            AssertionError: no ``out``.
            MXNetError: an unknown key; a shape that does not fit.
        """
        if out is None:
            raise ArgumentTypeError("kvstore pull: out= is missing")
        keys, outs, strings = pairs(key, out)
        self.handle.pull(keys, outs, strings, ignore_sparse)

    def pushpull(self, key: Any, value: Any, out: Any = None, priority: int = 0) -> None:
        """`push` values, then `pull` the results to ``out``, or back to ``value``.

        Args:
            key: a key, or a list of keys.
            value: an array or a list of arrays for each key.
            out: the same.
            priority: accepted; operations run in the order of the calls.
        """
        keys, values, strings = pairs(key, value)
        targets, outs, _ = (keys, values, strings) if out is None else pairs(key, out)
        self.handle.push(keys, values, strings)
        self.handle.pull(targets, outs, strings, True)

    def row_sparse_pull(self, key: Any, out: Any = None, priority: int = 0, row_ids: Any = None) -> None:
        """Copy some rows of row_sparse values to row_sparse arrays.

        Args:
            key: a key, or a list of keys.
            out: a row_sparse array or a list of them for each key.
            priority: accepted; operations run in the order of the calls.
            row_ids: the rows, an array for each array of ``out``, or one array for all; in any order, also twice.

        Raises:
            AssertionError: no ``out``, no ``row_ids``, or another number of them.
            MXNetError: an unknown key, a value or an array that is not row_sparse.
        """
        if out is None or row_ids is None:
            raise ArgumentTypeError("row_sparse_pull: out= or row_ids= is missing")
        if isinstance(row_ids, NDArray):
            row_ids = [row_ids]
        if not isinstance(row_ids, list):
            raise ArgumentTypeError(
                f"row_sparse_pull: row_ids must be an NDArray or a list of them, got {type(row_ids).__name__}"
            )
        shared = len(row_ids) == 1 and isinstance(out, list)
        keys, outs, strings = pairs(key, out[:1] if shared else out)
        _, rows, _ = pairs(key, row_ids)
        if len(rows) != len(outs):
            raise ArgumentTypeError(f"row_sparse_pull: {len(rows)} row_ids for {len(outs)} arrays in out; give as many")
        self.handle.pull_rows(keys, outs, rows, strings)
        if shared:
            for other in out[1:]:
                out[0].copyto(other)

    def set_gradient_compression(self, compression_params: Any) -> None:
        """Send gradients as two bits an entry; what is lost is added to the next gradient.

        Args:
            compression_params: ``{"type": "2bit", "threshold": 0.5}``; what is above the threshold is sent as it,
                what is below minus the threshold as minus it, all else as zero.

        Raises:
            Exception: a store that has nothing to send.
            MXNetError: an unknown type, a threshold that is not positive.
        """
        if "device" not in self.type and "dist" not in self.type:
            raise Exception(
                f"set_gradient_compression: a store of type '{self.type}' sends nothing that could be compressed; "
                "create a 'device' or 'dist_...' one"
            )  # the type MXNet raises
        self.handle.compression = compression_of(compression_params)

    def set_optimizer(self, optimizer: Any) -> None:
        """Let the store move its values by what is pushed.

        Args:
            optimizer: an `Optimizer`; with several workers each runs a copy of the first worker's.
        """
        if self.handle.remote:
            self.handle.set_optimizer(optimizer)
        else:
            self._set_updater(opt.get_updater(optimizer))

    @property
    def type(self) -> str:
        """The name the store was created by, in lower case."""
        return self.handle.kind

    @property
    def rank(self) -> int:
        """The number of this worker, from 0."""
        return self.handle.rank

    @property
    def num_workers(self) -> int:
        """How many workers there are."""
        return self.handle.num_workers

    def _own_updater(self, what: str) -> Any:
        if self._updater is None:
            raise ArgumentTypeError(f"Cannot {what} states for distributed training, or before set_optimizer")
        return self._updater

    def save_optimizer_states(self, fname: str, dump_optimizer: bool = False) -> None:
        """Write the states of the optimizer to a file that MXNet reads too.

        Args:
            fname: the file.
            dump_optimizer: the optimizer itself too, with its learning rate and schedule.

        Raises:
            AssertionError: no optimizer here.
        """
        states = self._own_updater("save").get_states(dump_optimizer)
        with open(fname, "wb") as file:
            file.write(states)

    def load_optimizer_states(self, fname: str) -> None:
        """Read the states of the optimizer from a file.

        Raises:
            AssertionError: no optimizer here.
            pickle.UnpicklingError: the file holds more than states.
        """
        updater = self._own_updater("load")
        with open(fname, "rb") as file:
            updater.set_states(file.read())

    def _set_updater(self, updater: Callable[[Any, NDArray, NDArray], None]) -> None:
        """Call ``updater(key, merged, value)`` on each push instead of storing the sum.

        As from MXNet's native library, keys that are strings arrive as bytes.

        Differences: an exception in the updater reaches the caller of `push`; MXNet prints it and goes on.
        """

        def call(key: Any, merged: NDArray, value: NDArray) -> None:
            merged, value = merged.as_nd_ndarray(), value.as_nd_ndarray()  # as MXNet does, of mx.np arrays, too
            updater(key.encode() if isinstance(key, str) else key, merged, value)

        self._updater = updater
        self._updater_func = self._str_updater_func = call
        self.handle.updater = call

    def _barrier(self) -> None:
        """Wait until all workers are here."""
        self.handle.barrier()

    def _send_command_to_servers(self, head: int, body: str) -> None:
        """Nothing to do: there are no servers, the workers do their work."""


#: variables by which launchers of other stores tell a worker how many there are
_COUNTS = ("HOROVOD_SIZE", "OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "DMLC_NUM_WORKER", "WORLD_SIZE")


def _native(name: str) -> KVStore:
    """A store of one of the kinds that MXNet's native library has; as there, an unknown name is ``"local"``.

    Raises:
        MXNetError: the kind cannot be had here.
    """
    if "dist" in name:
        return KVStore(DistStore(name))
    if "nccl" in name and not num_gpus():
        raise MXNetError(f"kvstore {name}: needs CUDA, and there is none here; use device")
    if name in ("horovod", "byteps"):
        count = max(int(os.environ.get(variable, "1") or 1) for variable in _COUNTS)
        if count > 1:
            raise MXNetError(
                f"kvstore {name}: MXNet 1.9.1 has no adapter for {name}, and would train {count} workers apart from "
                "each other; use dist_sync on torch.distributed"
            )
        logging.info("kvstore %s: MXNet 1.9.1 has no adapter for it and makes a local store", name)
    return KVStore(LocalStore(name))


NATIVE.append(_native)
