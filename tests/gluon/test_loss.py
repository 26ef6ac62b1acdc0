"""What the recorded cases cannot say of losses: symbols, messages, the labels' own gradients."""

from __future__ import annotations

from typing import Any

import pytest

import mxcompat as mx
from mxcompat.gluon import loss as losses

TWO = ["L2Loss", "L1Loss", "HuberLoss", "SigmoidBCELoss", "SoftmaxCELoss", "KLDivLoss", "HingeLoss", "SquaredHingeLoss"]


@pytest.mark.parametrize("name", [*TWO, "LogisticLoss", "PoissonNLLLoss", "CTCLoss"])
def test_a_loss_of_symbols_is_a_symbol(name: str) -> None:
    out = getattr(losses, name)()(mx.sym.var("pred"), mx.sym.var("label"))
    assert sorted(out.list_arguments()) == ["label", "pred"]


@pytest.mark.parametrize("name", TWO)
def test_a_loss_bound_as_a_symbol_gives_what_arrays_give(name: str) -> None:
    loss = getattr(losses, name)(weight=0.5)
    shape = (3,) if name == "SoftmaxCELoss" else (3, 4)
    pred, label, weight = mx.nd.random.uniform(0.1, 1, shape=(3, 4)), mx.nd.ones(shape), mx.nd.array([[1], [2], [0]])
    out = loss(mx.sym.var("pred"), mx.sym.var("label"), mx.sym.var("weight"))
    bound = out.eval(ctx=mx.cpu(), pred=pred, label=label, weight=weight)[0]
    assert bound.asnumpy() == pytest.approx(loss(pred, label, weight).asnumpy(), rel=1e-5)


def test_three_vectors_as_symbols() -> None:
    a, b, c = (mx.sym.var(name) for name in "abc")
    assert sorted(losses.TripletLoss()(a, b, c).list_arguments()) == ["a", "b", "c"]
    assert sorted(losses.CosineEmbeddingLoss()(a, b, c).list_arguments()) == ["a", "b", "c"]


def test_labels_of_another_shape_are_reshaped_only_then() -> None:
    label = mx.nd.ones((2, 3))
    assert losses._reshape_like(mx.nd, label, mx.nd.ones((2, 3))) is label
    assert losses._reshape_like(mx.nd, label, mx.nd.ones((3, 2))).shape == (3, 2)


@pytest.mark.parametrize("weight", ["a", [1], mx.nd.ones(1)])
def test_a_weight_must_be_a_number(weight: Any) -> None:
    with pytest.raises(AssertionError, match="weight must be a number, got"):
        losses.L1Loss(weight=weight)(mx.nd.ones(1), mx.nd.ones(1))


def test_layouts_of_ctc_are_named() -> None:
    with pytest.raises(AssertionError, match=r"label_layout='XT'.*'NT', 'TN'"):
        losses.CTCLoss(label_layout="XT")


def test_poisson_with_the_full_term_has_a_gradient() -> None:
    """MXNet 1.9.1 writes into its own graph here, and fails."""
    pred, target = mx.nd.array([[0.5, 1.0]]), mx.nd.array([[2.0, 3.0]])
    pred.attach_grad()
    with mx.autograd.record():
        out = losses.PoissonNLLLoss(compute_full=True)(pred, target)
    out.backward()
    assert pred.grad.asnumpy() == pytest.approx((pred.exp() - target).asnumpy() / 2)
