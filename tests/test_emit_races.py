"""Units that add into one element do so one after the other in MLIR, which has no word for it, and by a clause in C."""

import weft

RACE = """
Network N { Layer G { Type: GEMM Dimensions { M: 4, N: 4, K: 64 }
  Dataflow { TemporalMap(1,1) M; TemporalMap(1,1) N; SpatialMap(16,16) K; } } }
"""
APART = RACE.replace("TemporalMap(1,1) M", "SpatialMap(1,1) M").replace("SpatialMap(16,16) K", "TemporalMap(16,16) K")


def emitted(text, tmp_path, target):
    path = tmp_path / "program.m"
    path.write_text(text)
    (mapping,) = weft.load(str(path), accelerator="generic_256", overrides=["pes=4"])
    return weft.emit(weft.lower(mapping), target)


def test_a_spread_sum_is_no_parallel_loop_of_mlir(tmp_path):
    text = emitted(RACE, tmp_path, "mlir")
    assert "affine.parallel" not in text
    assert "weft.parallel" in text


def test_units_with_outputs_of_their_own_stay_parallel_in_mlir(tmp_path):
    assert "affine.parallel" in emitted(APART, tmp_path, "mlir")


def test_both_come_back_with_their_units(tmp_path):
    for text in (RACE, APART):
        path = tmp_path / "nest.mlir"
        path.write_text(emitted(text, tmp_path, "mlir"))
        (nest,) = weft.read_nests(str(path))
        assert "parallel" in str(nest)
