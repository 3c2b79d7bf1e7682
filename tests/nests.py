"""Loop nests for tests: short ways to write them, and Hypothesis strategies that generate them."""

from dataclasses import replace
from itertools import count, islice

from emitted import instances, place
from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st

from weft.ir import Access, Affine, Array, Compute, Literal, LoopKind, LoopNest, NestLoop, Statement

generated = settings(
    max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


def loop(iterator, lower, upper, *body, **options):
    """A loop; bounds are expressions or lists of them."""
    bounds = [tuple(Affine.of(item) for item in (b if isinstance(b, list) else [b])) for b in (lower, upper)]
    return NestLoop(iterator, *bounds, body, **options)


def parallel(iterator, lower, upper, *body, **options):
    return loop(iterator, lower, upper, *body, kind=LoopKind.PARALLEL, **options)


def at(array, *subscripts):
    return Access(array, tuple(Affine.of(item) for item in subscripts))


def times(*values):
    return Compute("*", values)


def nest(arrays, *body, name="f", **options):
    """A nest; `arrays` holds a shape by name, or the rest of the array's fields."""
    fields = {key: item if isinstance(item, dict) else {"shape": item} for key, item in arrays.items()}
    return LoopNest(name, tuple(Array(key, **item) for key, item in fields.items()), body, **options)


def own(*shape):
    """A local array's fields."""
    return {"shape": shape, "local": True}


def gemm(tile):
    """C[i, j] set and then added to, in tiles of rows on units; the last tile is cut off."""
    i, j, k, p = map(Affine.of, "ijkp")
    body = loop("k", 0, 3, Statement(at("C", i, j), times(at("A", i, k), at("B", k, j)), "+"))
    rows = loop(
        "i", p, [p + tile, 5], loop("j", 0, 4, Statement(at("C", i, j), Literal(0.0)), body), kind=LoopKind.CHUNK
    )
    return nest({"A": (5, 3), "B": (3, 4), "C": (5, 4)}, parallel("p", 0, 5, rows, step=tile), name="gemm")


def deep(count, statement):
    """A statement inside of so many loops."""
    for number in reversed(range(count)):
        statement = loop(f"i{number}", 0, 2 if number % 9 == 0 else 1, statement)
    return statement


@st.composite
def expressions(draw, scope):
    """A small affine expression over the iterators around, sometimes divided."""
    found = Affine.of(draw(st.integers(-3, 3)))
    for name in draw(st.lists(st.sampled_from(sorted(scope)), max_size=2, unique=True)) if scope else ():
        found += Affine.of(name) * draw(st.integers(-2, 2))
    divisor = draw(st.integers(2, 4))
    return draw(st.sampled_from([found, found, found, found // divisor, found % divisor]))


@st.composite
def loops(draw, scope, kinds, body):
    """A loop of at most four iterations, in either direction, with one or two expressions per bound."""
    name = "ijklmn"[len(scope)]
    base, length = draw(expressions(scope)), draw(st.integers(0, 4) | st.integers(2, 4))
    step = draw(st.sampled_from([1, 1, 1, 2, 3, -1, -2]))
    lower, upper = ((base,), (base + length,)) if step > 0 else ((base + length,), (base,))
    lower += tuple(draw(st.lists(expressions(scope), max_size=1)))
    upper += tuple(draw(st.lists(expressions(scope), max_size=1)))
    kind = draw(st.sampled_from(kinds))
    units = draw(st.none() | st.integers(1, 4)) if kind is LoopKind.PARALLEL else None
    memory = draw(st.sampled_from([None, "L2"])) if kind is LoopKind.PARALLEL else None
    return NestLoop(name, lower, upper, draw(body({*scope, name})), step, kind, units, memory)


@st.composite
def bodies(draw, scope, kinds, statements, depth):
    """One to three nodes: statements, and loops to a depth."""
    found = []
    for _ in range(draw(st.integers(1, 2 if scope else 3))):
        if depth and draw(st.integers(0, 3 if scope else 9)):
            inner = lambda inside: bodies(inside, kinds, statements, depth - 1)  # noqa: E731
            found.append(draw(loops(scope, kinds, inner)))
        else:
            found += draw(statements(scope))
    return tuple(found)


@st.composite
def touches(draw, scope, ranks):
    """An element of one of the arrays, which have so many axes."""
    name = draw(st.sampled_from(sorted(ranks)))
    return Access(name, tuple(draw(expressions(scope)) for _ in range(ranks[name])))


@st.composite
def sequential_statements(draw, scope):
    """Any statement over any arrays, the function's own and scalars among them."""
    ranks = {"a": 1, "b": 2, "c": 1, "s": 0, "t": 0, "u": 1}
    reads = touches(scope, ranks) | st.integers(-2, 2).map(Literal) | st.integers(-2, 2).map(float).map(Literal)
    function = draw(st.sampled_from(["", "+", "-", "*", "max", "min", "negative", "abs", "/"]))
    if function == "/":
        value = Compute("/", (draw(reads), Literal(draw(st.sampled_from([2, -2, 4.0])))))
    elif function in ("negative", "abs"):
        value = Compute(function.replace("negative", "-"), (draw(reads),))
    else:
        value = Compute(function, (draw(reads), draw(reads))) if function else draw(reads)
    value = Compute("-", (value,)) if isinstance(value, Compute) and draw(st.booleans()) else value
    return [Statement(draw(touches(scope, ranks)), value, draw(st.sampled_from(["", "", "+", "*", "max", "min"])))]


@st.composite
def parallel_statements(draw, scope, number):
    """Statements that units may run in any order: an array for each operation, and accumulators of their own."""
    value = draw(touches(scope, {"a": 1, "b": 2}))
    role = draw(st.sampled_from(["sum", "sum", "grid", "product", "largest", "copy", "fill", "own"]))
    target = draw(touches(scope, {role: 2 if role == "grid" else 1}))
    match role:
        case "own":
            return draw(accumulations(scope, value, f"own{next(number)}"))
        case "copy":
            return [Statement(target, replace(target, array="twin"))]
        case "fill":
            return [Statement(target, Literal(7))]
        case "product":
            return [Statement(target, Literal(draw(st.sampled_from([-1, 2]))), "*")]
        case "largest":
            return [Statement(target, value, "max")]
    return [Statement(target, draw(st.sampled_from([value, times(value, value), Compute("-", (value,))])), "+")]


@st.composite
def accumulations(draw, scope, value, name):
    """A local scalar or array that is set, added to and used."""
    length, kind = draw(st.integers(1, 3)), draw(st.sampled_from([LoopKind.SEQUENTIAL, LoopKind.PARALLEL]))
    iterator = f"q{len(scope)}"
    mine = at(name, iterator) if draw(st.booleans()) else at(name)
    begin, add = Statement(mine, Literal(1)), Statement(mine, value, "+")
    use = Statement(Access("sum", (draw(expressions(scope)),)), mine, "+")
    if mine.subscripts:
        return [loop(iterator, 0, length, begin), loop(iterator, 0, length, add, use, kind=kind)]
    return [begin, loop(iterator, 0, length, add, kind=kind), use]


@st.composite
def nests(draw, threads):
    """A nest of at most 200 executions; with `threads` one that means the same in any order of its units."""
    number = count()
    if threads:
        kinds = [LoopKind.PARALLEL, LoopKind.PARALLEL, LoopKind.SEQUENTIAL, LoopKind.CHUNK]
        body = draw(bodies(set(), kinds, lambda scope: parallel_statements(scope, number), 3))
    else:
        kinds = [LoopKind.SEQUENTIAL, LoopKind.SEQUENTIAL, LoopKind.CHUNK]
        body = draw(bodies(set(), kinds, sequential_statements, 3))
    assume(1 <= len(list(islice(instances(body), 201))) <= 200)
    return within_shapes(LoopNest("f", (), body))


def within_shapes(draft):
    """The nest with arrays as large as its accesses need, and subscripts that start at zero."""
    found = {}
    for statement, point in instances(draft.body):
        for access in (statement.target, *statement.reads):
            found.setdefault(access.array, set()).add(place(access, point))
    if "copy" in found:
        found["twin"] = found["copy"]
    lowest = {name: [min(axis) for axis in zip(*places, strict=True)] for name, places in found.items()}
    shapes = {
        name: tuple(1 + max(axis) - min(axis) for axis in zip(*places, strict=True)) for name, places in found.items()
    }

    def moved(item):
        if isinstance(item, Access):
            pairs = zip(item.subscripts, lowest[item.array], strict=True)
            return replace(item, subscripts=tuple(expression - low for expression, low in pairs))
        if isinstance(item, Compute):
            return replace(item, operands=tuple(moved(operand) for operand in item.operands))
        if isinstance(item, Statement):
            return replace(item, target=moved(item.target), value=moved(item.value))
        return replace(item, body=tuple(map(moved, item.body))) if isinstance(item, NestLoop) else item

    arrays = tuple(Array(name, shape, local=name[:3] in ("own", "t", "u")) for name, shape in sorted(shapes.items()))
    return replace(draft, arrays=arrays, body=tuple(map(moved, without_dead(draft.body, executed(draft)))))


def executed(draft):
    return {id(statement) for statement, _ in instances(draft.body)}


def without_dead(body, alive):
    """The nodes without statements that never run, whose subscripts may be anything, but with a loop that is empty."""
    found = []
    for node in body:
        if isinstance(node, NestLoop):
            inner = without_dead(node.body, alive)
            found += [replace(node, body=inner)] if inner else []
        elif id(node) in alive:
            found.append(node)
    return tuple(found)
