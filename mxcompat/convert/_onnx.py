"""ONNX by torch's own exporter, from the converted module."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ._convert import source_of
from ._errors import ConvertError, few
from ._facts import facts_of, run
from ._output import Say, read_network, write_files
from ._packages import need, package
from ._parity import LIMIT, distance, inputs_for, last_line
from ._reading import Network
from ._rule import Facts
from ._source import Source

_EXPORT = """
import importlib.util, sys
import torch
from safetensors.torch import load_file

folder, given, target, names, outputs = sys.argv[1:6]
spec = importlib.util.spec_from_file_location("model", folder + "/model.py")
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
tensors = load_file(given)
inputs = tuple(tensors[str(i)] for i in range(len(tensors)))
torch.onnx.export(
    module.load(), inputs, target, input_names=names.split(","), output_names=outputs.split(","), dynamo=True,
    external_data=False, verbose=False,
)
"""


@dataclass
class Exported:
    """What an export gave.

    Attributes:
        path: the file.
        nbytes: its size.
        opset: the version of ONNX's operators.
        worst: the largest difference, relative to the largest number of an output; None if it could not be run.
        says: why it is too far apart, or nothing.
    """

    path: Path
    nbytes: int
    opset: int
    worst: float | None
    says: str = ""


def convert_to_onnx(
    symbol: str,
    params: str,
    output: str,
    inputs: dict[str, tuple[int, ...]] | None = None,
    *,
    force: bool = False,
    say: Say = lambda text: None,
) -> Exported:
    """Convert a symbol file and its parameters to an ONNX file, for inputs of these shapes.

    Raises:
        ConvertError: it cannot be converted or exported; nothing has been written.
    """
    need("safetensors", extra="convert")
    need("onnx", "onnxscript")  # torch's exporter
    path = Path(output)
    if path.is_dir():
        raise ConvertError(f"{path}: is a folder, expected the name of a file")
    if path.exists() and not force:
        raise ConvertError(f"{path} exists; --force replaces it")
    say("reading")
    network = read_network(symbol, params, inputs)
    facts = facts_of(network)
    source = source_of(network, facts, "", Path(symbol).name)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_files(folder, source)
        say("torch exports it")
        given = _given(network, facts, source)
        made = _export(folder, given, source)
        opset, worst, says = _check(made, network, facts, source, given)
        return _placed(made, path, opset, worst, says)


def _given(network: Network, facts: Facts, source: Source) -> list[Tensor]:
    tensors = inputs_for(network, facts, 0, network.shapes)
    names = [node.name for node in network.inputs]
    return [tensors[names.index(name)] for name in source.inputs]


def _export(folder: Path, given: list[Tensor], source: Source) -> Path:
    before, target = folder / "given.safetensors", folder / "model.onnx"
    package("safetensors.torch").save_file({str(i): tensor.contiguous() for i, tensor in enumerate(given)}, before)
    outputs = ",".join(f"output{i}" for i in range(source.outputs))
    command = [
        sys.executable,
        "-I",
        "-c",
        _EXPORT,
        str(folder),
        str(before),
        str(target),
        ",".join(source.inputs),
        outputs,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or not target.exists():
        raise ConvertError(f"torch cannot export the module: {last_line(done.stderr)}")
    return target


def _check(
    made: Path, network: Network, facts: Facts, source: Source, given: list[Tensor]
) -> tuple[int, float | None, str]:
    model = package("onnx").load(str(made))
    opset = max(entry.version for entry in model.opset_import)
    if importlib.util.find_spec("onnxruntime") is None:
        return opset, None, ""
    session = package("onnxruntime").InferenceSession(str(made), providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_inputs()]
    lost = [name for name in source.inputs if name not in names]
    if lost:
        return opset, float("inf"), f"the exported graph has no input {few(lost)}"
    found: list[Any] = session.run(None, {n: t.numpy() for n, t in zip(source.inputs, given, strict=True)})
    wanted = run(network, inputs_for(network, facts, 0, network.shapes))
    worst = 0.0
    for i, (one, other) in enumerate(zip(wanted, found, strict=True)):
        if i not in source.random:
            worst = max(worst, distance(one, torch.from_numpy(np.asarray(other)))[1])
    return opset, worst, "" if worst <= LIMIT else f"an output differs by {worst:.1e} of its largest number"


def _placed(made: Path, path: Path, opset: int, worst: float | None, says: str) -> Exported:
    """The file under its name: copied beside it first, as a rename is not half-done."""
    data = made.read_bytes()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".mxcompat-", dir=path.parent)
        with open(handle, "wb") as file:
            file.write(data)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, path)
    except OSError as error:
        raise ConvertError(f"cannot write {path}: {error.strerror}") from None
    return Exported(path, len(data), opset, worst, says)
