"""The command group: names, errors as one line, near misses."""

from __future__ import annotations

from collections.abc import Sequence

import click

from mxcompat.cli import _facts
from mxcompat.cli._errors import CommandError, did_you_mean
from mxcompat.cli.conformance_cmd import conformance
from mxcompat.cli.convert_cmd import convert
from mxcompat.cli.enable_cmd import disable, enable
from mxcompat.cli.im2rec_cmd import im2rec
from mxcompat.cli.info_cmd import info
from mxcompat.cli.inspect_cmd import inspect
from mxcompat.cli.rewrite_cmd import rewrite
from mxcompat.cli.run_cmd import run as run_command
from mxcompat.cli.scan_cmd import scan


class _Group(click.Group):
    """A group that lists its commands in the order they were added, and suggests the nearest name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in self.commands and not name.startswith("-"):
            hint = did_you_mean(name, self.commands)
            if not hint and name.endswith((".py", ".ipynb")):
                hint = f" (did you mean `mxcompat run {name}`?)"
            raise CommandError(f"there is no command {name!r}{hint}; `mxcompat --help` lists the commands")
        return super().resolve_command(ctx, args)


def _show_version(ctx: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        facts = _facts.collect()["versions"]
        click.echo(f"mxcompat {facts['mxcompat'].split()[0]} (answers as mxnet {facts['answers as mxnet']})")
        ctx.exit()


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show it.")
def app() -> None:
    """Run Apache MXNet 1.9.1 programs and notebooks, unchanged, on PyTorch.

    \b
    mxcompat run train.py --epochs 3        an old script
    mxcompat run chapter.ipynb --check      an old notebook, compared with its stored outputs
    mxcompat scan project/                  which lines of old code run, and which do not
    mxcompat rewrite --diff project/        what their source would look like, towards torch
    mxcompat inspect model-0000.params      what is in an old file
    mxcompat info                           what is installed and active
    """


for command in (run_command, scan, inspect, convert, rewrite, info, enable, disable, im2rec, conformance):
    app.add_command(command)


def run(arguments: Sequence[str]) -> int:
    """Run the group on ``arguments`` and return the exit code; bad usage becomes a ``CommandError``."""
    if not arguments:
        click.echo(app.get_help(click.Context(app, info_name="mxcompat")), err=True)
        return 2
    try:
        with app.make_context("mxcompat", list(arguments)) as context:
            result = app.invoke(context)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        raise CommandError(_as_one_line(error), error.exit_code) from None
    return result if isinstance(result, int) else 0


def _as_one_line(error: click.ClickException) -> str:
    message = " ".join(error.format_message().split())
    context = getattr(error, "ctx", None)
    if context is not None and isinstance(error, click.UsageError):
        message = f"{message.rstrip('.')}; see `{context.command_path} --help`"
    return message
