import socket

import dns.resolver
import pytest

from mail.inbound.dns import DEAF_AFTER, REMEMBERED, DnsResolver, DnsTrouble, Lookups
from tests.mail.inbound.fake_dns import FakeDns


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def deaf():
    """A resolver whose only name server never answers, its clock, and how often the network was asked."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        clock = Clock()
        resolver = DnsResolver(clock)
        server = dns.resolver.Resolver(configure=False)
        server.nameservers, server.port = ["127.0.0.1"], silent.getsockname()[1]
        asked = []
        really = server.resolve
        server.resolve = lambda name, *args, **options: asked.append(name) or really(name, *args, **options)
        resolver._resolver = server
        yield resolver, clock, asked


def test_no_answer_in_time_is_trouble_and_not_asked_again_for_a_while(deaf):
    resolver, clock, asked = deaf
    for _ in range(2):
        with pytest.raises(DnsTrouble):
            resolver.look_up("example.org", "TXT", 0.05)
    assert asked == ["example.org"]
    clock.now += REMEMBERED + 1
    with pytest.raises(DnsTrouble):
        resolver.look_up("example.org", "TXT", 0.05)
    assert len(asked) == 2


def test_a_machine_without_a_network_asks_nobody_for_a_while(deaf):
    resolver, _, asked = deaf
    for number in range(DEAF_AFTER + 5):
        with pytest.raises(DnsTrouble):
            resolver.look_up(f"{number}.example.org", "TXT", 0.05)
    assert len(asked) == DEAF_AFTER


def test_one_letter_has_so_much_time_and_no_more():
    clock = Clock()
    lookups = Lookups(FakeDns({("example.org", "TXT"): ["hello"]}), 5.0, clock)
    assert lookups.texts("Example.org.") == ["hello"]
    clock.now += 6
    assert lookups.texts("example.org") == ["hello"]
    with pytest.raises(DnsTrouble):
        lookups.texts("example.net")
