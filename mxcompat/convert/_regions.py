"""Steps in groups: by the words that their names begin with, and between the places where one value passes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ._pieces import Call
from ._steps import Step, Steps, Value


@dataclass(eq=False)
class Region:
    """A group of steps and groups that can be run in one go.

    Attributes:
        name: the word it is called by; empty if the network gave none.
        path: the words that the names of what is in it begin with.
        items: what is in it, sources before users.
        operands: the values it takes, in the order of their first use.
        results: the values it gives.
        kind: ``"root"``, ``"named"`` (by a common word), ``"segment"`` (between two cuts) or ``"unit"`` (a convolution,
            its normalization and activation).
    """

    name: str
    path: tuple[str, ...]
    items: list[Item]
    kind: str
    operands: list[Value] = field(default_factory=list)
    results: list[Value] = field(default_factory=list)

    def steps(self) -> Iterable[Step]:
        """Every step in it, in order."""
        for item in self.items:
            if isinstance(item, Step):
                yield item
            else:
                yield from item.steps()


Item = Step | Region


def regions_of(steps: Steps) -> Region:
    """The tree of groups of a network. What it does not need is dissolved later."""
    computed: list[Item] = [step for step in steps.order if not step.constant]
    root = Region("", (), computed, "root")
    _by_words(root, 0)
    _by_cuts(root, steps.outputs)
    _by_words_again(root, 0)
    _place_constants(root, steps)
    set_bounds(root, steps)
    return root


# ---- by words


def _by_words(region: Region, depth: int) -> None:
    """Make a group of the items whose names share the word at ``depth``, where they can be run in one go."""
    while True:
        words: dict[str, list[Item]] = {}
        for item in region.items:
            path = item.path + ((item.name,) if isinstance(item, Region) else ())
            if isinstance(item, Step) and len(path) > depth:
                words.setdefault(path[depth], []).append(item)
        if not words:
            return
        everything = len(words) == 1 and len(next(iter(words.values()))) == len(region.items)
        if not everything:
            break
        depth += 1
    for word, members in words.items():
        whole = _closed(members, region.items, depth) if len(members) > 1 else None
        if whole is not None:
            made = Region(word, (*members[0].path[:depth], word), whole, "named")
            _contract(region, made)
            _by_words(made, depth + 1)
        elif len(members) > 1:
            _deeper(region, members, depth + 1)


def _deeper(region: Region, members: list[Item], depth: int) -> None:
    """The same with the next word, for items that cannot be one group."""
    words: dict[str, list[Item]] = {}
    for item in members:
        if len(item.path) > depth:
            words.setdefault(item.path[depth], []).append(item)
    for word, some in words.items():
        whole = _closed(some, region.items, depth) if len(some) > 1 else None
        if whole is not None:
            made = Region(word, (*some[0].path[:depth], word), whole, "named")
            _contract(region, made)
            _by_words(made, depth + 1)


def _closed(members: list[Item], items: list[Item], depth: int) -> list[Item] | None:
    """The members with what lies between them, in order; None if that is more than steps without name or tensors.

    Sums and products are often called ``_plus7`` by their number in the whole network, wherever they stand.
    """
    inside, owner = set(members), owners(items)
    after: set[Item] = set()
    for item in items:
        if any(owner[value] in inside or owner[value] in after for value in uses(item) if value in owner):
            after.add(item)
    before: set[Item] = set()
    for item in reversed(items):
        if item in inside or item in before:
            before.update(owner[value] for value in uses(item) if value in owner)
    between = (after & before) - inside
    if any(isinstance(item, Region) or item.piece.states or len(item.path) > depth for item in between):
        return None
    whole = inside | between
    whole.update(_sum_after(whole, items, depth))
    return [item for item in items if item in whole]


def _sum_after(group: set[Item], items: list[Item], depth: int) -> list[Item]:
    """The sum without a name that alone takes what a group gives, and adds nothing that the group does not know."""
    known = {value for item in group for value in (*made(item), *uses(item))}
    own = {value for item in group for value in made(item)}
    users = [item for item in items if item not in group and any(value in own for value in uses(item))]
    if len(users) != 1 or not isinstance(users[0], Step):
        return []
    last = users[0]
    if last.piece.function != "_0 + _1" or len(last.path) > depth or not known.issuperset(uses(last)):
        return []
    return [last]


def is_convex(members: Sequence[Item], items: Sequence[Item]) -> bool:
    """Whether no value leaves the members and comes back to them through other items."""
    inside = set(members)
    owner = owners(items)
    after: set[Item] = set()
    for item in items:
        sources = {owner[value] for value in uses(item) if value in owner}
        if item in inside:
            if sources & after:
                return False
        elif sources & inside or sources & after:
            after.add(item)
    return True


def owners(items: Iterable[Item]) -> dict[Value, Item]:
    """Which item makes a value."""
    return {value: item for item in items for value in made(item)}


def made(item: Item) -> list[Value]:
    """Every value that is made in an item."""
    if isinstance(item, Step):
        return item.results
    return [value for step in item.steps() for value in step.results]


def uses(item: Item) -> list[Value]:
    """Every value that an item takes from outside, constants left out, in the order of first use."""
    if isinstance(item, Step):
        return [value for value in item.operands if value.step is None or not value.step.constant]
    own = set(made(item))
    found: dict[Value, None] = {}
    for step in item.steps():
        for value in uses(step):
            if value not in own:
                found[value] = None
    return list(found)


def _contract(region: Region, group: Region) -> None:
    """Put a group in the place of its items, and set the order right."""
    inside = set(group.items)
    at = next(i for i, item in enumerate(region.items) if item in inside)
    left: list[Item] = [item for item in region.items if item not in inside]
    left.insert(at, group)
    region.items = in_order(left)


def in_order(items: list[Item]) -> list[Item]:
    """The items, sources before users, otherwise as they were."""
    owner = owners(items)
    done: list[Item] = []
    state: dict[Item, int] = {}
    for start in items:
        stack = [start]
        while stack:
            item = stack[-1]
            if state.get(item) == 2:
                stack.pop()
                continue
            state[item] = 1
            wanting = [owner[v] for v in uses(item) if v in owner and owner[v] is not item and state.get(owner[v]) != 2]
            if wanting:
                stack.append(wanting[0])
            else:
                state[item] = 2
                done.append(item)
                stack.pop()
    return done


# ---- by cuts


def _by_cuts(region: Region, outputs: Sequence[Value]) -> None:
    """In each group, make a group of what lies between two places where a single value passes."""
    for item in region.items:
        if isinstance(item, Region):
            _by_cuts(item, outputs)
    segments = _segments(region.items)
    if len(segments) < 2:
        return
    new: list[Item] = []
    for segment in segments:
        if len(segment) == 1:
            last = new[-1] if new else None
            if isinstance(last, Region) and last.kind == "segment" and _belongs(segment[0], last):
                last.items.append(segment[0])
            else:
                new.append(segment[0])
        else:
            new.append(_segment(region, segment))
    region.items = new


def _segment(region: Region, items: list[Item]) -> Region:
    """A group of what lies between two cuts; a named group with the sum after it stays that group."""
    named = [item for item in items if isinstance(item, Region)]
    rest = [item for item in items if isinstance(item, Step)]
    if len(named) == 1 and named[0].kind == "named" and not any(step.piece.states for step in rest):
        inner = named[0]
        at = items.index(inner)
        together = [*items[:at], *inner.items, *items[at + 1 :]]
        return Region(inner.name, inner.path, _long_branch_first(together), "named")
    return Region("", region.path, _long_branch_first(items), "segment")


def _by_words_again(region: Region, depth: int) -> None:
    """Make groups of groups that share a word, where the sums between them stood in the way before."""
    for item in region.items:
        if isinstance(item, Region):
            _by_words_again(item, len(item.path))
    words: dict[str, list[Item]] = {}
    for item in region.items:
        if isinstance(item, Region) and len(item.path) > depth + 1 and item.name:
            words.setdefault(item.path[depth], []).append(item)
    for word, members in words.items():
        if 1 < len(members) < len(region.items) and is_convex(members, region.items):
            _contract(region, Region(word, (*region.path, word), members, "named"))


def _long_branch_first(items: list[Item]) -> list[Item]:
    """Items of a segment that ends where two branches meet: the longer branch before the shortcut."""
    join = items[-1]
    owner = owners(items)
    heads = [owner[value] for value in uses(join) if value in owner]
    if len(heads) != 2 or heads[0] is heads[1]:
        return items
    branches = [_behind(head, owner) for head in heads]
    if branches[0] & branches[1] or len(branches[0]) >= len(branches[1]):
        return items
    first = [item for item in items if item in branches[1]]
    return first + [item for item in items if item not in branches[1]]


def _behind(item: Item, owner: dict[Value, Item]) -> set[Item]:
    """An item and all it is computed from, among the owners."""
    found = {item}
    stack = [item]
    while stack:
        for value in uses(stack.pop()):
            source = owner.get(value)
            if source is not None and source not in found:
                found.add(source)
                stack.append(source)
    return found


def _segments(items: list[Item]) -> list[list[Item]]:
    for ambient in (False, True):
        found = _cut(items, ambient)
        if len(found) > 1:
            return found
    return [items]


def _cut(items: list[Item], ambient: bool) -> list[list[Item]]:
    """Items between cuts.

    Args:
        items: in order.
        ambient: take no notice of values from outside, but for the first.
    """
    last_use: dict[Value, int] = {}
    for i, item in enumerate(items):
        for value in uses(item):
            last_use[value] = i
    inside = owners(items)
    outside = [value for value in last_use if value not in inside]
    if ambient:
        for value in outside[1:]:
            del last_use[value]
    born = {value: i for i, item in enumerate(items) for value in made(item)}
    segments: list[list[Item]] = [[]]
    for i, item in enumerate(items):
        segments[-1].append(item)
        passing = [value for value, last in last_use.items() if last > i and born.get(value, -1) <= i]
        if len(passing) <= 1 and i + 1 < len(items):
            segments.append([])
    return segments


def _belongs(item: Item, region: Region) -> bool:
    """Whether an item is the activation of what a region gives, and nobody else uses that."""
    if not isinstance(item, Step) or not item.piece.activation:
        return False
    return item.operands[0].step is _last_step(region)


def _last_step(region: Region) -> Step | None:
    last = region.items[-1]
    return last if isinstance(last, Step) else _last_step(last)


# ---- constants and bounds


def _place_constants(root: Region, steps: Steps) -> None:
    """Put each parameter and buffer into the smallest group that holds all its uses, before the first."""
    chains: dict[Step, list[list[Region]]] = {}

    def walk(region: Region, above: list[Region]) -> None:
        here = [*above, region]
        for item in region.items:
            if isinstance(item, Region):
                walk(item, here)
                continue
            for value in item.operands:
                if value.step is not None and value.step.constant:
                    chains.setdefault(value.step, []).append(here)

    walk(root, [])
    for value in steps.outputs:
        if value.step is not None and value.step.constant:
            chains.setdefault(value.step, []).append([root])
    for step in [s for s in steps.order if s.constant and s in chains]:
        common = chains[step][0]
        for chain in chains[step][1:]:
            common = [a for a, b in zip(common, chain, strict=False) if a is b]
        home = common[-1]
        at = next(
            (i for i, item in enumerate(home.items) if any(step in _constants_of(each) for each in _all(item))), 0
        )
        home.items.insert(at, step)


def _all(item: Item) -> Iterable[Step]:
    return [item] if isinstance(item, Step) else item.steps()


def _constants_of(step: Step) -> list[Step]:
    return [value.step for value in step.operands if value.step is not None]


def set_bounds(root: Region, steps: Steps) -> None:
    """Work out what each region takes and gives."""
    users: dict[Value, list[Step]] = {}
    for step in root.steps():
        for value in step.operands:
            users.setdefault(value, []).append(step)
    given = set(steps.outputs)

    def walk(region: Region) -> None:
        for item in region.items:
            if isinstance(item, Region):
                walk(item)
        inside = set(region.steps())
        own = {value for step in inside for value in step.results}
        operands: dict[Value, None] = {}
        results: dict[Value, None] = {}
        for step in region.steps():
            for value in step.operands:
                if value not in own:
                    operands[value] = None
            for value in step.results:
                if value in given or any(user not in inside for user in users.get(value, ())):
                    results[value] = None
        region.operands, region.results = list(operands), list(results)

    walk(root)
    root.operands = [value for _, value in steps.inputs]
    root.results = list(steps.outputs)


def module_name(item: Item) -> str:
    """Name of the torch.nn class of a step, or nothing."""
    if isinstance(item, Step) and isinstance(item.piece.module, Call):
        return item.piece.module.name
    return ""
