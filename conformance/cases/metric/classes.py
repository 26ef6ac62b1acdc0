"""Metrics by name, composite metrics, names of outputs, configurations, texts, bad input."""

import warnings

import numpy as np

from ...suite import Suite, attempt
from .values import BINARY, MULTI, number, state

suite = Suite(__name__)

NAMES = (
    "acc accuracy ce crossentropy f1 loss mae mcc mse rmse pcc nll_loss negativeloglikelihood pearsonr"
    " pearsoncorrelation torch caffe composite Accuracy ACC"
).split()


def _created(name):
    def program(mx):
        metric = mx.metric.create(name)
        return type(metric), metric.name, str(metric), metric.get_config()

    return program


suite.table("create", {name: _created(name) for name in NAMES})
suite.table(
    "create",
    {
        "top_k_acc": lambda mx: mx.metric.create("top_k_acc", top_k=3).get_config(),
        "top_k_accuracy": lambda mx: mx.metric.create("top_k_accuracy", 5).get_config(),
        "topkaccuracy": lambda mx: mx.metric.create("topkaccuracy", top_k=2).name,
        "perplexity": lambda mx: mx.metric.create("perplexity", ignore_label=0).get_config(),
        "list": lambda mx: mx.metric.create(["acc", "ce", mx.metric.MAE()]).get_config(),
        "nested": lambda mx: str(mx.metric.create(["acc", ["mae", "mse"]])),
        "list_of_arguments": lambda mx: mx.metric.create(["acc", "mae"], name="mine").get_config(),
        "json": lambda mx: mx.metric.create('["mae", {"name": "x"}]').get_config(),
        "dict": lambda mx: mx.metric.create({"metric": "mae", "name": "y"}).get_config(),
        "keyword": lambda mx: mx.metric.create(metric="mse").get_config(),
        "instance": lambda mx: mx.metric.create(mx.metric.MSE(name="q")).name,
        "function": lambda mx: mx.metric.create(lambda a, b: 1).name,
        "function_named": lambda mx: mx.metric.create(_some, name="n").name,
        "from_config": lambda mx: mx.metric.create(mx.metric.Accuracy(axis=2).get_config()).get_config(),
    },
)


def _some(label, pred):
    return 1


suite.errors(
    "bad",
    {
        "unknown": (lambda mx: mx.metric.create("nothing"), ("nothing",)),
        "number": (lambda mx: mx.metric.create(3), ("string",)),
        "keyword": (lambda mx: mx.metric.create("acc", no=3), ()),
        "top_one": (lambda mx: mx.metric.TopKAccuracy(), ("top_k",)),
        "register_stranger": (lambda mx: mx.metric.register(dict), ("subclass",)),
        "base_update": (lambda mx: mx.metric.EvalMetric("x").update([], []), ()),
        "custom_config": (lambda mx: mx.metric.CustomMetric(_some).get_config(), ("CustomMetric",)),
        "perplexity_without_label": (lambda mx: mx.metric.Perplexity(), ("ignore_label",)),
        "composite_of_nonsense": (lambda mx: mx.metric.CompositeEvalMetric(["nothing"]), ("nothing",)),
    },
)

A = np.arange(6, dtype="float32").reshape(3, 2) / 6
UPDATES = {
    "acc": {
        "numbers": ([[0, 1]], [A, A]),
        "sizes": ([[0, 1]], [A]),
        "vector": ([[0, 1]], [[0.5, 0.5, 0.5]]),
        "cube": ([[0, 1, 1]], [A.reshape(3, 1, 2)]),
    },
    "ce": {
        "numbers": ([[0, 1]], [A, A]),
        "sizes": ([[0, 1]], [A]),
        "out_of_range": ([[0, 5, 1]], [A]),
        "negative": ([[0, -1, 1]], [A]),
        "cube": ([[0, 1, 1]], [A.reshape(3, 2, 1)]),
        "vector": ([[0, 1]], [[0.5, 0.5]]),
    },
    "nll_loss": {"sizes": ([[0, 1]], [A]), "out_of_range": ([[0, 5, 1]], [A]), "negative": ([[0, -1, 1]], [A])},
    "f1": {
        "three_labels": ([[0, 1, 2]], [A]),
        "sizes": ([[0, 1]], [A]),
        "numbers": ([[0, 1]], [A, A]),
        "vector": ([[0, 1]], [[0.5, 0.5]]),
        "three_classes": ([[0, 1]], [A.reshape(2, 3)]),
    },
    "mcc": {"three_labels": ([[0, 1, 2]], [A]), "sizes": ([[0, 1]], [A])},
    "mae": {
        "numbers": ([[0, 1]], [A, A]),
        "sizes": ([[0, 1]], [A]),
        "broadcast": ([[0.5, 1, 2]], [A]),
    },
    "mse": {"sizes": ([[0, 1]], [A])},
    "rmse": {"sizes": ([[0, 1]], [A])},
    "pearsonr": {"sizes": ([[0, 1]], [A]), "shapes": ([[0, 1, 2, 3, 4, 5]], [A]), "numbers": ([[0, 1]], [A, A])},
    "pcc": {"numbers": ([[0, 1]], [A, A]), "sizes": ([[0, 1]], [A]), "vector": ([[0, 1]], [[0.5, 0.5, 0.5]])},
    "loss": {"nothing": ([], []), "two": ([[1]], [A, A])},
}


def _updated(name, labels, preds, **arguments):
    def program(mx):
        metric = mx.metric.create(name, **arguments)
        outcome = attempt(lambda: metric.update([mx.nd.array(x) for x in labels], [mx.nd.array(x) for x in preds]))
        return outcome, state(metric)

    return program


for _metric, _table in UPDATES.items():
    suite.table("update/" + _metric, {name: _updated(_metric, *pair) for name, pair in _table.items()})
suite.table(
    "update/perplexity",
    {
        "numbers": _updated("perplexity", [[0, 1]], [A, A], ignore_label=None),
        "sizes": _updated("perplexity", [[0, 1]], [A], ignore_label=None),
    },
)
suite.table(
    "update/top_k_acc",
    {
        "numbers": _updated("top_k_acc", [[0, 1]], [A, A], top_k=2),
        "sizes": _updated("top_k_acc", [[0, 1]], [A], top_k=2),
        "few_classes": _updated("top_k_acc", [[0, 1, 1]], [A], top_k=3),
        "cube": _updated("top_k_acc", [[0, 1, 1]], [A.reshape(3, 1, 2)], top_k=2),
    },
)


def _composite(mx):
    return mx.metric.CompositeEvalMetric(["acc", mx.metric.CrossEntropy(), "pcc"], name="all")


@suite.case("composite/steps")
def composite_steps(mx):
    metric = _composite(mx)
    results = [metric.get()[0], str(metric)]
    for step, (label, pred) in enumerate(MULTI):
        metric.update([mx.nd.array(label)], [mx.nd.array(pred)])
        results.append([(n, number(v)) for n, v in metric.get_name_value()])
        if step == 1:
            metric.reset_local()
        results.append([(n, number(v)) for n, v in metric.get_global_name_value()])
        results.append((metric.get()[0], number(metric.get()[1]), number(metric.get_global()[1])))
    metric.reset()
    results.append((metric.get()[0], number(metric.get()[1])))
    return results


@suite.case("composite/parts")
def composite_parts(mx):
    metric = _composite(mx)
    metric.add("mae")
    metric.add(["mse", "rmse"])
    return (
        metric.name,
        len(metric.metrics),
        [type(m) for m in metric.metrics],
        type(metric.get_metric(0)),
        metric.get_metric(1).name,
        metric.get_metric(-1).name,
        type(metric.get_metric(9)),
        metric.get()[0],
    )


@suite.case("composite/nested")
def composite_nested(mx):
    metric = mx.metric.CompositeEvalMetric([mx.metric.CompositeEvalMetric(["acc", "ce"]), "f1"])
    metric.update([mx.nd.array(BINARY[0][0])], [mx.nd.array(BINARY[0][1])])
    return metric.get()[0], number(metric.get()[1])


@suite.case("composite/names")
def composite_names(mx):
    results = []
    for outputs, labels in ((None, None), (["a_output"], ["a_label"]), (["b_output", "a_output"], None)):
        metric = mx.metric.CompositeEvalMetric(["acc", "ce"], output_names=outputs, label_names=labels)
        given = (
            {"a_label": mx.nd.array(MULTI[0][0]), "b_label": mx.nd.array(MULTI[1][0])},
            {"a_output": mx.nd.array(MULTI[0][1]), "b_output": mx.nd.array(MULTI[1][1])},
        )
        results.append((attempt(metric.update_dict, *given), number(metric.get()[1])))
    return results


@suite.case("names/update_dict")
def update_dict(mx):
    labels = {"a": mx.nd.array(MULTI[0][0]), "b": mx.nd.array(MULTI[1][0])}
    preds = {"x": mx.nd.array(MULTI[0][1]), "y": mx.nd.array(MULTI[1][1]), "z": mx.nd.array(MULTI[2][1])}
    results = []
    for outputs, names in ((["x"], ["a"]), (["y"], ["b"]), (["x", "y"], ["a", "b"]), (["y", "x"], None), (None, ["a"])):
        metric = mx.metric.Accuracy(output_names=outputs, label_names=names)
        results.append((attempt(metric.update_dict, labels, preds), state(metric), metric.get_config()))
    metric = mx.metric.Accuracy(output_names=["no"])
    results.append(attempt(metric.update_dict, labels, preds))
    return results


@suite.case("names/given")
def given_names(mx):
    made = [
        mx.metric.Accuracy(name="a"),
        mx.metric.TopKAccuracy(3, name="t"),
        mx.metric.F1(name="f"),
        mx.metric.PCC(name="p"),
        mx.metric.Perplexity(None, name="x"),
        mx.metric.Loss(name=3),
    ]
    return [(m.name, m.get()[0], str(m)) for m in made]


@suite.case("text/values")
def text_values(mx):
    label, pred = mx.nd.array([0, 1, 1, 0]), mx.nd.array([[0.75, 0.25], [0.75, 0.25], [0.25, 0.75], [1, 0]])
    texts = []
    for name in ("acc", "f1", "pcc", ["acc", "f1"]):
        metric = mx.metric.create(name)
        metric.update([label], [pred])
        texts.append(str(metric))
    metric = mx.metric.create("mae")
    metric.update([mx.nd.array([1, 2])], [mx.nd.array([1.5, 2.5])])
    return texts, str(metric), repr(mx.metric.MSE().get())


@suite.case("check_label_shapes")
def check_label_shapes(mx):
    check = mx.metric.check_label_shapes
    a, b = mx.nd.zeros((2, 3)), mx.nd.zeros((2, 4))
    return (
        check([1, 2], [3, 4]),
        check(a, b),
        check(a, b, wrap=True)[0][0].shape,
        attempt(lambda: check(a, b, shape=True)),
        attempt(lambda: check([a], [b, b])),
        len(check(a, a, True, True)[1]),
    )


@suite.case("registered")
def registered(mx):
    return sorted(mx.registry.get_registry(mx.metric.EvalMetric))


def _own(mx):
    class HalfRight(mx.metric.EvalMetric):
        def __init__(self, name="half", share=0.5):
            super(HalfRight, self).__init__(name, share=share)
            self.share = share

        def update(self, labels, preds):
            for label in labels:
                self.sum_metric += self.share * label.size
                self.num_inst += label.size

    return HalfRight


@suite.case("own")
def own(mx):
    base = mx.metric.EvalMetric
    before = mx.registry._REGISTRY[base].copy()
    try:
        made = mx.metric.alias("hr")(mx.metric.register(_own(mx)))
        metric = mx.metric.create("HR", share=0.25)
        metric.update([mx.nd.zeros(4)], [mx.nd.zeros(4)])
        first = state(metric)
        metric.reset_local()
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            mx.metric.register(made)
        return first, state(metric), metric.get_config(), str(mx.metric.create(["acc", "halfright"])), len(seen)
    finally:
        mx.registry._REGISTRY[base].clear()
        mx.registry._REGISTRY[base].update(before)


@suite.case("pearson_helpers")
def pearson_helpers(mx):
    metric = mx.metric.PearsonCorrelation(average="micro")
    values = np.array([1.0, 2.0, 4.0])
    count, mean, squares = metric.update_variance(values, 0, 0, 0)
    again = metric.update_variance(values * 2, count, mean, squares)
    return count, number(mean), number(squares), [number(v) for v in again]
