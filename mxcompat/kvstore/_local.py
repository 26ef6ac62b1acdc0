"""A store in this process: values by key, sums over devices, and an updater that moves values by what is pushed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from .._core.errors import MXNetError
from ..context import Context, cpu
from ..nd import NDArray, add_n
from ..nd.sparse import RowSparseNDArray
from ..nd.sparse import retain as sparse_retain
from ._compression import TwoBit


class LocalStore:
    """The store behind `KVStore`.

    Args:
        kind: the name of the kind of store.

    What is pushed as one dense array *is* the value from then on (no copy), as in MXNet, unless there is an updater.

    Source: MXNet 1.9.1 src/kvstore/kvstore_local.h, comm.h.
    """

    rank = 0
    num_workers = 1
    #: whether the optimizer is the store's own and hidden from the caller, as on the servers of distributed training
    remote = False

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.updater: Callable[[Any, NDArray, NDArray], None] | None = None
        self.compression: TwoBit | None = None
        self._on_device = "device" in kind or kind == "nccl"
        self._values: dict[Any, NDArray] = {}
        self._order: dict[Any, int] = {}  # strings count in the order of their initialization
        self._strings: bool | None = None
        self._warned: set[Any] = set()

    # ---- keys

    def _check_kind(self, strings: bool) -> None:
        if self._strings is None:
            self._strings = strings
        elif self._strings is not strings:
            raise MXNetError("Mixed key types are not allowed: all str or all int")

    def _value(self, key: Any) -> NDArray:
        if key not in self._values:
            raise MXNetError(f"key {key} has not been inited: kv.init({key!r}, value) first")
        return self._values[key]

    def _grouped(self, keys: Sequence[Any], items: Sequence[Any]) -> list[tuple[Any, list[Any]]]:
        """The items of each key, in the order of keys."""
        groups: dict[Any, list[Any]] = {}
        for key, item in zip(keys, items, strict=True):
            groups.setdefault(key, []).append(item)
        return sorted(groups.items(), key=lambda group: self._order.get(group[0], group[0]))

    # ---- what the store does

    def init(self, keys: Sequence[Any], values: Sequence[NDArray], strings: bool) -> None:
        """Take copies of the first values of keys."""
        self._check_kind(strings)
        for key, value in zip(keys, values, strict=True):
            if key in self._values:
                raise MXNetError(f"duplicate init of key {key}: kv.init and kv.broadcast take a key once")
            if strings:
                self._order[key] = len(self._order)
            self._values[key] = self._first(self._copied(value, value.context if self._on_device else cpu()))

    def _first(self, value: NDArray) -> NDArray:
        """The first value of a key, the same on all workers."""
        return value

    def _copied(self, value: NDArray, ctx: Context) -> NDArray:
        copied: NDArray = value.as_in_context(ctx) if value.context != ctx else value.copy()
        return copied

    def push(self, keys: Sequence[Any], values: Sequence[NDArray], strings: bool) -> None:
        """Sum the values of each key, then let the updater move the key's value by it, or replace the value."""
        self._check_kind(strings)
        for key, group in self._grouped(keys, values):
            for value in group:
                if value.stype not in ("default", "row_sparse"):
                    raise MXNetError(f"kvstore push: a value of key {key} has storage type {value.stype}")
            self._value(key)
            merged = self._summed(key, self._merged(key, group))
            stored = self._value(key)
            if self.updater is not None:
                if merged.context.device_type == "gpu" and stored.context.device_type != "gpu":
                    stored = self._values[key] = stored.as_in_context(merged.context)
                self.updater(key, merged, stored)
            elif merged.stype != stored.stype:
                self._values[key] = self._copied(merged, stored.context)
            else:
                self._values[key] = merged

    def _summed(self, key: Any, merged: NDArray) -> NDArray:
        """The sum over all workers."""
        return merged

    def _merged(self, key: Any, group: list[NDArray]) -> NDArray:
        """The sum over the devices of this worker; a single dense array is passed on as it is."""
        compressed = self._on_device and self.compression is not None
        for value in group if len(group) > 1 or compressed else ():
            if value.shape != self._value(key).shape:
                raise MXNetError(
                    f"kvstore push: key {key} has shape {self._value(key).shape}, a value has {value.shape}"
                )
        if self._on_device and self.compression is not None:
            group = [
                NDArray._wrap(self.compression.quantized((key, i), value._t.detach()), value.context)
                for i, value in enumerate(group)
            ]
            return self._added(group)
        if len(group) == 1:
            alone = group[0].stype == "default" or self._on_device
            return group[0] if alone else self._copied(group[0], group[0].context)
        return self._added(group)

    def _added(self, group: list[NDArray]) -> NDArray:
        ctx = group[0].context
        if len({value.stype for value in group}) > 1:
            raise MXNetError("kvstore push: the values of a key must have one storage type")
        arrays: list[NDArray] = [value.as_in_context(ctx) for value in group]
        if len(arrays) == 1:
            return arrays[0]
        if arrays[0].stype != "default":
            union: NDArray = add_n(*arrays)
            return union
        if not self._on_device and len(arrays) > 2:  # in fours, each four summed before it is added
            total = arrays[0]._t.detach()
            for start in range(1, len(arrays), 4):
                some = [a._t.detach() for a in arrays[start : start + 4]]
                total = total + sum(some[1:], some[0])
            return NDArray._wrap(total, ctx)
        total = arrays[0]._t.detach()
        for array in arrays[1:]:
            total = total + array._t.detach()
        return NDArray._wrap(total, ctx)

    def pull(self, keys: Sequence[Any], outs: Sequence[NDArray], strings: bool, ignore_sparse: bool) -> None:
        """Copy the values of keys to arrays; sparse arrays are left alone if ``ignore_sparse``."""
        self._check_kind(strings)
        for key, group in self._grouped(keys, outs):
            taken = [out for out in group if out.stype == "default" or not ignore_sparse]
            if len(taken) < len(group) and key not in self._warned:
                self._warned.add(key)
                logging.warning(
                    "kvstore pull: key %s was asked for in a sparse array, which is left alone: use row_sparse_pull",
                    key,
                )
            if taken:
                value = self._value(key)
                for out in taken:
                    copy_to(key, value, out)

    def pull_rows(self, keys: Sequence[Any], outs: Sequence[NDArray], rows: Sequence[NDArray], strings: bool) -> None:
        """Copy some rows of row_sparse values to row_sparse arrays."""
        self._check_kind(strings)
        for key, group in self._grouped(keys, list(zip(outs, rows, strict=True))):
            for out, ids in group:
                if out.stype != "row_sparse" or ids.stype != "default":
                    raise MXNetError(
                        f"row_sparse_pull: key {key} needs a row_sparse array and dense row_ids, "
                        f"got {out.stype} and {ids.stype}"
                    )
            value = self._value(key)
            if value.stype != "row_sparse":
                raise MXNetError(f"row_sparse_pull: the value of key {key} has storage type {value.stype}")
            for out, ids in group:
                wanted = NDArray._wrap(ids._t.detach().reshape(-1).long().unique(), ids.context)
                copy_to(key, sparse_retain(value, wanted.as_in_context(value.context)), out)

    def set_optimizer(self, optimizer: Any) -> None:
        """Only for stores whose optimizer is remote."""
        raise MXNetError(f"kvstore {self.kind} has no optimizer of its own")

    def barrier(self) -> None:
        """Wait for the other workers: there are none."""


def copy_to(key: Any, value: NDArray, out: NDArray) -> None:
    """Copy the value of a key to an array, which may be of another dtype or storage type."""
    if value.shape != out.shape:
        raise MXNetError(f"kvstore pull: key {key} has shape {value.shape}, out has {out.shape}")
    if isinstance(value, RowSparseNDArray) and out.stype == "default":
        value = value.tostype("default")
    elif out.stype != "default" and value.stype != out.stype:
        value = value.tostype(out.stype)
    if out.stype != "default":
        value.copyto(out)
    elif out is not value:
        out._t.data.copy_(value._t.detach())
