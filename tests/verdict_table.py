"""The table of ``docs/verdicts.md``: each server state, judged at three depths. ``python -m tests.verdict_table`` writes it."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from leftopen.identify import probe_target
from leftopen.lab.servers import Lab, Running
from leftopen.model import Flag, Probe, Target, Verdict
from tests.scopes import wire_of
from tests.servers import CASES, Case, Servers

PAGE = Path(__file__).parent.parent / "docs" / "verdicts.md"
DEPTHS = ("sample", "names", "touch")
_LET_IN = (Verdict.OPEN_DATA, Verdict.OPEN_EMPTY, Verdict.OPEN_METADATA)
_TOLD_AT_THE_DOOR = ("wrong_role", "no_connect")
"""States whose refusal comes with the login, before anything is listed."""
_STAND_INS = {"osmem": "osmem (stand-in)", "noida": "noida (stand-in)", "secantus": "secantus (stand-in)", "nx": "nx (stand-in)"}

HEAD = """\
# Verdicts

What leftopen says about a server, and when. The word in the output is the word here; `probe` in the JSON report carries the
evidence. Generated from the servers that the tests start: `python -m tests.verdict_table` writes this page, and
`tests/test_verdicts.py` judges every line of it again.

| Verdict | What was proven |
|---|---|
| `closed` | The connection was refused. |
| `filtered` | Nothing answered the attempt to connect. |
| `silent` | The connection was accepted; no protocol got an answer. |
| `other_service` | Something answered, and it is none of the stores that leftopen knows. |
| `tls_required` | The service speaks TLS only, and only to clients with a certificate. |
| `host_denied` | The store refuses this host, whoever asks. |
| `auth_required` | The store asks for a credential. |
| `restricted` | The store lets strangers in and refuses them everything that was asked. |
| `open_metadata` | Names or counts were read without credentials; no record was read (refused, or not permitted by the scope). |
| `open_empty` | Reads are answered without credentials; there is nothing to read. |
| `open_data` | One record was read without credentials. |
| `out_of_scope` | The scope does not permit the connection; nothing was sent. |
| `unknown` | None of these was proven. At depth `touch` nothing is listed, so a store that lets strangers in is `unknown`. |

The port decides the order in which protocols are tried, nothing else. A credential of the owner in the scope never changes the
verdict, which is about strangers.

"""
COLUMNS = """\
| Server | Version | State | At depth `sample` | `names` | `touch` | Evidence at `sample` (n: a number) |
|---|---|---|---|---|---|---|
"""


def expected(case: Case, depth: str) -> Verdict:
    """The right verdict for a stranger at a depth."""
    if depth == "names" and case.verdict is Verdict.OPEN_DATA:
        return Verdict.OPEN_METADATA
    if depth == "touch" and (
        case.verdict in _LET_IN or (case.verdict is Verdict.RESTRICTED and case.state not in _TOLD_AT_THE_DOOR)
    ):
        return Verdict.UNKNOWN
    return case.verdict


def judge(running: Running, depth: str, folder: Path, *, kind: str = "") -> Probe:
    """What identification says about a running server; ``kind`` is the scope's hint."""
    wire = wire_of(folder, (running.host, running.port), depth=depth)
    return probe_target(wire, Target(running.host, running.port, kind=kind))


def line(case: Case, probes: Iterable[Probe]) -> str:
    """One line of the table."""
    found = list(probes)
    verdicts = " | ".join(f"`{probe.verdict.value}`" for probe in found)
    words = "; ".join(re.sub(r"\b\d+(\.\d+)*\b", "n", text) for text in found[0].evidence if "timeout" not in text)
    version = _STAND_INS.get(case.version, {"wheel": "from PyPI", "debian": "Debian's", "any": ""}.get(case.version, case.version))
    state = case.state + (", gate in front" if any(name == "gate" for name, _ in case.options) else "")
    tls = " (TLS)" if Flag.TLS in found[0].flags else ""
    return f"| {case.kind} | {version} | {state} | {verdicts} | {words}{tls} |"


def rows(page: str) -> list[str]:
    """The lines of the table on the page."""
    return [text for text in page.partition("| Server |")[2].splitlines()[2:] if text.startswith("| ")]


def count(right: int, of: int) -> str:
    """The sentence above the table."""
    return f"{right} of {of} verdicts right, over {of // len(DEPTHS)} servers at {len(DEPTHS)} depths.\n\n"


def main() -> int:
    """Judge every case and write the page; 1 if a verdict is wrong."""
    table, right = "", 0
    with Lab() as lab, tempfile.TemporaryDirectory() as folder:
        servers = Servers(lab)
        for case in CASES:
            running = servers.get(case)
            probes = [judge(running, depth, Path(folder), kind=case.kind) for depth in DEPTHS]
            right += sum(probe.verdict is expected(case, depth) for probe, depth in zip(probes, DEPTHS, strict=True))
            table += line(case, probes) + "\n"
            sys.stderr.write(line(case, probes) + "\n")
            if case.version[:1].isdigit() or case.version.startswith("opensearch"):
                lab.stop(running)  # each of the real search servers is a Java machine of its own
    total = len(CASES) * len(DEPTHS)
    PAGE.write_text(HEAD + count(right, total) + COLUMNS + table, encoding="utf-8")
    return 0 if right == total else 1


if __name__ == "__main__":
    sys.exit(main())
