"""Walkers are found with their figures; what only looks like them is not; order, slices and numbers of rows change nothing."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from leftopen.classify.flatten import flatten
from leftopen.model import Finding, Level
from leftopen.trajectories import Tracks, measure, words
from leftopen.trajectories.keeper import PER_SUBJECT, POINTS
from tests.trajectories.walkers import START, iso, table, walkers

KEY = b"k" * 32
POINT = {"lat": "location.latlon", "lon": "location.latlon"}
PERSON = {"user_id": "identity.generic_person_id", **POINT}


def findings(categories, level=Level.LIKELY):
    return [Finding(path, category, 0.9, level, 9, 9, 0.0) for path, category in categories.items()]


def follow(batch, categories=PERSON, size=5000, level=Level.LIKELY, **options):
    tracks = Tracks(KEY, name="t", **options)
    for start in range(0, len(batch), size):
        columns = flatten(batch.slice(start, size))
        if not start:
            tracks.plan(findings(categories, level), columns)
        tracks.update(columns)
    return tracks


def walked(people=200, order=None, **options):
    w = walkers(people, **options)
    columns = {"user_id": [f"U{i:06d}" for i in w["who"]], "seen_at": iso(w["at"]), "lat": w["lat"], "lon": w["lon"]}
    return table(columns, order)


def test_walkers_are_measured():
    found = measure(follow(walked(200, days=10, per_day=4)), complete=True)
    assert found is not None
    assert (found.level, found.subject, found.place) == (Level.PROVEN, "person", "point")
    assert found.paths == ("user_id", "seen_at", "lat", "lon")
    assert found.returning.low == found.returning.point == found.returning.high == 200
    assert (found.points, found.days, found.places) == (40, 10, 2)
    assert found.metres == pytest.approx(1.11, abs=0.02)
    assert found.night > 0.95
    assert found.regular > 0.5
    assert found.datum == ""
    assert words(found).startswith("200 people seen again, median 40 points over 10 days at 2 places, 1.1 m exact, night place")


@pytest.mark.parametrize(("digits", "metres"), [(3, 111.3), (4, 11.1), (6, 0.11)])
def test_precision_is_that_of_the_digits(digits, metres):
    assert measure(follow(walked(50, digits=digits)), complete=True).metres == pytest.approx(metres, rel=0.05)


def test_precision_is_that_of_the_lattice_that_points_were_snapped_to():
    w = walkers(100, digits=6)
    snapped = {"lat": np.round(w["lat"] / 0.005) * 0.005, "lon": np.round(w["lon"] / 0.005) * 0.005}
    batch = table({"user_id": [f"U{i:06d}" for i in w["who"]], "seen_at": iso(w["at"]), **snapped})
    assert measure(follow(batch), complete=True).metres == pytest.approx(557, rel=0.05)


def test_order_and_slices_change_nothing():
    order = np.random.default_rng(5).permutation(200 * 40)
    plain = measure(follow(walked(200)), complete=True)
    assert measure(follow(walked(200, order=order), size=777), complete=True) == plain
    assert measure(follow(walked(200)), complete=True) == plain


def test_many_subjects_are_followed_in_part_whatever_the_order():
    order = np.random.default_rng(6).permutation(3000 * 20)
    first = follow(walked(3000, days=5), subjects=256)
    second = follow(walked(3000, order=order, days=5), subjects=256, size=9000)
    a, b = measure(first, complete=True), measure(second, complete=True)
    assert a == b
    assert a.returning.low <= 3000 <= a.returning.high
    assert a.returning.high - a.returning.low < 1000
    totals, points = first.kept()
    assert len(totals.who) == 256
    assert len(points) <= 256 * 20


def test_what_is_kept_has_a_limit():
    """A thousand receivers that report all day long, each at ever new places."""
    rng = np.random.default_rng(2)
    n = 600_000
    who = rng.integers(0, 1000, n)
    at = START + rng.integers(0, 30 * 86_400, n)
    lat, lon = rng.uniform(50, 53, n).round(5), rng.uniform(5, 8, n).round(5)
    batch = table({"user_id": [f"U{i:06d}" for i in who], "seen_at": at, "lat": lat, "lon": lon})
    tracks = follow(batch, size=50_000)
    totals, points = tracks.kept()
    assert len(points) <= POINTS
    assert np.bincount(np.searchsorted(totals.who, points.who)).max() <= PER_SUBJECT
    found = measure(tracks, complete=True)
    assert found.returning.low <= 1000 <= found.returning.high
    assert found.points == pytest.approx(600, rel=0.05)


def test_a_single_subject_with_many_points_stays_within_the_limit():
    rng = np.random.default_rng(2)
    n = 20_000
    lat, lon = rng.uniform(50, 53, n).round(5), rng.uniform(5, 8, n).round(5)
    batch = table({"user_id": ["U000001"] * n, "seen_at": START + np.arange(n) * 60, "lat": lat, "lon": lon})
    tracks = follow(batch)
    found = measure(tracks, complete=True)
    assert (found.returning.point, found.points, found.days) == (1, n, 14)
    assert len(tracks.kept()[1]) == PER_SUBJECT
    assert words(found).startswith("1 person seen again")


def test_numbers_as_text_points_in_one_field_and_lists_are_read_alike():
    w = walkers(100)
    base = {"user_id": [f"U{i:06d}" for i in w["who"]], "seen_at": iso(w["at"])}
    plain = measure(follow(walked(100)), complete=True)
    text = table({**base, "lat": [str(x) for x in w["lat"]], "lon": [str(x) for x in w["lon"]]})
    assert measure(follow(text), complete=True) == plain
    one = table({**base, "geo": [f"{a},{b}" for a, b in zip(w["lat"], w["lon"], strict=True)]})
    both = {"user_id": PERSON["user_id"], "geo": "location.latlon"}
    assert words(measure(follow(one, both), complete=True)) == words(plain)
    listed = table({**base, "geo": [[a, b] for a, b in zip(w["lat"].tolist(), w["lon"].tolist(), strict=True)]})
    assert words(measure(follow(listed, both), complete=True)) == words(plain)


def test_points_in_a_list_under_each_person():
    w = walkers(60)
    tracks = [[] for _ in range(60)]
    for who, at, lat, lon in zip(w["who"].tolist(), iso(w["at"]), w["lat"].tolist(), w["lon"].tolist(), strict=True):
        tracks[who].append({"t": at, "lat": lat, "lon": lon})
    batch = table({"user_id": [f"U{i:06d}" for i in range(60)], "track": tracks})
    nested = {"user_id": PERSON["user_id"], "track[].lat": "location.latlon", "track[].lon": "location.latlon"}
    found = measure(follow(batch, nested), complete=True)
    assert found.paths == ("user_id", "track[].t", "track[].lat", "track[].lon")
    assert (found.returning.point, found.points, found.places) == (60, 40, 2)


def test_nights_are_local_where_times_are_utc():
    w = walkers(100, centre=(40.7, -74.0))
    utc = w["at"] + 5 * 3600
    batch = table({"user_id": [f"U{i:06d}" for i in w["who"]], "seen_at": utc, "lat": w["lat"], "lon": w["lon"]})
    assert measure(follow(batch), complete=True).night > 0.95


def test_the_datum_is_doubted_in_mainland_china_only():
    for centre, doubted in [((30.6, 104.1), True), ((22.32, 114.17), False), ((25.03, 121.5), False), ((37.5, 127.0), False)]:
        found = measure(follow(walked(40, centre=centre)), complete=True)
        assert ("GCJ-02" in found.datum) is doubted, centre
    w = walkers(40, centre=(39.9, 116.4))
    told = {"user_id": [f"U{i:06d}" for i in w["who"]], "seen_at": iso(w["at"]), "lat_gcj02": w["lat"], "lng_gcj02": w["lon"]}
    named = {"user_id": PERSON["user_id"], "lat_gcj02": "location.latlon", "lng_gcj02": "location.latlon"}
    assert words(measure(follow(table(told), named), complete=True)).endswith("datum GCJ-02")


def test_checkpoints_are_places():
    rng = np.random.default_rng(3)
    n, gates = 4000, np.array([f"GATE-{i:02d}" for i in range(12)])
    who = rng.integers(0, 100, n)
    batch = table({
        "student_id": [f"S{i:06d}" for i in who], "pass_time": START + rng.integers(0, 864_000, n),
        "gate_id": gates[rng.integers(0, 12, n)],
    })  # fmt: skip
    categories = {"student_id": "child.student_id", "gate_id": "location.checkpoint_event"}
    found = measure(follow(batch, categories), complete=True)
    assert (found.place, found.level, found.metres, found.records) == ("checkpoint", Level.PROVEN, None, n)
    assert "at 12 checkpoints" in words(found)


def test_one_gate_again_and_again_is_possible_only():
    rng = np.random.default_rng(3)
    who = rng.integers(0, 100, 2000)
    batch = table(
        {"student_id": [f"S{i:06d}" for i in who], "pass_time": START + rng.integers(0, 864_000, 2000), "gate_id": ["G-01"] * 2000}
    )
    found = measure(follow(batch, {"student_id": "child.student_id", "gate_id": "location.checkpoint_event"}), complete=True)
    assert found.level is Level.POSSIBLE


# -- what only looks like tracks ----------------------------------------------------------------------------------------------


def test_one_point_a_person_is_no_track():
    rng = np.random.default_rng(4)
    n = 3000
    columns = {"user_id": [f"U{i:06d}" for i in range(n)], "seen_at": START + rng.integers(0, 864_000, n)}
    batch = table({**columns, "lat": rng.uniform(50, 53, n).round(5), "lon": rng.uniform(5, 8, n).round(5)})
    assert measure(follow(batch), complete=True) is None


def test_shops_on_a_map_are_no_track():
    rng = np.random.default_rng(4)
    n = 500
    columns = {"shop_id": [f"SH{i:05d}" for i in range(n)], "opened_at": START + rng.integers(0, 8_640_000, n)}
    batch = table({**columns, "lat": rng.uniform(50, 53, n).round(5), "lon": rng.uniform(5, 8, n).round(5)})
    assert measure(follow(batch, POINT), complete=True) is None
    assert measure(follow(batch, {"shop_id": PERSON["user_id"], **POINT}), complete=True) is None


@pytest.mark.parametrize("jitter", [0.0, 0.00001, 0.00005, 0.0001])
def test_stations_that_stay_are_no_track_even_if_taken_for_persons(jitter):
    rng = np.random.default_rng(4)
    n, at = 20_000, rng.uniform((51.8, 4.8), (52.2, 5.2), (200, 2))
    who = rng.integers(0, 200, n)
    point = (at[who] + rng.normal(0, jitter, (n, 2))).round(6)
    columns = {"station": [f"ST{i:05d}" for i in who], "measured_at": START + rng.integers(0, 864_000, n)}
    batch = table({**columns, "lat": point[:, 0], "lon": point[:, 1]})
    assert measure(follow(batch, {"station": PERSON["user_id"], **POINT}), complete=True) is None


def test_vehicles_are_called_vehicles():
    w = walkers(100)
    batch = table({"plate": [f"川A{i:05d}" for i in w["who"]], "seen_at": iso(w["at"]), "lat": w["lat"], "lon": w["lon"]})
    found = measure(follow(batch, {"plate": "identity.plate_cn", **POINT}), complete=True)
    assert (found.subject, found.level) == ("vehicle", Level.POSSIBLE)
    assert "100 vehicles seen again" in words(found)


def test_without_when_or_who_there_is_none():
    w = walkers(50)
    batch = table({"user_id": [f"U{i:06d}" for i in w["who"]], "lat": w["lat"], "lon": w["lon"]})
    assert measure(follow(batch), complete=True) is None
    assert measure(follow(walked(50), POINT), complete=True) is None


def test_doubted_parts_are_never_a_proof():
    assert measure(follow(walked(50), level=Level.POSSIBLE), complete=True).level is Level.POSSIBLE


def test_it_keeps_no_value_and_never_leaves_the_worker():
    tracks = follow(walked(50))
    totals, points = tracks.kept()
    assert totals.who.dtype == points.spot.dtype == np.uint64
    assert not np.isin(np.round(np.array([52.1, 5.2]) * 10_000), points.spot).any()
    with pytest.raises(TypeError):
        pickle.dumps(tracks)
