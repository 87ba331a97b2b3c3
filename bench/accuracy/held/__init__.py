"""The held-out split: nobody who changes ``src/leftopen`` opens, prints or searches this folder; only totals of it are shown.

Its words, scenes, headers and makers share nothing with the dev split. Who wants to know why a total is low makes new dev material
that is like the world, not like this folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bench.accuracy.negatives import Negative
from bench.accuracy.prose import Text
from bench.accuracy.tables import Table


def plans() -> Iterator[Callable[[int], Table]]:
    """What makes each table of the split from a number of rows; deterministic."""
    from bench.accuracy.held.scenes import plans as made

    yield from made()


def texts(language: str) -> Iterator[Text]:
    """The texts of a language with their spans; deterministic."""
    from bench.accuracy.held.prose import texts as made

    yield from made(language)


def negatives() -> Iterator[Negative]:
    """Columns that look like personal data and are none; deterministic."""
    from bench.accuracy.held.unlike import negatives as made

    yield from made()
