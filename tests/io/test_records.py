"""ImageRecordIter: what recorded results cannot say about threads, resets, memory and wrong files."""

from __future__ import annotations

import gc
import threading
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mxcompat as mx

SHAPE = (3, 12, 10)


def made(path: Path, **options: Any) -> Any:
    given = {"data_shape": SHAPE, "batch_size": 4, "verbose": False, **options}
    return mx.io.ImageRecordIter(path_imgrec=str(path), **given)


def images_of(iterator: Any) -> list[np.ndarray]:
    return [batch.data[0].asnumpy() for batch in iterator]


DRAWS = {
    "rand_crop": True,
    "rand_mirror": True,
    "max_rotate_angle": 10,
    "brightness": 0.2,
    "pca_noise": 0.1,
    "shuffle": True,
}


@pytest.mark.parametrize("threads", [2, 4])
def test_the_number_of_threads_changes_nothing(records: Path, threads: int) -> None:
    one = images_of(made(records, preprocess_threads=1, **DRAWS))
    several = images_of(made(records, preprocess_threads=threads, **DRAWS))
    assert all(np.array_equal(a, b) for a, b in zip(one, several, strict=True))


@pytest.mark.parametrize("ahead", [0, 1, 16, 1000])
def test_prefetching_changes_nothing(records: Path, ahead: int) -> None:
    plain, other = images_of(made(records, **DRAWS)), images_of(made(records, prefetch_buffer=ahead, **DRAWS))
    assert all(np.array_equal(a, b) for a, b in zip(plain, other, strict=True))


def test_early_reset_returns_to_the_beginning(records: Path) -> None:
    iterator = made(records)
    first = iterator.next().label[0].asnumpy()
    iterator.next()
    iterator.reset()
    assert np.array_equal(iterator.next().label[0].asnumpy(), first)


def test_reset_after_the_rounded_batch_goes_on_behind_it(records: Path) -> None:
    iterator = made(records)
    labels = [batch.label[0].asnumpy().tolist() for batch in iterator]
    assert labels[-1] == [8, 9, 0, 1]
    iterator.reset()
    assert iterator.next().label[0].asnumpy().tolist() == [2, 3, 4, 5]


def test_batches_stay_as_they_were(records: Path) -> None:
    batches = list(made(records))
    copies = images_of(made(records))
    assert all(np.array_equal(b.data[0].asnumpy(), c) for b, c in zip(batches, copies, strict=True))


def test_threads_end_with_the_iterator(records: Path) -> None:
    before = threading.active_count()
    iterator = made(records)
    iterator.next()
    del iterator
    gc.collect()
    for thread in threading.enumerate():
        if thread.name.startswith("mxcompat-decode"):
            thread.join(timeout=5)
    assert threading.active_count() <= before


def test_unknown_parameters_are_warned_of(records: Path) -> None:
    with pytest.warns(UserWarning, match=r"'rand_mirrors' \(did you mean rand_mirror\?\)"):
        made(records, rand_mirrors=True)


def test_names_are_no_unknown_parameters(records: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made(records, data_name="x", label_name="y", rotate_list="1,2")


def test_a_cut_file_names_itself_and_the_place(records: Path) -> None:
    content = records.read_bytes()
    records.write_bytes(content[: len(content) // 2 // 4 * 4])
    with pytest.raises(mx.MXNetError, match=r"x\.rec' at byte \d+: .*ends within the record"):
        images_of(made(records))


def test_bytes_that_are_no_record(records: Path) -> None:
    content = bytearray(records.read_bytes())
    content[0:4] = b"abcd"
    records.write_bytes(bytes(content))
    with pytest.raises(mx.MXNetError, match=r"x\.rec' at byte 0: .*no record begins here"):
        made(records)


def test_missing_index(records: Path) -> None:
    with pytest.raises(mx.MXNetError, match=r"none\.idx': No such file"):
        made(records, path_imgidx=str(records.with_name("none.idx")))


def test_an_index_of_another_file(records: Path) -> None:
    index = records.with_suffix(".idx")
    index.write_text("0\t0\n1\t99999999\n")
    with pytest.raises(mx.MXNetError, match=r"x\.idx' line 2"):
        made(records, path_imgidx=str(index))


def test_an_image_that_cannot_be_decoded_is_named(records: Path) -> None:
    record = mx.recordio.MXRecordIO(str(records), "w")
    record.write(mx.recordio.pack(mx.recordio.IRHeader(0, 1.0, 5, 0), b"\xff\xd8\xff\xe0 no image"))
    record.close()
    with pytest.raises(mx.MXNetError, match=r"x\.rec' at byte 0: the record holds no image"):
        made(records, batch_size=1)


def test_a_broken_image_stops_its_batch_only(records: Path) -> None:
    record = mx.recordio.MXIndexedRecordIO(str(records.with_suffix(".idx")), str(records), "r")
    contents = [record.read_idx(i) for i in range(10)]
    record.close()
    contents[7] = mx.recordio.pack(mx.recordio.IRHeader(0, 7.0, 7, 0), b"no image")
    writer = mx.recordio.MXRecordIO(str(records), "w")
    for content in contents:
        writer.write(content)
    writer.close()
    iterator = made(records, batch_size=5, prefetch_buffer=1)
    iterator.next()
    with pytest.raises(mx.MXNetError, match="holds no image"):
        iterator.next()
    iterator.reset()
    assert iterator.next().label[0].asnumpy().tolist() == [0, 1, 2, 3, 4]


def test_pieces_are_shuffled(tmp_path: Path) -> None:
    path = tmp_path / "large.rec"
    record = mx.recordio.MXRecordIO(str(path), "w")
    cv2 = pytest.importorskip("cv2")
    rng = np.random.default_rng(0)
    content = cv2.imencode(".png", rng.integers(0, 256, (160, 160, 3), np.uint8))[1].tobytes()
    for i in range(60):
        record.write(mx.recordio.pack(mx.recordio.IRHeader(0, float(i), i, 0), content))
    record.close()

    def order(**options: Any) -> list[float]:
        iterator = made(path, batch_size=10, shuffle_chunk_size=1, **options)
        return [float(x) for batch in iterator for x in batch.label[0].asnumpy()]

    found = order()
    assert sorted(found) == list(range(60)) and found != sorted(found)
    assert order() == found
    assert order(shuffle_chunk_seed=1) != found


def test_a_record_that_holds_the_magic_number(tmp_path: Path) -> None:
    cv2 = pytest.importorskip("cv2")
    image = np.zeros((5, 5, 3), np.uint8)
    content = cv2.imencode(".png", image)[1].tobytes() + b"\0" * 3
    content += b"\0" * (-len(content) % 4) + bytes.fromhex("0a23d7ce") * 3 + b"end"
    path = tmp_path / "m.rec"
    record = mx.recordio.MXRecordIO(str(path), "w")
    for i in range(2):
        record.write(mx.recordio.pack(mx.recordio.IRHeader(0, float(i), i, 0), content))
    record.close()
    iterator = made(path, batch_size=2, data_shape=(3, 5, 5))
    assert iterator.next().label[0].asnumpy().tolist() == [0, 1]
