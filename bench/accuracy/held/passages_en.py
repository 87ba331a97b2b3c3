"""English passages: placeholders in small letters are personal, in capitals they are not."""

from __future__ import annotations

EN_START = (
    "Hi team,",
    "Please see below.",
    "Update from the night shift.",
    "FYI -",
    "As discussed on <D>:",
    "Good afternoon,",
    "To whom it may concern:",
)
EN_END = (
    "Thanks in advance.",
    "Ticket <O> was closed on <D>.",
    "Kind regards",
    "The total was <M> EUR.",
    "Let me know if anything is missing.",
    "See attachment <X>.",
)
EN = """
I've been charged twice for order <O>. My card is <c> and the name on it is <p>.
Could you change the delivery address to <a>? I'm <p>, phone <t>.
<p> called about the leaking boiler at <s>. She can be reached on <t> after <H>.
PATIENT: <p>   DOB: <be>   SEEN: <D>. Presents with a productive cough for <N> days. GP to follow up.
Mrs <p> (born <be>) was transferred from <C> on <D>; next of kin is her son <p>, <t>.
The witness, <p> of <s>, stated that at about <H> on <D> she saw two men running.
Suspect identified as <p>, date of birth <be>, last known address <a>.
This agreement is made on <D> between <F> and <p>, residing at <a>.
The Employee, <p>, National Insurance number <nino>, shall commence work on <D>.
CURRICULUM VITAE. <p>. Address: <a>. Mobile: <t>. Email: <e>. Date of birth: <be>
Dear Mr <p>, we regret to inform you that your application of <D> was not successful.
Dear parents of <p>, your child was late on <D>. Please phone <t> to explain.
Trip to <C>: <p> and <p> from <sce> still need a signed form.
[<H>] <g>: can someone send me <g>'s number? [<H>] <g>: sure it's <t>
hey its <p>, new email is <e> the old one got hacked lol
Wire the deposit of <M> to IBAN <i>, beneficiary <p>.
name=<p>&email=<e>&phone=<t>&plan=basic
{"id": 8841, "customer": "<p>", "email": "<e>", "created": "<D>", "ip": "<ip>"}
{"holder": "<p>", "iban": "<i>", "amount": <M>, "ref": "<O>"}
{"student": {"full_name": "<p>", "dob": "<be>"}, "school": "<sce>", "marks": [<N>, <N>]}
<ip> - - [12/Mar/2026:<H>:07 +0000] "GET /basket/<N> HTTP/1.1" 200 5123 "-" user=<e>
20260214T101500 sshd: Accepted publickey for deploy from <ip> port <L>
20260301 WARN reset mail sent to <e> from <ip>, request <X>
Customer <p> (SSN <ssn>) disputes the charge of <D>.
SSN: <ssn>  Name: <p>  Born: <be>
El titular <p>, con DNI <dni>, reside en <s>.
Cliente: <p>, CPF <cpf>, telefone <t>.
Il sottoscritto <p>, codice fiscale <cf>, nato il <be>.
NHS number <nhs>, patient <p>, referred on <D> to cardiology.
Korean applicant <p>, RRN <kr>, visa issued <D>.
Hong Kong ID <hk> was shown by <p> at check-in.
The stolen phone has IMEI <im>; owner <p>, <e>.
Router <mac> was registered by <p>.
Her maiden name is <p>, she was born on <be> in <C>.
Attending: <p>, <p>, <p>. Apologies: <p>.
From: <p> <<e>>
To: <e>; Cc: <e>; Subject: invoice <O>
Signed, <p>
Kind regards, <p>, Head of Claims, <F>, tel. <t>
Booking <O>: guest <p>, arriving <D>, card <c>, departs <D>.
Interview notes: <p> has <N> years with <F>, prefers remote, call <t>.
Home visit at <a>. Mother (<p>) states the baby was born <be>.
Please add <e> and <e> to the mailing list.
My password is <pw> and my login is <e>, please check.
Emergency contacts - 1) <p> <t> 2) <p> <t>
I, <p>, hereby authorise <p> to collect parcel <O>.
RSVP from <p> (<N> guests). Dietary: none. Mobile <t>
Tenant <p> of <s> is in arrears by <M> since <D>.
Complaint by <p>: the driver asked for his number (<t>) and followed him to <s>.
Obituary: <p>, born <be>, died <D>.
""".strip().splitlines()
EN_NOT = """
The exhibition at <C> shows "<A>" until <D>, tickets <M>.
<F> reported revenue of <M> million on <D>, beating forecasts.
Change trains at <W> and take line <N> from platform <N>.
Release <V> fixes <N> bugs; see commit <X>.
Part <L> was replaced by <L> in drawing revision <V>.
The <P> costs <M> and ships by <D>.
Your parcel <L> left the depot in <C> at <H>.
Mill Road will be closed between <W> and the bridge from <D>.
Add the Worcester sauce, then <N> g of Jerusalem artichokes.
Manchester beat Leicester <N>-<N> in front of a full house on <D>.
Backup finished at <H>: <N> volumes, checksum <X>.
See section <V> of the manual, page <N>.
The Bishop takes on f7; White resigns after <N> moves.
Meeting room Victoria is booked on <D> from <H>.
Hoover the lobby, check the Stanley knives, order <P>.
Hurricane season starts on <D>; the last storm passed <C>.
Parkinson's disease and Crohn's disease are covered in chapter <N>.
Invoice <O> of <F>, due <D>, amount <M>.
Run mvn -Dversion=<V> and wait for build <N> of Jenkins.
The May figures for Jordan and Georgia are out on <D>.
Ward Churchill has <N> beds; Nightingale is being repainted.
GET /api/v2/items/<N>?page=<N> 200 <N>ms trace=<X>
Lot <L>, warranty until <D>, model <V>.
Will and grace under pressure: how hope, faith and joy return.
Set the Franklin valve to <N> bar and the Pascal gauge to zero.
Mark the date: sales end <D> at <H>, use coupon <O>.
""".strip().splitlines()
