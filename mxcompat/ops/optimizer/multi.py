"""SGD on many weights in one call: learning rates as attributes (`multi_*`) or as arrays (`preloaded_multi_*`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from ...registry import operator
from ...registry.operator import op_error
from ...registry.tags import REQUIRED
from ._common import check, check_out, rounded
from .checks import counted

_COUNT: dict[str, Any] = {"outputs": lambda attrs: attrs["num_weights"], "writes_out": True, "differentiable": False}
_NAMES = {
    "sgd": ("weight", "grad"),
    "sgd_mom": ("weight", "grad", "mom"),
    "mp_sgd": ("weight", "grad", "weight32"),
    "mp_sgd_mom": ("weight", "grad", "mom", "weight32"),
}


def columns(
    op: str, data: Sequence[Tensor], count: int, names: Sequence[str], masters: int, out: list[Tensor] | None,
    extra: int = 0, attribute: str = "num_weights",
) -> list[list[Tensor]]:  # fmt: skip
    """The interleaved inputs ``w0, g0, ..., w1, g1, ...`` as one list per role, checked; states as ``.data``."""
    width = len(names)
    counted(op, len(data), count * width + extra, attribute)
    if count < 1 or (out is not None and len(out) != count):
        raise op_error(op, f"{attribute}={count} needs as many out arrays")
    for i in range(count):
        group = data[i * width : (i + 1) * width]
        check(op, names, group, masters)
        if out is not None:
            check_out(op, out[i], group[0])
    roles = [[data[i * width + j] for i in range(count)] for j in range(width)]
    return roles[:2] + [[t.data for t in role] for role in roles[2:]]


def same_length(op: str, count: int, attribute: str = "num_weights", **lists: Sequence[float]) -> None:
    """MXNetError unless every list has one entry per weight."""
    for name, values in lists.items():
        if len(values) != count:
            raise op_error(op, f"{name} has {len(values)} entries, {attribute} is {count}")


def put_all(out: list[Tensor] | None, results: list[Tensor], dtype: torch.dtype) -> tuple[Tensor, ...]:
    """The results in the dtype of the weights, into ``out`` if there is one."""
    if out is None:
        return tuple(r.to(dtype) for r in results)
    torch._foreach_copy_(out, results)
    return tuple(out)


def _sgd(
    kind: str, op: str, data: Sequence[Tensor], lrs: Any, decays: Any, momentum: float, rescale: float, clip: float,
    count: int, out: list[Tensor] | None, extra: int = 0,
) -> tuple[Tensor, ...]:  # fmt: skip
    """The kernel of all eight: ``mom = momentum * mom - decay * w - lr * g``, ``w + mom``; ``decay`` is ``lr * wd``.

    The master copies of float32 weights are ignored, and left as they are.
    """
    names = _NAMES[kind]
    roles = columns(op, data, count, names, len(names) - 2 if kind.startswith("mp") else 0, out, extra)
    weights, grads = roles[0], roles[1]
    dtype = weights[0].dtype
    mixed = kind.startswith("mp") and dtype is not torch.float32
    inner = torch.float32 if mixed else dtype
    rescale, clip, momentum = rounded(inner, rescale, clip, momentum)
    if mixed:
        weights, grads = roles[-1], [g.float() for g in grads]
    if clip >= 0:
        grads = list(torch._foreach_mul(grads, rescale))
        torch._foreach_clamp_min_(grads, -clip)
        torch._foreach_clamp_max_(grads, clip)
        rescale = 1.0
    change: Any = torch._foreach_mul(grads, [-lr * rescale for lr in lrs])
    if isinstance(decays[0], Tensor) or any(decays):
        torch._foreach_sub_(change, torch._foreach_mul(weights, decays))
    if "mom" in names:
        moms = roles[2]
        torch._foreach_mul_(moms, momentum)
        torch._foreach_add_(moms, change)
        change = moms
    if mixed:
        torch._foreach_add_(weights, change)
        return put_all(out, weights, dtype)
    return put_all(out, list(torch._foreach_add(weights, change)), dtype)


def _listed(
    kind: str, op: str, data: Sequence[Tensor], lrs: tuple[float, ...], wds: tuple[float, ...], momentum: float,
    rescale: float, clip: float, count: int, out: list[Tensor] | None,
) -> tuple[Tensor, ...]:  # fmt: skip
    same_length(op, count, lrs=lrs, wds=wds)
    inner = data[0].dtype if data and not kind.startswith("mp") else torch.float32
    lrs, wds = rounded(inner, *lrs), rounded(inner, *wds)
    decays = [lr * wd for lr, wd in zip(lrs, wds, strict=True)]
    return _sgd(kind, op, data, lrs, decays, momentum, rescale, clip, count, out)


def _loaded(
    kind: str, op: str, data: Sequence[Tensor], momentum: float, rescale: float, clip: float, count: int,
    out: list[Tensor] | None,
) -> tuple[Tensor, ...]:  # fmt: skip
    counted(op, len(data), count * len(_NAMES[kind]) + 2, "num_weights")
    lrs, wds = data[-2], data[-1]
    for name, values in (("lrs", lrs), ("wds", wds)):
        if values.numel() != count or values.dtype is not torch.float32:
            raise op_error(op, f"{name} must hold {count} float32 numbers", **{name: values})
    rates = lrs.reshape(-1)
    decays = rates * wds.reshape(-1)  # a product of float32 numbers, whatever the weights are
    inner = torch.float32 if kind.startswith("mp") else data[0].dtype
    steps = rates.to(inner)
    return _sgd(kind, op, data, steps.unbind(), decays.to(inner).unbind(), momentum, rescale, clip, count, out, 2)


@operator("multi_sgd_update", **_COUNT)
def multi_sgd_update(
    *data: Tensor, lrs: tuple[float, ...] = REQUIRED, wds: tuple[float, ...] = REQUIRED, rescale_grad: float = 1.0,
    clip_gradient: float = -1.0, num_weights: int = 1, out: list[Tensor] | None = None,
) -> tuple[Tensor, ...]:  # fmt: skip
    """`sgd_update` on many weights.

    Args:
        data: ``weight0, grad0, weight1, grad1, ...``.
        lrs: learning rate of each weight.
        wds: weight decay of each weight.
        rescale_grad: factor of the gradients.
        clip_gradient: bound of the rescaled gradients; negative for none.
        num_weights: number of weights.

    Returns:
        The new weights, usually into ``out=[weight0, weight1, ...]``.

    Raises:
        MXNetError: numbers, shapes or dtypes that do not fit.

    Differences: works without ``out=``, where MXNet cannot infer the shapes.

    Source: MXNet 1.9.1 src/operator/optimizer_op-inl.h, MultiSGDKernel.
    """
    name = "multi_sgd_update"
    return _listed("sgd", name, data, lrs, wds, 0.0, rescale_grad, clip_gradient, num_weights, out)


@operator("multi_sgd_mom_update", **_COUNT)
def multi_sgd_mom_update(
    *data: Tensor, lrs: tuple[float, ...] = REQUIRED, wds: tuple[float, ...] = REQUIRED, momentum: float = 0.0,
    rescale_grad: float = 1.0, clip_gradient: float = -1.0, num_weights: int = 1, out: list[Tensor] | None = None,
) -> tuple[Tensor, ...]:  # fmt: skip
    """`sgd_mom_update` on many weights.

    Args:
        data: ``weight0, grad0, mom0, weight1, ...``; the momenta are written in place.
        lrs: learning rate of each weight.
        wds: weight decay of each weight.
        momentum: factor of the old momenta.
        rescale_grad: factor of the gradients.
        clip_gradient: bound of the rescaled gradients; negative for none.
        num_weights: number of weights.

    Returns:
        The new weights, usually into ``out=[weight0, weight1, ...]``.

    Raises:
        MXNetError: numbers, shapes or dtypes that do not fit.

    Differences: works without ``out=``, where MXNet cannot infer the shapes.

    Source: MXNet 1.9.1 src/operator/optimizer_op-inl.h, MultiSGDKernel.
    """
    name = "multi_sgd_mom_update"
    return _listed("sgd_mom", name, data, lrs, wds, momentum, rescale_grad, clip_gradient, num_weights, out)


@operator("multi_mp_sgd_update", **_COUNT)
def multi_mp_sgd_update(
    *data: Tensor, lrs: tuple[float, ...] = REQUIRED, wds: tuple[float, ...] = REQUIRED, rescale_grad: float = 1.0,
    clip_gradient: float = -1.0, num_weights: int = 1, out: list[Tensor] | None = None,
) -> tuple[Tensor, ...]:  # fmt: skip
    """`mp_sgd_update` on many weights.

    Args:
        data: ``weight0, grad0, weight32_0, weight1, ...``; the float32 master copies are written in place.
        lrs: learning rate of each weight.
        wds: weight decay of each weight.
        rescale_grad: factor of the gradients.
        clip_gradient: bound of the rescaled gradients; negative for none.
        num_weights: number of weights.

    Returns:
        The new weights, usually into ``out=[weight0, weight1, ...]``.

    Raises:
        MXNetError: numbers, shapes or dtypes that do not fit.

    Differences: works without ``out=``, where MXNet cannot infer the shapes.

    Source: MXNet 1.9.1 src/operator/optimizer_op-inl.h, MultiSGDKernel.
    """
    name = "multi_mp_sgd_update"
    return _listed("mp_sgd", name, data, lrs, wds, 0.0, rescale_grad, clip_gradient, num_weights, out)


@operator("multi_mp_sgd_mom_update", **_COUNT)
def multi_mp_sgd_mom_update(
    *data: Tensor, lrs: tuple[float, ...] = REQUIRED, wds: tuple[float, ...] = REQUIRED, momentum: float = 0.0,
    rescale_grad: float = 1.0, clip_gradient: float = -1.0, num_weights: int = 1, out: list[Tensor] | None = None,
) -> tuple[Tensor, ...]:  # fmt: skip
    """`mp_sgd_mom_update` on many weights.

    Args:
        data: ``weight0, grad0, mom0, weight32_0, weight1, ...``; float32 momenta and master copies are written
            in place.
        lrs: learning rate of each weight.
        wds: weight decay of each weight.
        momentum: factor of the old momenta.
        rescale_grad: factor of the gradients.
        clip_gradient: bound of the rescaled gradients; negative for none.
        num_weights: number of weights.

    Returns:
        The new weights, usually into ``out=[weight0, weight1, ...]``.

    Raises:
        MXNetError: numbers, shapes or dtypes that do not fit.

    Differences: works without ``out=``, where MXNet cannot infer the shapes.

    Source: MXNet 1.9.1 src/operator/optimizer_op-inl.h, MultiSGDKernel.
    """
    name = "multi_mp_sgd_mom_update"
    return _listed("mp_sgd_mom", name, data, lrs, wds, momentum, rescale_grad, clip_gradient, num_weights, out)


@operator("preloaded_multi_sgd_update", **_COUNT)
def preloaded_multi_sgd_update(
    *data: Tensor, rescale_grad: float = 1.0, clip_gradient: float = -1.0, num_weights: int = 1,
    out: list[Tensor] | None = None,
) -> tuple[Tensor, ...]:  # fmt: skip
    """`multi_sgd_update` with the rates in arrays.

    Args:
        data: ``weight0, grad0, weight1, ..., lrs, wds``; the last two float32 of shape (num_weights,).
        rescale_grad: factor of the gradients.
        clip_gradient: bound of the rescaled gradients; negative for none.
        num_weights: number of weights.

    Returns:
        The new weights, usually into ``out=[weight0, weight1, ...]``.

    Raises:
        MXNetError: numbers, shapes or dtypes that do not fit.

    Differences: works without ``out=``, where MXNet cannot infer the shapes.

    Source: MXNet 1.9.1 src/operator/contrib/preloaded_multi_sgd-inl.h.
    """
    return _loaded("sgd", "preloaded_multi_sgd_update", data, 0.0, rescale_grad, clip_gradient, num_weights, out)


@operator("preloaded_multi_sgd_mom_update", **_COUNT)
def preloaded_multi_sgd_mom_update(
    *data: Tensor, momentum: float = 0.0, rescale_grad: float = 1.0, clip_gradient: float = -1.0,
    num_weights: int = 1, out: list[Tensor] | None = None,
) -> tuple[Tensor, ...]:  # fmt: skip
    """`multi_sgd_mom_update` with the rates in arrays.

    Args:
        data: ``weight0, grad0, mom0, weight1, ..., lrs, wds``; the momenta are written in place.
        momentum: factor of the old momenta.
        rescale_grad: factor of the gradients.
        clip_gradient: bound of the rescaled gradients; negative for none.
        num_weights: number of weights.

    Returns:
        The new weights, usually into ``out=[weight0, weight1, ...]``.

    Raises:
        MXNetError: numbers, shapes or dtypes that do not fit.

    Differences: works without ``out=``, where MXNet cannot infer the shapes.

    Source: MXNet 1.9.1 src/operator/contrib/preloaded_multi_sgd-inl.h.
    """
    name = "preloaded_multi_sgd_mom_update"
    return _loaded("sgd_mom", name, data, momentum, rescale_grad, clip_gradient, num_weights, out)


@operator("preloaded_multi_mp_sgd_update", **_COUNT)
def preloaded_multi_mp_sgd_update(
    *data: Tensor, rescale_grad: float = 1.0, clip_gradient: float = -1.0, num_weights: int = 1,
    out: list[Tensor] | None = None,
) -> tuple[Tensor, ...]:  # fmt: skip
    """`multi_mp_sgd_update` with the rates in arrays.

    Args:
        data: ``weight0, grad0, weight32_0, weight1, ..., lrs, wds``; the master copies are written in place.
        rescale_grad: factor of the gradients.
        clip_gradient: bound of the rescaled gradients; negative for none.
        num_weights: number of weights.

    Returns:
        The new weights, usually into ``out=[weight0, weight1, ...]``.

    Raises:
        MXNetError: numbers, shapes or dtypes that do not fit.

    Differences: works without ``out=``, where MXNet cannot infer the shapes.

    Source: MXNet 1.9.1 src/operator/contrib/preloaded_multi_sgd-inl.h.
    """
    name = "preloaded_multi_mp_sgd_update"
    return _loaded("mp_sgd", name, data, 0.0, rescale_grad, clip_gradient, num_weights, out)


@operator("preloaded_multi_mp_sgd_mom_update", **_COUNT)
def preloaded_multi_mp_sgd_mom_update(
    *data: Tensor, momentum: float = 0.0, rescale_grad: float = 1.0, clip_gradient: float = -1.0,
    num_weights: int = 1, out: list[Tensor] | None = None,
) -> tuple[Tensor, ...]:  # fmt: skip
    """`multi_mp_sgd_mom_update` with the rates in arrays.

    Args:
        data: ``weight0, grad0, mom0, weight32_0, weight1, ..., lrs, wds``; momenta and master copies are written in
            place.
        momentum: factor of the old momenta.
        rescale_grad: factor of the gradients.
        clip_gradient: bound of the rescaled gradients; negative for none.
        num_weights: number of weights.

    Returns:
        The new weights, usually into ``out=[weight0, weight1, ...]``.

    Raises:
        MXNetError: numbers, shapes or dtypes that do not fit.

    Differences: works without ``out=``, where MXNet cannot infer the shapes.

    Source: MXNet 1.9.1 src/operator/contrib/preloaded_multi_sgd-inl.h.
    """
    name = "preloaded_multi_mp_sgd_mom_update"
    return _loaded("mp_sgd_mom", name, data, momentum, rescale_grad, clip_gradient, num_weights, out)
