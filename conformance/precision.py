"""How far float32 is from float64 in the operators that add up many numbers: MXNet's own error, and ours beside it.

    python -m conformance.precision            with MXNet 1.9.1: measure it, write precision.json

``test_precision.py`` holds mxcompat to twice the error of MXNet, or to a few units in the last place where MXNet, which
compensates every sum for its rounding, gives the correctly rounded number. Inputs are ordinary, far from zero
(``shifted``), or scaled and shifted differently along an axis (``uneven``). The error of an array is its largest one
over the largest element.
"""

import json
import zlib
from pathlib import Path
from typing import Any, Dict, List, Tuple

import numpy as np

FILE = Path(__file__).with_name("precision.json")

Case = Tuple[str, Tuple[Any, ...], Dict[str, Any]]


def _cases() -> Dict[str, Case]:
    found: Dict[str, Case] = {}

    def add(name: str, *inputs: Any, **attrs: Any) -> None:
        shapes = " ".join("%s%s" % (kind, "x".join(map(str, shape))) for kind, shape in inputs)
        found[" ".join([name, shapes, *("%s=%s" % item for item in sorted(attrs.items()))])] = (name, inputs, attrs)

    for kind in ("plain", "shifted", "uneven"):
        for shape, axis in (((40, 50, 60), (0, 2)), ((5000, 3, 4), (0, 2)), ((1000, 100), 0), ((100, 1000), 1)):
            for name in ("sum", "mean", "norm"):
                add(name, (kind, shape), axis=axis)
        add("norm", (kind, (5000, 3, 4)), axis=(0, 2), ord=1)
        for shape, groups in (((50, 8, 10, 10), 4), ((2, 6, 80, 80), 3), ((1000, 4, 4), 2)):
            add("GroupNorm", (kind, shape), ("positive", (groups,)), ("plain", (groups,)), num_groups=groups)
        for shape, axis in (((500, 100), -1), ((3000, 4), -1), ((1500, 200), -1), ((100, 300), 0), ((20, 30, 40), 1)):
            scale = (shape[axis],)
            add("LayerNorm", (kind, shape), ("positive", scale), ("plain", scale), axis=axis)
        add("FullyConnected", (kind, (50, 10000)), ("plain", (5, 10000)), ("plain", (5,)), num_hidden=5)
        add("dot", (kind, (3, 20000)), ("plain", (20000, 5)))
    for name in ("broadcast_add", "broadcast_mul", "broadcast_div", "broadcast_power", "broadcast_maximum"):
        for shape in ((1, 40, 1), (50, 1, 60), (1, 40, 60), (50, 1, 1)):
            add(name, ("positive", (50, 40, 60)), ("positive", shape))
    for shape in ((1, 40, 1), (50, 1, 60)):
        add("broadcast_to", ("plain", shape), shape=(50, 40, 60))
    add("batch_dot", ("positive", (2, 6000, 3)), ("positive", (2, 3, 2)))
    add("LeakyReLU", ("plain", (32, 16, 12, 12)), ("positive", (16,)), act_type="prelu")
    return found


CASES = _cases()


def _numbers(kind: str, shape: Tuple[int, ...], state: np.random.RandomState) -> Any:
    if kind == "positive":
        return state.uniform(0.5, 3.0, shape).astype("float32")
    values = state.standard_normal(shape)
    if kind == "shifted":
        values += 10.0
    elif kind == "uneven":
        rows = (shape[0],) + (1,) * (len(shape) - 1)
        values = (values + 1.0) * 10.0 ** state.uniform(-2.0, 2.0, rows)
    return values.astype("float32")


def _run(mx: Any, key: str, dtype: str) -> List[Any]:
    """The result and the gradients of a case."""
    name, inputs, attrs = CASES[key]
    state = np.random.RandomState(zlib.crc32(key.encode()) & 0x7FFFFFFF)
    arrays = [mx.nd.array(_numbers(kind, shape, state), dtype=dtype) for kind, shape in inputs]
    for array in arrays:
        array.attach_grad()
    with mx.autograd.record():
        result = getattr(mx.nd, name)(*arrays, **attrs)
    head = (state.standard_normal(result.shape) + 0.3).astype("float32")
    result.backward(mx.nd.array(head, dtype=dtype))
    return [array.asnumpy().astype("float64") for array in [result] + [a.grad for a in arrays]]


def errors(mx: Any, key: str) -> List[float]:
    """The errors of result and gradients in float32."""
    exact = _run(mx, key, "float64")
    return [
        float(np.abs(single - exact[i]).max() / (np.abs(exact[i]).max() or 1.0))
        for i, single in enumerate(_run(mx, key, "float32"))
    ]


def main() -> None:
    """Measure MXNet."""
    import mxnet as mx  # not at the top: the table is of use without it

    found = {key: [float("%.2g" % error) for error in errors(mx, key)] for key in CASES}
    FILE.write_text("{\n" + ",\n".join("%s: %s" % (json.dumps(k), json.dumps(v)) for k, v in found.items()) + "\n}\n")


if __name__ == "__main__":
    main()
