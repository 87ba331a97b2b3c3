"""Progress on a terminal's stderr, with rate and time left; silent in a pipe."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID


class Shown:
    """A :class:`leftopen.scan.Progress` that draws on stderr if that is a terminal; use it as a context manager."""

    def __init__(self, wanted: bool = True) -> None:
        self._bars: Bars | None = None
        self._task: TaskID | None = None
        if wanted and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

            self._bars = Progress(
                TextColumn("{task.description:<12}"),
                BarColumn(24),
                MofNCompleteColumn(),
                TextColumn("{task.fields[rate]}"),
                TimeElapsedColumn(),
                TextColumn("left"),
                TimeRemainingColumn(),
                TextColumn("{task.fields[detail]}"),
                console=Console(stderr=True),
            )

    def __enter__(self) -> Shown:
        if self._bars:
            self._bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None) -> None:
        if self._bars:
            self._bars.stop()

    def phase(self, name: str, total: int | None) -> None:
        """A phase begins."""
        if self._bars:
            self._task = self._bars.add_task(name, total=total, detail="", rate="")

    def step(self, detail: str = "", count: int = 1) -> None:
        """Steps are done."""
        if self._bars and self._task is not None:
            task = self._bars.tasks[self._task]
            rate = f"{task.speed:,.0f}/s" if task.speed else ""
            self._bars.update(self._task, advance=count, detail=detail[:48], rate=rate)
