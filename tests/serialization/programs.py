"""Random dictionaries of arrays, written and read by either library; also runs on the Python 3.8 of MXNet 1.9.1.

<python> programs.py write FOLDER COUNT --package mxnet    # 0000.params, ... one for each seed
<python> programs.py digests FOLDER --package mxnet        # what it reads from them, as JSON
<python> programs.py record FOLDER                         # the golden files of this folder's tests
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import struct
from pathlib import Path

import numpy as np

BFLOAT16 = np.dtype([("bfloat16", np.uint16)])
NUMBERS = ("float32", "float64", "float16", "uint8", "int32", "int8", "int64", "bool")
DTYPES = NUMBERS + ("bfloat16",)
FLAGS = dict(zip(DTYPES, (0, 1, 2, 3, 4, 5, 6, 7, 12)))  # noqa: B905  (Python 3.8)
WORDS = ("weight", "bias", "größe", "権重", "ключ", "a b", "", "arg:fc1_weight", "aux:bn_moving_mean", "😀", "x" * 70)
STYPES = ("default", "row_sparse", "csr")


class Entry:
    """One array, described. ``values``: NumPy, bfloat16 as float32; sparse values are dense here."""

    def __init__(self, name, stype, dtype, values, device=("cpu", 0)):
        self.name, self.stype, self.dtype, self.values, self.device = name, stype, dtype, values, device

    def build(self, mx):
        """The array on one library."""
        ctx = mx.Context(*self.device)
        if self.dtype == "bfloat16":
            return mx.nd.array(self.values, dtype="float32", ctx=ctx).astype(BFLOAT16)
        array = mx.nd.array(self.values, dtype=self.dtype, ctx=ctx)
        return array if self.stype == "default" else array.tostype(self.stype)

    def sparse_parts(self):
        """Stored values and indices, as MXNet orders them."""
        values = self.values
        if self.stype == "row_sparse":
            rows = np.flatnonzero(values.reshape(len(values), -1).any(axis=1))
            return values[rows], (rows.astype("int64"),)
        starts = np.concatenate([[0], np.cumsum((values != 0).sum(axis=1))])
        return values[values != 0], (starts.astype("int64"), np.nonzero(values)[1].astype("int64"))

    def raw(self):
        """The bytes of the elements, all of them, dense."""
        if self.dtype == "bfloat16":
            return (np.ascontiguousarray(self.values).view("uint32") >> 16).astype("uint16").tobytes()
        return self.values.astype(self.dtype).tobytes()


def random_entries(seed):
    """What file ``seed`` holds: entries that all have a name, or a list where none has."""
    rng = np.random.RandomState(seed)
    named = bool(rng.randint(0, 4))
    entries = []
    for i in range(rng.randint(0, 7)):
        stype = STYPES[rng.choice(3, p=(0.7, 0.15, 0.15))]
        shape = tuple(int(n) for n in rng.randint(1, 5, size=rng.randint(1, 6)))
        dtype = DTYPES[rng.randint(0, len(DTYPES))]
        if stype != "default":
            shape = tuple(int(n) for n in rng.randint(1, 7, size=2))
            dtype = ("float32", "float64", "int32", "int64")[rng.randint(0, 4)]
        name = f"{WORDS[rng.randint(0, len(WORDS))]}{i}" if named else None
        device = ("cpu", int(rng.randint(0, 4)))
        if stype == "default" and dtype != "bfloat16" and rng.randint(0, 8) == 0:  # casts leave pinned memory
            device = ("cpu_pinned", int(rng.randint(0, 3)))
        entries.append(Entry(name, stype, dtype, _values(rng, stype, dtype, shape), device))
    return entries


def _values(rng, stype, dtype, shape):
    if stype != "default":
        values = rng.randint(-9, 10, size=shape) * (rng.randint(0, 3, size=shape) == 0)
        return values.astype(dtype)
    if dtype == "bool":
        return rng.randint(0, 2, size=shape).astype("bool")
    if dtype == "bfloat16":  # numbers that it holds exactly
        return (rng.randint(-127, 128, size=shape) / 8).astype("float32")
    count = int(np.prod(shape))
    return np.frombuffer(rng.bytes(count * np.dtype(dtype).itemsize), dtype=dtype).reshape(shape)  # any bits, NaN too


def write(mx, folder, count):
    """Write the files of ``count`` seeds; returns their names."""
    paths = []
    for seed in range(count):
        entries = random_entries(seed)
        arrays = [entry.build(mx) for entry in entries]
        paths.append(Path(folder) / f"{seed:04}.params")
        mx.nd.waitall()  # MXNet writes the shape of what a sparse array stores without waiting for it
        named = entries and entries[0].name is not None
        mx.nd.save(str(paths[-1]), dict(zip([e.name for e in entries], arrays)) if named else arrays)  # noqa: B905
    return paths


def digest(loaded):
    """What was loaded, as a short text: names, storage types, dtypes, shapes, contexts and every bit."""
    lines = []
    for name, array in loaded.items() if isinstance(loaded, dict) else enumerate(loaded):
        values = np.ascontiguousarray(array.asnumpy())
        dtype = "bfloat16" if array.dtype == BFLOAT16 else np.dtype(array.dtype).name
        raw = hashlib.sha256(values.tobytes()).hexdigest()
        lines.append(repr((name, array.stype, dtype, tuple(array.shape), str(array.context), raw)))
    return hashlib.sha256("\n".join([type(loaded).__name__] + lines).encode("utf-8")).hexdigest()


def digest_of_entries(entries):
    """The `digest` that a file of these entries must give."""
    lines = []
    for i, entry in enumerate(entries):
        name = i if entry.name is None else entry.name
        raw = hashlib.sha256(entry.raw()).hexdigest()
        lines.append(repr((name, entry.stype, entry.dtype, entry.values.shape, "cpu(0)", raw)))
    kind = "dict" if entries and entries[0].name is not None else "list"
    return hashlib.sha256("\n".join([kind] + lines).encode("utf-8")).hexdigest()


# ---- versions that MXNet 1.9.1 reads and no longer writes


def legacy_files():
    """Files of versions V0 and V1, by name: they are made here, and MXNet 1.9.1 says what they hold."""
    files = {}
    for version, make in (("v0", _v0), ("v1", _v1)):
        for dtype in NUMBERS:
            values = (np.arange(6) % (2 if dtype == "bool" else 7)).astype(dtype)
            arrays = [make(shape, FLAGS[dtype], values.tobytes()) for shape in ((6,), (2, 3), (1, 2, 1, 3, 1))]
            files[f"{version}_{dtype}"] = list_file(arrays, ["a", "ключ", ""])
        files[version + "_list"] = list_file([make((2,), 3, b"\1\2")])
        files[version + "_gpu"] = list_file([make((2,), 3, b"\1\2", (2, 7))])
        files[version + "_empty"] = list_file([make((0, 3), 0, b"")])
    both = [_v0((2,), 3, b"\1\2"), _v1((1, 2), 3, b"\3\4"), v2((2, 1), 3, b"\5\6")]
    files["v1_scalar"] = list_file([_v1((), 0, b"\0\0\x20\x41"), _v1((1,), 0, b"\0\0\x20\x41")])
    files["versions_mixed"] = list_file(both, ["v0", "v1", "v2"])
    return files


def list_file(arrays, names=()):
    """A file around the bytes of arrays."""
    raw = [name.encode("utf-8") for name in names]
    tail = struct.pack("<Q", len(raw)) + b"".join(struct.pack("<Q", len(name)) + name for name in raw)
    return struct.pack("<QQQ", 0x112, 0, len(arrays)) + b"".join(arrays) + tail


def _v0(shape, flag, data, device=(1, 0)):
    return struct.pack(f"<I{len(shape)}I", len(shape), *shape) + struct.pack("<iii", device[0], device[1], flag) + data


def _v1(shape, flag, data, device=(1, 0)):
    head = struct.pack(f"<Ii{len(shape)}q", 0xF993FAC8, len(shape), *shape)
    return head + struct.pack("<iii", device[0], device[1], flag) + data


def v2(shape, flag, data, device=(1, 0), magic=0xF993FAC9):
    """The bytes of a dense array in version V2, or V3."""
    head = struct.pack(f"<Iii{len(shape)}q", magic, 0, len(shape), *shape)
    return head + struct.pack("<iii", device[0], device[1], flag) + data


# ---- golden files


def golden_arrays(mx):
    """What the golden files hold: ``{file name: list or dict of arrays}``."""
    small = np.arange(6, dtype="float32").reshape(2, 3)
    odd = np.array([[0.0, -0.0, np.nan], [np.inf, 1e-45, 3.4e38]], dtype="float32")
    sparse = np.array([[0, 0, 0], [1, 0, 2], [0, 0, 0], [0, 3, 0]], dtype="float32")
    make = mx.nd.array
    arrays = {
        "dtypes": {d: Entry(d, "default", d, (small % 2 if d == "bool" else small)).build(mx) for d in DTYPES},
        "shapes": [mx.nd.zeros(s) + i for i, s in enumerate([(1,), (7,), (1, 1), (2, 3, 1, 2, 2), (1, 2) * 4])],
        "special": make(odd),
        "names": {word: make([i]) for i, word in enumerate(WORDS)},
        "contexts": [make([1], ctx=c) for c in (mx.cpu(0), mx.cpu(3), mx.cpu_pinned(1), mx.Context("cpu_shared", 0))],
        "views": [make(small)[1], make(small)[0:1], make(small).reshape((3, 2)), make(small).T],
        "nothing": [],
        "zero_size": [make(small)[0:0], make([])],
        "scalars": {"s": make(5), "t": make(small), "u": make(2.5, dtype="float64")},
    }
    if hasattr(mx.nd.sparse, "zeros"):
        for stype in ("row_sparse", "csr"):
            full = [
                make(sparse).tostype(stype),
                mx.nd.sparse.zeros(stype, (3, 2)),
                make(sparse, dtype="int64").tostype(stype),
            ]
            arrays[stype] = {"full": full[0], "zeros": full[1], "int64": full[2], "dense": make(small)}
    return arrays


def record(mx, folder):
    """Write the golden files, and ``digests.json`` beside them."""
    folder = Path(folder)
    folder.mkdir(exist_ok=True)
    for name, arrays in golden_arrays(mx).items():
        mx.nd.waitall()
        mx.nd.save(str(folder / (name + ".params")), arrays)
    with mx.util.np_shape(True):
        small = mx.nd.array(np.arange(6).reshape(2, 3))
        scalars = {"s": mx.nd.array(5), "empty": mx.nd.zeros((0, 2)), "t": small}
        mx.nd.save(str(folder / "np_shape.params"), scalars)
    legacy = {name: digest(mx.nd.load_frombuffer(data)) for name, data in legacy_files().items()}
    random = []
    for path in write(mx, folder, 200):
        random.append(hashlib.sha256(path.read_bytes()).hexdigest())
        path.unlink()
    found = {"mxnet": mx.__version__, "legacy": legacy, "random": random}
    (folder / "digests.json").write_text(json.dumps(found, indent=0) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=("write", "digests", "record"))
    parser.add_argument("folder")
    parser.add_argument("count", nargs="?", type=int, default=200)
    parser.add_argument("--package", default="mxnet")
    args = parser.parse_args()
    mx = importlib.import_module(args.package)
    if args.verb == "write":
        write(mx, args.folder, args.count)
    elif args.verb == "record":
        record(mx, args.folder)
    else:
        files = sorted(Path(args.folder).glob("*.params"))
        print(json.dumps({path.name: digest(mx.nd.load(str(path))) for path in files}))


if __name__ == "__main__":
    main()
