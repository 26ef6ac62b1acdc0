"""Functions of `nd.contrib` that are no operators: control flow, checks of values, optimizer steps over lists."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..calls import Arr
from ..suite import Suite, attempt

suite = Suite(__name__)

INF, NAN = float("inf"), float("nan")
SPECIAL = [[1.0, INF, -INF], [NAN, 0.0, -0.0]]


def grid(mx: Any, shape: Any = (3, 2), seed: int = 1) -> Any:
    return mx.nd.array(np.random.RandomState(seed).uniform(-2, 2, shape))


# ------------------------------------------------------------------------------------------ values

for _name in ("isinf", "isfinite", "isnan"):
    for _dtype in ("float32", "float64", "float16"):
        suite.op(f"{_name}/{_dtype}", f"nd.contrib.{_name}", (Arr(values=SPECIAL, dtype=_dtype),), grad=False)
    suite.op(f"{_name}/int32", f"nd.contrib.{_name}", (Arr(values=[[1, 0], [-3, 4]], dtype="int32"),), grad=False)
    suite.op(f"{_name}/ones", f"nd.contrib.{_name}", (Arr((1, 1)),))
    suite.op(f"{_name}/rows", f"nd.contrib.{_name}", (Arr((3, 2), layout="rows"),))
    suite.op(f"{_name}/number", f"nd.contrib.{_name}", (1.5,), grad=False)


# ------------------------------------------------------------------------------------------ rand_zipfian

suite.table(
    "rand_zipfian",
    {
        "small": lambda mx: mx.nd.contrib.rand_zipfian(mx.nd.array([3]), 4, 5),
        "larger": lambda mx: mx.nd.contrib.rand_zipfian(mx.nd.array([0, 7, 999]), 30, 1000),
        "context": lambda mx: mx.nd.contrib.rand_zipfian(mx.nd.array([1]), 6, 20, ctx=mx.cpu(0)),
        "integers": lambda mx: mx.nd.contrib.rand_zipfian(mx.nd.array([1, 2], dtype="int64"), 3, 7),
        "two_axes": lambda mx: mx.nd.contrib.rand_zipfian(mx.nd.array([[1, 2], [0, 3]]), 3, 7),
        "repeated": lambda mx: [mx.nd.contrib.rand_zipfian(mx.nd.array([1]), 5, 50)[0] for _ in range(3)],
        "one_class": lambda mx: mx.nd.contrib.rand_zipfian(mx.nd.array([0]), 4, 1),
        "list": lambda mx: attempt(lambda: mx.nd.contrib.rand_zipfian([1, 2], 4, 5)),
    },
)


# ------------------------------------------------------------------------------------------ foreach


def step(x: Any, s: Any) -> Any:
    return x + s, s * 2


def nested(x: Any, s: Any) -> Any:
    a, (b, c) = s
    return [x[0] * a, [x[1] + b, (c,)]], [a + x[0], [b, c * 2]]


def rnn(mx: Any, req: str = "write", states_grad: bool = True) -> Any:
    data, state, w = grid(mx, (4, 2, 3)), grid(mx, (2, 3), 2), grid(mx, (3, 3), 3)
    arrays = [data, state, w] if states_grad else [data, w]
    for x in arrays:
        x.attach_grad(req)

    def cell(x: Any, h: Any) -> Any:
        h = mx.nd.tanh(mx.nd.dot(x, w) + h)
        return h * 2, h

    with mx.autograd.record():
        out, last = mx.nd.contrib.foreach(cell, data, state)
        loss = (out * out).sum() + last.sum()
    loss.backward()
    return out, last, [x.grad for x in arrays]


suite.table(
    "foreach",
    {
        "array": lambda mx: mx.nd.contrib.foreach(step, grid(mx), grid(mx, (2,))),
        "list_of_one": lambda mx: mx.nd.contrib.foreach(lambda x, s: (x[0] + s, s), [grid(mx)], grid(mx, (2,))),
        "list_state": lambda mx: mx.nd.contrib.foreach(
            lambda x, s: ([x + s[0]], [s[0] * 2]), grid(mx), [grid(mx, (2,))]
        ),
        "two_outputs": lambda mx: mx.nd.contrib.foreach(lambda x, s: ((x, x * 2), s), grid(mx), grid(mx, (2,))),
        "nested": lambda mx: mx.nd.contrib.foreach(
            nested, [grid(mx), grid(mx, seed=2)], [grid(mx, (2,)), [grid(mx, (2,), 3), grid(mx, (1,), 4)]]
        ),
        "no_states": lambda mx: mx.nd.contrib.foreach(lambda x, s: (x * 2, s), grid(mx), []),
        "no_outputs": lambda mx: mx.nd.contrib.foreach(lambda x, s: ([], s + x), grid(mx), mx.nd.zeros((2,))),
        "one_step": lambda mx: mx.nd.contrib.foreach(step, grid(mx, (1, 2)), grid(mx, (2,))),
        "vector": lambda mx: mx.nd.contrib.foreach(step, grid(mx, (4,)), mx.nd.zeros((1,))),
        "tuple_of_data": lambda mx: attempt(
            lambda: mx.nd.contrib.foreach(lambda x, s: (x[0] + x[1], s), (grid(mx), grid(mx)), [])
        ),
        "integers": lambda mx: mx.nd.contrib.foreach(
            step, mx.nd.array([[1, 2], [3, 4]], dtype="int32"), mx.nd.array([1, 2], dtype="int32")
        ),
        "state_kinds": lambda mx: mx.nd.contrib.foreach(lambda x, s: (x, None), grid(mx), grid(mx, (2,)))[1],
        "gradient": rnn,
        "gradient_add": lambda mx: rnn(mx, "add"),
        "gradient_of_some": lambda mx: rnn(mx, states_grad=False),
        "shapes_differ": lambda mx: attempt(
            lambda: mx.nd.contrib.foreach(lambda x, s: (s, mx.nd.concat(s, s, dim=0)), grid(mx), grid(mx, (2,)))
        ),
        "lengths_differ": lambda mx: attempt(
            lambda: mx.nd.contrib.foreach(lambda x, s: (x[0], s), [grid(mx), grid(mx, (2, 2))], [])
        ),
        "first_is_shorter": lambda mx: attempt(
            lambda: mx.nd.contrib.foreach(lambda x, s: (x[1], s), [grid(mx, (2, 2)), grid(mx)], [])
        ),
        "body_fails": lambda mx: attempt(lambda: mx.nd.contrib.foreach(lambda x, s: x.nothing, grid(mx), [])),
        "number_of_outputs_changes": lambda mx: attempt(
            lambda: mx.nd.contrib.foreach(lambda x, s: ([x] * s[0].shape[0], [s[0][1:]]), grid(mx), [grid(mx, (4,))])
        ),
    },
)
suite.errors(
    "foreach",
    {
        "data_number": (lambda mx: mx.nd.contrib.foreach(step, 3, grid(mx)), ("foreach", "data")),
        "data_list_of_numbers": (lambda mx: mx.nd.contrib.foreach(step, [1, 2], grid(mx)), ("foreach", "data")),
        "state_number": (lambda mx: mx.nd.contrib.foreach(step, grid(mx), 1), ("foreach", "states")),
        "output_number": (lambda mx: mx.nd.contrib.foreach(lambda x, s: (1, s), grid(mx), []), ("foreach", "outputs")),
        "one_result": (lambda mx: mx.nd.contrib.foreach(lambda x, s: 1, grid(mx), []), ()),
        "no_data": (lambda mx: mx.nd.contrib.foreach(step, [], []), ()),
    },
)


# ------------------------------------------------------------------------------------------ while_loop


def count(mx: Any, limit: int, most: Any, **options: Any) -> Any:
    """1 + 2 + ..., stopping at ``limit``; rows of steps that did not run hold anything, so they are cut off."""
    i, s = mx.nd.array([1]), mx.nd.array([0])
    out, last = mx.nd.contrib.while_loop(
        lambda i, s: i <= limit, lambda i, s: ([i + s, [i * s]], [i + 1, s + i]), [i, s], max_iterations=most
    )
    done = min(limit, int(most))
    return (
        [out[0][:done], out[1][0][:done]] if done else out,
        [x.shape for x in (out[0], out[1][0])] if done else 0,
        last,
    )


def powers(mx: Any, most: int = 3) -> Any:
    x, w = grid(mx, (2, 2)), grid(mx, (2, 2), 2)
    x.attach_grad()
    w.attach_grad()
    with mx.autograd.record():
        out, last = mx.nd.contrib.while_loop(
            lambda i, x: i < 3, lambda i, x: (x * w, [i + 1, mx.nd.dot(x, w)]), [mx.nd.array([0]), x], most
        )
        loss = (out[:3] * 2).sum() + last[1].sum()
    loss.backward()
    return out[:3], last, x.grad, w.grad


def always(*_: Any) -> bool:
    return True


suite.table(
    "while_loop",
    {
        "all_steps": lambda mx: count(mx, 4, 4),
        "fewer_steps": lambda mx: count(mx, 3, 6),
        "cut_off": lambda mx: count(mx, 10, 2),
        "no_step": lambda mx: count(mx, 0, 5),
        "limit_array": lambda mx: count(mx, 3, mx.nd.array([3]).asscalar()),
        "limit_text": lambda mx: count(mx, 3, "3"),
        "limit_zero": lambda mx: mx.nd.contrib.while_loop(
            always, lambda x: (x, x), [mx.nd.ones((1,))], max_iterations=0
        ),
        "single_variable": lambda mx: mx.nd.contrib.while_loop(
            lambda x: x < 9, lambda x: (x * 2, x * 2), mx.nd.ones((1,)), max_iterations=4
        ),
        "no_output": lambda mx: mx.nd.contrib.while_loop(always, lambda x: (None, [x + 1]), [mx.nd.ones((2,))], 3),
        "empty_output": lambda mx: mx.nd.contrib.while_loop(always, lambda x: ([], x + 1), [mx.nd.ones((2,))], 3),
        "tuple_output": lambda mx: mx.nd.contrib.while_loop(
            always, lambda x: ((x, x + 1), (x,)), (mx.nd.ones((2,)),), 2
        ),
        "condition_number": lambda mx: mx.nd.contrib.while_loop(lambda x: 1, lambda x: (x, x), [mx.nd.ones((2,))], 2),
        "dtype": lambda mx: mx.nd.contrib.while_loop(
            always, lambda x: (x, x * 2), [mx.nd.array([1, 2], dtype="int64")], 3
        ),
        "padded_shape": lambda mx: (
            mx.nd.contrib.while_loop(lambda x: x.sum() < 5, lambda x: (x, x + 1), [mx.nd.ones((2, 1))], 7)[0].shape
        ),
        "gradient": powers,
        "gradient_padded": lambda mx: powers(mx, 5),
    },
)
suite.errors(
    "while_loop",
    {
        "no_limit": (
            lambda mx: mx.nd.contrib.while_loop(always, lambda x: (x, x), [mx.nd.ones((1,))]),
            ("while_loop", "max_iterations"),
        ),
        "limit_word": (
            lambda mx: mx.nd.contrib.while_loop(always, lambda x: (x, x), [mx.nd.ones((1,))], max_iterations="a"),
            ("max_iterations",),
        ),
        "no_variables": (lambda mx: mx.nd.contrib.while_loop(always, always, [], 3), ("loop_vars",)),
        "condition_vector": (
            lambda mx: mx.nd.contrib.while_loop(lambda x: x < 3, lambda x: (x, x), [mx.nd.ones((2,))], 3),
            (),
        ),
        "condition_word": (
            lambda mx: mx.nd.contrib.while_loop(lambda x: np.ones(3), lambda x: (x, x), [mx.nd.ones((2,))], 3),
            ("cond",),
        ),
        "other_number_of_variables": (
            lambda mx: mx.nd.contrib.while_loop(always, lambda x: (x, [x, x]), [mx.nd.ones((1,))], 3),
            ("loop variables",),
        ),
        "no_new_variables": (
            lambda mx: mx.nd.contrib.while_loop(always, lambda x: (x, None), [mx.nd.ones((1,))], 3),
            ("loop variables",),
        ),
        "outputs_change": (
            lambda mx: mx.nd.contrib.while_loop(
                always, lambda x: ([x] * int(x.asscalar()), x + 1), [mx.nd.ones((1,))], 3
            ),
            ("outputs",),
        ),
        "output_number": (
            lambda mx: mx.nd.contrib.while_loop(always, lambda x: (1, x), [mx.nd.ones((1,))], 3),
            ("outputs",),
        ),
        "output_shapes_differ": (
            lambda mx: mx.nd.contrib.while_loop(
                always, lambda x: (x, mx.nd.concat(x, x, dim=0)), [mx.nd.ones((2,))], 3
            )[0].asnumpy(),
            (),
        ),
    },
)


# ------------------------------------------------------------------------------------------ cond


def branch(mx: Any, positive: bool) -> Any:
    a, b = mx.nd.array([2.0 if positive else -2.0]), mx.nd.array([3.0])
    a.attach_grad()
    b.attach_grad()
    with mx.autograd.record():
        y = mx.nd.contrib.cond(a > 0, lambda: a * b, lambda: a - 2 * b)
    y.backward()
    return y, a.grad, b.grad


suite.table(
    "cond",
    {
        "then": lambda mx: branch(mx, True),
        "else": lambda mx: branch(mx, False),
        "number": lambda mx: mx.nd.contrib.cond(0, lambda: 1, lambda: "else"),
        "integers": lambda mx: mx.nd.contrib.cond(mx.nd.array([2], dtype="int32"), lambda: 1, lambda: 2),
        "matrix_of_one": lambda mx: mx.nd.contrib.cond(mx.nd.ones((1, 1)), lambda: 1, lambda: 2),
        "nan": lambda mx: mx.nd.contrib.cond(mx.nd.array([NAN]), lambda: 1, lambda: 2),
        "list": lambda mx: mx.nd.contrib.cond([], lambda: 1, lambda: [mx.nd.ones((2,)), 5]),
    },
)
suite.errors(
    "cond",
    {
        "vector": (lambda mx: mx.nd.contrib.cond(mx.nd.ones((2,)), lambda: 1, lambda: 2), ()),
        "numpy_vector": (lambda mx: mx.nd.contrib.cond(np.ones(2), lambda: 1, lambda: 2), ("pred",)),
    },
)


# ------------------------------------------------------------------------------------------ optimizer steps


def arrays(mx: Any, count: int, *kinds: str, dtype: str = "float32") -> list[list[Any]]:
    """``count`` arrays of each kind; variances are positive."""
    made = []
    for k, kind in enumerate(kinds):
        own = dtype if kind in "wg" else "float32"
        values = [
            np.random.RandomState(10 * k + i).uniform(0.1 if kind == "v" else -1, 1, (2, i + 1)) for i in range(count)
        ]
        made.append([mx.nd.array(v, dtype=own) for v in values])
    return made


def single(mx: Any, name: str, scale: Any, master: bool = False, steps: int = 2, **more: Any) -> Any:
    kinds = "wgmvW" if master else "wgmv"
    group = [column[0] for column in arrays(mx, 1, *kinds, dtype="float16" if master else "float32")]
    scale = scale(mx) if callable(scale) else scale
    for _ in range(steps):
        getattr(mx.nd.contrib, name)(*group, scale, lr=0.1, eta=0.5, out=group[0], **more)
    return group


def multi(mx: Any, name: str, scale: Any = None, master: bool = False, count: int = 3, **more: Any) -> Any:
    kinds = "wgmvW" if master else "wgmv"
    groups = arrays(mx, count, *kinds, dtype="float16" if master else "float32")
    rates = {"lrs": [0.1, 0.2, 0.3][:count], "wds": [0, 0.1, 0.01][:count]}
    if scale is not None:
        rates["etas"] = [1.0, 0.5, 0.25][:count]
        groups.append(scale(mx) if callable(scale) else scale)
    else:
        rates["step_count"] = [1, 2, 3][:count]
    getattr(mx.nd.contrib, name)(*groups, out=groups[0], **rates, **more)
    return groups[: len(kinds)]


def one(mx: Any) -> Any:
    return mx.nd.array([0.5])


for _name, _master in (("adamw_update", False), ("mp_adamw_update", True)):
    suite.table(
        _name,
        {
            "number": lambda mx, n=_name, m=_master: single(mx, n, 1.0, m),
            "array": lambda mx, n=_name, m=_master: single(mx, n, one, m),
            "zero": lambda mx, n=_name, m=_master: single(mx, n, 0, m),
            "nan": lambda mx, n=_name, m=_master: single(mx, n, NAN, m),
            "parameters": lambda mx, n=_name, m=_master: single(
                mx, n, 2.0, m, beta1=0.8, beta2=0.9, epsilon=1e-3, wd=0.1, clip_gradient=0.5
            ),
            "unknown": lambda mx, n=_name, m=_master: attempt(single, mx, n, 1.0, m, nonsense=1),
            "text": lambda mx, n=_name, m=_master: attempt(single, mx, n, "a", m),
        },
    )
for _name, _master in (("multi_adamw_update", False), ("multi_mp_adamw_update", True)):
    suite.table(
        _name,
        {
            "number": lambda mx, n=_name, m=_master: multi(mx, n, 1.0, m),
            "array": lambda mx, n=_name, m=_master: multi(mx, n, one, m),
            "single": lambda mx, n=_name, m=_master: multi(mx, n, 1.0, m, count=1),
            "size": lambda mx, n=_name, m=_master: multi(mx, n, 1.0, m, size=3),
            "parameters": lambda mx, n=_name, m=_master: multi(
                mx, n, 2.0, m, beta1=0.8, beta2=0.9, epsilon=1e-3, clip_gradient=0.5
            ),
            "wrong_size": lambda mx, n=_name, m=_master: attempt(multi, mx, n, 1.0, m, size=2),
        },
    )
for _name, _master in (("multi_lamb_update", False), ("multi_mp_lamb_update", True)):
    suite.table(
        _name,
        {
            "default": lambda mx, n=_name, m=_master: multi(mx, n, None, m),
            "single": lambda mx, n=_name, m=_master: multi(mx, n, None, m, count=1),
            "num_tensors": lambda mx, n=_name, m=_master: multi(mx, n, None, m, num_tensors=3),
            "parameters": lambda mx, n=_name, m=_master: multi(
                mx, n, None, m, beta1=0.8, beta2=0.9, epsilon=1e-3, clip_gradient=0.5, lower_bound=0.2, upper_bound=2.0
            ),
            "no_bias_correction": lambda mx, n=_name, m=_master: multi(mx, n, None, m, bias_correction=False),
            "wrong_count": lambda mx, n=_name, m=_master: attempt(multi, mx, n, None, m, num_tensors=2),
        },
    )


# ------------------------------------------------------------------------------------------ _set_value


def set_value(mx: Any, src: Any, dtype: str = "float32") -> Any:
    x = mx.nd.array([[1, 2], [3, 4]], dtype=dtype)
    returned = mx.nd._internal._set_value(src, out=x)
    return returned is x, x


suite.table(
    "set_value",
    {
        "float": lambda mx: set_value(mx, 3.5),
        "text": lambda mx: set_value(mx, "2"),
        "float64": lambda mx: set_value(mx, 0.1, "float64"),
        "float16": lambda mx: set_value(mx, 0.1, "float16"),
        "int32": lambda mx: set_value(mx, -1.7, "int32"),
        "uint8": lambda mx: set_value(mx, 200, "uint8"),
        "view": lambda mx: [x := mx.nd.zeros((3, 2)), mx.nd._internal._set_value(src=1, out=x[1])],
        "infinite": lambda mx: set_value(mx, INF),
    },
)
suite.errors(
    "set_value",
    {
        "no_out": (lambda mx: mx.nd._internal._set_value(1), ("_set_value", "out")),
        "no_number": (lambda mx: mx.nd._internal._set_value(out=mx.nd.ones((2,))), ("src",)),
        "word": (lambda mx: set_value(mx, "a"), ("src",)),
    },
)
