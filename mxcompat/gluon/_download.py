"""Files from the network: `download`, `check_sha1`, and where the gluon repository is."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import os
import ssl
import urllib.request
import uuid
import warnings
from collections.abc import Iterator
from typing import Any

_DEFAULT_REPO = "https://apache-mxnet.s3-accelerate.dualstack.amazonaws.com/"
_CHUNK = 1 << 20


def check_sha1(filename: str, sha1_hash: str) -> bool:
    """Whether a file has the SHA-1 digest ``sha1_hash`` (hexadecimal)."""
    digest = hashlib.sha1(usedforsecurity=False)
    with open(filename, "rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest() == sha1_hash


def replace_file(src: str, dst: str) -> None:
    """Rename a file over another at once; if that fails ``src`` is removed.

    Raises:
        OSError: it failed.
    """
    try:
        os.replace(src, dst)
    except OSError as problem:
        with contextlib.suppress(OSError):
            os.remove(src)
        raise OSError(f"Moving downloaded temp file - {src}, to {dst} failed ({problem}): retry the download") from None


def download(
    url: str,
    path: str | None = None,
    overwrite: bool = False,
    sha1_hash: str | None = None,
    retries: int = 5,
    verify_ssl: bool = True,
) -> str:
    """Download a file, unless it is there already. It appears under its name whole or not at all.

    Args:
        url: an ``http``, ``https`` or ``file`` address.
        path: a folder, or the name of the file to write; None is the last part of the address, in this folder.
        overwrite: download also when the file exists.
        sha1_hash: its SHA-1 digest; an existing file with another digest is replaced.
        retries: how many attempts are made.
        verify_ssl: check certificates (a UserWarning when off).

    Returns:
        The name of the file.

    Raises:
        AssertionError: a negative number of retries, or an address that ends in a slash without ``path``.
        RuntimeError: the last attempt got another status than 200.
        UserWarning: the last attempt got a file of another digest.

    Differences:
        ``overwrite=True`` overwrites; MXNet 1.9.1 downloads the file and then keeps the old one.

    Source: MXNet 1.9.1 python/mxnet/gluon/utils.py.
    """
    fname = _target_name(url, path)
    if retries < 0:
        raise AssertionError(f"download: retries={retries} is negative; give 0 or more")
    if not verify_ssl:
        warnings.warn(
            f"Unverified HTTPS request: with verify_ssl=False anybody on the way can replace {url}; leave "
            "certificates checked where you can",
            stacklevel=2,
        )
    if not overwrite and _is_there(fname, sha1_hash):
        return fname
    os.makedirs(os.path.dirname(os.path.abspath(os.path.expanduser(fname))), exist_ok=True)
    while True:
        try:
            print(f"Downloading {fname} from {url}...")
            _attempt(url, fname, sha1_hash, verify_ssl, overwrite)
            return fname
        except Exception as problem:
            retries -= 1
            if retries <= 0:
                raise
            print(f"download failed due to {problem!r}, retrying, {retries} attempt{'s' if retries > 1 else ''} left")


def _target_name(url: str, path: str | None) -> str:
    last = url.split("/")[-1]
    if path is None:
        if not last:
            raise AssertionError(f"download: url={url!r} names no file: give its name by path=")
        return last
    path = os.path.expanduser(path)
    return os.path.join(path, last) if os.path.isdir(path) else path


def _is_there(fname: str, sha1_hash: str | None) -> bool:
    return os.path.exists(fname) and not (sha1_hash and not check_sha1(fname, sha1_hash))


def _attempt(url: str, fname: str, sha1_hash: str | None, verify_ssl: bool, overwrite: bool) -> None:
    part = f"{fname}.{uuid.uuid4()}"
    try:
        with open(part, "wb") as file:
            for chunk in _chunks(url, verify_ssl):
                file.write(chunk)
        if overwrite or not _is_there(fname, sha1_hash):  # another process may have been faster
            replace_file(part, fname)
        else:
            warnings.warn(
                f"download: {fname} has appeared meanwhile (another process made it), what was downloaded is dropped",
                stacklevel=3,
            )
    finally:
        with contextlib.suppress(OSError):
            os.remove(part)
    if sha1_hash and not check_sha1(fname, sha1_hash):
        raise UserWarning(
            f"download: {fname}: the content hash does not match, expected SHA-1 {sha1_hash}. The file may "
            "have changed at its source, the transfer may have broken off, or MXNET_GLUON_REPO may name "
            "another repository"
        )


def _chunks(url: str, verify_ssl: bool) -> Iterator[bytes]:
    """The contents of an address: through requests if that is installed (proxies, sessions), else Python's own way."""
    requests = _requests() if not url.startswith("file:") else None
    if requests is not None:
        response = requests.get(url, stream=True, verify=verify_ssl)
        if response.status_code != 200:
            raise RuntimeError(f"Failed downloading url {url} (status {response.status_code})")
        yield from (chunk for chunk in response.iter_content(chunk_size=_CHUNK) if chunk)
        return
    if "://" not in url:
        raise ValueError(f"download: url={url!r} has no protocol, legal are http://, https:// and file://")
    context = None if verify_ssl else ssl._create_unverified_context()
    with urllib.request.urlopen(url, context=context) as answer:  # the address is what the caller asked for
        if getattr(answer, "status", None) not in (None, 200):
            raise RuntimeError(f"Failed downloading url {url} (status {answer.status})")
        while chunk := answer.read(_CHUNK):
            yield chunk


def _requests() -> Any:
    try:
        return importlib.import_module("requests")
    except ImportError:
        return None


def _get_repo_url() -> str:
    """The address of gluon's repository of data sets and models: MXNET_GLUON_REPO, or MXNet's own."""
    url = os.environ.get("MXNET_GLUON_REPO", _DEFAULT_REPO)
    return url if url.endswith("/") else url + "/"


def _get_repo_file_url(namespace: str, filename: str) -> str:
    """The address of a file in gluon's repository.

    Args:
        namespace: folder of the file.
        filename: its name.
    """
    return f"{_get_repo_url()}{namespace}/{filename}"
