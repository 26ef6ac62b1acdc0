"""What is in a file: arrays, a graph, records, or optimizer states. Nothing of it is run, and no array is loaded."""

from __future__ import annotations

import io
import json
import os
import pickle
import struct
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mxcompat.migrate import _params
from mxcompat.migrate._errors import MigrateError
from mxcompat.migrate._files import Reader, opened
from mxcompat.migrate._table import support

_RECORD = 0xCED7230A
_PARTS_SHOWN = 5


@dataclass
class Table:
    """Rows under titles; the first column is the widest."""

    titles: list[str]
    rows: list[list[str]]


@dataclass
class Contents:
    """What was found: a kind in words, facts, and a table; ``data`` is the same for programs."""

    kind: str
    facts: dict[str, str]
    table: Table | None = None
    data: dict[str, Any] = field(default_factory=dict)


def inspect(path: str) -> Contents:
    """Tell a file's kind by its first bytes, and read what it says of itself.

    Raises:
        MigrateError: it cannot be read, is damaged, or of no kind that is known.
    """
    with opened(path) as reader:
        start = reader.take(min(8, reader.size), "the first bytes")
        reader.go(0)
        if start[:8] == _params.MAGIC.to_bytes(8, "little"):
            return _arrays(reader)
        if start[:4] == _RECORD.to_bytes(4, "little"):
            return _records(reader)
        if start[:1] == b"\x80":
            return _states(reader)
        if start.lstrip()[:1] == b"{":
            return _graph(reader)
        if Path(path).suffix == ".idx":
            return _index(reader)
        if path.endswith(".params"):
            _params.read_entries(reader)  # says what is wrong with it
    raise MigrateError(
        f"{path}: not a file of arrays (.params), a symbol (.json), records (.rec, .idx) or optimizer states (.states)"
    )


def shown_size(nbytes: int) -> str:
    """``1.2 MiB``."""
    size = float(nbytes)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024 or unit == "GiB":
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return ""


# ------------------------------------------------------------------------------------------ arrays


def _arrays(reader: Reader) -> Contents:
    entries, named = _params.read_entries(reader)
    facts = {
        "arrays": f"{len(entries)}{'' if named else ', without names'}",
        "numbers": f"{sum(entry.count for entry in entries):,}",
        "size": shown_size(sum(entry.nbytes for entry in entries)),
        "dtypes": _counted(Counter(entry.dtype for entry in entries)),
    }
    prefixes = Counter(entry.name[:3] for entry in entries if entry.name[:4] in ("arg:", "aux:"))
    if prefixes:
        facts["checkpoint"] = f"{prefixes['arg']} parameters (arg:), {prefixes['aux']} auxiliary states (aux:)"
    versions = sorted({entry.version for entry in entries})
    if versions and versions != [2]:
        names = {0: "V0 (before 0.9)", 1: "V1", 2: "V2", 3: "V3 (NumPy shapes)"}
        facts["format"] = ", ".join(names[version] for version in versions)
    rows = []
    for entry in entries:
        kind = entry.dtype if entry.stype == "default" else f"{entry.dtype} {entry.stype}, {entry.stored} stored"
        rows.append([entry.name, "x".join(map(str, entry.shape)) or "()", kind, shown_size(entry.nbytes)])
    data = {
        "arrays": [
            {"name": e.name, "shape": e.shape, "dtype": e.dtype, "stype": e.stype, "nbytes": e.nbytes} for e in entries
        ],
        "named": named,
    }
    return Contents("file of arrays", facts, Table(["name", "shape", "dtype", "size"], rows), data)


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} ({count})" if len(counts) > 1 else name for name, count in counts.most_common())


# ------------------------------------------------------------------------------------------ symbols


def _graph(reader: Reader) -> Contents:
    path = reader.name
    try:
        raw = json.loads(reader.take(reader.size, "text"))
        nodes, heads = raw["nodes"], raw["heads"]
        ops = Counter(str(node["op"]) for node in nodes if node["op"] != "null")
        fed = [nodes[number]["name"] for number in raw["arg_nodes"]]
        outputs = [f"{nodes[head[0]]['name']}[{head[1]}]" if head[1] else nodes[head[0]]["name"] for head in heads]
    except (ValueError, RecursionError):
        raise MigrateError(f"{path}: not a symbol: not JSON, or cut short") from None
    except (KeyError, TypeError, IndexError, AttributeError):
        raise MigrateError(f"{path}: not a symbol: expected nodes, arg_nodes and heads") from None
    version = _version(raw.get("attrs"))
    parameters, sizes = _parameters(path, nodes, fed)
    inputs = [name for name in fed if name not in parameters]
    known = support().operators
    unknown = sorted(op for op in ops if op not in known)
    facts = {
        "nodes": f"{len(nodes)}, {sum(ops.values())} of them operators",
        "inputs": ", ".join(inputs) or "none",
        "outputs": ", ".join(map(str, outputs)) or "none",
        "parameters": f"{len(parameters)}{sizes}",
        "written by": f"MXNet {version}",
        "not supported": ", ".join(unknown) or "nothing: every operator is there",
    }
    rows = [[op, str(count), "" if op in known else "not supported"] for op, count in ops.most_common()]
    data = {
        "operators": dict(ops.most_common()),
        "inputs": inputs,
        "outputs": outputs,
        "parameters": parameters,
        "not_supported": unknown,
        "mxnet_version": version,
    }
    return Contents("symbol", facts, Table(["operator", "times", ""], rows), data)


def _version(attrs: Any) -> str:
    try:
        number = int(attrs["mxnet_version"][1])
    except (KeyError, TypeError, IndexError, ValueError):
        return "before 0.9"
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"


def _parameters(path: str, nodes: list[Any], fed: list[str]) -> tuple[list[str], str]:
    """Variables that are parameters: those of the ``.params`` file beside the symbol, else those named like one."""
    beside = _params_beside(path)
    if beside is not None:
        try:
            with opened(str(beside)) as reader:
                entries, _ = _params.read_entries(reader)
        except MigrateError:
            entries = []
        sizes = {e.name[4:] if e.name[:4] in ("arg:", "aux:") else e.name: e.count for e in entries}
        found = [name for name in fed if name in sizes]
        if found:
            return found, f", {sum(sizes[name] for name in found):,} numbers (by {beside.name})"
    endings: tuple[str, ...] = (
        "_weight",
        "_bias",
        "_gamma",
        "_beta",
        "_running_mean",
        "_running_var",
        "_moving_mean",
        "_moving_var",
    )
    endings += ("_moving_inv_var", "_parameters", "_state", "_state_cell", ".weight", ".bias", ".gamma", ".beta")
    used_by = {nodes[entry[0]]["name"] for node in nodes for entry in node.get("inputs", [])[1:]}
    return [name for name in fed if name.endswith(endings) and name in used_by], " (by their names)"


def _params_beside(path: str) -> Path | None:
    stem = Path(path).name.removesuffix(".json").removesuffix("-symbol")
    found = sorted(Path(path).absolute().parent.glob(f"{_literal(stem)}-[0-9][0-9][0-9][0-9].params"))
    return found[-1] if found else None


def _literal(text: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in text)


# ------------------------------------------------------------------------------------------ records


def _records(reader: Reader) -> Contents:
    counts: Counter[str] = Counter()
    samples: list[list[str]] = []
    largest = 0
    while reader.position < reader.size:
        start = reader.position
        length, first = _record(reader)
        largest = max(largest, length)
        counts["records"] += 1
        about = _header(first, length)
        counts[about[-1]] += 1
        if len(samples) < _PARTS_SHOWN:
            samples.append([str(counts["records"] - 1), str(start), shown_size(length), *about])
    total = counts.pop("records", 0)
    facts = {"records": f"{total:,}", "largest": shown_size(largest), "content": _counted(counts)}
    index = Path(reader.name).with_suffix(".idx")
    facts["index"] = f"{index.name}, {_lines(index):,} entries" if index.is_file() else "none beside it"
    table = Table(["record", "at byte", "size", "label", "id", "content"], samples)
    return Contents("file of records", facts, table, {"records": total, "content": dict(counts)})


def _record(reader: Reader) -> tuple[int, bytes]:
    """The next record's length and first bytes; a record may lie in several parts."""
    total, first = 0, b""
    while True:
        magic, word = reader.unpack("<II", "the header of a record")
        if magic != _RECORD:
            raise reader.error(f"damaged: no record starts with 0x{magic:X}")
        kind, length = word >> 29, word & ((1 << 29) - 1)
        padded = length + -length % 4
        if not total:
            first = reader.take(min(length, 4096), "a record")
            padded -= len(first)
        reader.skip(padded, "a record")
        total += length
        if kind in (0, 3):
            return total, first


def _header(first: bytes, length: int) -> list[str]:
    """Label, id and kind of content of a record as `recordio.pack` writes it."""
    if len(first) < 24:
        return ["", "", "bytes"]
    flag, label, number, _ = struct.unpack("<IfQQ", first[:24])
    rest = first[24:]
    text = f"{label:g}"
    if 0 < flag <= 1024 and 24 + 4 * flag <= length:
        labels = struct.unpack(f"<{min(flag, len(rest) // 4)}f", rest[: 4 * min(flag, len(rest) // 4)])
        text = ", ".join(f"{each:g}" for each in labels[:4]) + (f", ... ({flag})" if flag > 4 else "")
        rest = rest[4 * flag :]
    elif flag:
        return ["", "", "bytes"]
    return [text, str(number), _image(rest)]


def _image(data: bytes) -> str:
    if data[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    if data[:6] == b"\x93NUMPY":
        return "NumPy array"
    return "bytes"


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for line in file if line.strip())


def _index(reader: Reader) -> Contents:
    keys: list[str] = []
    last = -1
    for number, line in enumerate(reader.take(reader.size, "text").splitlines(), 1):
        if not line.strip():
            continue
        parts = line.split()
        if len(parts) != 2 or not parts[1].isdigit():
            raise MigrateError(f"{reader.name}: line {number}: expected a key and a position")
        keys.append(parts[0].decode("utf-8", "replace"))
        last = max(last, int(parts[1]))
    records = Path(reader.name).with_suffix(".rec")
    facts = {"entries": f"{len(keys):,}", "keys": f"{keys[0]} to {keys[-1]}" if keys else "none"}
    if records.is_file():
        fits = last < os.path.getsize(records)
        facts["records"] = f"{records.name}{'' if fits else f': shorter than the index says (byte {last})'}"
    else:
        facts["records"] = "no .rec file beside it"
    return Contents("index of records", facts, None, {"entries": len(keys)})


# ------------------------------------------------------------------------------------------ optimizer states


class _Opaque:
    """Stands for any object of MXNet in a pickle: keeps what it was given, and runs nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.state: Any = None

    def __setstate__(self, state: Any) -> None:
        self.state = state


class _Restricted(pickle.Unpickler):
    """Objects of MXNet become `_Opaque`; anything else that a pickle could call is refused."""

    kinds: Counter[str]

    def find_class(self, module: str, name: str) -> Any:
        if module.partition(".")[0] in ("mxnet", "mxcompat"):
            self.kinds[name] += 1
            return type(name, (_Opaque,), {})
        if (module, name) in (("builtins", "bytearray"), ("__builtin__", "bytearray")):
            return bytearray
        if (module, name) in (("_codecs", "encode"),):
            return lambda text, encoding: text.encode(encoding)
        if module.partition(".")[0] == "numpy" or name in ("OrderedDict", "defaultdict"):
            return type(name, (_Opaque,), {})
        raise MigrateError(f"asks for {module}.{name}, which optimizer states do not need; it was not read further")


def _states(reader: Reader) -> Contents:
    unpickler = _Restricted(io.BytesIO(reader.take(reader.size, "states")))
    unpickler.kinds = Counter()
    try:
        found = unpickler.load()
    except MigrateError as error:
        raise MigrateError(f"{reader.name}: {error}") from None
    except Exception as error:
        said = " ".join(str(error).split())[:80]
        raise MigrateError(f"{reader.name}: not optimizer states, or cut short: {said}") from None
    states, optimizer = (found[0], found[1]) if isinstance(found, tuple) and len(found) == 2 else (found, None)
    if not isinstance(states, dict):
        raise MigrateError(f"{reader.name}: not optimizer states: a pickle of {type(found).__name__}")
    rows: list[list[str]] = []
    for index, state in states.items():
        parts = state if isinstance(state, (list, tuple)) else [state]
        shapes = [_state_shape(part) for part in parts if part is not None]
        rows.append([str(index), ", ".join(shapes) or "none"])
    facts = {"parameters with states": str(len(states))}
    if optimizer is not None:
        facts["optimizer"] = type(optimizer).__name__
    data = {"states": {index: shapes for index, shapes in rows}}
    return Contents("optimizer states", facts, Table(["parameter", "states"], rows), data)


def _state_shape(part: Any) -> str:
    if isinstance(part, (list, tuple)):
        return f"({', '.join(_state_shape(each) for each in part)})"
    state = part.state if isinstance(part, _Opaque) else None
    handle = state.get("handle") if isinstance(state, dict) else None
    if not isinstance(handle, (bytes, bytearray)):
        return type(part).__name__
    raw = bytes(handle)
    try:
        entry = _params.read_entry(Reader(io.BytesIO(raw), "a state", len(raw)), "state")
    except (MigrateError, struct.error):
        return "array"
    return f"{entry.dtype} {'x'.join(map(str, entry.shape)) or '()'}"


def as_json(contents: Contents) -> str:
    """Everything, for programs."""
    return json.dumps({"kind": contents.kind, **contents.data, "facts": contents.facts}, indent=2)


__all__ = ["Contents", "Table", "as_json", "inspect", "shown_size"]
