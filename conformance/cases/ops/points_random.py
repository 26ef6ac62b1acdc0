"""Random operators at the points that their own cases leave open: slices, axes of size one, numbers out of range."""

from __future__ import annotations

from ...calls import Arr
from ...compare import Tolerance
from ...suite import Suite

suite = Suite(__name__)

FEW = Tolerance(rtol=2e-5, atol=1e-6, why="log-gamma functions of the C library and of torch differ by some last bits")
DIGAMMA = Tolerance(rtol=1e-6, atol=1e-7, why="MXNet's digamma function is an approximation to single precision")
LAYOUTS = ("rows", "transposed", "reshaped")

# law -> attributes in range, attributes out of it
LIKE = {
    "uniform": ({"low": -2.0, "high": 2.5}, {"low": 2.0, "high": 1.0}),
    "normal": ({"loc": 1.5, "scale": 0.25}, {"scale": -1.0}),
    "gamma": ({"alpha": 2.5, "beta": 0.5}, {"alpha": -1.0}),
    "exponential": ({"lam": 2.5}, {"lam": -1.0}),
    "poisson": ({"lam": 3.5}, {"lam": -1.0}),
    "negative_binomial": ({"k": 3, "p": 0.25}, {"k": -1}),
    "generalized_negative_binomial": ({"mu": 2.5, "alpha": 0.5}, {"mu": -1.0}),
}
for law, (attrs, out_of_range) in LIKE.items():
    path, name = f"nd.random.{law}_like", f"like/{law}"
    for shape in ((1,), (2, 1, 3), (1, 1)):
        suite.op(f"{name}/" + "x".join(map(str, shape)), path, (Arr(shape),), attrs)
    for layout in LAYOUTS:
        suite.op(f"{name}/{layout}", path, (Arr((3, 2), layout=layout),), attrs)
    for dtype in ("float16", "float64"):
        suite.op(f"{name}/{dtype}", path, (Arr((3, 2), dtype),), attrs)
    for dtype in ("int32", "uint8"):
        suite.op(f"{name}/{dtype}", path, (Arr((3, 2), dtype),), attrs, grad=False)
    suite.op(f"{name}/out_of_range", path, (Arr((3, 2)),), out_of_range, grad=False)
    suite.op_error(f"{name}/attribute", path, (Arr((3, 2)),), {"size": 3}, says=("size",))
    suite.op_error(f"{name}/number", path, (3.0,), attrs)

for law, inputs in (
    ("negative_binomial", (Arr((2, 1), low=1, high=9), Arr((2, 1), low=0.1, high=0.9, seed=2))),
    ("generalized_negative_binomial", (Arr((2, 1), low=0.5, high=9), Arr((2, 1), low=0.1, high=0.9, seed=2))),
):
    path, name = f"nd.sample_{law}", f"sample/{law}"
    for shape in (None, 1, 3, (2, 1)):
        suite.op(f"{name}/{shape}", path, inputs, {} if shape is None else {"shape": shape})
    for layout in LAYOUTS:
        suite.op(f"{name}/{layout}", path, tuple(a.with_(layout=layout) for a in inputs), {"shape": 3})
    for dtype in ("float64", "float16"):
        suite.op(f"{name}/{dtype}", path, tuple(a.with_(dtype=dtype) for a in inputs), {"shape": 3})
        suite.op(f"{name}/as_{dtype}", path, inputs, {"shape": 3, "dtype": dtype})
    suite.op_error(f"{name}/attribute", path, inputs, {"size": 3}, says=("size",))
    suite.op_error(f"{name}/shapes", path, (inputs[0], Arr((3,), low=0.1, high=0.9)), {"shape": 3}, says=(law,))

for layout in LAYOUTS:
    for shape in ((5,), (4, 3), (4, 1), (1, 3)):
        size = "x".join(map(str, shape))
        suite.op(f"shuffle/{layout}/{size}", "nd.shuffle", (Arr(shape, unique=True, layout=layout),), grad=False)
suite.op("shuffle/gradient", "nd.shuffle", (Arr((5, 1), unique=True),))
for dtype in ("float64", "int32", "int8"):
    suite.op(f"shuffle/{dtype}", "nd.random.shuffle", (Arr((6, 1), dtype, unique=True),), grad=False)

POSITIVE = {"low": 0.3, "high": 3.0}
sample = Arr(values=[[[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]]])
alpha = Arr((1, 3), **POSITIVE)
for log in (False, True):
    attrs = {"is_log": log}
    suite.op(f"pdf_dirichlet/size_one/{log}", "nd.random_pdf_dirichlet", (sample, alpha), attrs, tol=FEW)
    one = (Arr(values=[[[1.0], [1.0]]]), Arr((1, 1), **POSITIVE))
    suite.op(f"pdf_dirichlet/one_class/{log}", "nd.random_pdf_dirichlet", one, attrs, tol=FEW)
    for layout in LAYOUTS:
        given = (sample.with_(layout=layout), alpha.with_(layout=layout))
        suite.op(f"pdf_dirichlet/{layout}/{log}", "nd.random_pdf_dirichlet", given, attrs, tol=FEW)
wide = tuple(a.with_(dtype="float64") for a in (sample, alpha))
suite.op("pdf_dirichlet/float64", "nd.random_pdf_dirichlet", wide, tol=DIGAMMA)
for law, inputs in {
    "uniform": (Arr((2, 1), low=0, high=1), Arr((2, 1), low=2, high=3, seed=2)),
    "normal": (Arr((2, 1)), Arr((2, 1), seed=2, **POSITIVE)),
    "gamma": (Arr((2, 1), **POSITIVE), Arr((2, 1), seed=2, **POSITIVE)),
    "exponential": (Arr((2, 1), **POSITIVE),),
    "poisson": (Arr((2, 1), **POSITIVE),),
    "negative_binomial": (Arr((2, 1), low=1, high=5), Arr((2, 1), low=0.2, high=0.8, seed=2)),
    "generalized_negative_binomial": (Arr((2, 1), **POSITIVE), Arr((2, 1), low=0.2, high=0.8, seed=2)),
}.items():
    drawn = Arr((2, 1, 3), low=0, high=4) if law != "uniform" else Arr((2, 1, 3), low=1, high=2)
    if law in ("poisson", "negative_binomial", "generalized_negative_binomial"):
        drawn = Arr(values=[[[0.0, 1.0, 4.0]], [[2.0, 3.0, 1.0]]])
    for layout in ("plain", *LAYOUTS):
        given = tuple(a.with_(layout=layout) for a in (drawn, *inputs))
        suite.op(f"pdf_{law}/{layout}", f"nd.random_pdf_{law}", given, tol=FEW)
    suite.op(f"pdf_{law}/log", f"nd.random_pdf_{law}", (drawn, *inputs), {"is_log": True}, tol=FEW)

for dtype in ("float32", -1, 3):
    suite.op(f"zeros_without_dtype/{dtype}", "nd._internal._zeros_without_dtype", ((2, 1),), {"dtype": dtype})
