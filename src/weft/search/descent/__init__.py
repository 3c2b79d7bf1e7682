"""Branch and bound over the tilings of one structure. Compiled.

`forest` has the trees of all groups as one array, `descend` takes boxes from a stack, halves and bounds them, `tile`
evaluates all orders of a box of one tiling; `best` is what was found, `tally` what was counted. `single` evaluates one
program by itself, for searches of one's own.
"""
