"""Read what the real client wrote offline, and fold it into what the backend would have received.

The client's offline log is LevelDB's log format: a file header of seven bytes, then blocks of 32 KiB that hold
fragments of records, each with a checksum, a length and a type.  A record is one `Record` of
`wandb.proto.wandb_internal_pb2`.
"""

from __future__ import annotations

import json
import math
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

FILE_HEADER = struct.Struct("<4sHB")
FILE_IDENT = b":W&B"
FILE_MAGIC = 0xBEE1

BLOCK_SIZE = 32 * 1024
FRAGMENT_HEADER = struct.Struct("<IHB")
FULL, FIRST, MIDDLE, LAST = 1, 2, 3, 4

# The order of the fields in the client's MetricSummary message.
SUMMARY_KINDS = ("min", "max", "mean", "best", "last", "none", "copy", "first")
GOALS = {1: "minimize", 2: "maximize"}

# Times differ from run to run; in the summary `_wandb` holds another one.
TIMES = ("_timestamp", "_runtime")


class LogError(Exception):
    """The offline log is not what the format says, for example because it is not complete."""


def read_records(path: str | Path) -> list[Any]:
    """Return the `Record` messages of one offline log, in order.

    Raises:
        LogError: a header, a checksum or the order of the fragments is wrong.
    """
    from wandb.proto import wandb_internal_pb2

    records: Any = wandb_internal_pb2
    return [records.Record.FromString(data) for data in read_frames(Path(path).read_bytes())]


def read_frames(data: bytes) -> Iterator[bytes]:
    """Yield the records of a log in LevelDB's format, their fragments put together again."""
    if len(data) < FILE_HEADER.size:
        raise LogError(f"the log has only {len(data)} bytes")
    ident, magic, _version = FILE_HEADER.unpack_from(data)
    if ident != FILE_IDENT or magic != FILE_MAGIC:
        raise LogError(f"not an offline log: it begins with {data[: FILE_HEADER.size]!r}")
    parts: list[bytes] | None = None
    for kind, payload in _fragments(data):
        if kind in (FULL, FIRST):
            if parts is not None:
                raise LogError("a record begins before the one before it has ended")
            parts = []
        elif parts is None:
            raise LogError("a record goes on that has not begun")
        parts.append(payload)
        if kind in (FULL, LAST):
            yield b"".join(parts)
            parts = None
    if parts is not None:
        raise LogError("the last record has no end")


def _fragments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (type, payload) of every fragment.  The first block holds the file header too."""
    position = FILE_HEADER.size
    while position < len(data):
        left = BLOCK_SIZE - position % BLOCK_SIZE
        if left < FRAGMENT_HEADER.size:
            position += left
            continue
        header = data[position : position + FRAGMENT_HEADER.size]
        if len(header) < FRAGMENT_HEADER.size:
            raise LogError("the log ends within the header of a fragment")
        checksum, length, kind = FRAGMENT_HEADER.unpack(header)
        position += FRAGMENT_HEADER.size
        payload = data[position : position + length]
        position += length
        if len(payload) < length:
            raise LogError("the log ends within a fragment")
        if checksum != _masked_crc(kind, payload):
            raise LogError(f"wrong checksum before byte {position}")
        if kind not in (FULL, FIRST, MIDDLE, LAST):
            raise LogError(f"a fragment of unknown type {kind} before byte {position}")
        yield kind, payload


def _masked_crc(kind: int, payload: bytes) -> int:
    """The checksum of a fragment: plain CRC-32 here, where LevelDB itself uses CRC-32C and a mask."""
    return zlib.crc32(payload, zlib.crc32(bytes([kind]))) & 0xFFFFFFFF


def run_to_dict(records: Iterable[Any]) -> dict[str, Any]:
    """Return what the backend would have received from the records of one run.

    The result has the form of `RecordedRun.to_dict()`.  Each kind of record is applied as the client's own sender
    applies it before it uploads, which was checked against the requests of release 0.31.0 in online mode: an empty
    field of a later run record changes nothing (so a name or the tags cannot be cleared), dicts in the config merge
    into what is there (so an empty one adds nothing), and a summary value of null is no value.
    """
    run = _Run()
    for record in records:
        kind = record.WhichOneof("record_type")
        handler = getattr(run, f"add_{kind}", None)
        if handler is not None:
            handler(getattr(record, kind))
    return run.to_dict()


def start_time(records: Iterable[Any]) -> float | None:
    """Return when the run was begun, which gives the order of the `init` calls.

    None for the log of an `init` that failed before there was a run.
    """
    for record in records:
        if record.WhichOneof("record_type") == "run":
            stamp = record.run.start_time
            return float(stamp.seconds) + float(stamp.nanos) / 1e9
    return None


class _Run:
    """One run while its records are folded."""

    def __init__(self) -> None:
        self.facts: dict[str, Any] = {}
        self.config: dict[str, Any] = {}
        self.summary: dict[str, Any] = {}
        self.history: list[dict[str, Any]] = []
        self.metrics: dict[tuple[str, str], dict[str, Any]] = {}
        self.exit_code: int | None = None

    def add_run(self, record: Any) -> None:
        """A second run record (a new name, say) changes what it states; an empty field states nothing."""
        stated = {
            "id": record.run_id,
            "name": record.display_name,
            "project": record.project,
            "entity": record.entity,
            "group": record.run_group,
            "job_type": record.job_type,
            "notes": record.notes,
            "tags": list(record.tags),
        }
        # The sender makes the config of the first run record only; later changes come as config records.
        if not self.facts:
            self.add_config(record.config)
        self.facts.update({key: value for key, value in stated.items() if value})

    def add_config(self, record: Any) -> None:
        for item in record.update:
            merge(self.config, path_of(item), json.loads(item.value_json))
        for item in record.remove:
            remove(self.config, path_of(item))

    def add_summary(self, record: Any) -> None:
        for item in record.update:
            put(self.summary, path_of(item), _Leaf(json.loads(item.value_json)))
        for item in record.remove:
            remove(self.summary, path_of(item))

    def add_history(self, record: Any) -> None:
        row: dict[str, Any] = {}
        for item in record.item:
            put(row, path_of(item), json.loads(item.value_json))
        self.history.append(row)

    def add_metric(self, record: Any) -> None:
        # Releases before 0.19 do not tell what they have taken from a glob.
        if getattr(record, "expanded_from_glob", False) or not (record.name or record.glob_name):
            return
        field = "name" if record.name else "glob_name"
        key = (field, record.name or record.glob_name)
        metric = self.metrics.setdefault(key, {})
        if record._control.overwrite:
            metric.clear()
        metric[field] = key[1]
        if record.step_metric:
            metric["step_metric"] = record.step_metric
        if record.HasField("summary"):
            # Older releases know fewer kinds.
            kinds = {kind for kind in SUMMARY_KINDS if getattr(record.summary, kind, False)}
            kept = set(metric.get("summary", ())) - {"none"}
            metric["summary"] = [kind for kind in SUMMARY_KINDS if kind in kinds | kept]
        if record.options.hidden:
            metric["hidden"] = True
        if record.options.step_sync:
            metric["step_sync"] = True
        if record.goal in GOALS:
            metric["goal"] = GOALS[record.goal]

    def add_exit(self, record: Any) -> None:
        self.exit_code = record.exit_code

    def to_dict(self) -> dict[str, Any]:
        facts = {key: self.facts.get(key) for key in ("id", "name", "project", "entity", "group", "job_type", "notes")}
        result: dict[str, Any] = {
            **facts,
            "tags": self.facts.get("tags", []),
            "config": without(self.config, "_wandb"),
            "summary": without(unwrap(self.summary), *TIMES, "_wandb"),
            "history": [without(row, *TIMES) for row in self.history],
            "metrics": list(self.metrics.values()),
            "exit_code": self.exit_code,
        }
        plain = jsonable(result)
        assert isinstance(plain, dict)
        return plain


class _Leaf:
    """A summary value: a dict in it is one opaque value, not a subtree."""

    def __init__(self, value: Any) -> None:
        self.value = value


def path_of(item: Any) -> Sequence[str]:
    """Return the path of a config, summary or history item."""
    return list(item.nested_key) or [item.key]


def put(tree: dict[str, Any], path: Sequence[str], value: Any) -> None:
    """Set the leaf at a path; whatever is in the way is replaced."""
    for label in path[:-1]:
        if not isinstance(tree.get(label), dict):
            tree[label] = {}
        tree = tree[label]
    tree[path[-1]] = value


def merge(tree: dict[str, Any], path: Sequence[str], value: Any) -> None:
    """Set a value whose dicts are subtrees: they merge with what is there."""
    if not isinstance(value, dict):
        put(tree, path, value)
    else:
        for key, inner in value.items():
            merge(tree, [*path, key], inner)


def remove(tree: dict[str, Any], path: Sequence[str]) -> None:
    """Delete a leaf or a subtree, and the parents that become empty."""
    label, rest = path[0], path[1:]
    if not rest:
        tree.pop(label, None)
    elif isinstance(tree.get(label), dict):
        remove(tree[label], rest)
        if not tree[label]:
            del tree[label]


def unwrap(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Return a summary tree as plain nested dicts; a null value is no value for the sender, and needs no parents."""
    result = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            if inner := unwrap(value):
                result[key] = inner
        elif value.value is not None:
            result[key] = value.value
    return result


def without(row: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """Return the row without some keys."""
    return {key: value for key, value in row.items() if key not in keys}


def jsonable(value: Any) -> Any:
    """Return the value with the numbers that JSON lacks as strings."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {key: jsonable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [jsonable(inner) for inner in value]
    return value
