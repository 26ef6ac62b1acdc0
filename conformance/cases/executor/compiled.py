"""Graphs called like one operator (SymbolBlock, hybridized): history, what backward reaches, what stays apart."""

from ...suite import Suite, attempt

suite = Suite(__name__)


def _call(mx, outputs, *names, **flags):
    block = mx.gluon.SymbolBlock(outputs, [mx.sym.var(name) for name in names])
    block.hybridize(**flags)
    return block


def _leaf(mx, values, req="write"):
    array = mx.nd.array(values)
    array.attach_grad(req)
    if req != "null":
        array.grad[:] = 7
    return array


def _xw(mx):
    return mx.sym.var("x"), mx.sym.var("w")


def _back(mx, make, **flags):
    """Gradients of x and w of a graph of both."""
    x, w = _xw(mx)
    op = _call(mx, make(mx.sym, x, w), "x", "w", **flags)
    a, b = _leaf(mx, [1.0, 2.0]), _leaf(mx, [3.0, 4.0])
    with mx.autograd.record():
        out = op(a, b)
    mx.autograd.backward(out)
    return out, a.grad, b.grad


for _name, _make in {
    "product": lambda S, x, w: x * w * x,
    "group": lambda S, x, w: [x * 2 + 1, w * 3 - x],
    "block_grad": lambda S, x, w: [x * 2 + 1, S.BlockGrad(w * 1 + 1)],
    "all_blocked": lambda S, x, w: S.BlockGrad(x * w + 1),
    "argmax": lambda S, x, w: S.argmax(x * w + 1, axis=0),
    "integer": lambda S, x, w: S.cast(S.cast(x * w, "int32"), "float32") * 3,
    "dot": lambda S, x, w: S.dot(x, w) + S.sum(x),
    "make_loss": lambda S, x, w: S.make_loss(S.sum(x * w * 2)),
}.items():

    @suite.case(name="gradient/" + _name)
    def gradient(mx, make=_make):
        return _back(mx, make)

    @suite.case(name="gradient_static/" + _name)
    def gradient_static(mx, make=_make):
        return _back(mx, make, static_alloc=True, static_shape=True)


@suite.case()
def one_of_two_heads(mx):
    x, w = _xw(mx)
    op = _call(mx, [x * 2 + 1 - 1, w * 3 + 1 - 1], "x", "w")
    a, b = _leaf(mx, [1.0, 2.0]), _leaf(mx, [3.0, 4.0])
    with mx.autograd.record():
        out = op(a, b)
    out[0].backward()
    return a.grad, b.grad, attempt(lambda: out[1].backward())


@suite.case()
def requests(mx):
    x, w = _xw(mx)
    op = _call(mx, x * w + x - 1, "x", "w")
    a, b = _leaf(mx, [1.0, 2.0], "add"), _leaf(mx, [3.0, 4.0], "null")
    with mx.autograd.record():
        out = op(a, b)
    out.backward()
    return a.grad, attempt(lambda: out.backward())


@suite.case()
def twice_with_retained_graph(mx):
    x, w = _xw(mx)
    op = _call(mx, x * w + x - 1, "x", "w")
    a, b = _leaf(mx, [1.0, 2.0], "add"), _leaf(mx, [3.0, 4.0])
    with mx.autograd.record():
        out = op(a, b)
    out.backward(retain_graph=True)
    out.backward()
    return a.grad, b.grad


@suite.case()
def written_after_recording(mx):
    x, w = _xw(mx)
    op = _call(mx, x * w * x, "x", "w")
    a, b = _leaf(mx, [1.0, 2.0]), _leaf(mx, [3.0, 4.0])
    with mx.autograd.record():
        out = op(a, b)
    b[:] = 20
    out.backward()
    return a.grad


@suite.case()
def writes_while_recording(mx):
    x, w = _xw(mx)
    op = _call(mx, x * w * x, "x", "w")
    a, b = _leaf(mx, [1.0, 2.0]), mx.nd.array([3.0, 4.0])
    found = []
    with mx.autograd.record():
        out = op(a, b)
        for array in (a, b, out):
            found.append(attempt(lambda array=array: array.__setitem__(slice(None), 3)))
    return found


@suite.case()
def behind_and_before_eager(mx):
    x, w = _xw(mx)
    op = _call(mx, x * w * x, "x", "w")
    a, b = _leaf(mx, [1.0, 2.0]), _leaf(mx, [3.0, 4.0])
    with mx.autograd.record():
        z = a * 2
        out = op(z, b) * 3
    out.backward()
    first = a.grad.asnumpy(), b.grad.asnumpy()
    with mx.autograd.record():  # z is a constant now: its history was freed
        again = op(z, b)
    again.backward()
    return first, a.grad, b.grad


@suite.case()
def no_history_outside(mx):
    x, w = _xw(mx)
    op = _call(mx, x * w * x, "x", "w")
    a, b = _leaf(mx, [1.0, 2.0]), _leaf(mx, [3.0, 4.0])
    out = op(a, b)
    with mx.autograd.record():
        with mx.autograd.pause():
            inner = op(a, b)
    return attempt(lambda: out.backward()), attempt(lambda: inner.backward()), inner


@suite.case()
def memory_of_its_own(mx):
    x = mx.sym.var("x")
    op = _call(mx, [mx.sym.reshape(x, shape=(2, 1)), x * 2, mx.sym.flatten(x * 2)], "x")
    a = mx.nd.array([1.0, 2.0])
    out = op(a)
    out[0][:] = 9
    out[1][:] = 8
    return a, out


@suite.case()
def random_numbers(mx):
    x = mx.sym.var("x")
    op = _call(mx, mx.sym.Dropout(x * 1 + mx.sym.random.uniform(shape=(8,)), p=0.5), "x")
    mx.random.seed(3)
    first = op(mx.nd.zeros(8)).asnumpy()
    a = _leaf(mx, [1.0] * 8)
    mx.random.seed(3)
    with mx.autograd.record():
        out = op(a)
    out.backward()
    return first, out, a.grad


@suite.case()
def other_shapes_and_dtypes(mx):
    x, w = _xw(mx)
    op = _call(mx, x * w + x, "x", "w")
    found = []
    for shape in ((2,), (3, 2), (1, 1, 4)):
        for dtype in ("float32", "float64", "int32"):
            found.append(op(mx.nd.ones(shape, dtype=dtype) * 3, mx.nd.ones(shape, dtype=dtype) * 2))
    return found


@suite.case()
def refused(mx):
    x, w = _xw(mx)
    op = _call(mx, mx.sym.FullyConnected(x, w, num_hidden=2, no_bias=True), "x", "w")
    good = op(mx.nd.ones((2, 3)), mx.nd.ones((2, 3)))
    return [
        good,
        attempt(lambda: op(mx.nd.ones((2, 3)), mx.nd.ones((2, 4))).asnumpy()),
        attempt(lambda: op(mx.nd.ones((2, 3)), mx.nd.ones((2, 3), dtype="float64")).asnumpy()),
        op(mx.nd.ones((4, 3)), mx.nd.ones((2, 3))),
    ]


def _loops(mx):
    x, s, w = mx.sym.var("x"), mx.sym.var("s"), mx.sym.var("w")
    step = lambda one, state: (one * w + state, state + one)  # noqa: E731
    out, state = mx.sym.contrib.foreach(step, x, s)
    return [out, state]


@suite.case()
def foreach(mx):
    op = _call(mx, _loops(mx), "x", "s", "w")
    x, s, w = _leaf(mx, [[1.0, 2.0], [3.0, 4.0]]), _leaf(mx, [1.0, 1.0]), _leaf(mx, [2.0, 3.0])
    with mx.autograd.record():
        out = op(x, s, w)
    mx.autograd.backward(out)
    return out, x.grad, s.grad, w.grad


@suite.case()
def while_loop(mx):
    d, s, w = mx.sym.var("d"), mx.sym.var("s"), mx.sym.var("w")
    out, state = mx.sym.contrib.while_loop(
        lambda i, a: i < 3, lambda i, a: ([a * w], [i + 1, a + i]), [d, s], max_iterations=3
    )
    names = "d", "s", "w"
    args = {name: mx.nd.array([float(i)]) for i, name in enumerate(names)}
    ex = mx.sym.Group(out + state).bind(mx.cpu(), args, {name: mx.nd.zeros(1) for name in names})
    found = ex.forward(is_train=True)
    ex.backward([mx.nd.ones((3, 1)), mx.nd.ones(1), mx.nd.ones(1)])
    return found, ex.grad_dict


@suite.case()
def cond(mx):
    x, s, w = mx.sym.var("x"), mx.sym.var("s"), mx.sym.var("w")
    op = _call(mx, mx.sym.contrib.cond(x < s, lambda: x * w, lambda: s * w * 2), "x", "s", "w")
    found = []
    for value in (1.0, 5.0):
        a, b, c = _leaf(mx, [value]), _leaf(mx, [3.0]), _leaf(mx, [2.0])
        with mx.autograd.record():
            out = op(a, b, c)
        out.backward()
        found.append((out, a.grad, b.grad, c.grad))
    return found
