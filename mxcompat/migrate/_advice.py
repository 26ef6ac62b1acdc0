"""What to do about a use: one sentence for each kind of finding."""

from __future__ import annotations

from mxcompat.migrate._uses import Status, Use

_BY_NAME = {
    "th": "call torch itself: x.to_torch() shares memory",
    "torch": "call torch itself: x.to_torch() shares memory",
    "tvmop": "leave it out: it only told whether MXNet was built with TVM",
    "autograd.get_symbol": "write the graph with mx.sym, or hybridize the block and export it",
    "base": "leave MXNet's native library out of it: call the Python function that wraps it",
}


def advice(use: Use) -> str:
    """What to do."""
    if use.status is Status.NO_EFFECT:
        return "nothing; the argument or call can go"
    if use.status is Status.DIFFERS:
        return "compare a result that depends on it"
    if use.status is Status.UNCERTAIN:
        return "look at which names it asks for"
    parts = use.name.split(".")
    for length in range(len(parts), 0, -1):
        found = _BY_NAME.get(".".join(parts[:length]))
        if found:
            return found
    if "no such name" in use.detail:
        return "it fails in MXNet 1.9.1, too: look for its name there, or where the program defines it"
    if "no argument" in use.detail:
        return "leave the argument out or correct its name"
    if "own use" in use.detail:
        return "import it from the module where it belongs"
    return "replace it, or convert that part with x.to_torch() and torch"
