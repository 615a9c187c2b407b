"""Makes large archives: seeded, with threads as long as real ones, words as frequent as real ones, quotes, HTML, attachments,
other scripts and charsets. Streams an mbox; the same number of letters and the same seed give the same bytes."""

from base64 import b64encode, encodebytes
from binascii import b2a_qp
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from benchmarks.months import moments
from benchmarks.words import SCRIPTS, Script, Vocabulary, zipf_slots

FORMAT = 2  # raised when the same seed gives other bytes: files made before are made anew
MARK = f"X-Mailing-List: bench@lists.example.org; made-format={FORMAT}"
THREAD_SIZES = [1] * 45 + [2] * 18 + [3] * 10 + [4] * 7 + [5] * 5 + [7] * 5 + [10] * 4 + [15] * 3 + [25] * 2 + [60]
LONG_THREAD = 148  # letters: the thread that the figures of other archives were measured on
LONG_THREADS_IN = 400  # one of so many threads, and one in any case
OPEN_THREADS = (12, 60)  # talks that go on side by side: in a quiet archive, in a lively one
AGENTS = (
    "Mutt/1.5.20",
    "Gnus/5.13",
    "Mozilla Thunderbird 2.0",
    "Apple Mail (2.1084)",
    "Microsoft Outlook 14.0",
    "Pine 4.64",
)
ZONES = (0, 0, 60, 60, 60, 120, 180, 330, 480, 540, -300, -300, -360, -420, -480)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FILES = (("text/x-patch", "patch"), ("application/pdf", "pdf"), ("image/png", "png"), ("application/gzip", "tar.gz"))


@dataclass(slots=True)
class Person:
    name: str
    address: str
    zone: timedelta
    agent: str


@dataclass(slots=True)
class Talk:
    """A thread that still goes on: Message-IDs with their ancestors, and what was written last."""

    subject: str
    size: int
    script: Script | None
    ids: list[tuple[str, ...]] = field(default_factory=list)  # of the last letters, each with its ancestors before it
    written: int = 0
    last: list[str] = field(default_factory=list)
    last_person: Person | None = None


class Writer:
    """Writes letters as a list would have sent them."""

    def __init__(self, seed: int = 1, words: int = 40_000, people: int = 2_000) -> None:
        self.random = Random(seed)
        self.vocabulary = Vocabulary(self.random, words)
        self.scripts = [script.filled(self.random) for script in SCRIPTS]
        everybody = {person.address: person for person in (self._person() for _ in range(people))}
        self.people = [everybody[address] for address in zipf_slots(list(everybody), 1 << 15)]

    def _person(self) -> Person:
        names = self.vocabulary.word().title(), self.vocabulary.word().title()
        zone = timedelta(minutes=self.random.choice(ZONES))
        address = f"{names[0]}.{names[1]}@example.org".lower()
        return Person(" ".join(names), address, zone, self.random.choice(AGENTS))

    def letters(self, count: int) -> Iterator[bytes]:
        """Yield `count` entries of an mbox, in order of date, threads interleaved."""
        chance = self.random.random
        most = min(OPEN_THREADS[1], OPEN_THREADS[0] + count // 10_000)
        long_one: Talk | None = None
        talks: list[Talk] = []
        for number, moment in enumerate(moments(count, self.random)):
            if number == count // 4:
                long_one = self._talk(min(LONG_THREAD, count // 8))
            if long_one is not None and chance() < 0.25:
                talk = long_one
                long_one = None if talk.written + 1 >= talk.size else talk
                yield self._entry(number, moment, talk)
                continue
            if not talks or (len(talks) < most and chance() < 0.5):
                talks.append(self._talk(LONG_THREAD if chance() * LONG_THREADS_IN < 1 else 0))
            place = int(chance() * len(talks))
            talk = talks[place]
            yield self._entry(number, moment, talk)
            if talk.written >= talk.size:
                talks[place] = talks[-1]
                talks.pop()

    def _talk(self, size: int = 0) -> Talk:
        random = self.random
        script = random.choice(self.scripts) if random.random() < 0.05 else None
        words = random.randint(3, 9)
        subject = script.text(random, min(words, 5))[0] if script else " ".join(self.vocabulary.some(words))
        return Talk(subject, size or random.choice(THREAD_SIZES), script)

    def _entry(self, number: int, moment: datetime, talk: Talk) -> bytes:
        random = self.random
        person = self.people[int(random.random() * len(self.people))]
        message_id = f"{number:08x}.{random.getrandbits(48):x}@mail.example.org"
        ancestors = random.choice(talk.ids) if talk.ids else ()
        quoted = self._quote(talk) if ancestors else []
        own = self._own(talk.script)
        kind, body = self._body(talk.script, quoted, own, person)
        talk.last, talk.last_person = own, person
        talk.ids = [*talk.ids[-3:], (*ancestors[-8:], message_id)]
        talk.written += 1
        return self._head(number, moment, person, message_id, ancestors, talk).encode() + kind.encode() + body + b"\n"

    def _head(
        self, number: int, moment: datetime, person: Person, message_id: str, ancestors: tuple[str, ...], talk: Talk
    ) -> str:
        here = moment + person.zone
        subject = ("Re: " if ancestors else "") + talk.subject
        if talk.script:
            subject = f"=?utf-8?b?{b64encode(subject.encode()).decode()}?="
        threading = ""
        if ancestors and self.random.random() > 0.02:  # a few mail programs tell nothing but the subject
            threading = f"In-Reply-To: <{ancestors[-1]}>\nReferences: <{'> <'.join(ancestors)}>\n"
        return (
            f"From {person.address} {DAYS[moment.weekday()]} {MONTHS[moment.month - 1]} {moment.day:2} {_clock(moment)}"
            f" {moment.year}\n"
            f"Received: from mx{number % 7}.example.net (mx{number % 7}.example.net [192.0.2.{number % 250}])\n"
            f"\tby lists.example.org (Postfix) with ESMTP id {number * 7919 % 2**32:08X};\n"
            f"\t{_date(moment)} +0000\n"
            f"Message-ID: <{message_id}>\n"
            f"Date: {_date(here)} {_zone(person.zone)}\n"
            f"From: {person.name} <{person.address}>\n"
            "To: bench@lists.example.org\n"
            f"Subject: {subject}\n"
            f"{threading}User-Agent: {person.agent}\n{MARK}\n"
            "List-Id: Bench <bench.lists.example.org>\nPrecedence: list\nMIME-Version: 1.0\n"
        )

    # what a letter says

    def _own(self, script: Script | None) -> list[str]:
        random = self.random
        count = min(400, 8 + int(random.expovariate(1 / 66)))
        if script:
            return script.text(random, count // 2 + 1)
        words = self.vocabulary.some(count)
        lines = [" ".join(words[start : start + 7]) for start in range(0, count, 7)]
        for place in range(3, len(lines), 5):
            lines[place] += ".\n"
        if random.random() < 0.12:
            lines += self._log(words)
        return lines

    def _log(self, words: list[str]) -> list[str]:
        """What programs said: numbers that stand in no other letter, as in every list about machines."""
        bits = self.random.getrandbits
        return [
            f"[{bits(17):6}.{bits(19):06}] {word}: fault at 0x{bits(32):08x}, {word}+0x{bits(9):x}/0x{bits(10):x}"
            for word in (phrase.replace(" ", "_") for phrase in words[: 3 + bits(3)])
        ]

    def _quote(self, talk: Talk) -> list[str]:
        person = talk.last_person
        lines = talk.last[: 1 + int(self.random.random() * 12)]
        return [f"{person.name if person else 'Somebody'} wrote:", *(f"> {line.strip()}" for line in lines), ""]

    def _body(self, script: Script | None, quoted: list[str], own: list[str], person: Person) -> tuple[str, bytes]:
        """(headers of the content with the empty line, content)."""
        text = "\n".join([*quoted, *own, "", "-- ", person.name, ""])
        chance = self.random.random()
        if chance < 0.10:
            return self._alternative(text, quoted, own)
        if chance < 0.14:
            return self._with_file(text)
        if script:
            return _encoded(text, script.charset)
        if chance < 0.18:
            return _part("quoted-printable"), b2a_qp(text.encode(), istext=True)
        return _part("8bit"), text.encode()

    def _alternative(self, text: str, quoted: list[str], own: list[str]) -> tuple[str, bytes]:
        boundary = f"=_{self.random.getrandbits(64):016x}"
        paragraphs = "".join(f"<p style='margin:0'>{line}</p>\n" for line in own)
        quote = "<br>\n".join(line.removeprefix("> ") for line in quoted[1:])
        wrote = quoted[0] if quoted else ""
        cited = f'<div class="gmail_quote">{wrote}<blockquote type="cite">{quote}</blockquote></div>' if quoted else ""
        html = f'<html><body><div dir="ltr">{paragraphs}</div>{cited}</body></html>\n'
        parts = (
            f"--{boundary}\n{_part('8bit')}{text}\n--{boundary}\n{_part('quoted-printable', 'text/html')}",
            f"\n--{boundary}--\n",
        )
        head = f'Content-Type: multipart/alternative; boundary="{boundary}"\n\n'
        return head, parts[0].encode() + b2a_qp(html.encode(), istext=True) + parts[1].encode()

    def _with_file(self, text: str) -> tuple[str, bytes]:
        random = self.random
        boundary = f"=_{random.getrandbits(64):016x}"
        kind, ending = random.choice(FILES)
        content = random.randbytes(500 + int(random.expovariate(1 / 8000)))
        if kind.startswith("text/"):
            content = "\n".join(f"+\t{line}" for line in self._own(None)).encode()
        name = f"{self.vocabulary.some(1)[0]}.{ending}"
        before = (
            f'--{boundary}\n{_part("8bit")}{text}\n--{boundary}\nContent-Type: {kind}; name="{name}"\n'
            f'Content-Disposition: attachment; filename="{name}"\nContent-Transfer-Encoding: base64\n\n'
        )
        head = f'Content-Type: multipart/mixed; boundary="{boundary}"\n\n'
        return head, before.encode() + encodebytes(content) + f"--{boundary}--\n".encode()


def _part(encoding: str, kind: str = "text/plain") -> str:
    return f"Content-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n"


def _encoded(text: str, charset: str) -> tuple[str, bytes]:
    head = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: base64\n\n"
    return head, encodebytes(text.encode(charset, "replace"))


def _clock(moment: datetime) -> str:
    return f"{moment.hour:02}:{moment.minute:02}:{moment.second:02}"


def _date(moment: datetime) -> str:
    return f"{DAYS[moment.weekday()]}, {moment.day} {MONTHS[moment.month - 1]} {moment.year} {_clock(moment)}"


def _zone(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"


def write_mbox(path: Path, count: int, seed: int = 1) -> Path:
    """Write an mbox of `count` letters, or use the one made before."""
    if path.exists() and _is_of_this_format(path):
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    with half.open("wb", 1 << 20) as out:
        for entry in Writer(seed).letters(count):
            out.write(entry)
    half.rename(path)
    return path


def _is_of_this_format(path: Path) -> bool:
    with path.open("rb") as made:
        return MARK.encode() in made.read(4096)
