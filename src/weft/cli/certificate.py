"""`weft verify-certificate`: a result of `weft map` checked again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ..ir import Diagnostic
from ..ir.printable import printable
from ..verification import VERIFY_LIMIT
from .command import Command
from .findings import show_diagnostics
from .given import FILE
from .map_options import SECONDS

if TYPE_CHECKING:
    from ..certificates import Checked

SAMPLES = 200


@click.command("verify-certificate", cls=Command)
@FILE
@click.option(
    "--verify-limit",
    type=click.IntRange(min=0),
    default=VERIFY_LIMIT,
    help="Iteration points up to which both oracles run on a layer.",
)
@click.option(
    "--samples",
    type=click.IntRange(min=0),
    default=SAMPLES,
    help="Programs of the space that are drawn by chance; all of a space that has no more.",
)
@click.option("--seed", type=int, default=0, help="The seed of these.")
@click.option(
    "--budget",
    type=SECONDS,
    default="10s",
    help="Time for which each layer is searched once more; 0 for no search.",
)
def verify_certificate(file: str, verify_limit: int, samples: int, seed: int, budget: float) -> None:
    """Check a result of weft map --json: every field, and the claim by programs of the space and another search.

    A layer holds if another search, or all programs of its space, agree with it; it is sampled if the claim was only
    tested on programs drawn by chance. The exit code is 1 if anything does not hold, is missing or was not tested.
    """
    from ..certificates import COUNTS, SEALED, SEALED_OF_LAYERS, Trial, check_document, read_document

    failed, sealed = False, dict.fromkeys((*SEALED, *SEALED_OF_LAYERS))
    for checked in check_document(read_document(file), Trial(verify_limit, samples, seed, budget)):
        failed |= bool(checked.failures) or (checked.tested is not None and not checked.tested.any)
        if checked.layer:
            click.echo(f"{printable(checked.layer)}: {_state(checked)}")
        if checked.tested and not checked.tested.counted:
            sealed |= dict.fromkeys(COUNTS)
        show_diagnostics(map(_finding, checked.failures), checked.layer)
    click.echo(f"not derived again, told by the digest alone: {', '.join(sealed)}")
    if failed:
        sys.exit(1)


def _state(checked: Checked) -> str:
    """What became of a layer, and by what."""
    if checked.failures:
        return "does not hold"
    found = checked.tested
    if found is None:
        return "follows from the layers"
    oracles = "with both oracles" if checked.oracles else "too large for the oracles"
    again = "another search agrees" if found.searched else "no other search came to an end"
    tried = f"{found.fitting} of {found.tried} programs {'of the space' if found.every else 'drawn'} fit"
    state = "holds" if found.searched or found.every else "sampled" if found.any else "not tested"
    return f"{state}; evaluated again, {oracles}; {again}; {tried}"


def _finding(failure: str) -> Diagnostic:
    """A failure as a finding; what follows its first line is a program."""
    message, *program = failure.splitlines()
    return Diagnostic("W707", message, notes=tuple(program))
