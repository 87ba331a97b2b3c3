"""``python -m bench.accuracy [--split dev|field|held] [--write] [--thin N]``: measure accuracy, print or write docs/accuracy.md."""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.accuracy.field import page as field
from bench.accuracy.report import measure, page

from leftopen.category import load_pack

OUT = Path(__file__).parents[2] / "docs" / "accuracy.md"


def main() -> None:
    """Measure one split, or with ``--write`` all, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m bench.accuracy", description=__doc__)
    parser.add_argument("--split", choices=("dev", "field", "held"), default="dev")
    parser.add_argument("--write", action="store_true", help="measure all splits and write docs/accuracy.md")
    parser.add_argument("--thin", type=int, default=1, help="take each n-th table only")
    args = parser.parse_args()
    pack = load_pack()
    if args.split == "field" and not args.write:
        print("\n".join(field.lines(pack, args.thin)))
        return
    if not args.write:
        print("\n".join(measure(args.split, pack, args.thin).lines()))
        return
    text, plot = page(pack, args.thin)
    OUT.write_text(text, encoding="utf-8")
    OUT.with_name("reliability.svg").write_text(plot, encoding="utf-8")
    print(f"wrote {OUT.name} and reliability.svg")


if __name__ == "__main__":
    main()
