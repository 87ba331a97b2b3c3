"""When things happened: candidates for the column of event times, counted by the hour, decided at the end.

A birth date, an expiry date and a constant are no event times. Whether times without a zone are local or UTC is decided
by when people are awake: the reading under which more events fall between 06:00 and 22:00 local time holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from leftopen.persons.times import DAY, I64, Instants, instants

if TYPE_CHECKING:
    import pyarrow as pa

MAX_HOURS = 24 * 400
"""Hours remembered per column, the newest ones; older events still count for the oldest time."""
SHOWN_HOURS = 24 * 40
PROBED = 64
EVENT, TIMED, RECORDED, NEVER = 1, 2, 3, 4
"""Classes of columns: named after an event; a time of day of unknown meaning; when a row was written, or a bare date; no event."""

_NEVER = re.compile(
    r"birth|dob|expir|valid|due|until|enrol|hire|graduat|deadline|出生|生日|有效|过期|到期|入学|毕业|csrq|csny|yxq|rxrq|rxsj"
)
_RECORDED = re.compile(
    r"creat|updat|modif|insert|upload|import|sync|last_?mod|gxsj|cjsj|gengxin|chuangjian|创建|更新|修改|录入|导入"
)
_EVENT = re.compile(
    r"captur|snap|check|attend|pass|seen|event|lesson|swipe|enter|entry|exit|visit|access|login|arriv|leave|punch|clock|scan|track"
    r"|抓拍|考勤|通行|进出|签到|刷卡|上课|打卡|识别|到校|离校|zpsj|kqsj|txsj|dksj|sksj|jcsj|qdsj|tgsj|sbsj"
)
_TIME = re.compile(r"time|date|stamp|(^|_)(at|ts|ms|on|day|when|moment|dt)$|时间|日期|时刻|sj$|rq$|shijian|riqi")
_OPAQUE = re.compile(r"^([a-z]{1,2}|f|col|column|field|var)?_?\d+$")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def class_of(path: str, kind: str, *, is_event: bool) -> int:
    """Class of a column by its name and type; ``NEVER`` for those that are not looked at."""
    leaf = _CAMEL.sub("_", path.rpartition(".")[2]).lower()
    if _NEVER.search(leaf):
        return NEVER
    typed = kind.startswith(("timestamp", "date"))
    readable = typed or kind.startswith(("int", "uint", "string", "large_string", "dictionary", "double"))
    if not readable or not (typed or _TIME.search(leaf) or _OPAQUE.match(leaf) or is_event or _RECORDED.search(leaf)):
        return NEVER
    if _RECORDED.search(leaf):
        return RECORDED
    return EVENT if _EVENT.search(leaf) and (typed or _TIME.search(leaf) or is_event) else TIMED


@dataclass(slots=True)
class Clock:
    """Events of one column: how many per hour since 1970 (sorted, the newest ``MAX_HOURS``), first and last second."""

    rank: int
    hours: I64 = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    counts: I64 = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    span: tuple[int, int] | None = None
    zoned: bool = False
    offset: int = 0
    timed: bool = False
    """Whether any time is not midnight."""

    def add(self, read: Instants, weights: I64) -> None:
        """Take in a column's distinct times and how often each appeared."""
        use = read.ok & (weights > 0)
        if not use.any():
            return
        seconds = read.seconds[use]
        hours, place = np.unique(seconds // 3600, return_inverse=True)
        counts = np.bincount(place, weights=weights[use]).astype(np.int64)
        self._join(hours, counts, (int(seconds.min()), int(seconds.max())))
        self.zoned |= read.zoned
        self.offset = max(self.offset, read.offset or 0, key=abs)
        self.timed |= bool((seconds % DAY != 0).any())

    def merge(self, other: Clock) -> None:
        """Add another worker's counts of the same column, or of another column with the same meaning."""
        if other.span is not None:
            self._join(other.hours, other.counts, other.span)
        self.rank = min(self.rank, other.rank)
        self.zoned |= other.zoned
        self.offset = max((self.offset, other.offset), key=lambda m: (abs(m), m))
        self.timed |= other.timed

    def _join(self, hours: I64, counts: I64, span: tuple[int, int]) -> None:
        every, place = np.unique(np.concatenate([self.hours, hours]), return_inverse=True)
        total = np.bincount(place, weights=np.concatenate([self.counts, counts])).astype(np.int64)
        self.hours, self.counts = every[-MAX_HOURS:], total[-MAX_HOURS:]
        self.span = span if self.span is None else (min(self.span[0], span[0]), max(self.span[1], span[1]))

    def final_rank(self, today: date) -> int:
        """The class after seeing the values: constants, far past and future are no events, bare dates are the last choice."""
        if self.span is None or self.span[0] == self.span[1]:
            return NEVER
        latest = (today - date(1970, 1, 1)).days * DAY + 2 * DAY
        if self.span[1] > latest or self.span[0] < 946_684_800:  # 2000-01-01: no event of a system that is open now
            return NEVER
        return self.rank if self.timed or self.rank == EVENT else max(self.rank, RECORDED)

    def utc(self, zone: int) -> Clock:
        """The same events in UTC; ``zone`` is the zone (minutes) in which times without one may have been written."""
        out = Clock(self.rank, self.hours, self.counts, self.span, True, self.offset or zone, self.timed)
        shift = zone // 60
        if self.zoned or not shift or not self.timed or self.span is None:
            return out
        if self._awake(self.hours) >= self._awake(self.hours + shift):
            out.hours = self.hours - shift
            out.span = (self.span[0] - zone * 60, self.span[1] - zone * 60)
        return out

    def _awake(self, local: I64) -> float:
        hour = local % 24
        return float(self.counts[(hour >= 6) & (hour < 22)].sum())

    def days(self) -> int:
        """Distinct calendar days in local time; needs ``utc`` first."""
        return len(np.unique((self.hours + self.offset // 60) // 24))

    def arrays(self, prefix: str) -> dict[str, Any]:
        """Plain arrays for ``load``."""
        span = self.span or (0, 0)
        head = [self.rank, span[0], span[1], self.span is not None, self.zoned, self.offset, self.timed]
        return {f"{prefix}/head": np.array(head, dtype=np.int64), f"{prefix}/hours": self.hours, f"{prefix}/counts": self.counts}

    @classmethod
    def load(cls, parts: dict[str, Any]) -> Clock:
        """The clock whose ``arrays`` these are, without their prefix."""
        rank, first, last, known, zoned, offset, timed = parts["head"].tolist()
        span = (first, last) if known else None
        return cls(rank, parts["hours"], parts["counts"], span, bool(zoned), offset, bool(timed))


def probe(values: pa.Array, rank: int) -> bool:
    """Whether a column looks like times at all, from its first values; columns without a telling name must span a minute."""
    head = values.slice(0, PROBED)
    read = instants(head)
    known = len(head) - head.null_count
    if not known or read.ok.sum() < 0.8 * known:
        return False
    seconds = read.seconds[read.ok]
    if not ((seconds > 946_684_800) & (seconds < 4_102_444_800)).all():  # 2000 to 2100
        return False
    return rank != TIMED or known < 8 or len(np.unique(seconds)) > 1


def moment(seconds: int) -> datetime:
    """An aware datetime in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def per_hour(clock: Clock) -> tuple[tuple[str, int], ...]:
    """(hour in ISO, UTC; records) of the newest hours, oldest first."""
    shown = zip(clock.hours[-SHOWN_HOURS:].tolist(), clock.counts[-SHOWN_HOURS:].tolist(), strict=True)
    return tuple((moment(hour * 3600).isoformat()[:13] + ":00Z", count) for hour, count in shown)


def best(clocks: Iterable[tuple[Clock, int]], today: date) -> Clock | None:
    """All events of the best class present, in UTC, as one clock. ``clocks``: each with its collection's zone."""
    ranked = [(clock.final_rank(today), clock.utc(zone)) for clock, zone in clocks]
    top = min((rank for rank, _ in ranked), default=NEVER)
    if top == NEVER:
        return None
    out = Clock(top)
    for rank, clock in ranked:
        if rank == top:
            out.merge(clock)
    return out
