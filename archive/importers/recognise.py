"""From a path to readers: what is recognised is the content, hardly ever the name.

`open_source(path)` gives one Source for each mailbox found: a plain or packed file holds one; a zip, tar or folder may hold
many, in an order that is the same every time, so that (index, key, position) is a cursor that survives a crash. Archives
inside archives are opened up to two levels deep. Nothing is extracted by name; compressed tars and inner archives are
unpacked into nameless temporary files on disk, which vanish with the sources.
"""

import re
import resource
import stat
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from django.utils.translation import gettext as _

from archive.importers.beside import apart
from archive.importers.readers import git
from archive.importers.readers.files import FileReader, MaildirReader, MhReader
from archive.importers.readers.mbox import MboxReader
from archive.importers.readers.pipermail import period_of
from archive.importers.readers.separated import SeparatedReader, style_of
from archive.importers.readers.sniff import damage_of, describe, head_of, kind_of
from archive.importers.readers.streams import ByteStream
from archive.importers.readers.trees import FolderTree, Member, TarTree, Tree, natural, temporary_copy
from archive.importers.readers.types import Damaged, Entry, Extra, Reader, Source, UnknownFormat
from archive.importers.readers.yahoo import JsonLinesReader, YahooReader
from archive.importers.readers.zips import Checked, ZipTree

__all__ = ["Source", "UnknownFormat", "open_source"]

DEEPEST = 2  # archives inside the one that was opened
MOST_EXTRAS = 500
MOST_SAMPLES = 50
LARGEST_EMPTY = 1024  # bytes of a file that, unpacked, is empty
MAILBOXES = ("mbox", "separated", "jsonl", "json", "zip", "tar", "packed")
MANY_FILES = 16_384  # open at a time: every archive in a folder or in another archive is one

_MAILDIR_FILE = re.compile(r"(?:(?P<root>.*)/)?(?P<part>cur|new|tmp)/(?P<name>[^/]+)", re.S)
_MAILDIR_NAME = re.compile(r"[0-9]{9,10}[._]|.*[:;!]2,")
_MH_NAME = re.compile(r"[,#]?[0-9]+")
_TAKEOUT_GROUP = re.compile(r"(?:^|/)([^/@]+@googlegroups\.com)/[^/]*$", re.I)
_YAHOO_FILE = re.compile(
    r"(?:(?P<root>.*)/)?(?:(?:topics/)?email/[0-9]{1,18}(?:_raw)?\.json|topics/[0-9]{1,18}\.json|[0-9]{1,18}_raw\.json)",
    re.S,
)
_YAHOO_PART = re.compile(r"(?:^|/)(?:topics(?:/email)?|email)$")
_NUMBERED_JSON = re.compile(r"(?:(?P<root>.*)/)?[0-9]{1,18}\.json", re.S)
_NOT_MAIL = re.compile(
    r"\.(?:jpe?g|png|gif|webp|heic|bmp|tiff?|mp[34]|mov|avi|pdf|docx?|xlsx?|pptx?|html?|css|js|csv|json|patch|diff|msf|exe|dll|iso|warc)$",
    re.I,
)
_MEMBERS = re.compile(r"member|miembro|mitglied|membre|membri|membro|leden|członk|участник|成员|メンバー", re.I)
_FAMILIES = (
    (re.compile(rb"^X-Posthouse-", re.M), "Posthouse export"),
    (re.compile(rb"^X-Groupsio-MsgNum:", re.M | re.I), "groups.io"),
    (re.compile(rb"^X-GM-THRID:", re.M | re.I), "Google Takeout"),
)


class _Place(NamedTuple):
    """A file that holds mail, or an archive that may."""

    name: str
    key: str
    opener: Callable[[], BinaryIO]
    size: int
    on_disk: bool  # an archive can be read where it lies
    packing: str
    depth: int
    group: str = ""
    extras: tuple[Extra, ...] = ()


_Found = Source | _Place


def open_source(path: Path, scratch: Path | None = None) -> list[Source]:
    """Every mailbox in a file or folder, in a stable order.

    scratch: a folder on a disk with room for unpacking compressed tars and archives inside archives; the system's own by
    default. Raises UnknownFormat where there is no mail in it, OSError where the path cannot be read.
    """
    _allow_many_files()
    found = _in_folder(path) if path.is_dir() else [_single(path)]
    waiting = deque(found)
    sources: list[Source] = []
    while waiting:
        item = waiting.popleft()
        if isinstance(item, Source):
            sources.append(item)
        else:
            waiting.extendleft(reversed(_open(item, scratch)))
    if not any(not isinstance(source.reader, Defect) for source in sources):
        raise UnknownFormat(_nothing_in(path, sources))
    return sources


def open_all(paths: Sequence[Path], scratch: Path | None = None) -> list[Source]:
    """The sources of several files and folders in a row. One that is empty counts for nothing, unless all are."""
    return [source for path in not_empty(paths) for source in open_source(path, scratch)]


def not_empty(paths: Sequence[Path]) -> Sequence[Path]:
    """The paths without empty files, of which a list's months have a few. All of them, where nothing would be left."""
    return [path for path in paths if not _is_empty(path)] or paths if len(paths) > 1 else paths


def _is_empty(path: Path) -> bool:
    """Not a byte in it, or none but blank lines, packed or not."""
    if not path.is_file() or path.stat().st_size > LARGEST_EMPTY:
        return False
    with path.open("rb") as file:
        head, codec = head_of(file)
    if kind_of(head) != "empty" or not codec:
        return kind_of(head) == "empty"
    with path.open("rb") as file:
        return not damage_of(file)


def _allow_many_files() -> None:
    """The customary limit is 1,024, too few for the monthly archives of two long-lived lists."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MANY_FILES if hard == resource.RLIM_INFINITY else min(MANY_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def refuse_hopeless(path: Path) -> None:
    """Raise UnknownFormat for a single file in which one look finds no mail; folders and archives need more than a look."""
    if path.is_dir():
        return
    _single(path)
    with path.open("rb") as file:
        head, _ = head_of(file)
    if kind_of(head) in ("other", "empty"):
        raise UnknownFormat(_nothing_in(path, []))


def _single(path: Path) -> _Place:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):  # a device may be endless, and a pipe lets us wait
        raise UnknownFormat(_("%(name)s is neither a file nor a folder.") % {"name": f"“{path.name}”"})
    open_it = partial(cast(Callable[..., BinaryIO], path.open), "rb")
    open_it().close()  # whoever may not read it learns so now
    return _Place(path.name, "", open_it, status.st_size, True, "", 0)


def _in_folder(path: Path) -> list[_Found]:
    epochs = git.epochs_in(path)
    if epochs:
        return [Source(str(epoch.relative_to(path)), epoch.name, git.GitReader(epoch)) for epoch in epochs]
    return _in_tree(FolderTree(path), "", path.name, 0)


def _open(place: _Place, scratch: Path | None) -> list[_Found]:
    """A file: the reader for it; an archive: what is in it."""
    try:
        head, _ = head_of(place.opener())
        kind = kind_of(head)
        if kind in ("zip", "tar"):
            return _in_archive(place, kind, scratch)
        if kind == "packed":
            return _packed_once_more(place, scratch)
    except OSError as error:
        return [_defect(place, f"could not be opened: {error.strerror or error}")]
    reader = _reader(place, kind, head)
    if reader is None:
        return []
    family = next((name for mark, name in _FAMILIES if mark.search(head)), "")
    return [Source(place.key, place.name, reader, family, place.group, place.extras)]


def _packed_once_more(place: _Place, scratch: Path | None) -> list[_Found]:
    """Browsers and web servers, each packing what is packed, make "2004-May.txt.gz" into gzip in gzip."""
    if place.depth > DEEPEST:
        return [_defect(place, "is packed again and again, and was not opened")]
    opener = partial(_unpacked, place.opener)
    return _open(place._replace(opener=opener, depth=place.depth + 1, on_disk=False), scratch)


def _unpacked(opener: Callable[[], BinaryIO]) -> BinaryIO:
    return cast(BinaryIO, Checked(ByteStream(opener()), None))


def _reader(place: _Place, kind: str, head: bytes) -> Reader | None:
    if kind == "mbox":
        return MboxReader(place.opener, place.size, place.packing)
    if kind == "separated" and (style := style_of(head)):
        return SeparatedReader(place.opener, place.size, place.packing, style)
    if kind == "jsonl":
        return JsonLinesReader(place.opener, place.size, place.packing)
    if kind == "message":
        return FileReader(_Alone(place), [Member(place.name, place.size, 0, None)])
    if kind == "json":
        return YahooReader(_Alone(place), "", [Member("1.json", place.size, 0, None)])
    return None


def _in_archive(place: _Place, kind: str, scratch: Path | None) -> list[_Found]:
    if place.depth > DEEPEST:
        return [_defect(place, "lies too deep, an archive inside archives inside archives, and was not opened")]
    packed = head_of(place.opener())[1]
    opener = place.opener
    if not place.on_disk or (kind == "zip" and packed):
        opener = partial(temporary_copy, place.opener(), scratch)
    tree: Tree
    if kind == "zip":
        tree = ZipTree(opener)
        if tree.all_locked:
            return [_defect(place, "is protected by a password")]
    else:
        tree = TarTree(opener, scratch)
    found = _in_tree(tree, f"{place.key}!/" if place.key else "", place.name, place.depth + 1)
    if tree.defect:
        found.append(Source(f"{place.key}!", place.name, Defect(tree.defect)))
    return _with_extras(found, place.extras)


def _in_tree(tree: Tree, prefix: str, name: str, depth: int) -> list[_Found]:
    """Everything in a folder, zip or tar, in the order of time where file names tell it, else of names."""
    found: list[tuple[str, _Found]] = []
    left: Sequence[Member] = tree.members
    for find in (_yahoo_groups, _maildirs):
        more, left = find(tree, left, prefix, name)
        found += more
    messages: list[Member] = []
    left, beside = apart(left)
    extras = [Extra(member.path, _kind_of_extra(member.path)) for member in beside]
    for member in left:
        kind, problem = _kind_of_member(tree, member)
        if problem:
            found.append(
                (member.path, Source(prefix + member.path, member.path, Defect(f"“{member.path}” {problem}.")))
            )
        elif kind == "message":
            messages.append(member)
        elif kind in MAILBOXES:
            found.append((member.path, _place_of(tree, member, prefix, depth)))
        elif kind == "other":
            extras.append(Extra(member.path, _kind_of_extra(member.path)))
    found += _single_messages(tree, messages, prefix, name)
    found.sort(key=lambda item: _order(item[0]))
    return _beside(found, extras[:MOST_EXTRAS])


def _yahoo_groups(
    tree: Tree, members: Sequence[Member], prefix: str, name: str
) -> tuple[list[tuple[str, _Found]], Sequence[Member]]:
    """Trees of the Yahoo archivers: every file below such a root belongs to it."""
    matches = (_YAHOO_FILE.fullmatch(member.path) for member in members)
    roots = {_YAHOO_PART.sub("", match["root"] or "") for match in matches if match}
    for root, own in _numbered_json(members).items():
        known = root in roots or any(_below(root, other) for other in roots)
        if not known and any(kind_of(_head(tree, member)) in ("json", "jsonl") for member in _sample(own)):
            roots.add(root)
    roots = {root for root in roots if not any(_below(root, other) for other in roots if other != root)}
    found: list[tuple[str, _Found]] = []
    for root in sorted(roots, key=natural):
        own = [member for member in members if _below(member.path, root)]
        group = (root or name).rpartition("/")[2]
        extras = tuple(
            Extra(member.path, _kind_of_extra(member.path)) for member in own if not _is_yahoo_mail(member.path)
        )
        reader = YahooReader(tree, root, own)
        found.append((root, Source(prefix + (root or "."), group, reader, group=group, extras=extras[:MOST_EXTRAS])))
    if found:
        members = [member for member in members if not any(_below(member.path, root) for root in roots)]
    return found, members


def _numbered_json(members: Sequence[Member]) -> dict[str, list[Member]]:
    """Folders with files like 17.json, and these files."""
    found: dict[str, list[Member]] = {}
    for member in members:
        if match := _NUMBERED_JSON.fullmatch(member.path):
            found.setdefault(match["root"] or "", []).append(member)
    return found


def _sample(members: Sequence[Member]) -> Sequence[Member]:
    """Some from the whole range: any of them may be empty, or a page that says what went wrong."""
    return members[:: max(1, len(members) // MOST_SAMPLES)]


def _is_yahoo_mail(path: str) -> bool:
    return bool(_YAHOO_FILE.fullmatch(path) or _NUMBERED_JSON.fullmatch(path) or "_attachments/" in path)


def _maildirs(
    tree: Tree, members: Sequence[Member], prefix: str, name: str
) -> tuple[list[tuple[str, _Found]], Sequence[Member]]:
    """Folders with cur or new in which files have names as Maildir gives them, or are messages."""
    roots: dict[str, list[Member]] = {}
    for member in members:
        match = _MAILDIR_FILE.fullmatch(member.path)
        if match and match["part"] != "tmp":
            roots.setdefault(match["root"] or "", []).append(member)
    roots = {root: own for root, own in roots.items() if _is_maildir(tree, own)}
    found: list[tuple[str, _Found]] = []
    for root in sorted(roots, key=natural):
        source = Source(prefix + (root or "."), root or name, MaildirReader(tree, roots[root]))
        found.append((root, source))
    if found:
        members = [member for member in members if _maildir_root(member.path) not in roots]
    return found, members


def _maildir_root(path: str) -> str | None:
    match = _MAILDIR_FILE.fullmatch(path)
    return (match["root"] or "") if match else None


def _is_maildir(tree: Tree, members: Sequence[Member]) -> bool:
    names = (member.path.rpartition("/")[2] for member in members)
    return any(_MAILDIR_NAME.match(name) for name in names) or kind_of(_head(tree, members[0])) == "message"


def _single_messages(tree: Tree, members: Sequence[Member], prefix: str, name: str) -> Iterator[tuple[str, _Found]]:
    """Folders of numbered messages are MH; all others together are one source."""
    folders: dict[str, list[Member]] = {}
    for member in members:
        folders.setdefault(member.path.rpartition("/")[0], []).append(member)
    others: list[Member] = []
    for folder, own in folders.items():
        if all(_MH_NAME.fullmatch(member.path.rpartition("/")[2]) for member in own):
            yield folder, Source(prefix + (folder or "."), folder or name, MhReader(tree, own))
        else:
            others += own
    if others:
        yield others[0].path, Source(f"{prefix}*", name, FileReader(tree, others))


def _place_of(tree: Tree, member: Member, prefix: str, depth: int) -> _Place:
    group = _TAKEOUT_GROUP.search(member.path)
    on_disk = isinstance(tree, FolderTree)
    opener = partial(tree.open, member)
    name = group[1] if group else member.path
    return _Place(
        name, prefix + member.path, opener, member.size, on_disk, tree.packing, depth, group[1] if group else ""
    )


def _kind_of_member(tree: Tree, member: Member) -> tuple[str, str]:
    """(kind, problem): the problem, if it cannot be opened, as the end of a sentence."""
    name = member.path.rpartition("/")[2]
    if not member.size or name.startswith("._") or name in (".DS_Store", "Thumbs.db", "desktop.ini"):
        return "empty", ""
    if _NOT_MAIL.search(name):
        return "other", ""
    if name.lower().endswith((".eml", ".emlx")):
        return "message", ""  # whatever is in it: a mail may well carry a mailbox in its text
    try:
        head, codec = head_of(tree.open(member))
        if codec and not head and (damage := damage_of(tree.open(member))):
            return "", f"could not be unpacked: {damage.rstrip('.')}"
    except OSError as error:
        return "", f"could not be opened: {error.strerror or error}"
    kind = kind_of(head)
    return ("other" if kind == "json" else kind), ""


def _head(tree: Tree, member: Member) -> bytes:
    try:
        return head_of(tree.open(member))[0]
    except OSError:
        return b""


def _order(path: str) -> tuple[str, tuple[int, int, int], str]:
    folder, _, name = path.rpartition("/")
    return natural(folder), period_of(name) or (0, 0, 0), natural(name)


def _below(path: str, root: str) -> bool:
    return not root or path.startswith(f"{root}/")


def _kind_of_extra(path: str) -> str:
    if _MEMBERS.search(path.rpartition("/")[2]) or "/members/" in f"/{path}":
        return "members"
    return "info" if path.lower().endswith((".csv", ".json")) else "other"


def _beside(found: list[tuple[str, _Found]], extras: Sequence[Extra]) -> list[_Found]:
    """Give each extra to the first mailbox in the same folder, else to the first of all."""
    first: dict[str, int] = {}
    for index, (path, _item) in enumerate(found):
        first.setdefault(path.rpartition("/")[0], index)
    items = [item for _, item in found]
    for index in range(len(items)):
        own = tuple(extra for extra in extras if first.get(extra.path.rpartition("/")[0], 0) == index)
        items[index : index + 1] = _with_extras(items[index : index + 1], own)
    return items


def _with_extras(found: list[_Found], extras: tuple[Extra, ...]) -> list[_Found]:
    if found and extras:
        first = found[0]
        if isinstance(first, Source):
            first.extras += extras
        else:
            found[0] = first._replace(extras=first.extras + extras)
    return found


def _defect(place: _Place, problem: str) -> Source:
    return Source(place.key, place.name, Defect(f"“{place.name}” {problem}."))


def _nothing_in(path: Path, defects: Sequence[Source]) -> str:
    said = [source.reader.reason for source in defects if isinstance(source.reader, Defect)]
    if said:
        return " ".join(said[:3])
    about = {"name": f"“{path.name}”"}  # as archive.importers.problems looks for it
    if path.is_dir():
        return _("The folder %(name)s holds no mail that could be recognised.") % about
    with path.open("rb") as file:
        head, codec = head_of(file)
    kind = kind_of(head)
    if kind in ("zip", "tar"):
        return _("The %(kind)s file %(name)s holds no mail that could be recognised.") % {**about, "kind": kind}
    if codec and not head:
        with path.open("rb") as file:
            damage = damage_of(file)
        if damage:
            return _("%(name)s could not be unpacked: %(damage)s") % {**about, "damage": damage}
    about["kind"] = describe(head)
    if codec and codec != "utf-16":
        return _("%(name)s is %(kind)s, packed with %(codec)s.") % {**about, "codec": codec}
    # Translators: a file and what it is, as "“plan.pdf” is a PDF document."
    return _("%(name)s is %(kind)s.") % about


class Defect:
    """Stands for what could not be opened: one Damaged without bytes that says why, so that the report does not keep silent."""

    name = "unreadable"
    dialect = ""
    total_bytes = 0

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def entries(self, start: int = 0, number: int = 1) -> Iterator[Entry | Damaged]:
        if start == 0:
            yield Damaged(b"", 0, 1, 1, self.reason)

    def done_bytes(self) -> int:
        return 0

    def estimate_total(self) -> int:
        return 1


class _Alone:
    """A tree of one file."""

    defect = ""

    def __init__(self, place: _Place) -> None:
        self._place = place
        self.packing = place.packing
        self.members = [Member(place.name, place.size, 0, None)]

    def open(self, member: Member) -> BinaryIO:
        return self._place.opener()
