"""Everybody of the estate, counted once."""

from __future__ import annotations

import pyarrow as pa
import pytest

from leftopen.persons import PersonCounter, combine
from tests.persons.people import KEY, Col, findings, holds

BULKY = {"faceFeature", "faceImage", "rltz", "zp", "f_07", "f_11", "face_feature"}


@pytest.mark.parametrize("hidden", [False, True], ids=["named", "opaque"])
@pytest.mark.parametrize("second", [False, True], ids=["category", "accepted"])
def test_the_estate(hidden, second):
    """With labels in place of a classifier: everybody in four stores counted once, whichever right category a field got."""
    from leftopen.arrow import documents_to_batches
    from leftopen.classify.flatten import flatten as flat
    from leftopen.lab.estate import Estate, truth
    from leftopen.lab.estate.records import SPECS

    estate = Estate(4000, seed=3)
    opaque = {}

    def name_of(path):
        if not hidden:
            return path
        parts = path.split(".")
        return ".".join(f"c{opaque.setdefault(part, len(opaque))}" + "[]" * part.endswith("[]") for part in parts)

    counters = []
    for spec in (s for s in SPECS if s.labels):
        right = {name_of(x.path): (x.accept[0] if second and x.accept else x.category) for x in spec.labels}
        counter = PersonCounter(KEY, today=estate.days[-1], name=f"{spec.store}.{spec.name}")
        counter.plan(findings(right))
        for chunk in estate.records(spec.store, spec.name):
            for batch in (
                [chunk]
                if isinstance(chunk, pa.RecordBatch)
                else documents_to_batches([{k: v for k, v in doc.items() if k and k not in BULKY} for doc in chunk])
            ):
                counter.update(
                    [
                        Col(name_of(c.path), c.type, c.values, c.rows, name_of(c.scope) if c.scope else "", c.parents)
                        for c in flat(batch)
                    ]
                )
        counters.append(counter)
    want, got = truth(estate), combine(counters)
    assert holds(got.persons, want["persons"]["total"])
    assert abs(got.minors.point - want["minors"]["of_persons"]) < 0.03
    assert got.minors.low - 0.005 <= want["minors"]["of_persons"] <= got.minors.high + 0.005
    assert got.groups == want["groups"] == 23
    assert got.days == want["period"]["days"] == 10
    assert got.first.date().isoformat() == want["period"]["first"][:10]
    if not hidden and not second:
        assert dict(got.ages) == want["ages"]
