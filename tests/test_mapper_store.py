"""The store keeps what it acknowledged, through kills and crowds, and says what is wrong with a file."""

import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

import weft
from weft.ir import Accelerator, Memory, Span, SpatialMap, WeftError, operator_workload
from weft.ir.printable import printable
from weft.search.store.content import content_key
from weft.search.store.store import Store

KILLED_WRITERS = Path(__file__).with_name("killed_writers.py")
MACHINE = Accelerator("m", 4, (Memory("L2"),))


def answers(path):
    """What the store answers to every key of `filled`."""
    with Store(path) as store:
        return [store.get(f"key {number}") for number in range(200)]


def refusal(path):
    """What opening the file and asking every question of it says."""
    with pytest.raises(WeftError) as caught:
        answers(path)
    (finding,) = caught.value.diagnostics
    assert finding.code == "W721"
    assert f"'{printable(str(path))}'" in finding.message
    return str(finding)


def filled(path, entries=200):
    with Store(path) as store:
        for number in range(entries):
            store.put(f"key {number}", json.dumps([number] * 100))
    return path


def test_what_is_put_is_there_in_the_next_run(tmp_path):
    with Store(tmp_path / "s.db") as store:
        assert store.get("a") is None
        store.put("a", "1")
        store.put("b", '{"text": "é\\u0000 \\n"}')
        store.put("a", "2")
        assert store.get("a") == "2"
    with Store(tmp_path / "s.db") as store:
        assert (store.get("a"), store.get("b"), store.get("c")) == ("2", '{"text": "é\\u0000 \\n"}', None)


def test_a_file_name_has_no_meaning_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in (":memory:", "file:x?mode=memory", "ключ 1.db"):
        with Store(name) as store:
            store.put("a", name)
        with Store(name) as store:
            assert store.get("a") == name
        assert Path(name).is_file()


def test_killed_writers_lose_nothing_that_was_acknowledged(tmp_path):
    command = [sys.executable, KILLED_WRITERS, tmp_path / "s.db", "36"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    report = json.loads(done.stdout)
    assert done.stderr == ""
    assert (report["lost"], report["unhealthy"]) == ([], [])
    assert report["acknowledged"] > 100
    assert 24 <= report["rounds_with_puts"] < 36  # the others died before their first put


def _write_many(path, name, start):
    start.wait()
    for number in range(20):
        with Store(path) as store:  # opening and closing is what collides most
            store.put(f"{name}-{number}", f"{name}")
            store.put("shared", name)


def test_many_processes_write_at_the_same_time(tmp_path):
    context = get_context("spawn")
    start = context.Barrier(4)
    writers = [context.Process(target=_write_many, args=(tmp_path / "s.db", f"w{n}", start)) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * 4
    with Store(tmp_path / "s.db") as store:
        assert {store.get(f"w{n}-{number}") for n in range(4) for number in range(20)} == {"w0", "w1", "w2", "w3"}
        assert store.get("shared") in {"w0", "w1", "w2", "w3"}


def test_a_store_that_another_process_holds_is_a_finding(tmp_path, monkeypatch):
    path = filled(tmp_path / "s.db", 1)
    monkeypatch.setattr("weft.search.store.store._PATIENCE", 0.1)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with Store(path) as store:
        assert store.get("key 0")  # who writes keeps nobody from reading
        with pytest.raises(WeftError, match=r"W721.*held by another process for more than 0\.1 s"):
            store.put("a", "1")
        holder.execute("ROLLBACK")
        store.put("a", "1")
    holder.close()


def test_a_mode_that_cannot_be_changed_at_once_is_tried_again(tmp_path, monkeypatch):
    # Seen about once in 150 times when six processes make a store at the same moment.
    refusals = []

    class Busy(sqlite3.Connection):
        def execute(self, query, *arguments):
            if "journal_mode" in query and len(refusals) < 3:
                error = sqlite3.OperationalError("database is locked")
                error.sqlite_errorcode = sqlite3.SQLITE_BUSY
                refusals.append(error)
                raise error
            return super().execute(query, *arguments)

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **b: connect(*a, factory=Busy, **b))
    filled(tmp_path / "s.db", 1)
    assert len(refusals) == 3
    assert (tmp_path / "s.db").read_bytes()[18:20] == b"\2\2"  # the mode, as the format of the file has it


@pytest.mark.parametrize("moment", ["PRAGMA application_id", "PRAGMA user_version", "BEGIN IMMEDIATE"])
def test_another_process_makes_the_store_at_the_same_moment(tmp_path, monkeypatch, moment):
    path = tmp_path / "s.db"
    connect = sqlite3.connect

    class Overtaken(sqlite3.Connection):
        """Just after or before one statement, somebody else makes the store."""

        def execute(self, query, *arguments):
            monkeypatch.setattr(sqlite3, "connect", connect)
            other = threading.Thread(target=filled, args=(path, 1))
            if query == moment == "BEGIN IMMEDIATE":
                other.start()
                other.join()
                return super().execute(query, *arguments)
            found = super().execute(query, *arguments)
            if query == moment and not others:
                other.start()
                others.append(other)
                other.join(0.3)
            return found

    others = []
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **b: connect(*a, factory=Overtaken, **b))
    with Store(path) as store:
        for other in others:
            other.join()
        assert store.get("key 0")


@pytest.mark.parametrize("content", [b"Network n {}\n", b"x", b"\0" * 4096, b"SQLite format 3\0", os.urandom(5000)])
def test_a_file_that_is_no_store_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "net.m"
    path.write_bytes(content)
    refusal(path)
    assert path.read_bytes() == content
    assert os.listdir(tmp_path) == ["net.m"]


def test_a_database_of_someone_else_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "bookmarks.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE results (key, text, digest)")
    other.close()
    before = path.read_bytes()
    assert "is a database, but no store of results" in refusal(path)
    assert path.read_bytes() == before


def test_a_store_of_a_newer_weft_is_refused_and_left_alone(tmp_path):
    path = filled(tmp_path / "s.db", 1)
    other = sqlite3.connect(path)
    other.execute("PRAGMA user_version = 2")
    other.close()
    before = path.read_bytes()
    assert "written by a newer Weft: its version is 2, this Weft knows up to 1" in refusal(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("seed", range(25))
def test_a_damaged_store_gives_right_answers_or_a_finding(tmp_path, seed):
    chance = random.Random(seed)
    path = filled(tmp_path / "s.db")
    content = bytearray(path.read_bytes())
    for _ in range(3):
        place = chance.randrange(len(content))
        content[place : place + 64] = chance.randbytes(len(content[place : place + 64]))
    damaged = bytes(content[: chance.choice([len(content), chance.randrange(1, len(content))])])
    path.write_bytes(damaged)
    try:
        found = answers(path)
    except WeftError as error:
        assert {item.code for item in error.diagnostics} == {"W721"}  # noqa: PT017
    else:
        assert all(text in (None, json.dumps([number] * 100)) for number, text in enumerate(found))
    assert path.stat().st_size == len(damaged)


def test_a_truncated_store_is_a_finding(tmp_path):
    path = filled(tmp_path / "s.db")
    path.write_bytes(path.read_bytes()[:20_000])
    assert "is damaged: database disk image is malformed" in refusal(path)
    assert path.stat().st_size == 20_000


def test_an_entry_that_changed_is_a_finding(tmp_path):
    path = filled(tmp_path / "s.db", 1)
    path.write_bytes(path.read_bytes().replace(b"0, 0", b"0, 1", 1))
    assert "is damaged: an entry has changed" in refusal(path)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("", "it is no regular file"),
        ("nowhere/s.db", "there is no directory '"),
        ("file/s.db", "there is no directory '"),
        ("a\0b", "cannot be used: "),
        ("n" * 300, "File name too long"),
    ],
)
def test_a_place_where_no_store_can_be_is_a_finding(tmp_path, name, what):
    (tmp_path / "file").write_text("")
    assert what in refusal(f"{tmp_path}/{name}")
    assert os.listdir(tmp_path) == ["file"]


@pytest.fixture
def ordinary_user():
    """Not the superuser, who may write everywhere; with a directory that others may read."""
    user = os.geteuid()
    with tempfile.TemporaryDirectory() as directory:
        filled(f"{directory}/s.db", 1)
        os.chmod(f"{directory}/s.db", 0o444)
        os.chmod(directory, 0o555)
        os.seteuid(user or 65534)
        try:
            yield directory
        finally:
            os.seteuid(user)
            os.chmod(directory, 0o755)


def test_no_permission_is_a_finding(ordinary_user):
    assert "cannot be written" in refusal(f"{ordinary_user}/s.db")
    assert "cannot be written" in refusal(f"{ordinary_user}/new.db")
    assert os.listdir(ordinary_user) == ["s.db"]


FILL = """
import resource, sys
from weft.ir import WeftError
from weft.search.store.store import Store
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
with Store(sys.argv[1]) as store:
    try:
        for number in range(1000):
            store.put(f"key {number}", "x" * 10_000)
            print(number)
    except WeftError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
"""


def test_a_full_disk_is_a_finding_and_keeps_what_was_there(tmp_path):
    done = subprocess.run([sys.executable, "-c", FILL, tmp_path / "s.db"], capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (1, 2)
    assert re.match(r"error\[W721\]: the store '.*' cannot be written: ", done.stderr)
    kept = done.stdout.split()
    assert len(kept) > 10
    with Store(tmp_path / "s.db") as store:
        assert all(store.get(f"key {number}") == "x" * 10_000 for number in kept)


def test_a_closed_store_is_a_defect_and_no_finding(tmp_path):
    store = Store(tmp_path / "s.db")
    store.close()
    with pytest.raises(sqlite3.ProgrammingError):
        store.get("a")


def test_equal_questions_have_equal_keys():
    workload = operator_workload("GEMM", {"M": 2, "N": 2, "K": 2})
    again = operator_workload("GEMM", {"M": 2, "N": 2, "K": 2})
    assert content_key(workload, MACHINE, "edp") == content_key(again, replace(MACHINE), "edp")
    place = SpatialMap(1, 1, "M", Span("a.m", 1, 1))
    assert content_key(place) == content_key(SpatialMap(1, 1, "M"))
    assert content_key({"b": 1, "a": {3, 1, 2}}) == content_key({"a": {2, 3, 1}, "b": 1})


def test_the_key_is_the_same_in_every_process():
    program = "from weft.search.store.content import content_key; print(content_key({'a', 'b', 'c'}, {'x': 1.5}))"
    keys = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert keys == {content_key({"c", "b", "a"}, {"x": 1.5})}


def test_different_questions_have_different_keys():
    workload = operator_workload("GEMM", {"M": 2, "N": 2, "K": 2})
    questions = [
        (workload, MACHINE),
        (MACHINE, workload),
        (operator_workload("GEMM", {"M": 2, "N": 2, "K": 4}), MACHINE),
        (workload, replace(MACHINE, pes=8)),
        (workload, MACHINE, "edp"),
        (workload, MACHINE, "energy"),
        (workload, (MACHINE, "energy")),
        ("1",),
        (1,),
        (True,),
        (1.0,),
        (None,),
        ("None",),
        (b"1",),
        (),
        ((),),
        ({},),
        (set(),),
        ({1: 2},),
        ([[1, 2]],),
        ({"1": 2},),
        ({"mapping": [[1, 2]]},),
    ]
    assert len({content_key(*parts) for parts in questions}) == len(questions)


def test_what_has_no_lasting_text_has_no_key():
    with pytest.raises(TypeError, match="a function has no key"):
        content_key(lambda metrics: metrics)
    with pytest.raises(TypeError, match="a type has no key"):
        content_key(Accelerator)


def test_an_answer_whose_numbers_have_changed_is_damaged(tmp_path):
    path = tmp_path / "store"
    asked = {"constraints": ["spatial: M"], "store": path}
    first = weft.map("gemm:M=2,N=3,K=2", "bench_256", **asked)
    with sqlite3.connect(path) as connection:
        key, text = connection.execute("SELECT key, text FROM results").fetchone()
    for field in ("energy_pj", "cycles"):
        changed = json.loads(text)
        changed["points"][0][field] += 1
        with Store(path) as store:
            store.put(key, json.dumps(changed))
        again = weft.map("gemm:M=2,N=3,K=2", "bench_256", **asked)
        assert [note.code for note in again.notes] == ["W721"]
        assert [layer.value for layer in again.mapped] == [layer.value for layer in first.mapped]
