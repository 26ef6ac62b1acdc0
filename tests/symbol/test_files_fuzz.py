"""5,000 damaged symbol files: an MXNetError or a graph that can be asked anything, soon, and in little memory."""

from __future__ import annotations

import json
import random
import resource
import time
from typing import Any

import mxcompat as mx

COUNT = 5000
VALUES: list[Any] = [
    0, -1, 1, 3, 10**6, 2**31, 2**63, 10**30, -(2**40), 1.5, 1e308, float("nan"), None, True, "", "0", "-1", "()",
    "(1,)", "(0,0)", "(1000000,1000000)", "(" * 3000, "9" * 4000, "None", "nan", "1e999", "__import__('os')", "\0", "é",
    [], [0], [[0, 0, 0]], [[[]]], {}, {"a": 1}, [0] * 3000, "Custom", "null", "_foreach", "Convolution", "[", "{",
]  # fmt: skip
KEYS = ("x", "num_args", "kernel", "shape", "__init__", "__shape__", "axis", "dtype", "param", "attr")


def graphs() -> list[str]:
    s = mx.sym
    net = s.Convolution(s.var("data"), kernel=(3, 3), num_filter=4, name="conv")
    net = s.Pooling(s.BatchNorm(net, name="bn"), kernel=(2, 2), pool_type="max", name="pool")
    net = s.SoftmaxOutput(s.FullyConnected(net, num_hidden=3, name="fc"), name="softmax")
    outputs, states = s.contrib.foreach(lambda d, state: (d * state, state + d), s.var("d"), s.var("s"))
    parts = s.Concat(*s.split(s.var("data"), num_outputs=3, name="cut"), name="join")
    lstm = s.RNN(s.var("data"), state_size=4, num_layers=2, mode="lstm", state_outputs=True, name="lstm")
    shaped = s.reshape(s.zeros((2, 3)) + s.var("w", shape=(2, 3), lr_mult=2, init=mx.init.One()), shape=(-1,))
    texts = [one.tojson() for one in (net, s.Group([outputs, states]), parts, lstm, shaped)]
    old = json.loads(texts[0])  # as releases before 0.9 wrote it
    for node in old["nodes"]:
        node.update(param=node.pop("attrs", {}), backward_source_id=-1, attr={"lr_mult": "0.2", "ctx_group": "a"})
        node["inputs"] = [entry[:2] for entry in node["inputs"] if "moving" not in old["nodes"][entry[0]]["name"]]
    old["heads"] = [entry[:2] for entry in old["heads"]]
    del old["attrs"], old["node_row_ptr"]
    return [*texts, json.dumps(old)]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        found += places(part, (*path, key))
    return found


def damaged(text: str, draw: random.Random) -> str:
    if draw.random() < 0.15:  # the text itself
        at = draw.randrange(len(text))
        some = draw.choice(["", chr(draw.randrange(256)), text[draw.randrange(len(text)) :][:40]])
        return text[:at] + some + text[at + draw.choice([0, 1, 30, 10**6]) :]
    graph = json.loads(text)
    known = places(graph)
    path = draw.choice(known)
    target = graph
    for key in path[:-1]:
        target = target[key]
    kind = draw.random()
    if kind < 0.6:
        target[path[-1]] = draw.choice(VALUES)
    elif kind < 0.75:
        del target[path[-1]]
    elif kind < 0.9 or isinstance(target, list):
        source = graph
        for key in draw.choice(known):
            source = source[key]
        target[path[-1]] = json.loads(json.dumps(source))
    else:
        target[draw.choice(KEYS)] = draw.choice(["1", "-1", "99999999999", "(1e9,)", "x"])
    return json.dumps(graph)


def look_at(symbol: mx.sym.Symbol) -> None:
    names = symbol.list_arguments()
    symbol.list_outputs()
    symbol.list_auxiliary_states()
    symbol.attr_dict()
    symbol.tojson()
    symbol.debug_str()
    given = {"data": (1, 3, 8, 8)} if "data" in names else {}
    for ask in (lambda: symbol.infer_shape_partial(**given), symbol.infer_type_partial):
        try:
            ask()
        except mx.MXNetError:
            pass


def test_damaged_files() -> None:
    draw, texts, slowest, loaded = random.Random(2026), graphs(), 0.0, 0
    for text in texts:
        look_at(mx.sym.load_json(text))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(COUNT):
        text = damaged(draw.choice(texts), draw)
        start = time.thread_time()
        try:
            look_at(mx.sym.load_json(text))
            loaded += 1
        except mx.MXNetError as error:
            assert "symbol file" in str(error) or "Error in operator" in str(error) or "variable" in str(error), error
        slowest = max(slowest, time.thread_time() - start)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert COUNT / 10 < loaded < COUNT  # damage that cannot be told from intent, and damage that can
    assert slowest < 3
    assert grown < 100, f"{grown:.0f} MiB"
