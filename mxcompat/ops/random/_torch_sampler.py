"""torch's generator of a device (CUDA, or the CPU where it was chosen), and shapes without numbers for meta tensors.

Nothing is copied to the host, except that `TorchSampler.unique_zipfian` asks whether every row is full.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

_HALF = (torch.float16, torch.bfloat16)


class TorchSampler:
    """The distributions of MXNet drawn with ``torch.Generator``; float16 is made from float32."""

    def __init__(self, device: torch.device, seed: int) -> None:
        self.device = device
        self.generator = torch.Generator(device)
        self.generator.manual_seed(seed)

    def uniform(self, count: int, dtype: torch.dtype, low: float, high: float) -> Tensor:
        drawn = torch.rand(count, dtype=dtype, device=self.device, generator=self.generator)
        return drawn.mul_(high - low).add_(low)

    def normal(self, count: int, dtype: torch.dtype, loc: float, scale: float) -> Tensor:
        drawn = torch.randn(count, dtype=dtype, device=self.device, generator=self.generator)
        return drawn.mul_(scale).add_(loc)

    def exponential(self, count: int, dtype: torch.dtype, lam: float) -> Tensor:
        return torch.empty(count, dtype=dtype, device=self.device).exponential_(lam, generator=self.generator)

    def gamma(self, count: int, dtype: torch.dtype, alpha: float, beta: float) -> Tensor:
        return self._gamma(self._full(count, alpha, dtype)).mul_(beta).to(dtype)

    def poisson(self, count: int, dtype: torch.dtype, lam: float) -> Tensor:
        return self._poisson(self._full(count, lam, dtype)).to(dtype)

    def negative_binomial(self, count: int, dtype: torch.dtype, k: float, p: float) -> Tensor:
        rate = self._gamma(self._full(count, k, dtype)).mul_((1.0 - p) / p if p else math.inf)
        return self._poisson(rate).to(dtype)

    def generalized_negative_binomial(self, count: int, dtype: torch.dtype, mu: float, alpha: float) -> Tensor:
        if alpha == 0:
            return self.poisson(count, dtype, mu)
        return self._poisson(self._gamma(self._full(count, 1.0 / alpha, dtype)).mul_(alpha * mu)).to(dtype)

    def randint(self, count: int, dtype: torch.dtype, low: int, high: int) -> Tensor:
        # drawn as int64 and cast: bounds beyond int32 wrap, as on the CPU
        drawn = torch.randint(low, high, (count,), device=self.device, generator=self.generator)
        return drawn.to(dtype)

    def each(self, law: str, count: int, dtype: torch.dtype, *parameters: Tensor) -> Tensor:
        work = torch.float64 if dtype is torch.float64 else torch.float32
        given = [p.detach().reshape(-1, 1).to(work) for p in parameters]
        shape = (given[0].shape[0], count)
        drawn = _EACH[law](self, shape, *given)
        return drawn.reshape(-1).to(dtype)

    def _full(self, count: int, value: float, dtype: torch.dtype) -> Tensor:
        return torch.full((count,), value, dtype=torch.float32 if dtype in _HALF else dtype, device=self.device)

    def _gamma(self, shape: Tensor) -> Tensor:
        drawn = torch._standard_gamma(shape.clamp(min=1e-30), generator=self.generator)
        return drawn.mul_(shape > 0)

    def _poisson(self, rate: Tensor) -> Tensor:
        return torch.poisson(rate.clamp(min=0), generator=self.generator)

    def _each_uniform(self, shape: tuple[int, int], low: Tensor, high: Tensor) -> Tensor:
        return torch.rand(shape, dtype=low.dtype, device=self.device, generator=self.generator) * (high - low) + low

    def _each_normal(self, shape: tuple[int, int], loc: Tensor, scale: Tensor) -> Tensor:
        return torch.randn(shape, dtype=loc.dtype, device=self.device, generator=self.generator) * scale + loc

    def _each_exponential(self, shape: tuple[int, int], lam: Tensor) -> Tensor:
        drawn = torch.empty(shape, dtype=lam.dtype, device=self.device)
        return drawn.exponential_(generator=self.generator) / lam

    def _each_gamma(self, shape: tuple[int, int], alpha: Tensor, beta: Tensor) -> Tensor:
        return self._gamma(alpha.expand(shape).contiguous()) * beta

    def _each_poisson(self, shape: tuple[int, int], lam: Tensor) -> Tensor:
        return self._poisson(lam.expand(shape).contiguous())

    def _each_negative_binomial(self, shape: tuple[int, int], k: Tensor, p: Tensor) -> Tensor:
        return self._poisson(self._each_gamma(shape, k, (1 - p) / p))

    def _each_generalized(self, shape: tuple[int, int], mu: Tensor, alpha: Tensor) -> Tensor:
        fixed = alpha == 0
        rate = self._each_gamma(shape, 1 / torch.where(fixed, 1.0, alpha), alpha * mu)
        return self._poisson(torch.where(fixed, mu, rate))

    def unique_zipfian(self, range_max: int, batch: int, count: int) -> tuple[Tensor, Tensor]:
        seen = torch.empty((batch, 0), dtype=torch.int64, device=self.device)
        if not batch or not count:
            return seen.new_zeros((batch, count)), seen.new_zeros((batch,))
        while True:
            u = torch.rand((batch, 2 * count + 16), dtype=torch.float64, device=self.device, generator=self.generator)
            fresh = (u * math.log(range_max)).exp_().add_(0.5).floor_().to(torch.int64) - 1
            seen = torch.cat([seen, fresh], dim=1)
            ordered, place = seen.sort(dim=1, stable=True)
            first = torch.ones_like(seen, dtype=torch.bool)
            first[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
            new = torch.zeros_like(first).scatter_(1, place, first)
            if bool((new.sum(dim=1) >= count).all()):
                break
        rank = new.cumsum(dim=1)
        tries = (rank < count).sum(dim=1) + 1
        kept = new & (rank <= count)
        return seen[kept].view(batch, count), tries

    def dropout_mask(self, count: int, dtype: torch.dtype, p: float, shared: bool) -> Tensor:
        mask = torch.empty(count, dtype=dtype, device=self.device)
        return mask.bernoulli_(1.0 - p, generator=self.generator).div_(1.0 - p)

    def single_word(self) -> int:
        return int(torch.randint(2**32, (1,), device=self.device, generator=self.generator))

    def single_uniform(self, count: int, dtype: torch.dtype) -> Tensor:
        return torch.rand(count, dtype=dtype, device=self.device, generator=self.generator)

    def single_normal(self, count: int, dtype: torch.dtype) -> Tensor:
        return torch.randn(count, dtype=dtype, device=self.device, generator=self.generator)

    def permutation(self, count: int, rows: bool) -> Tensor:
        return torch.randperm(count, device=self.device, generator=self.generator)

    def multinomial(self, probabilities: Tensor, count: int) -> Tensor:
        table = probabilities.detach().cumsum(1, dtype=torch.float64).to(torch.float32)
        shape = (table.shape[0], count)
        drawn = torch.rand(shape, device=self.device, generator=self.generator)
        return torch.searchsorted(table, drawn)


_EACH: dict[str, Callable[..., Tensor]] = {
    "uniform": TorchSampler._each_uniform,
    "normal": TorchSampler._each_normal,
    "exponential": TorchSampler._each_exponential,
    "gamma": TorchSampler._each_gamma,
    "poisson": TorchSampler._each_poisson,
    "negative_binomial": TorchSampler._each_negative_binomial,
    "generalized_negative_binomial": TorchSampler._each_generalized,
}


def _empty(count: int, dtype: torch.dtype) -> Tensor:
    return torch.empty(count, dtype=dtype, device="meta")


class MetaSampler:
    """Results without values, for shape inference: nothing is drawn."""

    def uniform(self, count: int, dtype: torch.dtype, low: float, high: float) -> Tensor:
        return _empty(count, dtype)

    def exponential(self, count: int, dtype: torch.dtype, lam: float) -> Tensor:
        return _empty(count, dtype)

    def randint(self, count: int, dtype: torch.dtype, low: int, high: int) -> Tensor:
        return _empty(count, dtype)

    def normal(self, count: int, dtype: torch.dtype, loc: float, scale: float) -> Tensor:
        return _empty(count, dtype)

    def gamma(self, count: int, dtype: torch.dtype, alpha: float, beta: float) -> Tensor:
        return _empty(count, dtype)

    def poisson(self, count: int, dtype: torch.dtype, lam: float) -> Tensor:
        return _empty(count, dtype)

    def negative_binomial(self, count: int, dtype: torch.dtype, k: float, p: float) -> Tensor:
        return _empty(count, dtype)

    def generalized_negative_binomial(self, count: int, dtype: torch.dtype, mu: float, alpha: float) -> Tensor:
        return _empty(count, dtype)

    def each(self, law: str, count: int, dtype: torch.dtype, *parameters: Tensor) -> Tensor:
        return _empty(count * parameters[0].numel(), dtype)

    def unique_zipfian(self, range_max: int, batch: int, count: int) -> tuple[Tensor, Tensor]:
        return _empty(batch * count, torch.int64).view(batch, count), _empty(batch, torch.int64)

    def dropout_mask(self, count: int, dtype: torch.dtype, p: float, shared: bool) -> Tensor:
        return _empty(count, dtype)

    def single_word(self) -> int:
        return 0

    def single_uniform(self, count: int, dtype: torch.dtype) -> Tensor:
        return _empty(count, dtype)

    def single_normal(self, count: int, dtype: torch.dtype) -> Tensor:
        return _empty(count, dtype)

    def permutation(self, count: int, rows: bool) -> Tensor:
        return _empty(count, torch.int64)

    def multinomial(self, probabilities: Tensor, count: int) -> Tensor:
        return _empty(probabilities.shape[0] * count, torch.int64).view(-1, count)
