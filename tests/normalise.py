"""What may differ between two runs of one program, and why: everything else must be equal.

Each normaliser replaces one kind of text that is made anew in every process.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

# Scenario -> why the patch must differ from the real client there.  Each is asserted to differ still, so that a
# reason that has gone is noticed.
KNOWN_DIFFERENCES: dict[str, str] = {}

# The same for the stand-in only, for example because it has no pydantic.
KNOWN_STUB_DIFFERENCES: dict[str, str] = {}

ID = re.compile(r"[a-z0-9]{8}")


def ids(text: str, generated: Sequence[str]) -> str:
    """A run that is given no id gets a random one."""
    for number, run_id in enumerate(generated):
        text = text.replace(run_id, f"<id {number}>")
    return text


def folders(text: str, cwd: str) -> str:
    """Every run of a program has a scratch folder of its own."""
    return text.replace(cwd, "<cwd>")


def run_folders(text: str) -> str:
    """The folder of a run carries the second in which it was begun."""
    return re.sub(r"run-\d{8}_\d{6}-", "run-<time>-", text)


def addresses(text: str) -> str:
    """The default repr of an object ends in its address in memory."""
    return re.sub(r"\b0x[0-9a-f]{6,}", "0x<address>", text)


def pydantic_links(text: str) -> str:
    """A validation error points at the documentation of the installed pydantic release."""
    return re.sub(r"https://errors\.pydantic\.dev/[\d.]+/", "https://errors.pydantic.dev/<version>/", text)


def settings_reprs(text: str) -> str:
    """A validation error of all settings shows the two ends of their repr, with paths cut off anywhere."""
    return re.sub(r"input_value=Settings\(.*?\), input_type=Settings\]", "input_value=Settings(...)]", text)


def recursion_limits(text: str) -> str:
    """CPython names what it was about to do when the limit was reached, which depends on the depth of the harness."""
    return re.sub(r"(maximum recursion depth exceeded) (while|in) [\w ]+", r"\1", text)


def temporary_files(text: str) -> str:
    """Names made by `tempfile` are random."""
    return re.sub(r"/tmp[a-z0-9_]{8}\b", "/tmp<random>", text)


def client_ids(text: str) -> str:
    """An artifact that no server has is known by a random id; a table's increment is named by the millisecond."""
    text = re.sub(r"wandb-client-artifact://[a-z0-9]{128}", "wandb-client-artifact://<client id>", text)
    return re.sub(r"(client id>\S*/(?:\d+|None)-)\d{13}\.", r"\g<1><time>.", text)


def made_of_event_files(text: str) -> str:
    """Files that the client makes of TensorBoard's have random names; a table's digest depends on a random order."""
    text = re.sub(r"media/(images|table)/[a-z0-9]{32}\.", r"media/\1/<random>.", text)
    # The client prints the digest's bytes as if they were text.
    return "<digest>" if "\N{REPLACEMENT CHARACTER}" in text and len(text) <= 32 else text


def text_normaliser(cwd: str, generated: Sequence[str]) -> Callable[[str], str]:
    """Return the function that applies all of the above."""

    def normalise(text: str) -> str:
        text = folders(ids(text, generated), cwd)
        for rule in (
            *(run_folders, addresses, pydantic_links, settings_reprs, recursion_limits),
            *(temporary_files, client_ids, made_of_event_files),
        ):
            text = rule(text)
        return text

    return normalise


def everywhere(value: Any, change: Callable[[str], str]) -> Any:
    """Return the JSON value with every string in it (also the keys) changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {change(key): everywhere(inner, change) for key, inner in value.items()}
    if isinstance(value, list):
        return [everywhere(inner, change) for inner in value]
    return value


def canonical(value: Any) -> str:
    """Return JSON text that is equal only for equal values of equal types: `1`, `1.0` and `true` all differ.

    The order of a dict's keys is not kept by the client, so it is not compared.
    """
    return json.dumps(value, sort_keys=True, indent=1, allow_nan=False)


def message_of(error: BaseException) -> str:
    """Return the text of an error as a user sees it."""
    return str(error).encode("utf-8", "backslashreplace").decode()


def describe(value: Any) -> Any:
    """Return a JSON value that tells any two values apart that a program could tell apart."""
    if value is None or type(value) in (bool, int):
        return value
    if type(value) is str:
        return value.encode("utf-8", "backslashreplace").decode()
    if type(value) is float:
        return value if math.isfinite(value) else {"float": str(value)}
    if type(value) is list:
        return [describe(inner) for inner in value]
    if type(value) is tuple:
        return {"tuple": [describe(inner) for inner in value]}
    if type(value) in (set, frozenset):
        return {type(value).__name__: sorted((describe(inner) for inner in value), key=canonical)}
    if isinstance(value, dict) and type(value) is dict:
        return _describe_dict(value)
    return {"type": type(value).__qualname__, "repr": repr(value)}


def _describe_dict(value: Mapping[Any, Any]) -> Any:
    if all(type(key) is str for key in value):
        return {describe(key): describe(inner) for key, inner in value.items()}
    return {"dict": [[describe(key), describe(inner)] for key, inner in value.items()]}
