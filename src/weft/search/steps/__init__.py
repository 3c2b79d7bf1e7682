"""The stepwise time (A20) of very many programs of one structure, compiled: what `backends/cost/clock` gives for one.

    batch = StepwiseBatch(schedule, machines, orders, spread)    # ValueError if not `supports(schedule, machines)`
    cycles = batch.cycles(sizes, units)

`schedule` is that of any program of the structure. `sizes` [N, D, L] are the chunk sizes of the workload's dimensions
at every level (0 where a level has no loop of the dimension), `units` [N, L] those of each level; `cycles` [N, W] is
for W machines that differ in widths and latencies alone.
"""

from .batch import StepwiseBatch as StepwiseBatch
from .batch import supports as supports
