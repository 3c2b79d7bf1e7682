"""Passes of other distributions stand in Python, on Weft's command line and in xDSL, with their options."""

import re

import pytest
from declared import install, tool
from mlir_modules import MATMUL, after

pytest.importorskip("xdsl")

import weft
from weft.ir import TemporalMap, WeftError
from weft.passes import Program, parse_pipeline, pass_class, pass_names, passes, pipeline_text, run_passes
from weft.passes.options import options_of
from weft.xdsl.universe import OWN

MODULE = '''
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from weft.ir import Diagnostic, Severity


@dataclass(frozen=True)
class Turn:
    """The directives of every level the other way round."""

    name: ClassVar[str] = "turn"
    needs: ClassVar[str] = "mapping"
    told: Literal["no", "yes"] = "no"
    words: Literal["few", "many"] = "few"
    limit: float = 5.0

    def apply(self, program):
        if program.has_errors:
            return program
        levels = tuple(level[::-1] for level in program.mapping.dataflow.levels)
        dataflow = replace(program.mapping.dataflow, levels=levels)
        note = Diagnostic("W107", f"turned, {self.words} words, {self.limit:g}", Severity.NOTE)
        return replace(
            program,
            mapping=replace(program.mapping, dataflow=dataflow),
            diagnostics=(*program.diagnostics, *([note] if self.told == "yes" else ())),
        )


@dataclass(frozen=True)
class Inspect:
    """Says how many units the outermost level has."""

    name: ClassVar[str] = "inspect"
    needs: ClassVar[str] = "schedule"

    def apply(self, program):
        note = Diagnostic("W107", f"{program.schedule.levels[0].units} units", Severity.NOTE)
        return replace(program, diagnostics=(*program.diagnostics, note))


@dataclass(frozen=True)
class Odd(Turn):
    name: ClassVar[str] = "odd"
    count: int = 3


class Plain:
    name = "plain"
    needs = "mapping"

    def apply(self, program):
        return program


@dataclass(frozen=True)
class Needy(Turn):
    name: ClassVar[str] = "needy"
    needs: ClassVar[str] = "luck"


@dataclass(frozen=True)
class Careless(Turn):
    """Fails, or gives nothing."""

    name: ClassVar[str] = "careless"
    gives: Literal["nothing", "errors"] = "nothing"

    def apply(self, program):
        if self.gives == "errors":
            raise KeyError("lost")


@dataclass(frozen=True)
class Named(Turn):
    """Has an option that xDSL's passes have."""

    name: ClassVar[str] = "named"
    accelerator: Literal["a"] = "a"


function = print
'''
POINTS = {
    "turn": "Turn",
    "inspect": "Inspect",
    "odd": "Odd",
    "plain": "Plain",
    "needy": "Needy",
    "renamed": "Turn",
    "function": "function",
    "lost": "Lost",
    "lower": "Turn",
    "named": "Named",
    "careless": "Careless",
}
PROGRAM = """
Network n { Layer L { Type: GEMM Dimensions { M: 4, N: 4, K: 4 }
  Dataflow { TemporalMap(2,2) N; SpatialMap(1,1) M; TemporalMap(2,2) K; } } }
"""


@pytest.fixture
def folder(tmp_path):
    """A folder in which a distribution with passes is installed."""
    install(tmp_path, "turning", MODULE, [("weft.passes", name, place) for name, place in POINTS.items()])
    (tmp_path / "n.m").write_text(PROGRAM)
    (tmp_path / "f.mlir").write_text(MATMUL)
    return tmp_path


@pytest.fixture
def turning(folder, monkeypatch):
    """The same in this process."""
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.chdir(folder)
    pass_class.cache_clear()
    yield
    pass_class.cache_clear()


@pytest.mark.usefixtures("turning")
def test_a_declared_pass_stands_in_pipelines_with_its_options():
    text = "turn{told=yes,limit=2}"
    (item,) = parse_pipeline(text)
    assert (item.told, item.words, item.limit) == ("yes", "few", 2.0)
    assert pipeline_text([item]) == text
    (mapping,) = weft.load("n.m")
    found = run_passes(Program(mapping), [item])
    assert found.mapping.dataflow.levels[0][0] == TemporalMap(2, 2, "K")
    assert [note.message for note in found.diagnostics] == ["turned, few words, 2"]
    with pytest.raises(WeftError, match=r"pass 'turn' has no option 'tod'\n  hint: did you mean 'told'\?"):
        parse_pipeline("turn{tod=yes}")


@pytest.mark.usefixtures("turning")
def test_a_pass_of_wefts_own_keeps_its_name():
    assert pass_names().count("lower") == 1
    assert pass_class("lower").__module__ == "weft.passes.lower"


@pytest.mark.usefixtures("turning")
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("odd", "has a field 'count' that is neither a Literal of texts nor a float, with a default"),
        ("plain", "is no dataclass"),
        ("needy", "needs 'luck', which is none of mapping, canonical, schedule"),
        ("renamed", "names itself 'turn'"),
        ("function", "is no class with a method 'apply'"),
        ("lost", "cannot be loaded: AttributeError: "),
    ],
)
def test_what_is_no_pass_is_a_finding_when_it_is_used(name, reason):
    assert name in pass_names()
    with pytest.raises(WeftError, match=re.escape(reason)) as caught:
        parse_pipeline(f"canonicalize,{name}")
    (found,) = caught.value.diagnostics
    assert found.code == "W012"
    assert f"'{name}' (turning:{POINTS[name]} of turning), an entry point of the group weft.passes" in found.message


@pytest.mark.usefixtures("turning")
@pytest.mark.parametrize(
    ("gives", "reason"), [("errors", "fails: KeyError: 'lost'"), ("nothing", "gives NoneType, which is no Program")]
)
def test_a_pass_that_fails_is_a_finding(gives, reason):
    (mapping,) = weft.load("n.m")
    with pytest.raises(WeftError, match=re.escape(reason)) as caught:
        run_passes(Program(mapping), parse_pipeline(f"careless{{gives={gives}}}"))
    (found,) = caught.value.diagnostics
    assert found.code == "W012"


def test_the_command_line_runs_it(folder):
    text, code = tool(folder, "weft", "opt", "n.m", "-p", "turn{told=yes,words=many},canonicalize,infer,inspect")
    assert code == 0, text
    assert text.index("TemporalMap(2,2) K") < text.index("SpatialMap(1,1) M") < text.index("TemporalMap(2,2) N")
    assert "turned, many words, 5" in text
    assert "256 units" in text
    text, code = tool(folder, "weft", "opt", "--help")
    assert code == 0
    assert "turn" in text
    text, code = tool(folder, "weft", "opt", "n.m", "-p", "lost")
    assert (code, "Traceback" in text) == (1, False)
    assert "error[W012]" in text
    assert tool(folder, "weft", "opt", "n.m")[1] == 0


def test_xdsl_runs_it(folder):
    pipeline = "weft-raise,weft-turn{told=true limit=2.5},weft-inspect"
    text, code = tool(folder, "xdsl-opt", "-p", pipeline, "f.mlir")
    assert code == 0, text
    assert "note[W107]: " in text
    assert "units" in text
    maps = re.findall(r'weft\.temporal_map\([^)]*\) "(\w)"', text)
    plain = re.findall(r'weft\.temporal_map\([^)]*\) "(\w)"', tool(folder, "xdsl-opt", "-p", "weft-raise", "f.mlir")[0])
    assert len(plain) > 1
    assert maps == plain[::-1]
    text, code = tool(folder, "xdsl-opt", "-p", "weft-raise,weft-turn{told=true limit=2.5}", "f.mlir")
    assert "turned, few words, 2.5" in text
    text, code = tool(folder, "xdsl-opt", "-p", "weft-raise,weft-turn{limit=0}", "f.mlir")
    assert code == 1
    assert "W004" in text
    assert "'0' in option 'limit' is no positive number" in text
    text, code = tool(folder, "xdsl-opt", "--help")
    text = "".join(text.split())  # the lines are broken anywhere
    assert code == 0
    assert "weft-turn" in text
    assert "weft-inspect" in text


@pytest.mark.usefixtures("turning")
def test_an_option_that_every_pass_of_xdsl_has_is_refused():
    from weft.xdsl.generated import generated_pass

    assert parse_pipeline("named{accelerator=a}")
    with pytest.raises(WeftError, match=r"W012.*: pass 'named' has an option 'accelerator', which is one"):
        generated_pass("named")


def test_passes_without_a_class_of_their_own_write_what_they_find():
    program = after(MATMUL, "weft-raise,weft-canonicalize,weft-reuse")
    assert "weft.level units 256" in program
    assert re.search(r'weft\.reuse = \["level 0, \w+: \w+ .* by ', program)
    assert "weft.reuse" not in after(MATMUL, "weft-raise,weft-canonicalize")


def test_all_of_wefts_passes_are_in_xdsl():
    """Those there, one that has no class in Weft, and `raise`, which does not start from a program."""
    assert {*OWN} == {*passes(), "raise", "cost", "strip"}
    assert [name for name in OWN if name in passes()] != []


@pytest.mark.parametrize("name", ["raise", *passes()])
def test_every_option_of_a_pass_is_one_of_xdsls(name):
    from weft.passes import RaisePass
    from weft.xdsl import UNIVERSE

    of = RaisePass if name == "raise" else pass_class(name)
    cls = UNIVERSE.all_passes[OWN[name][0]]()
    assert cls.name == OWN[name][0]
    assert {option.field for option in options_of(of)} <= {*cls.__dataclass_fields__}
    given = {
        option.field: (option.choices[-1] == "yes" if {*option.choices} == {"yes", "no"} else option.choices[-1])
        if option.choices
        else 7
        for option in options_of(of)
    }
    made = cls(**given).weft_pass()
    assert made == of(**{o.field: o.choices[-1] if o.choices else 7.0 for o in options_of(of)})
    assert cls().weft_pass() == of()
