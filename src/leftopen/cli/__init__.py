"""The command line. Heavy parts are imported inside the commands, so that help is immediate."""

from __future__ import annotations

from leftopen.cli.app import main

__all__ = ["main"]
