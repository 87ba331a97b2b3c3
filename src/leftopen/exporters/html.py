"""One self-contained page without JavaScript: a principal understands the top, an engineer the rest."""

from __future__ import annotations

from functools import cache
from typing import Any, TextIO

from leftopen.document import document
from leftopen.errors import MissingExtra
from leftopen.result import ScanResult

FAMILIES = {
    "biometric": "Bodies: faces, fingerprints, vectors that recognise a person",
    "child": "School life: school, class, guardians, marks, attendance",
    "identity": "Identity numbers and documents",
    "location": "Where people live and where they have been",
    "contact": "Phones, e-mail and messenger accounts",
    "biographical": "Names, birth dates, origin",
    "health": "Health",
    "financial": "Money: accounts and cards",
    "credential": "Passwords, tokens and keys",
    "device": "Devices and network addresses",
}
"""Each family of categories in words for everybody."""


def write(result: ScanResult, out: TextIO) -> None:
    """Write the page. Without the ``report`` extra it has no charts and says so."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("leftopen", "exporters"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(count=_count, interval=_interval, share=_share, when=_when)
    out.write(environment.get_template("report.html.j2").render(**_view(result)))


def _view(result: ScanResult) -> dict[str, Any]:
    tree = document(result)
    open_: list[dict[str, Any]] = []
    closed: list[dict[str, Any]] = []
    for store in tree["stores"]:
        (open_ if store["verdict"].startswith("open") else closed).append(store)
    try:
        from leftopen.charts import charts

        pictures, missing = charts(result), ""
    except MissingExtra as exc:
        pictures, missing = {}, exc.diagnostics()
    assessed = [c["assessment"] for s in open_ for c in s["collections"] if c["assessment"] and _found(c)]
    worst = max(assessed, key=lambda a: a["severity"]["point"], default=None)
    families: dict[str, dict[str, set[str]]] = {}
    for store in open_:
        for collection in store["collections"]:
            for field in collection["fields"]:
                for finding in field["findings"]:
                    places = families.setdefault(finding["family"], {})
                    places.setdefault(_title(finding["category"]), set()).add(store["kind"])
    return {
        "report": tree,
        "open": open_,
        "closed": closed,
        "readable": sum(store["verdict"] == "open_data" for store in open_),
        "charts": pictures,
        "missing": missing,
        "worst": worst,
        "families": [(family, FAMILIES[family], families[family]) for family in FAMILIES if family in families],
        "title": _title,
        "found": _found,
    }


def _found(collection: dict[str, Any]) -> bool:
    return any(field["findings"] for field in collection["fields"])


@cache
def _titles() -> dict[str, str]:
    from leftopen.category import load_pack

    return {name: category.title for name, category in load_pack().categories.items()}


def _title(category: str) -> str:
    """The category's title in words, or its id."""
    return _titles().get(category, category)


def _count(number: float | None) -> str:
    return "?" if number is None else f"{number:,.0f}"


def _interval(interval: dict[str, Any] | None) -> str:
    if not interval:
        return "?"
    low, point, high = interval["low"], interval["point"], interval["high"]
    if round(low) == round(high):
        return f"{point:,.0f}"
    return f"{point:,.0f} ({low:,.0f} to {high:,.0f})"


def _share(interval: dict[str, Any] | None) -> str:
    return "?" if not interval else f"{interval['point']:.0%}"


def _when(moment: str | None) -> str:
    return (moment or "?")[:16].replace("T", " ")
