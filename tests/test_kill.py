"""A scan that is killed and run again ends with the same result as an undisturbed one; interrupting it is no accident."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from leftopen.exits import Exit
from leftopen.journal import verify
from leftopen.lab.estate import Estate, seed_postgresql, seed_redis
from leftopen.lab.servers import Lab
from tests.scopes import scope_file

LEFTOPEN = str(Path(sys.executable).with_name("leftopen"))
SLOWLY = {"connections_per_second_per_host": 12}
"""So that there is time to kill it in the middle."""
UNLIKE = frozenset(
    ("started", "ended", "journal", "exposures", "exposure", "evidence_of_records", "at", "bytes", "opened", "last_seen")
)
"""What may differ between two runs: moments, places, keyed hashes."""


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """A seeded Redis and PostgreSQL, the scope over them, and the result of a scan that nobody disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with Lab() as lab:
        estate = Estate(entries=1500)
        redis, postgresql = lab.redis(), lab.postgresql()
        seed_redis(estate, redis.host, redis.port)
        seed_postgresql(estate, postgresql.admin_dsn)
        places = (redis.host, redis.port), (postgresql.host, postgresql.port)
        scope = scope_file(folder / "scope.toml", *places, depth="full", budget=SLOWLY)
        child = begin(scope, folder / "state")
        yield scope, result_of(child)


def begin(scope, state, *more):
    command = [LEFTOPEN, "scan", scope, "--state", state, "--format", "json", "--no-faces", *more]
    return subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def result_of(child):
    out, err = child.communicate(timeout=120)
    assert child.returncode >= Exit.FOUND_LOW, err.decode()
    return alike(json.loads(out))


def alike(part):
    """A JSON document without what may differ, keyed lists in order."""
    if isinstance(part, dict):
        return {key: alike(value) for key, value in part.items() if key not in UNLIKE and key != "evidence"}
    return [alike(value) for value in part] if isinstance(part, list) else part


def finished_units(state):
    return len(list((state / "runs").glob("*/*.unit")))


def kill_when(child, state, units):
    """Kill -9 as soon as this many units have ended; returns how many had."""
    end = time.monotonic() + 60
    while finished_units(state) < units and child.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    time.sleep(random.random() * 0.15)  # anywhere between two units
    assert child.poll() is None, "it ended before it could be killed"
    child.kill()
    child.communicate()
    return finished_units(state)


@pytest.mark.parametrize("units", [0, random.randint(3, 8)], ids=["before", "between"])
def test_killed_and_run_again_is_the_same(stores, units, tmp_path):
    scope, undisturbed = stores
    state = tmp_path / "state"
    done = kill_when(begin(scope, state), state, units)
    assert done >= units
    assert result_of(begin(scope, state)) == undisturbed
    assert verify(state / "journal.jsonl").lines > 10
    assert not list((state / "runs").iterdir()), "the run folder with its key is gone"


def test_killed_again_and_again_it_never_begins_anew(stores, tmp_path):
    scope, undisturbed = stores
    state = tmp_path / "state"
    seen = []
    for units in (2, 5, 8):
        seen.append(kill_when(begin(scope, state), state, units))
        keys = {path.read_bytes() for path in (state / "runs").glob("*/key")}
        assert len(keys) == 1
    assert seen == sorted(seen)
    assert result_of(begin(scope, state)) == undisturbed
    assert verify(state / "journal.jsonl").lines > 10
    assert not list((state / "runs").iterdir())


def test_several_workers_give_the_same_also_when_killed(stores, tmp_path):
    scope, undisturbed = stores
    state = tmp_path / "state"
    child = begin(scope, state, "--workers", 2)
    kill_when(child, state, 3)  # returns when nobody holds its pipes any more: no worker outlives it
    assert result_of(begin(scope, state, "--workers", 2)) == undisturbed
    assert verify(state / "journal.jsonl").lines > 10


@pytest.mark.parametrize("workers", [1, 2])
def test_interrupting_says_how_to_go_on(stores, workers, tmp_path):
    scope, undisturbed = stores
    state = tmp_path / "state"
    child = begin(scope, state, "--workers", workers)
    end = time.monotonic() + 60
    while not finished_units(state) and time.monotonic() < end:
        time.sleep(0.02)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=30)
    assert child.returncode == Exit.INTERRUPTED
    assert out == b""
    assert b"Run the same command again to go on" in err
    assert b"Traceback" not in err
    assert finished_units(state) > 0
    assert (workers > 1) or result_of(begin(scope, state)) == undisturbed


def test_the_kept_run_holds_a_key_that_only_the_user_can_read(stores, tmp_path):
    scope, _ = stores
    state = tmp_path / "state"
    kill_when(begin(scope, state), state, 1)
    (folder,) = (state / "runs").iterdir()
    assert folder.stat().st_mode & 0o077 == 0
    assert {path.stat().st_mode & 0o077 for path in folder.iterdir()} == {0}


def test_the_comparison_can_fail(stores):
    _, undisturbed = stores
    changed = json.loads(json.dumps(undisturbed))
    changed["stores"][0]["collections"][0]["rows"] += 1
    assert alike(changed) != undisturbed
    assert sum(len(store["collections"]) for store in undisturbed["stores"]) > 10
