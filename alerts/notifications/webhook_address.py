"""Which addresses a webhook may have, so that nobody makes this server call its own network.  Pure.

An address is `https://host[:443|:8443]/path`.  The host is a name, never a number: what a browser, a resolver or a
library would make of `0x7f.1`, `2130706433` or `[::ffff:10.0.0.1]` does not matter when none of them is taken.  What
the name resolves to is judged apart, by `public_addresses`, at every send.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import SplitResult, urlsplit

from riskplatform.lib import errors

LONGEST: Final = 2000
PORTS: Final = frozenset({443, 8443})
Address = IPv4Address | IPv6Address

_NAME: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})", re.ASCII)
_PRINTABLE: Final = re.compile(r"[!-~]+", re.ASCII)
_LOCAL_ENDINGS: Final = ("localhost", "local", "internal", "home.arpa", "intranet", "lan", "corp", "private")
# IANA special-purpose registries (RFC 6890 and its updates), multicast, and what clouds answer metadata on.
_REFUSED_4: Final = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
        "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
        "240.0.0.0/4",
    )
)  # fmt: skip
# What carries an IPv4 address inside lies outside of this (mapped, NAT64) or is listed below (6to4, Teredo).
_GLOBAL_6: Final = IPv6Network("2000::/3")
_REFUSED_6: Final = tuple(
    IPv6Network(text)
    for text in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)  # fmt: skip


class AddressRefused(errors.Invalid):
    """A webhook may not have this address."""

    code = "webhook_address_refused"


@dataclass(frozen=True)
class Endpoint:
    """Where a webhook goes.  `is_local`: the operator named it as a receiver of our own, which may be anywhere."""

    scheme: str
    host: str
    port: int
    target: str
    is_local: bool = False


def parsed(url: str, *, local: Collection[str] = ()) -> Endpoint:
    """Return the endpoint of an address.  `local` names `host:port` of receivers that may be private and speak http.

    Raises AddressRefused, saying what was expected.
    """
    parts = _split(url)
    scheme, host, port = parts.scheme, parts.hostname or "", _port(parts)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if f"{host}:{port}" in local and scheme in ("http", "https"):
        return Endpoint(scheme, host, port, target, is_local=True)
    if scheme != "https":
        raise AddressRefused(f"The address must begin with https://, it began with {scheme or 'nothing'}.")
    if port not in PORTS:
        raise AddressRefused(f"The port must be one of {', '.join(map(str, sorted(PORTS)))}, was {port}.")
    _check_name(host)
    return Endpoint(scheme, host, port, target)


def public_addresses(host: str, found: Iterable[str]) -> list[Address]:
    """Return what a name resolved to.  One address that is not public refuses all: it is how rebinding begins."""
    addresses = list(dict.fromkeys(ip_address(text) for text in found))
    if not addresses:
        raise AddressRefused(f"{host} has no address.")
    if private := [address for address in addresses if not is_public(address)]:
        raise AddressRefused(f"{host} leads to {private[0]}, which is not a public address.")
    return addresses


def is_public(address: Address) -> bool:
    """Return whether an address is a host's on the public internet."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _REFUSED_4)
    return address in _GLOBAL_6 and not any(address in network for network in _REFUSED_6)


def _split(url: str) -> SplitResult:
    if len(url) > LONGEST:
        raise AddressRefused(f"The address may have {LONGEST} characters, it had {len(url)}.")
    # urlsplit drops tabs and line ends and is lenient about the rest: what it would repair is refused before.
    if not _PRINTABLE.fullmatch(url) or "\\" in url:
        raise AddressRefused("The address must be printable ASCII without spaces or backslashes (host names as xn--…).")
    try:
        parts = urlsplit(url)
    except ValueError as problem:
        raise AddressRefused(f"The address is no URL: {problem}.") from problem
    if "@" in parts.netloc:
        raise AddressRefused("The address must not carry a user name or password.")
    if parts.fragment or url.endswith("#"):
        raise AddressRefused("The address must not have a fragment (#…).")
    return parts


def _port(parts: SplitResult) -> int:
    try:
        port = parts.port
    except ValueError as problem:
        raise AddressRefused(f"The port is no number up to 65535: {parts.netloc!r}.") from problem
    if port is None:
        return 443 if parts.scheme == "https" else 80
    return port


def _check_name(host: str) -> None:
    if _is_number(host):
        raise AddressRefused(f"The host must be a name, not a number, was {host!r}.")
    if len(host) > 253 or not _NAME.fullmatch(host):
        raise AddressRefused(f"The host must be a full name like hooks.example.com, was {host!r}.")
    if any(host == ending or host.endswith(f".{ending}") for ending in _LOCAL_ENDINGS):
        raise AddressRefused(f"The host must be on the public internet, was {host!r}.")


def _is_number(host: str) -> bool:
    try:
        ip_network(host)
    except ValueError:
        return False
    return True
