"""Where the servers' programs lie: in wheels beside this package, in Debian's folders, or in the cache of the test servers."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

from leftopen.lab.servers.running import LabError


def wheel_folder(module: str, package: str) -> Path:
    """Folder of the installed module ``module``; LabError naming the PyPI ``package`` if it is not installed."""
    spec = find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise LabError(f"{package} is not installed", "install the extra: pip install 'leftopen[lab]'")
    return Path(next(iter(spec.submodule_search_locations)))


def console_script(name: str, package: str) -> Path:
    """A command that a wheel installed beside this interpreter."""
    import sysconfig

    path = Path(sysconfig.get_path("scripts")) / name
    if not path.exists():
        raise LabError(f"{package} is not installed", "install the extra: pip install 'leftopen[lab]'")
    return path


def system(name: str, *folders: str) -> Path:
    """A program of the operating system, on PATH or in the usual server folders."""
    search = os.pathsep.join([*folders, os.environ.get("PATH", ""), "/usr/sbin", "/usr/bin", "/sbin", "/bin"])
    found = shutil.which(name, path=search)
    if found is None:
        raise LabError(f"{name} is not installed", "run scripts/prepare-test-servers.sh as root")
    return Path(found)


def cached(name: str) -> Path:
    """A server that ``scripts/prepare-test-servers.sh`` has put into the cache."""
    base = os.environ.get("LEFTOPEN_SERVERS")
    if base is None:
        cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        base = f"{cache}/leftopen/servers"
    folder = Path(base) / name
    if not folder.is_dir():
        raise LabError(f"{name} is not in {base}", "run scripts/prepare-test-servers.sh")
    return folder


def reachable_by_all(path: Path) -> bool:
    """True if every user may enter ``path``: a server that gives up root must still find its files."""
    return all(parent.stat().st_mode & 0o001 for parent in (path, *path.resolve().parents))
