from __future__ import annotations

import base64
import itertools
import struct
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leftopen.classify.flatten import Column
from leftopen.classify.judges import TemplateJudge
from leftopen.classify.templates import find_templates, parse_record
from leftopen.lab.faces import Faces

RNG = np.random.default_rng(41)
JPEG = Faces(41).jpeg(0)


def view(minutiae: int, extended: int = 0) -> bytes:
    return bytes([1, 0, 80, minutiae]) + RNG.bytes(6 * minutiae) + struct.pack(">H", extended) + bytes(extended)


def fmr_2005(minutiae: int = 30, views: int = 1, pad: int = 0) -> bytes:
    body = b"".join(view(minutiae) for _ in range(views))
    head = struct.pack(">IHHHHHBB", 24 + len(body), 0, 300, 400, 197, 197, views, 0)
    return b"FMR\0 20\0" + head + body + bytes(pad)


def ansi_378(minutiae: int = 30) -> bytes:
    body = view(minutiae, 4)
    return b"FMR\0 20\0" + struct.pack(">HIHHHHHBB", 26 + len(body), 0x1B0401, 0, 300, 400, 197, 197, 1, 0) + body


def fmr_2011(minutiae: int = 30) -> bytes:
    body = RNG.bytes(40 + 6 * minutiae)
    one = struct.pack(">I", 4 + len(body)) + body
    return b"FMR\x00030\0" + struct.pack(">IHB", 15 + 2 * len(one), 2, 0) + one * 2


def pictured(magic: bytes, version: bytes = b"010\0") -> bytes:
    body = bytes(30) + JPEG
    if magic == b"FIR\0" and version == b"010\0":
        return magic + version + (19 + len(body)).to_bytes(6, "big") + bytes(4) + b"\x01" + body
    if magic == b"IIR\0" and version == b"010\0":
        return magic + version + struct.pack(">IHB", 15 + len(body), 0, 1) + body
    return magic + version + struct.pack(">IH", 14 + len(body), 1) + body


def wsq() -> bytes:
    def segment(marker: int, body: bytes) -> bytes:
        return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body

    frame = struct.pack(">BBHHBHBHBH", 0, 255, 480, 320, 0, 100, 0, 100, 0, 0)
    parts = (
        segment(0xA4, bytes(60)),
        segment(0xA5, bytes(200)),
        segment(0xA2, frame),
        segment(0xA6, bytes(40)),
        segment(0xA3, b"\0"),
    )
    return b"\xff\xa0" + b"".join(parts) + RNG.bytes(900) + b"\xff\xa1"


def nist(kinds: tuple[int, ...] = (14,)) -> bytes:
    content = "\x1e".join([f"1\x1f{len(kinds)}", *(f"{kind}\x1f{number:02d}" for number, kind in enumerate(kinds))])
    rest = f"\x1d1.002:0500\x1d1.003:{content}\x1d1.004:CAR\x1d1.005:20250101\x1c"
    head = f"1.001:{len(rest) + 10:04d}"
    return (head + rest).encode() + RNG.bytes(400)


def tlv(tag: bytes, body: bytes) -> bytes:
    return tag + b"\x82" + struct.pack(">H", len(body)) + body


def passport(tag: bytes, record: bytes) -> bytes:
    inner = tlv(b"\x7f\x60", tlv(b"\xa1", b"\x80\x02\x01\x01") + tlv(b"\x5f\x2e", record))
    return tlv(tag, tlv(b"\x7f\x61", b"\x02\x01\x01" + inner))


def digital_persona() -> bytes:
    return bytes.fromhex("00F84001C82AE3735CC0413709AB71") + RNG.bytes(300)


def bir() -> bytes:
    return b"<?xml version='1.0'?><BIR><BDBInfo/><BDB>" + base64.b64encode(fmr_2005()) + b"</BDB></BIR>"


def source_afis() -> bytes:
    def text(word: str) -> bytes:
        return bytes([0x60 + len(word)]) + word.encode()

    lists = b"".join(text(key) + b"\x98\x20" + bytes(32) for key in ("positionsX", "positionsY", "directions"))
    sizes = text("width") + b"\x19\x01\x2c" + text("height") + b"\x19\x01\x90"
    return b"\xa7" + text("version") + text("3.18.1") + sizes + lists + text("types") + b"\x78\x20" + b"EB" * 16


def fmr_2011_views(minutiae: int, extended: int) -> bytes:
    body = RNG.bytes(30) + RNG.bytes(6 * minutiae) + struct.pack(">H", extended) + RNG.bytes(extended)
    one = struct.pack(">I", 4 + len(body)) + body
    return b"FMR\x00030\0" + struct.pack(">IHB", 15 + 4 * len(one), 4, 1) + one * 4


def ansi_381(raw: bool) -> bytes:
    body = bytes([1, 1, 1, 90, 0]) + struct.pack(">HHB", 300, 400, 0) + (RNG.bytes(120_000) if raw else JPEG)
    one = struct.pack(">I", 4 + len(body)) + body
    head = struct.pack(">IHHBBHHHHBBH", 0x1B0401, 0, 31, 1, 1, 500, 500, 500, 500, 8, 0 if raw else 3, 0)
    return b"FIR\x00010\0" + (14 + len(head) + len(one)).to_bytes(6, "big") + head + one


def several_in_one_group() -> bytes:
    def one(record: bytes) -> bytes:
        return tlv(b"\x7f\x60", tlv(b"\xa1", b"\x80\x02\x01\x01\x81\x01\x08") + tlv(b"\x5f\x2e", record))

    return tlv(b"\x63", tlv(b"\x7f\x61", b"\x02\x01\x02" + one(pictured(b"FIR\0")) + one(pictured(b"FIR\0"))))


def displayed(tag: int, inner: bytes) -> bytes:
    return tlv(bytes([tag]), b"\x02\x01\x01" + tlv(inner, JPEG))


def piv(record: bytes, wrapped: bool = False) -> bytes:
    head = struct.pack(">BBIHHH", 3, 0x0D, len(record), 0, 0x001B, 0x0201)
    data = head + bytes(88 - len(head)) + record
    return tlv(b"\x53", tlv(b"\xbc", data)) if wrapped else data


def fp1() -> bytes:
    return b"FP1" + struct.pack("<HIB", 2, 7, 1) + struct.pack("<I", 40) + RNG.bytes(2400)


def fp2() -> bytes:
    items = b"".join(struct.pack("<I", 2404) + struct.pack("<I", 40) + RNG.bytes(2400) for _ in range(5))
    return b"FP2" + struct.pack("<HIB", 2, 7, 1) + items


def fp3() -> bytes:
    return b"FP3\2\0\0\0upekts\0" + b"0\0\0" + RNG.bytes(600) + b"\0(a(aiaiai))\x10\x30"


def mindtct() -> bytes:
    lines = "".join(f"  {n} :  {n * 3}, {n * 2} : 12 : 0.4 :BIF :APP : 1 : 2, 3; 4\n" for n in range(30))
    return f"Image (w,h) 320 480\n\n30 Minutiae Detected\n\n{lines}".encode()


def java_afis() -> bytes:
    def text(word: str) -> bytes:
        return bytes([0x60 + len(word)]) + word.encode()

    numbers = b"\x9f" + b"".join(b"\x18" + bytes([n]) for n in range(30, 50)) + b"\xff"
    angles = b"\x9f" + b"\xfa\x3f\x80\0\0" * 20 + b"\xff"
    body = text("version") + text("3.13.0-java") + text("width") + b"\x19\x01\x2c" + text("height") + b"\x19\x01\x90"
    body += text("positionsX") + numbers + text("positionsY") + numbers + text("directions") + angles
    return b"\xbf" + body + text("types") + text("EB" * 10) + b"\xff"


def niem(image: bool = True) -> bytes:
    blob = base64.b64encode(JPEG).decode() if image else ""
    return (
        '<?xml version="1.0"?>\n<itl:NISTBiometricInformationExchangePackage xmlns:itl="x" xmlns:biom="y" xmlns:nc="z">'
        "<itl:PackageFingerprintImageRecord><biom:RecordCategoryCode>14</biom:RecordCategoryCode><biom:FingerprintImage>"
        f"<nc:BinaryBase64Object>{blob}</nc:BinaryBase64Object></biom:FingerprintImage></itl:PackageFingerprintImageRecord>"
        "</itl:NISTBiometricInformationExchangePackage>"
    ).encode()


def sealed_bir() -> bytes:
    body = base64.urlsafe_b64encode(RNG.bytes(900)).decode()
    return f"<BIR xmlns='c'><BDBInfo><Format/><Type>Iris</Type></BDBInfo><BDB>{body}</BDB></BIR>".encode()


def veins() -> bytes:
    return b"VIR\x00010\0" + struct.pack(">I", 400) + RNG.bytes(388)


SAMPLES = {
    "ISO 19794-2:2005": (fmr_2005(), "biometric.fingerprint_template"),
    "several views": (fmr_2005(views=4), "biometric.fingerprint_template"),
    "no minutiae": (fmr_2005(0), "biometric.fingerprint_template"),
    "padded": (fmr_2005(pad=121), "biometric.fingerprint_template"),
    "one byte short": (fmr_2005()[:-1], "biometric.fingerprint_template"),
    "ANSI 378-2004": (ansi_378(), "biometric.fingerprint_template"),
    "ISO 19794-2:2011": (fmr_2011(), "biometric.fingerprint_template"),
    "FIR 010": (pictured(b"FIR\0"), "biometric.fingerprint_image"),
    "FIR 020": (pictured(b"FIR\0", b"020\0"), "biometric.fingerprint_image"),
    "FAC": (pictured(b"FAC\0"), "biometric.face_record"),
    "FAC 030": (pictured(b"FAC\0", b"030\0"), "biometric.face_record"),
    "IIR 010": (pictured(b"IIR\0"), "biometric.iris"),
    "IIR 020": (pictured(b"IIR\0", b"020\0"), "biometric.iris"),
    "WSQ": (wsq(), "biometric.fingerprint_image"),
    "AN2K 14": (nist(), "biometric.fingerprint_image"),
    "AN2K 9": (nist((2, 9)), "biometric.fingerprint_template"),
    "AN2K 17": (nist((2, 17)), "biometric.iris"),
    "DG2": (passport(b"\x75", pictured(b"FAC\0")), "biometric.face_record"),
    "DG3": (passport(b"\x63", pictured(b"FIR\0")), "biometric.fingerprint_image"),
    "CBEFF group": (passport(b"\x75", fmr_2005())[4:], "biometric.fingerprint_template"),
    "CBEFF XML": (bir(), "biometric.fingerprint_template"),
    "DigitalPersona": (digital_persona(), "biometric.fingerprint_template"),
    "SourceAFIS": (source_afis(), "biometric.fingerprint_template"),
    "ISO 19794-2:2011, four views": (fmr_2011_views(40, 12), "biometric.fingerprint_template"),
    "ISO 19794-2:2005, extended": (
        b"FMR\0 20\0" + struct.pack(">IHHHHHBB", 24 + len(view(9, 44)), 0, 300, 400, 197, 197, 1, 0) + view(9, 44),
        "biometric.fingerprint_template",
    ),
    "ANSI 381": (ansi_381(False), "biometric.fingerprint_image"),
    "ANSI 381, raw pixels": (ansi_381(True), "biometric.fingerprint_image"),
    "DG3, two fingers": (several_in_one_group(), "biometric.fingerprint_image"),
    "DG4": (passport(b"\x76", pictured(b"IIR\0")), "biometric.iris"),
    "DG5": (displayed(0x65, b"\x5f\x40"), "biometric.face_record"),
    "DG7": (displayed(0x67, b"\x5f\x43"), "biometric.signature"),
    "PIV": (piv(ansi_378()), "biometric.fingerprint_template"),
    "PIV, wrapped": (piv(ansi_378(), True), "biometric.fingerprint_template"),
    "PIV face": (piv(pictured(b"FAC\0")), "biometric.face_record"),
    "libfprint 1": (fp1(), "biometric.fingerprint_template"),
    "libfprint 2": (fp2(), "biometric.fingerprint_template"),
    "libfprint 3": (fp3(), "biometric.fingerprint_template"),
    "NBIS": (mindtct(), "biometric.fingerprint_template"),
    "SourceAFIS, written by Java": (java_afis(), "biometric.fingerprint_template"),
    "NIEM": (niem(), "biometric.fingerprint_image"),
    "sealed BIR": (sealed_bir(), "biometric.iris"),
    "ISO 19794-9": (veins(), "biometric.palm_vein"),
    "ZKTeco": (b"MISS21" + RNG.bytes(600), "biometric.fingerprint_template"),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_every_format_in_every_carrier(name: str) -> None:
    data, category = SAMPLES[name]
    record = parse_record(data)
    assert record is not None
    assert record.categories == (category,)
    carriers = [
        pa.array([data], pa.binary()),
        pa.array([base64.b64encode(data).decode()]),
        pa.array([base64.encodebytes(data).decode()]),
        pa.array([base64.urlsafe_b64encode(data).decode().rstrip("=")]),
        pa.array(["\\x" + data.hex()]),
    ]
    for values in carriers if not data.startswith((b"<", b"Image")) else carriers[:1]:
        found, tested = find_templates(values)
        assert tested == 1
        assert found[category][0] == 1, values.type


def test_text_formats_as_text() -> None:
    for data in (nist(), bir()):
        assert find_templates(pa.array([data.decode("latin-1")]))[0]


@pytest.mark.parametrize("name", SAMPLES)
def test_what_disagrees_with_itself_is_refused(name: str) -> None:
    data, _ = SAMPLES[name]
    if name in ("NBIS", "libfprint 3", "ISO 19794-9", "sealed BIR", "NIEM"):
        assert parse_record(data[:60]) is None
        return
    if name in ("DigitalPersona", "ZKTeco"):
        assert parse_record(data[:60]) is None
        return
    magic = 6 if name.startswith("AN2K") else 3 if name == "WSQ" else 8
    for _ in range(300):
        assert parse_record(data[:magic] + RNG.bytes(len(data) - magic)) is None
    assert parse_record(data[: len(data) // 3]) is None or name in ("CBEFF XML", "AN2K 14", "AN2K 9", "AN2K 17", "padded", "WSQ")


def test_records_without_biometrics() -> None:
    assert parse_record(nist((2, 16, 99))) is None
    assert parse_record(niem(image=False)) is None
    assert parse_record(source_afis().replace(b"EB" * 16, b"EX" * 16)) is None
    assert parse_record(fp2()[:-3]) is None
    assert parse_record(pictured(b"FAC\0").replace(b"\xff\xd8\xff", b"\0\0\0")) is None


def test_judge_counts_values() -> None:
    records = [fmr_2005(20 + index) for index in range(10)]
    array = pa.array([*records, None, b"other", b"FMR\0 20\0broken" + bytes(30)])
    rows = np.arange(len(array))
    own = Column("c5", str(array.type), array, rows, "", rows)
    (evidence,) = TemplateJudge().judge(own, [own], "t")
    assert (evidence.category, evidence.matched, evidence.tested) == ("biometric.fingerprint_template", 10, 11)
    assert evidence.confidence > 0.9


def test_no_hit_in_files_of_this_machine() -> None:
    """Files of the system, whole, as binary values, for at most 15 seconds: none is a biometric record."""
    until, seen = time.monotonic() + 15, 0
    for path in itertools.chain.from_iterable(Path(folder).rglob("*") for folder in ("/usr/share", "/usr/lib", "/usr")):
        if seen >= 12_000 or time.monotonic() > until:
            break
        try:
            if not path.is_file() or path.is_symlink() or path.stat().st_size > 1 << 20:
                continue
            data = path.read_bytes()
        except OSError:
            continue
        seen += 1
        assert parse_record(data) is None, path
    assert seen > 100


HEADS = [data[:24] for data, _ in SAMPLES.values()]


@given(st.sampled_from(HEADS), st.integers(0, 24), st.binary(max_size=300))
@example(b"<", 1, b"<BDB>" * 40)
def test_parsers_never_raise(head: bytes, keep: int, tail: bytes) -> None:
    parse_record(head[:keep] + tail)
    find_templates(pa.array([head[:keep] + tail]))


@given(
    st.sampled_from([data for data, _ in SAMPLES.values()]),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=6),
)
def test_damaged_records_never_raise(data: bytes, damage: list[tuple[int, int]]) -> None:
    torn = bytearray(data)
    for place, value in damage:
        torn[place % len(torn)] = value
    parse_record(bytes(torn))
