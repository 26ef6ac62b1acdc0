"""The public surface equals MXNet 1.9.1's as recorded: names, order and defaults, for every operator and front end."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mxcompat as mx
from conformance import api
from conformance.api import Mismatch
from conformance.api_exceptions import ROWS
from mxcompat.nd import _ops
from mxcompat.nd._bind import signature_of
from mxcompat.registry import REGISTRY, REQUIRED, Operator
from mxcompat.registry.names import is_numpy_name, legacy_place

FOLDER = Path(mx.__file__).parent / "nd"
ELSEWHERE = {"Custom"}  # bound by hand: its arguments are those of the program's own class


def recorded_operators() -> dict[str, dict[str, Any]]:
    """Every legacy name and alias -> its recorded operator."""
    found = {}
    for name, row in api.read()["operators"].items():
        for public in (name, *row["aliases"]):
            if not is_numpy_name(public) and public not in ELSEWHERE:
                found[public] = {**row, "name": name}
    return found


RECORD = recorded_operators()


def is_array(kind: str) -> bool:
    return kind.startswith(("NDArray", "Symbol", "ndarray"))


def operator_mismatches() -> Iterator[Mismatch]:
    """Definition against record, each operator once for each name."""
    for name, row in RECORD.items():
        op = REGISTRY.get(name)
        if op is None:
            yield Mismatch("missing", f"ops.{name}", "operator", "")
        elif name == row["name"]:
            yield from definition_mismatches(op, name, row["args"])
        elif op is not REGISTRY.get(row["name"]):
            yield Mismatch("alias", f"ops.{name}", f"the operator {row['name']}", op.name)
    for name in REGISTRY:
        if not is_numpy_name(name) and name not in RECORD:
            yield Mismatch("extra", f"ops.{name}", "", "operator")


def definition_mismatches(op: Operator, name: str, arguments: list[list[str]]) -> Iterator[Mismatch]:
    inputs = [argument for argument, kind in arguments if is_array(kind)]
    ours = [*op.inputs, *([op.variadic] if op.variadic else [])]
    if inputs != ours:
        yield Mismatch("inputs", f"ops.{name}", str(inputs), str(ours))
    # the number of variadic inputs is an argument in MXNet's list, and never asked of a caller
    kinds = {
        argument: kind
        for argument, kind in arguments
        if not is_array(kind) and (argument != op.num_args or argument in op.attr_names)
    }
    if list(kinds) != list(op.attr_names):
        yield Mismatch("attributes", f"ops.{name}", str(list(kinds)), str(list(op.attr_names)))
    for attribute in op.attributes:
        kind = kinds.get(attribute.name, "")
        where = f"ops.{name}.{attribute.name}"
        if kind and not same_default(attribute, kind):
            yield Mismatch("default", where, kind, repr(attribute.default))
        if kind.startswith("{") and words(kind) != words(attribute.tag.mxnet_name):
            yield Mismatch("words", where, kind, attribute.tag.mxnet_name)


def words(kind: str) -> set[str]:
    return {word.strip().strip("'") for word in kind[1 : kind.index("}")].split(",")}


def same_default(attribute: Any, kind: str) -> bool:
    """Whether our default is what MXNet's text says, read as the attribute itself would be."""
    found = re.search(r"default=(.*)$", kind)
    if found is None:
        return "required" not in kind or attribute.default is REQUIRED
    if attribute.default is REQUIRED:
        return False
    text = found.group(1).strip("'")
    if not text:
        return attribute.default in (None, "")
    theirs = attribute.tag.convert(text)
    if isinstance(theirs, float):
        return bool(np.float32(theirs) == np.float32(attribute.default))  # printed with the digits of a float32
    if isinstance(theirs, tuple) and theirs and isinstance(theirs[0], float):
        return bool(np.array_equal(np.float32(theirs), np.float32(attribute.default)))
    return bool(theirs == attribute.default)


@pytest.fixture(scope="module")
def mismatches() -> list[Mismatch]:
    record, ours = api.read()["modules"], api.reflect(mx)
    own = set(api.helpers(mx))
    found = [m for m in api.compare(record, ours) if not (m.what == "extra" and m.name in own)]
    return [*(m for m in found if not of_numpy(m.name)), *operator_mismatches()]


def of_numpy(name: str) -> bool:
    """Whether a name is that of a class of NumPy itself (`mx.np.float64`), or of a member: every NumPy has its own."""
    first, *rest = name.split(".")
    if first != "numpy":
        return False
    value: Any = mx.np
    for part in rest:
        value = getattr(value, part, None)
        if isinstance(value, type) and value.__module__.partition(".")[0] == "numpy":
            return True
    return False


def test_names_order_and_defaults_are_those_of_mxnet(mismatches: list[Mismatch]) -> None:
    unknown = [str(m) for m in mismatches if not any(row.matches(m) for row in ROWS)]
    assert not unknown, "\n".join(["not listed in conformance/api_exceptions.py:", *unknown])


def test_every_listed_exception_still_holds(mismatches: list[Mismatch]) -> None:
    unused = [
        f"{row.what}: {name}"
        for row in ROWS
        for name in row.unused(mismatches)
        # functions that later versions of NumPy dropped are no mismatch where it has them
        if not (row.what == "extra" and hasattr(np, name.removeprefix("numpy.")))
    ]
    assert not unused, "\n".join(["listed in conformance/api_exceptions.py, but they hold no more:", *unused])


def test_exceptions_have_reasons() -> None:
    assert all(row.reason and row.what and row.names for row in ROWS)


@pytest.mark.parametrize("space", ["", "_internal", "contrib", "linalg", "image", "sparse"])
def test_definition_function_and_stub_agree(space: str) -> None:
    stub = stub_functions(FOLDER / (f"{space}.pyi" if space else "_ops.pyi"))
    for name, op in REGISTRY.items():
        place = legacy_place(name)
        if is_numpy_name(name) or place.namespace != space:
            continue
        function = _ops.SPACES[space][place.name]
        assert function.__name__ == place.name
        assert inspect.signature(function) == signature_of(op)
        wanted = [op.variadic] if op.variadic else list(op.inputs)
        wanted += op.attr_names
        assert place.name in stub, f"no stub of {name}: run scripts/gen_stubs"
        names, optional = stub[place.name]
        assert names == [*wanted, "out", "name", "kwargs"], f"the stub of {name}: run scripts/gen_stubs"
        assert optional == set(names) - {op.variadic, "kwargs"}, f"the stub of {name}: run scripts/gen_stubs"


def stub_functions(path: Path) -> dict[str, tuple[list[str], set[str]]]:
    """Functions of a stub: parameter names in order, and those with a default."""
    found = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            given = node.args
            positional = [a.arg for a in (*given.posonlyargs, *given.args)]
            optional = set(positional[len(positional) - len(given.defaults) :])
            keyword = [a.arg for a in given.kwonlyargs]
            optional |= {a for a, d in zip(keyword, given.kw_defaults, strict=True) if d is not None}
            rest = [a.arg for a in (given.vararg,) if a] + keyword + [a.arg for a in (given.kwarg,) if a]
            found[node.name] = (positional + rest, optional)
    return found
