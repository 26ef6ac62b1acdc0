"""attach_grad, grad_req, the gradient buffer, detach, mark_variables."""

from ...suite import Suite, attempt

suite = Suite(__name__)


def _leaf(mx, values=(1.0, 2.0, 3.0), req="write", dtype="float32"):
    x = mx.nd.array(list(values), dtype=dtype)
    x.attach_grad(req)
    return x


@suite.case()
def state_carried_over_and_detached(mx):
    w = _leaf(mx, (2.0,))
    h = mx.nd.ones(1)
    seen = []
    for _ in range(3):
        h = h.detach()
        with mx.autograd.record():
            h = h * w
            loss = h * h
        loss.backward()
        seen += [w.grad.copy(), h.copy()]
    return seen


@suite.case()
def unreached_keeps_old_gradient(mx):
    x, z = _leaf(mx), _leaf(mx)
    with mx.autograd.record():
        y = x * z
    y.backward()
    with mx.autograd.record():
        y = x * 5
    y.backward()
    return x.grad, z.grad


@suite.case()
def gradient_written_in_place(mx):
    x = _leaf(mx)
    held = x.grad
    with mx.autograd.record():
        y = x * x
    y.backward()
    return held, held == x.grad


@suite.case()
def gradient_object_is_fresh(mx):
    x = _leaf(mx)
    return x.grad is x.grad


@suite.case()
def gradient_array_can_be_filled_by_the_user(mx):
    x = _leaf(mx, req="add")
    x.grad[:] = 100
    with mx.autograd.record():
        y = x * x
    y.backward()
    first = x.grad.copy()
    x.grad[:] = 0
    return first, x.grad


def _req(req):
    def program(mx):
        x = _leaf(mx, req=req)
        seen = [x.grad]
        for _ in range(2):
            with mx.autograd.record():
                y = x * x
            y.backward()
            seen.append(x.grad.copy())
        return seen

    return program


suite.table("grad_req", {req: _req(req) for req in ("write", "add")})


@suite.case("grad_req/null")
def grad_req_null(mx):
    x = mx.nd.array([1.0, 2.0])
    x.attach_grad("null")
    z = _leaf(mx, (3.0, 4.0))
    with mx.autograd.record():
        y = x * z
    y.backward()
    return attempt(lambda: x.grad), z.grad


@suite.case("grad_req/null_alone")
def grad_req_null_alone(mx):
    x = mx.nd.array([1.0, 2.0])
    x.attach_grad("null")
    with mx.autograd.record():
        y = x * 2
    return attempt(y.backward), attempt(lambda: x.grad)


suite.errors(
    "grad_req",
    {
        "unknown": (lambda mx: mx.nd.ones(2).attach_grad("sum"), ("grad_req",)),
        "number": (lambda mx: mx.nd.ones(2).attach_grad(1.5), ("grad_req",)),
    },
)


@suite.case("grad_req/integer_codes")
def grad_req_codes(mx):
    return [attempt(mx.nd.ones(2).attach_grad, code) for code in (0, 1, 3)]


@suite.case("grad_req/add_within_one_graph")
def add_within_one_graph(mx):
    x = _leaf(mx, req="add")
    with mx.autograd.record():
        y = x * x + x * 3 + x
    y.backward()
    return x.grad


@suite.case("grad_req/write_within_one_graph")
def write_within_one_graph(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x + x * 3 + x
    y.backward()
    return x.grad


@suite.case()
def grad_before_attach(mx):
    return mx.nd.ones(2).grad


@suite.case()
def grad_before_backward(mx):
    x = _leaf(mx)
    return x.grad


@suite.case()
def grad_of_computed(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    y.backward()
    return y.grad


@suite.case()
def attach_twice(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    y.backward()
    old = x.grad
    x.attach_grad()
    return old, x.grad


@suite.case()
def attach_twice_between_record_and_backward(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    old = x.grad
    x.attach_grad()
    return attempt(y.backward), old, x.grad


@suite.case()
def attach_on_computed(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
        before = y * 2
        y.attach_grad()
        after = y * 3
    after.backward()
    first = x.grad.copy(), y.grad.copy()
    before.backward()
    return first, x.grad, y.grad


@suite.case()
def attach_on_computed_then_its_own_backward(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    y.attach_grad()
    return attempt(y.backward), x.grad, y.grad


@suite.case()
def attach_changes_request(mx):
    x = _leaf(mx)
    x.attach_grad("add")
    for _ in range(2):
        with mx.autograd.record():
            y = x * 2
        y.backward()
    return x.grad


@suite.case()
def detach_shares_memory(mx):
    x = _leaf(mx)
    d = x.detach()
    d[0] = 50
    return x, d, d.grad


@suite.case()
def detach_of_recorded_shares_memory(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
        d = y.detach()
    d[1] = -1
    return y, d, attempt(d.backward)


@suite.case()
def grad_as_an_input(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    y.backward()
    with mx.autograd.record():
        z = x * x.grad
    z.backward()
    return x.grad


@suite.case()
def mark_variables_lists(mx):
    x, y = mx.nd.ones(2), mx.nd.ones(2) * 3
    gx, gy = mx.nd.zeros(2), mx.nd.zeros(2)
    mx.autograd.mark_variables([x, y], [gx, gy])
    with mx.autograd.record():
        z = x * y
    z.backward()
    return gx, gy, x.grad, y.grad


@suite.case()
def mark_variables_single(mx):
    x, gx = mx.nd.ones(2), mx.nd.zeros(2)
    mx.autograd.mark_variables(x, gx)
    with mx.autograd.record():
        z = x * x
    z.backward()
    return gx


@suite.case()
def mark_variables_requests(mx):
    x, y = mx.nd.ones(2), mx.nd.ones(2) * 3
    gx, gy = mx.nd.ones(2) * 10, mx.nd.ones(2) * 10
    mx.autograd.mark_variables([x, y], [gx, gy], grad_reqs=["add", "write"])
    with mx.autograd.record():
        z = x * y
    z.backward()
    return gx, gy


@suite.case()
def mark_variables_one_request(mx):
    x, y = mx.nd.ones(2), mx.nd.ones(2) * 3
    gx, gy = mx.nd.ones(2) * 10, mx.nd.ones(2) * 10
    mx.autograd.mark_variables([x, y], [gx, gy], "add")
    with mx.autograd.record():
        z = x * y
    z.backward()
    return gx, gy


@suite.case()
def mark_variables_other_shape(mx):
    x, gx = mx.nd.ones(2), mx.nd.zeros(3)

    def program():
        mx.autograd.mark_variables(x, gx)
        with mx.autograd.record():
            z = x * x
        z.backward()
        return gx

    return attempt(program)


@suite.case()
def zero_grad_method(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    y.backward()
    return attempt(lambda: x.zero_grad()), x.grad
