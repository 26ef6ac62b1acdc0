"""Programs as the later books write them: by hand with autograd, with Gluon, attention, states carried over batches."""

from __future__ import annotations

import math

import numpy as np

from ...compare import Tolerance
from ...suite import Suite, attempt
from ._programs import table, values_of

suite = Suite(__name__)
LOOSE = Tolerance(rtol=1e-4, atol=1e-5, why="sums in another order, added up over the steps")


def _squares_by_hand(mx):
    x, y = mx.np.array(values_of((12, 3))), mx.np.array(values_of((12, 1), 2))
    w, b = mx.np.random.normal(0, 0.1, (3, 1)), mx.np.zeros(1)
    w.attach_grad()
    b.attach_grad()
    seen = []
    for start in range(0, 12, 4):
        with mx.autograd.record():
            loss = (mx.np.dot(x[start : start + 4], w) + b - y[start : start + 4].reshape((4, 1))) ** 2 / 2
        loss.backward()
        for param in (w, b):
            param[:] = param - 0.1 * param.grad / 4
        seen.append((loss, float(loss.sum())))
    return seen, w, b


def _picked(mx):
    """The likelihood of the labels, by indices, by a range and by ``pick``."""
    labels = mx.np.array([0, 2, 1], dtype="int32")
    seen = []
    for pick in (
        lambda p: p[mx.np.arange(3), labels],
        lambda p: p[range(3), labels],
        lambda p: mx.npx.pick(p, labels),
        lambda p: (p * mx.npx.one_hot(labels, 4)).sum(axis=1),
    ):
        scores = mx.np.array(values_of((3, 4)))
        scores.attach_grad()
        with mx.autograd.record():
            parts = mx.np.exp(scores)
            loss = -mx.np.log(pick(parts / parts.sum(1, keepdims=True)))
        loss.backward()
        seen.append((loss, scores.grad))
    return seen


def _accuracy(mx):
    scores, labels = mx.np.array(values_of((6, 4))), mx.np.array([0, 1, 2, 3, 0, 1], dtype="int32")
    taken = scores.argmax(axis=1)
    right = taken.astype(labels.dtype) == labels
    return taken, right, float(right.astype(labels.dtype).sum()), right.sum(), right.astype("float32").mean()


def _masked_softmax(mx, scores, valid):
    flat = mx.npx.sequence_mask(
        scores.reshape(-1, scores.shape[-1]), valid.repeat(scores.shape[1]), True, value=-1e6, axis=1
    )
    return mx.npx.softmax(flat).reshape(scores.shape)


def _attention(mx):
    queries, keys, values = (mx.np.array(values_of((2, 3, 4), seed)) for seed in (1, 2, 3))
    for array in (queries, keys, values):
        array.attach_grad()
    with mx.autograd.record():
        weights = _masked_softmax(
            mx, mx.npx.batch_dot(queries, keys, transpose_b=True) / math.sqrt(4), mx.np.array([2, 3])
        )
        out = mx.npx.batch_dot(weights, values)
        loss = (out**2).sum()
    loss.backward()
    return weights, out, loss, queries.grad, keys.grad, values.grad


def _heads(mx):
    x = mx.np.array(values_of((2, 3, 8)))
    by_method = x.reshape(2, 3, 4, -1).transpose(0, 2, 1, 3).reshape(-1, 3, 2)
    by_code = mx.npx.reshape(x, (-2, -2, -6, 4, -1))
    by_code = mx.npx.reshape(mx.np.transpose(by_code, axes=(0, 2, 1, 3)), (-5, -2, -2))
    back = mx.npx.reshape(by_code, (-6, -1, 4, -2, -2))
    back = mx.npx.reshape(mx.np.transpose(back, axes=(0, 2, 1, 3)), (-2, -2, -5))
    return by_method, by_code, back == x


def _positions(mx):
    places = mx.np.zeros((1, 5, 6))
    angles = mx.np.arange(5).reshape(-1, 1) / mx.np.power(100, mx.np.arange(0, 6, 2) / 6)
    places[:, :, 0::2] = mx.np.sin(angles)
    places[:, :, 1::2] = mx.np.cos(angles)
    return places


def _anchors(mx):
    corners = mx.np.array([[0.1, 0.08, 0.52, 0.92], [0.08, 0.2, 0.56, 0.95], [0.55, 0.2, 0.9, 0.88]])
    lows = mx.np.maximum(corners[:, None, :2], corners[:, :2])
    highs = mx.np.minimum(corners[:, None, 2:], corners[:, 2:])
    inner = (highs - lows).clip(min=0)
    inner = inner[:, :, 0] * inner[:, :, 1]
    sizes = (corners[:, 2] - corners[:, 0]) * (corners[:, 3] - corners[:, 1])
    ratio = inner / (sizes[:, None] + sizes - inner)
    best, where = mx.np.max(ratio, axis=1), mx.np.argmax(ratio, axis=1)
    owner = mx.np.full((3,), -1, dtype=np.int32)
    rows = mx.np.nonzero(best >= 0.5)[0]
    owner[rows] = where[best >= 0.5]
    ratio[:, 1] = mx.np.full((3,), -1)
    kinds, counts = mx.np.unique(mx.np.concatenate((owner, mx.np.arange(3, dtype=np.int32))), return_counts=True)
    grid = mx.np.meshgrid(mx.np.arange(2), mx.np.arange(3))
    return ratio, best, where, rows, owner, kinds, counts, kinds[counts == 1], grid, best.argsort()[::-1]


def _carried(make):
    """A state is used in the next batch as it is: after backward it has no history."""

    def program(mx):
        layer = make(mx)
        layer.initialize(mx.init.Uniform(0.3))
        trainer = mx.gluon.Trainer(layer.collect_params(), "sgd", {"learning_rate": 0.1})
        state = layer.begin_state(batch_size=2)
        seen = []
        for step in range(3):
            x = mx.np.array(values_of((4, 2, 3), step))
            with mx.autograd.record():
                out, state = layer(x, state)
                loss = (out**2).mean()
            loss.backward()
            trainer.step(1)
            seen.append((loss, state))
        return seen, {name: (p.data(), p.grad()) for name, p in layer.collect_params().items()}

    return program


def _carried_split(mx):
    """One half of a split goes into the loss, the other into the next step."""
    w, c, seen = mx.np.ones((2, 4)), mx.np.array(values_of((2, 4))), []
    w.attach_grad()
    for _ in range(3):
        with mx.autograd.record():
            first, second = mx.np.split(w * c, 2, axis=1)
            loss = (first**2).sum()
        loss.backward()
        c = mx.np.concatenate([second, second], axis=1)
        seen.append((loss, w.grad.copy()))
    return seen


def _clipped(mx):
    net = mx.gluon.nn.Dense(2)
    net.initialize(mx.init.Uniform(1))
    x = mx.np.array(values_of((4, 3)))
    with mx.autograd.record():
        loss = (net(x) ** 2).sum()
    loss.backward()
    arrays = [p.data() for p in net.collect_params().values()]
    norm = math.sqrt(sum((a.grad**2).sum() for a in arrays))
    for array in arrays:
        array.grad[:] *= 1 / norm
    return norm, [a.grad for a in arrays]


_SCALARS = {
    "formats": lambda s, i, v: (f"{s:.2f}", f"{s}", "%.3f" % s, "%d" % i, str(v), repr(s)),
    "numbers": lambda s, i, v: (float(s), int(i), bool(s), math.sqrt(s), round(float(s))),
    "range": lambda s, i, v: list(range(i)),
    "place in a list": lambda s, i, v: [10, 20, 30, 40][i],
    "whole division": lambda s, i, v: i // 2,
    "sums": lambda s, i, v: (sum([s, s, s]), sum(x for x in v), max(v), sorted(v)[0], abs(-v)),
    "lists": lambda s, i, v: (v.tolist(), i.item(), v.item(1), list(v)),
    "tests": lambda s, i, v: (v == 2, (v == v).all(), bool((v > 5).any()), s > 1, "y" if s > 2 else "n", 2.0 in v),
    "length": lambda s, i, v: (hasattr(s, "__len__"), len(v)),
    "no length": lambda s, i, v: len(s),
    "arithmetic": lambda s, i, v: (2**s, 1 / i, i % 2, v @ v, np.float32(2) * s, np.ones(3, "float32") * v),
    "keys": lambda s, i, v: (v[[0, 2]], v[(0,)], v[v > 1], v[::-1], v[:, None].shape, v[..., 0], v[np.array([0, 2])]),
    "bounds": lambda s, i, v: (v[i - 2 :], v[: i - 1], v[-(i - 2) :], v[i - 2 : i - 1], v[: s - 0.25]),
    "bounds in a tuple": lambda s, i, v: v.reshape(1, 3)[0, i - 2 :],
    "step": lambda s, i, v: v[:: i - 1],
}


def _scalars(mx):
    s, i, v = mx.np.array(2.25), mx.np.array(3, dtype="int32"), mx.np.array([1.0, 2.0, 3.0])
    return {name: attempt(use, s, i, v) for name, use in _SCALARS.items()}


def _rounded(mx):
    x = mx.np.array(values_of((40,)) * 10)
    return {n: (mx.np.around(x, n), x.round(n)) for n in (-2, -1, 0, 1, 2, 3, 5)}, mx.np.around(
        mx.np.array([-0.5, 0.5, 1.5])
    )


table(
    suite,
    "program",
    {
        "squares_by_hand": _squares_by_hand,
        "picked": _picked,
        "accuracy": _accuracy,
        "attention": _attention,
        "heads": _heads,
        "positions": _positions,
        "anchors": _anchors,
        "clipped": _clipped,
        "scalars": _scalars,
    },
    LOOSE,
)
table(
    suite,
    "rounded",
    {"last_digits": _rounded},
    Tolerance(rtol=0, atol=0, why="the way of rounding decides the last digit"),
)
table(
    suite,
    "carried",
    {
        "rnn": _carried(lambda mx: mx.gluon.rnn.RNN(3, prefix="layer_")),
        "gru": _carried(lambda mx: mx.gluon.rnn.GRU(3, 2, prefix="layer_")),
        "lstm": _carried(lambda mx: mx.gluon.rnn.LSTM(3, prefix="layer_")),
        "lstm/both": _carried(lambda mx: mx.gluon.rnn.LSTM(2, bidirectional=True, prefix="layer_")),
        "split": _carried_split,
    },
    LOOSE,
)
