"""Modules as LLVM compiles them: parallel loops on OpenMP's threads, called with numpy arrays."""

import ctypes
import os
import shutil
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from xdsl.dialects.builtin import UnitAttr
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Block, Region
from xdsl.printer import Printer

os.environ.setdefault("OMP_WAIT_POLICY", "passive")

PASSES = (
    "lower-affine convert-scf-to-openmp canonicalize convert-scf-to-cf convert-openmp-to-llvm convert-arith-to-llvm"
    " convert-math-to-llvm convert-memref-to-llvm convert-func-to-llvm convert-cf-to-llvm reconcile-unrealized-casts"
)
BUFFERS = (
    "one-shot-bufferize=bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map",
    *("convert-linalg-to-loops", "expand-strided-metadata"),
)
"""Before these passes, for a module on tensors."""
FORALL = (*BUFFERS, "scf-forall-to-parallel")
"""The same with `scf.forall`, which LLVM 16 does not have."""
OPENMP = Path("/usr/lib/llvm-16/lib/libomp.so.5")
COPIES = "libmlir_c_runner_utils.so"
"""What copies parts of buffers."""


def compiled(module, folder, before=(), release=16):
    """A module, which is changed on the way, as a library; skips the test where no compiler is installed."""
    tools = [shutil.which(name) for name in (f"mlir-opt-{release}", f"mlir-cpu-runner-{release}", "gcc")]
    if not all(tools) or not OPENMP.exists():
        pytest.skip(f"mlir-{release}-tools, libmlir-{release}, libomp5-16 or gcc is not installed")
    optimizer, runner, linker = tools
    copies = Path(optimizer).resolve().parents[1].joinpath("lib").glob(f"{COPIES}.{release}*")
    libraries = [OPENMP, *(copies if before else [])]
    passes = (*before, *PASSES.split())
    if release == 16:
        text = as_llvm_16_reads_it(module)
    else:
        text = as_llvm_reads_it(module)
        passes = tuple(item.replace("convert-memref-", "finalize-memref-") for item in passes)
    lowered = run([optimizer, *(f"--{name}" for name in passes)], text)
    made = folder / "made.o"
    options = ["-e", "main", "-entry-point-result=void", "-O2", f"--shared-libs={','.join(map(str, libraries))}"]
    run([runner, *options, "--dump-object-file", f"--object-filename={made}"], lowered)
    library = folder / "made.so"
    run([linker, "-shared", str(made), *map(str, libraries), f"-Wl,-rpath,{OPENMP.parent}", "-lm", "-o", str(library)])
    ctypes.CDLL(str(OPENMP)).omp_set_num_threads(4)
    return ctypes.CDLL(str(library))


def run(command, text=""):
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stderr[:2000]}\n{text}"
    return done.stdout


def as_llvm_reads_it(module, properties=True):
    """The text of a module without anything of Weft, and what the runner asks for."""
    for op in module.walk():
        op.attributes = {name: value for name, value in op.attributes.items() if not name.startswith("weft.")}
        if isinstance(op, FuncOp):
            op.arg_attrs = None
            op.attributes["llvm.emit_c_interface"] = UnitAttr()
    module.body.block.add_op(FuncOp("main", ((), ()), Region(Block([ReturnOp()]))))
    text = StringIO()
    Printer(text, print_properties_as_attributes=not properties).print_op(module)
    return text.getvalue()


def as_llvm_16_reads_it(module):
    """The text of a module: that release has no properties."""
    text = as_llvm_reads_it(module, properties=False)
    return text.replace("arith.maximumf", "arith.maxf").replace("arith.minimumf", "arith.minf")


def call(library, name, arrays):
    """Call a function with numpy arrays, which it changes."""
    described = [descriptor(values) for values in arrays]
    getattr(library, f"_mlir_ciface_{name}")(*(ctypes.byref(item) for item in described))


def descriptor(values):
    """An array as C's view of a memref."""
    address = values.ctypes.data
    steps = [step // values.itemsize for step in values.strides]
    numbers = (ctypes.c_int64 * (3 + 2 * values.ndim))(address, address, 0, *values.shape, *steps)
    return numbers
