"""A few invented people, for states that need something to hide. The school estate is elsewhere; this is just enough to be data."""

from __future__ import annotations

from collections.abc import Iterator

_NAMES = ("Mila Voss", "Jonas Reed", "Ada Lindqvist", "Tomas Berg", "Nora Falk", "Emil Sand", "Lea Brandt", "Otis Quill")
_SCHOOLS = ("North Hill School", "River Street School", "Old Mill School")


def people(count: int) -> Iterator[dict[str, str | int]]:
    """``count`` flat records of nobody: id, name, birth_date, phone, email, school. The same every time."""
    for number in range(count):
        name = _NAMES[number % len(_NAMES)]
        yield {
            "id": number,
            "name": f"{name} {number}",
            "birth_date": f"{2008 + number % 9}-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
            "phone": f"+1202555{number % 100 + 100:04d}",
            "email": f"person{number}@example.test",
            "school": _SCHOOLS[number % len(_SCHOOLS)],
        }
