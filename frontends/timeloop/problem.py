"""Timeloop's problem: dimensions, data spaces with their projections, and the sizes of one instance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod

from ...ir import WORKLOAD_RULES, Subscript, Tensor, Term, Workload
from ...ir.nearest import did_you_mean
from .expressions import Value
from .items import Item, Notes

_SPACE_KEYS = ("name", "projection", "read_write")
_NO_EFFECT = ("H", "W", "Hpad", "Wpad", "type")
_SHAPES = ("data_spaces", "dataspaces", "dataSpaces")

_CNN = {
    "Weights": "C K R S",
    "Inputs": "N C R*Wdilation+P*Wstride S*Hdilation+Q*Hstride",
    "Outputs": "N K Q P",
}
BUILT_IN = ("cnn_layer", "cnn-layer")
"""Names of Timeloop's own shape of a convolution layer."""


def read_problem(item: Item, names: Mapping[str, Value], notes: Notes) -> Workload | None:
    """The workload of a `problem`; None, with errors, if it is not understood. Its operator is AFFINE."""
    shape, instance = item.entries.get("shape"), item.entries.get("instance")
    if shape is None:
        notes.refuse("the problem has no 'shape'", item.span, "", "W502")
        return None
    if instance is not None:
        notes.check_keys(item, "problem", ("shape", "instance", "version", "name"))
    sizes = dict((instance or item).entries)
    if instance is None:
        sizes.pop("shape", None)
        sizes.pop("version", None)
        sizes.pop("name", None)
    dimensions, coefficients = _names_of(shape, notes)
    spaces = _spaces(shape, notes)
    values = _sizes(sizes, dimensions, coefficients, names, notes)
    if notes.findings.has_errors:
        return None
    missing = [name for name in dimensions if name not in values]
    for name in missing:
        notes.refuse(f"the problem gives no size for dimension '{name}'", (instance or item).span, "", "W502")
    tensors = [_tensor(space, dimensions, values | coefficients | values, notes) for space in spaces]
    if missing or notes.findings.has_errors:
        return None
    return _workload([(name, values[name]) for name in dimensions], tensors, shape, notes)


def _names_of(shape: Item, notes: Notes) -> tuple[list[str], dict[str, int]]:
    """The dimensions of a shape, and its coefficients with their defaults."""
    if not shape.is_map:
        if shape.text not in BUILT_IN:
            hint = f"write the shape out; the only name known is {BUILT_IN[0]}"
            notes.refuse(f"unknown problem shape '{shape.text}'", shape.span, hint)
        return list("RSPQCKN"), dict.fromkeys(("Wstride", "Hstride", "Wdilation", "Hdilation"), 1)
    notes.check_keys(shape, "problem shape", ("dimensions", "coefficients", "name", "version", *_SHAPES))
    found: dict[str, int] = {}
    coefficients = shape.entries.get("coefficients")
    for member in coefficients.items if coefficients else ():
        notes.check_keys(member, "coefficient", ("name", "default"))
        default = member.entries.get("default")
        value = notes.number(default, "a coefficient's default", {}) if default else 1
        if "name" in member.entries:
            found[member.entries["name"].text] = value or 1
    dimensions = shape.entries.get("dimensions")
    if dimensions is None:
        notes.refuse("the problem shape has no 'dimensions'", shape.span, "", "W502")
    return notes.names(dimensions) if dimensions else [], found


def _spaces(shape: Item, notes: Notes) -> list[tuple[str, bool, list[list[list[str]]], Item]]:
    """Each data space: name, whether it is written, the factors of the terms of its axes, and its place."""
    if not shape.is_map:
        return [
            (name, name == "Outputs", [[term.split("*") for term in axis.split("+")] for axis in axes.split()], shape)
            for name, axes in _CNN.items()
        ]
    listed = next((shape.entries[key] for key in _SHAPES if key in shape.entries), None)
    if listed is None or not listed.is_list:
        notes.refuse("the problem shape has no list 'data_spaces'", shape.span, "", "W502")
        return []
    found = []
    for member in listed.items:
        notes.check_keys(member, "data space", _SPACE_KEYS)
        projection = member.entries.get("projection")
        if "name" not in member.entries or projection is None or not projection.is_list:
            notes.refuse("a data space needs a 'name' and a list 'projection'", member.span, "", "W502")
            continue
        written = member.entries.get("read_write")
        axes = [[notes.names(term) for term in axis.items] for axis in projection.items]
        if not all(axis and all(axis) for axis in axes):
            hint = "an axis is a list of terms, a term a list of a dimension and its coefficients: [[P, Wstride], [R]]"
            notes.refuse("a projection that is no list of sums of products", projection.span, hint, "W502")
            continue
        is_output = written is not None and written.text.lower() == "true"
        found.append((member.entries["name"].text, is_output, axes, member))
    return found


def _sizes(
    given: Mapping[str, Item],
    dimensions: list[str],
    coefficients: dict[str, int],
    names: Mapping[str, Value],
    notes: Notes,
) -> dict[str, int]:
    found = {}
    for name, item in given.items():
        if name in dimensions or name in coefficients:
            value = notes.number(item, f"'{name}'", names)
            if value is not None:
                found[name] = value
        elif name in ("densities", "densities_path", "data_densities"):
            if not item.is_empty:
                notes.refuse(
                    f"unsupported key '{name}' of the problem: sparse data",
                    item.key_span,
                    "give densities with --density (docs/sparsity.md)",
                )
        elif name in _NO_EFFECT:
            notes.no_effect(name, item.key_span)
        else:
            known = [*dimensions, *coefficients]
            hint = did_you_mean(name, known, otherwise=f"the shape has {', '.join(known)}")
            notes.refuse(f"unsupported key '{name}' of the problem", item.key_span, hint)
    return found


def _tensor(
    space: tuple[str, bool, list[list[list[str]]], Item],
    dimensions: list[str],
    values: Mapping[str, int],
    notes: Notes,
) -> tuple[Tensor, bool]:
    name, written, axes, item = space
    subscripts = tuple(Subscript(tuple(_terms(axis, dimensions, values, item, notes))) for axis in axes)
    return Tensor(name, subscripts), written


def _terms(
    axis: list[list[str]], dimensions: list[str], values: Mapping[str, int], item: Item, notes: Notes
) -> Iterator[Term]:
    for factors in axis:
        if unknown := [factor for factor in factors if factor not in dimensions and factor not in values]:
            _unknown(unknown, (*dimensions, *(name for name in values if name not in dimensions)), item, notes)
            continue
        moving = [factor for factor in factors if factor in dimensions]
        coefficient = prod(values[factor] for factor in factors if factor not in moving)
        if len(moving) != 1:
            notes.refuse(
                f"a term of a projection has {len(moving)} dimensions; it must have one", item.span, "", "W502"
            )
            continue
        yield Term(moving[0], coefficient)


def _unknown(names: list[str], known: tuple[str, ...], item: Item, notes: Notes) -> None:
    for name in names:
        place = next((node for node in item.nodes() if node.text == name), item)
        hint = did_you_mean(name, known, "names")
        notes.refuse(f"unknown name '{name}' in a projection", place.span, hint, "W002")


def _workload(
    dimensions: list[tuple[str, int]], tensors: list[tuple[Tensor, bool]], shape: Item, notes: Notes
) -> Workload | None:
    outputs = [tensor for tensor, written in tensors if written]
    if len(outputs) != 1:
        message = f"{len(outputs)} data spaces are read_write; Weft counts problems with one output"
        notes.refuse(message, shape.span, "mark the output with 'read_write: true'")
        return None
    inputs = tuple(tensor for tensor, written in tensors if not written)
    workload = Workload("AFFINE", tuple(dimensions), inputs, outputs[0])
    for rule in WORKLOAD_RULES:
        for problem in rule(workload):
            notes.refuse(problem.message, shape.span, problem.hint, problem.code)
    return None if notes.findings.has_errors else workload
