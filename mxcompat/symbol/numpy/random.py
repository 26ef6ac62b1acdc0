"""Random numbers of `mx.sym.np`: the functions of `mx.np.random`, drawn when the graph runs.

Source: MXNet 1.9.1 python/mxnet/symbol/numpy/random.py.
"""

from __future__ import annotations

from typing import Any

from ..._core.context import current_context as current_context
from ...numpy._creation import place as _place
from ._bind import OPS as _OPS
from ._elementwise import UFUNC_TABLE as _UFUNCS
from ._fallback import fallback as _fallback
from ._symbol import _Symbol

__all__ = [
    "randint", "uniform", "normal", "multivariate_normal", "logistic", "gumbel", "rayleigh", "rand", "shuffle", "gamma",
    "beta", "chisquare", "exponential", "lognormal", "weibull", "pareto", "power",
]  # fmt: skip


def _sample(op: str, parameters: dict[str, Any], size: Any, **given: Any) -> Any:
    """A node of a sampler whose parameters are numbers or symbols."""
    symbols = [value for value in parameters.values() if isinstance(value, _Symbol)]
    numbers = {name: None if isinstance(value, _Symbol) else value for name, value in parameters.items()}
    if "ctx" in given:
        given["ctx"] = _place(given["ctx"])
    if "dtype" in given:
        given["dtype"] = "float32" if given["dtype"] is None else given["dtype"]
    inputs = dict(zip(("input1", "input2"), symbols, strict=False))
    return _OPS[op](**inputs, **numbers, size=None if size == () else size, **given)


def randint(low: Any, high: Any = None, size: Any = None, dtype: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Integers from ``low`` (included) to ``high`` (excluded); below ``low`` without ``high``."""
    if high is None:
        low, high = 0, low
    return _OPS["_npi_random_randint"](
        low, high, shape=() if size is None else size, dtype="int" if dtype is None else dtype, ctx=_place(ctx)
    )


def uniform(
    low: Any = 0.0, high: Any = 1.0, size: Any = None, dtype: Any = None, ctx: Any = None, out: Any = None
) -> Any:
    """Numbers between ``low`` and ``high``, which may be symbols."""
    return _sample("_npi_uniform", {"low": low, "high": high}, size, dtype=dtype, ctx=ctx)


def normal(
    loc: Any = 0.0, scale: Any = 1.0, size: Any = None, dtype: Any = None, ctx: Any = None, out: Any = None
) -> Any:
    """Normal numbers of mean ``loc`` and standard deviation ``scale``, which may be symbols."""
    return _sample("_npi_normal", {"loc": loc, "scale": scale}, size, dtype=dtype, ctx=ctx)


def lognormal(
    mean: Any = 0.0, sigma: Any = 1.0, size: Any = None, dtype: Any = None, ctx: Any = None, out: Any = None
) -> Any:
    """The exponential of normal numbers."""
    return _UFUNCS["exp"](normal(loc=mean, scale=sigma, size=size, dtype=dtype, ctx=ctx))


def logistic(loc: Any = 0.0, scale: Any = 1.0, size: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Numbers of the logistic distribution."""
    return _sample("_npi_logistic", {"loc": loc, "scale": scale}, size, ctx=ctx)


def gumbel(loc: Any = 0.0, scale: Any = 1.0, size: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Numbers of the Gumbel distribution."""
    return _sample("_npi_gumbel", {"loc": loc, "scale": scale}, size, ctx=ctx)


def rayleigh(scale: Any = 0.0, size: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Numbers of the Rayleigh distribution."""
    return _sample("_npi_rayleigh", {"scale": scale}, size, ctx=ctx)


def exponential(scale: Any = 1.0, size: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Numbers of the exponential distribution of mean ``scale``."""
    return _sample("_npi_exponential", {"scale": scale}, size, ctx=ctx)


def weibull(a: Any, size: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Numbers of the Weibull distribution of shape ``a``."""
    return _sample("_npi_weibull", {"a": a}, size, ctx=ctx)


def pareto(a: Any, size: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Numbers of the Pareto distribution of shape ``a``."""
    return _sample("_npi_pareto", {"a": a}, size, ctx=ctx)


def power(a: Any, size: Any = None) -> Any:
    """Numbers in [0, 1] of density ``a * x**(a - 1)``."""
    return _sample("_npi_powerd", {"a": a}, size)


def gamma(shape: Any, scale: Any = 1.0, size: Any = None, dtype: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Numbers of the gamma distribution."""
    return _sample("_npi_gamma", {"shape": shape, "scale": scale}, size, dtype=dtype, ctx=ctx)


def beta(a: Any, b: Any, size: Any = None, dtype: Any = None, ctx: Any = None) -> Any:
    """Numbers of the beta distribution."""
    x = gamma(a, 1, size=size, dtype="float64", ctx=ctx)
    y = gamma(b, 1, size=size, dtype="float64", ctx=ctx)
    return (x / (x + y)).astype("float32" if dtype is None else dtype)


def chisquare(df: Any, size: Any = None, dtype: Any = None, ctx: Any = None) -> Any:
    """Gamma numbers of shape ``df / 2`` and scale 1/2, as MXNet 1.9.1 draws them."""
    return gamma(df / 2, 1 / 2, size=size, dtype=dtype, ctx=ctx)


def rand(*size: int, **kwargs: Any) -> Any:
    """Uniform numbers in [0, 1], of the shape given as arguments."""
    return uniform(0, 1, size=size, **kwargs)


def multivariate_normal(mean: Any, cov: Any, size: Any = None, check_valid: Any = None, tol: Any = None) -> Any:
    """Vectors of a multivariate normal distribution.

    Raises:
        NotImplementedError: ``check_valid`` or ``tol``.
    """
    if check_valid is not None:
        raise NotImplementedError("Parameter `check_valid` is not supported")
    if tol is not None:
        raise NotImplementedError("Parameter `tol` is not supported")
    return _fallback("mvn_fallback", mean, cov, size=size)


def choice(a: Any, size: Any = None, replace: bool = True, p: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Elements of a symbol, or integers below ``a``, at random; arguments as of `mxnet.np.random.choice`."""
    given: dict[str, Any] = {"size": None if size == () else size, "replace": replace, "weighted": p is not None}
    if isinstance(a, _Symbol):
        weights = {} if p is None else {"input2": p}
        return _OPS["_npi_take"](a, _OPS["_npi_choice"](input1=a, **weights, a=None, **given))
    weights = {} if p is None else {"input1": p}
    return _OPS["_npi_choice"](**weights, a=a, ctx=_place(ctx), **given)


def shuffle(x: Any) -> None:
    """Nothing, as in MXNet 1.9.1: a symbol cannot be changed in place."""
    if not isinstance(x, _Symbol):
        raise TypeError(f"shuffle: x must be a symbol of mx.sym.np, got {type(x).__name__}")
