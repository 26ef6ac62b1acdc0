"""Products of vectors, matrices and batches."""

from __future__ import annotations

from ...calls import Arr
from ...suite import Suite

suite = Suite(__name__)

SHAPES = [
    ((3,), (3,)),
    ((1,), (1,)),
    ((2, 3), (3,)),
    ((3,), (3, 2)),
    ((1,), (1, 3)),
    ((2, 3), (3, 4)),
    ((3, 3), (3, 3)),
    ((2, 3), (2, 3)),
    ((2, 3), (3, 1)),
    ((1, 3), (3, 1)),
    ((2, 3, 4), (4,)),
    ((4,), (4, 2, 3)),
    ((2, 3, 4), (4, 5)),
    ((2, 3), (3, 4, 5)),
    ((2, 3, 4), (4, 3, 2)),
    ((2, 2, 2), (2, 2, 2)),
    ((2,), (2, 2, 2)),
]
for left, right in SHAPES:
    word = "x".join(map(str, left)) + "_" + "x".join(map(str, right))
    for ta in (False, True):
        for tb in (False, True):
            attrs = {k: True for k, on in (("transpose_a", ta), ("transpose_b", tb)) if on}
            flags = "".join(("a" if ta else "", "b" if tb else "")) or "plain"
            suite.op(f"dot/{word}/{flags}", "nd.dot", (Arr(left), Arr(right, seed=2)), attrs, says=("dot",))

PAIR = (Arr((2, 3)), Arr((3, 2), seed=2))
suite.standard(
    "dot",
    "nd.dot",
    PAIR,
    [{}, {"forward_stype": "default"}],
    bad={
        "sizes": ((Arr((2, 3)), Arr((2, 3))), {}, ("dot", "(2, 3)")),
        "dtypes": ((Arr((2, 3)), Arr((3, 2), "float64")), {}, ("dot", "float64")),
        "scalar": ((Arr(values=2.0), Arr((3,))), {}, ("dot", "()")),
        "stype": (PAIR, {"forward_stype": "dense"}, ("dot", "dense")),
        "attribute": (PAIR, {"axes": 1}, ("dot", "axes")),
        "count": (PAIR[:1], {}, ("dot",)),
        "list": ((Arr((3,)), [1.0, 2.0, 3.0]), {}, ("dot",)),
    },
)
suite.op("dot/vectors_float64", "nd.dot", (Arr((4,), "float64"), Arr((4,), "float64", seed=2)))
suite.op("dot/vectors_rows", "nd.dot", (Arr((4,), layout="rows"), Arr((4,), seed=2)))
suite.op("dot/grad_left", "nd.dot", PAIR, grad=(0,))
suite.op("dot/grad_right", "nd.dot", PAIR, grad=(1,))
suite.op("dot/grad_add", "nd.dot", (PAIR[0].with_(req="add"), PAIR[1].with_(req="add")))
suite.op("dot/special", "nd.dot", (Arr(values=[[float("inf"), 1.0], [float("nan"), 0.0]]), Arr(values=[1.0, 0.0])))


@suite.case("dot/square")
def square(mx):
    x = mx.nd.array([0.0, 1.0, 2.0, 3.0])
    x.attach_grad()
    with mx.autograd.record():
        y = 2 * mx.nd.dot(x, x)
    y.backward()
    return y, x.grad


BATCH = (Arr((2, 2, 3)), Arr((2, 3, 4), seed=2))
suite.standard(
    "batch_dot",
    "nd.batch_dot",
    BATCH,
    [{}, {"forward_stype": "default"}],
    bad={
        "matrices": (PAIR, {}, ("batch_dot", "(2, 3)")),
        "ranks": ((Arr((2, 2, 3)), Arr((3, 4))), {}, ("batch_dot",)),
        "batch": ((Arr((1, 2, 3)), Arr((2, 3, 4))), {}, ("batch_dot", "(1, 2, 3)")),
        "inner": ((Arr((2, 2, 3)), Arr((2, 2, 3))), {}, ("batch_dot", "(2, 2, 3)")),
        "dtypes": ((BATCH[0], BATCH[1].with_(dtype="float64")), {}, ("batch_dot", "float64")),
        "attribute": (BATCH, {"axis": 1}, ("batch_dot", "axis")),
    },
)
for ta in (False, True):
    for tb in (False, True):
        left = Arr((2, 3, 2) if ta else (2, 2, 3))
        right = Arr((2, 4, 3) if tb else (2, 3, 4), seed=2)
        suite.op(f"batch_dot/flags_{ta}_{tb}", "nd.batch_dot", (left, right), {"transpose_a": ta, "transpose_b": tb})
suite.op("batch_dot/four_axes", "nd.batch_dot", (Arr((2, 1, 2, 3)), Arr((2, 1, 3, 2), seed=2)))
suite.op("batch_dot/size_one", "nd.batch_dot", (Arr((2, 1, 1)), Arr((2, 1, 3), seed=2)))

K = (Arr((2, 3)), Arr((3, 3), seed=2), Arr((2, 3), seed=3))
for n in (1, 2, 3):
    suite.op(f"khatri_rao/{n}", "nd.khatri_rao", K[:n], grad=False)
suite.op("khatri_rao/float64", "nd.khatri_rao", tuple(k.with_(dtype="float64") for k in K), grad=False)
suite.op("khatri_rao/gradient", "nd.khatri_rao", K[:2])
for word, args in {
    "columns": (Arr((2, 3)), Arr((3, 2))),
    "rank": (Arr((2, 3, 1)), Arr((3, 3))),
    "vectors": (Arr((3,)), Arr((3,))),
    "ints": (Arr((2, 3), "int32"), Arr((3, 3), "int32")),
    "dtypes": (Arr((2, 3)), Arr((3, 3), "float64")),
}.items():
    suite.op_error(f"khatri_rao/{word}", "nd.khatri_rao", args, says=("khatri_rao",))
