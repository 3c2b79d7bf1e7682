"""Kills processes that write to a store, at any point, and looks at what is left.

`python killed_writers.py FILE ROUNDS` forks two writers per round, kills them with SIGKILL after a random time, and
checks the file. It prints, as JSON, how many puts were acknowledged and how many of them were there afterwards.
"""

import json
import os
import random
import signal
import sqlite3
import sys
import time

from weft.search.store.store import Store

WRITERS = 2


def text_of(key):
    """A text that only a whole write can give."""
    return json.dumps([key] * 500)


def write_until_killed(path, prefix, acknowledge):
    with Store(path) as store:
        for number in range(10**9):
            key = f"{prefix}-{number}"
            store.put(key, text_of(key))
            os.write(acknowledge, f"{key}\n".encode())


def start_writer(path, prefix, acknowledge):
    """The process of a writer, which writes its acknowledged keys to a pipe."""
    child = os.fork()
    if child == 0:
        try:
            write_until_killed(path, prefix, acknowledge)
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        os._exit(1)
    return child


def one_round(path, name, puts, seconds):
    """What two writers acknowledge that are killed some seconds after so many puts."""
    reader, acknowledge = os.pipe()
    writers = [start_writer(path, f"{name}-{number}", acknowledge) for number in range(WRITERS)]
    os.close(acknowledge)
    text = b""
    while text.count(b"\n") < puts and (block := os.read(reader, 1024)):
        text += block
    time.sleep(seconds)
    for child in writers:
        os.kill(child, signal.SIGKILL)
    for child in writers:
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), "a writer ended by itself"
    text += b"".join(iter(lambda: os.read(reader, 65536), b""))
    os.close(reader)
    return text.decode().split()


def check(path, acknowledged):
    """What was acknowledged and is not there, and what SQLite says about the file."""
    with Store(path) as store:
        lost = [key for key in acknowledged if store.get(key) != text_of(key)]
    connection = sqlite3.connect(path)
    healthy = connection.execute("PRAGMA integrity_check").fetchone()[0]
    connection.close()
    return lost, healthy


def main(path, rounds):
    chance = random.Random(rounds)
    report = {"acknowledged": 0, "lost": [], "unhealthy": [], "rounds_with_puts": 0}
    kept = []
    for number in range(rounds):
        # Every third kill comes early, while a new file is being made.
        early = number % 3 == 0
        file = f"{path}.{number}" if early else path
        keys = one_round(file, number, 0 if early else chance.randint(5, 10), chance.uniform(0, 0.01))
        kept = kept if early else kept + keys
        lost, healthy = check(file, keys if early else kept)
        report["acknowledged"] += len(keys)
        report["rounds_with_puts"] += bool(keys)
        report["lost"] += lost
        report["unhealthy"] += [] if healthy == "ok" else [healthy]
    print(json.dumps(report))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
