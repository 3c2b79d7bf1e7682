"""ConfuciuX's job: a pipelined design of MobileNet-V2, with the tool's own tables and with Weft's counts."""

from __future__ import annotations

from collections.abc import Sequence

from ..comparison import Check, Comparison, Table, about
from .budgets import Budget, budgets
from .own import OwnOptimum, own_optima
from .places import folder
from .rows import Compared, compared_rows

TITLE = "ConfuciuX: a pipelined MobileNet-V2"


def comparison() -> Comparison:
    """All published optima, the tables row by row, and the optima by Weft's counts."""
    found = folder()
    if found is None:
        return Comparison("confuciux", f"{TITLE} (its tables are not here)", about("confuciux_absent"), (), ())
    optima, rows, own = budgets(found), compared_rows(found), own_optima(found)
    tables = (_optima_table(optima), _own_table(own), _rows_table(rows))
    text = about("confuciux").format(reproduced=_reproduced(rows))
    return Comparison("confuciux", TITLE, text, tables, (*_optimum_checks(optima, own), *_row_checks(rows)))


def _reproduced(rows: Sequence[Compared]) -> str:
    count, total = sum(item.restated for item in rows), sum(item.rows for item in rows)
    looked = sum(item.looked for item in rows)
    return (
        f"MAESTRO's analysis as formulas (see above) gives cycles, L1 and L2 of {count:,} of the {total:,} rows for "
        f"the layers of MobileNet-V2. Of {looked:,} of them (1, 12 and 128 processing elements, tiles of 1, 5 and 12) "
        "the way to Weft's figures is followed, rule by rule."
    )


def _optimum_checks(optima: Sequence[Budget], own: Sequence[OwnOptimum]) -> tuple[Check, ...]:
    proved = all(item.design.certificate.status == "optimal" for item in own)
    return (
        Check(f"all {len(optima)} published optima are found, each proved", all(item.equal for item in optima)),
        Check(f"all {len(own)} optima by Weft's counts are proved", proved),
    )


def _row_checks(rows: Sequence[Compared]) -> tuple[Check, ...]:
    count, looked = sum(item.rows for item in rows), sum(item.looked for item in rows)
    legal = looked - sum(item.refused for item in rows)
    return (
        Check(
            f"the formulas give cycles, L1 and L2 of all {count:,} rows",
            all(item.restated == item.rows for item in rows),
        ),
        Check(
            f"area and power of all {count:,} rows are those of the table maestro_2021, to six digits",
            all(item.areas == item.rows for item in rows),
        ),
        Check(
            f"the rules explain all differences to Weft's figures, to the unit, in all {legal:,} rows that are legal",
            all(item.explained == item.looked - item.refused for item in rows),
        ),
    )


def _optima_table(optima: Sequence[Budget]) -> Table:
    columns = ("dataflow", "objective", "limit", "budget", "published", "found", "within corners")
    rows = [
        (
            *(item.row["dataflow"], item.row["objective"], item.row["constraint"], float(item.row["budget"])),
            *(item.published, float(item.found.value), item.row["mul"]),
        )
        for item in optima
    ]
    return Table("Optima with the tool's tables: cycles, nanojoules", columns, tuple(rows))


def _own_table(own: Sequence[OwnOptimum]) -> Table:
    columns = ("dataflow", "objective", "budget, mm²", "by MAESTRO's table", "by Weft's counts", "area, mm²", "PEs")
    rows = []
    for item in own:
        energy = item.row["objective"] == "energy"
        ours = item.design.metrics.energy_pj / 1e3 if energy else item.design.metrics.cycles
        cells = float(item.row["budget"]) / 1e6, float(item.row["optimum"]), float(ours)
        area = item.design.metrics.area_mm2
        rows.append((item.row["dataflow"], item.row["objective"], *cells, area, item.pes))
    return Table("Optima within area_pe_buf by Weft's counts: cycles, nanojoules", columns, tuple(rows))


def _rows_table(rows: Sequence[Compared]) -> Table:
    columns = (
        "dataflow",
        "rows",
        "formulas equal",
        "looked at",
        "no legal program",
        "explained",
        "cycles: Weft / MAESTRO",
        "rules: rows",
    )
    found = []
    for item in rows:
        ratios = f"{min(item.ratios):.3f} to {max(item.ratios):.3f}" if item.ratios else ""
        rules = ", ".join(f"{name} {count}" for name, count in sorted(item.rules.items()))
        counts = item.rows, item.restated, item.looked, item.refused, item.explained
        found.append((item.dataflow, *counts, ratios, rules))
    return Table("The tool's tables row by row", columns, tuple(found))
