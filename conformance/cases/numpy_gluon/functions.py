"""Every function of ``F.np`` and ``F.npx``: on arrays, compiled, and the graph that it makes."""

from __future__ import annotations

import numpy as np

from ...compare import Tolerance
from ...suite import Suite
from ._programs import function_case, table, values_of

suite = Suite(__name__)
X, Y = (2, 3), (2, 3)
POSITIVE = values_of(X, 7, 0.5, 3)
UNIT = values_of(X, 8, -0.9, 0.9)
ABOVE = values_of(X, 9, 1.1, 3)
WHOLE = np.array([[5, 2, 7], [1, 4, 3]], dtype="int32")
WHOLE2 = np.array([[3, 2, 5], [4, 1, 2]], dtype="int32")
BOOL = np.array([[True, False, True], [False, False, True]])
SQUARE = (values_of((3, 3), 4) + 4 * np.eye(3)).astype("float32")
SYMMETRIC = (SQUARE + SQUARE.T).astype("float32")
LOOSE = Tolerance(rtol=2e-5, atol=2e-5, why="sums and factors in another order")


def cases(group, rows, grad=True, tol=None):
    table(suite, group, {name: function_case(function, inputs, grad) for name, (function, inputs) in rows.items()}, tol)


def _unary(name):
    return lambda F, x: getattr(F.np, name)(x)


_DOMAIN = {
    "arcsin": UNIT, "arccos": UNIT, "arctanh": UNIT, "arccosh": ABOVE, "log": POSITIVE, "log2": POSITIVE,
    "log10": POSITIVE, "log1p": POSITIVE, "sqrt": POSITIVE, "cbrt": POSITIVE, "reciprocal": POSITIVE,
}  # fmt: skip
_SMOOTH = (
    "sin cos tan sinh cosh tanh arcsin arccos arctan arcsinh arccosh arctanh log log2 log10 log1p exp expm1 sqrt cbrt "
    "abs fabs absolute degrees radians reciprocal square negative"
).split()
_STEPS = (
    "sign rint fix ceil floor trunc logical_not isnan isinf isposinf isneginf isfinite around round round_ nan_to_num "
    "zeros_like ones_like"
).split()
cases("unary", {name: (_unary(name), [_DOMAIN.get(name, X)]) for name in _SMOOTH})
cases("unary", {name: (_unary(name), [X]) for name in _STEPS}, grad=False)
cases("unary", {name: (_unary(name), [WHOLE]) for name in ("invert", "bitwise_not")}, grad=False)
cases("unary/zero_dim", {name: (_unary(name), [np.array(0.5, dtype="float32")]) for name in ("exp", "sin", "square")})
cases("unary/zero_size", {name: (_unary(name), [(0, 3)]) for name in ("exp", "sin", "square")})
cases("number", {name: (lambda F, x, n=name: x * getattr(F.np, n)(0.5), [X]) for name in ("exp", "floor")})


def _binary(name):
    return lambda F, x, y: getattr(F.np, name)(x, y)


def _right(name):
    return lambda F, x: getattr(F.np, name)(x, 2.5)


def _left(name):
    return lambda F, x: getattr(F.np, name)(2.5, x)


_ARITHMETIC = "add subtract multiply divide true_divide maximum minimum copysign arctan2 hypot ldexp".split()
cases("binary", {name: (_binary(name), [X, Y]) for name in _ARITHMETIC})
cases("binary", {name: (_binary(name), [POSITIVE, values_of(X, 6, 0.5, 2)]) for name in ("power", "mod", "remainder")})
cases("binary/broadcast", {name: (_binary(name), [(2, 1), (3,)]) for name in ("add", "subtract", "multiply", "divide")})
cases(
    "binary/number_right",
    {name: (_right(name), [POSITIVE]) for name in [*_ARITHMETIC, "power", "mod"] if name != "copysign"},
)
cases(
    "binary/number_left",
    {name: (_left(name), [POSITIVE]) for name in [*_ARITHMETIC, "power", "mod"] if name not in ("arctan2", "copysign")},
)
cases(
    "binary/whole",
    {name: (_binary(name), [WHOLE, WHOLE2]) for name in ("lcm", "bitwise_and", "bitwise_or", "bitwise_xor")},
    grad=False,
)
_COMPARED = "equal not_equal greater less greater_equal less_equal".split()
cases("compare", {name: (_binary(name), [X, X]) for name in _COMPARED}, grad=False)
cases("compare/number", {name: (_right(name), [X]) for name in _COMPARED}, grad=False)

cases(
    "operator",
    {
        "add": (lambda F, x, y: x + y, [X, Y]),
        "add_number": (lambda F, x: x + 1, [X]),
        "radd": (lambda F, x: 1.5 + x, [X]),
        "sub": (lambda F, x, y: x - y, [X, Y]),
        "rsub": (lambda F, x: 1 - x, [X]),
        "mul": (lambda F, x, y: x * y, [X, Y]),
        "rmul": (lambda F, x: 2 * x, [X]),
        "div": (lambda F, x, y: x / y, [X, POSITIVE]),
        "rdiv": (lambda F, x: 2 / x, [POSITIVE]),
        "mod": (lambda F, x, y: x % y, [POSITIVE, ABOVE]),
        "rmod": (lambda F, x: 2 % x, [POSITIVE]),
        "pow": (lambda F, x: x**3, [X]),
        "pow_symbol": (lambda F, x, y: x**y, [POSITIVE, Y]),
        "rpow": (lambda F, x: 2**x, [X]),
        "neg": (lambda F, x: -x, [X]),
        "chain": (lambda F, x, y: (x + y) * 2 - x / 4, [X, Y]),
    },
)
cases(
    "operator",
    {
        "eq": (lambda F, x, y: x == y, [X, X]),
        "ne": (lambda F, x, y: x != y, [X, X]),
        "gt": (lambda F, x: x > 0, [X]),
        "ge": (lambda F, x: x >= 0.5, [X]),
        "lt": (lambda F, x: x < 0, [X]),
        "le": (lambda F, x: x <= 0, [X]),
    },
    grad=False,
)
cases(
    "index",
    {
        "int": (lambda F, x: x[1], [(3, 4)]),
        "zero": (lambda F, x: x[0], [(3,)]),
        "slice": (lambda F, x: x[1:3], [(4, 2)]),
        "open": (lambda F, x: x[1:], [(4, 2)]),
        "until": (lambda F, x: x[:2], [(4, 2)]),
        "step": (lambda F, x: x[::2], [(4, 2)]),
        "backwards": (lambda F, x: x[::-1], [(4, 2)]),
        "tuple": (lambda F, x: x[1:3, 0], [(4, 2)]),
        "mixed": (lambda F, x: x[0, :, 1:2], [(2, 3, 4)]),
        "negative": (lambda F, x: x[-1, 1:], [(2, 3)]),
        "empty": (lambda F, x: x[()] * 1, [X]),
        "twice": (lambda F, x: x[0][1], [X]),
        "element": (lambda F, x: x[1, 2], [X]),
    },
)
cases(
    "method",
    {
        "T": (lambda F, x: x.T, [X]),
        "reshape": (lambda F, x: x.reshape(3, 2), [X]),
        "reshape_tuple": (lambda F, x: x.reshape((-1,)), [X]),
        "flatten": (lambda F, x: x.flatten(), [X]),
        "transpose": (lambda F, x: x.transpose(1, 0, 2), [(2, 3, 4)]),
        "transpose_tuple": (lambda F, x: x.transpose((2, 0, 1)), [(2, 3, 4)]),
        "squeeze": (lambda F, x: x.squeeze(), [(2, 1, 3)]),
        "swapaxes": (lambda F, x: x.swapaxes(0, 1), [X]),
        "repeat": (lambda F, x: x.repeat(2, axis=1), [X]),
        "take": (lambda F, x, i: x.take(i, axis=1), [X, WHOLE[0] % 3]),
        "dot": (lambda F, x, y: x.dot(y), [X, (3, 2)]),
        "sum": (lambda F, x: x.sum(), [X]),
        "sum_axis": (lambda F, x: x.sum(axis=1, keepdims=True), [X]),
        "prod": (lambda F, x: x.prod(axis=0), [X]),
        "mean": (lambda F, x: x.mean(axis=(0, 1)), [X]),
        "max": (lambda F, x: x.max(axis=1), [X]),
        "min": (lambda F, x: x.min(), [X]),
        "cumsum": (lambda F, x: x.cumsum(axis=1), [X]),
        "clip": (lambda F, x: x.clip(-1, 1), [X]),
    },
)
cases(
    "method",
    {
        "std": (lambda F, x: x.std(axis=0), [X]),
        "var": (lambda F, x: x.var(ddof=1), [X]),
        "argmax": (lambda F, x: x.argmax(axis=1), [X]),
        "argmin": (lambda F, x: x.argmin(), [X]),
        "argsort": (lambda F, x: x.argsort(), [X]),
        "round": (lambda F, x: x.round(1), [X]),
        "astype": (lambda F, x: x.astype("int32"), [X]),
        "astype_back": (lambda F, x: x.astype("float64"), [WHOLE]),
        "exp": (lambda F, x: x.exp(), [X]),
        "sort": (lambda F, x: x.sort(), [X]),
        "tile": (lambda F, x: x.tile(2), [X]),
    },
    grad=False,
)
cases(
    "reduce",
    {
        "sum": (lambda F, x: F.np.sum(x), [X]),
        "sum/axis": (lambda F, x: F.np.sum(x, axis=(0, 2), keepdims=True), [(2, 3, 2)]),
        "sum/zero_size": (lambda F, x: F.np.sum(x, axis=0), [(0, 3)]),
        "prod": (lambda F, x: F.np.prod(x, axis=1), [X]),
        "product": (lambda F, x: F.np.product(x), [X]),
        "mean": (lambda F, x: F.np.mean(x, axis=-1), [X]),
        "mean/all": (lambda F, x: F.np.mean(x), [X]),
        "average": (lambda F, x: F.np.average(x, axis=0), [X]),
        "average/weights": (lambda F, x, w: F.np.average(x, axis=1, weights=w), [X, POSITIVE]),
        "max": (lambda F, x: F.np.max(x, axis=0), [X]),
        "amax": (lambda F, x: F.np.amax(x), [X]),
        "min": (lambda F, x: F.np.min(x, axis=0), [X]),
        "amin": (lambda F, x: F.np.amin(x), [X]),
        "cumsum": (lambda F, x: F.np.cumsum(x), [X]),
        "trace": (lambda F, x: F.np.trace(x), [(3, 3)]),
        "clip": (lambda F, x: F.np.clip(x, -0.5, None), [X]),
        "diff": (lambda F, x: F.np.diff(x, axis=1), [X]),
        "ediff1d": (lambda F, x: F.np.ediff1d(x, to_end=3.0), [X]),
        "ediff1d/arrays": (lambda F, x, e: F.np.ediff1d(x, to_end=e, to_begin=e), [X, (2,)]),
        "sort": (lambda F, x: F.np.sort(x, axis=1), [X]),
        "polyval": (lambda F, p, x: F.np.polyval(p, x), [(3,), X]),
    },
)
cases(
    "reduce",
    {
        "std": (lambda F, x: F.np.std(x, axis=0), [X]),
        "var": (lambda F, x: F.np.var(x, axis=0, ddof=1), [X]),
        "all": (lambda F, x: F.np.all(x, axis=1), [BOOL]),
        "any": (lambda F, x: F.np.any(x), [BOOL]),
        "sometrue": (lambda F, x: F.np.sometrue(x), [BOOL]),
        "argmax": (lambda F, x: F.np.argmax(x, axis=1), [X]),
        "argmin": (lambda F, x: F.np.argmin(x), [X]),
        "argsort": (lambda F, x: F.np.argsort(x), [X]),
        "percentile": (lambda F, x: F.np.percentile(x, 40, axis=1), [X]),
        "percentile/array": (lambda F, x, q: F.np.percentile(x, q), [X, np.array([10, 50], dtype="float32")]),
        "quantile": (lambda F, x: F.np.quantile(x, 0.3), [X]),
        "histogram": (lambda F, x: F.np.histogram(x, bins=4, range=(-2, 2)), [X]),
        "bincount": (lambda F, x: F.np.bincount(x, minlength=9), [WHOLE[0]]),
        "mean/whole": (lambda F, x: F.np.mean(x), [WHOLE]),
        "sum/whole": (lambda F, x: F.np.sum(x, axis=0), [WHOLE]),
    },
    grad=False,
)
cases(
    "product",
    {
        "dot": (lambda F, x, y: F.np.dot(x, y), [X, (3, 4)]),
        "dot/vectors": (lambda F, x, y: F.np.dot(x, y), [(3,), (3,)]),
        "matmul": (lambda F, x, y: F.np.matmul(x, y), [X, (3, 4)]),
        "tensordot": (lambda F, x, y: F.np.tensordot(x, y, axes=1), [X, (3, 4)]),
        "tensordot/axes": (lambda F, x, y: F.np.tensordot(x, y, axes=([0, 1], [1, 0])), [X, (3, 2)]),
        "inner": (lambda F, x, y: F.np.inner(x, y), [X, Y]),
        "outer": (lambda F, x, y: F.np.outer(x, y), [(2,), (3,)]),
        "vdot": (lambda F, x, y: F.np.vdot(x, y), [X, Y]),
        "einsum": (lambda F, x, y: F.np.einsum("ij,jk->ik", x, y), [X, (3, 2)]),
    },
    tol=LOOSE,
)
cases(
    "shape",
    {
        "reshape": (lambda F, x: F.np.reshape(x, (3, -1)), [X]),
        "reshape/zero_dim": (lambda F, x: F.np.reshape(x, ()), [(1, 1)]),
        "ravel": (lambda F, x: F.np.ravel(x), [X]),
        "transpose": (lambda F, x: F.np.transpose(x), [X]),
        "transpose/axes": (lambda F, x: F.np.transpose(x, (1, 2, 0)), [(2, 3, 4)]),
        "swapaxes": (lambda F, x: F.np.swapaxes(x, 0, 2), [(2, 3, 4)]),
        "moveaxis": (lambda F, x: F.np.moveaxis(x, 0, -1), [(2, 3, 4)]),
        "squeeze": (lambda F, x: F.np.squeeze(x, axis=1), [(2, 1, 3)]),
        "expand_dims": (lambda F, x: F.np.expand_dims(x, 1), [X]),
        "roll": (lambda F, x: F.np.roll(x, 1, axis=1), [X]),
        "flip": (lambda F, x: F.np.flip(x, 0), [X]),
        "flipud": (lambda F, x: F.np.flipud(x), [X]),
        "fliplr": (lambda F, x: F.np.fliplr(x), [X]),
        "repeat": (lambda F, x: F.np.repeat(x, 2, axis=0), [X]),
        "tile": (lambda F, x: F.np.tile(x, (2, 1)), [X]),
        "diag": (lambda F, x: F.np.diag(x), [(3, 3)]),
        "diagflat": (lambda F, x: F.np.diagflat(x), [(2, 2)]),
        "diagonal": (lambda F, x: F.np.diagonal(x, 1), [(3, 4)]),
        "tril": (lambda F, x: F.np.tril(x), [(3, 3)]),
        "broadcast_to": (lambda F, x: F.np.broadcast_to(x, (2, 3)), [(3,)]),
        "concatenate": (lambda F, x, y: F.np.concatenate([x, y], axis=1), [X, Y]),
        "append": (lambda F, x, y: F.np.append(x, y, axis=0), [X, Y]),
        "stack": (lambda F, x, y: F.np.stack([x, y], axis=1), [X, Y]),
        "vstack": (lambda F, x, y: F.np.vstack([x, y]), [X, Y]),
        "row_stack": (lambda F, x, y: F.np.row_stack([x, y]), [(3,), X]),
        "column_stack": (lambda F, x, y: F.np.column_stack([x, y]), [(3,), (3,)]),
        "hstack": (lambda F, x, y: F.np.hstack([x, y]), [X, Y]),
        "dstack": (lambda F, x, y: F.np.dstack([x, y]), [X, Y]),
        "split": (lambda F, x: F.np.split(x, 3, axis=1), [X]),
        "split/places": (lambda F, x: F.np.split(x, (1, 2), axis=1), [X]),
        "split/one": (lambda F, x: F.np.split(x, 1), [X]),
        "array_split": (lambda F, x: F.np.array_split(x, 2, axis=1), [(2, 5)]),
        "hsplit": (lambda F, x: F.np.hsplit(x, 2), [(3, 4)]),
        "vsplit": (lambda F, x: F.np.vsplit(x, 2), [(4, 2)]),
        "dsplit": (lambda F, x: F.np.dsplit(x, 2), [(1, 2, 4)]),
        "copy": (lambda F, x: F.np.copy(x), [X]),
        "pad": (lambda F, x: F.np.pad(x, ((1, 0), (0, 2)), mode="edge"), [X]),
        "where": (lambda F, c, x, y: F.np.where(c, x, y), [BOOL, X, Y]),
        "take": (lambda F, x, i: F.np.take(x, i, axis=0, mode="clip"), [X, WHOLE % 2]),
        "take/flat": (lambda F, x, i: F.np.take(x, i), [X, WHOLE % 5]),
        "atleast_1d": (lambda F, x: F.np.atleast_1d(x), [()]),
        "atleast_2d": (lambda F, x, y: F.np.atleast_2d(x, y), [(3,), X]),
        "atleast_3d": (lambda F, x: F.np.atleast_3d(x), [X]),
    },
)
cases(
    "shape",
    {
        "pad/symmetric": (lambda F, x: F.np.pad(x, ((1, 0), (0, 2)), mode="symmetric"), [X]),
        "rot90": (lambda F, x: F.np.rot90(x), [X]),
        "full_like": (lambda F, x: F.np.full_like(x, 3), [X]),
        "where/numbers": (lambda F, c: F.np.where(c, 1, 2), [BOOL]),
        "where/left": (lambda F, c, y: F.np.where(c, 1, y), [BOOL, Y]),
        "where/right": (lambda F, c, x: F.np.where(c, x, 1), [BOOL, X]),
        "where/number": (lambda F, x, y: F.np.where(1, x, y), [X, Y]),
        "unique": (lambda F, x: F.np.unique(x), [WHOLE]),
        "unique/counts": (lambda F, x: F.np.unique(x, return_counts=True), [WHOLE]),
        "insert/values": (lambda F, x, v: F.np.insert(x, 1, v, axis=1), [X, (2,)]),
        "delete": (lambda F, x: F.np.delete(x, 1, axis=1), [X]),
        "delete/slice": (lambda F, x: F.np.delete(x, slice(0, 2), axis=1), [X]),
        "diag_indices_from": (lambda F, x: F.np.diag_indices_from(x), [(3, 3)]),
        "shares_memory": (lambda F, x, y: F.np.shares_memory(x, y), [X, Y]),
        "resize": (lambda F, x: F.np.resize(x, (2, 2)), [X]),
        "unravel_index": (lambda F, x: F.np.unravel_index(x, (3, 4)), [WHOLE]),
        "empty_like": (lambda F, x: F.np.empty_like(x) * 0, [X]),
    },
    grad=False,
)
cases(
    "create",
    {
        "zeros": (lambda F, x: x + F.np.zeros((2, 3)), [X]),
        "ones": (lambda F, x: x + F.np.ones((2, 3)), [X]),
        "ones/zero_dim": (lambda F, x: x + F.np.ones(()), [X]),
        "full": (lambda F, x: x + F.np.full((2, 1), 2.5), [X]),
        "identity": (lambda F, x: x + F.np.identity(3), [(3, 3)]),
        "eye": (lambda F, x: x + F.np.eye(2, 3, 1), [X]),
        "arange": (lambda F, x: x + F.np.arange(3), [X]),
        "arange/step": (lambda F, x: x + F.np.arange(1, 4, 1.5), [(2, 2)]),
        "linspace": (lambda F, x: x + F.np.linspace(0, 1, 3), [X]),
        "logspace": (lambda F, x: x + F.np.logspace(0, 1, 3), [X]),
        "hanning": (lambda F, x: x + F.np.hanning(3), [X]),
        "hamming": (lambda F, x: x + F.np.hamming(3), [X]),
        "blackman": (lambda F, x: x + F.np.blackman(3), [X]),
    },
)
cases("create", {"indices": (lambda F, x: x + F.np.indices((2, 3)), [WHOLE])}, grad=False)
cases(
    "linalg",
    {
        "norm": (lambda F, x: F.np.linalg.norm(x), [X]),
        "norm/axis": (lambda F, x: F.np.linalg.norm(x, axis=1), [X]),
        "norm/inf": (lambda F, x: F.np.linalg.norm(x, ord="inf", axis=(0, 1)), [X]),
        "norm/one": (lambda F, x: F.np.linalg.norm(x, ord=1, axis=1), [X]),
        "cholesky": (lambda F, x: F.np.linalg.cholesky(F.np.dot(x, x.T)), [SQUARE]),
        "inv": (lambda F, x: F.np.linalg.inv(x), [SQUARE]),
        "det": (lambda F, x: F.np.linalg.det(x), [SQUARE]),
        "solve": (lambda F, x, y: F.np.linalg.solve(x, y), [SQUARE, (3, 2)]),
        "tensorinv": (lambda F, x: F.np.linalg.tensorinv(x, ind=1), [SQUARE]),
        "tensorsolve": (lambda F, x, y: F.np.linalg.tensorsolve(x, y), [SQUARE, (3,)]),
    },
    tol=LOOSE,
)
cases(
    "linalg",
    {
        "slogdet": (lambda F, x: F.np.linalg.slogdet(x), [SQUARE]),
        "svd": (lambda F, x: F.np.linalg.svd(x)[1], [SQUARE]),
        "pinv": (lambda F, x: F.np.linalg.pinv(x), [SQUARE]),
        "eigvalsh": (lambda F, x: F.np.linalg.eigvalsh(x), [SYMMETRIC]),
        "eigh": (lambda F, x: F.np.linalg.eigh(x)[0], [SYMMETRIC]),
    },
    grad=False,
    tol=LOOSE,
)
_DRAWS = {
    "uniform": lambda F, x: F.np.random.uniform(0, 2, size=(2, 3)),
    "uniform/array": lambda F, x: F.np.random.uniform(x, 5.0),
    "normal": lambda F, x: F.np.random.normal(1, 2, size=(2, 3)),
    "normal/array": lambda F, x: F.np.random.normal(x, 2.0),
    "rand": lambda F, x: F.np.random.rand(2, 3),
    "randint": lambda F, x: F.np.random.randint(0, 10, size=(2, 3)),
    "gamma": lambda F, x: F.np.random.gamma(2.0, size=(2, 3)),
    "exponential": lambda F, x: F.np.random.exponential(2.0, size=(2, 3)),
    "gumbel": lambda F, x: F.np.random.gumbel(size=(2, 3)),
    "logistic": lambda F, x: F.np.random.logistic(size=(2, 3)),
    "rayleigh": lambda F, x: F.np.random.rayleigh(2.0, size=(2, 3)),
    "weibull": lambda F, x: F.np.random.weibull(2.0, size=(2, 3)),
    "pareto": lambda F, x: F.np.random.pareto(2.0, size=(2, 3)),
    "power": lambda F, x: F.np.random.power(2.0, size=(2, 3)),
    "lognormal": lambda F, x: F.np.random.lognormal(size=(2, 3)),
    "beta": lambda F, x: F.np.random.beta(2.0, 3.0, size=(2, 3)),
    "chisquare": lambda F, x: F.np.random.chisquare(3.0, size=(2, 3)),
    "choice": lambda F, x: F.np.random.choice(5, size=(4,)),
    "bernoulli": lambda F, x: F.npx.random.bernoulli(0.4, None, (2, 3), None, None, None),
    "uniform_n": lambda F, x: F.npx.random.uniform_n(0.0, 1.0, batch_shape=(2, 3)),
    "normal_n": lambda F, x: F.npx.random.normal_n(x, 1.0, batch_shape=(2,)),
}
cases(
    "random",
    # MXNet compiles no graph without inputs
    {name: (lambda F, x, d=draw: [d(F, x), x * 2], [POSITIVE]) for name, draw in _DRAWS.items()},
    grad=False,
    tol=LOOSE,
)
cases(
    "npx",
    {
        "relu": (lambda F, x: F.npx.relu(x), [X]),
        "sigmoid": (lambda F, x: F.npx.sigmoid(x), [X]),
        "activation": (lambda F, x: F.npx.activation(x, act_type="softrelu"), [X]),
        "leaky_relu": (lambda F, x: F.npx.leaky_relu(x, act_type="elu", slope=0.5), [X]),
        "softmax": (lambda F, x: F.npx.softmax(x, axis=0), [X]),
        "log_softmax": (lambda F, x: F.npx.log_softmax(x), [X]),
        "erf": (lambda F, x: F.npx.erf(x), [X]),
        "erfinv": (lambda F, x: F.npx.erfinv(x), [UNIT]),
        "gamma": (lambda F, x: F.npx.gamma(x), [POSITIVE]),
        "gammaln": (lambda F, x: F.npx.gammaln(x), [POSITIVE]),
        "smooth_l1": (lambda F, x: F.npx.smooth_l1(x, scalar=1.0), [X]),
        "fully_connected": (lambda F, x, w, b: F.npx.fully_connected(x, w, b, num_hidden=4), [X, (4, 3), (4,)]),
        "batch_dot": (lambda F, x, y: F.npx.batch_dot(x, y, transpose_b=True), [(2, 2, 3), (2, 4, 3)]),
        "batch_flatten": (lambda F, x: F.npx.batch_flatten(x), [(2, 3, 2)]),
        "layer_norm": (lambda F, x, g, b: F.npx.layer_norm(x, g, b, axis=-1), [X, (3,), (3,)]),
        "convolution": (
            lambda F, x, w, b: F.npx.convolution(x, w, b, kernel=(2, 2), num_filter=2),
            [(1, 2, 3, 3), (2, 2, 2, 2), (2,)],
        ),
        "deconvolution": (
            lambda F, x, w: F.npx.deconvolution(x, w, kernel=(2, 2), num_filter=2, no_bias=True),
            [(1, 2, 3, 3), (2, 2, 2, 2)],
        ),
        "pooling": (lambda F, x: F.npx.pooling(x, kernel=(2, 2), stride=(2, 2)), [(1, 2, 4, 4)]),
        "embedding": (lambda F, i, w: F.npx.embedding(i, w, input_dim=6, output_dim=2), [WHOLE % 6, (6, 2)]),
        "pick": (lambda F, x, i: F.npx.pick(x, i, axis=1), [X, np.array([0, 2], dtype="float32")]),
        "gather_nd": (lambda F, x, i: F.npx.gather_nd(x, i), [X, np.array([[0, 1], [1, 2]], dtype="int32")]),
        "sequence_mask": (
            lambda F, x, n: F.npx.sequence_mask(x, n, use_sequence_length=True, axis=1),
            [X, np.array([1, 2], dtype="float32")],
        ),
        "reshape": (lambda F, x: F.npx.reshape(x, (-2, -1)), [(2, 3, 2)]),
        "reshape/codes": (lambda F, x: F.npx.reshape(x, (-5, -4)), [(2, 3, 2)]),
        "reshape_like": (lambda F, x, y: F.npx.reshape_like(x, y), [X, (3, 2)]),
        "slice": (lambda F, x: F.npx.slice(x, begin=(0, 1), end=(2, 3)), [X]),
        "roi_pooling": (
            lambda F, x, r: F.npx.roi_pooling(x, r, pooled_size=(2, 2), spatial_scale=1.0),
            [(1, 1, 4, 4), np.array([[0, 0, 0, 3, 3]], dtype="float32")],
        ),
    },
    tol=LOOSE,
)
cases(
    "npx",
    {
        "one_hot": (lambda F, x: F.npx.one_hot(x, 8), [WHOLE]),
        "topk": (lambda F, x: F.npx.topk(x, k=2), [X]),
        "topk/both": (lambda F, x: F.npx.topk(x, k=2, ret_typ="both"), [X]),
        "shape_array": (lambda F, x: F.npx.shape_array(x), [X]),
        "arange_like": (lambda F, x: F.npx.arange_like(x, axis=1), [X]),
        "cast": (lambda F, x: F.npx.cast(x, dtype="int32"), [X]),
        "nonzero": (lambda F, x: F.npx.nonzero(x), [WHOLE % 2]),
        "dropout": (lambda F, x: F.npx.dropout(x, p=0.5), [X]),
        "constraint_check": (lambda F, x: F.npx.constraint_check(x, msg="no"), [np.array([True, True])]),
        "multibox_prior": (lambda F, x: F.npx.multibox_prior(x, sizes=(0.5,), ratios=(1, 2)), [(1, 1, 2, 2)]),
        "batch_norm": (
            lambda F, x, g, b, m, v: F.npx.batch_norm(x, g, b, m, v, use_global_stats=True),
            [(2, 3, 2), (3,), (3,), (3,), values_of((3,), 5, 0.5, 2)],
        ),
        "image/to_tensor": (lambda F, x: F.npx.image.to_tensor(x), [(3, 4, 3)]),
        "image/flip": (lambda F, x: F.npx.image.flip_left_right(x), [(3, 4, 3)]),
        "image/normalize": (lambda F, x: F.npx.image.normalize(x, mean=(0.5,), std=(2.0,)), [(1, 4, 3)]),
        "image/crop": (lambda F, x: F.npx.image.crop(x, 1, 0, 2, 2), [(3, 4, 3)]),
        "rnn": (
            lambda F, x, p, s: F.npx.rnn(x, p, s, mode="gru", state_size=2, num_layers=1, state_outputs=True),
            [(3, 2, 2), (36,), (1, 2, 2)],
        ),
    },
    grad=False,
    tol=LOOSE,
)
