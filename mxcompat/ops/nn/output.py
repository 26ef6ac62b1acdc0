"""Output layers: operators that end a network and whose gradient is that of a loss, whatever comes from behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

import torch
from torch import Tensor

from ...registry import operator
from ...registry.operator import op_error
from ...registry.tags import Range
from ._check import floating, single

_Normalization = Literal["batch", "null", "valid"]


class _Loss(torch.autograd.Function):
    """``forward(data)`` with gradient ``rule(data, out, label)`` for data and zero for the label.

    ``rule`` reads the arrays as they are when backward runs. The head gradient is not used.
    """

    @staticmethod
    def forward(
        ctx: Any,
        data: Tensor,
        label: Tensor | None,
        kernel: Callable[[Tensor], Tensor],
        rule: Callable[[Tensor, Tensor, Tensor | None], Tensor],
    ) -> Tensor:
        out = kernel(data)
        ctx.save_for_backward(data, out, label)
        ctx.rule = rule
        return out

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        data, out, label = ctx.saved_tensors
        need = ctx.needs_input_grad
        to_data = ctx.rule(data, out, label) if need[0] else None
        return to_data, torch.zeros_like(label) if need[1] else None, None, None


def _with_loss(
    data: Tensor,
    label: Tensor | None,
    kernel: Callable[[Tensor], Tensor],
    rule: Callable[[Tensor, Tensor, Any], Tensor],
) -> Tensor:
    if data.requires_grad or (label is not None and label.requires_grad):
        result: Tensor = _Loss.apply(data, label, kernel, rule)  # type: ignore[no-untyped-call]
        return result
    return kernel(data)


# ---- classes


def _label_fits(data: Tensor, label: Tensor, multi_output: bool) -> bool:
    shape = tuple(data.shape)
    if tuple(label.shape) == shape:
        return True
    if not multi_output:
        return tuple(label.shape) == shape[:-1]
    rest = 1
    for n in shape[2:]:
        rest *= n
    return tuple(label.shape) in ((shape[0], rest), (shape[0], *shape[2:]), (shape[0], 1, *shape[2:]))


def _class_gradient(prob: Tensor, classes: Tensor, smooth: float) -> Tensor:
    """``prob`` minus one at the class (axis 1), or minus its smoothed form; a class out of range gets nothing."""
    count = prob.shape[1]
    inside = (classes >= 0) & (classes < count)
    place = classes.clamp(0, count - 1).unsqueeze(1)
    if not smooth:
        return prob.scatter_add(1, place, -inside.to(prob.dtype).unsqueeze(1))
    share = smooth / (count - 1) if count > 1 else 0.0
    return (prob - share).scatter_add(1, place, (inside.to(prob.dtype) * (smooth + share - 1.0)).unsqueeze(1))


@operator("SoftmaxOutput", aliases=("Softmax",), same_dtype=True)
def softmax_output(
    data: Tensor,
    label: Tensor,
    grad_scale: float = 1.0,
    ignore_label: float = -1.0,
    multi_output: bool = False,
    use_ignore: bool = False,
    preserve_shape: bool = False,
    normalization: _Normalization = "null",
    out_grad: bool = False,
    smooth_alpha: Annotated[float, Range(0, 1)] = 0.0,
) -> Tensor:
    """Softmax whose gradient is that of the cross entropy with a label; the head gradient is not used.

    Args:
        data: scores, floating. The classes are all elements of an example, or the last axis (``preserve_shape``), or
            the second (``multi_output``).
        label: class numbers, in the dtype of ``data``: its shape without the axis of the classes, which is the last one
            unless ``multi_output``. Of the shape of ``data``, it is probabilities.
        grad_scale: factor of the gradient.
        ignore_label: with ``use_ignore``, examples of this class get gradient zero.
        normalization: divide the gradient by nothing, by the number of labels (of examples with ``multi_output``), or
            by the number of labels that are not ``ignore_label``. Not for probabilities.
        out_grad: multiply the gradient by the output (MXNet 1.9.1 does so, though it documents the head gradient).
        smooth_alpha: share of the label's probability that is spread over the other classes. Not with ``multi_output``.

    Returns:
        Probabilities, of the shape and dtype of ``data``.

    Raises:
        MXNetError: a label of another shape or dtype, integer data.

    Source: MXNet 1.9.1 src/operator/softmax_output-inl.h.
    """
    floating("SoftmaxOutput", data)
    if not _label_fits(data, label, multi_output):
        raise op_error("SoftmaxOutput", "label does not have the shape that data calls for", data=data, label=label)

    def kernel(x: Tensor) -> Tensor:
        if multi_output:
            return torch.softmax(x, 1)
        if preserve_shape or x.dim() == 2:
            return torch.softmax(x, -1)
        return torch.softmax(x.reshape(x.shape[0], -1), 1).reshape(x.shape)

    def rule(_: Tensor, out: Tensor, truth: Tensor) -> Tensor:
        if out.shape == truth.shape:
            grad = (out - truth) * grad_scale
            return grad * out if out_grad else grad
        if multi_output:
            prob = out.reshape(out.shape[0], out.shape[1], -1)
            classes = truth.reshape(prob.shape[0], prob.shape[2]).long()
            grad = _class_gradient(prob, classes, 0.0)
            share = 1 if normalization == "valid" else prob.shape[2]
        else:
            prob = out.reshape(-1, out.shape[-1]) if preserve_shape else out.reshape(out.shape[0], -1)
            classes = truth.reshape(-1).long()
            if classes.shape[0] != prob.shape[0]:
                classes = classes[: prob.shape[0]]
            grad = _class_gradient(prob, classes, single(smooth_alpha))
            share = 1
        ignored = truth.long().reshape(-1) == int(ignore_label)
        if use_ignore:
            grad = grad.masked_fill((classes == int(ignore_label)).unsqueeze(1), 0.0)
        if normalization == "valid":
            scale: Any = grad_scale / (truth.numel() - ignored.sum()).clamp_min(1).to(grad.dtype)
        elif normalization == "batch":
            scale = grad_scale / share / (classes.shape[0] if multi_output else truth.numel())
        else:
            scale = grad_scale / share
        grad = grad * scale
        if out_grad:
            grad = grad * prob
        result: Tensor = grad.reshape(out.shape)
        return result

    return _with_loss(data, label, kernel, rule)


@operator("SVMOutput", same_dtype=True)
def svm_output(
    data: Tensor,
    label: Tensor,
    margin: float = 1.0,
    regularization_coefficient: float = 1.0,
    use_linear: bool = False,
) -> Tensor:
    """Hand scores on, with the gradient of a support vector machine's hinge loss; the head gradient is not used.

    Args:
        data: scores, floating; classes on the last axis.
        label: class numbers, the shape of ``data`` without the last axis, in its dtype.
        margin: distance that a score should keep.
        regularization_coefficient: factor of the gradient.
        use_linear: the hinge itself (L1) in place of its square (L2).

    Returns:
        A copy of ``data``.

    Raises:
        MXNetError: a label of another shape or dtype, integer data.

    Source: MXNet 1.9.1 src/operator/svm_output.cc.
    """
    floating("SVMOutput", data)
    if label.shape != data.shape[:-1]:
        raise op_error("SVMOutput", "label must have the shape of data without the last axis", data=data, label=label)

    def rule(_: Tensor, out: Tensor, truth: Tensor) -> Tensor:
        places = torch.arange(out.shape[-1], device=out.device)
        sign = torch.where(places == truth.long().unsqueeze(-1), 1.0, -1.0).to(out.dtype)
        missing = margin - sign * out
        hinge = (missing > 0).to(out.dtype) if use_linear else 2.0 * missing.clamp_min(0.0)
        return -regularization_coefficient * sign * hinge

    return _with_loss(data, label, torch.clone, rule)


# ---- numbers


def _regression(
    name: str,
    data: Tensor,
    label: Tensor,
    grad_scale: float,
    kernel: Callable[[Tensor], Tensor],
    slope: Callable[[Tensor], Tensor],
) -> Tensor:
    floating(name, data)
    if data.dim() and (label.dim() == 0 or label.shape[0] != data.shape[0] or label.numel() != data.numel()):
        raise op_error(name, "label must have as many examples and elements as data", data=data, label=label)

    def rule(_: Tensor, out: Tensor, truth: Tensor) -> Tensor:
        per_example = max(1, truth.numel() // max(1, truth.shape[0]))
        return slope(out - truth.reshape(out.shape)) * single(grad_scale / per_example)

    return _with_loss(data, label, kernel, rule)


@operator("LinearRegressionOutput", aliases=("_sparse_LinearRegressionOutput",), same_dtype=True)
def linear_regression_output(data: Tensor, label: Tensor, grad_scale: float = 1.0) -> Tensor:
    """Hand predictions on, with the gradient of half the squared error; the head gradient is not used.

    Args:
        data: predictions, floating.
        label: what they should be: as many examples and elements, same dtype.
        grad_scale: factor of the gradient, which is divided by the number of elements of an example.

    Returns:
        A copy of ``data``.

    Raises:
        MXNetError: a label of another size or dtype, integer data.

    Source: MXNet 1.9.1 src/operator/regression_output.cc.
    """
    return _regression("LinearRegressionOutput", data, label, grad_scale, torch.clone, lambda error: error)


@operator("LogisticRegressionOutput", aliases=("_sparse_LogisticRegressionOutput",), same_dtype=True)
def logistic_regression_output(data: Tensor, label: Tensor, grad_scale: float = 1.0) -> Tensor:
    """Sigmoid, with the gradient of the cross entropy; the head gradient is not used.

    Args:
        data: scores, floating.
        label: probabilities: as many examples and elements, same dtype.
        grad_scale: factor of the gradient, which is divided by the number of elements of an example.

    Returns:
        Probabilities, of the shape and dtype of ``data``.

    Raises:
        MXNetError: a label of another size or dtype, integer data.

    Source: MXNet 1.9.1 src/operator/regression_output.cc.
    """
    return _regression("LogisticRegressionOutput", data, label, grad_scale, torch.sigmoid, lambda error: error)


def _away(error: Tensor) -> Tensor:
    """The sign of an error, -1 where there is none."""
    return torch.where(error > 0, 1.0, -1.0).to(error.dtype)


@operator("MAERegressionOutput", aliases=("_sparse_MAERegressionOutput",), same_dtype=True)
def mae_regression_output(data: Tensor, label: Tensor, grad_scale: float = 1.0) -> Tensor:
    """Hand predictions on, with the gradient of the absolute error; the head gradient is not used.

    Args:
        data: predictions, floating.
        label: what they should be: as many examples and elements, same dtype.
        grad_scale: factor of the gradient, which is divided by the number of elements of an example.

    Returns:
        A copy of ``data``.

    Raises:
        MXNetError: a label of another size or dtype, integer data.

    Source: MXNet 1.9.1 src/operator/regression_output.cc.
    """
    return _regression("MAERegressionOutput", data, label, grad_scale, torch.clone, _away)


# ---- any loss


@operator("MakeLoss")
def make_loss_v1(
    data: Tensor, grad_scale: float = 1.0, valid_thresh: float = 0.0, normalization: _Normalization = "null"
) -> Tensor:
    """Make an array a loss: its gradient is a constant, the head gradient is not used.

    Args:
        data: floating.
        grad_scale: the gradient.
        valid_thresh: elements above it are valid.
        normalization: divide the gradient by nothing, by the product of all axes but the last, or by the
            number of valid elements (at least 1).

    Returns:
        A copy of ``data``.

    Raises:
        MXNetError: integer data.

    Source: MXNet 1.9.1 src/operator/make_loss-inl.h.
    """
    floating("MakeLoss", data)

    def rule(x: Tensor, _: Tensor, __: Any) -> Tensor:
        if normalization == "valid":
            return (grad_scale / (x > valid_thresh).sum().clamp_min(1).to(x.dtype)).expand_as(x)
        rows = x.numel() // x.shape[-1] if normalization == "batch" and x.dim() > 1 else 1
        return torch.full_like(x, grad_scale / rows)

    return _with_loss(data, None, torch.clone, rule)


class _Sparseness(torch.autograd.Function):
    """Identity that adds the gradient of a sparseness penalty and moves the running activation."""

    @staticmethod
    def forward(ctx: Any, data: Tensor, average: Tensor, target: float, penalty: float, momentum: float) -> Tensor:
        ctx.save_for_backward(data)
        ctx.average = average
        ctx.rule = target, penalty, momentum
        return data.clone()

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        (data,) = ctx.saved_tensors
        target, penalty, momentum = ctx.rule
        average = ctx.average
        average.mul_(momentum).add_(data.mean(0), alpha=1.0 - momentum)
        slope = penalty * ((1.0 - target) / (1.0 - average) - target / average)
        return grads[0] + slope, None, None, None, None


@operator("IdentityAttachKLSparseReg", mutates=("moving_avg",), same_dtype=True)
def identity_attach_kl_sparse_reg(
    data: Tensor,
    moving_avg: Tensor,
    sparseness_target: Annotated[float, Range(0, 1)] = 0.1,
    penalty: float = 0.001,
    momentum: Annotated[float, Range(0, 1)] = 0.9,
) -> Tensor:
    """Hand activations on, adding to their gradient that of a penalty for mean activations off a target.

    Args:
        data: activations of a sigmoid, of shape ``(batch, units)``.
        moving_avg: running mean activation of each unit; written in place when backward runs.
        sparseness_target: wanted mean activation.
        penalty: factor of the penalty (a Kullback-Leibler divergence).
        momentum: share of the old running mean that stays.

    Returns:
        A copy of ``data``.

    Raises:
        MXNetError: data without two axes, a running mean of another length.

    Differences: ``nd.IdentityAttachKLSparseReg`` takes the running mean as its second input; MXNet's cannot be called.

    Source: MXNet 1.9.1 src/operator/identity_attach_KL_sparse_reg-inl.h.
    """
    floating("IdentityAttachKLSparseReg", data)
    if data.dim() != 2 or moving_avg.shape != data.shape[1:]:
        text = "data must have shape (batch, units) and moving_avg (units,)"
        raise op_error("IdentityAttachKLSparseReg", text, data=data, moving_avg=moving_avg)
    if not data.requires_grad:
        return data.clone()
    rule = (single(sparseness_target), single(penalty), single(momentum))
    result: Tensor = _Sparseness.apply(data, moving_avg.data, *rule)  # type: ignore[no-untyped-call]
    return result
