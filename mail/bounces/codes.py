"""From status codes and the words of mail servers to a category. Pure."""

import re

from mail.bounces.types import Category

ENHANCED = re.compile(r"(?<![\d.\w])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")  # RFC 3463 §2
BASIC = re.compile(r"(?<![\w.\-])([45]\d\d)(?=[ :#]|-(?!\d+-)|$)")  # RFC 5321 §4.2

# By subject and detail of RFC 3463 and its registry; what is not here is decided by the words, then by the class.
_BY_DETAIL = {
    (1, 1): Category.HARD,  # bad destination mailbox address
    (1, 2): Category.HARD,  # bad destination system address
    (1, 3): Category.HARD,  # bad destination mailbox address syntax
    (1, 4): Category.HARD,  # ambiguous
    (1, 6): Category.HARD,  # moved, no forwarding address
    (1, 7): Category.POLICY,  # the sender's address
    (1, 8): Category.POLICY,  # the sender's system
    (1, 9): Category.TEMPORARY,  # relayed to a system that does not speak SMTP
    (1, 10): Category.HARD,  # null MX (RFC 7505)
    (1, 90): Category.POLICY,  # Exchange Online: the sender wrote to too many
    (2, 122): Category.POLICY,  # Exchange Online: the recipient got too many within an hour
    (2, 1): Category.HARD,  # disabled
    (2, 2): Category.FULL,
    (2, 3): Category.POLICY,  # message too long for this mailbox
    (3, 1): Category.FULL,  # mail system full
    (3, 4): Category.POLICY,  # message too big for the system
    (4, 4): Category.HARD,  # unable to route: no such host
    (4, 7): Category.TEMPORARY,  # delivery time expired
    (4, 310): Category.HARD,  # Exchange Online: the domain does not exist
    (6, 7): Category.POLICY,
}
# What carries a 5.7.x never counts against a member, whatever else it says.
_BY_SUBJECT = {6: Category.POLICY, 7: Category.POLICY}

# Ordered: the first that is found decides. Words of real servers, also of those that speak other languages.
_WORDS: tuple[tuple[Category, str], ...] = (
    (Category.HARD, r"recipient address rejected: access denied|recipientnotfound|resolver\.adr"),  # Exchange Online
    (
        Category.FULL,
        r"quota|mailbox (?:\S+ )?(?:is )?(?:too )?full|mailbox size"
        r"|exceed\w* (?:\w+ ){0,3}(?:storage|mailbox|size allowed)|storage (?:allocation|limit)"
        r"|insufficient (?:disk |system )?storage|out of (?:storage|space)|inbox is full|mbox full"
        r"|(?:mailbox|folder|account|mail ?drop) is (?:over ?)?full|full mailbox|mailfolder is full|too much mail"
        r"|over ?quota|account is full|too many messages in|postfach .{0,40}\bvoll\b|speicherplatz|speicherkontingent"
        r"|bo[iî]te .{0,60}pleine|buz[oó]n .{0,60}llen|(?:casella|cassetta) .{0,60}pien[ao]|caixa .{0,60}(?:cheia|lotad)"
        r"|postvak .{0,40}\bvol\b|(?:postl[åa]da|innkurv|postkasse) .{0,40}full?d?\b|postilaatikko .{0,40}t[äa]ynn"
        r"|skrzynk\w+ .{0,40}(?:pełna|przepełnion)|schr[áa]nk\w+ .{0,40}pln[áa]|postafiók .{0,40}megtelt|kutusu .{0,20}dolu"
        r"|ящик .{0,40}(?:переполнен|заполнен)|容量|配[额額]"
        r"|[邮郵信]箱.{0,6}(?:已[满滿]|空间不足|空間不足)|ボックス.{0,10}(?:満杯|いっぱい)|가득",
    ),
    (
        Category.POLICY,
        r"spam|blacklist|black list|blocklist|block list|blocked|\brbl\b|dnsbl|spamhaus|barracuda|reputation|dmarc"
        r"|\bspf\b|\bdkim\b|unauthenticated|not authenti|policy|virus|malware|infected"
        r"|content (?:rejected|filter|denied)|unsolicited|banned|message (?:\w+ )?rejected|rejected (?:by|due|for)"
        r"|prohibited|too large|size (?:limit|exceed)|exceeds size|message size|relay(?:ing)? (?:access )?denied"
        r"|not (?:allowed|permitted|authori[sz]ed)|access denied|greylist|attachment|not accepting mail from"
        r"|sender (?:address )?(?:rejected|denied|verif)|rate limit|throttl|too many connections|permission"
        r"|restricted|client host rejected|helo command|reverse dns|\bptr\b",
    ),
    (
        Category.HARD,
        r"user (?:\S+ )?(?:is )?(?:unknown|not found|does(?: not|n't) exist|not known|disabled|has been|no longer)"
        r"|unknown (?:or illegal )?(?:local |virtual )?(?:user|recipient|address|account|alias|mailbox|local.?part)"
        r"|no such (?:\w+ ){0,2}(?:user|mailbox|address|recipient|account|person|domain|host|name|mail ?drop|local)"
        r"|(?:recipient|address|mailbox|account|addressee)\b.{0,80}?\b(?:unknown|not found|does(?: not|n't) exist"
        r"|not exist|invalid|unavailable|not available|inactive|disabled|suspended|rejected|closed|expired|terminated"
        r"|deactivated|not known|not listed|not recogni[sz]ed|no longer|nonexistent|undeliverable|couldn't be found"
        r"|wasn't found)"
        r"|invalid (?:recipient|mailbox|address|user|account)"
        r"|not a (?:valid|known) (?:user|mailbox|recipient|address)"
        r"|no longer (?:active|available|valid|in use|on server|with us|works?)|isn't valid|not our customer"
        r"|no mailbox|(?:doesn't|does not|do not|don't) have an? .{0,40}account|has left|unrouteable|unroutable"
        r"|host (?:\S+ )?(?:not found|unknown)|unknown host|(?:address|e-?mail|userid).{0,40}(?:is wrong|misspell)"
        r"|not (?:recogni[sz]ed|listed in)|invalid final delivery|no matches to|(?:unknown|bad|wrong) user"
        r"|final email delivery point|find a gateway|bad (?:destination|recipient|address)"
        r"|domain (?:\S+ )?(?:not found|does(?: not|n't) exist|isn't)"
        r"|(?:name|host) (?:or service not known|or domain name not found)|non-?existent|couldn't be found"
        r"|badly formed|couldn't find any host|no mx|mx record|couldn't be delivered .{0,40}wrong"
        r"|delivery to the following recipients? failed|unbekannt|existiert nicht|nicht gefunden|nicht bekannt"
        r"|nicht (?:aufgef[uü]hrt|aufgelistet|verzeichnet)|ung[uü]ltig|inconnue?s?\b|n['’]existe pas|introuvable|invalide"
        r"|n['’]a pas (?:pu [êe]tre|[ée]t[ée]) (?:trouv|localis)|desconocid|no existe|no se (?:ha )?encontr|no encontrad"
        r"|no se pudo encontrar|inesistente|sconosciut|non (?:[èe] stat[oa] )?trovat|non esiste|impossibile trovare"
        r"|n[aã]o existe|n[aã]o (?:foi |p[oô]de ser )?(?:encontrad|localizad)|inexistente|onbekend|bestaat niet|niet gevonden"
        r"|ok[aä]nd|inte att hitta|hittades inte|finns inte|finnes ikke|findes ikke|ikke (?:fundet|funnet)|ukjent|ukendt"
        r"|ei l[öo]yty|tuntematon|nieznany|nie istnieje|nie (?:można odnaleźć|znaleziono)|neexistuje|nelze naj[íi]t|nenalezen"
        r"|nem tal[áa]lhat[óo]|ismeretlen|bulunamad|не существует|не найден|не удалось найти|неизвестн|存在し|存在せ|見つか"
        r"|宛先不明|あて先不明|不明なユーザ|不存在|找不到|[无無查]此[用人信]|没有找到"
        r"|존재하지|찾을 수 없|없는 (?:아이디|사용자|계정)",
    ),
    (
        Category.TEMPORARY,
        r"timed? ?out|failed \d+ attempts|connection (?:refused|dropped|lost|reset)|temporar|try again|unreachable|no answer"
        r"|could(?: not|n't) connect|retry (?:time|limit)|delivery (?:time )?expired|gave up|too long|lookup fail"
        r"|dns|service (?:un|not )available|local error|too many hops|looping|not reachable|mail loop|loops? back"
        r"|deferred|host is down|insufficient resources|not responding|resources",
    ),
)
_COMPILED = tuple((category, re.compile(words, re.IGNORECASE)) for category, words in _WORDS)


def enhanced_status(*texts: str) -> str:
    """The most telling enhanced status code of several texts: the first that is not the general x.0.0, else the first."""
    found = [match.group() for text in texts for match in ENHANCED.finditer(text) if match.group(1) != "2"]
    telling = [code for code in found if not code.endswith(".0.0")]
    return (telling or found or [""])[0]


def basic_code(text: str) -> int | None:
    """The SMTP reply code in a text, if there is one."""
    match = BASIC.search(text)
    return int(match.group(1)) if match else None


def categorise(status: str, words: str, *, permanent: bool | None = None) -> Category:
    """What a failure means for the address. `status` is an enhanced code or empty, `words` whatever the server said.

    `permanent` is what the report itself claims (None: it does not say). Codes that say exactly what is wrong win over words,
    words over the general codes, and those over nothing.
    """
    code = ENHANCED.search(status)
    by_code = _by_code(code) if code else None
    if by_code is not None:
        return by_code
    by_words = _by_words(words)
    if by_words is not None:
        return by_words if by_words != Category.HARD or _is_permanent(code, words, permanent) else Category.TEMPORARY
    if not _is_permanent(code, words, permanent):
        return Category.TEMPORARY
    return Category.HARD if code and code.group(2) == "1" else Category.UNKNOWN


def _by_code(code: re.Match[str]) -> Category | None:
    kind, subject, detail = code.group(1), int(code.group(2)), int(code.group(3))
    exact = _BY_DETAIL.get((subject, detail)) or _BY_SUBJECT.get(subject)
    if kind != "4" or exact is None:
        return exact
    return exact if exact in (Category.FULL, Category.POLICY) else Category.TEMPORARY


def _by_words(words: str) -> Category | None:
    return next((category for category, pattern in _COMPILED if pattern.search(words)), None)


def _is_permanent(code: re.Match[str] | None, words: str, permanent: bool | None) -> bool:
    if code:
        return code.group(1) == "5"
    basic = basic_code(words)
    if basic:
        return basic >= 500
    return permanent is not False
