"""Audit plug-ins: who could still be inside, one for each kind of store."""
