# ruff: noqa: E501  (table rows)
"""Measures a split and writes the page: totals, categories worst first, confusions, calibration, hard negatives, prose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa
from bench.accuracy.field import page as field_page
from bench.accuracy.judge import TODAY, Answer, Score, score, timed, wilson
from bench.accuracy.negatives import Negative, negatives
from bench.accuracy.plot import reliability
from bench.accuracy.prose import texts
from bench.accuracy.scenes import tables
from bench.accuracy.tables import HEADERS, NOISES, SIZES, Condition, Split

from leftopen.category import Pack
from leftopen.model import Level

CONDITIONS = tuple(
    dict.fromkeys(
        [Condition(h, n, 100) for h in HEADERS for n in NOISES]
        + [Condition(h, "clean", s) for h in ("shown", "hidden") for s in SIZES]
    )
)


@dataclass(slots=True)
class SpanScore:
    """Span counts of one language: right and wrong predictions, missed spans; exact and by half overlap."""

    exact: int = 0
    half: int = 0
    said: int = 0
    true: int = 0
    misses: Counter[str] = field(default_factory=Counter)
    extras: Counter[str] = field(default_factory=Counter)

    def f1(self, hits: int) -> float:
        """F1 of a number of hits."""
        return 2 * hits / (self.said + self.true) if self.said + self.true else 1.0


@dataclass(slots=True)
class Measured:
    """Everything measured on one split."""

    split: Split
    pack: Pack
    answers: list[Answer]
    cells: int
    seconds: float
    negatives: tuple[int, int, list[str]]
    spans: dict[str, SpanScore]

    def part(self, condition: Condition) -> Score:
        """Score of the answers given in one condition."""
        return score([a for a in self.answers if a.condition == condition], self.pack)

    def provable(self) -> list[str]:
        """Categories whose files do not say that a name or siblings are needed: values alone may show them."""
        return [c.id for c in self.pack.categories.values() if not c.needs & {"name", "siblings"}]

    def lines(self) -> Iterator[str]:
        """The result as Markdown; categories and confusions only for the dev split, totals for the held-out one."""
        yield from self._totals()
        if self.split == "dev":
            yield from self._categories()
            yield from self._confusions()
        yield from self._calibration()

    def _totals(self) -> Iterator[str]:
        yield f"{len(self.answers):,} column readings, {self.cells:,} cells, {self.seconds:.0f} s in the engine.\n"
        yield "| header | values | rows | macro F1 | macro F1, value-provable | non-personal columns called personal (95 %) |"
        yield "|---|---|--:|--:|--:|--:|"
        for condition in CONDITIONS:
            part = self.part(condition)
            low, high = wilson(part.false, part.bare)
            yield (
                f"| {condition.header} | {condition.noise} | {condition.size} | {part.macro():.3f} | {part.macro(self.provable()):.3f} "
                f"| {part.false} of {part.bare} ({low:.1%}-{high:.1%}) |"
            )
        clean, total, bad = self.negatives
        low, high = wilson(clean, total)
        for header in ("shown", "hidden"):
            part = self.part(Condition(header))
            yield (
                f"\nColumns of {len(part.later)} kinds that no category declares yet, left out above, header {header}: "
                f"{sum(part.later.values())}, of which called something else: {sum(part.astray.values())}."
            )
            if part.astray and self.split == "dev":
                yield "They were " + ", ".join(f"{t} called {s} ({n})" for (t, s), n in part.astray.most_common(12)) + "."
        yield f"\nHard negatives without a likely or proven finding: {clean} of {total} ({clean / total:.1%}; {low:.1%}-{high:.1%})."
        if bad and self.split == "dev":
            yield "Wrong: " + ", ".join(bad) + "."
        yield "\n| prose | texts' true spans | F1 exact | F1 half overlap |\n|---|--:|--:|--:|"
        for language, spans in self.spans.items():
            yield f"| {language} | {spans.true} | {spans.f1(spans.exact):.3f} | {spans.f1(spans.half):.3f} |"
            if self.split == "dev":
                yield f"| missed / extra | | {spans.misses.most_common(6)} | {spans.extras.most_common(6)} |".replace("'", "")

    def _categories(self) -> Iterator[str]:
        shown, hidden = self.part(Condition("shown")), self.part(Condition("hidden"))
        yield "\n### Categories, worst first (clean, 100 rows; precision and recall with Wilson 95 % intervals)\n"
        yield "| category | columns | shown P | shown R | hidden P | hidden R |\n|---|--:|--:|--:|--:|--:|"
        rows = sorted(
            ((hidden.tallies[c].f1 + t.f1, c) for c, t in list(shown.tallies.items()) if t.right + t.missed), key=lambda r: r
        )
        for _, category in rows:
            cells = []
            for part in (shown, hidden):
                t = part.tallies[category]
                for hits, tries in ((t.right, t.right + t.wrong), (t.right, t.right + t.missed)):
                    low, high = wilson(hits, tries)
                    cells.append(f"{hits / tries:.2f} ({low:.2f}-{high:.2f})" if tries else "none said")
            held = shown.tallies[category]
            yield f"| {category} | {held.right + held.missed} | " + " | ".join(cells) + " |"
        if shown.later:
            yield f"\nNo category yet ({len(shown.later)}): " + ", ".join(sorted(shown.later)) + "."

    def _confusions(self) -> Iterator[str]:
        yield "\n### Confusions, most frequent first (all conditions with right or no headers)\n"
        yield "| truth | said | times |\n|---|---|--:|"
        every = score([a for a in self.answers if a.condition.header != "wrong"], self.pack)
        for (truth, said), times in every.confusions.most_common(40):
            yield f"| {truth} | {said} | {times} |"

    def bins(self) -> dict[int, list[int]]:
        """[right, all] findings by tenth of stated confidence, right headers and hidden."""
        return score([a for a in self.answers if a.condition.header != "wrong"], self.pack).bins

    def _calibration(self) -> Iterator[str]:
        yield "\n### Calibration: findings by stated confidence (right headers and hidden)\n"
        yield "| confidence | findings | right (95 %) |\n|---|--:|--:|"
        bins = self.bins()
        for at in sorted(bins):
            right, total = bins[at]
            low, high = wilson(right, total)
            yield f"| {at / 10:.1f}-{at / 10 + 0.1:.1f} | {total} | {right / total:.3f} ({low:.3f}-{high:.3f}) |"


def measure(split: Split, pack: Pack, thin: int = 1) -> Measured:
    """Run every table, hard negative and text of a split through the engine."""
    answers, cells, seconds = timed(tables(split, thin=thin), CONDITIONS, pack)
    looked = clear(pack, 411) if split == "dev" else clear_of(pack, _unlike())
    return Measured(split, pack, answers, cells, seconds, looked, {lang: spans(split, lang, pack) for lang in ("zh", "en")})


def _unlike() -> Iterator[Negative]:
    """Hard negatives of the held-out split: its own, and those of the dev split's makers with another seed."""
    from bench.accuracy import held

    yield from held.negatives()
    yield from negatives(90210)


def clear(pack: Pack, seed: int) -> tuple[int, int, list[str]]:
    """``clear_of`` for the hard negatives that ``seed`` makes."""
    return clear_of(pack, negatives(seed))


def clear_of(pack: Pack, columns: Iterable[Negative]) -> tuple[int, int, list[str]]:
    """How many hard negatives stay without a likely finding (named and unnamed), of how many, and which do not."""
    from leftopen.classify.reader import Reader

    bad: list[str] = []
    total = 0
    for negative in columns:
        total += 1
        for header in (negative.name, "c1"):
            reader = Reader(pack, name="t", today=TODAY)
            reader.read(pa.RecordBatch.from_pydict({header: negative.values}))
            called = [
                f.category for f in reader.reading().findings if f.level is not Level.POSSIBLE and f.category not in negative.allow
            ]
            if called:
                bad.append(f"{negative.name} ({called[0]})")
                break
    return total - len(bad), total, bad


def spans(split: Split, language: str, pack: Pack) -> SpanScore:
    """Spans of prose: right where category and borders (or half of the union) agree; each true span counts once."""
    from leftopen.classify.explain import explain_text

    out = SpanScore()
    for text in texts(split, language):
        said = [(s.start, s.end, s.category) for s in explain_text(text.text, pack).spans]
        left = list(text.spans)
        out.said, out.true = out.said + len(said), out.true + len(left)
        for start, end, category in said:
            near = [t for t in left if t[2] == category and _overlap(t, (start, end)) >= 0.5]
            if not near:
                out.extras[category] += 1
                continue
            out.half += 1
            out.exact += near[0][:2] == (start, end)
            left.remove(near[0])
        out.misses.update(t[2] for t in left)
    return out


def _overlap(true: tuple[int, int, str], said: tuple[int, int]) -> float:
    both = min(true[1], said[1]) - max(true[0], said[0])
    return both / (max(true[1], said[1]) - min(true[0], said[0]))


def page(pack: Pack, thin: int = 1) -> tuple[str, str]:
    """The whole page for all splits as Markdown, and its reliability plot as SVG."""
    parts = {split: measure(split, pack, thin) for split in ("dev", "held")}
    sources = (
        "Generated by `python -m bench.accuracy --write`; all people are invented. The dev split (Faker in 14 locales, mingzi, names, own "
        "generators) may be tuned on, and so may the field split (imitations of exports of real systems, of a maker who did not see the "
        "engine). The held-out split (`bench/accuracy/held`, not opened by those who tune) has other words, scenes, "
        "makers and headers, and shows totals only. A column counts as called if a finding is at least `likely`. Macro F1 is the mean over the "
        "categories that some column holds; categories whose files ask for a name or siblings can often not be shown by values alone, "
        "so the second figure (value-provable) leaves them out. Calibration counts labelled tables only, without the hard negatives."
    )
    plot = "![How often findings are right, by stated confidence](reliability.svg)"
    lines = ["# Accuracy\n", sources, f"\nPack {pack.version}, {len(pack.categories)} categories.\n", plot, "\n## Held-out split\n"]
    lines += [*parts["held"].lines(), "\n## Field split: imitations of exports\n", *field_page.lines(pack, thin)]
    lines += ["\n## Dev split\n", *parts["dev"].lines(), ""]
    bins = {name: part.bins() for name, part in parts.items()}
    return "\n".join(lines), reliability(bins | {"field": field_page.bins(pack, thin)})
