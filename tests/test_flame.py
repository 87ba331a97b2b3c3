"""The flame graph: stacks are seen, weigh what they took, and are drawn."""

from __future__ import annotations

import math
import time
import xml.etree.ElementTree as ET

from bench.flame import heaviest, profiled, svg, table, tree


def busy(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        math.sqrt(2)


def idle() -> None:
    busy(0.05)


def work() -> None:
    busy(0.2)
    idle()


def test_time_is_noted_where_it_was_spent() -> None:
    stacks = profiled(work)
    root = tree(stacks.items())
    mine = root.below[f"{__name__}:work"] if f"{__name__}:work" in root.below else next(iter(root.below.values()))
    while "work" not in mine.name:
        mine = next(iter(mine.below.values()))
    assert math.isclose(root.seconds, 0.25, rel_tol=0.3)
    assert mine.below[f"{__name__}:busy"].seconds > 2 * mine.below[f"{__name__}:idle"].seconds
    first = heaviest(stacks.items())[0]
    assert first[0] == f"{__name__}:busy"
    assert first[2] >= first[1] > 0.15
    assert f"{__name__}:busy" in table(stacks)


def test_the_picture_is_whole_and_as_wide_as_the_time() -> None:
    root = tree([(("a", "b<c>"), 3.0), (("a",), 1.0)])
    picture = ET.fromstring(svg(root, "one & two"))
    name = "{http://www.w3.org/2000/svg}"
    drawn = {
        g.find(f"{name}title").text.partition(": ")[0]: float(g.find(f"{name}rect").get("width")) for g in picture.iter(f"{name}g")
    }
    assert set(drawn) == {"all", "a", "b<c>"}
    assert math.isclose(drawn["b<c>"], 0.75 * drawn["a"], rel_tol=0.01)
