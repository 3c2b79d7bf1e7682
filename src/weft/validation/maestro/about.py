"""The words of the comparison."""

from __future__ import annotations

from .reference import VARIABLE

SOURCE = """\
Weft beside the public MAESTRO (maestro-project/maestro @ 4eb08d1). The tool's analysis is written down here as formulas
(`src/weft/validation/maestro`), from a restatement of it in words, with its known errors. What they give is called
MAESTRO's number below. They are right as far as they can be checked: {reproduced}. Traffic and buffers are not
published; for those the formulas stand on the restatement, and on being the ones that the cycles come from.

**How a difference is explained.** Each quirk is a switch. Starting from MAESTRO's number, the quirks are corrected one
after the other, in the order of the table; the last correction has to end at Weft's number, to the unit. What a quirk
moves depends on this order, and a step may lead away from Weft's number that the next ones reach. Numbers are those of
the restatement's list. Q36 is not in it: the published runtimes showed it (without it some rows come out
wrong). Names in lower case are no errors but choices of the model. Q18 in the cycles also stands for partial sums that
are read back. Q13 includes Q11.

**What is compared.** Reads and writes are those of L2 by the units of the outermost level, each with a buffer of its
own, which is what MAESTRO reports (`cluster_buffers: true` in Weft). Output reads are Weft's readbacks of partial sums;
MAESTRO prints the number of outputs there, whatever happens. L1 is what a PE requires (model A17). L2 is what the units
hold together in the first step, twice if there is another: MAESTRO's L2 buffers one step, while Weft's outermost memory
holds the whole tensors (A17), so Weft's number for it is computed here from the closed form of the reads. Energy is not
compared: MAESTRO's is a fixed weight per access, so its error is that of the counts."""

READING = """\
**Why rows with several levels differ.** MAESTRO analyses every chunk of an outer level as a program of its own: the
levels below start with empty buffers, fetch everything again and wait for it (`restart`). Weft lets a unit keep what it
holds (model A7, A20). By hand, for CONV1 of vgg16_ckp_ws.m on pe256_bw32: 49,284 steps of level 0, in each of which the
64 PEs of a cluster fetch 576 weights and 9 inputs again, ⌈585/32⌉ − 1 = 18 cycles, before 9 cycles of work:
27 · 49,284 = 1,330,668; MAESTRO says 1,330,722. The weights do not change between these steps, so a buffer keeps them
and 9 cycles a step remain: 443,556, which is what Weft finds apart from fill and drain.

**Average active PEs** differ where inner chunks are ragged: MAESTRO takes their nominal sizes.

**Legality.** MAESTRO checks no coverage. On 256 PEs it ends without a result in {stopped} of {files} files, and a layer
that ends so takes all others of its file with it. Of the {refused} layers that Weft refuses it stops at {also}; in the
other {wrong} it counts MACs that the layer does not have."""

ABSENT = f"""\
MAESTRO's own files are not part of this repository and were not found, so only the small layers are compared here. To
compare all shipped files and published rows, put those of maestro-project/maestro (commit 4eb08d1) under a folder DIR,
`data/mapping/*.m` as `DIR/maestro/mapping/*.m` and `validation/*/*.m` as `DIR/maestro/validation/*.m`, and set the
environment variable `{VARIABLE}=DIR`. Without it `../shared/reference` beside the checkout is taken."""
