# ruff: noqa: E501  (one table, one line)
"""The held-out tables: who keeps which columns under which headers. A column is ``header=maker:argument``, parted by bars."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from bench.accuracy.held.makers import MAKERS, PERSONAL_WORDS, WORDS
from bench.accuracy.held.numbers import NATIONAL, national
from bench.accuracy.tables import Column, Table, Values

SEED = 60613
SAME_RULE = (("ee_ik", "lt_asmens"), ("cz_rc", "sk_rc"))
"""Numbers of countries that share one rule: values cannot tell them apart."""
# name | columns
SCENES = """
hr_export | Employee No=pid:E|Legal Name=name:|DOB=birth:%m/%d/%Y|SSN=id.us_ssn|Hire Dt=time:%m/%d/%Y|Dept=w.dept|Job Title=w.job|Annual Sal=salary:|Home Addr Line 1=address:us|Zip=postal:#####|Work Email=email:|Emerg Contact=name:english|Rel=w.relation|Vet Status=w.military|EEO Race=w.ethnicity
hr_de | PersNr=pid:4|Zuname=surname:german|Rufname=given:german|Geb.-Dat.=birth:%d.%m.%Y|Konf.=w.religion_de|Steuer-IdNr=id.de_idnr|SV-Nr. AT=id.at_vnr|Krankenkasse=w.insurer|Bruttolohn=salary:|Bankverb.=iban:|Tätigkeit=w.job_de|Str. u. Hausnr.=address:de|PLZ=postal:#####|Gewerksch.=w.union
hr_zh | 工号=pid:G|员工=name:zh|身份证件号码=id.cn_ric18|文化=w.education_zh|职位名称=w.job_zh|家庭地址=address_zh:|手机=mobile:|紧急联系人=name:zh|政治面貌=w.political_zh|开户行账号=acct:|入职时间=time:%Y-%m-%d|部门=w.dept|婚育=w.marital_zh
hospital_en | mrn=mrn:|pt_name=comma:|pt_dob=birth:%Y%m%d|pt_sex=sex:M/F/U|admit_ts=time:%Y-%m-%dT%H:%M:%S|dx_desc=w.diagnosis|dx_code=w.icd|rx=w.drug|allergies=w.allergy|wt_kg=weight:|smoking_hx=w.smoker|ward=code:W#|payer_ph=phone:us
hospital_zh | zyh=mrn:|hzxm=name:zh|hzxb=sex:男/女|hznl=age:1-95|zdmc=w.diagnosis_zh|xx=w.blood_zh|lxdh=mobile:|jtzz=address_zh:|ryrq=time:%Y%m%d%H%M|ysxm=name:zh|tw=temp:|sfzh=id.cn_ric18
census | PUMA=code:0####|SERIALNO=code:2023GQ#######|AGEP=age:0-94|SEX=sex:1/2|RAC=w.ethnicity|CIT=w.nationality|SCHL=w.education|WAGP=salary:|MAR=w.marital|LANP=w.language|DIS=w.disability|PWGTP=int:10-300
census_es | hogar=int:1-40000|edad=age:0-97|año_nac=byear:|est_civil=w.marital_es|lugar_nac=birthplace:|ingreso_mens=salary:|factor=float:212
club | Mitglied=name:german|geb. am=birth:%d.%m.%Y|Tel. privat=phone:de|E-Mail-Adresse=email:|Sparte=w.sport|Beitrag=money:|Ort=city:|eingetreten=time:%d.%m.%Y
club_fr | adhérent=upper:french|né(e) le=birth:%d/%m/%Y|portable=phone:fr|courriel=email:|adresse postale=full:fr|cotisation=money:|licence n°=code:FF######
roster_zh | 学籍号=id.cn_ric18|学生=name:zh|班别=class_zh:|监护人电话=mobile:|监护人=name:zh|与学生关系=w.guardian_zh|就读学校=school:zh|期末语文=marks:120|考勤情况=w.attendance_zh|操行=w.behaviour_zh|到校体温=temp:
roster_py | xsmc=name:zh|bjmc=class_zh:|jzdh=mobile:|xxmc=school:zh|sr=birth:p%Y/%m/%d|zf=marks:150|qq=qq:|wx=wechat:
roster_en | Student=comma:english|Homeroom=class:|Date of Birth=birth:p%d-%b-%Y|Parent Phone=phone:us|Att=w.attendance|Conduct Notes=w.behaviour|GPA=marks:4|School=school:en|Lunch Bal=money:
roster_de | Schüler=name:german|Kl.=class:|Erziehungsber.=name:german|Notfallnr.=phone:de|Geburtstag=birth:p%d.%m.%Y|Note Mathe=int:1-6
roster_fr | élève=name:french|date naiss.=birth:p%d/%m/%Y|resp. légal=w.guardian|tél. resp.=phone:fr|moyenne=marks:20|régime=code:DP#
roster_es | alumno=comma:iberian|f. nacimiento=birth:p%d/%m/%Y|tutor=name:iberian|movil_padre=phone:es|nota_final=marks:10|curso=code:#º_ESO
roster_pt | aluno=name:brazil|dt_nasc=birth:p%d/%m/%Y|mae=name:brazil|fone_contato=phone:pt|cpf_resp=id.br_cpf|turma=code:#A
roster_it | alunno=name:italian|nato il=birth:p%d/%m/%Y|C.F.=id.it_codicefiscale|cell. madre=phone:it|voto=marks:10|sezione=code:#B
roster_ru | ФИО=native:ru_RU|дата рожд.=birth:p%d.%m.%Y|СНИЛС=id.ru_snils|тел.=phone:ru|класс=code:#А|средний балл=marks:5
roster_ja | 氏名=native:ja_JP|生年月日=birth:p%Y年%m月%d日|保護者連絡先=phone:jp|組=code:#組|出席番号=int:1-40
roster_ko | 이름=native:ko_KR|생년월일=birth:p%Y.%m.%d|주민번호=id.kr_rrn|보호자 연락처=phone:kr|학년반=code:#-#
roster_tr | öğrenci=name:turkish|doğum t.=birth:p%d.%m.%Y|T.C. No=id.tr_tckimlik|veli tel=phone:tr|şube=code:#/A
roster_ar | اسم الطالب=native:ar_SA|تاريخ الميلاد=birth:p%Y-%m-%d|هاتف ولي الأمر=phone:ae|الصف=code:#
hotel | conf_no=code:HB######|guest=name:|passport_no=passport:|nat=w.iso3|checkIn=time:%Y-%m-%d|rm_type=w.room_type|nights=int:1-14|cc_num=card:|guestMobile=phone:|rate=money:|plate=plate:
bank | cif=pid:7|custFullNm=name:|taxId=id.pl_pesel|acctIban=iban:|openDt=time:%Y%m%d|curBal=balance:|pan=card:|birthYear=byear:|resAddr=full:|riskFlag=w.yes
bank_zh | 客户号=pid:60|户名=name:zh|账号=acct:|证件号码=id.cn_ric18|联系方式=mobile:|余额=balance:|开户网点=w.dept|通讯地址=address_zh:
bank_br | nome_titular=name:brazil|doc_cpf=id.br_cpf|celular=phone:pt|saldo_atual=balance:|logradouro=address:pt|cep=postal:#####-###
cdr | a_number=phone:ke|b_number=phone:ke|imsi=imsi:|tac_imei=imei:|cell_lat=lat:|cell_lon=lon:|start_ts=time:epoch|dur_sec=int:1-3600|cause=int:16-34
cdr_cn | zjhm=mobile:|bjhm=mobile:|thkssj=time:%Y%m%d%H%M%S|thsc=int:1-2000|imei=imei:
delivery | order_ref=code:DLV-########|recipient=name:|drop_address=full:|tel=phone:|eta=time:%H:%M|item=w.product|cod_amount=money:|state=w.status|geo_lat=lat:|geo_lng=lon:
delivery_zh | 单号=code:YT#############|收件人姓名=name:zh|收件手机=mobile:|收件地址=address_zh:|物品=w.product|状态=w.status_zh|骑手=name:zh|下单时间=time:%Y-%m-%d_%H:%M:%S
delivery_in | consignee=name:hindi|cnee_addr=address:in|pin=postal:######|mob=phone:in|aadhaar=id.in_aadhaar|amt=money:
forum | uid=pid:|login=account:|mail=email:|pwd=hash:bcrypt|joined=time:epoch|last_ip=ip:|posts=int:0-9000|bday=birth:%Y-%m-%d
forum_old | user_nick=account:|passw=md5:|salt_=hex:6|reg_ip=ip:|icq=code:#########|email2=email:
dump_plain | login=email:|pass=password:|country=w.iso3|seen=time:ms
logs_users | @timestamp=time:%Y-%m-%dT%H:%M:%SZ|src=ip:|usr=account:|sev=w.level|http_ua=ua:|bytes=int:200-90000|trace=hex:32|path=code:/v2/cart/####
procurement | Supplier=w.company|Contract Ref=code:PR-####-##|Award Date=time:%d/%m/%Y|Value=money:|CPV=code:########|Buyer Dept=w.dept
procurement_zh | 供应商=w.company|合同编号=code:HT2026####|金额=money:|货物=w.product|采购部门=w.dept|中标日期=time:%Y-%m-%d
museum | accession=code:####.##.#|title=w.artwork|medium=w.material|made=int:1450-1980|height_cm=float:62|room=code:G##|value_est=money:
sports | athlete=name:|club=w.team|event=w.sport|birth_yr=byear:|mark=float:48|venue=w.venue|weight=weight:|height=height:
sports_teams | home=w.team|away=w.team|stadium=w.venue|kickoff=time:%d.%m.%Y_%H:%M|attendance=int:900-70000|score=code:#:#
products | sku=code:AB-####-##|label=w.product|ean=code:40###########|price=money:|stock=int:0-900|weight=float:1.4|supplier=w.company
sensors | node=code:N##|temp=float:36.6|hum=float:48|unit=w.unit|ts=time:ms|fw=version:|rssi=int:40-95
timetable | trip_id=code:T######|stop_name=w.station|arrival=time:%H:%M:%S|stop_lat=float:48|platform=int:1-14|line=code:S#
realestate | listing=code:L######|type=w.property|street=address:gb|asking=money:|sqm=float:84|listed=time:%d/%m/%Y
realestate_owner | Eigentümer=name:german|Objekt=address:de|Kaufpreis=money:|Telefon=phone:de|Grundbuch=code:EZ_####|geboren=birth:%d.%m.%Y
software | package=w.software|ver=version:|license=w.licence|sha=hex:40|host=host:|mgmt_ip=private_ip:|scanned=time:%Y-%m-%d
genealogy | ancestor=name:irish|b_date=birth:%d_%b_%Y|b_place=birthplace:|father=name:irish|mother_maiden=surname:irish|faith=w.religion|gen=int:1-9
clinic_es | paciente=name:iberian|dni=id.es_dni|fnac=birth:%d-%m-%Y|movil=phone:es|domicilio=address:es|alergias=w.allergy|peso=weight:|sexo=sex:H/M
clinic_nl | pat_naam=name:dutch|bsn=id.nl_bsn|gebdat=birth:%d-%m-%Y|tel_nr=phone:nl|straat_nr=address:nl|medicatie=w.drug
police | suspect=name:|alias=account:|dob=birth:%d/%m/%Y|offence=w.criminal|vehicle=plate:|addr=full:|case_no=code:CR/####/26|officer=name:english
migrants | applicant=upper:arabic|a_no=pid:A|status=w.immigration|citizen_of=w.nationality|doc=passport:|dob=birth:%Y-%m-%d|lang=w.language
dating | nick=account:|orientation=w.orientation|age=age:18-70|ht=height:|lat=lat:|lng=lon:|faith=w.religion|drinks=w.smoker
vaccination | child=name:|born=birth:p%Y-%m-%d|shot=w.vaccine|given_on=time:%Y-%m-%d|lot=code:LX####|nhs=id.gb_nhs|guardianTel=phone:gb
party_members | member=name:|party=w.party|post_code=postal:#####|email_addr=email:|since=int:1980-2025
plants | species=w.species|site=code:P##|date_seen=time:%Y-%m-%d|count=int:1-60|lat=float:47.8
restaurant | dish=w.dish|price=money:|allergen_code=code:A#|kcal=int:120-1400|table=int:1-40
fleet | vessel=w.ship|imo=code:9######|port=city:|eta=time:%Y-%m-%d|dwt=int:900-90000
assets | kind=w.street_asset|street=address:gb|asset_id=code:SA-#####|lat=float:53.4|checked=time:%d/%m/%Y
courses | course=w.course|ects=int:1-12|room=code:H#.##|lecturer=name:|day=int:1-5
name_cultures_a | full_nm=name:yoruba|x1=name:viet|x2=name:korean|x3=name:hungarian|x4=name:tamil|qty=int:1-9
name_cultures_b | nm=name:amhara|y1=name:indonesian|y2=name:finnish|y3=name:greek|y4=name:persian|score=float:5
name_cultures_c | person_nm=name:pinyin|z1=name:filipino|z2=name:romanian|z3=name:hebrew|z4=name:turkish|n=int:1-99
name_scripts | fio=native:uk_UA|el=native:el_GR|he=native:he_IL|fa=native:fa_IR|hi=native:hi_IN|tw=trad:zh_TW|k=int:1-9
name_parts | sn=surname:japanese|gn=given:japanese|sn2=surname:nordic|gn2=given:nordic|sn3=surname:bengali|gn3=given:urdu|m=money:
"""


def plans() -> Iterator[Callable[[int], Table]]:
    """What makes each scene, and one table for each national number."""
    for line in SCENES.strip().splitlines():
        name, _, columns = line.partition(" | ")
        yield lambda rows, name=name, columns=columns: _scene(name, columns, rows)  # type: ignore[misc]
    for number in NATIONAL:
        yield lambda rows, number=number: _number(number, min(rows, 100))  # type: ignore[misc]


def _scene(name: str, columns: str, rows: int) -> Table:
    rng = random.Random(f"{SEED}:{name}")
    if sum(map(ord, name)) % 4:
        rows = min(rows, 250)
    return Table(name, "held", tuple(_column(*c.split("=", 1), rng, rows) for c in columns.split("|")))


def _column(header: str, kind: str, rng: random.Random, rows: int) -> Column:
    values: Values
    if kind.startswith("w."):
        words = WORDS[kind[2:]].split("|")
        values = rng.choices(words, [1 / (1 + i / 3) for i in range(len(words))], k=rows)
        tolerate = {"company": ("biographical.employer",)}.get(kind[2:], ())
        return Column(kind, header, values, tuple(PERSONAL_WORDS.get(kind[2:], "").split()), tolerate)
    if kind.startswith("id."):
        values = [national(rng, kind[3:]) for _ in range(rows)]
        same = next((s for s in SAME_RULE if kind[3:] in s), (kind[3:],))
        return Column(
            kind,
            header,
            values,
            tuple(f"identity.{n}" for n in (kind[3:], *(n for n in same if n != kind[3:]))),
            ("identity.cn_student_no",) if "cn_ric" in kind else (),
        )
    maker, _, argument = kind.partition(":")
    accept, tolerate_text, make = MAKERS[maker]
    values = [make(rng, argument) for _ in range(rows)]
    named = "name" if "biographical.name_latin" in accept else maker
    return Column(named, header, values, tuple(accept.split()), tuple(tolerate_text.split()))


def _number(number: str, rows: int) -> Table:
    rng = random.Random(f"{SEED}:{number}")
    header = rng.choice(NATIONAL[number][1].split("|"))
    columns = f"ref=code:K-#####|who=name:|{header}=id.{number}|total=money:|made=time:%Y-%m-%d"
    return Table(f"nr_{number}", "held ids", tuple(_column(*c.split("=", 1), rng, rows) for c in columns.split("|")))
