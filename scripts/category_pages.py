"""One page of docs/ for each category, from its file: what it is, how it is proven, what is mistaken for it."""

from __future__ import annotations

from leftopen.category import Category, Pack

METHODS = {
    "pattern": "A value must match one of the patterns below as a whole",
    "lexicon": "Lexicons and rules judge each value; the column decides, never one value",
    "closed": "A value must be one of a closed list",
    "number": "Numbers in a range, of the distribution that such measurements have",
    "date": "Dates of the distribution that such dates have",
    "name": "The field's name must say so; its values must fit",
    "content": "The content itself is examined (pictures, vectors, templates, recordings)",
}
NEEDS = {
    "name": "the field's name says so",
    "siblings": "a neighbour below stands in the same record",
    "content": "the values of the column look like it together",
}
LANGUAGES = {
    "en": "English", "zh": "Chinese", "pinyin": "Pinyin", "initials": "Initials", "de": "German", "fr": "French", "es": "Spanish",
    "pt": "Portuguese", "it": "Italian", "nl": "Dutch", "ja": "Japanese", "ko": "Korean", "ru": "Russian", "tr": "Turkish",
    "ar": "Arabic", "pl": "Polish", "id": "Indonesian", "vi": "Vietnamese", "sv": "Swedish", "hi": "Hindi",
}  # fmt: skip


def category_pages(pack: Pack) -> dict[str, str]:
    """Text of every page by file name under ``docs/categories``."""
    return {f"categories/{c.family}/{c.id.partition('.')[2]}.md": _page(c, pack) for c in pack.categories.values()}


def _page(one: Category, pack: Pack) -> str:
    parts = [f"# {one.title}", f"`{one.id}` · [all categories](../../categories.md)", _facts(one)]
    parts += [_how(one), _needs(one, pack), _names(one), _examples(one)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _facts(one: Category) -> str:
    rows = [("matters because of", ", ".join(f"`{w}`" for w in one.why)), ("source", one.source)]
    if one.chance >= 0:
        rows.append(("passes by chance (measured p₀)", f"{one.chance:.2g}"))
    if one.validator:
        rows.append(("validator", f"`{one.validator}`"))
    rows.append(("in prose", "found by `leftopen explain`" if one.spans else "not looked for by its own pattern"))
    return "| | |\n|---|---|\n" + "\n".join(f"| {key} | {_cell(value)} |" for key, value in rows)


def _how(one: Category) -> str:
    lines = ["## How it is proven", METHODS[one.method] + (f", then pass `{one.validator}`." if one.validator else ".")]
    details = []
    if one.range:
        details.append(f"- between {one.range[0]:g} and {one.range[1]:g}")
    if one.decimals:
        details.append(f"- {one.decimals[0]} to {one.decimals[1]} decimals")
    if one.values:
        shown = ", ".join(f"`{v}`" for v in one.values[:12])
        details.append(f"- a list of {len(one.values)} values: {shown}{' …' if len(one.values) > 12 else ''}")
    lines += ["\n".join(details)] if details else []
    for title, patterns in (("", one.patterns), ("Only under a name that says so:", one.fallback)):
        if patterns:
            lines += [title] if title else []
            lines.append("```\n" + "\n".join(patterns) + "\n```")
    return "\n\n".join(lines)


def _needs(one: Category, pack: Pack) -> str:
    lines = []
    if one.needs:
        lines.append("Reported as likely only if " + " or ".join(NEEDS[n] for n in sorted(one.needs)) + ".")
    for word, others in (("Raised by", one.raised_by), ("Lowered by", one.lowered_by)):
        if others:
            lines.append(f"{word}: " + ", ".join(_link(o, one, pack) for o in others) + ".")
    return "\n\n".join(lines)


def _link(other: str, one: Category, pack: Pack) -> str:
    if other not in pack.categories:
        return f"`{other}`"
    family, _, name = other.partition(".")
    return f"[`{other}`]({name}.md)" if family == one.family else f"[`{other}`](../{family}/{name}.md)"


def _names(one: Category) -> str:
    rows = [f"| {LANGUAGES.get(lang, lang)} | {_cell(', '.join(words))} |" for lang, words in one.names.items() if words]
    if one.context:
        rows.append(f"| in prose | {_cell(', '.join(one.context))} |")
    weak = "\n\n`~` marks a name that says little alone." if any(w.startswith("~") for ws in one.names.values() for w in ws) else ""
    against = f"\n\nA name with one of these words speaks against it: {', '.join(one.unlike)}." if one.unlike else ""
    return "## Names it goes by\n\n| language | words |\n|---|---|\n" + "\n".join(rows) + weak + against if rows else ""


def _examples(one: Category) -> str:
    parts = []
    for title, values in (("## Examples", one.true), ("## What is mistaken for it", one.false)):
        if values:
            parts.append(title + "\n\n```\n" + "\n".join(v.replace("\n", "⏎") for v in values) + "\n```")
    return "\n\n".join(parts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
