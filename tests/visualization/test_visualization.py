"""Pictures of networks: what nodes and arrows say, and what is missing."""

import sys

import pytest

import mxcompat as mx


class Digraph:
    """As much of graphviz as is used."""

    def __init__(self, name, format):
        self.name, self.format, self.nodes, self.edges = name, format, {}, []

    def node(self, name, label, **attrs):
        self.nodes[name] = (label, attrs)

    def edge(self, tail_name, head_name, **attrs):
        self.edges.append((tail_name, head_name, attrs["label"]))


@pytest.fixture
def graphviz(monkeypatch):
    module = type(sys)("graphviz")
    module.Digraph = Digraph
    monkeypatch.setitem(sys.modules, "graphviz", module)


def net():
    x = mx.sym.Convolution(mx.sym.Variable("data"), kernel=(3, 3), num_filter=4, name="conv")
    x = mx.sym.Activation(mx.sym.Pooling(x, kernel=(2, 2), stride=(2, 2), name="pool"), act_type="relu", name="act")
    return mx.sym.FullyConnected(x, num_hidden=5, name="fc")


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "graphviz", None)
    with pytest.raises(ImportError, match="requires graphviz.*pip install"):
        mx.viz.plot_network(net())


def test_nodes_and_arrows(graphviz):
    dot = mx.viz.plot_network(
        net(), title="net", save_format="svg", shape={"data": (1, 3, 8, 8)}, dtype={"data": "float32"}
    )
    labels = {name: label for name, (label, _) in dot.nodes.items()}
    assert labels == {
        "data": "data",
        "conv": "Convolution\n3x3/1, 4",
        "pool": "Pooling\nmax, 2x2/2x2",
        "act": "Activation\nrelu",
        "fc": "FullyConnected\n5",
    }
    assert dot.edges == [
        ("conv", "data", "3x8x8(float32)"),
        ("pool", "conv", "4x6x6(float32)"),
        ("act", "pool", "4x3x3(float32)"),
        ("fc", "act", "4x3x3(float32)"),
    ]
    assert (dot.name, dot.format) == ("net", "svg")


def test_weights_and_attributes(graphviz):
    dot = mx.viz.plot_network(net(), hide_weights=False, node_attrs={"shape": "circle"})
    assert ("fc", "fc_weight", "") in dot.edges and "fc_weight" not in dot.nodes
    assert dot.nodes["fc"][1]["shape"] == "circle" and dot.nodes["data"][1]["shape"] == "oval"


def test_repeated_names_warn(graphviz):
    x = mx.sym.Variable("data")
    twice = mx.sym.sin(x, name="same") + mx.sym.cos(x, name="same")
    with pytest.warns(RuntimeWarning, match="Repeated names: same"):
        mx.viz.plot_network(twice)


def test_what_is_no_symbol_is_refused(graphviz):
    for function in (mx.viz.plot_network, mx.viz.print_summary):
        with pytest.raises(TypeError, match=r"Symbol, got NDArray"):
            function(mx.nd.ones(2))
