# ruff: noqa: E501  (the long lines are patterns and lists of words)
"""Postal addresses in Latin script, from house number to country as one span."""

from __future__ import annotations

import re
from collections.abc import Iterator

from leftopen.classify.spans.found import Span
from leftopen.classify.spans.latin import LOW, UP
from leftopen.classify.spans.words import use_of

_W = rf"[{UP}][{LOW}{UP}'’.-]*"
_COMMON = (
    r"Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Court|Ct|Boulevard|Blvd|Place|Pl|Square|Sq|Terrace|Way|Close|Crescent|Highway|Hwy|Parkway|Pkwy|Circle|Cir|"
    r"Trail|Loop|Plaza|Alley|Mews|Grove|Row|Gardens|Rue|Marg|Nagar|Cove|Crossing|Turnpike|Pike|Quay|Walk|Hill|Rise|Vale|Gate|Chase|Parade|Promenade|Esplanade|Expressway"
)
_RARE = (
    "Heights|Mount|Mountains?|Springs?|Isle|Islands?|Ridges?|Canyon|Points?|Ports?|Mills?|Fords?|Falls|Stations?|Stravenue|Valleys?|Via|Views?|Villages?|Underpass|Walks?|Wells|"
    "Cape|Creek|Estates?|Extensions?|Ferry|Fields?|Flats?|Forest|Forges?|Fork|Forks|Glens?|Greens?|Harbors?|Haven|Hills?|Hollow|Inlet|Junctions?|Keys?|Knolls?|Lakes?|Landing|Lights?|"
    "Locks?|Lodge|Manors?|Meadows?|Mission|Motorway|Neck|Oval|Orchard|Parks?|Parkways|Pass|Passage|Path|Pines?|Plains?|Prairie|Radial|Ramp|Ranch|Rapids?|Rest|River|Roads|"
    "Route|Shoals?|Shores?|Skyway|Spurs?|Squares|Stream|Streets|Summit|Throughway|Trace|Track|Trafficway|Tunnel|Unions?|Viaduct|Vista|Ways|Bend|Bluffs?|Bottom|Branch|Bridge|"
    "Brooks?|Burgs?|Bypass|Camp|Causeway|Centers?|Circles|Cliffs?|Club|Common|Corners?|Course|Courts|Crest|Crossroad|Curve|Dale|Dam|Divide|Drives|Fall|Freeway|Garden|Gateway|"
    "Groves|Bayou|Beach|Annex|Arcade|Mall|Station|Town|End"
)
_DIR = r"(?:[NSEW]|NE|NW|SE|SW|North|South|East|West)\.?"
_UNIT = r"(?:(?:Apt|Apartment|Suite|Ste|Unit|Flat|Room|Rm|Floor|Fl|Bldg|Building|Lot|Apto|Studio|Block|Door|Piso|Top)\.?,? ?#?[A-Za-z0-9-]{1,6}(?: \d{1,4})?|# ?[A-Za-z0-9-]{1,6}|\d{1,3}(?:st|nd|rd|th) [Ff]loor)"
_SEP = r"(?:,? ?\n ?|, ?| )"
_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC|"
    "PR|VI|GU|AS|MP|FM|MH|PW|AA|AE|AP|ON|QC|BC|AB|MB|SK|NS|NB|NL|PE|YT|NT|NU|NSW|VIC|QLD|ACT|TAS"
)
_ZIP = r"(?:\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|\d{4} ?[A-Z]{2}|\d{5}-\d{3}|\d{2}-\d{3}|\d{3} \d{2,3}|\d{4}(?:-\d{3})?|\d{6})(?![\w-])"
_CITY = rf"(?:{_W}(?:[ -](?:(?:de|la|le|les|del|am|an|der|im|upon|on|of|sur|en|do|da|dos|sous|bei|the|in)[ -])?(?:{_W}|am|an der \w+)){{0,4}})"
_COUNTRY = r"(?:USA|U\.S\.A\.|US|UK|United States(?: of America)?|United Kingdom|England|Scotland|Wales|Germany|Deutschland|France|Spain|España|Italy|Italia|Netherlands|Canada|Australia|India|Ireland|Austria|Switzerland|Belgium|Brazil|Brasil|Poland|Sweden|Norway|Denmark|Finland|Portugal|Mexico|México|Japan|Singapore|New Zealand|South Africa)\b"
_TAIL = (
    rf"(?:{_SEP}{_UNIT})*(?:"
    rf"{_SEP}(?:{_CITY},? ?\n?)?(?:{_SEP})?(?:{_CITY},? )?(?:{_STATES})(?:,? {_ZIP}|\b(?![a-z]))|"
    rf",? ?\n? ?(?:{_CITY}, ?)?{_CITY}(?:, ?| |\n){_ZIP}|"
    rf"{_SEP}(?:[A-Z]{{1,2}}-)?{_ZIP},? ?{_CITY}(?: \([A-Z]{{2}}\)| ?/ ?[A-Z]{{2}}| - [A-Z]{{2}}|, [A-Z]{{2}}\b)?|"
    rf"(?:,? ?\n|, ){_CITY}(?=[.,;)\n\"']|$| (?:on|in|by|before|after|and|with|for|at|since|to|where|is|was)\b))?"
    rf"(?:(?:, ?|,? ?\n){_COUNTRY})?"
)
_NUMBER = r"(?<![\w.,/$€£#-])(?:(?:No\.? ?|#|H\.? ?No\.? ?)?\d{1,6}(?:[A-Za-z]|[-/]\d{1,4}[A-Za-z]?| 1/2| ?bis| ?ter)?)"
_NUMBERED = re.compile(
    rf"(?:(?:{_UNIT}|[{UP}][{LOW}]+ (?:House|Court|Building|Tower|Apartments|Heights|flat)),? )?{_NUMBER},? (?:{_DIR} )?(?:(?:{_W}|\d{{1,3}}(?:st|nd|rd|th)) ){{0,4}}?"
    rf"(?:(?:{_COMMON}|(?<=[a-z] )(?:{_RARE})(?! (?:{_COMMON})\b))\b\.?(?: {_DIR}(?![a-z]))?|(?:Broadway|Park Avenue|(?:Highway|Route|Hwy|US|SR|County Road|Avenue) [A-Z0-9]{{1,4}}))"
    + _TAIL
)
_LOWER = re.compile(
    rf"(?i){_NUMBER} (?:{_DIR} )?(?:[a-z'’]+ ){{1,3}}(?:street|avenue|ave|road|rd|lane|drive|court|boulevard|blvd|terrace|crescent|close)\b\.?(?: {_UNIT})?"
)
_STREET_DE = (
    rf"(?:[{UP}][{LOW}{UP}.-]*(?:stra(?:ß|ss)e|str\.|weg|gasse|platz|allee|ring|ufer|damm|stieg|chaussee|markt|graben|hof|berg|straat|laan|plein|gracht|kade|dreef|singel|weg|steeg|"
    rf"gatan|vägen|gränd|torg|gade|vej|veien|gata|allé|katu|tie|kuja|utca|út|tér)|"
    rf"(?:{_W}[ -]){{1,3}}(?:[Ss]tra(?:ß|ss)e|[Ss]tr\.|Weg|Gasse|Platz|Allee|Ring|Ufer|Damm|utca|út|tér|Sokak|Sok\.|Caddesi|Cad\.|Cd\.|Mahallesi|Mah\.|Bulvarı|gate|vei)|"
    rf"(?:Am|An der|Auf der|Im|In der|Zum|Zur|Unter den|Alte|Neue|Op de|Obere|Untere) {_W}(?: {_W})?)"
)
_STREET_ROMANCE = (
    r"(?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Bb]d|[Pp]lace|[Cc]hemin|[Ii]mpasse|[Aa]llée|[Qq]uai|[Rr]oute|[Ss]quare|[Cc]ours|[Pp]assage|[Vv]ia|[Vv]iale|[Pp]iazza|[Pp]iazzale|[Cc]orso|[Ll]argo|[Vv]icolo|[Ss]trada|[Cc]ontrada|[Bb]orgo|[Cc]anale|[Ii]ncrocio|[Rr]otonda|[Ss]tretto|[Vv]ico|"
    r"[Cc]alle|C/|C\.(?= de )|[Aa]venida|Av\.|Avda\.|[Pp]aseo|[Pp]laza|[Cc]amino|[Cc]arrera|[Rr]onda|[Gg]lorieta|[Cc]uesta|[Pp]asadizo|[Vv]ial|[Cc]allejón|[Uu]rbanización|[Aa]cceso|[Aa]lameda|[Pp]asaje|[Cc]ircuito|[Pp]rivada|[Bb]oulevard|Rambla|Peatonal|Continuación|Prolongación|Periférico|Corredor|Retorno|Eje vial|Andador|Cerrada|Diagonal|Ampliación|Intrarea|"
    r"[Rr]ua|[Tt]ravessa|[Pp]raça|[Ee]strada|[Rr]odovia|[Ll]adeira|[Vv]iela|[Ll]oteamento|[Cc]onjunto|[Qq]uadra|[Vv]ila|Vereda|Residencial|Setor|Recanto|Parque|Núcleo|Jardim|Fazenda|Favela|Esplanada|Condomínio|Colônia|Chácara|Campo|Passarela|Pátio|Sítio|Morro|Lago|Lagoa|Estação|Aeroporto|Feira|Distrito|Área|[Tt]recho|ul\.|ulica|al\.|aleja|os\.|pl\.|plac|[Uu]lica|Str\.|[Ss]trada|[Bb]ulevardul|[Aa]leea|Calea|Jl\.|Jalan|Gang|Gg\.|Jalan|Lorong|Đường)"
)
_NO = r"(?:,? ?(?:n[°º.]? ?|nr\.? ?|No\.? ?|#)?\d{1,5} ?(?:[a-zA-Z]\b)?(?:[-/]\d{1,4}[A-Za-z]?)?)"
_MORE = rf"(?:,? {{1,2}}(?:{_UNIT}|(?:m|lok|apt|appt|int|bloco|puerta|planta|piso|esc|dpto|depto|bl|et|ap|sc|interno|scala|app|[Aa]ppartamento|[Pp]iano|[Ii]nterior|[Ii]nterno|[Ss]cala|[Pp]uerta|[Pp]lanta|[Pp]iso|Bl|Sc|Ap|Et)\.? ?[\w-]{{1,5}}(?!\w)|\d{{1,2}}(?:[º°ª]|\.[ºª]) ?[A-Z]?\b))*"
_EURO = re.compile(
    rf"(?<![\w.])(?:{_STREET_DE}{_NO}(?![\d.])|{_STREET_ROMANCE} (?:(?:de |da |do |du |des |della |del |dei |degli |di |la |las |los |le |les |dos |das |d'|l'|y |e |św\. |gen\. |ks\. )*(?:{_W}|\d{{1,2}}(?= (?:de|di|d')\b)),? ?){{1,5}}{_NO}(?![\d.])){_MORE}{_TAIL}|"
    rf"{_NUMBER},? {_STREET_ROMANCE} (?:(?:de |du |des |de la |la |le |les |d'|l'|al |di )*{_W} ?){{1,5}}{_TAIL}"
)
_POSTAL = re.compile(
    rf"(?<![\w.]){_W}(?:[ -]{_W}){{0,3}} \d{{1,4}} ?[a-z]?(?:/\d{{1,4}})?[A-Z]?(?:, ?|\n)(?:[A-Z]{{1,2}}-)?(?:\d{{5}}|\d{{3}} \d{{2}}|\d{{2}}-\d{{3}}|\d{{4}} ?[A-Z]{{2}}|\d{{4}}) {_CITY}"
)
_ZIPPED = re.compile(
    rf"(?:{_UNIT} )?{_NUMBER} {_W}(?: {_W}){{0,3}}?(?:,? {_UNIT})?(?:, ?\n?| |\n){_CITY},? (?:{_STATES}|SA|WA),? {_ZIP}|"
    rf"(?:Strada|[SȘ]oseaua|Aleea|Calea|Bulevardul|Intrarea|Splaiul) {_W}(?: {_W}){{0,3}},(?: |\n){_CITY}, \d{{6}}(?!\d)|"
    rf"(?:{_UNIT}\n)(?:{_NUMBER},? )?{_W}(?: {_W}){{0,3}}\n{_CITY}\n[A-Z]{{1,2}}\d[A-Z\d]? ?\d[A-Z]{{2}}|"
    rf"(?:{_NUMBER},? )?{_W}(?: {_W}){{1,3}}\n{_CITY}\n[A-Z]{{1,2}}\d[A-Z\d]? ?\d[A-Z]{{2}}(?![\w-])|"
    rf"(?:H\.? ?No\.? ?\d{{1,4}}|(?<![\w/.])\d{{1,3}}(?:/\d{{1,3}})?),?[ \n](?:{_W} ?){{1,4}},?[ \n]{_CITY}[ -]\d{{6}}(?!\d)"
)
"""Without a word for a street, but with a number before and city and postal code behind."""
_BOX = re.compile(
    rf"(?i:\b(?:p\.? ?o\.? ?box|postfach|casilla|apartado|caixa postal|boîte postale|GPO box|private bag) ?#?:? ?\d+)(?:[ ,]*\n? ?(?:[A-Z]{{1,2}}-)?{_ZIP} {_CITY})?{_TAIL}"
)
_MILITARY = re.compile(
    r"\b(?:USNS|USS|USCGC|USNV) [A-Z][A-Za-z'-]+(?: [A-Z][a-z]+)?,? ?\n? ?(?:FPO|APO|DPO) A[AEP] \d{5}|\b(?:PSC|Unit|CMR) ?\d{2,5},? (?:Box|BOX) \d{2,5},? ?\n? ?(?:FPO|APO|DPO) A[AEP] \d{5}"
)
_CAPITALS = re.compile(
    rf"(?<![\w.#-])\d{{1,6}} (?:[NSEW]{{1,2}} )?(?:[A-Z0-9]{{1,14}} ){{1,4}}?(?:ST|STREET|AVE|AVENUE|RD|ROAD|BLVD|DR|DRIVE|LN|LANE|CT|COURT|WAY|PL|HWY|TER|CIR|PKWY)\b\.?(?:,? (?:APT|UNIT|STE|#) ?[A-Z0-9-]{{1,6}})?"
    rf"(?:,? (?:[A-Z]{{2,15}} ){{1,3}}?(?<=[A-Z] )(?:{_STATES})(?: \d{{5}}(?:-\d{{4}})?)?)?(?![A-Za-z])"
)
_PLACE = re.compile(rf"(?<![\w])(?:{_CITY}),? (?:{_STATES})(?:,)? \d{{5}}(?:-\d{{4}})?(?!\w)")
_CUED = re.compile(
    r"(?i)\b(?:(?:home |mailing |billing |shipping |delivery |street |residential |current |permanent |postal )?address(?: line 1)?|adresse|dirección|endereço|indirizzo|residence|adres|anschrift|wohnhaft)"
    r"(?: is|:| -|=)[ \"'\n]{0,3}(?P<a>[A-Za-z0-9#][^\n;|\"<>]{8,120}?)(?=[.;|\"<>]?(?:\n|$)|\. [A-Z]|;|\||\"|<|, (?:phone|tel|e-?mail|and my|where))"
)
_UK = re.compile(r"(?<![\w-])(?:[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]?) \d[ABD-HJLNP-UW-Z]{2}(?![\w-])")


_FORCES = re.compile(r"\b[ADF]PO\b")
_DIGIT = re.compile(r"\d")


def latin(text: str) -> Iterator[Span]:
    """Addresses with confidence and evidence."""
    if not _DIGIT.search(text):
        return
    for rule, sure in (
        (_NUMBERED, 0.82),
        (_EURO, 0.82),
        (_BOX, 0.85),
        (_MILITARY, 0.9),
        (_CAPITALS, 0.82),
        (_POSTAL, 0.78),
        (_ZIPPED, 0.8),
        (_LOWER, 0.74),
    ):
        if rule is _MILITARY and not _FORCES.search(text):
            continue
        for match in rule.finditer(text):
            start, end = match.span()
            value = match.group()
            if rule is _LOWER and not re.search(
                r"\b(?:at|on|address|to|live|lives|from|is)\W{0,3}$", text[max(0, start - 12) : start], re.IGNORECASE
            ):
                continue
            if (
                rule is _NUMBERED
                and re.search(
                    r"(?i)\b(?:chapter|section|version|step|figure|table|page|item|article|top|the|of|in)\s$",
                    text[max(0, start - 10) : start],
                )
                and "," not in value
            ):
                continue
            while end > start and text[end - 1] in " ,\n.;":
                end -= 1
            more = 0.05 * bool(re.search(rf"(?:{_ZIP})", value[5:])) + 0.04 * ("," in value or "\n" in value)
            yield Span(start, end, "location.address_latin", round(min(0.95, sure + more), 3), ("address_rule",))
    for match in _PLACE.finditer(text):
        yield Span(*match.span(), "location.address_latin", 0.7, ("address_rule",))
    for match in _CUED.finditer(text):
        value = match.group("a")
        if (
            re.search(r"\d", value)
            and re.search(rf"[{UP}]", value)
            and "@" not in value
            and "://" not in value
            and value.count(" ") >= 1
            and not re.match(r"[\d.:a-fA-F]+$|0x", value)
        ):
            yield Span(*match.span("a"), "location.address_latin", 0.84, ("context",))
    for match in _UK.finditer(text):
        yield Span(*match.span(), "location.postal_code", 0.7, ("shape",))


def is_place(name: str) -> bool:
    """Is the name one of a city, a state or a country?"""
    return use_of(name).place > 0
