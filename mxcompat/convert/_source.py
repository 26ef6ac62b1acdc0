"""The text of model.py: classes, the network, the function that loads the weights."""

from __future__ import annotations

import inspect
import keyword
import re
from collections import Counter
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from . import helpers
from ._classes import Class, Classes, Param, is_step, spelled, telling
from ._forward import Forward
from ._grouping import steps_in
from ._layout import laid_out
from ._pieces import Call, State, Text, call_tree, literal, text_of
from ._regions import Item, Region, module_name
from ._steps import Step, Steps

_CASTS = {torch.float64: ".double()", torch.float16: ".half()", torch.bfloat16: ".bfloat16()"}
_WORDS = {"Conv": "conv", "Linear": "linear", "BatchNorm": "norm", "Dropout": "dropout"}


@dataclass
class Source:
    """A converted network.

    Attributes:
        text: the text of model.py.
        class_name: the network's class.
        tensors: its weights, by their names in the module.
        origin: the same names -> the names of MXNet's variables.
        outputs: number of outputs.
        inputs: names of the inputs, as MXNet has them.
        notes: remarks.
        random: outputs that are drawn, by number.
        nodes: number of operators in the graph.
    """

    text: str
    class_name: str
    tensors: dict[str, Tensor] = field(default_factory=dict)
    origin: dict[str, str] = field(default_factory=dict)
    outputs: int = 1
    inputs: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    random: set[int] = field(default_factory=set)
    nodes: int = 0


def write(root: Region, steps: Steps, about: str, name: str = "") -> Source:
    """The source of a network.

    Args:
        root: its groups.
        steps: its steps.
        about: the docstring of the network.
        name: the name of its class (default: what the network is called).
    """
    class_name = name or (spelled(steps.prefix.split("_")[-1]) if steps.prefix else "Net")
    return _Writer(root, steps, class_name).source(about)


class _Writer:
    def __init__(self, root: Region, steps: Steps, name: str) -> None:
        self.root, self.steps = root, steps
        self.classes = Classes(root, name)
        self.name = name
        self.attributes: dict[Region, dict[int, str]] = {}
        for made in self.classes.all:
            self.attributes[made.region] = self._names(made)

    def source(self, about: str) -> Source:
        found = Source("", self.name, outputs=len(self.steps.outputs), notes=self.steps.notes)
        found.random, found.nodes = self.steps.random, self.steps.nodes
        found.inputs = [node.name for node, _ in self.steps.inputs]
        ties = self._collect(found)
        bodies = [self._class(made, about, ties) for made in self.classes.all]
        functions = self._functions()
        body = "\n\n\n".join([*functions, *bodies, self._load()])
        found.text = f"{_imports(body)}\n\n\n{body}\n"
        return found

    # ---- names

    def _names(self, made: Class) -> dict[int, str]:
        """Names of attributes, by place in the class."""
        if made.chain:
            return {i: str(i) for i in range(len(made.region.items))}
        names: dict[int, str] = {}
        shared: dict[object, str] = {}
        counts: Counter[str] = Counter()
        taken = set(dir(nn.Module)) | {"training"}
        firsts: Counter[str] = Counter(
            self._word(made, i, item) for i, item in enumerate(made.region.items) if _needs_name(item)
        )
        for i, item in enumerate(made.region.items):
            if not _needs_name(item):
                continue
            tensors = tuple(state.key for step in steps_in(item) for state in step.piece.states.values())
            sharing = (tensors, self._kind(item))
            timed = isinstance(item, Step) and is_step(item.name)
            if timed:
                sharing = (item.path, self._kind(item))
            if (tensors or timed) and sharing in shared:
                names[i] = shared[sharing]
                continue
            word = self._word(made, i, item)
            if word[-1:].isdigit() or (firsts[word] == 1 and word not in taken):
                name = word
            else:
                name = f"{word}{counts[word]}"
                counts[word] += 1
            while name in taken:
                name = f"{word}_{counts[word]}"
                counts[word] += 1
            taken.add(name)
            names[i] = name
            if tensors or timed:
                shared[sharing] = name
        return names

    def _kind(self, item: Item) -> object:
        """What two items must have in common to be one attribute, beside their tensors."""
        if isinstance(item, Region):
            made = self.classes.of.get(item)
            return item if made is None else (made.name, tuple(self.classes.arguments(item)))
        return item.piece.module

    def _word(self, made: Class, place: int, item: Item) -> str:
        """What an item is called in its class: by its own name if all instances agree, else by its kind."""
        words = {_own_name(region, region.items[place]) for region in made.instances}
        if len(words) == 1:
            word = words.pop()
        else:
            stems = {re.sub(r"\d+$", "", each) for each in words}
            word = stems.pop() if len(stems) == 1 else _by_module(item)
        if not word:
            inner = self.classes.of.get(item) if isinstance(item, Region) else None
            word = re.sub(r"\d+$", "", _snake(inner.name)) if inner is not None else "layers"
        if word[:1].isdigit():
            return f"layer{word}"
        return f"{word}_" if keyword.iskeyword(word) else word

    # ---- tensors

    def _collect(self, found: Source) -> list[str]:
        """Gather the tensors under their names; returns the lines that tie one to another."""
        first: dict[str, str] = {}
        ties: dict[str, str] = {}

        def add(path: str, state: State) -> None:
            if path in found.origin:
                return
            found.tensors[path] = state.tensor
            found.origin[path] = state.key
            if state.key in first and state.tensor.is_floating_point():
                ties[path] = first[state.key]
                del found.tensors[path]
            first.setdefault(state.key, path)

        def walk(region: Region, prefix: str) -> None:
            made = self.classes.of.get(region)
            names = self.attributes[made.region] if made is not None else {}
            for i, item in enumerate(region.items):
                name = names.get(i, str(i) if made is None else "")
                if isinstance(item, Region):
                    walk(item, f"{prefix}{name}.")
                    continue
                for key, state in item.piece.states.items():
                    add(f"{prefix}{name}.{key}" if key else f"{prefix}{name}", state)

        walk(self.root, "")
        return [f"{_dotted(path)} = {_dotted(source)}" for path, source in ties.items()]

    # ---- text

    def _functions(self) -> list[str]:
        names = {name for step in self.steps.order for name in step.piece.helpers}
        return [inspect.getsource(getattr(helpers, name)).strip() for name in sorted(names)]

    def _class(self, made: Class, about: str, ties: list[str]) -> str:
        texts = self._texts(made)
        own = made.region is self.root
        lines = [f"class {made.name}({'nn.Sequential' if made.chain else 'nn.Module'}):"]
        if own:
            lines += [f"    {line}".rstrip() for line in about.splitlines()] + [""]
        params = "".join(f", {p.name}: {p.annotation()}{_default(p)}" for p in made.params)
        lines += laid_out(f"def __init__(self{params}) -> None:", 4)
        if made.chain:
            ctors = ", ".join(
                self._constructor(item, texts.get(i, {}), True) for i, item in enumerate(made.region.items)
            )
            return "\n".join(lines + laid_out(f"super().__init__({ctors})", 8))
        lines.append("        super().__init__()")
        names = self.attributes[made.region]
        done: set[str] = set()
        for i, item in enumerate(made.region.items):
            if i in names and names[i] not in done:
                done.add(names[i])
                lines += laid_out(self._attribute(names[i], item, texts.get(i, {})), 8)
        if own:
            lines += [f"        {line}" for line in ties]
        forward = Forward(made.region, names, texts, own, len(made.instances) > 1)
        inputs, body = forward.lines()
        result = (
            "Tensor" if len(made.region.results) == 1 else f"tuple[{', '.join(['Tensor'] * len(made.region.results))}]"
        )
        given = "".join(f", {name}: Tensor" for name in inputs)
        lines += ["", *laid_out(f"def forward(self{given}) -> {result}:", 4)]
        for line in body:
            lines += laid_out(line, 8)
        return "\n".join(lines)

    def _attribute(self, name: str, item: Item, texts: dict[str, Text]) -> str:
        if isinstance(item, Step) and item.constant and not item.piece.states:
            value = item.piece.function
            text = value if isinstance(value, str) else text_of(call_tree(value, [])) if value else ""
            return f'self.register_buffer("{name}", {text}, persistent=False)'
        if isinstance(item, Step) and isinstance(item.piece.module, str):
            if item.piece.module.startswith("nn.Parameter"):
                return f"self.{name} = {item.piece.module}"
            return f'self.register_buffer("{name}", {item.piece.module})'
        return f"self.{name} = {self._constructor(item, texts, False)}"

    def _constructor(self, item: Item, texts: dict[str, Text], chained: bool) -> str:
        if isinstance(item, Step):
            calls = [item.piece.module] if isinstance(item.piece.module, Call) else []
            return text_of(call_tree(calls[0], [], dict(texts))) if calls else "nn.Identity()"
        made = self.classes.of.get(item)
        if made is not None:
            tree = call_tree(Call(made.name, tuple(self.classes.arguments(item))), [], dict(texts))
            return text_of(tree)
        parts = [self._constructor(each, self._inner(item, i, texts), True) for i, each in enumerate(item.items)]
        return f"nn.Sequential({', '.join(parts)})"

    def _inner(self, region: Region, place: int, texts: dict[str, Text]) -> dict[str, Text]:
        """The texts for an item of a group that is written where it stands (keys carry the places)."""
        start = f"{place}/"
        return {key.removeprefix(start): text for key, text in texts.items() if key.startswith(start)}

    def _texts(self, made: Class) -> dict[int, dict[str, Text]]:
        """What is written instead of the numbers of each item."""
        found: dict[int, dict[str, Text]] = {}
        number = 0

        def visit(item: Item, chained: bool, key: str, into: dict[str, Text]) -> None:
            nonlocal number
            if isinstance(item, Region) and item not in self.classes.of:
                for i, each in enumerate(item.items):
                    visit(each, True, f"{key}{i}/", into)
                return
            for slot in self.classes.slots_of(item, chained):
                if number in made.texts:
                    into[f"{key}{slot.name}"] = made.texts[number]
                number += 1

        for i, item in enumerate(made.region.items):
            visit(item, made.chain, "", found.setdefault(i, {}))
        return found

    def _cast(self) -> str:
        """What makes the layers take the weights' dtype, if that is not torch's default."""
        kinds = {state.tensor.dtype for step in self.steps.order for state in step.piece.states.values()}
        floats = [kind for kind in kinds if kind.is_floating_point]
        return _CASTS.get(floats[0], "") if len(floats) == 1 else ""

    def _load(self) -> str:
        return (
            'def load(weights: Path = Path(__file__).with_name("model.safetensors")) '
            f"-> {self.name}:\n"
            '    """The network with its weights, in evaluation mode."""\n'
            f"    model = {self.name}(){self._cast()}\n"
            "    load_model(model, weights)\n"
            "    return model.eval()"
        )


def _default(param: Param) -> str:
    return f" = {text_of(literal(param.default))}" if param.has_default else ""


def _imports(body: str) -> str:
    lines = ["import math"] if re.search(r"\bmath\.", body) else []
    lines += ["from pathlib import Path", "", "import torch"]
    if not re.search(r"\btorch\.", body):
        lines.pop()
    if re.search(r"\bF\.", body):
        lines.append("import torch.nn.functional as F")
    lines += ["from safetensors.torch import load_model", "from torch import Tensor, nn"]
    return "\n".join(lines)


def _needs_name(item: Item) -> bool:
    if isinstance(item, Region) or item.constant:
        return True
    return bool(item.piece.states) or item.piece.function is None


def _own_name(region: Region, item: Item) -> str:
    """The words of an item's name that its group does not have."""
    if isinstance(item, Region) and not item.name:
        return ""
    path = item.path[:-1] if isinstance(item, Region) and item.path[-1:] == (item.name,) else item.path
    size = len(region.path) if path[: len(region.path)] == region.path else len(path)
    words = [word for word in (*path[size:], item.name) if not is_step(word)]
    return "_".join(words) or telling(item.path)


def _by_module(item: Item) -> str:
    name = module_name(item).removeprefix("nn.")
    for start, word in _WORDS.items():
        if name.startswith(start):
            return word
    return _snake(re.sub(r"\dd$", "", name)) or "part"


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _dotted(path: str) -> str:
    return "self." + re.sub(r"\.(\d+)(?=\.|$)", r"[\1]", path)
