"""From a function to the graph of a model; the functions that it calls stand in its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ...ir import Diagnostic, WeftError
from ..models import GraphNode, ModelGraph
from ..models.refusals import CONTROL, ORDERED
from . import elementwise, movement, products, reductions
from .hosts import HOSTS
from .loops import body_names, initial, trips
from .making import Graph, Making, Refused, Rule
from .module import Function, Operation

MAX_OPERATIONS = 1 << 18
"""Operations with those of called functions, each time that they are called."""
MAX_CALLS = 64
"""Calls that may stand in each other."""

RULES: dict[str, Rule] = {**elementwise.RULES, **movement.RULES, **products.RULES, **reductions.RULES}
"""By name, without the dialect."""

_CALLS = ("call", "func.call", "util.call", "stablehlo.composite")
_LOOPS = ("stablehlo.while", "mhlo.while")
_RETURNS = ("return", "func.return", "util.return", "stablehlo.return")
_DIALECTS = ("stablehlo", "mhlo", "chlo", "sdy")
_REFUSED = {
    **dict.fromkeys(("while", "if", "case", "map", "async_start"), CONTROL),
    **dict.fromkeys(("sort", "top_k", "select_and_scatter"), ORDERED),
    "rng_bit_generator": "its elements are drawn at random, from a state",
    **dict.fromkeys(("all_reduce", "all_gather", "all_to_all", "reduce_scatter"), "it runs on several machines"),
}


@dataclass
class _Walk:
    """Walks through a function and those that it calls; `values` of the text are tensors of the graph."""

    functions: Mapping[str, Function]
    graph: Graph = field(default_factory=Graph)
    count: int = 0
    calls: int = 0

    def function(self, function: Function, arguments: list[str], prefix: str, depth: int) -> list[str]:
        """Adds the operations of a function, and gives the tensors that it returns."""
        values = {name: given for (name, _), given in zip(function.arguments, arguments, strict=False)}
        return self.block(function.body, values, prefix, depth)

    def block(self, body: tuple[Operation, ...], values: dict[str, str], prefix: str, depth: int) -> list[str]:
        """The same of operations that see the values."""
        used = frozenset(name for item in _all(body) for name in item.operands)
        for operation in body:
            self.count += 1
            if self.count > MAX_OPERATIONS:
                message = (
                    f"the model has more than {MAX_OPERATIONS} operations, with those of functions that are called"
                )
                raise WeftError(Diagnostic("W010", message, span=operation.span))
            if operation.name in _RETURNS:
                return [values.get(name, "") for name in operation.operands]
            if operation.name in _CALLS and self._callee(operation) is not None:
                made = self._call(operation, values, prefix, depth)
                values |= dict(zip(operation.results, made, strict=False))
                continue
            times = self._trips(operation, values)
            if times is not None:
                made = self._unrolled(operation, times, values, prefix, depth)
                values |= dict(zip(operation.results, made, strict=False))
                continue
            names = self._results(operation, prefix)
            operands = [values.get(name, "") for name in operation.operands]
            values |= dict(zip(operation.results, names, strict=True))
            read = zip(operation.results, names, strict=True)
            taken = [values[name] for name in _from_outside(operation) if name in values]
            self._add(operation, operands, names, frozenset(name for value, name in read if value in used), taken)
        return []

    def _callee(self, operation: Operation) -> Function | None:
        return next((self.functions[name] for name in called_by(operation) if name in self.functions), None)

    def _call(self, operation: Operation, values: dict[str, str], prefix: str, depth: int) -> list[str]:
        callee = self._callee(operation)
        assert callee is not None
        if depth > MAX_CALLS:
            message = f"calls stand more than {MAX_CALLS} deep in each other"
            raise WeftError(Diagnostic("W801", message, span=operation.span))
        self.calls += 1
        arguments = [values.get(name, "") for name in operation.operands]
        return self.function(callee, arguments, f"{prefix}{callee.name}.{self.calls}/", depth + 1)

    def _trips(self, operation: Operation, values: dict[str, str]) -> int | None:
        """How often a loop runs; None for anything else, and if that is not known."""
        if operation.name not in _LOOPS:
            return None
        splats = self.graph.splats
        found = trips(operation, {name: splats[tensor] for name, tensor in values.items() if tensor in splats})
        fits = found is not None and self.count + found * len(_all((operation,))) <= MAX_OPERATIONS
        return found if fits else None

    def _unrolled(self, operation: Operation, times: int, values: dict[str, str], prefix: str, depth: int) -> list[str]:
        """The body of a loop as often as it runs, and what it has made in the end."""
        if depth > MAX_CALLS:
            message = f"loops and calls stand more than {MAX_CALLS} deep in each other"
            raise WeftError(Diagnostic("W801", message, span=operation.span))
        self.calls += 1
        place, names = self.calls, body_names(operation)
        held = [values.get(name, "") for name in initial(operation)]
        for turn in range(times):
            inner = values | dict(zip(names, held, strict=False))
            held = self.block(operation.regions[1], inner, f"{prefix}while.{place}.{turn}/", depth + 1)
        return held

    def _results(self, operation: Operation, prefix: str) -> list[str]:
        """The tensors of the results, those of known shape among the graph's."""
        names = []
        types = (*operation.makes, *(None,) * len(operation.results))
        for value, made in zip(operation.results, types, strict=False):
            name = f"{prefix}{value[1:]}"
            if made is not None and made.shape is not None:
                name = self.graph.new(name, made.shape, made.element).name
            names.append(name)
        return names

    def _add(
        self, operation: Operation, operands: list[str], names: list[str], used: frozenset[str], taken: list[str]
    ) -> None:
        dialect, _, short = operation.name.rpartition(".")
        path, slash, value = (names[0] if names else "").rpartition("/")
        name = f"{path}{slash}{short}.{value}"
        making = Making(operation, self.graph, name, operands, names, used)
        count = len(self.graph.nodes)
        try:
            rule = RULES.get(short) if dialect in _DIALECTS else HOSTS.get(operation.name)
            if rule is None:
                raise Refused(_REFUSED.get(short, "Weft does not know the operation"))
            rule(making)
        except Refused as error:
            self._refuse(making, count, str(error), taken)
        except (IndexError, ValueError, ArithmeticError):
            # Rules take operands to have the axes that the operation's have; a file may say anything.
            self._refuse(making, count, "its operands are not of the shapes that it takes", taken)

    def _refuse(self, making: Making, count: int, why: str, taken: list[str]) -> None:
        """A node that says why, in the place of those made since there were `count`; its regions read `taken`."""
        del self.graph.nodes[count:]
        inputs, outputs = tuple(filter(None, (*making.operands, *taken))), tuple(making.results)
        if outputs:
            name, span = making.operation.name, making.operation.span
            self.graph.nodes.append(GraphNode(making.name, name, inputs, outputs, {}, span, why))


def called_by(operation: Operation) -> list[str]:
    """The functions whose names an operation has, also in its regions."""
    texts = [item.text for item in _all((operation,))]
    return [name for text in texts for _, name in re.findall(r'@("?)([\w$.-]+)\1', text)]


def _from_outside(operation: Operation) -> list[str]:
    """What the regions of an operation read that they do not make, their own arguments among it."""
    inner = _all(tuple(item for region in operation.regions for item in region))
    own = {name for item in inner for name in item.results}
    return [name for item in inner for name in item.operands if name not in own]


def _all(body: tuple[Operation, ...]) -> list[Operation]:
    """The operations of a body with those of their regions."""
    found: list[Operation] = []
    for operation in body:
        found.append(operation)
        for region in operation.regions:
            found += _all(region)
    return found


def graph_of(functions: Mapping[str, Function], function: Function, name: str) -> ModelGraph:
    """The graph of a function. What cannot be said in it is a node with its refusal."""
    walk = _Walk(functions)
    arguments = []
    for value, given in function.arguments:
        argument = value[1:]
        if given is not None and given.shape is not None:
            argument = walk.graph.new(argument, given.shape, given.element).name
        arguments.append(argument)
    walk.function(function, arguments, "", 0)
    return ModelGraph(name, tuple(walk.graph.nodes), walk.graph.tensors)
