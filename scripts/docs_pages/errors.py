"""docs/errors.md: the exceptions that mxcompat raises."""

from __future__ import annotations

import builtins
import importlib
import inspect
import pkgutil
import warnings
from collections.abc import Iterator

import mxcompat
from docs_pages._tables import NOTE, table
from mxcompat._core import errors

_HEAD = """
Everything that MXNet 1.9.1 raised from its native side is an `mxcompat.base.MXNetError` (a `RuntimeError`) here, too,
and where it raised an exception of Python's own, the same type is raised: the recorded cases hold the types.

```python
import mxcompat as mx

try:
    mx.nd.ones((2, 3)) + mx.nd.ones((4, 5))
except mx.base.MXNetError as error:
    print(type(error).__name__)
```

```output
MXNetError
```

A message names the operator or function, the argument, what was received and what is legal. The sentences are not
MXNet's, except for short forms that programs match on.
"""

_CODES = """
## Exit codes of the command

| code | means |
| ---: | --- |
| 0 | done, and nothing was found that the command looks for |
| 1 | done, and something was found: a line that does not run, a cell that differs, a file that would change |
| 2 | it could not begin or not go on: a wrong argument, a missing, damaged or foreign file; one line says which |

`mxcompat run FILE` ends with the exit code of the program that it runs.
"""

#: rooms whose classes no program meets under their names
_INNER = {"cli", "graph", "migrate", "ops", "registry", "serialization", "tools"}
_INNER_PARTS = (["convert", "rules"], ["rewrite", "rules"])


def render() -> str:
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "# Errors"
    yield ""
    yield NOTE
    yield _HEAD
    yield "## The tree"
    yield ""
    yield "```text"
    tree = inspect.cleandoc(errors.__doc__ or "").partition("\n\n")[2]
    yield tree.strip()
    yield "```"
    yield ""
    yield "## Every type"
    yield ""
    found = sorted(_classes().items())
    yield from table(
        "name | is also a | raised for",
        [(f"`{name}`", ", ".join(f"`{base}`" for base in _builtin(cls)), _first_line(cls)) for name, cls in found],
    )
    yield _CODES


def _classes() -> dict[str, type[BaseException]]:
    """Public name -> class, of every exception that the package defines; the shortest name of each."""
    found = {
        value: f"{'base.' if hasattr(mxcompat.base, word) else ''}{word}"
        for word, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, BaseException)
    }
    names = [info.name for info in pkgutil.walk_packages(mxcompat.__path__, "mxcompat.")]
    for name in sorted(names, key=lambda n: (n.count("."), n)):
        rooms = name.split(".")[1:]
        if any(part.startswith("_") for part in rooms) or rooms[0] in _INNER or rooms[:2] in _INNER_PARTS:
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                module = importlib.import_module(name)
        except ImportError:
            continue
        for word, value in vars(module).items():
            home = value.__module__.split(".") if inspect.isclass(value) else [""]
            ours = home[0] in ("mxcompat", "mxnet") and home[1:2] not in [[room] for room in _INNER]
            if ours and issubclass(value, BaseException) and not word.startswith("_") and value.__name__ == word:
                found.setdefault(value, f"{name.partition('.')[2]}.{word}")
    return {name: cls for cls, name in found.items()}


def _builtin(cls: type[BaseException]) -> list[str]:
    """The nearest exceptions of Python's own that a class can be caught as."""
    own = [base for base in cls.__mro__[1:] if hasattr(builtins, base.__name__) and base is not object]
    nearest = [b for b in own if not any(b in other.__mro__[1:] for other in own)]
    return [base.__name__ for base in nearest]


def _first_line(cls: type) -> str:
    text = inspect.getdoc(cls) if cls.__doc__ else ""
    return " ".join((text or "").partition("\n\n")[0].split()).replace("``", "`")
