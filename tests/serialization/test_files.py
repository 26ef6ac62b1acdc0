"""`nd.save` and `nd.load` as a user meets them: names, whole-or-nothing writing, and complaints."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading

import numpy as np
import pytest
import torch

import mxcompat as mx
from mxcompat._core.context import cpu
from mxcompat._core.errors import NotSupportedError
from mxcompat.nd import utils
from mxcompat.serialization import files
from mxcompat.serialization.array_bytes import SparseArray, dump_array
from mxcompat.serialization.array_list import list_chunks

AS_ROOT = not hasattr(os, "geteuid") or os.geteuid() == 0


@pytest.fixture
def arrays():
    return {"w": mx.nd.array([[1, 2], [3, 4]]), "b": mx.nd.array([5], dtype="int64")}


def same(loaded, arrays):
    assert list(loaded) == list(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(loaded[name].asnumpy(), array.asnumpy())
        assert loaded[name].dtype is array.dtype
    return True


def test_an_address_of_a_local_file(arrays, tmp_path):
    path = tmp_path / "a.params"
    mx.nd.save(f"file://{path}", arrays)
    assert same(mx.nd.load(f"file://{path}"), arrays)
    host = "localhost"
    assert same(mx.nd.load(f"file://{host}{path}"), arrays)
    assert same(mx.nd.load(str(path)), arrays)
    with pytest.raises(mx.MXNetError, match="three slashes"):
        mx.nd.load(f"file://{'a.params'}")  # MXNet takes the first part for a host and drops it


@pytest.mark.parametrize("protocol", ["s3", "hdfs", "http", "https", "azure", "viewfs"])
def test_remote_file_systems_are_refused(arrays, protocol):
    for call in (lambda: mx.nd.load(f"{protocol}://x/y"), lambda: mx.nd.save(f"{protocol}://x/y", arrays)):
        with pytest.raises(NotSupportedError, match=f"'{protocol}'"):
            call()


def test_loading_what_is_no_readable_file(tmp_path):
    for path in (tmp_path / "missing", tmp_path, tmp_path / "missing" / "deeper", "/dev/null", ""):
        with pytest.raises(mx.MXNetError, match="nd.load: "):
            mx.nd.load(str(path))
    with pytest.raises(mx.MXNetError, match="unknown file system protocol 'gopher'"):
        mx.nd.load("gopher://x")


def test_a_folder_is_not_overwritten(arrays, tmp_path):
    with pytest.raises(mx.MXNetError, match="nd.save: .*cannot write: Is a directory"):
        mx.nd.save(str(tmp_path), arrays)
    with pytest.raises(mx.MXNetError, match="nd.save: .*No such file"):
        mx.nd.save(str(tmp_path / "missing" / "x"), arrays)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(AS_ROOT, reason="root may do anything")
def test_permissions_are_respected(arrays, tmp_path):
    path = tmp_path / "locked"
    mx.nd.save(str(path), arrays)
    path.chmod(0o400)
    with pytest.raises(mx.MXNetError, match="Permission denied"):
        mx.nd.save(str(path), {})
    path.chmod(0)
    with pytest.raises(mx.MXNetError, match="Permission denied"):
        mx.nd.load(str(path))
    path.chmod(0o600)
    tmp_path.chmod(0o500)
    try:
        mx.nd.save(str(path), [])  # no other file can be made here, so it is written in place
        assert mx.nd.load(str(path)) == []
        with pytest.raises(mx.MXNetError, match="Permission denied"):
            mx.nd.save(str(tmp_path / "new"), arrays)
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failed_save_leaves_the_old_file(arrays, tmp_path, monkeypatch, failure):
    path = tmp_path / "a.params"
    mx.nd.save(str(path), arrays)
    before = path.read_bytes()

    def fail(file, chunks):
        file.write(next(iter(chunks)))
        raise failure

    monkeypatch.setattr(files, "_write", fail)
    with pytest.raises(mx.MXNetError if isinstance(failure, OSError) else KeyboardInterrupt):
        mx.nd.save(str(path), {"new": mx.nd.ones(3)})
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_an_array_that_cannot_be_saved_leaves_the_old_file(arrays, tmp_path, monkeypatch):
    path = tmp_path / "a.params"
    mx.nd.save(str(path), arrays)
    monkeypatch.setattr(utils, "_plain", lambda value: SparseArray("csr", (1, 1), torch.ones(0), (), cpu()))
    with mx.util.np_shape(True), pytest.raises(mx.MXNetError, match="csr array cannot be written under NumPy shapes"):
        mx.nd.save(str(path), [mx.nd.ones(1)])
    assert same(mx.nd.load(str(path)), arrays)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_permissions_and_links_stay(arrays, tmp_path):
    path, link = tmp_path / "a.params", tmp_path / "link"
    mx.nd.save(str(path), arrays)
    (tmp_path / "plain").touch()
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE((tmp_path / "plain").stat().st_mode)
    path.chmod(0o640)
    link.symlink_to(path)
    mx.nd.save(str(link), [mx.nd.ones(1)])
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert len(mx.nd.load(str(path))) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes by name")
def test_pipes_are_written_to_and_read_from(arrays, tmp_path):
    pipe = str(tmp_path / "pipe")
    os.mkfifo(pipe)
    writer = threading.Thread(target=mx.nd.save, args=(pipe, arrays))
    writer.start()
    assert same(mx.nd.load(pipe), arrays)
    writer.join()
    assert stat.S_ISFIFO(os.stat(pipe).st_mode)


def test_standard_streams(arrays, tmp_path):
    mx.nd.save(str(tmp_path / "a"), arrays)
    raw = (tmp_path / "a").read_bytes()
    program = "import mxcompat as mx; mx.nd.save('stdout', mx.nd.load('stdin'))"
    run = subprocess.run(
        [sys.executable, "-c", program], input=raw, stdout=subprocess.PIPE, cwd=os.getcwd(), check=True, timeout=120
    )
    assert run.stdout == raw


def test_saving_over_the_file_that_arrays_came_from(arrays, tmp_path):
    path = str(tmp_path / "a")
    mx.nd.save(path, arrays)
    loaded = mx.nd.load(path)
    mx.nd.save(path, loaded)
    assert same(mx.nd.load(path), arrays)


def test_loaded_arrays_are_ordinary(arrays, tmp_path):
    path = str(tmp_path / "a")
    mx.nd.save(path, arrays)
    first, second = mx.nd.load(path), mx.nd.load(path)
    w = first["w"]
    w[:] = 0
    assert same(second, arrays)
    w.attach_grad()
    with mx.autograd.record():
        y = (w * w + w).sum()
    mx.nd.save(path, [w, y])
    y.backward()
    assert w.grad.asnumpy().tolist() == [[1, 1], [1, 1]]
    assert mx.nd.load(path)[1].asnumpy().tolist() == [0]


def test_duplicate_names_and_bytes_after_the_end(arrays):
    entries = [utils._plain(mx.nd.array([i])) for i in (1, 2)]
    raw = b"".join(list_chunks(entries, [b"x", b"x"]))
    loaded = mx.nd.load_frombuffer(raw + b"more")
    assert list(loaded) == ["x"]
    assert loaded["x"].asnumpy() == 2


def test_any_byte_but_zero_is_true():
    raw = b"".join(list_chunks([utils._plain(mx.nd.zeros(3, dtype="bool"))], []))
    raw = raw[:-11] + b"\x00\x07\xff" + raw[-8:]
    (loaded,) = mx.nd.load_frombuffer(raw)
    assert loaded.asnumpy().view("uint8").tolist() == [0, 1, 1]


def test_an_array_saved_on_an_absent_gpu_loads_on_the_cpu(programs):
    for number in (0, 7, 2**31 - 1, -1):
        raw = programs.list_file([programs.v2((2,), 3, b"\1\2", (2, number))])
        (loaded,) = mx.nd.load_frombuffer(raw)
        if mx.context.num_gpus() <= number or number < 0:
            assert loaded.context == mx.cpu()
        assert loaded.asnumpy().tolist() == [1, 2]


@pytest.mark.gpu
def test_gpu_arrays_go_through_files(tmp_path):
    if not torch.cuda.is_available():
        pytest.skip("needs a GPU")
    mx.nd.save(str(tmp_path / "a"), mx.nd.array([1, 2], ctx=mx.gpu()))
    (loaded,) = mx.nd.load(str(tmp_path / "a"))
    assert loaded.context == mx.gpu()
    assert loaded.asnumpy().tolist() == [1, 2]


# ---- sparse arrays


@pytest.fixture
def no_sparse_classes(monkeypatch):
    monkeypatch.setattr(utils, "_sparse_classes", {})


def test_a_storage_type_without_a_class_is_named(no_sparse_classes, data):
    with pytest.raises(NotSupportedError, match="csr.params.*'full'.* csr "):
        mx.nd.load(str(data / "csr.params"))


def test_a_sparse_class_plugs_in(no_sparse_classes, data, tmp_path):
    class Rows(mx.nd.NDArray):
        __slots__ = ("entry",)
        stype = property(lambda self: "row_sparse")

    def wrap(entry, ctx):
        array = Rows._wrap(entry.data, ctx)
        array.entry = entry
        return array

    utils.register_sparse("row_sparse", wrap, lambda array: array.entry)
    loaded = mx.nd.load(str(data / "row_sparse.params"))
    assert type(loaded["full"]) is Rows
    mx.nd.save(str(tmp_path / "a"), loaded)
    assert (tmp_path / "a").read_bytes() == (data / "row_sparse.params").read_bytes()


# ---- memory


def test_loading_takes_no_more_memory_than_the_file(tmp_path):
    pytest.importorskip("resource")
    path = str(tmp_path / "big")
    mx.nd.save(path, [mx.nd.ones((2**22,)) for _ in range(4)])  # 64 MB
    program = (
        "import resource, sys; import mxcompat as mx\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "x = mx.nd.ones(2); mx.nd.save(sys.argv[1] + '2', x); mx.nd.load(sys.argv[1] + '2')\n"
        "before = peak(); y = mx.nd.load(sys.argv[1]); middle = peak(); mx.nd.save(sys.argv[1], y)\n"
        "print(middle - before, peak() - middle)\n"
    )
    run = subprocess.run([sys.executable, "-c", program, path], stdout=subprocess.PIPE, check=True, timeout=120)
    unit = 1024 if sys.platform != "darwin" else 1
    load, save = (int(n) * unit for n in run.stdout.split())
    size = os.path.getsize(path)
    assert load < 1.1 * size
    assert save < 0.1 * size


def test_the_bytes_inside_pickles_follow_the_context():
    assert dump_array(torch.ones(1), mx.cpu_pinned(2))[20:28] == b"\3\0\0\0\2\0\0\0"
