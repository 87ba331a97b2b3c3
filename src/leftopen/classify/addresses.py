# ruff: noqa: E501  (the long lines are patterns)
"""How addresses are written outside China where no English or western European street word gives them away. RE2 patterns."""

from __future__ import annotations

_N = r"\d{1,5}(?:[-/]\d{1,4}){0,3}[A-Za-z]?"
_UNIT = r"(?:flat|unit|apt|apartment|apto|studio|suite|ste|room|house|h\.? ?no|plot|door|blk|block|bldg|building|lot|villa|shop|quarter|qtr)"
_ASIAN = (
    r"(?:jalan|jln|jl|lorong|lrg|kampung|kg|taman|gang|gg|dusun|desa|kelurahan|kel|kecamatan|kec|rt|rw|blok|komplek|perum(?:ahan)?|"
    r"marg|nagar|colony|sector|phase|cross|main road|layout|extension|enclave|vihar|puram|pur|gali|mohalla|chowk|bazar|bazaar|society|chs|near|opp|"
    r"barangay|brgy|purok|sitio|subdivision|village|soi|thanon|moo|tambon|amphoe|estate|crescent|close|gra|ward|"
    r"phường|quận|đường|ngõ|ngách|hẻm|thôn|xã|huyện|khu phố|tổ|p\.|q\.)"
)
WORLD_ADDRESS = (
    # Japan: prefecture, town, and numbers; or without the prefecture, but with numbers in three parts
    r"(?:〒?\d{3}-\d{4} ?)?(?:東京都|北海道|(?:京都|大阪)府|\p{Han}{2,3}県)[\p{Han}\p{Hiragana}\p{Katakana}ー]{2,30}[0-9０-９一二三四五六七八九十]{1,4}.{0,60}",
    r"(?:〒?\d{3}-\d{4} ?)?[\p{Han}\p{Hiragana}\p{Katakana}ー]{1,12}[市区町村郡][\p{Han}\p{Hiragana}\p{Katakana}ー]{1,20}\d{1,3}(?:丁目|-\d{1,3}-)\d{1,4}.{0,40}",
    # Korea: province or city, district, road or quarter, number
    (r"(?:\(?\d{5}\)? ?)?\p{Hangul}{1,8}(?:시|도)? (?:\p{Hangul}{1,8}(?:시|군|구) ){0,2}(?:\p{Hangul}{1,8}(?:읍|면) )?\p{Hangul}[\p{Hangul}0-9]{0,14}(?:로|길|동|리|가)"
    r" ?\d{1,4}(?:-\d{1,4})?(?:번지)?.{0,50}"),
    # Russia, Ukraine and neighbours
    (r"(?i)(?:.{0,60}[ ,])?(?:ул|улица|пр|просп|проспект|пр-т|пер|переулок|наб|бул|бульвар|б-р|пл|площадь|ш|шоссе|мкр|вул|вулиця|пров|алея|аллея|проезд|тракт)\.? ?"
    r"[\p{Cyrillic}0-9. «»\"-]{2,40}[ ,]+(?:д|дом|буд|стр)?\.? ?\d{1,4}.{0,40}"),
    # Arabic and Persian
    r".{0,50}(?:شارع|حي|طريق|ميدان|مبنى|عمارة|منطقة|خیابان|کوچه|بلوار|محله).{2,60}",
    # Greece, Israel
    r"(?:οδός |Λεωφ\.? |Λεωφόρος )?\p{Greek}{4,24}(?: \p{Greek}{2,20})? \d{1,3}[Α-Ω]?, ?(?:\d{3} ?\d{2} ?)?\p{Greek}.{0,40}",
    r"(?:רחוב|רח'|שד'|שדרות) ?\p{Hebrew}[\p{Hebrew} '\"-]{1,30} ?\d{1,4}.{0,40}",
    # Thailand, India in their own letters
    r".{0,20}\d.{0,30}(?:ถนน|ถ\.|ซอย|ซ\.|หมู่|ม\.|ตำบล|ต\.|แขวง|อำเภอ|อ\.|เขต).{2,80}",
    r".{0,20}\d.{0,30}(?:मार्ग|नगर|कॉलोनी|सड़क|गली|सेक्टर|मोहल्ला).{0,60}",
    # Turkey, Poland, Hungary, Czechia, Romania, the Balkans
    r"(?i).{2,40}\b(?:mah(?:allesi)?|cad(?:desi)?|cd|sok(?:ak|ağı)?|sk|bulvar[ıi]|blv|apt|sitesi)\b\.?.{0,30}\d.{0,40}",
    (r"(?i)(?:ul|al|os|pl|aleja|osiedle|plac|ulica|ulice|třída|nám|náměstí|strada|str|șos|bd|bld|calea|trg|cesta|šetalište)\.? \p{L}[\p{L} .'-]{2,30} \d{1,4}[a-z]?"
    r"(?:[/ ,m.-].{0,50})?"),
    r"(?i)(?:\d{4} )?\p{L}{3,20},? \p{L}[\p{L} .-]{2,24} (?:utca|út|u|tér|körút|krt|köz|sor|sétány|fasor)\.? \d{1,4}.{0,30}",
    # unit or house first: Flat 68e, Crawford Mills; D-62, 2nd Floor, 3rd Cross, Indiranagar
    rf"(?i){_UNIT}\.? ?(?:no\.?)? ?[:#-]? ?[a-z]?-?\d{{1,5}}[a-z]?(?:[-/]\d{{1,4}}){{0,3}},? (?:\d{{1,3}}(?:st|nd|rd|th) )?(?:\p{{L}}[\p{{L}}.'-]* ?){{1,5}}(?:,.{{0,80}})?",
    rf"(?i)(?:no\.? ?)?[a-z]?[-/]?{_N},? (?:.{{0,40}}[ ,])?{_ASIAN}\b.{{0,90}}",
    rf"(?i){_ASIAN}\b\.? ?[\p{{L}}0-9][\p{{L}}0-9 .'/-]{{1,40}},? ?(?:no\.? ?)?\d{{1,4}}.{{0,90}}",
    # Latin America: Cra 7 # 32-16, Calle 45 #12-30
    (r"(?i)(?:cra|cr|carrera|cl|cll|calle|kr|kra|dg|diagonal|tv|transv(?:ersal)?|av|avenida|ak|ac|mz|manzana|jr|jirón|pasaje|psje)\.? ?\d{1,3} ?[a-z]?(?: ?(?:bis|sur|norte|este))? ?"
    r"(?:#|no\.?|nº|n°|lt|lote)? ?\d{1,3}[a-z]?(?: ?- ?\d{1,3})?.{0,60}"),
    # parts behind carets (HL7) or other signs
    r"(?i)\d{1,6} (?:\p{L}[\p{L}.'-]* ){1,4}(?:st|street|ave|avenue|rd|road|dr|drive|ln|lane|blvd|ct|way|pl)\.?\^{1,3}[\p{L} .'-]{2,30}\^.{0,40}",
)  # fmt: skip
"""Each matches a whole value; a column decides, never one value."""
