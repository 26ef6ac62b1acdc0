"""`mxcompat convert --to torch` as a new user meets it: what is written, and one clear line for what is wrong."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import mxcompat as mx
from mxcompat.cli import main

nn = mx.gluon.nn


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small exported network: ``net-symbol.json`` and ``net-0000.params``."""
    folder = tmp_path_factory.mktemp("network")
    net = nn.HybridSequential(prefix="small_")
    with net.name_scope():
        net.add(nn.Conv2D(4, 3, padding=1, activation="relu"), nn.MaxPool2D(2), nn.Dense(3))
    net.initialize()
    net.hybridize()
    net(mx.nd.zeros((2, 1, 8, 8)))
    net.export(str(folder / "net"))
    return folder


@pytest.fixture
def folder(files: Path, tmp_path: Path) -> Iterator[Path]:
    """A folder with copies of the two files."""
    for file in files.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    yield tmp_path
    assert not [file.name for file in tmp_path.iterdir() if file.name.startswith(".mxcompat")]


Said = Callable[[list[str]], str]
Refused = Callable[..., str]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """What a command that must exit with 2 says: one line, but for a list of gaps."""

    def run(arguments: list[str]) -> str:
        assert main(arguments) == 2
        text = capsys.readouterr().err.strip()
        assert "\n" not in text or "have no counterpart" in text
        assert text.startswith("mxcompat: ")
        return text

    return run


@pytest.fixture
def refused(folder: Path, said: Said) -> Refused:
    """The same for the files of ``folder``; nothing has been written then."""

    def run(says: str, *rest: str) -> str:
        text = said(command(folder, "--input", "data=2,1,8,8", *rest))
        assert re.search(says, text), text
        assert not (folder / "net-torch" / "model.py").exists()
        return text

    return run


def command(folder: Path, *rest: str) -> list[str]:
    return ["convert", str(folder / "net-symbol.json"), str(folder / "net-0000.params"), "--to", "torch", *rest]


def test_writes_a_module_that_knows_torch_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command(folder, "--input", "data=2,1,8,8")) == 0
    out = folder / "net-torch"
    assert sorted(file.name for file in out.iterdir()) == ["model.py", "model.safetensors", "parity.json"]
    assert "class Small" in capsys.readouterr().out
    text = (out / "model.py").read_text()
    assert "self.conv0 = nn.Conv2d(1, 4, 3, padding=1)" in text and "mxcompat" not in text
    record = json.loads((out / "parity.json").read_text())
    assert record["passed"] and record["largest_relative_difference"] <= record["limit"]
    assert {row["inputs"] for row in record["comparisons"]} == {
        "random 0", "random 1", "random 2", "zeros", "batch of 1",
    }  # fmt: skip
    assert record["parameters"]["conv0.weight"] == "small_conv0_weight"
    code = "import sys; sys.path.insert(0, sys.argv[1]); sys.modules['mxcompat'] = None; import model; model.load()"
    subprocess.run([sys.executable, "-I", "-c", code, str(out)], check=True)


def test_a_prefix_and_an_epoch(folder: Path) -> None:
    arguments = ["convert", str(folder / "net"), "--epoch", "0", "--to", "torch", "--input", "data=1,1,8,8"]
    assert main([*arguments, "-o", str(folder / "out"), "--name", "Tiny"]) == 0
    assert "class Tiny(nn.Module)" in (folder / "out" / "model.py").read_text()


@pytest.mark.parametrize(
    ("rest", "says"),
    [
        ((), "the shape of data does not follow from the parameters: --input data=N,1,H,W"),
        (("--input", "data=2,1"), "--input|the shapes do not fit"),
        (("--input", "data=a,b"), "expected a name and a shape"),
        (("--input", "image=2,1,8,8"), "no input 'image'"),
        (("--input", "small_conv0_weight=4,1,3,3"), "is a parameter of the network"),
        (("--input", "data=2,1,8,8", "--name", "not a name"), "is no name of a class"),
        (("--plain-names",), "for files of arrays"),
    ],
)
def test_arguments_that_do_not_fit(folder: Path, rest: tuple[str, ...], says: str, said: Said) -> None:
    assert re.search(says, said(command(folder, *rest)))
    assert not (folder / "net-torch").exists()


def test_missing_files(folder: Path, refused: Refused) -> None:
    (folder / "net-0000.params").unlink()
    refused(r"net-0000\.params: no such file")
    (folder / "net-symbol.json").unlink()
    refused(r"net-symbol\.json: no such file")


def test_one_file_is_not_enough(folder: Path, said: Said) -> None:
    assert "a network is two files" in said(["convert", str(folder / "net-symbol.json"), "--to", "torch"])


def test_truncated_params(folder: Path, refused: Refused) -> None:
    whole = (folder / "net-0000.params").read_bytes()
    for size in (0, 10, len(whole) // 2, len(whole) - 3):
        (folder / "net-0000.params").write_bytes(whole[:size])
        refused(r"net-0000\.params: ")


def test_not_a_symbol(folder: Path, refused: Refused) -> None:
    for text in ("", "hello", "[1]", '{"nodes": []}'):
        (folder / "net-symbol.json").write_text(text)
        refused(r"net-symbol\.json: symbol file: ")
    (folder / "net-symbol.json").write_bytes(b"\xff\xfe\x00")
    refused("it is not text")


def test_a_cycle(folder: Path, refused: Refused) -> None:
    graph = json.loads((folder / "net-symbol.json").read_text())
    numbers = [i for i, node in enumerate(graph["nodes"]) if node["op"] != "null"]
    graph["nodes"][numbers[0]]["inputs"][0] = [numbers[-1], 0, 0]
    (folder / "net-symbol.json").write_text(json.dumps(graph))
    refused("depends on its own output")


def test_every_gap_is_named_at_once(folder: Path, refused: Refused) -> None:
    graph = json.loads((folder / "net-symbol.json").read_text())
    operators = [node for node in graph["nodes"] if node["op"] != "null"]
    operators[0]["op"], operators[0]["name"] = "NoSuchOperator", "first"
    operators[1]["op"], operators[1]["name"], operators[1]["attrs"] = "Custom", "second", {"op_type": "mine"}
    (folder / "net-symbol.json").write_text(json.dumps(graph))
    text = refused("2 of 4 nodes have no counterpart in torch")
    assert "NoSuchOperator (1x: first)" in text and "Custom (1x: second)" in text


def test_parameters_of_another_network(folder: Path, refused: Refused) -> None:
    kept = mx.nd.load(str(folder / "net-0000.params"))
    without = {name: array for name, array in kept.items() if not name.endswith("conv0_bias")}
    mx.nd.save(str(folder / "net-0000.params"), without)
    assert "small_conv0_bias is missing" in refused("do not fit the network")
    wide = {name: mx.nd.zeros((5, 64)) if name.endswith("dense0_weight") else a for name, a in kept.items()}
    mx.nd.save(str(folder / "net-0000.params"), wide)
    refused("do not fit")


def test_what_is_there_is_kept(folder: Path, refused: Refused) -> None:
    out = folder / "net-torch"
    out.mkdir()
    refused("net-torch exists; --force replaces it")
    (out / "mine.txt").write_text("mine")
    refused(r"holds mine\.txt, which no conversion wrote", "--force")
    assert (out / "mine.txt").read_text() == "mine"
    (out / "mine.txt").unlink()
    (out / "model.py").write_text("an older one")
    assert main(command(folder, "--input", "data=2,1,8,8", "--force")) == 0
    assert "nn.Module" in (out / "model.py").read_text()


def test_a_difference_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from mxcompat.convert import _output

    real = _output.write_files

    def spoilt(where: Path, source: object) -> None:
        source.tensors["dense0.bias"] = source.tensors["dense0.bias"] + 1  # type: ignore[attr-defined]
        real(where, source)  # type: ignore[arg-type]

    monkeypatch.setattr(_output, "write_files", spoilt)
    assert main(command(folder, "--input", "data=2,1,8,8")) == 1
    assert "output 0 differs by" in capsys.readouterr().err
    assert not json.loads((folder / "net-torch" / "parity.json").read_text())["passed"]


@pytest.mark.slow
def test_onnx(folder: Path, said: Said) -> None:
    pytest.importorskip("onnxscript")
    arguments = ["convert", str(folder / "net"), "--epoch", "0", "--to", "onnx", "--input", "data=2,1,8,8"]
    assert main(arguments) == 0
    assert (folder / "net.onnx").stat().st_size > 0
    assert "exists; --force replaces it" in said(arguments)
