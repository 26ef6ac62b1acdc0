"""Whole networks: converted, imported, and run beside a SymbolBlock of the same files."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest
import torch

import mxcompat as mx
from conformance.networks import NETWORKS
from conformance.networks.work import build, names_of
from mxcompat.convert import GapsError, Source, to_source
from mxcompat.convert._parity import LIMIT, distance

from .examples import as_list, loaded

#: network -> the operators it is refused for
GAPS = {
    "condition": ["_cond"],
    "foreach_cell": ["_foreach"],
    "foreach_lstm": ["_foreach"],
    "while_loop": ["_while_loop"],
}
#: network -> outputs that are drawn at random
DRAWN = {"noisy": {0}}
#: converted on every run of the tests; the others are for `-m slow`
QUICK = {
    "bidirectional_cells", "constants", "convolutional_lstm", "encoder_decoder", "interleaved_attention",
    "language_model", "linear_algebra", "lstm_bidirectional", "lstm_cells", "noisy", "norms", "regression_output",
    "sequence_operators", "shared_parameters", "ssd", "super_resolution", "transformer_layer", "unet",
}  # fmt: skip


def _cases() -> list[Any]:
    return [pytest.param(name, marks=[] if name in QUICK or name in GAPS else [pytest.mark.slow]) for name in NETWORKS]


def exported(name: str, folder: Path) -> tuple[str, dict[str, Any], dict[str, tuple[int, ...]]]:
    """The text, the arrays and the shapes of the inputs of a network that was exported here."""
    network = NETWORKS[name]
    net = build(mx, network)
    net.hybridize()
    net(*[mx.nd.array(one) for one in network.draw()])
    net.export(str(folder / "net"))
    text = (folder / "net-symbol.json").read_text()
    shapes = {
        input_name: one.shape
        for input_name, one in zip(names_of(network), network.inputs, strict=True)
        if f'"{input_name}"' in text
    }
    return text, mx.nd.load(str(folder / "net-0000.params")), shapes


def converted(name: str, folder: Path) -> Source:
    return to_source(*exported(name, folder))


def imported(names: list[str], folder: Path) -> Any:
    """A SymbolBlock of the exported files."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the dtype of an input is not in the file
        return mx.gluon.SymbolBlock.imports(str(folder / "net-symbol.json"), names, str(folder / "net-0000.params"))


def _is_near(one: torch.Tensor, other: torch.Tensor) -> bool:
    return one.shape == other.shape and one.dtype == other.dtype and distance(one, other)[1] <= LIMIT


@pytest.mark.parametrize("name", _cases())
def test_network(name: str, tmp_path: Path) -> None:
    network = NETWORKS[name]
    text, arrays, shapes = exported(name, tmp_path)
    if name in GAPS:
        with pytest.raises(GapsError) as caught:
            to_source(text, arrays, shapes)
        assert [operator for operator, _ in caught.value.gaps] == GAPS[name]
        return
    source = to_source(text, arrays, shapes)
    assert source.random == DRAWN.get(name, set())
    module = loaded(source, tmp_path / "out")
    given = dict(zip(names_of(network), network.draw(), strict=True))
    with torch.no_grad():
        found = as_list(module(*[torch.tensor(given[name]) for name in source.inputs]))
    block = imported(names_of(network), tmp_path)
    out = block(*[mx.nd.array(one) for one in given.values()])
    wanted = [one.to_torch() for one in (out if isinstance(out, (list, tuple)) else [out])]
    assert len(wanted) == len(found) == source.outputs
    for i, (one, other) in enumerate(zip(wanted, found, strict=True)):
        assert i in source.random or _is_near(one, other), f"output {i}"


def test_a_module_trains_as_the_network_does(tmp_path: Path) -> None:
    """One step of SGD in training mode gives the same weights, the running averages of BatchNorm too."""
    text, arrays, shapes = exported("dcgan_discriminator", tmp_path)
    source = to_source(text, arrays, shapes)
    module = loaded(source, tmp_path / "out").train()
    data = torch.linspace(-1, 1, 3 * 3 * 32 * 32).reshape(3, 3, 32, 32).cos()
    optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
    module(data).square().sum().backward()
    optimizer.step()
    block = imported(["data"], tmp_path)
    trainer = mx.gluon.Trainer(block.collect_params(), "sgd", {"learning_rate": 0.1})
    with mx.autograd.record():
        loss = (block(mx.nd.array(data.numpy())) ** 2).sum()
    loss.backward()
    trainer.step(1)
    after = {name: param.data().to_torch().detach() for name, param in block.collect_params().items()}
    for path, tensor in module.state_dict().items():
        if source.origin[path] in after and "running_var" not in path:
            assert torch.allclose(tensor, after[source.origin[path]], atol=1e-4), path
