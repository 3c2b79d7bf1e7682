"""Types and attributes of ONNX as those of a model's graph."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import AttributeProto, NodeProto, TensorProto, TypeProto, numpy_helper

from ..models import Attribute
from .wire import LENGTH

ELEMENTS: dict[int, str] = {
    TensorProto.FLOAT: "f32",
    TensorProto.UINT8: "u8",
    TensorProto.INT8: "i8",
    TensorProto.UINT16: "u16",
    TensorProto.INT16: "i16",
    TensorProto.INT32: "i32",
    TensorProto.INT64: "i64",
    TensorProto.STRING: "string",
    TensorProto.BOOL: "bool",
    TensorProto.FLOAT16: "f16",
    TensorProto.DOUBLE: "f64",
    TensorProto.UINT32: "u32",
    TensorProto.UINT64: "u64",
    TensorProto.COMPLEX64: "c64",
    TensorProto.COMPLEX128: "c128",
    TensorProto.BFLOAT16: "bf16",
    TensorProto.UINT4: "u4",
    TensorProto.INT4: "i4",
}
"""The names of element types; others have their name in ONNX, in small letters."""


def element_name(number: int) -> str:
    """The name of an element type, such as `f32`."""
    if number in ELEMENTS:
        return ELEMENTS[number]
    known = {int(value): str(name) for name, value in TensorProto.DataType.items()}
    return known.get(number, f"type{number}").lower()


def shape_of(found: TypeProto | None) -> tuple[int, ...] | None:
    """The shape of a tensor type; None for anything else, and where an extent is not a number."""
    if found is None or not found.HasField("tensor_type") or not found.tensor_type.HasField("shape"):
        return None
    extents = []
    for item in found.tensor_type.shape.dim:
        if not item.HasField("dim_value") or item.dim_value < 0:
            return None
        extents.append(item.dim_value)
    return tuple(extents)


def values_of(tensor: TensorProto) -> NDArray[Any] | None:
    """The numbers of a tensor that the file holds; None where they were left out or stand in another file.

    Raises ValueError or TypeError where they do not fit its shape.
    """
    outside = tensor.data_location == TensorProto.EXTERNAL
    if outside or tensor.doc_string.startswith(LENGTH) or tensor.data_type == TensorProto.STRING:
        return None
    if tensor.data_type not in TensorProto.DataType.values():
        raise ValueError(f"there is no element type {tensor.data_type}")
    return numpy_helper.to_array(tensor)


def size_problem(tensor: TensorProto) -> str:
    """What is wrong with how many numbers a tensor has; "" if nothing is known to be."""
    if any(extent < 0 for extent in tensor.dims):
        return f"its shape is {tuple(tensor.dims)}"
    if not tensor.doc_string.startswith(LENGTH):
        return ""
    held = int(tensor.doc_string.removeprefix(LENGTH))
    bits = _bits(tensor.data_type)
    needed = -(-prod(tensor.dims) * bits // 8)
    return "" if held < 0 or not bits or held == needed else f"its shape needs {needed:,} bytes, and it has {held:,}"


def _bits(element: int) -> int:
    """Bits of an element; 0 where they are not known."""
    name = element_name(element)
    digits = {"bool": "8", "bf16": "16"}.get(name, "".join(filter(str.isdigit, name)) if name[1:].isdigit() else "0")
    return int(digits)


def attributes_of(node: NodeProto) -> dict[str, Attribute]:
    """The attributes of a node; those that are graphs, types or tensors without few numbers are None."""
    return {item.name: _attribute(item) for item in node.attribute}


def _attribute(item: AttributeProto) -> Attribute:
    match item.type:
        case AttributeProto.FLOAT:
            return _decimal(item.f)
        case AttributeProto.INT:
            return item.i
        case AttributeProto.STRING:
            return item.s.decode("utf-8", "replace")
        case AttributeProto.FLOATS:
            return tuple(map(_decimal, item.floats))
        case AttributeProto.INTS:
            return tuple(item.ints)
        case AttributeProto.STRINGS:
            return tuple(text.decode("utf-8", "replace") for text in item.strings)
    return None


def _decimal(value: float) -> float:
    """The shortest number that is the same in single precision, as it was written: 1e-05, not 9.999999747378752e-06."""
    return float(str(np.float32(value)))


def default_domain(domain: str) -> bool:
    """Whether a domain is ONNX's own."""
    return domain in ("", "ai.onnx")


def operator_name(node: NodeProto) -> str:
    """`Conv`, or `domain.Name` of an operator of another domain."""
    return node.op_type if default_domain(node.domain) else f"{node.domain}.{node.op_type}"


def schema_of(node: NodeProto, versions: dict[str, int]) -> Any:
    """What ONNX says of a node's operator in its version; None if it knows none."""
    domain = "" if default_domain(node.domain) else node.domain
    try:
        return onnx.defs.get_schema(node.op_type, versions.get(domain, 1), domain)
    except onnx.defs.SchemaError:
        return None
