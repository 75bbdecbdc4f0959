"""Addresses: the URL standard (https://url.spec.whatwg.org) as far as a client's base URL can meet it."""

from __future__ import annotations

import re

from wandb_testkit.rules.validation.errors import fail
from wandb_testkit.rules.validation.scalars import encodable

# Texts, which `re` compiles at their first use: most programs set no address.
_SCHEME = r"(?ai:([a-z][a-z0-9+.\-]*):)"
_CONTROLS = "".join(map(chr, range(0x21)))
_HOST_FORBIDDEN = r"[\x00-\x20#%/:<>?@\[\\\]^|\x7f]"
_NOT_URL = r"(?a:[^\w!$&'()*+,\-./:;=?@~%\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010fffd])"
_BAD_ESCAPE = r"%(?![0-9a-fA-F]{2})"


def http_url(value: str) -> None:
    """An absolute http or https address, in strict syntax.

    Args:
        value: The address.

    Raises:
        Invalid: It is none.
    """
    text = encodable(value).strip(_CONTROLS)
    if not value:
        fail("url_parsing", value, error="input is empty")
    violations = [] if text == value else ["leading or trailing control or space character are ignored in URLs"]
    if re.search(r"[\t\n\r]", text):
        text = re.sub(r"[\t\n\r]", "", text)
        violations.append("tabs or newlines are ignored in URLs")
    scheme = re.match(_SCHEME, text)
    if not scheme:
        fail("url_parsing", value, error="relative URL without a base")
    if scheme[1].lower() in ("http", "https", "ftp", "ws", "wss"):
        rest = text[scheme.end() :]
        place = rest.lstrip("/\\")
        if rest[: len(rest) - len(place)] != "//":
            violations.append("expected //")
        authority, path = re.fullmatch(r"([^/\\?#]*)(.*)", place, re.DOTALL).groups()  # type: ignore[union-attr]
        user, _, host = authority.rpartition("@")
        if error := _authority_error(host):
            fail("url_parsing", value, error=error)
        violations += ["unencoded @ sign in username or password"] * ("@" in user) + _violations(user)
        end = len(re.split(r"[?#]", path, maxsplit=1)[0])
        violations += ["backslash"] * ("\\" in path[:end]) + _violations(path[:end].replace("\\", "/"))
        violations += _violations(path[end:].replace("#", "", 1))
    if violations:
        # pydantic keeps the last one that the parser reports.
        fail("url_syntax_violation", value, error=violations[-1])
    if scheme[1].lower() not in ("http", "https"):
        fail("url_scheme", value, expected_schemes="'http' or 'https'")


def _violations(part: str) -> list[str]:
    found = [(match.start(), "non-URL code point") for match in re.finditer(_NOT_URL, part)]
    found += [(match.start(), "expected 2 hex digits after %") for match in re.finditer(_BAD_ESCAPE, part)]
    return [text for _, text in sorted(found)]


def _authority_error(authority: str) -> str | None:
    if authority.startswith("["):
        host, closed, port = authority[1:].partition("]")
        if not closed or port[:1] not in ("", ":") or not _is_ipv6(host):
            return "invalid IPv6 address"
        return _port_error(port[1:])
    host, _, port = authority.partition(":")
    if not host:
        return "empty host"
    return _port_error(port) or _host_error(host)


def _port_error(port: str) -> str | None:
    good = not port or (port.isascii() and port.isdigit() and int(port) < 2**16)
    return None if good else "invalid port number"


def _is_ipv6(host: str) -> bool:
    import ipaddress  # slow to import, hardly ever needed

    try:
        return "%" not in host and bool(ipaddress.IPv6Address(host).packed)
    except ValueError:
        return False


def _host_error(host: str) -> str | None:
    import unicodedata  # as slow to import, as rarely needed
    from urllib.parse import unquote

    name = unicodedata.normalize("NFKC", unquote(host, errors="surrogateescape")).lower().replace("\xad", "")
    if not name:
        return "empty host"
    labels = name.split(".")
    if re.search(_HOST_FORBIDDEN, name) or not all(map(_is_label, labels)):
        return "invalid international domain name"
    if labels[-1] == "" and len(labels) > 1:
        labels.pop()
    numeric = labels[-1].isdigit() or re.fullmatch(r"0x[0-9a-f]*", labels[-1])
    return None if not numeric or _is_ipv4(labels) else "invalid IPv4 address"


def _is_label(label: str) -> bool:
    if not label.startswith("xn--"):
        return label.isascii() or label.isprintable()
    try:
        decoded = label[4:].encode().decode("punycode")
    except UnicodeError:
        return False
    return not decoded.isascii() and decoded.isprintable()


def _is_ipv4(parts: list[str]) -> bool:
    numbers = []
    for part in parts:
        base = 16 if part.startswith("0x") else 8 if part.startswith("0") else 10
        try:
            numbers.append(int(part.removeprefix("0x") or "0", base))
        except ValueError:
            return False
    if len(parts) > 4 or "" in parts:
        return False
    return all(number < 256 for number in numbers[:-1]) and numbers[-1] < 256 ** (5 - len(parts))
