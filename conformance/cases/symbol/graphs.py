"""Graphs as files: their JSON text, what comes back from it, printed forms, and old files."""

import copy
import json
import os
import pickle
import tempfile

from ...suite import Suite, attempt

suite = Suite(__name__)


def _mlp(sym):
    x = sym.FullyConnected(sym.Variable("data"), name="fc1", num_hidden=8)
    x = sym.Activation(x, name="relu1", act_type="relu")
    x = sym.FullyConnected(x, name="fc2", num_hidden=3)
    return sym.SoftmaxOutput(x, name="softmax")


def _convnet(sym):
    x = sym.Convolution(sym.Variable("data"), kernel=(3, 3), num_filter=4, pad=(1, 1), no_bias=True, name="conv")
    x = sym.BatchNorm(x, fix_gamma=False, momentum=0.9, name="bn")
    x = sym.LeakyReLU(x, act_type="prelu", name="prelu")
    x = sym.Pooling(x, kernel=(2, 2), stride=(2, 2), pool_type="max")
    x = sym.Dropout(sym.Flatten(x), p=0.3)
    return sym.FullyConnected(x, num_hidden=2)


def _residual(sym):
    x = sym.Variable("data")
    for i in range(3):
        y = sym.Convolution(x, kernel=(3, 3), pad=(1, 1), num_filter=3)
        y = sym.BatchNorm(y, name="stage{}_bn".format(i))
        x = x + sym.Activation(y, act_type="relu")
    return sym.Pooling(x, global_pool=True, pool_type="avg", kernel=(1, 1))


def _arithmetic(sym):
    a, b = sym.Variable("a"), sym.Variable("b")
    return (a + b) * 2 - 1 / (a - 3) ** 2 + (b % 4) / a - (2 - b) * (2**a) + (a > b) * (a <= 2) + -a


def _rnn(sym):
    x = sym.Variable("data")
    return sym.RNN(x, state_size=4, num_layers=2, mode="lstm", state_outputs=True, bidirectional=True, name="lstm")


def _multi(sym):
    x = sym.Variable("data")
    parts = sym.SliceChannel(x, num_outputs=3, axis=1, name="cut")
    both = sym.Concat(parts[0], parts[2], dim=1)
    return sym.Group([both, parts[1], sym.topk(x, k=2, ret_typ="both")])


def _detector(sym):
    x = sym.Variable("data")
    anchors = sym.contrib.MultiBoxPrior(x, sizes=(0.2, 0.3), ratios=(1, 2, 0.5))
    return sym.contrib.MultiBoxTarget(anchors, sym.Variable("label"), sym.Variable("cls"), name="target")


def _attributes(sym):
    a = sym.Variable("a", shape=(2, 3), lr_mult=0.5, wd_mult=2, dtype="float16", init="zeros", __mark__='say "hi"\n')
    return sym.FullyConnected(a, num_hidden=2, attr={"__layout__": "x\\y", "ctx_group": "dev1"}, name="fc")


def _shared(sym):
    w = sym.Variable("w")
    x = sym.FullyConnected(sym.Variable("data"), weight=w, num_hidden=4, no_bias=True)
    return sym.FullyConnected(x, weight=w, num_hidden=4, no_bias=True)


def _states(sym):
    mean = sym.Variable("mean")
    x = sym.BatchNorm(sym.Variable("data"), moving_mean=mean, name="b1")
    return sym.BatchNorm(x, moving_mean=mean, name="b2")


def _creation(sym):
    return sym.Group(
        [sym.zeros((2, 3)), sym.ones((2,), dtype="int32"), sym.full((2, 2), 3), sym.arange(3), sym.arange(1, 7, 2),
         sym.eye(3), sym.linspace(0, 1, 5), sym.random.uniform(0, 1, shape=(2,)), sym.random.normal(shape=(3,))]
    )  # fmt: skip


def _indexing(sym):
    x = sym.Variable("x")
    e = sym.Embedding(x, input_dim=10, output_dim=3, name="emb")
    return sym.slice_axis(sym.transpose(e, axes=(1, 0, 2)), axis=0, begin=0, end=None).reshape((-1, 0)).expand_dims(0)


def _long(sym):
    return sym.add_n(*[sym.Variable("x{}".format(i)) for i in range(12)], name="total")


def _foreach(sym):
    w = sym.Variable("w")
    out, states = sym.contrib.foreach(
        lambda x, s: (sym.FullyConnected(x, w, num_hidden=3, no_bias=True) + s[0], [s[0] * 2]),
        sym.Variable("data"),
        [sym.Variable("state")],
    )
    return sym.Group([out] + states)


def _while(sym):
    outs, states = sym.contrib.while_loop(
        lambda i, x: i < 5, lambda i, x: ([x + i], [i + 1, x * 2]), [sym.Variable("i"), sym.Variable("x")],
        max_iterations=6,
    )  # fmt: skip
    return sym.Group(outs + states)


def _cond(sym):
    a, b = sym.Variable("a"), sym.Variable("b")
    return sym.Group(sym.contrib.cond(sym.sum(a) > 1, lambda: [a * 2, b], lambda: [b + 1, a]))


def _nested(sym):
    def outer(x, s):
        inner, last = sym.contrib.foreach(lambda y, t: (y + t, y * t), x, s)
        return sym.sum(inner), last

    return sym.Group(sym.contrib.foreach(outer, sym.Variable("data"), sym.Variable("state")))


def _losses(sym):
    x, label = sym.Variable("x"), sym.Variable("label")
    return sym.Group([sym.MakeLoss(sym.square(x - label)), sym.LinearRegressionOutput(x, label), sym.make_loss(x)])


def _casts(sym):
    x = sym.Cast(sym.amp_cast(sym.Variable("x"), dtype="float16"), dtype="float32")
    return sym.Group(list(sym.amp_multicast(x, sym.Variable("y"), num_outputs=2)))


GRAPHS = {name[1:]: value for name, value in list(globals().items()) if name[0] == "_" and name[1:2].isalpha()}


def _made(mx, name):
    with mx.name.NameManager():
        mx.attribute.AttrScope._subgraph_names.clear()
        return GRAPHS[name](mx.sym)


def _text(mx, name):
    return _made(mx, name).tojson()


def _all_text(mx, name):
    return _made(mx, name).tojson(remove_amp_cast=False)


def _reloaded(mx, name):
    """Text, copies, pickles and files give the same graph."""
    symbol = _made(mx, name)
    text = symbol.tojson(remove_amp_cast=False)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "net-symbol.json")
        symbol.save(path, remove_amp_cast=False)
        with open(path) as file:
            written = file.read()
        loaded = mx.sym.load(path)
    return (
        written == text,
        loaded.tojson(remove_amp_cast=False) == text,
        mx.sym.load_json(text).list_outputs() == symbol.list_outputs(),
        pickle.loads(pickle.dumps(symbol)).tojson(remove_amp_cast=False) == text,
        copy.deepcopy(symbol).tojson(remove_amp_cast=False) == text,
    )


def _lists(mx, name):
    symbol = _made(mx, name)
    internals = symbol.get_internals()
    children = symbol.get_children()
    return {
        "repr": repr(symbol),
        "name": symbol.name,
        "len": len(symbol),
        "arguments": symbol.list_arguments(),
        "aux": symbol.list_auxiliary_states(),
        "inputs": symbol.list_inputs(),
        "outputs": symbol.list_outputs(),
        "internals": internals.list_outputs(),
        "internals repr": repr(internals),
        "children": None if children is None else children.list_outputs(),
        "attributes": sorted((key, sorted(value.items())) for key, value in symbol.attr_dict().items()),
    }


def _debug(mx, name):
    lines = _made(mx, name).debug_str().split("\n")
    attributes = [i for i, line in enumerate(lines) if line.startswith("\t") and "=" in line and "arg[" not in line]
    return [line for i, line in enumerate(lines) if i not in attributes], sorted(lines[i] for i in attributes)


for _name in GRAPHS:
    suite.table("json", {_name: lambda mx, name=_name: _text(mx, name)})
    suite.table("json_with_casts", {_name: lambda mx, name=_name: _all_text(mx, name)})
    suite.table("reloaded", {_name: lambda mx, name=_name: _reloaded(mx, name)})
    suite.table("lists", {_name: lambda mx, name=_name: _lists(mx, name)})
    if _name not in ("foreach", "while", "cond", "nested"):
        suite.table("debug", {_name: lambda mx, name=_name: _debug(mx, name)})


# ---------------------------------------------------------------------- files of older releases

_OLD_08 = {
    "nodes": [
        {"op": "null", "param": {}, "name": "data", "inputs": [], "backward_source_id": -1},
        {"op": "null", "param": {}, "name": "fc_weight", "inputs": [], "backward_source_id": -1},
        {"op": "null", "param": {}, "name": "fc_bias", "inputs": [], "backward_source_id": -1},
        {"op": "FullyConnected", "param": {"no_bias": "False", "num_hidden": "4"}, "name": "fc",
         "inputs": [[0, 0], [1, 0], [2, 0]], "backward_source_id": -1,
         "attr": {"ctx_group": "stage1", "lr_mult": "0.2", "weight_lr_mult": "1.2", "mood": "angry"}},
        {"op": "null", "param": {}, "name": "bn_gamma", "inputs": [], "backward_source_id": -1},
        {"op": "null", "param": {}, "name": "bn_beta", "inputs": [], "backward_source_id": -1},
        {"op": "BatchNorm", "param": {"eps": "0.001", "fix_gamma": "True"}, "name": "bn",
         "inputs": [[3, 0], [4, 0], [5, 0]], "backward_source_id": -1},
    ],
    "arg_nodes": [0, 1, 2, 4, 5],
    "heads": [[6, 0]],
}  # fmt: skip


def _old(version, change=None):
    graph = json.loads(json.dumps(_OLD_08))
    del graph["nodes"][3]["attr"]["mood"]
    if version is not None:
        graph["attrs"] = {"mxnet_version": ["int", version]}
    if change is not None:
        change(graph)
    return json.dumps(graph)


def _with_states(graph):
    graph["nodes"][6:6] = [{"op": "null", "name": name, "inputs": []} for name in ("bn_moving_mean", "bn_moving_var")]
    graph["nodes"][8]["inputs"] += [[6, 0, 1], [7, 0, 1]]
    graph["arg_nodes"] += [6, 7]
    graph["heads"] = [[8, 0, 0]]


def _loaded(mx, text):
    symbol = mx.sym.load_json(text)
    return symbol.tojson(), symbol.list_arguments(), symbol.list_auxiliary_states()


def _argmax(version):
    nodes = [
        {"op": "null", "name": "x", "inputs": []},
        {"op": "argmax", "name": "best", "attr": {"axis": "-1"}, "inputs": [[0, 0, 0]]},
    ]
    return json.dumps({"nodes": nodes, "arg_nodes": [0], "heads": [[1, 0, 0]],
                       "attrs": {"mxnet_version": ["int", version]}})  # fmt: skip


suite.table(
    "old",
    {
        "0.8": lambda mx: _loaded(mx, _old(None)),
        "0.9.3": lambda mx: _loaded(mx, _old(903, _with_states)),
        "0.9.5": lambda mx: _loaded(mx, _old(905, _with_states)),
        "1.0.0": lambda mx: _loaded(mx, _old(10000, _with_states)),
        "1.9.1": lambda mx: attempt(lambda: _loaded(mx, _old(10901, _with_states))),
        "2.0.0": lambda mx: attempt(lambda: _loaded(mx, _old(20000, _with_states))),
        "argmax_0.9.4": lambda mx: _loaded(mx, _argmax(904)),
        "argmax_1.0": lambda mx: _loaded(mx, _argmax(10000)),
    },
)


# ---------------------------------------------------------------------- what is no graph


def _broken(change):
    def program(mx):
        graph = json.loads(_old(10000, _with_states))
        change(graph)
        return mx.sym.load_json(json.dumps(graph))

    return program


suite.errors(
    "bad",
    {
        "no_json": (lambda mx: mx.sym.load_json("hello"), ("JSON",)),
        "empty": (lambda mx: mx.sym.load_json("{}"), ("nodes",)),
        "no_file": (lambda mx: mx.sym.load("/nowhere/at/all.json"), ("/nowhere",)),
        "not_text": (lambda mx: mx.sym.load_json(3), ("string",)),
        "unknown_operator": (_broken(lambda g: g["nodes"][3].update(op="NoSuch")), ("NoSuch", "fc")),
        "unknown_attribute": (_broken(lambda g: g["nodes"][3]["param"].update(what="1")), ("what", "fc")),
        "bad_attribute": (_broken(lambda g: g["nodes"][3]["param"].update(num_hidden="many")), ("num_hidden", "fc")),
        "no_heads": (_broken(lambda g: g.pop("heads")), ("heads",)),
        "no_arg_nodes": (_broken(lambda g: g.pop("arg_nodes")), ("arg_nodes",)),
    },
)
