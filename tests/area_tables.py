"""An area table in round numbers, at one node, that the tests of areas share."""

from weft.backends.area import parse_area_table

TEXT = """\
name: round
mac:
  integer:
    width_bits: 8
    multiplier: {nm: 10, area_um2: 100, leakage_mw: 1, source: a multiplier}
    adder: {nm: 10, area_um2: 10, leakage_mw: 0.5, source: an adder}
  floating:
    width_bits: 8
    multiplier: {nm: 10, area_um2: 300, source: a multiplier}
    adder: {nm: 10, area_um2: 200, source: an adder}
registers: {nm: 10, area_um2: 2, leakage_mw: 0.01, source: a register}
pe: &sram
  cell_um2: {5: 0.25, 10: 1, 20: 4}
  cells_per_bit: 1.5
  cells_per_port_bit: 10
  port_growth: 0.5
  least_bytes: 100
  leakage_nw_per_bit: {5: 1000, 10: 1000, 20: 1000}
  register: {nm: 10, area_um2: 5, leakage_mw: 0.002, source: a latch}
  address: {nm: 10, area_um2: 3, leakage_mw: 0.1, source: a counter}
  source: cells
buffer: *sram
network:
  - pitch_um: {5: 0.5, 10: 1, 20: 2}
    arbiter: {nm: 10, area_um2: 7, leakage_mw: 0.2, source: an arbiter}
    merge: {nm: 10, area_um2: 1, source: gates}
    switch: {nm: 10, area_um2: 6, source: a switch}
    router: {nm: 10, area_um2: 50, source: a router}
    source: wires
scaling: {area: {5: 0.25, 10: 1, 20: 4}, leakage: {5: 0.5, 10: 1, 20: 2}, source: rules}
"""


def table(text=TEXT):
    return parse_area_table(text, "round.yaml")
