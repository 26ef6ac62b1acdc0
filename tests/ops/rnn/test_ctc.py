"""CTCLoss where MXNet 1.9.1 has no answer to record."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import mxcompat as mx


def _brute_force(scores: np.ndarray, label: list[int], blank: int) -> float:
    """Minus log of the probability of all paths that read as the label."""
    prob = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    total = 0.0
    for path in itertools.product(range(scores.shape[1]), repeat=scores.shape[0]):
        if [k for k, _ in itertools.groupby(path) if k != blank] == label:
            total += float(np.prod(prob[np.arange(len(path)), path]))
    return -float(np.log(total))


@pytest.mark.parametrize("label", [[1], [1, 2], [2, 2], [1, 2, 1]])
@pytest.mark.parametrize("blank", ["first", "last"])
def test_the_loss_is_the_sum_over_all_paths(label: list[int], blank: str) -> None:
    scores = np.random.RandomState(4).uniform(-1, 1, (5, 1, 3))
    shift = 0 if blank == "first" else 1
    moved = [k - shift for k in label]
    loss = mx.nd.CTCLoss(mx.nd.array(scores, dtype="float64"), mx.nd.array([moved]), blank_label=blank)
    assert loss.asscalar() == pytest.approx(_brute_force(scores[:, 0], moved, 0 if blank == "first" else 2))


def test_labels_that_do_not_fit_have_no_loss_and_no_gradient() -> None:
    data = mx.nd.random.uniform(shape=(2, 2, 3))
    data.attach_grad()
    with mx.autograd.record():
        loss = mx.nd.CTCLoss(data, mx.nd.array([[1, 1], [1, 2]]))
    loss.backward()
    assert loss[0].asscalar() == 0 and not data.grad[:, 0].asnumpy().any()
    assert loss[1].asscalar() > 0 and data.grad[:, 1].asnumpy().any()


@pytest.mark.parametrize("dtype", ["int32", "int64", "float64"])
def test_lengths_of_any_dtype(dtype: str) -> None:
    data, label = mx.nd.random.uniform(shape=(4, 2, 3)), mx.nd.array([[1, 2], [2, 0]])
    lengths = mx.nd.array([3, 4])
    given = mx.nd.CTCLoss(data, label, lengths.astype(dtype), use_data_lengths=True)
    assert (given == mx.nd.CTCLoss(data, label, lengths, use_data_lengths=True)).asnumpy().all()
