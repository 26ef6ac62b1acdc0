"""Servers of distributed training: here the workers do their work, so a server has nothing to do."""

from __future__ import annotations

import logging
from typing import Any

from .base import create as create

__all__ = ["KVStoreServer"]


class KVStoreServer:
    """A server node, kept for programs that start one.

    Args:
        kvstore: the store to serve.

    Source: MXNet 1.9.1 python/mxnet/kvstore/kvstore_server.py.
    """

    def __init__(self, kvstore: Any) -> None:
        self.kvstore = kvstore
        self.handle = kvstore.handle
        self.init_logginig = False

    def run(self) -> None:
        """Return at once: on torch.distributed every worker keeps the values."""
        logging.info("kvstore server: not needed on torch.distributed, it ends")
