"""Calls of Weft's functions with arguments drawn from good and wrong ones."""

from fuzz_texts import HOSTILE, damaged

import weft

DATAFLOW = "SpatialMap(1,1) M; TemporalMap(2,2) K; TemporalMap(3,3) N;"
WORKLOAD = weft.parse_workload("gemm:M=4,N=6,K=8")
MACHINE = weft.load_accelerator("bench_256")
MAPPING = weft.Mapping(WORKLOAD, weft.parse_dataflow(DATAFLOW), MACHINE, "a")
WRONG = (None, 0, -1, 2**70, 1.5, float("nan"), float("inf"), True, b"x", (), [], {}, [None], {"a": None}, object())
TEXTS = ("gemm:M=4,N=2,K=2", "gemm:M=0", "x.m", "", "bench_256", "pes=4", "K: 1..2", DATAFLOW, str(MAPPING), *HOSTILE)

ARGUMENTS = {
    "check": [[MAPPING], ["error", "warning"]],
    "evaluate": [[MAPPING], ["error", "warning"]],
    "evaluate_sparse": [[MAPPING]],
    "exact_counts": [[MAPPING]],
    "explain": [[MAPPING]],
    "lower": [[MAPPING]],
    "simulate": [[MAPPING]],
    "write_timeloop": [[MAPPING]],
    "emit": [[weft.lower(MAPPING)], ["python", "c", "mlir", "nest"]],
    "load": [["gemm:M=4,N=2,K=2"], ["bench_256", MACHINE], [(), ["pes=4"]], [None, {"N": 2}], [None, {"N": 2}]],
    "load_accelerator": [["bench_256", "eyeriss"], [(), ["pes=4"], {"pes": "4"}]],
    "map": [["gemm:M=2,N=2,K=2", WORKLOAD], ["bench_256", MACHINE], ["edp", ["cycles", "energy"]]],
    "map_layer": [[weft.read("gemm:M=2,N=2,K=2")[0].layers[0]], [MACHINE], [None, {"N": 2}], [None, {"input": "0.5"}]],
    "parse_dataflow": [[DATAFLOW]],
    "parse_mapping": [[str(MAPPING)]],
    "parse_workload": [["gemm:M=4,N=2,K=2"]],
    "raise_function": [[WORKLOAD]],
    "read": [["gemm:M=2,N=2,K=2"], [None, {"N": 2}]],
    "read_nests": [["examples/nests/conv2d.c"], [None, {"N": 2}]],
    "read_timeloop": [["x.yaml"], ["y.yaml"]],
    "read_timeloop_design": [["x.yaml"], ["y.yaml"]],
    "verify": [[weft.evaluate(MAPPING)]],
    "write_maestro": [[weft.read("gemm:M=2,N=2,K=2")]],
}
KEYWORDS = {
    "map": {
        "template": [None, DATAFLOW, "TemporalMap(?,?) K;"], "constraints": [(), ["M: 1..2"]], "shape": [None, (4, 4)],
        "split": ["even", "any"], "flexibility": [None, "1p00"], "time": ["throughput", "stepwise"],
        "budget": [0.2, 1], "gap": [0.0, 0.1], "workers": [1], "store": [None], "dataflow": ["layer", "one"],
    }
}  # fmt: skip


def function(random, folder):
    """A call of one function, at most two of its arguments wrong."""
    name = random.choice(list(ARGUMENTS))
    if name == "map" and random.random() < 0.7:
        name = "load"
    arguments = [random.choice(values) for values in ARGUMENTS[name]]
    named = {key: random.choice(values) for key, values in KEYWORDS.get(name, {}).items() if random.random() < 0.3}
    if name == "map":
        named["budget"] = 0.2
    places = [*range(len(arguments)), *named]
    for place in random.choices(places, k=random.choice((0, 1, 1, 2))):
        (arguments if isinstance(place, int) else named)[place] = _wrong(random, place)
    return (name, arguments, named), lambda: _shown(getattr(weft, name)(*arguments, **named))


def _wrong(random, place):
    if place == "workers":
        return random.choice((-3, 0, None, "x", 1.5))
    if random.random() < 0.4:
        return random.choice(WRONG)
    return damaged(random, random.choice(TEXTS), TEXTS) if random.random() < 0.6 else random.choice(TEXTS)


def _shown(result):
    return result if isinstance(result, str) else ""
