"""Modules of MLIR for the tests of xDSL's passes: how they are read, run through a pipeline, and put together."""

from __future__ import annotations

import pytest
from xdsl.context import Context
from xdsl.dialects import get_all_dialects
from xdsl.parser import Parser
from xdsl.passes import PassPipeline
from xdsl.universe import Universe
from xdsl.utils.exceptions import PassFailedException

from weft.frontends.mlir.dialect import Weft

ALL_PASSES = "weft-raise,weft-infer-clusters,weft-validate,weft-cost,weft-lower"


def parse(text):
    """The module of a text, with the functions of all dialects."""
    context = Context(allow_unregistered=True)
    for name, dialect in get_all_dialects().items():
        context.register_dialect(name, dialect)
    context.load_dialect(Weft)
    module = Parser(context, text, "test.mlir").parse_module()
    module.verify()
    return module


def run(module, pipeline):
    """The module after the passes of a pipeline."""
    passes = PassPipeline.parse_spec(Universe.get_multiverse().all_passes, pipeline)
    passes.apply(Context(), module)
    module.verify()
    return module


def after(text, pipeline):
    """The text of a module after a pipeline."""
    return str(run(parse(text), pipeline))


def refused(text, pipeline):
    """The message with which a pipeline fails."""
    with pytest.raises(PassFailedException) as caught:
        run(parse(text), pipeline)
    return str(caught.value)


def function(body, arguments):
    """A function around operations."""
    return f"func.func @f({arguments}) {{\n{body}\nfunc.return\n}}"


PRODUCT = "linalg.matmul ins(%A, %B : memref<8x4xf32>, memref<4x6xf32>) outs(%C : memref<8x6xf32>)"
PRODUCT_ARGUMENTS = "%A: memref<8x4xf32>, %B: memref<4x6xf32>, %C: memref<8x6xf32>"
MATMUL = function(PRODUCT, PRODUCT_ARGUMENTS)
REDUCTION = """affine.for %i = 0 to 8 {
  affine.for %k = 0 to 4 {
    %a = affine.load %A[%i, %k] : memref<8x4xf32>
    %c = affine.load %x[%i] : memref<8xf32>
    %s = arith.addf %a, %c : f32
    affine.store %s, %x[%i] : memref<8xf32>
  }
}"""
