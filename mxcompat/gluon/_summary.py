"""The table that ``Block.summary`` prints."""

from __future__ import annotations

from typing import Any

from ..nd.ndarray import NDArray

_LINE = "{:>20}  {:>42} {:>15}"


class _Row:
    def __init__(self, shapes: str) -> None:
        self.shapes = shapes
        self.count = self.trainable = self.shared = 0


def print_summary(block: Any, inputs: tuple[Any, ...]) -> None:
    """Run a block once and print the output shape and the number of parameters of each of its parts.

    Raises:
        AssertionError: a part is hybridized.
    """
    rows: dict[str, _Row] = {"Input": _Row(_shape_text(inputs))}
    seen: set[Any] = set()
    handles: list[Any] = []

    def count(part: Any, _: Any, outputs: Any) -> None:
        row = rows[f"{type(part).__name__}-{len(rows)}"] = _Row(_shape_text(outputs))
        for param in part.params.values():
            size = param.data().size
            row.count += size
            if param.grad_req != "null":
                row.trainable += size
            if param in seen:
                row.shared += size
            seen.add(param)

    def watch(part: Any) -> None:
        if getattr(part, "_active", False):
            raise AssertionError(f"summary: block '{part.name}' is hybridized; call hybridize(False) first")
        if not part._is_container:
            handles.append(part.register_forward_hook(count))

    try:
        block.apply(watch)
        block(*inputs)
        _print(rows)
    finally:
        for handle in handles:
            handle.detach()


def _print(rows: dict[str, _Row]) -> None:
    total = sum(row.count for row in rows.values())
    trainable = sum(row.trainable for row in rows.values())
    shared = sum(row.shared for row in rows.values())
    print("-" * 80)
    print(_LINE.format("Layer (type)", "Output Shape", "Param #"))
    print("=" * 80)
    for name, row in rows.items():
        print(_LINE.format(name, row.shapes, row.count))
    print("=" * 80)
    print("Parameters in forward computation graph, duplicate included")
    print(f"   Total params: {total}")
    print(f"   Trainable params: {trainable}")
    print(f"   Non-trainable params: {total - trainable}")
    print(f"Shared params in forward computation graph: {shared}")
    print(f"Unique parameters in model: {total - shared}")
    print("-" * 80)


def _shape_text(args: Any) -> str:
    shapes = _shapes(args)
    text = str(shapes)
    return (text[1:-1] if isinstance(shapes, list) else text).replace("L", "")


def _shapes(args: Any) -> Any:
    if isinstance(args, (list, tuple)):
        return [_shapes(one) for one in args]
    return args.shape if isinstance(args, NDArray) else args
