"""The command line: `weft COMMAND …`. Commands load what they need when they run."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from errno import EPIPE
from importlib import import_module

import click

from .. import __version__
from .streams import standard_streams

TASKS: dict[str, dict[str, tuple[str, str, str]]] = {
    "Evaluate": {
        "evaluate": ("evaluate", "evaluate", "Costs of every layer: counts, cycles, energy."),
        "explain": ("explain", "explain", "Where each number of one layer comes from."),
        "simulate": ("simulate", "simulate", "Run one layer on data, step by step."),
    },
    "Check": {
        "check": ("check", "check", "Legality and limits only."),
        "verify-certificate": ("certificate", "verify_certificate", "Check a result of weft map again."),
        "validate": ("validate", "validate", "Compare with chips, simulators and other models."),
    },
    "Find the best program": {
        "map": ("map_command", "map_", "The best program of every layer, with a proof."),
        "fuse": ("fuse", "fuse", "Layers as one program: costs, and the best plan."),
    },
    "Find the best machine": {
        "explore": ("explore", "explore", "The best machine of a space, with its programs."),
        "sweep": ("sweep", "sweep", "Costs on every machine of a space."),
        "choose": ("choose", "choose", "The best option for every layer of a table."),
        "accelerators": ("accelerators", "accelerators", "The machines that come with Weft."),
    },
    "Convert": {
        "raise": ("raising", "raise_", "Loop nests to directives."),
        "lower": ("lower", "lower_", "Directives to a loop nest."),
        "timeloop": ("timeloop", "timeloop", "A Timeloop design as Weft reads it."),
        "opt": ("opt", "opt", "Run passes and print the programs that result."),
    },
    "See": {
        "report": ("report_command", "report", "A page about a result: tables, figures, programs."),
        "plot": ("plot", "plot", "A figure as SVG, PDF, PNG, page or data."),
        "compare": ("compare", "compare_", "What differs between two results."),
    },
}
"""Each command's module, function and summary, by the task that it serves."""

COMMANDS = {name: place for commands in TASKS.values() for name, place in commands.items()}


class _LazyGroup(click.Group):
    """Imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, function, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f".{module}", __name__), function)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands by task."""
        longest = max(map(len, COMMANDS))
        for task, commands in TASKS.items():
            with formatter.section(task):
                rows = [(name, summary) for name, (_, _, summary) in commands.items()]
                formatter.write_dl(rows, col_spacing=2 + longest - max(map(len, commands)))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS:
            from ..ir.nearest import did_you_mean

            hint = did_you_mean(args[0], COMMANDS, "commands").capitalize()
            ctx.fail(f"No such command '{args[0]}'. {hint}{'' if hint.endswith('?') else '.'}")
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        with _printable_usage():
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        with _printable_usage():
            return super().invoke(ctx)


@contextmanager
def _printable_usage() -> Iterator[None]:
    """What is wrong with a command line is told without the controls that it may hold."""
    try:
        yield
    except click.ClickException as error:
        from ..ir.printable import printable

        error.message = "\n".join(map(printable, error.message.split("\n")))  # type: ignore[misc]  # Click says Final
        raise


def _reason(error: OSError) -> str:
    place = f"{error.filename}: " if error.filename is not None else ""
    return f"{place}{error.strerror or error}"


_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100, "show_default": True}


@click.group(cls=_LazyGroup, context_settings=_SETTINGS)
@click.version_option(__version__, prog_name="weft")
def weft() -> None:
    """Exact, explained costs of dataflows on spatial accelerators.

    A mapping file (MAESTRO's language: layers with SpatialMap, TemporalMap and Cluster directives), a loop nest in
    Python, C or MLIR, or a Timeloop design, and a machine go in; counts, cycles and energy come out, or the reason
    why a program is wrong.

    \b
    weft evaluate net.m                            costs of every layer
    weft evaluate net.m --accelerator eyeriss      on another machine
    weft check net.m                               legality and limits only
    weft report net.m -o net.html                  a page with figures and tables
    weft plot roofline net.m -o roofline.pdf       one figure
    weft explain net.m --layer CONV1               where each number comes from
    weft raise gemm.c --sizes N=64                 loops to directives
    weft lower net.m --layer CONV1 --emit c        directives to loops
    weft map gemm:M=64,N=64,K=64 -a bench_256      the best program, with a proof
    weft fuse net.m -a bench_256                   which layers are best fused
    weft explore job.yaml                          the best machine, with a proof
    weft sweep net.m --vary pes=64..1024:*2        costs on many machines
    weft evaluate arch.yaml problem.yaml map.yaml  a Timeloop design
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; exit code 0 for success, 1 for findings that are errors or output that cannot be written,
    2 for wrong usage, 3 for a defect of Weft, 4 for programs of `weft map` without a proof."""
    with standard_streams() as output:
        code = _run(arguments)
        sys.stdout.flush()
        failure = output.failure if output else None
        # A reader that has seen enough is no error, and may go at any time.
        if failure and failure.errno != EPIPE:
            click.echo(f"error: the output cannot be written: {failure.strerror}", err=True)
            code = code or 1
    sys.exit(code)


def _run(arguments: Sequence[str] | None) -> int:
    """The exit code of a command line."""
    from ..ir import InternalError, WeftError

    try:
        weft.main(args=None if arguments is None else list(arguments), prog_name="weft")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else int(done.code is not None)
    except WeftError as error:
        from .findings import show_diagnostics

        show_diagnostics(error.diagnostics)
        return 1
    except OSError as error:
        click.echo(f"error: {_reason(error)}", err=True)
        return 1
    except InternalError as error:
        click.echo(
            f"internal error: {error}\nThis is a defect of Weft, not of the program; please report it.", err=True
        )
        return 3
    return 0
