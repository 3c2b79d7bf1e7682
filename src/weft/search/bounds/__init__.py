"""Lower bounds for boxes of candidates, and the candidates themselves. Compiled.

`candidates` lists the chains of a group with their columns, `begun` those of which only the outer sizes are given,
`boxes` drops what another one beats and makes a tree of the rest, `bound` bounds energy, cycles and room of a box.
"""
