"""Search the proved results of docs/gallery.md again, and write them to examples/gallery.

python examples/make_gallery.py [NAME...]
"""

import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "examples/gallery"
DESIGN = " ".join(f"examples/timeloop/eyeriss_like/{name}.yaml" for name in ("arch", "problem", "constraints"))
QUESTIONS = {
    "figure5": "examples/figure5.m --layer D --set pes=3 --time stepwise",
    "gemm_1024": "gemm:M=1024,N=1024,K=1024 -a bench_256",
    "gemm_64_stepwise": "gemm:M=64,N=64,K=64 -a bench_256 --time stepwise",
    "gemm_64_top": "gemm:M=64,N=64,K=64 -a bench_256 --top 10",
    "gemm_512_eyeriss": "gemm:M=512,N=512,K=512 -a eyeriss --time stepwise",
    "attention": "gemm:M=512,N=512,K=64 -a bench_256 --objective energy",
    "depthwise": "dwconv:C=144,R=3,S=3,Y'=56,X'=56 -a bench_256 --shape 16x16",
    "resnet_1x1_front": "conv:K=64,C=64,R=1,S=1,Y'=56,X'=56 -a bench_256 --objective energy,cycles",
    "eyeriss_like": f"{DESIGN} --objective energy",
}
"""What each file answers: the arguments of `weft map`."""


def main(names: list[str]) -> None:
    """Search what is named, or everything."""
    FOLDER.mkdir(exist_ok=True)
    for name in names or QUESTIONS:
        command = [sys.executable, "-m", "weft", "map", *shlex.split(QUESTIONS[name], posix=False), "-q", "--json"]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
        (FOLDER / f"{name}.json").write_bytes(done.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
