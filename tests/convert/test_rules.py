"""The examples of every rule: converted, imported, and run beside the operator's own definition."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import torch

from mxcompat.convert import GapsError, to_source
from mxcompat.convert._convert import outputs_of
from mxcompat.convert._facts import run
from mxcompat.convert._parity import LIMIT, distance
from mxcompat.convert._reading import settle
from mxcompat.convert._rule import Example, Rule, load_rules
from mxcompat.registry.operator import REGISTRY

from .examples import arrays_for, as_list, loaded, one_node

RULES = load_rules()
#: rules that are tried in a network instead (tests/convert/test_networks.py), or cannot be compared
NO_EXAMPLES = {"_linalg_potrf", "_linalg_potri", "_random_normal", "_random_uniform", "LogisticRegressionOutput"}


#: attributes that a further name of an operator needs
EXTRA = {"_contrib_SyncBatchNorm": {"key": "shared"}}


def _cases() -> list[tuple[str, Example]]:
    seen: set[int] = set()
    cases = []
    for operator, rule in RULES.items():
        for i, example in enumerate(rule.examples):
            if id(rule) in seen and i > 0:
                continue  # further names of an operator are tried once
            attrs = {**example.attrs, **EXTRA.get(operator, {})}
            cases.append((operator, dataclasses.replace(example, attrs=attrs)))
        seen.add(id(rule))
    return cases


def _id(value: object) -> str | None:
    return value if isinstance(value, str) else ",".join(f"{k}={v}" for k, v in value.attrs.items()) or "plain"  # type: ignore[attr-defined]


def _outputs(operator: str, example: Example) -> int:
    """Both outputs where an example asks for them."""
    return 2 if example.attrs.get("ret_typ") == "both" or operator == "moments" else 1


@pytest.mark.parametrize(("operator", "example"), _cases(), ids=_id)
def test_example(operator: str, example: Example, tmp_path: Path) -> None:
    symbol = one_node(operator, example, _outputs(operator, example))
    arrays = arrays_for(example)
    params = {f"param{i}": arrays[i] for i in example.params}
    inputs = {f"data{i}": tuple(array.shape) for i, array in enumerate(arrays) if i not in example.params}
    if example.gap:
        with pytest.raises(GapsError, match=example.gap):
            to_source(symbol, params, inputs)
        return
    source = to_source(symbol, params, inputs)
    if operator == RULES[operator].operators[0]:  # the examples of a rule are written for its first name
        assert example.source in source.text
    network = settle(outputs_of(symbol), params, inputs)
    wanted = run(network, [arrays[int(node.name.removeprefix("data"))] for node in network.inputs])
    module = loaded(source, tmp_path)
    with torch.no_grad():
        found = as_list(module(*[arrays[int(name.removeprefix("data"))] for name in source.inputs]))
    for one, other in zip(wanted, found, strict=True):
        assert one.shape == other.shape and one.dtype == other.dtype
        assert distance(one, other)[1] < LIMIT


def test_every_rule_is_of_an_operator() -> None:
    assert not [name for name in RULES if name not in REGISTRY]
    assert not [name for name in RULES if REGISTRY[name].name != name]


def test_every_rule_has_an_example() -> None:
    def bare(rule: Rule) -> bool:
        return not rule.examples and not set(rule.operators) & NO_EXAMPLES

    assert not [name for name, rule in RULES.items() if bare(rule)]
