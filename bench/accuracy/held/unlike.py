# ruff: noqa: E501  (the long lines are lists)
"""Held-out columns that look like personal data and are none; each has 100 values from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator

from bench.accuracy.negatives import Negative

# name=pattern: # a digit 1-9, words parted by / are alternatives
_CODES = """
awb=### ########|bill_of_lading=MAEU#########|vat_company=ATU########|duns=##-###-####|lei=5493001KJTIIGC8Y1R##|gtin=0############|mpn=RC0603FR-0###KL|bom_ref=R###.C##|grid_ref=TQ ### ###|meter_reading=0###.##|parcel_cadastre=####/#|elo=2###|fen_move=##...Qxe#|bus_line=###A|km_marker=km ##+###
part_dash=###-##-####A|batch_date=2026##.B#|valve=V-1##-##|cron_at=#:## */#|hexdump=0x####: ## ## ##|ohm=##k#|isbn_a=978-#-####-####-#|rack=DC#-R##-U##|ring=RING-20##-######|pcr=CT ##.#|score_cricket=###/#|tide=#.## m|dose_mg=### mg|uptime=## days, #:##|ratio_aspect=##:#
bytes_read=#### KiB|po=PO/##/#####|asin=B0##XQ##LM|room_temp=2#.# C|ledger=####.##.###|cas=###-##-#|alloy=6###-T#|hs=####.##|wbs=#.#.#.##|ral=RAL ####|pantone=### C|frame=####x###|chrom=chr#:########-########|rsid=rs########|grant=ERC-20##-STG-######|fax_like_sku=+## ### KIT|zulu=#####0Z|pallet=00#################
"""
_LISTS = {
    "cocktail": "Tom Collins|Bloody Mary|Harvey Wallbanger|Shirley Temple|Rob Roy|Margarita", "cheese": "Monterey Jack|Roquefort|Manchego|Edam|Stilton|Taleggio", "bird": "Wilson's Storm Petrel|Anna's Hummingbird|Bewick's Swan|Steller's Jay", "prize": "Nobel Prize|Turing Award|Booker|Palme d'Or|茅盾文学奖",
    "theorem": "Gauss-Bonnet|Noether|Stokes|Lagrange|Fermat|Taylor", "hurricane_lot": "Andrew 1992|Hugo 1989|Isaac 2012|Otis 2023", "airport": "John F. Kennedy|Charles de Gaulle|Indira Gandhi|Leonardo da Vinci|禄口", "opera": "Don Giovanni|Carmen|Tosca|Eugene Onegin|Peter Grimes|Lucia di Lammermoor",
    "rose_sort": "David Austin|Queen Elizabeth|Gertrude Jekyll|Mister Lincoln", "law_firm": "Baker McKenzie|Clifford Chance|Allen & Overy|King & Wood", "scotch": "Johnnie Walker|Jack Daniel's|Jim Beam|Glenfiddich", "apple": "Granny Smith|Fuji|Gala|Pink Lady|Jonathan|红富士", "pub": "The Duke of York|King William IV|Prince Albert|Queen Victoria Inn", "road_zh": "张自忠路|孙中山大道|黄兴路|鲁迅中路|左权街",
    "brand_zh": "周大生|麦当劳|白象方便面|江小白|王守义十三香|李子园", "dish_zh": "毛血旺|宋嫂鱼羹|马蹄糕|黄焖鸡|石锅拌饭|田七炖鸡", "term_zh": "方程|高度|周期|余额|温度|马力|安全|常规|白名单|黄灯", "subject_it": "Diritto privato|Analisi 1|Chimica|Storia", "ward_name": "Nightingale|Fleming|Churchill|Lister|Curie", "model_ai": "Ada|Claude|Llama|Mistral|Gemini|Bert",
    "gene2": "MARCHF1|SEPTIN2|DEC1|CDKN2A|NOTCH1|SOX9", "stage": "Alpha|Beta|Gamma|Release|预发布", "finish": "matt black|rosewood|champagne|哑光白|cherry|walnut", "fabric": "Paisley|Jersey|Cashmere|Denim|Georgette|Damask", "dance": "Foxtrot|Tango|Charleston|Lindy Hop|广场舞", "moon": "Europa|Miranda|Ariel|Rhea|Titania|Phoebe|Pandora", "reply": "ok|谢谢|sí|danke|no problem|收到", "error_zh": "连接超时|权限不足|磁盘已满|参数错误", "hotel_brand": "Hilton|Marriott|Ritz-Carlton|Holiday Inn|汉庭|如家",
}  # fmt: skip


def negatives() -> Iterator[Negative]:
    """Every column, deterministic."""
    for entry in _CODES.strip().replace("\n", "|").split("|"):
        name, _, pattern = entry.partition("=")
        rng = random.Random(f"held:{name}")
        yield Negative(name, ["".join(rng.choice("123456789") if c == "#" else c for c in pattern) for _ in range(100)])
    for name, text in _LISTS.items():
        rng = random.Random(f"held:{name}")
        words = text.split("|")
        yield Negative(name, [rng.choice(words) for _ in range(100)])
        yield Negative(f"{name}_note", [f"{rng.choice(words)} x{rng.randint(2, 60)}" for _ in range(100)])
