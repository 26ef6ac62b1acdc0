"""``.params`` to safetensors and npz, and back: the bytes of the elements are copied as they are, a block at a time."""

from __future__ import annotations

import ast
import json
import math
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from mxcompat.migrate import _params
from mxcompat.migrate._errors import MigrateError
from mxcompat.migrate._files import Reader, opened, replacing

#: MXNet's dtype -> safetensors' and NumPy's
_SAFETENSORS = {
    "float32": "F32",
    "float64": "F64",
    "float16": "F16",
    "bfloat16": "BF16",
    "uint8": "U8",
    "int8": "I8",
    "int32": "I32",
    "int64": "I64",
    "bool": "BOOL",
}
_NPY = {
    "float32": "<f4",
    "float64": "<f8",
    "float16": "<f2",
    "uint8": "|u1",
    "int8": "|i1",
    "int32": "<i4",
    "int64": "<i8",
    "bool": "|b1",
}
_WIDTH = {name: width for name, width in _params.DTYPES.values()}
_PREFIXES = ("arg:", "aux:")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_LONGEST_HEADER = 100 << 20


@dataclass
class Done:
    """What a conversion wrote."""

    path: Path
    arrays: int
    nbytes: int


def convert(
    source: str, to: str, output: str | None = None, *, plain: bool = False, np_shape: bool = False, force: bool = False
) -> Done:
    """Convert a file of arrays.

    Args:
        source: a ``.params`` file, or with ``to="params"`` a ``.safetensors`` or ``.npz`` file.
        to: ``"safetensors"``, ``"npz"`` or ``"params"``.
        output: the file to write (default: beside the source, with the format's suffix).
        plain: take ``arg:`` and ``aux:`` off the names.
        np_shape: write ``.params`` for programs that use NumPy shapes (version 3).
        force: replace a file that is there.

    Raises:
        MigrateError: the file cannot be read, converted or written; nothing has been written then.
    """
    path = Path(output) if output else Path(source).with_suffix(f".{to}")
    if path.absolute() == Path(source).absolute():
        raise MigrateError(f"{source}: is the file to read, and cannot be the file to write")
    if to != "params":
        with opened(source) as reader:
            entries, named = _params.read_entries(reader)
            _check(source, entries, to)
            names = _names(source, entries, named, plain)
            with replacing(path, force) as file:
                (_write_safetensors if to == "safetensors" else _write_npz)(file, reader, entries, names, named)
        return Done(path, len(entries), sum(entry.nbytes for entry in entries))
    suffix = Path(source).suffix.lower()
    if suffix not in (".safetensors", ".npz"):
        raise MigrateError(f"{source}: --to params takes a .safetensors or .npz file")
    return _to_params(source, suffix, path, plain, np_shape, force)


def _check(source: str, entries: list[_params.Entry], to: str) -> None:
    """Name everything that the other format has no place for, at once."""
    sparse = [entry.name for entry in entries if entry.stype != "default"]
    if sparse:
        raise MigrateError(f"{source}: sparse arrays have no place in {to}: {_few(sparse)}; save them dense first")
    if to == "npz":
        short = [entry.name for entry in entries if entry.dtype == "bfloat16"]
        if short:
            raise MigrateError(f"{source}: NumPy has no bfloat16: {_few(short)}; use --to safetensors")


def _names(source: str, entries: list[_params.Entry], named: bool, plain: bool) -> list[str]:
    names = [entry.name if named else f"arr_{number}" for number, entry in enumerate(entries)]
    if plain:
        names = [name[4:] if name.startswith(_PREFIXES) else name for name in names]
    doubled = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if doubled:
        raise MigrateError(f"{source}: more than one array would be called {_few(doubled)}")
    return names


def _few(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


# ------------------------------------------------------------------------------------------ writing


def _write_safetensors(
    file: BinaryIO, reader: Reader, entries: list[_params.Entry], names: list[str], named: bool
) -> None:
    # the version is kept, so that the way back gives the same file
    about = {"source": "mxnet", "names": str(named).lower(), "np_shape": str(_is_v3(entries)).lower()}
    header: dict[str, object] = {"__metadata__": about}
    position = 0
    for entry, name in zip(entries, names, strict=True):
        header[name] = {
            "dtype": _SAFETENSORS[entry.dtype],
            "shape": list(entry.shape),
            "data_offsets": [position, position + entry.nbytes],
        }
        position += entry.nbytes
    raw = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    raw += b" " * (-len(raw) % 8)
    file.write(struct.pack("<Q", len(raw)) + raw)
    for entry in entries:
        file.writelines(_elements(reader, entry))


def _write_npz(file: BinaryIO, reader: Reader, entries: list[_params.Entry], names: list[str], named: bool) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for entry, name in zip(entries, names, strict=True):
            info = zipfile.ZipInfo(f"{name}.npy", _EPOCH)  # the same bytes every time
            with archive.open(info, "w", force_zip64=True) as member:
                member.write(_npy_head(entry.shape, entry.dtype))
                for block in _elements(reader, entry):
                    member.write(block)


def _elements(reader: Reader, entry: _params.Entry) -> Iterator[bytes]:
    for block in reader.blocks(entry.start, entry.nbytes, f"elements of {entry.name}"):
        # any byte but 0 is true; other programs know only 0 and 1
        yield bytes(map(bool, block)) if entry.dtype == "bool" else block


def _npy_head(shape: tuple[int, ...], dtype: str) -> bytes:
    text = f"{{'descr': '{_NPY[dtype]}', 'fortran_order': False, 'shape': {shape!r}, }}"
    text += " " * (-(10 + len(text) + 1) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode("latin1")


def _is_v3(entries: list[_params.Entry]) -> bool:
    return any(entry.version == 3 for entry in entries)


# ------------------------------------------------------------------------------------------ back


@dataclass
class _Array:
    name: str
    shape: tuple[int, ...]
    dtype: str
    blocks: Iterator[bytes]


def _to_params(source: str, suffix: str, path: Path, plain: bool, np_shape: bool, force: bool) -> Done:
    with opened(source) as reader:
        if suffix == ".npz":
            arrays, named = _npz_arrays(reader)
        else:
            arrays, named, recorded = _safetensors_arrays(reader)
            np_shape = np_shape or recorded
        if not np_shape:
            odd = [array.name for array in arrays if not math.prod(array.shape) or not array.shape]
            if odd:
                raise MigrateError(
                    f"{source}: only programs with NumPy shapes can read arrays of shape () or of size 0: {_few(odd)}; "
                    "--np-shape writes for them"
                )
        if plain:
            for array in arrays:
                array.name = array.name[4:] if array.name.startswith(_PREFIXES) else array.name
        total = 0
        with replacing(path, force) as file:
            file.write(_params.head(len(arrays)))
            for array in arrays:
                file.write(_params.array_head(array.shape, array.dtype, np_shape))
                expected = math.prod(array.shape) * _WIDTH[array.dtype]
                written = sum(file.write(block) for block in array.blocks)
                if written != expected:
                    raise MigrateError(f"{source}: array {array.name}: {written} bytes for {expected}")
                total += written
            file.writelines(_params.names_tail([array.name for array in arrays] if named else []))
    return Done(path, len(arrays), total)


def _safetensors_arrays(reader: Reader) -> tuple[list[_Array], bool, bool]:
    (size,) = reader.unpack("<Q", "the length of the header")
    if size > min(_LONGEST_HEADER, reader.size):
        raise MigrateError(f"{reader.name}: not a safetensors file: a header of {size} bytes")
    try:
        header = json.loads(reader.take(size, "the header"))
        about = header.pop("__metadata__", None) or {}
        start = reader.position
        known = {there: here for here, there in _SAFETENSORS.items()}
        arrays = []
        for name, row in sorted(header.items(), key=lambda item: item[1]["data_offsets"][0]):
            if row["dtype"] not in known:
                raise MigrateError(f"{reader.name}: array {name}: MXNet has no dtype {row['dtype']}")
            begin, end = (int(n) for n in row["data_offsets"])
            dtype, shape = known[row["dtype"]], tuple(int(n) for n in row["shape"])
            if end - begin != math.prod(shape) * _WIDTH[dtype] or start + end > reader.size or begin < 0:
                raise MigrateError(f"{reader.name}: cut short or damaged: array {name} lies at {begin} to {end}")
            arrays.append(_Array(name, shape, dtype, reader.blocks(start + begin, end - begin, f"array {name}")))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise MigrateError(f"{reader.name}: not a safetensors file: its header is no list of arrays") from None
    return arrays, about.get("names") != "false", about.get("np_shape") == "true"


def _npz_arrays(reader: Reader) -> tuple[list[_Array], bool]:
    try:
        archive = zipfile.ZipFile(reader.name)
    except (zipfile.BadZipFile, OSError):
        raise MigrateError(f"{reader.name}: not an npz file, or cut short") from None
    arrays = []
    known = {text.lstrip("<|"): name for name, text in _NPY.items()}
    for info in archive.infolist():
        name = info.filename.removesuffix(".npy")
        try:
            with archive.open(info) as member:
                shape, descr, fortran, length = _read_npy_head(member)
        except (zipfile.BadZipFile, OSError, ValueError, SyntaxError, TypeError, KeyError, struct.error):
            raise MigrateError(f"{reader.name}: {info.filename} is not an array of NumPy, or is damaged") from None
        if descr.lstrip("<|=") not in known or descr.startswith(">"):
            raise MigrateError(f"{reader.name}: array {name}: MXNet has no dtype {descr}")
        if fortran and len(shape) > 1:
            raise MigrateError(f"{reader.name}: array {name} is in Fortran order; save np.ascontiguousarray of it")
        blocks = _member_blocks(archive, info, length, name)
        arrays.append(_Array(name, shape, known[descr.lstrip("<|=")], blocks))
    return arrays, [array.name for array in arrays] != [f"arr_{number}" for number in range(len(arrays))]


def _read_npy_head(member: object) -> tuple[tuple[int, ...], str, bool, int]:
    read = member.read  # type: ignore[attr-defined]
    if read(6) != b"\x93NUMPY":
        raise ValueError("not an array")
    major = read(2)[0]
    layout = "<H" if major == 1 else "<I"
    (size,) = struct.unpack(layout, read(struct.calcsize(layout)))
    if size > 1 << 20:
        raise ValueError("too long a header")
    found = ast.literal_eval(read(size).decode("latin1" if major < 3 else "utf-8"))
    shape = tuple(int(n) for n in found["shape"])
    return shape, str(found["descr"]), bool(found["fortran_order"]), 8 + struct.calcsize(layout) + size


def _member_blocks(archive: zipfile.ZipFile, info: zipfile.ZipInfo, skip: int, name: str) -> Iterator[bytes]:
    try:
        with archive.open(info) as member:
            member.read(skip)
            while block := member.read(1 << 20):
                yield block
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        raise MigrateError(f"{archive.filename}: array {name} is damaged: {error}") from None
