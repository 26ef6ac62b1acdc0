"""Where random numbers come from: MXNet's streams on the CPU (or torch's, if chosen), torch's on CUDA.

Operator definitions ask for the sampler of a device (`sampler_of`) or of a context (`generator`) and get an object with
one method per distribution; which library draws is not their business.

MXNet 1.9.1 keeps its CPU generators per thread: a thread that has not called ``seed`` draws the streams of seed 0 from
their beginning. All CPU contexts share them. torch's generators belong to a device and serve every thread.
"""

from __future__ import annotations

import threading
from typing import Protocol

import torch
from torch import Tensor

from ..._core.context import Context
from . import _generators
from ._mxnet_sampler import MXNetSampler
from ._torch_sampler import MetaSampler, TorchSampler

_ENGINES = ("mxnet", "torch")


class Sampler(Protocol):
    """What can be drawn on a device. Methods return flat tensors on it unless they say otherwise.

    The first group is MXNet's parallel generator (``nd.random``, ``Dropout``), the last one its single generator
    (``shuffle``, ``multinomial``, ``mx.np.random``).
    """

    def uniform(self, count: int, dtype: torch.dtype, low: float, high: float) -> Tensor: ...

    def normal(self, count: int, dtype: torch.dtype, loc: float, scale: float) -> Tensor: ...

    def exponential(self, count: int, dtype: torch.dtype, lam: float) -> Tensor: ...

    def gamma(self, count: int, dtype: torch.dtype, alpha: float, beta: float) -> Tensor: ...

    def poisson(self, count: int, dtype: torch.dtype, lam: float) -> Tensor: ...

    def negative_binomial(self, count: int, dtype: torch.dtype, k: float, p: float) -> Tensor: ...

    def generalized_negative_binomial(self, count: int, dtype: torch.dtype, mu: float, alpha: float) -> Tensor: ...

    def randint(self, count: int, dtype: torch.dtype, low: int, high: int) -> Tensor: ...

    def each(self, law: str, count: int, dtype: torch.dtype, *parameters: Tensor) -> Tensor:
        """Draw ``count`` values of the distribution ``law`` for each entry of the parameters, entry after entry."""
        ...

    def unique_zipfian(self, range_max: int, batch: int, count: int) -> tuple[Tensor, Tensor]:
        """Draw different classes below ``range_max``: int64 (batch, count), and the tries of each row."""
        ...

    def dropout_mask(self, count: int, dtype: torch.dtype, p: float, shared: bool) -> Tensor:
        """Draw 0 with probability ``p``, else ``1 / (1 - p)``; ``shared``: the mask will be broadcast."""
        ...

    def single_word(self) -> int:
        """Draw a number of 32 bits."""
        ...

    def single_uniform(self, count: int, dtype: torch.dtype) -> Tensor: ...

    def single_normal(self, count: int, dtype: torch.dtype) -> Tensor: ...

    def permutation(self, count: int, rows: bool) -> Tensor:
        """Return a random order of ``count`` elements (``rows``: of data with several axes), whole numbers."""
        ...

    def multinomial(self, probabilities: Tensor, count: int) -> Tensor:
        """Draw ``count`` outcomes for each row of ``probabilities``: int64 (rows, count)."""
        ...


class _State:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.engine = "mxnet"
        self.seed = 0
        self.torch: dict[torch.device, TorchSampler] = {}


_STATE = _State()
_MXNET: Sampler = MXNetSampler()
_META: Sampler = MetaSampler()


def generator(ctx: Context) -> Sampler:
    """Return the sampler of a context under the engine in force."""
    if _STATE.engine == "mxnet" and ctx.device_typeid != 2:
        return _MXNET
    return _torch_sampler(ctx.torch_device)


def sampler_of(device: torch.device) -> Sampler:
    """Return the sampler of a torch device under the engine in force."""
    kind = device.type
    if kind == "cpu" and _STATE.engine == "mxnet":
        return _MXNET
    if kind == "meta":
        return _META
    return _torch_sampler(device)


def _torch_sampler(device: torch.device) -> TorchSampler:
    found = _STATE.torch.get(device)
    if found is None:
        with _STATE.lock:
            found = _STATE.torch.setdefault(device, TorchSampler(device, _device_seed(_STATE.seed, device.index or 0)))
    return found


def _device_seed(seed: int, device_id: int) -> int:
    return seed % 2**32 + (device_id << 32)


def seed(value: int, ctx: Context | None) -> None:
    """Seed this thread's CPU generators and torch's.

    Args:
        value: any integer; MXNet takes a C int, so only its low 32 bits count.
        ctx: None seeds every device, its number mixed in. With a context, the number is left out; of torch's
            generators only that device's is seeded. MXNet seeds the CPU generators in either case.
    """
    value = (value + 2**31) % 2**32 - 2**31
    _generators.seed(value, with_context=ctx is not None)
    with _STATE.lock:
        if ctx is None:
            _STATE.seed = value
            for device, sampler in _STATE.torch.items():
                sampler.generator.manual_seed(_device_seed(value, device.index or 0))
    if ctx is not None and (ctx.device_typeid != 2 or torch.cuda.is_available()):
        _torch_sampler(ctx.torch_device).generator.manual_seed(_device_seed(value, 0))


def set_engine(name: str) -> None:
    """Choose the source of CPU random numbers: ``"mxnet"`` or ``"torch"``."""
    if name not in _ENGINES:
        raise ValueError(f"random engine {name!r} is unknown, legal are {', '.join(_ENGINES)}")
    _STATE.engine = name


def get_engine() -> str:
    """Return the engine in force for CPU contexts."""
    return _STATE.engine
