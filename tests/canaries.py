"""Canaries: values that exist nowhere else, planted in every kind of field, and the search for them in whatever a run leaves."""

from __future__ import annotations

import base64
import contextlib
import json
import random
import string
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import hyperscan

RARE = "龘靐齉爩龖厵灪麤馫癵籱鱻麷灩鸜韊虋讟钃鸾"


class Canaries:
    """Makes values around unique markers and remembers the markers. ``word``, ``digits`` and ``han`` differ in alphabet."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.markers: list[str] = []

    def _keep(self, marker: str) -> str:
        self.markers.append(marker)
        return marker

    def word(self) -> str:
        """Ten letters, the way a name is written."""
        letters = "".join(self._random.choices(string.ascii_lowercase, k=8))
        return self._keep("Zq" + letters)

    def digits(self) -> str:
        """Fifteen digits."""
        return self._keep("7" + "".join(self._random.choices(string.digits, k=14)))

    def han(self) -> str:
        """Six characters that no text has in a row."""
        return self._keep("".join(self._random.choices(RARE, k=6)))

    def record(self, number: int) -> dict[str, Any]:
        """One record with a marker in every kind of field; JSON except for ``blob``."""
        return {
            "name": f"{self.word()} {self.word()}",
            "student_name": self.han(),
            "email": f"{self.word()}@example.test",
            "phone": f"+1{self.digits()}",
            "id_card": self.digits(),
            "account": int(self.digits()),
            "birth_date": f"20{number % 10:02d}-03-{number % 28 + 1:02d}",
            "password": self.word(),
            "address": f"{number} {self.word()} Street, {self.word()}",
            "guardian": {"name": f"{self.word()} {self.word()}", "deep": {"deeper": [{"note": self.word()}, {"note": self.han()}]}},
            "tags": [self.word(), self.digits(), self.han()],
            "extra": json.dumps({"name": self.word(), "list": [self.word()]}),
            "encoded": base64.b64encode(f"name={self.word()};".encode()).decode(),
            "long": f"{'lorem ipsum ' * 300}{self.word()}{' dolor sit amet' * 300}",
            "blob": b"\x00\xffJFIF" + self.word().encode() + bytes(range(32)),
        }

    def flat(self, number: int) -> dict[str, str]:
        """The same with texts only, nested parts as JSON."""
        found = self.record(number)
        found["blob"] = base64.b64encode(found["blob"]).decode()
        return {key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for key, value in found.items()}


class Finder:
    """Finds markers in bytes, all in one pass: as they are, in any case, in UTF-16, in hex and in base64."""

    def __init__(self, markers: Iterable[str]) -> None:
        forms = {form: marker for marker in markers for form in _forms(marker)}
        self._markers = list(forms.values())
        self._database = hyperscan.Database()
        self._database.compile(
            expressions=[b"".join(b"\\x%02x" % byte for byte in form) for form in forms],
            ids=list(range(len(forms))),
            flags=[hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_SINGLEMATCH] * len(forms),
        )

    def found(self, data: bytes) -> set[str]:
        """Markers that these bytes hold."""
        hits: set[str] = set()
        self._database.scan(data, match_event_handler=lambda number, *_: hits.add(self._markers[number]))
        return hits


def _forms(marker: str) -> set[bytes]:
    raw = marker.encode()
    forms = {raw, raw.hex().encode(), marker.encode("utf-16-le"), marker.encode("utf-16-be"), json.dumps(marker)[1:-1].encode()}
    for shift in range(3):
        text = base64.b64encode(b"x" * shift + raw)
        forms.add(text[4 if shift else 0 : len(text) - 4])
    return {form for form in forms if len(form) >= 8}


class Watch:
    """Reads folders and the arguments of all processes over and over while something runs; keeps what it saw, once each."""

    def __init__(self, *folders: Path) -> None:
        self._folders = folders
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._known: dict[Path, tuple[int, int]] = {}
        self.seen: dict[bytes, str] = {}
        """What was seen, and where first."""

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()
        self._round()

    def _look(self) -> None:
        while not self._end.is_set():
            self._round()
            time.sleep(0.03)

    def _round(self) -> None:
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                self.seen.setdefault(path.read_bytes(), str(path))
        for folder in self._folders:
            with contextlib.suppress(OSError):
                for path in list(folder.rglob("*")):
                    self._file(path)

    def _file(self, path: Path) -> None:
        self.seen.setdefault(str(path).encode(), "the name of a file")
        with contextlib.suppress(OSError):
            stat = path.stat()
            if path.is_file() and self._known.get(path) != (stat.st_size, stat.st_mtime_ns):
                self._known[path] = (stat.st_size, stat.st_mtime_ns)
                self.seen.setdefault(path.read_bytes(), str(path))
