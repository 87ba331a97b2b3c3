# ruff: noqa: E501  (the long lines are patterns and lists of words)
"""Names in Latin letters in prose: runs of capitalised words, judged by lexicon, classifier, and by what stands before and after."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from leftopen.classify.lexicons import latin_score
from leftopen.classify.spans.found import Span
from leftopen.classify.spans.words import LOOKALIKES, PROSE_WORDS, Use, use_of
from leftopen.classify.words import WORDS

_ALL = [chr(c) for c in (*range(0x41, 0x250), *range(0x1E00, 0x1F00)) if chr(c).isalpha()]
UP, LOW = "".join(c for c in _ALL if c.isupper()), "".join(c for c in _ALL if c.islower())
WORD = rf"(?:[{UP}][{LOW}{UP}]*(?:['’-][{UP}{LOW}][{LOW}{UP}]+)*)"
_PARTICLE = r"(?:de|da|do|dos|das|del|della|di|du|van|von|der|den|ter|ten|la|le|los|las|bin|ibn|binti|bint|al|el|ul|ur|e|y|zu|zur|af|av|dello|degli|vom|'t|op|mac|ap)"
_RUN = re.compile(
    rf"(?<![0-9_{UP}{LOW}@.#/&$-])(?:{WORD}\.?|O['’]{WORD})(?:[ \u00a0](?:{_PARTICLE}[ \u00a0]){{0,3}}(?:{WORD}\.?|[Dd]['’]{WORD}))*"
)
_TOKEN = re.compile(r"[^ \u00a0]+")
_TITLES = WORDS["titles"] | PROSE_WORDS["titles"]
_SUFFIX = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md", "dds", "dvm", "esq"})
_LINKS = frozenset(_PARTICLE.strip("()?:").split("|"))
_NEVER = WORDS["capitals"] | PROSE_WORDS["never"]
"""Words that are capitalised for other reasons than being a name, or that head a form's line."""
_ORG = re.compile(
    r"^(?:,? (?:Inc|Ltd|LLC|L\.L\.C|GmbH|Corp|Co|Group|Holdings|PLC|AG|SA|Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Boulevard|Blvd|Court|Square|School|"
    r"University|College|Hospital|Bank|City|County|Park|Island|River|Lake|Bridge|Airport|Station|Foundation|Institute|Museum|Stadium|Award|Prize|"
    r"Project|Software|License|Licence|Theorem|Act|Law|Method|Algorithm|Test|Hotel|Hall|Church|Library|Center|Centre|Clinic|Company|Associates|"
    r"Nursing|Care|Medical|Health|Retirement|Home|Times|Post|Herald|News|Partners|Industries|Technologies|Systems|Solutions|Elementary|High|Middle|Academy|Memorial|Cup|League|FC|United|Rovers)\b|,? and Sons\b| ?& | ?®| ?™)"
)
_FIRMS = PROSE_WORDS["firms"]
"""Last words of names of firms, papers and places."""
_TITLED = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Mx|Miss|MR|MRS|MS|MISS|DR|Dr|Prof|Professor|Doctor|Sir|Madam|Herr|Frau|Sr|Sra|Mme|Mlle|Monsieur|Madame|Officer|Detective|Sgt|Sergeant|Capt|Captain|Lt|"
    r"Judge|Justice|Nurse|Rev|Reverend|Father|Sister|Brother|Uncle|Aunt|Señora?|Lord|Lady|Senator|Inspector|Constable|Coach|Mme)\.? )$"
)
_STRONG = re.compile(
    r"(?:(?i:\b(?:names?|patient|student|pupil|guardian|contact|customer|client|my name is|name's|named|dear|signed|signed by|hi|hello|hey|good morning|good afternoon|"
    r"good evening|greetings|attn|attention|tenant|landlord|defendant|plaintiff|witness|suspect|victim|applicant|candidate|employee|beneficiary|policyholder|cardholder|taxpayer|"
    r"cardholder name|account holder|payee|recipient|sender|full name|insured|next of kin|emergency contact|physician|spouse|husband|wife|son|daughter|mother|father|"
    r"brother|sister|colleague|neighbou?r|friend|boss|supervisor|interviewer|interviewee|participant|author|lessee|lessor|vorname|nachname|nom|prénom|nombre|apellidos?|"
    r"nome|cognome|naam|achternaam|voornaam|sehr geehrte[r]?|liebe[r]?|cher|chère|estimad[oa]|querid[oa]|hola|bonjour|hallo|first[ _]?name|last[ _]?name|full[ _]?name|given[ _]?name|family[ _]?name|real[ _]?name|display[ _]?name|on (?:the )?card|cardholder|ansprechpartner(?:in)?|surname|middle name|maiden name|given name|"
    r"family name|firstname|lastname|fullname|call me|i am|i'm|this is|it's|je m'appelle|ich heiße|me llamo|mi chiamo|speaking with|spoke with|spoke to|interviewed|introduce|born to|married to|wedding of|assigned to|reported by|prepared by|"
    r"written by|approved by|reviewed by|contact person|passenger|borrower|caller|please copy|copying|police said|identified as|belongs to|represented by|employee name|on behalf of)\b)"
    r"(?i:\"? ?names?)?(?i: is| was|\"? ?:|,| -| –| ?=|\|)?[\s>*\"'“(\[]{0,4})$|"
    r"(?:(?i:\b(?:from|to|cc|bcc|user|holder|owner|member|guest|subscriber|donor|agent|rep|representative|manager|assistant|coach|teacher|professor|provider|attending|doctor|parent|nurse|buyer|seller|"
    r"references?|best|love|cheers|regards|kind regards|best regards|sincerely|yours truly|yours sincerely|yours faithfully|best wishes|many thanks|thanks|thank you|warm regards|respectfully|"
    r"thx|xoxo|mit freundlichen grüßen|cordialement|saludos|atentamente|viele grüße|candidate|notes?)\b)(?:\"? ?[:=]|,|\n|!)[\s>*\"'“(\[]{0,4})$"
)
_WEAK = re.compile(
    r"(?:\b(?i:by|with|and|of|for|to|from|is|was|that|asked|told|called|emailed|texted|mr|employees?|students?|ask|tell|see|via|than|like|where|because|"
    r"when|while|after|before|as|if|but|said|says|has|had|about|between|versus|vs|let|per|whom|who|both|including|managers?)\b,? |[.!?\"”\n>:;|,(•*-]\s{0,3}|^\s*)$"
)
_SAID = re.compile(
    r"^(?:'s\b|’s\b|,? (?:said|says|told|asked|wrote|replied|called|lives?|lived|works?|worked|was born|was|is|has|had|will|can|could|would|did|does|"
    r"joined|visited|reported|stated|who|born|aged|age|and I|signed|explained|added|emailed|phoned|confirmed|requested|recently|currently|also|"
    r"received|moved|ordered|needs?|wants?|paid|bought|sent|went|thinks|thought|spoke|arrived|attended|presented|complain(?:s|ed)|denies|denied)\b|"
    r" ?\(\d{2}\)|, \d{1,2}\b(?!\d)|, ?(?:age|aged|born|MD|M\.D\.|PhD|Ph\.D\.|RN|Esq|CPA)|,? ?<|: |\n|,? ?\([A-Za-z0-9._]+@)"
)
_LOWER = re.compile(
    rf"(?i:\b(?:my name is|name's|name is|i am|i'm|call me|this is|name ?[:=])[ \"']{{1,3}})((?:[{LOW}{UP}]['’{LOW}{UP}-]+)(?: [{LOW}{UP}]['’{LOW}{UP}-]+){{0,2}})"
)


_BY_HAN = re.compile(r"[\u4e00-\u9fff、和][\u4e00-\u9fff、，。,.！!？?]|[：:，,][\u4e00-\u9fff]")
_LED = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Officer|Judge|Herr|Frau|Professor|Captain|Detective|Nurse|Dear|Madame|Monsieur)\.? |[Nn]ame: |[Ss]urname: |^)((?:van der|van den|van de|van|von der|von|de la|de los|de|del|della|di|da|dos|du|al|el|bin|ter|ten|den|le) )$"
)
"""Particles in small letters at the head of a surname."""


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    text: str
    use: Use

    @property
    def initial(self) -> bool:
        return len(self.text.rstrip(".")) == 1

    @property
    def never(self) -> bool:
        low = self.text.lower().rstrip(".")
        return low in _NEVER or (self.use.word > max(self.use.given, self.use.surname) + 1)


def names(text: str) -> Iterator[Span]:
    """People's names with confidence and evidence."""
    weak: list[tuple[int, int, float, float, tuple[str, ...]]] = []
    done = -1
    for match in _RUN.finditer(text):
        for words in _parts(text, *match.span()):
            start, end = words[0].start, words[-1].end
            if start < done:
                continue
            if start > 2 and text[start - 2].islower() and (led := _LED.search(text[max(0, start - 40) : start])):
                words = [_Word(start - len(led.group(1)), start - 1, led.group(1)[:-1], words[0].use), *words]
                start = words[0].start
            flipped = _last_first(text, words)
            if flipped:
                done = flipped
                yield Span(start, flipped, "biographical.name_latin", 0.82, ("dictionary", "shape"))
                continue
            judged = _judge(text, words)
            if judged is not None:
                weak.append((start, end, *judged))
    if weak:
        for start, end, sure, need, how in weak:
            if need < -5 or latin_score(text[start:end].title()) >= need:
                yield Span(start, end, "biographical.name_latin", sure, how)
    for match in _LOWER.finditer(text):
        tokens = match.group(1).split(" ")
        good = 0
        for token in tokens:
            use = use_of(token)
            if (
                max(use.given, use.surname) < (4 if not good else 2)
                or use.word >= max(use.given, use.surname)
                or token.lower() in _NEVER
            ):
                break
            good += 1
        if good and use_of(tokens[0]).given >= 4:
            end = match.start(1) + len(" ".join(tokens[:good]))
            yield Span(match.start(1), end, "biographical.name_latin", 0.84, ("context", "dictionary"))


def _parts(text: str, start: int, end: int) -> Iterator[list[_Word]]:
    """The run cut at words that belong to no name, and after full stops that end a sentence."""
    words: list[_Word] = []
    for match in _TOKEN.finditer(text, start, end):
        raw = match.group()
        low = raw.lower().rstrip(".")
        word = _Word(match.start(), match.end(), raw, use_of(low.removesuffix("'s").removesuffix("’s")))
        if raw.endswith(("'s", "’s")):
            word = _Word(word.start, word.end - 2, raw[:-2], word.use)
        if raw.endswith(".") and not (word.initial or low in _SUFFIX or low in _TITLES):
            word = _Word(word.start, word.end - 1, raw[:-1], word.use)
        if low in _LINKS and raw[0].islower():
            if words:
                words.append(word)
            continue
        shouting = raw.isupper() and len(low) > 1 and not word.use.given and not word.use.surname
        if (
            low in _TITLES
            and low not in ("may",)
            and not word.initial
            and (word.use.given < 6 or low in ("dr", "mr", "mrs", "miss"))
        ):
            yield from _whole(words)
            words = []
            continue
        never = word.never
        if never and not words and low not in _NEVER:
            never = not _TITLED.search(text[max(0, word.start - 12) : word.start])
        if never or (shouting and len(low) <= 3):
            strong = words and words[0].use.given >= 5 and not words[0].never and word.use.surname >= 4 and low not in _NEVER
            head = not words and word.use.given >= 5 and low not in _NEVER
            if not strong and not head:
                yield from _whole(words)
                words = []
                continue
        words.append(word)
        if (raw.endswith(".") and not (word.initial or low in _SUFFIX)) or match.end() != word.end:
            yield from _whole(words)
            words = []
    yield from _whole(words)


def _whole(words: list[_Word]) -> Iterator[list[_Word]]:
    while words and words[-1].text.lower() in _LINKS and words[-1].text[0].islower():
        words = words[:-1]
    if words and not all(w.initial for w in words) and len(words) <= 7:
        yield words


def _last_first(text: str, words: Sequence[_Word]) -> int:
    """End of ``Surname, Given`` if the words are such a surname that begins a line, a field or follows a label; else 0."""
    last, end = words[-1], words[-1].end
    if len(words) > 1 and words[0].use.given >= 4 and words[0].use.given > words[0].use.surname:
        return 0
    if last.use.word >= last.use.surname or re.match(r", \S+ (?:and|&) ", text[end : end + 30]):
        return 0
    if len(words) > 3 or text[end : end + 2] != ", " or max(last.use.surname, 0) < 3 or last.never:
        return 0
    before = text[max(0, words[0].start - 40) : words[0].start]
    if not (re.search(r"(?:^|[\n\t|;:>\"(=])\s*$", before) or _STRONG.search(before)):
        return 0
    found = re.match(rf"{WORD}(?: (?:{WORD}|[{UP}]\.?))?", text[end + 2 : end + 40])
    if not found:
        return 0
    first = found.group().split(" ")
    use = use_of(first[0])
    if use.given < 4 or use.word > use.given or first[0].lower() in _NEVER:
        return 0
    stop = end + 2 + found.end()
    if len(first) > 1 and len(first[1].rstrip(".")) > 1 and max(use_of(first[1]).given, use_of(first[1]).surname) < 2:
        stop = end + 2 + len(first[0])
    rest = text[stop : stop + 3]
    good = not rest or rest[0] in '\n\t|;,.)"<(' or rest[:2] in (" (", " -", " |", " <") or use.given >= 6
    return stop if good and not (last.use.given >= 6 and last.use.surname < 5 and not rest.startswith("\n")) else 0


def _judge(text: str, words: Sequence[_Word]) -> tuple[float, float, tuple[str, ...]] | None:
    """Confidence, least score of the classifier, and evidence; None if the words are no name."""
    start, end = words[0].start, words[-1].end
    before, after = text[max(0, start - 40) : start], text[end : end + 24]
    if _ORG.match(after):
        return None
    titled, strong = bool(_TITLED.search(before)), bool(_STRONG.search(before))
    weak, said = bool(_WEAK.search(before)), bool(_SAID.match(after))
    solid = [w for w in words if not w.initial and w.text.lower() not in _LINKS and w.text.lower().rstrip(".") not in _SUFFIX]
    if not solid or solid[-1].text in _FIRMS:
        return None
    full = text[start:end]
    if full.lower() in LOOKALIKES:
        return None
    place = use_of(full).place if " " in full else solid[0].use.place
    shouting = full.isupper()
    if titled:
        return 0.93, -9.0, ("context", "dictionary")
    first, last = solid[0], solid[-1]
    if len(solid) == 1 and len(words) == 1:
        speaker = after.startswith(": ") and bool(re.search(r"(?:^|\n)$", before))
        return _single(
            first, place, strong, weak, said, shouting, speaker, bool(_BY_HAN.match(text[start - 1 : start] + text[end : end + 1]))
        )
    initials = len(solid) == 1
    given, surname = first.use.given, last.use.surname
    if place >= 4 and " " in full and not strong:
        return None
    known = (given >= 3) + (surname >= 3 or last.use.given >= 4) if not initials else (max(given, surname) >= 4) * 2
    wordy = sum(w.use.word >= 3 and w.use.word + 1 >= max(w.use.given, w.use.surname) for w in solid)
    plain = any(w.use.word and w.use.word >= max(w.use.given, w.use.surname) for w in (first, last))
    if plain and not strong:
        return None
    if known == 2 and wordy < len(solid):
        sure = 0.92 if strong else 0.85 if said else 0.69 if given >= 5 and surname >= 4 else 0.66
        return (
            sure - 0.08 * (shouting and not strong),
            -9.0 if strong or given >= 5 else -0.5,
            ("context",) * strong + ("dictionary",),
        )
    if strong and not wordy:
        return 0.87, -1.2, ("context", "dictionary" if known else "shape")
    if strong and wordy < len(solid) and known:
        return 0.8, -0.2, ("context", "dictionary")
    if shouting:
        return None
    if known == 1 and not wordy and (given >= 5 or surname >= 4 or said):
        return 0.66, -0.9 if said else -0.4 if weak else 0.0, ("dictionary",)
    if known == 1 and not wordy:
        return 0.64, 0.3 if weak else 0.9, ("dictionary",)
    if not wordy and said and not any(use_of(w.text).place for w in solid):
        return 0.62, 0.3 if weak else 0.8, ("shape",)
    return None


def _single(
    word: _Word, place: int, strong: bool, weak: bool, said: bool, shouting: bool, speaker: bool = False, han: bool = False
) -> tuple[float, float, tuple[str, ...]] | None:
    """The same for one word that stands alone."""
    use = word.use
    best = max(use.given, use.surname)
    if len(word.text) < 2 or (shouting and not strong):
        return None
    if speaker and best >= 3 and use.word < best:
        return 0.7, -1.5, ("context", "dictionary")
    if strong and best >= 3 and use.word < best and place < best + 2:
        return 0.84, -2.0, ("context", "dictionary")
    if strong and not use.word and not place and not shouting:
        return 0.72, 0.6, ("context", "shape")
    if use.given >= 6 and use.word <= 2 and use.given > place + 1 and (said or weak):
        return 0.72 if said else 0.62, -1.0, ("dictionary",)
    if han and use.given >= 5 and use.word <= 2 and use.given > place:
        return 0.66, -1.0, ("dictionary",)
    if use.given >= 5 and use.word <= 1 and use.given > place and said and weak:
        return 0.64, 0.0, ("dictionary",)
    return None
