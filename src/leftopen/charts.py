"""Charts of a result as SVG, drawn by Altair and vl-convert without a browser. Counts only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from leftopen.errors import MissingExtra

if TYPE_CHECKING:
    from leftopen.result import ScanResult

WIDTH = 560
_FAMILY_COLOURS = {
    "biometric": "#b3261e",
    "child": "#d95f02",
    "identity": "#7b3294",
    "location": "#1b7837",
    "contact": "#2166ac",
    "biographical": "#5e81ac",
    "health": "#c51b7d",
    "financial": "#8c6d31",
    "credential": "#222222",
    "device": "#777777",
}


def charts(result: ScanResult) -> dict[str, str]:
    """SVG texts by name: ``categories``, ``ages``, ``hours``, ``windows``; only those that have something to show.

    Raises:
        MissingExtra: Altair or vl-convert is not installed.
    """
    drawn: dict[str, str] = {}
    makers = {"categories": _categories, "ages": _ages, "hours": _hours, "windows": _windows}
    for name, make in makers.items():
        chart = make(result)
        if chart is not None:
            drawn[name] = _svg(chart)
    return drawn


def _altair() -> Any:
    try:
        import altair
        import vl_convert  # noqa: F401  draws the SVG
    except ImportError:
        raise MissingExtra("Charts need Altair and vl-convert.", "pip install 'leftopen[report]'", "report.md") from None
    return altair


def _svg(chart: Any) -> str:
    import vl_convert

    config = {
        "background": "transparent",
        "font": "system-ui, sans-serif",
        "axis": {"labelFontSize": 11, "titleFontSize": 11, "grid": False, "labelLimit": 320},
        "legend": {"labelLimit": 160},
        "view": {"stroke": None},
    }
    svg: str = vl_convert.vegalite_to_svg(chart.configure(**config).to_dict(), allowed_base_urls=[])
    return svg


def _data(altair: Any, rows: Sequence[dict[str, Any]]) -> Any:
    return altair.Data(values=list(rows))


def _categories(result: ScanResult) -> Any:
    """Fields that hold personal data, by family, one bar a store."""
    counts: dict[tuple[str, str], int] = {}
    for store in result.stores:
        for entry in store.collections:
            for finding in entry.findings:
                key = (f"{store.probe.kind} {store.probe.target.label}"[-44:], finding.family)
                counts[key] = counts.get(key, 0) + 1
    if not counts:
        return None
    altair = _altair()
    rows = [{"store": store, "family": family, "fields": n} for (store, family), n in counts.items()]
    families = sorted({str(row["family"]) for row in rows})
    colours = [_FAMILY_COLOURS.get(family, "#999999") for family in families]
    return (
        altair.Chart(_data(altair, rows), width=WIDTH, height={"step": 30})
        .mark_bar()
        .encode(
            x=altair.X("fields:Q", title="fields that hold it", axis=altair.Axis(tickMinStep=1)),
            y=altair.Y("store:N", title=None),
            color=altair.Color("family:N", scale=altair.Scale(domain=families, range=colours), title="kind of data"),
        )
    )


def _ages(result: ScanResult) -> Any:
    """People by age band."""
    rows = [{"age": band, "people": count, "child": band != "18+"} for band, count in result.people.ages]
    if not rows:
        return None
    altair = _altair()
    return (
        altair.Chart(_data(altair, rows), width=WIDTH, height=160)
        .mark_bar()
        .encode(
            x=altair.X("age:N", sort=None, title="age", axis=altair.Axis(labelAngle=0)),
            y=altair.Y("people:Q", title="people"),
            color=altair.condition("datum.child", altair.value("#d95f02"), altair.value("#5e81ac")),
        )
    )


def _hours(result: ScanResult) -> Any:
    """Records per hour over the period."""
    rows = [{"hour": hour, "records": count} for hour, count in result.people.per_hour]
    if len(rows) < 2:
        return None
    altair = _altair()
    return (
        altair.Chart(_data(altair, rows), width=WIDTH, height=140)
        .mark_bar(color="#2166ac", size=max(1.0, 0.8 * WIDTH / _span(rows)), align="left")
        .encode(x=altair.X("hour:T", title=None), y=altair.Y("records:Q", title="records per hour"))
    )


def _span(rows: Sequence[dict[str, Any]]) -> float:
    """Hours from the first to the last row, at least one."""
    first, last = (datetime.fromisoformat(str(rows[at]["hour"])) for at in (0, -1))
    return max(1.0, (last - first).total_seconds() / 3600 + 1)


def _windows(result: ScanResult) -> Any:
    """How long each collection has been known to be open."""
    rows = [
        {
            "collection": f"{exposure.kind} {exposure.collection}"[-40:],
            "from": exposure.opened.isoformat(),
            "to": _end(exposure.closed, exposure.last_seen).isoformat(),
            "state": "closed" if exposure.closed else "open",
        }
        for exposure in result.exposures
    ]
    if not rows:
        return None
    altair = _altair()
    bars = altair.Chart(_data(altair, rows), width=WIDTH - 160, height={"step": 18})
    states = altair.Scale(domain=["open", "closed"], range=["#b3261e", "#1b7837"])
    encoding = {
        "y": altair.Y("collection:N", title=None, sort=None),
        "color": altair.Color("state:N", scale=states, title=None),
    }
    line = bars.mark_rule(strokeWidth=6).encode(x=altair.X("from:T", title=None), x2="to:T", **encoding)
    return line + bars.mark_tick(thickness=4, height=14).encode(x="to:T", **encoding)


def _end(closed: datetime | None, seen: datetime) -> datetime:
    return closed or seen
