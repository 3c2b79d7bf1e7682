"""What is drawn carries its error in tables: with digits enough, and of equal layers the sum of theirs."""

import json

from weft.cli.output import plus_minus

LAYER = """\
Layer L{} {{
  Type: GEMM
  Dimensions {{ M: 16, N: 8, K: 32 }}
  Density {{ input: 0.5, filter: 0.3 }}
  Dataflow {{ SpatialMap(2,2) M; TemporalMap(4,4) K; }}
}}
"""
MACHINE = """\
name: m
pes: 8
memories: [{name: L2}, {name: L1, instances: per_pe}]
actions: [{at: MAC, kind: skip, leaders: [input, filter]}]
"""


def test_an_error_is_never_rounded_to_nothing():
    assert plus_minus(734.0, 0.55, True, 0) == "734.0 ± 0.6"
    assert plus_minus(6.28, 0.0047, True, 2) == "6.280 ± 0.005"
    assert plus_minus(1234.5, 20.0, True, 0) == "1,234 ± 20"
    assert plus_minus(1234.5, 0.0, False, 1) == "1,234.5"


def test_equal_layers_err_alike(weft, tmp_path):
    (tmp_path / "m.yaml").write_text(MACHINE)
    path = tmp_path / "twice.m"
    path.write_text(f"Network n {{ {LAYER.format(1)} {LAYER.format(2)} }}")
    given = ("evaluate", str(path), "-a", str(tmp_path / "m.yaml"))
    code, out, _ = weft(*given)
    assert code == 0
    _, data, _ = weft(*given, "--json")
    one, two = (layer["sparse"] for layer in json.loads(data)["layers"])
    assert one["cycles_error"] == two["cycles_error"] > 0
    *_, total = (line for line in out.splitlines() if "±" in line)
    assert "2 layers" in total
    assert plus_minus(2 * one["cycles"], 2 * one["cycles_error"], True, 0) in total
