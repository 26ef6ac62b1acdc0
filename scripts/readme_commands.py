"""Print a marked command block of README.md, so that CI runs exactly what a newcomer is told to run.

    python scripts/readme_commands.py setup

A block is marked by an HTML comment on its own line, followed by a fenced block::

    <!-- ci:setup -->
    ```bash
    pip install -e .
    ```

Several blocks may carry one name; they are printed in order. A name without a block is an error.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

_BLOCK = r"^<!-- ci:{name} -->[ \t]*\n+```(?:bash|sh|console|shell)?[ \t]*\n(.*?)^```[ \t]*$"


def blocks(markdown: str, name: str) -> list[str]:
    """Return the command blocks of ``markdown`` marked ``ci:<name>``.

    Raises:
        LookupError: a marker is missing, or is not followed by a fenced block.
    """
    found: list[str] = re.findall(_BLOCK.format(name=re.escape(name)), markdown, flags=re.M | re.S)
    markers = markdown.count(f"<!-- ci:{name} -->")
    if not markers or len(found) != markers:
        raise LookupError(f"'<!-- ci:{name} -->': {markers} markers, {len(found)} followed by a fenced block")
    # In a console transcript only the lines after a prompt are commands.
    return [_without_prompts(block) for block in found]


def _without_prompts(block: str) -> str:
    lines = block.splitlines()
    if any(line.startswith("$ ") for line in lines):
        lines = [line[2:] for line in lines if line.startswith("$ ")]
    return "\n".join(lines) + "\n"


def main(argv: list[str]) -> int:
    if len(argv) != 1:
        print("usage: readme_commands.py NAME", file=sys.stderr)
        return 2
    readme = Path(__file__).resolve().parent.parent / "README.md"
    try:
        print("".join(blocks(readme.read_text(encoding="utf-8"), argv[0])), end="")
    except (OSError, LookupError) as error:
        print(f"README.md: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
