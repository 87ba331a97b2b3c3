"""The founding story's estate on real servers: four stores left open and seeded, three others secured or empty."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from leftopen.lab.estate import (
    DEFAULT_END,
    Estate,
    beat,
    plant_visitor_postgresql,
    plant_visitor_redis,
    seed_elasticsearch,
    seed_mongodb,
    seed_postgresql,
    seed_redis,
)
from leftopen.lab.servers import Lab, Running

HOST = "127.0.0.1"


@dataclass
class School:
    """The running estate: its open stores by kind, all servers, and what a visitor planted."""

    lab: Lab
    estate: Estate
    open: dict[str, Running] = field(default_factory=dict)
    others: list[Running] = field(default_factory=list)
    planted: list[dict[str, str]] = field(default_factory=list)

    @classmethod
    def start(
        cls,
        lab: Lab,
        entries: int,
        seed: int,
        end: datetime = DEFAULT_END,
        say: Callable[[str], None] = lambda _: None,
        search: str = "osmem",
        headers: str = "shown",
    ) -> School:
        """Start all servers and seed the open ones. Takes about a second per 10,000 entries and two for the servers.

        ``search`` is the version of the search server, one of the lab's; the real ones hold large estates better.
        ``headers`` is ``shown`` or ``hidden``: names of fields that say nothing.
        """
        school = cls(lab, Estate(entries, seed, end, headers))
        school.open = {
            "postgresql": lab.postgresql("open", host=HOST),
            "elasticsearch": lab.elasticsearch("open", version=search, host=HOST),
            "mongodb": lab.mongodb("open", host=HOST),
            "redis": lab.redis("open", host=HOST),
        }
        say("started " + ", ".join(f"{r.kind} {r.version} at {r.label}{_real(r)}" for r in school.open.values()))
        school.others = [
            lab.redis("auth", host=HOST),
            lab.mongodb("auth", host=HOST),
            lab.postgresql("empty", host=HOST),
        ]
        say("started " + ", ".join(f"{r.kind} ({r.state}) at {r.label}" for r in school.others))
        loaded = school._seed()
        say(f"seeded {sum(loaded.values()):,} entries about invented people")
        return school

    def _seed(self) -> dict[str, int]:
        stores = self.open
        counts = [
            seed_postgresql(self.estate, stores["postgresql"].admin_dsn),
            seed_elasticsearch(self.estate, f"http://{stores['elasticsearch'].label}"),
            seed_mongodb(self.estate, stores["mongodb"].admin_dsn),
            seed_redis(self.estate, stores["redis"].host, stores["redis"].port),
        ]
        return {f"{kind}/{name}": n for kind, rows in zip(stores, counts, strict=True) for name, n in rows.items()}

    def visit(self) -> None:
        """A visitor comes by while the stores are open and leaves ways to come back. Before and after, the system goes on working:
        its heartbeat table is what an audit later dates the visit by."""
        redis, dsn = self.open["redis"], self.open["postgresql"].admin_dsn
        beat(dsn)
        self.planted = plant_visitor_postgresql(dsn)
        beat(dsn)
        self.planted += plant_visitor_redis(redis.host, redis.port)

    def secure(self) -> None:
        """The host secures every open store at its address."""
        self.open = {kind: self.lab.secure(running) for kind, running in self.open.items()}

    def stores(self) -> Mapping[str, Mapping[str, Any]]:
        """What was started, by ``host:port``, for the comparison with the answer key."""
        every = [(running, True) for running in self.open.values()] + [(running, False) for running in self.others]
        return {
            running.label: {"kind": running.kind, "state": running.state, "version": running.version, "seeded": seeded}
            for running, seeded in every
        }


def _real(running: Running) -> str:
    """What a stand-in really is, so that nobody takes it for the original."""
    return f" ({running.product})" if running.stand_in else ""
