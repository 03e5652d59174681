"""Where a request came from: the peer's address, unless the peer is a proxy that we trust to know better."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

Network = IPv4Network | IPv6Network
IPV6_PREFIX = 64  # one customer has at least this much, so counting single addresses would count nothing


def of(request: HttpRequest | None) -> str | None:
    """Return the client's address; None outside a request, or behind a Unix socket."""
    if request is None:
        return None
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    return resolve(request.META.get("REMOTE_ADDR") or "", forwarded, trusted=settings.TRUSTED_PROXIES)


def resolve(peer: str, forwarded: Sequence[str], *, trusted: Sequence[Network]) -> str | None:
    """Walk from the peer back through `forwarded` (oldest first) as long as each hop is a trusted proxy.

    What a client writes into the header itself stands left of what the first trusted proxy appended, so it is never
    reached.  An entry that is no address ends the walk at the proxy that passed it on.
    """
    client = _address(peer)
    for hop in reversed(forwarded):
        if client is None or not any(ip_address(client) in network for network in trusted):
            break
        before = _address(hop)
        if before is None:
            break
        client = before
    return client


def counted_as(address: str) -> str:
    """Return what attempts of this address are counted under: itself, or the /64 around an IPv6 address."""
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, IPV6_PREFIX), strict=False))
    return address


def _address(text: str) -> str | None:
    try:
        parsed = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return str(mapped or parsed)
