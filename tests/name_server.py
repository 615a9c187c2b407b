"""A name server in this process: answers real questions over UDP from a few records."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import dns.message
import dns.rcode
import dns.resolver
import dns.rrset

from mail.inbound.dns import DnsResolver

Records = Mapping[tuple[str, str], list[str]]  # (name, type) -> values as a zone file has them; TXT without quotes


@contextmanager
def name_server(records: Records) -> Iterator[DnsResolver]:
    """A resolver that asks it. `records` may be changed while it runs."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=_answer_all, args=(listening, records), daemon=True)
        thread.start()
        resolver, server = DnsResolver(), dns.resolver.Resolver(configure=False)
        server.nameservers, server.port = ["127.0.0.1"], listening.getsockname()[1]
        resolver._resolver = server
        yield resolver
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stop:
            stop.sendto(b"", listening.getsockname())
        thread.join(5)


def _answer_all(listening: socket.socket, records: Records) -> None:
    while True:
        asked, whom = listening.recvfrom(4096)
        if not asked:
            return
        listening.sendto(_answer(dns.message.from_wire(asked), records).to_wire(), whom)


def _answer(query: dns.message.Message, records: Records) -> dns.message.Message:
    response = dns.message.make_response(query)
    question = query.question[0]
    name, kind = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
    values = records.get((name, kind), [])
    if kind == "TXT":
        values = [" ".join(f'"{value[at : at + 250]}"' for at in range(0, len(value), 250)) for value in values]
    if values:
        response.answer.append(dns.rrset.from_text_list(question.name, 60, "IN", kind, values))
    elif not any(known == name for known, _ in records):
        response.set_rcode(dns.rcode.NXDOMAIN)
    return response
