"""Every ONNX operator that is read: results against onnxruntime, and against the files that onnx brings along."""

import collections
import glob
import os
import warnings

import numpy as np
import pytest

import mxcompat as mx
from mxcompat._core.errors import NotSupportedError
from mxcompat.contrib.onnx.onnx2mx import import_model as _tables  # noqa: F401  # fills the table
from mxcompat.contrib.onnx.onnx2mx._graph import CONVERTERS, read_model

onnx = pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")
helper = onnx.helper
DRAW = np.random.RandomState(3)


def numbers(*shape, low=-1.0, high=1.0):
    return DRAW.uniform(low, high, shape).astype("float32")


def whole(*values):
    return np.array(values, "int64")


X, IMAGE = numbers(2, 3, 4), numbers(2, 4, 6, 6)
LSTM = [numbers(1, 12, 5), numbers(1, 12, 3), numbers(1, 24)]
#: operator, attributes, inputs: the first one is data, the others are in the file; the version where it is not 18
ROWS = [
    *[(op, {}, [X]) for op in (
        "Relu Sigmoid Tanh Exp Abs Neg Floor Ceil Sin Cos Tan Asin Acos Atan Sinh Cosh Erf Asinh Atanh Softsign Sign "
        "Identity Round Softplus Mish HardSwish Celu ThresholdedRelu Elu Selu LeakyRelu HardSigmoid Shape Size Dropout "
        "Flatten Transpose LpNormalization Softmax LogSoftmax Hardmax ReduceMax ReduceMean ReduceMin ReduceSum "
        "ReduceProd ReduceL1 ReduceL2 ReduceSumSquare ReduceLogSumExp ArgMax ArgMin"
    ).split()],
    *[(op, {}, [np.abs(X) + 1.1]) for op in ("Log", "Sqrt", "Reciprocal", "Acosh", "ReduceLogSum")],
    *[(op, {}, [X, numbers(3, 1)]) for op in "Add Sub Mul Div Max Min Sum Mean Less Greater Equal".split()],
    *[(op, {}, [X, numbers(4)], 16) for op in ("LessOrEqual", "GreaterOrEqual", "PRelu")],
    *[(op, {}, [X > 0, X > 0.5]) for op in ("And", "Or", "Xor")],
    ("Not", {}, [X > 0]),
    ("Pow", {}, [np.abs(X), numbers(4)]),
    ("Mod", {"fmod": 1}, [X * 5, np.full((4,), 2, "float32")]),
    ("Where", {}, [X > 0, X, numbers(4)]),
    ("Cast", {"to": onnx.TensorProto.INT32}, [X * 9]),
    ("Clip", {}, [X, np.float32(-0.5), np.float32(0.5)]),
    ("Clip", {"min": -0.5}, [X], 6),
    ("CumSum", {}, [X, whole(1)]),
    ("TopK", {"axis": 1, "largest": 0}, [X, whole(2)]),
    ("ReduceMean", {"axes": [0, 2], "keepdims": 0}, [X], 13),
    ("ReduceSum", {"keepdims": 0}, [X, whole(1, 2)]),
    ("ReduceSum", {"noop_with_empty_axes": 1}, [X]),
    ("Softmax", {"axis": 1}, [X], 11),
    ("LogSoftmax", {"axis": 0}, [X], 11),
    ("Hardmax", {"axis": 1}, [X], 11),
    ("Hardmax", {"axis": 1}, [X]),
    ("Gemm", {"transB": 1}, [numbers(2, 3), numbers(5, 3), numbers(5)]),
    ("Gemm", {"transA": 1, "alpha": 0.5, "beta": 2.0}, [numbers(3, 2), numbers(3, 5), numbers(2, 5)]),
    ("Gemm", {}, [numbers(2, 3), numbers(3, 5), np.float32(2)]),
    ("MatMul", {}, [X, numbers(4, 5)]),
    ("MatMul", {}, [X, numbers(2, 4, 5)]),
    ("MatMul", {}, [X, numbers(6, 1, 4, 5)]),
    ("Conv", {"pads": [1, 0, 1, 2], "strides": [2, 1], "group": 2}, [IMAGE, numbers(6, 2, 3, 2), numbers(6)]),
    ("Conv", {"auto_pad": "SAME_UPPER", "strides": [2, 2]}, [IMAGE, numbers(2, 4, 3, 3)]),
    ("Conv", {"auto_pad": "SAME_LOWER", "strides": [1]}, [X, numbers(2, 3, 2)]),
    ("ConvTranspose", {"strides": [2, 2], "pads": [1, 1, 1, 1], "output_padding": [1, 1]},
     [IMAGE, numbers(4, 3, 3, 3)]),
    ("MaxPool", {"kernel_shape": [3, 2], "pads": [1, 0, 1, 1], "strides": [2, 2]}, [IMAGE]),
    ("MaxPool", {"kernel_shape": [2, 2], "ceil_mode": 1, "strides": [4, 4]}, [IMAGE]),
    ("AveragePool", {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}, [IMAGE]),
    ("AveragePool", {"kernel_shape": [2, 2], "pads": [0, 0, 1, 1], "count_include_pad": 1}, [IMAGE]),
    ("LpPool", {"kernel_shape": [2, 2], "p": 3}, [IMAGE]),
    *[(op, {}, [IMAGE]) for op in ("GlobalMaxPool", "GlobalAveragePool", "GlobalLpPool")],
    ("MaxRoiPool", {"pooled_shape": [2, 2]}, [IMAGE, np.array([[0, 0, 0, 3, 3], [1, 1, 2, 5, 5]], "float32")]),
    ("BatchNormalization", {}, [IMAGE, numbers(4), numbers(4), numbers(4), numbers(4, low=0.5)]),
    ("InstanceNormalization", {"epsilon": 1e-3}, [IMAGE, numbers(4), numbers(4)]),
    ("LayerNormalization", {}, [X, numbers(4), numbers(4)]),
    ("LayerNormalization", {"axis": 1}, [X, numbers(3, 4)]),
    ("LRN", {"size": 3, "alpha": 0.1, "bias": 2.0}, [IMAGE]),
    ("PRelu", {}, [IMAGE, numbers(4, 1, 1)]),
    ("Gelu", {}, [X], 20),
    ("Gelu", {"approximate": "tanh"}, [X], 20),
    ("Selu", {"alpha": 2.0, "gamma": 3.0}, [X]),
    ("Resize", {"mode": "nearest"}, [IMAGE, np.float32([]), np.float32([1, 1, 2, 2])]),
    ("Resize", {"mode": "linear", "coordinate_transformation_mode": "align_corners"},
     [IMAGE, np.float32([]), np.float32([]), whole(2, 4, 9, 7)]),
    ("Upsample", {"mode": "nearest"}, [IMAGE, np.float32([1, 1, 3, 3])], 9),
    ("Reshape", {}, [X, whole(0, -1)]),
    ("Flatten", {"axis": 2}, [X]),
    ("Flatten", {"axis": 0}, [X]),
    ("Squeeze", {}, [numbers(2, 1, 3), whole(1)]),
    ("Unsqueeze", {}, [X, whole(0, -1)]),
    ("Transpose", {"perm": [2, 0, 1]}, [X]),
    ("Concat", {"axis": -1}, [X, numbers(2, 3, 2)]),
    ("Split", {"axis": 2}, [X, whole(1, 3)]),
    ("Split", {"axis": 2, "num_outputs": 2}, [X]),
    ("Slice", {}, [X, whole(0, -3), whole(9, 2**40), whole(1, 2), whole(2, 1)]),
    ("Slice", {}, [X, whole(-1), whole(-(2**40)), whole(-1), whole(-1)]),
    ("Gather", {"axis": 1}, [X, np.array([[0, -1]], "int64")]),
    ("Gather", {"axis": 2}, [X, np.array(-1, "int64")]),
    ("GatherND", {}, [X, np.array([[1, 2], [0, 0]], "int64")]),
    ("OneHot", {}, [whole(0, 2, -1), whole(4), np.array([-1, 5], "float32")]),
    ("Expand", {}, [numbers(3, 1), whole(2, 1, 4)]),
    ("Tile", {}, [X, whole(1, 2, 1)]),
    ("DepthToSpace", {"blocksize": 2}, [IMAGE]),
    ("DepthToSpace", {"blocksize": 2, "mode": "CRD"}, [IMAGE]),
    ("SpaceToDepth", {"blocksize": 3}, [IMAGE]),
    ("Pad", {}, [IMAGE, whole(0, 0, 1, 2, 0, 0, 0, 1), np.float32(7)]),
    ("Pad", {"mode": "reflect"}, [X, whole(1, 0, 2, 0, 1, 1)]),
    ("Pad", {"mode": "edge"}, [X, whole(0, 2, 0, 1, 0, 0)]),
    ("Pad", {"pads": [1, 0, 0, 0, 0, 2]}, [X], 10),
    ("LSTM", {"hidden_size": 3}, [numbers(4, 2, 5), *LSTM]),
    ("GRU", {"hidden_size": 4, "linear_before_reset": 1, "direction": "bidirectional"},
     [numbers(4, 2, 5), numbers(2, 12, 5), numbers(2, 12, 4), numbers(2, 24), np.empty(0), numbers(2, 2, 4)]),
    ("RNN", {"hidden_size": 3, "activations": ["Relu"]}, [numbers(4, 2, 5), numbers(1, 3, 5), numbers(1, 3, 3)]),
]  # fmt: skip
OUTPUTS = {"TopK": 2, "Split": 2, "LSTM": 3, "GRU": 2, "RNN": 2}
RANDOM = {"RandomUniform", "RandomNormal", "RandomUniformLike", "RandomNormalLike", "Multinomial"}
#: names of Caffe2, which onnxruntime does not know
CAFFE2 = {"FC", "SpatialBN"}


def model_of(op, attrs, inputs, version=18):
    names = ["" if value.size == 0 and value.dtype == float else f"x{i}" for i, value in enumerate(inputs)]
    outputs = [f"y{i}" for i in range(OUTPUTS.get(op, 1))]
    node = helper.make_node(op, names, outputs, name="node", **attrs)
    kind = helper.np_dtype_to_tensor_dtype(inputs[0].dtype)
    graph = helper.make_graph(
        [node], "one", [helper.make_tensor_value_info("x0", kind, inputs[0].shape)],
        [helper.make_empty_tensor_value_info(name) for name in outputs],
        [onnx.numpy_helper.from_array(value, name) for name, value in zip(names[1:], inputs[1:], strict=True) if name],
    )  # fmt: skip
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", version)], ir_version=9)


def run(model, data):
    """Results of the model that was read, as a list of NumPy arrays."""
    symbol, args, states = read_model(model)
    name = model.graph.input[0].name
    if name in symbol.list_arguments():
        args = {**args, name: mx.nd.array(data, dtype=data.dtype)}
    return [out.asnumpy() for out in symbol.bind(mx.cpu(), args, aux_states=states).forward()]


def same(found, expected):
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        other = np.atleast_1d(other)  # MXNet has no arrays of shape ()
        assert one.shape == other.shape
        np.testing.assert_allclose(one.astype("float64"), other.astype("float64"), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("row", ROWS, ids=[f"{i}-{row[0]}" for i, row in enumerate(ROWS)])
def test_operator(row):
    op, attrs, inputs, *version = row
    model = model_of(op, attrs, inputs, *version)
    session = runtime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    same(run(model, inputs[0]), session.run(None, {"x0": inputs[0]}))


def test_every_converter_has_a_row():
    assert set(CONVERTERS) == {row[0] for row in ROWS} | RANDOM | CAFFE2


@pytest.mark.parametrize("op", sorted(RANDOM))
def test_random(op):
    attrs = {} if op.endswith("Like") else {"sample_size": 500} if op == "Multinomial" else {"shape": [4, 500]}
    data = np.log(np.tile(np.float32([[0.1, 0.9]]), (4, 1))) if op == "Multinomial" else np.zeros((4, 500), "float32")
    model = model_of(op, attrs, [data])
    if not op.endswith("Like") and op != "Multinomial":
        del model.graph.node[0].input[:]
    (drawn,) = run(model, data)
    assert drawn.shape == (4, 500)
    mean, scale = {"U": (0.5, 0.289), "N": (0.0, 1.0), "t": (0.9, 0.3)}[op.replace("Random", "")[0].replace("M", "t")]
    assert abs(drawn.mean() - mean) < 0.1 * scale + 0.02
    assert abs(drawn.std() - scale) < 0.05


def test_names_of_caffe2():
    x, w, b = numbers(2, 3, 2), numbers(5, 6), numbers(5)
    (found,) = run(model_of("FC", {}, [x, w, b]), x)
    np.testing.assert_allclose(found, x.reshape(2, 6) @ w.T + b, rtol=1e-5, atol=1e-6)
    inputs = [IMAGE, numbers(4), numbers(4), numbers(4), numbers(4, low=0.5)]
    same(run(model_of("SpatialBN", {}, inputs), IMAGE), run(model_of("BatchNormalization", {}, inputs), IMAGE))


def test_broadcasting_of_old_files():
    model = model_of("Add", {"broadcast": 1, "axis": 1}, [X, numbers(3)], 6)
    (found,) = run(model, X)
    np.testing.assert_allclose(found, X + onnx.numpy_helper.to_array(model.graph.initializer[0])[:, None], rtol=1e-6)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (("GRU", {"hidden_size": 3}, [numbers(4, 2, 5), numbers(1, 9, 5), numbers(1, 9, 3)]), "linear_before_reset"),
        (("LSTM", {"hidden_size": 3, "direction": "reverse"}, [numbers(4, 2, 5), *LSTM]), "reverse"),
        (("MaxPool", {"kernel_shape": [2, 2], "dilations": [2, 2]}, [IMAGE]), "dilations"),
        (("Pad", {"mode": "wrap"}, [X, whole(0, 0, 1, 0, 0, 1)], 19), "wrap"),
        (("Resize", {"mode": "cubic"}, [IMAGE, np.float32([]), np.float32([1, 1, 2, 2])]), "cubic"),
        (("BatchNormalization", {"training_mode": 1}, [IMAGE, *[numbers(4)] * 4]), "training_mode"),
        (("CumSum", {"reverse": 1}, [X, whole(1)]), "reverse"),
    ],
)
def test_refused(row, says):
    with pytest.raises(NotSupportedError, match=rf"{says}.*'node'"):
        read_model(model_of(*row))


def test_shapes_are_worked_out():
    """Shape, Gather, Concat, Reshape: how exporters flatten."""
    make, info = helper.make_node, helper.make_tensor_value_info
    nodes = [
        make("Shape", ["x"], ["s"]),
        make("Gather", ["s", "zero"], ["n"]),
        make("Unsqueeze", ["n", "axis"], ["n1"]),
        make("Concat", ["n1", "minus"], ["to"], axis=0),
        make("Reshape", ["x", "to"], ["y"]),
    ]
    known = {"zero": np.array(0, "int64"), "axis": whole(0), "minus": whole(-1)}
    graph = helper.make_graph(
        nodes, "g", [info("x", 1, [2, 3, 4])], [info("y", 1, None)],
        [onnx.numpy_helper.from_array(value, name) for name, value in known.items()],
    )  # fmt: skip
    (found,) = run(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)]), X)
    assert np.array_equal(found, X.reshape(2, 12))


def test_files_that_torch_exported():
    """Files of PyTorch that are part of onnx, with their results: all that are read agree, and few are not."""
    load = pytest.importorskip("onnx.backend.test.loader").load_model_tests
    results = collections.Counter()
    for kind in ("pytorch-operator", "pytorch-converted"):
        for test in load(kind=kind):
            model = onnx.load(os.path.join(test.model_dir, "model.onnx"))

            def arrays(what, folder=test.model_dir):
                files = glob.glob(os.path.join(folder, "test_data_set_0", f"{what}_*.pb"))
                ordered = sorted(files, key=lambda name: int(name.split("_")[-1][:-3]))
                return [onnx.numpy_helper.to_array(onnx.load_tensor(name)) for name in ordered]

            inputs, expected = arrays("input"), arrays("output")
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    symbol, args, states = read_model(model)
            except NotSupportedError:
                results["refused"] += 1
                continue
            names = [value.name for value in model.graph.input]
            given = {n: mx.nd.array(v, dtype=v.dtype) for n, v in zip(names, inputs, strict=False)}
            given = {**args, **{n: v for n, v in given.items() if n in symbol.list_arguments()}}
            found = symbol.bind(mx.cpu(), given, aux_states=states).forward()
            for one, other in zip(found, expected, strict=True):
                np.testing.assert_allclose(one.asnumpy(), other, rtol=1e-3, atol=1e-4, err_msg=test.name)
            results["same"] += 1
    assert results["same"] >= 80
    assert results["refused"] <= 5
