"""Inference of shapes and dtypes: errors that name the node, no random numbers used up, and speed."""

import time

import pytest

import mxcompat as mx


def test_error_names_the_node() -> None:
    a = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=4, name="first")
    b = mx.sym.FullyConnected(a, num_hidden=2, name="second")
    with pytest.raises(mx.MXNetError, match=r"Error in operator second: .*for weight.*\[2, 7\].*\[2, 4\]"):
        b.infer_shape(data=(3, 5), second_weight=(2, 7))
    with pytest.raises(mx.MXNetError, match=r"Error in operator sum: .*Provided = \[2, 3\].*\[2, 4\]"):
        mx.sym.elemwise_add(mx.sym.var("a"), mx.sym.var("b"), name="sum").infer_shape(a=(2, 3), b=(2, 4))
    with pytest.raises(mx.MXNetError, match="Error in operator sum: Type inconsistent"):
        mx.sym.elemwise_add(mx.sym.var("a"), mx.sym.var("b"), name="sum").infer_type(a="float32", b="int32")


def test_unknown_shapes_are_warned_of() -> None:
    net = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=4, name="fc")
    with pytest.warns(UserWarning, match=r"Cannot decide shape.*\n\tdata: \(\)\n\tfc_weight: \(4, 0\)|data: \(\)"):
        assert net.infer_shape() == (None, None, None)
    with pytest.warns(UserWarning, match="Cannot decide type"):
        assert net.infer_type() == (None, None, None)


def test_inference_draws_no_random_numbers() -> None:
    x = mx.sym.var("x")
    net = mx.sym.Dropout(x + mx.sym.random.normal(shape=(2, 3)), p=0.5, mode="always")
    net = mx.sym.Group([net, mx.sym.random.shuffle(x), mx.sym.contrib.rand_zipfian(x, 3, 10)[0]])
    mx.random.seed(3)
    expected = mx.nd.random.uniform(shape=(4,)).asnumpy().tolist()
    mx.random.seed(3)
    net.infer_shape(x=(2, 3))
    assert mx.nd.random.uniform(shape=(4,)).asnumpy().tolist() == expected


def test_shapes_flow_backward_through_a_chain() -> None:
    x = mx.sym.var("x")
    net = mx.sym.exp(mx.sym.transpose(mx.sym.sqrt(x), axes=(1, 0))) + mx.sym.var("y")
    assert net.infer_shape(y=(2, 3))[0] == [(3, 2), (2, 3)]


def test_np_shape_knows_empty_arrays() -> None:
    net = mx.sym.sum(mx.sym.var("x"), axis=1)
    with mx.np_shape(True):
        assert net.infer_shape(x=(0, 3)) == ([(0, 3)], [(0,)], [])
        assert net.infer_shape_partial(x=(-1, 3)) == ([(-1, 3)], [(-1,)], [])
        assert net.infer_shape_partial() == ([None], [None], [])


def _bottleneck(x: mx.sym.Symbol, filters: int, stride: int) -> mx.sym.Symbol:
    y = x
    for i, (kernel, channels) in enumerate(((1, filters), (3, filters), (1, filters * 4))):
        y = mx.sym.Convolution(
            y,
            kernel=(kernel, kernel),
            num_filter=channels,
            stride=(stride, stride) if i == 1 else (1, 1),
            pad=(kernel // 2,) * 2,
            no_bias=True,
        )
        y = mx.sym.Activation(mx.sym.BatchNorm(y), act_type="relu")
    short = mx.sym.Convolution(x, kernel=(1, 1), num_filter=filters * 4, stride=(stride, stride), no_bias=True)
    return y + short


def test_a_deep_network_takes_no_second() -> None:
    net = mx.sym.var("data")
    for filters, count in ((64, 3), (128, 4), (256, 6), (512, 3)):
        for i in range(count):
            net = _bottleneck(net, filters, 2 if i == 0 else 1)
    net = mx.sym.FullyConnected(mx.sym.Flatten(net), num_hidden=1000)
    start = time.perf_counter()
    arguments, outputs, _ = net.infer_shape(data=(8, 3, 64, 64))
    assert time.perf_counter() - start < 1
    assert outputs == [(8, 1000)]
    assert arguments is not None and arguments[-2:] == [(1000, 2048 * 16), (1000,)]


def test_a_chain_of_thousands_of_nodes() -> None:
    net = mx.sym.var("x")
    for _ in range(5000):
        net = net + 1
    assert net.infer_shape(x=(2,))[1] == [(2,)]
    text = net.tojson()
    assert mx.sym.load_json(text).tojson() == text


def test_while_loop_and_foreach_have_shapes() -> None:
    w = mx.sym.var("w")
    out, state = mx.sym.contrib.foreach(
        lambda x, s: (mx.sym.FullyConnected(x, w, num_hidden=3, no_bias=True) + s, s), mx.sym.var("x"), mx.sym.var("s")
    )
    net = mx.sym.Group([out, state])
    assert net.infer_shape(x=(5, 2, 4)) == ([(5, 2, 4), (2, 3), (3, 4)], [(5, 2, 3), (2, 3)], [])
    assert net.infer_type(x="float64")[1] == net.infer_type(w="float64")[1]
