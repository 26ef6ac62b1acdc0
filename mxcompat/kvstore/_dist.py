"""A store over several processes, on ``torch.distributed``.

MXNet has servers that keep the values. Here every worker keeps them all: gradients are summed over the workers, and
each applies the same optimizer to the same sum. Workers must push the same keys in the same order.
"""

from __future__ import annotations

import atexit
import logging
import os
import pickle
from typing import Any

import torch
import torch.distributed as dist

from .._core.errors import MXNetError, NotSupportedError
from ..nd import NDArray
from ..optimizer import get_updater
from ._local import LocalStore

#: variables that launchers of MXNet programs set -> what they mean
_DMLC = ("DMLC_PS_ROOT_URI", "DMLC_PS_ROOT_PORT", "DMLC_NUM_WORKER")
_HOW = (
    "initialize torch.distributed, or start the program by torchrun, or set DMLC_PS_ROOT_URI, DMLC_PS_ROOT_PORT, "
    "DMLC_NUM_WORKER and DMLC_WORKER_ID"
)


def _worker_id() -> int:
    """The number of this worker among MXNet's: `DMLC_WORKER_ID`, or `DMLC_TASK_ID`, which counts the servers first."""
    if "DMLC_WORKER_ID" in os.environ:
        return int(os.environ["DMLC_WORKER_ID"])
    if "DMLC_TASK_ID" in os.environ:
        return int(os.environ["DMLC_TASK_ID"]) - int(os.environ.get("DMLC_NUM_SERVER", "0"))
    raise MXNetError(f"dist kvstore: the launcher does not number the workers; {_HOW}")


def connect() -> None:
    """Join the other workers, unless that has been done.

    Raises:
        SystemExit: this process was started as a server or scheduler, which are not needed.
        MXNetError: nothing says where the other workers are.
    """
    if not dist.is_available():
        raise MXNetError("dist kvstore: this build of torch has no torch.distributed")
    if dist.is_initialized():
        return
    role = os.environ.get("DMLC_ROLE", "worker")
    if role != "worker":
        logging.info("dist kvstore: no %s is needed on torch.distributed, this process ends", role)
        raise SystemExit(0)
    backend = "nccl" if torch.cuda.is_available() and dist.is_nccl_available() else "gloo"
    if all(name in os.environ for name in ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")):
        dist.init_process_group(backend)
    elif all(name in os.environ for name in _DMLC):
        uri, port, count = (os.environ[name] for name in _DMLC)
        dist.init_process_group(backend, init_method=f"tcp://{uri}:{port}", world_size=int(count), rank=_worker_id())
    else:
        raise MXNetError(f"dist kvstore: this process does not know the other workers; {_HOW}")
    atexit.register(_leave)  # its threads would abort a process that ends with them running


def _leave() -> None:
    if dist.is_initialized():
        dist.destroy_process_group()


class DistStore(LocalStore):
    """The store behind `KVStore` when there are several workers.

    Args:
        kind: the name of the kind of store.

    Raises:
        MXNetError: the other workers cannot be found; asynchronous updates.
    """

    remote = True

    def __init__(self, kind: str) -> None:
        if "async" in kind:
            raise NotSupportedError(
                f"kvstore {kind}: updates by workers who do not wait for each other", "use dist_sync"
            )
        connect()
        super().__init__(kind)
        self.rank = dist.get_rank()
        self.num_workers = dist.get_world_size()
        self._compress_sends = None

    def _wire(self, tensor: torch.Tensor) -> torch.Tensor:
        """A contiguous copy where the workers' connection can reach it."""
        device = torch.device("cuda", torch.cuda.current_device()) if dist.get_backend() == "nccl" else "cpu"
        return tensor.detach().to(device, copy=True).contiguous()

    def _first(self, value: NDArray) -> NDArray:
        sent = self._wire(value.tostype("default")._t)
        dist.broadcast(sent, src=0)
        dense = NDArray._wrap(sent.to(value.context.torch_device), value.context)
        found: NDArray = dense.tostype(value.stype)
        return found

    def _merged(self, key: Any, group: list[NDArray]) -> NDArray:
        compression, self.compression = self.compression, None  # the devices of a worker are not compressed
        try:
            return super()._merged(key, group)
        finally:
            self.compression = compression

    def _summed(self, key: Any, merged: NDArray) -> NDArray:
        tensor = merged.tostype("default")._t.detach()
        if self.compression is not None and merged.stype == "default":
            sent = self._wire(self.compression.packed(self.compression.quantized(key, tensor)))
            arrived = [torch.empty_like(sent) for _ in range(self.num_workers)]
            dist.all_gather(arrived, sent)
            total = sum(self.compression.unpacked(data.cpu(), tensor) for data in arrived)
        else:
            total = self._wire(tensor)
            dist.all_reduce(total)
        dense = NDArray._wrap(torch.as_tensor(total).to(tensor.device), merged.context)
        found: NDArray = dense.tostype(merged.stype)
        return found

    def set_optimizer(self, optimizer: Any) -> None:
        """Let every worker apply a copy of the first worker's optimizer, whose parameters' factors are not sent."""
        text: list[Any] = [None]
        if self.rank == 0:
            text[0] = pickle.dumps(optimizer)
        dist.broadcast_object_list(text, src=0)
        copied = optimizer if self.rank == 0 and self.num_workers == 1 else pickle.loads(text[0])
        self.updater = get_updater(copied)

    def barrier(self) -> None:
        """Wait until all workers are here."""
        dist.barrier()
