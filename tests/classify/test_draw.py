"""The draw of a field: the smallest hashes, whichever way they were found."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from leftopen.category import load_pack
from leftopen.classify.evidence import KEPT, FieldEvidence
from leftopen.classify.patterns import matcher
from leftopen.classify.shape import hash_values

MATCHER = matcher(load_pack())


@pytest.mark.parametrize("different", [3, 400, 513, 2_000, 50_000])
@pytest.mark.parametrize("size", [1_000, 20_000])
def test_the_smallest_hashes_are_kept_with_their_counts(different: int, size: int) -> None:
    values = pa.array(np.random.default_rng(different).integers(0, different, 60_000))
    evidence = FieldEvidence(len(MATCHER.labels))
    for start in range(0, len(values), size):
        evidence.add(values.slice(start, size), MATCHER)
    hashes, counts = np.unique(hash_values(values), return_counts=True)
    assert (evidence.hashes == hashes[:KEPT]).all()
    assert evidence.rows == len(values)
    assert evidence.cut == (len(hashes) > KEPT)
    if not evidence.cut:
        assert (evidence.counts == counts).all()


def test_a_value_that_fits_no_pattern_is_not_tried_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = MATCHER._engine
    asked: list[bytes] = []
    monkeypatch.setattr(engine, "_one_by_one", lambda value: asked.append(value) or [])
    rows, _ = engine(pa.array(["\u00a7\u00a7 ~~ \u00a7", "someone@example.org"]))
    assert not asked
    assert 1 in rows.tolist()
