"""backward: heads, head gradients, retain_graph, shared graphs, freed graphs, what is reached."""

import numpy as np

from ...suite import Suite, attempt

suite = Suite(__name__)


def _leaf(mx, values=(1.0, 2.0, 3.0), req="write", dtype="float32"):
    x = mx.nd.array(list(values), dtype=dtype)
    x.attach_grad(req)
    return x


@suite.case()
def head_of_ones(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    returned = y.backward()
    return returned, x.grad


@suite.case()
def out_grad(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    y.backward(mx.nd.array([1.0, 10.0, 100.0]))
    return x.grad


@suite.case()
def out_grad_keyword(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    y.backward(out_grad=mx.nd.array([1.0, 10.0, 100.0]), retain_graph=False, train_mode=True)
    return x.grad


@suite.case()
def out_grad_other_dtype(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    return attempt(y.backward, mx.nd.array([1.0, 10.0, 1.0], dtype="float64")), x.grad


@suite.case()
def out_grad_not_an_array(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    return attempt(y.backward, 2.0), attempt(y.backward, np.ones(3)), attempt(y.backward, [1, 2, 3])


@suite.case()
def list_of_heads(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y, z = x * x, x * 3
    mx.autograd.backward([y, z])
    return x.grad


@suite.case()
def single_head_not_in_a_list(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    mx.autograd.backward(y)
    return x.grad


@suite.case()
def single_head_with_gradient(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    mx.autograd.backward(y, mx.nd.array([1.0, 0.0, 2.0]))
    return x.grad


@suite.case()
def tuple_of_heads(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y, z = x * x, x * 3
    return attempt(mx.autograd.backward, (y, z)), x.grad


@suite.case()
def head_gradients_with_none(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y, z = x * x, x * 3
    mx.autograd.backward([y, z], [None, mx.nd.array([1.0, 10.0, 100.0])])
    return x.grad


@suite.case()
def head_gradients_all_none(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y, z = x * x, x * 3
    mx.autograd.backward([y, z], [None, None])
    return x.grad


@suite.case()
def head_gradients_of_another_count(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y, z = x * x, x * 3
    return attempt(mx.autograd.backward, [y, z], [mx.nd.ones(3)])


@suite.case()
def heads_of_different_shapes(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y, z = x * x, x.sum()
    mx.autograd.backward([y, z])
    return x.grad


@suite.case()
def same_head_twice(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    return attempt(mx.autograd.backward, [y, y]), x.grad


@suite.case()
def head_and_its_input(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
        z = y * 2
    mx.autograd.backward([z, y])
    return x.grad


@suite.case()
def empty_heads(mx):
    return attempt(mx.autograd.backward, [])


@suite.case()
def heads_are_views(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
        z = y[1:3]
    z.backward()
    return x.grad


@suite.case()
def second_backward(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    y.backward()
    return attempt(y.backward), x.grad


@suite.case()
def retain_graph(mx):
    x = _leaf(mx, req="add")
    with mx.autograd.record():
        y = x * x
    y.backward(retain_graph=True)
    y.backward(retain_graph=True)
    y.backward()
    return x.grad, attempt(y.backward)


@suite.case()
def retain_graph_by_function(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    mx.autograd.backward([y], retain_graph=True)
    mx.autograd.backward([y], [mx.nd.ones(3) * 3])
    return x.grad


@suite.case()
def two_heads_one_after_the_other(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
        a, b = y * 2, y * 3
    a.backward()
    first = x.grad.copy()
    return first, attempt(b.backward), x.grad


@suite.case()
def two_heads_sharing_only_the_leaf(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        a, b = x * 2, x * x
    a.backward()
    first = x.grad.copy()
    b.backward()
    return first, x.grad


@suite.case()
def two_heads_with_retain(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
        a, b = y * 2, y * 3
    a.backward(retain_graph=True)
    first = x.grad.copy()
    b.backward()
    return first, x.grad, attempt(a.backward)


@suite.case()
def intermediate_as_head_after_backward(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
        z = y * 2
    z.backward()
    return attempt(y.backward), x.grad


@suite.case()
def intermediate_as_head_before_backward(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
        z = y * 2
    y.backward()
    first = x.grad.copy()
    return first, attempt(z.backward), x.grad


@suite.case()
def freed_intermediate_in_a_later_record(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
        z = y * 2
    z.backward()
    with mx.autograd.record():
        w = y * x
    outcome = attempt(w.backward)
    return outcome, x.grad


@suite.case()
def freed_head_in_a_later_record(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    y.backward()
    with mx.autograd.record():
        w = y * x
    return attempt(w.backward), x.grad


@suite.case()
def freed_head_alone_in_a_later_record(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    y.backward()
    with mx.autograd.record():
        w = y * 2
    return attempt(w.backward), x.grad


@suite.case()
def state_carried_over_steps(mx):
    w = _leaf(mx, (2.0,))
    h = mx.nd.ones(1)
    seen = []
    for _ in range(3):
        with mx.autograd.record():
            h = h * w
            loss = h * h
        loss.backward()
        seen += [w.grad.copy(), h.copy()]
    return seen


@suite.case()
def unrecorded_head(mx):
    x = _leaf(mx)
    y = x * x
    return attempt(y.backward)


@suite.case()
def head_without_leaves(mx):
    with mx.autograd.record():
        y = mx.nd.ones(3) * 2
    return attempt(y.backward)


@suite.case()
def leaf_as_head(mx):
    x = _leaf(mx)
    return attempt(x.backward), x.grad


@suite.case()
def leaf_as_head_with_gradient(mx):
    x = _leaf(mx)
    return attempt(x.backward, mx.nd.array([5.0, 6.0, 7.0])), x.grad


@suite.case()
def leaf_as_head_inside_record(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        outcome = attempt(x.backward)
    return outcome, x.grad


@suite.case()
def backward_inside_record(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
        y.backward()
    return x.grad


@suite.case()
def heads_one_without_graph(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    return attempt(mx.autograd.backward, [y, mx.nd.ones(3)]), x.grad


@suite.case()
def grad_array_has_no_history(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x * x
    y.backward()
    return x.grad.grad, attempt(x.grad.backward)


@suite.case()
def train_mode_argument(mx):
    x = mx.nd.ones(200)
    x.attach_grad()
    seen = []
    for train in (True, False):
        with mx.autograd.record():
            y = mx.nd.Dropout(x, p=0.5)
        y.backward(train_mode=train)
        seen.append(float((x.grad - y).abs().sum().asscalar()))
    return seen, mx.autograd.is_training()


@suite.case()
def long_chain(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = x
        for _ in range(300):
            y = y * 1.01
    y.backward()
    return x.grad


@suite.case()
def graph_outlives_python_names(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        y = (x * x) * (x + 1)
    del x
    return attempt(y.backward)


@suite.case()
def diamond(mx):
    x = _leaf(mx)
    with mx.autograd.record():
        a = x * 2
        b, c = a * a, a + 1
        d = b * c
    d.backward()
    return x.grad
