"""`inspect` and `convert`: what is in a file, and the way to other formats and back, byte for byte."""

from __future__ import annotations

import json
import pickle
import struct
from pathlib import Path

import numpy as np
import pytest

import mxcompat as mx
from mxcompat.migrate import _convert, _inspect
from mxcompat.migrate._errors import MigrateError


@pytest.fixture
def params(tmp_path: Path) -> Path:
    path = tmp_path / "model-0003.params"
    arrays = {
        "arg:weight": mx.nd.arange(6).reshape((2, 3)),
        "arg:bias": mx.nd.array([1, 0, 3], dtype="int64"),
        "aux:mean": mx.nd.ones((2, 2), dtype="float16"),
    }
    mx.nd.save(str(path), arrays)
    return path


def test_inspect_lists_arrays(params: Path) -> None:
    found = _inspect.inspect(str(params))
    assert found.kind == "file of arrays"
    assert found.facts["checkpoint"] == "2 parameters (arg:), 1 auxiliary states (aux:)"
    assert found.table is not None and found.table.rows[1] == ["arg:bias", "3", "int64", "24 B"]
    assert json.loads(_inspect.as_json(found))["arrays"][0]["shape"] == [2, 3]


def test_inspect_reads_no_elements(tmp_path: Path) -> None:
    """A file of 64 GiB that takes no place on disk."""
    path = tmp_path / "huge.params"
    count = 1 << 34
    head = struct.pack("<QQQIiiqiii", 0x112, 0, 1, 0xF993FAC9, 0, 1, count, 1, 0, 0)
    with path.open("wb") as file:
        file.write(head)
        file.truncate(len(head) + 4 * count)
        file.seek(0, 2)
        file.write(struct.pack("<QQ", 1, 1) + b"w")
    found = _inspect.inspect(str(path))
    assert found.facts["size"] == "64.0 GiB" and found.table is not None and found.table.rows[0][0] == "w"


def test_inspect_sparse_arrays(tmp_path: Path) -> None:
    path = tmp_path / "sparse.params"
    mx.nd.save(str(path), {"r": mx.nd.ones((4, 2)).tostype("row_sparse"), "d": mx.nd.ones(1)})
    table = _inspect.inspect(str(path)).table
    assert table is not None and table.rows[0] == ["r", "4x2", "float32 row_sparse, 4 stored", "64 B"]
    with pytest.raises(MigrateError, match="sparse arrays have no place in npz: r"):
        _convert.convert(str(path), "npz")


def test_inspect_a_symbol_with_and_without_its_parameters(tmp_path: Path) -> None:
    data = mx.sym.var("data")
    net = mx.sym.FullyConnected(data, num_hidden=2, name="fc")
    path = tmp_path / "net-symbol.json"
    net.save(str(path))
    found = _inspect.inspect(str(path))
    assert found.data["inputs"] == ["data"] and found.data["parameters"] == ["fc_weight", "fc_bias"]
    assert found.data["operators"] == {"FullyConnected": 1} and found.data["mxnet_version"] == "1.9.1"
    mx.nd.save(str(tmp_path / "net-0001.params"), {"arg:fc_weight": mx.nd.ones((2, 3)), "arg:fc_bias": mx.nd.ones(2)})
    assert "8 numbers (by net-0001.params)" in _inspect.inspect(str(path)).facts["parameters"]


def test_inspect_names_operators_that_are_not_there(tmp_path: Path) -> None:
    path = tmp_path / "odd.json"
    nodes = [
        {"op": "null", "name": "x", "inputs": []},
        {"op": "NoSuchOperator", "name": "y", "inputs": [[0, 0, 0]]},
    ]
    path.write_text(json.dumps({"nodes": nodes, "arg_nodes": [0], "heads": [[1, 0, 0]]}))
    assert _inspect.inspect(str(path)).facts["not supported"] == "NoSuchOperator"


def test_inspect_records(tmp_path: Path) -> None:
    from mxcompat import recordio

    writer = recordio.MXIndexedRecordIO(str(tmp_path / "a.idx"), str(tmp_path / "a.rec"), "w")
    for key in range(7):
        label = float(key) if key < 6 else [1.0, 2.0, 3.0]
        content = b"\xff\xd8\xff" + b"\x0a\x23\xd7\xce" * key
        writer.write_idx(key, recordio.pack(recordio.IRHeader(0, label, key, 0), content))
    writer.close()
    found = _inspect.inspect(str(tmp_path / "a.rec"))
    assert found.facts["records"] == "7" and found.facts["index"] == "a.idx, 7 entries"
    assert found.facts["content"] == "JPEG"
    assert found.table is not None and [row[3] for row in found.table.rows] == ["0", "1", "2", "3", "4"]
    assert _inspect.inspect(str(tmp_path / "a.idx")).facts == {"entries": "7", "keys": "0 to 6", "records": "a.rec"}


def test_inspect_optimizer_states(tmp_path: Path) -> None:
    optimizer = mx.optimizer.Adam()
    updater = mx.optimizer.get_updater(optimizer)
    updater(0, mx.nd.ones((2, 3)), mx.nd.ones((2, 3)))
    path = tmp_path / "t.states"
    path.write_bytes(updater.get_states(dump_optimizer=True))
    found = _inspect.inspect(str(path))
    assert found.facts == {"parameters with states": "1", "optimizer": "Adam"}
    assert found.table is not None and found.table.rows == [["0", "float32 2x3, float32 2x3"]]


class _Hostile:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, ("raise SystemExit('run')",)


def test_a_pickle_that_would_run_something_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "evil.states"
    path.write_bytes(pickle.dumps({0: _Hostile()}))
    with pytest.raises(MigrateError, match=r"asks for builtins\.exec"):
        _inspect.inspect(str(path))


@pytest.mark.parametrize("to", ["safetensors", "npz"])
@pytest.mark.parametrize("kind", ["dict", "list", "v3"])
def test_the_way_there_and_back_gives_the_same_bytes(tmp_path: Path, params: Path, to: str, kind: str) -> None:
    if kind == "list":
        mx.nd.save(str(params), [mx.nd.ones(2), mx.nd.zeros((3, 1))])
    if kind == "v3":
        with mx.util.np_shape(True):
            mx.nd.save(str(params), {"scalar": mx.nd.ones(()), "empty": mx.nd.ones((0, 3))})
    there = _convert.convert(str(params), to)
    back = _convert.convert(str(there.path), "params", str(tmp_path / "back.params"), np_shape=kind == "v3")
    assert back.path.read_bytes() == params.read_bytes()


def test_numpy_reads_what_is_written_and_what_it_writes_is_read(tmp_path: Path, params: Path) -> None:
    done = _convert.convert(str(params), "npz", plain=True)
    with np.load(done.path) as found:
        assert sorted(found) == ["bias", "mean", "weight"]
        np.testing.assert_array_equal(found["weight"], np.arange(6, dtype="float32").reshape(2, 3))
    np.savez_compressed(tmp_path / "own.npz", a=np.eye(3), b=np.array([True, False]))
    _convert.convert(str(tmp_path / "own.npz"), "params")
    loaded = mx.nd.load(str(tmp_path / "own.params"))
    np.testing.assert_array_equal(loaded["a"].asnumpy(), np.eye(3))
    assert loaded["b"].dtype is np.bool_


def test_safetensors_layout(params: Path) -> None:
    raw = _convert.convert(str(params), "safetensors").path.read_bytes()
    (size,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + size])
    assert size % 8 == 0
    assert header["arg:bias"] == {"dtype": "I64", "shape": [3], "data_offsets": [24, 48]}
    assert len(raw) == 8 + size + 56


def test_every_cut_file_is_one_line_and_leaves_nothing(tmp_path: Path, params: Path) -> None:
    whole = params.read_bytes()
    cut = tmp_path / "cut.params"
    for length in range(len(whole)):
        cut.write_bytes(whole[:length])
        for work in (lambda: _inspect.inspect(str(cut)), lambda: _convert.convert(str(cut), "npz")):
            with pytest.raises(MigrateError) as caught:
                work()
            assert "cut.params" in str(caught.value) and "\n" not in str(caught.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cut.params", "model-0003.params"]


@pytest.mark.parametrize("to", ["safetensors", "npz"])
def test_every_cut_converted_file_is_one_line(tmp_path: Path, params: Path, to: str) -> None:
    whole = _convert.convert(str(params), to).path.read_bytes()
    cut = tmp_path / f"cut.{to}"
    for length in range(0, len(whole), 7):
        cut.write_bytes(whole[:length])
        with pytest.raises(MigrateError) as caught:
            _convert.convert(str(cut), "params")
        assert "\n" not in str(caught.value)
    assert not (tmp_path / "cut.params").exists()


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"a": np.array([None])}, "no dtype"),
        ({"a": np.ones(2, ">f4")}, "no dtype"),
        ({"a": np.asfortranarray(np.ones((2, 3)))}, "Fortran order"),
        ({"a": np.ones(())}, "NumPy shapes"),
        ({"a": np.ones(2, "complex64")}, "no dtype"),
    ],
)
def test_arrays_that_mxnet_has_no_place_for(tmp_path: Path, arrays: dict[str, np.ndarray], said: str) -> None:
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(MigrateError, match=said):
        _convert.convert(str(tmp_path / "a.npz"), "params")
    assert not (tmp_path / "a.params").exists()


def test_a_file_that_is_there_is_kept_unless_told(params: Path) -> None:
    _convert.convert(str(params), "npz")
    with pytest.raises(MigrateError, match="--force"):
        _convert.convert(str(params), "npz")
    _convert.convert(str(params), "npz", force=True)
    with pytest.raises(MigrateError, match="cannot be the file to write"):
        _convert.convert(str(params), "params", str(params))


def test_names_that_would_fall_together_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "two.params"
    mx.nd.save(str(path), {"arg:a": mx.nd.ones(1), "aux:a": mx.nd.ones(1)})
    with pytest.raises(MigrateError, match="more than one array would be called a"):
        _convert.convert(str(path), "npz", plain=True)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.params", b""),
        ("a.params", b"hi"),
        ("a.json", b"{"),
        ("a.json", b'{"a": 1}'),
        ("a.idx", b"x y z"),
        ("a", b""),
    ],
)
def test_files_of_another_kind(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(MigrateError) as caught:
        _inspect.inspect(str(tmp_path / name))
    assert "\n" not in str(caught.value)
