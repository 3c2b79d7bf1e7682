"""JSON from outside is read within limits, and nothing in it has two meanings."""

import json

import pytest

from weft.ir.json_text import MAX_DEPTH, load_json


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "deeper"),
        ('{"a": ' * 100_000, "deeper"),
        ('{"a": 1, "b": 2, "a": 3}', "'a' is given twice"),
        ("[NaN]", "NaN is no number"),
        ("-Infinity", "is no number"),
        ("1e999", "is no number"),
        ("[1,]", "line 1"),
        ("", "line 1"),
        ('"\\', "line 1"),
        ('["', "line 1"),
    ],
)
def test_what_is_refused(text, reason):
    with pytest.raises(ValueError, match=reason) as caught:
        load_json(text)
    assert "\n" not in str(caught.value)


def test_brackets_in_strings_nest_nothing():
    data = {"[" * 200: ["{" * 200 + '\\"' + "[" * 200, "\\"]}
    assert load_json(json.dumps(data)) == data


def test_levels_are_counted_where_they_are_open():
    data = [[[]] * 500] * 3
    assert load_json(json.dumps(data)) == data
    deepest = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert load_json(deepest) == json.loads(deepest)


def test_long_integers_are_read():
    assert load_json("[" + "9" * 10_000 + "]") == [10**40]


@pytest.mark.parametrize("text", ['"\\' * 500_000, '"' * 500_001, "[" * 500_000, '{"' * 500_000, '["a",' * 500_000])
def test_long_damaged_texts_are_refused_in_linear_time(text):
    with pytest.raises(ValueError, match=r"deeper|line 1"):
        load_json(text)
