"""Buckets, chains of modules, modules of Python, and variance reduction."""

from ...suite import Suite, attempt
from ._nets import batch_of, bound, folder, iterator, labels, logger, mlp, numbers, params, state

suite = Suite(__name__)


# ------------------------------------------------------------------------------------------- buckets
def generator(mx):
    def sym_gen(key):
        data = mx.sym.var("data")
        net = mx.sym.FullyConnected(data, num_hidden=3, flatten=False, name="fc")
        net = mx.sym.sum(net, axis=1, name="sum") * (1.0 / key)
        return mx.sym.SoftmaxOutput(net, name="softmax"), ("data",), ("softmax_label",)

    return sym_gen


def bucket_batch(mx, key, count=4, seed=0):
    return mx.io.DataBatch(
        [mx.nd.array(numbers(count, key, 2, seed=seed))], [mx.nd.array(labels(count))], bucket_key=key,
        provide_data=[("data", (count, key, 2))], provide_label=[("softmax_label", (count,))],
    )  # fmt: skip


def buckets(mx, **options):
    module = mx.mod.BucketingModule(generator(mx), 6, **options)
    module.bind([("data", (4, 6, 2))], [("softmax_label", (4,))])
    module.init_params(arg_params={"fc_weight": mx.nd.array(numbers(3, 2)), "fc_bias": mx.nd.zeros(3)}, aux_params={})
    module.init_optimizer(optimizer_params={"learning_rate": 0.5, "momentum": 0.9})
    return module


@suite.case(name="bucketing/steps")
def bucketing(mx):
    module, metric, found = buckets(mx), mx.metric.create("acc"), []
    for seed, key in enumerate((6, 3, 5, 3, 6)):
        batch = bucket_batch(mx, key, seed=seed)
        module.prepare(batch)
        module.forward_backward(batch)
        module.update()
        module.update_metric(metric, batch.label)
        found.append(([o.asnumpy() for o in module.get_outputs()], module.data_shapes, module.output_shapes))
    return found, float(metric.get()[1]), state(module), sorted(module._buckets), module.symbol.list_arguments()


@suite.case(name="bucketing/contexts")
def bucketing_contexts(mx):
    module = buckets(mx, context=[mx.cpu(0), mx.cpu(1)], work_load_list=[1, 1])
    for key in (6, 3):
        module.forward_backward(bucket_batch(mx, key))
        module.update()
    return state(module), module.get_outputs()


@suite.case(name="bucketing/names")
def bucketing_names(mx):
    module = mx.mod.BucketingModule(generator(mx), 6)
    first = module.data_names, module.output_names
    module = buckets(mx)
    module.switch_bucket(3, [("data", (4, 3, 2))], [("softmax_label", (4,))])
    return first, module.data_names, module.output_names, module.data_shapes, module.label_shapes


@suite.case(name="bucketing/fixed")
def bucketing_fixed(mx):
    module = buckets(mx, fixed_param_names=["fc_bias"])
    for key in (6, 3):
        module.forward_backward(bucket_batch(mx, key))
        module.update()
    return state(module)


@suite.case(name="bucketing/set_params")
def bucketing_set(mx):
    module = buckets(mx)
    module.set_params({"fc_bias": mx.nd.ones(3)}, {}, allow_missing=True)
    one = state(module)
    two = attempt(lambda: module.set_params({"fc_bias": mx.nd.ones(3)}, {}))
    module.forward(bucket_batch(mx, 3), is_train=False)
    return one, two, module.get_outputs()


@suite.case(name="bucketing/rebind")
def bucketing_rebind(mx):
    log, lines = logger()
    module = buckets(mx, logger=log)
    module.forward_backward(bucket_batch(mx, 3))
    module.update()
    module.bind([("data", (2, 6, 2))], [("softmax_label", (2,))])
    first = module.data_shapes
    module.bind([("data", (2, 6, 2))], [("softmax_label", (2,))], force_rebind=True)
    module.init_optimizer()
    return first, module.data_shapes, state(module), lines


@suite.case(name="bucketing/files")
def bucketing_files(mx):
    module = buckets(mx)
    module.forward_backward(bucket_batch(mx, 3))
    module.update()
    with folder() as path:
        module.save_checkpoint(path("m"), 1)
        stored = mx.nd.load(path("m.buckets"))
        again = mx.mod.BucketingModule.load(path("m"), 1, generator(mx), 6)
        again.bind([("data", (4, 6, 2))], [("softmax_label", (4,))], for_training=False)
        again.forward(bucket_batch(mx, 3))
    module.forward(bucket_batch(mx, 3), is_train=False)
    return stored, again.get_outputs(), module.get_outputs()


@suite.case(name="bucketing/load_dict")
def bucketing_load_dict(mx):
    gen = generator(mx)
    args = {"fc_weight": mx.nd.array(numbers(3, 2)), "fc_bias": mx.nd.zeros(3)}
    module = mx.mod.BucketingModule.load_dict(
        {6: gen(6)[0], 3: gen(3)[0]}, gen, 6, arg_params=args, aux_params={}
    )  # fmt: skip
    module.bind([("data", (4, 6, 2))], [("softmax_label", (4,))], for_training=False)
    module.forward(bucket_batch(mx, 3))
    return module.get_outputs(), state(module)


suite.errors(
    "bucketing_error",
    {
        "no_default": (lambda mx: mx.mod.BucketingModule(generator(mx)), ("default_bucket_key",)),
        "unbound": (lambda mx: mx.mod.BucketingModule(generator(mx), 6).switch_bucket(3, None), ("bind",)),
        "symbol": (lambda mx: mx.mod.BucketingModule(generator(mx), 6).symbol, ("bind",)),
        "init_params": (lambda mx: mx.mod.BucketingModule(generator(mx), 6).init_params(), ("bind",)),
        "get_params": (lambda mx: mx.mod.BucketingModule(generator(mx), 6).get_params(), ("init_params",)),
        "shared": (
            lambda mx: mx.mod.BucketingModule(generator(mx), 6).bind([("data", (4, 6, 2))], shared_module=bound(mx)),
            ("shared_module",),
        ),
        "save_empty": (lambda mx: mx.mod.BucketingModule(generator(mx), 6).save_checkpoint("x", 1), ()),
        "load": (lambda mx: mx.mod.BucketingModule.load("x", 1), ("sym_gen",)),
        "load_key": (lambda mx: mx.mod.BucketingModule.load("x", 1, generator(mx)), ("default_bucket_key",)),
        "load_dict": (lambda mx: mx.mod.BucketingModule.load_dict(), ("sym_dict",)),
    },
)  # fmt: skip


# ------------------------------------------------------------------------------------------- chains
def chain(mx, log=None, **options):
    first = mx.sym.Activation(
        mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=4, name="fc1"), act_type="tanh", name="act"
    )
    second = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mx.sym.var("x"), num_hidden=3, name="fc2"), name="softmax")
    module = mx.mod.SequentialModule(**({} if log is None else {"logger": log}))
    module.add(mx.mod.Module(first, label_names=None))
    module.add(mx.mod.Module(second, ("x",)), take_labels=True, auto_wiring=True)
    return module


@suite.case(name="sequential/steps")
def sequential(mx):
    module = chain(mx)
    module.bind([("data", (5, 6))], [("softmax_label", (5,))], inputs_need_grad=True)
    args = params(mx, mlp(mx), data=(5, 6))[0]
    module.init_params(arg_params=args, aux_params={}, allow_extra=True)
    module.init_optimizer(optimizer_params={"learning_rate": 0.5})
    for seed in range(3):
        module.forward_backward(batch_of(mx, seed=seed))
        module.update()
    metric = mx.metric.create("acc")
    module.update_metric(metric, batch_of(mx).label)
    return (
        state(module), module.get_outputs(), attempt(module.get_input_grads), float(metric.get()[1]), module.data_names,
        module.output_names, module.data_shapes, module.label_shapes, module.output_shapes,
    )  # fmt: skip


@suite.case(name="sequential/fit")
def sequential_fit(mx):
    log, lines = logger()
    module = chain(mx, log)
    module.fit(
        iterator(mx), num_epoch=2, initializer=mx.init.One(), optimizer_params={"learning_rate": 0.5},
        eval_data=iterator(mx),
    )  # fmt: skip
    return (
        state(module),
        lines,
        module.predict(iterator(mx, 10)),
        [float(v) for _, v in module.score(iterator(mx), "acc")],
    )


@suite.case(name="sequential/python_loss")
def sequential_python(mx):
    def gradient(scores, label):
        probability = mx.nd.softmax(scores)
        return probability - mx.nd.one_hot(label, 3)

    net = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=3, name="fc")
    module = mx.mod.SequentialModule()
    module.add(mx.mod.Module(net, label_names=None))
    module.add(mx.mod.PythonLossModule(grad_func=gradient), take_labels=True, auto_wiring=True)
    module.bind([("data", (5, 6))], [("softmax_label", (5,))])
    module.init_params(mx.init.One())
    module.init_optimizer(optimizer_params={"learning_rate": 0.5})
    metric = mx.metric.create("acc")
    for seed in range(3):
        module.forward_backward(batch_of(mx, seed=seed))
        module.update()
        module.update_metric(metric, batch_of(mx, seed=seed).label)
    return state(module), module.get_outputs(), float(metric.get()[1]), module.output_shapes, module.output_names


@suite.case(name="sequential/empty")
def sequential_empty(mx):
    module = mx.mod.SequentialModule()
    return module.data_names, module.output_names, attempt(lambda: module.bind([("data", (1, 1))]))


@suite.case(name="sequential/bind_twice")
def sequential_twice(mx):
    log, lines = logger()
    module = chain(mx, log)
    for _ in range(2):
        module.bind([("data", (5, 6))], [("softmax_label", (5,))])
    return lines


def _doubled(mx):
    net = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=6, name="fc")
    module = mx.mod.SequentialModule()
    module.add(mx.mod.Module(net, label_names=None)).add(mx.mod.Module(net, label_names=None), auto_wiring=True)
    module.bind([("data", (5, 6))])
    module.init_params()


suite.errors(
    "sequential_error",
    {
        "meta": (lambda mx: mx.mod.SequentialModule().add(bound(mx), takes_labels=True), ("takes_labels",)),
        "same_names": (_doubled, ("fc_", "layer")),
        "init_params": (lambda mx: chain(mx).init_params(), ("bind",)),
        "init_optimizer": (lambda mx: chain(mx).init_optimizer(), ("bind",)),
        "shapes": (lambda mx: chain(mx).data_shapes, ("bind",)),
        "shared": (lambda mx: chain(mx).bind([("data", (5, 6))], shared_module=bound(mx)), ("shared",)),
        "grads": (
            lambda mx: chain(mx).bind([("data", (5, 6))], for_training=False, inputs_need_grad=True),
            ("inputs_need_grad",),
        ),
    },
)  # fmt: skip


# ------------------------------------------------------------------------------------------- Python
def python_loss(mx, **options):
    module = mx.mod.PythonLossModule(**options)
    module.bind([("data", (5, 3))], [("softmax_label", (5,))], inputs_need_grad=True)
    return module


@suite.case(name="python/loss")
def python_loss_steps(mx):
    module = python_loss(mx, name="pl", grad_func=lambda scores, label: scores.asnumpy() * 2)
    batch = mx.io.DataBatch([mx.nd.array(numbers(5, 3))], [mx.nd.array(labels(5))])
    module.forward(batch, is_train=True)
    module.backward()
    module.init_params()
    module.init_optimizer()
    module.update()
    return (
        module.get_outputs(), module.get_input_grads(), module.get_params(), module.data_names, module.output_names,
        module.data_shapes, module.label_shapes, module.output_shapes, module.binded, module.params_initialized,
    )  # fmt: skip


def _shaped(mx, data, label):
    module = mx.mod.PythonLossModule()
    module.bind(data, label)
    return module.output_shapes, module.data_shapes


suite.errors(
    "python_error",
    {
        "grad_func": (lambda mx: mx.mod.PythonLossModule(grad_func=3), ("grad_func",)),
        "two_names": (lambda mx: mx.mod.PythonLossModule(data_names=("a", "b")), ("a", "b")),
        "no_grad_func": (lambda mx: python_loss(mx).backward(), ("grad_func",)),
        "out_grads": (lambda mx: python_loss(mx).backward([]), ("out_grads",)),
        "merge": (lambda mx: python_loss(mx).get_outputs(False), ("merge_multi_context",)),
        "monitor": (lambda mx: python_loss(mx).install_monitor(None), ("monitor",)),
        "names": (lambda mx: _shaped(mx, [("x", (5, 3))], None), ("x",)),
        "label_names": (lambda mx: _shaped(mx, [("data", (5, 3))], [("x", (5,))]), ("x",)),
        "grad_req": (
            lambda mx: mx.mod.PythonLossModule().bind([("data", (5, 3))], grad_req="add"), ("add",),
        ),
        "pre_sliced": (lambda mx: python_loss(mx).update_metric(None, [], pre_sliced=True), ("slice",)),
        "abstract": (lambda mx: mx.mod.PythonModule(["data"], None, ["out"]).bind([("data", (5, 3))]), ()),
    },
)  # fmt: skip


@suite.case(name="python/own")
def python_own(mx):
    class Twice(mx.mod.PythonModule):
        def _compute_output_shapes(self):
            return [("out", self._data_shapes[0][1])]

        def forward(self, data_batch, is_train=None):
            self.out = data_batch.data[0] * 2

        def get_outputs(self, merge_multi_context=True):
            return [self.out]

        def backward(self, out_grads=None):
            self.grad = [out_grads[0] * 2]

        def get_input_grads(self, merge_multi_context=True):
            return self.grad

    module = mx.mod.SequentialModule()
    module.add(Twice(("data",), None, ["out"]))
    module.add(mx.mod.Module(mlp(mx)), take_labels=True, auto_wiring=True)
    module.bind([("data", (5, 6))], [("softmax_label", (5,))], inputs_need_grad=True)
    args, aux = params(mx, mlp(mx), data=(5, 6))
    module.init_params(arg_params=args, aux_params=aux)
    module.forward_backward(batch_of(mx))
    return module.get_outputs(), module._modules[0].get_input_grads(), _shaped(mx, [("data", (5, 3))], None)


# ------------------------------------------------------------------------------------------- variance reduction
def svrg(mx, **options):
    from importlib import import_module

    module = import_module(mx.__name__ + ".contrib.svrg_optimization.svrg_module")
    net = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=1, name="fc")
    net = mx.sym.LinearRegressionOutput(net, mx.sym.var("lin_label"), name="lro")
    return module.SVRGModule(net, label_names=["lin_label"], **options)


def _line(mx):
    return mx.io.NDArrayIter(numbers(12, 3), numbers(12, seed=2), 4, label_name="lin_label")


for _contexts in (1, 2):
    for _optimizer in ("sgd", "adam"):

        @suite.case(name="svrg/fit/%s/%d" % (_optimizer, _contexts))
        def svrg_fit(mx, contexts=_contexts, optimizer=_optimizer):
            log, lines = logger()
            module = svrg(mx, update_freq=2, context=[mx.cpu(i) for i in range(contexts)], logger=log)
            module.fit(
                _line(mx), eval_metric="mse", optimizer=optimizer, optimizer_params={"learning_rate": 0.1}, num_epoch=3,
                initializer=mx.init.One(),
            )  # fmt: skip
            return (
                state(module),
                [line.split()[1] for line in lines],
                [sorted(part.items()) for part in module._param_dict],
            )


suite.errors(
    "svrg_error",
    {
        "missing": (lambda mx: svrg(mx), ("update_freq",)),
        "zero": (lambda mx: svrg(mx, update_freq=0), ("update_freq",)),
        "float": (lambda mx: svrg(mx, update_freq=1.5), ("update_freq",)),
    },
)
