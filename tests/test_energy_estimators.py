"""Estimators of other packages, through an entry point of a distribution that is made for the test."""

import sys
from dataclasses import replace
from importlib.metadata import entry_points
from math import inf, nan

import numpy as np
import pytest
from energies import L1, L2, TO_L1, TO_MAC, counts, schedule

from weft.backends.area import area, memory_area
from weft.backends.energy import Component, Estimate, energy, parse_energy_table
from weft.backends.energy.estimator import ask_estimator
from weft.ir import Accelerator, Memory, WeftError

MODULE = """
from weft.backends.energy import Estimate

ASKED = []

class Sized:
    def estimate(self, component, action):
        ASKED.append((component, action))
        if component.role == "dram":
            return None
        return Estimate(component.width_bits * (2 if action == "write" else 1), "a made-up tool")

class Placed:
    def estimate(self, component, action):
        ASKED.append((component, action))
        return Estimate(source="a made-up tool", area_um2=10 * component.capacity_bytes if component.capacity_bytes
            else component.width_bits, leakage_mw=0.25)

class Broken:
    def estimate(self, component, action):
        raise ZeroDivisionError("no such node")

class Nonsense:
    answer = None
    def estimate(self, component, action):
        return Nonsense.answer

needs_arguments = lambda path: path
"""
TABLE = """\
name: t
technology: 7 nm
entries:
  mac: {value: 1, unit: pJ, source: s}
  network: {value: 1, unit: pJ, source: s}
  pe: {value: 1, unit: pJ, source: s}
  buffer: {estimator: NAME, technology: 22 nm}
"""
SHIPPED = sorted(point.name for point in entry_points(group="weft.energy"))
"""The adapters that Weft declares itself, as far as the installed checkout has them."""


@pytest.fixture
def tool(tmp_path, monkeypatch):
    """A module of estimators that an installed distribution offers."""
    (tmp_path / "made_up_tool.py").write_text(MODULE)
    info = tmp_path / "made_up_tool-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: made-up-tool\nVersion: 1.0\n")
    points = {
        "sized": "Sized",
        "placed": "Placed",
        "broken": "Broken",
        "nonsense": "Nonsense",
        "arguments": "needs_arguments",
        "lost": "Lost",
    }
    lines = [f"{name} = made_up_tool:{thing}" for name, thing in points.items()]
    (info / "entry_points.txt").write_text("\n".join(["[weft.energy]", *lines]) + "\n")
    monkeypatch.syspath_prepend(tmp_path)
    import made_up_tool

    ask_estimator.cache_clear()
    yield made_up_tool
    del sys.modules["made_up_tool"]


def table(name):
    return parse_energy_table(TABLE.replace("NAME", name), "t.yaml")


def terms(name, **memory):
    memories = (replace(L2, **memory), L1)
    return energy(counts(TO_L1, TO_MAC), schedule(memories, (0, 1)), table(name))


def findings(name):
    with pytest.raises(WeftError) as caught:
        terms(name)
    assert {item.code for item in caught.value.diagnostics} == {"W205"}
    return [item.message for item in caught.value.diagnostics]


def test_a_plug_in_gives_the_energies_of_its_entry(tool):
    found = {term.name: term for term in terms("sized", capacity_bytes=4096, banks=4, block_size=2)}
    assert (found["L2 read"].picojoules_each, found["L2 write"].picojoules_each) == (16, 32)
    assert found["L1 read"].picojoules_each == 1
    assert found["L2 read"].source == "estimator 'sized': a made-up tool"


def test_a_plug_in_is_told_what_it_is_asked_for(tool):
    terms("sized", capacity_bytes=4096, banks=4, block_size=2)
    component, action = tool.ASKED[0]
    assert (component.role, component.name, action) == ("buffer", "L2", "read")
    assert (component.width_bits, component.elements) == (16, 2)
    assert (component.capacity_bytes, component.banks, component.technology) == (1024, 4, "22 nm")


def test_a_plug_in_is_asked_once_for_each_size_and_action(tool):
    terms("sized", capacity_bytes=4096)
    terms("sized", capacity_bytes=4096)
    assert [action for _, action in tool.ASKED] == ["read", "write"]
    terms("sized", capacity_bytes=2048)
    assert len(tool.ASKED) == 4


def test_a_plug_in_that_fails_is_a_finding(tool):
    (message, *_) = findings("broken")
    assert message == (
        "the energy estimator 'broken' of made_up_tool:Broken fails for read of L2: ZeroDivisionError: no such node"
    )
    assert "AttributeError" in findings("lost")[0]
    assert "TypeError" in findings("arguments")[0]


@pytest.mark.parametrize("picojoules", [nan, inf, -1, True, "3"])
def test_a_plug_in_that_answers_nonsense_is_a_finding(tool, picojoules):
    tool.Nonsense.answer = Estimate(picojoules, "s")
    assert "answers" in findings("nonsense")[0]


def test_an_answer_of_another_kind_or_without_a_source_is_a_finding(tool):
    tool.Nonsense.answer = 3
    assert "answers 3, which has no picojoules, for read of L2" in findings("nonsense")[0]
    tool.Nonsense.answer = Estimate(3, "")
    assert "answers without a source" in findings("nonsense")[0]


def test_an_estimator_that_does_not_know_is_named(tool):
    tool.Nonsense.answer = None
    assert findings("nonsense") == ["the energy estimator 'nonsense' knows no 'buffer', which 'L2 read' needs"]


def test_a_missing_plug_in_is_found_where_the_table_names_it(tool):
    with pytest.raises(WeftError) as caught:
        table("sizd")
    (found,) = caught.value.diagnostics
    assert (found.span.line, found.span.column) == (7, 23)
    assert found.message == "no energy estimator 'sizd' is installed"
    assert found.hint == "did you mean 'sized'?"
    names = ("arguments", "broken", "lost", "nonsense", "placed", "sized")
    assert found.notes == (f"installed: {', '.join(sorted({*names, *SHIPPED}))}",)


def test_without_plug_ins_the_hint_says_what_to_install():
    with pytest.raises(WeftError) as caught:
        table("cacti")
    (found,) = caught.value.diagnostics
    assert found.notes == (f"installed: {', '.join(SHIPPED) or 'none'}",)
    assert found.hint == "install a package with an entry point 'cacti' in the group weft.energy"


AREAS = """\
name: a
mac: {estimator: NAME}
pe: {unit_bytes: 1, area_um2: 1, source: s}
buffer: {estimator: NAME, technology: 22 nm}
"""


@pytest.fixture
def machine(tmp_path):
    """A machine whose areas an estimator gives."""

    def made(name, **l2):
        path = tmp_path / "areas.yaml"
        path.write_text(AREAS.replace("NAME", name))
        memories = (Memory("L2", 1, 1000, **l2), Memory("L1", None, 10))
        return Accelerator("m", 4, memories, area_table=str(path), technology_nm=16)

    return made


def test_areas_and_leakages_of_an_estimator(tool, machine):
    one = machine("placed", banks=2, read_bandwidth=3, write_bandwidth=3)
    found = {term.name: term for term in area(one, {}).terms}
    assert (found["L2"].area_um2, found["L2"].leakage_mw) == (2 * 5000, 2 * 0.25)
    assert found["L2"].source == "estimator 'placed': a made-up tool"
    assert (found["MAC"].area_um2, found["MAC"].leakage_mw) == (4 * 8, 4 * 0.25)
    components = [component for component, action in tool.ASKED if action == "area"]
    assert Component("buffer", "L2", 24, 1, 500, 2, "22 nm", 2) in components
    assert Component("mac", "MAC", 8, technology="16 nm") in components


def test_an_estimator_of_many_capacities_is_asked_once_for_each(tool, machine):
    sizes = np.array([10, 20, 10, 0, 20])
    assert memory_area(machine("placed"), "L2", sizes).tolist() == [100, 200, 100, 0, 200]
    assert len([component for component, _ in tool.ASKED if component.role == "buffer"]) == 2


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Estimate(3, "s"), "which has no area_um2"),
        (Estimate(source="s", area_um2=-1), "answers -1 µm² for area"),
        (Estimate(source="s", area_um2=1, leakage_mw=nan), "answers nan mW for area"),
        (Estimate(area_um2=1), "without a source"),
        (None, "knows no area of L2"),
    ],
)
def test_nonsense_about_areas(tool, machine, answer, words):
    tool.Nonsense.answer = answer
    with pytest.raises(WeftError, match=words) as caught:
        memory_area(machine("nonsense"), "L2", np.array([1]))
    assert caught.value.diagnostics[0].code == "W205"
