"""The samplers of `mx.np.random`: one generator per thread on the CPU, parameters that are numbers or arrays.

Source: MXNet 1.9.1 src/operator/numpy/random/. The laws themselves are those of `ops.random._numpy_noise`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated, Any, cast

import numpy as np
import torch
from torch import Tensor

from ..._core.context import Context, current_context
from ..._core.errors import ArgumentValueError, MXNetError
from ...registry import REQUIRED, operator
from ...registry.operator import op_error, register
from ..random import _numpy_noise as laws
from ..random import engine
from ..random._generators import single
from ..random._mxnet_sampler import MXNetSampler
from ..random._single import SingleGenerator

FloatType = Annotated[torch.dtype, "float16", "float32", "float64"]
CoinType = Annotated[torch.dtype, "bool", "float16", "float32", "float64", "int32", "uint8"]
_NUMPY: dict[torch.dtype, Any] = {
    torch.float16: np.float16, torch.float32: np.float32, torch.float64: np.float64,
    torch.bool: np.bool_, torch.int32: np.int32, torch.uint8: np.uint8,
}  # fmt: skip


class _Borrowed(SingleGenerator):
    """The laws on numbers of torch's generators: for the torch engine, and for CUDA."""

    def __init__(self, sampler: engine.Sampler) -> None:
        super().__init__()
        self._sampler = sampler

    def uniform(self, count: int, dtype: Any = np.float32, out: Any = None) -> Any:
        kind = torch.float32 if np.dtype(dtype) == np.float32 else torch.float64
        return self._sampler.single_uniform(count, kind).cpu().numpy()

    def normal(self, count: int, dtype: Any = np.float32, out: Any = None) -> Any:
        kind = torch.float32 if np.dtype(dtype) == np.float32 else torch.float64
        return self._sampler.single_normal(count, kind).cpu().numpy()

    def words(self, count: int) -> Any:
        return (self.uniform(count, np.float64) * 2.0**32).astype(np.uint32)


def _generator(ctx: Context | None) -> SingleGenerator:
    sampler = engine.generator(ctx or current_context())
    return single() if isinstance(sampler, MXNetSampler) else _Borrowed(sampler)


def _size(op: str, size: tuple[int, ...] | None, arrays: list[Tensor], batch: bool) -> tuple[int, ...]:
    common: tuple[int, ...] = ()
    for t in arrays:
        try:
            common = np.broadcast_shapes(common, tuple(t.shape))
        except ValueError:
            raise op_error(op, "the shapes of the parameters do not fit", **_named(arrays)) from None
    if batch:
        return (*(size or ()), *common)
    if size is None:
        return common
    if size and min(size) < 0:
        raise MXNetError(f"{op}: no dimension may be negative, got size={size}")
    try:
        fits = np.broadcast_shapes(size, common) == tuple(size)
    except ValueError:
        fits = False
    if not fits:
        raise op_error(op, f"the parameters do not fit size={size}", **_named(arrays))
    return size


def _named(arrays: list[Tensor]) -> dict[str, Tensor]:
    return {f"input{i}": t for i, t in enumerate(arrays, 1)}


def _flat(value: float | Tensor, shape: tuple[int, ...]) -> Any:
    if isinstance(value, Tensor):
        return value.detach().cpu().to(torch.float32).expand(shape).reshape(-1).numpy()
    return value


def _take(op: str, names: tuple[str, ...], numbers: tuple[float | None, ...], arrays: list[Tensor]) -> list[Any]:
    left = list(arrays)
    found: list[Any] = []
    for name, number in zip(names, numbers, strict=True):
        if number is not None:
            found.append(number)
        elif left:
            found.append(left.pop(0))
        else:
            raise MXNetError(f"{op}: {name} must be given, as a number or as an array")
    if left:
        raise op_error(op, "more arrays than parameters that are not numbers", **_named(arrays))
    return found


def _draw(
    op: str,
    law: Callable[..., Any],
    names: tuple[str, ...],
    numbers: tuple[float | None, ...],
    inputs: tuple[Tensor | None, ...],
    size: tuple[int, ...] | None,
    ctx: Context | None,
    dtype: torch.dtype | None,
    retrace: Callable[..., Tensor] | None = None,
    check: Callable[[Any], bool] | None = None,
    batch: bool = False,
) -> Tensor:
    arrays = [t for t in inputs if t is not None]
    if not arrays and None not in numbers:
        return _of_numbers(op, law, names, numbers, size, ctx, dtype, check)
    parameters = _take(op, names, numbers, arrays)
    shape = _size(op, size, arrays, batch)
    flat = [_flat(p, shape) for p in parameters]
    if check is not None and not check(flat[-1]):
        number = numbers[-1]
        raise ArgumentValueError(f"{op}: {names[-1]} is out of its range, got {'it' if number is None else number}")
    device = arrays[0].device if arrays else (ctx or current_context()).torch_device
    extra = {} if dtype is None else {"dtype": _NUMPY[dtype]}
    drawn = law(_generator(ctx), math.prod(shape), *flat, **extra)
    result = torch.from_numpy(np.ascontiguousarray(drawn)).reshape(shape).to(device)
    if retrace is None or not any(t.requires_grad for t in arrays):
        return result
    twin = retrace(result.detach(), *parameters)
    return result + (twin - twin.detach()).to(result.dtype)


def _of_numbers(
    op: str, law: Callable[..., Any], names: tuple[str, ...], numbers: tuple[float | None, ...],
    size: tuple[int, ...] | None, ctx: Context | None, dtype: torch.dtype | None, check: Callable[[Any], bool] | None,
) -> Tensor:  # fmt: skip
    """The draw of a law whose parameters are numbers."""
    shape = size or ()
    if shape and min(shape) < 0:
        raise MXNetError(f"{op}: no dimension may be negative, got size={size}")
    if check is not None and not check(numbers[-1]):
        raise ArgumentValueError(f"{op}: {names[-1]} is out of its range, got {numbers[-1]}")
    count = math.prod(shape)
    if dtype is None:
        drawn = law(_generator(ctx), count, *numbers)
    else:
        drawn = law(_generator(ctx), count, *numbers, dtype=_NUMPY[dtype])
    result = torch.from_numpy(drawn if drawn.flags.c_contiguous else np.ascontiguousarray(drawn)).reshape(shape)
    device = (ctx or current_context()).torch_device
    return result if device.type == "cpu" else result.to(device)


def _positive(value: Any) -> bool:
    if type(value) is float:
        return value > 0
    return bool(np.all(np.asarray(value) > 0))


def _not_negative(value: Any) -> bool:
    if type(value) is float:
        return value >= 0
    return bool(np.all(np.asarray(value) >= 0))


def _shifted(out: Tensor, loc: Any, scale: Any) -> Tensor:
    noise = (out - _still(loc)) / _still(scale)
    return cast(Tensor, loc + noise * scale)


def _scaled(out: Tensor, scale: Any) -> Tensor:
    return cast(Tensor, (out / _still(scale)) * scale)


def _still(value: Any) -> Any:
    return value.detach() if isinstance(value, Tensor) else value


def _of_pareto(out: Tensor, a: Any) -> Tensor:
    noise = torch.log1p(out) * _still(a)
    return torch.exp(noise / a)


def _of_weibull(out: Tensor, a: Any) -> Tensor:
    return torch.pow(torch.pow(out, _still(a)), 1 / a)


_DOC = """Draw from the {law} distribution.

Args:
    {inputs}
    {numbers}
    size: shape of the result{more}; None for that of the parameters.
    ctx: where; None is the current context.
{dtype}
Returns:
    float32{or_dtype}. {gradient}

Raises:
    MXNetError: a parameter missing or out of range, shapes that do not fit.

Source: MXNet 1.9.1 src/operator/numpy/random/.
"""


def _doc(law: str, numbers: str, dtype: bool, gradient: bool, two: bool, batch: bool = False) -> str:
    return _DOC.format(
        law=law,
        inputs="input1, input2: arrays in place of the numbers that are None." if two else
        "input1: an array in place of the number.",
        numbers=f"{numbers}: numbers, or None.",
        more=", in front of that of the parameters" if batch else "",
        dtype="    dtype: of the result.\n" if dtype else "",
        or_dtype=", or the named dtype" if dtype else "",
        gradient="Its noise is a constant for the gradient." if gradient else "No gradient.",
    )  # fmt: skip


def _moving(name: str, law: Callable[..., Any], what: str) -> None:
    """A law of place and scale without a dtype."""

    def fn(
        input1: Tensor | None = None, input2: Tensor | None = None, loc: float | None = REQUIRED,
        scale: float | None = REQUIRED, size: tuple[int, ...] | None = None, ctx: Context | None = None,
    ) -> Tensor:  # fmt: skip
        return _draw(
            f"_npi_{name}", law, ("loc", "scale"), (loc, scale), (input1, input2), size, ctx, None, _shifted,
            _not_negative,
        )  # fmt: skip

    register(f"_npi_{name}", fn, list_inputs=_two("loc", "scale"), doc=_doc(what, "loc, scale", False, True, True))


def _two(first: str, second: str) -> Callable[[dict[str, Any]], list[str]]:
    def names(attrs: dict[str, Any]) -> list[str]:
        return ["input1", "input2"][: (attrs[first] is None) + (attrs[second] is None)]

    return names


_moving("logistic", laws.logistic, "logistic")
_moving("gumbel", laws.gumbel, "Gumbel")


def _normal(name: str, batch: bool) -> None:
    def fn(
        input1: Tensor | None = None, input2: Tensor | None = None, loc: float | None = REQUIRED,
        scale: float | None = REQUIRED, size: tuple[int, ...] | None = None, ctx: Context | None = None,
        dtype: FloatType = torch.float32,
    ) -> Tensor:  # fmt: skip
        return _draw(
            name, laws.normal, ("loc", "scale"), (loc, scale), (input1, input2), size, ctx, dtype, _shifted,
            _not_negative, batch,
        )  # fmt: skip

    register(name, fn, list_inputs=_two("loc", "scale"), doc=_doc("normal", "loc, scale", True, True, True, batch))


def _uniform(name: str, batch: bool) -> None:
    def fn(
        input1: Tensor | None = None, input2: Tensor | None = None, low: float | None = REQUIRED,
        high: float | None = REQUIRED, size: tuple[int, ...] | None = None, ctx: Context | None = None,
        dtype: FloatType = torch.float32,
    ) -> Tensor:  # fmt: skip
        return _draw(
            name, laws.uniform, ("low", "high"), (low, high), (input1, input2), size, ctx, dtype, batch=batch
        )  # fmt: skip

    doc = _doc("uniform", "low, high", True, False, True, batch)
    register(name, fn, list_inputs=_two("low", "high"), doc=doc, zero_grad=True)


for _name, _batch in (("", False), ("_n", True)):
    _normal(f"_npi_normal{_name}", _batch)
    _uniform(f"_npi_uniform{_name}", _batch)


def _one_scale(name: str, law: Callable[..., Any]) -> None:
    def fn(
        input1: Tensor | None = None, scale: float | None = 1.0, size: tuple[int, ...] | None = None,
        ctx: Context | None = None,
    ) -> Tensor:  # fmt: skip
        return _draw(
            f"_npi_{name}", law, ("scale",), (scale,), (input1,), size, ctx, None, _scaled, _not_negative
        )  # fmt: skip

    register(
        f"_npi_{name}", fn, list_inputs=lambda attrs: ["input1"] if attrs["scale"] is None else [],
        doc=_doc(name, "scale", False, True, False),
    )  # fmt: skip


_one_scale("exponential", laws.exponential)
_one_scale("rayleigh", laws.rayleigh)


def _one_shape(name: str, law: Callable[..., Any], retrace: Callable[..., Tensor]) -> None:
    def fn(
        input1: Tensor | None = None, a: float | None = None, size: tuple[int, ...] | None = None,
        ctx: Context | None = None,
    ) -> Tensor:  # fmt: skip
        return _draw(f"_npi_{name}", law, ("a",), (a,), (input1,), size, ctx, None, retrace, _positive)

    register(
        f"_npi_{name}", fn, list_inputs=lambda attrs: ["input1"] if attrs["a"] is None else [],
        doc=_doc(name, "a", False, True, False),
    )  # fmt: skip


_one_shape("pareto", laws.pareto, _of_pareto)
_one_shape("weibull", laws.weibull, _of_weibull)


@operator("_npi_powerd", list_inputs=lambda attrs: ["input1"] if attrs["a"] is None else [], zero_grad=True)
def np_powerd(input1: Tensor | None = None, a: float | None = None, size: tuple[int, ...] | None = None) -> Tensor:
    """Draw from the power distribution, whose density is ``a * x**(a - 1)`` on [0, 1].

    Args:
        input1: an array in place of the number.
        a: the exponent, positive, or None.
        size: shape of the result; None for that of the parameter.

    Returns:
        float32. No gradient.

    Raises:
        MXNetError: a parameter missing or out of range.

    Source: MXNet 1.9.1 src/operator/numpy/random/np_power_op.cc.
    """
    return _draw("_npi_powerd", laws.power, ("a",), (a,), (input1,), size, None, None, check=_positive)


@operator("_npi_gamma", list_inputs=_two("shape", "scale"), zero_grad=True)
def np_gamma(
    input1: Tensor | None = None, input2: Tensor | None = None, shape: float | None = REQUIRED,
    scale: float | None = REQUIRED, size: tuple[int, ...] | None = None, ctx: Context | None = None,
    dtype: FloatType = torch.float32,
) -> Tensor:  # fmt: skip
    """Draw from the gamma distribution.

    Args:
        input1: an array in place of the first number that is None.
        input2: an array in place of the second one.
        shape: the shape parameter, positive, or None.
        scale: the scale, positive, or None.
        size: shape of the result; None for that of the parameters.
        ctx: where; None is the current context.
        dtype: of the result.

    Returns:
        The draws. No gradient.

    Raises:
        MXNetError: a parameter missing, shapes that do not fit.

    Source: MXNet 1.9.1 src/operator/numpy/random/np_gamma_op.cc.
    """
    for name, value in zip(("shape", "scale"), _take("_npi_gamma", ("shape", "scale"), (shape, scale), [
        t for t in (input1, input2) if t is not None
    ]), strict=True):  # fmt: skip
        if not (bool((value.detach() > 0).all()) if isinstance(value, Tensor) else value > 0):
            raise ArgumentValueError(f"_npi_gamma: {name} must be positive, got {value}")
    return _draw(
        "_npi_gamma", laws.gamma, ("shape", "scale"), (shape, scale), (input1, input2), size, ctx, dtype
    )  # fmt: skip


@operator(
    "_npi_bernoulli",
    list_inputs=lambda attrs: ["input1"] if attrs["prob"] is None and attrs["logit"] is None else [],
    zero_grad=True,
)
def np_bernoulli(
    input1: Tensor | None = None, prob: float | None = REQUIRED, logit: float | None = REQUIRED,
    size: tuple[int, ...] | None = None, ctx: Context | None = None, dtype: CoinType = torch.float32,
    is_logit: bool = REQUIRED,
) -> Tensor:  # fmt: skip
    """Draw 1 with a probability, else 0.

    Args:
        input1: an array in place of the number.
        prob: the probability, in [0, 1], or None.
        logit: the logarithm of the odds, or None.
        size: shape of the result; None for that of the parameter.
        ctx: where; None is the current context.
        dtype: of the result.
        is_logit: whether the parameter is ``logit``.

    Returns:
        The draws. No gradient.

    Raises:
        MXNetError: a parameter missing or out of range.

    Source: MXNet 1.9.1 src/operator/numpy/random/np_bernoulli_op.cc.
    """

    def law(g: SingleGenerator, count: int, value: Any, dtype: Any) -> Any:
        return laws.bernoulli(g, count, **{"logit" if is_logit else "prob": value}, dtype=dtype)

    def in_range(value: Any) -> bool:
        return is_logit or bool(np.all((np.asarray(value) >= 0) & (np.asarray(value) <= 1)))

    number = logit if is_logit else prob
    name = "logit" if is_logit else "prob"
    return _draw("_npi_bernoulli", law, (name,), (number,), (input1,), size, ctx, dtype, check=in_range)


def _choice_inputs(attrs: dict[str, Any]) -> list[str]:
    return ["input1", "input2"][: (attrs["a"] is None) + bool(attrs["weighted"])]


@operator("_npi_choice", list_inputs=_choice_inputs, zero_grad=True)
def np_choice(
    input1: Tensor | None = None, input2: Tensor | None = None, a: int | None = REQUIRED,
    size: tuple[int, ...] | None = REQUIRED, ctx: Context | None = None, replace: bool = True, weighted: bool = False,
) -> Tensor:  # fmt: skip
    """Draw indices.

    Args:
        input1: the array to choose from (its length counts) if ``a`` is None, else the weights.
        input2: the weights, if ``a`` is None.
        a: how many indices there are, or None.
        size: shape of the result; None for a single index.
        ctx: where; None is the current context.
        replace: whether an index may come twice.
        weighted: whether there are weights.

    Returns:
        int64.

    Raises:
        MXNetError: more indices than there are, without ``replace``; weights that do not fit.

    Source: MXNet 1.9.1 src/operator/numpy/random/np_choice_op.cc.
    """
    arrays = [t for t in (input1, input2) if t is not None]
    count_of = a
    if a is None:
        if not arrays:
            raise MXNetError("_npi_choice: a must be given, as a number or as an array")
        count_of = arrays.pop(0).shape[0]
    population = int(cast(int, count_of))
    weights = arrays[0] if weighted and arrays else None
    if weights is not None and weights.numel() != population:
        raise op_error("_npi_choice", f"there must be a weight for each of the {population} indices", weights=weights)
    shape = size or ()
    count = math.prod(shape)
    if not replace and count > population:
        raise MXNetError(f"_npi_choice: cannot take {count} of {population} indices without replacement")
    given = None if weights is None else weights.detach().cpu().reshape(-1).to(torch.float32).numpy()
    found = _generator(ctx).choice(population, count, replace, given)
    device = input1.device if input1 is not None else (ctx or current_context()).torch_device
    return torch.from_numpy(np.ascontiguousarray(found)).to(torch.int64).reshape(shape).to(device)


@operator("_npi_multinomial", list_inputs=lambda attrs: ["a"] if attrs["pvals"] is None else [], zero_grad=True)
def np_multinomial(
    a: Tensor | None = None, n: int = REQUIRED, pvals: tuple[float, ...] | None = None,
    size: tuple[int, ...] | None = None,
) -> Tensor:  # fmt: skip
    """Count the outcomes of experiments.

    Args:
        a: the probabilities, in place of ``pvals``.
        n: trials in an experiment.
        pvals: the probabilities, or None.
        size: shape of the experiments; None for a single one.

    Returns:
        int64, the shape of the experiments followed by the number of outcomes.

    Raises:
        MXNetError: no probabilities, probabilities that sum to more than 1, negative trials.

    Source: MXNet 1.9.1 src/operator/numpy/random/np_multinomial_op.cc.
    """
    if a is None and pvals is None:
        raise MXNetError("_npi_multinomial: pvals must be given, as numbers or as an array")
    if a is not None:
        chances = a.detach().cpu().numpy()
        if chances.ndim != 1:
            raise op_error("_npi_multinomial", "pvals must have one axis", pvals=a)
    else:
        chances = np.asarray(pvals, np.float64)
    if n < 0:
        raise MXNetError(f"_npi_multinomial: n={n} may not be negative")
    if chances.size and chances[:-1].sum() > 1.0 + 1e-12:
        raise MXNetError("_npi_multinomial: the probabilities sum to more than 1")
    shape = size or ()
    if not chances.size or not math.prod(shape):
        return torch.zeros((*shape, chances.size), dtype=torch.int64)
    counts = _generator(None).multinomial_counts(n, chances, math.prod(shape), listed=a is None)
    return torch.from_numpy(np.ascontiguousarray(counts)).to(torch.int64).reshape(*shape, chances.size)
