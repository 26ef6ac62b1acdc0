"""Groups that occur again with other numbers become one class, and the numbers its arguments."""

from __future__ import annotations

import keyword
import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ._grouping import calls_of, is_chain, key_of
from ._pieces import Arg, Text
from ._regions import Item, Region, module_name
from ._steps import Step, Value

_NO_DEFAULT: Any = object()
#: words of Gluon's prefixes as a person writes them in the name of a class
_SPELLED = {
    "alexnet": "AlexNet",
    "bert": "BERT",
    "densenet": "DenseNet",
    "gru": "GRU",
    "hybridsequential": "Net",
    "inception3": "InceptionV3",
    "lstm": "LSTM",
    "mobilenet": "MobileNet",
    "mobilenetv2": "MobileNetV2",
    "resnetv1": "ResNetV1",
    "resnetv2": "ResNetV2",
    "rnn": "RNN",
    "sequential": "Net",
    "squeezenet": "SqueezeNet",
    "ssd": "SSD",
    "unet": "UNet",
    "vgg": "VGG",
}
_CHANNELS = ("in_channels", "out_channels", "num_features", "in_features", "out_features", "num_channels")


#: names that the source imports or defines itself
_IMPORTED = frozenset({"F", "Path", "Tensor", "load", "load_model", "math", "nn", "torch"})


@dataclass
class Param:
    """An argument of a class."""

    name: str
    values: tuple[Any, ...]
    default: Any = _NO_DEFAULT

    @property
    def has_default(self) -> bool:
        return self.default is not _NO_DEFAULT

    def annotation(self) -> str:
        kinds = {_kind(value) for value in self.values}
        return " | ".join(sorted(kinds, key=lambda kind: (kind.startswith("tuple"), kind)))


def _kind(value: Any) -> str:
    if isinstance(value, tuple):
        return f"tuple[{', '.join(_kind(each) for each in value)}]"
    return type(value).__name__


@dataclass
class Class:
    """A class of the source.

    Attributes:
        name: its name.
        region: one of its groups, which shows how it is built.
        instances: all of them.
        params: its arguments.
        texts: place of a number (see `slots`) -> what is written instead.
        chain: it is an nn.Sequential.
    """

    name: str
    region: Region
    instances: list[Region]
    chain: bool
    params: list[Param] = field(default_factory=list)
    texts: dict[int, Text] = field(default_factory=dict)


class Classes:
    """The classes of a network, the innermost first; the last is the network's own."""

    def __init__(self, root: Region, name: str) -> None:
        self.of: dict[Region, Class] = {}
        self.all: list[Class] = []
        groups: dict[Hashable, list[Region]] = {}
        for region in _inner_first(root):
            groups.setdefault(key_of(region), []).append(region)
        taken = {name, *_IMPORTED}
        for regions in groups.values():
            chain = is_chain(regions[0])
            if chain and regions[0].kind != "unit" and (len(regions) == 1 or _is_short(regions[0])):
                continue  # written where it stands
            made = Class(_free(_class_name(regions), taken), regions[0], regions, chain)
            taken.add(made.name)
            self._add(made)
        self._add(Class(name, root, [root], False))

    def _add(self, made: Class) -> None:
        self.all.append(made)
        for region in made.instances:
            self.of[region] = made
        self._parametrize(made)

    def arguments(self, region: Region) -> list[Arg]:
        """The arguments that one instance is made with."""
        found = self.of[region]
        at = found.instances.index(region)
        return [
            Arg(p.name, p.values[at], p.default, True) if p.has_default else Arg(p.name, p.values[at])
            for p in found.params
        ]

    def slots(self, region: Region, chained: bool | None = None) -> list[Arg]:
        """The numbers in a group, in the order they are written."""
        found: list[Arg] = []
        chain = is_chain(region) if chained is None else chained
        for item in region.items:
            found += self.slots_of(item, chain)
        return found

    def slots_of(self, item: Item, chain: bool) -> list[Arg]:
        """The numbers in one item."""
        if isinstance(item, Region):
            return self.arguments(item) if item in self.of else self.slots(item, True)
        return [each for call in calls_of(item, chain) for each in call.args]

    def _parametrize(self, made: Class) -> None:
        chained = made.chain
        columns = list(zip(*(self.slots(region, chained) for region in made.instances), strict=True))
        groups: dict[tuple[Any, ...], list[int]] = {}
        for place, column in enumerate(columns):
            values = tuple(each.value for each in column)
            if len(set(map(repr, values))) > 1:
                groups.setdefault(values, []).append(place)
        last = {columns[p[0]][0].name: p[0] for p in groups.values()}  # what comes out is decided last
        names: set[str] = set()
        ready: list[Param] = []
        for values, places in groups.items():
            arguments = [columns[place][0] for place in places]
            ratio = _ratio(values, arguments, ready)
            if ratio is not None:
                made.texts.update(dict.fromkeys(places, Text(ratio)))
                continue
            name = _param_name([each.name for each in arguments])
            if name in ("out_channels", "out_features") and places[0] != last.get(name, places[0]):
                name = name.replace("out_", "hidden_")
            name = _free(name, names)
            names.add(name)
            default = _NO_DEFAULT
            if all(each.optional for each in arguments) and arguments[0].default in values:
                default = arguments[0].default
            ready.append(Param(name, values, default))
            made.texts.update(dict.fromkeys(places, Text(name)))
        made.params = sorted(ready, key=lambda param: param.has_default)


def _inner_first(region: Region) -> Iterator[Region]:
    for item in region.items:
        if isinstance(item, Region):
            yield from _inner_first(item)
            yield item


def _is_short(region: Region) -> bool:
    """A few blocks one after the other."""
    return len(region.items) <= 4 and all(isinstance(item, Region) for item in region.items)


def _free(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    number = 2
    while f"{name}{number}" in taken:
        number += 1
    return f"{name}{number}"


def _param_name(names: list[str]) -> str:
    if names[0] == "num_features" or (names[0] == "in_channels" and "out_channels" in names):
        return "channels"
    if names[0] == "in_features" and "out_features" in names:
        return "features"
    return names[0]


def _ratio(values: tuple[Any, ...], arguments: list[Arg], ready: list[Param]) -> str | None:
    """The values as a multiple or a part of an earlier argument."""
    if arguments[0].name not in _CHANNELS or not all(type(value) is int and value > 0 for value in values):
        return None
    for param in ready:
        if not all(type(value) is int and value > 0 for value in param.values):
            continue
        pairs = list(zip(values, param.values, strict=True))
        factor = pairs[0][0] // pairs[0][1]
        if factor > 2 and all(a == factor * b for a, b in pairs):
            return f"{factor} * {param.name}"
        part = pairs[0][1] // pairs[0][0]
        if part > 2 and all(a * part == b for a, b in pairs):
            return f"{param.name} // {part}"
    return None


# ---- names of classes


def spelled(word: str) -> str:
    """A word of a prefix as the name of a class: its number taken off, the first letter large."""
    stem = re.sub(r"\d+$", "", word) if word.rstrip("0123456789") else word
    for candidate in (word[:-1] if word[-1:].isdigit() else word, stem):
        if candidate in _SPELLED:
            return _SPELLED[candidate]
    stem = re.sub(r"\W", "", stem)
    name = stem[:1].upper() + stem[1:]
    return name if name.isidentifier() and name not in _IMPORTED and not keyword.iskeyword(name) else "Net"


def _class_name(regions: list[Region]) -> str:
    """What a class is called: by the word its groups share, else by what it does."""
    first = regions[0]
    if first.kind == "named":
        stems = {spelled(telling(region.path)) for region in regions}
        if len(stems) == 1:
            stem = stems.pop()
            return f"{stem}Cell" if is_step(first.name) and not stem.endswith("Cell") else stem
    if first.kind == "unit":
        return "ConvBlock"
    return _by_form(first)


def is_step(word: str) -> bool:
    """Whether a word is the number of a step in time: ``t3``."""
    return re.fullmatch(r"t\d+", word) is not None


def telling(path: Sequence[str]) -> str:
    """The last word of a path that is more than a step's number (``lstm0_t3``)."""
    words = [word for word in path if not re.fullmatch(r"[a-z]\d+", word)]
    return words[-1] if words else "block"


def _by_form(region: Region) -> str:
    last = _end(region)
    if last is None:
        return "Block"
    outside = set(region.operands)
    sources = [value for value in last.operands]
    if last.piece.function == "_0 + _1":
        if any(value in outside for value in sources):
            return "Residual"
        return "ProjectedResidual" if _branches(region) else "Block"
    if isinstance(last.piece.function, str) and last.piece.function.startswith("torch.cat"):
        return "DenseLayer" if any(value in outside for value in sources) else "Branches"
    names = [module_name(step) for step in region.steps()]
    return "ConvBlock" if any("Conv" in name for name in names) else "Block"


def _end(region: Region) -> Step | None:
    """The step that joins, before a final activation."""
    items = [item for item in region.items if isinstance(item, Step)]
    while items and items[-1].piece.activation:
        items.pop()
    return items[-1] if items and items[-1] in region.items[-3:] else None


def _branches(region: Region) -> bool:
    """Whether the value that comes in goes two ways."""
    value: Value = region.operands[0]
    return sum(value in item.operands for item in region.items) > 1
