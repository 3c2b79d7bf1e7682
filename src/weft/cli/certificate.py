"""`weft verify-certificate`: a result of `weft map` checked again."""

from __future__ import annotations

import sys

import click

from ..api import VERIFY_LIMIT
from ..ir import Diagnostic
from .empty import Command
from .inputs import FILE
from .output import show_diagnostics

SAMPLES = 200


@click.command("verify-certificate", cls=Command)
@FILE
@click.option(
    "--verify-limit",
    type=click.IntRange(min=0),
    default=VERIFY_LIMIT,
    show_default=True,
    help="Iteration points up to which both oracles run on a layer.",
)
@click.option(
    "--samples",
    type=click.IntRange(min=0),
    default=SAMPLES,
    show_default=True,
    help="Programs of the space that are drawn by chance.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="The seed of these.")
def verify_certificate(file: str, verify_limit: int, samples: int, seed: int) -> None:
    """Check a result of weft map --json: the winner, its numbers, and the bound on programs drawn by chance.

    The programs are evaluated again, by both oracles where the layer is small enough. It is no second proof: the bound
    is tested, not derived. The exit code is 1 if anything does not hold.
    """
    from ..certificates import check_document, read_document

    failed = False
    for checked in check_document(read_document(file), verify_limit, samples, seed):
        oracles = "with both oracles" if checked.oracles else "too large for the oracles"
        drawn = f"{checked.fitting} of {checked.drawn} programs drawn fit"
        state = "holds" if not checked.failures else "does not hold"
        click.echo(f"{checked.layer}: {state}; evaluated again, {oracles}; {drawn}")
        failed |= bool(checked.failures)
        show_diagnostics((Diagnostic("W707", failure) for failure in checked.failures), checked.layer)
    if failed:
        sys.exit(1)
