"""Where two recordings differ: what ``python -m wandb_testkit run --check FILE`` tells."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

#: No more than so many differences are told.
MOST = 40
_MOST_TEXT = 60
_MISSING: Any = object()

# What the client makes up where the program names no id (wandb.sdk.lib.runid): another one each time.
_GENERATED_ID = re.compile(r"[a-z0-9]{8}")


def told(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return the differences of two recordings, one a line; none where they are the same.

    Ids that the client made up are not compared.

    Args:
        before: The earlier recording, as `Recorder.to_dict` returns it.
        now: The later one.
    """
    found = list(_between("", _comparable(before), _comparable(now)))
    if len(found) > MOST:
        found[MOST:] = [f"… and {len(found) - MOST:,} more"]
    return found


def _comparable(recording: Mapping[str, Any]) -> dict[str, Any]:
    # As JSON has it, where a tuple is a list and every key is text.
    plain: dict[str, Any] = json.loads(json.dumps(recording))
    for run in plain.get("runs") or ():
        if isinstance(run, dict) and isinstance(run.get("id"), str) and _GENERATED_ID.fullmatch(run["id"]):
            run["id"] = "(made up)"
    return plain


def _between(path: str, before: Any, now: Any) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(now, dict):
        for key in [*before, *(key for key in now if key not in before)]:
            inner = f"{path}.{key}" if path else str(key)
            yield from _between(inner, before.get(key, _MISSING), now.get(key, _MISSING))
    elif isinstance(before, list) and isinstance(now, list):
        for index in range(max(len(before), len(now))):
            yield from _between(
                f"{path}[{index}]", *(part[index] if index < len(part) else _MISSING for part in (before, now))
            )
    elif not _same(before, now):
        yield _line(path, before, now)


def _same(before: Any, now: Any) -> bool:
    # 1 and True are equal, and 1 and 1.0, but they are not sent alike.
    return type(before) is type(now) and bool(before == now)


def _line(path: str, before: Any, now: Any) -> str:
    if before is _MISSING:
        return f"+ {path}: {_brief(now)}"
    if now is _MISSING:
        return f"- {path}: {_brief(before)}"
    return f"! {path}: {_brief(before)} -> {_brief(now)}"


def _brief(value: Any) -> str:
    shown = json.dumps(value)
    return shown if len(shown) <= _MOST_TEXT else f"{shown[: _MOST_TEXT - 3]}..."
