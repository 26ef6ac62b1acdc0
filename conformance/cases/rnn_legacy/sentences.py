"""Sentences as numbers and in buckets."""

import contextlib
import io
import random

import numpy as np

from ...suite import Suite, attempt

suite = Suite(__name__)

WORDS = [["a", "b", "c"], ["b", "d"], ["a"], ["c", "c", "e", "f"]]


def _encode(**options):
    def program(mx):
        vocab = dict(options["vocab"]) if "vocab" in options else None
        rest = {k: v for k, v in options.items() if k != "vocab"}
        coded, found = mx.rnn.encode_sentences(WORDS, vocab, **rest)
        return coded, sorted(found.items())

    return program


suite.table(
    "encode",
    {
        "new": _encode(),
        "start": _encode(start_label=5),
        "invalid_inside": _encode(invalid_label=2),
        "invalid_key": _encode(invalid_label=0, invalid_key="<pad>", start_label=1),
        "known": _encode(vocab={k: i for i, k in enumerate("abcdef")}),
        "unknown_token": _encode(vocab={"a": 1, "b": 2}, unknown_token="<unk>", start_label=9),
        "unknown_known": _encode(vocab={"a": 1, "<unk>": 2}, unknown_token="<unk>"),
        "unknown_new": _encode(unknown_token="<unk>"),
    },
)
suite.errors("encode_error", {"unknown": (_encode(vocab={"a": 1}), ("b",))})


def sentences():
    lengths = [3, 5, 2, 4, 4, 5, 3, 2, 8, 3, 4, 5, 3, 4, 2, 2, 3]
    return [[(i * 3 + j) % 11 + 1 for j in range(n)] for i, n in enumerate(lengths)]


def _iterator(batch_size=2, **options):
    def program(mx):
        random.seed(3)
        np.random.seed(3)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            data = mx.rnn.BucketSentenceIter(sentences(), batch_size, **options)
        found = []
        for _ in range(2):
            for batch in data:
                found.append(
                    (
                        batch.bucket_key, batch.pad, batch.data, batch.label,
                        [repr(x) for x in batch.provide_data + batch.provide_label],
                    )
                )  # fmt: skip
            data.reset()
        return (
            found, data.buckets, data.default_bucket_key, [repr(x) for x in data.provide_data + data.provide_label],
            data.batch_size, printed.getvalue(),
        )  # fmt: skip

    return program


suite.table(
    "iterator",
    {
        "default": _iterator(),
        "buckets": _iterator(buckets=[5, 3]),
        "one_bucket": _iterator(3, buckets=[8]),
        "empty_bucket": _iterator(buckets=[1, 4, 6, 8]),
        "time_major": _iterator(buckets=[4, 8], layout="TN"),
        "invalid_label": _iterator(buckets=[4, 8], invalid_label=0),
        "int32": _iterator(buckets=[4, 8], dtype="int32"),
        "names": _iterator(buckets=[5], data_name="x", label_name="y"),
    },
)
suite.errors(
    "iterator_error",
    {
        "layout": (_iterator(layout="T"), ("layout",)),
        "no_bucket": (_iterator(30), ()),
    },
)


@suite.case()
def training(mx):
    """A small language model over buckets."""
    random.seed(1)
    np.random.seed(1)
    with contextlib.redirect_stdout(io.StringIO()):
        data = mx.rnn.BucketSentenceIter(sentences(), 2, buckets=[3, 5], invalid_label=0)

    def sym_gen(length):
        cell = mx.rnn.LSTMCell(4)
        words = mx.sym.Embedding(mx.sym.var("data"), input_dim=12, output_dim=3, name="embed")
        outputs, _ = cell.unroll(length, words, merge_outputs=True)
        scores = mx.sym.FullyConnected(mx.sym.Reshape(outputs, shape=(-1, 4)), num_hidden=12, name="pred")
        label = mx.sym.Reshape(mx.sym.var("softmax_label"), shape=(-1,))
        return mx.sym.SoftmaxOutput(scores, label, name="softmax"), ("data",), ("softmax_label",)

    module = mx.mod.BucketingModule(sym_gen, data.default_bucket_key)
    metric = mx.metric.Perplexity(0)
    values = []
    module.fit(
        data, num_epoch=3, eval_metric=metric, optimizer="adam", initializer=mx.init.Xavier(),
        optimizer_params={"learning_rate": 0.05},
        batch_end_callback=lambda param: values.append(float(param.eval_metric.get()[1])),
    )  # fmt: skip
    return values, sorted(module.get_params()[0].items()), attempt(lambda: float(module.score(data, metric)[0][1]))
