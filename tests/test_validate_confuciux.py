"""The comparison with ConfuciuX: with its tables and without."""

from pathlib import Path

import pytest

import weft
from weft.validation.confuciux import comparison
from weft.validation.confuciux.budgets import budgets
from weft.validation.confuciux.own import explored
from weft.validation.confuciux.places import NETWORK, folder, rows_of
from weft.validation.confuciux.rows import Compared, compared_layers
from weft.validation.maestro.reference import VARIABLE

PLACE = folder()
needs_tables = pytest.mark.skipif(PLACE is None, reason="the tool's tables are not beside this checkout")


def test_without_the_tables_it_says_where_they_belong(monkeypatch, tmp_path):
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    found = comparison()
    assert found.holds
    assert "anchors/confuciux" in found.about


@needs_tables
def test_all_published_optima_are_found():
    found = budgets(PLACE)
    assert len(found) == 54
    assert all(item.equal for item in found)


@needs_tables
@pytest.mark.parametrize("dataflow", ["dla", "shi", "eye"])
def test_the_rows_of_a_layer_are_those_of_the_formulas_and_lead_to_weft(dataflow):
    layer = rows_of(PLACE / NETWORK)[20]
    found: Compared = compared_layers(PLACE, dataflow, [layer])
    assert (found.rows, found.restated, found.areas) == (144, 144, 144)
    assert found.explained == found.looked - found.refused
    assert (found.looked, found.refused) == (9, 6 if dataflow == "eye" else 0)


@needs_tables
def test_budgets_are_searched_with_the_designs_that_are_known():
    first = explored(PLACE, "dla", 1.649136688)
    assert first.designs == 144**52
    cycles = []
    for area in (0.1793892976, 0.3426945632, 1.649136688):
        design = first.within({"area_mm2": area}).best["cycles"]
        assert design.metrics.area_mm2 <= area
        assert design.certificate.status == "optimal"
        cycles.append(design.metrics.cycles)
    assert cycles == sorted(cycles, reverse=True)
    assert cycles[-1] == first.best["cycles"].metrics.cycles
    with pytest.raises(ValueError, match="power_mw has no limit in the job"):
        first.within({"power_mw": 1.0})


@needs_tables
@pytest.mark.parametrize(
    ("network", "limit", "optimum"),
    [
        # Each is also what HiGHS finds for the same 0/1 program, without a gap.
        ("resnet50", "180786.244", 649144085),
        ("resnet50", "344978.04", 411487669),
        ("resnet50", "1658512.408", 207952189),
        ("mnasnet", "244313.3808", 34939916),
        ("mnasnet", "471441.9296", 25322932),
        ("mnasnet", "2288470.32", 19287344),
    ],
)
def test_two_other_networks_of_the_tool_have_their_optima_too(network, limit, optimum):
    layers = Path(__file__).parents[1] / "examples" / "explore" / f"{network}.csv"
    columns = {"area": "pe*282 + (l1_B*pe + l2_B)*8*0.086"}
    table = PLACE / "maestro_table_dla.csv.gz"
    found = weft.explore_table(table, "runtime", {"area": limit}, layers=layers, columns=columns)
    assert (found.value, found.certificate.status) == (optimum, "optimal")
    assert found.certificate.space_size == 144 ** len(found.rows)


@pytest.mark.parametrize(("network", "layers"), [("resnet50", 53), ("mnasnet", 52)])
def test_the_shipped_jobs_of_other_networks_are_searched(network, layers):
    job = Path(__file__).parents[1] / "examples" / "explore" / f"{network}_pipelined.yaml"
    assert len(weft.read(job.with_name(f"{network}_dla.m"))[0].layers) == layers
    found = weft.explore(job, objective="cycles", layers=["L1", "L2"], limits={"area_mm2": 0.01})
    assert found.designs == 144**2
    assert found.best["cycles"].certificate.status == "optimal"
