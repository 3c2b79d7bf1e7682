"""Whole models: the graph that every format is read into, and the network that it becomes.

A front end of a format builds a `ModelGraph` and calls `network_of`:

* `GraphTensor(name, shape, element, constant, values)`: every tensor whose shape is known. Weights and constants are
  `constant`; the numbers of small ones that operators ask for (axes, pads, scalars) are `values`.
* `GraphNode(name, operator, inputs, outputs, attributes)`: operators, their inputs in order (`""` for one that is left
  out) and attributes are ONNX's, of the newest operator set, or those of `operators.further`, which ONNX has not. What
  has no equal there is `domain.Name`, or gets a `refusal`, and becomes a layer without a workload.
* a new operator is a rule in `operators`: a function from a `Call` to `Part`s and `View`s, with a row in `RULES`.
"""

from .graph import Attribute, GraphNode, GraphTensor, ModelGraph
from .network import in_order, network_of

__all__ = ["Attribute", "GraphNode", "GraphTensor", "ModelGraph", "in_order", "network_of"]
