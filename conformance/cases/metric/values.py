"""Every metric on several inputs, over several updates and resets: values, names, printed text."""

import numpy as np

from ...compare import Tolerance
from ...suite import Suite, attempt

suite = Suite(__name__)


def scores(seed, rows=8, classes=4, dtype="float32"):
    """Rows of probabilities."""
    values = np.random.RandomState(seed).uniform(0.05, 1, (rows, classes))
    return (values / values.sum(axis=1, keepdims=True)).astype(dtype)


def classes(seed, rows=8, count=4):
    """Labels."""
    return np.random.RandomState(seed + 100).randint(0, count, rows).astype("float32")


def numbers(seed, *shape):
    """Any numbers."""
    return np.random.RandomState(seed + 200).normal(size=shape).astype("float32")


def number(value):
    """The value as Python's own number: whether NumPy's or Python's is a matter of the NumPy version."""
    if isinstance(value, list):
        return [number(v) for v in value]
    return float(value)


def state(metric):
    """All that a metric says about itself."""
    name, value = metric.get()
    everywhere, total = metric.get_global()
    return (
        name,
        number(value),
        everywhere,
        number(total),
        [(n, number(v)) for n, v in metric.get_name_value()],
        [(n, number(v)) for n, v in metric.get_global_name_value()],
    )


def steps(make, pairs):
    """A program that updates, resets the local sums in the middle, goes on, and resets."""

    def program(mx):
        metric = make(mx)
        results = [state(metric)]
        for number_of_step, (label, pred) in enumerate(pairs):
            metric.update([mx.nd.array(label, dtype=label.dtype)], [mx.nd.array(pred, dtype=pred.dtype)])
            results.append(state(metric))
            if number_of_step == 1:
                metric.reset_local()
                results.append(state(metric))
        metric.reset()
        results.append(state(metric))
        return results

    return program


SEEDS = (0, 1, 2, 3)
MULTI = [(classes(s), scores(s)) for s in SEEDS]
WIDE = [(classes(s, 6, 20), scores(s, 6, 20)) for s in SEEDS]
BINARY = [(classes(s, 8, 2), scores(s, 8, 2)) for s in SEEDS]
COLUMNS = [(numbers(s, 5, 3), numbers(s + 50, 5, 3)) for s in SEEDS]
VECTORS = [(numbers(s, 7), numbers(s + 50, 7)) for s in SEEDS]
INTS = [(classes(s).astype("int32"), classes(s + 3).astype("int32")) for s in SEEDS]
PAIRS = [(INTS[i], VECTORS[i]) for i in range(len(SEEDS))]
ONE_CLASS = [(np.ones(5, "float32"), scores(s, 5, 2)) for s in SEEDS]

CLASSIFIERS = {
    "accuracy": lambda mx: mx.metric.Accuracy(),
    "top_2": lambda mx: mx.metric.TopKAccuracy(2),
    "top_3": lambda mx: mx.metric.TopKAccuracy(top_k=3),
    "perplexity": lambda mx: mx.metric.Perplexity(None),
    "perplexity_ignore": lambda mx: mx.metric.Perplexity(0),
    "cross_entropy": lambda mx: mx.metric.CrossEntropy(),
    "cross_entropy_eps": lambda mx: mx.metric.CrossEntropy(eps=0.1),
    "nll": lambda mx: mx.metric.NegativeLogLikelihood(),
    "pcc": lambda mx: mx.metric.PCC(),
    "loss": lambda mx: mx.metric.Loss(),
    "torch": lambda mx: mx.metric.Torch(),
    "caffe": lambda mx: mx.metric.Caffe(),
}
TWO = {
    "f1": lambda mx: mx.metric.F1(),
    "f1_micro": lambda mx: mx.metric.F1(average="micro"),
    "mcc": lambda mx: mx.metric.MCC(),
    "mcc_micro": lambda mx: mx.metric.MCC(average="micro"),
    "pcc": lambda mx: mx.metric.PCC(),
    "accuracy": lambda mx: mx.metric.Accuracy(),
}
REGRESSIONS = {
    "mae": lambda mx: mx.metric.MAE(),
    "mse": lambda mx: mx.metric.MSE(),
    "rmse": lambda mx: mx.metric.RMSE(),
    "pearson": lambda mx: mx.metric.PearsonCorrelation(),
    "pearson_micro": lambda mx: mx.metric.PearsonCorrelation(average="micro"),
    "loss": lambda mx: mx.metric.Loss(),
}

for _name, _make in CLASSIFIERS.items():
    suite.table(
        _name,
        {
            "four_classes": steps(_make, MULTI),
            "twenty_classes": steps(_make, WIDE),
            "int_labels": steps(_make, [(a.astype("int32"), b) for a, b in MULTI]),
            "float64": steps(_make, [(a.astype("float64"), b.astype("float64")) for a, b in MULTI]),
            "float16": steps(_make, [(a, b.astype("float16")) for a, b in MULTI]),
            "one_row": steps(_make, [(a[:1], b[:1]) for a, b in MULTI]),
            "fractions": steps(_make, [(a + 0.75, b) for a, b in [(classes(s, 8, 3), scores(s)) for s in SEEDS]]),
        },
    )
for _name, _make in TWO.items():
    suite.table(
        "binary/" + _name,
        {
            "random": steps(_make, BINARY),
            "only_ones": steps(_make, ONE_CLASS),
            "only_zeros": steps(_make, [(a * 0, b) for a, b in ONE_CLASS]),
            "perfect": steps(_make, [(np.array([0, 1, 1], "float32"), np.eye(2, dtype="float32")[[0, 1, 1]])] * 3),
            "wrong": steps(_make, [(np.array([0, 1, 1], "float32"), np.eye(2, dtype="float32")[[1, 0, 0]])] * 3),
            "int_labels": steps(_make, [(a.astype("int32"), b) for a, b in BINARY]),
        },
    )
for _name, _make in REGRESSIONS.items():
    suite.table(
        "regression/" + _name,
        {
            "matrices": steps(_make, COLUMNS),
            "vectors": steps(_make, VECTORS),
            "ints": steps(_make, INTS),
            "float64": steps(_make, [(a.astype("float64"), b.astype("float64")) for a, b in VECTORS]),
            "mixed": steps(_make, [(a.astype("float64"), b) for a, b in VECTORS]),
            "int_and_float": steps(_make, [(a[:7], b[1]) for (a, _), b in PAIRS]),
            "column_and_vector": steps(_make, [(a.reshape(-1, 1), b) for a, b in VECTORS]),
            "vector_and_matrix": steps(_make, [(numbers(s, 5), numbers(s, 5, 3)) for s in SEEDS]),
            "constant": steps(_make, [(np.ones(4, "float32"), np.ones(4, "float32") * 3)] * 2),
        },
    )

    if _name == "loss":
        continue  # float16 sums of both signs cancel out
    suite.table(
        "regression/" + _name,
        {"float16": steps(_make, [(a.astype("float16"), b.astype("float16")) for a, b in VECTORS])},
        tol=Tolerance(rtol=2e-3, why="sums of float16, shown as Python's numbers"),
    )

suite.table(
    "accuracy",
    {
        "same_shape": steps(lambda mx: mx.metric.Accuracy(), [(classes(s), classes(s + 5)) for s in SEEDS]),
        "axis_last": steps(
            lambda mx: mx.metric.Accuracy(axis=-1),
            [(classes(s, 6).reshape(2, 3), scores(s, 6).reshape(2, 3, 4)) for s in SEEDS],
        ),
        "image": steps(
            lambda mx: mx.metric.Accuracy(),
            [(classes(s, 6).reshape(2, 3), scores(s, 6).reshape(2, 3, 4).transpose(0, 2, 1)) for s in SEEDS],
        ),
        "column_labels": steps(lambda mx: mx.metric.Accuracy(), [(a.reshape(-1, 1), b) for a, b in MULTI]),
        "ties": steps(lambda mx: mx.metric.Accuracy(), [(a, np.round(b, 1)) for a, b in MULTI]),
        "nan": steps(lambda mx: mx.metric.Accuracy(), [(a, np.where(b > 0.4, np.nan, b)) for a, b in MULTI]),
        "axis_zero": steps(lambda mx: mx.metric.Accuracy(axis=0), [(classes(s, 4, 8), scores(s)) for s in SEEDS]),
    },
)
suite.table(
    "perplexity",
    {
        "sequence": steps(
            lambda mx: mx.metric.Perplexity(1),
            [(classes(s, 6).reshape(2, 3), scores(s, 6).reshape(2, 3, 4)) for s in SEEDS],
        ),
        "all_ignored": steps(lambda mx: mx.metric.Perplexity(2), [(np.full(3, 2, "float32"), scores(0, 3))] * 2),
        "zero": steps(lambda mx: mx.metric.Perplexity(None), [(np.array([0.0, 1.0]), np.eye(2)[[1, 1]])] * 2),
    },
)
suite.table(
    "top_k",
    {
        "vector": steps(
            lambda mx: mx.metric.TopKAccuracy(2), [(np.array([0, 1, 2, 3.0]), np.array([0.1, 0.2, 0.3, 0.4]))] * 3
        ),
        "all_classes": steps(lambda mx: mx.metric.TopKAccuracy(4), MULTI),
        "column_labels": steps(lambda mx: mx.metric.TopKAccuracy(2), [(a.reshape(-1, 1), b) for a, b in MULTI]),
    },
)
suite.table(
    "pcc",
    {
        "labels_only": steps(lambda mx: mx.metric.PCC(), [(classes(s), classes(s + 5)) for s in SEEDS]),
        "growing": steps(lambda mx: mx.metric.PCC(), [(classes(s, 8, 2 + s), scores(s, 8, 2 + s)) for s in SEEDS]),
        "no_global": steps(lambda mx: mx.metric.PCC(has_global_stats=False), MULTI),
        "square": steps(
            lambda mx: mx.metric.PCC(), [(classes(s).reshape(4, 2), classes(s + 5).reshape(4, 2)) for s in SEEDS]
        ),
    },
)


def _several(make, labels, preds):
    def program(mx):
        metric = make(mx)
        for _ in range(2):
            metric.update([mx.nd.array(x) for x in labels], [mx.nd.array(x) for x in preds])
        return state(metric), str(metric).split(":")[0]

    return program


for _name in CLASSIFIERS:
    suite.table(
        "several_outputs", {_name: _several(CLASSIFIERS[_name], [p[0] for p in MULTI[:2]], [p[1] for p in MULTI[:2]])}
    )
for _name in ("f1", "f1_micro", "mcc", "mcc_micro"):
    suite.table(
        "several_outputs", {_name: _several(TWO[_name], [p[0] for p in BINARY[:2]], [p[1] for p in BINARY[:2]])}
    )
for _name in ("mae", "mse", "rmse", "pearson", "pearson_micro"):
    suite.table(
        "several_outputs",
        {_name: _several(REGRESSIONS[_name], [p[0] for p in COLUMNS[:2]], [p[1] for p in COLUMNS[:2]])},
    )


def _bare(make, label, pred):
    def program(mx):
        metric = make(mx)
        return attempt(lambda: metric.update(mx.nd.array(label), mx.nd.array(pred))), state(metric)

    return program


for _name in ("accuracy", "top_2", "cross_entropy", "nll", "loss", "pcc"):
    suite.table("bare_arrays", {_name: _bare(CLASSIFIERS[_name], *MULTI[0])})
suite.table("bare_arrays", {"mae": _bare(REGRESSIONS["mae"], *COLUMNS[0]), "f1": _bare(TWO["f1"], *BINARY[0])})


def _mean_error(label, pred):
    return np.abs(label - pred).mean()


def _sum_and_count(label, pred):
    return float(np.abs(label - pred).sum()), label.size


suite.table(
    "custom",
    {
        "mean": steps(lambda mx: mx.metric.CustomMetric(_mean_error), COLUMNS),
        "pair": steps(lambda mx: mx.metric.CustomMetric(_sum_and_count, name="pair"), COLUMNS),
        "np": steps(lambda mx: mx.metric.np(_mean_error), COLUMNS),
        "np_named": steps(lambda mx: mx.metric.np(_mean_error, name="named"), COLUMNS),
        "lambda": steps(lambda mx: mx.metric.CustomMetric(lambda a, b: (a + b).sum()), COLUMNS),
        "create": steps(lambda mx: mx.metric.create(_mean_error), COLUMNS),
        "int": steps(lambda mx: mx.metric.CustomMetric(lambda a, b: 1, "one"), COLUMNS),
    },
)


@suite.case("custom/extra_outputs")
def extra_outputs(mx):
    metric = mx.metric.CustomMetric(_mean_error, allow_extra_outputs=True)
    strict = mx.metric.np(_mean_error)
    label, preds = [mx.nd.array(COLUMNS[0][0])], [mx.nd.array(COLUMNS[0][1]), mx.nd.ones((2, 2))]
    metric.update(label, preds)
    return state(metric), attempt(lambda: strict.update(label, preds))
