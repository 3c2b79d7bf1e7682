"""A number, a name or a setting has one meaning, whichever file or option says it."""

import pytest
from click.testing import CliRunner
from fuzz_guard import fault

import weft
from weft.cli import weft as cli
from weft.frontends.accelerator import load_accelerator, parse_accelerator
from weft.ir.numerals import integer
from weft.ir.yaml_core import MAX_DEPTH, dump, load
from weft.passes.pipeline import parse_pipeline

FILE = "examples/vgg16_kcp.m"
COMMANDS = ("evaluate", "check", "explain", "simulate", "lower", "map", "opt", "raise")


def run(*arguments):
    return CliRunner().invoke(cli, arguments)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("010", 10),
        ("+12", 12),
        ("0o17", 15),
        ("0xff", 255),
        ("1e3", 1000),
        ("1.5e3", 1500),
        ("1e-3", 0.001),
        ("2.0", 2.0),
        (".inf", float("inf")),
        ("true", True),
        ("~", None),
        ("", None),
        *((text, text) for text in ("1:30", "yes", "no", "on", "off", "y", "0b11", "1_000", "2020-01-31", "=")),
    ],
)
def test_yaml_is_read_by_the_core_schema_of_1_2(text, value):
    assert load(text) == value
    assert type(load(text)) is type(value)


@pytest.mark.parametrize("text", ["010", "1:30", "1e3", "0o7", "yes", "on", "<<", "=", "null", "1_000", "2020-01-31"])
def test_text_that_looks_like_a_number_is_read_back_as_text(text):
    assert load(dump({text: text})) == {text: text}


def test_settings_and_machine_files_read_numbers_alike():
    assert load_accelerator("generic_256", ["pes=010"]).pes == 10
    assert load_accelerator("generic_256", ["pes=1e2"]).pes == 100
    machine = str(load_accelerator("generic_256")).replace("pes: 256", "pes: 0100")
    assert parse_accelerator(machine).pes == 100
    for setting in ("pes=1:30", "multicast=yes", "pes=2.0"):
        with pytest.raises(weft.WeftError, match="must be"):
            load_accelerator("generic_256", [setting])


def test_an_integer_of_any_length_is_read():
    assert integer("007") == 7
    assert integer("-" + "9" * 5000) == -(10**40)
    assert load("9" * 5000) == load("0x" + "f" * 5000) == 10**40
    with pytest.raises(weft.WeftError, match="at most"):
        load_accelerator("generic_256", ["pes=" + "9" * 5000])
    assert run("check", FILE, "--bind", "N=" + "9" * 5000).exit_code == 2
    assert run("check", FILE, "--sizes", "N=" + "9" * 5000).exit_code == 2


def test_leading_zeros_are_read_in_linear_time():
    assert fault(lambda: str(integer("0" * 300_000 + "7"))) is None
    with pytest.raises(ValueError, match="no integer"):
        integer("0" * 300_000 + "x")


def test_an_option_of_a_pass_is_given_once():
    with pytest.raises(weft.WeftError, match="W006"):
        parse_pipeline("validate{over-capacity=error,over-capacity=warning}")


def test_nesting_and_bombs_are_findings():
    bomb = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" if n else "a0: &a0 [x]\n" for n in range(12))
    merges = "".join(
        f"b{n}: &b{n} {{<<: [{', '.join([f'*b{n - 1}'] * 9)}]}}\n" if n else "b0: &b0 {x: 1}\n" for n in range(12)
    )
    for text in ("[" * (MAX_DEPTH + 1), "[" * 100_000, bomb, merges, "a: &a [*a]"):
        with pytest.raises(weft.WeftError, match=r"deeper|values|alias") as caught:
            parse_accelerator(text)
        assert [item.code for item in caught.value.diagnostics] == ["W001"]
    with pytest.raises(weft.WeftError, match="deeper"):
        load_accelerator("generic_256", ["pes=" + "[" * 500])


@pytest.mark.parametrize("table", ["word_bits", "L2.channels", "L2.capacities", "L2.store_and_forward", "L2.formats"])
@pytest.mark.parametrize("value", ["5", "unlimited", "[1]", "text"])
def test_a_table_that_is_none_and_a_value_in_it_are_findings(table, value):
    settings = [f"{table}={value}", f"{table}.output=3"]
    with pytest.raises(weft.WeftError):
        load_accelerator("generic_256", settings)


@pytest.mark.parametrize(
    "options",
    [("--set", "pes=8", "--set", "pes = 9"), ("--set", "energy_table=eyeriss", "--energy-table", "eyeriss")],
)
def test_a_key_is_set_once(options):
    result = run("check", FILE, *options)
    assert result.exit_code == 1
    assert "W006" in str(result.exception)


@pytest.mark.parametrize(
    "options",
    [
        ("--bind", "N=1", "--bind", "N=2"),
        ("--sizes", "N=1,N=2"),
        ("--sizes", "N=1", "--sizes", "N=1"),
        ("--density", "input=0.5", "--density", "input=0.4"),
        ("--sizes", "N=٣"),
        ("--bind", "=3"),
    ],
)
def test_a_name_is_given_one_value_in_digits(options):
    result = run("check", FILE, *options)
    assert result.exit_code == 2, result.output


@pytest.mark.parametrize("name", COMMANDS)
def test_no_option_of_a_command_takes_an_empty_text(name):
    command = cli.get_command(None, name)
    tried = 0
    for parameter in command.params:
        if getattr(parameter, "is_flag", False) or parameter.param_type_name != "option":
            continue
        for empty in ("", " "):
            result = run(name, FILE, parameter.opts[0], empty)
            assert result.exit_code == 2, (parameter.opts, result.output, result.exception)
            tried += 1
    assert tried > 4
    assert run(name, "").exit_code == 2


@pytest.mark.parametrize("name", COMMANDS)
def test_no_option_of_one_value_is_given_twice(name):
    command = cli.get_command(None, name)
    for parameter in command.params:
        if parameter.param_type_name == "option" and not parameter.multiple and not parameter.is_flag:
            result = run(name, FILE, parameter.opts[0], "1", parameter.opts[0], "1")
            assert result.exit_code == 2, parameter.name
            assert "it is given twice" in result.stderr, parameter.name
