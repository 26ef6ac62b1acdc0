"""``mxcompat run``: scripts, modules and notebooks."""

from __future__ import annotations

import math
from pathlib import Path

import click

from mxcompat.cli import _script, _watched
from mxcompat.cli._errors import CommandError


class _RunCommand(click.Command):
    """After a script or a module everything belongs to it; after a notebook, options are still ours."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        args = _with_report_file(args)
        takes_value = {
            name
            for parameter in self.params
            if isinstance(parameter, click.Option) and not parameter.is_flag
            for name in parameter.opts
        }
        position = 0
        while position < len(args):
            argument = args[position]
            if argument == "-m":
                if position + 1 == len(args):
                    raise CommandError("-m needs the name of a module")
                return super().parse_args(ctx, [*args[: position + 2], "--", *args[position + 2 :]])
            if not argument.startswith("-"):
                if _script.is_notebook(argument):
                    break
                return super().parse_args(ctx, [*args[:position], "--", *args[position:]])
            position += 2 if argument in takes_value else 1
        return super().parse_args(ctx, args)


def _with_report_file(args: list[str]) -> list[str]:
    """``--report`` with its file, which may be left out, joined to it."""
    for position, argument in enumerate(args):
        if argument == "--report":
            file = args[position + 1] if position + 1 < len(args) else ""
            if file.endswith(_watched.ENDINGS):
                return [*args[:position], f"--report={file}", *args[position + 2 :]]
            return [*args[:position], f"--report={_watched.TO_SCREEN}", *args[position + 1 :]]
        if argument == "-m" or (not argument.startswith("-") and not _script.is_notebook(argument)):
            break
    return args


@click.command(cls=_RunCommand, options_metavar="[OPTIONS]", short_help="Run an old script, module or notebook.")
@click.argument("target", nargs=-1, type=click.UNPROCESSED, metavar="FILE.py|FILE.ipynb|-m MODULE [ARGS]...")
@click.option("-m", "module", metavar="MODULE", help="Run a module, as `python -m MODULE` does.")
@click.option("--no-numpy-names", is_flag=True, help="Do not restore NumPy names such as np.float and np.product.")
@click.option("-o", "--output", metavar="OUT.ipynb", help="Write the executed notebook here.")
@click.option("--check", is_flag=True, help="Compare every cell's outputs with those stored in the notebook.")
@click.option("--rtol", type=float, default=1e-4, show_default=True, help="Relative tolerance of --check.")
@click.option("--atol", type=float, default=1e-6, show_default=True, help="Absolute tolerance of --check.")
@click.option("--strict", is_flag=True, help="With --check: a cell that is only close fails, too.")
@click.option("--json", "report", metavar="FILE", help="With --check: write the result here as JSON.")
@click.option("--timeout", type=float, metavar="SECONDS", help="Longest time for one cell (default: no limit).")
@click.option("--allow-errors", is_flag=True, help="Go on after a cell that raises; the exit code still tells.")
@click.option(
    "--report",
    "usage",
    metavar="[FILE.json|FILE.txt]",
    help="Say afterwards what the run used: names, arguments of no effect, waits for the host, time per operator.",
)
@click.option("-q", "--quiet", is_flag=True, help="No progress lines.")
def run(
    target: tuple[str, ...],
    module: str | None,
    no_numpy_names: bool,
    output: str | None,
    check: bool,
    rtol: float,
    atol: float,
    strict: bool,
    report: str | None,
    timeout: float | None,
    allow_errors: bool,
    usage: str | None,
    quiet: bool,
) -> int:
    """Run an old program with `import mxnet` answered by mxcompat.

    FILE.py and -m MODULE run as under `python`; everything after them goes to the program. Interpreters that
    the program starts itself do not have the alias: use `mxcompat enable` for those.

    FILE.ipynb runs in a kernel of this interpreter, whatever kernel the file names, with the notebook's
    folder as working directory. Progress goes to stderr. The file itself is never changed; see --output.

    With --check, each code cell is one of: same, close (floats within the tolerance), different, error (it
    raised, or did not finish), new (output where none is stored), skipped (nothing stored, nothing printed).
    A cell that raises the exception stored for it is same.

    With --report, calls of the program are counted by name; arguments that have no effect here are listed; so
    is each line that waits for values (asnumpy, asscalar, wait_to_read, waitall, float(), bool(), print), with
    the time it took; and each operator's own time. Times of operators are those of the call, which on a GPU ends
    before the work does. Without a file the report goes to stderr. The run is slower for it; others are not.

    \b
    Exit code: 0 all well (with --check: nothing different, no error), 1 not so, 2 nothing could be run.
    """
    notebook_only = {
        "--output": output,
        "--check": check,
        "--strict": strict,
        "--json": report,
        "--timeout": timeout is not None,
        "--allow-errors": allow_errors,
    }
    if usage is not None:
        _watched.check_target(usage)
    if module is None and not target:
        raise CommandError("nothing to run; name a .py file, a .ipynb notebook, or use -m MODULE")
    if module is not None or not _script.is_notebook(target[0]):
        for option, given in notebook_only.items():
            if given:
                raise CommandError(f"{option} is for notebooks; options of the program go after its name")
        arguments = [*(("-m", module) if module is not None else ()), *target]
        if usage is not None:
            if module is None:
                _script.check_file(target[0])
            return _watched.run_watched(arguments, usage, numpy_names=not no_numpy_names)
        return _script.run(arguments, numpy_names=not no_numpy_names)
    if len(target) > 1:
        raise CommandError(f"unexpected argument {target[1]!r}: a notebook takes none, and run takes one at a time")
    for option, value in (("--strict", strict), ("--json", report)):
        if value and not check:
            raise CommandError(f"{option} needs --check")
    for name, number in (
        ("--rtol", rtol),
        ("--atol", atol),
        ("--timeout", 1.0 if timeout is None else timeout),
    ):
        if not math.isfinite(number) or number < 0 or (name == "--timeout" and number == 0):
            raise CommandError(
                f"{name} {number:g}: give a {'positive' if name == '--timeout' else 'non-negative'} number"
            )
    for path in (output, report):
        if path is not None and (not Path(path).absolute().parent.is_dir() or Path(path).is_dir()):
            raise CommandError(f"cannot write {path}: no such folder, or it is one")
    try:
        from mxcompat.cli._notebook_run import run_notebook
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "mxcompat":
            raise
        raise CommandError(
            f"running notebooks needs {error.name}, which is not here: pip install 'mxcompat[cli,notebook]'"
        ) from None
    return run_notebook(
        target[0],
        output=output,
        tolerance=(rtol, atol) if check else None,
        strict=strict,
        report=report,
        timeout=timeout,
        stop_at_error=not (allow_errors or check),
        numpy_names=not no_numpy_names,
        quiet=quiet,
        usage=usage,
    )
