"""Every file that a user names is read in one way: regular, of bounded size, or a finding."""

import io
import os

import numpy as np
import pytest
from click.testing import CliRunner

import weft
import weft.backends.area
import weft.backends.energy
from weft.certificates import read_document
from weft.cli import weft as cli
from weft.cli.map_template import read_template
from weft.frontends.accelerator import load_accelerator, parse_accelerator
from weft.frontends.densities import read_mask
from weft.frontends.registry import is_design_file
from weft.ir.files import read_bytes, read_text

READERS = {
    "machine": load_accelerator,
    "energies": weft.backends.energy.load_energy_table,
    "areas": weft.backends.area.load_area_table,
    "mapping": weft.read,
    "template": read_template,
    "certificate": read_document,
    "mask": read_mask,
    "timeloop": weft.read_timeloop,
}


def codes(read, path):
    with pytest.raises(weft.WeftError) as caught:
        read(path)
    return [item.code for item in caught.value.diagnostics]


@pytest.mark.parametrize("reader", READERS)
def test_pipes_devices_and_folders_are_no_files(reader, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, "/dev/zero", "/dev/full", tmp_path):
        assert codes(READERS[reader], str(path)) == ["W008"]


@pytest.mark.parametrize("ending", [".txt", ".c", ".py", ".m"])
def test_a_pipe_is_refused_under_every_ending(ending, tmp_path):
    pipe = tmp_path / f"pipe{ending}"
    os.mkfifo(pipe)
    assert not is_design_file(pipe)
    assert codes(weft.read, str(pipe)) == ["W008"]


def test_the_limit_holds_while_reading(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"x" * 100)
    assert read_bytes(file, 100) == b"x" * 100
    with pytest.raises(weft.WeftError, match="larger"):
        read_bytes(file, 99)


def test_a_wrong_byte_is_named_with_its_place(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"ab\ncd\xff")
    with pytest.raises(weft.WeftError, match=r"line 2, column 3"):
        read_text(file)


def _npy(header):
    text = header.encode() + b" " * 10 + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


def _saved(array, **options):
    stream = io.BytesIO()
    np.save(stream, array, **options)
    return stream.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x93NUMPY",
        _npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }"),
        _npy(f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({10**30}, {10**30}), }}"),
        _npy("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }"),
        _npy("{'descr': '<f8',\n 'fortran_order': False"),
        _npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), 'x\ny': 1}"),
        _npy("[" * 900),
        _saved(np.zeros(3, dtype=[("a", "i4"), ("b", "f8")])),
        _saved(np.array(["a", "b"])),
        _saved(np.array([{}], dtype=object), allow_pickle=True),
    ],
)
def test_a_damaged_array_is_a_finding_without_advice_to_load_it_unsafely(data, tmp_path):
    file = tmp_path / "mask.npy"
    file.write_bytes(data)
    with pytest.raises(weft.WeftError) as caught:
        read_mask(file)
    (found,) = caught.value.diagnostics
    assert found.code == "W008"
    assert "pickle" not in str(found)
    assert "\n" not in str(found)


def test_a_hardware_file_with_too_many_elements_is_a_finding():
    with pytest.raises(weft.WeftError, match="at most"):
        parse_accelerator("num_pes: 2000000\n", "big.m")


def test_deep_json_is_no_certificate(tmp_path):
    file = tmp_path / "deep.json"
    file.write_text("[" * 100_000)
    assert codes(read_document, file) == ["W001"]
    assert CliRunner().invoke(cli, ["verify-certificate", str(file)]).exit_code == 1


TAKE_A_MAPPING = ("evaluate", "check", "explain", "simulate", "evaluate_sparse", "lower", "exact_counts")


@pytest.mark.parametrize("name", TAKE_A_MAPPING)
def test_a_text_in_place_of_a_mapping_says_what_makes_one(name):
    with pytest.raises(weft.WeftError, match=r"a mapping is needed, not str(?s:.*)weft\.load"):
        getattr(weft, name)("gemm:M=4,N=4,K=4")
