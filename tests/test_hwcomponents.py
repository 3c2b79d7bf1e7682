"""The adapter to `hwcomponents`, with a stand-in that has its documented functions, and with the package itself if it
is installed (it needs Python 3.12)."""

import sys
import tomllib
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest

from weft.backends.energy import Component
from weft.backends.energy.hwcomponents import HwComponents
from weft.ir import WeftError

MEMORY = Component("buffer", "L2", 64, 8, 1001, 2, "28 nm HPC", 2)
MAC = Component("mac", "MAC", 8, technology="40nm")


@pytest.fixture
def asked(monkeypatch):
    """What a package with the documented functions was asked for: areas in m², leakages in W, energies in J."""
    calls = []

    def answer(kind, value):
        def call(name, attributes, *action):
            calls.append((kind, name, attributes, *action))
            return value

        return call

    tool = SimpleNamespace(
        get_area=answer("area", 3e-9),
        get_leak_power=answer("leak", 2e-6),
        get_action_cost=answer("cost", SimpleNamespace(energy=5e-12)),
    )
    monkeypatch.setitem(sys.modules, "hwcomponents", tool)
    return calls


def test_a_memory_is_one_bank_of_sram_in_whole_words(asked):
    found = HwComponents().estimate(MEMORY, "read")
    sizes = {"tech_node": pytest.approx(28e-9), "width": 64, "size": 126 * 64, "n_rw_ports": 2, "n_banks": 1}
    assert asked == [("cost", "SRAM", sizes, "read", {})]
    assert (found.picojoules, found.source) == (pytest.approx(5), "hwcomponents: SRAM at 28 nm")


def test_area_and_leakage_of_a_memory(asked):
    found = HwComponents().estimate(MEMORY, "area")
    assert [call[0] for call in asked] == ["area", "leak"]
    assert (found.area_um2, found.leakage_mw) == (pytest.approx(3000), pytest.approx(2e-3))


def test_a_mac_is_a_multiplier_and_an_adder_of_twice_the_width(asked):
    assert HwComponents().estimate(MAC, "compute").picojoules == pytest.approx(10)
    widths = [(name, sizes["width"], done) for _, name, sizes, done, _ in asked]
    assert widths == [("IntMultiplier", 8, "multiply"), ("IntAdder", 16, "add")]
    assert HwComponents().estimate(MAC, "area").area_um2 == pytest.approx(6000)


@pytest.mark.parametrize(
    "component", [Component("dram", "DRAM", 8), Component("pe", "L1", 8), Component("network", "", 8)]
)
def test_what_it_does_not_know(asked, component):
    assert HwComponents().estimate(component, "read") is None
    assert asked == []


def test_a_technology_without_a_node_is_refused(asked):
    with pytest.raises(ValueError, match="names no node"):
        HwComponents().estimate(Component("mac", "MAC", 8, technology="fast"), "compute")


def test_the_package_is_an_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "hwcomponents", None)
    with pytest.raises(WeftError) as caught:
        HwComponents().estimate(MAC, "compute")
    (found,) = caught.value.diagnostics
    assert (found.code, found.hint) == ("W008", "pip install 'weft-ir[hwcomponents]', with Python 3.12 or later")


def test_it_is_declared_by_an_entry_point():
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
    module, name = project["entry-points"]["weft.energy"]["hwcomponents"].split(":")
    assert getattr(import_module(module), name) is HwComponents
    assert "hwcomponents" in project["optional-dependencies"]


@pytest.mark.filterwarnings("ignore")  # those of the package
@pytest.mark.skipif(find_spec("hwcomponents") is None, reason="hwcomponents is not installed")
def test_the_package_itself_answers():
    mac = HwComponents().estimate(MAC, "area")
    # Aladdin's at 40 nm: (8 / 32)² of 6350 and (16 / 32) of 278.
    assert mac.area_um2 == pytest.approx(6350 / 16 + 278 / 2)
    memory = Component("buffer", "L2", 64, 8, 16384, 1, "32 nm")
    assert HwComponents().estimate(memory, "read").picojoules == pytest.approx(6.54754)
