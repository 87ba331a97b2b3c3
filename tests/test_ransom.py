"""Names of ransom notes, and honest names that sound alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftopen.lab.servers.postgresql import sql
from leftopen.lab.servers.redis import command
from leftopen.model import Flag
from leftopen.ransom import is_note
from leftopen.scan import Options, scan
from tests.scopes import scope_of

NOTES = [
    ("READ__ME_TO_RECOVER_YOUR_DATA.README", "mongodb", 1),
    ("READ_ME_TO_RECOVER_YOUR_DATA", "mongodb", None),
    ("README.readme", "mongodb", 1),
    ("WARNING.WARNING", "mongodb", 1),
    ("WARNING_2", "mongodb", 1),
    ("PLEASE_READ.PLEASE_READ", "mongodb", 1),
    ("PWNED_SECURE_YOUR_STUFF", "mongodb", 1),
    ("hacked_by_unistellar", "mongodb", 1),
    ("read_me", "elasticsearch", 1),
    ("read-me", "elasticsearch", 1),
    ("readme2", "elasticsearch", 1),
    ("please_read_me", "elasticsearch", 1),
    ("how_to_restore", "elasticsearch", 1),
    ("how-to-recover-your-data", "elasticsearch", None),
    ("warning", "elasticsearch", 1),
    ("jfc63chhsx-meow", "elasticsearch", 0),
    ("7c5q1a-meow", "elasticsearch", 1),
    ("public.readme_to_recover", "postgresql", 2),
    ("public.RECOVER_YOUR_DATA", "postgresql", 1),
    ("readme_to_recover.note", "postgresql", None),
    ("wegeturdb", "couchdb", 1),
    ("crackit", "redis", 1),
]
HONEST = [
    ("readme_templates", "postgresql", 3),
    ("project_readmes", "mongodb", 5),
    ("public.readme", "postgresql", 5_000),
    ("warning_levels", "postgresql", 4),
    ("warnings", "mongodb", 10),
    ("warning", "postgresql", 4),
    ("school.warning", "mongodb", 12),
    ("warning", "elasticsearch", 90_000),
    ("early_warning_students", "postgresql", 7),
    ("hello", "elasticsearch", 1),
    ("hello_world", "postgresql", 1),
    ("public.hello_world", "postgresql", 0),
    ("info", "elasticsearch", 1),
    ("readings", "elasticsearch", 10),
    ("read_models", "mongodb", 10),
    ("already_read_messages", "mongodb", 10),
    ("homeowners", "elasticsearch", 10),
    ("owned_by", "postgresql", 2),
    ("jobs_to_recover", "postgresql", 2),
    ("recover_your_password", "postgresql", 2),
    ("password_recovery", "postgresql", 2),
    ("how_to_articles", "mongodb", 20),
    ("howto", "mongodb", 400),
    ("bitcoin_prices", "postgresql", 20),
    ("bitcoin", "postgresql", 1_000_000),
    ("send_bitcoin_transactions", "postgresql", 5),
    ("ransom_insurance_policies", "postgresql", 5),
    ("cat-meow", "elasticsearch", 5),
    ("sounds.dog-meow", "mongodb", 5),
    ("backup", "redis", 1),
    ("backup1", "postgresql", 100),
    ("backup*", "redis", 4),
    ("backups:*", "redis", 3),
    ("attention_scores", "mongodb", 20),
    ("important_dates", "postgresql", 20),
    ("your_data_export", "postgresql", 3),
    ("students", "mongodb", 1),
]


@pytest.mark.parametrize(("name", "kind", "rows"), NOTES)
def test_names_of_notes(name, kind, rows):
    assert is_note(name, kind, rows)


@pytest.mark.parametrize(("name", "kind", "rows"), HONEST)
def test_honest_names(name, kind, rows):
    assert not is_note(name, kind, rows)


@given(st.text(max_size=300), st.sampled_from(["", "redis", "mongodb"]), st.none() | st.integers(0))
def test_any_name_is_judged(name, kind, rows):
    assert is_note(name, kind, rows) in (True, False)


@pytest.mark.servers
def test_a_scan_of_names_flags_the_store(lab, tmp_path):
    noted = lab.postgresql(records=10)
    sql(lab, noted, 'CREATE TABLE "READ_ME_TO_RECOVER" (note text)', "school")
    honest, miner = lab.redis(records=10), lab.redis(records=10)
    command(lab, honest, "SET", "readme_templates", "x")
    command(lab, miner, "SET", "crackit", "x")
    stores = (noted, honest, miner)
    result = scan(scope_of(*((one.host, one.port) for one in stores), depth="names"), Options(tmp_path, faces=False))
    probes = {store.probe.target.port: store.probe for store in result.stores}
    assert Flag.RANSOM_NOTE in probes[noted.port].flags
    assert any("extortionists" in line for line in probes[noted.port].evidence)
    assert Flag.RANSOM_NOTE in probes[miner.port].flags
    assert Flag.RANSOM_NOTE not in probes[honest.port].flags
