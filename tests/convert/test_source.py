"""How the source reads."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import mxcompat as mx
from mxcompat.convert import ConvertError, to_source
from mxcompat.convert._layout import WIDTH, laid_out, split
from mxcompat.convert._pieces import fill, text_of
from mxcompat.convert.rules._reshape import sizes_of
from mxcompat.convert.rules.shape import reshape_text

from .test_networks import converted

nn = mx.gluon.nn


def _source(net: mx.gluon.HybridBlock, *shape: int) -> str:
    net.initialize()
    data = mx.sym.Variable("data")
    net(mx.nd.zeros(shape))
    params = {name: param.data() for name, param in net.collect_params().items()}
    return to_source(net(data), params, {"data": shape}).text


def test_a_symbol_and_arrays_may_be_given() -> None:
    text = _source(nn.Dense(3, in_units=4, prefix="head_"), 2, 4)
    assert "nn.Linear(4, 3)" in text


def test_lenet_reads_like_a_person_wrote_it(tmp_path: Path) -> None:
    text = converted("lenet", tmp_path).text
    assert "        x = F.max_pool2d(F.relu(self.conv0(data)), 2)\n" in text
    assert "        return self.dense1(F.relu(self.dense0(x)))\n" in text


def test_blocks_that_occur_again_are_one_class() -> None:
    net = mx.gluon.model_zoo.vision.resnet18_v1(classes=10, thumbnail=True)
    text = _source(net, 1, 3, 16, 16)
    assert text.count("class Residual(") == 1 and text.count("class ProjectedResidual(") == 1
    assert "self.stage2 = nn.Sequential(ProjectedResidual(64, 128), Residual(128))" in text


def test_an_unrolled_cell_is_one_module(tmp_path: Path) -> None:
    text = converted("lstm_cells", tmp_path).text
    assert text.count("self.lstm0 = LSTMCell(") == 1 and text.count("self.lstm0(") == 4
    assert "i, f, c, o = (self.i2h(x) + self.h2h(" in text


def test_the_batch_comes_first_where_axes_were_exchanged(tmp_path: Path) -> None:
    text = converted("lstm_bidirectional", tmp_path).text
    assert "nn.LSTM(4, 4, num_layers=2, batch_first=True, bidirectional=True)" in text
    assert "transpose" not in text


def test_shared_weights_are_tied(tmp_path: Path) -> None:
    source = converted("language_model", tmp_path)
    assert "self.dense0.weight = self.embedding0.weight" in source.text
    assert "embedding0.weight" in source.tensors and "dense0.weight" not in source.tensors


@pytest.mark.parametrize("name", ["ssd", "transformer_layer", "bidirectional_cells", "encoder_decoder"])
def test_lines_are_short_and_the_text_is_python(name: str, tmp_path: Path) -> None:
    text = converted(name, tmp_path).text
    ast.parse(text)
    own = text[text.index("class ") :]
    assert max(map(len, own.splitlines())) <= WIDTH
    assert "mxcompat" not in text and "mxnet" not in text


def test_parameters_that_are_no_inputs_and_shapes_that_do_not_follow() -> None:
    data = mx.sym.Variable("data")
    net = mx.sym.FullyConnected(data, num_hidden=3, name="fc")
    with pytest.raises(ConvertError, match="fc_bias is missing"):
        to_source(net, {"fc_weight": mx.nd.zeros((3, 4))}, {"data": (2, 4)})
    params = {"fc_weight": mx.nd.zeros((3, 4)), "fc_bias": mx.nd.zeros((3,))}
    with pytest.raises(ConvertError, match="--input data="):
        to_source(net, params)


@pytest.mark.parametrize(
    ("text", "operands", "wanted"),
    [
        ("_0 * 2", ["a + b"], "(a + b) * 2"),
        ("_0 - _1", ["a", "b - c"], "a - (b - c)"),
        ("_0.sum()", ["a + b"], "(a + b).sum()"),
        ("torch.where(_0_bool, _1, _1)", ["(a > 0).float()", "b"], "torch.where(a > 0, b, b)"),
        ("f(_0_long)", ["a.argmax(1).float()"], "f(a.argmax(1))"),
        ("f(_0_long)", ["a"], "f(a.long())"),
    ],
)
def test_brackets_are_set_where_python_needs_them(text: str, operands: list[str], wanted: str) -> None:
    trees = [ast.parse(each, mode="eval").body for each in operands]
    assert text_of(fill(text, trees)) == wanted


def test_long_lines_are_broken_at_commas() -> None:
    line = f"self.layer = nn.Sequential({', '.join(f'nn.Linear({i}, (1, 2))' for i in range(9))})"
    lines = laid_out(line, 8)
    assert lines[0] == "        self.layer = nn.Sequential(" and lines[1] == "            nn.Linear(0, (1, 2)),"
    assert "".join(each.strip() for each in lines).replace(",)", ")").replace(", ", ",") == line.replace(", ", ",")


def test_brackets_that_hold_an_expression_do_not_become_a_tuple() -> None:
    line = f"a = ({' + '.join(['first_of_many'] * 9)}).sum()"
    assert ast.dump(ast.parse("\n".join(laid_out(line, 0)))) == ast.dump(ast.parse(line))


def test_split_knows_brackets_and_quotes() -> None:
    assert split("a, f(b, c), 'd, e', [1, 2],") == ["a", "f(b, c)", "'d, e'", "[1, 2]"]


@pytest.mark.parametrize(
    ("before", "codes", "reverse", "wanted"),
    [
        ((2, 3, 4), (0, -1), False, "_0.flatten(1)"),
        ((2, 3, 4), (0, 0, -1), False, "_0"),
        ((2, 3, 4), (-1, 4), False, "_0.flatten(0, 1)"),
        ((2, 3, 4), (-1, 0, 0), True, "_0"),
        ((4, 3, 4), (-1, 2, 0, 0), True, "_0.unflatten(0, (-1, 2))"),
        ((2, 12), (0, 3, 4), False, "_0.unflatten(1, (3, 4))"),
        ((2, 3), (0, 0, 1), False, "_0.unsqueeze(-1)"),
        ((2, 3, 4), (3, 8), False, "_0.reshape(3, 8)"),
    ],
)
def test_reshapes(before: tuple[int, ...], codes: tuple[int, ...], reverse: bool, wanted: str) -> None:
    sizes = sizes_of(before, codes, reverse)
    assert sizes is not None and reshape_text(before, sizes) == wanted
