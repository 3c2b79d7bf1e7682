"""`weft compare` shows what differs between two results, all of it, the greatest first."""

import json
from pathlib import Path

import pytest

import weft
from weft.cli import main
from weft.pictures.comparisons import compare
from weft.pictures.documents import document_of

ROOT = Path(__file__).parents[1]


def run(*arguments):
    with pytest.raises(SystemExit) as left:
        main([str(item) for item in arguments])
    return left.value.code or 0


def results(file, *overrides):
    network = weft.read(ROOT / file)[0]
    return document_of(weft.evaluate_network(network, overrides=overrides)).results()


def test_the_differences_of_energy_add_up_to_that_of_the_sums():
    one, other = results("examples/vgg16_kcp.m"), results("examples/vgg16_yrp.m")
    found = compare(one, other)
    for metric, total in (
        ("energy_pj", lambda x: x["energy_pj"]["total"]),
        ("cycles", lambda x: x["cycles"]["stepwise"]),
    ):
        change = sum(map(total, other.good)) - sum(map(total, one.good))
        assert sum(item.change for item in found if item.metric == metric) == pytest.approx(change, rel=1e-9)


def test_they_are_ranked_by_their_part_of_all_changes_of_their_metric():
    found = compare(results("examples/vgg16_kcp.m"), results("examples/vgg16_kcp.m", "L2.bandwidth=4"))
    assert found
    assert {item.metric for item in found} == {"cycles"}
    assert [abs(item.change) for item in found] == sorted((abs(item.change) for item in found), reverse=True)
    assert all(item.after > item.before for item in found)


def test_equal_results_do_not_differ(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert run("compare", "examples/vgg16_kcp.m", "examples/vgg16_kcp.m") == 0
    assert "Nothing differs." in capsys.readouterr().out


def test_a_file_is_compared_with_a_result(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    run("evaluate", "examples/vgg16_kcp.m", "--set", "L2.bandwidth=4", "--json")
    (tmp_path / "slow.json").write_text(capsys.readouterr().out, "utf-8")
    assert run("compare", "examples/vgg16_kcp.m", tmp_path / "slow.json", "--top", "2", "--layer", "CONV1") == 0
    shown = capsys.readouterr().out
    assert "CONV1" in shown
    assert "CONV2" not in shown


def test_layers_of_one_side_alone_are_named(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    run("evaluate", "examples/vgg16_kcp.m", "--json")
    document = json.loads(capsys.readouterr().out)
    (tmp_path / "less.json").write_text(json.dumps(document | {"layers": document["layers"][:3]}), "utf-8")
    assert run("compare", "examples/vgg16_yrp.m", tmp_path / "less.json") == 0
    assert "only in A: CONV4, CONV5, CONV6, CONV7, CONV8, …" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["examples/figure6.m", "examples/vgg16_kcp.m"], 1, "no layer is in both"),
        (["examples/vgg16_kcp.m", "missing.json"], 1, "W008"),
        (["examples/vgg16_kcp.m"], 2, "Missing argument"),
        (["one.json", "two.json", "-a", "eyeriss"], 2, "both are results"),
    ],
)
def test_what_is_wrong_is_said(arguments, code, said, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert run("compare", *arguments) == code
    assert said in capsys.readouterr().err
