"""Helpers of tests: data under seeds, tolerances, comparisons, what they print, gradients of symbols."""

import contextlib
import io
import os

import numpy as np

from ...suite import Suite, attempt

suite = Suite(__name__)


def _printed(program):
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        outcome = attempt(program)
    lines = text.getvalue().split("\n")
    return getattr(outcome, "types", outcome), lines


def _drawn(name, *args, **kwargs):
    """Result of a call, and what NumPy's generator gives after it."""

    def program(mx):
        np.random.seed(11)
        result = getattr(mx.test_utils, name)(*args, **kwargs)
        if name == "rand_sparse_ndarray":
            result = (result[0].stype, result[0].asnumpy(), [getattr(p, "shape", None) for p in result[1]])
        elif hasattr(result, "stype") and result.stype != "default":
            result = (result.stype, result.asnumpy())
        return result, float(np.random.uniform())

    return program


suite.table(
    "data",
    {
        "random_arrays_one": _drawn("random_arrays", (2, 3)),
        "random_arrays_two": _drawn("random_arrays", (2, 3), (4,)),
        "random_arrays_scalar": _drawn("random_arrays", (), (2,)),
        "random_uniform_arrays": _drawn("random_uniform_arrays", (2, 3), (4,), low=-1, high=5),
        "random_uniform_arrays_dtype": _drawn("random_uniform_arrays", (2,), dtype=np.float64),
        "random_sample": _drawn("random_sample", [1, 2, 3, 4, 5], 3),
        "rand_shape_2d": _drawn("rand_shape_2d", 5, 7),
        "rand_shape_2d_zero": _drawn("rand_shape_2d", 2, 2, allow_zero_size=True),
        "rand_shape_3d": _drawn("rand_shape_3d", 5, 7, 9),
        "rand_shape_nd": lambda mx: [int(n) for n in _drawn("rand_shape_nd", 4)(mx)[0]],
        "rand_coord_2d": _drawn("rand_coord_2d", 0, 10, 20, 30),
        "rand_ndarray": _drawn("rand_ndarray", (2, 3)),
        "rand_ndarray_double": _drawn("rand_ndarray", (2, 3), dtype="float64"),
        "rand_ndarray_rows": _drawn("rand_ndarray", (6, 2), "row_sparse"),
        "rand_ndarray_rows_half": _drawn("rand_ndarray", (6, 2), "row_sparse", 0.5),
        "rand_ndarray_rows_none": _drawn("rand_ndarray", (6, 2), "row_sparse", 0.0),
        "rand_ndarray_rows_modified": _drawn("rand_ndarray", (6, 2), "row_sparse", 0.8, None, lambda v: -v),
        "rand_ndarray_power": _drawn("rand_ndarray", (8, 8), "csr", 0.5, distribution="powerlaw"),
        "rand_sparse_rows": _drawn("rand_sparse_ndarray", (5, 2), "row_sparse", 0.5),
        "rand_sparse_rows_given": _drawn(
            "rand_sparse_ndarray", (5, 2), "row_sparse", 0.5, rsp_indices=np.array([1, 3]), data_init=2
        ),
        "rand_sparse_power": _drawn("rand_sparse_ndarray", (6, 9), "csr", 0.4, distribution="powerlaw"),
        "create_rows": _drawn("create_sparse_array", (5, 2), "row_sparse", rsp_indices=[3, 1], data_init=1),
        "create_rows_zd": _drawn("create_sparse_array_zd", (5, 2), "row_sparse", 0.5),
        "create_rows_zd_given": _drawn("create_sparse_array_zd", (5, 2), "row_sparse", 0.5, rsp_indices=[0, 4]),
        "create_2d_tensor": _drawn("create_2d_tensor", 3, 2),
        "create_2d_tensor_float": _drawn("create_2d_tensor", 3, 2, "float32"),
        "create_vector": _drawn("create_vector", 4),
        "identity": _drawn("get_identity_mat", 3),
        "identity_batch": _drawn("get_identity_mat_batch", 2),
        "assign_each": _drawn("assign_each", np.arange(6.0).reshape(2, 3), lambda x: x * 2),
        "assign_each_transposed": _drawn("assign_each", np.arange(6.0).reshape(2, 3).T, lambda x: x * 2),
        "assign_each_none": _drawn("assign_each", np.arange(3), None),
        "assign_each2": _drawn("assign_each2", np.arange(4.0), np.arange(4.0) + 1, lambda x, y: x * y),
        "new_matrix_2d": _drawn("new_matrix_with_real_eigvals_2d", 3),
        "new_matrix_nd_shape": lambda mx: mx.test_utils.new_matrix_with_real_eigvals_nd((2, 1, 3, 3)).shape,
        "new_sym_matrix_shape": lambda mx: mx.test_utils.new_sym_matrix_with_real_eigvals_nd((2, 3, 3)).shape,
    },
)
suite.errors(
    "data_bad",
    {
        "uniform_keyword": (lambda mx: mx.test_utils.random_uniform_arrays((2,), no=3), ("no",)),
        "sample": (lambda mx: mx.test_utils.random_sample([1], 2), ()),
        "storage": (lambda mx: mx.test_utils.rand_ndarray((2, 2), "no"), ("storage",)),
        "power_density": (
            lambda mx: mx.test_utils.rand_ndarray((8, 8), "csr", 0.1, distribution="powerlaw"),
            ("density",),
        ),
        "density": (lambda mx: mx.test_utils.rand_ndarray((8, 8), "csr", 2), ("density",)),
        "distribution": (lambda mx: mx.test_utils.rand_ndarray((8, 8), "csr", 0.5, distribution="no"), ("no",)),
        "rows_power": (lambda mx: mx.test_utils.rand_ndarray((8, 8), "row_sparse", 0.5, distribution="powerlaw"), ()),
        "csr_axes": (lambda mx: mx.test_utils.rand_ndarray((8,), "csr", 0.5), ()),
        "create": (lambda mx: mx.test_utils.create_sparse_array((2, 2), "default"), ("storage",)),
        "assign_each2": (lambda mx: mx.test_utils.assign_each2(np.ones(2), np.ones(3), max), ("shape",)),
    },
)


def _names(table):
    return {np.dtype(k).name: v for k, v in table.items()}


suite.table(
    "settings",
    {
        "context": lambda mx: (mx.test_utils.default_context(), mx.test_utils.default_dtype()),
        "rtols": lambda mx: _names(mx.test_utils.default_rtols()),
        "atols": lambda mx: _names(mx.test_utils.default_atols()),
        "eps": lambda mx: _names(mx.test_utils.default_numeric_eps()),
        "effective": lambda mx: np.dtype(mx.test_utils.effective_dtype(mx.nd.ones(2))).name,
        "get": lambda mx: (mx.test_utils.get_atol(), mx.test_utils.get_rtol(), mx.test_utils.get_etol()),
        "get_given": lambda mx: (mx.test_utils.get_atol(2), mx.test_utils.get_rtol(3), mx.test_utils.get_etol(4)),
        "tols": lambda mx: mx.test_utils.get_tols(mx.nd.ones(2), np.ones(2, "float16"), None, None),
        "tols_given": lambda mx: mx.test_utils.get_tols(3, 4.0, 0.5, {np.dtype("float64"): 7}),
        "tols_dict": lambda mx: mx.test_utils.get_tols(np.ones(2, "f"), np.ones(2, "d"), {np.dtype("f"): 1}, None),
        "gpus": lambda mx: list(mx.test_utils.list_gpus()),
        "runs": lambda mx: (
            mx.test_utils.is_cd_run(),
            mx.test_utils.is_op_runnable(),
            mx.test_utils.has_tvm_ops(),
        ),
    },
)


@suite.case("settings/set_context")
def set_context(mx):
    before = mx.test_utils.default_context()
    mx.test_utils.set_default_context(mx.cpu(1))
    try:
        return mx.test_utils.default_context(), mx.nd.ones(2).context
    finally:
        mx.test_utils.set_default_context(before)


def _all(value):
    return lambda n: np.full(n, value)


def _normal(sigma):
    return lambda n: np.random.RandomState(3).normal(0, sigma, n)


X = np.array([[1.0, 2.0], [3.0, 4.0]], "float32")
PAIRS = {
    "equal": (X, X),
    "close": (X, X * (1 + 1e-5)),
    "one_off": (X, X + np.array([[0, 0], [0.5, 0]], "float32")),
    "all_off": (X, X + 1),
    "nan": (X, np.where(X > 2, np.nan, X).astype("float32")),
    "nans": (np.where(X > 2, np.nan, X).astype("float32"), np.where(X > 2, np.nan, X).astype("float32")),
    "int": (np.array([1, 2]), np.array([1, 3])),
    "long": (np.arange(40, dtype="float64"), np.arange(40, dtype="float64") * 1.1 + 1),
    "broadcast": (X, X[0]),
    "half": (X.astype("float16"), (X * 1.05).astype("float16")),
    "mixed": (X.astype("float64"), X * (1 + 1e-4)),
    "numbers": (3.0, 3.5),
    "number_and_array": (np.ones(2), 1.0),
    "bools": (np.array([True, False]), np.array([True, True])),
    "inf": (np.array([np.inf, 1]), np.array([np.inf, 1])),
    "infs": (np.array([np.inf, 1]), np.array([-np.inf, 1])),
}


def _compared(a, b, function, **options):
    def program(mx):
        return _printed(lambda: getattr(mx.test_utils, function)(a, b, **options))

    return program


for _name, (_a, _b) in PAIRS.items():
    suite.table("assert_almost_equal", {_name: _compared(_a, _b, "assert_almost_equal")})
    if _name not in ("numbers", "bools"):
        suite.table(
            "assert_almost_equal",
            {
                _name + "_nd": (
                    lambda a, b: lambda mx: _compared(mx.nd.array(a), mx.nd.array(b), "assert_almost_equal")(mx)
                )(_a, _b)
            },
        )
    if _name not in ("bools",):
        suite.table("almost_equal", {_name: _compared(_a, _b, "almost_equal")})
    suite.table("same", {_name: _compared(_a, _b, "same")})

suite.table(
    "assert_almost_equal",
    {
        "tolerance": _compared(X, X + 0.5, "assert_almost_equal", atol=1),
        "names": _compared(X, X + 0.5, "assert_almost_equal", names=("left", "right")),
        "equal_nan": _compared(*PAIRS["nans"], function="assert_almost_equal", equal_nan=True),
        "no_broadcast": _compared(X, X[0], "assert_almost_equal", use_broadcast=False),
        "mismatches": _compared(*PAIRS["long"], function="assert_almost_equal", mismatches=(3, 0)),
        "mismatches_few": _compared(*PAIRS["long"], function="assert_almost_equal", mismatches=(2, 5)),
        "tolerances": _compared(X, X + 0.5, "assert_almost_equal", rtol={np.dtype("float32"): 1.0}),
        "allclose": _compared(X, X * (1 + 1e-6), "assert_allclose"),
        "allclose_equal": _compared(X, X, "assert_allclose"),
        "allclose_loose": _compared(X, X * 1.1, "assert_allclose", rtol=0.2),
        "ignore_nan": _compared(*PAIRS["nan"], function="assert_almost_equal_ignore_nan"),
        "ignore_nan_off": _compared(X, X + np.nan * (X > 3) + 1, "assert_almost_equal_ignore_nan"),
        "with_err": _compared(*PAIRS["one_off"], function="assert_almost_equal_with_err", etol=0.3),
        "with_err_few": _compared(*PAIRS["one_off"], function="assert_almost_equal_with_err", etol=0.2),
        "with_err_none": _compared(*PAIRS["one_off"], function="assert_almost_equal_with_err"),
        "shapes_nd": lambda mx: _compared(mx.nd.ones((2, 3)), mx.nd.ones((3, 2)), "assert_almost_equal")(mx)[0],
        "tuple": lambda mx: _printed(
            lambda: mx.test_utils.compare_ndarray_tuple((mx.nd.ones(2), None), (mx.nd.ones(2), mx.nd.ones(3)))
        ),
        "tuple_off": lambda mx: _printed(
            lambda: mx.test_utils.compare_ndarray_tuple(((mx.nd.ones(2),),), ((mx.nd.zeros(2),),))
        ),
    },
)
suite.table(
    "helpers",
    {
        "locationError": lambda mx: mx.test_utils.locationError(X, X + 1, (1, 0), ("a", "b")),
        "locationError_max": lambda mx: mx.test_utils.locationError(X, X + 1, (1, 0), ("q", "b"), maxError=True),
        "violation": lambda mx: [
            [float(i) for i in mx.test_utils._find_max_violation(X, X + 1, 0.1, 0.1)[0]],
            float(mx.test_utils._find_max_violation(X, X + 1, 0.1, 0.1)[1]),
        ],
        "check_shapes": lambda mx: attempt(mx.test_utils.checkShapes, X, X[0]).types,
        "np_reduce": lambda mx: mx.test_utils.np_reduce(np.arange(24.0).reshape(2, 3, 4), (0, 2), True, np.sum),
        "np_reduce_all": lambda mx: mx.test_utils.np_reduce(np.arange(6.0).reshape(2, 3), None, False, np.max),
        "np_reduce_one": lambda mx: mx.test_utils.np_reduce(np.arange(6.0).reshape(2, 3), 1, True, np.max),
        "collapse": lambda mx: mx.test_utils.collapse_sum_like(np.arange(24.0).reshape(2, 3, 4), (3, 1)),
        "collapse_same": lambda mx: mx.test_utils.collapse_sum_like(np.arange(6.0).reshape(2, 3), (2, 3)),
        "collapse_empty": lambda mx: mx.test_utils.collapse_sum_like(np.zeros((0, 3)), (3,)),
        "collapse_bad": lambda mx: attempt(mx.test_utils.collapse_sum_like, np.zeros((2, 3)), (2, 2)).types,
        "exception": lambda mx: mx.test_utils.assert_exception(lambda: 1 / 0, ZeroDivisionError),
        "exception_other": lambda mx: attempt(mx.test_utils.assert_exception, lambda: {}[1], ZeroDivisionError).types,
        "exception_none": lambda mx: attempt(mx.test_utils.assert_exception, lambda: 1, ZeroDivisionError).types,
        "ppf": lambda mx: mx.test_utils.gen_buckets_probs_with_ppf(lambda p: 2 * p, 4),
        "mean": lambda mx: [bool(mx.test_utils.mean_check(_all(v), 1.0, 1.0, 900)) for v in (1.0, 1.09, 1.11, 0.5)],
        "var": lambda mx: [bool(mx.test_utils.var_check(_normal(s), 1.0, 900)) for s in (1.0, 1.5, 0.5)],
    },
)


@suite.case("helpers/same_array")
def same_array(mx):
    x = mx.nd.arange(6)
    return (
        mx.test_utils.same_array(x, x),
        mx.test_utils.same_array(x[1:3], x[1:3]),
        mx.test_utils.same_array(x, x + 0),
        x,
    )


@suite.case("helpers/retry")
def retry(mx):
    calls = []

    @mx.test_utils.retry(3)
    def third(limit):
        calls.append(limit)
        if len(calls) < limit:
            raise AssertionError("not yet")
        return 5

    first = third(3)
    calls[:] = []
    return first, attempt(third, 5).types, len(calls), attempt(mx.test_utils.retry, 0).types


@suite.case("helpers/environment")
def environment(mx):
    name, other = "MXNET_SOME_TEST_NAME", "MXNET_ANOTHER_TEST_NAME"
    os.environ.pop(name, None)
    os.environ[other] = "old"
    seen = []
    with mx.test_utils.environment(name, "1"):
        seen.append(os.environ[name])
    seen.append(name in os.environ)
    with mx.test_utils.environment({name: "2", other: None}):
        seen.append((os.environ[name], other in os.environ))
    seen.append(os.environ.pop(other))

    def wrong():
        with mx.test_utils.environment(name):
            pass

    return seen, attempt(wrong).types


@suite.case("helpers/dummy_iter")
def dummy_iter(mx):
    real = mx.io.NDArrayIter(np.arange(12.0).reshape(6, 2), np.arange(6.0), 2)
    dummy = mx.test_utils.DummyIter(real)
    batches = [next(dummy).data[0] for _ in range(4)]
    return batches, dummy.batch_size, len(dummy.provide_data), iter(dummy) is dummy


def _two(mx):
    x = mx.sym.Variable("x")
    return mx.sym.Group([mx.sym.sin(x), x * mx.sym.Variable("w")])


def _net(mx):
    x, w = mx.sym.Variable("x"), mx.sym.Variable("w")
    return mx.sym.broadcast_mul(x, w) + mx.sym.sin(x)


A, B = np.arange(1, 7, dtype="float32").reshape(2, 3) / 4, np.array([[0.5, -1.0, 2.0]], "float32")
OUT = A * B + np.sin(A)
suite.table(
    "symbols",
    {
        "simple_forward": lambda mx: mx.test_utils.simple_forward(_net(mx), x=A, w=B),
        "simple_forward_two": lambda mx: mx.test_utils.simple_forward(_two(mx), x=A, w=A),
        "forward": lambda mx: mx.test_utils.check_symbolic_forward(_net(mx), [A, B], [OUT]),
        "forward_dict": lambda mx: mx.test_utils.check_symbolic_forward(_net(mx), {"x": A, "w": B}, [OUT]),
        "forward_wrong": lambda mx: _printed(lambda: mx.test_utils.check_symbolic_forward(_net(mx), [A, B], [OUT + 1]))[
            0
        ],
        "forward_double": lambda mx: mx.test_utils.check_symbolic_forward(
            _net(mx), [A, B], [OUT], rtol=1e-3, atol=1e-3, dtype=np.float64
        ),
        "forward_names": lambda mx: (
            attempt(mx.test_utils.check_symbolic_forward, _net(mx), {"x": A, "no": B}, [OUT]).types
        ),
        "backward": lambda mx: mx.test_utils.check_symbolic_backward(
            _net(mx), [A, B], [np.ones((2, 3), "float32")], [B + np.cos(A), A.sum(0, keepdims=True)]
        ),
        "backward_dict": lambda mx: mx.test_utils.check_symbolic_backward(
            _net(mx),
            {"x": A, "w": B},
            [mx.nd.ones((2, 3))],
            {"w": A.sum(0, keepdims=True)},
            grad_req={"x": "null", "w": "write"},
        ),
        "backward_add": lambda mx: sorted(
            mx.test_utils.check_symbolic_backward(
                _net(mx),
                [A, B],
                [np.ones((2, 3), "float32")],
                [B + np.cos(A), A.sum(0, keepdims=True)],
                grad_req="add",
                rtol=1e-3,
                atol=1e-3,
            )
        ),
        "backward_null": lambda mx: sorted(
            mx.test_utils.check_symbolic_backward(_net(mx), [A, B], [A], [A, B], grad_req="null")
        ),
        "backward_wrong": lambda mx: _printed(
            lambda: mx.test_utils.check_symbolic_backward(_net(mx), [A, B], [A], [A, B])
        )[0],
        "numeric": lambda mx: mx.test_utils.check_numeric_gradient(_net(mx), [A, B], rtol=0.05, atol=0.05),
        "numeric_double": lambda mx: mx.test_utils.check_numeric_gradient(
            _net(mx), [A, B], numeric_eps=1e-5, rtol=1e-4, atol=1e-6, dtype=np.float64
        ),
        "numeric_one": lambda mx: mx.test_utils.check_numeric_gradient(
            _net(mx), {"x": A, "w": B}, grad_nodes=["w"], rtol=0.05, atol=0.05
        ),
        "numeric_add": lambda mx: mx.test_utils.check_numeric_gradient(
            _net(mx), [A, B], grad_nodes={"x": "add", "w": "write"}, rtol=0.05, atol=0.05
        ),
        "numeric_wrong": lambda mx: _printed(
            lambda: mx.test_utils.check_numeric_gradient(mx.sym.BlockGrad(_net(mx)), [A, B], rtol=0.01, atol=0.01)
        )[0],
        "numeric_states": lambda mx: mx.test_utils.check_numeric_gradient(
            mx.sym.BatchNorm(mx.sym.Variable("x"), fix_gamma=False, name="bn"),
            {"x": A, "bn_gamma": np.ones(3, "f"), "bn_beta": np.zeros(3, "f")},
            [np.zeros(3, "f"), np.ones(3, "f")],
            numeric_eps=1e-2,
            rtol=0.2,
            atol=0.2,
        ),
        "speed": lambda mx: mx.test_utils.check_speed(_net(mx), {"x": A, "w": B}, N=2) > 0,
        "speed_forward": lambda mx: mx.test_utils.check_speed(_net(mx), N=2, typ="forward", x=(2, 3), w=(1, 3)) > 0,
        "speed_wrong": lambda mx: attempt(mx.test_utils.check_speed, _net(mx), {"x": A, "w": B}, typ="no").types,
        "structure": lambda mx: (
            mx.test_utils.same_symbol_structure(_net(mx), _net(mx)),
            mx.test_utils.same_symbol_structure(_net(mx), mx.sym.cos(_net(mx))),
            mx.test_utils.same_symbol_structure(_net(mx), mx.sym.sin(mx.sym.Variable("x"))),
        ),
    },
)


def _consistent(dtypes, **options):
    def program(mx):
        net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3, name="fc")
        contexts = [{"ctx": mx.cpu(0), "data": (2, 4), "type_dict": {"data": d}} for d in dtypes]
        truth = mx.test_utils.check_consistency(net, contexts, **options)
        return {name: None if value is None else value.shape for name, value in truth.items()}

    return program


suite.table(
    "consistency",
    {
        "same": _consistent([np.float32, np.float32]),
        "double": _consistent([np.float64, np.float32]),
        "add": _consistent([np.float64, np.float32], grad_req="add"),
        "null": _consistent([np.float64, np.float32], grad_req="null"),
        "uniform": _consistent([np.float32, np.float64], use_uniform=True, scale=0.1),
    },
)


@suite.case("optimizers")
def optimizers(mx):
    utils, opt = mx.test_utils, mx.optimizer
    return (
        utils.compare_optimizer(opt.SGD(learning_rate=0.1), opt.SGD(learning_rate=0.1), (3, 4), "float32"),
        _printed(
            lambda: utils.compare_optimizer(opt.SGD(learning_rate=0.1), opt.SGD(learning_rate=0.2), (3, 4), "float32")
        )[0],
        utils.compare_optimizer(opt.Adam(), opt.Adam(), (3, 4), "float32", g_stype="row_sparse"),
    )
