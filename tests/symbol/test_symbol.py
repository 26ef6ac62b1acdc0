"""What the oracle cannot say about symbols: messages, threads, structure of our own."""

import threading

import pytest

import mxcompat as mx


def test_messages_name_operator_and_input() -> None:
    a = mx.sym.var("a")
    with pytest.raises(AssertionError, match=r"exp: Argument data must be Symbol instances, but got 3"):
        mx.sym.exp(3)
    with pytest.raises(mx.MXNetError, match=r"Keyword argument name foo not found\.\n.*\n.*lhs\n.*rhs"):
        mx.sym.elemwise_add(a, foo=a)
    with pytest.raises(TypeError, match="multiple values for argument 'data'"):
        mx.sym.exp(a, data=a)
    with pytest.raises(IndexError, match="1 outputs, index 4"):
        a[4]


def test_names_and_attributes_are_per_thread() -> None:
    seen: list[object] = []

    def work() -> None:
        x = mx.sym.exp(mx.sym.var("x"))
        seen.append((x.name, x.list_attr()))

    with mx.name.Prefix("outer_"), mx.AttrScope(__mark__="1"):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        assert mx.sym.exp(mx.sym.var("x"), name="y").list_attr() == {"__mark__": "1"}
    assert seen == [("exp0", {})]


def test_copies_share_nothing() -> None:
    net = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=2, name="fc")
    twin = net.__copy__()
    twin._set_attr(__mark__="1")
    assert net.attr("__mark__") is None
    replaced = net(data=mx.sym.var("other"))
    assert (net.list_arguments()[0], replaced.list_arguments()[0]) == ("data", "other")


def test_numpy_numbers_on_the_left_stay_symbols() -> None:
    import numpy as np

    x = mx.sym.var("x")
    assert isinstance(np.float32(2) * x, mx.sym.Symbol)
    assert isinstance(2.0 - x, mx.sym.Symbol)


def test_functions_have_signature_and_documentation() -> None:
    import inspect

    names = list(inspect.signature(mx.sym.FullyConnected).parameters)
    assert names == ["data", "weight", "bias", "num_hidden", "no_bias", "flatten", "name", "attr", "out", "kwargs"]
    assert mx.sym.FullyConnected.__doc__ == mx.nd.FullyConnected.__doc__


def test_bodies_need_their_inputs() -> None:
    x, s = mx.sym.var("x"), mx.sym.var("s")
    with pytest.raises(AssertionError, match=r"must be used by the loop body, x-0 is not"):
        mx.sym.contrib.foreach(lambda a, b: (b, b), x, s)
    with pytest.raises(ValueError, match="max_iterations should be specified"):
        mx.sym.contrib.while_loop(lambda a: a < 3, lambda a: (a, [a]), [x])
    with pytest.raises(ValueError, match=r"then_func and else_func return 1 and 2 outputs"):
        mx.sym.contrib.cond(x < 3, lambda: x, lambda: [x, s])
