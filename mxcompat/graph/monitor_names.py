"""The names under which a compiled graph shows arrays to a monitor.

Few operators of MXNet name their outputs in a way that its compiled graphs look at: those of the others are counted
(``relu0_0``). The executor's monitor, as `Symbol.list_outputs`, says ``relu0_output``.
"""

from __future__ import annotations

from .facts import GraphOperator, input_names, output_name
from .node import Node

#: operators whose outputs have names
_NAMED_OUTPUTS: frozenset[str] = frozenset(
    {
        "Activation", "BatchNorm", "BatchNorm_v1", "BilinearSampler", "CTCLoss", "Concat", "Convolution",
        "Convolution_v1", "Correlation", "Crop", "Deconvolution", "Dropout", "FullyConnected", "GridGenerator",
        "GroupNorm", "IdentityAttachKLSparseReg", "InstanceNorm", "L2Normalization", "LRN", "LayerNorm", "LeakyReLU",
        "MakeLoss", "Pad", "Pooling", "Pooling_v1", "RNN", "ROIPooling", "SVMOutput", "SequenceLast", "SequenceMask",
        "SequenceReverse", "SliceChannel", "SoftmaxActivation", "SoftmaxOutput", "SpatialTransformer", "SwapAxis",
        "UpSampling", "_contrib_BatchNormWithReLU", "_contrib_DeformableConvolution",
        "_contrib_DeformablePSROIPooling", "_contrib_MultiBoxDetection", "_contrib_MultiBoxPrior",
        "_contrib_MultiBoxTarget", "_contrib_MultiProposal", "_contrib_PSROIPooling", "_contrib_Proposal",
        "_contrib_ROIAlign", "_contrib_RROIAlign", "_contrib_SyncBatchNorm", "_contrib_calibrate_entropy",
        "_contrib_count_sketch", "_contrib_fft", "_contrib_hawkesll", "_contrib_ifft", "_contrib_index_array",
        "_contrib_interleaved_matmul_encdec_qk", "_contrib_interleaved_matmul_encdec_valatt",
        "_contrib_interleaved_matmul_selfatt_qk", "_contrib_interleaved_matmul_selfatt_valatt",
        "_contrib_quantize_asym", "_contrib_quantized_act", "_contrib_quantized_batch_norm",
        "_contrib_quantized_concat", "_contrib_quantized_conv", "_contrib_quantized_elemwise_add",
        "_contrib_quantized_elemwise_mul", "_contrib_quantized_embedding", "_contrib_quantized_flatten",
        "_contrib_quantized_fully_connected", "_contrib_quantized_pooling", "_contrib_quantized_rnn",
        "_npi_concatenate", "_npi_dstack", "_npi_hstack", "_npi_matmul", "_npi_std", "_npi_var", "col2im",
        "elemwise_add", "im2col", "make_loss", "softmax", "softmin",
    }
)  # fmt: skip

#: operators whose input has no name
_UNNAMED_INPUTS: frozenset[str] = frozenset(
    {
        "Activation", "BlockGrad", "Cast", "Flatten", "Reshape", "SoftmaxActivation",
        "_contrib_AdaptiveAvgPooling2D", "_contrib_arange_like", "_contrib_backward_gradientmultiplier",
        "_contrib_bipartite_matching", "_contrib_box_nms", "_contrib_div_sqrt_dim", "_contrib_getnnz",
        "_contrib_gradientmultiplier", "_contrib_round_ste", "_contrib_sign_ste", "_copy", "_div_scalar",
        "_equal_scalar", "_greater_equal_scalar", "_greater_scalar", "_hypot_scalar", "_image_adjust_lighting",
        "_image_crop", "_image_flip_left_right", "_image_flip_top_bottom", "_image_random_brightness",
        "_image_random_color_jitter", "_image_random_contrast", "_image_random_flip_left_right",
        "_image_random_flip_top_bottom", "_image_random_hue", "_image_random_lighting", "_image_random_saturation",
        "_image_resize", "_lesser_equal_scalar", "_lesser_scalar", "_logical_and_scalar", "_logical_or_scalar",
        "_logical_xor_scalar", "_maximum_scalar", "_minimum_scalar", "_minus_scalar", "_mod_scalar", "_mul_scalar",
        "_not_equal_scalar", "_npi_add_scalar", "_npi_arctan2_scalar", "_npi_argmax", "_npi_argmin",
        "_npi_bitwise_and_scalar", "_npi_bitwise_or_scalar", "_npi_bitwise_xor_scalar", "_npi_copysign_scalar",
        "_npi_lcm_scalar", "_npi_ldexp_scalar", "_npi_mod_scalar", "_npi_multinomial", "_npi_multiply_scalar",
        "_npi_norm", "_npi_power_scalar", "_npi_rarctan2_scalar", "_npi_rcopysign_scalar", "_npi_rldexp_scalar",
        "_npi_rmod_scalar", "_npi_rpower_scalar", "_npi_rsubtract_scalar", "_npi_rtrue_divide_scalar",
        "_npi_subtract_scalar", "_npi_true_divide_scalar", "_npx_relu", "_npx_sigmoid", "_plus_scalar",
        "_power_scalar", "_random_exponential_like", "_random_gamma_like",
        "_random_generalized_negative_binomial_like", "_random_negative_binomial_like", "_random_normal_like",
        "_random_poisson_like", "_random_uniform_like", "_rdiv_scalar", "_rminus_scalar", "_rmod_scalar",
        "_rpower_scalar", "_sample_multinomial", "_scatter_minus_scalar", "_scatter_plus_scalar", "_shuffle",
        "_slice_assign_scalar", "_square_sum", "abs", "amp_cast", "arccos", "arccosh", "arcsin", "arcsinh", "arctan",
        "arctanh", "argmax", "argmax_channel", "argmin", "argsort", "broadcast_axis", "broadcast_to", "cast_storage",
        "cbrt", "ceil", "clip", "cos", "cosh", "degrees", "erf", "erfinv", "exp", "expand_dims", "expm1", "fix",
        "floor", "gamma", "gammaln", "hard_sigmoid", "log", "log10", "log1p", "log2", "logical_not", "make_loss",
        "max", "mean", "min", "nanprod", "nansum", "negative", "norm", "ones_like", "prod", "radians", "rcbrt",
        "reciprocal", "relu", "rint", "round", "rsqrt", "shape_array", "sigmoid", "sign", "sin", "sinh",
        "size_array", "slice", "slice_axis", "smooth_l1", "softmin", "softsign", "sort", "sqrt", "square", "sum",
        "tan", "tanh", "topk", "transpose", "trunc", "zeros_like",
    }
)  # fmt: skip


def monitored_output(node: Node, index: int) -> str:
    """Name of an output: ``fc1_output``, ``relu1_0``."""
    op = node.op
    if op is None or isinstance(op, GraphOperator) or op.name in _NAMED_OUTPUTS:
        return output_name(node, index)
    return f"{node.name}_{index}"


def monitored_inputs(node: Node, count: int) -> list[str]:
    """Names of the inputs: ``fc1_data``, ``relu1_input0``."""
    op = node.op
    names = None
    if op is not None and op.name not in _UNNAMED_INPUTS:
        names = input_names(op, node.attrs, node.values)
    return [f"{node.name}_{name}" for name in names or [f"input{i}" for i in range(count)]]
