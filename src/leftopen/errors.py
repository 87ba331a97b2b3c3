"""The few errors of leftopen. Each says what happened, what to do, and where to read more; none carries a value from a store."""

from __future__ import annotations


class LeftopenError(Exception):
    """Base of all errors that a user may see.

    Args:
        what: what happened, one sentence, without any value read from a store.
        todo: what the user can do about it.
        docs: page of the documentation that says more, relative to ``docs/``.
    """

    def __init__(self, what: str, todo: str = "", docs: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.todo = todo
        self.docs = docs

    def diagnostics(self) -> str:
        """The text a person reads: what happened, what to do, where to read."""
        lines = [self.what]
        if self.todo:
            lines.append(f"What to do: {self.todo}")
        if self.docs:
            lines.append(f"Read more: docs/{self.docs}")
        return "\n".join(lines)


class ScopeError(LeftopenError):
    """The scope file is missing, malformed, expired or not specific enough."""


class OutOfScope(LeftopenError):
    """An address, a depth or a command lies outside what the scope grants; nothing was sent."""


class BudgetSpent(LeftopenError):
    """A budget of bytes or seconds for a store is used up; what was read so far stands."""


class WireError(LeftopenError):
    """The network said no: refused, timed out, reset, closed early. ``reason`` is one machine word."""

    def __init__(self, what: str, reason: str, todo: str = "", docs: str = "") -> None:
        super().__init__(what, todo, docs)
        self.reason = reason


class ProtocolError(LeftopenError):
    """A peer answered bytes that its protocol does not allow. Carries no bytes of the answer."""


class StoreRefused(LeftopenError):
    """A store answered a read with a refusal (rights, authentication). ``verdict`` says which."""

    def __init__(self, what: str, verdict: str = "restricted") -> None:
        super().__init__(what)
        self.verdict = verdict


class CategoryError(LeftopenError):
    """A category file does not follow its schema."""


class InputError(LeftopenError):
    """A file or an argument that the user gave cannot be read."""


class CatalogError(LeftopenError):
    """The catalogue cannot be opened, or has no such row."""


class JournalError(LeftopenError):
    """The journal's chain is broken or cannot be written."""


class MissingExtra(LeftopenError):
    """An optional part is not installed; the text names the extra to install."""
