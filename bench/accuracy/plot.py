"""The reliability plot: how often findings are right, by the confidence that they state; SVG, drawn by Altair."""

from __future__ import annotations

from collections.abc import Mapping

from bench.accuracy.judge import wilson


def reliability(parts: Mapping[str, Mapping[int, list[int]]]) -> str:
    """SVG. ``parts``: for each split the tenths of confidence, each with [right, all]. Bars are Wilson's 95 % intervals."""
    import altair
    import vl_convert

    rows = []
    for split, bins in parts.items():
        for tenth, (right, total) in sorted(bins.items()):
            low, high = wilson(right, total)
            middle = tenth / 10 + 0.05
            rows.append({"split": split, "stated": middle, "right": right / total, "low": low, "high": high, "findings": total})
    data = altair.Data(values=rows)
    x = altair.X("stated:Q", title="stated confidence", scale=altair.Scale(domain=[0.3, 1.0]))
    y = altair.Y("right:Q", title="share that was right", scale=altair.Scale(domain=[0.0, 1.0]))
    color = altair.Color("split:N", title="split")
    even = altair.Chart(altair.Data(values=[{"a": 0.3}, {"a": 1.0}])).mark_line(color="#999", strokeDash=[4, 4])
    points = (
        altair.Chart(data).mark_point(filled=True).encode(x=x, y=y, color=color, size=altair.Size("findings:Q", title="findings"))
    )
    spans = altair.Chart(data).mark_rule().encode(x=x, y=altair.Y("low:Q", title=""), y2="high:Q", color=color)
    chart = (even.encode(x=altair.X("a:Q"), y=altair.Y("a:Q")) + spans + points).properties(width=420, height=300)
    return str(vl_convert.vegalite_to_svg(chart.to_json()))
