"""Tables of other tools: read exactly, and the best option for every layer chosen."""

import csv
import gzip
import json
from decimal import Decimal

import pytest

import weft
from weft.frontends.tables import read_options
from weft.validation.maestro.reference import reference_folder

TABLE = "layer,pe,runtime,energy,note\na,1,900,1.25,slow\na,4,400,2.5,\nb,1,70,0.1,\nb,2,40,0.3,\n"
KEYED = "K,C,pe,runtime\n8,3,1,90\n8,3,2,45\n16,8,1,300\n16,8.0,2,160\n"
CONFUCIUX = None if reference_folder() is None else reference_folder() / "anchors" / "confuciux"
needs_reference = pytest.mark.skipif(
    CONFUCIUX is None or not CONFUCIUX.is_dir(), reason="the tool's tables are not beside this checkout"
)
COLUMNS = {"latency": "runtime", "energy": "energy_nJ", "area_as_shipped": "area_um2", "power": "power_mW"}


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "options.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_numbers_are_those_that_are_written(table):
    found = read_options(table, columns={"cost": "2*(pe + 1) - energy * 0.1"})
    assert found.names == ("a", "b")
    assert found.columns == ("layer", "pe", "runtime", "energy", "note", "cost")
    assert found.layers[0][0] == {
        **{"layer": "a", "pe": Decimal(1), "runtime": Decimal(900), "energy": Decimal("1.25"), "note": "slow"},
        "cost": Decimal("3.875"),
    }


def test_layers_of_another_file_have_the_rows_that_are_equal_in_common_columns(tmp_path):
    (tmp_path / "table.csv.gz").write_bytes(gzip.compress(KEYED.encode()))
    (tmp_path / "net.csv").write_text("K,C,T\n16,8,1\n8,3,1\n16,8,1\n", encoding="utf-8")
    found = read_options(tmp_path / "table.csv.gz", tmp_path / "net.csv")
    assert found.names == ("1", "2", "3")
    assert [[int(row["runtime"]) for row in rows] for rows in found.layers] == [[300, 160], [90, 45], [300, 160]]


@pytest.mark.parametrize(
    ("objective", "limits", "chosen", "value"),
    [
        ("runtime", {"pe": 3}, (0, 1), 940),
        ("runtime", {"pe": 5, "energy": "2.6"}, (1, 0), 470),
        ("energy", {}, (0, 0), Decimal("1.35")),
        ("max(runtime)", {"pe": 5}, (1, 0), 400),
        ("energy*runtime", {}, (1, 0), Decimal("1222.0")),
        ("energy * runtime^2", {"pe": 3}, (0, 0), Decimal("1.35") * 970**2),
    ],
)
def test_the_best_options_are_chosen(table, objective, limits, chosen, value):
    found = weft.explore_table(table, objective, limits)
    assert (found.chosen, found.value) == (chosen, value)
    assert found.certificate.status == "optimal"
    assert [row["pe"] for row in found.rows] == [(1, 4)[chosen[0]], (1, 2)[chosen[1]]]
    assert json.loads(json.dumps(found.to_dict()))["layers"][0]["layer"] == "a"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("", ":1:1", "the table has no heading"),
        ("layer,pe\n", ":1:1", "the table has no rows"),
        ("layer,pe,pe\na,1,2\n", ":1:1", "two columns are called 'pe'"),
        ("layer,pe\na,1\nb\n", ":3:1", "1 fields, where the heading has 2"),
        ('layer,pe\na,"1\n', ":2:1", "no CSV"),
        ("layers,pe\na,1\n", ":1:1", "no column 'layer'"),
    ],
)
def test_what_is_wrong_with_a_table_is_said_with_its_line(tmp_path, text, place, message):
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(weft.WeftError) as error:
        read_options(path)
    assert f"bad.csv{place}: error[W732]: {message}" in str(error.value)


@pytest.mark.parametrize(
    ("objective", "limits", "columns", "message"),
    [
        ("run", {}, {}, "no column 'run'"),
        ("runtime", {"pes": 1}, {}, "did you mean 'pe'"),
        ("note", {}, {}, "column 'note', layer 'a': 'slow' is no number from 0 on"),
        ("cost", {}, {"cost": "pe - 2"}, "'-1' is no number from 0 on"),
        ("runtime", {}, {"cost": "pe / 2"}, "'pe / 2' is no name, number, sum, difference or product"),
        ("runtime", {}, {"cost": "pe +"}, "'pe +' is no formula"),
        ("runtime", {}, {"cost": "__import__('os')"}, "is no name, number, sum"),
        ("runtime", {}, {"cost": "ep"}, "no column 'ep'"),
        ("runtime", {}, {"pe": "1"}, "there is a column 'pe' already"),
        ("runtime*energy*pe", {}, {}, "'runtime*energy*pe' is no objective"),
        ("runtime", {"pe": 1}, {}, "no choice keeps pe <= 1"),
        ("runtime", {"pe": "many"}, {}, "the limit of 'pe', 'many', is no number from 0 on"),
        ("runtime", {"pe": float("nan")}, {}, "is no number from 0 on"),
    ],
)
def test_what_is_wrong_with_a_question_is_said(table, objective, limits, columns, message):
    with pytest.raises(weft.WeftError) as error:
        weft.explore_table(table, objective, limits, columns=columns)
    assert message in str(error.value)


def test_a_file_that_is_no_text_is_said_to_be_none(tmp_path):
    for data in (b"\x1f\x8bnothing", gzip.compress(b"layer,pe\n\xff\n"), gzip.compress(TABLE.encode())[:40]):
        path = tmp_path / "bad.csv.gz"
        path.write_bytes(data)
        with pytest.raises(weft.WeftError) as error:
            read_options(path)
        assert error.value.diagnostics[0].code == "W732"


@needs_reference
@pytest.mark.parametrize("dataflow", ["dla", "shi", "eye"])
def test_all_published_optima_of_a_pipelined_network_are_found(dataflow):
    """MobileNet-V2 with ConfuciuX's 144 designs a layer, against a solver of integer programs."""
    network = CONFUCIUX / "mobilenet_v2.csv"
    area = {"area_pe_buf": "pe*282 + (l1_B*pe + l2_B)*8*0.086"}
    table = read_options(CONFUCIUX / f"maestro_table_{dataflow}.csv.gz", network, area)
    with (CONFUCIUX / "exact_optima_mobilenet_v2.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["dataflow"] == dataflow]
    assert len(rows) == 18
    from weft.exploration.options import choose_options

    for row in rows:
        limit = COLUMNS.get(row["constraint"], row["constraint"])
        found = choose_options(table, COLUMNS[row["objective"]], {limit: row["budget"]})
        assert float(found.value) == pytest.approx(float(row["optimum"]), rel=1e-12)
        assert found.certificate.status == "optimal"
        assert found.certificate.space_size == 144**52
        assert found.certificate.rounded == ()
        assert found.totals[limit] <= Decimal(row["budget"])
        assert found.certificate.lower_bound >= Decimal(row["lagrangian_lower_bound"]) * (1 - Decimal("1e-12"))
