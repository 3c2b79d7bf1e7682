"""Whole files: hardware files, the files that MAESTRO ships, and what reading them imports."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from weft.frontends.maestro import is_hardware_text, parse_hardware, read_hardware, read_maestro
from weft.ir import WeftError
from weft.validation.maestro.reference import reference_folder

REFERENCE = reference_folder() or Path("nowhere")
MAESTRO = REFERENCE / "maestro"
needs_reference = pytest.mark.skipif(not MAESTRO.is_dir(), reason="the reference files are not beside this repository")


# Hardware files


def test_hardware_files():
    text = "num_pes: 256 // all of them\nl1_size_cstr 100\nNoC_NumHops->0;\n\n"
    assert is_hardware_text(text)
    assert parse_hardware(text) == {"num_pes": 256, "l1_size_cstr": 100, "NoC_NumHops": 0}
    assert is_hardware_text("num_pe: 256")
    assert not is_hardware_text("name: mine\npes: 256\n")
    assert not is_hardware_text("Network N { }")
    assert not is_hardware_text("")


def test_hardware_mistakes_are_all_told():
    text = "num_pe: 3\nl1_size_cstr 0\nnoc_bw_cstr: x\nfoo\nnum_pes 1\nnum_pes->2\nl2_size_cstr: 2147483648"
    with pytest.raises(WeftError) as error:
        parse_hardware(text, "hw.m")
    assert [(d.code, d.span.line, d.span.column) for d in error.value.diagnostics] == [
        ("W205", 1, 1),
        ("W004", 2, 14),
        ("W001", 3, 14),
        ("W001", 4, 1),
        ("W006", 6, 1),
        ("W010", 7, 15),
    ]
    assert "unknown hardware key 'num_pe', did you mean 'num_pes'?" in str(error.value)


# Importing


def test_importing_the_reader_is_cheap():
    code = "import sys, weft.frontends.maestro; sys.exit(bool({'lark', 'sympy', 'yaml'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_reading_numbers_does_not_import_sympy():
    code = (
        "import sys; from weft.frontends.maestro import parse_maestro;"
        "parse_maestro('Network N { Layer A { Type: GEMM Dimensions { M: 1 N: 1 K: 1 }"
        " Dataflow { TemporalMap(Sz(M),1+1) M } } }'); sys.exit('sympy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# The real files


@needs_reference
@pytest.mark.parametrize("folder", ["mapping", "validation", "model"])
def test_real_files_are_read_without_errors(folder):
    for file in sorted((MAESTRO / folder).glob("*.m")):
        for network in read_maestro(file):
            layers = network.layers
            assert all(layer.workload is not None for layer in layers), file.name
            assert all((layer.dataflow is None) == (folder == "model") for layer in layers), file.name
            assert not [d for layer in layers for d in layer.diagnostics if d.code != "W108"], file.name


@needs_reference
def test_real_mapping_files_have_all_their_layers():
    files = [*(MAESTRO / "mapping").glob("*.m"), *(MAESTRO / "validation").glob("*.m")]
    assert len(files) == 43
    assert sum(len(network.layers) for file in files for network in read_maestro(file)) == 1835


@needs_reference
def test_real_machine():
    assert read_hardware(MAESTRO / "accelerator_1.m")["num_pes"] == 256


@needs_reference
def test_macs_of_real_layers_agree_with_maestro_where_it_is_right():
    with (REFERENCE / "published" / "maestro_runtime.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    macs = {}
    for file in {row["mapping_file"] for row in rows}:
        (path,) = MAESTRO.rglob(Path(file).name)
        (network,) = read_maestro(path)
        for layer in network.layers:
            # MAESTRO takes the dash of a name for a separator.
            macs.setdefault((file, layer.name.rpartition("-")[2]), set()).add(layer.workload.macs)
    assert rows
    for row in rows:
        name = row["layer"].rpartition("-")[2]
        assert int(row["num_macs"]) in macs[row["mapping_file"], name], row
