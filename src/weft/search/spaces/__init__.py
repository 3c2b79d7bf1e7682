"""Which programs a search looks at.

`space` declares a space and its points; `points` lists and draws these. Spaces come from `default` (a machine's),
`template` with `template_sizes`, and `flexibility`; `constraints` with `constraint_text` narrow them, `conflict` says
which cannot hold together. `chains` has the chunk sizes of a dimension (`even` those of even splits), `orders` the
orders of a level, `symmetry` structures that are the same but for names, `coverage` what a space leaves out. `request`
is what a user says of a space.
"""
