"""What the fuzzer feeds: every kind of file, the options of the commands, and the functions of Python.

A surface takes a random source and a folder, and gives a description of one input and the call that runs it.
"""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import fuzz_functions
import numpy as np
from fuzz_guard import command
from fuzz_texts import HOSTILE, damaged, damaged_bytes, junk

import weft
from weft.backends.area import area, load_area_table, parse_area_table
from weft.backends.energy import load_energy_table, parse_energy_table
from weft.certificates import Trial, check_document, read_document
from weft.cli import COMMANDS
from weft.frontends.accelerator import load_accelerator, machine_space, parse_accelerator
from weft.frontends.densities import read_density, read_mask
from weft.frontends.exploration import is_job_file, load_job, parse_job
from weft.frontends.maestro import parse_dataflow, parse_maestro
from weft.frontends.timeloop.reader import parse as parse_timeloop
from weft.search.spaces.request import SpaceRequest
from weft.search.store.store import Store

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"


def texts(*patterns, longest=2500):
    """The texts of files below the root, without the long ones."""
    files = sorted(file for pattern in patterns for file in ROOT.glob(pattern))
    found = [text for text in (file.read_text("utf-8") for file in files) if len(text) <= longest]
    assert found, patterns
    return found


PROGRAMS = texts("examples/*.m", "examples/dataflows/*.m", "examples/sparse/*.m", "tests/errors/*.m", longest=1600)
MACHINES = texts("frontends/accelerator/presets/*.yaml", "tests/errors/*.yaml")
ENERGIES = texts("backends/energy/tables/*.yaml", longest=4000)
AREAS = texts("backends/area/tables/*.yaml", longest=8000)
NESTS = {end: texts(f"examples/**/*.{end}") for end in ("c", "mlir")} | {"py": texts("examples/nests/*.py")}
MODELS = [file.read_bytes() for file in sorted((EXAMPLES / "models").glob("*.onnx"))]
DESIGNS = [sorted(folder.glob("*.*")) for folder in sorted((EXAMPLES / "timeloop").iterdir())]
DESIGNS = [[(file.name, file.read_text("utf-8")) for file in files] for files in DESIGNS]
HARDWARE = ["num_pes: 256\nl1_size_cstr: 100\nl2_size_cstr: 3000\nnoc_bw_cstr: 256\noffchip_bw_cstr: 50\n"]
LINES = [
    "gemm:M=4,N=6,K=8",
    "conv:K=4,C=2,R=3,S=3,Y'=4,X'=4,stride=2",
    "attention:L=8,D=4,H=2,H_kv=1,causal=4",
    "fc:K=4,C=8",
    "einsum:ij,jk->ki:i=3,j=4,k=5",
]
TEMPLATES = [
    "TemporalMap(?,?) M; TemporalMap(2*T,2*T) K; Cluster(16, L2);\nSpatialMap(?,?) N; TemporalMap(T,T) K; Cluster(16);",
    "SpatialMap(1,1) M; TemporalMap(?,?) K; Cluster(?); SpatialMap(1,1) N;",
    "SpatialMap(1,1) M; TemporalMap(4,4) K; Cluster(?, L2); SpatialMap(1,1) N; Hold(L2: input);",
]
CONSTRAINTS = ["K: 16..64", "order: C outside K", "spatial: K, C", "spatial: only M", "hold: L2 input", "K: 4 at 1"]
VARIED = ["pes=8..240:8", "L2.capacity_bytes=64K..1M:*2", "shape=4x4|8x8|[2,2]", "L2.multicast=true|false"]
VARIED += ["capacity_bytes=needed", "clock_mhz=0.5..2:0.25", "L1.instances=per_pe|4", "topology=bus|mesh"]
VARIED += ["bandwidth=[1, 2, 4..16:4]", "L2.channels.filter=1|unlimited", "word_bits.output=8|16"]
JOBS = [
    """accelerator: bench_256
set: {L2.latency: 1, L1.capacity_bytes: null}
vary: {pes: 8..240:8, L2.bandwidth: [8, 16, 32..128:32], L2.capacity_bytes: needed}
programs: [kc.m, yr.m]
networks: "gemm:M=4,N=4,K=4"
layers: A
tiles: {c: 1..63, k: [1, 2, 4]}
limits: {area_mm2: 16, cycles: 2e6}
objective: [cycles, edp]
front: [cycles, area]
time: stepwise
""",
    "accelerator: {name: m, pes: 4, memories: [{name: L2}, {name: L1, instances: per_pe}]}\nvary: {pes: 1|2}\n",
]
DENSITIES = ["0.4", "2:4 along K", "0.3 block 2x2", '"mask.npy"', "mask.npy", "1:2"]
GEMM = weft.parse_workload("gemm:M=4,N=6,K=8")
BENCH = weft.load_accelerator("bench_256")
LAYER = """Network n {{ Layer a {{ Type: GEMM Dimensions {{ M: 4, N: 6, K: 8 }} Dataflow {{ {} }} }} }}"""


@cache
def warm():
    """Compiling the search, once, is no time of an input."""
    for names in ("edp", ["cycles", "energy"]):
        weft.map(LINES[0], "bench_256", names)


def program(random, folder):
    """A mapping file: read, analysed, and now and then run through a command."""
    text = damaged(random, random.choice(PROGRAMS), PROGRAMS)
    if random.random() < 0.06:
        name = random.choice(("check", "evaluate", "explain", "lower", "opt"))
        extra = {"evaluate": random.choice(([], ["--json"], ["--csv", "-"])), "lower": ["--emit", "c"]}.get(name, [])
        return text, lambda: command([name, _file(folder, "p.m", text), *extra])
    machine = weft.load_accelerator(random.choice(("generic_256", "bench_256", "eyeriss")))
    return text, lambda: _program(text, machine, random.random() < 0.2)


def _program(text, machine, whole):
    shown = ""
    for network in parse_maestro(text):
        shown += "\n".join(str(item) for item in network.diagnostics)
        for layer in network.layers[:2]:
            try:
                mapping = weft.map_layer(layer, machine)
                shown += "\n".join(str(item) for item in weft.check(mapping)) + str(mapping)
                if whole:
                    shown += str(weft.explain(mapping)) + str(weft.evaluate(mapping))
            except weft.WeftError as error:
                shown += str(error)
    return shown


def machine(random, folder):
    """A machine in YAML, which prints and reads the same if it is one."""
    text = damaged(random, random.choice(MACHINES), MACHINES)

    def run():
        found = parse_accelerator(text, "machine.yaml")
        assert parse_accelerator(str(found), "again.yaml") == found
        return str(found)

    return text, run


def hardware(random, folder):
    """A hardware file of MAESTRO."""
    text = damaged(random, random.choice(HARDWARE), HARDWARE)
    return text, lambda: str(parse_accelerator(text, "hardware.m"))


def machines(random, folder):
    """A space of machines, whose first and last machines can be made."""
    asked = [damaged(random, random.choice(VARIED), VARIED) for _ in range(random.choice((1, 1, 2, 3)))]

    def run():
        found = machine_space(load_accelerator("bench_256"), asked)
        ends = [found.machine([variable.values[end] for variable in found.variables]) for end in (0, -1)]
        texts = [variable.text(value) for variable in found.variables for value in variable.values[:9]]
        return f"{found.size} {texts} {list(map(str, ends))}"

    return asked, run


def job(random, folder):
    """A job of an exploration, from text or from a file of bytes."""
    text = damaged(random, random.choice(JOBS), [*JOBS, *VARIED])
    if random.random() < 0.2:
        data = damaged_bytes(random, text.encode("utf-8", "replace"))
        file = _file(folder, "j.yaml", data)
        return data, lambda: str(is_job_file(file)) + str(load_job(file).space.size)
    changes = random.choice(({}, {"vary": {"pes": damaged(random, "1..8:*2")}}, {"time": junk(random)}))
    return (text, changes), lambda: str(parse_job(text, "job.yaml", changes))


def energies(random, folder):
    """An energy table, from text or from a file of bytes."""
    text = damaged(random, random.choice(ENERGIES), ENERGIES)
    if random.random() < 0.1:
        data = damaged_bytes(random, text.encode("utf-8", "replace"))
        return data, lambda: str(load_energy_table(_file(folder, "e.yaml", data)))
    return text, lambda: str(parse_energy_table(text))


def areas(random, folder):
    """An area table, from text or from a file of bytes; what can be read gives a machine its area, or refuses it."""
    text = damaged(random, random.choice(AREAS), AREAS)
    if random.random() < 0.1:
        data = damaged_bytes(random, text.encode("utf-8", "replace"))
        return data, lambda: str(load_area_table(_file(folder, "a.yaml", data)))
    if random.random() < 0.5:
        machine = replace(BENCH, area_table=_file(folder, "a.yaml", text))
        return text, lambda: str(area(machine, {}).area_um2)
    return text, lambda: str(parse_area_table(text))


def model(random, folder):
    """A model of ONNX, damaged byte by byte, with and without a size for what it leaves open."""
    data = damaged_bytes(random, random.choice(MODELS))
    file = _file(folder, "model.onnx", data)
    sizes = random.choice((None, {"batch": 1}, {"batch": 2**31 - 1}))
    return data, lambda: "".join(map(str, weft.read(file, sizes)))


def nest(random, folder):
    """A loop nest in C, Python or MLIR, raised."""
    end = random.choice(("c", "c", "py", "mlir"))
    text = damaged(random, random.choice(NESTS[end]), NESTS[end])
    sizes = random.choice((None, None, {"N": 4}, {"N": 2**31 - 1, "M": 3}))

    def run():
        found = weft.read(_file(folder, f"nest.{end}", text), sizes)
        return "\n".join(str(item) for network in found for item in (*network.diagnostics, *network.layers))

    return (end, sizes, text), run


def design(random, folder):
    """The files of a Timeloop design, one of them damaged."""
    files = list(random.choice(DESIGNS))
    at = random.randrange(len(files))
    name, text = files[at]
    files[at] = (name, damaged(random, text, [text for _, text in files]))

    def run():
        mapping, notes = parse_timeloop(files)
        return "\n".join(map(str, (mapping, *notes, *weft.check(mapping))))

    return files, run


def array(random, folder):
    """A file of NumPy."""
    kind = random.choice(("f4", "?", "i8", "c8", "U3", ">u2", "V4", [("a", "i4"), ("b", "f8")]))
    path = folder / "whole.npy"
    np.save(path, np.zeros(random.choice(((3,), (4, 8), (1, 1, 2), (), (0, 4))), kind))
    data = damaged_bytes(random, path.read_bytes())
    if random.random() < 0.5:
        data = damaged(random, path.read_bytes().decode("latin-1")).encode("latin-1", "replace")
    return data, lambda: repr(read_mask(_file(folder, "mask.npy", data)))


def density(random, folder):
    """The text of a density."""
    text = damaged(random, random.choice(DENSITIES), DENSITIES)
    return text, lambda: str(read_density(text, GEMM, random.choice(("input", "filter", "output"))))


def line(random, folder):
    """A workload in a line."""
    text = damaged(random, random.choice(LINES), LINES)
    return text, lambda: str(weft.parse_workload(text)) + str(weft.read(text) if ":" in text[:12] else "")


def space(random, folder):
    """A space of programs: a template, constraints and a class of flexibility."""
    template = random.choice((None, damaged(random, random.choice(TEMPLATES), TEMPLATES), random.choice(TEMPLATES)))
    asked = [damaged(random, random.choice(CONSTRAINTS), CONSTRAINTS) for _ in range(random.choice((0, 1, 2)))]
    flexibility = random.choice((None, None, "1000", "1p00", "1111", "pppp", junk(random)))
    shape = random.choice((None, None, (16, 16), (4,), (0,), (-1, 3), (2**40,)))

    def run():
        base = None if template is None else parse_dataflow(template)
        found = SpaceRequest(base, tuple(asked), shape, "even", flexibility).space(GEMM, BENCH)
        return f"{found.size}"

    return (template, asked, flexibility, shape), run


def search(random, folder):
    """A search, of a small layer in little time."""
    parts = ["map", random.choice(LINES), "-a", "bench_256", "--budget", "0.2", "-q"]
    for option, values in (("-c", CONSTRAINTS), ("--objective", ["edp", "cycles,energy"]), ("--gap", ["5%"])):
        if random.random() < 0.4:
            parts += [option, damaged(random, random.choice(values), values)]
    if random.random() < 0.4:
        parts += ["--template", _file(folder, "t.txt", damaged(random, random.choice(TEMPLATES), TEMPLATES))]
    parts += random.choice(([], ["--json"], ["--emit", "c"], ["--flexibility", "1p00"], ["--share", "one"]))
    return parts, lambda: command(parts)


def certificate(random, folder):
    """The result of a search, damaged as text or as data."""
    text = _result(folder)
    if random.random() < 0.4:
        changed = damaged(random, text)[: len(text) * 2]
    else:
        data = json.loads(text)
        _change(random, data)
        changed = json.dumps(data)

    def run():
        document = read_document(_file(folder, "c.json", changed))
        return "\n".join(str(item) for item in check_document(document, Trial(400, 1, 0, 0.0)))

    return changed, run


def _result(folder):
    kept = folder / "result.json"
    if not kept.exists():
        found = weft.map("gemm:M=2,N=3,K=2", "bench_256", constraints=["spatial: M"])
        kept.write_text(json.dumps(found.to_dict()), "utf-8")
    return kept.read_text("utf-8")


def _change(random, data):
    """Change one value somewhere in nested data."""
    while True:
        keys = list(data) if isinstance(data, dict) else list(range(len(data)))
        if not keys:
            return
        key = random.choice(keys)
        if isinstance(data[key], dict | list) and random.random() < 0.8:
            data = data[key]
            continue
        data[key] = random.choice((None, 0, -1, 10**30, 1.5, 1e308, "", "x", "9" * 5000, [], {}, [[]], True, {"a": {}}))
        return


def store(random, folder):
    """A store of results: its bytes, or what is kept in it."""
    path = folder / "store"
    if not path.exists():
        weft.map("gemm:M=2,N=3,K=2", "bench_256", constraints=["spatial: M"], store=path)
    if random.random() < 0.7:
        data = damaged_bytes(random, path.read_bytes())
        return data, lambda: _kept(_file(folder, "damaged", data))
    key, text = _row(path)
    changed = damaged(random, text)
    copy = _file(folder, "copy", path.read_bytes())

    def run():
        with Store(copy) as opened:
            opened.put(key, changed)
        found = weft.map("gemm:M=2,N=3,K=2", "bench_256", constraints=["spatial: M"], store=copy)
        return json.dumps(found.to_dict(), allow_nan=False)

    return changed, run


def _row(path):
    import sqlite3

    with sqlite3.connect(path) as connection:
        return connection.execute("SELECT key, text FROM results").fetchone()


def _kept(path):
    with Store(path) as opened:
        opened.put("a", "b")
        return opened.get("a") + str(opened.get("c"))


def options(random, folder):
    """A command line."""
    name = random.choice([name for name in COMMANDS if name not in ("validate", "map")])
    file = _file(folder, "o.m", LAYER.format("SpatialMap(1,1) M; TemporalMap(?,?) K;"))
    small = ["--sizes N=4", "--bind ?1=2", "--bind N=3", "--set pes=64", "--set L2.bandwidth=4", "-a bench_256", "-l a"]
    small += ["--density input=0.5", "--over-capacity warning", "--json", "--csv -", "--emit c", "--time stepwise"]
    small += ["--vary pes=1..4", "--vary L2.bandwidth=1|2", "--csv -", "--total"] * (name == "sweep")
    small += ["--energy-table eyeriss", "-p validate", "--set word_bits=5", "--set word_bits.output=3", "--set x"]
    parts = [name, random.choice((file, file, "gemm:M=4,N=2,K=2", junk(random), "/dev/zero", str(folder)))]
    for option in random.choices(small, k=random.randint(0, 3)):
        flag, *value = option.split(" ", 1)
        parts += [flag, *(damaged(random, text, small) if random.random() < 0.6 else text for text in value)]
    if random.random() < 0.1:
        parts.insert(random.randrange(len(parts)), random.choice(HOSTILE))
    parts = [part.replace("\0", "") for part in parts]  # no system hands a NUL to a program
    return parts, lambda: command(parts)


def _file(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    return str(path)


SURFACES = {
    program: 30, machine: 9, machines: 6, job: 6, hardware: 7, energies: 5, areas: 5, nest: 12, design: 5, array: 6,
    model: 8, density: 6, line: 6, space: 6, search: 0.3, certificate: 2, store: 2, options: 4,
    fuzz_functions.function: 6,
}  # fmt: skip
"""Each surface with its share of the inputs."""


def draw(random, folder, only=None):
    """One input, of the surface named `only` if there is one: the surface's name, the input, and the call."""
    (surface,) = random.choices(list(SURFACES), list(SURFACES.values()))
    surface = next((item for item in SURFACES if item.__name__ == only), surface)
    return surface.__name__, *surface(random, folder)
