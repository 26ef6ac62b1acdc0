"""One eager call on four elements, twice: by ``mx.nd`` and by ``mx.np``. What does the NumPy-style front end cost?"""

from typing import Any, Callable, Dict

from benchmarks.contender import Calls, Contender, Effort
from benchmarks.timing import time_calls

UNIT = "seconds"


def _both(nd: Dict[str, Callable[[], Any]], np: Dict[str, Callable[[], Any]]) -> Calls:
    """The calls of both front ends, side by side."""
    return {f"{name}, {front}": calls[name] for name in nd for front, calls in (("nd", nd), ("np", np))}


def with_mxnet(mx: Any) -> Calls:
    nd, np = mx.nd, mx.np
    x, y, matrix = nd.array([1, 2, 3, 4]), nd.array([4, 3, 2, 1]), nd.array([[1, 2], [3, 4]])
    u, v, square = np.array([1, 2, 3, 4]), np.array([4, 3, 2, 1]), np.array([[1, 2], [3, 4]])
    return _both(
        {
            "x + y": lambda: x + y,
            "x * 2": lambda: x * 2,
            "exp": lambda: nd.exp(x),
            "sqrt": lambda: nd.sqrt(x),
            "tanh": lambda: nd.tanh(x),
            "maximum": lambda: nd.maximum(x, y),
            "sum": lambda: nd.sum(x),
            "sum of an axis": lambda: nd.sum(matrix, axis=1),
            "mean": lambda: nd.mean(x),
            "mean of an axis": lambda: nd.mean(matrix, axis=1),
            "max of an axis": lambda: nd.max(matrix, axis=1),
            "argmax": lambda: nd.argmax(matrix, axis=1),
            "dot": lambda: nd.dot(matrix, matrix),
            "transpose": lambda: nd.transpose(matrix),
            "expand_dims": lambda: nd.expand_dims(x, axis=0),
            "concatenate": lambda: nd.concat(x, y, dim=0),
            "stack": lambda: nd.stack(x, y, axis=0),
            "where": lambda: nd.where(x, x, y),
            "clip": lambda: nd.clip(x, 2, 3),
            "x[1]": lambda: x[1],
            "x[:, 1]": lambda: matrix[:, 1],
            "zeros": lambda: nd.zeros((4,)),
            "arange": lambda: nd.arange(4),
            "array of a list": lambda: nd.array([1, 2, 3, 4]),
            "normal": lambda: nd.random.normal(shape=(4,)),
        },
        {
            "x + y": lambda: u + v,
            "x * 2": lambda: u * 2,
            "exp": lambda: np.exp(u),
            "sqrt": lambda: np.sqrt(u),
            "tanh": lambda: np.tanh(u),
            "maximum": lambda: np.maximum(u, v),
            "sum": lambda: np.sum(u),
            "sum of an axis": lambda: np.sum(square, axis=1),
            "mean": lambda: np.mean(u),
            "mean of an axis": lambda: np.mean(square, axis=1),
            "max of an axis": lambda: np.max(square, axis=1),
            "argmax": lambda: np.argmax(square, axis=1),
            "dot": lambda: np.dot(square, square),
            "transpose": lambda: np.transpose(square),
            "expand_dims": lambda: np.expand_dims(u, axis=0),
            "concatenate": lambda: np.concatenate((u, v), axis=0),
            "stack": lambda: np.stack((u, v), axis=0),
            "where": lambda: np.where(u, u, v),
            "clip": lambda: np.clip(u, 2, 3),
            "x[1]": lambda: u[1],
            "x[:, 1]": lambda: square[:, 1],
            "zeros": lambda: np.zeros((4,)),
            "arange": lambda: np.arange(4),
            "array of a list": lambda: np.array([1, 2, 3, 4]),
            "normal": lambda: np.random.normal(size=(4,)),
        },
    )


def with_torch(torch: Any) -> Calls:
    x, y, matrix = torch.tensor([1.0, 2, 3, 4]), torch.tensor([4.0, 3, 2, 1]), torch.tensor([[1.0, 2], [3, 4]])
    calls: Calls = {
        "x + y": lambda: x + y,
        "x * 2": lambda: x * 2,
        "exp": lambda: torch.exp(x),
        "sqrt": lambda: torch.sqrt(x),
        "tanh": lambda: torch.tanh(x),
        "maximum": lambda: torch.maximum(x, y),
        "sum": lambda: torch.sum(x),
        "sum of an axis": lambda: torch.sum(matrix, 1),
        "mean": lambda: torch.mean(x),
        "mean of an axis": lambda: torch.mean(matrix, 1),
        "max of an axis": lambda: torch.amax(matrix, 1),
        "argmax": lambda: torch.argmax(matrix, 1),
        "dot": lambda: torch.mm(matrix, matrix),
        "transpose": lambda: matrix.t().contiguous(),
        "expand_dims": lambda: x.unsqueeze(0).clone(),
        "concatenate": lambda: torch.cat((x, y)),
        "stack": lambda: torch.stack((x, y)),
        "where": lambda: torch.where(x != 0, x, y),
        "clip": lambda: torch.clamp(x, 2, 3),
        "x[1]": lambda: x[1],
        "x[:, 1]": lambda: matrix[:, 1].clone(),
        "zeros": lambda: torch.zeros(4),
        "arange": lambda: torch.arange(4, dtype=torch.float32),
        "array of a list": lambda: torch.tensor([1.0, 2, 3, 4]),
        "normal": lambda: torch.randn(4),
    }
    return _both(calls, calls)


def run(contender: Contender, effort: Effort) -> Dict[str, float]:
    return time_calls(contender.calls(with_mxnet, with_torch), contender.wait, effort)
