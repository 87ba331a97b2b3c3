# ruff: noqa: E501  (lists of words)
"""Invented people of the field split: names typed here or made by Faker, with a sex, a birth date and ways to write them."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from faker import Faker

TODAY = date(2026, 5, 20)
FAKER = {
    "us": "en_US", "gb": "en_GB", "au": "en_GB", "ie": "en_IE", "de": "de_DE", "at": "de_AT", "ch": "de_CH", "fr": "fr_FR", "be": "nl_BE",
    "es": "es_ES", "mx": "es_MX", "co": "es_CO", "br": "pt_BR", "it": "it_IT", "nl": "nl_NL", "pl": "pl_PL", "tr": "tr_TR", "ru": "ru_RU",
    "ja": "ja_JP", "ko": "ko_KR", "ar": "ar_SA", "id": "id_ID", "th": "th_TH", "sv": "sv_SE", "zh": "zh_CN", "tw": "zh_TW", "in": "en_IN",
    "ng": "en_NG", "ke": "en_KE", "hi": "hi_IN", "ro": "ro_RO", "gr": "el_GR", "ua": "uk_UA", "cz": "cs_CZ", "pt": "pt_PT", "za": "zu_ZA",
    "he": "he_IL", "ca": "fr_CA",
}  # fmt: skip
TYPED: dict[str, tuple[str, str, str]] = {
    # family names | men | women
    "zh": (
        "孙 钱 赵 郭 曹 邓 彭 蒋 潘 杜 汪 田 姜 范 石 姚 谭 廖 邹 熊 金 陆 郝 孔 白 崔 康 毛 邱 秦 江 史 顾 侯 邵 孟 龙 万 段 雷 欧阳 诸葛 令狐",
        "立新 佳俊 子墨 振华 德胜 少峰 逸飞 国梁 小龙 泽楷 思源 宏图 海涛 铭 岩 睿哲 家豪 一帆 正阳 炳坤 学文 昊天 青松 世杰 利民 景行 承志 卫东 柏霖",
        "雨桐 秀珍 欣妍 慧 梦洁 佩瑶 晓燕 芷若 桂芝 琳 依诺 海棠 玉梅 若曦 美玲 舒雅 秋菊 诗涵 春花 冬梅 心怡 敏 素云 彩虹 可欣 乐瑶 紫萱 巧云 婉清",
    ),
    "tw": (
        "陳 林 黃 張 李 王 吳 劉 蔡 楊 許 鄭 謝 郭 洪 邱 曾 廖 賴 徐 周 葉 蘇 莊 呂 江 何 蕭 羅 簡 歐陽",
        "志明 建宏 俊傑 冠廷 柏翰 宗翰 家瑋 承恩 宥廷 文雄 信宏 彥廷 品睿 國榮 金龍 哲瑋 明達 育誠",
        "淑芬 雅婷 怡君 美惠 詩涵 佳穎 宜蓁 欣怡 麗華 秀英 筱涵 郁婷 品妤 惠雯 靜宜 佩珊 婉婷 鈺婷",
    ),
    "py": (
        "Zhang Wang Li Zhao Chen Liu Yang Huang Zhou Wu Xu Sun Hu Zhu Gao Lin He Guo Ma Luo Liang Song Zheng Xie Han Tang Feng Yu Dong Xiao Cheng",
        "Weiming Jianguo Haoran Zhiqiang Yong Jun Peng Xiaofeng Zihao Tao Bo Guoqing Ruifeng Minghao Changlin Qiang Hongbo Dawei Yifan Zhenyu",
        "Xiuying Meiling Jing Yan Fangfang Xiaoyan Lijuan Yuting Na Min Shuyi Xinyue Qian Hui Ruoxi Yun Lanfang Peipei Chunhua Jiaqi",
    ),
    "vi": (
        "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Mai",
        "Văn Hùng;Minh Tuấn;Đức Anh;Quốc Bảo;Thanh Sơn;Hữu Nghĩa;Gia Huy;Xuân Trường;Công Phượng;Ngọc Hải;Bá Khôi;Trọng Nhân;Quang Vinh",
        "Thị Lan;Thị Hồng;Ngọc Mai;Thuỳ Linh;Bích Ngọc;Kim Oanh;Thanh Hương;Thị Thu Hà;Phương Thảo;Mỹ Duyên;Khánh Vy;Hồng Nhung;Diệu Anh",
    ),
    "ph": (
        "Dela Cruz;Santos;Reyes;Bautista;Ocampo;Mendoza;Villanueva;Aquino;Manalo;Pangilinan;Dimaculangan;Magsaysay;Tolentino;Salonga;Macaraeg;Sy;Tan;Lim;Batungbakal;Catacutan",
        "Jose Mari;Rodel;Jejomar;Reynaldo;John Paul;Arnel;Dindo;Christian;Ferdinand;Jericho;Crisanto;Romeo;Bongbong;Emmanuel;Jun Jun;Mark Anthony",
        "Maria Cristina;Rowena;Jennylyn;Luzviminda;Marites;Analyn;Princess;Ma. Theresa;Charito;Girlie;Cherry Pie;Imelda;Rosalie;Lovely;Mary Grace",
    ),
    "arl": (
        "Al-Harbi;Al-Otaibi;Haddad;El Sayed;Mansour;Khalil;Al Maktoum;Benali;Bouazizi;El Idrissi;Nasser;Al-Qahtani;Shammari;Hamdan;Farouk;Abdelrahman;Zayani;Ghanem;Saleh;Bin Rashid",
        "Mohammed;Abdullah;Khalid;Omar;Yousef;Faisal;Tariq;Hassan;Ibrahim;Mustafa;Karim;Rachid;Saud;Walid;Nabil;Abdulaziz;Hamza;Bilal",
        "Fatima;Aisha;Mariam;Noura;Layla;Huda;Salma;Amal;Khadija;Zainab;Rania;Samira;Dalal;Yasmin;Hessa;Lubna;Ghada",
    ),
    "inl": (
        "Sharma;Verma;Iyer;Nair;Patil;Deshmukh;Reddy;Chatterjee;Banerjee;Singh;Kaur;Yadav;Kulkarni;Menon;Pillai;Joshi;Rathore;Mishra;Tiwari;Khan;Ansari;D'Souza;Gowda;Naidu;Bhattacharya;Saxena",
        "Aarav;Rohit;Suresh;Venkatesh;Arjun;Manoj;Imran;Gurpreet;Karthik;Pradeep;Anand;Sanjay;Vikram;Ramesh;Deepak;Ashwin;Siddharth;Raghav;Mahesh;Naveen",
        "Ananya;Priya;Lakshmi;Sunita;Kavita;Deepika;Meena;Pooja;Harpreet;Shalini;Nisha;Radhika;Ayesha;Swati;Geeta;Divya;Rekha;Bhavana;Sneha;Anjali",
    ),
    "ngl": (
        "Okonkwo;Adeyemi;Bello;Ogunleye;Eze;Nwosu;Abubakar;Balogun;Okafor;Danjuma;Chukwu;Adebayo;Yusuf;Onyekachi;Ibrahim;Afolabi;Umar;Okoro;Olatunji;Etim;Effiong;Lawal;Akpan",
        "Chinedu;Emeka;Oluwaseun;Tunde;Musa;Ifeanyi;Babatunde;Sani;Obinna;Kelechi;Abdulrasheed;Femi;Uche;Gbenga;Aminu;Sunday;Godwin;Festus",
        "Ngozi;Funmilayo;Chiamaka;Aisha;Blessing;Yetunde;Adaeze;Hauwa;Temitope;Ifeoma;Amaka;Bukola;Patience;Chidinma;Zainab;Comfort;Omolara",
    ),
    "kel": (
        "Otieno;Wanjiku;Kamau;Mwangi;Ochieng;Kiptoo;Cheruiyot;Njoroge;Mutua;Wambui;Odhiambo;Kariuki;Kimani;Barasa;Wekesa;Achieng;Nyambura;Koech;Musyoka;Hassan;Githinji;Omondi",
        "Brian;Kevin;Dennis;Josphat;Evans;Collins;Erick;Kipchoge;Boniface;Wycliffe;Geoffrey;Peter;Abdi;Simiyu;Elijah;Samuel",
        "Faith;Mercy;Beatrice;Purity;Winnie;Esther;Jane;Caroline;Lilian;Grace;Halima;Naomi;Consolata;Jepkosgei;Rose;Eunice",
    ),
}  # fmt: skip
"""Family, male and female names by folk; separated by ``;`` where names hold spaces, else by spaces."""

GIVEN_LAST = {"zh", "tw", "py", "vi", "ja", "ko"}
"""Folk who write the family name first."""


@dataclass(slots=True)
class Person:
    """One invented person; ``sex`` is M or F."""

    folk: str
    sex: str
    f: str
    m: str
    l: str  # noqa: E741
    l2: str
    birth: date
    hon: str
    suf: str
    spouse: str

    def parts(self) -> dict[str, str]:
        """What a name pattern may name: f m l l2 hon suf, full (in the order of the folk), initials, capitals, spouse's first name."""
        joint = "" if self.folk in ("zh", "tw", "ko") else " "
        full = f"{self.l}{joint}{self.f}" if self.folk in GIVEN_LAST else f"{self.f} {self.l}"
        return {
            "f": self.f, "m": self.m, "l": self.l, "l2": self.l2, "hon": self.hon, "suf": self.suf, "full": full, "FULL": full.upper(),
            "F": self.f.upper(), "L": self.l.upper(), "M": self.m.upper(), "L2": self.l2.upper(), "fi": self.f[:1], "mi": self.m[:1],
            "li": self.l[:1], "low": fold(self.f), "loww": fold(self.l), "sp": self.spouse, "lf": f"{self.l}{joint}{self.f}",
            "yy": f"{self.birth:%y}", "yyyy": f"{self.birth:%Y}",
        }  # fmt: skip


def fold(text: str) -> str:
    """ASCII letters and digits of a text in lower case; a stand-in of ``u`` for scripts without any."""
    flat = unicodedata.normalize("NFKD", text.replace("ł", "l").replace("ß", "ss").replace("đ", "d").replace("ı", "i"))
    return "".join(c for c in flat.lower() if c.isascii() and c.isalnum()) or "u"


@cache
def faker(folk: str) -> Faker:
    """The shared Faker of a folk; seed it before use."""
    return Faker(FAKER.get(folk, FAKER.get(folk[:2], "en_US")))


def _names(folk: str, sex: str, rng: random.Random) -> tuple[str, str, str, str, str]:
    if folk in TYPED:
        lasts, men, women = (x.split(";") if ";" in x else x.split() for x in TYPED[folk])
        mine, other = (men, women) if sex == "M" else (women, men)
        last, last2 = rng.choice(lasts), rng.choice(lasts)
        return rng.choice(mine), rng.choice(mine), last, last2, rng.choice(other)
    fake = faker(folk)
    first = fake.first_name_male if sex == "M" else fake.first_name_female
    last = getattr(fake, "last_name_male" if sex == "M" else "last_name_female", fake.last_name)
    middle = getattr(fake, "middle_name_male" if sex == "M" else "middle_name_female", first)
    other_first = fake.first_name_female if sex == "M" else fake.first_name_male
    return first(), middle(), last(), last(), other_first()


def person(folk: str, rng: random.Random, ages: tuple[int, int]) -> Person:
    """A person of a folk whose age in years lies within ``ages``."""
    sex = rng.choice("MF")
    f, m, last, last2, spouse = _names(folk, sex, rng)
    days = rng.randint(ages[0] * 365 + 2, ages[1] * 365 + 200)
    hon = rng.choice(("Mr", "Mr.", "Dr") if sex == "M" else ("Ms", "Mrs", "Miss", "Dr")) if folk not in ("de", "fr") else ""
    if not hon:
        hon = {"deM": "Herr", "deF": "Frau", "frM": "M.", "frF": "Mme"}[folk + sex]
    return Person(folk, sex, f, m, last, last2, TODAY - timedelta(days=days), hon, rng.choice(("Jr.", "III", "Sr.", "II")), spouse)
