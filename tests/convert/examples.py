"""Graphs of one node for the examples of rules, and written modules loaded from their files."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch

from mxcompat.convert import Source
from mxcompat.convert._rule import Example


def one_node(operator: str, example: Example, heads: int = 1) -> str:
    """The text of a symbol: variables, and one operator on them."""
    names = [f"param{i}" if i in example.params else f"data{i}" for i in range(len(example.shapes))]
    nodes = [{"op": "null", "name": name, "inputs": []} for name in names]
    nodes.append(
        {
            "op": operator,
            "name": "node0",
            "attrs": dict(example.attrs),
            "inputs": [[i, 0, 0] for i in range(len(names))],
        }
    )
    outputs = [[len(names), i, 0] for i in range(heads)]
    if not names:  # a network has an input, if only one that it gives back
        nodes.append({"op": "null", "name": "data0", "inputs": []})
        outputs.append([1, 0, 0])
    return json.dumps(
        {
            "nodes": nodes,
            "arg_nodes": list(range(len(names))) or [1],
            "heads": outputs,
            "attrs": {"mxnet_version": ["int", 10901]},
        }
    )


def arrays_for(example: Example) -> list[torch.Tensor]:
    """Numbers for the inputs of an example."""
    source = np.random.RandomState(3)
    found = []
    for i, shape in enumerate(example.shapes):
        if i in example.whole:
            array = source.randint(example.starts.get(i, 0), example.whole[i], shape)
        else:
            array = source.uniform(*example.draw, shape)
        found.append(torch.as_tensor(np.asarray(array, dtype="float32")))
    return found or [torch.ones(2)]


def loaded(source: Source, folder: Path) -> Any:
    """The module of a source, with its weights, imported from a file."""
    from mxcompat.convert._output import write_files

    folder.mkdir(parents=True, exist_ok=True)
    write_files(folder, source)
    spec = importlib.util.spec_from_file_location("converted_model", folder / "model.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.load()


def as_list(out: Any) -> list[torch.Tensor]:
    return list(out) if isinstance(out, tuple) else [out]
