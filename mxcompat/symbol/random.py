"""Random symbols: `mxnet.sym.random`. Parameters are numbers, or symbols with one entry per draw."""

from __future__ import annotations

from typing import Any

from .._core.sentinels import _Null
from ..base import numeric_types as numeric_types
from . import _ops
from ._method_table import COMPARED as _NUMBERS
from ._ops import SPACES
from ._symbol import Symbol as Symbol

globals().update(SPACES.get("random", {}))


def _draw(name: str, params: tuple[Any, ...], shape: Any, dtype: Any, kwargs: dict[str, Any]) -> Any:
    symbols = isinstance(params[0], Symbol)
    if not symbols and not isinstance(params[0], _NUMBERS):
        raise ValueError(f"random.{name}: the parameters must be Symbols or numbers, got {type(params[0]).__name__}")
    for other in params[1:]:
        if not isinstance(other, Symbol if symbols else _NUMBERS):
            raise AssertionError(
                f"random.{name}: the parameters must be all Symbols or all numbers, got "
                f"{type(params[0]).__name__} and {type(other).__name__}"
            )
    if symbols and name == "randint":
        raise TypeError("random.randint: low and high must be whole numbers, got symbols")
    start = "_sample_" if symbols else "_random_"
    return getattr(_ops, start + name)(*params, shape=shape, dtype=dtype, **kwargs)


def uniform(low: Any = 0, high: Any = 1, shape: Any = _Null, dtype: Any = _Null, **kwargs: Any) -> Any:
    """Draw from the uniform distribution on [low, high).

    Args:
        low: lower end, a number or a symbol.
        high: upper end, of the same kind.
        shape: shape of the result, or of the draws per entry of symbols.
        dtype: ``"float16"``, ``"float32"`` (default) or ``"float64"``.

    Raises:
        ValueError, AssertionError: parameters of the wrong or of different kinds.
    """
    return _draw("uniform", (low, high), shape, dtype, kwargs)


def normal(loc: Any = 0, scale: Any = 1, shape: Any = _Null, dtype: Any = _Null, **kwargs: Any) -> Any:
    """Draw from the normal distribution with mean ``loc`` and standard deviation ``scale``. Others as `uniform`."""
    return _draw("normal", (loc, scale), shape, dtype, kwargs)


def randn(*shape: int, **kwargs: Any) -> Any:
    """Draw from the normal distribution; the shape is given as arguments, ``loc`` and ``scale`` by name."""
    loc, scale, dtype = kwargs.pop("loc", 0), kwargs.pop("scale", 1), kwargs.pop("dtype", _Null)
    for value in (loc, scale):
        if not isinstance(value, (int, float, Symbol)):
            raise AssertionError(f"random.randn: loc and scale must be numbers or symbols, got {type(value).__name__}")
    return _draw("normal", (loc, scale), shape, dtype, kwargs)


def poisson(lam: Any = 1, shape: Any = _Null, dtype: Any = _Null, **kwargs: Any) -> Any:
    """Draw from the Poisson distribution with mean ``lam``. Others as `uniform`."""
    return _draw("poisson", (lam,), shape, dtype, kwargs)


def exponential(scale: Any = 1, shape: Any = _Null, dtype: Any = _Null, **kwargs: Any) -> Any:
    """Draw from the exponential distribution with mean ``scale``. Others as `uniform`."""
    return _draw("exponential", (1.0 / scale,), shape, dtype, kwargs)


def gamma(alpha: Any = 1, beta: Any = 1, shape: Any = _Null, dtype: Any = _Null, **kwargs: Any) -> Any:
    """Draw from the gamma distribution with shape ``alpha`` and scale ``beta``. Others as `uniform`."""
    return _draw("gamma", (alpha, beta), shape, dtype, kwargs)


def negative_binomial(k: Any = 1, p: Any = 1, shape: Any = _Null, dtype: Any = _Null, **kwargs: Any) -> Any:
    """Draw the number of failures before ``k`` successes of probability ``p``. Others as `uniform`."""
    return _draw("negative_binomial", (k, p), shape, dtype, kwargs)


def generalized_negative_binomial(
    mu: Any = 1, alpha: Any = 1, shape: Any = _Null, dtype: Any = _Null, **kwargs: Any
) -> Any:
    """Draw from the negative binomial distribution with mean ``mu`` and dispersion ``alpha``. Others as `uniform`."""
    return _draw("generalized_negative_binomial", (mu, alpha), shape, dtype, kwargs)


def multinomial(data: Symbol, shape: Any = _Null, get_prob: bool = True, dtype: Any = "int32", **kwargs: Any) -> Any:
    """Draw class numbers from distributions given by probabilities.

    Args:
        data: probabilities along the last axis, which sum to one.
        shape: number of draws per distribution (an int or a tuple).
        get_prob: also return the log probability of each draw.
        dtype: dtype of the class numbers.
    """
    return _ops._sample_multinomial(data, shape, get_prob, dtype=dtype, **kwargs)


def shuffle(data: Symbol, **kwargs: Any) -> Any:
    """A copy with the entries along the first axis in random order."""
    return _ops._shuffle(data, **kwargs)


def randint(low: int, high: int, shape: Any = _Null, dtype: Any = _Null, **kwargs: Any) -> Any:
    """Draw integers from [low, high); ``dtype``: ``"int32"`` (default) or ``"int64"``. Others as `uniform`."""
    return _draw("randint", (low, high), shape, dtype, kwargs)


#: the functions of this file, and the operators that draw in the shape of an array
__all__ = [
    _name
    for _name, _value in globals().items()
    if _name[0] != "_" and (_name.endswith("_like") or getattr(_value, "__module__", "") == __name__)
]
