"""Following calls: of MXNet, of arrays, of the program's own functions, of Python's."""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from mxcompat.rewrite._call import At, Part
from mxcompat.rewrite._expressions import Expressions
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
)

_PURE = {"range", "len", "int", "float", "round", "bool", "str", "repr", "isinstance", "type", "id", "hash", "ord",
         "chr", "abs", "divmod", "pow", "open", "input", "format", "callable", "hasattr", "slice", "bytes",
         "any", "all", "print", "min", "max", "issubclass", "bin", "hex", "complex", "__import__"}  # fmt: skip
_NO_ARRAYS = {"nd.load", "nd.save", "nd.waitall", "random.seed", "nd.random.seed", "npx.set_np", "npx.reset_np"}
_SHOW = {"print", "str", "repr", "bool", "format", "range", "any", "all"}
#: what changes the meaning of the rest of the program
_SWITCHES = {"set_np", "use_np", "use_np_array", "use_np_shape", "set_np_shape", "np_shape", "np_array", "amp.init"}
_LISTS = {"list", "tuple", "set", "sorted", "reversed", "iter", "frozenset"}


class Calls(Expressions):
    """Evaluates calls."""

    # ------------------------------------------------------------------ calls

    def _eval_Call(self, node: cst.Call) -> Value | None:
        function = self.evaluate(node.func)
        positional, keywords, starred = [], {}, False
        for argument in node.args:
            part = self.part(argument.value)
            if argument.star:
                starred = True
                positional.append(part)
            elif argument.keyword is not None:
                keywords[argument.keyword.value] = part
            else:
                positional.append(part)
        if function is None:
            return None
        at = At(self, node, "", None, positional, keywords, starred)
        everything = [*positional, *keywords.values()]
        if isinstance(function, Lib):
            at.name = function.name
            return self._call_lib(at, everything)
        if isinstance(function, Method):
            at.name = function.name
            at.receiver = Part(function.node, function.receiver)
            return self._call_method(at, function, everything)
        if isinstance(function, Obj):
            at.name = function.name
            self.stays_in_record()
            for part in everything:
                self._to_library(part, at)
            return Obj(f"{function.name}()")
        if isinstance(function, Func):
            return self._call_own(at, function)
        if isinstance(function, Builtin):
            return self._call_builtin(at, function.name, everything)
        if isinstance(function, Foreign):
            return self._call_foreign(at, function, everything)
        for part in everything:
            self.escape(part.value, node, f"{Part(node.func, None).text}() is not followed")
        self.stays_in_record()
        return UNKNOWN

    def _call_foreign(self, at: At, function: Foreign, parts: list[Part]) -> Value:
        for part in parts:
            self.escape(part.value, at.node, f"an array goes to {function.name}(); give it .asnumpy()")
        if function.name.partition(".")[0] in (
            "functools",
            "itertools",
            "copy",
            "collections",
            "queue",
            "multiprocessing",
        ):
            return UNKNOWN if any(not isinstance(p.value, Plain) for p in parts) else PLAIN
        return PLAIN

    def _call_lib(self, at: At, parts: list[Part]) -> Value | None:
        if at.name in self.tables.functions or (at.name.startswith("nd.") and at.arrays()):
            return self.ask("functions", at.name, at)
        self.stays_in_record()
        if any(at.name == name or at.name.endswith(f".{name}") for name in _SWITCHES):
            self.given_up = f"{at.name} changes what the rest of the program means"
        for part in parts:
            self._to_library(part, at)
        if at.name.startswith(("nd.", "np.", "npx.", "random.")):
            group = self.group((at.node, "")).find()
            if at.name in _NO_ARRAYS:
                return Obj(at.name)
            if (at.node, "") not in group.origins:
                group.origins.append((at.node, ""))
            self.keep(group)
            return Arr(group)
        return Obj(at.name)

    def _to_library(self, part: Part, at: At) -> None:
        """An array goes into a part of MXNet that stays: as an array around the tensor's memory."""
        value = part.value
        if isinstance(value, Arr):
            free = not any(key in self.attached for key, _ in value.deps) and not (value.ids & set(self.attached))
            if free and self.bridge_to_library(part.node, value):
                self.observe(value)
                return
            self.keep(value.group, at.node, f"an array with a gradient goes to {at.name}, which stays MXNet's")
        elif isinstance(part.node, (cst.List, cst.Tuple)) and isinstance(value, Seq):
            for element in part.node.elements:
                self._to_library(Part(element.value, self.values.get(element.value)), at)
        else:
            self.escape(value, at.node, f"arrays go to {at.name}, which stays MXNet's")

    def _call_method(self, at: At, function: Method, parts: list[Part]) -> Value | None:
        receiver = function.receiver
        if isinstance(receiver, Arr):
            if function.name in ("to_torch", "astuple"):
                self.keep(receiver.group)
                return PLAIN
            return self.ask("methods", function.name, at)
        if isinstance(receiver, Seq):
            return self._call_list(at, receiver, parts)
        if isinstance(receiver, Obj):
            at.name = f"{receiver.name}.{function.name}"
            self.stays_in_record()
            for part in parts:
                self._to_library(part, at)
            return Obj(at.name)
        if isinstance(receiver, Plain) and function.name == "format":
            return NUMBER
        if isinstance(receiver, Func):
            self.escape(receiver)
        for part in parts:
            self.escape(part.value, at.node, f"an array goes to .{function.name}(), which is not followed")
        if not isinstance(receiver, Plain):
            self.stays_in_record()
        return receiver if isinstance(receiver, Plain) else UNKNOWN

    def _call_list(self, at: At, receiver: Seq, parts: list[Part]) -> Value | None:
        values = [part.value for part in parts]
        root = receiver.find()
        if at.name in ("append", "add", "insert", "extend", "appendleft", "update", "setdefault"):
            self.loosen(root)
            for part in parts:
                spread = at.name in ("extend", "update")
                self.add_to(root, self.element_of(part.value, part.node) if spread else part.value)
            return NUMBER if at.name != "setdefault" else root.element
        if at.name in ("pop", "get", "popleft", "popitem"):
            self.loosen(root)
            return self.join(root.element, values[1] if len(values) > 1 else None)
        if at.name in ("values", "copy"):
            return self.seq(at.node, self.element(root))
        if at.name == "items":
            return self.seq(at.node, self.seq((at.node, "pair"), None, [NUMBER, self.element(root)]))
        if at.name in ("keys", "index", "count", "clear", "reverse", "remove"):
            if at.name in ("reverse", "remove", "clear"):
                self.loosen(root)
            return NUMBER
        self.escape(receiver, at.node, f".{at.name}() of a list of arrays is not followed")
        for value in values:
            self.escape(value)
        return UNKNOWN

    # ------------------------------------------------------------------ the program's own functions

    def _call_own(self, at: At, function: Func) -> Value | None:
        node = function.node
        parameters = [p.name.value for p in [*node.params.posonly_params, *node.params.params]]
        recorded = (bool(self.records) or self.called_in_record) and not self.paused
        keyword_only = [p.name.value for p in node.params.kwonly_params]
        if at.starred or isinstance(node.params.star_arg, cst.Param) or node.params.star_kwarg is not None:
            for part in [*at.positional, *at.keywords.values()]:
                self.escape(part.value, at.node, "* and ** in a call are not followed")
            self.escape(function)
        else:
            for name, part in zip(parameters, at.positional, strict=False):
                self.give_param(function, name, part.value, recorded)
            for name, part in at.keywords.items():
                if name in parameters or name in keyword_only:
                    self.give_param(function, name, part.value, recorded)
        function.contexts.add(recorded)
        if at.node not in function.calls:
            function.calls.add(at.node)
            self.changed = True
        repeated = len(function.calls) > 1 or self.repeated > 0 or bool(self.function and self.function.repeated)
        if repeated and not function.repeated:
            function.repeated = True
            self.changed = True
        if function.opaque:
            self.stays_in_record()
        if function.writes:
            self.note_writes_of(function, at.node)
        result = function.results.get(recorded)
        if function.generator:
            return self.seq((function.node, "yielded", recorded), result)
        if isinstance(result, Arr):
            return replace(result, records=result.records | {record for record, _ in self.records})
        return result

    def note_writes_of(self, function: Func, node: cst.CSTNode) -> None:
        """A call of a function that writes in place counts as a write."""
        raise NotImplementedError

    def _call_builtin(self, at: At, name: str, parts: list[Part]) -> Value | None:
        values = [part.value for part in parts]
        if name == "len" and values:
            self.observe(values[0])
            return NUMBER
        if name in ("sum", "min", "max", "abs", "pow", "divmod", "round") and any(map(self.holds_arrays, values)):
            if name == "sum" and len(values) == 1 and isinstance(values[0], Seq):
                element = self.element(values[0])
                if isinstance(element, Arr):
                    return self.binary(at.node, Part(at.node, element), Part(at.node, NUMBER), "Add")
            for value in values:
                self.escape(value, at.node, f"{name}() of arrays is not followed")
            return UNKNOWN
        if name in _PURE:
            for part in parts:
                if isinstance(part.value, Func) or name not in _SHOW:
                    self.escape(part.value, at.node, f"{name}() tells an NDArray from a tensor")
            return NUMBER if name != "open" else PLAIN
        if name in _LISTS:
            if not parts:
                return self.seq(at.node)
            return self.seq(at.node, self.element_of(values[0], parts[0].node))
        if name == "enumerate" and parts:
            item = self.element_of(values[0], parts[0].node)
            return self.seq(at.node, self.seq((at.node, "pair"), None, [NUMBER, item]))
        if name == "zip":
            items = [self.element_of(part.value, part.node) for part in parts]
            return self.seq(at.node, self.seq((at.node, "tuple"), None, items))
        if name == "dict":
            root = self.seq(at.node)
            for part in at.keywords.values():
                self.add_to(root, part.value)
            for part in at.positional:
                self.escape(part.value)
            return root
        if name == "next" and parts:
            return self.element_of(values[0], parts[0].node)
        for part in parts:
            self.escape(part.value, at.node, f"{name}() is not followed")
        return UNKNOWN
