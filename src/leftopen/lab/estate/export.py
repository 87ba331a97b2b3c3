"""The estate's pupils as one CSV file: what somebody would have exported from such a system, for ``leftopen inspect``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from leftopen.lab.estate import naming
from leftopen.lab.estate.people import words
from leftopen.lab.estate.spec import Chunk, seen_vectors

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from leftopen.lab.estate.records import Estate

# Column -> (category, other right categories); None: carries no category; "" : not judged.
COLUMNS: dict[str, tuple[str, tuple[str, ...]] | None] = {
    "seq": None,
    "student_no": ("identity.cn_student_no", ("identity.cn_ric18",)),
    "national_id": ("identity.cn_ric18", ()),
    "student_name": ("biographical.name_zh", ()),
    "name_pinyin": ("biographical.name_pinyin", ("biographical.name_latin",)),
    "gender": ("biographical.gender", ()),
    "birth_date": ("biographical.birth_date", ()),
    "ethnicity": ("biographical.ethnicity", ()),
    "school_name": ("child.school", ()),
    "grade": ("child.grade_class", ()),
    "class_name": ("child.grade_class", ()),
    "home_address": ("location.address_zh", ()),
    "latitude": ("location.latlon", ()),
    "longitude": ("location.latlon", ()),
    "guardian_name": ("biographical.name_zh", ()),
    "guardian_relation": ("child.guardian", ()),
    "guardian_mobile": ("contact.mobile_cn", ()),
    "guardian_email": ("contact.email", ()),
    "face_feature": ("biometric.face_embedding", ()),
    "body_temperature": ("biometric.body_temperature", ()),
    "record_version": None,
    "exported_ms": None,
}


def _table(estate: Estate) -> pa.Table:
    import pyarrow as pa

    world, kids = estate.world, estate.people.pupils
    who, carers, n = kids.who, estate.people.guardians, len(kids)
    rng = np.random.default_rng([estate.seed, 3])
    g = kids.guardian[:, 0]
    vectors = seen_vectors(world, Chunk(0, n, n, rng), who.person).tolist()
    newest = int(estate.end.timestamp() * 1000)
    columns: tuple[Any, ...] = (
        np.arange(1, n + 1), kids.state_no, who.ric, who.name, who.pinyin, words(["男", "女"])[who.female],
        who.born.astype("datetime64[D]").astype(str).tolist(), words(naming.ETHNIC)[who.ethnic],
        words([s.name for s in world.people.schools])[who.school], words(naming.GRADE_NAMES)[kids.grade],
        kids.class_name, who.address, who.latlon[:, 0], who.latlon[:, 1], carers.name[g],
        words(naming.RELATIONS)[kids.relation[:, 0]], carers.mobile[g], carers.email[g],
        [",".join(map(str, v)) for v in vectors], np.round(rng.normal(36.5, 0.25, n), 1), rng.integers(1, 40, n),
        newest - rng.integers(0, 10 * 86_400_000, n),
    )  # fmt: skip
    return pa.table([pa.array(c) for c in columns], names=list(COLUMNS))


def export_csv(estate: Estate, path: Path, *, opaque: bool = False) -> dict[str, Any]:
    """Write every pupil as one row of CSV. ``opaque`` replaces the header by ``c1`` to ``cN``.

    Returns the file's truth: ``{rows, persons, fields [{path, category, accept}], decoy_fields}`` under the header written.
    """
    from pyarrow import csv

    table = _table(estate)
    names = [f"c{i + 1}" for i in range(table.num_columns)] if opaque else list(COLUMNS)
    csv.write_csv(table.rename_columns(names), path)
    known = dict(zip(names, COLUMNS.values(), strict=True))
    pupils = table.num_rows
    return {
        "rows": pupils,
        "persons": pupils + len(np.unique(estate.people.pupils.guardian[:, 0])),
        "groups": len(estate.people.schools),
        "fields": [{"path": k, "category": v[0], "accept": list(v[1])} for k, v in known.items() if v is not None],
        "decoy_fields": [k for k, v in known.items() if v is None],
    }
