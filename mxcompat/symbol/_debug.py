"""The text of `Symbol.debug_str`."""

from __future__ import annotations

from collections.abc import Sequence

from ..graph.node import Entry, in_order, versions


def debug_text(outputs: Sequence[Entry]) -> str:
    """A graph as MXNet prints it: outputs, then variables and operators in order."""
    lines = ["Symbol Outputs:"]
    lines += [f"\toutput[{i}]={node.name}({index})" for i, (node, index) in enumerate(outputs)]
    read = versions(outputs)
    for node in in_order(outputs):
        if node.op is None:
            lines.append(f"Variable:{node.name}")
            continue
        lines += ["-" * 20, f"Op:{node.op.name}, Name={node.name}", "Inputs:"]
        for i, (source, index) in enumerate(node.inputs):
            version = f" version={read[node][i]}" if source.op is None else ""
            lines.append(f"\targ[{i}]={source.name}({index}){version}")
        if node.attrs:
            lines.append("Attrs:")
            lines += [f"\t{key}={value}" for key, value in sorted(node.attrs.items())]
    return "\n".join(lines) + "\n"
