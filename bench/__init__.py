"""Measurements, always beside something else in the same run: ``python -m bench`` (``make bench``)."""
