"""A trajectory in one line of counts."""

from __future__ import annotations

from leftopen.model import Interval, Trajectory

_SUBJECTS = {"person": ("person", "people"), "device": ("device", "devices"), "vehicle": ("vehicle", "vehicles")}


def words(track: Trajectory) -> str:
    """``4,120 people, median 38 points over 10 days at 4 places, 11 m, night place visible for 71 %``."""
    one, many = _SUBJECTS[track.subject]
    parts = [f"{_number(track.returning)} {one if track.returning.point == 1 else many} seen again"]
    parts.append(f"median {track.points:,.0f} points over {_days(track.days)} at {_places(track.places, track.place)}")
    if track.metres is not None:
        parts.append(f"{metres(track.metres)} exact")
    if track.night:
        parts.append(f"night place visible for {track.night:.0%}")
    if track.regular >= 0.2:
        parts.append(f"{track.regular:.0%} at habitual places and hours")
    if track.minors is not None and track.minors.high > 0:
        told = f" (known through {', '.join(track.through)})" if track.through else ""
        parts.append(f"{_number(track.minors)} of them under 18{told}")
    if track.datum:
        parts.append(track.datum if " " in track.datum else f"datum {track.datum}")
    return ", ".join(parts)


def metres(value: float) -> str:
    """``11 m``, ``1.1 m``, ``2.2 km``; below a metre ``under 1 m``."""
    if value < 1:
        return "under 1 m"
    if value >= 1000:
        return f"{value / 1000:.1f} km"
    return f"{value:.0f} m" if value >= 10 else f"{value:.1f} m"


def _number(interval: Interval) -> str:
    if round(interval.low) == round(interval.high):
        return f"{interval.point:,.0f}"
    return f"{interval.point:,.0f} ({interval.low:,.0f}-{interval.high:,.0f})"


def _days(days: float) -> str:
    return "1 day" if days == 1 else f"{days:,.0f} days"


def _places(count: float, kind: str) -> str:
    noun = {"checkpoint": "checkpoint", "stop": "stop"}.get(kind, "place")
    return f"1 {noun}" if count == 1 else f"{count:,.0f} {noun}s"
