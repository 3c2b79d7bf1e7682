"""How long the proof of a pipelined design takes, beside a solver of integer programs; CPU time on one core.

    python benchmarks/pipelined.py [OPTIONS.csv NETWORK.csv OBJECTIVE COLUMN MAX]

Without a table: layers and options by chance, cost about a number of processing elements by one over it, as tables of
dataflows have them. Scipy's HiGHS is compared if it is there (pip install scipy); it is not among the extras.
"""

from __future__ import annotations

import sys
import time
from decimal import Decimal
from importlib.util import find_spec
from random import Random

from weft.exploration.knapsack import Sum, Table, minimise
from weft.frontends.tables import read_options

SIZES = ((20, 50), (52, 144), (100, 144))
PARTS = (0.05, 0.1, 0.5)


def random_table(layers: int, options: int, seed: int) -> dict[str, list[list[int]]]:
    """Options with up to 128 processing elements and 12 tile sizes; half of the layers are equal to others."""
    random = Random(seed)
    found: dict[str, list[list[int]]] = {"cycles": [], "area": []}
    while len(found["cycles"]) < layers:
        work, overhead = random.randint(10**5, 10**8), random.uniform(0.8, 1.2)
        sizes = [(random.randint(1, 128), random.randint(1, 12)) for _ in range(options)]
        cycles = [round(work / pes ** (0.9 * overhead)) + 97 * work // 10**4 * tile for pes, tile in sizes]
        area = [282 * pes + 6 * pes * tile + random.randint(0, 99) for pes, tile in sizes]
        for _ in range(random.randint(1, 3)):
            found["cycles"].append(cycles)
            found["area"].append(area)
    return {name: column[:layers] for name, column in found.items()}


def by_integer_program(table: Table, limit: float) -> float:
    """The optimum by HiGHS, with no gap allowed."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_matrix

    costs, areas = ([float(x) for layer in table[name] for x in layer] for name in ("cycles", "area"))
    owner = np.repeat(np.arange(len(table["cycles"])), [len(layer) for layer in table["cycles"]])
    one = csr_matrix((np.ones(len(owner)), (owner, np.arange(len(owner)))))
    rules = [LinearConstraint(one, 1, 1), LinearConstraint(np.array(areas)[None], -np.inf, limit)]
    found = milp(costs, constraints=rules, integrality=1, bounds=Bounds(0, 1), options={"mip_rel_gap": 0.0})
    return float(found.fun)


def row(name: str, table: Table, limit: float | Decimal) -> None:
    """A line: seconds of both, how many times as long the integer program takes, partial designs."""
    start = time.process_time()
    found = minimise(table, Sum("cycles"), {"area": limit})
    own = time.process_time() - start
    assert found is not None
    other = float("nan")
    if find_spec("scipy"):
        start = time.process_time()
        value = by_integer_program(table, float(limit))
        other = time.process_time() - start
        assert value >= float(found.certificate.lower_bound) * (1 - 1e-9), (value, found.value)
    states, status = found.certificate.states, found.certificate.status
    print(f"{name:44} {own:8.3f} {other:9.2f} {other / own:7.0f} {states:10,} {status}")


def main(arguments: list[str]) -> None:
    """Print the table."""
    print(f"{'problem':44} {'seconds':>8} {'HiGHS':>9} {'ratio':>7} {'partial':>10}")
    if arguments:
        options, network, objective, column, most = arguments
        read = read_options(options, network)
        columns = {"cycles": objective, "area": column}
        given: Table = {name: [[line[key] for line in rows] for rows in read.layers] for name, key in columns.items()}  # type: ignore[misc]
        row(f"{objective} within {column}", given, Decimal(most))
        return
    for layers, options_each in SIZES:
        table = random_table(layers, options_each, layers)
        low, high = (sum(map(end, table["area"])) for end in (min, max))
        for part in PARTS:
            row(
                f"{layers} layers of {options_each} options, {part:.0%} of the way",
                table,
                low + int((high - low) * part),
            )


if __name__ == "__main__":
    main(sys.argv[1:])
