"""Addresses that a webhook may not have.  The tricks are those of the OWASP cheat sheet on SSRF prevention and of
Orange Tsai, "A New Era of SSRF" (Black Hat USA 2017); the ranges are IANA's special-purpose registries.
"""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.notifications.webhook_address import AddressRefused, is_public, parsed, public_addresses

HOSTILE = [
    "http://hooks.example.com/", "ftp://hooks.example.com/", "file:///etc/passwd", "gopher://hooks.example.com/_x",
    "//hooks.example.com/", "hooks.example.com", "", "https://", "https:///path", "javascript:alert(1)",
    # numbers, however written
    "https://127.0.0.1/", "https://10.0.0.1/", "https://169.254.169.254/latest/meta-data/", "https://8.8.8.8/",
    "https://2130706433/", "https://0x7f000001/", "https://0x7f.0.0.1/", "https://017700000001/", "https://0177.0.0.1/",
    "https://127.1/", "https://127.0.1/", "https://0/", "https://0.0.0.0/", "https://00000177.1/", "https://1.1.1.1./",
    "https://[::1]/", "https://[::]/", "https://[::ffff:169.254.169.254]/", "https://[::ffff:7f00:1]/",
    "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://[fe80::1%25eth0]/", "https://[fd00:ec2::254]/",
    "https://[::127.0.0.1]/", "https://[2606:4700:4700::1111]/", "https://[::1", "https://[vf.x]/",
    # names of one's own
    "https://localhost/", "https://LOCALHOST/", "https://localhost./", "https://a.localhost/", "https://printer.local/",
    "https://metadata.google.internal/", "https://metadata/", "https://router.lan/", "https://nas.home.arpa/",
    "https://hooks.example.com./", "https://hooks..example.com/", "https://-a.example.com/", "https://a_b.example.com/",
    # dots and letters that only look like them
    "https://127。0。0。1/", "https://①②⑦.⓪.⓪.①/", "https://ｌocalhost/", "https://exаmple.com/", "https://ex%61mple.com/",
    "https://127.0.0.1%2f@example.com/", "https://example.com%00.internal/",
    # whose host is it?
    "https://user@hooks.example.com/", "https://user:pw@hooks.example.com/", "https://hooks.example.com@127.0.0.1/",
    "https://127.0.0.1#@hooks.example.com/", "https://hooks.example.com\\@127.0.0.1/", "https://hooks.example.com#",
    "https://127.0.0.1:443\\@hooks.example.com/", "https://@hooks.example.com/", "https:///127.0.0.1/",
    "https://hooks.example.com/ HTTP/1.1\r\nHost: internal", "https://hooks.example.com\t/", " https://hooks.example.com/",
    "https://hooks.example.com/\x00", "https://127.0.0.1\n.example.com/",
    # ports
    "https://hooks.example.com:22/", "https://hooks.example.com:6379/", "https://hooks.example.com:0/",
    "https://hooks.example.com:99999/", "https://hooks.example.com:443:80/", "https://hooks.example.com:abc/",
    "https://hooks.example.com:４43/", "https://hooks.example.com/" + "a" * 2000,
]  # fmt: skip
PRIVATE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254", "168.63.129.16",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1",
    "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1",
    "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
    "5f00::1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "100.63.255.255", "100.128.0.1", "2606:4700:4700::1111"]


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_address_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        parsed(url)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://hooks.example.com", ("hooks.example.com", 443, "/")),
        ("https://HOOKS.Example.com/a/b?c=d&e=%20", ("hooks.example.com", 443, "/a/b?c=d&e=%20")),
        ("https://xn--bcher-kva.example.com:8443/x", ("xn--bcher-kva.example.com", 8443, "/x")),
        ("https://a.xn--p1ai/", ("a.xn--p1ai", 443, "/")),
    ],
)
def test_an_honest_address_is_taken_apart(url: str, place: tuple[str, int, str]) -> None:
    endpoint = parsed(url)

    assert (endpoint.host, endpoint.port, endpoint.target) == place
    assert not endpoint.is_local


def test_a_receiver_that_the_operator_named_may_be_private_and_plain() -> None:
    endpoint = parsed("http://127.0.0.1:9000/hook", local=["127.0.0.1:9000"])

    assert (endpoint.scheme, endpoint.port, endpoint.is_local) == ("http", 9000, True)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9001/", "http://127.0.0.1/", "http://127.1:9000/", "http://u@127.0.0.1:9000/"]
)
def test_naming_one_receiver_opens_no_other(url: str) -> None:
    with pytest.raises(AddressRefused):
        parsed(url, local=["127.0.0.1:9000"])


@pytest.mark.parametrize("text", PRIVATE)
def test_an_address_that_is_not_public_is_known(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_a_public_address_is_known(text: str) -> None:
    assert is_public(ip_address(text))


@given(st.ip_addresses())
def test_nothing_that_the_library_calls_private_passes(address: object) -> None:
    # Python's own reading of the registries is the second opinion; it knows less than IANA, so it binds one way only.
    known = ip_address(str(address))
    if known.is_private or known.is_multicast or known.is_reserved or known.is_loopback or known.is_link_local:
        assert not is_public(known)


def test_one_private_address_among_public_ones_refuses_the_name() -> None:
    with pytest.raises(AddressRefused, match=r"169\.254\.169\.254"):
        public_addresses("hooks.example.com", ["8.8.8.8", "169.254.169.254"])


def test_a_name_without_any_address_is_refused() -> None:
    with pytest.raises(AddressRefused, match="no address"):
        public_addresses("hooks.example.com", [])


def test_public_addresses_are_kept_in_their_order_and_once() -> None:
    assert [str(one) for one in public_addresses("h", ["8.8.8.8", "1.1.1.1", "8.8.8.8"])] == ["8.8.8.8", "1.1.1.1"]
