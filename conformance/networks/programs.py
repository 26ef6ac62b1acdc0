"""Control flow, losses as networks, and heads with gradients of their own."""

from __future__ import annotations

from typing import Any

from .table import Input, network


@network((4, 2, 3), (2, 5), batch_first=False)
def foreach_cell(mx: Any) -> Any:
    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.inside = self.params.get("inside", shape=(5, 3), init=mx.init.Xavier())
                self.across = self.params.get("across", shape=(5, 5), init=mx.init.Xavier())

        def hybrid_forward(self, F: Any, x: Any, state: Any, inside: Any, across: Any) -> Any:
            def step(row: Any, states: Any) -> Any:
                made = F.tanh(F.dot(row, inside, transpose_b=True) + F.dot(states[0], across, transpose_b=True))
                return made * 2, [made]

            out, states = F.contrib.foreach(step, x, [state])
            return out, states[0]

    return Net()


@network((4, 2, 3), (2, 5), (2, 5), batch_first=False)
def foreach_lstm(mx: Any) -> Any:
    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.cell = mx.gluon.rnn.LSTMCell(5, input_size=3)

        def hybrid_forward(self, F: Any, x: Any, first: Any, second: Any) -> Any:
            out, states = F.contrib.foreach(self.cell, x, [first, second])
            return out, states[1]

    return Net()


@network((2, 3), batch_first=False)
def while_loop(mx: Any) -> Any:
    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.weight = self.params.get("weight", shape=(3, 3), init=mx.init.Xavier())

        def hybrid_forward(self, F: Any, x: Any, weight: Any) -> Any:
            def more(count: Any, value: Any) -> Any:
                return count < 3

            def step(count: Any, value: Any) -> Any:
                value = F.tanh(F.dot(value, weight))
                return value, [count + 1, value]

            _, states = F.contrib.while_loop(more, step, [F.zeros((1,)), x], max_iterations=5)
            return states[1]

    return Net()


@network((2, 3), (1,), batch_first=False)
def condition(mx: Any) -> Any:
    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.head = mx.gluon.nn.Dense(3, in_units=3)

        def hybrid_forward(self, F: Any, x: Any, flag: Any) -> Any:
            y = self.head(x)
            return F.contrib.cond(flag < 0, lambda: y * 2, lambda: F.square(y))

    return Net()


def _with_loss(mx: Any, loss: Any, units: int, use: Any = None) -> Any:
    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.body = mx.gluon.nn.HybridSequential()
                self.body.add(mx.gluon.nn.Dense(6, activation="tanh"), mx.gluon.nn.Dense(units))
                self.loss = loss

        def hybrid_forward(self, F: Any, x: Any, *others: Any) -> Any:
            made = self.body(x)
            return self.loss(made, *others) if use is None else use(F, self.loss, self.body, made, others)

    return Net()


@network((4, 5), Input((4,), kinds=3))
def cross_entropy(mx: Any) -> Any:
    return _with_loss(mx, mx.gluon.loss.SoftmaxCrossEntropyLoss(), 3)


@network((4, 5), Input((4, 3), kinds=2), Input((4, 1), 0.5, 1.5))
def binary_cross_entropy(mx: Any) -> Any:
    return _with_loss(mx, mx.gluon.loss.SigmoidBinaryCrossEntropyLoss(), 3)


@network((4, 5), (4, 2))
def huber(mx: Any) -> Any:
    return _with_loss(mx, mx.gluon.loss.HuberLoss(rho=0.5), 2)


@network((4, 5), (4, 5), (4, 5))
def triplet(mx: Any) -> Any:
    def use(F: Any, loss: Any, body: Any, made: Any, others: Any) -> Any:
        return loss(made, body(others[0]), body(others[1]))

    return _with_loss(mx, mx.gluon.loss.TripletLoss(margin=2), 4, use)


@network((2, 8), Input((2, 3), kinds=4))
def connectionist(mx: Any) -> Any:
    def use(F: Any, loss: Any, body: Any, made: Any, others: Any) -> Any:
        return loss(F.reshape(made, (0, 6, 6)), others[0])

    return _with_loss(mx, mx.gluon.loss.CTCLoss(), 36, use)


@network((3, 5), (3, 5))
def custom_loss(mx: Any) -> Any:
    class FocalDistance(mx.gluon.loss.Loss):
        def __init__(self, power: float, **kwargs: Any) -> None:
            super().__init__(None, 0, **kwargs)
            self.power = power

        def hybrid_forward(self, F: Any, pred: Any, label: Any) -> Any:
            near = F.exp(-F.abs(pred - label))
            return F.MakeLoss(F.mean((1 - near) ** self.power, axis=0, exclude=True), grad_scale=2)

    return _with_loss(mx, FocalDistance(1.5), 5)


@network((4, 5), Input((4,), kinds=3))
def softmax_output(mx: Any) -> Any:
    def use(F: Any, loss: Any, body: Any, made: Any, others: Any) -> Any:
        return F.SoftmaxOutput(made, others[0], grad_scale=0.5, name="softmax")

    return _with_loss(mx, None, 3, use)


@network((4, 5), (4, 2))
def regression_output(mx: Any) -> Any:
    def use(F: Any, loss: Any, body: Any, made: Any, others: Any) -> Any:
        both = F.split(F.BlockGrad(others[0]), num_outputs=2, axis=1)
        heads = F.split(made, num_outputs=2, axis=1)
        return F.LinearRegressionOutput(heads[0], both[0]), F.LogisticRegressionOutput(heads[1], both[1])

    return _with_loss(mx, None, 2, use)


@network((3, 6))
def noisy(mx: Any) -> Any:
    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.mean = mx.gluon.nn.Dense(3)
                self.spread = mx.gluon.nn.Dense(3, activation="sigmoid")
                self.head = mx.gluon.nn.Dense(6)

        def hybrid_forward(self, F: Any, x: Any) -> Any:
            mean, spread = self.mean(x), self.spread(x)
            return self.head(mean + spread * F.random_normal(0, 1, shape=(3, 3))), mean, spread

    return Net()


@network((3, 4, 4))
def linear_algebra(mx: Any) -> Any:
    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.base = self.params.get("base", shape=(1, 4, 4), init=mx.init.Uniform(0.5))

        def hybrid_forward(self, F: Any, x: Any, base: Any) -> Any:
            y = F.linalg.gemm2(F.broadcast_add(x, base), x, transpose_b=True)
            gram = F.linalg.syrk(y) + F.eye(4).reshape((1, 4, 4)).broadcast_like(y)
            lower = F.linalg.potrf(gram)
            return F.linalg.trsm(lower, x), F.linalg.sumlogdiag(lower)

    return Net()
