"""mxnet.contrib.autograd: the interface of MXNet 0.9."""

from ...suite import Suite, attempt

suite = Suite(__name__)


@suite.case()
def flags(mx):
    old, new = mx.contrib.autograd, mx.autograd
    seen = [old.set_is_training(True), new.is_recording(), new.is_training(), old.set_is_training(False)]
    with old.train_section():
        seen.append((new.is_recording(), new.is_training()))
        with old.test_section():
            seen.append((new.is_recording(), new.is_training()))
        seen.append((new.is_recording(), new.is_training()))
    seen.append((new.is_recording(), new.is_training()))
    with old.TrainingStateScope(True) as scope:
        seen.append(scope)
    return seen


@suite.case()
def marked(mx):
    old = mx.contrib.autograd
    x, dx = mx.nd.array([1, 2, 3]), mx.nd.zeros(3)
    y, dy = mx.nd.array([4, 5, 6]), mx.nd.ones(3)
    old.mark_variables([x, y], [dx, dy], ["write", "add"])
    with old.train_section():
        z = x * x * y
    old.backward([z], [mx.nd.array([1, 10, 100])])
    first = dx.copy(), dy.copy()
    with old.train_section():
        z = x + y
    old.compute_gradient([z])
    return first, dx, dy, attempt(lambda: old.backward(z)), attempt(lambda: old.backward([z], [None, None]))


@suite.case()
def functions(mx):
    old = mx.contrib.autograd
    x, y = mx.nd.array([1, 2, 3]), mx.nd.array([4, 5, 6])

    def f(a, b):
        return a * a + mx.nd.exp(b)

    return (
        old.grad(f)(x, y),
        old.grad(f, argnum=0)(x, y),
        old.grad(f, argnum=[1])(x, y),
        old.grad_and_loss(f)(x, y),
        old.grad(lambda a: [a * 2, a * 3])(x),
        old.grad(f).__name__,
        attempt(lambda: old.grad(f)(x, 1.0)),
    )
