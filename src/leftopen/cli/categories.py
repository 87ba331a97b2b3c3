"""``leftopen categories``: what leftopen can find, one category in full, and the linter for category files of one's own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leftopen.cli.app import app
from leftopen.exits import Exit

if TYPE_CHECKING:
    from leftopen.category import Category, Pack


@app.command()
def categories(
    name: Annotated[str, typer.Argument(metavar="[ID]", help="A category, as identity.cn_ric18, or a family, as child.")] = "",
    pack: Annotated[list[Path] | None, typer.Option("--pack", help="Folder with your own category files.")] = None,
    lint: Annotated[bool, typer.Option("--lint", help="Check the files against the named rules; exits 2 on a breach.")] = False,
    format: Annotated[str, typer.Option("--format", "-f", help="table or json.")] = "table",
) -> None:
    """List the categories of personal data, show one in full, or check category files of your own."""
    from leftopen.category import load_pack
    from leftopen.cli.output import check_format, print_json

    check_format(format)
    packs = load_pack(tuple(pack or ()))
    if lint:
        sys.exit(_lint(packs, format))
    chosen = _chosen(packs, name)
    if format == "json":
        print_json([_facts(one) for one in chosen])
    elif name and len(chosen) == 1:
        _show(chosen[0])
    else:
        _list(chosen, packs)


def _chosen(pack: Pack, name: str) -> list[Category]:
    from leftopen.errors import InputError

    chosen = [c for c in pack.categories.values() if not name or c.id == name or c.family == name]
    if not chosen:
        near = ", ".join([i for i in pack.categories if name.rpartition(".")[2] in i][:5])
        raise InputError(
            f"There is no category or family {name!r}.",
            f"Did you mean: {near}?" if near else "See: leftopen categories",
            "categories.md",
        )
    return chosen


def _facts(one: Category) -> dict[str, Any]:
    return {
        "id": one.id,
        "family": one.family,
        "title": one.title,
        "why": one.why,
        "source": one.source,
        "method": one.method,
        "validator": one.validator,
        "chance": one.chance if one.chance >= 0 else None,
        "needs": sorted(one.needs),
        "names": {language: list(words) for language, words in one.names.items()},
        "patterns": list(one.patterns),
        "true": list(one.true),
        "false": list(one.false),
    }


def _list(chosen: list[Category], pack: Pack) -> None:
    from leftopen.cli.output import print_table, table

    made = table("id", "title", "by", "chance", "needs", right=("chance",))
    for one in chosen:
        chance = f"{one.chance:.2g}" if one.chance >= 0 else "-"
        made.add_row(one.id, one.title, one.validator or one.method, chance, ", ".join(sorted(one.needs)))
    print_table(made)
    typer.echo(f"{len(chosen)} of {len(pack.categories)} categories, pack {pack.version}. One in full: leftopen categories ID")


def _show(one: Category) -> None:
    from leftopen.cli.output import print_pairs

    facts = _facts(one)
    names = facts.pop("names")
    shown = {key: ", ".join(value) if isinstance(value, list | tuple) else str(value) for key, value in facts.items() if value}
    shown |= {f"names, {language}": ", ".join(words) for language, words in names.items() if words}
    print_pairs(one.id, shown.items())


def _lint(pack: Pack, format: str) -> Exit:
    from dataclasses import asdict

    from leftopen.category import lint_pack
    from leftopen.classify.patterns import matcher, validators
    from leftopen.cli.output import print_json

    breaches = lint_pack(pack, validators=validators(), accepts=matcher(pack).accepts)
    if format == "json":
        print_json([asdict(breach) for breach in breaches])
    else:
        for breach in breaches:
            typer.echo(f"{breach.category}  {breach.rule}: {breach.advice}")
        typer.echo(f"{len(breaches)} breaches in {len(pack.categories)} categories.")
    return Exit.USAGE if breaches else Exit.NOTHING
