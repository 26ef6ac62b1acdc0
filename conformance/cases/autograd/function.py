"""autograd.Function: operators written by the user."""

from ...suite import Suite, attempt

suite = Suite(__name__)


def _sigmoid(mx):
    class Sigmoid(mx.autograd.Function):
        def forward(self, x):
            y = 1 / (1 + mx.nd.exp(-x))
            self.save_for_backward(y)
            return y

        def backward(self, dy):
            (y,) = self.saved_tensors
            return dy * y * (1 - y)

    return Sigmoid()


@suite.case()
def one_in_one_out(mx):
    x = mx.nd.array([0.0, 1.0, -2.0])
    x.attach_grad()
    with mx.autograd.record():
        y = _sigmoid(mx)(x)
    y.backward()
    return y, x.grad


@suite.case()
def outside_record(mx):
    x = mx.nd.array([0.0, 1.0])
    return _sigmoid(mx)(x)


@suite.case()
def within_a_larger_graph(mx):
    x = mx.nd.array([0.0, 1.0, -2.0])
    x.attach_grad()
    with mx.autograd.record():
        y = (_sigmoid(mx)(x * 2) * x).sum()
    y.backward()
    return y, x.grad


def _two(mx, seen=None):
    class Two(mx.autograd.Function):
        def forward(self, a, b):
            self.save_for_backward(a, b)
            if seen is not None:
                seen.append(("forward", mx.autograd.is_recording(), mx.autograd.is_training()))
            return a * b, a + b

        def backward(self, dp, ds):
            a, b = self.saved_tensors
            if seen is not None:
                seen.append(("backward", mx.autograd.is_recording(), mx.autograd.is_training()))
            return dp * b + ds, dp * a + ds * 10

    return Two()


@suite.case()
def two_in_two_out(mx):
    a, b = mx.nd.array([1.0, 2.0]), mx.nd.array([3.0, 4.0])
    a.attach_grad()
    b.attach_grad()
    with mx.autograd.record():
        p, s = _two(mx)(a, b)
        z = p * 2 + s
    z.backward()
    return p, s, a.grad, b.grad


@suite.case()
def one_output_unused(mx):
    a, b = mx.nd.array([1.0, 2.0]), mx.nd.array([3.0, 4.0])
    a.attach_grad()
    b.attach_grad()
    with mx.autograd.record():
        p, s = _two(mx)(a, b)
    p.backward()
    return a.grad, b.grad


@suite.case()
def flags_inside(mx):
    seen = []
    a = mx.nd.array([1.0, 2.0])
    a.attach_grad()
    with mx.autograd.record():
        p, s = _two(mx, seen)(a, a)
    p.backward()
    a.grad.wait_to_read()
    return seen, a.grad


@suite.case()
def result_type_of_several(mx):
    a = mx.nd.array([1.0])
    outs = _two(mx)(a, a)
    return type(outs).__name__, len(outs)


@suite.case()
def gradient_of_one_input_wanted(mx):
    a, b = mx.nd.array([1.0, 2.0]), mx.nd.array([3.0, 4.0])
    a.attach_grad()
    with mx.autograd.record():
        p, s = _two(mx)(a, b)
    mx.autograd.backward([p, s])
    return a.grad, b.grad


@suite.case()
def called_twice(mx):
    x = mx.nd.array([1.0])
    x.attach_grad()
    function = _sigmoid(mx)

    def run():
        with mx.autograd.record():
            y = function(x)
            z = function(y)
        z.backward()
        return z, x.grad

    return attempt(run)


@suite.case()
def request_add(mx):
    x = mx.nd.array([1.0, 2.0])
    x.attach_grad("add")
    for _ in range(2):
        with mx.autograd.record():
            y = _sigmoid(mx)(x)
        y.backward()
    return x.grad


def _failing(where):
    def program(mx):
        class Broken(mx.autograd.Function):
            def forward(self, x):
                if where == "forward":
                    raise KeyError("forward")
                return x * 2

            def backward(self, dy):
                if where == "none":
                    return None
                if where == "count":
                    return dy, dy
                if where == "shape":
                    return mx.nd.ones((7,))
                if where == "number":
                    return 3.0
                return dy

        x = mx.nd.array([1.0, 2.0])
        x.attach_grad()

        def run():
            with mx.autograd.record():
                y = Broken()(x)
            y.backward()
            return x.grad

        return attempt(run)

    return program


suite.table("broken", {name: _failing(name) for name in ("forward", "no", "none", "count", "shape", "number")})


@suite.case()
def not_implemented(mx):
    class Empty(mx.autograd.Function):
        pass

    return attempt(Empty(), mx.nd.ones(2))


@suite.case()
def forward_returns_its_input(mx):
    class Same(mx.autograd.Function):
        def forward(self, x):
            return x

        def backward(self, dy):
            return dy * 3

    x = mx.nd.array([1.0, 2.0])
    x.attach_grad()

    def run():
        with mx.autograd.record():
            y = Same()(x) * 2
        y.backward()
        return y, x.grad

    return attempt(run)


@suite.case()
def non_array_input(mx):
    return attempt(lambda: _sigmoid(mx)(3.0))


@suite.case()
def keyword_input(mx):
    return attempt(lambda: _sigmoid(mx)(x=mx.nd.ones(2)))


@suite.case()
def detaches_what_happens_inside(mx):
    class Cube(mx.autograd.Function):
        def forward(self, x):
            return x * x * x

        def backward(self, dy):
            return mx.nd.ones_like(dy) * 100

    x = mx.nd.array([1.0, 2.0])
    x.attach_grad()
    with mx.autograd.record():
        y = Cube()(x)
    y.backward()
    return y, x.grad


@suite.case()
def attributes_carry_values(mx):
    class Scale(mx.autograd.Function):
        def __init__(self, factor):
            super().__init__()
            self.factor = factor

        def forward(self, x):
            return x * self.factor

        def backward(self, dy):
            return dy * self.factor

    x = mx.nd.array([1.0, 2.0])
    x.attach_grad()
    with mx.autograd.record():
        y = Scale(4)(x)
    y.backward()
    return y, x.grad


@suite.case()
def other_shape_out(mx):
    class Total(mx.autograd.Function):
        def forward(self, x):
            self.shape = x.shape
            return x.sum()

        def backward(self, dy):
            return mx.nd.broadcast_to(dy, shape=self.shape)

    x = mx.nd.array([1.0, 2.0])
    x.attach_grad()
    with mx.autograd.record():
        y = Total()(x) * 5
    y.backward()
    return y, x.grad


@suite.case()
def float64(mx):
    x = mx.nd.array([0.0, 1.0, -2.0], dtype="float64")
    x.attach_grad()
    with mx.autograd.record():
        y = _sigmoid(mx)(x)
    y.backward()
    return y, x.grad
