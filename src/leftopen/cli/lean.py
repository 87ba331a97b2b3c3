"""Texts and paths of the command line, taken as they come. Typer would load pydantic to pass them through: a seventh of the time
that ``leftopen inspect small.csv`` takes. Numbers and choices stay with Typer, and so does everything if it is built otherwise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

_PLAIN: dict[object, Callable[[Any], object]] = {str: str, Path: Path, list[str]: str, list[Path]: Path}


class Plain:
    """Stands where Typer would put a converter made by pydantic."""

    def __init__(self, make: Callable[[Any], object], many: bool) -> None:
        self._make, self._many = make, many

    def coerce(self, value: Any, param: object, ctx: object) -> object:  # noqa: ARG002  Typer's signature
        """The value as ``str`` or ``Path``; None stays None, or is no value of a list."""
        if self._many:
            return [self._make(one) for one in value or ()]
        return None if value is None else self._make(value)


def lighten(command: Any) -> Any:
    """Give the texts and paths of a command and its sub-commands, and ``--help``, plain converters; returns the command."""
    for param in command.params:
        kind = getattr(getattr(param, "type_descriptor", None), "annotation", None)
        make = _PLAIN.get(kind) if kind is not None else None
        if make is not None:
            _set(param, Plain(make, kind not in (str, Path)))
    given = getattr(command, "get_help_option", None)
    if given is not None:  # made only when the command runs

        def get_help_option(context: object) -> object:
            option = given(context)
            _set(option, Plain(bool, False))
            return option

        command.get_help_option = get_help_option
    for inner in getattr(command, "commands", {}).values():
        lighten(inner)
    return command


def _set(param: Any, plain: Plain) -> None:
    if getattr(param, "_runtime_param", param) is None:
        param._runtime_param = plain
