"""The stepwise time by the text of docs/model.md alone: plain recursion over the steps of every level (A18 to A20).

D, W, F and X are those of the text: from swap to swap, a unit's chunk, the first transfers below, what is exposed.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from math import ceil, prod

IN, OUT = "in", "out"


class Steps:
    """The stepwise time of the program of a book. `seen` counts how often each feature had an effect."""

    def __init__(self, book):
        self.book, self.seen = book, book.seen
        self.holds = [self._changes(level) for level in book.levels]
        self.fresh = self._first_sums()
        self.known = {}

    # --- elements at the ends of a level ---------------------------------------------------------------------------

    def _changes(self, level):
        """{(time, parent): [{tensor: (entering, leaving)}, a child each]}, and with time None what is still held."""
        book, found, held = self.book, {}, {}
        for time, units in book.program.steps(level + 1):
            for unit, chunk in units.items():
                now = {name: book.held(name, chunk) for name in book.names}
                old = held.get(unit, {name: set() for name in book.names})
                change = {name: (len(now[name] - old[name]), len(old[name] - now[name])) for name in book.names}
                found.setdefault((time, unit[:level]), []).append(change)
                held[unit] = now
        for unit, now in held.items():
            found.setdefault((None, unit[:level]), []).append({name: (0, len(now[name])) for name in book.names})
        return found

    def _first_sums(self):
        """{(time, PE): output elements that the PE holds for the first time}."""
        book, found, ever = self.book, {}, {}
        for time, units in book.program.steps(book.bottom):
            for unit, chunk in units.items():
                new = book.held(book.output, chunk) - ever.setdefault(unit, set())
                ever[unit] |= new
                found[time, unit] = len(new)
        return found

    def source(self, level, name):
        """The lowest memory at the boundary above a level that holds a tensor."""
        sites = [site for site in self.book.schedule.sites if site.boundary == level and name in site.tensors]
        return sites[-1].memory if sites else None

    def target(self, level, name):
        """The first memory below a level that holds a tensor, if it stands right below."""
        sites = self.book.below(name, level + 1)
        return sites[0].memory if sites and sites[0].boundary == level + 1 else None

    def single(self, level):
        return {n for n in self.book.names for s in self.book.below(n, level + 1)[:1] if s.memory.buffering == "single"}

    # --- one transfer ----------------------------------------------------------------------------------------------

    def ports(self, level, time, parent, way, names, carried):
        """[(memory, elements)] at both ends: the parent's, then the busiest child's."""
        book, ends = self.book, []
        for memory in {self.source(level, name) for name in names} - {None}:
            ends.append((memory, sum(carried[name] for name in names if self.source(level, name) == memory), True))
        for memory in {self.target(level, name) for name in names} - {None}:
            most = 0
            for change in self.holds[level][time, parent]:
                counts = {name: change[name][way == OUT] for name in names if way == IN or name == book.output}
                if way == IN and book.output in counts:
                    counts[book.output] = min(counts[book.output], carried[book.output])
                most = max(most, sum(counts[name] for name in counts if self.target(level, name) == memory))
            ends.append((memory, most, False))
        return ends

    def transfer(self, level, time, parent, way, names):
        """(cycles, {shared port: cycles}) of the transfer of some tensors for one step; time None is the last drain."""
        key = (level, time, parent, way, frozenset(names))
        if key not in self.known:
            self.known[key] = self._transfer(level, time, parent, way, names)
        return self.known[key]

    def _transfer(self, level, time, parent, way, names):
        book = self.book
        if time is None:
            carried = book.final[level].get(parent, Counter())
        else:
            move = book.moves[level, time, parent]
            carried = move.into if way == IN else move.out
        carried = Counter({name: carried[name] for name in names})
        cycles = network = book.wires(level, carried) if way == IN else book.out(level, carried)
        shared = {}
        for memory, elements, above in self.ports(level, time, parent, way, names, carried):
            reads = above == (way == IN)
            for width in (memory.read_bandwidth if reads else memory.write_bandwidth, memory.shared_bandwidth):
                if width is not None:
                    cycles = max(cycles, ceil(elements / (width * memory.banks)))
            if memory.shared_bandwidth is not None:
                shared[memory.name] = ceil(elements / (memory.shared_bandwidth * memory.banks))
        self.seen["port of a transfer"] += cycles > network
        return cycles, shared

    def both(self, level, parent, names, incoming, outgoing):
        """The longest that a shared port needs for a transfer in, for one step, and one out, for one."""
        into = self.transfer(level, incoming, parent, IN, names)[1]
        out = self.transfer(level, outgoing, parent, OUT, names)[1]
        return max((into.get(port, 0) + out.get(port, 0) for port in {*into, *out}), default=0)

    # --- what is late, and first transfers ------------------------------------------------------------------------

    def waits(self, level, time, parent):
        """Whether something of single buffers moves for a step."""
        move = self.book.moves[level, time, parent]
        return any(move.into[name] or move.out[name] for name in self.single(level))

    def exposed(self, level, time, parent):
        """X."""
        if not self.waits(level, time, parent):
            return 0
        late = self.single(level)
        into, out = (self.transfer(level, time, parent, way, late)[0] for way in (IN, OUT))
        together = self.both(level, parent, late, time, time)
        self.seen["single"] += max(into, out, together) > 0
        self.seen["single skew"] += self.book.skew(level) > 0
        self.seen["single shared"] += together > max(into, out)
        return max(into, out, together) + self.book.skew(level)

    def early(self, level):
        return set(self.book.names) - self.single(level)

    def early_in(self, level, time, parent):
        return self.transfer(level, time, parent, IN, self.early(level))[0]

    def early_out(self, level, time, parent):
        return self.transfer(level, time, parent, OUT, self.early(level))[0]

    def chunk(self, level, before, unit, piece):
        """The steps of a level inside one chunk, as (level, time, parent, children)."""
        return [(level, before + time, unit, children) for time, children in self.book.program.inside(level, piece)]

    def below(self, step, unit):
        level, time, parent, children = step
        return self.chunk(level + 1, time, (*parent, unit), children[unit])

    def first(self, step):
        """F: the chain of first transfers below a step."""
        level, _, _, children = step
        if level == self.book.bottom - 1:
            return 0
        return max(self.entry(self.below(step, unit)[0]) for unit in children)

    def entry(self, step):
        level, time, parent, _ = step
        return self.early_in(level, time, parent) + self.exposed(level, time, parent) + self.first(step)

    def fill(self, step):
        """The very first fill: all tensors at once, on every level."""
        level, time, parent, children = step
        own = self.transfer(level, time, parent, IN, set(self.book.names))[0]
        if level == self.book.bottom - 1:
            return own
        return own + max(self.fill(self.below(step, unit)[0]) for unit in children)

    # --- from swap to swap -----------------------------------------------------------------------------------------

    def work(self, step, following):
        """The longest over the units of a step; `following` is the parent's next step or None."""
        return max(self.unit(step, unit, following) for unit in step[3])

    def unit(self, step, unit, following):
        """W: a unit's chunk, with the first transfer of its chunk in the following step."""
        level, time, parent, children = step
        if level == self.book.bottom - 1:
            return self.arithmetic(time, (*parent, unit), children[unit])
        entering = self.below(following, unit)[0] if following and unit in following[3] else None
        steps = self.below(step, unit)
        if self.book.networks[level + 1].queues:
            return self.queued(steps, entering)
        return sum(self.swap(s, t) for s, t in pairwise([*steps, entering]))

    def swap(self, step, following):
        """D."""
        level, time, parent, _ = step
        out = self.early_out(level, time, parent)
        if following is None:
            return max(self.work(step, None), out)
        _, then, _, _ = following
        into, exposed = self.early_in(level, then, parent), self.exposed(level, then, parent)
        ports = self.both(level, parent, self.early(level), then, time)
        chain = self.first(following)
        if self.waits(level, then, parent):
            return max(self.work(step, None), into, out, ports) + exposed + chain
        work = self.work(step, following)
        self.seen["fetch"] += into + chain > max(work, out)
        self.seen["chain"] += into + chain > max(work, out, into)
        self.seen["shared"] += ports > max(work, out, into + chain)
        if self.book.moves[level, then, parent].into[self.book.output]:
            self.seen["readbacks"] += out + chain > max(work, out, into + chain, ports)
            into = max(into, out)
        return max(work, out, ports, into + chain)

    def queued(self, steps, entering):
        """A chunk whose transfers run ahead; `entering` is the first step of the unit's next chunk or None."""
        level, _, parent, _ = steps[0]
        alone = work = into = out = 0
        ports = Counter()
        for step, following in pairwise([*steps, entering]):
            out += self.early_out(level, step[1], parent)
            ports.update(self.transfer(level, step[1], parent, OUT, self.early(level))[1])
            late = following is not None and self.waits(level, following[1], parent)
            work += self.work(step, None if late else following)
            if following is None:
                continue
            into += self.early_in(level, following[1], parent)
            ports.update(self.transfer(level, following[1], parent, IN, self.early(level))[1])
            if late:
                alone += self.exposed(level, following[1], parent) + self.first(following)
            elif following is entering:
                into += self.first(following)
        total = alone + max(work, into, out, *ports.values(), 0)
        self.seen["queues"] += total < sum(self.swap(s, t) for s, t in pairwise([*steps, entering]))
        return total

    def arithmetic(self, time, unit, chunk):
        """The vectors and sums of a PE in a step, and its accesses to the memories beside it."""
        book, sums = self.book, 0
        in_units = any(book.reduces[i] and book.networks[i].adder == "unit" for i in book.levels)
        if in_units and book.below(book.output, book.bottom):
            sums = book.entered[time, unit]
        lanes, vectors = book.machine.lanes, book.vectors(chunk)
        self.seen["vectors"] += ceil(vectors / lanes) < ceil(prod(high - low for low, high in chunk) / lanes)
        self.seen["sums"] += ceil((vectors + sums) / lanes) > ceil(vectors / lanes)
        cycles = ceil((vectors + sums) / lanes)
        reads, writes, memories = Counter(), Counter(), {}
        for name in book.names:
            for site in book.below(name, book.bottom)[-1:]:
                memories[site.memory.name] = site.memory
                uses = book.runs(name, chunk)
                reads[site.memory.name] += uses - (self.fresh[time, unit] if name == book.output else 0)
                writes[site.memory.name] += uses if name == book.output else 0
        for name, memory in memories.items():
            for width, count in (
                (memory.read_bandwidth, reads[name]),
                (memory.write_bandwidth, writes[name]),
                (memory.shared_bandwidth, reads[name] + writes[name]),
            ):
                if width is not None:
                    self.seen["port of the arithmetic"] += ceil(count / (width * memory.banks)) > cycles
                    cycles = max(cycles, ceil(count / (width * memory.banks)))
        return cycles

    # --- the whole program -----------------------------------------------------------------------------------------

    def total(self):
        book = self.book
        steps = self.chunk(0, (), (), book.program.whole)
        total = self.fill(steps[0])
        if book.networks[0].queues:
            total += self.queued(steps, None)
        else:
            total += sum(self.swap(s, t) for s, t in pairwise([*steps, None]))
        for level in book.levels:
            drains = [self.transfer(level, None, parent, OUT, set(book.names))[0] for parent in book.final[level]]
            total += max(drains, default=0) + book.skew(level)
            self.seen["skew"] += book.skew(level) > (book.machine.pipeline_depth - 1) * (level == book.bottom - 1)
        self.seen["pipeline"] += book.machine.pipeline_depth > 1
        return total
