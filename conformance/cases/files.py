"""Files of arrays: the bytes that are written, what is read from each version, and what is refused."""

import os
import struct
import tempfile

import numpy as np

from ..suite import Suite, attempt

suite = Suite(__name__)

BFLOAT16 = np.dtype([("bfloat16", np.uint16)])
DTYPES = ("float32", "float64", "float16", "uint8", "int32", "int8", "int64", "bool")


def _with_file(use, address=False):
    """What ``use(path)`` returns for a file name that is free, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "arrays.params")
        return use("file:" + "//" + path if address else path)


def _written(mx, data):
    """The bytes that a save writes, as hexadecimal text."""

    def use(path):
        mx.nd.save(path, data)
        with open(path, "rb") as file:
            return file.read().hex()

    return _with_file(use)


def _again(mx, data, address=False):
    """What a save and a load make of it; the type of the container too."""

    def use(path):
        mx.nd.save(path, data)
        loaded = mx.nd.load(path)
        return type(loaded).__name__, loaded

    return _with_file(use, address)


def _x(mx, dtype="float32", shape=(2, 3)):
    count = int(np.prod(shape))
    return mx.nd.array((np.arange(count) - 1).reshape(shape) % (2 if dtype == "bool" else 99), dtype=dtype)


def _both(make):
    return lambda mx: (_written(mx, make(mx)), _again(mx, make(mx)))


suite.table("dtype", {dtype: _both(lambda mx, d=dtype: [_x(mx, d)]) for dtype in DTYPES})
suite.table(
    "shape",
    {
        "x".join(map(str, shape)): _both(lambda mx, s=shape: [_x(mx, "float32", s)])
        for shape in ((1,), (7,), (1, 1), (2, 1, 3), (2, 1, 2, 1, 2), (1, 2, 1, 2, 1, 2, 1))
    },
)
suite.table(
    "data",
    {
        "array": _both(lambda mx: _x(mx)),
        "list": _both(lambda mx: [_x(mx), _x(mx, "int64")]),
        "dict": _both(lambda mx: {"w": _x(mx), "b": _x(mx, "int64")}),
        "ordered": _both(lambda mx: __import__("collections").OrderedDict([("z", _x(mx)), ("a", _x(mx))])),
        "subclass": _both(lambda mx: type("Arrays", (list,), {})([_x(mx)])),
        "empty_list": _both(lambda mx: []),
        "empty_dict": _both(lambda mx: {}),
        "same_array_twice": _both(lambda mx: [_x(mx)] * 2),
        "bfloat16": lambda mx: _written(mx, [_x(mx).astype(BFLOAT16)]),
        "bfloat16_again": lambda mx: (lambda loaded: (str(loaded.dtype), loaded.astype("float32")))(
            _again(mx, [_x(mx).astype(BFLOAT16)])[1][0]
        ),
        "view": _both(lambda mx: [_x(mx)[1], _x(mx)[0:1], _x(mx).reshape((3, 2)), _x(mx).T, _x(mx)[:, 1]]),
        "special_values": _both(lambda mx: mx.nd.array([float("inf"), -float("inf"), 0.0, -0.0, 1e-45])),
        "zero_size": _both(lambda mx: [mx.nd.array([]), _x(mx)[0:0]]),
        "scalar": lambda mx: _written(mx, [mx.nd.array(5)]),
        "recorded": lambda mx: _recorded(mx),
        "keyword": lambda mx: _keywords(mx),
        "address": lambda mx: _again(mx, [_x(mx)], address=True),
        "returns": lambda mx: _with_file(lambda path: mx.nd.save(path, [_x(mx)])),
        "overwrites": lambda mx: _overwrites(mx),
        "writing_to_loaded": lambda mx: _writing(mx),
    },
)


def _recorded(mx):
    x = _x(mx)
    x.attach_grad()
    with mx.autograd.record():
        y = x * x
        found = _again(mx, [x, y])
    y.backward()
    return found, x.grad


def _keywords(mx):
    def use(path):
        mx.nd.save(fname=path, data=[_x(mx)])
        return mx.nd.load(fname=path)

    return _with_file(use)


def _overwrites(mx):
    def use(path):
        mx.nd.save(path, [_x(mx)] * 3)
        mx.nd.save(path, {"a": _x(mx)})
        return mx.nd.load(path), os.path.getsize(path), sorted(os.listdir(os.path.dirname(path)))

    return _with_file(use)


def _writing(mx):
    def use(path):
        mx.nd.save(path, [_x(mx)])
        first = mx.nd.load(path)[0]
        first[:] = 0
        return first, mx.nd.load(path)

    return _with_file(use)


suite.table(
    "name",
    {
        label: _both(lambda mx, n=name: {n: mx.nd.ones(1)})
        for label, name in {
            "plain": "weight",
            "prefix": "arg:fc1_weight",
            "empty": "",
            "space": "a b\n",
            "accents": "größe",
            "wide": "権重😀",
            "nul": "a\0b",
            "long": "n" * 300,
        }.items()
    },
)
suite.table(
    "context",
    {
        str(device) + str(number): _both(lambda mx, d=device, n=number: [mx.nd.ones(1, ctx=mx.Context(d, n))])
        for device, number in (("cpu", 0), ("cpu", 3), ("cpu_pinned", 0), ("cpu_pinned", 2))
    },
)

# ---- versions, as bytes made here

ELEMENTS = np.arange(6, dtype="float32").tobytes()


def _file(*arrays, names=()):
    tail = b"".join(struct.pack("<Q", len(name)) + name for name in names)
    head = struct.pack("<QQQ", 0x112, 0, len(arrays))
    return head + b"".join(arrays) + struct.pack("<Q", len(names)) + tail


def _v0(shape, data=ELEMENTS, device=(1, 0), flag=0):
    return struct.pack(f"<I{len(shape)}I", len(shape), *shape) + struct.pack("<iii", device[0], device[1], flag) + data


def _v1(shape, data=ELEMENTS, device=(1, 0), flag=0):
    head = struct.pack(f"<Ii{len(shape)}q", 0xF993FAC8, len(shape), *shape)
    return head + struct.pack("<iii", device[0], device[1], flag) + data


def _v2(shape, data=ELEMENTS, device=(1, 0), flag=0, magic=0xF993FAC9, stype=0):
    head = struct.pack(f"<Iii{len(shape)}q", magic, stype, len(shape), *shape)
    return head + struct.pack("<iii", device[0], device[1], flag) + data


def _v3(shape, data=ELEMENTS, **more):
    return _v2(shape, data, magic=0xF993FACA, **more)


def _load(raw, np_shape=False):
    def program(mx):
        with mx.util.np_shape(np_shape):
            loaded = mx.nd.load_frombuffer(raw)
        return type(loaded).__name__, loaded

    return program


suite.table(
    "version",
    {
        "v0": _load(_file(_v0((2, 3)), _v0((6,)), names=(b"a", b"b"))),
        "v0_int8": _load(_file(_v0((24,), flag=5))),
        "v0_zero_size": _load(_file(_v0((0, 3), b""))),
        "v1": _load(_file(_v1((2, 3)), _v1((3, 1, 2)), names=(b"a", b"b"))),
        "v1_scalar": _load(_file(_v1((), ELEMENTS[4:8]), _v1((1,), ELEMENTS[8:12]))),
        "v1_zero_size": _load(_file(_v1((0, 3), b""))),
        "v2": _load(_file(_v2((2, 3)), _v2((6,)))),
        "v2_gpu": _load(_file(_v2((2, 3), device=(2, 97)))),
        "v3": _load(_file(_v3((2, 3)), names=(b"a",)), True),
        "v3_scalar": _load(_file(_v3((), ELEMENTS[4:8]), _v3((0, 2), b"")), True),
        "mixed": _load(_file(_v1((2, 3)), _v0((6,)), _v2((3, 2)))),
        "reserved_word": _load(struct.pack("<QQ", 0x112, 99) + _file(_v2((6,)))[16:]),
        "bytes_after_the_end": _load(_file(_v2((6,))) + b"more"),
        "same_name_twice": _load(_file(_v2((6,)), _v2((1,), ELEMENTS[4:8]), names=(b"a", b"a"))),
        "name_with_nul": _load(_file(_v2((6,)), names=(b"a\0b",))),
        "write_v3": lambda mx: _under_numpy_shapes(mx, lambda: _written(mx, [_x(mx), mx.nd.array(5)])),
        "again_v3": lambda mx: _under_numpy_shapes(mx, lambda: _again(mx, {"a": _x(mx), "b": mx.nd.array(5)})),
    },
)


def _under_numpy_shapes(mx, program):
    with mx.util.np_shape(True):
        return program()


# ---- what is refused

GOOD = _file(_v2((2, 3)), names=(b"weight",))


def _refused(raw, np_shape=False):
    return lambda mx: _load(raw, np_shape)(mx)


def _at(offset, layout, value):
    """The good file with another number in one place."""
    raw = bytearray(GOOD)
    struct.pack_into(layout, raw, offset, value)
    return bytes(raw)


suite.errors(
    "hostile",
    {
        "empty": (_refused(b""), ("header",)),
        "foreign": (_refused(b"PK\3\4" + bytes(60)), ("not an NDArray file",)),
        "text": (lambda mx: mx.nd.load_frombuffer("no file, no file, no file"), ("not an NDArray file",)),
        "only_a_header": (_refused(GOOD[:16]), ("number of arrays",)),
        "ends_in_shape": (_refused(GOOD[:44]), ("shape",)),
        "ends_in_elements": (_refused(GOOD[:70]), ("elements", "array 0 of 1")),
        "ends_before_names": (_refused(GOOD[:88]), ("number of names",)),
        "ends_in_name": (_refused(GOOD[:-2]), ("name",)),
        "more_arrays": (_refused(_at(16, "<Q", 2)), ("array 1 of 2|left",)),
        "fewer_names": (_refused(_file(_v2((6,)), _v2((6,)), names=(b"a",))), ("1 names for 2 arrays",)),
        "names_without_arrays": (_refused(_file(names=(b"a",))), ("1 names for 0 arrays",)),
        "negative_dimension": (_refused(_file(_v2((-1,), b""))), ("negative",)),
        "huge_dimensions": (_refused(_file(_v2((2**31, 2**31)))), ("left",)),
        "type_flag": (_refused(_file(_v2((6,), flag=8))), ("8 is no type flag",)),
        "type_flag_negative": (_refused(_file(_v2((6,), flag=-1))), ("-1 is no type flag",)),
        "storage_type": (_refused(_file(_v2((6,), stype=9))), ("9 is no storage type",)),
        "v3_in_classic": (_refused(_file(_v3((2, 3)))), ("np_shape(True)",)),
        "v2_in_numpy": (_refused(GOOD, True), ("np_shape(False)",)),
        "v1_in_numpy": (_refused(_file(_v1((2, 3))), True), ("np_shape(False)",)),
        "absent_array": (_refused(_file(struct.pack("<Iii", 0xF993FAC9, 0, 0))), ("absent array",)),
        "name_not_utf8": (_refused(_file(_v2((6,)), names=(b"\xff",))), ("UTF-8",)),
        "v3_sparse": (_refused(_file(_v3((2, 3), stype=1)), True), ("row_sparse",)),
    },
)
suite.errors(
    "call",
    {
        "missing": (lambda mx: mx.nd.load("no-such-file.params"), ("nd.load", "No such file")),
        "load_folder": (lambda mx: mx.nd.load("."), ("directory",)),
        "save_to_folder": (lambda mx: mx.nd.save(".", []), ("directory",)),
        "save_to_no_folder": (lambda mx: mx.nd.save("no-such-folder/x", []), ("No such file",)),
        "load_no_name": (lambda mx: mx.nd.load(""), ("nd.load",)),
        "save_no_name": (lambda mx: mx.nd.save("", []), ("nd.save",)),
        "load_s3": (lambda mx: mx.nd.load("s3:" + "//bucket/key"), ("s3",)),
        "save_hdfs": (lambda mx: mx.nd.save("hdfs:" + "//host/key", []), ("hdfs",)),
        "load_unknown_protocol": (lambda mx: mx.nd.load("gopher:" + "//x/y"), ("gopher",)),
        "load_path_object": (lambda mx: mx.nd.load(__import__("pathlib").Path("x")), ("str",)),
        "save_path_object": (lambda mx: mx.nd.save(__import__("pathlib").Path("x"), []), ("str",)),
        "load_bytes": (lambda mx: mx.nd.load(b"x"), ("str",)),
        "save_none": (lambda mx: mx.nd.save(None, [mx.nd.ones(1)]), ("str",)),
        "save_tuple": (lambda mx: mx.nd.save("x", (mx.nd.ones(1),)), ("tuple",)),
        "save_numpy": (lambda mx: mx.nd.save("x", np.ones(1)), ("ndarray",)),
        "save_list_of_numpy": (lambda mx: mx.nd.save("x", [np.ones(1)]), ("ndarray",)),
        "save_list_of_lists": (lambda mx: mx.nd.save("x", [[mx.nd.ones(1)]]), ("list",)),
        "save_dict_of_none": (lambda mx: mx.nd.save("x", {"a": None}), ("NoneType",)),
        "save_number_keys": (lambda mx: mx.nd.save("x", {1: mx.nd.ones(1)}), ("int",)),
        "save_surrogate": (lambda mx: mx.nd.save("x", {"\ud800": mx.nd.ones(1)}), ("surrogate",)),
        "buffer_bytearray": (lambda mx: mx.nd.load_frombuffer(bytearray(GOOD)), ("bytearray",)),
        "buffer_none": (lambda mx: mx.nd.load_frombuffer(None), ("NoneType",)),
    },
)
suite.table("buffer", {"bytes": _load(GOOD), "keyword": lambda mx: attempt(lambda: mx.nd.load_frombuffer(buf=GOOD))})

# Where mxcompat does otherwise on purpose; the reasons are rows of known_differences.toml.
suite.table(
    "difference",
    {
        "scalar_again": lambda mx: attempt(lambda: _again(mx, [mx.nd.array(5), _x(mx)])),
        "device_type": lambda mx: attempt(lambda: mx.nd.load_frombuffer(_file(_v2((6,), device=(7, 0))))),
        "bool_bytes": lambda mx: mx.nd.load_frombuffer(_file(_v2((2,), b"\7\0", flag=7)))[0].asnumpy().view("uint8"),
    },
)
