"""ONNX files (`.onnx`), with the package `onnx` of the extra `onnx`."""

from .reader import read_graph, read_onnx

__all__ = ["read_graph", "read_onnx"]
