"""Following expressions: what each may be, and what the rules plan for it."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from mxcompat.rewrite._call import At, Part
from mxcompat.rewrite._errors import Refuse
from mxcompat.rewrite._machine import foreign_roots
from mxcompat.rewrite._names import canonical
from mxcompat.rewrite._surroundings import Surroundings
from mxcompat.rewrite._values import (
    NUMBER,
    PLAIN,
    UNKNOWN,
    Arr,
    Builtin,
    Foreign,
    Func,
    Lib,
    Method,
    Obj,
    Plain,
    Seq,
    Value,
    same,
)

FOREIGN = foreign_roots()


class Expressions(Surroundings):
    """Evaluates expressions."""

    def evaluate(self, node: cst.BaseExpression | None) -> Value | None:
        """What an expression may be; None if nothing reaches it yet."""
        if node is None:
            return NUMBER
        method = getattr(self, f"_eval_{type(node).__name__}", None)
        value: Value | None = method(node) if method else self._everything_in(node)
        if isinstance(value, Arr):
            for _, record in self.records:
                self.union(record, value.group)
        if value is not None:
            self.values[node] = value
        return value

    def part(self, node: cst.BaseExpression) -> Part:
        return Part(node, self.evaluate(node))

    def _everything_in(self, node: cst.CSTNode) -> Value:
        """Code that is not followed: what is in it escapes."""
        for child in node.children:
            if isinstance(child, cst.BaseExpression):
                self.escape(self.evaluate(child), child, f"{type(node).__name__.lower()} code is not followed")
            else:
                self._everything_in(child)
        return UNKNOWN

    # ------------------------------------------------------------------ rules

    def ask(self, table: str, name: str, at: At) -> Value | None:
        """Let a rule plan something; where it refuses, the arrays stay as they are."""
        handler = getattr(self.tables, table).get(name)
        if self.unknown_yet(at):
            return None
        arrays = at.arrays()
        try:
            if handler is None:
                raise Refuse(f"{at.name} has no rule" if at.name else "this has no rule")
            result: Value | None = handler(at)
            return result
        except Refuse as refusal:
            return self._refused(at, arrays, str(refusal))

    def unknown_yet(self, at: At) -> bool:
        """Whether nothing has reached a part of this code so far."""
        parts = [*([at.receiver] if at.receiver else []), *at.positional, *at.keywords.values()]
        return not self.late and any(part.value is None for part in parts)

    def _refused(self, at: At, arrays: Sequence[Arr], why: str) -> Value:
        group = self.group((at.node, ""))
        for array in arrays:
            self.union(group, array.group)
        for part in [*at.positional, *at.keywords.values()]:
            if isinstance(part.value, Func):
                self.escape(part.value)
        self.keep(group, at.node, why if arrays else "")
        return Arr(group.find())

    # ------------------------------------------------------------------ leaves

    def _eval_Integer(self, node: cst.Integer) -> Value:
        return NUMBER

    _eval_Float = _eval_Imaginary = _eval_SimpleString = _eval_ConcatenatedString = _eval_Ellipsis = _eval_Integer

    def _eval_FormattedString(self, node: cst.FormattedString) -> Value:
        for part in node.parts:
            if isinstance(part, cst.FormattedStringExpression):
                value = self.evaluate(part.expression)
                if part.format_spec is not None:
                    self.escape(value, node, "an array in a format is not followed")
                    for inner in part.format_spec:
                        if isinstance(inner, cst.FormattedStringExpression):
                            self.evaluate(inner.expression)
        return NUMBER

    def _eval_Name(self, node: cst.Name) -> Value | None:
        if node.value in ("True", "False", "None"):
            return NUMBER
        return self.lookup(node.value)

    def _eval_List(self, node: cst.List | cst.Tuple | cst.Set) -> Value:
        items: list[Value | None] | None = []
        element: Value | None = None
        for each in node.elements:
            value = self.evaluate(each.value)
            if isinstance(each, cst.StarredElement):
                element = self.join(element, self.element_of(value, each.value))
            elif items is not None:
                items.append(value)
        if any(isinstance(each, cst.StarredElement) for each in node.elements):
            for item in items or ():
                element = self.join(element, item)
            items = None
        return self.seq(node, element, items)

    _eval_Tuple = _eval_Set = _eval_List

    def _eval_Dict(self, node: cst.Dict) -> Value:
        element: Value | None = None
        for each in node.elements:
            value = self.evaluate(each.value)
            if isinstance(each, cst.StarredDictElement):
                value = self.element_of(value, each.value)
            elif isinstance(each, cst.DictElement):
                self.escape(self.evaluate(each.key), each.key, "an array is used as a key")
            element = self.join(element, value)
        return self.seq(node, element)

    # ------------------------------------------------------------------ operators

    def _eval_BinaryOperation(self, node: cst.BinaryOperation) -> Value | None:
        left, right = self.part(node.left), self.part(node.right)
        return self.binary(node, left, right, type(node.operator).__name__)

    def binary(self, node: cst.BaseExpression, left: Part, right: Part, operator: str) -> Value | None:
        """The value of an operator between two values."""
        a, b = left.value, right.value
        if isinstance(left.node, (cst.SimpleString, cst.ConcatenatedString)) and operator == "Modulo":
            return NUMBER
        if a is None or b is None:
            return None
        if isinstance(a, Arr) or isinstance(b, Arr):
            at = At(self, node, operator, None, [left, right])
            for one, other in ((left, right), (right, left)):
                if isinstance(one.value, Arr) and not isinstance(other.value, (Arr, Plain)):
                    self.escape(other.value)
                    self.keep(one.value.group, node, f"it cannot be told what {other.text} holds")
                    return Arr(one.value.group)
            hook = self.tables.hooks.get("binary")
            try:
                if hook is None:
                    raise Refuse("the rule for arithmetic is switched off")
                result: Value = hook(at, left, right, operator)
                return result
            except Refuse as refusal:
                return self._refused(at, at.arrays(), str(refusal))
        if isinstance(a, Seq) and isinstance(b, (Seq, Plain)):
            more = self.element(b) if isinstance(b, Seq) else None
            return self.seq(node, self.join(self.element(a), more))
        if isinstance(a, Plain) and isinstance(b, Seq):
            return self.seq(node, self.element(b))
        if isinstance(a, Plain) and isinstance(b, Plain):
            return NUMBER if a.number and b.number else PLAIN
        self.escape(a)
        self.escape(b)
        return UNKNOWN

    def _eval_UnaryOperation(self, node: cst.UnaryOperation) -> Value | None:
        part = self.part(node.expression)
        if isinstance(node.operator, cst.Not):
            return NUMBER
        if isinstance(part.value, Arr):
            if isinstance(node.operator, cst.Minus) and "binary" in self.tables.hooks:
                self.fresh_uses.add(part.node)
                a = part.value
                return self.array(node, [a], a.dtype, a.shape, a.zero, a.must_zero)
            return self._refused(At(self, node, "", None, [part]), [part.value], "this operator has no rule")
        return part.value if isinstance(part.value, Plain) or part.value is None else self._lost(part.value)

    def _lost(self, value: Value | None) -> Value:
        self.escape(value)
        return UNKNOWN

    def _eval_BooleanOperation(self, node: cst.BooleanOperation) -> Value | None:
        return self.join(self.evaluate(node.left), self.evaluate(node.right))

    def _eval_IfExp(self, node: cst.IfExp) -> Value | None:
        self.evaluate(node.test)
        return self.join(self.evaluate(node.body), self.evaluate(node.orelse))

    def _eval_Comparison(self, node: cst.Comparison) -> Value | None:
        parts = [self.part(node.left), *(self.part(target.comparator) for target in node.comparisons)]
        operators = [type(target.operator).__name__ for target in node.comparisons]
        arrays = [part.value for part in parts if isinstance(part.value, Arr)]
        if not self.late and any(part.value is None for part in parts):
            return None
        if not arrays or all(name in ("Is", "IsNot") for name in operators):
            return NUMBER
        at = At(self, node, "", None, parts)
        hook = self.tables.hooks.get("compare")
        try:
            if hook is None or len(operators) != 1:
                raise Refuse("this comparison has no rule")
            if not all(isinstance(part.value, (Arr, Plain)) for part in parts):
                raise Refuse("it cannot be told what is compared")
            result: Value = hook(at, parts[0], parts[1], operators[0])
            return result
        except Refuse as refusal:
            return self._refused(at, arrays, str(refusal))

    def _eval_NamedExpr(self, node: cst.NamedExpr) -> Value | None:
        value = self.evaluate(node.value)
        if isinstance(node.target, cst.Name):
            self.bind(node.target.value, value)
        return value

    def _eval_Await(self, node: cst.Await) -> Value:
        return self._lost(self.evaluate(node.expression))

    def _eval_Yield(self, node: cst.Yield) -> Value:
        value: Value | None = NUMBER
        if isinstance(node.value, cst.From):
            value = self.element_of(self.evaluate(node.value.item), node.value.item)
        elif node.value is not None:
            value = self.evaluate(node.value)
        if self.function is not None:
            self.returns(value)
        return UNKNOWN

    def returns(self, value: Value | None) -> None:
        """A function returns (a generator yields) a value."""
        if self.function is None:
            return
        old = self.function.results.get(self.called_in_record)
        new = self.join(old, value)
        if not same(new, old):
            self.function.results[self.called_in_record] = new
            self.changed = True
        if self.function.escaped:
            self.escape(value)

    # ------------------------------------------------------------------ functions without names, comprehensions

    def _eval_Lambda(self, node: cst.Lambda) -> Value:
        return self.own_function(node)

    def own_function(self, node: cst.FunctionDef | cst.Lambda) -> Func:
        """The function that a piece of code makes; the same in every pass."""
        found = self.functions.get(node)
        if found is None:
            found = self.functions[node] = Func(node)
            self.changed = True
        for param in [*node.params.params, *node.params.kwonly_params, *node.params.posonly_params]:
            if param.default is not None:
                value = self.evaluate(param.default)
                for recorded in (False, True):
                    self.give_param(found, param.name.value, value, recorded)
        return found

    def give_param(self, function: Func, name: str, value: Value | None, recorded: bool) -> None:
        old = function.params.get((name, recorded))
        new = self.join(old, value)
        if new is not None and not same(new, old):
            function.params[(name, recorded)] = new
            self.changed = True

    def _eval_ListComp(self, node: cst.ListComp | cst.GeneratorExp | cst.SetComp) -> Value:
        outside, self.env = self.env, dict(self.env)
        self.repeated += 1
        self._for_in(node.for_in)
        value = self.evaluate(node.elt)
        self.repeated -= 1
        self.env = outside
        return self.seq(node, value)

    _eval_GeneratorExp = _eval_SetComp = _eval_ListComp

    def _eval_DictComp(self, node: cst.DictComp) -> Value:
        outside, self.env = self.env, dict(self.env)
        self.repeated += 1
        self._for_in(node.for_in)
        self.escape(self.evaluate(node.key), node.key, "an array is used as a key")
        value = self.evaluate(node.value)
        self.repeated -= 1
        self.env = outside
        return self.seq(node, value)

    def _for_in(self, clause: cst.CompFor) -> None:
        item = self.element_of(self.evaluate(clause.iter), clause.iter)
        self.assign(clause.target, item, local=True)
        for condition in clause.ifs:
            self.evaluate(condition.test)
        if clause.inner_for_in is not None:
            self._for_in(clause.inner_for_in)

    def assign(self, target: cst.BaseExpression, value: Value | None, local: bool = False) -> None:
        raise NotImplementedError

    def element_of(self, value: Value | None, node: cst.BaseExpression) -> Value | None:
        """What comes out of a value when somebody iterates over it."""
        if value is None:
            return None
        if isinstance(value, Seq):
            return self.element(value)
        if isinstance(value, Plain):
            return value
        if isinstance(value, Arr):
            self.observe(value)
            shape = value.shape[1:] if value.shape and len(value.shape) > 1 else None
            zero = frozenset([node]) if shape is None else frozenset()
            if zero:  # a vector's items have shape (1,) here, () there
                self.keep(value.group, node, "items of an array that may be a vector are not followed")
            return self.array(node, [value], value.dtype, shape, tag="item")
        return self._lost(value)

    # ------------------------------------------------------------------ attributes and indices

    def _eval_Attribute(self, node: cst.Attribute) -> Value | None:
        base = self.part(node.value)
        name = node.attr.value
        value = base.value
        if isinstance(value, Lib):
            return Lib(canonical(f"{value.name}.{name}" if value.name else name))
        if isinstance(value, Foreign):
            return Foreign(f"{value.name}.{name}")
        if isinstance(value, Arr):
            if name in self.tables.attributes:
                return self.ask("attributes", name, At(self, node, name, base))
            return Method(value, node.value, name)
        if isinstance(value, (Seq, Obj, Func, Builtin)):
            return Method(value, node.value, name)
        if isinstance(value, Plain):
            return Method(value, node.value, name)
        return UNKNOWN if value is not None else None

    def _eval_Subscript(self, node: cst.Subscript) -> Value | None:
        base = self.part(node.value)
        keys = self.index_parts(node)
        value = base.value
        inner = [part for key in keys for part in (key if isinstance(key, tuple) else (key,)) if part is not None]
        if not self.late and any(part.value is None for part in inner):
            return None
        if isinstance(value, Arr):
            at = At(self, node, "indexing", base, [key for key in keys if isinstance(key, Part)])
            hook = self.tables.hooks.get("subscript")
            try:
                if hook is None:
                    raise Refuse("the rule for indexing is switched off")
                result: Value = hook(at, base, keys)
                return result
            except Refuse as refusal:
                return self._refused(at, at.arrays(), str(refusal))
        for key in keys:
            if isinstance(key, Part) and isinstance(key.value, Arr):
                self.escape(key.value, node, f"an array as an index of {base.text} is not followed")
        if isinstance(value, Seq):
            root = value.find()
            index = keys[0].constant if len(keys) == 1 and isinstance(keys[0], Part) else None
            if root.items is not None and isinstance(index, int) and -len(root.items) <= index < len(root.items):
                return root.items[index]
            if len(keys) == 1 and not isinstance(keys[0], Part):
                return self.seq(node, self.element(root))
            return self.element(root)
        if isinstance(value, Plain) or value is None:
            return value
        return self._lost(value)

    def index_parts(self, node: cst.Subscript) -> list[Part | tuple[Part | None, ...]]:
        """The entries of an index; a slice is a tuple of its lower and upper end and step."""
        found: list[Part | tuple[Part | None, ...]] = []
        for element in node.slice:
            if isinstance(element.slice, cst.Index):
                found.append(self.part(element.slice.value))
            elif isinstance(element.slice, cst.Slice):
                ends = (element.slice.lower, element.slice.upper, element.slice.step)
                found.append(tuple(self.part(end) if end is not None else None for end in ends))
        return found
