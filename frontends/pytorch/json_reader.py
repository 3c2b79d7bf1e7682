"""The JSON of an exported graph as a program."""

from __future__ import annotations

from typing import Any, TypeVar

from ...ir import Diagnostic, Span, WeftError
from ..models.graph import GraphTensor
from ..sizes import Sizes
from .elements import BY_NUMBER
from .program import Argument, Call, ExportedProgram, Reference, Unknown
from .symbols import Symbols
from .traces import place_of

T = TypeVar("T")

_INFINITE = {"Infinity": float("inf"), "-Infinity": float("-inf"), "NaN": float("nan")}
_CONSTANTS = ("parameter", "buffer", "tensor_constant")


def read_program(data: Any, name: str, path: str, sizes: Sizes) -> ExportedProgram:
    """The program of a graph's JSON. WeftError: W001 for what is no such JSON, W005 for symbols without size."""
    try:
        return _Reader(path, sizes).program(data, name)
    except _Malformed as error:
        message = f"the graph '{name}' in '{path}' is not as torch.export writes it: {error}"
        raise WeftError(Diagnostic("W001", message)) from None


class _Malformed(Exception):
    """What is not as it should be."""


def _take(data: Any, key: str, kind: type[T]) -> T:
    if not isinstance(data, dict) or key not in data:
        raise _Malformed(f"there is no '{key}'")
    return _be(data[key], kind, key)


def _be(value: Any, kind: type[T], what: str) -> T:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise _Malformed(f"'{what}' is {str(value)[:60]}")
    return value


def _number(value: Any) -> int | float:
    found = _INFINITE.get(value, value) if isinstance(value, str) else value
    if not isinstance(found, int | float):
        raise _Malformed(f"a number is {str(value)[:60]}")
    return found


class _Reader:
    def __init__(self, path: str, sizes: Sizes) -> None:
        self.path, self.symbols = path, Symbols(sizes)
        self.integers: dict[str, int | None] = {}

    def program(self, data: Any, name: str) -> ExportedProgram:
        module = _take(data, "graph_module", dict)
        graph = _take(module, "graph", dict)
        constants = self._constants(_take(module, "signature", dict))
        self.integers = {key: self._size(value) for key, value in _take(graph, "sym_int_values", dict).items()}
        tensors: dict[str, GraphTensor] = {}
        for key, meta in _take(graph, "tensor_values", dict).items():
            shape = self._shape(key, _take(meta, "sizes", list))
            if shape is not None:
                element = BY_NUMBER.get(_take(meta, "dtype", int), "f32")
                tensors[key] = GraphTensor(key, shape, element, key in constants)
        nodes = _take(graph, "nodes", list)
        calls = tuple(self._call(_be(node, dict, "node"), number) for number, node in enumerate(nodes))
        outputs = tuple(name for item in _take(graph, "outputs", list) for name in self._made(item))
        if self.symbols.missing:
            raise WeftError(self.symbols.missing.values())
        self._check_ranges(data.get("range_constraints"))
        return ExportedProgram(name, calls, tensors, outputs)

    def _check_ranges(self, ranges: Any) -> None:
        """The graph holds for a range of each symbol, outside of which the module may compute something else."""
        found = []
        for name, item in ranges.items() if isinstance(ranges, dict) else ():
            value = self.symbols.sizes.get(name)
            least, most = (item.get(key) if isinstance(item, dict) else None for key in ("min_val", "max_val"))
            low, high = (limit if isinstance(limit, int) else value for limit in (least, most))
            if value is not None and low is not None and high is not None and not low <= value <= high:
                message = f"size '{name}' is {value}; the graph is exported for {low} to {most if most else 'any'}"
                found.append(Diagnostic("W004", message))
        if found:
            raise WeftError(found)

    def _constants(self, signature: dict[str, Any]) -> set[str]:
        """The names of weights, buffers and other tensors that are saved with the graph."""
        found = set()
        for spec in _take(signature, "input_specs", list):
            for kind in _CONSTANTS:
                if isinstance(spec, dict) and isinstance(spec.get(kind), dict):
                    found.add(_take(_take(spec[kind], "arg", dict), "name", str))
        return found

    def _shape(self, name: str, sizes: list[Any]) -> tuple[int, ...] | None:
        found = tuple(self._size(size, f"axis {axis} of '{name}'") for axis, size in enumerate(sizes))
        known = tuple(size for size in found if size is not None and size >= 0)
        return known if len(known) == len(found) else None

    def _size(self, data: Any, where: str = "") -> int | None:
        """A size, which may be an expression; None if it is not known."""
        match data:
            case {"as_int": int(number)}:
                return number
            case {"as_expr": {"expr_str": str(text), "hint": {"as_int": int(hint)}}}:
                return self.symbols.value(text, f"{where}; it was exported with {hint}")
            case {"as_expr": {"expr_str": str(text)}}:
                return self.symbols.value(text, where)
            case {"as_name": str(name)}:
                return self.integers.get(name)
        raise _Malformed(f"a size is {str(data)[:60]}")

    def _call(self, node: dict[str, Any], number: int) -> Call:
        target = _take(node, "target", str).removeprefix("torch.ops.")
        outputs = tuple(name for item in _take(node, "outputs", list) for name in self._made(item))
        name = node.get("name") or next(iter(outputs), f"call{number}")
        arguments = {}
        for place, item in enumerate(_take(node, "inputs", list)):
            arguments[_take(item, "name", str) or str(place)] = self._argument(_take(item, "arg", dict))
        trace = _take(node, "metadata", dict).get("stack_trace")
        return Call(_be(name, str, "name"), target, arguments, outputs, self._span(trace))

    def _span(self, trace: Any) -> Span | None:
        return place_of(trace) if isinstance(trace, str) else None

    def _made(self, data: Any) -> list[str]:
        """The tensors that an output consists of."""
        match data:
            case {"as_tensor": {"name": str(name)}}:
                return [name]
            case {"as_tensors": list(items)} | {"as_optional_tensors": list(items)}:
                return [self._name(item) for item in items]
        return [""]

    def _name(self, data: Any) -> str:
        match data:
            case {"name": str(name)} | {"as_tensor": {"name": str(name)}}:
                return name
        return ""

    def _argument(self, data: dict[str, Any]) -> Argument:
        match data:
            case {"as_none": _}:
                return None
            case {"as_tensor": {"name": str(name)}}:
                return Reference(name)
            case {"as_optional_tensor": dict(inner)} | {"as_sym_float": dict(inner)} | {"as_sym_bool": dict(inner)}:
                return self._argument(inner)
            case {"as_tensors": list(items)} | {"as_optional_tensors": list(items)}:
                names = [self._name(item) for item in items]
                return tuple(Reference(name) if name else None for name in names)
            case {"as_int": int(value)} | {"as_bool": bool(value)}:
                return int(value)
            case {"as_float": value}:
                return float(_number(value))
            case {"as_string": str(text)}:
                return text
            case {"as_sym_int": dict(inner)}:
                return self._whole(inner)
            case {"as_ints": list(items)} | {"as_bools": list(items)}:
                return tuple(int(_number(item)) for item in items)
            case {"as_floats": list(items)}:
                return tuple(float(_number(item)) for item in items)
            case {"as_sym_ints": list(items)}:
                return tuple(self._whole(item) for item in items)
        return Unknown(next(iter(data), "nothing"))

    def _whole(self, data: Any) -> int | Unknown:
        found = self._size(data)
        return Unknown("a size that is not known") if found is None else found
