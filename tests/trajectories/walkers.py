"""Synthetic people with homes, places of work and receivers; and things that only look like them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

START = 1_704_067_200  # 2024-01-01
HOUR = 3600


def walkers(
    people: int, days: int = 10, *, per_day: int = 4, seed: int = 1, digits: int = 5, centre: tuple[float, float] = (52.1, 5.2)
) -> dict[str, np.ndarray[Any, Any]]:
    """People at home from 21 to 6, at work by day, each a few times a day, seen by receivers that err by 10 m. Times are local."""
    rng = np.random.default_rng(seed)
    home = rng.uniform(-0.15, 0.15, (people, 2)) + centre
    work = rng.uniform(-0.15, 0.15, (people, 2)) + centre
    n = people * days * per_day
    who = np.repeat(np.arange(people), days * per_day)
    day = np.tile(np.repeat(np.arange(days), per_day), people)
    night = rng.random(n) < 0.4
    hour = np.where(night, rng.choice([21, 22, 23, 0, 1, 5], n), rng.integers(9, 17, n))
    at = START + day * 24 * HOUR + hour * HOUR + rng.integers(0, HOUR, n)
    point = np.where(night[:, None], home[who], work[who]) + rng.normal(0, 0.00009, (n, 2))
    point = np.round(point, digits)
    return {"who": who, "at": at, "lat": point[:, 0], "lon": point[:, 1], "home": home}


def table(columns: dict[str, Any], order: Any = None) -> pa.RecordBatch:
    """A batch, its rows in the order given."""
    arrays = {name: pa.array(values) if not isinstance(values, pa.Array) else values for name, values in columns.items()}
    batch = pa.RecordBatch.from_pydict(arrays)
    return batch.take(pa.array(order)) if order is not None else batch


def iso(at: Any) -> list[str]:
    """Times as text without a zone."""
    return [str(t).replace("T", " ") for t in np.asarray(at).astype("datetime64[s]")]
