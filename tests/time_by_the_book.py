"""Both times and all counts of a small program by the text of docs/model.md alone: plain loops and sets.

Only the chunks of every step (A2 to A4) and the placed memories (A6) come from Weft.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import pairwise, product
from math import ceil, isqrt, log2, prod

from steps_by_the_book import Steps

from weft.backends.simulate.program import RunProgram as Program


@dataclass
class Move:
    """What one step of a level moves under one parent: elements per tensor."""

    into: Counter = field(default_factory=Counter)
    out: Counter = field(default_factory=Counter)


class Book:
    """Everything about one schedule. `seen` counts how often each feature of the time had an effect."""

    def __init__(self, schedule):
        self.schedule, self.program = schedule, Program.of(schedule)
        self.workload, self.machine = schedule.mapping.workload, schedule.mapping.accelerator
        self.levels, self.bottom = range(len(schedule.levels)), len(schedule.levels)
        self.networks = [level.network for level in schedule.levels]
        self.units = [level.units for level in schedule.levels]
        self.inputs = [tensor.name for tensor in self.workload.inputs]
        self.output = self.workload.output.name
        self.names = [*self.inputs, self.output]
        self.elements_of = {}
        self.seen = Counter()
        self.moves, self.entered = {}, Counter()
        self.final = [{} for _ in self.levels]
        self.reduces = [self._reduces(level) for level in self.levels]
        for level in self.levels:
            self._carry(level)

    # --- elements --------------------------------------------------------------------------------------------------

    def held(self, name, chunk):
        """The elements of a tensor that the points of a chunk touch."""
        if (name, chunk) not in self.elements_of:
            self.elements_of[name, chunk] = {self.element(name, point) for point in points_of(chunk)}
        return self.elements_of[name, chunk]

    def element(self, name, point):
        at = dict(zip(self.workload.extents, point, strict=True))
        return tuple(
            sum(term.coefficient * at[term.dimension] for term in subscript.terms)
            for subscript in self.workload.tensor(name).subscripts
        )

    def below(self, name, boundary):
        """The memories at a boundary or below that hold a tensor, outermost first."""
        return [site for site in self.schedule.sites if site.boundary >= boundary and name in site.tensors]

    # --- what moves (A9 to A15) ------------------------------------------------------------------------------------

    def transfers(self, name, top, boundary):
        """Per step and parent at boundary `top`: (time, parent, entering, leaving, filled, forwarded).

        The units at `boundary` hold what their chunks touch; the last entry, with time None, is what is left at the
        end. Entering are an input's reads or the output's readbacks.
        """
        between = range(top, boundary)
        apart_in = [i for i in between if not self.networks[i].multicast]
        apart_out = [i for i in between if not self.networks[i].reduction]
        along = max((i for i in between if self.networks[i].forwarding), default=None)
        holds, ever = {}, {}
        for time, units in self.program.steps(boundary):
            before = dict(holds)
            per_parent = {}
            for unit, chunk in units.items():
                now, old = self.held(name, chunk), before.get(unit, set())
                new, left = now - old, old - now
                forwarded = set()
                if name != self.output and along is not None:
                    for side in (unit[along] - 1, unit[along] + 1):
                        neighbour = (*unit[:along], side, *unit[along + 1 :])
                        if neighbour in units:
                            forwarded |= new & before.get(neighbour, set())
                groups = per_parent.setdefault(unit[:top], [{}, {}, 0, 0])
                apart = apart_out if name == self.output else apart_in
                groups[0].setdefault(tuple(unit[i] for i in apart), set()).update(new - forwarded)
                groups[1].setdefault(tuple(unit[i] for i in apart_out), set()).update(left)
                groups[2] += len(new)
                groups[3] += len(forwarded)
                holds[unit] = now
            for parent, (enters, leaves, filled, forwarded) in per_parent.items():
                entering = sum(map(len, enters.values()))
                if name == self.output:
                    present = ever.setdefault(parent, set())
                    fresh = set().union(*enters.values()) - present
                    present |= fresh
                    entering -= len(fresh)
                yield time, parent, entering, sum(map(len, leaves.values())), filled, forwarded
        leaves = {}
        for unit, elements in holds.items():
            groups = leaves.setdefault(unit[:top], {})
            groups.setdefault(tuple(unit[i] for i in apart_out), set()).update(elements)
        for parent, groups in leaves.items():
            yield None, parent, 0, sum(map(len, groups.values())), 0, 0

    def operands(self, name, top):
        """Per step and parent at boundary `top`, without a memory at the PEs: (time, parent, entering, leaving)."""
        between = range(top, self.bottom)
        network = "reduction" if name == self.output else "multicast"
        apart = [i for i in between if not getattr(self.networks[i], network)]
        ever = {}
        for time, units in self.program.steps(self.bottom):
            together = {}
            for unit, chunk in units.items():
                for point in points_of(chunk):
                    place = tuple(x - low for x, (low, _) in zip(point, chunk, strict=True))
                    group = together.setdefault(unit[:top], {}).setdefault((place, *(unit[i] for i in apart)), set())
                    group.add(self.element(name, point))
            for parent, groups in together.items():
                count = sum(map(len, groups.values()))
                if name != self.output:
                    yield time, parent, count, 0
                else:
                    present = ever.setdefault(parent, set())
                    fresh = set().union(*groups.values()) - present
                    present |= fresh
                    yield time, parent, count - len(fresh), count

    def _carry(self, level):
        """A19: what the network of a level carries in each step."""
        for name in self.names:
            if level == self.bottom - 1 and not self.below(name, self.bottom):
                for time, parent, into, out in self.operands(name, level):
                    move = self.moves.setdefault((level, time, parent), Move())
                    move.into[name] += into
                    move.out[name] += out
                continue
            for time, parent, into, out, *_ in self.transfers(name, level, level + 1):
                out = out if name == self.output else 0
                if time is None:
                    self.final[level].setdefault(parent, Counter())[name] += out
                    continue
                move = self.moves.setdefault((level, time, parent), Move())
                move.into[name] += into
                move.out[name] += out
        if level == self.bottom - 1:
            self._enter()

    def _enter(self):
        """Output elements that enter each PE in each step."""
        holds = {}
        for time, units in self.program.steps(self.bottom):
            for unit, chunk in units.items():
                now = self.held(self.output, chunk)
                self.entered[time, unit] = len(now - holds.get(unit, set()))
                holds[unit] = now

    def _reduces(self, level):
        """Whether the network of a level adds up sums of several of its units."""
        if not self.networks[level].reduction:
            return False
        for _, units in self.program.steps(level + 1):
            found = {}
            for unit, chunk in units.items():
                for element in self.held(self.output, chunk):
                    if found.setdefault((unit[:level], element), unit) != unit:
                        return True
        return False

    # --- stepwise (A18 to A20) -------------------------------------------------------------------------------------

    def cycles(self, network, elements, units, walkers, summed=False):
        """A18: the time of one transfer in one direction."""
        moved = {name: count for name, count in elements.items() if count}
        own = dict(network.channels)
        wires = [({name}, own[name]) for name in moved if name in own]
        wires.append((set(moved) - set(own), network.bandwidth))
        return max(self._wire(network, moved, names, width, units, walkers, summed) for names, width in wires)

    def _wire(self, network, moved, names, width, units, walkers, summed):
        if not names:
            return 0
        if network.topology == "tree":
            links = max(1, ceil(log2(units)))
        elif network.topology == "mesh":
            rows = isqrt(units)
            links = rows + ceil(units / rows) - 1
        else:
            links = 1
        adders = 0
        if summed:
            adders = ceil(log2(units)) if network.adder == "tree" else units - 1
        flow = ceil(sum(moved[name] for name in names) / width) if width is not None else 0
        walk = max((hops * units for name, hops in network.store_and_forward if name in names & walkers), default=0)
        self.seen["walk"] += walk > flow
        self.seen["adders"] += adders * network.adder_latency > 0
        self.seen["links"] += links * network.hop_latency > 0
        return network.latency + network.hop_latency * links + network.adder_latency * adders + max(flow, walk)

    def wires(self, level, elements, summed=False):
        walkers = {name for name in self.names if self.below(name, level + 1)}
        return self.cycles(self.networks[level], elements, self.units[level], walkers, summed)

    def out(self, level, elements):
        return self.wires(level, elements, self.reduces[level])

    def skew(self, level):
        """How far the last unit of a level lags behind the first."""
        lag = [
            hops
            for name, hops in self.networks[level].store_and_forward
            if name in self.names and not self.below(name, level + 1)
        ]
        skew = (self.units[level] - 1) * max(lag, default=0)
        return skew + (self.machine.pipeline_depth - 1 if level == self.bottom - 1 else 0)

    def vectors(self, chunk):
        *outer, last = [high - low for low, high in chunk]
        return prod(outer) * ceil(last / self.machine.vector_width)

    def stepwise(self):
        total, ports = Steps(self).total() + self.stacked(), self.ports()
        self.seen["ports"] += ports > total
        return max(total, ports)

    def over_stacks(self):
        """Between stacked memories: (network, {tensor: elements}, upper memory, {tensor: lower memory}, inwards)."""
        sites = [site for site in self.schedule.sites if site.boundary == 0]
        for number, site in enumerate(sites):
            lower = {}
            for other in sites[number + 1 :]:
                for name in other.tensors:
                    lower.setdefault(name, other.memory)
            sizes = {name: len(self.held(name, self.program.whole)) for name in {*site.tensors} & {*lower}}
            for inwards in (True, False):
                moved = {name: count for name, count in sizes.items() if (name != self.output) == inwards}
                yield site.memory.network(0), moved, site.memory, lower, inwards

    def stacked(self):
        """The transfers between memories stacked above all levels: inputs before, the output after."""
        total = 0
        for network, moved, upper, lower, inwards in self.over_stacks():
            cycles = self.cycles(network, moved, 1, {*moved})
            ends = [(upper, sum(moved.values()), inwards)]
            for memory in {lower[name] for name in moved}:
                ends.append((memory, sum(count for name, count in moved.items() if lower[name] == memory), not inwards))
            for memory, elements, read in ends:
                for width in (memory.read_bandwidth if read else memory.write_bandwidth, memory.shared_bandwidth):
                    if width is not None:
                        self.seen["stacked ports"] += ceil(elements / (width * memory.banks)) > cycles
                        cycles = max(cycles, ceil(elements / (width * memory.banks)))
            total += cycles
        self.seen["stacked"] += total > 0
        return total

    # --- throughput (A21) ------------------------------------------------------------------------------------------

    def throughput(self):
        busy = Counter()
        for _, units in self.program.steps(self.bottom):
            for unit, chunk in units.items():
                busy[unit] += self.vectors(chunk)
        networks = [self._flow(network, moved, 1) for network, moved, *_ in self.over_stacks()]
        networks += map(self._level_flow, self.levels)
        return max(ceil(max(busy.values()) / self.machine.lanes), self.ports(), *networks)

    def _level_flow(self, level):
        into, out, parents = Counter(), Counter(), set()
        for (at, _, parent), move in self.moves.items():
            if at == level:
                into += move.into
                out += move.out
                parents.add(parent)
        for left in self.final[level].values():
            out += left
        return max(self._flow(self.networks[level], total, len(parents)) for total in (into, out))

    def _flow(self, network, moved, copies):
        """Cycles of so many elements per tensor over the copies of a network, without latency."""
        moved, own, longest = Counter(moved), dict(network.channels), 0
        shared = sum(count for name, count in moved.items() if name not in own)
        for count, width in [(shared, network.bandwidth), *((moved[name], own[name]) for name in own)]:
            if width is not None:
                longest = max(longest, ceil(count / (width * copies)))
        return longest

    # --- counts and ports (A9 to A15, A22) -------------------------------------------------------------------------

    @cached_property
    def counts(self):
        """{(parent, child, tensor): (fills, reads, forwards) or (fills, updates, readbacks)}."""
        found = {}
        for name in self.names:
            chain = self.below(name, 0)
            for parent, child in pairwise(chain):
                into = out = fills = forwards = 0
                for _, _, enters, leaves, filled, forwarded in self.transfers(name, parent.boundary, child.boundary):
                    into, out, fills, forwards = into + enters, out + leaves, fills + filled, forwards + forwarded
                traffic = (fills, out, into) if name == self.output else (fills, into, forwards)
                found[parent.memory.name, child.memory.name, name] = traffic
            found[chain[-1].memory.name, "MAC", name] = self._arithmetic(name, chain[-1].boundary)
        return found

    def _arithmetic(self, name, boundary):
        macs = prod(self.workload.extents.values())
        if boundary < self.bottom:
            into = out = 0
            for _, _, enters, leaves in self.operands(name, boundary):
                into, out = into + enters, out + leaves
            return (macs, out, into) if name == self.output else (macs, into, 0)
        uses, ever = 0, set()
        for _, units in self.program.steps(self.bottom):
            for unit, chunk in units.items():
                uses += self.runs(name, chunk)
                ever |= {(unit, element) for element in self.held(name, chunk)}
        return (macs, uses, uses - len(ever)) if name == self.output else (macs, uses, 0)

    def runs(self, name, chunk):
        """A14: lanes side by side whose points differ only where the tensor does not move share an access."""
        moving = [d in self.workload.tensor(name).dimensions for d in self.workload.extents]
        count, lanes, points = 0, self.machine.lanes, points_of(chunk)
        for start in range(0, len(points), lanes):
            places = [
                tuple(x for x, moves in zip(p, moving, strict=True) if moves) for p in points[start : start + lanes]
            ]
            count += 1 + sum(a != b for a, b in pairwise(places))
        return count

    @cached_property
    def accesses(self):
        """A22: {memory: [reads, writes]} in elements."""
        found = {site.memory.name: [0, 0] for site in self.schedule.sites}
        for (parent, child, name), (fills, second, third) in self.counts.items():
            reads, writes = (third, second) if name == self.output else (second, 0)
            found[parent][0] += reads
            found[parent][1] += writes
            if child != "MAC":
                found[child][0] += fills if name == self.output else third
                found[child][1] += third if name == self.output else fills
        return found

    def crossings(self):
        """A23: {(parent, child, tensor): links}, without those that nothing crosses."""
        found = {}
        for name in self.names:
            chain = [(site.memory.name, site.boundary) for site in self.below(name, 0)] + [("MAC", self.bottom)]
            for (parent, top), (child, boundary) in pairwise(chain):
                fills, second, third = self.counts[parent, child, name]
                trips, copies = (second + third, fills - second) if name == self.output else (second, fills - second)
                if name == self.output and child == "MAC":
                    copies = 0
                way = 1 + sum(
                    average_links(self.networks[i].topology, self.units[i]) - 1
                    for i in range(top, boundary)
                    if name not in dict(self.networks[i].store_and_forward)
                )
                if top < self.bottom and (links := ceil(trips * way) + copies):
                    found[parent, child, name] = links
        return found

    def ports(self):
        """The cycles that the slowest port needs."""
        longest, accesses = 0, self.accesses
        for site in self.schedule.sites:
            memory, (reads, writes) = site.memory, accesses[site.memory.name]
            working = {unit for _, units in self.program.steps(site.boundary) for unit in units}
            ports = [
                (reads, memory.read_bandwidth),
                (writes, memory.write_bandwidth),
                (reads + writes, memory.shared_bandwidth),
            ]
            for count, width in ports:
                if width is not None:
                    longest = max(longest, ceil(count / (width * memory.banks * len(working))))
        return longest


def average_links(topology, units):
    """Links from the parent to a place, on average over all places; a mesh is entered at a corner."""
    if topology == "mesh":
        rows = isqrt(units)
        places = product(range(rows), range(ceil(units / rows)))
        return Fraction(sum(1 + row + column for row, column in places), rows * ceil(units / rows))
    return max(1, ceil(log2(units))) if topology == "tree" else 1


def points_of(chunk):
    """The iteration points of a chunk, row-major."""
    return list(product(*(range(low, high) for low, high in chunk)))
