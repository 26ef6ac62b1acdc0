"""Mutated, truncated and foreign files: each loads or raises MXNetError, in little time and memory."""

from __future__ import annotations

import random
import struct
import time
import tracemalloc

import numpy as np
import pytest
import torch

from mxcompat._core.context import Context, cpu, gpu
from mxcompat._core.errors import MXNetError
from mxcompat.serialization import array_bytes
from mxcompat.serialization.array_bytes import DenseArray, SparseArray
from mxcompat.serialization.array_list import list_chunks, read_list
from mxcompat.serialization.source import MemorySource

EXTREMES = [0, 1, 2, 3, 64, 65, 0x7F, 0xFF, 0x7FFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xF993FAC8, 0xF993FACA]
LONG_EXTREMES = [*EXTREMES, 2**32, 2**40, 2**62, 2**63 - 1, 2**63, 2**64 - 1, 2**64 // 17, 2**64 // 8 + 1]
SMALL = 64 * 1024  # what Python itself may need while it reads the smallest file


def file_of(*arrays, names=()):
    return b"".join(list_chunks(arrays, [name.encode() for name in names]))


def dense(shape, dtype=torch.float32, context=None):
    return DenseArray(torch.ones(shape).to(dtype), context or cpu())


def csr():
    parts = (torch.tensor([0, 1, 2, 2]), torch.tensor([1, 0]))
    return SparseArray("csr", (3, 2), torch.tensor([1.0, 2.0]), parts, cpu())


def row_sparse():
    return SparseArray("row_sparse", (4, 2), torch.ones(2, 2), (torch.tensor([1, 3]),), cpu())


@pytest.fixture(scope="module")
def bases(programs):
    legacy = programs.legacy_files()
    return [
        file_of(dense((2, 3)), dense((4,), torch.int64), names=["w", "b"]),
        file_of(*[dense((i + 1,), dtype) for i, dtype in enumerate(array_bytes.TORCH_OF_FLAG.values())]),
        file_of(csr(), row_sparse(), dense((1,), context=gpu(1)), names=["c", "größe", ""]),
        file_of(dense((300, 5)), dense(()), names=["large", "s"]),
        legacy["v0_float32"],
        legacy["v1_int8"],
        legacy["versions_mixed"],
    ]


def mutate(rng, raw):
    """A file with one to three changes: flipped bits, other numbers in its fields, pieces cut, doubled or mixed."""
    data = bytearray(raw)
    for _ in range(rng.choice((1, 1, 2, 3))):
        at = rng.randrange(len(data) + 1) if rng.random() < 0.6 else rng.randrange(min(len(data), 96) + 1)
        kind = rng.randrange(7)
        if kind == 0:
            data = data[:at]
        elif kind == 1 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 2:
            data[at : at + 4] = struct.pack("<I", rng.choice(EXTREMES))
        elif kind == 3:
            at -= at % 4
            data[at : at + 8] = struct.pack("<Q", rng.choice(LONG_EXTREMES))
        elif kind == 4:
            del data[at : at + rng.choice((1, 4, 8, 20))]
        elif kind == 5:
            data[at:at] = data[rng.randrange(len(data) + 1) :][:64]
        else:
            data[at:at] = rng.randbytes(rng.choice((1, 4, 8)))
    return bytes(data)


class Meter:
    """Counts the bytes of the tensors that reading allocates."""

    def __init__(self, monkeypatch):
        self.bytes = 0
        self._allocate = array_bytes._allocate
        monkeypatch.setattr(array_bytes, "_allocate", self)

    def __call__(self, shape, dtype):
        tensor = self._allocate(shape, dtype)
        self.bytes += tensor.numel() * tensor.element_size()
        return tensor


def read(raw, np_shape=False):
    """What a file holds, or None where it is refused; anything but an MXNetError is a failure."""
    try:
        arrays, names = read_list(MemorySource(raw, "file"), np_shape)
    except MXNetError as error:
        assert str(error).startswith("file: at byte ")
        return None
    assert len(names) in (0, len(arrays))
    for array in arrays:
        assert isinstance(array, (DenseArray, SparseArray))
    return arrays


def fuzz(bases, monkeypatch, count, seed):
    rng = random.Random(seed)
    meter = Meter(monkeypatch)
    outcomes = {True: 0, False: 0}
    slowest = 0.0
    tracemalloc.start()
    try:
        for _ in range(count):
            raw = mutate(rng, rng.choice(bases))
            meter.bytes = 0
            tracemalloc.reset_peak()
            held = tracemalloc.get_traced_memory()[0]
            start = time.perf_counter()
            outcomes[read(raw, rng.random() < 0.1) is not None] += 1
            slowest = max(slowest, time.perf_counter() - start)
            peak = tracemalloc.get_traced_memory()[1] - held
            assert meter.bytes <= len(raw)
            assert peak <= 10 * len(raw) + SMALL
    finally:
        tracemalloc.stop()
    assert min(outcomes.values()) > count // 20
    assert slowest < 2
    return outcomes, slowest


def test_a_thousand_mutated_files(bases, monkeypatch):
    fuzz(bases, monkeypatch, 1000, 1)


@pytest.mark.slow
def test_ten_thousand_mutated_files(bases, monkeypatch):
    print(fuzz(bases, monkeypatch, 10_000, 2))


def test_every_truncation_is_refused(bases):
    for raw in bases:
        assert read(raw) is not None
        ends = range(len(raw)) if len(raw) < 2000 else [*range(200), *range(len(raw) - 200, len(raw))]
        assert all(read(raw[:end]) is None for end in ends)


@pytest.mark.parametrize(
    "foreign", [b"", b"\x12\x01", b"PK\x03\x04" + b"\0" * 99, b"\x80\x04cos\nsystem\n" * 9, b"\xff" * 99]
)
def test_foreign_files_are_refused(foreign):
    assert read(foreign) is None


def test_counts_beyond_the_file_are_refused_before_anything_is_allocated(monkeypatch):
    meter = Meter(monkeypatch)
    head = struct.pack("<QQ", 0x112, 0)
    for count in (2**20, 2**32, 2**63, 2**64 - 1):
        assert read(head + struct.pack("<Q", count) + b"\0" * 1000) is None
        assert read(head + struct.pack("<QQ", 0, count)) is None
    big = struct.pack("<Iiiqqiii", 0xF993FAC9, 0, 2, 2**31, 2**31, 1, 0, 0)
    assert read(head + struct.pack("<Q", 1) + big + b"\0" * 100) is None
    empty = struct.pack("<Iiiqqqiii", 0xF993FAC9, 0, 3, 0, 2**62, 2**62, 1, 0, 0)
    read(head + struct.pack("<Q", 1) + empty + b"\0" * 100)
    assert meter.bytes == 0


def test_the_complaint_names_file_offset_and_expectation():
    raw = file_of(dense((2, 3)), dense((4, 5)), names=["w", "b"])
    with pytest.raises(MXNetError) as caught:
        read_list(MemorySource(raw[:-40], "nd.load: 'a.params'"), False)
    assert str(caught.value) == (
        "nd.load: 'a.params': at byte 128: shape (4, 5) of float32 needs 80 bytes of elements, 66 are left "
        "(in array 1 of 2)"
    )


@pytest.mark.parametrize(
    "array",
    [
        SparseArray("csr", (3, 2), torch.ones(2), (torch.tensor([0, 1, 2, 2]), torch.tensor([1, 2])), cpu()),
        SparseArray("csr", (3, 2), torch.ones(2), (torch.tensor([0, 1, 2, 2]), torch.tensor([-1, 0])), cpu()),
        SparseArray("csr", (3, 2), torch.ones(2), (torch.tensor([0, 2, 1, 2]), torch.tensor([1, 0])), cpu()),
        SparseArray("csr", (3, 2), torch.ones(2), (torch.tensor([0, 1, 2, 3]), torch.tensor([1, 0])), cpu()),
        SparseArray("csr", (3, 2), torch.ones(2), (torch.tensor([1, 1, 2, 2]), torch.tensor([1, 0])), cpu()),
        SparseArray("csr", (3, 2), torch.ones(2), (torch.tensor([0, 1, 2]), torch.tensor([1, 0])), cpu()),
        SparseArray("csr", (3, 2), torch.ones(2), (torch.tensor([0, 1, 2, 2]), torch.tensor([1.0, 0.0])), cpu()),
        SparseArray("csr", (3, 2), torch.ones(2, 1), (torch.tensor([0, 1, 2, 2]), torch.tensor([1, 0])), cpu()),
        SparseArray("csr", (3,), torch.ones(2), (torch.tensor([0, 1, 2, 2]), torch.tensor([1, 0])), cpu()),
        SparseArray("row_sparse", (3, 2), torch.ones(1, 2), (torch.tensor([3]),), cpu()),
        SparseArray("row_sparse", (3, 2), torch.ones(1, 3), (torch.tensor([1]),), cpu()),
        SparseArray("row_sparse", (3, 2), torch.ones(1, 2), (torch.tensor([0, 1]),), cpu()),
    ],
)
def test_sparse_arrays_that_point_outside_are_refused(array):
    assert read(file_of(array)) is None


def test_absent_arrays_are_refused_by_name(programs):
    absent = struct.pack("<Iii", 0xF993FAC9, 0, 0)
    for arrays in ([absent], [absent, programs.v2((1,), 3, b"\1")], [absent, absent]):
        with pytest.raises(MXNetError, match="array 0 of"):
            read_list(MemorySource(programs.list_file(arrays, ["x"] * len(arrays)), "file"), False)


def test_many_arrays_take_linear_time():
    array = dense((1,), context=Context("cpu", 0))

    def seconds(count):
        raw = file_of(*[array] * count, names=[f"n{i}" for i in range(count)])
        start = time.perf_counter()
        assert len(read(raw)) == count
        return time.perf_counter() - start

    seconds(100)
    assert seconds(20_000) < 60 * seconds(1_000)


def test_no_name_is_longer_than_the_file():
    raw = bytearray(file_of(dense((1,)), names=["name"]))
    at = len(raw) - 12
    assert struct.unpack_from("<Q", raw, at) == (4,)
    for size in (5, 2**31, 2**63, 2**64 - 1):
        struct.pack_into("<Q", raw, at, size)
        assert read(bytes(raw)) is None
    raw[-4:] = b"\xff\xfe\xfd\xfc"
    struct.pack_into("<Q", raw, at, 4)
    with pytest.raises(MXNetError, match="not UTF-8"):
        read_list(MemorySource(raw, "file"), False)


def test_values_survive_where_only_elements_changed():
    raw = bytearray(file_of(dense((300,))))
    raw[60:64] = struct.pack("<f", 7)
    (array,) = read(bytes(raw))
    assert np.unique(array.tensor.numpy()).tolist() == [1, 7]
