"""Trained parameters: the cache, repositories as folders, and what is said when there is no file."""

from __future__ import annotations

import hashlib
import logging
import zipfile
from pathlib import Path

import pytest

import mxcompat as mx
from mxcompat.gluon.model_zoo import model_store, vision

NAME = "mobilenet0.25"


@pytest.fixture(scope="module")
def net() -> mx.gluon.HybridBlock:
    mx.random.seed(1)
    net = vision.mobilenet0_25(classes=3)
    net.initialize()
    net(mx.nd.zeros((1, 3, 32, 32)))
    return net


@pytest.fixture(scope="module")
def trained(net: mx.gluon.HybridBlock, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("trained") / "trained.params"
    net.save_parameters(str(file))
    return file


@pytest.fixture
def repository(tmp_path: Path, trained: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that holds one model, under the SHA-1 it really has; `MXNET_GLUON_REPO` names it."""
    digest = hashlib.sha1(trained.read_bytes(), usedforsecurity=False).hexdigest()
    monkeypatch.setitem(model_store._model_sha1, NAME, digest)
    folder = tmp_path / "repo" / "gluon" / "models"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / f"{NAME}-{digest[:8]}.zip", "w") as archive:
        archive.write(trained, f"{NAME}-{digest[:8]}.params")
    monkeypatch.setenv("MXNET_GLUON_REPO", (tmp_path / "repo").as_uri())
    return tmp_path / "repo"


def test_a_model_comes_from_the_repository_into_the_cache(repository: Path, tmp_path: Path) -> None:
    root = tmp_path / "cache" / "models"
    path = Path(model_store.get_model_file(NAME, root=str(root)))
    assert path.parent == root
    assert path.name == f"{NAME}-{model_store.short_hash(NAME)}.params"
    assert [file.name for file in root.iterdir()] == [path.name]  # nothing half done stays behind


def test_pretrained_gives_the_parameters_of_the_file(
    repository: Path, tmp_path: Path, net: mx.gluon.HybridBlock
) -> None:
    x = mx.nd.ones((1, 3, 32, 32))
    loaded = vision.get_model(NAME, pretrained=True, classes=3, root=str(tmp_path / "cache"))
    assert loaded(x).asnumpy().tolist() == net(x).asnumpy().tolist()


def test_the_cache_needs_no_repository(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = str(tmp_path / "cache")
    path = model_store.get_model_file(NAME, root=root)
    monkeypatch.setenv("MXNET_GLUON_REPO", (tmp_path / "nowhere").as_uri())
    assert model_store.get_model_file(NAME, root=root) == path


def test_a_damaged_file_of_the_cache_is_replaced(
    repository: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root = str(tmp_path / "cache")
    path = Path(model_store.get_model_file(NAME, root=root))
    good = path.read_bytes()
    path.write_bytes(b"damaged")
    with caplog.at_level(logging.WARNING):
        assert model_store.get_model_file(NAME, root=root) == str(path)
    assert path.read_bytes() == good
    assert "not the file it should be" in caplog.text


def test_a_wrong_file_in_the_repository_is_refused(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = model_store.short_hash(NAME)
    monkeypatch.setitem(model_store._model_sha1, NAME, short + "0" * 32)
    with pytest.raises(ValueError, match="SHA-1"):
        model_store.get_model_file(NAME, root=str(tmp_path / "cache"))


def test_without_any_file_the_error_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MXNET_GLUON_REPO", (tmp_path / "nowhere").as_uri())
    with pytest.raises(FileNotFoundError) as caught:
        vision.resnet18_v1(pretrained=True, root=str(tmp_path / "cache"))
    said = str(caught.value)
    for word in (
        "resnet18_v1-a0666292.params",
        str(tmp_path / "cache"),
        "MXNET_GLUON_REPO",
        "root=",
        "load_parameters",
    ):
        assert word in said
    assert list((tmp_path / "cache").iterdir()) == []


def test_download_can_be_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, repository: Path) -> None:
    asked = []

    def download(url: str, path: str, overwrite: bool) -> None:
        asked.append(url)
        name = url.rsplit("/", 1)[1]
        Path(path).write_bytes((repository / "gluon" / "models" / name).read_bytes())

    monkeypatch.setattr(model_store, "download", download)
    monkeypatch.setenv("MXNET_GLUON_REPO", "https://example.org/models/")
    model_store.get_model_file(NAME, root=str(tmp_path / "cache"))
    assert asked == [f"https://example.org/models/gluon/models/{NAME}-{model_store.short_hash(NAME)}.zip"]


def test_purge_leaves_other_files_alone(tmp_path: Path) -> None:
    (tmp_path / "a.params").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("keep")
    model_store.purge(str(tmp_path))
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]


def test_models_without_trained_parameters_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="mobilenet0.33"):
        vision.get_mobilenet(0.33, pretrained=True, root=str(tmp_path))


def test_every_name_of_the_zoo_has_a_file() -> None:
    assert set(vision._MODELS) == set(model_store._model_sha1)
