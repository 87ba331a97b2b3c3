# ruff: noqa: E501  (the long lines are lists)
"""Invented people of countries that write in Latin letters: source one from Faker in 14 locales, source two from other lists.

Given names and surnames of source two: the package names (MIT, US Census 1990) and lists written for this file; streets, cities and phone
prefixes are this file's own. Nothing of these lists was taken from the packages that the product's name lexicons are built from.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib import util
from pathlib import Path

from bench.accuracy.generators_zh import births
from bench.accuracy.tables import Source, Values

ONE_LOCALES = "en_US en_GB de_DE fr_FR es_ES it_IT pt_BR nl_NL pl_PL tr_TR sv_SE es_MX en_IN cs_CZ"
LOCALES: dict[Source, tuple[str, ...]] = {
    "one": tuple(ONE_LOCALES.split()),
    "two": ("us", "gb", "de", "fr", "es", "it", "pt", "nl", "pl", "tr", "sv", "in"),
}

# country: given | surnames | streets (number placed by ORDER) | cities with postcode pattern | phone pattern
_OWN = """
gb: Alfie Imogen Rhys Niamh Callum Poppy Ewan Isla Gareth Bronwen Angus Freya Declan Saoirse Rowan Maisie Hamish Tamsin Oscar Beatrix | Pritchard Ashworth Lockwood Sutcliffe Kavanagh MacLeod Trevithick Hargreaves Ogilvie Bancroft Fenwick Thistlewood Penhaligon Rafferty Whitaker Braithwaite Okafor Hussain Llewellyn Cartwright | # Mill Lane;# Priory Road;Flat 3, # Castle Street;# Kingfisher Close;# Albert Terrace | Leeds,LS6 #LL;Bath,BA1 #LL;Truro,TR1 #LL;York,YO10 #LL | 07700 9#####;+44 7700 9#####
de: Korbinian Wiebke Thorben Annegret Ruprecht Svenja Falk Heike Lorenz Dörte Malte Ursula Emil Frieda Konrad Mechthild Jannik Rosalie Hauke Silke | Brinkmann Achterberg Oberhuber Kleinschmidt Wagenknecht Zellinger Pfeifer Strohmeier Dietrichsen Vogelsang Hasselbach Kühnert Lindemann Rottenburger Eckstein Baumgarten Yıldız Schöller Trautmann Quast | Lindenstraße #;Am Mühlbach #;Goethestr. #;Birkenweg #;Alte Gasse # | Kassel,341##;Ulm,890##;Jena,077##;Emden,267## | 0151 #######;+49 561 ######
fr: Maëlys Corentin Apolline Gwenaël Solène Baptiste Clothilde Aurélien Thibaut Ségolène Ludovic Yseult Gaspard Ninon Fabrice Océane Cyprien Delphine Erwan Mahault | Delacroix-Perrin Bourguignon Lemarchand Tessier Guillotin Vasseur Cazenave Quéméneur Poitevin Roussillon Berthelot Marchandise Aubertin Le Goff Charpentier Desrosiers Benali Montagné Trémoille Vigneron | # rue des Tilleuls;# avenue Jean Jaurès;# bis chemin du Moulin;# place de la Halle;# allée des Chênes | Angers,49###;Brest,29###;Nîmes,30###;Pau,64### | 06 ## ## ## ##;+33 6 ## ## ## ##
es: Begoña Iker Leire Gonzalo Nieves Jacobo Amparo Unai Covadonga Nuria Xavi Rocío Iñaki Pilar Fermín Inmaculada Asier Marisol Bruno Candela | Etxeberria Olmedo Villanueva Zubizarreta Carrasquilla Bermúdez Peñalver Montesinos Arrieta Quintanilla Caballero Saavedra Goikoetxea Barroso Lozano Ugarte Sepúlveda Trujillo Bonilla Alcántara | Calle Mayor #;Avda. de la Constitución #, 2º B;C/ Olivo #;Paseo del Prado #;Plaza Nueva # | Burgos,09###;Gijón,332##;Huelva,21###;Soria,42### | 6########;+34 6## ### ###
it: Ginevra Tommaso Ludovica Ettore Rosaria Leandro Fiammetta Ruggero Carmela Nino Benedetta Orazio Agnese Duilio Noemi Saverio Allegra Amedeo Ilaria Zeno | Bevilacqua Tagliaferri Pellegrino Sansovino Mastroianni Quaranta Fumagalli Cacciatore Zanardi Boccaccini Malatesta Speranza Occhipinti Trevisan Capodanno Finocchiaro Bonaventura Sciortino Passalacqua Brambati | Via dei Mille #;Viale Europa #;Corso Umberto I, #;Vicolo del Forno #;Piazza Dante # | Lecce,731##;Trento,381##;Parma,431##;Siena,531## | 33# #######;+39 34# ### ####
pt: Beatriz Thiago Iracema Vasco Leonor Caetano Jandira Nuno Filipa Otávio Mariana Dinis Rosângela Gil Teresinha Afonso Luana Rui Sebastiana Breno | Albuquerque Figueiredo Cavalcanti Vasconcelos Teixeira Sardinha Bragança Quadros Camargo Lacerda Bittencourt Falcão Meireles Siqueira Cordeiro Pimentel Amaral Valadares Nogueira Drummond | Rua das Flores, #;Av. Brasil, # apto 12;Travessa do Carmo, #;Rua Sete de Setembro, #;Largo da Matriz, # | Braga,4700-###;Natal,59###-###;Évora,7000-###;Santos,11###-### | (11) 9####-####;+351 91# ### ###
nl: Femke Joost Marijke Sjoerd Lotte Bram Anouk Wessel Tjitske Ruben Hanneke Gijs Maud Floris Roos Teun Fleur Daan Jitske Koen | van den Broek Hoogendoorn de Wit Kuipers ter Horst Zonneveld van Vliet Schuurman Terpstra Roosendaal Bijlsma van der Meulen Wiersma Oosterhuis Dijkgraaf Slot Haverkamp Engelsman Buitenhuis Nauta | Dorpsstraat #;Singel # bis;Kerklaan #;Nieuwe Gracht #;Molenweg # | Zwolle,80## LL;Breda,48## LL;Hoorn,16## LL;Sneek,86## LL | 06-########;+31 6 ########
pl: Zbigniew Bożena Radosław Grażyna Jędrzej Halina Bogusław Żaneta Wiesław Danuta Sławomir Kinga Mieczysław Jagoda Przemysław Elżbieta Tadeusz Weronika Czesław Urszula | Wróblewski Grabowska Szczepański Czajkowska Brzęczyszczykiewicz Zawadzki Olszewska Chmielewski Pietrzak Gołębiowska Sikora Krajewski Błaszczyk Mazurek Wasilewska Ziółkowski Urbaniak Cieślak Drozdowska Kubiak | ul. Lipowa #;ul. Kościuszki #/4;al. Niepodległości #;os. Zielone #;ul. Polna #A | Lublin,20-###;Toruń,87-###;Opole,45-###;Kielce,25-### | 5## ### ###;+48 6########
tr: Çağla Burak Nurcan Tolga Şebnem Yiğit Gülizar Oğuzhan Zehra Kaan Sibel Emre Dilara Serkan Melike Barış İrem Cihan Hülya Selim | Karadeniz Altıntaş Özdemirci Boztepe Çakıroğlu Uzunoğlu Kocabaş Tanrıverdi Erdoğmuş Sarıkaya Güleryüz Akbulut Demirtaş Yıldırımcan Taşkıran Bayraktutan Öztürkmen Ceylan Kılıçarslan Durmaz | Atatürk Cad. No:#;Gül Sokak No:# Daire:3;İnönü Bulvarı No:#;Çınar Sk. #;Cumhuriyet Mah. # | Bursa,16###;Adana,01###;Konya,42###;Rize,53### | 0532 ### ## ##;+90 54# ### ## ##
sv: Linnéa Torbjörn Ebba Göran Saga Håkan Tilda Rune Alva Sixten Maj Ulf Wilma Stellan Astrid Börje Ronja Arvid Gunvor Love | Sjöberg Nyqvist Hedlund Åkerman Lindqvist Wallgren Ekdahl Söderholm Bergenstråhle Norrman Falkenberg Rosengren Hägglund Öhman Sandström Tegnér Backlund Dahlström Ståhl Viklund | Storgatan #;Björkvägen # B;Kungsgatan #;Ängsstigen #;Norra Hamngatan # | Falun,791 ##;Umeå,903 ##;Växjö,352 ##;Kiruna,981 ## | 070-### ## ##;+46 73 ### ## ##
in: Aarav Kavitha Rohan Meenakshi Siddharth Padmini Harpreet Lakshmi Imran Anjali Vikram Sunita Debashish Farida Karthik Rukmini Tejas Ishita Gurdeep Nandini | Venkataraman Chatterjee Deshpande Kulkarni Subramaniam Bhattacharya Gill Iyer Choudhury Mehrotra Pillai Raghunathan Siddiqui Thakur Wadhwa Yadav Mukhopadhyay Naidu Oommen Bhatnagar | #, MG Road;Plot #, Sector 14;Flat 2A, # Lake View Road;H.No. #, Gandhi Nagar;# Temple Street | Pune,4110##;Kochi,6820##;Indore,4520##;Mysuru,5700## | +91 98### #####;98########
us: | | # Maple Avenue;# W 4th St Apt 5;# Old Mill Rd;# Sunset Boulevard;# County Road 12 | Boise, ID,837##;Akron, OH,443##;Tulsa, OK,741##;Salem, OR,973## | (555) ###-####;555-###-####;+1 208 ### ####
"""


@cache
def own_lists() -> dict[str, tuple[list[str], list[str], list[str], list[tuple[str, str]], list[str]]]:
    """country -> given names, surnames, street patterns, (city, postcode pattern), phone patterns."""
    out = {}
    for line in _OWN.strip().splitlines():
        country, _, rest = line.partition(": ")
        given, surnames, streets, cities, phones = (part.strip() for part in rest.split("|"))
        pairs = [tuple(c.rsplit(",", 1)) for c in cities.split(";")]
        out[country] = (given.split(), _surnames(surnames), streets.split(";"), pairs, phones.split(";"))
    out["us"][0].extend(_census("dist.female.first", 800) + _census("dist.male.first", 800))
    out["us"][1].extend(_census("dist.all.last", 6000))
    return out  # type: ignore[return-value]


def _surnames(text: str) -> list[str]:
    out: list[str] = []
    prefix: list[str] = []
    for word in text.split():
        if word in ("van", "den", "de", "ter", "der", "Le"):
            prefix.append(word)
            continue
        out.append(" ".join([*prefix, word]))
        prefix = []
    return out


def _census(file: str, top: int) -> list[str]:
    spec = util.find_spec("names")
    if spec is None or spec.origin is None:
        raise SystemExit("source two needs the package names: pip install names==0.3.0")
    lines = (Path(spec.origin).parent / file).read_text(encoding="utf-8").splitlines()
    return [line.split()[0].capitalize() for line in lines[:top]]


def fill(pattern: str, rng: random.Random) -> str:
    """A pattern with # as digits and L as letters (only in postcodes) filled in."""
    return "".join(str(rng.randrange(10)) if c == "#" else c for c in pattern)


def fold(text: str) -> str:
    """ASCII letters of a name, for mail addresses."""
    plain = unicodedata.normalize("NFD", text.replace("ı", "i").replace("ł", "l").replace("ß", "ss").replace("ø", "o"))
    return "".join(c for c in plain if c.isascii() and c.isalnum()).lower()


def people(source: Source, locale: str, rng: random.Random, count: int, youngest: int, oldest: int) -> dict[str, Values]:
    """Coherent columns about people of one locale; keys are concepts."""
    columns = _faker(locale, rng, count) if source == "one" else _own(locale, rng, count)
    born = births(rng, count, youngest, oldest)
    styles = {"en_US": "%m/%d/%Y", "us": "%m/%d/%Y", "de_DE": "%d.%m.%Y", "de": "%d.%m.%Y", "tr": "%d.%m.%Y", "pl": "%d.%m.%Y"}
    local = styles.get(locale, "%d/%m/%Y")
    style = rng.choice(("%Y-%m-%d", local, "%Y-%m-%dT00:00:00Z" if source == "one" else "%d %b %Y"))
    sexes = rng.choice(
        (("M", "F"), ("male", "female"), ("Male", "Female"), (1, 2))
        if source == "one"
        else (("m", "f"), ("Man", "Woman"), ("MALE", "FEMALE"), (0, 1))
    )
    columns["birth_date"] = [b.strftime(style) for b in born]
    columns["age"] = [2026 - b.year for b in born]
    columns["gender"] = [rng.choice(sexes) for _ in range(count)]
    return columns


def _faker(locale: str, rng: random.Random, count: int) -> dict[str, Values]:
    from faker import Faker

    fake = Faker(locale)
    fake.seed_instance(rng.randrange(2**31))
    given = [fake.first_name() for _ in range(count)]
    surnames = [fake.last_name() for _ in range(count)]
    domains = ("gmail.com", "hotmail.com", "mail.example", "web.example")

    def many(make: Callable[[], object]) -> Values:
        return [str(make()).replace("\n", ", ") for _ in range(count)]

    return {
        "name": [f"{g} {s}" for g, s in zip(given, surnames, strict=True)],
        "given": list(given),
        "surname": list(surnames),
        "email": [_mail(g, s, domains, rng) for g, s in zip(given, surnames, strict=True)],
        "phone": many(fake.phone_number),
        "address": many(fake.street_address),
        "address#2": many(fake.address),
        "postal_code": many(fake.postcode),
        "city": many(fake.city),
        "iban": many(fake.iban),
        "card_pan": many(fake.credit_card_number),
        "user_agent": many(fake.user_agent),
        "job": many(fake.job),
        "company": many(fake.company),
        "username": many(fake.user_name),
    }


def _mail(given: str, surname: str, domains: tuple[str, ...], rng: random.Random) -> str:
    first, last = fold(given) or "user", fold(surname) or "x"
    habit = rng.choice(("{f}.{l}", "{i}{l}{n}", "{f}{n}", "{l}_{f}"))
    return habit.format(f=first, l=last, i=first[0], n=rng.randrange(10, 100)) + "@" + rng.choice(domains)


def _own(country: str, rng: random.Random, count: int) -> dict[str, Values]:
    given, surnames, streets, cities, phones = own_lists()[country]
    firsts = [rng.choice(given) for _ in range(count)]
    lasts = [rng.choice(surnames) for _ in range(count)]
    comma = rng.random() < 0.2
    places = [rng.choice(cities) for _ in range(count)]
    phone = rng.choice(phones)
    roads = [rng.choice(streets).replace("#", str(rng.randint(1, 240))) for _ in range(count)]
    codes = [fill("".join(rng.choice("ABCDEFGHJKL") if c == "L" and i > 2 else c for i, c in enumerate(p[1])), rng) for p in places]
    domains = ("proton.example", "posteo.example", "yahoo.com", "uni-mail.example", "bigcorp.example")
    return {
        "name": [f"{s}, {g}" if comma else f"{g} {s}" for g, s in zip(firsts, lasts, strict=True)],
        "given": list(firsts),
        "surname": list(lasts),
        "email": [_mail(g, s, domains, rng) for g, s in zip(firsts, lasts, strict=True)],
        "phone": [fill(phone, rng) for _ in range(count)],
        "address": list(roads),
        "address#2": [f"{r}, {c} {p[0]}" for r, c, p in zip(roads, codes, places, strict=True)],
        "postal_code": list(codes),
        "city": [p[0] for p in places],
    }
