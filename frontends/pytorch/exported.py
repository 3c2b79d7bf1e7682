"""Modules that are exported here, as programs. Needs PyTorch, which nothing else of this package does."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch.export import ExportedProgram as Exported
from torch.export.graph_signature import InputKind

from ...ir import WeftError
from ..models.graph import GraphTensor
from ..sizes import Sizes
from .elements import BY_NAME
from .operators import rule_of
from .program import Argument, Call, ExportedProgram, Reference, Unknown
from .symbols import Symbols
from .traces import place_of

_CONSTANTS = (InputKind.PARAMETER, InputKind.BUFFER, InputKind.CONSTANT_TENSOR)


def export(module: Any, inputs: Sequence[Any], named: Mapping[str, Any]) -> Exported:
    """What `torch.export` makes of a module; an exported program is taken as it is."""
    if isinstance(module, Exported):
        return _in_known_operators(module)
    with torch.no_grad():
        return _in_known_operators(torch.export.export(module, tuple(inputs), dict(named), strict=False))


def _in_known_operators(exported: Exported) -> Exported:
    """The program, of which operators without a rule are taken apart, if PyTorch can do that; the others stay whole."""
    targets = {node.target for node in exported.graph.nodes if node.op == "call_function"}
    unknown = {target for target in targets if not _is_known(target)}
    if not unknown:
        return exported
    parts: Any = torch.export.default_decompositions()
    table = {target: taken for target, taken in parts.items() if not _is_known(target)}
    return exported.run_decompositions(table) if unknown & table.keys() else exported


def _is_known(target: object) -> bool:
    return target is operator.getitem or rule_of(".".join(_name(target).split(".")[:2])) is not None


def _name(target: object) -> str:
    return str(target).removeprefix("torch.ops.")


def program_of(exported: Exported, name: str, sizes: Sizes) -> ExportedProgram:
    """The program of an exported one. Raises WeftError (W005) for symbols without a size."""
    return _Walker(exported, sizes).program(name)


class _Walker:
    def __init__(self, exported: Exported, sizes: Sizes) -> None:
        self.exported, self.symbols = exported, Symbols(sizes)
        self.tensors: dict[str, GraphTensor] = {}
        self.constants = {spec.arg.name for spec in exported.graph_signature.input_specs if spec.kind in _CONSTANTS}

    def program(self, name: str) -> ExportedProgram:
        calls: list[Call] = []
        outputs: tuple[str, ...] = ()
        for node in self.exported.graph.nodes:
            if node.op == "output":
                outputs = tuple(item.name for item in node.all_input_nodes)
                continue
            self._note(node.name, node.meta.get("val"))
            if node.op == "call_function" and node.target is not operator.getitem:
                calls.append(self._call(node))
        if self.symbols.missing:
            raise WeftError(self.symbols.missing.values())
        return ExportedProgram(name, tuple(calls), self.tensors, outputs)

    def _note(self, name: str, value: object) -> None:
        """Keeps the shape of a tensor, if all its sizes are known."""
        if not isinstance(value, torch.Tensor):
            return
        sizes = [self._size(size) for size in value.shape]
        known = tuple(size for size in sizes if size is not None)
        if len(known) == len(sizes):
            element = BY_NAME.get(str(value.dtype).removeprefix("torch."), "f32")
            self.tensors[name] = GraphTensor(name, known, element, name in self.constants)

    def _size(self, size: int | torch.SymInt) -> int | None:
        return size if isinstance(size, int) else self.symbols.value(str(size.node.expr))

    def _call(self, node: torch.fx.Node) -> Call:
        target = _name(node.target)
        schema = getattr(node.target, "_schema", None)
        names = [item.name for item in schema.arguments] if schema is not None else map(str, range(len(node.args)))
        arguments = {name: self._argument(value) for name, value in zip(names, node.args, strict=False)}
        arguments |= {name: self._argument(value) for name, value in node.kwargs.items()}
        trace = node.meta.get("stack_trace")
        return Call(node.name, target, arguments, self._outputs(node), place_of(trace) if trace else None)

    def _outputs(self, node: torch.fx.Node) -> tuple[str, ...]:
        """The names of the outputs: the node itself, or what takes them out of its tuple."""
        value = node.meta.get("val")
        if isinstance(value, torch.Tensor):
            return (node.name,)
        if not isinstance(value, tuple | list):
            return ("",)
        taken = {user.args[1]: user.name for user in node.users if user.target is operator.getitem}
        return tuple(taken.get(place, "") for place in range(len(value)))

    def _argument(self, value: object) -> Argument:
        match value:
            case None | str():
                return value
            case bool() | int():
                return int(value)
            case float():
                return value
            case torch.fx.Node():
                return self._of_node(value)
            case torch.SymInt():
                return self._whole(value)
            case tuple() | list():
                return tuple(self._argument(item) for item in value)
        return Unknown(type(value).__name__)

    def _of_node(self, node: torch.fx.Node) -> Argument:
        value = node.meta.get("val")
        if isinstance(value, torch.SymInt):
            return self._whole(value)
        return Reference(node.name) if isinstance(value, torch.Tensor) else Unknown(type(value).__name__)

    def _whole(self, value: torch.SymInt) -> int | Unknown:
        found = self._size(value)
        return Unknown("a size that is not known") if found is None else found
