"""One JSON document, as the published schema describes it."""

from __future__ import annotations

import json
from typing import TextIO

from leftopen.document import document
from leftopen.result import ScanResult


def write(result: ScanResult, out: TextIO) -> None:
    """Write the whole document, indented."""
    json.dump(document(result), out, ensure_ascii=False, indent=2)
    out.write("\n")
