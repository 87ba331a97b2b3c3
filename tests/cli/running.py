"""Run the command line as its users do: as a program, with its own state folder, its streams apart."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = [sys.executable, "-c", "from leftopen.cli import main; main()"]


def environment(state: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "LEFTOPEN_STATE": str(state), "COLUMNS": "100", "TERM": "dumb", **more}


def leftopen(state: Path, *words: object, text: str | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """The ended command."""
    return subprocess.run(
        [*PROGRAM, *map(str, words)],
        capture_output=True,
        text=True,
        input=text,
        timeout=120,
        env=environment(state, **more),
        check=False,
    )
