"""Exit codes, one enum, documented from here (``docs/exit-codes.md`` is generated)."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What a command's exit status says."""

    NOTHING = 0, "Done; nothing at or above --fail-on was found (verify: every exposure is fixed; demo: every line holds)."
    BROKEN = 1, "leftopen itself failed, a journal is broken or missing, or the demo's comparison did not hold."
    USAGE = 2, "The command line or an input file is not usable."
    NO_TARGET = 3, "Nothing could be done: no target answered or let us in, no file could be read, or no record was recognised."
    REFUSED = 4, "The scope refuses: missing, expired, unsigned-for, too large, or it does not grant this."
    INCOMPLETE = 5, "Something was not covered, and --strict was given."
    FOUND_LOW = 11, "Personal data or an open store was found; the highest severity is low."
    FOUND_MEDIUM = 12, "The highest severity is medium."
    FOUND_HIGH = 13, "The highest severity is high."
    FOUND_VERY_HIGH = 14, "The highest severity is very high."
    STILL_OPEN = 20, "verify: at least one exposure is still open."
    MOVED = 21, "verify: the same store answers at another address."
    NOT_REPRODUCIBLE = 22, "verify: neither open nor proven closed."
    SUSPICIOUS = 23, "audit: something is there that a visitor could have left."
    INTERRUPTED = 130, "Interrupted; run the same command again to go on."

    meaning: str

    def __new__(cls, value: int, meaning: str) -> Exit:
        """An integer that carries its documentation."""
        member = int.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member


_BANDS = {"low": Exit.FOUND_LOW, "medium": Exit.FOUND_MEDIUM, "high": Exit.FOUND_HIGH, "very high": Exit.FOUND_VERY_HIGH}


def found(band: str) -> Exit:
    """The exit code for the highest severity band that was found; ``none`` gives NOTHING."""
    return _BANDS.get(band, Exit.NOTHING)
