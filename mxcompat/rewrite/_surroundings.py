"""What surrounds a piece of code: which gradients a backward reaches there, and where a value goes."""

from __future__ import annotations

import re
from dataclasses import replace

import libcst as cst

from mxcompat.rewrite._errors import Refuse
from mxcompat.rewrite._machine import Machine
from mxcompat.rewrite._values import Arr, Builtin


class Surroundings(Machine):
    """Answers them from what is known so far."""

    # ------------------------------------------------------------------ gradients

    def cut(self, array: Arr) -> Arr:
        """An array without its history."""
        return replace(array, deps=frozenset(), records=frozenset())

    def is_arithmetic(self, key: object) -> bool:
        """Whether an array was made by an operator, and so is no view of another one."""
        return isinstance(key, tuple) and isinstance(key[0], (cst.BinaryOperation, cst.UnaryOperation)) and not key[1]

    def reached(self, head: Arr, node: cst.BaseExpression) -> list[str]:
        """Names of the arrays whose gradients a backward overwrites and that may hold older ones.

        Raises:
            Refuse: that cannot be told, or one of them has no name here.
        """
        found = []
        attached = {key: must for key, must in head.deps if key in self.attached}
        for key in head.ids & set(self.attached):
            attached[key] = len(head.ids) == 1
        if not attached:
            raise Refuse("it cannot be told which arrays with a gradient this reaches")
        for key, must in attached.items():
            if not must:
                raise Refuse("it may or may not reach an array whose gradient it would overwrite")
            by = self.reached_by.setdefault(key, set())
            if node not in by:
                by.add(node)
                self.changed = True
            if self.attached[key] == "add":
                continue
            if key in self.many and not self._made_beside(key, node):
                raise Refuse("one line makes several arrays with gradients, and it cannot be told which this reaches")
            if len(by) > 1 or self.repeated or self.function is not None:
                found.append(self._name_of(key))
        self.backwards[node] = head
        return sorted(found, key=lambda name: name)

    def _name_of(self, key: object) -> str:
        for env in (self.env, *reversed(self.outer), self.globals):
            for name, value in env.items():
                if isinstance(value, Arr) and value.ids == {key} and not value.mixed:
                    return name
        raise Refuse("an array whose gradient this overwrites has no name here")

    def _made_beside(self, key: object, node: cst.CSTNode) -> bool:
        """Whether an array is made anew wherever this code runs: in the same call, or the same round of a loop."""
        if not isinstance(key, tuple):
            return False
        here: cst.CSTNode = key[0]
        while here in self.parents and self.parents[here] is not here:
            here = self.parents[here]
            if isinstance(here, (cst.ListComp, cst.GeneratorExp, cst.SetComp, cst.DictComp)):
                return False
            if isinstance(here, (cst.For, cst.While, cst.FunctionDef, cst.Lambda)):
                above: cst.CSTNode = node
                while above in self.parents and self.parents[above] is not above:
                    above = self.parents[above]
                    if above is here:
                        return self.made_in.get(key) is self.function
                return False
        return True

    # ------------------------------------------------------------------ what surrounds a piece of code

    def is_positive(self, node: cst.BaseExpression) -> bool:
        """Whether a number is surely 1 or more: a length, or a constant."""
        if isinstance(node, cst.Integer):
            return int(node.value.replace("_", ""), 0) > 0
        if isinstance(node, cst.Name):
            return (self.constants.get(node.value) or 0) > 0
        if isinstance(node, cst.Call):
            return (
                isinstance(node.func, cst.Name)
                and node.func.value == "len"
                and isinstance(self.values.get(node.args[0].value) if node.args else None, Arr)
            )
        if isinstance(node, cst.Subscript):
            return isinstance(node.value, cst.Attribute) and node.value.attr.value == "shape"
        if isinstance(node, cst.Attribute):
            return node.attr.value in ("size",) and isinstance(self.values.get(node.value), Arr)
        if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, (cst.Add, cst.Multiply)):
            return self.is_positive(node.left) and self.is_positive(node.right)
        return False

    def constant_of(self, node: cst.BaseExpression) -> int | None:
        return self.constants.get(node.value) if isinstance(node, cst.Name) else None

    def is_whole(self, node: cst.BaseExpression) -> bool:
        """Whether a number that is used as an index surely takes one axis away."""
        return not (isinstance(node, cst.Attribute) or (isinstance(node, cst.Name) and node.value == "None"))

    def is_shown(self, node: cst.CSTNode) -> bool:
        """Whether a value is an argument of `print`, `str` or `repr`."""
        argument = self.parents[node]
        call = self.parents[argument]
        if not (isinstance(argument, cst.Arg) and isinstance(call, cst.Call)):
            return False
        if isinstance(call.func, cst.Name):
            return call.func.value in ("print", "str", "repr")
        return isinstance(call.func, cst.Attribute) and call.func.attr.value in ("format", "append", "write")

    def wants_one_number(self, node: cst.BaseExpression) -> bool:
        """Whether code stands where only one number can: in ``'%f' % x``, ``float(x)`` or ``int(x)``."""
        parent = self.parents[node]
        if isinstance(parent, cst.Arg):
            call = self.parents[parent]
            return (
                isinstance(call, cst.Call)
                and isinstance(call.func, cst.Name)
                and call.func.value in ("float", "int")
                and isinstance(self.values.get(call.func), Builtin)
            )
        place, above = 0, parent
        if isinstance(parent, cst.Element):
            display = self.parents[parent]
            if not isinstance(display, cst.Tuple):
                return False
            place, node, above = display.elements.index(parent), display, self.parents[display]
        if not (
            isinstance(above, cst.BinaryOperation) and isinstance(above.operator, cst.Modulo) and above.right is node
        ):
            return False
        if not isinstance(above.left, cst.SimpleString):
            return False
        kinds = re.findall(r"%(?:\(\w+\))?[-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d+))?([a-zA-Z%])", above.left.value)
        kinds = [kind for kind in kinds if kind != "%"]
        return "*" not in above.left.value and place < len(kinds) and kinds[place] in "dieEfFgG"
