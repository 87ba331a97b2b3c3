"""What names and neighbours say about a field of vectors: of faces, of texts, of voices, or unknown.

Words are whole tokens of a path (split at case changes, digits and punctuation), Chinese words are substrings. Opaque names
(``c7``) say nothing, and then only the neighbours speak.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from leftopen.classify.vectors import FACE_DIMS, TEXT_DIMS

_SPLIT = re.compile(r"[^a-zA-Z0-9一-鿿]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Za-z])(?=[0-9])")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FACE_TOOLS = _words("arcface facenet insightface sface dlib deepface buffalo ghostfacenet vggface mobilefacenet")
_FACE_PINYIN = _words("renlian rltz rlxl rltzz rltzxl rlk mianbu")
_NOT_FACE = _words("facebook facet facets faceted facebookid")
_FACE_ZH = ("人脸", "面部", "脸部", "人像特征")
_VECTOR = _words(
    "feature features feat feats embedding embeddings embed emb encoding encodings vector vectors vec "
    "descriptor descriptors template templates repr tezheng tezhengzhi xiangliang tz tzz tzxl"
)
_VECTOR_ZH = ("特征", "向量")
_TEXT = _words(
    "text title content body summary description chunk chunks document doc docs sentence sentences query "
    "article abstract question answer prompt passage paragraph product sku item semantic clip keyword "
    "keywords biaoti neirong"
)
_TEXT_ZH = ("标题", "正文", "内容", "摘要", "文本", "商品", "文章", "语义", "简介")
_VOICE = _words("voice voiceprint speaker xvector dvector ecapa shengwen")
_VOICE_ZH = ("声纹", "语音", "说话人")
_MEASURED = _words(
    "sensor sensors reading readings signal signals sample samples waveform series spectrum accel "
    "accelerometer gyro ecg eeg histogram hist weights weight probabilities probs scores bins audio "
    "temperature temperatures values"
)
_NEAR_FACE = _words(
    "bbox box landmark landmarks kps keypoints liveness capture captured captures snapshot snap portrait "
    "similarity similar detector camera headshot mugshot xiangsidu xsd zhuapai shexiangtou sxt zpsj"
)
_NEAR_FACE_ZH = ("抓拍", "相似度", "关键点", "活体", "摄像", "人像", "比对")
_PICTURE = _words("image img photo photos pic picture pictures avatar jpg jpeg zhaopian tupian zp tp touxiang")
_PICTURE_ZH = ("照片", "图片", "头像", "图像")
_PERSON = _words(
    "person people student pupil employee staff visitor member resident idcard idno sfz sfzh xuehao xh xm "
    "xsxm xingming child guardian teacher subject identity"
)
_PERSON_ZH = ("学生", "学号", "姓名", "身份证", "人员", "员工", "学籍")


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What stands beside a field in the same record.

    ``face_images``: a neighbour's pictures were seen to show faces; ``pictures``: a neighbour holds pictures (not looked at);
    ``person_ids``: a neighbour's values have the form of an identity number or a mobile number.
    """

    paths: tuple[str, ...] = ()
    face_images: bool = False
    pictures: bool = False
    person_ids: bool = False


def tokens(path: str) -> frozenset[str]:
    """Lower-case words of a path or name, and each pair of neighbouring words written as one (``id_card`` → ``idcard``)."""
    words = [word.lower() for word in _SPLIT.split(path) if word]
    return frozenset(words) | {a + b for a, b in pairwise(words)}


def _has(path: str, words: frozenset[str], chinese: Iterable[str] = ()) -> bool:
    return bool(tokens(path) & words) or any(word in path for word in chinese)


def names_face(path: str) -> bool:
    """True if a name says face: ``faceFeature``, ``arcface``, ``renlian_tz``, ``人脸特征``; not ``surface`` or ``facet``."""
    words = tokens(path)
    if any(word.startswith("face") and word not in _NOT_FACE for word in words):
        return True
    return bool(words & (_FACE_TOOLS | _FACE_PINYIN)) or any(word in path for word in _FACE_ZH)


def judge_face_vector(path: str, collection: str, dim: int, near: Neighbours, model: str = "") -> tuple[float, tuple[str, ...]]:
    """(confidence that dense vectors of a field are of faces, evidence words); 0.0 if nothing says so.

    Dimension alone is never enough, and a text beside the vector is believed unless the name itself says face. ``model`` is
    a face model whose numbers these are, if the numbers say so.
    """
    fits = dim in FACE_DIMS
    if names_face(path):
        return (0.97 if fits else 0.85 if dim not in TEXT_DIMS else 0.75), ("field_name", "vector")
    if _has(path, _TEXT, _TEXT_ZH) or _has(path, _VOICE, _VOICE_ZH) or _has(path, _MEASURED):
        return 0.0, ()
    if model:
        return (0.93 if _has(path, _VECTOR, _VECTOR_ZH) else 0.8), ("value", "vector")
    texts = sum(_has(other, _TEXT, _TEXT_ZH) for other in near.paths)
    faces = sum(names_face(other) or _has(other, _NEAR_FACE, _NEAR_FACE_ZH) for other in near.paths)
    people = near.person_ids or any(_has(other, _PERSON, _PERSON_ZH) for other in near.paths)
    pictures = near.pictures or any(_has(other, _PICTURE, _PICTURE_ZH) for other in near.paths)
    named = _has(path, _VECTOR, _VECTOR_ZH)
    if dim in TEXT_DIMS and not (named and near.face_images and not texts):
        return 0.0, ()
    if texts and not near.face_images and faces < 2:
        return 0.0, ()
    if near.face_images:
        return (0.92 if named and fits else 0.8 if fits else 0.5), ("siblings", "vector")
    if not fits:
        return 0.0, ()
    if names_face(collection):
        return (0.9 if named else 0.72), ("collection_name", "vector")
    if named:
        confidence = 0.88 if faces >= 2 else 0.8 if faces else 0.7 if people and pictures else 0.4 if people else 0.0
    else:
        confidence = 0.6 if faces >= 2 else 0.45 if faces or (people and pictures) else 0.35 if people else 0.0
    return confidence, ("siblings", "vector") if confidence else ()


def names_voice(path: str) -> bool:
    """True if a name says voice or speaker."""
    return _has(path, _VOICE, _VOICE_ZH)


def names_finger(path: str) -> bool:
    """True if a name says finger or fingerprint."""
    return any(word.startswith("finger") for word in tokens(path)) or _has(path, _words("fp fpimg zhiwen zw wsq"), ("指纹",))
