"""How long raising takes: the median per loop nest, as a ratio to reading its source, and lowering and emission.

python benchmarks/raising.py
"""

from __future__ import annotations

import ast
from pathlib import Path

from speed import median_seconds

import weft
from weft.frontends.registry import read_nests
from weft.passes import lower, raise_nest, schedule

ROOT = Path(__file__).resolve().parent.parent
NESTS = ROOT / "examples" / "nests"
REPEATS = 21

FILES = [
    ("7-loop convolution", NESTS / "figure1.py"),
    ("row stationary, 11 loops", NESTS / "figure6.py"),
    ("22-loop tiled convolution", NESTS / "eyeriss_v2.py"),
    ("PolyBench 3mm in C", ROOT / "examples" / "polybench" / "3mm.c"),
    ("PolyBench lu in C, refused", ROOT / "examples" / "polybench" / "lu.c"),
]


def main() -> None:
    """Print the table."""
    print(f"{'nest':32} {'parse':>9} {'read':>9} {'raise':>9}  read + raise, as a ratio to Python's own parser")
    for name, path in FILES:
        text = path.read_text("utf-8")
        # The baseline: Python's parser on a text of the same length, or on the same text.
        code = text if path.suffix == ".py" else "\n".join(f"x = {len(line)}" for line in text.splitlines())
        parse = median_seconds(lambda code=code: ast.parse(code), REPEATS)
        read = median_seconds(lambda path=path: read_nests(path), REPEATS)
        nests = read_nests(path)
        rise = median_seconds(lambda nests=nests: [raise_nest(nest) for nest in nests], REPEATS)
        cells = " ".join(f"{seconds * 1e3:6.2f} ms" for seconds in (parse, read, rise))
        print(f"{name:32} {cells}  {(read + rise) / parse:6.1f} x")
    mapping = weft.load(ROOT / "examples" / "figure6.m", overrides=["pes=6"])[0]
    found = schedule(mapping)
    print(f"{'lower figure 6':32} {median_seconds(lambda: lower(found), REPEATS) * 1e3:6.2f} ms")
    nest = lower(found)
    for language in ("python", "c", "mlir"):
        seconds = median_seconds(lambda language=language: weft.emit(nest, language), REPEATS)
        print(f"{'emit it as ' + language:32} {seconds * 1e3:6.2f} ms")


if __name__ == "__main__":
    main()
