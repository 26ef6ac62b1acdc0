"""Sums of many arrays, softmax and its kin, creation operators."""

from ...calls import Arr
from ...compare import Tolerance
from ...suite import Suite

suite = Suite(__name__)

NAN, INF = float("nan"), float("inf")
x, y, z = Arr((2, 3)), Arr((2, 3), seed=2), Arr((2, 3), seed=3)
LOG = Tolerance(1e-5, 2e-6, why="the logarithm of MXNet's oneDNN is off by 1.4e-6 at 1")
CAST = Tolerance(1e-5, 1e-6, why="computed in float32, then cast to float64")
ROUNDED = Tolerance(2e-3, 3e-4, why="MXNet's gradient reads the result rounded to float16")
HALF = Tolerance(2e-3, 2e-3, why="MXNet sums float16 exponentials in float16")

suite.standard(
    "add_n",
    "nd.add_n",
    (x, y, z),
    bad={
        "shape": ((x, Arr((3, 2))), {}, ("add_n",)),
        "ranks": ((x, Arr((3,))), {}, ("add_n",)),
        "dtype": ((x, Arr((2, 3), "int32")), {}, ("add_n", "int32")),
        "none": ((), {}, ("add_n", "num_args")),
        "bool": ((Arr((2,), "bool"), Arr((2,), "bool")), {}, ("add_n", "bool")),
        "list": (([1.0],), {}, ("add_n",)),
    },
)
suite.op("add_n/one", "nd.add_n", (x,))
suite.op("add_n/num_args", "nd.add_n", (x, y), {"num_args": 2})
suite.op("add_n/two", "nd.ElementWiseSum", (x, y))
suite.op("add_n/five", "nd.add_n", (x, y, z, x.with_(seed=7), y.with_(seed=8)))
suite.op("add_n/grad_add", "nd.add_n", (x.with_(req="add"), y.with_(req="add")))
suite.op("add_n/wrap", "nd.add_n", (Arr(values=[200], dtype="uint8"), Arr(values=[100], dtype="uint8")))

suite.op("amp_multicast/one", "nd.amp_multicast", (x,), {"num_outputs": 1})
suite.op("amp_multicast/integers", "nd.amp_multicast", (Arr((2,), "int32"), x), {"num_outputs": 2}, grad=False)
suite.op_error("amp_multicast/bad_count", "nd.amp_multicast", (x, y), says=("amp_multicast", "num_outputs"))
suite.op_error("amp_multicast/bad_number", "nd.amp_multicast", (x, y), {"num_outputs": 3}, says=("amp_multicast",))

pairs = {
    "same": (x, x),
    "near": (Arr(values=[1.0, 2.0]), Arr(values=[1.000001, 2.0])),
    "far": (Arr(values=[1.0, 2.0]), Arr(values=[1.001, 2.0])),
    "nan": (Arr(values=[NAN]), Arr(values=[NAN])),
    "inf": (Arr(values=[INF, -INF]), Arr(values=[INF, -INF])),
    "inf_far": (Arr(values=[INF]), Arr(values=[-INF])),
    "int32": (Arr((2,), "int32"), Arr((2,), "int32")),
    "float64": (Arr((2,), "float64"), Arr((2,), "float64")),
}
for _word, _pair in pairs.items():
    suite.op(f"allclose/{_word}", "nd.contrib.allclose", _pair, grad=False)
    suite.op(
        f"allclose/{_word}_options",
        "nd.contrib.allclose",
        _pair,
        {"rtol": 0.01, "atol": 0.1, "equal_nan": False},
        grad=False,
    )
suite.op_error("allclose/bad_shape", "nd.contrib.allclose", (x, Arr((3,))), says=("allclose",))
suite.op_error("allclose/bad_dtype", "nd.contrib.allclose", (x, Arr((2, 3), "float64")), says=("allclose", "float64"))

# ---- softmax, log_softmax, softmin

FORMS = [
    {},
    {"axis": 0},
    {"axis": 1},
    {"axis": -2},
    {"temperature": 2.0},
    {"axis": 0, "temperature": 0.5},
    {"axis": "1", "temperature": "2"},
    {"use_length": False},
]
cube = Arr((2, 3, 4), low=-3, high=3)
for _name in ("softmax", "log_softmax", "softmin"):
    suite.standard(
        _name,
        f"nd.{_name}",
        (cube,),
        FORMS,
        tol=LOG if _name == "log_softmax" else None,
        float16_tol=HALF,
        bad={
            "axis": ((cube,), {"axis": 3}, (_name, "axis")),
            "negative_axis": ((cube,), {"axis": -4}, (_name, "axis")),
            "axis_type": ((cube,), {"axis": "x"}, (_name, "axis")),
            "attribute": ((cube,), {"no_such_attribute": 1}, (_name, "no_such_attribute")),
            "bool": ((Arr((2,), "bool"),), {}, (_name, "floating")),
            "dtype": ((cube,), {"dtype": "int32"}, (_name, "int32")),
            "type": (([1.0],), {}, (_name, "data")),
        },
    )
    for _dtype in ("float64", "float32", "float16", None):
        suite.op(
            f"{_name}/to_{_dtype}",
            f"nd.{_name}",
            (cube,),
            {"dtype": _dtype},
            tol=ROUNDED if _dtype == "float16" else CAST,
        )
        suite.op(
            f"{_name}/float64_to_{_dtype}",
            f"nd.{_name}",
            (cube.with_(dtype="float64"),),
            {"dtype": _dtype},
            tol=ROUNDED if _dtype == "float16" else CAST,
        )
    suite.op(f"{_name}/one", f"nd.{_name}", (Arr((1,)),), tol=LOG)
    suite.op(f"{_name}/vector", f"nd.{_name}", (Arr((7,)),))
    suite.op(f"{_name}/size_one_axis", f"nd.{_name}", (Arr((2, 1, 3)),), {"axis": 1})
    suite.op(f"{_name}/large", f"nd.{_name}", (Arr((2, 3), low=-300, high=300),), tol=LOG)
    suite.op(f"{_name}/minus_inf", f"nd.{_name}", (Arr(values=[[0.0, -INF, 1.0], [-INF, 2.0, -INF]], dtype="float64"),))
    suite.op(f"{_name}/nan", f"nd.{_name}", (Arr(values=[[0.0, NAN, 1.0], [1.0, 2.0, 3.0]], dtype="float64"),))
    suite.op(f"{_name}/inf", f"nd.{_name}", (Arr(values=[[0.0, INF, 1.0], [1.0, 2.0, 3.0]], dtype="float64"),))
    suite.op(f"{_name}/grad_add", f"nd.{_name}", (cube.with_(req="add"),), {"axis": 1})
    suite.op(f"{_name}/method", f".{_name}", (cube,), {"axis": 1})
    suite.op(f"{_name}/method_positional", f".{_name}", (cube, 1))

for _dtype in ("int32", "int64"):
    length = Arr(values=[[1, 2, 3, 2], [3, 0, 1, 2]], dtype=_dtype)
    suite.op(f"softmax/length_{_dtype}", "nd.softmax", (cube, length), {"axis": 1, "use_length": True}, grad=(0,))
    short = Arr(values=[[1, 4, 3], [2, 0, 4]], dtype=_dtype)
    suite.op(f"softmax/length_last_{_dtype}", "nd.softmax", (cube, short), {"use_length": True}, grad=(0,))
    suite.op(
        f"softmax/length_temperature_{_dtype}",
        "nd.softmax",
        (cube, short),
        {"use_length": True, "temperature": 2.0, "dtype": "float64"},
        grad=(0,),
        tol=CAST,
    )
    suite.op(
        f"softmax/length_negative_axis_{_dtype}",
        "nd.softmax",
        (cube.with_(dtype="float64"), length),
        {"axis": -2, "use_length": True},
        grad=(0,),
    )
suite.op(
    "softmax/length_float16",
    "nd.softmax",
    (cube.with_(dtype="float16"), short),
    {"use_length": True},
    grad=(0,),
    tol=HALF,
)
suite.op_error(
    "softmax/bad_length_float",
    "nd.softmax",
    (Arr((2, 3)), Arr(values=[1.0, 2.0])),
    {"use_length": True},
    says=("softmax", "length"),
)
suite.op_error(
    "softmax/bad_length_shape",
    "nd.softmax",
    (Arr((2, 3)), Arr(values=[1, 2, 3], dtype="int32")),
    {"use_length": True},
    says=("softmax", "length"),
)
suite.op_error(
    "softmax/bad_length_missing", "nd.softmax", (Arr((2, 3)),), {"use_length": True}, says=("softmax", "length")
)
suite.op_error(
    "softmax/bad_length_unwanted",
    "nd.softmax",
    (Arr((2, 3)), Arr(values=[1, 2], dtype="int32")),
    says=("softmax", "length"),
)

# ---- creation operators

internal = "nd._internal."
for _name in ("_zeros", "_ones", "_full"):
    extra = {"value": 2.7} if _name == "_full" else {}
    for _dtype in ("float32", "float64", "float16", "int32", "int64", "int8", "uint8", "bool"):
        suite.op(f"{_name}/{_dtype}", internal + _name, (), dict(shape=(2, 3), dtype=_dtype, **extra), grad=False)
    suite.op(f"{_name}/number", internal + _name, (), dict(shape=3, **extra), grad=False)
    suite.op(f"{_name}/text", internal + _name, (), dict(shape="(2,1)", ctx="cpu(1)", **extra), grad=False)
    for _word, _shape in {"empty": (), "zero": (0, 2), "negative": (2, -1)}.items():
        suite.op_error(f"{_name}/bad_{_word}", internal + _name, (), dict(shape=_shape, **extra), says=(_name, "shape"))
    suite.op_error(
        f"{_name}/bad_dtype", internal + _name, (), dict(shape=(2,), dtype="int16", **extra), says=(_name, "int16")
    )
for _value, _dtype in (
    (300.7, "uint8"),
    (-1.5, "uint8"),
    (300.0, "int8"),
    (1e39, "float32"),
    (0.5, "bool"),
    (NAN, "int32"),
    (1e19, "int64"),
):
    suite.op(
        f"_full/cast_{_value}_{_dtype}",
        internal + "_full",
        (),
        {"shape": (2,), "value": _value, "dtype": _dtype},
        grad=False,
    )
suite.op_error("_full/bad_missing", internal + "_full", (), {"shape": (2,)}, says=("_full", "value"))
suite.op_error(
    "_zeros_without_dtype/default",
    internal + "_zeros_without_dtype",
    (),
    {"shape": (2,)},
    says=("_zeros_without_dtype",),
)

RANGES = [
    {"start": 5.0},
    {"start": 1.0, "stop": 2.0, "step": 0.3},
    {"start": 0.0, "stop": 1.0, "step": 0.1},
    {"start": 0.0, "stop": 3.0, "repeat": 2},
    {"start": 5.0, "stop": 0.0, "step": -2.0},
    {"start": 0.5, "stop": 40.0, "step": 0.7},
    {"start": -3.0, "stop": 10.0, "step": 3.0, "repeat": 3},
    {"start": 1e6, "stop": 1e6 + 5, "step": 0.25},
]
for i, _attrs in enumerate(RANGES):
    for _dtype in ("float32", "float64", "int32", "int64"):
        suite.op(f"_arange/{i}_{_dtype}", internal + "_arange", (), dict(_attrs, dtype=_dtype), grad=False)
suite.op("_arange/uint8", internal + "_arange", (), {"start": 250, "stop": 260, "dtype": "uint8"}, grad=False)
suite.op("_arange/int8", internal + "_arange", (), {"start": -3, "stop": 4, "dtype": "int8"}, grad=False)
suite.op("_arange/float16", internal + "_arange", (), {"start": 0, "stop": 5, "dtype": "float16"}, grad=False)
suite.op(
    "_arange/float16_fraction",
    internal + "_arange",
    (),
    {"start": 0, "stop": 1, "step": 0.25, "dtype": "float16"},
    grad=False,
)
suite.op(
    "_arange/int32_fraction",
    internal + "_arange",
    (),
    {"start": 0, "stop": 5, "step": 1.5, "dtype": "int32"},
    grad=False,
)
suite.op(
    "_arange/int32_start_fraction", internal + "_arange", (), {"start": 0.5, "stop": 5, "dtype": "int32"}, grad=False
)
suite.op(
    "_arange/large", internal + "_arange", (), {"start": 16777210, "stop": 16777220, "dtype": "float32"}, grad=False
)
for _word, _attrs in {
    "empty": {"start": 0, "stop": 0},
    "direction": {"start": 0, "stop": 5, "step": -1},
    "step": {"start": 0, "stop": 5, "step": 0},
    "repeat": {"start": 0, "stop": 5, "repeat": 0},
    "infer": {"start": 0, "infer_range": True},
    "start": {},
    "bool": {"start": 3, "dtype": "bool"},
}.items():
    suite.op_error(f"_arange/bad_{_word}", internal + "_arange", (), _attrs, says=("_arange",))

for _attrs in (
    {"num": 5},
    {"num": 5, "endpoint": False},
    {"num": 1},
    {"num": 0},
    {"num": 7, "dtype": "float64"},
    {"num": 4, "dtype": "int32"},
    {"num": 9, "dtype": "float16"},
):
    suite.op(
        "linspace/" + "_".join(f"{k}{v}" for k, v in _attrs.items()), "nd.linspace", (-1.0, 7.5), _attrs, grad=False
    )
suite.op("linspace/bad_num", "nd.linspace", (0, 1, -1), grad=False)

for i, _attrs in enumerate(
    (
        {"N": 2},
        {"N": 2, "M": 3, "k": 1},
        {"N": 3, "k": -1},
        {"N": 2, "M": 3, "k": 5},
        {"N": 4, "M": 2, "k": -3},
        {"N": 1},
    )
):
    for _dtype in ("float32", "int32", "float16"):
        suite.op(f"_eye/{i}_{_dtype}", internal + "_eye", (), dict(_attrs, dtype=_dtype), grad=False)
suite.op_error("_eye/bad_negative", internal + "_eye", (), {"N": -1}, says=("_eye", "N"))
suite.op_error("_eye/bad_missing", internal + "_eye", (), says=("_eye", "N"))
suite.op_error("_eye/bad_bool", internal + "_eye", (), {"N": 2, "dtype": "bool"}, says=("_eye", "bool"))

for i, _attrs in enumerate(
    ({}, {"axis": 1, "start": 1.0, "step": 0.5}, {"repeat": 2}, {"axis": -1, "repeat": 2}, {"axis": 0}, {"start": 2.5})
):
    for _dtype in ("float32", "int32", "float64"):
        suite.op(f"arange_like/{i}_{_dtype}", "nd.contrib.arange_like", (Arr((2, 3), _dtype),), _attrs)
suite.op_error(
    "arange_like/bad_axis", "nd.contrib.arange_like", (Arr((2, 3)),), {"axis": 2}, says=("arange_like", "axis")
)
