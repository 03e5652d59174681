from ipaddress import ip_network

import pytest

from accounts.client_address import counted_as, resolve

PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # whoever asks directly is not believed
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),  # the client wrote 1.1.1.1 itself
        ("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.2.2.2", "198.51.100.1"),  # two proxies of ours
        ("10.0.0.1", "10.3.3.3", "10.3.3.3"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("fd00::1", "2001:db8::5", "2001:db8::5"),
        ("", "198.51.100.1", None),  # a Unix socket
    ],
)
def test_only_what_a_trusted_proxy_says_is_believed(peer: str, forwarded: str, client: str | None) -> None:
    assert resolve(peer, forwarded.split(","), trusted=PROXIES) == client


def test_without_trusted_proxies_the_header_counts_for_nothing() -> None:
    assert resolve("10.0.0.1", ["198.51.100.1"], trusted=[]) == "10.0.0.1"


@pytest.mark.parametrize(
    ("address", "counted"),
    [("203.0.113.9", "203.0.113.9"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")],
)
def test_the_addresses_that_one_customer_has_count_together(address: str, counted: str) -> None:
    assert counted_as(address) == counted
