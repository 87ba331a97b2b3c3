"""Through the join key: whose ages other collections tell; and the estate's events against its own truth."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from leftopen.model import Finding, Level
from leftopen.persons import PersonCounter
from leftopen.scan import Options, inspect
from leftopen.trajectories import Follower, Tracks, children, measure
from tests.trajectories.walkers import iso, table, walkers

KEY = b"k" * 32
TODAY = date(2024, 1, 20)


def findings(categories):
    return [Finding(path, category, 0.9, Level.LIKELY, 9, 9, 0.0) for path, category in categories.items()]


def flat(batch):
    from leftopen.classify.flatten import flatten

    return flatten(batch)


def events(people, **options):
    w = walkers(people)
    batch = table({"student_id": [f"S{i:06d}" for i in w["who"]], "seen_at": iso(w["at"]), "lat": w["lat"], "lon": w["lon"]})
    tracks = Tracks(KEY, name="events", **options)
    columns = flat(batch)
    tracks.plan(findings({"student_id": "child.student_id", "lat": "location.latlon", "lon": "location.latlon"}), columns)
    tracks.update(columns)
    return tracks


def register(numbers, born, name="pupils"):
    batch = table({"student_id": [f"S{i:06d}" for i in numbers], "born": [str(day) for day in born]})
    counter = PersonCounter(KEY, today=TODAY, name=name)
    counter.plan(findings({"student_id": "identity.generic_person_id", "born": "biographical.birth_date"}))
    counter.update(flat(batch))
    return counter.sketches


def test_minors_are_told_by_another_collection():
    births = [TODAY - timedelta(days=365 * (10 if i % 4 else 40)) for i in range(300)]
    follower = Follower.of(events(200))
    assert children(follower, {}) is None
    found = children(Follower.from_state(follower.state()), {}, [{}, register(range(300), births)])
    assert (found.persons.low, found.persons.point, found.persons.high) == (150, 150, 150)
    assert found.through == (1,)
    assert found.records.point == 150 * 40


def test_those_whom_nobody_knows_widen_the_interval_or_stay_out():
    births = [TODAY - timedelta(days=3650)] * 50
    found = children(Follower.of(events(200)), {}, [register(range(50), births)])
    assert found.persons.low <= 50 <= found.persons.high
    strangers = register(range(1000, 1100), births * 2)
    assert children(Follower.of(events(200)), {}, [strangers]) is None


def test_a_draw_of_the_followed_gives_an_interval():
    births = [TODAY - timedelta(days=365 * (10 if i % 2 else 40)) for i in range(3000)]
    found = children(Follower.of(events(3000, subjects=512)), {}, [register(range(3000), births)])
    assert found.persons.low < 1500 < found.persons.high
    assert found.persons.high - found.persons.low < 600


def test_files_are_joined_and_judged_anew(tmp_path):
    w = walkers(120, centre=(30.6, 104.1))
    order = np.random.default_rng(1).permutation(len(w["who"]))
    at = iso(w["at"])
    lines = ["student_id,event_time,lat,lon"]
    lines += [f"2019{10_000 + 7 * int(w['who'][i])},{at[i]},{w['lat'][i]},{w['lon'][i]}" for i in order]
    (tmp_path / "track.csv").write_text("\n".join(lines))
    pupils = ["student_id,birth_date,class"]
    pupils += [f"2019{10_000 + 7 * i},{date(2012, 1, 1) + timedelta(days=5 * i)},{i % 5 + 1}年级{i % 4 + 1}班" for i in range(120)]
    (tmp_path / "pupils.csv").write_text("\n".join(pupils))
    alone = _collections(inspect([tmp_path / "track.csv"], Options(tmp_path, faces=False, today=TODAY)))["track.csv"]
    both = _collections(inspect([tmp_path], Options(tmp_path, faces=False, today=TODAY)))["track.csv"]
    assert alone.trajectory.level is both.trajectory.level is Level.PROVEN
    assert "location.trajectory" in {f.category for f in alone.findings}
    assert both.trajectory.through == ("pupils.csv",)
    assert both.trajectory.minors.low == both.trajectory.minors.point == 120
    child = next(c for c in both.composites if c.kind == "tracked_child")
    assert child.estimate.point == len(order)
    assert "night place visible" in child.words
    assert both.assessment.severity.point >= alone.assessment.severity.point
    assert any(child.words in d.reason for d in both.assessment.drivers)


def _collections(result):
    return {c.collection.name: c for store in result.stores for c in store.collections}


@pytest.mark.parametrize("headers", ["shown", "hidden"])
def test_the_estates_events(headers):
    """Captures of the estate: as many pupils and staff come back, as often, as its own draws say."""
    from leftopen.arrow import documents_to_batches
    from leftopen.lab.estate import Estate
    from leftopen.lab.estate.headers import hide_path

    estate = Estate(8000, seed=3, headers=headers)
    told = hide_path if headers == "hidden" else str
    labels = {
        "person.studentNo": "identity.cn_student_no", "person.idCard": "identity.cn_ric18", "location.lat": "location.latlon",
        "location.lon": "location.latlon", "captureTime": "location.checkpoint_event",
    }  # fmt: skip
    tracks, planned = Tracks(KEY, name="capture-events"), False
    for chunk in estate.records("elasticsearch", "capture-events"):
        for batch in documents_to_batches([{k: v for k, v in doc.items() if told("faceFeature") != k} for doc in chunk]):
            columns = flat(batch)
            if not planned:
                tracks.plan(findings({told(path): category for path, category in labels.items()}), columns)
                planned = True
            tracks.update(columns)
    who, at = [], []
    for draw in estate.draws("elasticsearch", "capture-events"):
        who.append(np.where(draw.staff >= 0, 1_000_000 + draw.staff, draw.subject))
        at.append(draw.at)
    who, at = np.concatenate(who), np.concatenate(at) // 1_000_000
    pairs = np.unique(np.stack([who, at // 3600]), axis=1)
    people, hours = np.unique(pairs[0], return_counts=True)
    again = people[hours >= 2]
    counts = np.unique(who[np.isin(who, again)], return_counts=True)[1]
    found = measure(tracks, complete=True)
    assert found.level is Level.PROVEN
    assert found.records == len(who)
    assert found.subjects.point == len(people)
    assert found.returning.point == len(again)
    assert found.points == np.median(counts)
    assert found.days == 10
    assert found.night is None  # nothing happens in the estate's nights
    assert "GCJ-02" in found.datum
