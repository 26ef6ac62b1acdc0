"""Files that MXNet 1.9.1 wrote, and digests of what it read: we write the same bytes and read the same arrays."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch

import mxcompat as mx
from mxcompat._core.context import Context
from mxcompat._core.dtypes import NUMPY_OF_TORCH, TORCH_OF_NAME
from mxcompat.serialization.array_bytes import DenseArray, SparseArray
from mxcompat.serialization.array_list import encode_names, list_chunks, read_list
from mxcompat.serialization.source import MemorySource

PYTHON = os.environ.get("MXNET_PYTHON")
DENSE = ["dtypes", "shapes", "special", "names", "contexts", "views", "nothing", "zero_size", "scalars"]
SPARSE = ["row_sparse", "csr"]


def plain(entry):
    """An entry of the programs as the plain data of the serialization room."""
    context = Context(*entry.device)
    if entry.stype == "default":
        tensor = torch.from_numpy(np.array(entry.values))
        return DenseArray(tensor.to(TORCH_OF_NAME[entry.dtype]), context)
    values, aux = entry.sparse_parts()
    tensors = tuple(torch.from_numpy(a) for a in aux)
    return SparseArray(entry.stype, entry.values.shape, torch.from_numpy(values), tensors, context)


def file_of(entries):
    names = encode_names([entry.name for entry in entries if entry.name is not None])
    return b"".join(list_chunks([plain(entry) for entry in entries], names))


def assert_holds(data, entries):
    arrays, names = read_list(MemorySource(data, "file"), False)
    assert names == [entry.name for entry in entries if entry.name is not None]
    assert len(arrays) == len(entries)
    for found, entry in zip(arrays, entries, strict=True):
        assert found.context == Context(*entry.device)
        if isinstance(found, DenseArray):
            assert entry.stype == "default"
            assert found.tensor.dtype is TORCH_OF_NAME[entry.dtype]
            assert tuple(found.tensor.shape) == entry.values.shape
            assert found.tensor.view(-1).view(torch.uint8).numpy().tobytes() == entry.raw()
        else:
            assert (found.stype, found.shape) == (entry.stype, entry.values.shape)
            values, aux = entry.sparse_parts()
            assert found.data.numpy().dtype == entry.dtype
            np.testing.assert_array_equal(found.data.numpy(), values)
            for ours, theirs in zip(found.aux, aux, strict=True):
                np.testing.assert_array_equal(ours.numpy(), theirs)


@pytest.mark.parametrize("name", DENSE)
def test_golden_file(name, programs, data, tmp_path):
    recorded = (data / f"{name}.params").read_bytes()
    expected = programs.golden_arrays(mx)[name]
    mx.nd.save(str(tmp_path / "ours"), expected)
    assert (tmp_path / "ours").read_bytes() == recorded

    loaded = mx.nd.load(str(data / f"{name}.params"))
    if isinstance(expected, mx.nd.NDArray):
        expected = [expected]
    assert type(loaded) is type(expected)
    pairs = expected.items() if isinstance(expected, dict) else enumerate(expected)
    assert list(loaded if isinstance(loaded, dict) else range(len(loaded))) == [key for key, _ in pairs]
    for key, array in expected.items() if isinstance(expected, dict) else enumerate(expected):
        assert loaded[key].dtype == array.dtype
        assert loaded[key].context == mx.cpu()
        np.testing.assert_array_equal(loaded[key].asnumpy(), array.asnumpy())


@pytest.mark.parametrize("name", SPARSE)
def test_golden_sparse_file(name, data):
    recorded = (data / f"{name}.params").read_bytes()
    arrays, names = read_list(MemorySource(recorded, "file"), False)
    assert names == ["full", "zeros", "int64", "dense"]
    assert [getattr(array, "stype", "default") for array in arrays] == [name, name, name, "default"]
    assert b"".join(list_chunks(arrays, encode_names(names))) == recorded
    full = arrays[0]
    values, aux = full.data.numpy(), [a.tolist() for a in full.aux]
    assert full.shape == (4, 3)
    if name == "csr":
        assert (values.tolist(), aux) == ([1, 2, 3], [[0, 0, 2, 2, 3], [0, 2, 1]])
    else:
        assert (values.tolist(), aux) == ([[1, 0, 2], [0, 3, 0]], [[1, 3]])


def test_golden_file_of_numpy_shapes(data, tmp_path):
    path = str(data / "np_shape.params")
    with pytest.raises(mx.MXNetError, match="saved under NumPy shapes"):
        mx.nd.load(path)
    with mx.util.np_shape(True):
        loaded = mx.nd.load(path)
        mx.nd.save(str(tmp_path / "ours"), loaded)
        with pytest.raises(mx.MXNetError, match="not saved under NumPy shapes"):
            mx.nd.load(str(data / "dtypes.params"))
    assert {name: array.shape for name, array in loaded.items()} == {"s": (), "empty": (0, 2), "t": (2, 3)}
    assert loaded["s"].asnumpy() == 5
    assert (tmp_path / "ours").read_bytes() == (data / "np_shape.params").read_bytes()


def test_versions_that_are_no_longer_written(programs, data):
    recorded = json.loads((data / "digests.json").read_text())["legacy"]
    files = programs.legacy_files()
    assert set(recorded) == set(files)
    for name, raw in files.items():
        assert programs.digest(mx.nd.load_frombuffer(raw)) == recorded[name], name


def test_two_hundred_random_dictionaries(programs, data):
    recorded = json.loads((data / "digests.json").read_text())["random"]
    assert len(recorded) == 200
    for seed, digest in enumerate(recorded):
        entries = programs.random_entries(seed)
        written = file_of(entries)
        assert hashlib.sha256(written).hexdigest() == digest, seed
        assert_holds(written, entries)


def test_random_dictionaries_through_the_front_end(programs, data, tmp_path):
    recorded = json.loads((data / "digests.json").read_text())["random"]
    checked = 0
    for seed, digest in enumerate(recorded):
        entries = programs.random_entries(seed)
        if any(entry.stype != "default" for entry in entries):
            continue  # sparse ones are written as plain data above
        path = tmp_path / f"{seed}.params"
        arrays = [entry.build(mx) for entry in entries]
        named = entries and entries[0].name is not None
        mx.nd.save(str(path), dict(zip([e.name for e in entries], arrays, strict=True)) if named else arrays)
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest, seed
        assert programs.digest(mx.nd.load(str(path))) == programs.digest_of_entries(entries), seed
        checked += 1
    assert checked > 80


def test_every_dtype_of_mxnet_is_in_the_golden_file(data):
    loaded = mx.nd.load(str(data / "dtypes.params"))
    assert {str(array.dtype) for array in loaded.values()} == {str(dtype) for dtype in NUMPY_OF_TORCH.values()}


def _oracle(*args: object) -> str:
    assert PYTHON is not None
    script = str(Path(__file__).with_name("programs.py"))
    return subprocess.run(
        [PYTHON, script, *map(str, args)], check=True, capture_output=True, text=True, timeout=600
    ).stdout


@pytest.mark.live
@pytest.mark.skipif(not PYTHON, reason="MXNET_PYTHON names no interpreter with MXNet 1.9.1")
def test_both_ways_live(programs, tmp_path):
    """MXNet reads 200 random files that we write, and we read the 200 that it writes; the bytes are the same."""
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.mkdir()
    theirs.mkdir()
    for seed in range(200):
        (ours / f"{seed:04}.params").write_bytes(file_of(programs.random_entries(seed)))
    _oracle("write", theirs, 200)
    read = json.loads(_oracle("digests", ours))
    assert len(read) == 200
    for seed in range(200):
        entries = programs.random_entries(seed)
        name = f"{seed:04}.params"
        assert read[name] == programs.digest_of_entries(entries), seed
        written = (theirs / name).read_bytes()
        assert written == (ours / name).read_bytes(), seed
        assert_holds(written, entries)


@pytest.mark.live
@pytest.mark.skipif(not PYTHON, reason="MXNET_PYTHON names no interpreter with MXNet 1.9.1")
def test_golden_files_are_still_what_mxnet_writes(data, tmp_path):
    _oracle("record", tmp_path)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {p.name: p.read_bytes() for p in data.iterdir()}
