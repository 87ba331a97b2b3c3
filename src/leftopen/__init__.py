"""leftopen: find data stores left open, say what personal data is inside, tell, verify, audit. Read-only, in scope, forgetful."""

__version__ = "0.1.0"
