"""A value together with its form on the wire."""

from __future__ import annotations

from typing import Any


class Encoded:
    """A value whose form on the wire is not itself.

    Args:
        original: what was logged (for arrays and tensors the wire form, so that no memory is pinned).
        wire: the decoded JSON that wandb-core sees.
        is_media: whether a media hook gave the wire form.
    """

    __slots__ = ("is_media", "original", "wire")

    original: Any
    wire: Any
    is_media: bool

    def __init__(self, original: Any, wire: Any, is_media: bool = False) -> None:
        self.original = original
        self.wire = wire
        self.is_media = is_media

    def __repr__(self) -> str:
        return f"Encoded({self.original!r}, wire={self.wire!r}, is_media={self.is_media})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Encoded):
            return NotImplemented
        # Compared as text so that NaN equals NaN.
        return self.is_media == other.is_media and jsonable(self.wire) == jsonable(other.wire)

    __hash__ = None  # type: ignore[assignment]

    def __copy__(self) -> Encoded:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Encoded:
        # The original may be a live object (a figure, a tensor) that cannot or should not be copied.
        return Encoded(self.original, fresh(self.wire), self.is_media)

    def __reduce__(self) -> tuple[Any, ...]:
        import pickle  # whoever asks has imported it

        original = self.original
        try:
            pickle.dumps(original)
        except (pickle.PicklingError, TypeError, AttributeError, RecursionError):
            original = self.wire
        return Encoded, (original, self.wire, self.is_media)


def originals(value: Any) -> Any:
    """Put the logged objects back in place of what a snapshot keeps of them.

    Args:
        value: A snapshot, or a part of one; not changed.
    """
    if type(value) is Encoded:
        return value.original
    if type(value) is dict:
        return {key: originals(item) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)([originals(item) for item in value])
    return value


def jsonable(value: Any) -> Any:
    """The final form of ``to_dict``: fresh containers, NaN and the infinities as the strings the backend stores."""
    kind = type(value)
    if kind is float:
        if value - value == 0.0:
            return value
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    if kind is dict:
        return {key: jsonable(item) for key, item in value.items()}
    if kind is list or kind is tuple:
        return [jsonable(item) for item in value]
    return jsonable(value.wire) if kind is Encoded else value


def fresh(wire: Any) -> Any:
    """A copy of decoded JSON."""
    kind = type(wire)
    if kind is dict:
        return {key: fresh(item) for key, item in wire.items()}
    return [fresh(item) for item in wire] if kind is list else wire
