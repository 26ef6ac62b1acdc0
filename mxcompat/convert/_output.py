"""What is written: a folder with model.py, model.safetensors and parity.json, all of it or nothing."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ._convert import source_of
from ._errors import ConvertError
from ._facts import facts_of
from ._packages import need, package
from ._parity import Parity, prove
from ._reading import Network, read_graph, read_params, read_text, settle
from ._source import Source

Say = Callable[[str], None]


@dataclass
class Converted:
    """What a conversion gave.

    Attributes:
        folder: where it lies.
        source: what was written.
        parity: how near it comes.
        nodes: number of operators in the graph.
        unused: parameters in the file that the graph does not have.
    """

    folder: Path
    source: Source
    parity: Parity
    nodes: int
    unused: list[str]


def convert_files(
    symbol: str,
    params: str,
    output: str,
    inputs: dict[str, tuple[int, ...]] | None = None,
    *,
    name: str = "",
    force: bool = False,
    say: Say = lambda text: None,
) -> Converted:
    """Convert a symbol file and its parameters to a folder.

    Args:
        symbol: the ``-symbol.json`` file.
        params: the ``.params`` file.
        output: the folder to make.
        inputs: shapes of the inputs that do not follow from the parameters.
        name: the name of the class.
        force: replace a folder that an earlier conversion made.
        say: told what is being done.

    Raises:
        ConvertError: it cannot be converted; nothing has been written.
    """
    need("safetensors", extra="convert")
    folder = Path(output)
    check_free(folder, force)
    say("reading")
    network = read_network(symbol, params, inputs)
    say("looking at the graph")
    facts = facts_of(network)
    say("writing the source")
    source = source_of(network, facts, name, Path(symbol).name)
    with replacing_folder(folder, force) as scratch:
        write_files(scratch, source)
        say("running both")
        parity = prove(scratch, network, facts, source, source.random)
        (scratch / "parity.json").write_text(json.dumps(parity.record, indent=2) + "\n", encoding="utf-8")
    return Converted(folder, source, parity, source.nodes, network.unused)


def read_network(symbol: str, params: str, inputs: dict[str, tuple[int, ...]] | None) -> Network:
    """A network from its two files."""
    text = read_text(symbol)
    arrays = read_params(params)
    return settle(read_graph(text, symbol), arrays, inputs)


def write_files(folder: Path, source: Source) -> None:
    """model.py and model.safetensors."""
    (folder / "model.py").write_text(source.text, encoding="utf-8")
    tensors = {key: tensor.detach().contiguous().clone() for key, tensor in source.tensors.items()}
    package("safetensors.torch").save_file(tensors, folder / "model.safetensors")


# ---- folders


def check_free(folder: Path, force: bool) -> None:
    """ConvertError if a folder cannot be made here."""
    if folder.is_file():
        raise ConvertError(f"{folder}: is a file, expected the name of a folder")
    if not folder.exists():
        return
    if not force:
        raise ConvertError(f"{folder} exists; --force replaces it")
    strangers = sorted(each.name for each in folder.iterdir() if each.name not in _OURS)
    if strangers:
        raise ConvertError(f"{folder}: holds {strangers[0]}, which no conversion wrote: it is not replaced")


_OURS = frozenset({"model.py", "model.safetensors", "parity.json", "__pycache__"})


@contextmanager
def replacing_folder(folder: Path, force: bool) -> Iterator[Path]:
    """A folder that takes its name only when everything in it has been written."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".mxcompat-", dir=folder.parent))
    except OSError as error:
        raise ConvertError(f"cannot write {folder}: {error.strerror}") from None
    try:
        yield scratch
        shutil.rmtree(scratch / "__pycache__", ignore_errors=True)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(scratch, 0o777 & ~mask)
        if folder.exists() and force:
            shutil.rmtree(folder)
        os.replace(scratch, folder)
    except OSError as error:
        raise ConvertError(f"cannot write {folder}: {error.strerror or error}") from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
