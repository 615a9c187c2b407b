"""The mail programs people write with: what each puts into headers, how it quotes, how it makes a Message-ID."""

import hashlib
from dataclasses import dataclass
from datetime import UTC
from email.utils import format_datetime

from demo.kit.source import Letter


@dataclass(frozen=True)
class Client:
    """`shape`: plain, flowed (RFC 3676) or html (text and HTML); `wrap` 0 sends whole paragraphs as one line.

    `replies`: top (answer first, all of the letter below), inline, or none. `references`: full, in-reply-to (no
    References), references (no In-Reply-To), your-message (MH style), none. `cte`: how 8-bit text travels.
    """

    headers: tuple[str, ...] = ()
    shape: str = "plain"
    wrap: int = 72
    replies: str = "inline"
    attribution: str = "on-date"
    references: str = "full"
    ids: str = "uuid"
    cte: str = "8bit"
    charset: str = "utf-8"
    flavour: str = "plain"
    phone: str = ""
    mark: str = "> "


LATIN = "iso-8859-1"
CLIENTS: dict[str, Client] = {
    "pine": Client((), ids="pine", attribution="pine", references="in-reply-to", charset=LATIN),
    "elm": Client(("X-Mailer: ELM [version 2.4 PL25]",), ids="time", attribution="elm", references="none", charset=LATIN),
    "exmh": Client(("X-Mailer: exmh version 2.0.2 2/24/98",), ids="time", attribution="mh", references="your-message", charset=LATIN),
    "eudora": Client(("X-Mailer: QUALCOMM Windows Eudora Pro Version 3.0.5 (32)", "X-Sender: {user}@mail.{host}"), ids="eudora",
        attribution="eudora", references="in-reply-to", charset=LATIN, cte="qp", mark=">"),
    "netscape": Client(("X-Mailer: Mozilla 4.79 [en] (Win98; U)", "X-Accept-Language: en"), ids="hex", attribution="wrote",
        references="references", charset=LATIN),
    "oe": Client(("X-Priority: 3", "X-MSMail-Priority: Normal", "X-Mailer: Microsoft Outlook Express 6.00.2800.1158",
        "X-MimeOLE: Produced By Microsoft MimeOLE V6.00.2800.1165"), ids="oe", replies="top", attribution="original", charset=LATIN, cte="qp"),
    "aol": Client(("X-Mailer: AOL 4.0 for Windows 95 sub 14",), ids="aol", attribution="aol", references="in-reply-to", charset=LATIN, cte="qp"),
    "mutt": Client(("User-Agent: Mutt/1.4.1i",), ids="mutt", attribution="mutt", charset=LATIN),
    "mutt2": Client(("User-Agent: Mutt/2.2.12 (2023-09-09)",), ids="mutt", attribution="mutt"),
    "gnus": Client(("User-Agent: Gnus/5.13 (Gnus v5.13) Emacs/27.1 (gnu/linux)",), ids="gnus", attribution="gnus"),
    "kmail": Client(("User-Agent: KMail/1.9.7",), ids="kmail", attribution="kmail", charset="utf-8", cte="qp"),
    "evolution": Client(("X-Mailer: Evolution 2.28.3 (2.28.3-24.el6)",), ids="camel", attribution="evolution"),
    "squirrel": Client(("User-Agent: SquirrelMail/1.4.4", "X-Priority: 3 (Normal)", "Importance: Normal"), ids="squirrel",
        attribution="none", charset=LATIN),
    "thunderbird2": Client(("User-Agent: Thunderbird 2.0.0.24 (Windows/20100228)",), shape="flowed", ids="hexdot", attribution="wrote", charset=LATIN),
    "thunderbird": Client(("User-Agent: Mozilla Thunderbird", "Content-Language: en-GB"), shape="flowed", attribution="moz", cte="8bit"),
    "thunderbird-html": Client(("User-Agent: Mozilla Thunderbird",), shape="html", attribution="moz", flavour="moz", cte="8bit"),
    "roundcube": Client(("User-Agent: Roundcube Webmail/1.6.9",), shape="flowed", ids="squirrel", attribution="round"),
    "outlook": Client(("X-Mailer: Microsoft Outlook 16.0", "Content-Language: en-gb"), shape="html", flavour="outlook", replies="top",
        wrap=0, attribution="outlook", ids="outlook", cte="qp"),
    "outlook2003": Client(("X-Mailer: Microsoft Office Outlook 11", "X-MimeOLE: Produced By Microsoft MimeOLE V6.00.2900.3138"),
        replies="top", attribution="outlook", ids="oe", cte="qp", charset=LATIN, references="none"),
    "gmail": Client((), shape="html", flavour="gmail", replies="top", attribution="gmail", ids="gmail", cte="qp", wrap=76),
    "gmail-plain": Client((), attribution="gmail", ids="gmail", cte="qp", wrap=76),
    "yahoo": Client(("X-Mailer: YahooMailClassic/11.1.4 YahooMailWebService/0.8.112.307740",), replies="top", attribution="yahoo",
        ids="yahoo", cte="qp", mark=""),
    "apple": Client(("Mime-Version: 1.0 (Mac OS X Mail 16.0 \\(3774.600.62\\))", "X-Mailer: Apple Mail (2.3774.600.62)"), wrap=0,
        attribution="apple", ids="UUID", cte="qp"),
    "apple-html": Client(("Mime-Version: 1.0 (Mac OS X Mail 16.0 \\(3774.600.62\\))", "X-Mailer: Apple Mail (2.3774.600.62)"), shape="html",
        flavour="apple", wrap=0, replies="top", attribution="apple", ids="UUID", cte="qp"),
    "phone": Client(("X-Mailer: iPhone Mail (22H124)",), wrap=0, replies="top", attribution="apple", ids="UUID", cte="qp",
        phone="Sent from my phone"),
    "phone-html": Client(("X-Mailer: iPhone Mail (22H124)",), shape="html", flavour="apple", wrap=0, replies="top", attribution="apple",
        ids="UUID", cte="base64", phone="Sent from my phone"),
    "k9": Client(("User-Agent: K-9 Mail for Android",), replies="top", attribution="k9", ids="UUID", cte="base64", wrap=72,
        phone="-- \nSent from my phone. Please excuse my brevity."),
    "git": Client(("X-Mailer: git-send-email 2.47.3",), ids="git", replies="none"),
    "web": Client(("User-Agent: Posthouse",), ids="web", attribution="plain", cte="8bit"),
    "script": Client(("X-Mailer: mail (GNU Mailutils 3.15)",), ids="time", replies="none"),
    "newsletter": Client(("X-Mailer: Bellman Newsletter 2.4",), shape="html", flavour="bare", replies="none", ids="web", cte="qp"),
}  # fmt: skip
BASE64ISH = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789=_"


def digest(letter: Letter, purpose: str = "id") -> str:
    """Return 64 hexadecimal digits that belong to this letter and purpose for ever."""
    return hashlib.sha256(f"{letter.group.slug}/{letter.key}/{purpose}".encode()).hexdigest()


def client_of(letter: Letter) -> Client:
    return CLIENTS[str(letter.trait("client", "thunderbird"))]


def message_id(letter: Letter) -> str:
    """Return the Message-ID (with its angle brackets) as the letter's mail program would make it."""
    if letter.has("msgid"):
        return letter.option("msgid")
    style, code = client_of(letter).ids, digest(letter)
    number = int(code[:12], 16)
    user, _, host = letter.address.partition("@")
    host = str(letter.trait("host", host))
    stamp = letter.when.astimezone(UTC).strftime("%Y%m%d%H%M%S")
    uuid = f"{code[:8]}-{code[8:12]}-4{code[13:16]}-a{code[17:20]}-{code[20:32]}"
    letters = "".join(BASE64ISH[int(code[i : i + 2], 16) % 64] for i in range(0, 64, 2))
    forms = {
        "uuid": f"{uuid}@{host}",
        "UUID": f"{uuid.upper()}@{host}",
        "mutt": f"{stamp}.G{code[0].upper()}{number % 90000 + 9000}@{host}",
        "pine": f"Pine.LNX.4.44.{stamp[2:]}0.{number % 30000}-100000@{host}",
        "time": f"{stamp[:12]}.{code[:3].upper()}{number % 90000:05d}@{host}",
        "eudora": f"3.0.5.32.{stamp}.00{code[:6]}@mail.{host}",
        "hex": f"{code[:8].upper()}.{code[8:16].upper()}@{host}",
        "hexdot": f"{code[:8].upper()}.{number % 9000000 + 1000000}@{host}",
        "oe": f"00{number % 90 + 10}01c{code[:5]}${code[5:13]}$0{number % 9}00a8c0@{code[13:19].upper()}",
        "aol": f"{number % 900}.{code[:7]}.{code[7:15]}@aol.example.com",
        "gnus": f"87{letters[:9].lower().replace('_', 'x').replace('=', 'y')}.fsf@{host}",
        "kmail": f"{stamp[:12]}.{number % 90000:05d}.{user}@{host}",
        "camel": f"{number % 900000000 + 1000000000}.{number % 90000}.{number % 90}.camel@{host}",
        "squirrel": f"{number % 90000 + 10000}.192.168.1.{number % 200 + 20}.{number % 900000000 + 1000000000}.squirrel@mail.{host}",
        "outlook": f"00{number % 90 + 10}01db{code[:4]}${code[4:12]}${code[12:20]}$@{host}",
        "gmail": f"CA{letters[:30].replace('=', '+')}@mail.example.com",
        "yahoo": f"{number % 900000}.{number % 90000}.qm@web{number % 90000}.mail.example.com",
        "git": f"{stamp}.{number % 90000 + 1000}-{letter.option('patch', '1')}-{letter.address}",
        "web": f"{code[:20]}@{letter.group.facts.get('domain', 'example.org')}",
    }
    return f"<{forms[style]}>"


MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "el": "Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου Οκτωβρίου Νοεμβρίου Δεκεμβρίου",
}


def _local_attribution(lang: str, letter: Letter, parent: Letter) -> str:
    when, who = parent.when, f"{parent.name} <{parent.address}>"
    month = MONTHS[lang].split()[when.month - 1] if lang in MONTHS else ""
    weekday = "月火水木金土日"[when.weekday()]
    return {
        "de": f"Am {when:%d.%m.%y} um {when:%H:%M} schrieb {parent.name}:",
        "fr": f"Le {when.day} {month} {when.year} à {when:%H:%M}, {who} a écrit :",
        "sv": f"Den {when.day} {month} {when.year} kl. {when:%H:%M} skrev {who}:",
        "ru": f"{when.day} {month} {when.year} г., {when:%H:%M}, {who} пишет:",
        "el": f"Στις {when.day} {month} {when.year}, {when:%H:%M}, ο/η {who} έγραψε:",
        "ja": f"{when.year}年{when.month}月{when.day}日({weekday}) {when:%H:%M} {who}:",
        "zh": f"{who} 于{when.year}年{when.month}月{when.day}日周{'一二三四五六日'[when.weekday()]} {when:%H:%M}写道：",
        "ko": f"{when.year}년 {when.month}월 {when.day}일 {when:%H:%M}, {who}님이 작성:",
        "he": f"בתאריך {when:%d.%m.%Y} בשעה {when:%H:%M}, מאת {parent.name}:",
        "ar": f"في {when:%d/%m/%Y} الساعة {when:%H:%M}، كتب {parent.name}:",
        "fa": f"در تاریخ {when:%Y/%m/%d} ساعت {when:%H:%M}، {parent.name} نوشت:",
    }[lang]


def attribution(letter: Letter, parent: Letter) -> str:
    """Return the line (or lines) that say whose words follow, in the writer's program and language."""
    style, when, name, address = (
        client_of(letter).attribution,
        parent.when,
        parent.name or parent.address,
        parent.address,
    )
    if style in ("original", "outlook"):
        return _original(letter, parent, style)
    if (lang := str(letter.trait("lang", "en"))) != "en":
        return _local_attribution(lang, letter, parent)
    clock = f"{(when.hour - 1) % 12 + 1}:{when:%M}"
    half = "AM" if when.hour < 12 else "PM"
    forms = {
        "on-date": f"On {when:%a}, {when.day} {when:%b %Y}, {name} wrote:",
        "pine": f"On {when:%a}, {when.day} {when:%b %Y}, {name} wrote:",
        "mutt": f"On {when:%a, %b %d, %Y at %I:%M:%S}{half} {when:%z}, {name} wrote:",
        "elm": f"{name} wrote:",
        "wrote": f"{name} wrote:",
        "plain": f"{name} wrote:",
        "none": "",
        "mh": f"In message {parent.message_id}, {name.split()[0]} writes:",
        "eudora": f"At {when:%H:%M} {when:%d/%m/%Y} {when:%z}, {name.split()[0]} wrote:",
        "aol": f"In a message dated {when.day}/{when.month}/{when.year} {clock}:00 {half} GMT Standard Time, \n{address} writes:",
        "gnus": f"{name} <{address}> writes:",
        "kmail": f"On {when:%A %d %B %Y} {when:%H:%M}, {name} wrote:",
        "evolution": f"On {when:%a, %Y-%m-%d} at {when:%H:%M} {when:%z}, {name} wrote:",
        "moz": f"On {when:%d/%m/%Y} {when:%H:%M}, {name} wrote:",
        "round": f"On {when:%Y-%m-%d} {when:%H:%M}, {name} wrote:",
        "gmail": f"On {when:%a}, {when.day} {when:%b %Y} at {when:%H:%M}, {name} <{address}> wrote:",
        "apple": f"On {when.day} {when:%b %Y}, at {when:%H:%M}, {name} <{address}> wrote:",
        "k9": f"On {when.day} {when:%B %Y} {when:%H:%M:%S} {when.tzname() or 'GMT'}, {name} <{address}> wrote:",
        "yahoo": f"--- On {when:%a}, {when.day}/{when.month}/{when:%y}, {name} <{address}> wrote:\n",
    }
    return forms[style]


def _original(letter: Letter, parent: Letter, style: str) -> str:
    name, to = parent.name or parent.address, f"{letter.group.facts['name']} <{letter.group.address}>"
    sent = f"{parent.when:%A, %d %B %Y} {(parent.when.hour - 1) % 12 + 1}:{parent.when:%M %p}"
    if style == "original":
        return (
            f'----- Original Message -----\nFrom: "{parent.name}" <{parent.address}>\nTo: <{letter.group.address}>\n'
            f"Sent: {sent}\nSubject: {parent.subject}\n\n"
        ).rstrip("\n") + "\n"
    if letter.trait("lang") == "de":
        sent = f"{parent.when.day}. {MONTHS['de'].split()[parent.when.month - 1]} {parent.when:%Y %H:%M}"
        return f"-----Ursprüngliche Nachricht-----\nVon: {name} <{parent.address}>\nGesendet: {sent}\nAn: {to}\nBetreff: {parent.subject}\n"
    return f"-----Original Message-----\nFrom: {name} <{parent.address}>\nSent: {sent}\nTo: {to}\nSubject: {parent.subject}\n"


def date_header(letter: Letter) -> str:
    return format_datetime(letter.when)
