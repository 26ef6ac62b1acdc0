"""Parameter files of the model zoo, between here and MXNet 1.9.1, both ways."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import mxcompat

PYTHON = os.environ.get("MXNET_PYTHON")
PROGRAM = Path(__file__).with_name("exchange_program.py")

#: one net or two of each family, and the side of the images that it gets
FAMILIES = {
    "alexnet": 64,
    "vgg11": 32,
    "vgg11_bn": 32,
    "resnet18_v1": 64,
    "resnet50_v1": 64,
    "resnet18_v2": 64,
    "resnet50_v2": 64,
    "densenet121": 224,
    "squeezenet1.0": 224,
    "squeezenet1.1": 224,
    "inceptionv3": 299,
    "mobilenet0.25": 64,
    "mobilenetv2_0.25": 64,
}


def program(python: str | None, package: str, action: str, folder: Path, name: str) -> Any:
    command = [str(python), str(PROGRAM), package, action, str(folder), name, str(FAMILIES[name])]
    env = {**os.environ, "PYTHONPATH": str(Path(mxcompat.__file__).parents[1])} if package == "mxcompat" else None
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=600, env=env)
    return json.loads(done.stdout)


@pytest.mark.live
@pytest.mark.skipif(not PYTHON, reason="MXNET_PYTHON names no interpreter with MXNet 1.9.1")
@pytest.mark.parametrize("name", FAMILIES)
def test_both_ways_live(name: str, tmp_path: Path) -> None:
    """A net saved by one library and loaded by the other gives the same output, to 1e-5 of the largest."""
    ours, theirs = (sys.executable, "mxcompat"), (PYTHON, "mxnet")
    for way, (writer, reader) in {"in": (theirs, ours), "out": (ours, theirs)}.items():
        folder = tmp_path / way
        folder.mkdir()
        program(*writer, "save", folder, name)
        differences = program(*reader, "check", folder, name)
        print(name, way, differences)
        assert max(differences) <= 1e-5, (way, differences)


@pytest.mark.slow
def test_a_net_that_is_loaded_gives_what_it_gave_before(tmp_path: Path) -> None:
    program(sys.executable, "mxcompat", "save", tmp_path, "mobilenetv2_0.25")
    assert program(sys.executable, "mxcompat", "check", tmp_path, "mobilenetv2_0.25") == [0.0, 0.0]
