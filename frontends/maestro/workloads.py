"""From the blocks of a layer to its workload."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ...ir import (
    MAX_EXTENT,
    OPERATORS,
    Findings,
    Index,
    Span,
    WeftError,
    Workload,
    operator_dimensions,
    operator_workload,
)
from ...ir.workload_rules import check_statement
from ..statements import FORMS, parse_statement
from .affine import affine_workload
from .densities import read_densities
from .extents import Numbers, has_errors_since, optional_numbers
from .padding import Padding, padding_along, read_padding
from .sections import LayerSyntax, Section
from .sizes import guess

KNOWN_DIMENSIONS = ("N", "G", "K", "C", "M", "R", "S", "Y", "X", "Y'", "X'")
_WINDOWS = {"Y": "R", "X": "S"}
_DEFAULT_ONE = {"CONV": "N", "TRCONV": "N", "FC": "N", "DSCONV": "NK", "NGCONV": "NG", "GEMM": "", "POOL": "N"}
_UNSUPPORTED = ("LSTM",)


@dataclass(frozen=True)
class LayerWorkload:
    """A workload, what `Sz` of each name is in its layer, and the names that were dropped as they are 1."""

    workload: Workload
    extents: Mapping[str, int]
    dropped: frozenset[str] = frozenset()


@dataclass
class _Builder:
    """Builds the workload of one convolution, FC or GEMM layer."""

    layer: LayerSyntax
    operator: str
    written: Numbers
    stride: dict[str, int]
    dilation: dict[str, int]
    padding: Padding
    dropped: set[str] = field(default_factory=set)

    @property
    def findings(self) -> Findings:
        return self.layer.findings

    @property
    def native(self) -> tuple[str, ...]:
        return written_names(self.operator)

    def build(self, before: int) -> LayerWorkload | None:
        """The workload, if there are no errors since the finding number `before`."""
        self._drop_foreign()
        self._default()
        self._exclude_doubles()
        if not self.layer.is_damaged("Dimensions"):
            self._require()
        if self.layer.is_damaged() or has_errors_since(self.findings, before):
            return None
        extents = {name: value for name, (value, _) in self.written.items()}
        sizes = dict(extents)
        if self.operator != "GEMM":
            for name in _WINDOWS:
                self._outputs(name, extents)
        if has_errors_since(self.findings, before):
            return None
        workload = operator_workload(self.operator, extents, stride=self.stride, dilation=self.dilation)
        workload = _padded(workload, self.padding, sizes, self.layer)
        if has_errors_since(self.findings, before):
            return None
        return LayerWorkload(workload, self._sizes(workload, sizes), frozenset(self.dropped))

    def _drop_foreign(self) -> None:
        for name, (value, span) in list(self.written.items()):
            if name in self.native:
                continue
            del self.written[name]
            if value == 1 and name in KNOWN_DIMENSIONS:
                self.dropped.add(name)
                continue
            ending = guess(name, self.native)
            hint = f"{self.operator} has {', '.join(self.native)}"
            if (self.operator, name) == ("POOL", "K"):
                hint += "; its outputs have the channels C of its inputs"
            self.findings.add("W002", f"{self.operator} has no dimension '{name}'{ending}", span, hint=hint)

    def _default(self) -> None:
        defaults = dict.fromkeys(_DEFAULT_ONE[self.operator], 1)
        if self.operator == "FC":
            for index, window in _WINDOWS.items():
                inputs, taps = self.written.get(index), self.written.get(window)
                defaults[window] = inputs[0] if inputs else 1
                if index + "'" not in self.written:
                    defaults[index] = taps[0] if taps else 1
        for name, value in defaults.items():
            self.written.setdefault(name, (value, self.layer.span))

    def _exclude_doubles(self) -> None:
        for index in _WINDOWS:
            outputs = index + "'"
            if index in self.written and outputs in self.written:
                message = f"both {index} (inputs) and {outputs} (outputs) are given; give one of them"
                notes = (f"{index} is given at {self.written[index][1]}",)
                self.findings.add("W006", message, self.written[outputs][1], notes=notes)

    def _require(self) -> None:
        missing: list[str] = []
        for name in operator_dimensions(self.operator):
            index = name.removesuffix("'")
            if name not in self.written and index not in self.written:
                missing.append(name if name == index else f"{index} (or {name})")
        if missing:
            dimensions = self.layer.sections.get("Dimensions")
            span = dimensions.heading if dimensions else self.layer.span
            names = ", ".join(missing[:-1]) + " and " + missing[-1] if len(missing) > 1 else missing[0]
            message = f"{self.operator} layer '{self.layer.name}' does not give {names}"
            self.findings.add("W003", message, span)

    def _outputs(self, name: str, extents: dict[str, int]) -> None:
        """Replace the input extent of an index by its output extent."""
        if name not in extents:
            return
        before, after = self.padding[name][:2] if name in self.padding else (0, 0)
        inputs, taps = extents.pop(name) + before + after, extents[_WINDOWS[name]]
        index = Index(name, name + "'", _WINDOWS[name], self.stride.get(name, 1), self.dilation.get(name, 1))
        window = index.span(1, taps)
        span = self.written[name][1]
        if self.operator == "TRCONV":
            outputs = (inputs - 1) * self.stride.get(name, 2) + window
            if outputs > MAX_EXTENT:
                message = f"{name}' is {outputs} after zero insertion; the limit is {MAX_EXTENT} (2**31-1)"
                self.findings.add("W010", message, span)
        else:
            outputs = index.windows(inputs, taps)
            if outputs == 0:
                self.findings.add("W102", f"{name} is {inputs}, but a window spans {window}: no output", span)
        extents[name + "'"] = outputs

    def _sizes(self, workload: Workload, written: Mapping[str, int]) -> dict[str, int]:
        sizes = dict(workload.extents) | dict.fromkeys(self.dropped, 1)
        for index in workload.indices:
            span = index.span(sizes[index.output], sizes[index.window])
            # Maps of a transposed convolution walk over the zero-inserted input, not over the stored one.
            # Maps walk over the padding too.
            whole = self.operator == "TRCONV" or index.name in self.padding
            sizes[index.name] = span if whole else written.get(index.name, span)
        return sizes


def written_names(operator: str) -> tuple[str, ...]:
    """The names whose extents a layer of the operator may give: its dimensions, and the inputs of its windows."""
    names = operator_dimensions(operator)
    return names if operator == "GEMM" else (*names, "Y", "X")


def operator_layer(
    layer: LayerSyntax,
    operator: str,
    written: Numbers,
    stride: dict[str, int],
    dilation: dict[str, int],
    before: int,
    padding: Padding | None = None,
) -> LayerWorkload | None:
    """The workload of an operator of these numbers; None with findings after the first `before` ones."""
    return _Builder(layer, operator, written, stride, dilation, padding or {}).build(before)


def _padded(workload: Workload, padding: Padding, inputs: Mapping[str, int], layer: LayerSyntax) -> Workload:
    extents = workload.extents
    spans = {index.name: index.span(extents[index.output], extents[index.window]) for index in workload.indices}
    return replace(workload, padding=padding_along(padding, spans, inputs, workload.operator, layer))


def build_workload(layer: LayerSyntax, constants: Mapping[str, int]) -> LayerWorkload | None:
    """The workload of a layer, or None with findings that say why there is none."""
    built = _dense_workload(layer, constants)
    if built is not None and "Statement" in layer.sections:
        built = _with_statement(built, layer.sections["Statement"], layer)
    section = layer.sections.get("Density")
    if built is None or section is None:
        return built
    before = len(layer.findings.items)
    workload = read_densities(section, built.workload, layer.findings)
    return None if has_errors_since(layer.findings, before) else replace(built, workload=workload)


def _with_statement(built: LayerWorkload, section: Section, layer: LayerSyntax) -> LayerWorkload | None:
    """The workload with the statement of a block; None with findings if it is none."""
    if len(section.items) != 1:
        layer.findings.add("W001", f"a layer has one statement, not {len(section.items)}", section.heading, hint=FORMS)
        return None
    (node,) = section.items
    try:
        workload = replace(built.workload, statement=parse_statement(node.text, section.span(node)))
    except WeftError as error:
        layer.findings.items += error.diagnostics
        return None
    for code, message, hint in check_statement(workload):
        layer.findings.add(code, message, section.span(node), hint=hint)
    return None if layer.findings.has_errors else replace(built, workload=workload)


def _dense_workload(layer: LayerSyntax, constants: Mapping[str, int]) -> LayerWorkload | None:
    before = len(layer.findings.items)
    operator = _operator(layer)
    written = optional_numbers(layer, "Dimensions", "extent", constants)
    if not operator:
        return None
    padding = read_padding(layer, constants)
    if operator == "AFFINE":
        workload = affine_workload(layer, written, before)
        workload = workload and _padded(workload, padding, {}, layer)
        if has_errors_since(layer.findings, before):
            return None
        return None if workload is None else LayerWorkload(workload, _affine_sizes(workload))
    for keyword in ("Index", "Tensors"):
        if keyword in layer.sections:
            message = f"{keyword} belongs to Type AFFINE; {operator} has its own"
            layer.findings.add("W001", message, layer.sections[keyword].heading)
    stride = _per_index(layer, "Stride", operator, constants)
    dilation = _per_index(layer, "Dilation", operator, constants)
    return operator_layer(layer, operator, written, stride, dilation, before, padding)


def _operator(layer: LayerSyntax) -> str:
    if layer.operator is None:
        if not layer.damaged:
            hint = f"one of {', '.join(OPERATORS)}, AFFINE"
            layer.findings.add("W001", f"layer '{layer.name}' has no Type", layer.span, hint=hint)
        return ""
    name = layer.operator.name.text
    if name in (*OPERATORS, "AFFINE"):
        return name
    span = layer.operator_span
    if name in _UNSUPPORTED:
        hint = (
            "as in MAESTRO's own GNMT, the products of its gates are a GEMM, "
            "Dimensions { M: rows, N: 4·hidden, K: inputs + hidden }; the gates are AFFINE layers with a Statement"
        )
        layer.findings.add("W007", f"{name} layers are not supported", span, hint=hint)
    elif ending := guess(name, (*OPERATORS, "AFFINE")):
        layer.findings.add("W002", f"unknown operator '{name}'{ending}", span)
    else:
        hint = f"Weft knows {', '.join(OPERATORS)} and AFFINE, which has a Statement for other operations"
        layer.findings.add("W007", f"unsupported operator '{name}'", span, hint=hint)
    return ""


def _per_index(layer: LayerSyntax, keyword: str, operator: str, constants: Mapping[str, int]) -> dict[str, int]:
    numbers = optional_numbers(layer, keyword, keyword.lower(), constants)
    known = () if operator == "GEMM" else ("Y", "X")
    for name, (value, span) in numbers.items():
        if name not in known and not (value == 1 and name in KNOWN_DIMENSIONS):
            _unknown_index(layer.findings, keyword, name, operator, span)
    return {name: value for name, (value, _) in numbers.items() if name in known}


def _unknown_index(findings: Findings, keyword: str, name: str, operator: str, span: Span) -> None:
    if operator == "GEMM":
        findings.add("W002", f"GEMM has no windows, so no {keyword.lower()} of '{name}'", span)
    else:
        ending = guess(name, ("Y", "X")) or "; it is given for Y and X"
        findings.add("W002", f"{keyword} of unknown index '{name}'{ending}", span)


def _affine_sizes(workload: Workload) -> dict[str, int]:
    sizes = dict(workload.extents)
    for index in workload.indices:
        sizes[index.name] = index.span(sizes[index.output], sizes[index.window])
    return sizes
