"""Events of TensorBoard as history rows.

The rules, as wandb-core 0.31.0 has them: events of one step that follow each other make one row; their step is the
row's ``global_step``; a tag has the folder's namespace before it; scalars, histograms, images and PR curves are
taken, and nothing else is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from wandb_testkit.rules.tensorboard import histograms, images, wire
from wandb_testkit.rules.tensorboard.tensors import Tensor, as_single, tensor


@dataclass
class Table:
    """A PR curve, which becomes a table in a file and a chart of it."""

    columns: list[str]
    rows: list[list[float]]


@dataclass
class Images:
    """Images that become files: of one format and one size."""

    data: list[bytes]
    head: images.Head


@dataclass
class Row:
    """What one row gets from events: values by tag, the step and the time that the events tell."""

    step: int
    wall_time: float
    values: dict[str, Any]


def rows(records: Iterable[bytes], namespace: str, formats: frozenset[str] = images.FORMATS) -> Iterator[Row]:
    """Yield the rows that a folder's events make.

    Args:
        records: The events, as they stand in the files.
        namespace: Put before every tag; "" for none.
        formats: The formats of images that this release knows.
    """
    plugins: dict[str, str] = {}
    row: Row | None = None
    for record in records:
        try:
            event = wire.fields(record)
            new = Row(wire.integer(event, 2), wire.double(event, 1), _values(event, namespace, plugins, formats))
        except wire.Malformed:
            # The client gives the folder up.
            break
        if row is None or row.step != new.step:
            if row is not None and row.values:
                yield row
            row = new
        else:
            row = Row(new.step, new.wall_time, {**row.values, **new.values})
    if row is not None and row.values:
        yield row


def _values(
    event: wire.Fields, namespace: str, plugins: dict[str, str], formats: frozenset[str]
) -> dict[str, Any]:
    """Return what is logged of one event, by tag."""
    values: dict[str, Any] = {}
    for encoded in wire.fields(wire.last(event, 5, b"")).get(1, ()):
        value = wire.fields(encoded)
        tag = wire.text(value, 1)
        if not tag:
            continue
        name = f"{namespace}/{tag}" if namespace else tag
        found = _value(value, _plugin(plugins, name, value), formats)
        if found is not None:
            values[name] = found
    return values


def _plugin(plugins: dict[str, str], tag: str, value: wire.Fields) -> str:
    """Return which plugin a value is of: files say it at the first value of a tag, and need not say it again."""
    metadata = wire.fields(wire.last(value, 9, b""))
    name = wire.text(wire.fields(wire.last(metadata, 1, b"")), 1)
    if name:
        plugins[tag] = name
    return plugins.get(tag, "")


# The fields of a value of which there is one: what it holds.
_SIMPLE, _IMAGE, _HISTOGRAM, _TENSOR = 2, 4, 5, 8


def _value(value: wire.Fields, plugin: str, formats: frozenset[str]) -> Any:
    """Return what is logged of a value; None where it is of a kind that the client passes over."""
    kind = _kind(value)
    if kind == _SIMPLE and plugin in ("", "scalars"):
        return as_single(wire.floats({1: [value[_SIMPLE][-1]]}, 1)[0])
    if kind == _HISTOGRAM and plugin in ("", "histograms"):
        return histograms.of_proto(wire.fields(value[_HISTOGRAM][-1]))
    if kind == _IMAGE and plugin in ("", "images"):
        image = wire.fields(value[_IMAGE][-1])
        size = wire.integer(image, 2), wire.integer(image, 1)
        return _images(*size, [wire.last(image, 4, b"")], formats)
    if kind != _TENSOR:
        return None
    proto = wire.fields(value[_TENSOR][-1])
    if plugin == "images":
        return _images_of_tensor(proto.get(8, []), formats)
    numbers = tensor(proto) if plugin in _OF_TENSORS else None
    return None if numbers is None else _OF_TENSORS[plugin](numbers)


def _kind(value: wire.Fields) -> int:
    """Return the number of the field that holds the value: the last one that was written."""
    kinds = [number for number in value if number in (_SIMPLE, 3, _IMAGE, _HISTOGRAM, 6, _TENSOR)]
    return kinds[-1] if kinds else 0


def _scalar(numbers: Tensor) -> float | None:
    return numbers.values[0] if len(numbers.values) == 1 else None


def _curve(numbers: Tensor) -> Table | None:
    precision, recall = numbers.row(-2), numbers.row(-1)
    if precision is None or recall is None:
        return None
    return Table(["recall", "precision"], [list(point) for point in zip(recall, precision, strict=True)])


_OF_TENSORS = {"scalars": _scalar, "histograms": histograms.of_tensor, "pr_curves": _curve}


def _images_of_tensor(strings: list[bytes], formats: frozenset[str]) -> Images | None:
    if len(strings) < 3:
        return None
    try:
        width, height = int(strings[0]), int(strings[1])
    except ValueError:
        return None
    return _images(width, height, strings[2:], formats)


def _images(width: int, height: int, encoded: list[bytes], formats: frozenset[str]) -> Images | None:
    """Return the images that are what they say; None where there is none, or where they differ in format."""
    heads = [(data, images.head(data)) for data in encoded]
    known = [(data, found) for data, found in heads if found is not None and found.format in formats]
    good = [(data, found) for data, found in known if found[1:] == (width, height)]
    if not good or len({found for _, found in good}) > 1:
        return None
    return Images([data for data, _ in good], good[0][1])
