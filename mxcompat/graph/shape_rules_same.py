"""Rules for operators whose inputs and outputs all have one shape, and what the other rules share.

Source: the ``*Shape`` functions of MXNet 1.9.1 src/operator/.
"""

from __future__ import annotations

from typing import Any

from .node import Node
from .shapes import Mismatch, Shape, merged, rule

#: operators whose inputs and outputs all have one shape; those with a number (``_plus_scalar``) come on top
_SAME = (
    "_contrib_backward_gradientmultiplier _contrib_div_sqrt_dim _contrib_gradientmultiplier _contrib_quadratic "
    "_contrib_round_ste _contrib_sign_ste _copy _copyto _equal _grad_add _greater _greater_equal _hypot "
    "_identity_with_attr_like_rhs _image_adjust_lighting "
    "_image_random_brightness _image_random_color_jitter _image_random_contrast "
    "_image_random_hue _image_random_lighting "
    "_image_random_saturation _lesser _lesser_equal _logical_and "
    "_logical_or _logical_xor _maximum _minimum _mod _not_equal _power _random_exponential_like _random_gamma_like "
    "_random_generalized_negative_binomial_like _random_negative_binomial_like _random_normal_like "
    "_random_poisson_like _random_uniform_like _scatter_elemwise_div _shuffle abs Activation add_n amp_cast "
    "arccos arccosh arcsin arcsinh arctan arctanh BlockGrad Cast cast_storage cbrt ceil clip cos cosh "
    "degrees Dropout elemwise_add elemwise_div elemwise_mul elemwise_sub erf erfinv exp expm1 fix floor gamma gammaln "
    "hard_sigmoid L2Normalization log log10 log1p log2 log_softmax logical_not LRN make_loss MakeLoss negative "
    "ones_like radians rcbrt reciprocal relu reverse rint round rsqrt sigmoid sign sin sinh smooth_l1 "
    "SoftmaxActivation softmin softsign sqrt square tan tanh trunc zeros_like "
).split()


def unify(ins: list[Shape], outs: list[Shape], leading: int | None = None, outputs: int | None = None) -> None:
    """All of these inputs and outputs have one shape."""
    shape: Shape = None
    inputs = len(ins) if leading is None else leading
    results = len(outs) if outputs is None else outputs
    for each in (*ins[:inputs], *outs[:results]):
        shape = merged(shape, each)
    for i in range(inputs):
        ins[i] = shape
    for i in range(results):
        outs[i] = shape


@rule(*_SAME, complete=True)
def _same(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    unify(ins, outs)


@rule("amp_multicast", complete=True)
def _each(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    for i in range(len(outs)):
        ins[i] = outs[i] = merged(ins[i], outs[i])


@rule(
    "_image_flip_left_right", "_image_flip_top_bottom", "_image_random_flip_left_right",
    "_image_random_flip_top_bottom", complete=True,
)  # fmt: skip
def _image(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    unify(ins, outs)
    if ins[0] is not None and len(ins[0]) != 3:
        raise Mismatch(f"Input image must have shape (height, width, channels), but got {list(ins[0])}")


def attributes(node: Node) -> dict[str, Any]:
    """The checked attribute values of a node, by name."""
    op = node.op
    return {} if op is None else op.attr_dict(node.values)
