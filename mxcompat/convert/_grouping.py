"""Which groups are worth a class or an nn.Sequential of their own; the others are dissolved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator

from ._pieces import Arg, Call
from ._regions import Item, Region, module_name, set_bounds
from ._steps import Step, Steps, Value

#: arguments that are one number or one per axis
_AXES = frozenset({"kernel_size", "stride", "padding", "output_padding", "dilation"})
#: a convolution with its normalization and activation is a class of its own if there are so many to read
_UNITS = 6
#: steps in a group that is a class although there is only one
_LARGE = 10
#: so many blocks one after the other are an nn.Sequential
_RUN = 4


def simplify(root: Region, steps: Steps) -> None:
    """Keep the groups that make the source easier to read."""
    heights = {region: _height(region) for _, region in _pairs(root)}
    for height in range(1, _height(root)):
        at = [(parent, region) for parent, region in _pairs(root) if heights[region] == height]
        counts = Counter(key_of(region, False) for _, region in at)
        kept = [_is_kept(region, parent, counts) for parent, region in at]
        for (parent, region), keep in zip(at, kept, strict=True):
            if not keep:
                _dissolve(parent, region)
        set_bounds(root, steps)
    _fold_units(root, steps)
    _fold_runs(root, steps)
    _same_results(root)


def _same_results(root: Region) -> None:
    """Let groups that do the same give the same: the last step of a cell gives a state that nobody takes."""
    groups: dict[Hashable, list[Region]] = {}
    for _, region in _pairs(root):
        if not is_chain(region):
            groups.setdefault(key_of(region, False), []).append(region)
    for regions in groups.values():
        values = [
            list(dict.fromkeys([*region.operands, *(v for i in region.items for v in i.results)])) for region in regions
        ]
        given = [{own.index(value) for value in region.results} for region, own in zip(regions, values, strict=True)]
        wanted = sorted(set().union(*given))
        for region, own in zip(regions, values, strict=True):
            region.results = [own[place] for place in wanted]


def _pairs(region: Region) -> Iterator[tuple[Region, Region]]:
    """Each group and the one it lies in, the innermost first."""
    for item in list(region.items):
        if isinstance(item, Region):
            yield from _pairs(item)
            yield region, item


def _height(item: Item) -> int:
    return 0 if isinstance(item, Step) else 1 + max((_height(each) for each in item.items), default=0)


def _dissolve(parent: Region, region: Region) -> None:
    at = parent.items.index(region)
    parent.items[at : at + 1] = region.items


def _is_kept(region: Region, parent: Region, counts: Counter[Hashable]) -> bool:
    if region.kind == "segment" and parent.kind == "named":
        if sum(isinstance(item, Region) for item in parent.items) == 1:
            return False  # the group it is in says it better
    steps = list(region.steps())
    layers = sum(bool(step.piece.states) for step in steps)
    if _is_unrolled(region):
        return False
    if counts[key_of(region, False)] > 1:
        return len(steps) >= 3 and (layers >= 1 or (len(steps) >= 6 and region.kind == "named"))
    if region.kind == "named":
        if is_chain(region) and len(region.items) >= 2:
            return any(isinstance(item, Region) for item in region.items) or layers >= 3
        return len(steps) >= _LARGE and layers >= 2 and len(list(parent.steps())) > len(steps) + 2
    siblings = [item for item in parent.items if isinstance(item, Region) and item.kind == "segment"]
    return layers >= 2 and any(counts[key_of(item, False)] > 1 for item in siblings)


def _is_unrolled(region: Region) -> bool:
    """Whether a group holds the steps of a loop: groups or layers with the same tensors."""
    seen: set[Hashable] = set()
    for item in region.items:
        tensors = tuple(state.key for step in steps_in(item) for state in step.piece.states.values())
        if tensors and tensors in seen:
            return True
        seen.add(tensors)
    return False


# ---- chains


def can_chain(item: Item) -> bool:
    """Whether an item can stand in an nn.Sequential: a module with one input and one output."""
    if isinstance(item, Region):
        return len(item.operands) == 1 and len(item.results) == 1
    piece = item.piece
    return (
        isinstance(piece.module, Call) and len(item.operands) == 1 and piece.call == "_m(_0)" and piece.target is None
    )


def is_chain(region: Region) -> bool:
    """Whether every item takes what the one before gives, and nothing else."""
    if len(region.operands) != 1 or len(region.results) != 1 or not region.items:
        return False
    at: Value = region.operands[0]
    for item in region.items:
        taken = set(item.operands)
        if not can_chain(item) or taken != {at}:
            return False
        if any(at in other.operands for other in region.items if other is not item):
            return False
        at = item.results[0]
    return at is region.results[0]


# ---- structure


def calls_of(item: Step, chained: bool) -> list[Call]:
    """The calls with arguments that a step is written with."""
    piece = item.piece
    if piece.function is not None and not chained and not piece.states:
        return [piece.function] if isinstance(piece.function, Call) else []
    return [piece.module] if isinstance(piece.module, Call) else []


def steps_in(item: Item) -> Iterable[Step]:
    """The steps of an item."""
    return [item] if isinstance(item, Step) else item.steps()


def _arg_key(arg: Arg) -> Hashable:
    value = arg.value
    if arg.name in _AXES:
        return arg.name  # one number for all axes, or one for each
    if isinstance(value, tuple):
        return arg.name, tuple(type(each).__name__ for each in value)
    if isinstance(value, (bool, str)) or value is None:
        return arg.name, value
    return arg.name, type(value).__name__


def key_of(region: Region, results: bool = True) -> Hashable:
    """What two groups have in common if they differ in numbers only (and in what they give, without ``results``)."""
    chain = is_chain(region)
    numbers: dict[Value, int] = {value: i for i, value in enumerate(region.operands)}
    rows: list[Hashable] = []
    shared: dict[Hashable, int] = {}
    for item in region.items:
        tensors = tuple(state.key for step in steps_in(item) for state in step.piece.states.values())
        rows.append(shared.setdefault(tensors, len(shared)) if tensors else None)
        taken = tuple(numbers.get(value, -1) for value in item.operands)
        if isinstance(item, Region):
            rows.append(("group", key_of(item, results), taken))
        else:
            piece = item.piece
            calls = tuple((call.name, *map(_arg_key, call.args)) for call in calls_of(item, chain))
            text = piece.function if isinstance(piece.function, str) and not (chain and piece.module) else None
            fixed = piece.module if isinstance(piece.module, str) else None
            before = None if piece.before is None else "before"
            rows.append((calls, text, fixed, piece.call, piece.target, tuple(piece.states), before, taken))
        for value in item.results:
            numbers[value] = len(numbers)
    given = tuple(numbers.get(value, -1) for value in region.results) if results else ()
    return chain, tuple(rows), given


# ---- convolution, normalization, activation


def _fold_units(root: Region, steps: Steps) -> None:
    seen: set[Hashable] = set()
    places = 0
    for region in _bodies(root):
        key = key_of(region)
        if key not in seen:
            seen.add(key)
            places += len(list(_units(region)))
    if places < _UNITS:
        return
    for region in list(_bodies(root)):
        for unit in list(_units(region)):
            at = region.items.index(unit[0])
            for item in unit:
                region.items.remove(item)
            region.items.insert(at, Region("", unit[0].path, list(unit), "unit"))
    set_bounds(root, steps)


def _bodies(region: Region) -> Iterable[Region]:
    yield region
    for item in region.items:
        if isinstance(item, Region):
            yield from _bodies(item)


def _units(region: Region) -> Iterator[tuple[Step, Step, Step]]:
    items = region.items
    for first, second, third in zip(items, items[1:], items[2:], strict=False):
        if isinstance(first, Step) and isinstance(second, Step) and isinstance(third, Step):
            if "Conv" not in module_name(first) or "BatchNorm" not in module_name(second):
                continue
            alone = third.piece.activation and third.piece.module is not None and not third.piece.states
            if alone and _follows(region, first, second) and _follows(region, second, third):
                yield first, second, third


def _follows(region: Region, first: Step, second: Step) -> bool:
    """Whether the second step takes what the first gives, and nobody else does."""
    value = first.results[0]
    users = [item for item in region.items if value in item.operands]
    return second.operands == [value] and users == [second] and value not in region.results and can_chain(first)


# ---- runs of blocks


def _fold_runs(root: Region, steps: Steps) -> None:
    """Make one group of many blocks that follow each other."""
    for region in list(_bodies(root)):
        if is_chain(region) and region.kind != "root":
            continue
        run: list[Item] = []
        for item in [*region.items, None]:
            if item is not None and _is_block(item) and _continues(region, run, item):
                run.append(item)
                continue
            if len(run) >= _RUN:
                at = region.items.index(run[0])
                region.items[at : at + len(run)] = [Region("blocks", region.path, run, "named")]
            run = [item] if item is not None and _is_block(item) else []
    set_bounds(root, steps)


def _is_block(item: Item) -> bool:
    """A group that the network has no name for."""
    return isinstance(item, Region) and item.kind != "named" and can_chain(item)


def _continues(region: Region, run: list[Item], item: Item) -> bool:
    if not run:
        return True
    value = run[-1].results[0]
    users = [each for each in region.items if value in each.operands]
    return item.operands == [value] and users == [item] and value not in region.results
