"""Why MAESTRO's figures differ from Weft's: its quirks, in the order in which they are corrected."""

from __future__ import annotations

from collections.abc import Callable

from .source import ReadLayer

QUIRKS = {
    "Q2": "a temporal map of R or S whose offset is not the extent ends the run, though a single chunk needs no offset",
    "Q5": "a transposed convolution is analysed as a convolution: no zeros between its inputs",
    "Q6": "the output of a grouped convolution is taken to move with C: nothing is summed over C",
    "Q7": "whether tensors have N is decided by the first layer of the operator in the file",
    "Q10": "dimensions that move no input are lost in lower levels",
    "Q35": "a tile larger than its dimension becomes the dimension less the offset",
    "Q13": "outputs of a tile are counted as if windows were one apart; inputs after the last window count (with Q11)",
    "Q31": "the only unit at work at an edge computes an output for each of its inputs",
    "Q26": "edges are those of the nominal tile of the level above, also in a ragged one",
    "Q36": "in a level with idle units the last unit at work is sent nothing new of its own",
    "Q14": "in the first step every unit is sent all of its tile: neighbours share no halo",
    "Q16": "the last tile of a temporal map is sent as if it were whole",
    "Q15": "a tensor is not sent again when a loop that does not move it advances and loops that do start over",
    "Q17": "neighbours share no halo in later folds, nor where a loop outside of theirs advances",
    "keep": "what a unit still holds when loops start over, also one that was idle, is sent again",
    "Q18": "outputs are written in every step and partial sums never read; read are as many outputs as the layer has",
    "Q21": "the buffer of the outputs is as large as the tile of the inputs",
    "double": "also a tile that never changes is buffered twice",
    "Q22": "a transfer takes a cycle less than its data, and an empty one latency less one",
    "Q23": "the way off the chip bounds every step by the buffers' sizes, whether or not something new is needed",
    "restart": "every chunk of an outer level starts the levels below with empty buffers and waits for their fill",
    "overlap": "what is new in a step comes in while that step is worked on, not while the one before is",
    "drain": "what the units hold at the end leaves at once",
}
"""What MAESTRO does, by the number in the restatement. Its list ends at Q35. Q36 was found here, from published
runtimes; the words in lower case name choices of the model rather than errors."""

CLOCK_QUIRKS = ("restart", "overlap", "drain")
"""Corrected in Weft's clock, not in the restated formulas."""


def _cut_windows(layer: ReadLayer) -> bool:
    extents = dict(layer.dims)
    windows = [item for level in layer.levels for item in level if item.dim in ("R", "S")]
    return any(not item.size == item.offset == extents[item.dim] for item in windows)


_PRECONDITIONS: dict[str, Callable[[ReadLayer], bool]] = {
    "Q2": _cut_windows,
    "Q5": lambda layer: layer.operator == "TRCONV",
    "Q6": lambda layer: layer.operator == "NGCONV",
    "Q7": lambda layer: layer.batched != any(dim == "N" for dim, _ in layer.dims),
    "Q10": lambda layer: layer.operator == "DSCONV",
    "Q13": lambda layer: any(stride != 1 for _, stride in layer.strides),
}


def candidates(layer: ReadLayer) -> tuple[str, ...]:
    """The quirks of the formulas that can matter to a layer, in order."""
    names = (name for name in QUIRKS if name not in CLOCK_QUIRKS)
    return tuple(name for name in names if name not in _PRECONDITIONS or _PRECONDITIONS[name](layer))
