"""The proof: the symbol and the written module run on the same inputs, the module where mxcompat cannot be imported."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .._core.errors import MXNetError
from ..graph.node import Node
from ..libinfo import __version__
from ._errors import ConvertError
from ._facts import completed, free_axes, run
from ._packages import package
from ._reading import Network
from ._rule import Facts
from ._source import Source

#: the largest difference that is allowed, relative to the largest number of an output
LIMIT = 1e-5
_SEEDS = (0, 1, 2)

#: what the other interpreter runs: it imports the module from its file, and nothing of mxcompat or MXNet
_RUNNER = """
import importlib.util, json, sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("mxcompat", "mxnet"):
            raise ImportError(name + " must not be needed by a converted module")

sys.meta_path.insert(0, Refuse())
import torch
from safetensors.torch import load_file, save_file

folder, given, found = sys.argv[1:4]
torch.set_num_threads(int(sys.argv[4]))
spec = importlib.util.spec_from_file_location("model", folder + "/model.py")
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
model = module.load()
tensors = load_file(given)
batches = {}
for name in tensors:
    batch, place = name.split("/")
    batches.setdefault(batch, {})[int(place)] = tensors[name]
results = {}
with torch.no_grad():
    for batch, inputs in batches.items():
        out = model(*[inputs[i] for i in sorted(inputs)])
        for i, one in enumerate(out if isinstance(out, tuple) else (out,)):
            results[f"{batch}/{i}"] = one.contiguous().clone()
save_file(results, found)
print(json.dumps({"torch": torch.__version__, "refused": any(n.split(".")[0] == "mxcompat" for n in sys.modules)}))
"""


@dataclass
class Parity:
    """What the two runs gave.

    Attributes:
        worst: the largest difference of any output, relative to the largest number of that output.
        record: what is kept beside the module.
        says: why it is too far apart, or nothing.
    """

    worst: float
    record: dict[str, Any]
    says: str = ""


def inputs_for(network: Network, facts: Facts, seed: int | None, shapes: dict[Node, tuple[int, ...]]) -> list[Tensor]:
    """Random inputs in the network's order: numbers from -1 to 1, whole numbers where they are counted; None: zeros."""
    source = np.random.RandomState(seed or 0)
    given = []
    for node in network.inputs:
        low, high = facts.draws.get(node, (0, 0))
        if seed is None:
            array = np.full(shapes[node], low, dtype="float64")
        elif high:
            array = source.randint(low, high, shapes[node])
        else:
            array = source.uniform(-1, 1, shapes[node])
        given.append(torch.as_tensor(np.asarray(array)).to(network.dtypes[node]))
    return given


def _batches(network: Network, facts: Facts) -> dict[str, list[Tensor]]:
    """Three random batches, zeros, and random inputs of another batch size where the network takes one."""
    found = {f"random {seed}": inputs_for(network, facts, seed, network.shapes) for seed in _SEEDS}
    found["zeros"] = inputs_for(network, facts, None, network.shapes)
    first = network.inputs[0]
    size = network.shapes[first][0] if network.shapes[first] else 1
    lengths = any(low > 0 for low, _ in facts.draws.values())  # a shorter sequence would make them wrong
    for node, axis, shapes in free_axes(network, 1 if size == 1 or lengths else 1 - size):
        if axis != 0:
            break
        whole = completed(network, shapes)
        if whole is None:
            continue
        given = inputs_for(network, facts, 3, whole)
        try:
            run(network, given)
        except MXNetError:
            continue
        found[f"batch of {whole[node][0]}"] = given
        break
    return found


def prove(folder: Path, network: Network, facts: Facts, source: Source, random: set[int]) -> Parity:
    """Run both on the same inputs.

    Args:
        folder: where model.py and model.safetensors lie.
        network, facts: what is converted.
        source: what was written.
        random: outputs that are drawn, which are not compared.

    Raises:
        ConvertError: the written module does not run.
    """
    batches = _batches(network, facts)
    places = [[node.name for node in network.inputs].index(name) for name in source.inputs]
    given = {
        f"{name}/{i}": tensors[place].contiguous()
        for name, tensors in batches.items()
        for i, place in enumerate(places)
    }
    wanted = {name: run(network, tensors) for name, tensors in batches.items()}
    found, other = run_module(folder, given)
    worst, rows = 0.0, []
    for name, outputs in wanted.items():
        for i, one in enumerate(outputs):
            if i in random:
                continue
            absolute, relative = distance(one, found[f"{name}/{i}"])
            worst = max(worst, relative)
            rows.append({"inputs": name, "output": i, "absolute": absolute, "relative": relative})
    record = {
        "largest_relative_difference": worst,
        "limit": LIMIT,
        "passed": worst <= LIMIT,
        "measured_against": "the largest number of each output",
        "inputs": {node.name: list(network.shapes[node]) for node in network.inputs if node.name in source.inputs},
        "seeds": list(_SEEDS),
        "drawn_outputs": sorted(random),
        "comparisons": rows,
        "versions": {
            "mxcompat": __version__,
            "torch": torch.__version__,
            "torch_of_module": other["torch"],
            "python": platform.python_version(),
        },
        "notes": source.notes,
        "parameters": source.origin,
    }
    says = ""
    if worst > LIMIT:
        row = next(row for row in rows if row["relative"] == worst)
        says = f"output {row['output']} differs by {worst:.1e} of its largest number (inputs: {row['inputs']})"
    return Parity(worst, record, says)


def run_module(folder: Path, given: dict[str, Tensor]) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Outputs of a written module, run in an interpreter of its own."""
    safetensors = package("safetensors.torch")
    with tempfile.TemporaryDirectory() as scratch:
        before, after = f"{scratch}/given.safetensors", f"{scratch}/found.safetensors"
        safetensors.save_file(given, before)
        command = [sys.executable, "-I", "-c", _RUNNER, str(folder), before, after, str(torch.get_num_threads())]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ConvertError(f"the written module does not run: {last_line(done.stderr)}")
        return safetensors.load_file(after), json.loads(done.stdout.splitlines()[-1])


def last_line(text: str) -> str:
    """The last line that says something: of a traceback, the error."""
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no message"


def distance(wanted: Tensor, found: Tensor) -> tuple[float, float]:
    """The largest difference, and the same relative to the largest number that is wanted."""
    if wanted.shape != found.shape:
        return float("inf"), float("inf")
    if not wanted.numel():
        return 0.0, 0.0
    one, other = wanted.double(), found.double()
    same = (one == other) | (one.isnan() & other.isnan())
    apart = torch.where(same, 0.0, (one - other).abs())
    most = float(apart.max())
    if most == 0:
        return 0.0, 0.0
    finite = one[one.isfinite()].abs()
    return most, most / max(float(finite.max()) if finite.numel() else 0.0, 1e-30) if most == most else float("inf")
