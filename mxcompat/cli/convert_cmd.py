"""``mxcompat convert``."""

from __future__ import annotations

import re
from pathlib import Path

import click

from mxcompat.cli._errors import CommandError
from mxcompat.migrate import _convert
from mxcompat.migrate._errors import MigrateError
from mxcompat.migrate._inspect import shown_size

_NETWORKS = ("torch", "onnx")


@click.command(short_help="Turn a network into PyTorch source, or .params into safetensors or npz, and back.")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--to",
    type=click.Choice(["torch", "onnx", "safetensors", "npz", "params"]),
    required=True,
    help="What to write; params reads a .safetensors or .npz file.",
)
@click.option("-o", "--output", metavar="OUT", help="What to write to (default: beside FILE, under another name).")
@click.option(
    "--input",
    "inputs",
    metavar="NAME=SHAPE",
    multiple=True,
    help="With --to torch or onnx: the shape of an input, as data=1,3,224,224. Repeat it for more inputs.",
)
@click.option(
    "--epoch", type=int, metavar="N", help="With --to torch or onnx: FILE is a prefix; take PREFIX-000N.params."
)
@click.option("--name", metavar="CLASS", default="", help="With --to torch: the name of the network's class.")
@click.option("--plain-names", is_flag=True, help="With files of arrays: take arg: and aux: off the names.")
@click.option("--np-shape", is_flag=True, help="With --to params: write for programs that use NumPy shapes.")
@click.option("--force", is_flag=True, help="Replace what is there.")
def convert(
    files: tuple[str, ...],
    to: str,
    output: str | None,
    inputs: tuple[str, ...],
    epoch: int | None,
    name: str,
    plain_names: bool,
    np_shape: bool,
    force: bool,
) -> int:
    """Convert a network, or a file of arrays.

    \b
    mxcompat convert net-symbol.json net-0000.params --to torch --input data=1,3,224,224
    mxcompat convert net --epoch 0 --to torch
    mxcompat convert net-0000.params --to safetensors

    --to torch makes a folder with model.py (torch.nn layers, no import of mxcompat), model.safetensors and parity.json:
    the symbol and the written module are run on the same random inputs, in two interpreters, and compared. In Python:
    `from model import load; net = load()`. Operators without a counterpart in torch are all listed at once.
    --to onnx makes the same module and lets torch export it to one .onnx file.

    A .params file of any version becomes .safetensors or .npz, which torch and NumPy read without MXNet; --to params
    goes the other way. The numbers are copied as they are. Sparse arrays, and bfloat16 in npz, are refused.

    OUT appears only when it is complete.

    \b
    Exit code: 0 converted, 1 written but the results differ by more than 1e-5, 2 not (nothing was written).
    """
    if to in _NETWORKS:
        if plain_names or np_shape:
            raise CommandError(
                f"--{'plain-names' if plain_names else 'np-shape'} is for files of arrays, not --to {to}"
            )
        symbol, params = _two_files(files, epoch)
        shapes = _shapes(inputs)
        if to == "onnx":
            if name:
                raise CommandError("--name is for --to torch")
            return _to_onnx(symbol, params, output or f"{_stem(symbol)}.onnx", shapes, force)
        return _to_torch(symbol, params, output or f"{_stem(symbol)}-torch", shapes, name, force)
    if inputs or epoch is not None or name:
        wrong = "--input" if inputs else "--epoch" if epoch is not None else "--name"
        raise CommandError(f"{wrong} is for --to torch or onnx")
    if np_shape and to != "params":
        raise CommandError("--np-shape is for --to params")
    if len(files) != 1:
        raise CommandError(f"--to {to} takes one file of arrays, got {len(files)} files")
    try:
        done = _convert.convert(files[0], to, output, plain=plain_names, np_shape=np_shape, force=force)
    except MigrateError as error:
        raise CommandError(str(error)) from None
    click.echo(f"{done.path}: {done.arrays} arrays, {shown_size(done.nbytes)}")
    return 0


def _two_files(files: tuple[str, ...], epoch: int | None) -> tuple[str, str]:
    """The symbol file and the parameter file, in either order, or from a prefix."""
    if epoch is not None:
        if len(files) != 1:
            raise CommandError("with --epoch give the prefix alone, as `mxcompat convert net --epoch 0 --to torch`")
        return f"{files[0]}-symbol.json", f"{files[0]}-{epoch:04d}.params"
    if len(files) != 2:
        raise CommandError(
            "a network is two files: `mxcompat convert net-symbol.json net-0000.params --to torch` "
            "(or its prefix with --epoch)"
        )
    first, second = files
    if first.endswith(".params") and second.endswith(".json"):
        first, second = second, first
    return first, second


def _stem(symbol: str) -> str:
    return str(Path(symbol).with_name(re.sub(r"(-symbol)?\.json$", "", Path(symbol).name) or "model"))


def _shapes(inputs: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for text in inputs:
        name, separator, shape = text.partition("=")
        sizes = shape.strip().strip("()").rstrip(",").split(",")
        if not name or not separator or not all(size.strip().isdigit() and int(size) > 0 for size in sizes):
            raise CommandError(f"--input {text}: expected a name and a shape, as data=1,3,224,224")
        found[name] = tuple(int(size) for size in sizes)
    return found


def _to_torch(symbol: str, params: str, output: str, shapes: dict[str, tuple[int, ...]], name: str, force: bool) -> int:
    from mxcompat.cli._progress import status
    from mxcompat.convert import ConvertError
    from mxcompat.convert._output import convert_files

    if name and not name.isidentifier():
        raise CommandError(f"--name {name}: is no name of a class")
    try:
        with status() as say:
            done = convert_files(symbol, params, output, shapes, name=name, force=force, say=say)
    except ConvertError as error:
        raise CommandError(str(error)) from None
    source = done.source
    size = sum(tensor.numel() * tensor.element_size() for tensor in source.tensors.values())
    click.echo(
        f"{done.folder}/model.py: class {source.class_name}, {source.text.count(chr(10))} lines for {done.nodes} nodes"
    )
    click.echo(f"{done.folder}/model.safetensors: {len(source.tensors)} tensors, {shown_size(size)}")
    click.echo(f"{done.folder}/parity.json: largest difference {done.parity.worst:.1e} of the largest output")
    for note in source.notes[:5]:
        click.echo(f"note: {note}")
    if done.unused:
        click.echo(f"note: not in the network: {', '.join(done.unused[:3])}{' ...' if len(done.unused) > 3 else ''}")
    if source.random:
        click.echo(f"note: drawn at random, not compared: output {', '.join(map(str, sorted(source.random)))}")
    if done.parity.says:
        click.echo(f"mxcompat: {done.parity.says}", err=True)
        return 1
    return 0


def _to_onnx(symbol: str, params: str, output: str, shapes: dict[str, tuple[int, ...]], force: bool) -> int:
    from mxcompat.cli._progress import status
    from mxcompat.convert import ConvertError
    from mxcompat.convert._onnx import convert_to_onnx

    try:
        with status() as say:
            done = convert_to_onnx(symbol, params, output, shapes, force=force, say=say)
    except ConvertError as error:
        raise CommandError(str(error)) from None
    click.echo(f"{done.path}: {shown_size(done.nbytes)}, opset {done.opset}")
    if done.worst is None:
        click.echo("note: not run: onnxruntime is not here")
        return 0
    click.echo(f"run by onnxruntime: largest difference {done.worst:.1e} of the largest output")
    if done.says:
        click.echo(f"mxcompat: {done.says}", err=True)
        return 1
    return 0
