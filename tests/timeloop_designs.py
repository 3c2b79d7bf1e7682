"""Timeloop's designs for tests, and short ways to read them."""

from pathlib import Path

import pytest

import weft
from weft.frontends.timeloop import parse_timeloop
from weft.ir import WeftError

EXAMPLES = Path(__file__).parents[1] / "examples" / "timeloop"
PROBLEM = (EXAMPLES / "conv1d" / "problem.yaml").read_text("utf-8")
ARCHITECTURE = (EXAMPLES / "conv1d" / "arch.yaml").read_text("utf-8")
MAPPING = (EXAMPLES / "conv1d" / "channels.yaml").read_text("utf-8")

# One-dimensional convolution without channels, on a memory and a buffer at one arithmetic unit.
SMALL_PROBLEM = """
problem:
  shape:
    name: small
    dimensions: [R, P]
    data-spaces:
    - {name: Weights, projection: [[[R]]]}
    - {name: Inputs, projection: [[[R], [P]]]}
    - {name: Outputs, projection: [[[P]]], read-write: True}
  R: 3
  P: 15
"""
SMALL_MACHINE = """
architecture:
  version: 0.2
  subtree:
  - name: System
    attributes: {technology: 40nm}
    local:
    - name: Main
      class: SRAM
      attributes: {depth: 512, width: 64, block-size: 8, word-bits: 8}
    subtree:
    - name: PE
      local:
      - name: Buffer
        class: regfile
        attributes: {depth: 64, width: 8, word-bits: 8, instances: 1}
      - name: MACC
        class: intmac
        attributes: {datawidth: 8}
"""


def read(*texts):
    mapping, _ = parse_timeloop([(f"file{number}.yaml", text) for number, text in enumerate(texts)])
    return mapping


def small(mapping, problem=SMALL_PROBLEM, machine=SMALL_MACHINE):
    return read(problem, machine, "mapping:\n" + mapping)


def counts(mapping):
    return weft.evaluate(mapping).counts


def findings(*texts):
    with pytest.raises(WeftError) as raised:
        read(*texts)
    return raised.value.diagnostics


def refused(code, *texts):
    """The only finding of a code, with the text that it points at."""
    (found,) = [item for item in findings(*texts) if item.code == code]
    where = found.span.text[found.span.column - 1 : found.span.column - 1 + found.span.length] if found.span else ""
    return found.message, where
