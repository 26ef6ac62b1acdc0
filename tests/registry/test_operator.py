"""The operator record: reading a signature, checking attributes, refusing double definitions."""

import inspect
import pickle

import pytest
import torch
from torch import Tensor

from mxcompat import nd
from mxcompat._core.context import Context
from mxcompat._core.errors import MXNetError
from mxcompat.registry import REGISTRY, REQUIRED, find, op_error, register
from mxcompat.registry.operator import make_record
from mxcompat.registry.stubs import render_function


def scaled(data: Tensor, bias: Tensor | None = None, factor: int = REQUIRED, mode: str = "a") -> Tensor:
    """Scale."""
    return data * factor


def joined(*data: Tensor, dim: int = 1) -> Tensor:
    return torch.cat(data, dim)


def test_a_signature_is_read_into_inputs_and_attributes():
    record = make_record("scaled", scaled)
    assert record.inputs == ("data", "bias")
    assert record.optional == {"bias"}
    assert record.attr_names == ("factor", "mode")
    assert record.defaults is None
    assert make_record("joined", joined).variadic == "data"


def test_a_context_parameter_is_hidden_unless_it_is_optional():
    def hidden(data: Tensor, *, ctx: Context) -> Tensor: ...
    def shown(shape: tuple[int, ...] = (), ctx: Context | None = None) -> Tensor: ...

    assert make_record("hidden", hidden).attr_names == ()
    assert make_record("hidden", hidden).context
    assert make_record("shown", shown).attr_names == ("shape", "ctx")
    assert make_record("shown", shown).context


def test_an_unknown_annotation_names_operator_and_parameter():
    def bad(data: Tensor, size: list = ()) -> Tensor: ...

    with pytest.raises(TypeError, match="operator bad, parameter size"):
        make_record("bad", bad)


def test_a_second_definition_is_an_error():
    with pytest.raises(TypeError, match="'dot' is defined twice"):
        register("dot", scaled)


def test_attributes_are_checked_in_one_place():
    record = make_record("scaled", scaled)
    assert record.parse(3) == (3, "a")
    assert record.parse(factor="3", mode="b") == (3, "b")
    with pytest.raises(MXNetError, match=r"Required parameter factor of int is not presented, in operator scaled"):
        record.parse()
    with pytest.raises(
        MXNetError, match=r"Cannot find argument 'fctor', Possible Arguments:[\s\S]*factor : int, required"
    ):
        record.parse(fctor=3)
    with pytest.raises(
        MXNetError, match=r"expect int but value='1.5', in operator scaled\(name=\"\", factor=\"1.5\"\)"
    ):
        record.parse(factor=1.5)
    assert record.parse(factor=1, __layout__="NCHW") == (1, "a")  # symbol attributes pass


def test_cached_attributes_keep_types_apart():
    record = make_record("scaled", scaled)
    assert record.prepare(1) == (1, "a")
    with pytest.raises(MXNetError):
        record.prepare(True)
    with pytest.raises(MXNetError):
        record.prepare(1.0)


def test_an_unknown_operator_is_named():
    with pytest.raises(MXNetError, match="'no_such' is not registered"):
        find("no_such")


def test_op_error_shows_what_was_given():
    error = op_error("dot", "they do not fit", lhs=torch.zeros(2, 3), rhs=torch.zeros(4, dtype=torch.int32))
    assert str(error) == "dot: they do not fit, got lhs float32 (2, 3), rhs int32 (4,)"


def test_bound_functions_carry_their_metadata():
    signature = inspect.signature(nd.clip)
    assert list(signature.parameters) == ["data", "a_min", "a_max", "out", "name", "kwargs"]
    assert nd.clip.__name__ == "clip"
    assert nd.clip.__doc__
    assert pickle.loads(pickle.dumps(nd.clip)) is nd.clip


def test_every_operator_has_a_stub_line_and_a_docstring():
    undocumented = sorted({op.name for op in REGISTRY.values() if not op.doc.strip()})
    assert not undocumented
    for name, op in REGISTRY.items():
        assert render_function(name, op).startswith(f"def {name}(")
