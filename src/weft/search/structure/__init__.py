"""A structure of a space as arrays: what costs are sums of, and which orders its levels have.

`plan` has the costs as linear forms of slots, `cost_arrays` the same as arrays, `flat` these in two for compiled code,
`ways` the classes of orders of a level.
"""
