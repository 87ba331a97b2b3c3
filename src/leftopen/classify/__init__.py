"""Arrow in, findings out: flatten, names, shapes, patterns, check digits, evidence. Import the part you need; this is light."""

from __future__ import annotations

from typing import Any

__all__ = ["biometric_judges"]


def __getattr__(name: str) -> Any:
    """Resolve the judges of biometric content on first use, so that importing the engine stays cheap."""
    if name == "biometric_judges":
        from leftopen.classify.judges import biometric_judges

        return biometric_judges
    raise AttributeError(name)
