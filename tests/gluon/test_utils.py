"""gluon.utils: downloads (over files and a local server), clipping, splitting."""

from __future__ import annotations

import hashlib
import http.server
import os
import sys
import threading
import types
import urllib.error
import urllib.request
import warnings
from pathlib import Path

import pytest

import mxcompat as mx
from mxcompat import gluon, nd
from mxcompat.gluon import _download


@pytest.fixture(params=["urllib", "requests"])
def how(request, monkeypatch):
    """With and without the requests package."""
    if request.param == "requests":
        monkeypatch.setitem(sys.modules, "requests", types.SimpleNamespace(get=_requests_get))
    else:
        monkeypatch.setitem(sys.modules, "requests", None)


def _requests_get(url, stream, verify):
    """As much of requests.get as a download uses."""
    assert stream and verify
    try:
        with urllib.request.urlopen(url) as answer:
            body, status = answer.read(), 200
    except urllib.error.HTTPError as error:
        body, status = b"", error.code
    return types.SimpleNamespace(status_code=status, iter_content=lambda chunk_size: [body, b""])


@pytest.fixture
def server():
    """A local server: /ok answers, /flaky fails twice first, everything else is missing."""
    calls = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            calls.append(self.path)
            good = self.path == "/ok" or (self.path == "/flaky" and len(calls) > 2)
            self.send_response(200 if good else 404)
            self.end_headers()
            if good:
                self.wfile.write(b"content")

        def log_message(self, *_):
            pass

    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=made.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}", calls
    made.shutdown()
    thread.join()
    made.server_close()


def test_download_over_http(server, how, tmp_path, capsys):
    address, calls = server
    path = str(tmp_path / "deep" / "folder" / "f")
    assert gluon.utils.download(f"{address}/ok", path) == path
    assert Path(path).read_bytes() == b"content"
    assert os.listdir(os.path.dirname(path)) == ["f"]
    assert f"Downloading {path} from {address}/ok..." in capsys.readouterr().out
    gluon.utils.download(f"{address}/ok", path)
    assert calls == ["/ok"]
    gluon.utils.download(f"{address}/ok", path, overwrite=True)
    assert calls == ["/ok", "/ok"]


def test_download_tries_again(server, how, tmp_path, capsys):
    address, calls = server
    gluon.utils.download(f"{address}/flaky", str(tmp_path))
    assert len(calls) == 3
    assert "2 attempts left" not in capsys.readouterr().out.splitlines()[0]
    assert (tmp_path / "flaky").read_bytes() == b"content"


def test_download_gives_up(server, how, tmp_path):
    address, calls = server
    with pytest.raises(Exception, match="404|missing"):
        gluon.utils.download(f"{address}/missing", str(tmp_path), retries=2)
    assert len(calls) == 2
    assert list(tmp_path.iterdir()) == []


def test_download_of_a_file_address(tmp_path):
    source = tmp_path / "source"
    source.write_bytes(b"abc")
    target = str(tmp_path / "target")
    digest = hashlib.sha1(b"abc").hexdigest()
    assert gluon.utils.download(source.as_uri(), target, sha1_hash=digest) == target
    assert Path(target).read_bytes() == b"abc"


def test_download_checks_the_digest(tmp_path):
    source = tmp_path / "source"
    source.write_bytes(b"abc")
    with pytest.raises(UserWarning, match="content hash does not match"):
        gluon.utils.download(source.as_uri(), str(tmp_path / "target"), sha1_hash="0" * 40, retries=1)


def test_existing_file_of_another_digest_is_replaced(tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(b"new")
    target.write_bytes(b"old")
    gluon.utils.download(source.as_uri(), str(target), sha1_hash=hashlib.sha1(b"new").hexdigest())
    assert target.read_bytes() == b"new"


def test_download_warns_of_no_verification(tmp_path):
    source = tmp_path / "source"
    source.write_bytes(b"abc")
    with pytest.warns(UserWarning, match="Unverified HTTPS request"):
        gluon.utils.download(source.as_uri(), str(tmp_path / "target"), verify_ssl=False)


def test_address_without_protocol(tmp_path, how):
    with pytest.raises(ValueError):
        gluon.utils.download("nowhere/file", str(tmp_path / "f"), retries=0)


def test_functions_can_be_replaced(monkeypatch):
    monkeypatch.setattr(gluon.utils, "download", lambda *a, **k: "mine")
    assert gluon.utils.download("x") == "mine"


def test_replace_file_removes_the_source_when_it_fails(tmp_path):
    source = tmp_path / "source"
    source.write_bytes(b"x")
    with pytest.raises(OSError, match="retry"):
        gluon.utils.replace_file(str(source), str(tmp_path / "no" / "such" / "place"))
    assert not source.exists()


def test_default_repository(monkeypatch):
    monkeypatch.delenv("MXNET_GLUON_REPO", raising=False)
    assert gluon.utils._get_repo_url() == _download._DEFAULT_REPO


@pytest.mark.parametrize("dense", [True, False])
def test_clip_warns_at_the_caller(dense):
    bad = nd.array([float("nan"), 1.0])
    arrays = [bad] if dense else [bad.astype("float32"), nd.array([[1.0], [0.0]]).tostype("row_sparse")]
    with pytest.warns(UserWarning, match="nan or inf is detected") as caught:
        gluon.utils.clip_global_norm(arrays, 1.0)
    assert caught[0].filename == __file__


def test_clip_unchecked_does_not_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        norm = gluon.utils.clip_global_norm([nd.array([float("inf")])], 1.0, check_isfinite=False)
    assert isinstance(norm, mx.nd.NDArray)


def test_split_message_names_the_sizes():
    with pytest.raises(ValueError, match=r"\(7, 2\).*3 slices.*axis 0.*even_split=False"):
        gluon.utils.split_data(nd.ones((7, 2)), 3)
