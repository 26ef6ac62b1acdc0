"""Many dense float32 weights at once, on their tensors: the same numbers as the operators, with less Python around.

Each kernel does, list by list, what the operator of the same name does to one weight, so results agree bit for bit
(`tests/optimizer` holds it). Other arrays, and writes while autograd records, are left to the operators: `plain` says
None, and they raise what there is to raise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import torch
from torch import Tensor

from .._core.state import FLAGS, THREAD
from ..nd import NDArray
from ..ops.optimizer._common import rounded

if TYPE_CHECKING:
    from ._base import Optimizer

_FLOAT32 = torch.float32
Tensors: TypeAlias = tuple[Tensor, ...] | list[Tensor]


def plain(weights: Sequence[Any], *roles: Sequence[Any]) -> list[list[Tensor]] | None:
    """The memory of the arrays, list by list; None unless they are dense, float32, of equal shapes, on one device."""
    if FLAGS.recorders and THREAD.recording:
        return None
    first = []
    shapes = []
    on_cpu = True
    for array in weights:
        if type(array) is not NDArray and not array._in_numpy:
            return None
        tensor = array._t
        if tensor.dtype is not _FLOAT32:
            return None
        on_cpu = on_cpu and tensor.is_cpu
        shapes.append(tensor.shape)
        first.append(tensor.data)  # writes must not count as writes of the user's, which a later backward would refuse
    found = [first]
    for role in roles:
        if len(role) != len(shapes):
            return None
        tensors = []
        for array, shape in zip(role, shapes, strict=True):
            if type(array) is not NDArray and not getattr(array, "_in_numpy", False):
                return None
            tensor = array._t
            if tensor.dtype is not _FLOAT32 or tensor.shape != shape:
                return None
            on_cpu = on_cpu and tensor.is_cpu
            tensors.append(tensor.detach() if tensor.requires_grad else tensor)
        found.append(tensors)
    if not on_cpu and len({tensor.device for tensors in found for tensor in tensors}) > 1:
        return None
    return found


def _rescaled(grads: Tensors, rescale: float, clip: float) -> Tensors:
    """``clip(rescale * grad)``; a negative bound is none."""
    if rescale != 1:
        grads = torch._foreach_mul(grads, rescale)
    return _clipped(grads, clip)


def _clipped(values: Tensors, bound: float) -> Tensors:
    return torch._foreach_clamp_max(torch._foreach_clamp_min(values, -bound), bound) if bound >= 0 else values


def _decayed(grads: Tensors, weights: Tensors, wds: Sequence[float], rescale: float, clip: float) -> Tensors:
    """``clip(rescale * grad + wd * weight)``."""
    if rescale != 1:
        grads = torch._foreach_mul(grads, rescale)
    if any(wds):
        if min(wds) == max(wds):
            grads = torch._foreach_add(grads, weights, alpha=wds[0])
        else:
            grads = [torch.add(g, w, alpha=wd) if wd else g for g, w, wd in zip(grads, weights, wds, strict=True)]
    return _clipped(grads, clip)


def _bound(optimizer: Optimizer) -> float:
    return optimizer.clip_gradient or -1.0


def sgd(
    optimizer: Any, indices: Sequence[Any], weights: Sequence[Any], grads: Sequence[Any], states: Sequence[Any]
) -> bool:
    """`multi_sgd_update` and `multi_sgd_mom_update`; False, with nothing done, if the operators must do it."""
    size = optimizer.aggregate_num
    momentum = optimizer.momentum
    found = plain(weights, grads, states) if momentum > 0 else plain(weights, grads)
    if found is None or size < 1:
        return False
    lrs: Any = []
    wds: Any = []
    for start in range(0, len(indices), size):  # rates are taken as often as by the operators, which take so many
        part = indices[start : start + size]
        optimizer._update_count(part)
        lrs += optimizer._get_lrs(part)
        wds += optimizer._get_wds(part)
    count = len(lrs)
    numbers = rounded(_FLOAT32, optimizer.rescale_grad, _bound(optimizer), momentum, *lrs, *wds)
    rescale, clip, momentum = numbers[:3]
    lrs, wds = numbers[3 : 3 + count], numbers[3 + count :]
    w, g = found[0], found[1]
    if clip >= 0:
        g = list(_clipped(torch._foreach_mul(g, rescale), clip))
        rescale = 1.0
    lr = lrs[0]
    change: Any = torch._foreach_mul(g, -lr * rescale if lrs.count(lr) == count else [-x * rescale for x in lrs])
    if any(wds):
        decays = [x * wd for x, wd in zip(lrs, wds, strict=True)]
        decay = decays[0]
        torch._foreach_sub_(change, torch._foreach_mul(w, decay if decays.count(decay) == count else decays))
    if momentum > 0:
        torch._foreach_mul_(found[2], momentum)
        torch._foreach_add_(found[2], change)
        change = found[2]
    torch._foreach_add_(w, change)
    return True


def _rates(optimizer: Any, indices: Sequence[Any], step_size: Callable[[Any], Any]) -> tuple[list[Any], list[Any]]:
    """Count the updates and take rates and decays one weight after the other, as the updates one by one would."""
    lrs, wds = [], []
    for index in indices:
        optimizer._update_count(index)
        lrs.append(step_size(index))
        wds.append(optimizer._get_wd(index))
    return lrs, wds


def adam(
    optimizer: Any, indices: Sequence[Any], weights: Sequence[Any], grads: Sequence[Any], states: Sequence[Any]
) -> bool:
    """`adam_update`; False, with nothing done, if the operators must do it."""
    found = plain(weights, grads, *zip(*states, strict=True))
    if found is None:
        return False
    w, g, mean, var = found
    lrs, wds = _rates(optimizer, indices, optimizer._step_size)
    count = len(lrs)
    numbers = rounded(
        _FLOAT32, optimizer.beta1, optimizer.beta2, optimizer.epsilon, optimizer.rescale_grad, _bound(optimizer),
        *lrs, *wds,
    )  # fmt: skip
    beta1, beta2, epsilon, rescale, clip = numbers[:5]
    grad = _decayed(g, w, numbers[5 + count :], rescale, clip)
    torch._foreach_mul_(mean, beta1)
    torch._foreach_add_(mean, grad, alpha=1 - beta1)
    torch._foreach_mul_(var, beta2)
    torch._foreach_addcmul_(var, grad, grad, value=1 - beta2)
    root = torch._foreach_sqrt(var)
    torch._foreach_add_(root, epsilon)
    torch._foreach_addcdiv_(w, mean, root, scalars=[-lr for lr in numbers[5 : 5 + count]])
    return True


def nag(
    optimizer: Any, indices: Sequence[Any], weights: Sequence[Any], grads: Sequence[Any], states: Sequence[Any]
) -> bool:
    """`nag_mom_update`, in place; False, with nothing done, if the operators must do it."""
    if optimizer.momentum <= 0:
        return False
    found = plain(weights, grads, states)
    if found is None:
        return False
    w, g, mom = found
    lrs, wds = _rates(optimizer, indices, optimizer._get_lr)
    count = len(lrs)
    numbers = rounded(_FLOAT32, optimizer.momentum, optimizer.rescale_grad, _bound(optimizer), *lrs, *wds)
    momentum, rescale, clip = numbers[:3]
    lrs, wds = list(numbers[3 : 3 + count]), list(numbers[3 + count :])
    grad = _rescaled(g, rescale, clip)
    torch._foreach_mul_(mom, momentum)
    ahead = _stepped(mom, _decayed(grad, w, wds, 1.0, -1.0), lrs)
    result = torch._foreach_sub(w, mom)
    torch._foreach_add_(result, ahead, alpha=momentum + 1)
    torch._foreach_copy_(w, result)
    for m, a, x, y, lr, wd in zip(mom, ahead, grad, w, lrs, wds, strict=True):
        if wd:  # MXNet's momentum takes its decay from the new weight when it is written over the old one
            m.add_(torch.add(x, y, alpha=wd), alpha=-lr)
        else:
            m.copy_(a)
    return True


def _stepped(values: Tensors, grads: Tensors, lrs: Sequence[float]) -> Tensors:
    """``values - lr * grad``."""
    if min(lrs) == max(lrs):
        return torch._foreach_add(values, grads, alpha=-lrs[0])
    return [torch.add(v, g, alpha=-lr) for v, g, lr in zip(values, grads, lrs, strict=True)]


def rmsprop(
    optimizer: Any, indices: Sequence[Any], weights: Sequence[Any], grads: Sequence[Any], states: Sequence[Any]
) -> bool:
    """`rmsprop_update` and `rmspropalex_update`; False, with nothing done, if the operators must do it."""
    found = plain(weights, grads, *zip(*states, strict=True))
    if found is None:
        return False
    w, g, n = found[:3]
    lrs, wds = _rates(optimizer, indices, optimizer._get_lr)
    count = len(lrs)
    numbers = rounded(
        _FLOAT32, optimizer.gamma1, optimizer.gamma2, optimizer.epsilon, optimizer.rescale_grad, _bound(optimizer),
        optimizer.clip_weights or -1.0, *lrs, *wds,
    )  # fmt: skip
    gamma1, gamma2, epsilon, rescale, clip, clip_weights = numbers[:6]
    steps = [-lr for lr in numbers[6 : 6 + count]]
    grad = _decayed(g, w, numbers[6 + count :], rescale, clip)
    torch._foreach_mul_(n, gamma1)
    torch._foreach_addcmul_(n, grad, grad, value=1 - gamma1)
    if optimizer.centered:
        mean, delta = found[3:]
        torch._foreach_mul_(mean, gamma1)
        torch._foreach_add_(mean, grad, alpha=1 - gamma1)
        root = torch._foreach_addcmul(n, mean, mean, value=-1)
        torch._foreach_add_(root, epsilon)
        torch._foreach_sqrt_(root)
        torch._foreach_mul_(delta, gamma2)
        torch._foreach_addcdiv_(delta, grad, root, scalars=steps)
        torch._foreach_add_(w, delta)
    else:
        root = torch._foreach_add(n, epsilon)
        torch._foreach_sqrt_(root)
        torch._foreach_addcdiv_(w, grad, root, scalars=steps)
    if clip_weights >= 0:
        torch._foreach_clamp_min_(w, -clip_weights)
        torch._foreach_clamp_max_(w, clip_weights)
    return True
