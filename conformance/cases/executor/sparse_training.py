"""Training of row_sparse weights: each step must see what the last one wrote, however it was written."""

from ...suite import Suite

suite = Suite(__name__)


def _executor(mx):
    weight = mx.sym.var("weight", stype="row_sparse", shape=(4, 1))
    product = mx.sym.sparse.dot(mx.sym.var("data", stype="csr"), weight)
    bound = mx.sym.LinearRegressionOutput(product, mx.sym.var("label")).simple_bind(mx.cpu(), data=(1, 4), label=(1, 1))
    bound.arg_dict["weight"][:] = mx.nd.ones((4, 1)).tostype("row_sparse")
    return bound


def _rows(mx):
    return mx.nd.array([[1.0, 0, 2, 0]]).tostype("csr")


def _trained(change):
    """Outputs of three steps and the weight; ``change(mx)`` makes ``step(weight, gradient)``."""

    def program(mx):
        bound, step, seen = _executor(mx), change(mx), []
        weight = bound.arg_dict["weight"]
        for _ in range(3):
            bound.forward(is_train=True, data=_rows(mx), label=mx.nd.array([[10.0]]))
            seen.append(bound.outputs[0].asnumpy())
            bound.backward()
            step(weight, bound.grad_dict["weight"])
            mx.nd.waitall()
        return seen, weight.stype, weight.asnumpy()

    return program


def _optimizer(name, **kwargs):
    def change(mx):
        update = mx.optimizer.get_updater(mx.optimizer.create(name, **kwargs))
        return lambda weight, grad: update(0, grad, weight)

    return change


def _store(mx):
    kv = mx.kv.create("local")

    def step(weight, grad):
        if not hasattr(step, "begun"):
            step.begun = True
            kv.init("w", weight)
            kv.set_optimizer(mx.optimizer.SGD(learning_rate=0.1))
        kv.push("w", grad)
        kv.row_sparse_pull("w", out=weight, row_ids=mx.nd.array([0, 1, 2, 3]))

    return step


suite.table(
    "executor",
    {
        name: _trained(change)
        for name, change in {
            "sgd": _optimizer("sgd", learning_rate=0.1),
            "sgd_not_lazy": _optimizer("sgd", learning_rate=0.1, lazy_update=False),
            "momentum": _optimizer("sgd", learning_rate=0.1, momentum=0.9),
            "adam": _optimizer("adam", learning_rate=0.1),
            "adagrad": _optimizer("adagrad", learning_rate=0.1),
            "group_adagrad": _optimizer("groupadagrad", learning_rate=0.1),
            "ftrl": _optimizer("ftrl", learning_rate=0.1),
            "rmsprop": _optimizer("rmsprop", learning_rate=0.1),
            "operator": lambda mx: lambda w, g: mx.nd.sparse.sgd_update(w, g, lr=0.1, out=w),
            "assigned": lambda mx: lambda w, g: w.__setitem__(slice(None), w * 2),
            "copied": lambda mx: lambda w, g: (w * 2).copyto(w),
            "store": _store,
        }.items()
    },
)


@suite.case()
def recorded(mx):
    """The same without an executor: an array with a gradient, updated between two recordings."""
    weight = mx.nd.ones((4, 1)).tostype("row_sparse")
    weight.attach_grad()
    seen = []
    for _ in range(3):
        with mx.autograd.record():
            loss = mx.nd.square(10 - mx.nd.sparse.dot(_rows(mx), weight))
        loss.backward()
        seen.append(loss.asnumpy())
        mx.nd.sparse.sgd_update(weight, weight.grad, lr=0.01, out=weight)
    return seen, weight.asnumpy()


@suite.case()
def module(mx):
    """A linear model on sparse rows learns, through `Module` and an iterator of csr arrays."""
    import numpy as np

    rows = np.zeros((12, 6), "float32")
    rows[np.arange(12), np.arange(12) % 6] = 1 + np.arange(12) / 12
    labels = rows.dot(np.arange(1, 7, dtype="float32").reshape(6, 1))
    data = mx.io.NDArrayIter(
        mx.nd.array(rows).tostype("csr"), mx.nd.array(labels), 3, last_batch_handle="discard", label_name="label"
    )
    weight = mx.sym.var("weight", stype="row_sparse", shape=(6, 1), init=mx.init.Zero())
    product = mx.sym.sparse.dot(mx.sym.var("data", stype="csr"), weight)
    predicted = mx.sym.broadcast_add(product, mx.sym.var("bias", shape=(1,), init=mx.init.Zero()))
    trained = mx.mod.Module(mx.sym.LinearRegressionOutput(predicted, mx.sym.var("label")), ["data"], ["label"])
    trained.bind(data.provide_data, data.provide_label)
    trained.init_params()
    trained.init_optimizer(optimizer_params={"learning_rate": 0.3, "momentum": 0.5})
    metric, errors = mx.metric.MSE(), []
    for _ in range(4):
        data.reset()
        metric.reset()
        for batch in data:
            trained.forward_backward(batch)
            trained.update()
            trained.update_metric(metric, batch.label)
        errors.append(metric.get()[1])
    return [float(error) for error in errors], trained.get_params()[0]
