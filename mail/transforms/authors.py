"""From and Reply-To: whose letter it seems to be, and where an answer goes."""

from email.utils import formataddr

from archive.parsing.addresses import parse_address, parse_addresses
from archive.parsing.types import Address
from groups.models.policy import ReplyTo
from mail.transforms.fields import Fields, encoded
from mail.transforms.types import GroupShape


def author_of(fields: Fields) -> Address:
    return parse_address(fields.raw("from"))


def replace_author(fields: Fields, shape: GroupShape) -> None:
    """From becomes the group in the author's name; the author stays in reach through Reply-To or Cc (see answer_to)."""
    author = author_of(fields)
    if not author.address:
        return
    original = fields.raw("from")
    fields.set("From", _written(Address(f"{_readable(author)} via {shape.name}", shape.address)))
    fields.remove({"sender"})
    fields.add("X-Original-From", original)


def _readable(author: Address) -> str:
    """A name without an address in it: programs refuse, and people mistrust, "ann@example.org via Gardeners"."""
    name = author.name.strip() or author.address.partition("@")[0]
    return name.partition("@")[0].strip(" <\"'") if "@" in name else name


def answer_to(fields: Fields, shape: GroupShape, author: Address) -> None:
    """Reply-To as the group wants it. A Reply-To of the author's own is respected: it says where the author wants answers."""
    if shape.answers_to:
        fields.set("Reply-To", shape.answers_to)
        return
    own = [each for each in parse_addresses(fields.raw("reply-to")) if each.address]
    wanted = _wanted(shape, own, author)
    if wanted and {each.address.lower() for each in wanted} != {each.address.lower() for each in own}:
        fields.set("Reply-To", ",\r\n ".join(map(_written, wanted)))
    if shape.hides_author and author.address and not _reaches(author, own, wanted):
        _copy_to(fields, author)


def _wanted(shape: GroupShape, own: list[Address], author: Address) -> list[Address]:
    group = Address(shape.name, shape.address)
    writer = own or ([author] if author.address else [])
    if shape.reply_to == ReplyTo.GROUP:
        return _once([group, *own])
    if shape.reply_to == ReplyTo.BOTH:
        return _once([group, *writer])
    if shape.reply_to == ReplyTo.ADDRESS and shape.reply_to_address:
        return [Address(shape.name, shape.reply_to_address)]
    if shape.reply_to == ReplyTo.MODERATORS:
        return [Address(f"{shape.name} moderators", shape.owner)]
    return writer if own or shape.hides_author else []


def _reaches(author: Address, own: list[Address], wanted: list[Address]) -> bool:
    to_author = {each.address.lower() for each in own or [author]}
    return any(each.address.lower() in to_author for each in wanted)


def _copy_to(fields: Fields, author: Address) -> None:
    """Reply-to-all is the way to the author whose address no longer stands in From."""
    named = [*parse_addresses(fields.raw("to")), *parse_addresses(fields.raw("cc"))]
    if all(each.address.lower() != author.address.lower() for each in named):
        before = fields.raw("cc")
        fields.set("Cc", f"{before},\r\n {_written(author)}" if before else _written(author))


def _once(addresses: list[Address]) -> list[Address]:
    seen: dict[str, Address] = {}
    for each in addresses:
        seen.setdefault(each.address.lower(), each)
    return list(seen.values())


def _written(person: Address) -> str:
    """RFC 5322 §3.4: the name quoted or encoded as it must be."""
    name = " ".join(person.name.split())
    if not name:
        return person.address
    return formataddr((name, person.address)) if name.isascii() else f"{encoded(name)} <{person.address}>"
