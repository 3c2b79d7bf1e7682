"""A network as a whole: sums over its layers, by operator, and what is left out."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import weft
from weft.backends.report import whole
from weft.ir import Layer, Network

NET = """Network net {
  Layer A { Type: GEMM Dimensions { M: 8, N: 8, K: 8 } }
  Layer B { Type: CONV Dimensions { K: 4, C: 4, R: 3, S: 3, Y: 6, X: 6 } }
  Layer C { Type: GEMM Dimensions { M: 8, N: 8, K: 8 } }
  Layer D { Type: AFFINE Dimensions { A: 8, B: 6 } Tensors { x[A, B]; z[A, B] } Statement { z = exp(x) + 1 } }
}
"""
SCHEMA = json.loads((Path(__file__).parent.parent / "docs/evaluate.schema.json").read_text())


@pytest.fixture
def net(tmp_path):
    path = tmp_path / "net.m"
    path.write_text(NET)
    return str(path)


@pytest.fixture
def network(net):
    return weft.read(net)[0]


def test_sums_are_those_of_the_layers(network):
    machine = weft.load_accelerator("generic_256")
    costs = [weft.evaluate(weft.map_layer(layer, machine, dataflow="KC-P")) for layer in network.layers]
    found = weft.evaluate_network(network, machine, dataflow="KC-P")
    assert found.macs == sum(cost.macs for cost in costs) == 2 * 512 + 4 * 4 * 9 * 16
    assert found.operations == {"add": 48, "exp": 48, "mac": found.macs}
    assert found.cycles() == sum(cost.cycles_stepwise for cost in costs)
    assert found.seconds("throughput") == pytest.approx(sum(cost.cycles_throughput for cost in costs) / 1e9)
    assert found.energy_pj == pytest.approx(sum(cost.energy_pj for cost in costs))
    assert found.intensity == sum(found.operations.values()) / found.outer_bytes


def test_footprints_and_traffic_by_hand():
    layer = Layer("L", weft.parse_workload("gemm:M=4,N=6,K=8"), weights=("filter",))
    machine = weft.load_accelerator("generic_256", ["word_bits.output=32"])
    found = weft.evaluate_network(Network("n", (layer, layer)), machine, dataflow="KC-P")
    assert found.weight_bytes == 2 * 6 * 8
    assert found.activation_bytes == 4 * 8 + 4 * 6 * 4
    # Every position of M brings its input, and the filters of all units once: both are read for every position.
    traffic = found.layers[0][1].counts.traffic
    reads = sum(traffic("L2", "L1", name).reads for name in ("input", "filter"))
    output = traffic("L2", "L1", "output")
    assert found.outer_bytes == 2 * (reads + 4 * (output.updates + output.readbacks))


def test_without_weights_in_the_file_nothing_is_said_of_them(network):
    assert weft.evaluate_network(network, dataflow="KC-P").weight_bytes is None


def test_operators_are_named_as_in_the_file_with_most_cycles_first():
    layers = (
        Layer("small", weft.parse_workload("gemm:M=2,N=2,K=2"), operator="Gemm"),
        Layer("large", weft.parse_workload("gemm:M=64,N=64,K=64"), operator="MatMul"),
    )
    found = weft.evaluate_network(Network("n", layers), dataflow="C-P")
    assert list(found.by_operator()) == ["MatMul", "Gemm"]
    assert sum(part.energy_pj for part in found.by_operator().values()) == pytest.approx(found.energy_pj)


def test_equal_layers_are_together(network):
    found = weft.evaluate_network(network, dataflow="X-P")
    assert [[layer.name for layer, _ in part.layers] for part in found.equal] == [["A", "C"], ["B"], ["D"]]


def test_what_has_no_cost_is_left_out_and_a_network_of_such_is_an_error(network):
    found = weft.evaluate_network(network, overrides=["L2.capacity_bytes=100"], dataflow="C-P")
    assert [layer.name for layer in found.left_out] == ["A", "B", "C"]
    assert [layer.diagnostics[0].code for layer in found.left_out] == ["W201"] * 3
    assert [layer.name for layer, _ in found.layers] == ["D"]
    with pytest.raises(weft.WeftError, match="has no dataflow"):
        weft.evaluate_network(network)
    with pytest.raises(weft.WeftError, match="network 'empty' has no layers"):
        weft.evaluate_network(Network("empty", ()))
    with pytest.raises(ValueError, match="no layer has a cost"):
        whole(network.layers, [None] * 4)


def test_the_command_sums_up(weft, net):
    code, out, err = weft("evaluate", net, "-a", "generic_256", "--dataflow", "KC-P")
    assert (code, err) == (0, "")
    assert "one layer after the other: " in out
    assert "operations per byte" in out


def test_the_command_puts_equal_layers_and_operators_together(weft, net):
    _, out, _ = weft("evaluate", net, "-a", "generic_256", "--dataflow", "KC-P", "--by", "equal")
    assert "A ×2" in out
    assert "4 layers" in out
    _, out, _ = weft("evaluate", net, "-a", "generic_256", "--dataflow", "KC-P", "--by", "operator")
    assert [line.split()[:2] for line in out.splitlines() if "GEMM" in line] == [["GEMM", "2"]]


def test_the_command_says_what_is_left_out(weft, net):
    code, out, _ = weft("evaluate", net, "-a", "generic_256", "--set", "L2.capacity_bytes=100", "--dataflow", "C-P")
    assert code == 1
    assert "left out: 3 of 4 layers: 1 CONV, 2 GEMM" in out


def test_json_has_the_network(weft, net):
    _, out, _ = weft("evaluate", net, "-a", "generic_256", "--dataflow", "KC-P", "--json")
    document = json.loads(out)
    Draft202012Validator(SCHEMA).validate(document)
    ((network),) = document["networks"]
    assert network["network"] == "net"
    assert network["result"]["macs"] == sum(layer["macs"] for layer in document["layers"])
    assert [part["operator"] for part in network["result"]["operators"]].count("GEMM") == 1
    _, out, _ = weft("evaluate", net, "-a", "generic_256", "--json")
    Draft202012Validator(SCHEMA).validate(document := json.loads(out))
    assert document["networks"] == [{"network": "net", "result": None}]


def test_rows_of_the_table_are_no_matter_of_json(weft, net):
    assert weft("evaluate", net, "--json", "--by", "operator")[0] == 2
