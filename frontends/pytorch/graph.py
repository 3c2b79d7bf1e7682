"""From an exported program to the graph of a model."""

from __future__ import annotations

from collections.abc import Iterator

from ..models import GraphNode, ModelGraph
from .making import Made, Making, Refused
from .operators import reason, rule_of
from .program import Argument, Call, ExportedProgram, Reference

_WITHOUT_EFFECT = frozenset(
    ("dtype", "layout", "device", "pin_memory", "memory_format", "non_blocking", "names", "out")
)
"""Arguments that change where and how elements are kept."""


def graph_of(program: ExportedProgram) -> ModelGraph:
    """The graph of a program; calls that cannot be said in it are nodes with their refusals."""
    made = Made(dict(program.tensors))
    for call in program.calls:
        if any(call.outputs):
            _add(made, call)
            _change(made, call)
    outputs = tuple(made.meant(name) for name in program.outputs if name)
    return ModelGraph(program.name, tuple(made.nodes), made.tensors, outputs)


def _add(made: Made, call: Call) -> None:
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
    except (IndexError, ZeroDivisionError):
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
    """A call that changes its first argument: from here on that means what the call makes."""
    name = call.operator.rpartition(".")[2]
    if not name.endswith("_") or name.endswith("__"):
        return
    first = next(iter(call.arguments.values()), None)
    if isinstance(first, Reference):
        made.change(first.name, call.outputs[0])
