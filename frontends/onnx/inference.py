"""Shapes and small constants of all tensors of a graph, found node after node."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from onnx import NodeProto, OperatorSetIdProto, TypeProto, helper, numpy_helper
from onnx.checker import ValidationError
from onnx.shape_inference import InferenceError, infer_node_outputs

from ..models.graph import MAX_VALUES
from .branches import reads
from .elements import attributes_of, default_domain, operator_name, schema_of, shape_of
from .folding import Numbers, fold
from .microsoft import EQUAL_TO, MICROSOFT, output_shape, plain_node

_WRONG = (ValueError, TypeError, IndexError, KeyError, OverflowError, ZeroDivisionError, AssertionError)
"""What NumPy raises for numbers that do not fit an operator."""
LIKE_INPUT = ("MeanVarianceNormalization", "GroupNormalization", "SimplifiedLayerNormalization")
"""Operators of whose output ONNX does not say that it is like their first input."""
_NO_SHAPES = ("If", "Loop", "Scan", "SequenceMap")


@dataclass
class Inference:
    """What is known of the tensors of a graph. `declared` are types that the file gives, which are taken second."""

    opsets: list[OperatorSetIdProto]
    ir_version: int
    declared: dict[str, TypeProto] = field(default_factory=dict)
    types: dict[str, TypeProto] = field(default_factory=dict)
    values: dict[str, Numbers] = field(default_factory=dict)
    constants: set[str] = field(default_factory=set)
    conflicts: list[tuple[str, tuple[int, ...], tuple[int, ...]]] = field(default_factory=list)
    """Tensors whose declared shape is not the one that their node makes."""

    def __post_init__(self) -> None:
        self.versions = {"" if default_domain(item.domain) else item.domain: item.version for item in self.opsets}

    def constant(self, name: str, element: int, shape: tuple[int, ...], values: Numbers | None) -> None:
        """A tensor that the file holds, with its numbers if they are known."""
        self.types[name] = helper.make_tensor_type_proto(element, shape)
        self.constants.add(name)
        if values is not None and values.size <= MAX_VALUES:
            self.values[name] = values

    def node(self, node: NodeProto) -> str:
        """Finds the outputs of a node; gives what is wrong with its inputs, or ""."""
        try:
            made = self._folded(node)
        except _WRONG as error:
            return f"its numbers do not fit it: {error}"
        if made is not None:
            for name, numbers in zip(node.output, made, strict=False):
                self.constant(name, _element(numbers), numbers.shape, numbers)
            return ""
        problem = self._inferred(node)
        known = [name for name in reads(node) if name]
        held = node.op_type == "Constant" and default_domain(node.domain)
        if (known or held) and all(name in self.constants for name in known):
            self.constants.update(name for name in node.output if name)
        return problem

    def _folded(self, node: NodeProto) -> list[Numbers] | None:
        if node.op_type in ("Shape", "Size") and default_domain(node.domain):
            return self._shape(node)
        if not node.input and node.op_type != "Constant":
            return None
        return fold(node, [self.values.get(name) for name in node.input if name])

    def _shape(self, node: NodeProto) -> list[Numbers] | None:
        shape = shape_of(self.types.get(node.input[0]))
        if shape is None:
            return None
        if node.op_type == "Size":
            return [np.array(np.prod(shape, dtype=np.int64))]
        given = {item.name: item.i for item in node.attribute}
        return [np.array(shape[slice(given.get("start", 0), given.get("end"))], np.int64)]

    def _inferred(self, node: NodeProto) -> str:
        inputs = [name for name in node.input if name]
        found: dict[str, TypeProto] = {}
        problem = ""
        if all(name in self.types for name in inputs):
            try:
                found = self._made(node, inputs)
            except (InferenceError, ValidationError, RuntimeError, *_WRONG) as error:
                problem = _reason(error)
        for name in filter(None, node.output):
            self._take(name, found.get(name))
        return problem

    def _made(self, node: NodeProto, inputs: list[str]) -> dict[str, TypeProto]:
        """The outputs of a node all of whose inputs have a type, as far as they can be told."""
        if node.domain == MICROSOFT:
            if node.op_type not in EQUAL_TO:
                return self._of_runtime(node)
            node = plain_node(node)
        schema = schema_of(node, self.versions)
        found: dict[str, TypeProto] = {}
        if schema is not None and node.op_type not in _NO_SHAPES:
            data = {name: numpy_helper.from_array(self.values[name], name) for name in inputs if name in self.values}
            types = {name: self.types[name] for name in inputs}
            found = infer_node_outputs(schema, node, types, data, None, self.opsets, self.ir_version)
        if operator_name(node) in LIKE_INPUT:
            found |= {node.output[0]: self.types[node.input[0]]}
        return found

    def _of_runtime(self, node: NodeProto) -> dict[str, TypeProto]:
        shapes = [shape_of(self.types.get(name)) if name else () for name in node.input]
        known = [shape for shape in shapes if shape is not None]
        shape = output_shape(node.op_type, known, attributes_of(node)) if len(known) == len(shapes) else None
        if shape is None:
            return {}
        element = self.types[node.input[0]].tensor_type.elem_type
        if node.op_type == "EmbedLayerNormalization":
            element = self.types[node.input[2]].tensor_type.elem_type
        made = helper.make_tensor_type_proto(element, shape)
        # The last output of a normalization with a skip is its sum.
        places = (0, 3) if node.op_type.startswith("Skip") else (0,)
        return {node.output[place]: made for place in places if place < len(node.output)}

    def _take(self, name: str, found: TypeProto | None) -> None:
        """The type that a node makes, or else the declared one."""
        made, said = shape_of(found), self.declared.get(name)
        declared = shape_of(said)
        if made is not None and declared is not None and made != declared:
            self.conflicts.append((name, declared, made))
        if made is None and declared is not None:
            found = said
        if found is not None:
            self.types[name] = found


def _element(numbers: Numbers) -> int:
    return int(helper.np_dtype_to_tensor_dtype(numbers.dtype))


def _reason(error: Exception) -> str:
    """The first line of what ONNX says, without where in its own code it stands."""
    text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    for mark in ("[ShapeInferenceError]", "[TypeInferenceError]"):
        text = text.rpartition(mark)[2]
    return f"ONNX refuses it: {text.strip()[:_SHOWN]}"


_SHOWN = 160
