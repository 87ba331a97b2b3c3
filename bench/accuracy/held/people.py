# ruff: noqa: E501  (the long lines are lists)
"""Invented people of many cultures: given names and surnames listed here, put together by chance."""

from __future__ import annotations

import random
import unicodedata
from functools import cache

# culture: given names | surnames
_LISTS = """
akan: Kwabena Akosua Yaw Efua Kojo Abena Kwesi Adjoa Ekow Araba | Mensah Boateng Asante Owusu Appiah Addo Ofori Amoah Darko Sarpong
yoruba: Oluwaseun Adebayo Folake Temitope Babatunde Yetunde Olumide Abimbola Kehinde Morenike | Adeyemi Ogunleye Balogun Akinola Oyelowo Adesanya Fashola Olatunji Bamidele Ogundipe
kikuyu: Wanjiku Kamau Njeri Mwangi Wambui Kiprop Achieng Otieno Nekesa Mutua | Kariuki Odhiambo Cheruiyot Wafula Ndungu Kimani Omondi Jepkosgei Muthoni Barasa
amhara: Tewodros Selamawit Dawit Hiwot Yonas Tigist Bekele Almaz Girma Meseret | Tadesse Haile Gebremariam Worku Desta Mulugeta Abebe Tesfaye Negash Assefa
arabic: Abdulrahman Fatimah Khaled Noura Tariq Hessa Youssef Rania Bilal Salma | Al-Harbi El-Sayed Haddad Mansouri Al-Qahtani Boukhari Khoury Benali Abu-Zaid Najjar
persian: Arash Shirin Kourosh Parisa Behrouz Mahsa Dariush Niloufar Farhad Golnaz | Rostami Tehrani Moradi Ahmadzadeh Karimi Ghorbani Shahbazi Jafari Norouzi Sohrabi
urdu: Bilqis Faisal Zainab Usman Sana Hamza Rukhsana Adeel Mehwish Junaid | Qureshi Chaudhry Bukhari Mirza Lodhi Awan Niazi Khokhar Gilani Bhatti
tamil: Arulmozhi Senthil Kayalvizhi Murugan Thenmozhi Balaji Yazhini Prabhakaran Selvi Anbarasan | Natarajan Sundaram Palaniswami Kumaravel Thangaraj Rajendran Muthusamy Chidambaram Veerappan Elango
bengali: Arijit Moushumi Subrata Tanushree Rafiqul Nusrat Sourav Paromita Habibur Shreya | Banerjee Sengupta Rahman Biswas Chowdhury Ghoshal Hossain Dasgupta Mondal Talukdar
viet: Thị-Hương Quang Minh-Anh Đức Ngọc-Lan Tuấn Thanh-Hà Hữu-Phước Bích Khánh | Nguyễn Trần Phạm Huỳnh Vũ Đặng Bùi Đỗ Ngô Dương
korean: Ji-hoon Seo-yeon Min-jun Eun-ji Hyun-woo Soo-bin Dong-hyun Ye-jin Tae-yang Hae-won | Kim Park Jeong Kang Yoon Jang Lim Shin Kwon Hwang
japanese: Haruto Sakura Daichi Misaki Kenji Ayaka Shota Natsumi Takumi Yuriko | Yamaguchi Hasegawa Fujimoto Nishimura Okabe Kuroda Shimizu Tachibana Morikawa Ishihara
indonesian: Bambang Siti Agus Dewi Wahyu Ratna Slamet Putri Joko Wulandari | Wijaya Santoso Hidayat Nugroho Susanto Setiawan Rahayu Hutapea Simanjuntak Pranata
filipino: Jejomar Marikit Dalisay Rodrigo Luzviminda Crisanto Maricel Benigno Analyn Ferdie | Dimaculangan Bautista Macaraeg Pangilinan Villanueva Salonga Magsaysay Catacutan Batungbakal Dimayuga
thai: Somchai Kanya Prasert Malee Anucha Siriporn Wichai Pimchanok Thaksin Ratree | Srisai Wongsakul Chaiyaporn Rattanakosin Thongchai Boonmee Saetang Suwannarat Jirasak Phromma
greek: Vasiliki Spyros Evangelia Panagiotis Despina Thanasis Stavroula Christos Kalliopi Nikos | Papadopoulos Georgiou Karagiannis Vlachou Stamatopoulos Nikolaidis Economou Antoniou Mavridis Tzavaras
hungarian: Zsófia Attila Boglárka Gergő Ildikó László Réka Szabolcs Tünde Zoltán | Szabó Kovács Nagyváradi Horváth Bíró Fekete Molnárné Takács Veres Juhász
finnish: Aino Jukka Kaarina Mikko Päivi Tapio Sanna Veikko Outi Eero | Virtanen Korhonen Mäkinen Lehtonen Heikkilä Saarinen Rantanen Nieminen Koskela Laine
croat: Ivana Domagoj Snježana Krešimir Mirjana Zvonimir Ljiljana Hrvoje Jadranka Tomislav | Horvatić Babić Kovačević Jurić Šimunović Perković Vuković Knežević Pavlović Božić
romanian: Ionuț Ștefania Dragoș Mihaela Gheorghe Anca Răzvan Ilinca Costin Ruxandra | Popescu Ionescu Munteanu Dumitrescu Stănescu Țurcanu Crăciun Vasilescu Olteanu Șerban
ukrainian: Oleksandr Olena Mykola Kateryna Vasyl Oksana Taras Iryna Bohdan Svitlana | Kovalenko Shevchuk Bondarenko Tkachenko Melnyk Lysenko Petrenko Marchuk Savchenko Hrytsenko
baltic: Gintaras Rasa Jānis Ilze Andrius Eglė Mārtiņš Liene Tõnu Kadri | Kazlauskas Petrauskienė Bērziņš Kalniņa Ozoliņš Tamm Saar Jankauskas Liepiņa Mägi
nordic: Sigrid Bjørn Solveig Øyvind Gudrun Ragnhild Kjell Åse Mads Birgitte | Sørensen Haugen Kjærgaard Thorvaldsen Bakken Østergaard Lund Halvorsen Mikkelsen Nygaard
iberian: Macarena Joaquín Jimena Ezequiel Ximena Lautaro Milagros Facundo Guadalupe Emiliano | Echeverría Gutiérrez Ocampo Cárdenas Zambrano Villalobos Pacheco Aguirre Montoya Benítez
brazil: Gabrielly Wesley Jussara Edson Rayane Wanderley Cleide Adilson Iara Nivaldo | dos Santos da Silva de Oliveira Nascimento Ferreira Batista Moraes Rezende Barbosa Guimarães
italian: Giuseppina Gianluca Assunta Vincenzo Mariangela Salvatore Loredana Pierluigi Concetta Nunzio | Esposito Colombo De Luca Di Stefano Mancuso Ferrari Cattaneo Lombardi Caputo D'Angelo
french: Jean-Baptiste Marie-Claude Anne-Sophie Théo Bérénice Loïc Fatoumata Élodie Pierre-Yves Amélie | Lefèvre Moreau Dupuis Girard N'Diaye Le Gall Fournier Mercier de Villiers Chevalier
german: Gisela Hans-Jürgen Ulrike Dieter Brigitte Karl-Heinz Sabine Wolfgang Mareike Florian | Schäfer Hoffmann von Arnim Krüger Zimmermann Böhm Neumann Schwarzenberger Lang Öztürk
irish: Caoimhe Cillian Aoife Fionn Róisín Eoghan Gráinne Tadhg Sinéad Oisín | O'Sullivan Fitzpatrick McCarthy Gallagher O'Donoghue Byrne Ní Bhriain Doherty Mac Gabhann Kinsella
english: Jayden Shanice Tyrone Brittany DeShawn Courtney Wayne Tiffany Marcus Kimberly | Washington Hernandez Reynolds Freeman Lewandowski Chang Bishop Gallegos Stone McAllister
turkish: Ayşegül Mehmet Hatice Okan Elif Hakan Nesrin Ufuk Gönül Levent | Yılmaz Kaya Şahin Çelik Aydın Koç Arslan Doğan Kurt Aksoy
dutch: Jeroen Marloes Pieter-Jan Saskia Wouter Ilse Maarten Annelies Thijs Geertruida | de Vries Bakker van Dijk Smit de Boer Mulder van der Linden Janssen Vermeulen Claes
hebrew: Avigail Moshe Tamar Yonatan Shira Eitan Noa Menachem Hadas Gilad | Mizrahi Goldstein Ben-David Shapira Azoulay Katz Peretz Friedman Biton Rosenfeld
pinyin: Xiaoming Jing Weiguo Yuxuan Lihua Zihan Guoqiang Meiling Haoran Siyu | Zhang Chen Zhao Xu Gao Liang Xie Deng Ouyang Qiu
hindi: Ramesh Pooja Sanjay Kiran Rajesh Neha Amit Jyoti Manoj Geeta | Sharma Verma Gupta Singh Agarwal Mishra Chauhan Tiwari Joshi Patel
"""
_PARTICLES = ("dos", "da", "de", "De", "Di", "Le", "von", "van", "der", "Ní", "Mac")
# locale: given names | surnames, in the letters of the country
_NATIVE = """
ru_RU: Анастасия Дмитрий Ольга Сергей Екатерина Алексей Людмила Никита Марина Григорий Полина Тимофей | Белякова Громов Соколовская Лебедев Жукова Рябинин Фролова Зайцев Никифорова Ершов Савельева Калинин
uk_UA: Оксана Богдан Соломія Тарас Ганна Остап Леся Мирослав Зоряна Андрій | Гриценко Ткачук Кравець Дорошенко Поліщук Загребельний Вовк Стельмах Онищенко Руденко
el_GR: Βασιλική Σπύρος Ευαγγελία Θανάσης Δέσποινα Χρήστος Αικατερίνη Μιχάλης | Παπαδάκης Αντωνίου Βλάχος Οικονόμου Σταματίου Καραγιάννη Νικολάου Μαυρίδης
he_IL: אביגיל משה תמר יונתן שירה איתן נועה מנחם הדס גלעד | מזרחי פרידמן בן-דוד שפירא אזולאי פרץ רוזנפלד ביטון
ar_SA: عبدالرحمن فاطمة خالد نورة طارق سلمى يوسف رانيا بلال هند | الحربي القحطاني حداد المنصوري الخوري بن علي النجار العتيبي الشهري
fa_IR: آرش شیرین کوروش پریسا بهروز مهسا داریوش نیلوفر | رستمی تهرانی مرادی احمدزاده کریمی شهبازی جعفری نوروزی
hi_IN: रमेश पूजा संजय किरण राजेश नेहा मनोज गीता | शर्मा वर्मा गुप्ता मिश्रा चौहान तिवारी जोशी पटेल
ja_JP: 大輔 美咲 健太 彩花 翔 陽子 拓也 結衣 雅人 恵子 直樹 さくら | 長谷川 西村 黒田 橘 森川 岡部 石原 清水 藤本 山口 松井 小笠原
ko_KR: 지훈 서연 민준 은지 현우 수빈 동현 예진 태양 혜원 준서 미영 | 김 박 정 강 윤 장 임 신 권 황 남궁 최
zh_TW: 淑芬 志豪 雅婷 建宏 怡君 俊傑 美惠 家豪 佩珊 冠廷 宜蓁 詩涵 | 陳 林 黃 張 李 吳 劉 蔡 楊 許 鄭 謝 歐陽
"""
SURNAMES_ZH = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向汤"
_RARE_ZH = "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 慕容 令狐 鲜于 宇文 轩辕"
_FIRST_ZH = "子梓宇浩俊雨思佳欣嘉一诗若语晨泽建国志文秀桂淑玉丽美海晓小立永春家振德光明世新成天云雪红爱东学凤瑞锦奕景书亦沐知星"
_MALE_ZH = "轩豪杰博涛强军勇伟峰刚辉斌鹏超磊林阳平生龙飞华东波亮鑫川辰泽毅恒瑜尧"
_FEMALE_ZH = "涵怡妍萱琪悦彤雯静芳敏娟霞燕玲兰英莉梅珍秀琴云洁婷颖倩薇妮瑶蕊芸岚"


@cache
def cultures() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Culture -> given names and surnames."""
    out = {}
    for line in _LISTS.strip().splitlines():
        culture, _, rest = line.partition(": ")
        given, _, last = rest.partition(" | ")
        surnames: list[str] = []
        particles: list[str] = []
        for word in last.split():
            if word in _PARTICLES:
                particles.append(word)
            else:
                surnames.append(" ".join([*particles, word]))
                particles = []
        out[culture] = (tuple(given.split()), tuple(surnames))
    return out


@cache
def natives() -> dict[str, tuple[list[str], list[str]]]:
    """Locale -> given names and surnames in its own letters."""
    parts = (line.replace(" | ", ": ").split(": ") for line in _NATIVE.strip().splitlines())
    return {locale: (given.split(), surnames.replace("بن علي", "بن\u00a0علي").split()) for locale, given, surnames in parts}


def pair(rng: random.Random, culture: str = "") -> tuple[str, str]:
    """Given name and surname of a culture, or of any culture written in Latin letters."""
    given, surnames = cultures()[culture or rng.choice(list(cultures()))]
    return rng.choice(given), rng.choice(surnames)


def latin(rng: random.Random, culture: str = "") -> str:
    """A full name in Latin letters, in the order and with the habits of most lists."""
    given, surname = pair(rng, culture)
    draw = rng.random()
    if draw < 0.12:
        return f"{given} {rng.choice('ABCDEJKLMRST')}. {surname}"
    if draw < 0.2:
        return f"{given} {surname}-{pair(rng, culture)[1]}" if " " not in surname else f"{given} {surname}"
    if draw < 0.28:
        return f"{given} {pair(rng, culture)[0]} {surname}"
    return f"{given} {surname}"


def native(rng: random.Random, locale: str) -> str:
    """A full name in the letters of a country: surname first in East Asia."""
    given, surname = map(rng.choice, natives()[locale])
    return (
        f"{surname}{given}" if locale in ("ko_KR", "zh_TW") else f"{surname} {given}" if locale == "ja_JP" else f"{given} {surname}"
    )


def chinese(rng: random.Random) -> str:
    """A Chinese name of two or three characters, one in fifty with a double surname."""
    surname = (
        rng.choice(_RARE_ZH.split()) if rng.random() < 0.02 else SURNAMES_ZH[min(int(rng.expovariate(0.045)), len(SURNAMES_ZH) - 1)]
    )
    last = rng.choice(_MALE_ZH if rng.random() < 0.5 else _FEMALE_ZH)
    return surname + (last if rng.random() < 0.16 else rng.choice(_FIRST_ZH) + last)


def fold(text: str) -> str:
    """ASCII letters and digits of a name, for addresses and accounts."""
    text = (
        text.replace("ı", "i")
        .replace("ø", "o")
        .replace("đ", "d")
        .replace("Đ", "D")
        .replace("ß", "ss")
        .replace("Ø", "O")
        .replace("ə", "e")
    )
    return "".join(c for c in unicodedata.normalize("NFD", text) if c.isascii() and c.isalnum()).lower()
