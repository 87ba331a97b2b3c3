"""A table of two hundred columns of every kind, as record batches: what classification is timed on beside the estate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

POOL = 2_000
"""Different words of each kind that values are put together from."""
Maker = Callable[["Mixed", int], pa.Array]


class Mixed:
    """Makes the batches; the same ``seed`` gives the same table whatever the size of a batch asked for."""

    def __init__(self, seed: int = 7) -> None:
        from faker import Faker

        self._chance = np.random.default_rng(seed)
        west, east = Faker("en_US"), Faker("zh_CN")
        west.seed_instance(seed)
        east.seed_instance(seed)
        self.pools = {
            "first": _pool(west.first_name),
            "last": _pool(west.last_name),
            "zh": _pool(east.name),
            "zh_address": _pool(lambda: east.address().split(" ")[0]),
            "street": _pool(west.street_address),
            "city": _pool(west.city),
            "company": _pool(west.company),
            "job": _pool(west.job),
            "sentence": _pool(lambda: west.sentence(12)),
            "zh_sentence": _pool(lambda: east.sentence(12)),
            "agent": _pool(west.user_agent, 200),
            "word": _pool(west.word, 300),
            "country": _pool(west.country_code, 60),
        }

    def pick(self, name: str, rows: int) -> pa.Array:
        """``rows`` words of a pool."""
        pool = self.pools[name]
        return pool.take(pa.array(self._chance.integers(0, len(pool), rows)))

    def whole(self, low: int, high: int, rows: int) -> pa.Array:
        """Whole numbers, evenly spread."""
        return pa.array(self._chance.integers(low, high, rows))

    def text(self, low: int, high: int, rows: int) -> pa.Array:
        """Whole numbers as text."""
        return self.whole(low, high, rows).cast(pa.string())

    def real(self, middle: float, spread: float, rows: int, digits: int = 2) -> pa.Array:
        """Measurements."""
        return pa.array(np.round(self._chance.normal(middle, spread, rows), digits))

    def hexed(self, size: int, rows: int) -> pa.Array:
        """Random hexadecimal text of ``size`` signs."""
        letters = np.frombuffer(b"0123456789abcdef", np.uint8)
        raw = letters[self._chance.integers(0, 16, rows * size)].tobytes()
        return pa.Array.from_buffers(pa.binary(size), rows, [None, pa.py_buffer(raw)]).cast(pa.binary()).cast(pa.string())

    def vector(self, size: int, rows: int) -> pa.Array:
        """Lists of ``size`` floats."""
        numbers = self._chance.normal(0, 1, rows * size).astype(np.float32)
        return pa.FixedSizeListArray.from_arrays(pa.array(numbers), size)

    def with_holes(self, values: pa.Array) -> pa.Array:
        """The same with a tenth of the values missing."""
        return pc.if_else(pa.array(self._chance.random(len(values)) > 0.1), values, None)


def _pool(make: Callable[[], str], size: int = POOL) -> pa.Array:
    return pa.array([make().replace("\n", ", ") for _ in range(size)], pa.string())


def _join(*parts: Any, by: str = "") -> pa.Array:
    return pc.binary_join_element_wise(*parts, by)


def _moment(m: Mixed, rows: int) -> pa.Array:
    return m.whole(1_560_000_000, 1_578_600_000, rows)


def _day(m: Mixed, low: int, high: int, rows: int) -> pa.Array:
    return m.whole(low, high, rows).cast(pa.int32()).cast(pa.date32())


def _digits(m: Mixed, size: int, rows: int) -> pa.Array:
    return pc.utf8_lpad(m.text(0, 10**size, rows), size, padding="0")


def _mail(m: Mixed, rows: int) -> pa.Array:
    return pc.ascii_lower(_join(m.pick("first", rows), ".", m.pick("last", rows), m.text(1, 999, rows), "@example.org"))


def _ip(m: Mixed, rows: int) -> pa.Array:
    return _join(*(m.text(11, 250, rows) for _ in range(4)), by=".")


def _json(m: Mixed, rows: int) -> pa.Array:
    return _join('{"sku":"', m.hexed(8, rows), '","qty":', m.text(1, 50, rows), ',"city":"', m.pick("city", rows), '"}')


def _person(m: Mixed, rows: int) -> pa.Array:
    inner = pa.StructArray.from_arrays([_mail(m, rows), _join("1", m.text(30, 99, rows), _digits(m, 8, rows))], ["email", "phone"])
    return pa.StructArray.from_arrays([m.pick("first", rows), m.pick("last", rows), inner], ["first", "last", "contact"])


def _items(m: Mixed, rows: int) -> pa.Array:
    inner = pa.StructArray.from_arrays(
        [m.hexed(8, 2 * rows), m.real(40, 9, 2 * rows), m.whole(1, 9, 2 * rows)], ["code", "price", "count"]
    )
    return pa.ListArray.from_arrays(pa.array(np.arange(0, 2 * rows + 1, 2, dtype=np.int32)), inner)


def _tags(m: Mixed, rows: int) -> pa.Array:
    return pa.ListArray.from_arrays(pa.array(np.arange(0, 2 * rows + 1, 2, dtype=np.int32)), m.pick("word", 2 * rows))


KINDS: tuple[tuple[str, Maker], ...] = (
    ("id", lambda m, n: m.whole(0, 1 << 40, n)),
    ("name", lambda m, n: _join(m.pick("first", n), m.pick("last", n), by=" ")),
    ("xm", lambda m, n: m.pick("zh", n)),
    ("first_name", lambda m, n: m.pick("first", n)),
    ("surname", lambda m, n: m.with_holes(m.pick("last", n))),
    ("email", _mail),
    ("phone", lambda m, n: _join("1", m.text(30, 99, n), _digits(m, 8, n))),
    ("tel", lambda m, n: _join("+1 ", m.text(201, 989, n), " ", m.text(201, 989, n), " ", _digits(m, 4, n))),
    ("address", lambda m, n: _join(m.pick("street", n), m.pick("city", n), by=", ")),
    ("dz", lambda m, n: _join(m.pick("zh_address", n), m.text(1, 300, n), "号")),
    ("city", lambda m, n: m.pick("city", n)),
    ("country", lambda m, n: m.pick("country", n)),
    ("company", lambda m, n: m.pick("company", n)),
    ("job", lambda m, n: m.pick("job", n)),
    ("notes", lambda m, n: _join(m.pick("sentence", n), m.pick("sentence", n), by=" ")),
    ("remark", lambda m, n: m.with_holes(_join(m.pick("zh_sentence", n), m.pick("zh_sentence", n)))),
    ("status", lambda m, n: m.pick("word", n)),
    ("flag", lambda m, n: pa.array(m._chance.random(n) < 0.3)),
    ("amount", lambda m, n: m.real(120, 40, n)),
    ("price", lambda m, n: m.real(20, 5, n).cast(pa.string())),
    ("temperature", lambda m, n: m.real(21, 6, n, 1)),
    ("reading", lambda m, n: m.real(0, 1, n, 6)),
    ("count", lambda m, n: m.whole(0, 5_000, n)),
    ("age", lambda m, n: m.whole(6, 80, n)),
    ("birth", lambda m, n: _day(m, -12_000, 14_000, n)),
    ("born_on", lambda m, n: _day(m, -12_000, 14_000, n).cast(pa.string())),
    ("created_at", lambda m, n: _moment(m, n).cast(pa.timestamp("s"))),
    ("updated", lambda m, n: pc.strftime(_moment(m, n).cast(pa.timestamp("s")), "%Y-%m-%d %H:%M:%S")),
    ("ts", lambda m, n: pc.multiply(_moment(m, n), 1_000)),
    ("ip", _ip),
    ("mac", lambda m, n: _join(*(m.hexed(2, n) for _ in range(6)), by=":")),
    ("uuid", lambda m, n: _join(*(m.hexed(k, n) for k in (8, 4, 4, 4, 12)), by="-")),
    ("sha", lambda m, n: m.hexed(64, n)),
    ("url", lambda m, n: _join("https://example.org/", m.pick("word", n), "/", m.hexed(6, n))),
    ("agent", lambda m, n: m.pick("agent", n)),
    ("version", lambda m, n: _join(m.text(1, 9, n), m.text(0, 40, n), m.text(0, 99, n), by=".")),
    ("order_no", lambda m, n: _join("SO-", _digits(m, 8, n))),
    ("sku", lambda m, n: _join(m.pick("word", n), m.text(100, 999, n), by="-")),
    ("card", lambda m, n: _join("4", _digits(m, 15, n))),
    ("iban", lambda m, n: _join("DE", _digits(m, 18, n), _digits(m, 2, n))),
    ("sfz", lambda m, n: _join("110101", m.text(1960, 2015, n), "0", m.text(1, 10, n), m.text(10, 28, n), _digits(m, 4, n))),
    ("plate", lambda m, n: _join("京A", _digits(m, 5, n))),
    ("zip", lambda m, n: _digits(m, 5, n)),
    ("lat", lambda m, n: m.real(51, 2, n, 6)),
    ("lon", lambda m, n: m.real(5, 2, n, 6)),
    ("log", lambda m, n: _join("level=info job=", m.pick("word", n), " ms=", m.text(1, 900, n), " id=", m.hexed(8, n))),
    ("embedding", lambda m, n: m.vector(32, n)),
    ("person", _person),
    ("items", _items),
    ("tags", _tags),
    ("payload", _json),
)
"""Kinds of column with what makes them; the table goes round them until it has its columns."""


def batches(rows: int, columns: int = 200, size: int = 16_384, seed: int = 7) -> Iterator[pa.RecordBatch]:
    """Record batches of ``size`` rows, ``rows`` in all, each with ``columns`` top-level columns."""
    mixed = Mixed(seed)
    while rows > 0:
        now = min(rows, size)
        chosen = [KINDS[at % len(KINDS)] for at in range(columns)]
        arrays = [make(mixed, now) for _, make in chosen]
        yield pa.RecordBatch.from_arrays(arrays, [f"{name}_{at // len(KINDS)}" for at, (name, _) in enumerate(chosen)])
        rows -= now
