"""What is done with a network on either side: export it with its results, or load files and compare.

Runs in both interpreters. The folder of a network holds ``net-symbol.json``, ``net-0000.params`` and ``results.npz``.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from .table import NETWORKS, Input, Network

_SEED = 5
#: the largest distance between the forms of one block: sums in another order
FORMS = 1e-6


def build(mx: Any, network: Network) -> Any:
    """The block, initialized under a seed."""
    mx.random.seed(_SEED)
    np.random.seed(_SEED)
    mx.name.NameManager._current.value = mx.name.NameManager()
    net = network.build(mx)
    net.initialize(mx.init.Xavier())
    return net


def as_list(out: Any) -> list[Any]:
    return list(out) if isinstance(out, (list, tuple)) else [out]


def heads(mx: Any, outputs: list[Any]) -> list[Any]:
    """Head gradients that are not uniform: the gradient of a sum of a softmax is nothing but rounding."""
    return [mx.nd.array(0.6 + np.cos(np.arange(one.size)).reshape(one.shape), dtype=one.dtype) for one in outputs]


def run(mx: Any, net: Any, network: Network, arrays: list[Any]) -> dict[str, Any]:
    """Results in predict mode, then in train mode with the gradients of inputs and parameters, under a seed."""
    results: dict[str, Any] = {}
    mx.random.seed(_SEED)
    for i, one in enumerate(_flat(net(*arrays))):
        results[f"predict/{i}"] = one.asnumpy()
    inputs = [array.copy() for array in arrays]
    wanting = [i for i, one in enumerate(network.inputs) if not one.kinds]
    for i in wanting:
        inputs[i].attach_grad()
    mx.random.seed(_SEED)
    with mx.autograd.record():
        outputs = _flat(net(*inputs))
    mx.autograd.backward(outputs, heads(mx, outputs))
    for i, one in enumerate(outputs):
        results[f"train/{i}"] = one.asnumpy()
    for i in wanting:
        results[f"grad/{i}"] = inputs[i].grad.asnumpy()
    for name, param in net.collect_params().items():
        if param.grad_req != "null":
            results[f"grad/{name}"] = param.grad().asnumpy()
        else:
            results[f"state/{name}"] = param.data().asnumpy()
    return results


def _flat(out: Any) -> list[Any]:
    flat: list[Any] = []
    for one in as_list(out):
        flat.extend(_flat(one) if isinstance(one, (list, tuple)) else [one])
    return flat


def make(mx: Any, network: Network, folder: Path) -> None:
    """Export a network, and keep its results."""
    net = build(mx, network)
    net.hybridize()
    arrays = [mx.nd.array(one) for one in network.draw()]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        net(*arrays)
    net.export(str(folder / "net"))
    np.savez(folder / "results.npz", **run(mx, net, network, arrays))


def exact(mx: Any, network: Network, net: Any) -> dict[str, Any]:
    """Results of a block in float64."""
    net.cast("float64")
    return run(mx, net, network, [mx.nd.array(one, dtype="float64") for one in network.draw()])


def make_exact(mx: Any, network: Network, folder: Path) -> None:
    """As `make`, and keep the results in float64 only; without dropout, which draws otherwise in float64."""
    make(mx, network, folder)
    path = folder / "net-symbol.json"
    graph = json.loads(path.read_text())
    for node in graph["nodes"]:
        if node["op"] == "Dropout":
            node["attrs"]["p"] = "0"
    path.write_text(json.dumps(graph))
    np.savez(folder / "results.npz", **exact(mx, network, _imported(mx, network, folder)))


def use_exact(mx: Any, network: Network, folder: Path) -> dict[str, Any]:
    """Load by `SymbolBlock.imports`, and compare in float64: nothing left to say "rounding" about."""
    kept = dict(np.load(folder / "results.npz"))
    return {"imports": compare(kept, exact(mx, network, _imported(mx, network, folder)))}


def apart(mx: Any, network: Network, folder: Path) -> dict[str, Any]:
    """How far the results of a block lie from those of its other forms, under the same seeds."""
    arrays = [mx.nd.array(one) for one in network.draw()]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        net = build(mx, network)
        net(*arrays)  # unknown shapes become known here, which draws weights in another order than below
        weights = [param.data().copy() for param in net.collect_params().values()]
        eager = run(mx, net, network, arrays)
        net = build(mx, network)
        net.hybridize()
        net(*arrays)
        for param, weight in zip(net.collect_params().values(), weights):  # noqa: B905  # also run by Python 3.8
            param.set_data(weight)
        net.export(str(folder / "net"))
        hybrid = run(mx, net, network, arrays)
        imported = _imported(mx, network, folder)
        found = {"hybridized": compare(eager, hybrid), "imported": compare(eager, run(mx, imported, network, arrays))}
        imported = _imported(mx, network, folder)
        imported.hybridize(static_alloc=True, static_shape=True)
        imported(*arrays)
        found["imported, hybridized"] = compare(eager, run(mx, imported, network, arrays))
    return found


def own_error(mx: Any, network: Network, folder: Path) -> dict[str, float]:
    """How far this package's float32 is from float64, whose results lie in the folder: its rounding, and no more.

    The last figure is how far gradients move in float32 when the inputs move by one part in ten million.
    """
    net = _imported(mx, network, folder)
    arrays = [mx.nd.array(one) for one in network.draw()]
    found = run(mx, net, network, arrays)
    far = compare(dict(np.load(folder / "results.npz")), found)
    nudged = [one if network.inputs[i].kinds else one * (1 + 1e-7) for i, one in enumerate(arrays)]
    net = _imported(mx, network, folder)  # its running averages have moved
    far["nudged"] = compare(found, run(mx, net, network, nudged)).get("grad", 0.0)
    return far


def names_of(network: Network) -> list[str]:
    count = len(network.inputs)
    return ["data"] if count == 1 else [f"data{i}" for i in range(count)]


def inputs_of(network: Network) -> dict[str, Input]:
    return {name: network.inputs[i] for i, name in enumerate(names_of(network))}


def _imported(mx: Any, network: Network, folder: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return mx.gluon.SymbolBlock.imports(
            str(folder / "net-symbol.json"), names_of(network), str(folder / "net-0000.params")
        )


def by_imports(mx: Any, network: Network, folder: Path) -> dict[str, Any]:
    net = _imported(mx, network, folder)
    return run(mx, net, network, [mx.nd.array(one) for one in network.draw()])


def _files(mx: Any, folder: Path) -> Any:
    graph = mx.sym.load(str(folder / "net-symbol.json"))
    saved = mx.nd.load(str(folder / "net-0000.params"))
    args = {name[4:]: one for name, one in saved.items() if name.startswith("arg:")}
    states = {name[4:]: one for name, one in saved.items() if name.startswith("aux:")}
    return graph, args, states


def requests(graph: Any, network: Network) -> dict[str, str]:
    """grad_req of every argument: there is no gradient of whole numbers."""
    kinds = [name for name, one in inputs_of(network).items() if one.kinds]
    return {name: "null" if name in kinds else "write" for name in graph.list_arguments()}


def by_bind(mx: Any, network: Network, folder: Path) -> dict[str, Any]:
    graph, args, states = _files(mx, folder)
    names = names_of(network)
    shapes = {name: one.shape for name, one in inputs_of(network).items()}
    executor = graph.simple_bind(mx.cpu(), grad_req=requests(graph, network), **shapes)
    executor.copy_params_from(args, states)
    given = {names[i]: mx.nd.array(one) for i, one in enumerate(network.draw())}
    results: dict[str, Any] = {}
    mx.random.seed(_SEED)
    for i, one in enumerate(executor.forward(is_train=False, **given)):
        results[f"predict/{i}"] = one.asnumpy()
    mx.random.seed(_SEED)
    outputs = executor.forward(is_train=True, **given)
    executor.backward(heads(mx, outputs))
    for i, one in enumerate(outputs):
        results[f"train/{i}"] = one.asnumpy()
    for name, one in executor.grad_dict.items():
        if one is not None:
            results[f"grad/{names.index(name) if name in names else name}"] = one.asnumpy()
    for name, one in executor.aux_dict.items():
        results[f"state/{name}"] = one.asnumpy()
    return results


def by_module(mx: Any, network: Network, folder: Path) -> dict[str, Any]:
    graph, args, states = _files(mx, folder)
    names = names_of(network)
    module = mx.mod.Module(graph, data_names=names, label_names=None)
    wanting = not any(one.kinds for one in network.inputs)
    module.bind([(name, one.shape) for name, one in inputs_of(network).items()], inputs_need_grad=wanting)
    module.set_params(args, states)
    batch = mx.io.DataBatch([mx.nd.array(one) for one in network.draw()], None)
    results: dict[str, Any] = {}
    mx.random.seed(_SEED)
    module.forward(batch, is_train=False)
    for i, one in enumerate(module.get_outputs()):
        results[f"predict/{i}"] = one.asnumpy()
    mx.random.seed(_SEED)
    module.forward(batch, is_train=True)
    outputs = module.get_outputs()
    for i, one in enumerate(outputs):
        results[f"train/{i}"] = one.asnumpy()
    module.backward(heads(mx, outputs))
    if wanting:
        for i, one in enumerate(module.get_input_grads()):
            results[f"grad/{i}"] = one.asnumpy()
    return results


def distance(kept: Any, found: Any) -> float:
    """The largest difference, relative to the largest number; infinite for another shape, or for NaN on one side."""
    if kept.shape != found.shape:
        return float("inf")
    if kept.size == 0:
        return 0.0
    with np.errstate(all="ignore"):
        apart = np.abs(kept.astype("float64") - found.astype("float64"))
    apart[(kept == found) | (np.isnan(kept) & np.isnan(found))] = 0
    most = float(apart.max())
    if most == 0:
        return 0.0
    return most / max(float(np.abs(kept[np.isfinite(kept)]).max()), 1e-30) if most == most else float("inf")


def compare(kept: dict[str, Any], found: dict[str, Any]) -> dict[str, float]:
    """The largest distance of each kind of result: predict, train, grad, state.

    What vanishes (the gradient of a bias before a normalization, the mean of what was normalized) is rounding, and is
    measured by the largest of its kind in the network.
    """
    worst: dict[str, float] = {}
    tops: dict[str, float] = {}
    for key, one in kept.items():
        kind = key.split("/")[0]
        tops[kind] = max(tops.get(kind, 0.0), float(np.abs(one).max()))
    for key, one in found.items():
        kind = key.split("/")[0]
        if key not in kept:  # the block froze a parameter, which a graph does not know
            continue
        far = distance(kept[key], one)
        if far > 1e-5 and kept[key].shape == one.shape and np.abs(kept[key]).max() < 1e-5 * tops[kind]:
            far = float(np.abs(kept[key] - one).max()) / tops[kind]
        worst[kind] = max(worst.get(kind, 0.0), far)
    return worst


WAYS = {"imports": by_imports, "bind": by_bind, "module": by_module}


def use(mx: Any, network: Network, folder: Path) -> dict[str, Any]:
    """Load a network's files every way, and compare with the results that lie beside them."""
    kept = dict(np.load(folder / "results.npz"))
    answers: dict[str, Any] = {}
    for way, load in WAYS.items():
        if way == "module" and not network.batch_first:
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                answers[way] = compare(kept, load(mx, network, folder))
        except Exception as problem:
            answers[way] = f"{type(problem).__name__}: {str(problem).strip()[:400]}"
    return answers


TASKS = {
    "make": make,
    "use": use,
    "make_exact": make_exact,
    "use_exact": use_exact,
    "own_error": own_error,
    "apart": apart,
}


def main() -> None:
    """Answer requests, one JSON line each: ``[name of a task, name, folder]``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("package", choices=("mxnet", "mxcompat"))
    mx = importlib.import_module(parser.parse_args().package)
    answers = sys.stdout
    sys.stdout = sys.stderr
    for line in sys.stdin:
        what, name, folder = json.loads(line)
        try:
            answer = TASKS[what](mx, NETWORKS[name], Path(folder))
        except Exception as problem:
            answer = f"{type(problem).__name__}: {str(problem).strip()[:400]}"
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
