"""Copies between arrays and contexts, contexts themselves, pickling, NumPy's protocol, waiting."""

import copy
import pickle

import numpy as np

from ...suite import Suite, attempt

suite = Suite(__name__)


def _x(mx, dtype="float32"):
    return mx.nd.array([[1.0, 2.5], [-3.0, 4.0]], dtype=dtype)


suite.table(
    "copyto",
    {
        "array": lambda mx: _copyto(mx, mx.nd.zeros((2, 2))),
        "array_other_dtype": lambda mx: _copyto(mx, mx.nd.zeros((2, 2), dtype="int32")),
        "array_other_context": lambda mx: _copyto(mx, mx.nd.zeros((2, 2), ctx=mx.cpu(1))),
        "array_wrong_shape": lambda mx: attempt(_copyto, mx, mx.nd.zeros((3, 2))),
        "array_same_size": lambda mx: attempt(_copyto, mx, mx.nd.zeros((4,))),
        "context": lambda mx: _x(mx).copyto(mx.cpu(1)),
        "context_is_copy": lambda mx: _is_copy(mx, lambda x: x.copyto(mx.cpu(0))),
        "itself": lambda mx: _copyto_itself(mx),
        "view": lambda mx: _copyto_view(mx),
        "numpy": lambda mx: attempt(lambda: _x(mx).copyto(np.zeros((2, 2)))),
        "none": lambda mx: attempt(lambda: _x(mx).copyto(None)),
        "missing_gpu": lambda mx: attempt(lambda: _x(mx).copyto(mx.gpu(97))),
    },
)


def _copyto(mx, target):
    returned = _x(mx).copyto(target)
    return target, returned is target


def _copyto_itself(mx):
    x = _x(mx)
    return attempt(x.copyto, x), x


def _copyto_view(mx):
    y = mx.nd.zeros((2, 2))
    mx.nd.ones(2).copyto(y[1])
    return y


def _is_copy(mx, function):
    x = _x(mx)
    y = function(x)
    y[:] = 0
    return y is x, x


suite.table(
    "as_in_context",
    {
        "same": lambda mx: _is_copy(mx, lambda x: x.as_in_context(mx.cpu())),
        "other": lambda mx: _is_copy(mx, lambda x: x.as_in_context(mx.cpu(1))),
        "ctx_attribute": lambda mx: _x(mx).as_in_context(mx.cpu(3)).context,
        "pinned": lambda mx: _x(mx).as_in_context(mx.cpu_pinned()).context,
        "missing_gpu": lambda mx: attempt(lambda: _x(mx).as_in_context(mx.gpu(97))),
        "text": lambda mx: attempt(lambda: _x(mx).as_in_context("cpu")),
        "there_and_back": lambda mx: _x(mx).as_in_context(mx.cpu(1)).as_in_context(mx.cpu(0)),
        "keeps_dtype": lambda mx: _x(mx, "int32").as_in_context(mx.cpu(1)),
    },
)
suite.table(
    "astype",
    {
        "copy": lambda mx: _is_copy(mx, lambda x: x.astype("float32")),
        "no_copy": lambda mx: _is_copy(mx, lambda x: x.astype("float32", copy=False)),
        "no_copy_type": lambda mx: _is_copy(mx, lambda x: x.astype(np.float32, copy=False)),
        "no_copy_other": lambda mx: _is_copy(mx, lambda x: x.astype("float64", copy=False)),
        "negative_to_uint8": lambda mx: mx.nd.array([-1.0, 1.9, 255.0]).astype("int32").astype("uint8"),
        "fractions_to_int": lambda mx: mx.nd.array([-1.9, -0.5, 0.5, 1.9]).astype("int32"),
        "to_bool": lambda mx: mx.nd.array([-1.9, 0.0, 0.5]).astype("bool"),
        "bool_to_float": lambda mx: mx.nd.array([1, 0], dtype="bool").astype("float32"),
        "overflow_to_float16": lambda mx: mx.nd.array([1e5, 65504.0]).astype("float16"),
        "half_rounding": lambda mx: mx.nd.array([1.0009766, 2049.0, 0.1]).astype("float16"),
        "int64_large": lambda mx: mx.nd.array([2**40], dtype="int64").astype("int32"),
        "keeps_context": lambda mx: _x(mx).as_in_context(mx.cpu(1)).astype("int32"),
        "python_types": lambda mx: [_x(mx).astype(float).dtype, _x(mx).astype(int).dtype, _x(mx).astype(bool).dtype],
        "keyword": lambda mx: _x(mx).astype(dtype="int32", copy=True),
        "none": lambda mx: attempt(lambda: _x(mx).astype(None)),
    },
)


def _pickled(make, protocol=None):
    def program(mx):
        x = make(mx)
        return pickle.loads(pickle.dumps(x, protocol)), type(pickle.loads(pickle.dumps(x))).__name__

    return program


suite.table(
    "pickle",
    {
        "float32": _pickled(_x),
        "int32": _pickled(lambda mx: _x(mx, "int32")),
        "float16": _pickled(lambda mx: _x(mx, "float16")),
        "float64": _pickled(lambda mx: _x(mx, "float64")),
        "bool": _pickled(lambda mx: _x(mx, "bool")),
        "view": _pickled(lambda mx: _x(mx)[1]),
        "context": _pickled(lambda mx: mx.nd.ones(2, ctx=mx.cpu(1))),
        "protocol_2": _pickled(_x, 2),
        "with_grad": _pickled(lambda mx: _attached(mx)),
        "list": lambda mx: pickle.loads(pickle.dumps([_x(mx), {"a": _x(mx)}])),
        "context_object": lambda mx: pickle.loads(pickle.dumps(mx.cpu(2))),
        "grad_after": lambda mx: pickle.loads(pickle.dumps(_attached(mx))).grad,
    },
)


def _attached(mx):
    x = _x(mx)
    x.attach_grad()
    return x


suite.table(
    "copy",
    {
        "copy": lambda mx: _is_copy(mx, lambda x: x.copy()),
        "copy_module": lambda mx: _is_copy(mx, copy.copy),
        "deepcopy": lambda mx: _is_copy(mx, copy.deepcopy),
        "deepcopy_list": lambda mx: copy.deepcopy([_x(mx)]),
        "deepcopy_int32": lambda mx: copy.deepcopy(_x(mx, "int32")),
        "deepcopy_context": lambda mx: copy.deepcopy(mx.nd.ones(2, ctx=mx.cpu(1))),
        "deepcopy_grad": lambda mx: copy.deepcopy(_attached(mx)).grad,
        "copy_grad": lambda mx: _attached(mx).copy().grad,
        "copy_context": lambda mx: mx.nd.ones(2, ctx=mx.cpu(1)).copy(),
    },
)
suite.table(
    "numpy",
    {
        "asnumpy": lambda mx: _x(mx).asnumpy(),
        "sum": lambda mx: attempt(lambda: np.sum(_x(mx))),
        "mean": lambda mx: attempt(lambda: np.mean(_x(mx))),
        "transpose": lambda mx: attempt(lambda: np.transpose(_x(mx))),
        "max": lambda mx: attempt(lambda: np.max(_x(mx))),
        "array_equal": lambda mx: attempt(lambda: bool(np.array_equal(_x(mx), _x(mx)))),
        "argmax": lambda mx: attempt(lambda: np.argmax(_x(mx))),
        "shape": lambda mx: (np.shape(_x(mx)), np.ndim(_x(mx)), np.size(_x(mx))),
        "index": lambda mx: attempt(lambda: np.arange(10)[mx.nd.array([1, 2]).astype("int32").asnumpy()]),
        "float_of_asscalar": lambda mx: float(_x(mx).sum().asscalar()),
        "random_choice": lambda mx: attempt(lambda: np.random.choice(mx.nd.arange(3).asnumpy())),
        "numpy_right_multiply_scalar": lambda mx: _x(mx) * np.float32(2),
    },
)

# NDArray of 1.9.1 has no __array__, so NumPy looks for a number at the bottom of endless rows of one element.
suite.table(
    "numpy_refused",
    {
        "array": lambda mx: np.array(_x(mx)),
        "asarray": lambda mx: np.asarray(_x(mx)),
        "asarray_dtype": lambda mx: np.asarray(_x(mx), dtype="float64"),
        "array_dtype": lambda mx: np.array(_x(mx), dtype="int32"),
        "exp": lambda mx: attempt(lambda: np.exp(_x(mx))),
        "sqrt": lambda mx: attempt(lambda: np.sqrt(_x(mx) * _x(mx))),
        "dot_left": lambda mx: attempt(lambda: np.dot(np.ones((2, 2), "float32"), _x(mx))),
        "dot_right": lambda mx: attempt(lambda: np.dot(_x(mx), np.ones((2, 2), "float32"))),
        "dot_both": lambda mx: attempt(lambda: np.dot(_x(mx), _x(mx))),
        "concatenate": lambda mx: attempt(lambda: np.concatenate([_x(mx), _x(mx)])),
        "stack": lambda mx: attempt(lambda: np.stack([_x(mx), _x(mx)])),
        "allclose": lambda mx: attempt(lambda: bool(np.allclose(_x(mx), _x(mx)))),
        "testing": lambda mx: attempt(lambda: np.testing.assert_allclose(_x(mx), _x(mx).asnumpy())),
        "list_of_arrays": lambda mx: attempt(lambda: np.array([mx.nd.ones(1), mx.nd.zeros(1)])),
        "reshape": lambda mx: attempt(lambda: np.reshape(_x(mx), (4,))),
        "where": lambda mx: attempt(lambda: np.where(_x(mx) > 1, 1, 0)),
        "isnan": lambda mx: attempt(lambda: np.isnan(_x(mx))),
        "expand_dims": lambda mx: attempt(lambda: np.expand_dims(_x(mx), 0)),
        "assign_into_numpy": lambda mx: _assign(mx),
    },
)


def _assign(mx):
    a = np.zeros((2, 2), "float32")
    a[:] = _x(mx)
    return a


suite.table(
    "context",
    {
        "cpu": lambda mx: (str(mx.cpu()), repr(mx.cpu(1)), mx.cpu().device_type, mx.cpu(2).device_id),
        "gpu": lambda mx: (str(mx.gpu()), repr(mx.gpu(3)), mx.gpu().device_type, mx.gpu(2).device_id),
        "pinned": lambda mx: (str(mx.cpu_pinned()), mx.cpu_pinned(1).device_type, mx.cpu_pinned().device_typeid),
        "shared": lambda mx: attempt(lambda: str(mx.Context("cpu_shared"))),
        "type_ids": lambda mx: [mx.cpu().device_typeid, mx.gpu().device_typeid, mx.Context("cpu_shared").device_typeid],
        "constructor": lambda mx: [str(mx.Context("cpu")), str(mx.Context("gpu", 2)), str(mx.Context(mx.cpu(1)))],
        "constructor_copies_id": lambda mx: str(mx.Context(mx.cpu(1), 5)),
        "constructor_id": lambda mx: attempt(lambda: str(mx.Context(1, 0))),
        "constructor_unknown": lambda mx: attempt(lambda: mx.Context("tpu")),
        "constructor_keyword": lambda mx: str(mx.Context(device_type="cpu", device_id=4)),
        "equal": lambda mx: [
            mx.cpu() == mx.cpu(0),
            mx.cpu() == mx.cpu(1),
            mx.cpu() == mx.gpu(),
            mx.cpu() != mx.cpu(0),
            mx.cpu() != mx.cpu(1),
            mx.cpu() == "cpu(0)",
            mx.cpu() == None,  # noqa: E711
            mx.cpu() == mx.cpu_pinned(),
        ],
        "hash": lambda mx: [hash(mx.cpu()) == hash(mx.cpu(0)), len({mx.cpu(), mx.cpu(0), mx.cpu(1), mx.gpu(0)})],
        "dictionary": lambda mx: {mx.cpu(0): 1, mx.cpu(1): 2}[mx.cpu(1)],
        "current": lambda mx: (mx.current_context(), mx.context.current_context()),
        "default": lambda mx: mx.Context.default_ctx,
        "nested": lambda mx: _nested(mx),
        "exception_leaves_scope": lambda mx: _raising(mx),
        "enter_returns": lambda mx: _entered(mx),
        "num_gpus": lambda mx: isinstance(mx.context.num_gpus(), int),
        "gpu_memory_info": lambda mx: attempt(lambda: mx.context.gpu_memory_info(97)),
        "gpu_array": lambda mx: attempt(lambda: mx.nd.zeros((2,), ctx=mx.gpu(97)).asnumpy()),
        "gpu_array_of_list": lambda mx: attempt(lambda: mx.nd.array([1, 2], ctx=mx.gpu(97)).asnumpy()),
        "gpu_scope": lambda mx: attempt(lambda: _gpu_scope(mx)),
        "gpu_random": lambda mx: attempt(lambda: mx.nd.random.uniform(shape=(2,), ctx=mx.gpu(97)).asnumpy()),
        "empty_cache_cpu": lambda mx: attempt(lambda: mx.cpu().empty_cache()),
        "negative_id": lambda mx: str(mx.cpu(-1)),
        "set_attribute": lambda mx: attempt(lambda: setattr(mx.cpu(), "device_type", "gpu")),
        "operations_between": lambda mx: _operations_between(mx),
        "list_index": lambda mx: [mx.cpu(0), mx.cpu(1)].index(mx.cpu(1)),
        "sorted": lambda mx: attempt(lambda: sorted([mx.cpu(1), mx.cpu(0)])),
        "devstr2type": lambda mx: (mx.Context.devstr2type, mx.Context.devtype2str),
    },
)


def _nested(mx):
    seen = [mx.current_context()]
    with mx.cpu(1):
        seen.append(mx.current_context())
        with mx.Context("cpu", 2):
            seen.append(mx.current_context())
            seen.append(mx.nd.ones(1).context)
        seen.append(mx.current_context())
    return seen + [mx.current_context()]


def _raising(mx):
    try:
        with mx.cpu(1):
            raise KeyError("x")
    except KeyError:
        pass
    return mx.current_context()


def _entered(mx):
    with mx.cpu(1) as entered:
        return entered


def _gpu_scope(mx):
    with mx.gpu(97):
        return mx.nd.ones(1).asnumpy()


def _operations_between(mx):
    a, b = mx.nd.ones(2), mx.nd.ones(2, ctx=mx.cpu(1)) * 2
    return attempt(lambda: a + b), attempt(lambda: b + a), attempt(lambda: mx.nd.concat(a, b, dim=0))


suite.table(
    "waiting",
    {
        "waitall": lambda mx: mx.nd.waitall(),
        "wait_to_read": lambda mx: mx.nd.ones(2).wait_to_read(),
        "engine_bulk": lambda mx: _bulk(mx),
        "set_bulk_size": lambda mx: [mx.engine.set_bulk_size(10) >= 0, mx.engine.set_bulk_size(15)],
        "wait_to_write": lambda mx: attempt(lambda: mx.nd.ones(2).wait_to_write()),
    },
)


def _bulk(mx):
    with mx.engine.bulk(10):
        x = mx.nd.ones(2)
        for _ in range(5):
            x += 1
    return x
