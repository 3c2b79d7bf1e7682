"""The comparison with ConfuciuX: with its tables and without."""

import pytest

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
