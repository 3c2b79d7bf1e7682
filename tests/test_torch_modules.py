"""Modules that are exported here give what their files give; models of torchvision count what it publishes."""

import sys

import pytest
from torch_models import WHOLE, exported, modules, path_of

import weft
from weft.frontends.pytorch.operators import ATEN
from weft.frontends.pytorch.operators.movement import ALIASES


@pytest.mark.parametrize("name", WHOLE)
def test_the_graphs_of_torchvision_count_what_it_publishes(name):
    (network,) = weft.read(path_of(name))
    assert [layer.name for layer in network.layers if layer.workload is None] == []
    assert f"{sum(layer.workload.macs for layer in network.layers) / 1e9:.3f}" == WHOLE[name]


def test_without_torch_modules_are_refused_with_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "weft.frontends.pytorch.exported", raising=False)
    with pytest.raises(weft.WeftError, match="reading modules needs PyTorch") as caught:
        weft.from_torch(object(), ())
    assert caught.value.diagnostics[0].hint == "pip install 'weft-ir[torch]'"


def made_of(network):
    return [(layer.name, layer.workload, layer.operator) for layer in network.layers], set(network.edges)


@pytest.mark.filterwarnings("ignore")  # what torch says of itself while it exports
def test_a_module_is_the_network_of_its_file():
    pytest.importorskip("torch")
    for name, module, inputs, dynamic in modules():
        sizes = {"s77": 2, "s27": 3} if dynamic else {}
        (file,) = weft.read(path_of(name), sizes)
        found = weft.from_torch(exported(name, module, inputs, dynamic), sizes=sizes)
        assert made_of(found) == made_of(file)
        if dynamic is None and not name.endswith("_core"):
            assert made_of(weft.from_torch(module, inputs)) == made_of(file)


@pytest.mark.filterwarnings("ignore")
def test_operators_without_a_rule_are_taken_apart_and_the_others_stay_whole():
    torch = pytest.importorskip("torch")

    class Loss(torch.nn.Module):
        def forward(self, x, y):
            return torch.nn.functional.cosine_similarity(x.softmax(1), y), torch.nn.functional.mse_loss(x, y)

    network = weft.from_torch(Loss(), (torch.zeros(4, 6), torch.zeros(4, 6)))
    assert all(layer.workload for layer in network.layers)
    assert "Softmax" in {layer.operator for layer in network.layers}


@pytest.mark.filterwarnings("ignore")
def test_a_module_without_elements_is_read():
    torch = pytest.importorskip("torch")
    with torch.device("meta"):
        module, inputs = torch.nn.Linear(2**15, 2**15), (torch.zeros(2**14, 2**15),)
    (layer,) = weft.from_torch(module, inputs, name="large").layers
    assert layer.workload.extents == {"M": 2**14, "N": 2**15, "K": 2**15}


@pytest.mark.filterwarnings("ignore")
def test_further_models_of_torchvision_count_what_it_publishes():
    torch = pytest.importorskip("torch")
    models = pytest.importorskip("torchvision").models
    for name in ("efficientnet_b0", "shufflenet_v2_x1_0", "squeezenet1_1", "convnext_tiny", "mnasnet0_5"):
        with torch.device("meta"):
            module, inputs = models.get_model(name).eval(), (torch.zeros(1, 3, 224, 224),)
        network = weft.from_torch(module, inputs)
        macs = sum(layer.workload.macs for layer in network.layers)
        assert f"{macs / 1e9:.3f}" == f"{models.get_model_weights(name).DEFAULT.meta['_ops']:.3f}"


def read_from(forward, *shapes):
    """The network of a function of tensors; the module has a matrix `m` of 8 x 8."""
    torch = pytest.importorskip("torch")

    class Module(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("m", torch.zeros(8, 8))

        def forward(self, *inputs):
            return forward(torch, self.m, *inputs)

    return weft.from_torch(Module(), tuple(torch.zeros(*shape) for shape in shapes))


def feeding(network, name):
    position = [layer.name for layer in network.layers].index(name)
    return {(network.layers[edge.producer].name, edge.tensor) for edge in network.edges if edge.consumer == position}


def filled(torch, m, x):
    b = torch.zeros(8, 8)
    b[:, :4] = x
    return (b @ m).relu()


def filled_in_turn(torch, m, x):
    y = torch.empty_like(x)
    for place in range(2):
        y[:, place] = x[:, place] @ m
    return y @ m


def kept(torch, m, x):
    m[2] = x
    return m @ m


def given(torch, m, x):
    b = torch.empty(4, 8)
    torch.matmul(x, m, out=b)
    return b.relu()


def seen_by_another(torch, m, x):
    y = x.exp()
    view = y[:, :4]
    y.add_(1)
    return view.relu()


def set_whole(torch, m, x):
    y = x.exp()
    y.view(-1).copy_(x.tanh().view(-1))
    return y.relu()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("forward", "shape", "operators", "reader", "sources"),
    [
        (filled, (8, 4), ["Copy", "MatMul", "Relu"], "matmul", {("copy_", "input")}),
        (
            filled_in_turn,
            (3, 2, 8),
            ["Gather", "MatMul", "Copy", "Gather", "MatMul", "Copy", "MatMul"],
            "matmul_2",
            {("copy_", "input"), ("copy__1", "input")},
        ),
        (kept, (8,), ["Copy", "MatMul"], "matmul", {("copy_", "input"), ("copy_", "filter")}),
        (given, (4, 8), ["MatMul", "Relu"], "relu", {("matmul", "a")}),
        (seen_by_another, (4, 8), ["Exp", "Slice", "Add", "Relu"], "relu", {("add_", "a")}),
        (set_whole, (4, 8), ["Exp", "Tanh", "Copy", "Relu"], "relu", {("copy_", "a")}),
    ],
)
def test_a_tensor_that_is_changed_under_another_name_is_made_by_the_change(forward, shape, operators, reader, sources):
    network = read_from(forward, shape)
    assert [layer.operator for layer in network.layers] == operators
    assert feeding(network, reader) == sources
    weights = {layer.name: layer.weights for layer in network.layers}
    assert weights[reader] == (("filter",) if forward in (filled, filled_in_turn) else ())


@pytest.mark.filterwarnings("ignore")
def test_what_is_set_to_constants_through_a_view_stays_constant():
    def masked(torch, m, x):
        mask = torch.zeros(8, 8)
        mask[:, :4] = torch.ones(8, 4)
        return x * mask

    (layer,) = read_from(masked, (8, 8)).layers
    assert (layer.operator, layer.weights) == ("Mul", ("b",))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("strides", "layers"), [((1, 8), [64]), ((8, 1), [])])
def test_steps_through_a_storage_copy_what_they_turn(strides, layers):
    network = read_from(lambda torch, m, x: x.as_strided((8, 8), strides), (8, 8))
    assert [layer.workload.points for layer in network.layers] == layers


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("override", "divisor"), [(None, 4), (3, 3)])
def test_means_are_over_the_divisor_that_is_given(override, divisor):
    def mean(torch, m, x):
        return torch.nn.functional.avg_pool2d(x, 2, divisor_override=override)

    network = read_from(mean, (1, 2, 4, 4))
    assert str(network.layers[-1].workload.statement) == f"output = a * {1 / divisor!r}"


@pytest.mark.filterwarnings("ignore")
def test_a_factor_that_keeps_the_extent_interpolates():
    def resized(torch, m, x):
        return torch.nn.functional.interpolate(x, scale_factor=(1.1, 1.0), mode="bilinear")

    (layer,) = read_from(resized, (1, 2, 5, 5)).layers
    assert (layer.operator, layer.workload.points) == ("Resize", 50)


TURNS = {
    "permute": lambda torch, x: x.permute(2, 0, 1),
    "transpose": lambda torch, x: x.transpose(-1, 0),
    "swapdims": lambda torch, x: x.swapdims(0, 1),
    "swapaxes": lambda torch, x: x.swapaxes(1, -1),
    "swapaxes_": lambda torch, x: (x + 1).swapaxes_(1, 2),
    "movedim": lambda torch, x: torch.movedim(x, 0, -1),
    "movedim of several": lambda torch, x: torch.movedim(x, (2, 0), (0, 1)),
    "moveaxis": lambda torch, x: torch.moveaxis(x, -1, 0),
    "numpy_T": lambda torch, x: x[0].T,
    "adjoint": lambda torch, x: x.adjoint(),
    "mT": lambda torch, x: x.mT,
    "mH": lambda torch, x: x.mH,
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", TURNS)
@pytest.mark.parametrize("shape", [(1, 3, 4), (2, 1, 4), (2, 3, 1)])
def test_turned_axes_copy_what_changes_its_place(name, shape, tmp_path):
    """Of the file, whose calls are not taken apart."""
    torch = pytest.importorskip("torch")
    numbers = torch.arange(12.0).reshape(-1)[: shape[0] * shape[1] * shape[2]].reshape(shape)
    made = TURNS[name](torch, numbers.clone()).flatten()
    moves = made.tolist() != sorted(made.tolist())

    class Module(torch.nn.Module):
        def forward(self, x):
            return TURNS[name](torch, x).exp()

    torch.export.save(torch.export.export(Module(), (numbers,)), tmp_path / "turned.pt2")
    (network,) = weft.read(tmp_path / "turned.pt2")
    assert [layer.workload.points for layer in network.layers if layer.operator == "Transpose"] == [len(made)] * moves
    assert all(layer.workload for layer in network.layers)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", [name for name in TURNS if name != "swapaxes_"])
def test_what_is_changed_through_turned_axes_is_changed(name):
    def through(torch, m, x):
        y = x + 1
        TURNS[name](torch, y).mul_(3)
        return y.exp()

    network = read_from(through, (8, 8, 8))
    assert ("mul_", "a") in feeding(network, "exp")


def test_every_operator_that_names_elements_anew_has_a_rule():
    assert ALIASES.issubset(ATEN)
