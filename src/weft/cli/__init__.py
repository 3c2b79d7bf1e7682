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

COMMANDS: dict[str, tuple[str, str]] = {
    "evaluate": ("evaluate", "evaluate"),
    "check": ("check", "check"),
    "plot": ("plot", "plot"),
    "report": ("report_command", "report"),
    "compare": ("compare", "compare_"),
    "explain": ("explain", "explain"),
    "simulate": ("simulate", "simulate"),
    "raise": ("raising", "raise_"),
    "lower": ("lower", "lower_"),
    "map": ("map_command", "map_"),
    "fuse": ("fuse", "fuse"),
    "explore": ("explore", "explore"),
    "sweep": ("sweep", "sweep"),
    "choose": ("choose", "choose"),
    "verify-certificate": ("certificate", "verify_certificate"),
    "timeloop": ("timeloop", "timeloop"),
    "accelerators": ("accelerators", "accelerators"),
    "opt": ("opt", "opt"),
    "validate": ("validate", "validate"),
}
"""Each command's module and function."""


class _LazyGroup(click.Group):
    """Imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, function = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f".{module}", __name__), function)
        return command

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
