"""What a setting's value may be: pydantic's coercions and its error text, without pydantic.

``wandb.Settings`` is a pydantic model in wandb 0.19 and later, so a wrong argument of ``wandb.init`` is answered in
pydantic's words. The rules here were measured on wandb 0.31.0 with pydantic 2.14, field by field and value by value.
A check is a function that returns the coerced value or raises `Invalid`; checks are combined like types.
"""

from __future__ import annotations

import math
import operator
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, NoReturn
from urllib.parse import unquote

PYDANTIC_VERSION = "2.14"
"""The pydantic release whose documentation the error texts point at."""

Check = Callable[[Any], Any]
Location = tuple["str | int", ...]

_MESSAGES = {
    "bool_parsing": "Input should be a valid boolean, unable to interpret input",
    "bool_type": "Input should be a valid boolean",
    "callable_type": "Input should be callable",
    "dict_type": "Input should be a valid dictionary",
    "extra_forbidden": "Extra inputs are not permitted",
    "finite_number": "Input should be a finite number",
    "float_parsing": "Input should be a valid number, unable to parse string as a number",
    "float_type": "Input should be a valid number",
    "int_from_float": "Input should be a valid integer, got a number with a fractional part",
    "int_parsing": "Input should be a valid integer, unable to parse string as an integer",
    "int_parsing_size": "Unable to parse input string as an integer, exceeded maximum size",
    "int_type": "Input should be a valid integer",
    "is_instance_of": "Input should be an instance of {class}",
    "list_type": "Input should be a valid list",
    "literal_error": "Input should be {expected}",
    "no_such_attribute": "Object has no attribute '{attribute}'",
    "sequence_str": "'{type_name}' instances are not allowed as a Sequence value",
    "string_type": "Input should be a valid string",
    "string_unicode": "Input should be a valid string, unable to parse raw data as a unicode string",
    "url_parsing": "Input should be a valid URL, {error}",
    "url_scheme": "URL scheme should be {expected_schemes}",
    "url_syntax_violation": "Input violated strict URL syntax rules, {error}",
    "value_error": "Value error, {error}",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the input, as pydantic lists it."""

    type: str
    value: Any
    location: Location = ()
    context: Mapping[str, Any] | None = None

    @property
    def message(self) -> str:
        """The sentence that says what was expected."""
        return _MESSAGES[self.type].format_map(self.context or {})

    def under(self, *prefix: str | int) -> Problem:
        """The same problem, found deeper: inside the item `prefix`."""
        return replace(self, location=prefix + self.location)


class Invalid(Exception):
    """A value that a check refuses; it becomes a `ValidationError` where the field is known."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


def fail(kind: str, value: Any, **context: Any) -> NoReturn:
    """Refuse a value.

    Args:
        kind: pydantic's name of the error type.
        value: What was given.
        **context: What the message names.

    Raises:
        Invalid: Always.
    """
    raise Invalid([Problem(kind, value, (), context or None)])


class ValidationError(ValueError):
    """The stand-in for pydantic's error of the same name, with the same text.

    Args:
        problems: What is wrong, in pydantic's order.
        title: The name of the model.
        version: The pydantic release named in the links.
    """

    def __init__(self, problems: Sequence[Problem], title: str = "Settings", version: str = PYDANTIC_VERSION) -> None:
        super().__init__(problems, title, version)
        self.problems = list(problems)
        self.title = title
        self.version = version

    def error_count(self) -> int:
        """How many problems there are."""
        return len(self.problems)

    def _url(self, problem: Problem) -> str | None:
        # pydantic documents its own error types only; "sequence_str" is a custom one.
        if problem.type == "sequence_str":
            return None
        return f"https://errors.pydantic.dev/{self.version}/v/{problem.type}"

    def errors(self) -> list[dict[str, Any]]:
        """The problems as dictionaries with pydantic's keys: type, loc, msg, input, and where it has them ctx, url."""
        listed = []
        for problem in self.problems:
            entry = {"type": problem.type, "loc": problem.location, "msg": problem.message, "input": problem.value}
            if problem.context:
                entry["ctx"] = dict(problem.context)
            if url := self._url(problem):
                entry["url"] = url
            listed.append(entry)
        return listed

    def line_errors(self) -> list[dict[str, Any]]:
        """The problems in the form that ``pydantic_core.ValidationError.from_exception_data`` takes.

        A caller that has pydantic at hand can so raise the very class that the client raises.
        """
        return [
            {"type": p.type, "loc": p.location, "input": p.value, **({"ctx": dict(p.context)} if p.context else {})}
            for p in self.problems
        ]

    def __str__(self) -> str:
        plural = "" if len(self.problems) == 1 else "s"
        lines = [f"{len(self.problems)} validation error{plural} for {self.title}"]
        for problem in self.problems:
            if problem.location:
                lines.append(".".join(_location_text(item) for item in problem.location))
            lines.append(
                f"  {problem.message} [type={problem.type}, input_value={_shortened_repr(problem.value)},"
                f" input_type={type(problem.value).__qualname__}]"
            )
            if url := self._url(problem):
                lines.append(f"    For further information visit {url}")
        return "\n".join(lines)

    __repr__ = __str__


def _location_text(item: str | int) -> str:
    return f"`{item}`" if isinstance(item, str) and "." in item else str(item)


def _safe_repr(value: Any) -> str:
    try:
        return repr(value)
    except Exception:  # whatever a foreign __repr__ raises, pydantic prints this instead
        return f"<unprintable {type(value).__name__} object>"


def _shortened_repr(value: Any) -> str:
    """The repr, cut in the middle so that 25 bytes stay in front and 24 behind, never through a character."""
    text = _safe_repr(value)
    raw = text.encode("utf-8", "surrogatepass")
    if len(raw) <= 50:
        return text
    return raw[:25].decode("utf-8", "ignore") + "..." + raw[-24:].decode("utf-8", "ignore")


# Scalars. "Lax" coercion: numbers are read from text, text from bytes, and both from an Enum where pydantic does so.

_INTEGER = re.compile(r"[+-]?\d+(?:_\d+)*(?:\.0+)?", re.ASCII)
_FLOAT = re.compile(r"[+-]?(?:inf|infinity|nan|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)", re.ASCII | re.IGNORECASE)
_BOOLEANS = dict.fromkeys(("1", "t", "true", "on", "y", "yes"), True) | dict.fromkeys(
    ("0", "f", "false", "off", "n", "no"), False
)
# Unicode's white space; str.strip() would also take the separators U+001C to U+001F.
_SPACE = "\t\n\x0b\x0c\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
_INT64 = range(-(2**63), 2**63)
_LONGEST_INTEGER = 4300


def _encodable(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        fail("string_unicode", value)
    return str.__str__(value)


def _text(value: Any, unreadable: str) -> str | None:
    """The text that a number may be read from; None where the value is no text."""
    if isinstance(value, str):
        return _encodable(value)
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            fail(unreadable, value)
    return None


def _double(value: Any) -> float | None:
    """The value as C code reads a double from it (``__float__``, ``__index__``; no text); None where it cannot."""
    try:
        return math.ldexp(value, 0)
    except Exception:  # any failure of a foreign __float__ means "not a number" to pydantic
        return None


def boolean(value: Any) -> bool:
    """A bool, or 0, 1 and the usual words for them."""
    if value is True or value is False:
        return bool(value)
    text = _text(value, "bool_parsing")
    if text is not None:
        answer = _BOOLEANS.get(text.lower())
        return fail("bool_parsing", value) if answer is None else answer
    number = _small_integer(value)
    if number is None:
        fail("bool_type", value)
    if number not in (0, 1):
        fail("bool_parsing", value)
    return bool(number)


def _small_integer(value: Any) -> int | None:
    try:
        whole = operator.index(value)
    except Exception:  # pydantic then tries to read a double
        number = _double(value)
    else:
        return whole if whole in _INT64 else None
    if number is None or not number.is_integer() or int(number) not in _INT64:
        return None
    return int(number)


def integer(value: Any) -> Any:
    """An int, or text or a number without a fraction; an Enum's value passes unchecked, as it does in pydantic."""
    if isinstance(value, int):
        return int(value)
    text = _text(value, "int_parsing")
    if text is not None:
        if len(text) > _LONGEST_INTEGER:
            fail("int_parsing_size", value)
        text = text.strip(_SPACE)
        if not _INTEGER.fullmatch(text):
            fail("int_parsing", value)
        return int(text.partition(".")[0])
    number = _double(value)
    if number is None:
        return value.value if isinstance(value, Enum) else fail("int_type", value)
    if not math.isfinite(number):
        fail("finite_number", value)
    if not number.is_integer():
        fail("int_from_float", value)
    if int(number) not in _INT64:
        fail("int_parsing_size", value)
    return int(number)


def floating(value: Any) -> float:
    """A float, or any number, or text that spells one."""
    text = _text(value, "float_parsing")
    if text is not None:
        text = text.strip(_SPACE)
        if text.startswith("_") or text.endswith("_") or "__" in text:
            fail("float_parsing", value)
        text = text.replace("_", "")
        return float(text) if _FLOAT.fullmatch(text) else fail("float_parsing", value)
    number = _double(value)
    return fail("float_type", value) if number is None else number


def string(value: Any) -> str:
    """A str, or bytes in UTF-8, or the value of an Enum."""
    if type(value) is str:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, (bytes, bytearray)):
        try:
            return value.decode()
        except UnicodeDecodeError:
            fail("string_unicode", value)
    return str(value.value) if isinstance(value, Enum) else fail("string_type", value)


def anything(value: Any) -> Any:
    """Whatever it is."""
    return value


def function(value: Any) -> Any:
    """Something that can be called."""
    return value if callable(value) else fail("callable_type", value)


# Combinations.


def optional(check: Check) -> Check:
    """The same, or None."""
    return lambda value: None if value is None else check(value)


def literal(*words: str) -> Check:
    """One of the words."""
    known = {word: word for word in words}
    quoted = [repr(word) for word in words]
    expected = ", ".join(quoted[:-1]) + " or " + quoted[-1]

    def check(value: Any) -> str:
        found = known.get(_encodable(value)) if isinstance(value, str) else None
        return fail("literal_error", value, expected=expected) if found is None else found

    return check


def union(choices: Mapping[str, Check]) -> Check:
    """The first of the checks that accepts, each with the label that pydantic gives it in an error's location."""

    def check(value: Any) -> Any:
        problems: list[Problem] = []
        for label, choice in choices.items():
            try:
                return choice(value)
            except Invalid as invalid:
                problems += [problem.under(label) for problem in invalid.problems]
        raise Invalid(problems)

    return check


def items(values: Sequence[Any], check: Check) -> list[Any]:
    """Every item checked, all refusals collected."""
    checked: list[Any] = []
    problems: list[Problem] = []
    for index, value in enumerate(values):
        try:
            checked.append(check(value))
        except Invalid as invalid:
            problems += [problem.under(index) for problem in invalid.problems]
    if problems:
        raise Invalid(problems)
    return checked


def strings(value: tuple[Any, ...]) -> tuple[Any, ...]:
    """A tuple of text; the field's own rule has made it a tuple."""
    for item in value:
        if type(item) is not str:
            return tuple(items(value, string))
    return value


def sequence_of(check: Check) -> Check:
    """A ``collections.abc.Sequence`` other than text; its own type is kept."""

    def sequence(value: Any) -> Any:
        if not isinstance(value, Sequence):
            fail("is_instance_of", value, **{"class": "Sequence"})
        if isinstance(value, (str, bytes)):
            fail("sequence_str", value, type_name=type(value).__name__)
        if isinstance(value, bytearray):
            fail("list_type", value)
        checked = items(value, check)
        # A range cannot be built from its items; any other type is trusted to be, and its own error passes.
        keep = type(value) in (list, range)
        return checked if keep else type(value)(checked)  # type: ignore[call-arg]

    return sequence


def _key_place(key: Any) -> str | int:
    if isinstance(key, int):
        return int(key) if key in _INT64 else str(int(key))
    if isinstance(key, str):
        return key.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return _safe_repr(key)


def dict_of(check: Check) -> Check:
    """A mapping from text, as a dict."""

    def mapping(value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            fail("dict_type", value)
        checked: dict[str, Any] = {}
        problems: list[Problem] = []
        for key, item in value.items():
            place = _key_place(key)
            name = ""
            try:
                name = string(key)
            except Invalid as invalid:
                problems += [problem.under(place, "[key]") for problem in invalid.problems]
            try:
                checked[name] = check(item)
            except Invalid as invalid:
                problems += [problem.under(place) for problem in invalid.problems]
        if problems:
            raise Invalid(problems)
        return checked

    return mapping


# Addresses: the URL standard (https://url.spec.whatwg.org) as far as a client's base URL can meet it.

_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):", re.ASCII | re.IGNORECASE)
_CONTROLS = "".join(map(chr, range(0x21)))
_HOST_FORBIDDEN = re.compile(r"[\x00-\x20#%/:<>?@\[\\\]^|\x7f]")
_NOT_URL = re.compile(r"[^\w!$&'()*+,\-./:;=?@~%\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010fffd]", re.ASCII)
_BAD_ESCAPE = re.compile(r"%(?![0-9a-fA-F]{2})")


def http_url(value: str) -> None:
    """An absolute http or https address, in strict syntax.

    Args:
        value: The address.

    Raises:
        Invalid: It is none.
    """
    text = _encodable(value).strip(_CONTROLS)
    if not value:
        fail("url_parsing", value, error="input is empty")
    violations = [] if text == value else ["leading or trailing control or space character are ignored in URLs"]
    if re.search(r"[\t\n\r]", text):
        text = re.sub(r"[\t\n\r]", "", text)
        violations.append("tabs or newlines are ignored in URLs")
    scheme = _SCHEME.match(text)
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
    found = [(match.start(), "non-URL code point") for match in _NOT_URL.finditer(part)]
    found += [(match.start(), "expected 2 hex digits after %") for match in _BAD_ESCAPE.finditer(part)]
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
    name = unicodedata.normalize("NFKC", unquote(host, errors="surrogateescape")).lower().replace("\xad", "")
    if not name:
        return "empty host"
    labels = name.split(".")
    if _HOST_FORBIDDEN.search(name) or not all(map(_is_label, labels)):
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
