"""From an exported program to the graph of a model."""

from __future__ import annotations

from collections.abc import Iterator

from ..models import GraphNode, ModelGraph
from .making import Made, Making, Refused
from .operators import reason, rule_of
from .operators.movement import ALIASES, SETTING
from .program import Argument, Call, ExportedProgram, Reference

_WITHOUT_EFFECT = frozenset(
    ("dtype", "layout", "device", "pin_memory", "memory_format", "non_blocking", "names", "out")
)
"""Arguments that change where and how elements are kept."""


def graph_of(program: ExportedProgram) -> ModelGraph:
    """The graph of a program; calls that cannot be said in it are nodes with their refusals."""
    made = Made(dict(program.tensors))
    read = _read(program)
    for call in program.calls:
        if any(call.outputs):
            if not _is_view(call) or not read.isdisjoint(call.outputs):
                _add(made, call)
            _change(made, call)
    return ModelGraph(program.name, tuple(made.nodes), made.tensors)


def _read(program: ExportedProgram) -> set[str]:
    """Names whose elements are read; a view that is only written into reads none of its base."""
    found = set(program.outputs)
    for call in reversed(program.calls):
        if not _is_view(call) or not found.isdisjoint(call.outputs):
            found |= {name for item in _sources(call) for name in _names(item)}
    return found


def _sources(call: Call) -> list[Argument]:
    """The arguments whose elements may be read."""
    given = [item for name, item in call.arguments.items() if name != "out"]
    return given[1:] if call.operator in SETTING else given


def _is_view(call: Call) -> bool:
    return call.operator.removeprefix("aten.").removesuffix("_") in ALIASES and call.operator.startswith("aten.")


def _add(made: Made, call: Call) -> None:
    # A refusal takes back the nodes of a rule, but not those that say what the arguments mean.
    for name in (name for item in _sources(call) for name in _names(item)):
        made.meant(name)
    count, making = len(made.nodes), Making(call, made)
    try:
        rule = rule_of(call.operator)
        if rule is None:
            raise Refused(reason(call.operator))
        rule(making)
        for name, value in call.arguments.items():
            if name not in making.asked | _WITHOUT_EFFECT and value not in (None, 0, ()):
                raise Refused(f"argument '{name}' is {value!r:.60}, which Weft does not read")
    except Refused as error:
        _refuse(made, call, count, str(error))
    except (IndexError, ValueError, ArithmeticError):
        # Rules take tensors to have the axes that the operator's have; a file may say anything.
        _refuse(made, call, count, "its tensors are not of the shapes that it takes")


def _refuse(made: Made, call: Call, count: int, why: str) -> None:
    """A node that says why, in the place of those made since there were `count`."""
    del made.nodes[count:]
    inputs = tuple(made.meant(name) for item in call.arguments.values() for name in _names(item))
    made.nodes.append(GraphNode(call.name, call.operator, inputs, call.outputs, {}, call.span, why))


def _names(argument: Argument) -> Iterator[str]:
    if isinstance(argument, Reference):
        yield argument.name
    elif isinstance(argument, tuple):
        for item in argument:
            yield from _names(item)


def _change(made: Made, call: Call) -> None:
    """A call that changes its first argument, or `out`: from here on that means what the call makes."""
    name = call.operator.rpartition(".")[2]
    changes = name.endswith("_") and not name.endswith("__")
    first = next(iter(call.arguments.values()), None)
    target = first if changes else call.arguments.get("out")
    if _is_view(call) and isinstance(first, Reference):
        if changes:
            made.rename(first.name, call.outputs[0])
        else:
            for output in filter(None, call.outputs):
                made.view(output, first.name)
    elif isinstance(target, Reference):
        made.change(target.name, call.outputs[0])
