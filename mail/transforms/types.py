"""What a group wants of its letters, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from groups.models.policy import AuthorPolicy, ReplyTo


@dataclass(frozen=True, slots=True)
class GroupShape:
    """Everything `shape` needs to know of the group, and of the author's domain."""

    name: str
    slug: str
    domain: str  # of the group's address
    group_url: str  # its home
    archive_url: str
    letter_url: str = ""  # Archived-At (RFC 5064); "": it is in no archive
    message_id: str = ""  # what a letter without one is archived under
    leave_url: str = ""  # with a mark in it; "": copies carry no links of the member's own
    mute_url: str = ""
    settings_url: str = ""
    subject_tag: str = ""
    tag_first: bool = False
    header_text: str = ""
    footer_text: str = ""
    footer_html: str = ""  # instead of it where a letter is HTML
    number: int = 0  # of the letter in its archive
    reply_to: str = ReplyTo.GROUP
    reply_to_address: str = ""
    author_policy: str = AuthorPolicy.REWRITE
    is_closed: bool = False  # only moderators may post
    author_guarded: bool = False  # the author's domain forbids others to send in its name, or was seen to (DMARC)
    removed_files: frozenset[str] = frozenset()  # mail.transforms.filtering.words_of
    is_from_web: bool = False  # nobody has signed it yet
    links: Mapping[str, str] = field(default_factory=dict)  # SHA-256 of an attachment: where it is, instead of itself
    answers_to: str = (
        ""  # where answers go, whatever the group wants of its posts; with a mark in it, each reader's own
    )
    more_below: tuple[tuple[str, str], ...] = ()  # (text, link) of lines above the member's own links
    language: str = ""  # of the words of ours in it; "": that of the moment
    arc_results: str = ""  # RFC 8601 results as found at receipt; with them the letter is to be sealed (RFC 8617)

    @property
    def address(self) -> str:
        return f"{self.slug}@{self.domain}"

    @property
    def list_id(self) -> str:
        return f"{self.slug}.{self.domain}"

    @property
    def owner(self) -> str:
        return self.extension("owner")

    def extension(self, word: str) -> str:
        return f"{self.slug}+{word}@{self.domain}"

    @property
    def is_untouched(self) -> bool:
        return self.author_policy == AuthorPolicy.UNTOUCHED

    @property
    def replaces_author(self) -> bool:
        """Also where nothing is to be touched, of what was written on the web: no signature of the author's domain is there to
        be kept, and without one a letter in its name is refused."""
        if self.author_policy == AuthorPolicy.ALWAYS:
            return True
        asked_for = self.author_policy == AuthorPolicy.REWRITE or (self.is_untouched and self.is_from_web)
        return self.author_guarded and asked_for

    @property
    def hides_author(self) -> bool:
        return self.replaces_author or self.wraps

    @property
    def wraps(self) -> bool:
        return self.author_guarded and self.author_policy == AuthorPolicy.WRAP
