"""From keys to patterns."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from leftopen.connectors.redis_keys import glob, matcher, parts, patterns


def named(*keys: bytes) -> Counter[str]:
    shapes = [parts(key) for key in keys]
    names = patterns(Counter(shapes))
    return Counter(names[shape] for shape in shapes)


def test_numbers_and_ids_are_variable() -> None:
    keys = [b"student:%d" % i for i in range(9)] + [b"cam:3f2a%02d:events" % i for i in range(5)]
    assert named(*keys) == {"student:*": 9, "cam:*:events": 5}


def test_words_before_a_number_stay() -> None:
    assert named(b"pupil_17", b"pupil_18", b"user-2020-01-05") == {"pupil_*": 2, "user-*": 1}


def test_one_persons_word_never_names_a_collection() -> None:
    assert named(b"user:alice", b"config") == {"user:*": 1, "config": 1}
    many = [f"user:{a}{b}".encode() for a in "abcdefgh" for b in "klmnop"]
    assert named(*many) == {"user:*": len(many)}
    assert named(*[f"{a}{b}".encode() for a in "abcdefgh" for b in "klmnop"]) == {"*": 48}


def test_shared_words_stay() -> None:
    keys = [f"{kind}:{i}".encode() for kind in ("session", "token") for i in range(5)]
    keys += [f"school:{kind}:{i}".encode() for kind in ("info", "staff") for i in range(5)]
    assert set(named(*keys)) == {"session:*", "token:*", "school:info:*", "school:staff:*"}


def test_names_outside_ascii_are_variable() -> None:
    assert named("学生:张伟".encode(), "user:张伟".encode()) == {"*:*": 1, "user:*": 1}


def test_a_pattern_stays_inside_its_parts() -> None:
    ours = matcher("a:*", ["a:b", "a:*:x"])
    assert ours.fullmatch("a:7")
    assert not ours.fullmatch("a:7:x")
    assert not ours.fullmatch("a:b")
    assert glob("a[b]:*?") == r"a\[b\]:*\?"


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=60))
def test_every_key_belongs_to_its_own_pattern(keys: list[bytes]) -> None:
    shapes = [parts(key) for key in keys]
    names = patterns(Counter(shapes))
    for key, shape in zip(keys, shapes, strict=True):
        assert matcher(names[shape]).fullmatch(key.decode("utf-8", "replace"))
