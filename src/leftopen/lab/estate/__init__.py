"""The estate "safe-school": the founding story's system with invented people, as streams for four stores, and its truth."""

from __future__ import annotations

from leftopen.lab.estate.export import export_csv
from leftopen.lab.estate.load_elasticsearch import seed_elasticsearch
from leftopen.lab.estate.load_mongodb import seed_mongodb
from leftopen.lab.estate.load_postgresql import beat, plant_visitor_postgresql, seed_postgresql
from leftopen.lab.estate.load_redis import plant_visitor_redis, seed_redis
from leftopen.lab.estate.records import DEFAULT_END, STORES, Estate
from leftopen.lab.estate.truth import truth, write_truth

__all__ = [
    "DEFAULT_END",
    "STORES",
    "Estate",
    "beat",
    "export_csv",
    "plant_visitor_postgresql",
    "plant_visitor_redis",
    "seed_elasticsearch",
    "seed_mongodb",
    "seed_postgresql",
    "seed_redis",
    "truth",
    "write_truth",
]
