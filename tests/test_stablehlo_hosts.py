"""What stands around StableHLO in IREE's modules: inputs and outputs as buffers, globals, barriers and fences."""

import pytest

import weft


def read(text, folder):
    (file := folder / "module.mlir").write_text(text, "utf-8")
    (network,) = weft.read(file)
    return network


IREE = """module {
  util.global private @w = dense_resource<w> : tensor<8x16xf32>
  util.func public @main(%arg0: !hal.buffer_view) -> !hal.buffer_view attributes {iree.abi.stub} {
    %0 = hal.tensor.import %arg0 "input0" : !hal.buffer_view -> tensor<32xf32>
    %1 = flow.tensor.reshape %0 : tensor<32xf32> -> tensor<4x8xf32>
    %w = util.global.load @w : tensor<8x16xf32>
    %2 = stablehlo.dot_general %1, %w, contracting_dims = [1] x [0] : (tensor<4x8xf32>, tensor<8x16xf32>)
      -> tensor<4x16xf32>
    %3 = util.call @squash(%2) : (tensor<4x16xf32>) -> tensor<4x16xf32>
    %kept = hal.tensor.alias %3 : tensor<4x16xf32> to %arg0 : !hal.buffer_view
    %4 = hal.tensor.export %kept "output0" : tensor<4x16xf32> -> !hal.buffer_view
    util.return %4 : !hal.buffer_view
  }
  util.func private @squash(%arg0: tensor<4x16xf32>) -> tensor<4x16xf32> {
    %0 = stablehlo.tanh %arg0 : tensor<4x16xf32>
    util.return %0 : tensor<4x16xf32>
  }
}
"""


def test_modules_as_iree_has_them_are_read(tmp_path):
    (file := tmp_path / "iree.mlir").write_text(IREE, "utf-8")
    (network,) = weft.read(file)
    assert [layer.operator for layer in network.layers] == ["MatMul", "Tanh"]
    assert [str(edge) for edge in network.edges] == ["0->1[a]"]
    assert network.layers[0].weights == ("filter",)
    strange = IREE.replace("flow.tensor.reshape", "flow.tensor.fold")
    (file := tmp_path / "strange.mlir").write_text(strange, "utf-8")
    (network,) = weft.read(file)
    assert [layer.workload is None for layer in network.layers] == [True, False, False]
    assert "flow.tensor.fold" in network.layers[0].diagnostics[0].message


TWO = "tensor<4x8xf32>, tensor<4x8xf32>"


@pytest.mark.parametrize(
    "barrier",
    [
        f'"hal.tensor.barrier"(%0, %1, %f) : ({TWO}, !hal.fence) -> ({TWO})',
        f"hal.tensor.barrier join(%0, %1 : {TWO}) => %f : !hal.fence",
        f"util.optimization_barrier %0, %1 : {TWO}",
        f"stablehlo.optimization_barrier %0, %1 : {TWO}",
    ],
)
def test_what_passes_a_barrier_keeps_its_producer(barrier, tmp_path):
    network = read(
        f"""
    util.func public @main(%a: tensor<4x8xf32>, %b: tensor<4x8xf32>, %f: !hal.fence) -> tensor<4x8xf32> {{
      %0 = stablehlo.add %a, %b : tensor<4x8xf32>
      %1 = stablehlo.tanh %a : tensor<4x8xf32>
      %2:2 = {barrier}
      %3 = stablehlo.subtract %2#1, %2#0 : tensor<4x8xf32>
      util.return %3 : tensor<4x8xf32>
    }}
    """,
        tmp_path,
    )
    assert [layer.operator for layer in network.layers] == ["Add", "Tanh", "Sub"]
    assert [layer.workload is None for layer in network.layers] == [False] * 3
    assert {edge.tensor: edge.producer for edge in network.edges} == {"a": 1, "b": 0}


def test_an_input_that_waits_for_a_fence_has_its_type(tmp_path):
    text = IREE.replace("(%arg0: !hal.buffer_view)", "(%arg0: !hal.buffer_view, %f: !hal.fence)")
    network = read(text.replace("import %arg0", "import wait(%f) => %arg0"), tmp_path)
    assert [layer.workload for layer in network.layers] == [layer.workload for layer in read(IREE, tmp_path).layers]
    assert None not in [layer.workload for layer in network.layers]
