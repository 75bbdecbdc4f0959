"""Logged images, as they are on the wire: how many, which captions, which size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from wandb_testkit.comparing import key_paths, values_at
from wandb_testkit.reasons import NO_RUN, disabled, dropped, name_of, pending
from wandb_testkit.rules.encoding import Encoded
from wandb_testkit.wording import brief, did_you_mean, difference, join, listing

if TYPE_CHECKING:
    from wandb_testkit.recorder import RecordedRun

# unittest shows no frames of modules that say this.
__unittest = True

_ONE, _LIST = "image-file", "images/separated"


class Logged(NamedTuple):
    """Images where they were logged."""

    run: RecordedRun
    step: int | None
    facts: dict[str, Any]

    @property
    def place(self) -> str:
        """What a message calls the place."""
        return "in the summary" if self.step is None else f"at step {self.step}"


def check(runs: Sequence[RecordedRun], key: Any, count: int | None, captions: Any, size: Any, step: int | None) -> None:
    """Raise the AssertionError of `assert_image` where no image under `key` is as expected."""
    __tracebackhide__ = True
    if not isinstance(key, str):
        raise TypeError(f"assert_image() takes the key of an image, not {brief(key, 80)}")
    given = {"count": count, "captions": _captions(captions), "size": None if size is None else tuple(size)}
    wanted = {name: item for name, item in given.items() if item is not None}
    found = [image for run in runs for image in _logged(run, key)]
    if any(_misses(image, wanted, step) == 0 for image in found):
        return
    stated = ", ".join(f"{name}={item!r}" for name, item in {**wanted, "step": step}.items() if item is not None)
    head = f"No image was logged under {key!r}{f' with {stated}' if stated else ''}."
    if not found:
        raise AssertionError(join(head, *_why_none(runs, key)))
    best = min(range(len(found)), key=lambda index: _misses(found[index], wanted, step))
    near = found[best]
    shown = [f"{name_of(each.run)} " * (len(runs) > 1) + f"{each.place}: {brief(each.facts, 160)}" for each in found]
    raise AssertionError(
        join(
            head,
            f"The nearest one, {near.place}, differs (- expected, + recorded):",
            "" if step is None or step == near.step else f"  - at step {step}\n  + {near.place}",
            difference(wanted, near.facts),
            listing(shown, "images", best),
        )
    )


def _captions(given: Any) -> list[Any] | None:
    if given is None:
        return None
    return [given] if isinstance(given, str) else list(given)


def _misses(image: Logged, wanted: Mapping[str, Any], step: int | None) -> int:
    others = [name for name, item in wanted.items() if image.facts[name] != item]
    return len(others) + int(step is not None and step != image.step)


def _logged(run: RecordedRun, key: str) -> Iterator[Logged]:
    """Yield the images that a run logged under `key`, row by row, then what is in the summary alone."""
    history = run._client.state.history
    seen = []
    for row in history.rows_since(run._since):
        for value in values_at(row, key):
            for facts in _facts(value):
                seen.append(facts)
                yield Logged(run, row.get("_step"), facts)
    for value in values_at(history.summary(), key):
        for facts in _facts(value):
            if facts not in seen:
                yield Logged(run, None, facts)


def _facts(value: Any) -> Iterator[dict[str, Any]]:
    wire = value.wire if type(value) is Encoded else value
    if not isinstance(wire, Mapping):
        return
    size = (wire.get("width"), wire.get("height"))
    if wire.get("_type") == _ONE:
        yield {"count": 1, "captions": [wire.get("caption")], "size": size}
    elif wire.get("_type") == _LIST:
        # Where no image has a caption, the client sends none.
        captions = wire.get("captions") or [None] * wire["count"]
        yield {"count": wire["count"], "captions": list(captions), "size": size}


def _why_none(runs: Sequence[RecordedRun], key: str) -> Iterator[str]:
    """Say what is under the key instead, or which key was meant."""
    if not runs:
        yield NO_RUN
        return
    yield from (disabled(run) for run in runs[:3] if run.mode == "disabled")
    for run in runs:
        for row in run.history():
            for value in values_at(row, key):
                yield f"{key!r} was logged at step {row.get('_step')}, but as no image: {brief(value, 120)}"
                break
            else:
                continue
            break
        if run.pending is not None and any(True for _ in values_at(run.pending, key)):
            yield pending(run)
        yield from (dropped(each) for each in run.dropped[:3] if any(True for _ in values_at(each.row, key)))
    known = _keys_of_images(runs)
    if known:
        yield f"Images were logged under: {', '.join(map(repr, known[:20]))}{did_you_mean(key, known)}"
    else:
        yield "No images were logged."


def _keys_of_images(runs: Sequence[RecordedRun]) -> list[str]:
    rows = [row for run in runs for row in run._client.state.history.rows_since(run._since)]
    return [path for path in key_paths(rows) if any(_is_image(value) for row in rows for value in values_at(row, path))]


def _is_image(value: Any) -> bool:
    return any(True for _ in _facts(value))
