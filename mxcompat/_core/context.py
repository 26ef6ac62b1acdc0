"""Device contexts: ``cpu(0)``, ``gpu(1)``, ... and the torch device behind each."""

from __future__ import annotations

import re
import threading
import types
from typing import Any, ClassVar

import torch

from .errors import MXNetError


class _Default(threading.local):
    def __init__(self) -> None:
        self.value = Context("cpu", 0)


class _ClassProperty(type):
    _default_ctx: _Default

    @property
    def default_ctx(cls) -> Context:
        """The context that arrays are created on when none is named (of the calling thread)."""
        return cls._default_ctx.value

    @default_ctx.setter
    def default_ctx(cls, value: Context) -> None:
        cls._default_ctx.value = value


class Context(metaclass=_ClassProperty):
    """A device.

    Args:
        device_type: ``"cpu"``, ``"gpu"``, ``"cpu_pinned"``, ``"cpu_shared"``, or a Context to copy.
        device_id: number of the device, from 0. Every ``cpu(i)`` is the host, yet a context of its own.

    Used as a context manager it is the default context of the calling thread.

    Source: MXNet 1.9.1 python/mxnet/context.py.
    """

    devtype2str: ClassVar[dict[int, str]] = {1: "cpu", 2: "gpu", 3: "cpu_pinned", 5: "cpu_shared"}
    devstr2type: ClassVar[dict[str, int]] = {"cpu": 1, "gpu": 2, "cpu_pinned": 3, "cpu_shared": 5}

    __slots__ = ("__weakref__", "_entered", "_torch", "device_id", "device_typeid")

    def __init__(self, device_type: str | Context, device_id: int = 0) -> None:
        if isinstance(device_type, Context):
            self.device_typeid: int = device_type.device_typeid
            self.device_id: int = device_type.device_id
        else:
            self.device_typeid = Context.devstr2type[device_type]
            self.device_id = device_id
        self._entered: list[Context] = []
        self._torch: torch.device | None = None

    @property
    def device_type(self) -> str:
        """``"cpu"``, ``"gpu"``, ``"cpu_pinned"`` or ``"cpu_shared"``."""
        return Context.devtype2str[self.device_typeid]

    @property
    def torch_device(self) -> torch.device:
        """The torch device behind this context; MXNetError if this machine does not have it."""
        device = self._torch
        if device is None:
            device = self._torch = self._find_torch_device()
        return device

    def _find_torch_device(self) -> torch.device:
        if self.device_typeid != 2:
            return torch.device("cpu")
        if not torch.cuda.is_available():
            raise MXNetError(f"context {self}: this machine has no GPU that torch {torch.__version__} can use")
        count = torch.cuda.device_count()
        if not 0 <= self.device_id < count:
            raise MXNetError(f"context {self}: this machine has {count} GPUs, legal are gpu(0) to gpu({count - 1})")
        return torch.device("cuda", self.device_id)

    def __hash__(self) -> int:
        return hash((self.device_typeid, self.device_id))

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Context)
            and self.device_typeid == other.device_typeid
            and self.device_id == other.device_id
        )

    def __str__(self) -> str:
        return f"{self.device_type}({self.device_id})"

    def __repr__(self) -> str:
        return self.__str__()

    def __enter__(self) -> Context:
        self._entered.append(Context.default_ctx)
        Context.default_ctx = self
        return self

    def __exit__(
        self, ptype: type[BaseException] | None, value: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        Context.default_ctx = self._entered.pop()

    def __reduce__(self) -> tuple[Any, ...]:
        return Context, (self.device_type, self.device_id)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take what a pickle written by MXNet holds."""
        self.device_typeid, self.device_id = state["device_typeid"], state["device_id"]
        self._entered, self._torch = [], None

    def empty_cache(self) -> None:
        """Give cached GPU memory back to the device; nothing to do on a CPU context."""
        if self.device_typeid == 2 and torch.cuda.is_available():
            with torch.cuda.device(self.torch_device):
                torch.cuda.empty_cache()


Context._default_ctx = _Default()

_TEXT = re.compile(r"\s*(cpu_pinned|cpu_shared|cpu|gpu)\s*(?:\(\s*(-?\d+)\s*\))?\s*\Z")


def cpu(device_id: int = 0) -> Context:
    """A CPU context. ``cpu(0)`` and ``cpu(1)`` are the same memory but unequal contexts."""
    return Context("cpu", device_id)


def cpu_pinned(device_id: int = 0) -> Context:
    """A context of page-locked host memory."""
    return Context("cpu_pinned", device_id)


def gpu(device_id: int = 0) -> Context:
    """A GPU context; whether the GPU exists is asked when an array is put there."""
    return Context("gpu", device_id)


def num_gpus() -> int:
    """Number of GPUs that torch can use."""
    return torch.cuda.device_count() if torch.cuda.is_available() else 0


def gpu_memory_info(device_id: int = 0) -> tuple[int, int]:
    """Free and total memory of a GPU, in bytes. MXNetError if there is no such GPU."""
    free, total = torch.cuda.mem_get_info(gpu(device_id).torch_device)
    return int(free), int(total)


def current_context() -> Context:
    """The default context of the calling thread: ``cpu(0)`` unless a ``with`` block changed it."""
    return Context._default_ctx.value


def parse_context(value: Any) -> Context:
    """A Context from a Context or from its text form such as ``"gpu(1)"``."""
    if isinstance(value, Context):
        return value
    match = _TEXT.match(str(value))
    if not match:
        raise MXNetError(f"ctx={value!r} is no context, legal are cpu(i), gpu(i), cpu_pinned(i), cpu_shared(i)")
    return Context(match[1], int(match[2] or 0))


def context_of_device(device: torch.device) -> Context:
    """The context that stands for a torch device."""
    if device.type == "cuda":
        return Context("gpu", device.index or 0)
    return Context("cpu", 0)
