"""Metrics beside their recorded values: recording, contexts, numbers' types, messages."""

import pickle

import numpy as np
import pytest
import torch

import mxcompat as mx
from mxcompat import autograd

NAMES = ["acc", "ce", "nll_loss", "mae", "mse", "rmse", "loss", "f1", "mcc", "pcc", "pearsonr"]


def batch():
    label = mx.nd.array([0, 1, 1, 0])
    pred = mx.nd.array([[0.7, 0.3], [0.2, 0.8], [0.6, 0.4], [0.9, 0.1]])
    return label, pred


def updated(metric, label, pred):
    if isinstance(metric, mx.metric.PearsonCorrelation):
        pred = pred[:, 1]
    metric.update([label], [pred])
    return metric.get()[1]


@pytest.mark.parametrize("name", NAMES)
def test_updating_while_recording_records_nothing_lasting(name):
    label, pred = batch()
    expected = updated(mx.metric.create(name), label, pred)
    pred.attach_grad()
    with autograd.record():
        out = pred * 1
        found = updated(mx.metric.create(name), label, out)
        loss = (out * 2).sum()
    loss.backward()
    assert found == expected
    assert (pred.grad.asnumpy() == 2).all()


@pytest.mark.parametrize("name", NAMES)
def test_results_are_plain_numbers(name):
    metric = mx.metric.create(name)
    updated(metric, *batch())
    assert type(metric.get()[1]) is float and type(metric.get_global()[1]) is float
    assert "np.float" not in str(metric)
    assert str(metric) == f"EvalMetric: {dict([metric.get()])}"


@pytest.mark.parametrize("name", NAMES)
def test_metrics_can_be_pickled(name):
    metric = mx.metric.create(name)
    updated(metric, *batch())
    again = pickle.loads(pickle.dumps(metric))
    assert again.get() == metric.get() and type(again).__module__ == "mxcompat.metric"


def test_a_metric_of_a_program_prints_plain_numbers():
    class Half(mx.metric.EvalMetric):
        def update(self, labels, preds):
            self.sum_metric += np.float64(1)
            self.num_inst += 2

    metric = Half("half")
    metric.update(None, None)
    assert str(metric) == "EvalMetric: {'half': 0.5}"
    assert metric.get() == metric.get_global() == ("half", 0.5)


def test_labels_that_are_no_class_are_refused():
    with pytest.raises(IndexError):
        mx.metric.CrossEntropy().update([mx.nd.array([3])], [mx.nd.array([[0.5, 0.5]])])


def test_messages_name_what_was_received():
    with pytest.raises(AssertionError, match="top_k=1"):
        mx.metric.TopKAccuracy(1)
    with pytest.raises(ValueError, match=r"top_k=3.*\(1, 2\)"):
        mx.metric.TopKAccuracy(3).update([mx.nd.array([1])], [mx.nd.ones((1, 2))])
    with pytest.raises(ValueError, match="labels of shape 1 do not fit predictions of shape 2"):
        mx.metric.Accuracy().update([mx.nd.ones(1)], [mx.nd.ones(1)] * 2)
    with pytest.raises(ValueError, match="binary"):
        mx.metric.F1().update([mx.nd.array([0, 1, 2])], [mx.nd.ones((3, 2))])


def test_a_failed_update_leaves_the_sums_alone():
    metric = mx.metric.Accuracy()
    updated(metric, *batch())
    before = metric.get()
    with pytest.raises(ValueError):
        metric.update([mx.nd.ones(3)], [mx.nd.ones((4, 2))])
    assert metric.get() == before


def test_pcc_of_two_classes_is_mcc():
    pcc, mcc = mx.metric.PCC(), mx.metric.MCC(average="micro")
    for seed in range(3):
        draw = np.random.RandomState(seed)
        label, pred = mx.nd.array(draw.randint(0, 2, 20)), mx.nd.array(draw.uniform(size=(20, 2)))
        pcc.update([label], [pred])
        mcc.update([label], [pred])
    assert pcc.get()[1] == pytest.approx(mcc.get()[1])


@pytest.mark.gpu
def test_labels_and_predictions_may_be_on_different_devices():
    if not torch.cuda.is_available():
        pytest.skip("needs a GPU")
    label, pred = batch()
    for name in NAMES:
        expected = updated(mx.metric.create(name), label, pred)
        assert updated(mx.metric.create(name), label, pred.as_in_context(mx.gpu())) == pytest.approx(expected)
