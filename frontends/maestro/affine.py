"""The general form: `Type: AFFINE` with its indices and tensors written out."""

from __future__ import annotations

from ...ir import Index, Subscript, Tensor, Term, Workload
from .extents import Numbers, has_errors_since
from .nodes import IndexNode, SubscriptNode, TensorNode, TermNode
from .sections import LayerSyntax, Section
from .sizes import guess


def affine_workload(layer: LayerSyntax, written: Numbers, before: int) -> Workload | None:
    """The workload of an AFFINE layer, or None with findings after the first `before` ones."""
    findings, sections = layer.findings, layer.sections
    for keyword in ("Stride", "Dilation"):
        if keyword in sections:
            message = f"an AFFINE layer says {keyword.lower()} in its Index block, as in 'Y = 2*Y' + R'"
            findings.add("W001", message, sections[keyword].heading)
    for keyword in ("Dimensions", "Tensors"):
        if keyword not in sections and not layer.damaged:
            findings.add("W003", f"AFFINE layer '{layer.name}' has no {keyword}", layer.span)
    reader = _AffineReader(layer, {name: value for name, (value, _) in written.items()})
    indices = reader.indices(sections["Index"]) if "Index" in sections else ()
    tensors = reader.tensors(sections["Tensors"]) if "Tensors" in sections else ()
    if layer.is_damaged() or has_errors_since(findings, before):
        return None
    dimensions = tuple(reader.extents.items())
    return Workload("AFFINE", dimensions, tensors[:-1], tensors[-1], indices)


class _AffineReader:
    def __init__(self, layer: LayerSyntax, extents: dict[str, int]) -> None:
        self.findings = layer.findings
        self.extents = extents
        self.known: dict[str, Index] = {}

    def indices(self, section: Section) -> tuple[Index, ...]:
        for node in section.items:
            self._index(node, section)
        return tuple(self.known.values())

    def _index(self, node: IndexNode, section: Section) -> None:
        name, terms = node.name.text, node.subscript.terms
        if name in self.extents or name in self.known:
            self.findings.add("W006", f"'{name}' is defined twice", section.span(node.name))
            return
        if len(terms) != 2:
            message = f"an index couples two dimensions, as in 'Y = 2*Y' + R'; '{name}' has {len(terms)}"
            self.findings.add("W001", message, section.span(node))
            return
        known = [self._is_term(term, section) for term in terms]
        if all(known):
            (stride, output), (dilation, window) = [(term.coefficient, term.name.text) for term in terms]
            if output == window:
                self.findings.add("W006", f"index '{name}' names '{output}' twice", section.span(node))
                return
            self.known[name] = Index(name, output, window, stride, dilation)

    def tensors(self, section: Section) -> tuple[Tensor, ...]:
        tensors: dict[str, Tensor] = {}
        for node in section.items:
            if node.name.text in tensors:
                message = f"tensor '{node.name.text}' is defined twice"
                self.findings.add("W006", message, section.span(node.name))
                continue
            tensors[node.name.text] = self._tensor(node, section)
        if len(tensors) < 2 and not section.damaged:
            message = "an AFFINE layer needs at least one input and, last, its output"
            self.findings.add("W001", message, section.heading)
        elif section.items:
            self._check_output(section.items[-1], section)
        return tuple(tensors.values())

    def _check_output(self, node: TensorNode, section: Section) -> None:
        for subscript in node.subscripts:
            if len(subscript.terms) != 1 or subscript.terms[0].coefficient != 1:
                message = f"each axis of the output '{node.name.text}' is a single dimension"
                self.findings.add("W001", message, section.span(subscript))

    def _tensor(self, node: TensorNode, section: Section) -> Tensor:
        tensor = Tensor(node.name.text, tuple(self._subscript(axis, section) for axis in node.subscripts))
        self._check_disjoint(node, tensor, section)
        return tensor

    def _check_disjoint(self, node: TensorNode, tensor: Tensor, section: Section) -> None:
        """A tensor uses each dimension once, also through an index; the second use is to blame."""
        seen: set[str] = set()
        for written, axis in zip(node.subscripts, tensor.subscripts, strict=True):
            # An axis of more than two terms is refused as such.
            for number, name in enumerate(axis.dimensions if len(axis.terms) <= 2 else ()):
                if name in seen and name in self.extents:
                    # An index is one written term that stands for two.
                    place = written.terms[min(number, len(written.terms) - 1)]
                    message = f"dimension '{name}' occurs twice in tensor '{tensor.name}'"
                    hint = "only tensors that use each dimension once can be counted"
                    self.findings.add("W011", message, section.span(place), hint=hint)
                seen.add(name)

    def _subscript(self, node: SubscriptNode, section: Section) -> Subscript:
        terms = node.terms
        if len(terms) == 1 and terms[0].name.text in self.known and terms[0].coefficient == 1:
            return self.known[terms[0].name.text].subscript
        if len(terms) > 2:
            message = f"a subscript couples at most two dimensions, this one {len(terms)}"
            self.findings.add("W001", message, section.span(node))
        for term in terms:
            self._is_term(term, section)
        return Subscript(tuple(Term(term.name.text, term.coefficient) for term in terms))

    def _is_term(self, term: TermNode, section: Section) -> bool:
        name = term.name.text
        if term.coefficient < 1 or term.coefficient >= 2**31:
            message = f"coefficient of {name} is {term.coefficient}; it must be from 1 to 2**31-1"
            self.findings.add("W004", message, section.span(term))
            return False
        if name not in self.extents:
            ending = guess(name, self.extents)
            self.findings.add("W002", f"unknown dimension '{name}'{ending}", section.span(term.name))
            return False
        return True
