"""Random arrays: `mxnet.nd.random`.

The parameters of a distribution are numbers (one distribution, any shape) or arrays (one distribution per element,
``shape`` values of each). On the CPU the values are those that MXNet 1.9.1 draws.
"""

from __future__ import annotations

from typing import Any

from .._core.context import Context, current_context, parse_context
from .._core.sentinels import _Null
from ..registry.operator import REGISTRY
from . import _ops
from ._method_table import NUMERIC
from ._ops import SPACES
from .ndarray import NDArray

globals().update(SPACES.get("random", {}))


_NUMBERS = frozenset({int, float})
_OPERATORS = {
    name: REGISTRY[f"_random_{name}"]
    for name in (
        "uniform",
        "normal",
        "poisson",
        "exponential",
        "gamma",
        "negative_binomial",
        "generalized_negative_binomial",
        "randint",
    )
}
_new = object.__new__


def _draw(
    name: str, params: tuple[Any, ...], shape: Any, dtype: Any, ctx: Any, out: Any, kwargs: dict[str, Any]
) -> Any:
    if out is None and not kwargs and _NUMBERS.issuperset(map(type, params)):
        # The usual call goes to the definition without the detours of the general form.
        op = _OPERATORS[name]
        if ctx is None:
            ctx = current_context()
        try:
            values = op.prepare(*params, 1 if shape is _Null else shape, _Null, dtype)
        except TypeError:  # a list as shape
            values = op.parse(*params, shape, _Null, dtype)
        if type(ctx) is not Context:
            ctx = parse_context(ctx)
        array = _new(NDArray)
        array._t = op.fn(*values[:-2], ctx, values[-1])
        array._ctx = ctx
        return array
    arrays = isinstance(params[0], NDArray)
    if not arrays and not isinstance(params[0], NUMERIC):
        raise ValueError(
            f"random.{name}: distribution parameters must be NDArrays or numbers, got {type(params[0]).__name__}"
        )
    for other in params[1:]:
        if not isinstance(other, NDArray if arrays else NUMERIC):
            raise AssertionError(
                f"random.{name}: distribution parameters must all be arrays or all be numbers, got "
                f"{type(params[0]).__name__} and {type(other).__name__}"
            )
    if arrays:
        if name == "randint":
            raise TypeError("random.randint: low and high must be whole numbers, got NDArrays")
        return getattr(_ops, f"_sample_{name}")(*params, shape=shape, dtype=dtype, out=out, **kwargs)
    if shape is _Null and out is None:
        shape = 1
    ctx = current_context() if ctx is None else ctx
    return getattr(_ops, f"_random_{name}")(*params, shape=shape, dtype=dtype, ctx=ctx, out=out, **kwargs)


def uniform(
    low: Any = 0,
    high: Any = 1,
    shape: Any = _Null,
    dtype: Any = _Null,
    ctx: Any = None,
    out: Any = None,
    **kwargs: Any,
) -> Any:
    """Draw from the uniform distribution on [low, high).

    Args:
        low: lower end, a number or an array.
        high: upper end, of the same kind.
        shape: shape of the result, or of the draws per element of array parameters.
        dtype: ``"float16"``, ``"float32"`` (default) or ``"float64"``.
        ctx: the context; the current one if None.
        out: write into this array.

    Raises:
        ValueError, AssertionError: parameters of the wrong or of different kinds.
    """
    return _draw("uniform", (low, high), shape, dtype, ctx, out, kwargs)


def normal(
    loc: Any = 0,
    scale: Any = 1,
    shape: Any = _Null,
    dtype: Any = _Null,
    ctx: Any = None,
    out: Any = None,
    **kwargs: Any,
) -> Any:
    """Draw from the normal distribution with mean ``loc`` and standard deviation ``scale``. Others as `uniform`."""
    return _draw("normal", (loc, scale), shape, dtype, ctx, out, kwargs)


def randn(*shape: int, **kwargs: Any) -> Any:
    """Draw from the normal distribution; the shape is given as arguments.

    Args:
        shape: the dimensions.
        loc, scale, dtype, ctx, out: as `normal`.
    """
    loc, scale = kwargs.pop("loc", 0), kwargs.pop("scale", 1)
    for value in (loc, scale):
        if not isinstance(value, (int, float, NDArray)):
            raise AssertionError(f"random.randn: loc and scale must be numbers or arrays, got {type(value).__name__}")
    dtype, ctx, out = kwargs.pop("dtype", _Null), kwargs.pop("ctx", None), kwargs.pop("out", None)
    return _draw("normal", (loc, scale), shape, dtype, ctx, out, kwargs)


def poisson(
    lam: Any = 1, shape: Any = _Null, dtype: Any = _Null, ctx: Any = None, out: Any = None, **kwargs: Any
) -> Any:
    """Draw from the Poisson distribution with mean ``lam``. Others as `uniform`."""
    return _draw("poisson", (lam,), shape, dtype, ctx, out, kwargs)


def exponential(
    scale: Any = 1, shape: Any = _Null, dtype: Any = _Null, ctx: Any = None, out: Any = None, **kwargs: Any
) -> Any:
    """Draw from the exponential distribution with mean ``scale``. Others as `uniform`."""
    rate = 1.0 / scale
    return _draw("exponential", (rate,), shape, dtype, ctx, out, kwargs)


def gamma(
    alpha: Any = 1,
    beta: Any = 1,
    shape: Any = _Null,
    dtype: Any = _Null,
    ctx: Any = None,
    out: Any = None,
    **kwargs: Any,
) -> Any:
    """Draw from the gamma distribution with shape ``alpha`` and scale ``beta``. Others as `uniform`."""
    return _draw("gamma", (alpha, beta), shape, dtype, ctx, out, kwargs)


def negative_binomial(
    k: Any = 1,
    p: Any = 1,
    shape: Any = _Null,
    dtype: Any = _Null,
    ctx: Any = None,
    out: Any = None,
    **kwargs: Any,
) -> Any:
    """Draw the number of failures before ``k`` successes of probability ``p``. Others as `uniform`."""
    return _draw("negative_binomial", (k, p), shape, dtype, ctx, out, kwargs)


def generalized_negative_binomial(
    mu: Any = 1,
    alpha: Any = 1,
    shape: Any = _Null,
    dtype: Any = _Null,
    ctx: Any = None,
    out: Any = None,
    **kwargs: Any,
) -> Any:
    """Draw from the negative binomial distribution with mean ``mu`` and dispersion ``alpha``. Others as `uniform`."""
    return _draw("generalized_negative_binomial", (mu, alpha), shape, dtype, ctx, out, kwargs)


def multinomial(
    data: NDArray,
    shape: Any = _Null,
    get_prob: bool = False,
    out: Any = None,
    dtype: Any = "int32",
    **kwargs: Any,
) -> Any:
    """Draw class numbers from distributions given by probabilities.

    Args:
        data: probabilities along the last axis, which sum to one.
        shape: number of draws per distribution (an int or a tuple).
        get_prob: also return the log probability of each draw.
        out: write into this array.
        dtype: dtype of the class numbers.
    """
    return _ops._sample_multinomial(data, shape, get_prob, out=out, dtype=dtype, **kwargs)


def shuffle(data: NDArray, **kwargs: Any) -> Any:
    """A copy with the entries along the first axis in random order."""
    return _ops._shuffle(data, **kwargs)


def randint(
    low: int,
    high: int,
    shape: Any = _Null,
    dtype: Any = _Null,
    ctx: Any = None,
    out: Any = None,
    **kwargs: Any,
) -> Any:
    """Draw integers from [low, high).

    Args:
        low: lower end.
        high: upper end.
        shape: shape of the result.
        dtype: ``"int32"`` (default) or ``"int64"``.
        ctx: the context; the current one if None.
        out: write into this array.
    """
    return _draw("randint", (low, high), shape, dtype, ctx, out, kwargs)


#: the functions of this file, and the operators that draw in the shape of an array
__all__ = [
    _name
    for _name, _value in globals().items()
    if _name[0] != "_" and (_name.endswith("_like") or getattr(_value, "__module__", "") == __name__)
]
