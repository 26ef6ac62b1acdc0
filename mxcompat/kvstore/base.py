"""The interface of stores, their registry, and `create`."""

from __future__ import annotations

import warnings
from typing import Any, ClassVar, TypeVar

from .._core.errors import ArgumentTypeError
from ..base import string_types as string_types
from ..nd import NDArray as NDArray
from ..profiler import set_kvstore_handle as set_kvstore_handle
from ._keys import NATIVE, unknown_capability

__all__ = ["KVStoreBase", "create"]

_T = TypeVar("_T", bound=type[Any])


class KVStoreBase:
    """What a store of values by key offers to a trainer; a store of one's own derives from it and is registered.

    Source: MXNet 1.9.1 python/mxnet/kvstore/base.py.
    """

    #: the capability to run the optimizer
    OPTIMIZER: ClassVar[str] = "optimizer"
    #: lower-case name -> class
    kv_registry: ClassVar[dict[str, type[Any]]] = {}

    def _missing(self, what: str) -> NotImplementedError:
        return NotImplementedError(f"{type(self).__name__} has no {what}")

    def broadcast(self, key: Any, value: Any, out: Any, priority: int = 0) -> None:
        """Copy the value of the first worker to ``out`` on all workers.

        Raises:
            NotImplementedError: a subclass must say how.
        """
        raise self._missing("broadcast")

    def pushpull(self, key: Any, value: Any, out: Any = None, priority: int = 0) -> None:
        """Sum values over devices and workers, and copy the result to ``out``, or back to ``value``.

        Raises:
            NotImplementedError: a subclass must say how.
        """
        raise self._missing("pushpull")

    def set_optimizer(self, optimizer: Any) -> None:
        """Let the store update its values by what is pushed.

        Raises:
            NotImplementedError: the store cannot.
        """
        raise self._missing("optimizer")

    def is_capable(self, capability: str) -> bool:
        """Whether the store can do something, such as `OPTIMIZER`.

        Raises:
            NotImplementedError: a subclass must say.
        """
        raise self._missing("is_capable")

    def save_optimizer_states(self, fname: str, dump_optimizer: bool = False) -> None:
        """Write the optimizer's states to a file.

        Raises:
            NotImplementedError: the store has no optimizer.
        """
        raise self._missing("optimizer states")

    def load_optimizer_states(self, fname: str) -> None:
        """Read the optimizer's states from a file.

        Raises:
            NotImplementedError: the store has no optimizer.
        """
        raise self._missing("optimizer states")

    @property
    def type(self) -> str:
        """The name of the kind of store."""
        raise self._missing("type")

    @property
    def rank(self) -> int:
        """The number of this worker, from 0."""
        raise self._missing("rank")

    @property
    def num_workers(self) -> int:
        """How many workers there are."""
        raise self._missing("num_workers")

    @staticmethod
    def register(klass: _T) -> _T:
        """Make a class known to `create` by its name in lower case; a decorator.

        Warns:
            UserWarning: another class had the name.

        Raises:
            AssertionError: not a class.
        """
        if not isinstance(klass, type):
            raise ArgumentTypeError(f"only a class can be registered as a store, got {klass!r}")
        name = klass.__name__.lower()
        known = KVStoreBase.kv_registry.get(name)
        if known is not None:
            warnings.warn(
                f"WARNING: New kvstore {klass.__module__}.{klass.__name__} is overriding "
                f"existing kvstore {known.__module__}.{known.__name__}",
                stacklevel=2,
            )
        KVStoreBase.kv_registry[name] = klass
        return klass


def _put(targets: Any, value: NDArray) -> None:
    for target in targets if isinstance(targets, list) else [targets]:
        target[:] = value


@KVStoreBase.register
class TestStore(KVStoreBase):
    """One worker, no optimizer: the least that a trainer can do with. For tests.

    Source: MXNet 1.9.1 python/mxnet/kvstore/base.py.
    """

    __test__ = False  # the name makes pytest look for tests in it

    def broadcast(self, key: Any, value: Any, out: Any, priority: int = 0) -> None:
        """Copy ``value`` to ``out``, one array or a list."""
        _put(out, value)

    def pushpull(self, key: Any, value: Any, out: Any = None, priority: int = 0) -> None:
        """Copy ``value``, or the sum of a list, to ``out``; a sum without ``out`` back to the list."""
        if isinstance(value, NDArray):
            if out is not None:
                _put(out, value)
            return
        ctx = value[0].context
        total = sum(v.as_in_context(ctx) for v in value)
        _put(list(value) if out is None else out, total)

    @staticmethod
    def is_capable(capability: str) -> bool:
        """False for the optimizer.

        Raises:
            ValueError: anything else.
        """
        if capability.lower() == KVStoreBase.OPTIMIZER:
            return False
        raise unknown_capability(capability)

    @property
    def type(self) -> str:
        """``"teststore"``."""
        return "teststore"

    @property
    def rank(self) -> int:
        """0."""
        return 0

    @property
    def num_workers(self) -> int:
        """1."""
        return 1

    def set_optimizer(self, optimizer: Any) -> None:
        """Refuse: there is no optimizer.

        Raises:
            NotImplementedError: always.
        """
        raise self._missing("optimizer")

    def save_optimizer_states(self, fname: str, dump_optimizer: bool = False) -> None:
        """Refuse: there is no optimizer.

        Raises:
            NotImplementedError: always.
        """
        raise self._missing("optimizer states")

    def load_optimizer_states(self, fname: str) -> None:
        """Refuse: there is no optimizer.

        Raises:
            NotImplementedError: always.
        """
        raise self._missing("optimizer states")


def create(name: str = "local") -> Any:
    """A store by its name, in any case.

    Args:
        name: ``"local"``: values are summed where they are needed first. ``"device"``: the same on one machine; it can
            compress gradients. ``"nccl"``: as ``"device"``, on CUDA. ``"dist_sync"``, ``"dist_device_sync"``: several
            workers, each of which gets the sum over all (on ``torch.distributed``, see `mxcompat.kvstore`). Or the name
            of a registered class.

    Raises:
        TypeError: the name is no string.
        MXNetError: the kind of store cannot be had here.

    Differences: MXNet 1.9.1 takes any other name for ``"local"``, and so does this function; but the names of stores
        of later versions are refused where there are several workers, who would not hear of each other.
    """
    if not isinstance(name, str):
        raise TypeError(f"name must be a string, got {type(name).__name__}")
    name = name.lower()
    if name in KVStoreBase.kv_registry:
        return KVStoreBase.kv_registry[name]()
    return NATIVE[0](name)
