"""What commands on spaces of machines share: `--vary`, the machine's options, and job files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import click

from ..backends.area import load_area_table
from ..backends.energy import load_energy_table
from ..frontends.accelerator.overrides import pairs_of
from ..frontends.exploration import is_job_file, load_job, make_job
from ..frontends.registry import is_design_file
from ..ir import Findings, Job
from ..ir.files import read_text
from .given import Command, Given, machine_only
from .pairs import parse_sizes


def space_options(command: Command) -> Command:
    """`--accelerator`, `--set`, `--energy-table` and `--vary`."""
    varied: Any = click.option(
        "--vary",
        multiple=True,
        metavar="KEY=VALUES",
        help="Let the machine vary: pes=8..240:8, L2.capacity_bytes=64K..1M:*2, shape=4x4|8x8, multicast=true|false, "
        "L1.capacity_bytes=needed; may be repeated (docs/explore.md).",
    )(command)
    return machine_only(cast(Command, varied))


def read_job(files: Sequence[str], given: Given, vary: Sequence[str], **keys: Any) -> Job:
    """The job of the one file that is a job, or of the files as `programs`, changed by options.

    `keys` are those of a job with the values of their options; None and nothing change nothing. Wrong usage for a job
    among other files, and for a design. Raises WeftError with all findings about the job, its machine and its tables.
    """
    changes: dict[str, Any] = {} if given.accelerator is None else {"accelerator": given.accelerator}
    changes |= {"set": settings_of(given.overrides)} if given.overrides else {}
    changes |= {"vary": settings_of(vary)} if vary else {}
    changes |= {"sizes": parse_sizes(given.sizes).given} if given.sizes else {}
    changes |= {"layers": list(given.layers)} if given.layers else {}
    changes |= {key: value for key, value in keys.items() if value}
    jobs = [file for file in files if is_job_file(file)]
    if jobs and len(files) > 1:
        raise click.UsageError(f"'{jobs[0]}' is a job, which names its programs itself: no other file goes with it")
    if missing := next((file for file in files if is_design_file(file) and not Path(file).exists()), None):
        read_text(missing)
    if wrong := next((file for file in files if file not in jobs and is_design_file(file)), None):
        hint = "a job has accelerator or vary, a machine is given with --accelerator"
        raise click.UsageError(f"'{wrong}' is neither a job nor a mapping file: {hint}")
    job = load_job(jobs[0], changes) if jobs else make_job({"programs": list(dict.fromkeys(files)), **changes})
    values = {variable.key: variable.values for variable in job.space.variables}
    for name in (job.space.base.energy_table, *values.get("energy_table", ())):
        load_energy_table(name)
    for name in (job.space.base.area_table, *values.get("area_table", ())):
        load_area_table(name)
    return job


def settings_of(texts: Sequence[str]) -> dict[str, Any]:
    """What options such as --vary say, by key; WeftError for what is no KEY=VALUE, and for a key given twice."""
    findings = Findings()
    found = {key: value for key, value, _ in pairs_of(texts, findings)}
    findings.raise_errors()
    return found
