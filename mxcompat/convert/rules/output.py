"""Heads of training programs in their meaning for inference; nodes that change nothing; dropout."""

from __future__ import annotations

from .._pieces import Piece, arg
from .._rule import View, example, formula, layer, rule, same_as


@rule(
    "SoftmaxOutput",
    examples=[
        example((4, 3), (4,), whole={1: 3}, source="F.softmax(data0, dim=-1)"),
        example((2, 3, 4), (2, 4), whole={1: 3}, multi_output=True, source="F.softmax(data0, dim=1)"),
        example((2, 3, 4), (2, 3, 4), preserve_shape=True, source="F.softmax(data0, dim=-1)"),
        example((2, 3, 4), (2, 3), whole={1: 4}, source="flatten(1)"),
    ],
)
def softmax_output(n: View) -> Piece:
    if n["multi_output"]:
        return formula(n, "F.softmax(_0, dim=1)", operands=n.inputs[:1])
    if n["preserve_shape"] or n.ndim() == 2:
        return formula(n, "F.softmax(_0, dim=-1)", operands=n.inputs[:1])
    return formula(n, "F.softmax(_0.flatten(1), dim=-1).reshape(_0.shape)", operands=n.inputs[:1])


@rule("LinearRegressionOutput", "MAERegressionOutput", examples=[example((4, 3), (4, 3), source="return data0")])
def regression(n: View) -> Piece:
    return same_as(n.inputs[0])


@rule("LogisticRegressionOutput", examples=[example((4, 3), (4, 3), source="torch.sigmoid(data0)")])
def logistic(n: View) -> Piece:
    return formula(n, "torch.sigmoid(_0)", operands=n.inputs[:1])


@rule("SVMOutput", examples=[example((4, 3), (4,), whole={1: 3}, source="return data0")])
def svm(n: View) -> Piece:
    return same_as(n.inputs[0])


@rule("BlockGrad", examples=[example((2, 3), source="data0.detach()")])
def block_grad(n: View) -> Piece:
    return formula(n, "_0.detach()")


@rule("MakeLoss", "make_loss", "_copy", examples=[example((2, 3), source="return data0")])
def identity(n: View) -> Piece:
    return same_as(n.inputs[0])


@rule(
    "Dropout", examples=[example((2, 3), p=0.3, source="nn.Dropout(0.3)"), example((2, 3), p=0, source="return data0")]
)
def dropout(n: View) -> Piece:
    n.only_first()
    if n["p"] == 0:
        return same_as(n.inputs[0])
    if n["mode"] == "always":
        return formula(n, f"F.dropout(_0, {n['p']!r}, training=True)", random=True)
    notes: tuple[str, ...] = ()
    if n["axes"]:
        notes = ("axes: MXNet drops whole slices, torch.nn.Dropout single elements; the same in evaluation mode",)
    return layer(n, "nn.Dropout", arg("p", n["p"]), notes=notes)
