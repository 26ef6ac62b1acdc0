"""Batch normalization. As in MXNet, the running averages move when the gradient is computed, not before."""

from __future__ import annotations

from typing import Annotated, Any

import torch
from torch import Tensor

from ..._core.errors import MXNetError
from ..._core.state import THREAD, is_training
from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ...registry.tags import Range
from ._check import floating, single

_backward = torch.ops.aten.native_batch_norm_backward


def _by_channel(data: Tensor, axis: int) -> Tensor:
    """``data`` seen with the channel as axis 1."""
    if axis == 1:
        return data
    shape = data.shape
    before, after = 1, 1
    for n in shape[:axis]:
        before *= n
    for n in shape[axis + 1 :]:
        after *= n
    return data.reshape(before, shape[axis], after)


class _Normalize(torch.autograd.Function):
    """Normalization by the statistics of the batch or by the running ones, with MXNet's updates in backward.

    ``data`` has the channel as axis 1. Outputs are the result, mean and inverse deviation; the last two pass no
    gradient on. As in MXNet, the mode in which backward runs decides there, which may not be that of the forward pass.
    """

    @staticmethod
    def forward(
        ctx: Any,
        data: Tensor,
        gamma: Tensor,
        beta: Tensor,
        mean: Tensor,
        var: Tensor,
        fix_gamma: bool,
        batch: bool,
        use_global_stats: bool,
        momentum: float,
        eps: float,
    ) -> tuple[Tensor, Tensor, Tensor]:
        scale = None if fix_gamma else gamma
        if batch:
            out, used, inverse = torch.native_batch_norm(data, scale, beta, None, None, True, 0.0, eps)
        else:
            out = torch.native_batch_norm(data, scale, beta, mean, var, False, 0.0, eps)[0]
            used, inverse = mean.clone(), torch.rsqrt(var + eps)
        ctx.save_for_backward(data, scale, used, inverse)
        ctx.running = mean, var
        ctx.rule = batch, momentum, eps
        ctx.fixed = use_global_stats
        ctx.set_materialize_grads(False)
        return out, used, inverse

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        data, scale, used, inverse = ctx.saved_tensors
        batch, momentum, eps = ctx.rule
        mean, var = ctx.running
        # On CUDA backward runs in threads of torch that do not know the caller's mode; a backward that torch was asked
        # for has none. Both take the mode of the forward pass.
        if THREAD.backward and not data.is_cuda:
            batch = is_training() and not ctx.fixed
        if batch:
            keep = single(momentum)
            mean.mul_(keep).add_(used, alpha=1.0 - keep)
            var.mul_(keep).add_(1.0 / (inverse * inverse) - eps, alpha=1.0 - keep)
        need = ctx.needs_input_grad
        if grads[0] is None:
            zeros = (torch.zeros_like(t) if n else None for t, n in zip((data, used, used), need, strict=False))
            return (*zeros, None, None, None, None, None, None, None)
        mask = [need[0], need[1] and scale is not None, need[2]]
        to_data, to_gamma, to_beta = _backward(grads[0], data, scale, mean, var, used, inverse, batch, eps, mask)
        if need[1] and scale is None:
            to_gamma = torch.zeros_like(used)
        return to_data, to_gamma, to_beta, None, None, None, None, None, None, None


def _check(name: str, data: Tensor, axis: int, inputs: dict[str, Tensor]) -> int:
    """The channel axis, not negative; MXNetError for inputs that do not fit."""
    floating(name, data)
    whole = axis + data.dim() if axis < 0 else axis
    if not 0 <= whole < data.dim():
        raise op_error(name, f"axis={axis} is out of range", data=data)
    channels = data.shape[whole]
    dtype = torch.float32 if data.dtype in (torch.float16, torch.bfloat16) else data.dtype
    for which, tensor in inputs.items():
        if tensor.dim() != 1 or tensor.shape[0] != channels:
            raise op_error(name, f"{which} must have shape ({channels},)", **{"data": data, which: tensor})
        if tensor.dtype is not dtype:
            raise op_error(name, f"{which} must be {str(dtype)[6:]}", **{"data": data, which: tensor})
    return whole


def _run(
    name: str,
    data: Tensor,
    gamma: Tensor,
    beta: Tensor,
    mean: Tensor,
    var: Tensor,
    axis: int,
    eps: float,
    momentum: float,
    fix_gamma: bool,
    use_global_stats: bool,
) -> tuple[Tensor, Tensor, Tensor]:
    axis = _check(name, data, axis, {"gamma": gamma, "beta": beta, "moving_mean": mean, "moving_var": var})
    if fix_gamma:
        gamma.data.fill_(1.0)
    batch = is_training() and not use_global_stats
    seen = _by_channel(data, axis)
    if not (data.requires_grad or gamma.requires_grad or beta.requires_grad):
        scale = None if fix_gamma else gamma
        if batch:
            out, used, inverse = torch.native_batch_norm(seen, scale, beta, None, None, True, 0.0, eps)
        else:
            out = torch.native_batch_norm(seen, scale, beta, mean, var, False, 0.0, eps)[0]
            used, inverse = mean, var
    else:
        args = (seen, gamma, beta, mean.data, var.data, fix_gamma, batch, use_global_stats, momentum, eps)
        out, used, inverse = _Normalize.apply(*args)  # type: ignore[no-untyped-call]
    return out if seen is data else out.reshape(data.shape), used, inverse


def _visible(attrs: dict[str, Any]) -> int:
    return 3 if attrs["output_mean_var"] else 1


@operator("BatchNorm", aliases=("_npx_batch_norm",), outputs=_visible, mutates=("moving_mean", "moving_var"))
def batch_norm(
    data: Tensor,
    gamma: Tensor,
    beta: Tensor,
    moving_mean: Tensor,
    moving_var: Tensor,
    eps: float = 0.0010000000474974513,
    momentum: float = 0.9,
    fix_gamma: bool = True,
    use_global_stats: bool = False,
    output_mean_var: bool = False,
    axis: int = 1,
    cudnn_off: bool = False,
    min_calib_range: float | None = None,
    max_calib_range: float | None = None,
) -> Tensor | tuple[Tensor, Tensor, Tensor]:
    """Normalize each channel to mean 0 and variance 1, then scale and shift it.

    In training mode the statistics are those of the batch (variance divided by the count), else the running ones.
    The running averages move to ``momentum * old + (1 - momentum) * batch`` when backward runs, as in MXNet: a
    forward pass in training mode alone leaves them as they are.

    Args:
        data: floating.
        gamma: scale of each channel, float32 if data is float16 or bfloat16; set to 1 where ``fix_gamma``.
        beta: shift of each channel.
        moving_mean, moving_var: running averages, written in place.
        eps: added to the variance.
        momentum: share of the old running average that stays.
        fix_gamma: take 1 for ``gamma`` (and write it there); its gradient is 0.
        use_global_stats: use the running averages in training mode too, and leave them alone.
        output_mean_var: return mean and inverse standard deviation too; they pass no gradient on.
        axis: the channel axis, negative from the back.
        cudnn_off, min_calib_range, max_calib_range: hints for MXNet's kernels; the result does not depend on them.

    Returns:
        The shape and dtype of ``data``; with ``output_mean_var`` three arrays.

    Raises:
        MXNetError: an axis out of range, inputs that do not have one entry per channel, another dtype.

    Differences: inputs of a wrong length are refused; MXNet reads beyond their end.

    Source: MXNet 1.9.1 src/operator/nn/batch_norm.cc.
    """
    states = (data, gamma, beta, moving_mean, moving_var)
    result = _run("BatchNorm", *states, axis, eps, momentum, fix_gamma, use_global_stats)
    if not output_mean_var:
        return result[0]
    if result[1] is moving_mean:
        return result[0], moving_mean.clone(), torch.rsqrt(moving_var + eps)
    return result


@operator("_contrib_BatchNormWithReLU", outputs=_visible, mutates=("moving_mean", "moving_var"))
def batch_norm_with_relu(
    data: Tensor,
    gamma: Tensor,
    beta: Tensor,
    moving_mean: Tensor,
    moving_var: Tensor,
    eps: float = 0.0010000000474974513,
    momentum: float = 0.9,
    fix_gamma: bool = True,
    use_global_stats: bool = False,
    output_mean_var: bool = False,
    axis: int = 1,
    cudnn_off: bool = False,
    min_calib_range: float | None = None,
    max_calib_range: float | None = None,
) -> Tensor | tuple[Tensor, Tensor, Tensor]:
    """Batch normalization followed by ReLU.

    Args: as for ``BatchNorm``.

    Returns: as ``BatchNorm``, without negative values.

    Raises:
        MXNetError: as ``BatchNorm``.

    Differences: every floating dtype works; MXNet's CPU has float32 only.

    Source: MXNet 1.9.1 src/operator/contrib/batch_norm_relu.cc.
    """
    states = (data, gamma, beta, moving_mean, moving_var)
    result = _run("BatchNormWithReLU", *states, axis, eps, momentum, fix_gamma, use_global_stats)
    out = torch.relu(result[0])
    if not output_mean_var:
        return out
    if result[1] is moving_mean:
        return out, moving_mean.clone(), torch.rsqrt(moving_var + eps)
    return out, result[1], result[2]


def _with_variance(result: tuple[Tensor, Tensor, Tensor], mean: Tensor, var: Tensor, eps: float, wanted: bool) -> Any:
    """The outputs of the older operators, whose third one is the variance."""
    if not wanted:
        return result[0]
    if result[1] is mean or not is_training():
        return result[0], mean.clone(), var.clone()
    return result[0], result[1].detach(), (1.0 / (result[2] * result[2]) - eps).detach()


@operator("BatchNorm_v1", outputs=_visible, mutates=("moving_mean", "moving_var"))
def batch_norm_v1(
    data: Tensor,
    gamma: Tensor,
    beta: Tensor,
    moving_mean: Tensor,
    moving_var: Tensor,
    eps: float = 0.001,
    momentum: float = 0.9,
    fix_gamma: bool = True,
    use_global_stats: bool = False,
    output_mean_var: bool = False,
) -> Any:
    """Batch normalization over axis 1: the older form of `BatchNorm`, kept for old models.

    Args: as for ``BatchNorm``; data has 2 or 4 axes.

    Returns: as ``BatchNorm``, but the third output is the variance.

    Raises:
        MXNetError: as ``BatchNorm``, and other numbers of axes.

    Differences: ``nd.BatchNorm_v1`` takes the running averages as inputs four and five; MXNet's cannot be called.

    Source: MXNet 1.9.1 src/operator/batch_norm_v1.cc.
    """
    if data.dim() not in (2, 4):
        raise op_error("BatchNorm_v1", "data must have 2 or 4 axes", data=data)
    states = (data, gamma, beta, moving_mean, moving_var)
    result = _run("BatchNorm_v1", *states, 1, single(eps), momentum, fix_gamma, use_global_stats)
    return _with_variance(result, moving_mean, moving_var, single(eps), output_mean_var)


@operator("_contrib_SyncBatchNorm", outputs=_visible, mutates=("moving_mean", "moving_var"))
def sync_batch_norm(
    data: Tensor,
    gamma: Tensor,
    beta: Tensor,
    moving_mean: Tensor,
    moving_var: Tensor,
    eps: float = 0.001,
    momentum: float = 0.9,
    fix_gamma: bool = True,
    use_global_stats: bool = False,
    output_mean_var: bool = False,
    ndev: Annotated[int, Range(1, None)] = 1,
    key: str = REQUIRED,
) -> Any:
    """Batch normalization whose statistics are shared by the devices of a process.

    Args:
        data, gamma, beta, moving_mean, moving_var, eps, momentum, fix_gamma, use_global_stats, output_mean_var: as for
            ``BatchNorm`` with ``axis=1``.
        ndev: number of devices that share; only 1 is supported.
        key: name under which devices find each other; of no effect with one device.

    Returns: as ``BatchNorm``, but the third output is the variance.

    Raises:
        MXNetError: as ``BatchNorm``, and ``ndev`` above 1 in training (MXNet waits for the other devices).

    Source: MXNet 1.9.1 src/operator/contrib/sync_batch_norm.cc.
    """
    if ndev > 1 and is_training() and not use_global_stats:
        raise MXNetError(f"SyncBatchNorm: ndev={ndev} is not supported, statistics are those of one device")
    states = (data, gamma, beta, moving_mean, moving_var)
    result = _run("SyncBatchNorm", *states, 1, single(eps), momentum, fix_gamma, use_global_stats)
    return _with_variance(result, moving_mean, moving_var, single(eps), output_mean_var)
