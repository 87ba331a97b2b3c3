"""The other side of ``measure.child``: runs one function in this process and writes what it returns."""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path


def main(task: str, arguments: str, answer: str, core: str) -> None:
    """Bind to ``core`` if given, call ``module:function``, write its answer."""
    if core:
        os.sched_setaffinity(0, {int(core)})
    module, _, name = task.partition(":")
    result = getattr(importlib.import_module(module), name)(json.loads(arguments))
    Path(answer).write_text(json.dumps(result))


if __name__ == "__main__":
    main(*sys.argv[1:])
