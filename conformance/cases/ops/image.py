"""Operators on images: layout, normalization, parts, mirrors, colours, sizes, borders."""

from __future__ import annotations

from ...calls import Arr
from ...compare import Tolerance
from ...suite import Suite

suite = Suite(__name__)

HUE = Tolerance(rtol=1e-4, atol=1e-3, why="float32 products in another order, on a scale of 255")
SIZED = Tolerance(rtol=1e-5, atol=1e-4, why="float32 weights, on a scale of 255")
HALF = Tolerance(rtol=2e-3, atol=2e-3, why="a float16 gradient is rounded once")

photo = Arr((4, 6, 3), low=0, high=255, seed=1)
photo8 = photo.with_(dtype="uint8")
several = Arr((2, 4, 6, 3), low=0, high=255, seed=2)
gray = Arr((4, 6, 1), low=0, high=255, seed=3)
channels_first = Arr((3, 4, 6), low=-1, high=1, seed=4)
INTS = ("uint8", "int8", "int32", "int64")

# ---- to_tensor, normalize, crop

for name, arr in (("image", photo), ("several", several), ("gray", gray), ("deep", Arr((2, 3, 5), seed=5))):
    suite.op("to_tensor/" + name, "nd.image.to_tensor", (arr,), grad=False)
for dtype in (*INTS, "float64", "float16"):
    suite.op("to_tensor/" + dtype, "nd.image.to_tensor", (photo.with_(dtype=dtype, high=120),), grad=False)
for layout in ("rows", "transposed"):
    suite.op("to_tensor/" + layout, "nd.image.to_tensor", (photo.with_(layout=layout),), grad=False)
suite.op("to_tensor/gradient", "nd.image.to_tensor", (photo,))
suite.op_error("to_tensor/bad_rank", "nd.image.to_tensor", (Arr((4, 6)),), says=("to_tensor", "data"))
suite.op_error("to_tensor/bad_type", "nd.image.to_tensor", ([1, 2],), says=("to_tensor",))

three = {"mean": (0.485, 0.456, 0.406), "std": (0.229, 0.224, 0.225)}
suite.standard(
    "normalize",
    "nd.image.normalize",
    (channels_first,),
    [three, {"mean": (0.5,), "std": (2.0,)}, {"mean": (0.1, 0.2, 0.3), "std": (3,)}, {"mean": 0.5, "std": (1, 2, 3)}],
    dtypes=("float64", "float16"),
    float16_tol=HALF,
    bad={
        "rank": ((Arr((4, 6)),), three, ("normalize", "data")),
        "channels": ((Arr((2, 4, 6)),), {"mean": (0.5,), "std": (1,)}, ("normalize", "data")),
        "default": ((channels_first,), {}, ("normalize", "mean")),
        "mean": ((channels_first,), {"mean": (1, 2), "std": (1,)}, ("normalize", "mean")),
        "std": ((channels_first,), {"mean": (1,), "std": (1, 2, 3, 4)}, ("normalize", "std")),
    },
)
for dtype in INTS:
    suite.op(
        "normalize/" + dtype,
        "nd.image.normalize",
        (channels_first.with_(dtype=dtype, low=20, high=120),),
        {"mean": (0.5, 1.5, 2.7), "std": (1.5, 2, 3)},
        grad=False,
    )
suite.op("normalize/several", "nd.image.normalize", (Arr((2, 3, 4, 5)),), three)
suite.op("normalize/one_channel", "nd.image.normalize", (Arr((1, 4, 5)),), {"mean": (0.3,), "std": (0.7,)})
suite.op("normalize/std_zero", "nd.image.normalize", (channels_first,), {"mean": (0.3,), "std": (0.0,)}, grad=False)
suite.op("normalize/grad_add", "nd.image.normalize", (channels_first.with_(req="add"),), three)

part = {"x": 1, "y": 2, "width": 3, "height": 2}
suite.standard(
    "crop",
    "nd.image.crop",
    (photo,),
    [part, {"x": 0, "y": 0, "width": 6, "height": 4}, {"x": 5, "y": 3, "width": 1, "height": 1}],
    bad={
        "width": ((photo,), dict(part, width=6), ("crop", "width=6")),
        "height": ((photo,), dict(part, height=3), ("crop", "height=3")),
        "empty": ((photo,), dict(part, width=0), ("crop", "width=0")),
        "rank": ((Arr((4, 6)),), part, ("crop", "data")),
        "channels": ((Arr((4, 6, 2)),), part, ("crop", "data")),
        "missing": ((photo,), {"x": 1, "y": 1}, ("width",)),
    },
)
suite.op("crop/several", "nd.image.crop", (several,), part)
suite.op("crop/gray", "nd.image.crop", (gray,), part)
suite.op("crop/grad_add", "nd.image.crop", (photo.with_(req="add"),), part)

# ---- mirrors: an even number of rows and columns, as MXNet leaves the middle one unset

for op in ("flip_left_right", "flip_top_bottom"):
    for name in (op, "random_" + op):
        suite.standard(
            name,
            "nd.image." + name,
            (photo,),
            bad={"rank": ((several,), {}, (op, "data")), "channels": ((Arr((4, 6, 2)),), {}, (op, "data"))},
        )
        suite.op(name + "/gray", "nd.image." + name, (gray,))

# ---- colours

AUGMENTERS = {
    "random_brightness": {"min_factor": 0.4, "max_factor": 1.7},
    "random_contrast": {"min_factor": 0.4, "max_factor": 1.7},
    "random_saturation": {"min_factor": 0.4, "max_factor": 1.7},
    "random_hue": {"min_factor": 0.0, "max_factor": 1.5},
    "random_color_jitter": {"brightness": 0.4, "contrast": 0.5, "saturation": 0.6, "hue": 0.3},
    "random_lighting": {"alpha_std": 0.5},
    "adjust_lighting": {"alpha": (0.5, -1.0, 2.0)},
}
colourless = ("random_hue", "random_color_jitter", "random_lighting", "adjust_lighting")
for op, attrs in AUGMENTERS.items():
    path = "nd.image." + op
    tol = HUE if op in ("random_hue", "random_color_jitter", "random_contrast") else None
    suite.op(op + "/float32", path, (photo,), attrs, tol=tol)
    suite.op(op + "/float64", path, (photo.with_(dtype="float64"),), attrs, tol=HUE)
    suite.op(op + "/uint8", path, (photo8,), attrs, grad=False)
    suite.op(op + "/int32", path, (photo.with_(dtype="int32"),), attrs, grad=False, tol=tol)
    suite.op(op + "/rows", path, (photo8.with_(layout="rows"),), attrs, grad=False)
    suite.op(op + "/transposed", path, (photo8.with_(layout="transposed"),), attrs, grad=False)
    suite.op(op + "/out", path, (photo8,), attrs, grad=False)
    suite.op(op + "/grad_add", path, (photo.with_(req="add"),), attrs, tol=tol)
    suite.op(
        op + "/black_and_white",
        path,
        (Arr(values=[[[0, 0, 0], [255, 255, 255], [255, 0, 0], [0, 255, 255]]]),),
        attrs,
        tol=tol,
    )
    suite.op(op + "/beyond", path, (Arr((2, 2, 3), low=-300, high=600),), attrs, grad=False, tol=tol)
    if op not in colourless:
        suite.op(op + "/gray", path, (gray,), attrs, tol=tol)
    suite.op_error(op + "/bad_rank", path, (several,), attrs, says=(op, "data"))
    suite.op_error(op + "/bad_channels", path, (Arr((4, 6, 2)),), attrs, says=(op, "data"))
    suite.op_error(op + "/bad_attribute", path, (photo,), dict(attrs, gamma=1), says=("gamma",))
    if "min_factor" in attrs:
        suite.op_error(op + "/bad_factor", path, (photo,), {"min_factor": -0.1, "max_factor": 1}, says=("min_factor",))
        suite.op_error(op + "/missing", path, (photo,), {"min_factor": 0.1}, says=("max_factor",))
suite.op("adjust_lighting/zero", "nd.image.adjust_lighting", (photo,), {"alpha": (0, 0, 0)})
suite.op("random_lighting/default", "nd.image.random_lighting", (photo,))


@suite.case("streams/uint8")
def streams(mx):
    """Ten draws of every random augmenter in one stream, on bytes."""
    image = mx.nd.array(photo8.numpy(), dtype="uint8")
    mx.random.seed(11)
    found = []
    for _ in range(10):
        for op, attrs in AUGMENTERS.items():
            found.append(getattr(mx.nd.image, op)(image, **attrs).asnumpy().astype("int64").sum().item())
        found.append(bool((mx.nd.image.random_flip_left_right(image).asnumpy() == image.asnumpy()).all()))
        found.append(bool((mx.nd.image.random_flip_top_bottom(image).asnumpy() == image.asnumpy()).all()))
    return found


@suite.case("streams/orders")
def orders(mx):
    """The random order of brightness, contrast and saturation, seen from their results."""
    image = mx.nd.array(photo8.numpy(), dtype="uint8")
    found = []
    for seed in range(30):
        mx.random.seed(seed)
        jittered = mx.nd.image.random_color_jitter(image, brightness=0.9, contrast=0.9, saturation=0.9, hue=0)
        found.append(jittered.asnumpy().astype("int64").sum().item())
    return found


# ---- sizes

small, wide = Arr((5, 7, 3), low=0, high=255, seed=6), Arr((20, 30, 3), "uint8", low=0, high=255, seed=7)
for interp in range(5):
    for size in ((4, 3), (7, 5), (14, 10), (9, 13), (3, 8), (10, 2)):
        for dtype in ("uint8", "float32"):
            suite.op(
                "resize/%d_%dx%d_%s" % (interp, *size, dtype),
                "nd.image.resize",
                (small.with_(dtype=dtype),),
                {"size": size, "interp": interp},
                grad=False,
                tol=SIZED,
            )
    suite.op(
        "resize/%d_float64" % interp,
        "nd.image.resize",
        (small.with_(dtype="float64"),),
        {"size": (4, 9), "interp": interp},
        grad=False,
        tol=SIZED,
    )
    for size in ((15, 10), (10, 4), (60, 5), (7, 9), (31, 19), (6, 5)):
        suite.op(
            "resize/%d_bytes_%dx%d" % (interp, *size),
            "nd.image.resize",
            (wide,),
            {"size": size, "interp": interp},
            grad=False,
        )
    suite.op(
        "resize/%d_gray" % interp,
        "nd.image.resize",
        (Arr((9, 11, 1), "uint8", low=0, high=255),),
        {"size": (6, 13), "interp": interp},
        grad=False,
    )
    suite.op(
        "resize/%d_one_pixel" % interp,
        "nd.image.resize",
        (Arr((1, 1, 3), "uint8", low=0, high=255),),
        {"size": (3, 2), "interp": interp},
        grad=False,
    )
    suite.op(
        "resize/%d_several" % interp,
        "nd.image.resize",
        (several.with_(dtype="uint8"),),
        {"size": (5, 3), "interp": interp},
        grad=False,
    )
for attrs in (
    {"size": 3},
    {"size": (3,)},
    {"size": 3, "keep_ratio": True},
    {"size": (6, 4), "keep_ratio": True},
    {"size": 9, "keep_ratio": True},
):
    word = "_".join("%s=%s" % item for item in attrs.items()).replace(" ", "")
    suite.op("resize/" + word, "nd.image.resize", (small,), attrs, grad=False, tol=SIZED)
    suite.op("resize/high_" + word, "nd.image.resize", (Arr((7, 5, 3)),), attrs, grad=False, tol=SIZED)
suite.op("resize/gradient", "nd.image.resize", (small,), {"size": (4, 3)}, tol=SIZED)
suite.op(
    "resize/float16",
    "nd.image.resize",
    (small.with_(dtype="float16"),),
    {"size": 3},
    grad=False,
    says=("resize", "float16"),
)
suite.op(
    "resize/int32", "nd.image.resize", (small.with_(dtype="int32"),), {"size": 3}, grad=False, says=("resize", "int32")
)
suite.op("resize/int32_nearest", "nd.image.resize", (small.with_(dtype="int32"),), {"size": 3, "interp": 0}, grad=False)
suite.op_error("resize/bad_rank", "nd.image.resize", (Arr((4, 6)),), {"size": 3}, says=("resize", "data"))
suite.op_error("resize/bad_zero", "nd.image.resize", (small,), {"size": (3, 0)}, says=("resize", "size"))
suite.op_error("resize/bad_size", "nd.image.resize", (small,), {"size": (3, 4, 5)}, says=("resize", "size"))
suite.op_error("resize/no_size", "nd.image.resize", (small,), says=("resize", "size"))

for interp in (0, 1, 2, 3, 4):
    suite.op("imresize/%d" % interp, "nd._internal._cvimresize", (wide, 13, 7), {"interp": interp}, grad=False)
suite.op("imresize/default", "nd._internal._cvimresize", (small,), {"w": 4, "h": 4}, grad=False, tol=SIZED)
suite.op_error("imresize/bad_width", "nd._internal._cvimresize", (small,), {"w": 0, "h": 4}, says=("w",))
suite.op_error("imresize/missing", "nd._internal._cvimresize", (small,), {"w": 4}, says=("h",))

# ---- borders

edges = {"top": 1, "bot": 2, "left": 3, "right": 0}
for kind in range(5):
    for dtype in ("uint8", "float32", "float64", "int32"):
        suite.op(
            "border/%d_%s" % (kind, dtype),
            "nd._internal._cvcopyMakeBorder",
            (small.with_(dtype=dtype),),
            dict(edges, type=kind),
            grad=False,
        )
    suite.op(
        "border/%d_far" % kind,
        "nd._internal._cvcopyMakeBorder",
        (Arr((2, 3, 1), "uint8", low=0, high=255),),
        {"top": 5, "bot": 4, "left": 7, "right": 9, "type": kind},
        grad=False,
    )
    suite.op(
        "border/%d_one_pixel" % kind,
        "nd._internal._cvcopyMakeBorder",
        (Arr((1, 1, 3), "uint8", low=0, high=255),),
        dict(edges, type=kind),
        grad=False,
    )
for word, attrs in {
    "value": {"value": 7.5},
    "values": {"values": (1.5, 2.5, 300)},
    "negative": {"values": (-1, -2.5, 3.5)},
    "four": {"values": (1, 2, 3, 4)},
}.items():
    suite.op(
        "border/" + word,
        "nd._internal._cvcopyMakeBorder",
        (small.with_(dtype="uint8"),),
        dict(edges, **attrs),
        grad=False,
    )
    suite.op("border/float_" + word, "nd._internal._cvcopyMakeBorder", (small,), dict(edges, **attrs), grad=False)
suite.op(
    "border/transparent",
    "nd._internal._cvcopyMakeBorder",
    (Arr((2, 2, 4), "uint8", low=0, high=255),),
    dict(edges, values=(1, 2, 3, 4)),
    grad=False,
)
suite.op(
    "border/value_of_four",
    "nd._internal._cvcopyMakeBorder",
    (Arr((2, 2, 4), "uint8", low=0, high=255),),
    dict(edges, value=9),
    grad=False,
)
suite.op_error("border/missing", "nd._internal._cvcopyMakeBorder", (small,), {"top": 1}, says=("bot",))
suite.op_error("border/bad_negative", "nd._internal._cvcopyMakeBorder", (small,), dict(edges, top=-1), says=("top",))
suite.op_error(
    "read/no_file",
    "nd._internal._cvimread",
    (),
    {"filename": "no/such/file.png"},
    says=("_cvimread", "no/such/file.png"),
)
suite.op_error("read/not_bytes", "nd._internal._cvimdecode", (Arr((4,)),), says=("_cvimdecode", "uint8"))
