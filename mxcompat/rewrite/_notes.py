"""Comments that say why something was left, and what to do about it."""

from __future__ import annotations

import textwrap

import libcst as cst

from mxcompat.rewrite._machine import Machine
from mxcompat.rewrite._values import Lib

MARK = "# mxcompat: "

#: what stays MXNet's -> what to do, said once per file; the longest prefix counts
ADVICE = {
    "gluon.nn": "torch.nn layers need their input sizes, which MXNet finds "
    "out later; block.to_torch() gives a torch.nn.Module",
    "gluon.Block": "it becomes a torch.nn.Module whose layers are made with their input sizes",
    "gluon.HybridBlock": "it becomes a torch.nn.Module whose layers are made with their input sizes",
    "gluon.rnn": "torch.nn.LSTM, GRU and RNN are its counterparts; block.to_torch() gives a torch.nn.Module",
    "gluon.loss": "torch.nn.functional has its counterparts; MXNet gives one loss per sample, so reduction='none'",
    "gluon.Trainer": "torch.optim has its counterparts; step(n) divides the gradients by n",
    "gluon.data": "torch.utils.data has its counterparts; MXNet shuffles by NumPy's generator",
    "gluon.utils": "see torch.nn.utils and torch.utils",
    "gluon.model_zoo": "load it, then block.to_torch() gives a torch.nn.Module",
    "gluon.SymbolBlock": "`mxcompat convert` makes a torch.nn.Module of an exported model",
    "gluon": "block.to_torch() and gluon.contrib.TorchBlock let you move one layer at a time",
    "metric": "give it nd.from_torch(tensor), or compute it by hand",
    "init": "torch.nn.init draws other numbers than MXNet's streams",
    "lr_scheduler": "torch.optim.lr_scheduler has its counterparts",
    "optimizer": "torch.optim has its counterparts",
    "mod": "a Module trains a symbol; `mxcompat convert` makes a torch.nn.Module of an exported model",
    "model": "`mxcompat convert` makes a torch.nn.Module of an exported model",
    "sym": "a symbol is a graph; `mxcompat convert` makes a torch.nn.Module of it",
    "io": "torch.utils.data has its counterparts",
    "img": "torchvision.transforms has its counterparts",
    "recordio": "mxcompat.recordio works without the rest, and has a dataset for torch",
    "kv": "torch.distributed has its counterparts",
    "rnn": "torch.nn.LSTM, GRU and RNN are its counterparts",
    "np": "MXNet's NumPy front end is not rewritten",
    "npx": "MXNet's NumPy front end is not rewritten",
    "nd.save": "it is given MXNet arrays; safetensors or torch.save is the counterpart",
    "nd.load": "`mxcompat convert FILE.params --to safetensors` makes a file that torch reads",
    "operator": "torch.autograd.Function is its counterpart",
    "autograd.Function": "torch.autograd.Function is its counterpart",
    "autograd.grad": "torch.autograd.grad is its counterpart",
    "autograd.backward": "torch.autograd.backward is its counterpart; it adds to gradients",
}


class Stripper(cst.CSTTransformer):
    """Takes the notes of an earlier run away."""

    def leave_EmptyLine(
        self, original_node: cst.EmptyLine, updated_node: cst.EmptyLine
    ) -> cst.EmptyLine | cst.RemovalSentinel:
        comment = original_node.comment
        if comment is not None and comment.value.startswith(MARK):
            return cst.RemoveFromParent()
        return updated_node


def advice(name: str) -> tuple[str, str] | None:
    """What stays, and what to do about it; None if nothing is to be said."""
    while name:
        if name in ADVICE:
            return name, f"{name} stays MXNet's: {ADVICE[name]}"
        name = name.rpartition(".")[0]
    return None


def notes_of(machine: Machine, planned: set[cst.CSTNode]) -> dict[cst.CSTNode, list[str]]:
    """Statements, and what is to be said about them."""
    found: list[tuple[cst.CSTNode, str]] = []
    roots = {group.find() for plan in machine.plans.values() for group in plan.groups}
    for group in roots:
        if not group.origins:
            found += group.reasons
    said: set[str] = set()
    for node, value in sorted(machine.values.items(), key=lambda pair: machine.position.get(pair[0], 0)):
        if not isinstance(value, Lib) or isinstance(machine.parents.get(node), cst.Attribute) or node in planned:
            continue
        told = advice(value.name)
        if told is not None and told[0] not in said and not _is_module(value.name):
            said.add(told[0])
            found.append((node, told[1]))
    notes: dict[cst.CSTNode, list[str]] = {}
    for node, text in sorted(found, key=lambda pair: machine.position.get(pair[0], 0)):
        lines = notes.setdefault(machine.statement_of(node), [])
        wrapped = textwrap.wrap(text, 100, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
        if wrapped and wrapped[0] not in lines:
            lines += wrapped
    return notes


def _is_module(name: str) -> bool:
    return name in (
        "gluon",
        "gluon.nn",
        "gluon.rnn",
        "gluon.loss",
        "gluon.data",
        "gluon.utils",
        "metric",
        "init",
        "sym",
        "io",
    )
