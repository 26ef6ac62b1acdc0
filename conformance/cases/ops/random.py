"""Random operators: every stream bit for bit (a digest), densities with gradients, bad input, seeds and threads."""

from __future__ import annotations

import threading

import numpy as np

from ... import streams
from ...calls import Arr
from ...compare import Tolerance
from ...suite import Suite, attempt

suite = Suite(__name__)

FLOATS = ("float16", "float32", "float64")
INPUTS = (*FLOATS, "uint8", "int8", "int32", "int64")


def bits(array):
    """dtype, shape, a digest of the bytes and the first values; of a list, each."""
    if isinstance(array, (list, tuple)):
        return [bits(one) for one in array]
    return streams.summarize(array.asnumpy())


def find(mx, path):
    """The function at a dotted path below the package."""
    for word in path.split("."):
        mx = getattr(mx, word)
    return mx


def drawn(path, *args, **kwargs):
    """A case: one call, its bits, then one uniform number that proves how far the generator went."""

    def program(mx):
        given = [build(mx, a) for a in args]
        named = {k: build(mx, v) for k, v in kwargs.items()}
        found = bits(find(mx, path)(*given, **named))
        return found, bits(mx.nd.random.uniform(shape=2))

    return program


def build(mx, value):
    """A NumPy array as an array of the library, other values as they are."""
    return mx.nd.array(value, dtype=value.dtype) if isinstance(value, np.ndarray) else value


def named(names, values):
    """Names to values (without ``zip``, which has no ``strict`` in Python 3.8)."""
    return {name: values[i] for i, name in enumerate(names)}


def numbers(values, dtype="float32"):
    return np.array(values, dtype)


# The parameters of each distribution, as numbers and as arrays.
LAWS = {
    "uniform": (
        ("low", "high"),
        [(0, 1), (-2.5, 7.1), (3, 3), (1e30, 1e38), (0.001, 2.86)],
        [(-1, 0, 2.5), (1, 0, 3.25)],
    ),
    "normal": (("loc", "scale"), [(0, 1), (0.3, 1.7), (-1e6, 1e-3)], [(-1, 0, 2.5), (1, 0.5, 3.25)]),
    "gamma": (("alpha", "beta"), [(1, 1), (0.4, 2), (2.5, 1.3), (0.01, 1), (900, 0.1)], [(1, 0.5, 3.25), (1, 2, 0.7)]),
    "exponential": (("lam",), [(1,), (2.7,), (1e-4,)], [(1, 0.5, 3.25)]),
    "poisson": (("lam",), [(0,), (1,), (4,), (11.99,), (12,), (130.5,), (1e8,), (3e9,)], [(1, 20, 3.25)]),
    "negative_binomial": (
        ("k", "p"),
        [(1, 1.0), (0, 0.5), (3, 0.4), (100, 0.5), (1, 2.0), (1, 0.0), (1000, 1e-9)],
        [(1, 20, 3), (0.4, 0.7, 0.2)],
    ),
    "generalized_negative_binomial": (
        ("mu", "alpha"),
        [(1, 1), (2, 0.3), (2, 0), (0, 1), (40, 2), (50, 0), (1e10, 1)],
        [(1, 20, 3), (0.4, 0, 0.2)],
    ),
}
TENSOR_NAMES = {"normal": ("mu", "sigma")}
SHAPES = (1, (1,), (2, 3), (64,), (65,), (3, 1, 500))

for _law, (_names, _numbers, _arrays) in LAWS.items():
    _cases = {}
    for _values in _numbers:
        _given = named(_names, _values)
        for _dtype in FLOATS:
            _label = ",".join(f"{v:g}" for v in _values)
            _cases[f"{_label}/{_dtype}"] = drawn(f"nd.random_{_law}", shape=(5, 7), dtype=_dtype, **_given)
    for _shape in SHAPES:
        _cases[f"shape={_shape}"] = drawn(f"nd.random_{_law}", shape=_shape)
    _cases["positional"] = drawn(f"nd._internal._random_{_law}", *_numbers[0], (2, 2))
    _cases["text"] = drawn(f"nd._internal._random_{_law}", **{n: str(v) for n, v in _given.items()}, shape="(2,2)")
    _cases["like"] = drawn(f"nd.random.{_law}_like", np.zeros((2, 3), np.float32))
    for _dtype in FLOATS:
        _cases[f"like/{_dtype}"] = drawn(
            f"nd.random.{_law}_like", np.ones((65, 2), _dtype), **named(_names, _numbers[1])
        )
    suite.table(_law, _cases)

    _cases = {}
    _inputs = TENSOR_NAMES.get(_law, _names)
    for _dtype in INPUTS:
        _given = [numbers(v, _dtype) for v in np.abs(_arrays)]
        for _result in FLOATS:
            _cases[f"{_dtype}/{_result}"] = drawn(f"nd.sample_{_law}", *_given, shape=(7, 2), dtype=_result)
    _given = [numbers(v) for v in _arrays]
    for _shape in ((), 1, (1,), 64, (65,), (2, 200), 3000):
        _cases[f"shape={_shape}"] = drawn(f"nd.sample_{_law}", *_given, shape=_shape)
    _cases["no_shape"] = drawn(f"nd._internal._sample_{_law}", *_given)
    _cases["names"] = drawn(f"nd.sample_{_law}", **named(_inputs, _given), shape=4)
    _cases["matrix"] = drawn(f"nd.sample_{_law}", *[v.reshape(3, 1) for v in _given], shape=4)
    _cases["many"] = drawn(f"nd.sample_{_law}", *[np.repeat(v, 700) for v in _given])
    _cases["dtype_of_out"] = lambda mx, law=_law, given=_given: bits(
        getattr(mx.nd, f"sample_{law}")(
            *[build(mx, v) for v in given], shape=2, out=mx.nd.zeros((3, 2), dtype="float64")
        )
    )
    suite.table(f"sample_{_law}", _cases)

suite.table(
    "randint",
    {
        **{f"shape={s}": drawn("nd.random.randint", 0, 10, shape=s) for s in SHAPES},
        "default_shape": drawn("nd.random.randint", -3, 4),
        "int64": drawn("nd.random.randint", 0, 2**40, shape=70, dtype="int64"),
        "int64/wide": drawn("nd.random.randint", -(2**62), 2**62, shape=70, dtype="int64"),
        "int64/widest": drawn("nd.random.randint", -(2**63), 2**63 - 1, shape=70, dtype="int64"),
        "int32/wraps": drawn("nd.random.randint", 0, 2**40, shape=70),
        "int32/whole": drawn("nd.random.randint", -(2**31), 2**31 - 1, shape=70, dtype="int32"),
        "operator": drawn("nd._internal._random_randint", low=0, high=3, shape=(2, 2)),
        "alias": drawn("nd.random_randint", low="0", high="3", shape=(2, 2)),
    },
)

# ---- the functions of nd.random and mx.random


def _front(mx):
    draw, arr = mx.nd.random, mx.nd.array([1.0, 2.0])
    for call in (
        lambda: draw.uniform(),
        lambda: draw.uniform(2, 3, 4),
        lambda: draw.uniform(arr, arr + 1),
        lambda: draw.uniform(arr, arr + 1, (2, 1), "float64"),
        lambda: draw.normal(shape=(2, 3), ctx=mx.cpu(1)),
        lambda: draw.normal(np.float64(1), np.int64(2), shape=3),
        lambda: draw.normal(dtype=None, shape=3),
        lambda: draw.normal(dtype=np.float16, shape=3),
        lambda: draw.normal(arr, arr, shape=3),
        lambda: draw.randn(2, 3),
        lambda: draw.randn(2, 3, loc=1, scale=2, dtype="float64"),
        lambda: draw.randn(2, loc=arr, scale=arr),
        lambda: draw.exponential(),
        lambda: draw.exponential(4, shape=3),
        lambda: draw.exponential(arr, shape=3),
        lambda: draw.poisson(shape=3),
        lambda: draw.poisson(arr, 3),
        lambda: draw.gamma(shape=3),
        lambda: draw.gamma(arr, arr, 3),
        lambda: draw.negative_binomial(3, 0.5, 3),
        lambda: draw.negative_binomial(arr, arr / 3, 3),
        lambda: draw.generalized_negative_binomial(3, 0.5, 3),
        lambda: draw.generalized_negative_binomial(arr, arr, 3),
        lambda: draw.multinomial(mx.nd.array([0.25, 0.25, 0.5]), 7),
        lambda: draw.shuffle(mx.nd.arange(9)),
        lambda: draw.randint(0, 100, 5),
        lambda: mx.random.uniform(shape=2),
        lambda: mx.random.normal(shape=2),
        lambda: mx.random.shuffle(mx.nd.arange(5)),
        lambda: mx.nd.uniform(shape=2),
        lambda: mx.nd.normal(shape=2),
        lambda: mx.nd.random.uniform(shape=[2, 1]),
        lambda: mx.nd.random.uniform(shape="(2,1)"),
    ):
        yield call


suite.table(
    "front",
    {
        str(i): lambda mx, i=i: (lambda a: (bits(a), str(a.context)))(list(_front(mx))[i]())
        for i in range(len(list(_front(type("", (), {"nd": type("", (), {"random": None, "array": lambda v: None})})))))
    },
)


@suite.case()
def out(mx):
    found = []
    for dtype in FLOATS:
        target = mx.nd.zeros((2, 3), dtype=dtype, ctx=mx.cpu(1))
        for law in LAWS:
            result = getattr(mx.nd.random, law)(out=target)
            found.append((result is target, bits(target), str(result.context)))
    for dtype in ("int32", "int64"):
        target = mx.nd.zeros(4, dtype=dtype)
        found.append((mx.nd.random.randint(0, 50, out=target) is target, bits(target)))
    x = mx.nd.arange(6)
    mx.nd.shuffle(x, out=x)
    found.append(bits(x))
    return found


@suite.case()
def contexts(mx):
    found = [str(mx.nd.random.uniform(ctx=mx.cpu(2)).context), str(mx.nd.random.uniform(ctx="cpu(1)").context)]
    with mx.cpu(3):
        found.append(str(mx.nd.random.uniform().context))
        found.append(str(mx.nd.random.uniform(mx.nd.zeros(2), mx.nd.ones(2)).context))
    found.append(str(mx.nd.random.uniform(out=mx.nd.zeros(2, ctx=mx.cpu(1)), ctx=mx.cpu(2)).context))
    found.append(str(mx.nd.random.uniform_like(mx.nd.zeros(2, ctx=mx.cpu(1))).context))
    found.append(str(mx.nd.random.multinomial(mx.nd.ones(2, ctx=mx.cpu(1)) / 2).context))
    return found


@suite.case()
def names(mx):
    words = ("uniform", "normal", "poisson", "exponential", "gamma", "negative_binomial", "randn", "randint", "shuffle")
    words += ("generalized_negative_binomial", "multinomial")
    return [[w for w in words if hasattr(place, w)] for place in (mx.nd.random, mx.random)]


# ---- choices

PROBS = numbers([[0.1, 0.9, 0], [0.3, 0.3, 0.4]])
_cases = {
    "rows": drawn("nd.sample_multinomial", PROBS),
    "vector": drawn("nd.sample_multinomial", PROBS[0]),
    "vector/shape": drawn("nd.sample_multinomial", PROBS[1], shape=50),
    "rows/shape": drawn("nd.sample_multinomial", PROBS, shape=(2, 20)),
    "rows/empty": drawn("nd.random.multinomial", PROBS, shape=(0,)),
    "cube": drawn("nd.random.multinomial", np.full((2, 3, 4), 0.25, np.float32), shape=5),
    "sums_to_half": drawn("nd.random.multinomial", numbers([0.2, 0.3]), shape=20),
    "sums_to_five": drawn("nd.random.multinomial", numbers([2.0, 3.0]), shape=20),
    "many_rows": drawn("nd.random.multinomial", np.full((700, 7), 1 / 7, np.float32)),
    "many_rows/shape": drawn("nd.random.multinomial", np.full((70, 7), 1 / 7, np.float32), shape=9),
    "many_classes": drawn("nd.random.multinomial", np.full(5000, 1 / 5000, np.float32), shape=400),
    "sparse_classes": drawn("nd.random.multinomial", np.eye(200, dtype=np.float32)),
}
for _dtype in ("uint8", "int32", *FLOATS):
    _cases[f"dtype={_dtype}"] = drawn("nd.random.multinomial", PROBS, shape=30, dtype=_dtype)
for _dtype in FLOATS:
    _probs = numbers([[0.1, 0.85, 0.05], [0.3, 0.3, 0.4]], _dtype)
    _cases[f"get_prob/{_dtype}"] = drawn("nd.random.multinomial", _probs, shape=30, get_prob=True)
suite.table("multinomial", _cases)


def _score(dtype, shape):
    def program(mx):
        p = mx.nd.array(numbers([[0.1, 0.85, 0.05], [0.3, 0.3, 0.4]], dtype), dtype=dtype)
        p.attach_grad()
        with mx.autograd.record():
            classes, logs = mx.nd.random.multinomial(p, shape=shape, get_prob=True)
            loss = logs * (mx.nd.arange(logs.size, dtype=dtype).reshape(logs.shape) + 1)
        loss.backward()
        return classes, logs, p.grad

    return program


suite.table("multinomial/gradient", {f"{d}/{s}": _score(d, s) for d in FLOATS for s in (1, 5, (2, 3))})


@suite.case("multinomial/no_gradient")
def _multinomial_no_gradient(mx):
    p = mx.nd.array([0.25, 0.75])
    p.attach_grad()
    p.grad[:] = 7
    with mx.autograd.record():
        y = mx.nd.random.multinomial(p, shape=4, dtype="float32") * p.sum()
    y.backward()
    return p.grad


@suite.case("no_gradient")
def _no_gradient(mx):
    found = []
    for law, (_, _, arrays) in LAWS.items():
        given = [mx.nd.array(v) for v in arrays]
        for x in given:
            x.attach_grad()
            x.grad[:] = 7
        with mx.autograd.record():
            y = getattr(mx.nd, f"sample_{law}")(*given, shape=2) * 2
            z = getattr(mx.nd.random, f"{law}_like")(given[0]) * 2
        y.backward()
        found.append([x.grad.copy() for x in given])
        given[0].grad[:] = 7
        z.backward()
        found.append(given[0].grad)
    return found


_cases = {f"n={n}": drawn("nd.shuffle", np.arange(n, dtype=np.float32)) for n in (1, 2, 3, 7, 64, 999, 1000, 5000)}
for _dtype in (*INPUTS,):
    _cases[_dtype] = drawn("nd.random.shuffle", np.arange(40).astype(_dtype))
    _cases[f"{_dtype}/rows"] = drawn("nd.random.shuffle", np.arange(40).reshape(10, 2, 2).astype(_dtype))
_cases["one_row"] = drawn("nd.random.shuffle", np.arange(3, dtype=np.float32).reshape(1, 3))
_cases["many_rows"] = drawn("nd.random.shuffle", np.arange(6000, dtype=np.float32).reshape(3000, 2))
_cases["transposed"] = lambda mx: bits(mx.nd.random.shuffle(mx.nd.arange(12).reshape((3, 4)).T))
suite.table("shuffle", _cases)


@suite.case("shuffle/gradient")
def _shuffle_gradient(mx):
    x = mx.nd.arange(5)
    x.attach_grad()
    with mx.autograd.record():
        y = mx.nd.shuffle(x) * mx.nd.arange(5)
    return attempt(lambda: (y.backward(), x.grad)[1])


suite.table(
    "zipfian",
    {
        f"{top}/{shape}": drawn("nd._internal._sample_unique_zipfian", range_max=top, shape=shape)
        for top, shape in ((10, (2, 3)), (1, (2, 1)), (10, (3, 10)), (1000, (40, 20)), (750000, (4, 900)), (7, (1, 7)))
    },
)

# ---- densities

_loose = Tolerance(rtol=2e-5, why="lgamma and digamma of another library, in float32")
_half = Tolerance(rtol=2e-2, why="MXNet rounds every step of the formula to float16")
DENSITIES = {
    "uniform": ((-1.0, 0.5, 2.0), (1.5, 3.0, 4.0), Arr((3, 4), low=-1, high=4)),
    "normal": ((-1.0, 0.0, 2.5), (1.0, 0.5, 3.25), Arr((3, 4), low=-2, high=3)),
    "gamma": ((0.5, 1.0, 3.5), (1.0, 2.0, 0.7), Arr((3, 4), low=0.2, high=3)),
    "exponential": ((1.0, 0.5, 3.25), None, Arr((3, 4), low=0.1, high=3)),
    "poisson": ((1.0, 2.5, 6.25), None, Arr(values=[[0, 1, 2, 3], [1, 0, 5, 2], [4, 9, 6, 0]], dtype="float32")),
    "negative_binomial": (
        (1.0, 2.5, 6.0),
        (0.4, 0.7, 0.2),
        Arr(values=[[0, 1, 2, 3], [1, 0, 5, 2], [4, 9, 6, 0]], dtype="float32"),
    ),
    "generalized_negative_binomial": (
        (1.0, 2.5, 6.0),
        (0.4, 1.5, 0.2),
        Arr(values=[[0, 1, 2, 3], [1, 0, 5, 2], [4, 9, 6, 0]], dtype="float32"),
    ),
}
for _law, (_first, _second, _sample) in DENSITIES.items():
    _parameters = [Arr(values=list(v), dtype="float32") for v in (_first, _second) if v is not None]
    suite.standard(
        f"pdf_{_law}",
        f"nd.random_pdf_{_law}",
        (_sample, *_parameters),
        [{}, {"is_log": True}],
        dtypes=FLOATS,
        tol=_loose,
        float16_tol=_half,
        bad={
            "shape": ((_sample, *[Arr((4,)) for _ in _parameters]), {}, ("pdf", "parameters")),
            "dtype": ((_sample, *[p.with_(dtype="float64") for p in _parameters]), {}, ("pdf", "dtype")),
            "int": (
                (_sample.with_(dtype="int32"), *[p.with_(dtype="int32") for p in _parameters]),
                {},
                ("pdf", "floating"),
            ),
            "log": ((_sample, *_parameters), {"is_log": 3}, ("is_log",)),
        },
    )
    _flat = [Arr((3,), low=0.3, high=0.9, seed=i + 1) for i in range(len(_parameters))]
    suite.op(f"pdf_{_law}/same_shape", f"nd.random_pdf_{_law}", (Arr((3,), low=1, high=2), *_flat), tol=_loose)
    _cube = Arr((3, 2, 2), low=1, high=2)
    suite.op(f"pdf_{_law}/more", f"nd._internal._random_pdf_{_law}", (_cube, *_flat), tol=_loose)
    _wide = [Arr((3, 2), low=0.3, high=0.9, seed=i + 1) for i in range(len(_parameters))]
    suite.op(f"pdf_{_law}/matrix", f"nd.random_pdf_{_law}", (_cube, *_wide), tol=_loose)
    _one = [Arr((1,), low=0.3, high=0.9, seed=i + 1) for i in range(len(_parameters))]
    suite.op(f"pdf_{_law}/one", f"nd.random_pdf_{_law}", (Arr((1, 1), low=1, high=2), *_one), tol=_loose)

for _label, _sample, _alpha in (
    ("vector", (3,), (3,)),
    ("rows", (4, 3), (3,)),
    ("own_rows", (2, 3), (2, 3)),
    ("more", (2, 4, 3), (2, 3)),
    ("deep", (2, 4, 5, 3), (2, 3)),
):
    for _log in (False, True):
        suite.op(
            f"pdf_dirichlet/{_label}/log={_log}",
            "nd.random_pdf_dirichlet",
            (Arr(_sample, low=0.1, high=0.9), Arr(_alpha, low=0.5, high=3, seed=1)),
            {"is_log": _log},
            tol=_loose,
        )
for _dtype in ("float16", "float64"):
    suite.op(
        f"pdf_dirichlet/{_dtype}",
        "nd.random_pdf_dirichlet",
        (Arr((2, 4, 3), _dtype, low=0.1, high=0.9), Arr((2, 3), _dtype, low=0.5, high=3, seed=1)),
        tol=_half if _dtype == "float16" else Tolerance(rtol=1e-6, why="MXNet's digamma is good to 3e-7 in float64"),
    )
suite.op_error("pdf_dirichlet/bad_shape", "nd.random_pdf_dirichlet", (Arr((2, 3)), Arr((2,))), says=("dirichlet",))

# ---- bad input


def _refused(path, *args, **kwargs):
    def program(mx):
        return bits(find(mx, path)(*[build(mx, a) for a in args], **{k: build(mx, v) for k, v in kwargs.items()}))

    return program


_two = numbers([1.0, 2.0])
_cases = {
    "no_shape": (_refused("nd._internal._random_uniform"), ("_random_uniform", "shape")),
    "shape_zero": (_refused("nd.random.uniform", shape=(2, 0)), ("_random_uniform", "shape")),
    "shape_negative": (_refused("nd.random.normal", shape=-1), ("_random_normal", "shape")),
    "shape_none": (_refused("nd.random.uniform", shape=None), ("_random_uniform", "shape")),
    "shape_float": (_refused("nd.random.uniform", shape=2.5), ("_random_uniform", "shape")),
    "low_above_high": (_refused("nd.random.uniform", 2, 1), ("_random_uniform", "low", "high")),
    "low_nan": (_refused("nd.random.uniform", float("nan"), 1), ("_random_uniform", "low", "high")),
    "scale_zero": (_refused("nd.random.normal", 0, 0), ("_random_normal", "scale")),
    "scale_negative": (_refused("nd.random.normal", 0, -1), ("_random_normal", "scale")),
    "scale_nan": (_refused("nd.random.normal", 0, float("nan")), ("_random_normal", "scale")),
    "alpha_zero": (_refused("nd.random.gamma", 0, 1), ("_random_gamma", "alpha")),
    "beta_zero": (_refused("nd.random.gamma", 1, 0), ("_random_gamma", "beta")),
    "exponential_scale_zero": (_refused("nd.random.exponential", 0), ()),
    "exponential_scale_negative": (_refused("nd.random.exponential", -1), ("_random_exponential", "lam")),
    "exponential_text": (_refused("nd.random.exponential", "a"), ()),
    "lam_zero": (_refused("nd._internal._random_exponential", lam=0, shape=2), ("_random_exponential", "lam")),
    "lam_negative": (_refused("nd.random.poisson", -1), ("_random_poisson", "lam")),
    "k_negative": (_refused("nd.random.negative_binomial", -1, 0.5), ("_random_negative_binomial", "k")),
    "k_fraction": (_refused("nd.random.negative_binomial", 1.5, 0.5), ("_random_negative_binomial", "k")),
    "p_negative": (_refused("nd.random.negative_binomial", 1, -0.1), ("_random_negative_binomial", "p")),
    "mu_negative": (_refused("nd.random.generalized_negative_binomial", -1, 1), ("generalized", "mu")),
    "dispersion_negative": (_refused("nd.random.generalized_negative_binomial", 1, -1), ("generalized", "alpha")),
    "randint_order": (_refused("nd.random.randint", 3, 1), ("_random_randint", "low", "high")),
    "randint_float": (_refused("nd.random.randint", 0.5, 3), ("_random_randint", "low")),
    "randint_round_float": (_refused("nd.random.randint", 2.0, 3), ("_random_randint", "low")),
    "randint_dtype": (_refused("nd.random.randint", 0, 3, dtype="float32"), ("_random_randint", "float32")),
    "randint_dtype_none": (_refused("nd.random.randint", 0, 3, dtype=None), ("_random_randint", "int32")),
    "randint_too_big": (_refused("nd.random.randint", 0, 2**64), ("_random_randint", "high")),
    "randint_arrays": (_refused("nd.random.randint", _two, _two), ("randint",)),
    "randint_one_number": (_refused("nd.random.randint", 5), ("high",)),
    "dtype_int": (_refused("nd.random.normal", dtype="int32"), ("_random_normal", "int32")),
    "unknown_keyword": (_refused("nd.random.normal", foo=1), ("foo",)),
    "unknown_keyword_arrays": (_refused("nd.random.normal", _two, _two, foo=1), ("foo",)),
    "text": (_refused("nd.random.normal", "0", 1), ("normal", "numbers")),
    "list": (_refused("nd.random.normal", [0], [1]), ("normal", "numbers")),
    "mixed": (_refused("nd.random.normal", _two, 1), ("normal", "arrays")),
    "mixed_second": (_refused("nd.random.normal", 1, _two), ("normal", "arrays")),
    "truth_value": (_refused("nd.random.normal", True, 1), ("_random_normal", "loc")),
    "randn_text": (_refused("nd.random.randn", 2, loc="a"), ("randn",)),
    "randn_numpy_scalar": (_refused("nd.random.randn", 2, loc=np.float32(1)), ("randn",)),
    "randn_tuple": (_refused("nd.random.randn", (2, 3)), ("shape",)),
    "randn_nothing": (_refused("nd.random.randn"), ("shape",)),
    "randn_keyword": (_refused("nd.random.randn", 2, foo=1), ("foo",)),
    "context": (_refused("nd._internal._random_uniform", shape=2, ctx="foo(1)"), ("foo",)),
    "out_dtype": (_refused("nd.random.uniform", out=np.zeros(2, np.int32)), ("_random_uniform", "int32")),
    "out_dtype_differs": (_refused("nd.random.uniform", out=np.zeros(2), dtype="float32"), ("_random_uniform",)),
    "out_shape_differs": (_refused("nd.random.uniform", out=_two, shape=(2, 2)), ("_random_uniform", "shape")),
    "out_randint": (_refused("nd.random.randint", 0, 3, out=_two), ("_random_randint", "float32")),
    "like_int": (_refused("nd.random.uniform_like", np.ones(2, np.int32)), ("_random_uniform_like", "int32")),
    "like_order": (_refused("nd.random.uniform_like", _two, low=3, high=1), ("_random_uniform_like", "low")),
    "like_out": (_refused("nd.random.uniform_like", _two, out=numbers([1, 2, 3])), ("_random_uniform_like",)),
    "sample_shapes": (_refused("nd.sample_uniform", _two, numbers([1, 2, 3])), ("_sample_uniform", "shape")),
    "sample_dtypes": (_refused("nd.sample_uniform", _two, numbers([1, 2], "float64")), ("_sample_uniform", "dtype")),
    "sample_one": (_refused("nd.sample_uniform", _two), ("_sample_uniform", "high")),
    "sample_shape_zero": (_refused("nd.sample_normal", _two, _two, shape=(0,)), ("_sample_normal", "shape")),
    "sample_shape_negative": (_refused("nd.sample_normal", _two, _two, shape=-1), ("_sample_normal", "shape")),
    "sample_dtype": (_refused("nd.sample_gamma", _two, _two, dtype="int32"), ("_sample_gamma", "int32")),
    "sample_out": (_refused("nd.sample_gamma", _two, _two, out=np.zeros((2, 2))), ("_sample_gamma", "shape")),
    "sample_scalar_array": (_refused("nd.sample_poisson", numbers(1.0)), ("_sample_poisson",)),
    "multinomial_int": (_refused("nd.random.multinomial", np.ones(2, np.int32)), ("multinomial", "floating")),
    "multinomial_dtype": (_refused("nd.random.multinomial", PROBS, dtype="int64"), ("multinomial", "int64")),
    "multinomial_list": (_refused("nd.random.multinomial", [0.1, 0.9]), ("multinomial", "data")),
    "multinomial_scalar": (_refused("nd.random.multinomial", numbers(1.0)), ("multinomial", "axis")),
    "multinomial_out": (_refused("nd.random.multinomial", PROBS, out=_two), ("multinomial", "dtype")),
    "shuffle_scalar": (_refused("nd.random.shuffle", numbers(1.0)), ("_shuffle", "axis")),
    "shuffle_bool": (_refused("nd.random.shuffle", np.array([True, False])), ("_shuffle", "bool")),
    "zipfian_too_many": (_refused("nd._internal._sample_unique_zipfian", 10, shape=(2, 11)), ("zipfian", "11", "10")),
    "zipfian_shape": (_refused("nd._internal._sample_unique_zipfian", 10, shape=(2,)), ("zipfian", "shape")),
    "zipfian_no_shape": (_refused("nd._internal._sample_unique_zipfian", 10), ("zipfian", "shape")),
    "zipfian_no_range": (_refused("nd._internal._sample_unique_zipfian", shape=(2, 3)), ("range_max",)),
}
suite.errors("bad", _cases)

# What MXNet lets pass, out of reach of a sensible distribution.
suite.table(
    "odd",
    {
        "uniform_infinite": drawn("nd.random.uniform", 0, float("inf"), shape=3),
        "sample_order": drawn("nd.sample_uniform", _two + 2, _two, shape=3),
        "sample_sigma_negative": drawn("nd.sample_normal", _two, -_two, shape=3),
        "sample_lam_negative": drawn("nd.sample_poisson", -_two, shape=3),
        "sample_rate_negative": drawn("nd.sample_exponential", -_two, shape=3),
        "sample_rate_zero": drawn("nd.sample_exponential", 0 * _two, shape=3),
        "sample_alpha_zero": drawn("nd.sample_gamma", 0 * _two, _two, shape=3),
        "sample_p_zero": drawn("nd.sample_negative_binomial", _two, 0 * _two, shape=3),
        "sample_k_zero": drawn("nd.sample_negative_binomial", 0 * _two, _two / 4, shape=3),
        "sample_mu_zero": drawn("nd.sample_generalized_negative_binomial", 0 * _two, _two, shape=3),
        "shuffle_keyword": drawn("nd.shuffle", _two, foo=1),
    },
)

# ---- seeds and threads


def _seeded(seed, **ctx):
    def program(mx):
        mx.nd.random.normal(shape=3)
        where = {k: find(mx, v[3:])(1) if str(v).startswith("mx.") else v for k, v in ctx.items()}
        mx.random.seed(seed, **where)
        return [
            bits(mx.nd.random.uniform(shape=200)),
            bits(mx.nd.random.normal(shape=70)),
            bits(mx.nd.random.shuffle(mx.nd.arange(20))),
            bits(mx.nd.random.randint(0, 1000, shape=5)),
        ]

    return program


_seeds = (0, 1, 7, 128, 2**31 - 1, -1, -12345, 2**31, 2**32 + 5, 2**40, 33818641, True)
_cases = {f"{s}": _seeded(s) for s in _seeds}
for _seed in (0, 5, -1, 2**31 - 1):
    for _ctx in ("all", "cpu", "mx.cpu", "mx.cpu_pinned"):
        _cases[f"{_seed}/{_ctx}"] = _seeded(_seed, ctx=_ctx)
_cases["numpy_int32"], _cases["numpy_int64"] = _seeded(np.int32(9)), _seeded(np.int64(9))
suite.table("seed", _cases)
suite.errors(
    "seed",
    {
        "bad_float": (_seeded(1.5), ("seed_state",)),
        "bad_text": (_seeded("1"), ("seed_state",)),
        "bad_none": (_seeded(None), ("seed_state",)),
        "bad_numpy_float": (_seeded(np.float32(3)), ("seed_state",)),
        "bad_ctx_text": (_seeded(3, ctx="foo"), ()),
        "bad_ctx_with_number": (_seeded(3, ctx="cpu(1)"), ()),
        "bad_ctx_none": (_seeded(3, ctx=None), ()),
        "bad_ctx_int": (_seeded(3, ctx=3), ()),
    },
)


def _in_thread(function):
    found = []
    thread = threading.Thread(target=lambda: found.append(function()))
    thread.start()
    thread.join()
    return found[0]


@suite.case("threads/fresh")
def _threads_fresh(mx):
    mx.random.seed(77)
    mx.nd.random.normal(shape=100)

    def draw():
        return bits(mx.nd.random.normal(shape=5)), bits(mx.nd.random.shuffle(mx.nd.arange(9)))

    return _in_thread(draw), _in_thread(draw), draw()


@suite.case("threads/seeded")
def _threads_seeded(mx):
    mx.random.seed(77)

    def draw():
        mx.random.seed(5)
        return bits(mx.nd.random.uniform(shape=5)), bits(mx.nd.random.shuffle(mx.nd.arange(9)))

    return _in_thread(draw), bits(mx.nd.random.uniform(shape=5)), bits(mx.nd.random.shuffle(mx.nd.arange(9)))


@suite.case("recording")
def _recording(mx):
    x = mx.nd.ones(3)
    x.attach_grad()
    with mx.autograd.record():
        y = mx.nd.random.normal(shape=3) * x + mx.nd.random.uniform_like(x)
    y.backward()
    return y, x.grad


# ---- long streams: the cases of `streams`, without those of mx.np

suite.table(
    "streams",
    {
        spec["name"]: lambda mx, spec=spec: [streams.summarize(v) for v in streams.run_case(mx, spec)]
        for spec in streams.small()
    },
)
