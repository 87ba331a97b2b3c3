"""The scope file: what it refuses, what it permits."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftopen.errors import LeftopenError, OutOfScope, ScopeError
from leftopen.model import Depth
from leftopen.scope import Grant, describe, parse_scope, read_scope

GOOD = {
    "scope": {
        "name": "school",
        "authorised_by": "A. Owner, head of IT",
        "basis": "written consent of 1 March",
        "contact": "security@school.example",
        "valid_until": datetime.now(UTC) + timedelta(days=3),
    },
    "grant": [{"addresses": ["192.0.2.0/24", "db.school.example"], "ports": [6379, "9200-9202"], "depth": "sample"}],
    "deny": [{"addresses": ["192.0.2.7"]}, {"addresses": ["192.0.2.8"], "ports": [6379]}],
}


def changed(**parts):
    data = copy.deepcopy(GOOD)
    for path, value in parts.items():
        table, _, key = path.partition("__")
        if key:
            if value is None:
                data[table].pop(key, None)
            else:
                data[table][key] = value
        else:
            data[table] = value
    return data


def test_grants_are_found_and_denials_win():
    scope = parse_scope(GOOD)
    assert scope.grant_for("192.0.2.1", 9201)[1].depth is Depth.SAMPLE
    for host, port in [("192.0.2.7", 9200), ("192.0.2.8", 6379), ("192.0.2.1", 22), ("198.51.100.1", 6379)]:
        with pytest.raises(OutOfScope):
            scope.grant_for(host, port)
    assert scope.grant_for("192.0.2.8", 9200)


def test_ipv4_inside_ipv6_does_not_walk_around_a_denial():
    with pytest.raises(OutOfScope):
        parse_scope(GOOD).grant_for("::ffff:192.0.2.7", 9200)


def test_a_denied_name_beats_a_granted_address():
    scope = parse_scope(changed(deny=[{"addresses": ["db.school.example"]}]))
    with pytest.raises(OutOfScope):
        scope.grant_for("192.0.2.1", 6379, name="db.school.example")


def test_targets_leave_out_what_is_denied():
    labels = {target.label for target in parse_scope(GOOD).targets()}
    assert "192.0.2.1:6379" in labels
    assert "192.0.2.7:9200" not in labels
    assert "192.0.2.8:6379" not in labels
    assert "192.0.2.8:9202" in labels
    assert len(labels) == 256 * 4 - 4 - 1


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (changed(scope__valid_until=None), "no end"),
        (changed(scope__valid_until=datetime.now(UTC) - timedelta(seconds=1)), "expired"),
        (changed(scope__valid_until=datetime(2099, 1, 1)), "time zone"),  # noqa: DTZ001  that is the point
        (changed(scope__valid_until="tomorrow"), "time zone"),
        (changed(scope__authorised_by=""), "authorised_by"),
        (changed(scope__basis=None), "basis"),
        (changed(scope__contact="…"), "contact"),
        (changed(grant=[]), "grants nothing"),
        (changed(grant=[{"addresses": ["0.0.0.0/0"]}]), "addresses; at most"),
        (changed(grant=[{"addresses": ["::/0"]}]), "addresses; at most"),
        (changed(grant=[{"dsn": "postgresql://u:hunter2@127.0.0.1/db"}]), "password inline"),
        (changed(grant=[{"dsn": "redis://127.0.0.1", "credential": "hunter2"}]), "credential inline"),
        (changed(grant=[{"dsn": "ftp://127.0.0.1"}]), "unknown scheme"),
        (changed(grant=[{"addresses": ["127.0.0.1"], "depth": "deep"}]), "not a depth"),
        (changed(grant=[{"addresses": ["127.0.0.1"], "ports": ["1-99999"]}]), "1-65535"),
        (changed(grant=[{"addresses": ["127.0.0.1"], "ports": ["x"]}]), "not a port"),
        (changed(grant=[{"addresses": ["not a host"]}]), "neither a network"),
        (changed(grant=[{"addresses": ["127.0.0.1"], "dsn": "redis://127.0.0.1"}]), "exactly one"),
        (changed(grant=[{"adresses": ["127.0.0.1"]}]), "Unknown key"),
        (changed(budget={"bytes_per_store": "many"}), "not a size"),
        (changed(budget={"connections_per_second": 0}), "above zero"),
        ({"grant": GOOD["grant"]}, r"no \[scope\]"),
    ],
)
def test_refused_with_one_clear_error(data, says):
    with pytest.raises(ScopeError, match=says) as caught:
        parse_scope(data)
    assert "hunter2" not in caught.value.diagnostics()


def test_it_ends_while_running():
    scope = parse_scope(changed(scope__valid_until=datetime.now(UTC) + timedelta(milliseconds=50)))
    assert scope.in_force()
    assert not scope.in_force(datetime.now(UTC) + timedelta(seconds=1))


def test_description_says_how_much_until_when():
    words = describe(parse_scope(GOOD))
    assert "256 addresses" in words
    assert "depth sample" in words
    assert "never: 192.0.2.7" in words


def test_unreadable_files(tmp_path):
    with pytest.raises(ScopeError, match="cannot be read"):
        read_scope(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe[")
    with pytest.raises(ScopeError, match="not valid TOML"):
        read_scope(tmp_path / "bad.toml")


scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.floats(allow_nan=False)
trees = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=8
)


@given(st.sampled_from(["scope", "grant", "deny", "budget"]), trees)
def test_any_content_gives_a_scope_or_a_scope_error(table, content):
    try:
        parse_scope({**GOOD, table: content})
    except LeftopenError as exc:
        assert exc.what


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        ({"tls_verify": "no"}, "tls_verify must be true or false"),
        ({"ca": "/nowhere/authority.pem"}, "is not a file"),
        ({"ca": __file__, "tls_verify": False}, "ignores"),
    ],
)
def test_who_vouches_for_the_server_is_said_plainly(keys, word):
    data = copy.deepcopy(GOOD)
    data["grant"] = [{"dsn": "rediss://reader@192.0.2.10:6380", "credential": "env:X", **keys}]
    with pytest.raises(ScopeError, match=word):
        parse_scope(data)


def test_certificates_are_verified_unless_the_grant_says_otherwise():
    def grant(**keys):
        data = copy.deepcopy(GOOD)
        data["grant"] = [{"dsn": "rediss://reader@192.0.2.10:6380", "credential": "env:X", **keys}]
        return parse_scope(data)

    assert grant().grants[0].tls_verify
    assert grant(ca=__file__).grants[0].ca == __file__
    assert not grant(tls_verify=False).grants[0].tls_verify
    assert "to any certificate" in describe(grant(tls_verify=False))


@pytest.mark.parametrize(
    ("dsn", "wants"),
    [
        ("redis://h", False),
        ("rediss://h", True),
        ("postgresql://h/db", False),
        ("postgresql://h/db?sslmode=prefer", False),
        ("postgresql://h/db?sslmode=verify-full", True),
        ("mongodb://h/?tls=true", True),
        ("https://h", True),
    ],
)
def test_a_dsn_that_asks_for_tls(dsn, wants):
    assert Grant(dsn=dsn).wants_tls is wants
