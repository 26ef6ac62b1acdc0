"""Random numbers of `mx.np`: MXNet's single generator on the CPU, torch's on CUDA.

`mx.random.seed` (also `npx.random.seed`) seeds it.

Source: MXNet 1.9.1 python/mxnet/numpy/random.py.
"""

from __future__ import annotations

from typing import Any

import numpy as _np

from ._array import ndarray as _ndarray
from ._bind import OPS as _OPS
from ._bind import out_of as _out_of
from ._creation import array as _array
from ._creation import place as _place
from ._ufuncs import UFUNC_TABLE as _UFUNCS

_new = object.__new__

__all__ = [
    "randint", "uniform", "normal", "choice", "rand", "multinomial", "multivariate_normal", "logistic", "gumbel",
    "shuffle", "randn", "gamma", "beta", "chisquare", "exponential", "lognormal", "weibull", "pareto", "power",
    "rayleigh",
]  # fmt: skip


def _size(size: Any) -> Any:
    if size is None or size == ():
        return None
    return (size,) if isinstance(size, (int, _np.integer)) else tuple(size)


def _sample(op: str, parameters: dict[str, Any], size: Any, out: Any = None, **given: Any) -> Any:
    if out is None and all([type(value) in (float, int) for value in parameters.values()]):
        dtype = given.get("dtype")
        given["dtype"] = _np.float32 if dtype is None else dtype
        return _of_numbers(_OPERATORS[op], tuple(parameters.values()), size, given)
    arrays = [value for value in parameters.values() if isinstance(value, _ndarray)]
    numbers = {name: None if isinstance(value, _ndarray) else value for name, value in parameters.items()}
    if "ctx" in given:
        given["ctx"] = _place(given["ctx"])
    if "dtype" in given:
        given["dtype"] = "float32" if given["dtype"] is None else given["dtype"]
    names = ("input1", "input2")
    return _OPS[op](**dict(zip(names, arrays, strict=False)), **numbers, size=_size(size), **_out_of(out), **given)


#: name -> operator; its inputs, which come first, are arrays in place of numbers
_OPERATORS: dict[str, Any] = {name: vars(function)["__wrapped_operator__"] for name, function in _OPS.items()}


def _of_numbers(op: Any, numbers: tuple[Any, ...], size: Any, given: dict[str, Any]) -> Any:
    """The short way of a draw whose parameters are numbers."""
    context = _place(given.get("ctx"))
    rest = (given["dtype"],) if "dtype" in op.attr_names else ()
    place = (context,) if "ctx" in op.attr_names else ()
    values = op.prepare(*numbers, _size(size), *place, *rest)
    made = _new(_ndarray)
    made._t = op.fn(*[None] * len(op.inputs), *values)
    made._ctx = context
    return made


def randint(low: Any, high: Any = None, size: Any = None, dtype: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Integers from ``low`` (included) to ``high`` (excluded); below ``low`` without ``high``."""
    if high is None:
        low, high = 0, low
    if _size(size) is None and out is None:
        return randint(low, high, 1, dtype, ctx).reshape(())
    return _OPS["_npi_random_randint"](
        low, high, shape=() if size is None else _size(size) or (), dtype="int64" if dtype in (None, "int") else dtype,
        ctx=_place(ctx), out=out,
    )  # fmt: skip


def uniform(
    low: Any = 0.0, high: Any = 1.0, size: Any = None, dtype: Any = None, ctx: Any = None, out: Any = None
) -> Any:
    """Numbers between ``low`` and ``high``, which may be arrays."""
    return _sample("_npi_uniform", {"low": low, "high": high}, size, out, dtype=dtype, ctx=ctx)


def normal(
    loc: Any = 0.0, scale: Any = 1.0, size: Any = None, dtype: Any = None, ctx: Any = None, out: Any = None
) -> Any:
    """Normal numbers of mean ``loc`` and standard deviation ``scale``, which may be arrays."""
    if isinstance(scale, (int, float)) and scale < 0:
        raise ValueError(f"normal: scale={scale} may not be negative")
    return _sample("_npi_normal", {"loc": loc, "scale": scale}, size, out, dtype=dtype, ctx=ctx)


def lognormal(
    mean: Any = 0.0, sigma: Any = 1.0, size: Any = None, dtype: Any = None, ctx: Any = None, out: Any = None
) -> Any:
    """The exponential of normal numbers."""
    return _UFUNCS["exp"](normal(loc=mean, scale=sigma, size=size, dtype=dtype, ctx=ctx, out=out))


def logistic(loc: Any = 0.0, scale: Any = 1.0, size: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Numbers of the logistic distribution."""
    return _sample("_npi_logistic", {"loc": loc, "scale": scale}, size, out, ctx=ctx)


def gumbel(loc: Any = 0.0, scale: Any = 1.0, size: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Numbers of the Gumbel distribution."""
    return _sample("_npi_gumbel", {"loc": loc, "scale": scale}, size, out, ctx=ctx)


def rayleigh(scale: Any = 1.0, size: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Numbers of the Rayleigh distribution."""
    return _sample("_npi_rayleigh", {"scale": scale}, size, out, ctx=ctx)


def exponential(scale: Any = 1.0, size: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Numbers of the exponential distribution of mean ``scale``."""
    return _sample("_npi_exponential", {"scale": scale}, size, out, ctx=ctx)


def weibull(a: Any, size: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Numbers of the Weibull distribution of shape ``a``."""
    return _sample("_npi_weibull", {"a": a}, size, out, ctx=ctx)


def pareto(a: Any, size: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Numbers of the Pareto distribution of shape ``a``."""
    return _sample("_npi_pareto", {"a": a}, size, out, ctx=ctx)


def power(a: Any, size: Any = None) -> Any:
    """Numbers in [0, 1] of density ``a * x**(a - 1)``."""
    return _sample("_npi_powerd", {"a": a}, size)


def gamma(shape: Any, scale: Any = 1.0, size: Any = None, dtype: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Numbers of the gamma distribution."""
    if out is not None:
        size = out.shape
    return _sample("_npi_gamma", {"shape": shape, "scale": scale}, size, out, dtype=dtype, ctx=ctx)


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


def randn(*size: int, **kwargs: Any) -> Any:
    """Standard normal numbers, of the shape given as arguments."""
    return normal(0, 1, size=size, **kwargs)


def multinomial(n: int, pvals: Any, size: Any = None, **kwargs: Any) -> Any:
    """Count the outcomes of experiments.

    Args:
        n: trials in an experiment.
        pvals: the probabilities: an array or numbers.
        size: shape of the experiments; None for one.

    Raises:
        ValueError: a NumPy array, or nested lists.
    """
    if isinstance(pvals, _ndarray):
        return _OPS["_npi_multinomial"](pvals, n=n, size=_size(size))
    if isinstance(pvals, _np.ndarray):
        raise ValueError("numpy ndarray is not supported!")
    if any(isinstance(p, list) for p in pvals):
        raise ValueError("object too deep for desired array")
    return _OPS["_npi_multinomial"](n=n, pvals=tuple(pvals), size=_size(size))


def multivariate_normal(mean: Any, cov: Any, size: Any = None, check_valid: Any = None, tol: Any = None) -> Any:
    """Vectors of a multivariate normal distribution, drawn by official NumPy from its global generator.

    Raises:
        NotImplementedError: ``check_valid`` or ``tol``.
    """
    if check_valid is not None:
        raise NotImplementedError("Parameter `check_valid` is not supported")
    if tol is not None:
        raise NotImplementedError("Parameter `tol` is not supported")
    means, covariances = mean.asnumpy(), cov.asnumpy()
    common = _np.broadcast_shapes(means.shape[:-1], covariances.shape[:-2])
    shape = () if size is None else _size(size) or ()
    means = _np.broadcast_to(means, (*common, means.shape[-1]))
    covariances = _np.broadcast_to(covariances, (*common, *covariances.shape[-2:]))
    drawn = _np.empty((*shape, *means.shape), means.dtype)
    for place in _np.ndindex(*common):
        where: tuple[Any, ...] = (Ellipsis, *place, slice(None))
        drawn[where] = _np.random.multivariate_normal(means[place], covariances[place], shape)
    return _array(drawn, dtype=mean.dtype, ctx=mean.ctx)


def choice(a: Any, size: Any = None, replace: bool = True, p: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Elements of an array, or integers below ``a``, at random.

    Args:
        a: an array of one axis, or a number.
        size: shape of the result; None for one element.
        replace: whether an element may come twice.
        p: the weights, an array.
        ctx: the context.
        out: an array to write to.
    """
    given: dict[str, Any] = {"size": _size(size), "replace": replace, "weighted": p is not None}
    if isinstance(a, _ndarray):
        arrays = {"input1": a} if p is None else {"input1": a, "input2": p}
        return _OPS["_npi_take"](a, _OPS["_npi_choice"](**arrays, a=None, **given))
    arrays = {} if p is None else {"input1": p}
    return _OPS["_npi_choice"](**arrays, a=a, ctx=_place(ctx), **_out_of(out), **given)


def shuffle(x: Any) -> None:
    """Put the entries along the first axis in random order, in place."""
    _OPS["_npi_shuffle"](x, out=x)
