"""The compiler: what code it makes, what it says of a bad node, what it keeps."""

import gc
import threading
import weakref

import pytest
import torch

from mxcompat import autograd, sym
from mxcompat.base import MXNetError
from mxcompat.graph.compile import Program, compile_graph
from mxcompat.graph.node import Entry, Node
from mxcompat.registry.operator import find


def program_of(symbol):
    return compile_graph(symbol.handle)


def test_the_module_is_straight_line_fx():
    x = sym.var("x")
    program = program_of(sym.exp(sym.FullyConnected(x, num_hidden=3, name="fc"), name="e"))
    assert [node.op for node in program.module.graph.nodes] == ["placeholder"] * 3 + ["call_function"] * 2 + ["output"]
    assert "for " not in program.module.code and "NDArray" not in program.module.code


def test_float32_alone_takes_the_direct_form():
    program = program_of(sym.exp(sym.var("x"), name="e"))
    for dtype in (torch.float32, torch.float64, torch.float32):
        for _ in range(2):
            assert torch.equal(program([torch.ones(2, dtype=dtype)], False)[0], torch.ones(2, dtype=dtype).exp())
    assert any("torch.exp" in module.code for module in program._modules.values())
    assert "torch.exp" not in program.module.code


def test_dtypes_are_checked_once_per_signature():
    program = program_of(sym.var("a") + sym.var("b"))
    one, other = torch.ones(2), torch.ones(2, dtype=torch.float64)
    for _ in range(2):
        program([one, one], False)
        with pytest.raises(MXNetError, match="_plus.*rhs must have the dtype of lhs"):
            program([one, other], False)


@pytest.mark.parametrize("calls_before", [0, 1, 2])
def test_errors_name_the_node(calls_before):
    x, w = sym.var("x"), sym.var("w")
    program = program_of(sym.relu(sym.FullyConnected(x, w, num_hidden=2, no_bias=True, name="layer7"), name="r"))
    for _ in range(calls_before):
        program([torch.ones(2, 3), torch.ones(2, 3)], False)
    with pytest.raises(MXNetError, match=r"Error in operator layer7: FullyConnected: weight must have shape \(2, 3\)"):
        program([torch.ones(2, 3), torch.ones(2, 4)], False)


def test_torch_errors_show_the_inputs_of_the_node():
    program = program_of(sym.dot(sym.var("x"), sym.var("w"), name="product"))
    program([torch.ones(2, 3), torch.ones(3, 2)], False)
    program([torch.ones(2, 3), torch.ones(3, 2)], False)
    with pytest.raises(MXNetError, match="Error in operator product: dot"):
        program([torch.ones(2, 3), torch.ones(4, 2)], False)


def test_missing_inputs_are_an_error():
    node = Node(find("dot"), "product", [Entry(Node(None, "x"))], {}, find("dot").defaults)
    with pytest.raises(MXNetError, match="product: dot expects 2 inputs"):
        Program([Entry(node)])


def test_inputs_may_be_ordered():
    x, w = sym.var("x"), sym.var("w")
    entry = (x - w).handle
    program = Program(entry, [w.handle[0].node, x.handle[0].node])
    assert program([torch.ones(1), torch.full((1,), 5.0)], False)[0].item() == 4
    with pytest.raises(MXNetError, match="not inputs: w"):
        Program(entry, [x.handle[0].node])


def test_results_do_not_share_memory_with_inputs_or_each_other():
    x = sym.var("x")
    y = x * 2
    group = sym.Group([x, sym.reshape(x, shape=(2, 1)), y, sym.flatten(y), y])
    program = program_of(group)
    given = torch.ones(2, 1)
    for _ in range(2):
        found = program([given], False)
        places = [t.untyped_storage().data_ptr() for t in (given, *found)]
        assert len(set(places)) == len(places)
        assert all(t.is_contiguous() for t in found)


def test_one_program_serves_training_and_prediction():
    program = program_of(sym.Dropout(sym.var("x"), p=0.5, name="d"))
    data = torch.ones(64)
    program([data], False)
    assert torch.equal(program([data], False)[0], data)
    with autograd.train_mode():
        assert (program([data], False)[0] == 0).any()


def test_values_are_freed_while_it_runs():
    x = sym.var("x")
    program = program_of(sym.exp(sym.exp(x, name="first"), name="second"))
    lines = [line for line in program.module.code.splitlines() if "first" in line]
    assert lines[-1].rstrip().endswith("first = None")


def test_open_shapes_follow_the_inputs():
    program = program_of(sym.var("x") + sym.zeros(shape=(0, 3), name="start"))
    for rows in (2, 5, 2):
        assert program([torch.ones(rows, 3)], False)[0].shape == (rows, 3)


def test_a_long_chain_needs_no_recursion():
    x = sym.var("x")
    for _ in range(3000):
        x = sym.reshape(x, shape=(-1,))
    assert program_of(x).walk([torch.ones(2, 2)])[0].shape == (4,)


def test_threads_share_a_program():
    program = program_of(sym.FullyConnected(sym.var("x"), num_hidden=4, no_bias=True, name="fc"))
    weight, wrong = torch.randn(4, 3), []

    def work():
        for rows in range(1, 50):
            data = torch.randn(rows, 3)
            if not torch.equal(program([data, weight], False)[0], torch.nn.functional.linear(data, weight)):
                wrong.append(rows)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_programs_keep_no_inputs_alive():
    program = program_of(sym.exp(sym.var("x"), name="e"))
    data = torch.ones(3)
    program([data], False)
    program([data], False)
    alive = weakref.ref(data)
    del data
    gc.collect()
    assert alive() is None
