"""Symbols given to functions of arrays, and arrays to functions of symbols: what is wrong must be said."""

from ...suite import Suite

suite = Suite(__name__)


def _calls(mx):
    nd, sym, ones = mx.nd, mx.sym.var("a"), mx.nd.ones(2)
    return {
        "unary": lambda: nd.exp(sym),
        "keyword": lambda: nd.exp(data=sym),
        "first": lambda: nd.broadcast_add(sym, ones),
        "second": lambda: nd.dot(ones, sym),
        "layer": lambda: nd.FullyConnected(sym, num_hidden=3),
        "layer_keyword": lambda: nd.Convolution(data=sym, num_filter=1, kernel=(1, 1)),
        "reduction": lambda: nd.sum(sym),
        "reshape": lambda: nd.reshape(sym, shape=(1,)),
        "several": lambda: nd.concat(ones, sym),
    }


for _name in ("unary", "keyword", "first", "second", "layer", "layer_keyword", "reduction", "reshape", "several"):

    @suite.error("arrays/" + _name, says=("NDArray", "<Symbol a>"))
    def _arrays(mx, name=_name):
        _calls(mx)[name]()


@suite.error(says=("Symbol",))
def symbols(mx):
    mx.sym.exp(mx.nd.ones(1))
