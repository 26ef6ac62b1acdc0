"""What the conformance cases cannot say of blocks: threads, memory, warnings, what a call does not do."""

from __future__ import annotations

import gc
import pickle
import threading
import warnings
import weakref

import pytest

import mxcompat as mx
from mxcompat import autograd, gluon, nd
from mxcompat.gluon import _compiled
from mxcompat.gluon import block as block_module


class Affine(gluon.HybridBlock):
    def __init__(self, units=2, inputs=3, **kwargs):
        super().__init__(**kwargs)
        with self.name_scope():
            self._units = units
            self.weight = self.params.get("weight", shape=(units, inputs), allow_deferred_init=True)

    def hybrid_forward(self, F, x, weight):
        return F.FullyConnected(x, weight, num_hidden=self._units, no_bias=True)


class Pair(gluon.HybridBlock):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        with self.name_scope():
            self.first = Affine(3, 0)
            self.second = Affine(2, 0)

    def hybrid_forward(self, F, x):
        return self.second(F.relu(self.first(x)))


def make(cls=Affine, **kwargs):
    net = cls(**kwargs)
    net.initialize(mx.init.One())
    return net


def test_module_shows_the_names_libraries_import():
    for name in (
        "_flatten",
        "_regroup",
        "_gather_type_ctx_info",
        "_common_prefix",
        "_infer_param_types",
        "_BlockScope",
    ):
        assert hasattr(block_module, name), name
    assert gluon._flatten is block_module._flatten


def test_names_are_counted_per_thread():
    names = []

    def work():
        names.append(Affine().prefix)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
        thread.join()
    assert names == ["affine0_", "affine0_"]


def test_hooks_may_detach_themselves():
    net = make()
    seen = []
    handle = net.register_forward_hook(lambda *_: (seen.append(1), handle.detach()))
    net.register_forward_hook(lambda *_: seen.append(2))
    net(nd.ones((1, 3)))
    net(nd.ones((1, 3)))
    assert seen == [1, 2, 2]


def test_hook_handle_survives_pickling():
    handle = gluon.utils.HookHandle()
    from collections import OrderedDict

    hooks = OrderedDict()
    handle.attach(hooks, len)
    copied = pickle.loads(pickle.dumps(handle))
    copied.detach()
    assert len(hooks) == 1


@pytest.mark.parametrize("hybrid", [False, True])
def test_nothing_is_kept_of_a_forward(hybrid):
    net = make(Pair)
    if hybrid:
        net.hybridize()
    x = nd.ones((1, 3))
    net(x)
    with autograd.record():
        y = net(x)
    y.backward()
    alive = weakref.ref(y._t)
    del y
    gc.collect()
    assert alive() is None


def test_dropped_block_is_collected():
    net = make(Pair)
    net.hybridize()
    net(nd.ones((1, 3)))
    alive = weakref.ref(net)
    del net
    gc.collect()
    assert alive() is None


def test_failed_inference_keeps_the_cause():
    net = make(Pair)
    net.first.weight.shape = (3, 5)
    net.hybridize()
    with pytest.raises(ValueError, match="Deferred initialization failed, the inputs do not tell all shapes") as caught:
        net(nd.ones((1, 4)))
    assert isinstance(caught.value.__cause__, mx.MXNetError)


def test_failed_forward_leaves_the_context_alone():
    net = make()
    with pytest.raises(RuntimeError, match=r"w.*not initialized on context cpu\(1\)"):
        net(nd.ones((1, 3), ctx=mx.cpu(1)))
    assert mx.current_context() == mx.cpu(0)


def test_plain_child_of_hybrid_block_names_the_way_out():
    with pytest.raises(ValueError, match=r"(?s)must also be HybridBlock.*HybridSequential"):
        make(Pair).extra = gluon.Block()


def test_forward_missing_names_the_class():
    class Lazy(gluon.Block):
        pass

    with pytest.raises(NotImplementedError, match="Lazy"):
        Lazy()(1)


def test_unused_input_warns_at_the_caller():
    class Deaf(gluon.HybridBlock):
        def hybrid_forward(self, F, x, y):
            return x + 1

    net = Deaf()
    net.hybridize()
    with pytest.warns(UserWarning, match="The 1-th input to HybridBlock is not used") as caught:
        net(nd.ones(1), nd.ones(1))
    assert caught[0].filename == __file__


def test_hybridized_call_sees_new_parameter_arrays():
    net = make()
    net.hybridize()
    x = nd.ones((1, 3))
    assert net(x).asnumpy().tolist() == [[3.0, 3.0]]
    net.weight.set_data(nd.zeros((2, 3)))
    assert net(x).asnumpy().tolist() == [[0.0, 0.0]]
    net.weight.reset_ctx(mx.cpu(1))
    assert net(nd.ones((1, 3), ctx=mx.cpu(1))).context == mx.cpu(1)


def test_save_model_round_trip_in_a_folder(tmp_path):
    net = make(Pair)
    net.hybridize()
    out = net(nd.ones((1, 3)))
    net.save(str(tmp_path / "m"))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["m-model.json", "m-model.params"]
    other = Pair()
    other.load(str(tmp_path / "m"))
    assert (other(nd.ones((1, 3))).asnumpy() == out.asnumpy()).all()


def test_unknown_backend_warns_and_changes_nothing():
    net = make()
    expected = net(nd.ones((1, 3))).asnumpy()
    net.hybridize(backend="nope")
    with pytest.warns(UserWarning, match="'nope' is not known.*inductor") as caught:
        out = net(nd.ones((1, 3)))
    assert caught[0].filename == __file__
    assert (out.asnumpy() == expected).all()


@pytest.mark.parametrize("how", ["hybridize", "optimize_for"])
def test_backend_of_torch_reaches_the_compiler(how, monkeypatch):
    given = []
    original = _compiled.CachedOp

    def watched(graph, flags, backend=None, options=None):  # torch.compile itself takes seconds to load
        given.append((backend, options))
        return original(graph, flags)

    monkeypatch.setattr(_compiled, "CachedOp", watched)
    net = make()
    if how == "hybridize":
        net.hybridize(backend="inductor", mode="default")
        net(nd.ones((1, 3)))
    else:
        net.optimize_for(nd.ones((1, 3)), backend="inductor", mode="default")
    assert given == [("inductor", {"mode": "default"})]


def test_deprecated_names_warn(tmp_path):
    net = make()
    path = str(tmp_path / "x.params")
    with pytest.warns(UserWarning, match="save_params is deprecated"):
        net.save_params(path)
    with pytest.warns(UserWarning, match="load_params is deprecated"):
        net.load_params(path)


def test_no_warning_in_an_ordinary_life(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        net = make(Pair)
        net(nd.ones((1, 3)))
        net.hybridize(static_alloc=True, static_shape=True)
        net(nd.ones((1, 3)))
        net.save_parameters(str(tmp_path / "x"))
        net.load_parameters(str(tmp_path / "x"))
        net.export(str(tmp_path / "m"))


@pytest.mark.parametrize(
    ("stored", "given", "agree"),
    [([0], [0], True), ([0, -1], [0], True), ([0], [0, -1], True), ([0, 0], [0], False), ([0], [-1], False)],
)
def test_formats_agree(stored, given, agree):
    from mxcompat.gluon._structure import formats_agree

    assert formats_agree(stored, given) is agree


def test_regroup_refuses_an_unknown_format():
    with pytest.raises(ValueError, match="-2"):
        block_module._regroup([1], -2)
