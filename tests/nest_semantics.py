"""What a loop nest computes, and when and where it runs each point: the definitions that raising is held to."""

from dataclasses import dataclass
from itertools import permutations, product

import islpy as isl
import numpy as np

from weft.analysis.spacetime import chains, coordinates, relation
from weft.ir import Access, Choice, Literal, LoopKind, NestLoop

# --- what a nest computes ------------------------------------------------------------------------------------------

FUNCTIONS = {"where": np.where, "less": np.less, "greater": np.greater}
OPERATIONS = {"+": np.add, "-": np.subtract, "*": np.multiply, "max": np.maximum, "min": np.minimum}


def run(body, data, iterators=None):
    """Execute loops and statements in the order of the text on arrays by name."""
    iterators = {} if iterators is None else iterators
    for node in body:
        if isinstance(node, NestLoop):
            for iterator in values_of(node, iterators):
                run(node.body, data, iterators | {node.iterator: iterator})
        else:
            index = place_of(node.target, iterators)
            result = value_of(node.value, data, iterators)
            if node.reduction:
                result = OPERATIONS[node.reduction](data[node.target.array][index], result)
            data[node.target.array][index] = result


def visits(loops, values, iterators=None):
    """The executions of the statement inside of loops, one after the other: (times, units, point)."""
    iterators = {} if iterators is None else iterators
    if not loops:
        yield (), (), tuple(value.value(iterators) for value in values)
        return
    loop, *inner = loops
    for position, iterator in enumerate(values_of(loop, iterators)):
        for times, units, point in visits(inner, values, iterators | {loop.iterator: iterator}):
            if loop.kind is LoopKind.SEQUENTIAL:
                times = (position, *times)
            elif loop.kind is LoopKind.PARALLEL and loop.units is None:
                units = (position, *units)
            elif loop.kind is LoopKind.PARALLEL:
                times, units = (position // loop.units, *times), (position % loop.units, *units)
            yield times, units, point


def values_of(loop, iterators):
    """The iterator's values, one after the other."""
    lower, upper = ([bound.value(iterators) for bound in bounds] for bounds in (loop.lower, loop.upper))
    if loop.step < 0:
        return range(min(lower), max(upper), loop.step)
    return range(max(lower), min(upper), loop.step)


def place_of(access, iterators):
    index = tuple(item.value(iterators) for item in access.subscripts)
    assert min(index, default=0) >= 0
    return index


def value_of(value, data, iterators):
    if isinstance(value, Literal):
        return value.value
    if isinstance(value, Access):
        return data[value.array][place_of(value, iterators)]
    if isinstance(value, Choice):
        holds = all(condition.value(iterators) >= 0 for condition in value.conditions)
        return value_of(value.value if holds else value.otherwise, data, iterators)
    if value.function in FUNCTIONS:
        return FUNCTIONS[value.function](*(value_of(operand, data, iterators) for operand in value.operands))
    first, *rest = (value_of(operand, data, iterators) for operand in value.operands)
    if value.function == "-" and not rest:
        return -first
    for operand in rest:
        first = OPERATIONS[value.function](first, operand)
    return first


def random_arrays(nest, number=0):
    generator = np.random.default_rng(number)
    return {array.name: generator.integers(-9, 10, array.shape) for array in nest.arrays}


def contracted(case, data):
    """The output as numpy computes it from the problem alone."""
    problem = case.problem
    points = dict(zip(problem.extents, np.indices(tuple(problem.extents.values())), strict=True))
    gathered = {}
    for role, places in problem.tensors.items():
        axes = [place.constant + sum(factor * points[name] for name, factor in place.terms) for place in places]
        gathered[role] = tuple(axis + 0 * sum(points.values()) for axis in axes)
    terms = 1
    for role in problem.inputs:
        terms = terms * data[case.arrays[role]][gathered[role]]
    found = data[case.arrays["output"]].copy()
    element = np.ravel_multi_index(gathered["output"], found.shape) if found.shape else 0 * sum(points.values())
    OPERATIONS[problem.reduction].at(found.reshape(-1), element, terms)
    return found


# --- when and where it runs ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Execution:
    """A map from time and units to points, the number of coordinates of time, and the width of each unit."""

    relation: isl.Map
    times: int
    widths: tuple[int, ...]

    def moving(self):
        """Without coordinates that are always 0."""
        relation, times, widths = self.relation, self.times, list(self.widths)
        for position in reversed(range(times + len(widths))):
            if relation.domain().dim_max_val(position) == 0:
                relation = relation.project_out(isl.dim_type.in_, position, 1)
                if position < times:
                    times -= 1
                else:
                    del widths[position - self.times]
        return Execution(relation, times, tuple(widths))

    def flat(self):
        """With all units as one number, row by row."""
        times = [f"t{number}" for number in range(self.times)]
        units = [f"u{number}" for number in range(len(self.widths))]
        number = "0"
        for unit, width in zip(units, self.widths, strict=True):
            number = f"{width}*({number}) + {unit}"
        renamed = isl.Map(f"{{ [{', '.join(times + units)}] -> [{', '.join([*times, number])}] }}")
        return Execution(self.relation.apply_domain(renamed), self.times, (int(np.prod(self.widths)),))

    @property
    def time(self):
        return self.relation.project_out(isl.dim_type.in_, self.times, len(self.widths))

    @property
    def units(self):
        return self.relation.project_out(isl.dim_type.in_, 0, self.times)


def same(one, other):
    """Whether both execute the same points in the same order on the same units."""
    if len(one.moving().widths) != len(other.moving().widths):
        one, other = one.flat(), other.flat()
    one, other = one.moving(), other.moving()
    if one.times == other.times and one.relation.is_equal(other.relation):
        return True
    return one.units.is_equal(other.units) and same_order(one.time, other.time)


def same_order(one, other):
    """Whether steps correspond so that each holds the same points and earlier ones correspond to earlier ones."""
    steps = one.apply_range(other.reverse())
    if not (one.range().is_equal(other.range()) and steps.is_single_valued() and steps.is_injective()):
        return False
    earlier = isl.Map.lex_lt(one.domain().get_space()).intersect_domain(one.domain()).intersect_range(one.domain())
    return earlier.apply_domain(steps).apply_range(steps).is_subset(isl.Map.lex_lt(other.domain().get_space()))


def nest_execution(loops, values, names):
    """When and where loops around a statement run the points that `values` give for the dimensions `names`."""
    times, units, widths, conditions = [], [], [], []
    known = {loop.iterator: f"i{number}" for number, loop in enumerate(loops)}
    for number, loop in enumerate(loops):
        position, iterator = f"p{number}", known[loop.iterator]
        lower = [text(bound, known) for bound in loop.lower]
        starts = [
            " and ".join(
                [f"{iterator} = {start} + {loop.step}*{position}", *(f"{start} >= {other}" for other in lower)]
            )
            for start in lower
        ]
        conditions += [f"(({') or ('.join(starts)}))", f"{position} >= 0"]
        conditions += [f"{iterator} < {text(bound, known)}" for bound in loop.upper]
        if loop.kind is LoopKind.SEQUENTIAL:
            times.append(position)
        elif loop.kind is LoopKind.PARALLEL and loop.units is None:
            units.append(position)
            widths.append(None)
        elif loop.kind is LoopKind.PARALLEL:
            conditions += [f"{position} = {loop.units}*f{number} + u{number}", f"0 <= u{number} < {loop.units}"]
            times.append(f"f{number}")
            units.append(f"u{number}")
            widths.append(loop.units)
    conditions += [f"x{number} = {text(values[name], known)}" for number, name in enumerate(names)]
    inner = [*known.values(), *(f"p{n}" for n in range(len(loops)) if f"p{n}" not in times + units)]
    points = ", ".join(f"x{number}" for number in range(len(names)))
    body = f"exists {', '.join(inner)} : {' and '.join(conditions)}" if inner else "true"
    relation = isl.Map(f"{{ [{', '.join(times + units)}] -> [{points}] : {body} }}")
    domain = relation.domain()
    longest = [domain.dim_max_val(len(times) + number).to_python() + 1 for number in range(len(units))]
    widths = tuple(known or most for known, most in zip(widths, longest, strict=True))
    return Execution(relation, len(times), widths)


def text(expression, names):
    """An affine expression in isl's syntax."""
    parts = [str(expression.constant)]
    for atom, factor in expression.terms:
        inner = names[atom] if isinstance(atom, str) else f"floor(({text(atom.numerator, names)})/{atom.divisor})"
        parts.append(f"{factor}*{inner}")
    return " + ".join(parts).replace("+ -", "- ")


def spacetime(workload, canonical, units):
    """From (time, unit) to the points that a program executes there."""
    extents = tuple(workload.extents.values())
    return relation(extents, chains(workload, canonical, units), coordinates(workload, canonical))


def raised_execution(plan, values):
    """When and where a scheduled program runs the points, by the sums {dimension: coefficient} in `values`."""
    workload, units = plan.mapping.workload, tuple(level.units for level in plan.levels)
    point = {name: f"x{number}" for number, name in enumerate(workload.extents)}
    sums = [" + ".join(["0", *(f"{factor}*{point[name]}" for name, factor in value.items())]) for value in values]
    chosen = isl.Map(f"{{ [{', '.join(point.values())}] -> [{', '.join(sums)}] }}")
    times = sum(item.kind != "unit" for item in coordinates(workload, plan.canonical))
    return Execution(spacetime(workload, plan.canonical, units).apply_range(chosen), times, units)


# --- which dimension is which --------------------------------------------------------------------------------------


def correspondences(case, workload, by_name):
    """Ways to find each dimension of the problem in the workload such that all tensors agree.

    With `by_name` tensors are called like arrays and have the same axes in the same order, otherwise both may differ,
    and so may steps along an axis that belongs to one dimension. Dimensions with a single place are left out.
    """
    problem = case.problem
    ours = {
        role: _moving([place.terms for place in places], problem.extents, by_name)
        for role, places in problem.tensors.items()
    }
    theirs = {
        tensor.name: _moving(
            [[(term.dimension, term.coefficient) for term in axis.terms] for axis in tensor.subscripts],
            workload.extents,
            by_name,
        )
        for tensor in workload.tensors
    }
    for roles in [case.arrays] if by_name else _namings(problem, workload):
        named = {role: theirs[roles[role]] for role in ours}
        for names in _matchings(_signatures(problem.extents, ours), _signatures(workload.extents, named)):
            if all(_alike(ours[role], named[role], names, by_name) for role in ours):
                yield names


def _moving(places, extents, steps):
    """Each axis as {dimension: coefficient}, without dimensions and axes that have a single place."""
    axes = [{name: abs(factor) for name, factor in place if extents[name] > 1} for place in places]
    return [dict.fromkeys(axis, 1) if len(axis) == 1 and not steps else axis for axis in axes if axis]


def _namings(problem, workload):
    """The workload's tensors as those of the problem: factors commute."""
    # What an output element held before that a single point updates is an input of the workload alone.
    before = f"{workload.output.name}_before"
    for order in permutations(tensor.name for tensor in workload.inputs if tensor.name != before):
        yield dict(zip(problem.inputs, order, strict=True)) | {"output": workload.output.name}


def _signatures(extents, tensors):
    """The dimensions with the same extent and the same coefficients in the same tensors, by these facts."""
    found = {}
    for name, extent in extents.items():
        if extent > 1:
            facts = tuple(
                (role, *sorted((axis[name], len(axis)) for axis in axes if name in axis))
                for role, axes in tensors.items()
            )
            found.setdefault((extent, facts), []).append(name)
    return found


def _matchings(ours, theirs):
    """Every way to pair dimensions with equal signatures."""
    if {key: len(names) for key, names in ours.items()} != {key: len(names) for key, names in theirs.items()}:
        return
    for orders in product(*(permutations(theirs[key]) for key in ours)):
        yield {a: b for key, order in zip(ours, orders, strict=True) for a, b in zip(ours[key], order, strict=True)}


def _alike(ours, theirs, names, in_order):
    renamed = [{names[name]: factor for name, factor in axis.items()} for axis in ours]
    if in_order:
        return renamed == theirs
    return len(renamed) == len(theirs) and all(axis in theirs for axis in renamed)
