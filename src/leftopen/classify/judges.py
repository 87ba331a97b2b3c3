"""The judges of biometric content: pictures of faces, vectors of faces and voices, recorded templates.

Each looks at a bounded, evenly spaced draw of one column's distinct values and answers with counts.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from leftopen.classify.content import ContentEvidence, ContentJudge
from leftopen.classify.detector import faces_available
from leftopen.classify.faces import NEEDED as FACES_NEEDED
from leftopen.classify.faces import FaceFinder, Looked
from leftopen.classify.images import find_images, spread, starting, storage
from leftopen.classify.rawpixels import raw_pictures
from leftopen.classify.sound import SpeechJudge
from leftopen.classify.templates import find_templates
from leftopen.classify.vectors import find_vectors
from leftopen.classify.vectorwords import Neighbours, judge_face_vector, names_finger, names_voice

if TYPE_CHECKING:
    import pyarrow as pa

    from leftopen.classify.flatten import Column

__all__ = ["FaceJudge", "TemplateJudge", "VectorJudge", "biometric_judges", "faces_available"]

IMAGES_LOOKED_AT = 20
"""Pictures of a field that are looked at. With 3 of 20 as the bar, a field of natural photographs is wrongly flagged in
0.2 % of draws and one with 20 % faces is found in all (4,000 simulated draws)."""
REMEMBERED = 64
_PERSON_ID = r"^(?:[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])[0-3]\d\d{3}[\dXx]|(?:\+?86)?1[3-9]\d{9})$"


def biometric_judges(*, faces: bool = True) -> list[ContentJudge]:
    """The judges, to be kept for a whole scan: they share one child process for pictures, started when first needed.

    Args:
        faces: look at pictures; if false, or if the detector is not installed (`faces_available`), pictures are not judged.
    """
    face_judge = FaceJudge(FaceFinder() if faces else None)
    return [face_judge, VectorJudge(face_judge), TemplateJudge(), SpeechJudge()]


def face_confidence(looked: Looked) -> float:
    """How sure a field holds faces: at least 3 of up to 20 pictures, all of 2 to 5, one alone only as a possibility."""
    if looked.tested >= 6:
        if looked.faces < FACES_NEEDED:
            return 0.0
        return 0.99 if looked.faces >= 0.5 * looked.tested else 0.95
    if looked.faces < looked.tested or not looked.tested:
        return 0.0
    if looked.tested == 1:
        return 0.45 if looked.strong else 0.0
    return 0.96 if looked.tested >= FACES_NEEDED else 0.85


class FaceJudge:
    """``biometric.face_image``: do the pictures of a field show faces?"""

    def __init__(self, finder: FaceFinder | None) -> None:
        self._finder = finder
        self._known: OrderedDict[tuple[object, ...], Looked] = OrderedDict()

    def judge(self, column: Column, siblings: Sequence[Column], collection: str) -> list[ContentEvidence]:  # noqa: ARG002
        """Evidence from up to 20 distinct pictures; unreadable ones do not count as tested."""
        looked = self.look(column.values)
        if not looked.tested and self._finder is not None:
            pictures = raw_pictures(column, siblings, IMAGES_LOOKED_AT)
            looked = self._finder.look(pictures) if pictures else looked
        confidence = face_confidence(looked)
        if not confidence:
            return _ridges(column, looked)
        return [ContentEvidence(column.path, "biometric.face_image", looked.faces, looked.tested, confidence, ("content", "face"))]

    def look(self, values: pa.Array) -> Looked:
        """Counts for one column; the last columns are remembered, for neighbours ask again."""
        if self._finder is None or not storage(values):
            return Looked()
        key = _identity(values)
        if key in self._known:
            return self._known[key]
        pictures, _ = find_images(values, IMAGES_LOOKED_AT)
        looked = self._finder.look(pictures) if pictures else Looked()
        self._known[key] = looked
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return looked


def _ridges(column: Column, looked: Looked) -> list[ContentEvidence]:
    """Pictures of fingerprints: from ridges alone a possibility, with a name that says finger more than that."""
    if looked.ridges < max(1, 0.5 * looked.tested):
        return []
    confidence = 0.9 if names_finger(column.path) else 0.55 if looked.ridges >= FACES_NEEDED else 0.4
    how = ("content", "ridges")
    return [ContentEvidence(column.path, "biometric.fingerprint_image", looked.ridges, looked.tested, confidence, how)]


def _identity(values: pa.Array) -> tuple[object, ...]:
    """What tells one living Arrow array from another without keeping it alive: its buffers' places, its part of them, its
    type, and a digest of its first picture-sized piece, since a freed place may be used again."""
    piece = spread(values, 4)
    return (
        str(values.type),
        len(values),
        values.offset,
        tuple(buffer.address if buffer is not None else 0 for buffer in values.buffers()),
        tuple(hash(item.as_py()) for item in piece),
    )


class VectorJudge:
    """``biometric.face_embedding`` and ``biometric.voiceprint``: vectors whose names or neighbours say what they are of."""

    def __init__(self, faces: FaceJudge) -> None:
        self._faces = faces

    def judge(self, column: Column, siblings: Sequence[Column], collection: str) -> list[ContentEvidence]:
        """Evidence if the field holds dense vectors of one length and its surroundings say faces (or its name says voice)."""
        vectors = find_vectors(column.values)
        if vectors is None or not vectors.dense:
            return []
        category, confidence = "biometric.voiceprint", 0.85
        how: tuple[str, ...] = ("field_name", "vector")
        if not names_voice(column.path):
            category = "biometric.face_embedding"
            near = self._neighbours(column, siblings)
            confidence, how = judge_face_vector(column.path, collection, vectors.dim, near, vectors.model)
        if not confidence:
            return []
        return [ContentEvidence(column.path, category, vectors.found, vectors.tried, confidence, how)]

    def _neighbours(self, column: Column, siblings: Sequence[Column]) -> Neighbours:
        others = [other for other in siblings if other is not column and other.path != column.path]
        seen = pictured = people = False
        for other in others:
            if not storage(other.values):
                continue
            looked = self._faces.look(other.values)
            seen = seen or face_confidence(looked) >= 0.8
            pictured = pictured or bool(find_images(other.values, 3)[0])
            people = people or _holds_person_ids(other.values)
        return Neighbours(tuple(other.path for other in others), seen, pictured, people)


def _holds_person_ids(values: pa.Array) -> bool:
    if storage(values) != "text":
        return False
    sample = spread(values, 64)
    return len(sample) > 0 and len(starting(sample, _PERSON_ID)) >= 0.8 * len(sample)


class TemplateJudge:
    """Recorded templates by their structure: fingerprint, iris and face records of standards and of common readers."""

    def judge(self, column: Column, siblings: Sequence[Column], collection: str) -> list[ContentEvidence]:  # noqa: ARG002
        """Evidence per category for the kinds of record that up to 64 distinct values parse as."""
        found, tested = find_templates(column.values)
        common = sorted(found.items(), key=lambda item: (-item[1][0], item[0]))
        return [
            # The commonest kind of a mixed field is a little surer than the others: a field is called by one name.
            ContentEvidence(column.path, category, count, tested, min(0.99, confidence) - 0.002 * rank, ("content", "structure"))
            for rank, (category, (count, confidence)) in enumerate(common)
        ]
