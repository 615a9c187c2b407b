"""How programs that answer in somebody's absence say so, in the languages they speak. Pure."""

import re

LONGEST_SUBJECT = 500
_ANSWERS = r"(?:(?:re|aw|sv|vs|antw|fw|fwd|wg|tr|rv|odp|回复|答复|回覆)\s*[:：]\s*)*"
# What a program says of itself: nobody writes it who does not speak about programs.
_ITSELF = (
    r"\bauto(?:matic|mated)?[- ]?(?:reply|response|responder|respond|generated reply)\b|\bautoreply|\bautosvar"
    r"|automatisch(?:e|es|er)? (?:antwort|antwoord|abwesenheit)|r[ée]ponse automatique|respuesta autom[aá]tica"
    r"|risposta automatica|resposta autom[aá]tica|automaattinen (?:vastaus|poissa)|automatisk(?:t)? (?:svar|besvarelse)"
    r"|odpowied[zź] automatyczna|automatyczna odpowied[zź]|automatick[áé] odpov[eě][dď]|automatikus v[aá]lasz"
    r"|r[aă]spuns automat|otomatik yan[iı]t|автоответ|автоматический ответ|автовідповідь|αυτόματη απάντηση"
    r"|מענה אוטומטי|رد تلقائي|自[動动][ ]?(?:応答|返信|回[复覆復]|答[复覆復])|자동\s*(?:회신|응답|답장)"
)
# What somebody says who is away; the word at the beginning of a subject.
_AWAY = (
    r"out[ -]of[ -](?:the[ -])?office|ooo\b|abwes(?:en(?:heit\w*|d)?)?\b|(?:urlaubs|betriebs)(?:abwesenheit|notiz|urlaub|ferien)"
    r"|(?:ich bin )?(?:derzeit |zur zeit |bis .{1,20} )?(?:nicht im b[üu]ro|im urlaub|au(?:ß|ss)er haus)"
    r"|(?:message|r[ée]ponse|avis|notification) d['’]absence|absence(?: du bureau)?\b|absent(?:e|\(e\))?\b"
    r"|en (?:vacances|cong[ée]s?)\b"
    r"|fuera de (?:la )?oficina|ausencia|ausente|de vacaciones|fuori (?:sede|ufficio)|assen(?:te|za)|in ferie"
    r"|aus[êe]ncia|fora do escrit[óo]rio|de f[ée]rias|afwezig|niet aanwezig|met vakantie|fr[åa]nvaro|p[åa] semester"
    r"|frav[æa]r|p[åa] ferie|poissa|lomalla|nieobecno|jestem na urlopie|nep[řr][ií]tomn|mimo kancel[aá][řr]|h[aá]zon k[ií]v[üu]l"
    r"|ofis d[ıi][şs][ıi]nda|нет на месте|нет в офисе|в отпуске|отсутств|不在|休暇|休假|外出|不在办公室|부재중|휴가"
    r"|vacation\b|on (?:annual |sick |parental |maternity |paternity )?(?:leave|holiday|vacation)"
    r"|(?:annual|sick|parental|maternity|paternity) leave|away from|i am away|i'm away"
    r"|i am (?:out|on)\b.{0,20}(?:office|leave|holiday)"
)
_RECEIPT = (
    r"(?:read|not read|gelesen|ungelesen|nicht gelesen|lu|non lu|le[ií]do|no le[ií]do|letto|non letto|lida|não lida|gelezen"
    r"|l[äa]st|l[æe]st|przeczytano|прочитано|開封済み|未開封|已读|已讀|未读|읽음)\s*[:：]"
)
_SUBJECT_ITSELF = re.compile(_ITSELF, re.IGNORECASE)
_BEGINS_ITSELF = re.compile(
    rf"\A\W*+(?:(?:{_ITSELF})|out of office(?: auto\w*)?(?: reply)?|abwesenheitsnotiz)\W*[:：]", re.IGNORECASE
)
_SUBJECT_AWAY = re.compile(rf"\A{_ANSWERS}\W*+(?:auto(?:matic)?\s*:|{_AWAY}|{_RECEIPT})", re.IGNORECASE)
_ABOUT_ABSENCE = re.compile(
    r"out of (?:the )?office|vacation|on holiday|abwesen|absence|fuera de la oficina|fraværende|frånvaro|poissa|nieobecno",
    re.IGNORECASE,
)
_WORDS_AWAY = re.compile(
    r"(?:am|be|is|are|currently|be back|'m) (?:currently |away and |now )?"
    r"(?:out of (?:the )?office|on (?:annual |sick |parental |maternity )?"
    r"(?:leave|vacation|holiday))|(?:limited|no) access to (?:my )?e-?mail|nicht im b[üu]ro"
    r"|(?:bin|befinde mich).{0,40}\bim urlaub"
    r"|(?:bin|ich).{0,60}nicht (?:erreichbar|im hause)|keinen zugriff auf meine|suis (?:actuellement )?(?:absent|en cong)"
    r"|absente? du bureau|fuera de (?:la )?oficina|estoy de vacaciones|fuori ufficio|sono in ferie|fora do escrit[óo]rio"
    r"|estou de f[ée]rias|(?:ben|niet) .{0,20}(?:afwezig|op kantoor|met vakantie)|休暇(?:中|を)|不在に(?:して|なり)"
    r"|不在の(?:ため|為)"
    r"|正在休假|不在办公室|休假(?:中|期间)|부재중|нахожусь в отпуске|нет (?:на месте|в офисе)",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(
    r"please verify your (?:message|e-?mail)|verify that you are (?:a )?(?:human|not)|spam ?arrest|boxbe|antispam uol"
    r"|sender verification required"
    r"|(?:your|this) (?:message|e-?mail) (?:will|is) (?:be )?(?:held|waiting|delivered) .{0,80}(?:click|verif|confirm)",
    re.IGNORECASE,
)


def names_a_program(subject: str) -> bool:
    """Whether the subject says itself that a program wrote the letter."""
    return _SUBJECT_ITSELF.search(_plain(subject)) is not None


def begins_as_a_program(subject: str) -> bool:
    """ "Automatic reply: …", the words a responder puts before what it answers, where a person would write Re:."""
    return _BEGINS_ITSELF.match(_plain(subject)) is not None


def tells_absence(subject: str) -> bool:
    """Whether the subject begins as a holiday notice's, or a receipt's."""
    return names_a_program(subject) or _SUBJECT_AWAY.match(_plain(subject)) is not None


def may_tell_absence(subject: str) -> bool:
    """The same, or it speaks of holidays at all: enough where something else says that a program wrote it."""
    return tells_absence(subject) or _ABOUT_ABSENCE.search(_plain(subject)) is not None


def speaks_of_absence(words: str) -> bool:
    """Whether the letter itself says that its author is away."""
    return _WORDS_AWAY.search(" ".join(words[:4000].split())) is not None


def is_challenge(text: str) -> bool:
    """Whether a filter asks the sender to prove that they are no program."""
    return _CHALLENGE.search(" ".join(text[:4000].split())) is not None


def _plain(subject: str) -> str:
    return " ".join(subject[:2000].split())[:LONGEST_SUBJECT]
