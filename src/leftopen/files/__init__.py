"""Exports on disk as Samples: CSV, TSV, JSON, JSON Lines, Parquet, SQLite and Excel, also gzipped, a file or a folder."""

from __future__ import annotations

from leftopen.files.reader import open_files, read_path

__all__ = ["open_files", "read_path"]
