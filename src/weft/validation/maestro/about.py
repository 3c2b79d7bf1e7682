"""The words of the comparison."""

from __future__ import annotations

from .reference import VARIABLE

SOURCE = """Weft beside the public MAESTRO (maestro-project/maestro @ 4eb08d1). The tool's analysis is written down here as formulas
(`src/weft/validation/maestro`), from a restatement in words, with every known error in it. What they give is called MAESTRO's number below. They are right as far as
they can be checked: {reproduced}. Its traffic and buffers are not published, so for those the formulas stand on the restatement alone, and on sharing the code
that gives the cycles.

**How a difference is explained.** Each quirk is a switch. Starting from MAESTRO's number, quirks are corrected one after the other in the order of the table; the last
correction has to end at Weft's number, to the unit. Numbers are those of the restatement's list. Q36 is not in it: the published runtimes showed it (with the list alone 7 of 305 rows are not reproduced).
Names in lower case are no errors but choices: what a unit keeps, when a buffer is doubled, whether inner levels start anew, whether the last drain shows. Q18 in the cycles also stands for partial sums that are read
back; Q13 includes Q11.

**What is compared.** Reads and writes are those of L2 by the units of the outermost level, each with a buffer of its own, which is what MAESTRO reports (`cluster_buffers: true` in Weft).
Output reads are Weft's readbacks of partial sums; MAESTRO prints the number of outputs there, whatever happens. L1 is what a PE requires (model A17). L2 is what the units hold together in the first step, once more if there
is another: MAESTRO's L2 buffers one step, while Weft's outermost memory holds the whole tensors (A17), so this is computed here from Weft's closed form. Energy is not compared: MAESTRO's is a fixed weight per
access, so its error is that of the counts."""

READING = """**Why rows with several levels differ.** MAESTRO analyses every chunk of an outer level as a program of its own: the levels below start with empty buffers, fetch everything again and wait for it (`restart`). Weft lets a
unit keep what it holds (model A7, A20). By hand, for CONV1 of vgg16_ckp_ws.m on pe256_bw32: 49,284 steps of level 0, in each of which the 64 PEs of a cluster fetch 576 weights and 9 inputs again,
⌈585/32⌉ − 1 = 18 cycles, before 9 cycles of work: 27 · 49,284 = 1,330,668; MAESTRO says 1,330,722. The weights do not change between these steps, so a buffer keeps them and 9 cycles a step remain: 443,556, which is what
Weft finds apart from fill and drain.

**Average active PEs** differ where inner chunks are ragged: MAESTRO takes their nominal sizes.

**Legality.** MAESTRO checks no coverage. On 256 PEs it ends without a result in {stopped} of {files} files, and a layer that ends so takes all others of its file with it. Of the {refused} layers that Weft refuses it stops at
{also}; in the other {wrong} it counts MACs that the layer does not have."""

ABSENT = f"""MAESTRO's own files are not part of this repository, and they are not here, so only the small layers are compared. To compare all shipped files, put
`mapping/` and `data/../validation/` of maestro-project/maestro (commit 4eb08d1) into `DIR/maestro/mapping` and `DIR/maestro/validation` and set `{VARIABLE}=DIR`. Without the variable,
`shared/reference` beside this checkout is taken."""
