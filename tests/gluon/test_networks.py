"""Every network of the conformance suite is the same eager, hybridized, and exported and imported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mxcompat as mx
from conformance.networks import NETWORKS, Network
from conformance.networks.work import build, by_bind, by_imports, by_module, compare, run

_LIGHT = [name for name, network in NETWORKS.items() if not network.heavy]
_HEAVY = [name for name, network in NETWORKS.items() if network.heavy]
#: of the light ones, those that run always; the others with ``-m slow``
_ALWAYS = (
    "mlp_dropout", "lenet_tanh", "lstm_cells", "zoneout_cells", "transformer_layer", "foreach_lstm", "while_loop",
    "noisy", "softmax_output", "norms",
)  # fmt: skip

# what MXNet warns of, too
pytestmark = pytest.mark.filterwarnings("ignore:Cannot decide type:UserWarning")


def _agree(first: dict[str, Any], second: dict[str, Any], outputs: float, gradients: float) -> None:
    far = compare(first, second)
    assert far["predict"] <= outputs
    assert far["train"] <= outputs
    assert far["grad"] <= gradients


def _ways(network: Network, folder: Path, outputs: float, gradients: float) -> None:
    arrays = [mx.nd.array(one) for one in network.draw()]
    net = build(mx, network)
    net(*arrays)
    net.save_parameters(str(folder / "eager.params"))  # deferred initialization may draw in another order below
    eager = run(mx, net, network, arrays)
    assert any(np.abs(one).max() > 0 for key, one in eager.items() if key.startswith("grad/"))
    net = build(mx, network)
    net.load_parameters(str(folder / "eager.params"))
    net.hybridize()
    net(*arrays)
    net.export(str(folder / "net"))
    _agree(eager, run(mx, net, network, arrays), outputs, gradients)
    _agree(eager, by_imports(mx, network, folder), outputs, gradients)
    _agree(eager, by_bind(mx, network, folder), outputs, gradients)


@pytest.mark.parametrize("name", _ALWAYS)
def test_same_every_way(name: str, tmp_path: Path) -> None:
    _ways(NETWORKS[name], tmp_path, 1e-6, 1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in _LIGHT if name not in _ALWAYS])
def test_others_same_every_way(name: str, tmp_path: Path) -> None:
    _ways(NETWORKS[name], tmp_path, 1e-6, 1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("name", _HEAVY)
def test_zoo_same_every_way(name: str, tmp_path: Path) -> None:
    _ways(NETWORKS[name], tmp_path, 1e-4, 1)  # rounding, by the ReLUs that it flips; MXNet's own is as large


@pytest.mark.parametrize("name", ["lenet", "mlp"])
def test_module_takes_the_files(name: str, tmp_path: Path) -> None:
    network = NETWORKS[name]
    arrays = [mx.nd.array(one) for one in network.draw()]
    net = build(mx, network)
    net.hybridize()
    net(*arrays)
    net.export(str(tmp_path / "net"))
    _agree(run(mx, net, network, arrays), by_module(mx, network, tmp_path), 1e-6, 1e-5)


def test_there_are_sixty() -> None:
    assert len(NETWORKS) >= 60
