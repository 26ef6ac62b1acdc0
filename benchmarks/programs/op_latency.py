"""What one eager operator call costs when the arrays are tiny (four elements): the price of the wrapper.

The calls stand in the order in which old projects use them (by the number of files that do). The first
`COMMON` are the budget's "common 30"; the rest are printed beside them.
"""

from typing import Any, Dict

from benchmarks.contender import Calls, Contender, Effort
from benchmarks.timing import time_calls

UNIT = "seconds"
COMMON = 30


def with_mxnet(mx: Any) -> Calls:
    nd = mx.nd
    x, y = nd.array([1.0, 2.0, 3.0, 4.0]), nd.array([4.0, 3.0, 2.0, 1.0])
    m, row, column = nd.array([[1.0, 2.0], [3.0, 4.0]]), nd.array([[5.0, 6.0]]), nd.array([[1.0], [2.0]])
    index, condition = nd.array([1, 0]), nd.array([1.0, 0.0, 0.0, 1.0])
    total, target, zero = nd.zeros((4,)), nd.zeros((2, 2)), nd.zeros((4,))

    def add_in_place(left: Any = total) -> Any:
        left += zero
        return left

    def set_item() -> Any:
        target[1] = 7.0
        return target

    return {
        "x + y": lambda: x + y,
        "x + 1": lambda: x + 1,
        "zeros": lambda: nd.zeros((2, 2)),
        "m[1]": lambda: m[1],
        "x * y": lambda: x * y,
        "reshape": lambda: m.reshape((4,)),
        "x / y": lambda: x / y,
        "concat": lambda: nd.concat(m, m, dim=0),
        "x - y": lambda: x - y,
        "2 * x": lambda: 2 * x,
        "m[1] = 7": set_item,
        "expand_dims": lambda: nd.expand_dims(x, axis=0),
        "astype": lambda: x.astype("int32"),
        "sum": lambda: nd.sum(m, axis=1),
        "ones": lambda: nd.ones((2, 2)),
        "mean": lambda: nd.mean(m, axis=1),
        "dot": lambda: nd.dot(m, m),
        "transpose": lambda: nd.transpose(m),
        "x == y": lambda: x == y,
        "arange": lambda: nd.arange(4),
        "-x": lambda: -x,
        "1 - x": lambda: 1 - x,
        "argmax": lambda: nd.argmax(m, axis=1),
        "broadcast_mul": lambda: nd.broadcast_mul(m, column),
        "x += y": add_in_place,
        "log": lambda: nd.log(x),
        "zeros_like": lambda: nd.zeros_like(x),
        "stack": lambda: nd.stack(x, y, axis=0),
        "squeeze": lambda: nd.squeeze(row),
        "x ** 2": lambda: x**2,
        # beyond the common thirty
        "exp": lambda: nd.exp(x),
        "clip": lambda: nd.clip(x, 1.5, 3.5),
        "relu": lambda: nd.relu(x),
        "slice_axis": lambda: nd.slice_axis(m, axis=1, begin=0, end=1),
        "one_hot": lambda: nd.one_hot(index, 2),
        "square": lambda: nd.square(x),
        "split": lambda: nd.split(m, num_outputs=2, axis=0),
        "x > y": lambda: x > y,
        "sqrt": lambda: nd.sqrt(x),
        "where": lambda: nd.where(condition, x, y),
        "max": lambda: nd.max(m, axis=1),
        "abs": lambda: nd.abs(x),
        "take": lambda: nd.take(m, index),
        "copy": lambda: x.copy(),
        "norm": lambda: nd.norm(m, axis=1),
        "sigmoid": lambda: nd.sigmoid(x),
        "tanh": lambda: nd.tanh(x),
        "broadcast_to": lambda: nd.broadcast_to(row, shape=(2, 2)),
        "asnumpy": lambda: x.asnumpy(),
        "array": lambda: nd.array([1.0, 2.0, 3.0, 4.0]),
    }


def with_torch(torch: Any) -> Calls:
    """The same results: a float for a comparison, a copy where MXNet copies."""
    x, y = torch.tensor([1.0, 2.0, 3.0, 4.0]), torch.tensor([4.0, 3.0, 2.0, 1.0])
    m, row, column = (
        torch.tensor([[1.0, 2.0], [3.0, 4.0]]),
        torch.tensor([[5.0, 6.0]]),
        torch.tensor([[1.0], [2.0]]),
    )
    index, condition = torch.tensor([1.0, 0.0]), torch.tensor([1.0, 0.0, 0.0, 1.0])
    total, target, zero = torch.zeros(4), torch.zeros(2, 2), torch.zeros(4)
    float32, int32 = torch.float32, torch.int32

    def add_in_place(left: Any = total) -> Any:
        left += zero
        return left

    def set_item() -> Any:
        target[1] = 7.0
        return target

    return {
        "x + y": lambda: x + y,
        "x + 1": lambda: x + 1,
        "zeros": lambda: torch.zeros((2, 2)),
        "m[1]": lambda: m[1],
        "x * y": lambda: x * y,
        "reshape": lambda: m.reshape((4,)),
        "x / y": lambda: x / y,
        "concat": lambda: torch.cat((m, m), dim=0),
        "x - y": lambda: x - y,
        "2 * x": lambda: 2 * x,
        "m[1] = 7": set_item,
        "expand_dims": lambda: torch.unsqueeze(x, 0).clone(),
        "astype": lambda: x.to(int32),
        "sum": lambda: torch.sum(m, dim=1),
        "ones": lambda: torch.ones((2, 2)),
        "mean": lambda: torch.mean(m, dim=1),
        "dot": lambda: torch.mm(m, m),
        "transpose": lambda: m.t().contiguous(),
        "x == y": lambda: (x == y).to(float32),
        "arange": lambda: torch.arange(4, dtype=float32),
        "-x": lambda: -x,
        "1 - x": lambda: 1 - x,
        "argmax": lambda: torch.argmax(m, dim=1).to(float32),
        "broadcast_mul": lambda: torch.mul(m, column),
        "x += y": add_in_place,
        "log": lambda: torch.log(x),
        "zeros_like": lambda: torch.zeros_like(x),
        "stack": lambda: torch.stack((x, y), dim=0),
        "squeeze": lambda: torch.squeeze(row).clone(),
        "x ** 2": lambda: x**2,
        "exp": lambda: torch.exp(x),
        "clip": lambda: torch.clamp(x, 1.5, 3.5),
        "relu": lambda: torch.relu(x),
        "slice_axis": lambda: m[:, 0:1].clone(),
        "one_hot": lambda: torch.nn.functional.one_hot(index.long(), 2).to(float32),
        "square": lambda: torch.square(x),
        "split": lambda: [part.clone() for part in torch.chunk(m, 2, dim=0)],
        "x > y": lambda: (x > y).to(float32),
        "sqrt": lambda: torch.sqrt(x),
        "where": lambda: torch.where(condition != 0, x, y),
        "max": lambda: torch.amax(m, dim=1),
        "abs": lambda: torch.abs(x),
        "take": lambda: torch.index_select(m, 0, index.clamp(0, 1).long()),
        "copy": lambda: x.clone(),
        "norm": lambda: torch.linalg.vector_norm(m, dim=1),
        "sigmoid": lambda: torch.sigmoid(x),
        "tanh": lambda: torch.tanh(x),
        "broadcast_to": lambda: row.expand(2, 2).clone(),
        "asnumpy": lambda: x.numpy().copy(),
        "array": lambda: torch.tensor([1.0, 2.0, 3.0, 4.0]),
    }


def run(contender: Contender, effort: Effort) -> Dict[str, float]:
    return time_calls(contender.calls(with_mxnet, with_torch), contender.wait, effort)
