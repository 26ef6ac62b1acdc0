"""Headers of packed records: the bytes, and what is read from them."""

import struct

import numpy as np

from ...suite import Suite

suite = Suite(__name__)


def _shown(header):
    return type(header).__name__, header.flag, header.label, header.id, header.id2


def _both(header, content=b"content"):
    def program(mx):
        packed = mx.recordio.pack(header, content)
        found, rest = mx.recordio.unpack(packed)
        return packed.hex(), _shown(found), rest.hex()

    return program


suite.table(
    "label",
    {
        "int": _both((0, 3, 1, 0)),
        "float": _both((0, 1.5, 1, 0)),
        "rounded": _both((0, 0.1, 1, 0)),
        "large": _both((0, 2**24 + 1, 1, 0)),
        "negative": _both((0, -2, 1, 0)),
        "infinite": _both((0, float("inf"), 1, 0)),
        "bool": _both((0, True, 1, 0)),
        "float32": _both((0, np.float32(2.5), 1, 0)),
        "int64": _both((0, np.int64(7), 1, 0)),
        "float64": _both((0, np.float64(0.3), 1, 0)),
        "list": _both((0, [1, 2, 3], 1, 0)),
        "tuple": _both((0, (1.5, 2.5), 1, 0)),
        "array": _both((0, np.arange(4.0), 1, 0)),
        "ints": _both((0, np.arange(3), 1, 0)),
        "matrix": _both((0, np.arange(6.0).reshape(2, 3), 1, 0)),
        "strided": _both((0, np.arange(8.0)[::2], 1, 0)),
        "array_of_one": _both((0, np.array([5.0]), 1, 0)),
        "array_without_axis": _both((0, np.array(5.0), 1, 0)),
        "empty": _both((0, [], 1, 0)),
        "none": _both((0, None, 1, 0)),
    },
)
suite.table(
    "header",
    {
        "flag_overwritten": _both((9, 3, 1, 0)),
        "flag_overwritten_by_list": _both((9, [3, 4], 1, 0)),
        "ids": _both((0, 1, 2**63, 2**64 - 1)),
        "id2": _both((0, 1, 0, 5)),
        "list": _both([0, 1, 2, 3]),
        "no_content": _both((0, 1, 2, 3), b""),
        "no_content_labels": _both((0, [1, 2], 2, 3), b""),
        "long_content": _both((0, 1, 2, 3), bytes(range(256))),
        "named": lambda mx: mx.recordio.pack(mx.recordio.IRHeader(0, 1, 2, 3), b"x").hex(),
        "repr": lambda mx: repr(mx.recordio.IRHeader(0, 1.0, 2, 3)),
        "fields": lambda mx: mx.recordio.IRHeader._fields,
        "name": lambda mx: mx.recordio.IRHeader.__name__,
        "equal": lambda mx: mx.recordio.IRHeader(0, 1.0, 2, 3) == (0, 1.0, 2, 3),
        "replace": lambda mx: mx.recordio.IRHeader(0, 1.0, 2, 3)._replace(label=4),
        "unpacks": lambda mx: [part for part in mx.recordio.IRHeader(0, 1.0, 2, 3)],
        "layout": lambda mx: (mx.recordio._IR_FORMAT, mx.recordio._IR_SIZE),
        "label_dtype": lambda mx: mx.recordio.unpack(mx.recordio.pack((0, [1, 2], 3, 4), b""))[0].label.dtype,
        "label_type": lambda mx: type(mx.recordio.unpack(mx.recordio.pack((0, 1, 3, 4), b""))[0].label),
        "read_only_bytes": lambda mx: mx.recordio.unpack(struct.pack("IfQQ", 1, 0, 2, 3) + bytes(8))[1].hex(),
    },
)
suite.errors(
    "refused",
    {
        "negative_id": (lambda mx: mx.recordio.pack((0, 1, -1, 0), b""), ()),
        "id_too_large": (lambda mx: mx.recordio.pack((0, 1, 2**64, 0), b""), ()),
        "id_fraction": (lambda mx: mx.recordio.pack((0, 1, 1.5, 0), b""), ()),
        "label_text": (lambda mx: mx.recordio.pack((0, "a", 1, 0), b""), ()),
        "three_fields": (lambda mx: mx.recordio.pack((0, 1, 2), b""), ()),
        "five_fields": (lambda mx: mx.recordio.pack((0, 1, 2, 3, 4), b""), ()),
        "content_text": (lambda mx: mx.recordio.pack((0, 1, 2, 3), "text"), ()),
        "short": (lambda mx: mx.recordio.unpack(b"abc"), ()),
        "empty": (lambda mx: mx.recordio.unpack(b""), ()),
        "short_labels": (lambda mx: mx.recordio.unpack(struct.pack("IfQQ", 3, 0, 0, 0) + bytes(8)), ()),
        "number": (lambda mx: mx.recordio.unpack(3), ()),
    },
)
