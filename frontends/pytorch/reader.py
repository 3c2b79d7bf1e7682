"""Exported programs as networks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...ir import Network
from ..extras import need_torch
from ..frontend import Source
from ..models import network_of
from ..sizes import Sizes
from .archive import read_archive
from .graph import graph_of
from .json_reader import read_program


def read_pt2(source: Source) -> tuple[Network, ...]:
    """The networks of the graphs in a `.pt2` file. PyTorch is not needed, and nothing of the file is executed.

    Raises WeftError: W008 and W001 for what is no such file, W005 for symbols of which no size is given.
    """
    graphs = read_archive(source.path)
    stem = Path(source.path).stem
    return tuple(
        network_of(graph_of(read_program(data, stem if len(graphs) == 1 else name, source.path, source.sizes)))
        for name, data in graphs.items()
    )


def network_of_module(module: Any, inputs: Sequence[Any], named: Mapping[str, Any], name: str, sizes: Sizes) -> Network:
    """The network of a module, or of a program that is exported already."""
    with need_torch("reading modules"):
        from .exported import export, program_of

    return network_of(graph_of(program_of(export(module, inputs, named), name, sizes)))
