"""Counts of one dimension, or of one windowed axis, from its chunk sizes and units alone. Compiled.

`pieces` has chunks by length, `holdings` what units hold now and before, `windowed` and `operands` the same of axes
stride · y + dilation · r; `volumes` gathers these. `columns` makes of them the numbers that bounds are made of.
"""
