"""``make profile``: where the time goes while the engine reads a table, as a flame graph (SVG) and the ten heaviest functions.

A timer of processor time interrupts the reading every two milliseconds and notes the stack; each stack weighs the processor
time since the one before, so that a long native call counts in full, at the Python function that made it.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

EVERY = 0.002
"""Seconds of processor time between two looks at the stack."""
WIDTH, LINE, LEAST = 1600, 17, 0.0008
"""Pixels of the picture's width and of a line's height; the least share of the whole that is drawn."""
HEAVIEST = 10
Stack = tuple[str, ...]


class Sampler:
    """Notes the main thread's stack while it stands as a context; ``stacks`` holds seconds for each, outermost call first."""

    def __init__(self) -> None:
        self.stacks: Counter[Stack] = Counter()
        self._last = 0.0
        self._base = 0

    def __enter__(self) -> Sampler:
        self._base = _depth(sys._getframe(1))
        self._last = time.process_time()
        signal.signal(signal.SIGPROF, self._note)
        signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)

    def _note(self, _signal: int, frame: FrameType | None) -> None:
        now = time.process_time()
        names: list[str] = []
        while frame is not None:
            names.append(place_of(frame))
            frame = frame.f_back
        self.stacks[tuple(names[::-1][self._base :])] += now - self._last  # type: ignore[assignment]
        self._last = now


def place_of(frame: FrameType) -> str:
    """Module and function of a frame."""
    code = frame.f_code
    return f"{frame.f_globals.get('__name__', '?')}:{code.co_qualname}"


def _depth(frame: FrameType | None) -> int:
    depth = 0
    while frame is not None:
        frame, depth = frame.f_back, depth + 1
    return depth


@dataclass(slots=True)
class Block:
    """One function under its callers: seconds in it and below it, and what it called."""

    name: str
    seconds: float = 0.0
    below: dict[str, Block] = field(default_factory=dict)


def tree(stacks: Iterable[tuple[Stack, float]]) -> Block:
    """The calls as a tree."""
    root = Block("all")
    for stack, seconds in stacks:
        node = root
        node.seconds += seconds
        for name in stack:
            node = node.below.setdefault(name, Block(name))
            node.seconds += seconds
    return root


def svg(root: Block, title: str) -> str:
    """The tree as a picture: width is time, callers above, what they call below; a block tells its share when pointed at."""
    drawn: list[str] = []
    deepest = _draw(root, 0.0, 0, root.seconds or 1.0, drawn)
    height = (deepest + 1) * LINE + 30
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        'font-family="sans-serif" font-size="11">'
        f'<rect width="100%" height="100%" fill="#fff"/><text x="6" y="18" font-size="13">{escape(title)}</text>'
        + "".join(drawn)
        + "</svg>\n"
    )


def _draw(node: Block, left: float, depth: int, whole: float, out: list[str]) -> int:
    width = node.seconds / whole * WIDTH
    top = 26 + depth * LINE
    short = node.name.removeprefix("leftopen.")
    told = f"{node.name}: {node.seconds:.3f} s, {node.seconds / whole:.1%}"
    room = int(width / 6.2)
    label = short if len(short) <= room else short[: max(0, room - 1)] + "…" if room > 3 else ""
    out.append(
        f'<g><title>{escape(told)}</title><rect x="{left:.1f}" y="{top}" width="{max(0.4, width - 0.5):.1f}" height="{LINE - 1}" '
        f'fill="{_colour(node.name)}"/><text x="{left + 3:.1f}" y="{top + 12}">{escape(label)}</text></g>'
    )
    deepest = depth
    for one in sorted(node.below.values(), key=lambda b: -b.seconds):
        if one.seconds / whole >= LEAST:
            deepest = max(deepest, _draw(one, left, depth + 1, whole, out))
            left += one.seconds / whole * WIDTH
    return deepest


def _colour(name: str) -> str:
    """Warm for this project's own functions, cool for others'; a hue for each module."""
    shade = sum(name.partition(":")[0].encode()) % 40
    return f"hsl({shade + 10},85%,68%)" if name.startswith("leftopen") else f"hsl({shade + 190},45%,80%)"


def heaviest(stacks: Iterable[tuple[Stack, float]], most: int = HEAVIEST) -> list[tuple[str, float, float]]:
    """(function, seconds in itself, seconds with all it calls) of the functions with the most time in themselves."""
    alone: dict[str, float] = defaultdict(float)
    whole: dict[str, float] = defaultdict(float)
    for stack, seconds in stacks:
        if stack:
            alone[stack[-1]] += seconds
        for name in set(stack):
            whole[name] += seconds
    return [(name, alone[name], whole[name]) for name in sorted(alone, key=lambda n: -alone[n])[:most]]


def table(stacks: Counter[Stack]) -> str:
    """The heaviest functions as text."""
    total = sum(stacks.values()) or 1.0
    lines = [f"{'in itself':>18}  {'with all it calls':>18}  function"]
    for name, alone, whole in heaviest(stacks.items()):
        lines.append(f"{alone:8.3f} s {alone / total:6.1%}  {whole:9.3f} s {whole / total:6.1%}  {name}")
    return "\n".join(lines)


def profiled(work: Callable[[], Any]) -> Counter[Stack]:
    """The stacks seen while ``work`` runs."""
    with Sampler() as sampler:
        work()
    return sampler.stacks


def main() -> int:
    """Read the mixed table, or the estate's tables, and draw where the time went."""
    from bench.classify import reading, tables
    from bench.mixed import batches

    parser = argparse.ArgumentParser(prog="python -m bench.flame", description=__doc__)
    parser.add_argument("--estate", action="store_true", help="the school estate's tables instead of the mixed table")
    parser.add_argument("--rows", type=int, default=65_536, help="rows of the mixed table")
    parser.add_argument("--entries", type=int, default=300_000, help="entries of the estate")
    parser.add_argument("--people", action="store_true", help="count people as well")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path("build/profile.svg"))
    asked = parser.parse_args()
    name = "the estate's tables" if asked.estate else "the mixed table"
    held = list(tables(asked.entries)) if asked.estate else [("mixed", list(batches(asked.rows)))]

    def work() -> None:
        for _ in range(asked.rounds):
            for collection, parts in held:
                reading(collection, parts, (), asked.people)

    reading(held[0][0], held[0][1][:1], (), asked.people)  # patterns and lexicons are made ready once, outside the picture
    stacks = profiled(work)
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    title = f"leftopen reads {name}, {asked.rounds} times: {sum(stacks.values()):.2f} s of processor time"
    asked.out.write_text(svg(tree(stacks.items()), title), encoding="utf-8")
    print(f"{title}\n{table(stacks)}\nFlame graph: {asked.out}")
    return 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
