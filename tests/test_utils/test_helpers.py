"""Helpers of tests: files, processes, statistics, messages."""

import bz2
import gzip
import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

import mxcompat as mx
from mxcompat import test_utils as utils


def test_star_import_gives_what_programs_use():
    assert {"mx", "np", "os", "assert_almost_equal", "rand_ndarray"} <= set(utils.__all__)
    assert utils.mx is mx


def test_the_message_shows_both_arrays_and_leaves_print_options_alone(capsys):
    before = np.get_printoptions()
    with pytest.raises(
        AssertionError, match=r"(?s)Error .* exceeds tolerance rtol=1.*Location of maximum error: \(1,\)"
    ):
        utils.assert_almost_equal(np.ones(3), np.array([1.0, 2.0, 1.0]), names=("mine", "yours"))
    assert "mine=1.00000000, yours=2.00000000" in capsys.readouterr().out
    assert np.get_printoptions() == before


def test_download_of_a_file_and_its_replacement(tmp_path):
    source = tmp_path / "source.txt"
    source.write_text("hello")
    got = utils.download(source.as_uri(), dirname=str(tmp_path / "new" / "folder"))
    assert Path(got).read_text() == "hello" and got.endswith("source.txt")
    source.write_text("changed")
    assert Path(utils.download(source.as_uri(), fname=got)).read_text() == "hello"
    assert Path(utils.download(source.as_uri(), fname=got, overwrite=True)).read_text() == "changed"
    with pytest.raises(AssertionError, match="retries"):
        utils.download(source.as_uri(), retries=-1)


def test_archives_go_through_a_replaced_download(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    asked = []

    def fetch(url, fname=None, dirname=None, overwrite=False, retries=5):
        asked.append(url)
        path = os.path.join(dirname, fname or url.split("/")[-1])
        if path.endswith(".zip"):
            with zipfile.ZipFile(path, "w") as archive:
                for name in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
                    archive.writestr(name + "-ubyte", b"x")
        else:
            with bz2.BZ2File(path, "w") as file:
                file.write(b"lines\n")
        return path

    monkeypatch.setattr(utils, "download", fetch)
    utils.get_mnist_ubyte()
    utils.get_mnist_ubyte()
    assert len(asked) == 1 and (tmp_path / "data" / "t10k-labels-idx1-ubyte").exists()
    utils.get_bz2_data("data", "a9a", "http://somewhere/a9a.bz2", "a9a.bz2")
    assert (tmp_path / "data" / "a9a").read_bytes() == b"lines\n" and not (tmp_path / "data" / "a9a.bz2").exists()
    assert utils.download_model("no such model") == (None, 0)


def test_get_mnist_reads_the_original_format(tmp_path, monkeypatch):
    def fetch(url, *args, **kwargs):
        path = str(tmp_path / url.split("/")[-1])
        with gzip.open(path, "wb") as file:
            if "labels" in url:
                file.write(struct.pack(">II", 2049, 2) + bytes([3, 7]))
            else:
                file.write(struct.pack(">IIII", 2051, 2, 28, 28) + bytes([255] * 2 * 784))
        return path

    monkeypatch.setattr(utils, "download", fetch)
    found = utils.get_mnist()
    assert found["train_data"].shape == (2, 1, 28, 28) and found["train_data"].dtype == np.float32
    assert found["train_data"].max() == 1 and found["test_label"].tolist() == [3, 7]


def test_chi_square_says_what_it_needs(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    with pytest.raises(ImportError, match="needs scipy.*pip install scipy"):
        utils.chi_square_check(lambda n: np.zeros(n), [0, 1], [0.5, 0.5], 10)


def test_chi_square_of_a_fair_and_a_loaded_die():
    pytest.importorskip("scipy")
    draw = np.random.RandomState(0)
    buckets, probs = list(range(6)), [1 / 6] * 6
    utils.verify_generator(lambda n: draw.randint(0, 6, n), buckets, probs, nsamples=6000)
    with pytest.raises(AssertionError, match="Generator test fails"):
        utils.verify_generator(lambda n: draw.randint(0, 5, n), buckets, probs, nsamples=6000)


def test_discard_stderr_also_drops_native_output(capfd):
    with utils.discard_stderr():
        os.write(2, b"unseen")
    os.write(2, b"seen")
    assert capfd.readouterr().err == "seen"


def test_environment_is_restored_after_an_error():
    os.environ.pop("MXNET_FOR_A_TEST", None)
    with pytest.raises(ZeroDivisionError), utils.environment("MXNET_FOR_A_TEST", "1"):
        assert os.environ["MXNET_FOR_A_TEST"] == "1"
        1 / 0  # noqa: B018
    assert "MXNET_FOR_A_TEST" not in os.environ


def test_powerlaw_rows_grow():
    np.random.seed(3)
    dense = utils.rand_ndarray((8, 16), "csr", 0.4, distribution="powerlaw").asnumpy()
    counts = (dense != 0).sum(axis=1)
    assert (dense[:, 0] > 1).all() and counts[0] == 2 and counts[1] == 4


def test_im2rec_runs_by_its_path(monkeypatch, tmp_path):
    monkeypatch.delenv("MXNET_HOME", raising=False)
    (tmp_path / "cats").mkdir()
    (tmp_path / "cats" / "a.jpg").write_bytes(b"")
    options = ["--list", "--recursive", str(tmp_path / "pets"), str(tmp_path)]
    root = os.path.dirname(os.path.dirname(mx.__file__))
    subprocess.run(
        [sys.executable, utils.get_im2rec_path(), *options], check=True, env={**os.environ, "PYTHONPATH": root}
    )
    assert (tmp_path / "pets.lst").read_text().split() == ["0", "0.000000", "cats/a.jpg"]


def test_im2rec_path_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("MXNET_HOME", str(tmp_path))
    with pytest.raises(OSError, match="im2rec"):
        utils.get_im2rec_path()


def test_csr_arrays_are_drawn_as_by_mxnet_with_scipy():
    # recorded from MXNet 1.9.1 with SciPy 1.10, on which it calls; the generator's next number shows how much was drawn
    np.random.seed(11)
    csr = utils.rand_ndarray((4, 6), "csr", 0.3)
    assert csr.stype == "csr" and csr.indptr.asnumpy().tolist() == [0, 0, 1, 5, 7]
    assert csr.indices.asnumpy().tolist() == [2, 1, 2, 3, 4, 0, 2]
    expected = [0.3446245, 0.1579123, 0.11673727, 0.75897956, 0.3163673, 0.81827533, 0.3187988]
    np.testing.assert_allclose(csr.data.asnumpy(), expected, rtol=1e-6)
    assert np.random.rand() == 0.11166123199466038


def test_csr_arrays_of_one_value_and_in_random_order():
    np.random.seed(11)
    _, (starts, columns, values) = utils.rand_sparse_ndarray(
        (4, 5), "csr", 0.8, data_init=2.0, shuffle_csr_indices=True
    )
    assert starts.asnumpy().tolist() == [0, 3, 6, 11, 16] and set(values.asnumpy()) == {2.0}
    assert columns.asnumpy().tolist() == [0, 1, 2, 2, 0, 1, 2, 4, 1, 0, 3, 1, 3, 4, 2, 0]
