"""`assert_*`: what was expected, the nearest thing recorded, the rest in bounds, the remedy."""

from __future__ import annotations

import difflib
import pprint
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from wandb_testkit.recorder import RecordedRun

_MISSING: Any = object()
_MOST_ROWS = 8
_MOST_CHARACTERS = 400


def values_at(row: Mapping[str, Any], key: str) -> Iterator[Any]:
    """Yield the value of `key` in `row`: the key itself, else the path that its dots spell."""
    if key in row:
        yield row[key]
        return
    value: Any = row
    for part in key.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return
        value = value[part]
    yield value


def _same(recorded: Any, expected: Any) -> bool:
    """Compare one value; the expected side decides (`mock.ANY`, `pytest.approx`, numpy)."""
    if isinstance(expected, Mapping) and isinstance(recorded, Mapping):
        return recorded.keys() == expected.keys() and all(_same(recorded[k], v) for k, v in expected.items())
    if isinstance(expected, (list, tuple)) and isinstance(recorded, (list, tuple)):
        return len(recorded) == len(expected) and all(map(_same, recorded, expected))
    if isinstance(expected, float) and isinstance(recorded, float) and expected != expected:
        return recorded != recorded
    tolist = getattr(expected, "tolist", None)
    if tolist is not None and not isinstance(recorded, type(expected)):
        return _same(recorded, tolist())
    answer = expected == recorded
    everything = getattr(answer, "all", None)
    return bool(everything() if callable(everything) else answer)


def _contains(recorded: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
    return all(any(_same(value, item) for value in values_at(recorded, key)) for key, item in expected.items())


def _agreement(recorded: Mapping[str, Any], expected: Mapping[str, Any]) -> float:
    """Return how near a row is to the expected one: keys weigh one, values one more."""
    score = 0.0
    for key, item in expected.items():
        for value in values_at(recorded, key):
            score += 2 if _same(value, item) else 1
        score += difflib.SequenceMatcher(None, key, " ".join(map(str, recorded))).quick_ratio() / 10
    return score


def _text(value: Any) -> str:
    text = pprint.pformat(value, width=100, sort_dicts=False)
    return text if len(text) <= _MOST_CHARACTERS else text[:_MOST_CHARACTERS] + " ..."


def _difference(expected: Mapping[str, Any], recorded: Mapping[str, Any]) -> str:
    lines = []
    for key, item in expected.items():
        found = list(values_at(recorded, key))
        if not found:
            near = difflib.get_close_matches(key, map(str, recorded), 1, 0.6)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            lines.append(f"  - {key!r}: {_text(item)} (not there{hint})")
        elif not _same(found[0], item):
            lines += [f"  - {key!r}: {_text(item)}", f"  + {key!r}: {_text(found[0])}"]
    return "\n".join(lines)


def _listing(rows: Sequence[Any], what: str) -> str:
    if not rows:
        return f"No {what} were recorded."
    shown = [f"  {_text(row)}" for row in rows[:_MOST_ROWS]]
    if len(rows) > _MOST_ROWS:
        shown.append(f"  ... and {len(rows) - _MOST_ROWS} more")
    return "\n".join([f"All {what} ({len(rows)}):", *shown])


def _join(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


class Assertions:
    """The assertion helpers of `Recorder`.

    They raise `AssertionError`, and `ValueError` for a question that cannot fail, such as
    ``assert_logged({})``.
    """

    runs: list[RecordedRun]

    def _selected(self, run: str | RecordedRun | None) -> list[RecordedRun]:
        """Return the runs that an assertion speaks of: all, or the one named."""
        if run is None:
            return self.runs
        run_id = run if isinstance(run, str) else run.id
        found = [candidate for candidate in self.runs if run_id in (candidate.id, candidate.name)]
        if not found:
            known = [f"{candidate.id} ({candidate.name})" for candidate in self.runs]
            raise ValueError(f"no run has the id or name {run_id!r}; recorded: {', '.join(known) or 'none'}")
        return found

    def assert_init(self, run: str | RecordedRun | None = None, **expected: Any) -> None:
        """Check that a run was started with these attributes.

        Args:
            run: The run's id or name; by default any run will do.
            expected: Attributes of `RecordedRun` such as ``project="mnist"``, ``tags=["ci"]``
                or ``config={"lr": 0.1}`` (a subset of the config).

        Raises:
            AssertionError: No run was started so.
            ValueError: There is no such attribute, or no such run.
        """
        runs = self._selected(run)
        allowed = ("id", "name", "project", "entity", "group", "job_type", "notes", "tags", "mode", "resumed", "config")
        unknown = sorted(expected.keys() - set(allowed))
        if unknown:
            raise ValueError(f"assert_init() knows no {unknown[0]!r}; it takes {', '.join(allowed)}")
        if not runs:
            raise AssertionError("wandb.init() was not called inside the patch, or it raised: no run was recorded.")
        seen = [{name: getattr(candidate, name) for name in expected} for candidate in runs]
        if any(_started_so(candidate, expected) for candidate in seen):
            return
        nearest = max(seen, key=lambda candidate: _agreement(candidate, expected))
        raise AssertionError(
            _join(
                f"No run was started with {_text(expected)}.",
                "The nearest one differs (- expected, + recorded):",
                _difference(expected, nearest),
                _listing(seen, "runs") if len(seen) > 1 else "",
            )
        )

    def assert_logged(
        self, expected: Mapping[str, Any], *, step: int | None = None, run: str | RecordedRun | None = None
    ) -> None:
        """Check that one committed row has these values (and perhaps others).

        Args:
            expected: Keys and values; a dotted key reaches into nested dicts. `mock.ANY`,
                ``pytest.approx`` and numpy values compare as they do themselves.
            step: The step of the row.
            run: The run's id or name; by default any run will do.

        Raises:
            AssertionError: There is no such row.
            ValueError: Nothing is expected, or there is no such run.
        """
        if not isinstance(expected, Mapping):
            raise TypeError(f"assert_logged() takes a dict of keys and values, not {type(expected).__name__}")
        if not expected:
            raise ValueError("assert_logged({}) could not fail: name at least one key")
        wanted = dict(expected) if step is None else {**expected, "_step": step}
        runs = self._selected(run)
        rows = [row for candidate in runs for row in candidate.history()]
        if any(_contains(row, wanted) for row in rows):
            return
        self._fail_logged(runs, rows, expected, wanted, step)

    def _fail_logged(
        self,
        runs: Sequence[RecordedRun],
        rows: Sequence[Mapping[str, Any]],
        expected: Mapping[str, Any],
        wanted: Mapping[str, Any],
        step: int | None,
    ) -> NoReturn:
        at = "" if step is None else f" at step {step}"
        nearest = max(rows, key=lambda row: _agreement(row, wanted), default=None)
        raise AssertionError(
            _join(
                f"{_text(dict(expected))} was not logged{at}.",
                "" if nearest is None else "The nearest row differs (- expected, + recorded):",
                "" if nearest is None else _difference(wanted, nearest),
                *_likely_mistakes(runs, rows, expected, step),
                _listing(rows, "rows"),
            )
        )

    def assert_not_logged(self, key: str, *, run: str | RecordedRun | None = None) -> None:
        """Check that no row has `key`, be it committed, pending or dropped.

        Args:
            key: A key; a dotted one reaches into nested dicts.
            run: The run's id or name; by default all runs.

        Raises:
            AssertionError: It was logged.
        """
        if not isinstance(key, str):
            raise TypeError(f"assert_not_logged() takes a key, not {type(key).__name__}")
        for candidate in self._selected(run):
            pending = [] if candidate.pending is None else [candidate.pending]
            for row in (*candidate.history(), *pending, *(dropped.row for dropped in candidate.dropped)):
                if any(True for _ in values_at(row, key)):
                    raise AssertionError(f"{key!r} was logged: {_text(row)}")

    def assert_config(
        self, expected: Mapping[str, Any] | None = None, *, run: str | RecordedRun | None = None, **more: Any
    ) -> None:
        """Check values of the config.

        Args:
            expected: Keys and values; others may be there.
            run: The run's id or name; by default the latest run.
            more: Keys and values as keywords.

        Raises:
            AssertionError: A value differs or is missing.
            ValueError: Nothing is expected.
        """
        self._check("config", {**(expected or {}), **more}, run)

    def assert_summary(
        self, expected: Mapping[str, Any] | None = None, *, run: str | RecordedRun | None = None, **more: Any
    ) -> None:
        """Check values of the summary; arguments as for `assert_config`."""
        self._check("summary", {**(expected or {}), **more}, run)

    def _check(self, what: str, expected: dict[str, Any], run: str | RecordedRun | None) -> None:
        if not expected:
            raise ValueError(f"assert_{what}() could not fail: name at least one key")
        runs = self._selected(run)
        if not runs:
            raise AssertionError(f"There is no {what}: no run was recorded. Was wandb.init() called inside the patch?")
        recorded = getattr(runs[-1], what)
        if not _contains(recorded, expected):
            raise AssertionError(
                _join(
                    f"The {what} of {runs[-1].project}/{runs[-1].id} differs (- expected, + recorded):",
                    _difference(expected, recorded),
                    f"All of it: {_text(recorded)}",
                )
            )

    def assert_finished(self, exit_code: int = 0, *, run: str | RecordedRun | None = None) -> None:
        """Check that the runs were finished.

        Args:
            exit_code: The exit code they finished with.
            run: The run's id or name; by default all runs.

        Raises:
            AssertionError: A run goes on, or finished with another code, or there is none.
        """
        runs = self._selected(run)
        if not runs:
            raise AssertionError("No run was recorded: wandb.init() was not called inside the patch, or it raised.")
        for candidate in runs:
            if candidate.mode == "disabled":
                continue
            where = f"{candidate.project}/{candidate.id}"
            if candidate.exit_code is None:
                raise AssertionError(
                    f"Run {where} is not finished (state {candidate.state!r}). Call run.finish() or wandb.finish(),"
                    " or use `with wandb.init() as run:`."
                )
            if candidate.exit_code != exit_code:
                raise AssertionError(f"Run {where} finished with exit code {candidate.exit_code}, not {exit_code}.")

    def assert_no_runs(self) -> None:
        """Check that no run was started (disabled ones do not count)."""
        runs = [run for run in self.runs if run.mode != "disabled"]
        if runs:
            raise AssertionError(_join("No run was expected.", _listing(runs, "runs")))

    def assert_artifact_logged(
        self, name: str, *, type: str | None = None, aliases: Iterable[str] | None = None
    ) -> None:
        """Check that a run logged an artifact.

        Args:
            name: Its name, without a version.
            type: Its type.
            aliases: Aliases that it was logged with; others may be there.

        Raises:
            AssertionError: It was not logged so.
        """
        seen: list[dict[str, Any]] = []
        for run in self.runs:
            for entry in run._state.artifacts:
                artifact = entry["artifact"]
                found = {"name": artifact.name.partition(":")[0], "type": artifact.type, "aliases": entry["aliases"]}
                seen.append(found)
                if (
                    found["name"] == name
                    and type in (None, found["type"])
                    and set(aliases or ()) <= set(entry["aliases"])
                ):
                    return
        asked = {key: value for key, value in (("name", name), ("type", type), ("aliases", aliases)) if value}
        raise AssertionError(_join(f"No artifact was logged as {_text(asked)}.", _listing(seen, "artifacts")))


def _started_so(seen: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
    for name, item in expected.items():
        if name == "config" and isinstance(item, Mapping):
            if not _contains(seen[name], item):
                return False
        elif name == "tags" and isinstance(item, (list, tuple, set, frozenset)):
            if set(seen[name]) != set(item) or len(seen[name]) != len(list(item)):
                return False
        elif not _same(seen[name], item):
            return False
    return True


def _likely_mistakes(
    runs: Sequence[RecordedRun], rows: Sequence[Mapping[str, Any]], expected: Mapping[str, Any], step: int | None
) -> list[str]:
    """Say what often is the reason that a row is not there."""
    hints = []
    if not runs:
        hints.append("No run was recorded: was wandb.init() called inside the patch?")
    if step is not None:
        steps = [row["_step"] for row in rows if _contains(row, expected) and "_step" in row]
        if steps:
            hints.append(f"It was logged at step {', '.join(map(str, steps[:5]))}, not {step}.")
    for run in runs:
        pending = run.pending
        if pending is not None and _contains(pending, expected):
            hints.append(
                f"It is in the row at step {pending.get('_step')} that is still pending: no commit, no later step and"
                " no finish came after it (run.pending)."
            )
        for dropped in run.dropped:
            if _contains(dropped.row, expected):
                hints.append(
                    f"The client dropped it: it was logged at step {dropped.step} after step {dropped.current_step}"
                    " (run.dropped)."
                )
    return hints
