"""foreach over vectors: an entry of a vector is a vector of one element, in compiled loops as in eager ones."""

from ...suite import Suite

suite = Suite(__name__)


def _added(entry, states):
    return entry + 1, states


def _summed(entry, state):
    return state + entry, state + entry


def _mixed(entries, states):
    vector, matrix = entries
    return [vector * states[0], matrix * 2], [states[0] + vector]


def _symbols(mx, body, data, states):
    outputs, last = mx.sym.contrib.foreach(body, data, states)
    join = lambda value: list(value) if isinstance(value, (list, tuple)) else [value]  # noqa: E731
    return mx.sym.Group(join(outputs) + join(last))


@suite.case()
def eager(mx):
    data = mx.nd.arange(4)
    with mx.autograd.record():
        data.attach_grad()
        outputs, last = mx.nd.contrib.foreach(_summed, data, mx.nd.zeros(1))
    mx.autograd.backward([outputs, last])
    return outputs, last, data.grad


@suite.case()
def shapes(mx):
    graph = _symbols(mx, _summed, mx.sym.var("x"), mx.sym.var("s"))
    alone = _symbols(mx, _added, mx.sym.var("x"), [])
    return graph.infer_shape(x=(5,), s=(1,)), alone.infer_shape(x=(5,)), alone.infer_shape(x=(5, 2))


@suite.case()
def bound(mx):
    ex = _symbols(mx, _summed, mx.sym.var("x"), mx.sym.var("s")).simple_bind(mx.cpu(), x=(4,), s=(1,))
    outputs = [each.copy() for each in ex.forward(True, x=mx.nd.arange(4), s=mx.nd.ones(1))]
    ex.backward([mx.nd.array([[1.0], [2.0], [3.0], [4.0]]), mx.nd.array([5.0])])
    return outputs, ex.grad_dict


@suite.case()
def of_two_inputs(mx):
    inputs = [mx.sym.var("v"), mx.sym.var("m")]
    ex = _symbols(mx, _mixed, inputs, [mx.sym.var("s")]).simple_bind(mx.cpu(), v=(3,), m=(3, 2), s=(1,))
    given = {"v": mx.nd.arange(3), "m": mx.nd.arange(6).reshape((3, 2)), "s": mx.nd.ones(1)}
    outputs = [each.copy() for each in ex.forward(True, **given)]
    ex.backward([mx.nd.ones((3, 1)), mx.nd.ones((3, 2)) * 2, mx.nd.ones(1)])
    return outputs, ex.grad_dict


def _hybrid(mx, body, states):
    class Loop(mx.gluon.HybridBlock):
        def hybrid_forward(self, F, data):
            outputs, last = F.contrib.foreach(body, data, [F.zeros(1)] if states else [])
            return [outputs, *last]

    return Loop()


@suite.case()
def hybridized(mx):
    found = []
    for body, states in ((_added, False), (lambda entry, s: (s[0] * entry, [s[0] + entry]), True)):
        loop = _hybrid(mx, body, states)
        for _ in range(2):
            found.append(loop(mx.nd.arange(4)))
            loop.hybridize()
    return found


@suite.case()
def hybridized_while(mx):
    class Loop(mx.gluon.HybridBlock):
        def hybrid_forward(self, F, data):
            outputs, last = F.contrib.while_loop(
                lambda i, s: i < 4, lambda i, s: (s + i, [i + 1, s + i]), [F.zeros(1), data], max_iterations=4
            )
            return [outputs, *last]

    loop = Loop()
    eager = loop(mx.nd.ones(1))
    loop.hybridize()
    return eager, loop(mx.nd.ones(1))
