"""MXNet 1.9.1's CPU streams as torch tensors: a thin coat on this thread's generators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ._generators import _current
from ._parameters import parsed
from ._streams import ParallelGenerator

Array = npt.NDArray[Any]

_NUMPY = {
    torch.float32: np.float32,
    torch.float64: np.float64,
    torch.float16: np.float16,
    torch.int32: np.int32,
    torch.int64: np.int64,
}


class MXNetSampler:
    """The calling thread's generators. One object serves all threads and all CPU contexts."""

    @property
    def generator(self) -> ParallelGenerator:
        """The calling thread's parallel generator."""
        return _current.parallel

    def uniform(self, count: int, dtype: torch.dtype, low: float, high: float) -> Tensor:
        result = torch.empty(count, dtype=dtype)
        _current.parallel.uniform(count, _NUMPY[dtype], parsed(low), parsed(high), out=result.numpy())
        return result

    def normal(self, count: int, dtype: torch.dtype, loc: float, scale: float) -> Tensor:
        result = torch.empty(count, dtype=dtype)
        _current.parallel.normal(count, _NUMPY[dtype], parsed(loc), parsed(scale), out=result.numpy())
        return result

    def exponential(self, count: int, dtype: torch.dtype, lam: float) -> Tensor:
        return torch.from_numpy(_current.parallel.exponential(count, _NUMPY[dtype], parsed(lam)))

    def gamma(self, count: int, dtype: torch.dtype, alpha: float, beta: float) -> Tensor:
        return torch.from_numpy(_current.parallel.gamma(count, _NUMPY[dtype], parsed(alpha), parsed(beta)))

    def poisson(self, count: int, dtype: torch.dtype, lam: float) -> Tensor:
        return torch.from_numpy(_current.parallel.poisson(count, _NUMPY[dtype], parsed(lam)))

    def negative_binomial(self, count: int, dtype: torch.dtype, k: float, p: float) -> Tensor:
        return torch.from_numpy(_current.parallel.negative_binomial(count, _NUMPY[dtype], k, parsed(p)))

    def generalized_negative_binomial(self, count: int, dtype: torch.dtype, mu: float, alpha: float) -> Tensor:
        return torch.from_numpy(
            _current.parallel.generalized_negative_binomial(count, _NUMPY[dtype], parsed(mu), parsed(alpha))
        )

    def randint(self, count: int, dtype: torch.dtype, low: int, high: int) -> Tensor:
        result = torch.empty(count, dtype=dtype)
        _current.parallel.randint(count, _NUMPY[dtype], low, high, out=result.numpy())
        return result

    def each(self, law: str, count: int, dtype: torch.dtype, *parameters: Tensor) -> Tensor:
        given = [p.detach().contiguous().view(-1).numpy() for p in parameters]
        method: Callable[..., Array] = getattr(_current.parallel, f"sample_{law}")
        return torch.from_numpy(method(count, _NUMPY[dtype], *given))

    def unique_zipfian(self, range_max: int, batch: int, count: int) -> tuple[Tensor, Tensor]:
        classes, tries = _current.parallel.unique_zipfian(range_max, batch, count)
        return torch.from_numpy(classes), torch.from_numpy(tries)

    def dropout_mask(self, count: int, dtype: torch.dtype, p: float, shared: bool) -> Tensor:
        result = torch.empty(count, dtype=dtype)
        _current.parallel.dropout_mask(count, _NUMPY[dtype], p, shared, out=result.numpy())
        return result

    def single_word(self) -> int:
        return int(_current.single.words(1)[0])

    def single_uniform(self, count: int, dtype: torch.dtype) -> Tensor:
        return torch.from_numpy(_current.single.uniform(count, _NUMPY[dtype]))

    def single_normal(self, count: int, dtype: torch.dtype) -> Tensor:
        return torch.from_numpy(_current.single.normal(count, _NUMPY[dtype]))

    def permutation(self, count: int, rows: bool) -> Tensor:
        return torch.from_numpy(_current.single.permutation(count, rows))

    def multinomial(self, probabilities: Tensor, count: int) -> Tensor:
        return torch.from_numpy(_current.single.multinomial(probabilities.detach().numpy(), count))
