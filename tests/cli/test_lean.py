"""Texts and paths pass the command line unchanged, and without pydantic."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from leftopen.cli.lean import Plain


def test_values_become_what_the_command_expects() -> None:
    assert Plain(str, False).coerce("a", None, None) == "a"
    assert Plain(Path, False).coerce(None, None, None) is None
    assert Plain(Path, True).coerce(("a", "b"), None, None) == [Path("a"), Path("b")]
    assert Plain(Path, True).coerce(None, None, None) == []


def test_inspecting_a_small_file_does_not_load_pydantic(tmp_path: Path) -> None:
    (tmp_path / "small.csv").write_text("id,email\n1,anna@example.org\n2,bob@example.org\n3,carla@example.org\n")
    code = (
        "import sys; sys.argv = ['leftopen', 'inspect', 'small.csv', '--no-progress']\n"
        "from leftopen.cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    code = end.code\n"
        "sys.exit(0 if 'pydantic' not in sys.modules else 3)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0
    assert "contact.email" in done.stdout
