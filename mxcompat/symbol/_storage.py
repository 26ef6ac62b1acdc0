"""Storage types in a graph: which outputs and gradients `simple_bind` makes sparse.

Forward, an operator's rule for sparse arrays is asked with tiny arrays; backward, a few operators keep gradients
sparse.

Source: MXNet 1.9.1 src/executor/infer_graph_attr_pass.cc and the ``*StorageType`` functions of src/operator/.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .._core.errors import MXNetError
from ..graph.facts import GraphOperator
from ..graph.node import Entry, Node, in_order
from ..nd._sparse.rules import RULES, Call
from ..nd.creation import zeros as dense_zeros
from ..nd.ndarray import NDArray
from ..nd.sparse import zeros as sparse_zeros

_DENSE, _ROWS = "default", "row_sparse"
#: the gradient has the storage of the head gradient
_LINEAR = frozenset({"_copy", "_div_scalar", "_mul_scalar", "add_n", "elemwise_add", "elemwise_sub", "negative"})
#: the gradient is sparse if the input is, too
_ELEMENTWISE = frozenset(
    {
        "abs", "arcsin", "arcsinh", "arctan", "arctanh", "cbrt", "degrees", "expm1", "log1p", "radians", "relu",
        "sign", "sin", "sinh", "sqrt", "square", "tan", "tanh", "elemwise_mul",
    }
)  # fmt: skip


def has_storage(outputs: Sequence[Entry], given: Mapping[Node, str]) -> bool:
    """Whether anything in a graph may be sparse."""
    if any(stype != _DENSE for stype in given.values()):
        return True
    return any(_sparse_gradient(node) for node in in_order(outputs))


def output_storage(outputs: Sequence[Entry], given: Mapping[Node, str]) -> dict[Node, str]:
    """Storage types of the first outputs of the nodes behind ``outputs``.

    Args:
        outputs: outputs of the graph.
        given: storage types of the variables that are not dense.
    """
    found: dict[Node, str] = {}
    for node in in_order(outputs):
        found[node] = given.get(node, _DENSE) if node.op is None else _of_result(node, found)
    return found


def _of_result(node: Node, found: Mapping[Node, str]) -> str:
    op = node.op
    stypes = [found[source] if index == 0 else _DENSE for source, index in node.inputs]
    if isinstance(op, GraphOperator):
        return _of_custom(op, stypes, "storage", 0)
    if op is None or op.name not in RULES:
        return _DENSE
    if all(stype == _DENSE for stype in stypes) and op.name not in ("cast_storage", "dot"):
        return _DENSE
    try:
        result = RULES[op.name](Call(op, [_tiny(stype) for stype in stypes], node.values))
    except (MXNetError, ValueError, IndexError, RuntimeError):
        return _DENSE  # running the graph will say what is wrong
    return _DENSE if result is None else str(result.stype)


def _of_custom(op: GraphOperator, stypes: list[str], question: str, i: int) -> str:
    """What the program's own operator says of its output, or of the gradient of its input, number ``i``."""
    ask = op.hints.get(question)
    if ask is None or all(stype == _DENSE for stype in stypes):
        return _DENSE
    try:
        return str(ask(stypes)[i])
    except Exception:  # the program's own code: running the graph will say what is wrong
        return _DENSE


def _tiny(stype: str) -> NDArray:
    array: NDArray = dense_zeros((1, 1)) if stype == _DENSE else sparse_zeros(stype, (1, 1))
    return array


def gradient_storage(outputs: Sequence[Entry], stypes: Mapping[Node, str]) -> dict[Node, str]:
    """Storage types of the gradients of the nodes behind ``outputs``.

    Args:
        outputs: outputs of the graph.
        stypes: those of the nodes (`output_storage`).
    """
    found: dict[Node, str] = {node: stypes[node] for node, index in outputs if index == 0}
    for node in reversed(in_order(outputs)):
        if node.op is None:
            continue
        head = found.get(node, _DENSE)
        for i, (source, _) in enumerate(node.inputs):
            stype = _of_gradient(node, i, head, stypes)
            found[source] = stype if found.get(source, stype) == stype else _DENSE
    return found


def _of_gradient(node: Node, i: int, head: str, stypes: Mapping[Node, str]) -> str:
    op = node.op
    name = "" if op is None else op.name
    if isinstance(op, GraphOperator):
        inputs = [stypes[source] if index == 0 else _DENSE for source, index in node.inputs]
        return _of_custom(op, inputs, "gradient_storage", i)
    if i == 1 and _sparse_gradient(node):
        return _ROWS
    if name == "dot" and i == 1 and op is not None and stypes[node.inputs[0].node] == "csr":
        attrs = op.attr_dict(node.values)
        return _DENSE if attrs["transpose_a"] or attrs["transpose_b"] else _ROWS
    if name in _LINEAR or (name in _ELEMENTWISE and stypes[node.inputs[i].node] == head):
        return head
    return _DENSE


def _sparse_gradient(node: Node) -> bool:
    """Whether a node is an embedding whose weight has a row_sparse gradient."""
    if node.op is None or node.op.name not in ("Embedding", "_contrib_SparseEmbedding"):
        return False
    return node.op.name != "Embedding" or bool(node.op.attr_dict(node.values)["sparse_grad"])
