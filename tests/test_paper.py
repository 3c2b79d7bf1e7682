"""The five networks of the MAESTRO paper, their programs, and the numbers of docs/paper.md."""

import re
from pathlib import Path

import pytest

import weft
from weft.validation.document import table_text
from weft.validation.paper import figure11, figure12, table5
from weft.validation.paper.figure10 import restarting, shapes_table
from weft.validation.paper.programs import TABLE_3, directives, mapping, network_text, paper_machine
from weft.validation.paper.shapes import NETWORKS, Shape
from weft.validation.paper.study import adaptive_by_layer, cost_of, energy, runtime, total

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "paper.md").read_text("utf-8")
SMALL = {
    "grouped": Shape("NGCONV", 2, 3, 3, 1, 6, groups=2),
    "depth-wise": Shape("DSCONV", 1, 5, 3, 2, 7),
    "transposed": Shape("TRCONV", 3, 2, 2, 2, 4),
}


def layer(network, name):
    return dict(NETWORKS[network]())[name]


@pytest.mark.parametrize(
    ("network", "name", "outputs"),
    [
        ("VGG16", "CONV1", 224),
        ("VGG16", "CONV13", 14),
        ("ResNet50", "CONV1", 112),
        ("ResNet50", "CONV5_3_B", 7),
        ("ResNeXt50", "CONV3_1_A", 56),
        ("ResNeXt50", "CONV3_1_B", 28),
        ("MobileNetV2", "B2_DEPTHWISE", 56),
        ("MobileNetV2", "CONV2", 7),
        ("UNet", "CONV10", 28),
        ("UNet", "UP1", 56),
        ("UNet", "CONV_OUT", 388),
    ],
)
def test_padding_gives_the_outputs_of_the_networks_papers(network, name, outputs):
    assert layer(network, name).outputs == outputs


def test_every_layer_is_legal_under_every_dataflow():
    shapes = {shape for layers in NETWORKS.values() for _, shape in layers()}
    assert len(shapes) == 106
    for shape in shapes:
        for dataflow in TABLE_3:
            plan = mapping(shape, directives(dataflow, shape.operator), paper_machine())
            assert not [item for item in weft.check(plan) if item.is_error], (shape, dataflow)
            zeros = 4 if shape.operator == "TRCONV" else 1
            assert plan.workload.macs == zeros * shape.macs


@pytest.mark.parametrize("dataflow", TABLE_3)
@pytest.mark.parametrize("kind", SMALL)
def test_adapted_programs_agree_with_both_oracles(kind, dataflow):
    shape = SMALL[kind]
    assert shape.kind == kind
    machine = weft.load_accelerator("generic_256", ["pes=64"])
    cost = weft.evaluate(mapping(shape, directives(dataflow, shape.operator), machine))
    assert not weft.verify(cost)


def test_groups_come_one_after_another_and_depth_wise_layers_have_no_filters():
    for dataflow, written in TABLE_3.items():
        assert directives(dataflow, "NGCONV") == ("TemporalMap(1,1) G", *written)
        assert not any(item.endswith(" K") for item in directives(dataflow, "DSCONV"))
        assert directives(dataflow, "TRCONV") == written


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("dataflow", TABLE_3)
def test_the_examples_are_what_the_shapes_give(network, dataflow):
    path = ROOT / "examples" / f"{network.lower()}_{dataflow.replace('-', '').lower()}.m"
    text = network_text(network.lower(), NETWORKS[network](), dataflow)
    if dataflow == "KC-P":
        assert path.exists()
    if path.exists():
        assert path.read_text("utf-8") == text


def test_a_restarted_cluster_of_kcp_waits_36_cycles_for_9_of_work():
    # 64 PEs fetch 9 inputs and 9 weights each at 32 elements a cycle for every output of their filter.
    shape = layer("VGG16", "CONV2")
    steps = 64 // 4 * 224 * 224
    assert restarting(cost_of(shape, "KC-P")) == pytest.approx(45 * steps, rel=1e-4)


def test_a_step_of_kcp_takes_12_cycles():
    # Beside 9 cycles of work the next column of 3 x 64 inputs comes to the clusters in 6 cycles, then to the PEs in 6.
    # A new row brings 9 x 64 inputs, 18 + 18; new filters 4 x 9 x 64 weights too, 90, and a PE's 18 elements, 36. After
    # the last step nothing comes.
    steps = dict(cost_of(layer("VGG16", "CONV2"), "KC-P").stepwise)["steps of level 0"]
    filters, rows, outputs = 16, 16 * 224, 16 * 224 * 224
    assert steps == 12 * (outputs - rows) + (18 + 18) * (rows - filters) + (90 + 36) * (filters - 1) + 9


def test_table_5_is_as_counted_by_hand():
    assert table5.by_hand()


def shown(name):
    return re.search(rf"<!-- table: {name} -->\n\n(.*?)\n\n<!-- end -->", PAGE, re.DOTALL)[1]


def test_the_page_shows_the_tables_as_they_are():
    activation, filters, bandwidth = figure11.tables()
    early, late = figure12.tables()
    assert shown("shapes") == table_text(shapes_table())
    assert shown("figure11-activation") == table_text(activation)
    assert shown("figure11-filter") == table_text(filters)
    assert shown("figure11-bandwidth") == table_text(bandwidth)
    assert shown("figure12-early") == table_text(early)
    assert shown("figure12-late") == table_text(late)


def row(name, network):
    return next(line for line in shown(name).splitlines() if line.startswith(f"| {network} |"))


@pytest.mark.parametrize(("name", "measure", "unit"), [("runtime", runtime, 1e6), ("energy", energy, 1e9)])
def test_the_page_shows_mobilenet_as_it_is(name, measure, unit):
    values = [total("MobileNetV2", dataflow, measure) / unit for dataflow in TABLE_3]
    values.append(adaptive_by_layer("MobileNetV2", measure) / unit)
    assert (
        row(f"figure10-{name}", "MobileNetV2") == f"| MobileNetV2 | {' | '.join(f'{value:.4g}' for value in values)} |"
    )


def test_the_page_has_every_table_and_picture_of_its_command():
    pytest.importorskip("matplotlib")
    from paper import PICTURES

    pictures = {path.stem for path in (ROOT / "docs" / "paper").glob("*.svg")}
    assert pictures == set(PICTURES) == set(re.findall(r"\]\(paper/(\w+)\.svg\)", PAGE))
    assert set(re.findall(r"<!-- table: ([\w-]+) -->", PAGE)) == TABLES


TABLES = {
    *("claims", "shapes", "figure10-runtime", "figure10-energy", "figure10-kinds", "figure10-savings"),
    *("figure10-restarting", "figure11-activation", "figure11-filter", "figure11-bandwidth"),
    *("figure12-early", "figure12-late", "table5"),
}
