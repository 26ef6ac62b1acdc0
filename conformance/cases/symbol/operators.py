"""Every operator as a symbol, with the attributes of its array cases: names, and shapes and dtypes worked out."""

import importlib

from ...calls import Arr
from ...suite import Suite, attempt

suite = Suite(__name__)

_FAMILIES = (
    "contrib_attention", "contrib_detection", "contrib_quantized", "contrib_regions", "dot", "elemwise_binary",
    "elemwise_misc", "elemwise_scalar", "elemwise_unary", "image", "indexing", "joining", "linalg", "nn_activation",
    "nn_layers", "nn_norm", "nn_output", "nn_pooling", "optimizer_multi", "optimizer_single", "ordering", "random",
    "reduce", "rnn", "shape", "slicing", "spatial",
)  # fmt: skip

#: these end the process when MXNet is asked
_FATAL = ()


def _apply(mx, call):
    """The call on variables instead of arrays, and the variables' arrays by name."""
    arrays = {}

    def variable(value):
        if isinstance(value, Arr):
            arrays["v{}".format(len(arrays))] = value
            return mx.sym.Variable("v{}".format(len(arrays) - 1))
        return value

    args = [variable(value) for value in call.args]
    kwargs = {key: variable(value) for key, value in call.kwargs.items()}
    target = mx.sym
    for name in call.path.split(".")[1:]:
        target = getattr(target, name)
    with mx.name.NameManager():
        return target(*args, **kwargs), arrays


def _names(mx, call):
    symbol, _ = _apply(mx, call)
    internals = symbol.get_internals()
    return (
        symbol.name,
        symbol.list_arguments(),
        symbol.list_auxiliary_states(),
        symbol.list_outputs(),
        internals.list_outputs(),
        sorted((name, sorted(attrs.items())) for name, attrs in symbol.attr_dict().items()),
    )


def _shapes(mx, call):
    symbol, arrays = _apply(mx, call)
    return symbol.infer_shape(**{name: arr.shape for name, arr in arrays.items()})


def _partial(mx, call):
    symbol, arrays = _apply(mx, call)
    return symbol.infer_shape_partial(**{name: arr.shape for name, arr in arrays.items() if name == "v0"})


def _types(mx, call):
    symbol, arrays = _apply(mx, call)
    types = {name: arr.dtype for name, arr in arrays.items()}
    first = {name: "float16" for name in types if name == "v0"}
    last = {name: "float64" for name in list(types)[-1:]}
    return tuple(attempt(lambda given=given: symbol.infer_type_partial(**given)) for given in (types, first, last, {}))


def _simple(call):
    words = call.path.split(".")
    if words[0] != "nd" or len(words) > 3 or any(key in call.kwargs for key in ("out", "ctx")):
        return False
    return all(not isinstance(value, (list, tuple)) or not any(isinstance(v, Arr) for v in value)
               for value in (*call.args, *call.kwargs.values()))  # fmt: skip


def _key(call):
    """Calls with the same attributes differ in arrays only: one of them is enough."""
    plain = [value for value in call.args if not isinstance(value, Arr)]
    named = sorted((key, repr(value)) for key, value in call.kwargs.items() if not isinstance(value, Arr))
    ranks = [len(value.shape) for value in (*call.args, *call.kwargs.values()) if isinstance(value, Arr)]
    return call.path, repr(plain), repr(named), repr(ranks)


def _add(program, group, case, call):
    suite.table(group, {case: lambda mx: program(mx, call)})


#: how many sets of attributes of one operator take part
_MOST = {"names": 3, "shapes": 8, "partial": 2, "types": 3}

for _family in _FAMILIES:
    _seen, _count = set(), {}
    for _case in importlib.import_module("..ops." + _family, __package__).suite.cases.values():
        _call = _case.call
        if _call is None or _case.fails or not _simple(_call) or _key(_call) in _seen:
            continue
        if any(arr.dtype not in ("float32", "int32", "int8", "uint8") for arr in _call.inputs()):
            continue
        _seen.add(_key(_call))
        _id = _case.id.split("/", 1)[1]
        if _id in _FATAL:
            continue
        _count[_call.path] = _count.get(_call.path, 0) + 1
        for _group, _program in (("names", _names), ("shapes", _shapes), ("partial", _partial), ("types", _types)):
            if _count[_call.path] <= _MOST[_group] and (_group != "partial" or len(_call.inputs()) > 1):
                _add(_program, _group, _id, _call)
