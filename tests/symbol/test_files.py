"""Files of symbols that are damaged or hostile: one MXNetError that says which node, and nothing else happens."""

import json
from collections.abc import Callable
from typing import Any

import pytest

import mxcompat as mx

Change = Callable[[dict[str, Any]], Any]


def _graph() -> dict[str, Any]:
    x = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=3, name="fc")
    x = mx.sym.BatchNorm(x, name="bn")
    x = mx.sym.Concat(*mx.sym.split(x, num_outputs=3, name="cut"), name="join")
    found: dict[str, Any] = json.loads(x.tojson())
    return found


def _node(graph: dict[str, Any], name: str) -> dict[str, Any]:
    return next(node for node in graph["nodes"] if node["name"] == name)


CHANGES: dict[str, tuple[Change, str]] = {
    "operator": (lambda g: _node(g, "fc").update(op="system"), r"'fc' \(system\): operator 'system' is not registered"),
    "operator number": (lambda g: _node(g, "fc").update(op=3), "op and name must be texts"),
    "no name": (lambda g: _node(g, "fc").pop("name"), "op and name must be texts"),
    "attribute": (lambda g: _node(g, "fc")["attrs"].update(x="1"), r"'fc'.*Cannot find argument 'x'"),
    "attribute number": (lambda g: _node(g, "fc")["attrs"].update(num_hidden=1), "expected an object of texts"),
    "attribute code": (lambda g: _node(g, "fc")["attrs"].update(num_hidden="__import__('os')"), r"'fc'.*num_hidden"),
    "attribute huge": (lambda g: _node(g, "fc")["attrs"].update(num_hidden="9" * 5000), r"'fc'"),
    "required": (lambda g: _node(g, "fc").pop("attrs"), r"'fc'.*Required parameter num_hidden"),
    "outputs huge": (lambda g: _node(g, "cut")["attrs"].update(num_outputs="1000000000"), r"'cut'.*outputs"),
    "count": (lambda g: _node(g, "join")["attrs"].update(num_args="999999999"), r"'join'.*num_args"),
    "input missing": (lambda g: _node(g, "fc")["inputs"].pop(), r"'fc'.*has 2 inputs, FullyConnected takes 3"),
    "state missing": (lambda g: _node(g, "bn")["inputs"].pop(), r"'bn'.*has 4 inputs, BatchNorm takes 5"),
    "input too many": (lambda g: _node(g, "fc")["inputs"].append([0, 0, 0]), r"'fc'.*has 4 inputs"),
    "input node": (lambda g: _node(g, "fc")["inputs"].__setitem__(0, [99, 0, 0]), r"'fc': input 99 does not exist"),
    "input negative": (lambda g: _node(g, "fc")["inputs"].__setitem__(0, [-1, 0, 0]), r"'fc': input -1"),
    "input output": (lambda g: _node(g, "fc")["inputs"].__setitem__(0, [0, 7, 0]), r"'fc'.*has no output 7"),
    "input text": (lambda g: _node(g, "fc")["inputs"].__setitem__(0, "data"), r"'fc'.*expected \[node, output"),
    "inputs number": (lambda g: _node(g, "fc").update(inputs=3), r"'fc'.*inputs: expected a list"),
    "cycle": (lambda g: _node(g, "fc")["inputs"].__setitem__(0, [8, 0, 0]), "depends on its own output"),
    "self": (lambda g: _node(g, "fc")["inputs"].__setitem__(0, [3, 0, 0]), r"'fc'.*depends on its own output"),
    "variable inputs": (lambda g: _node(g, "data").update(inputs=[[1, 0, 0]]), r"'data'.*a variable has no inputs"),
    "head": (lambda g: g.update(heads=[[99, 0, 0]]), "heads: node 99 does not exist"),
    "head output": (lambda g: g.update(heads=[[0, 5, 0]]), "heads: 'data' has no output 5"),
    "heads": (lambda g: g.update(heads=3), 'Missing field "heads"'),
    "arg_nodes": (lambda g: g.update(arg_nodes=[3]), "arg_nodes: 3 is not the number of a variable"),
    "nodes": (lambda g: g.update(nodes={}), 'Missing field "nodes"'),
    "node": (lambda g: g["nodes"].__setitem__(0, []), "node 0: expected an object"),
    "version": (lambda g: g.update(attrs={"mxnet_version": "1.9.1"}), 'expected \\["int", number\\]'),
    "version type": (lambda g: g.update(attrs={"mxnet_version": ["str", "x"]}), 'expected \\["int", number\\]'),
    "attrs": (lambda g: g.update(attrs=[1]), "attrs: expected an object"),
    "subgraph": (lambda g: _node(g, "fc").update(subgraphs=[_graph()]), r"'fc'.*has 1 subgraphs"),
    "subgraph bad": (lambda g: _node(g, "fc").update(subgraphs=[3]), r"'fc'.*subgraph 0: expected an object"),
    "custom": (lambda g: _node(g, "fc").update(op="Custom", attrs={"op_type": "no_such"}), "no_such"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_damaged(name: str) -> None:
    change, says = CHANGES[name]
    graph = _graph()
    change(graph)
    with pytest.raises(mx.MXNetError, match=says):
        mx.sym.load_json(json.dumps(graph))


@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "3", "[]", '"x"', "{}", "[" * 100000, '{"a":' * 100000, '{"nodes": ' + "9" * 5000 + "}"],
)
def test_not_a_graph(text: str) -> None:
    with pytest.raises(mx.MXNetError, match="symbol file"):
        mx.sym.load_json(text)


def test_subgraphs_nested_deeply() -> None:
    graph: dict[str, Any] = {"nodes": [], "arg_nodes": [], "heads": []}
    for _ in range(150):
        node = {"op": "_foreach", "name": "n", "inputs": [], "subgraphs": [graph]}
        graph = {"nodes": [node], "arg_nodes": [], "heads": [[0, 0, 0]]}
    with pytest.raises(mx.MXNetError, match="nested"):
        mx.sym.load_json(json.dumps(graph))


def test_random_damage_raises_nothing_else() -> None:
    import random

    text = mx.sym.load_json(json.dumps(_graph())).tojson()
    draw = random.Random(0)
    for _ in range(400):
        at = draw.randrange(len(text))
        damaged = text[:at] + draw.choice(['"', "0", "-", "9", "[", "}", "x", ""]) + text[at + 1 :]
        try:
            mx.sym.load_json(damaged)
        except mx.MXNetError as error:
            assert str(error).startswith("symbol file")


def test_files(tmp_path: Any) -> None:
    with pytest.raises(mx.MXNetError, match=r"no\.json"):
        mx.sym.load(str(tmp_path / "no.json"))
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(mx.MXNetError, match="not a text file"):
        mx.sym.load(str(tmp_path / "bytes.json"))
    with pytest.raises(mx.MXNetError, match=r"Symbol\.save"):
        mx.sym.var("x").save(str(tmp_path / "nowhere" / "x.json"))
    with pytest.raises(TypeError, match="fname"):
        mx.sym.var("x").save(3)  # type: ignore[arg-type]
