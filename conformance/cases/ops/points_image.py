"""Points that image, mixed precision, shape and in-place operators leave open: axes of size one, layouts, gradients."""

from __future__ import annotations

import struct
import zlib

import numpy as np

from ...calls import Arr
from ...suite import Suite, attempt

suite = Suite(__name__)

I = "nd._internal."  # noqa: E741
LAYOUTS = ("rows", "transposed", "reshaped")


def _layouts(name, path, args, kwargs=None, grad=True, out=False, mutates=False):
    """One call with every array built in each layout."""
    for layout in LAYOUTS:
        given = tuple(a.with_(layout=layout) if isinstance(a, Arr) else a for a in args)
        suite.op(f"{name}/{layout}", path, given, kwargs, grad=grad, out=out, mutates=mutates)


PICTURE = Arr((5, 4, 3), "uint8", low=0, high=255)
for dtype in ("uint8", "float32"):
    data = PICTURE.with_(dtype=dtype)
    _layouts(f"imresize/{dtype}", I + "_cvimresize", (data,), {"w": 3, "h": 2}, grad=(0,))
    _layouts(
        f"border/{dtype}", I + "_cvcopyMakeBorder", (data,), {"top": 1, "bot": 0, "left": 2, "right": 1}, grad=(0,)
    )
    _layouts(f"resize/{dtype}", "nd.image.resize", (data,), {"size": (3, 2)}, grad=False)
for shape in ((1, 4, 3), (5, 1, 3), (5, 4, 1), (1, 1, 1)):
    word = "x".join(map(str, shape))
    one = Arr(shape, "uint8", low=0, high=255)
    suite.op(f"imresize/{word}", I + "_cvimresize", (one,), {"w": 3, "h": 2}, grad=False)
    suite.op(f"imresize/{word}/nearest", I + "_cvimresize", (one,), {"w": 2, "h": 1, "interp": 0}, grad=False)
    suite.op(
        f"border/{word}", I + "_cvcopyMakeBorder", (one,), {"top": 1, "bot": 1, "left": 0, "right": 1, "type": 1},
        grad=False,
    )  # fmt: skip
    suite.op(f"resize/{word}", "nd.image.resize", (one,), {"size": (2, 3)}, grad=False)


def _png(pixels):
    """The bytes of a gray picture as a PNG."""
    height, width = np.shape(pixels)
    rows = b"".join(b"\0" + bytes(row) for row in pixels)
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    chunks = [struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts]
    return list(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))


BYTES = Arr(values=_png([[0, 100, 255], [7, 8, 9]]), dtype="uint8")
for name, data in {
    "plain": BYTES,
    "rows": BYTES.with_(layout="rows"),
    "reshaped": BYTES.with_(layout="reshaped"),
    "one_pixel": Arr(values=_png([[77]]), dtype="uint8"),
    "one_byte": Arr(values=[0], dtype="uint8"),
    "float32": BYTES.with_(dtype="float32"),
    "int32": BYTES.with_(dtype="int32"),
}.items():
    suite.op(f"imdecode/{name}", I + "_cvimdecode", (data,), {"flag": 0, "to_rgb": False}, grad=False)
suite.op("imdecode/color", I + "_cvimdecode", (BYTES,), {"flag": 1, "to_rgb": True}, grad=(0,))
for name, attrs in {"flag": {"flag": 0}, "to_rgb": {"to_rgb": False}}.items():
    suite.op_error(f"imread/{name}", I + "_cvimread", (), {"filename": "there/is/no/such.png", **attrs})

for dtype in ("float16", "float64", "int32"):
    for shape in ((1,), (2, 1), (1, 1, 3)):
        word = "x".join(map(str, shape))
        suite.op(f"amp_cast/{dtype}/{word}", "nd.amp_cast", (Arr(shape, dtype),), {"dtype": "float16"}, grad=(0,))
    _layouts(f"amp_cast/{dtype}", "nd.amp_cast", (Arr((2, 3), dtype),), {"dtype": "float32"}, grad=(0,))
PAIR = (Arr((2, 1)), Arr((1, 3), "float16", seed=2))
_layouts("amp_multicast", "nd.amp_multicast", (Arr((2, 3)), Arr((2, 3), seed=2)), {"num_outputs": 2})
suite.op("amp_multicast/of_one", "nd.amp_multicast", (Arr((2, 1)), Arr((1, 3), seed=2)), {"num_outputs": 2})
for narrow in (False, True):
    suite.op(f"amp_multicast/one/{narrow}", "nd.amp_multicast", PAIR, {"num_outputs": 2, "cast_narrow": narrow})

for dtype in ("float32", "float16", "float64"):
    for shape in ((1,), (2, 1)):
        word = "x".join(map(str, shape))
        suite.op(f"all_finite/{dtype}/{word}", "nd.all_finite", (Arr(shape, dtype),), {"init_output": True})
_layouts("all_finite", "nd.all_finite", (Arr((2, 3)),), {"init_output": True}, out=True)
_layouts("multi_all_finite", "nd.multi_all_finite", (Arr((2, 3)), Arr((3, 2), seed=2)), {"num_arrays": 2}, out=True)
suite.op("multi_all_finite/one", "nd.multi_all_finite", (Arr((1, 3)), Arr((1,))), {"num_arrays": 2})
INFINITE = Arr(values=[[1.0, float("inf")]])
suite.op("multi_all_finite/infinite", "nd.multi_all_finite", (Arr((1, 3)), INFINITE), {"num_arrays": 2}, grad=False)
_layouts("multi_sum_sq", "nd.multi_sum_sq", (Arr((2, 3)), Arr((3, 2), seed=2)), {"num_arrays": 2}, grad=False)
suite.op("multi_sum_sq/one", "nd.multi_sum_sq", (Arr((1, 3)), Arr((1,))), {"num_arrays": 2})

for k in (-1, 0, 1):
    for shape in ((1,), (1, 3), (3, 1), (1, 1), (2, 1, 3), (1, 2, 1)):
        suite.op(f"diag/{'x'.join(map(str, shape))}/{k}", "nd.diag", (Arr(shape),), {"k": k})
suite.op("diag/negative", "nd.diag", (Arr((2, 1, 3)),), {"axis1": -1, "axis2": -3})
suite.op("diag/negative/k", "nd.diag", (Arr((2, 3, 3)),), {"k": -1, "axis1": -2, "axis2": -1})

TABLE = Arr((3, 1))
for name, given in {
    "column": (TABLE, Arr(values=[7.0, 8.0, 9.0]), Arr(values=[0.0, 0.0, 0.0])),
    "row": (Arr((1, 3)), Arr(values=[7.0]), Arr(values=[2.0])),
    "one": (Arr((1, 1)), Arr(values=[7.0]), Arr(values=[0.0])),
}.items():
    suite.op(f"fill_element_0index/{name}", "nd.fill_element_0index", given)
_layouts(
    "fill_element_0index", "nd.fill_element_0index",
    (Arr((2, 3)), Arr(values=[7.0, 8.0]), Arr(values=[1.0, 0.0])), grad=False,
)  # fmt: skip

_layouts("khatri_rao", "nd.khatri_rao", (Arr((2, 3)), Arr((4, 3), seed=2)), grad=False)
suite.op("khatri_rao/one", "nd.khatri_rao", (Arr((1, 3)), Arr((2, 3), seed=2)))
suite.op("khatri_rao/column", "nd.khatri_rao", (Arr((2, 1)), Arr((3, 1), seed=2), Arr((1, 1), seed=3)), grad=False)

for name, data, attrs in (
    ("one", Arr((1, 1, 1, 1)), {"kernel": (1, 1)}),
    ("channel", Arr((1, 1, 3, 3)), {"kernel": (2, 2)}),
    ("row", Arr((1, 2, 1, 4)), {"kernel": (1, 2), "stride": (1, 2)}),
    ("padded", Arr((2, 1, 1, 3)), {"kernel": (3, 3), "pad": (1, 1), "dilate": (1, 1)}),
):
    suite.op(f"im2col/{name}", "nd.im2col", (data,), attrs)

for shape, axes in (
    ((1,), (0,)),
    ((2, 1), (1,)),
    ((2, 1), (-1,)),
    ((1, 3), (0, -1)),
    ((2, 1, 3), (-2,)),
    ((1, 1), None),
):
    word = f"{'x'.join(map(str, shape))}/{axes}"
    suite.op(f"moments/{word}", "nd.moments", (Arr(shape),), {"axes": axes, "keepdims": True})

_layouts("histogram", I + "_histogram", (Arr((2, 3)),), {"bin_cnt": 3, "range": (-2.0, 2.0)})
suite.op("histogram/one", I + "_histogram", (Arr((1, 1)), Arr(values=[-2.0, 0.0, 2.0])))
PLACE = Arr(values=[3], dtype="int32")
suite.op("unravel_index/column", I + "_unravel_index", (PLACE,), {"shape": (6, 1)}, grad=False)
suite.op("unravel_index/row", I + "_unravel_index", (PLACE,), {"shape": (1, 2, 3)}, grad=False)
CUT = {"begin": (0,), "end": (1,)}
suite.op("slice_assign_scalar/one", I + "_slice_assign_scalar", (Arr((1, 3)),), {"scalar": 4.0, **CUT}, grad=False)
suite.op("slice_assign_scalar/column", I + "_slice_assign_scalar", (Arr((3, 1)),), {"scalar": 4.0, **CUT}, grad=False)

LIKE = (Arr((2, 1)), Arr((2, 1), seed=2))
suite.op("identity_with_attr_like_rhs/one", I + "_identity_with_attr_like_rhs", LIKE)
_layouts("identity_with_attr_like_rhs", I + "_identity_with_attr_like_rhs", (Arr((2, 3)), Arr((2, 3), seed=2)))
suite.op("reset_arrays/one", "nd.reset_arrays", (Arr((2, 1)), Arr((1,))), {"num_arrays": 2}, grad=False, mutates=True)
_layouts("reset_arrays", "nd.reset_arrays", (Arr((2, 3)), Arr((3,))), {"num_arrays": 2}, grad=False, mutates=True)

suite.op_error("copyto/count", I + "_copyto", ())


def _copied(mx, shape, dtype, target_shape=None, target_dtype="float32", layout="plain"):
    x = Arr(shape, dtype, layout=layout).build(mx)
    out = mx.nd.full(target_shape or shape, 7, dtype=target_dtype)
    mx.nd._internal._copyto(x, out=out)
    return out


suite.table(
    "copyto",
    {
        "float64": lambda mx: _copied(mx, (2, 3), "float64"),
        "int32": lambda mx: _copied(mx, (1, 3), "int32", target_dtype="uint8"),
        "rows": lambda mx: _copied(mx, (2, 3), "float32", layout="rows"),
        "transposed": lambda mx: _copied(mx, (2, 3), "uint8", layout="transposed"),
        "one": lambda mx: _copied(mx, (2, 1), "float16", target_dtype="float16"),
        "larger": lambda mx: attempt(lambda: _copied(mx, (2, 3), "float32", (3, 3))),
    },
)


def _set(mx, target, *args, **kwargs):
    """The result of `_set_value` and what became of its target."""
    found = attempt(lambda: mx.nd._internal._set_value(*args, out=target, **kwargs))
    return found, target


suite.table(
    "set_value",
    {
        "float32": lambda mx: _set(mx, mx.nd.ones((2, 1)), 2.5),
        "float16": lambda mx: _set(mx, mx.nd.ones((1, 3), dtype="float16"), 2.5),
        "float64": lambda mx: _set(mx, mx.nd.ones((2, 3), dtype="float64"), 0.1),
        "int32": lambda mx: _set(mx, mx.nd.ones((2, 3), dtype="int32"), -2.7),
        "uint8": lambda mx: _set(mx, mx.nd.ones((2, 3), dtype="uint8"), 300),
        "keyword": lambda mx: _set(mx, mx.nd.ones((2, 3)), src=2),
        "nan": lambda mx: _set(mx, mx.nd.ones((2, 3)), float("nan")),
        "rows": lambda mx: _set(mx, mx.nd.ones((4, 2))[1:3], 5),
        "text": lambda mx: _set(mx, mx.nd.ones((2, 3)), "2.5"),
        "no_number": lambda mx: _set(mx, mx.nd.ones((2, 3)), "x"),
        "no_out": lambda mx: attempt(lambda: mx.nd._internal._set_value(2.5)),
        "no_src": lambda mx: _set(mx, mx.nd.ones((2, 3))),
        "recorded": lambda mx: _recorded_set(mx),
    },
)


def _recorded_set(mx):
    x = mx.nd.ones((2, 2))
    x.attach_grad()
    with mx.autograd.record():
        return attempt(lambda: mx.nd._internal._set_value(3, out=x))


def _encoded(mx, numbers, shape, dtype="float32", layout="plain", index_dtype=None):
    index = Arr(values=numbers, dtype=index_dtype or dtype, layout=layout).build(mx)
    target = mx.nd.full(shape, 7, dtype=dtype)
    return attempt(lambda: mx.nd._internal._onehot_encode(index, target, out=target)), target


suite.table(
    "onehot_encode",
    {
        "plain": lambda mx: _encoded(mx, [0, 2, 1], (3, 4)),
        "one": lambda mx: _encoded(mx, [0], (1, 1)),
        "one_row": lambda mx: _encoded(mx, [2], (1, 3)),
        "float64": lambda mx: _encoded(mx, [0, 2], (2, 3), "float64"),
        "float16": lambda mx: _encoded(mx, [0, 2], (2, 3), "float16"),
        "int32": lambda mx: _encoded(mx, [0, 2], (2, 3), "int32"),
        "mixed": lambda mx: _encoded(mx, [0, 2], (2, 3), "float32", index_dtype="int32"),
        "rows": lambda mx: _encoded(mx, [0, 2], (2, 3), layout="rows"),
        "fraction": lambda mx: _encoded(mx, [0.7, 1.2], (2, 3)),
        "far": lambda mx: _encoded(mx, [5, 1], (2, 3)),
        "negative": lambda mx: _encoded(mx, [-1, 1], (2, 3)),
        "sizes": lambda mx: _encoded(mx, [0, 1, 2], (2, 3)),
        "matrix": lambda mx: _encoded(mx, [[0, 1]], (2, 3)),
        "function": lambda mx: mx.nd.onehot_encode(mx.nd.array([1, 0]), mx.nd.zeros((2, 2))),
        "no_out": lambda mx: attempt(lambda: mx.nd._internal._onehot_encode(mx.nd.array([1, 0]), mx.nd.zeros((2, 2)))),
        "count": lambda mx: attempt(lambda: mx.nd._internal._onehot_encode(mx.nd.array([1, 0]))),
    },
)


@suite.case("onehot_encode/gradient")
def encoded_gradient(mx):
    index, x = mx.nd.array([0, 1]), mx.nd.ones((2, 2))
    index.attach_grad()
    with mx.autograd.record():
        found = mx.nd._internal._onehot_encode(index * 1, x)
    return found, attempt(found.backward)


suite.op("onehot_encode/refused", I + "_onehot_encode", (Arr(values=[0.0, 1.0]), Arr((2, 2))))

suite.table(
    "zeros_without_dtype",
    {
        str(dtype): lambda mx, dtype=dtype: mx.nd._internal._zeros_without_dtype(shape=(1, 2), dtype=dtype)
        for dtype in ("float32", "int64", 0, 1)
    },
)
for name, attrs in {
    "dtype": {"shape": (2,), "dtype": 99},
    "text": {"shape": "x"},
    "no": {"shape": (2,), "size": 3},
}.items():
    suite.op(f"zeros_without_dtype/{name}", I + "_zeros_without_dtype", (), attrs, grad=False)


def _set_nd(mx, values, shape=(2, 3), dtype="float32", layout="plain", out=True, indices=((0, 1), (2, 0)), **attrs):
    target = Arr(shape, dtype, layout=layout).build(mx)
    place = mx.nd.array(indices, dtype="int32")
    given = mx.nd.array(values, dtype=dtype)
    attrs = {"shape": shape, **attrs}
    extra = {"out": target} if out else {}
    return attempt(lambda: mx.nd._internal._scatter_set_nd(target, given, place, **attrs, **extra)), target


suite.table(
    "scatter_set_nd",
    {
        "float32": lambda mx: _set_nd(mx, [5, 6]),
        "float64": lambda mx: _set_nd(mx, [5, 6], dtype="float64"),
        "float16": lambda mx: _set_nd(mx, [5, 6], dtype="float16"),
        "int32": lambda mx: _set_nd(mx, [5, 6], dtype="int32"),
        "rows": lambda mx: _set_nd(mx, [5, 6], layout="rows"),
        "transposed": lambda mx: _set_nd(mx, [5, 6], layout="transposed"),
        "one": lambda mx: _set_nd(mx, [5], (1, 1), indices=((0,), (0,))),
        "of_rows": lambda mx: _set_nd(mx, [[5, 6, 7]], indices=((1,),)),
        "twice": lambda mx: _set_nd(mx, [5, 6], indices=((0, 0), (1, 1))),
        "sizes": lambda mx: _set_nd(mx, [5, 6, 7]),
        "shape": lambda mx: _set_nd(mx, [5, 6], shape=(2, 3), out=True, no=1),
        "no_shape": lambda mx: attempt(
            lambda: mx.nd._internal._scatter_set_nd(mx.nd.ones((2, 2)), mx.nd.ones(1), mx.nd.zeros((2, 1)))
        ),
    },
)


@suite.case("scatter_set_nd/gradient")
def set_nd_gradient(mx):
    """Recorded, with a target of its own."""
    x, values = mx.nd.ones((2, 2)), mx.nd.array([3.0])
    x.attach_grad()
    values.attach_grad()
    with mx.autograd.record():
        out = mx.nd._internal._scatter_set_nd(x * 2, values * 2, mx.nd.array([[0], [1]]), shape=(2, 2))
        total = (out * 3).sum()
    return attempt(total.backward)
