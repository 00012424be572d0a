"""A tile of an image server inside the network: asked by us, by private addresses only.

The name is resolved once and that very address is asked, so that no second answer of the name
server leads elsewhere; a redirection is not followed.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
import string
from contextlib import closing
from urllib.parse import SplitResult, quote, urlsplit

from gis.imagery.tile_file import media_type
from gis.language import Problem, _

SECONDS = 5
LARGEST_BYTES = 2 * 1024**2
PLACES = re.compile(r"\{(z|x|y|-y)\}")
NOTHING_THERE = (204, 404)
TAGS = re.compile(r"<[^>]*>")
MOST_WORDS_BYTES, MOST_WORDS = 2_000, 160
IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
KEYS_OF_CLOUDS = frozenset(map(ipaddress.ip_address, ("fd00:ec2::254", "100.100.100.200")))
"""Where clouds hand machines their keys, beside the link-local addresses."""


class Silent(Problem):
    """The server does not answer: asking it for the next tile would take as long again."""


def require_template(address: str) -> None:
    """Raise Problem for an address that is no tile template of http or https."""
    names = set(PLACES.findall(address))
    parts, host, port = server_of(PLACES.sub("0", address))
    is_whole = (
        {"z", "x"} <= names and names & {"y", "-y"} and not re.search(r"[\s\x00-\x1f]", address)
    )
    if parts.scheme not in ("http", "https") or not is_whole:
        raise Problem(
            _(
                "{address} is no tile address: write it with {{z}}, {{x}} and {{y}} (or {{-y}} "
                "where rows count from the south), such as http://10.0.0.5/dom/{{z}}/{{x}}/{{y}}.",
                address=address[:120],
            )
        )
    _private_address(host, port)


def server_of(address: str) -> tuple[SplitResult, str, int]:
    """Return an address's parts, host and port; raises Problem for one no server can have."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError:
        host = ""
    if not host:
        raise Problem(_("{address} is no address of a server.", address=address[:120]))
    return parts, host, port or (443 if parts.scheme == "https" else 80)


def fetch_tile(template: str, z: int, x: int, y: int, *, known_host: str = "") -> bytes | None:
    """Return a picture; None where the server has none, is not there, or is not inside."""
    try:
        return ask_tile(template, z, x, y, known_host=known_host)
    except Problem:
        return None


def ask_tile(template: str, z: int, x: int, y: int, *, known_host: str = "") -> bytes | None:
    """Return a picture, None where the server has none; raises Problem, which says what is wrong.

    ``known_host`` is one the office itself named: it may lie outside. Silent is the Problem of a
    server that does not answer at all.
    """
    values = {"z": z, "x": x, "y": y, "-y": 2**z - 1 - y}
    parts, host, port = server_of(PLACES.sub(lambda found: str(values[found[1]]), template))
    is_secure = parts.scheme == "https"
    at = _address(host, port, known_host=known_host)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    path = quote(path, safe=string.punctuation, errors="replace")  # what is quoted stays so
    try:
        with closing(_connected(at, port, host, is_secure=is_secure)) as asked:
            asked.request("GET", path, headers={"Host": _named(parts, host), "Accept": "image/*"})
            answer = asked.getresponse()
            status, image = answer.status, answer.read(LARGEST_BYTES + 1)
    except (OSError, http.client.HTTPException) as error:
        raise _silence(host, error) from None
    if status in NOTHING_THERE:
        return None
    if status != 200 or len(image) > LARGEST_BYTES or not media_type(image):
        raise _refusal(host, status, image, is_quoted=not _unwrapped(at).is_loopback)
    return image


def _named(parts: SplitResult, host: str) -> str:
    """Return the host as a request names it: in ASCII, without the user."""
    name = f"[{host}]" if ":" in host else host.encode("idna").decode("ascii")
    return f"{name}:{parts.port}" if parts.port else name


def _silence(host: str, error: Exception) -> Silent:
    if isinstance(error, TimeoutError):
        words = _("{host} did not answer within {seconds} seconds.", host=host, seconds=SECONDS)
    elif isinstance(error, ssl.SSLError):
        words = _("{host} shows no certificate that this server trusts.", host=host)
    else:
        words = _("{host} cannot be reached from this server: check address and port.", host=host)
    return Silent(words)


def _refusal(host: str, status: int, body: bytes, *, is_quoted: bool) -> Problem:
    """Say what a server gave instead of a picture, with the first of its own words.

    What answers on this very machine may be another service than a tile server: not quoted.
    """
    body_said = body[:MOST_WORDS_BYTES] if is_quoted else b""
    said = TAGS.sub(" ", body_said.decode("utf-8", "replace"))
    said = " ".join(said.split())[:MOST_WORDS] or "—"
    if status in (401, 403, 418):
        return Problem(
            _("{host} does not let this server in ({status}): check the key and what it is for. "
              "It says: {said}", host=host, status=status, said=said)
        )  # fmt: skip
    if status != 200:
        return Problem(
            _("{host} refuses the tile ({status}). It says: {said}", host=host, status=status,
              said=said)
        )  # fmt: skip
    if len(body) > LARGEST_BYTES:
        return Problem(_("{host} gives pictures larger than 2 MB, which are no tiles.", host=host))
    return Problem(_("{host} answers with no picture. It says: {said}", host=host, said=said))


def _connected(at: str, port: int, name: str, *, is_secure: bool) -> http.client.HTTPConnection:
    asked = http.client.HTTPConnection(at, port, timeout=SECONDS)
    asked.connect()
    if is_secure:
        context = ssl.create_default_context()
        asked.sock = context.wrap_socket(asked.sock, server_hostname=name)
    return asked


def _address(host: str, port: int, *, known_host: str) -> str:
    if known_host and host == known_host:
        return _resolved(host, port)[0]
    return _private_address(host, port)


def _private_address(host: str, port: int) -> str:
    """Return the address of a host inside the network; raises Problem for one outside."""
    addresses = _resolved(host, port)
    for one in map(_unwrapped, addresses):
        if not one.is_private or one.is_multicast or one.is_unspecified:
            raise _outside(host)
    return addresses[0]


def _resolved(host: str, port: int) -> list[str]:
    """Return a host's addresses; raises Problem where one of them is no server's of tiles."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError):
        raise Silent(_("{host} is not known in this network.", host=host)) from None
    addresses = [str(one[4][0]) for one in found]
    if any(one.is_link_local or one in KEYS_OF_CLOUDS for one in map(_unwrapped, addresses)):
        raise _outside(host)
    return addresses


def _unwrapped(address: str) -> IpAddress:
    """Return an address, the older kind where it is written as one of the newer."""
    one = ipaddress.ip_address(address.partition("%")[0])
    mapped = one.ipv4_mapped if isinstance(one, ipaddress.IPv6Address) else None
    return mapped or one


def _outside(host: str) -> Problem:
    return Problem(
        _("{host} lies outside the office network; imagery is not fetched there.", host=host)
    )
