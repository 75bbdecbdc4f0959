"""`assert_*`: what was expected, the nearest thing recorded, the rest in bounds, the remedy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from wandb_testkit.asserting import HistoryAssertions
from wandb_testkit.comparing import contains, key_paths, nearest, same, values_at
from wandb_testkit.reasons import NO_RUN, disabled, likely_mistakes, name_of, pending
from wandb_testkit.wording import brief, did_you_mean, difference, join, listing

if TYPE_CHECKING:
    from wandb_testkit.recorder import RecordedRun

# unittest shows no frames of modules that say this.
__unittest = True

_ATTRIBUTES = ("id", "name", "project", "entity", "group", "job_type", "notes", "tags", "mode", "resumed", "config")


class Assertions(HistoryAssertions):
    """The assertion helpers of `Recorder`.

    They raise `AssertionError`, and `ValueError` for a question that cannot fail, such as
    ``assert_logged({})``.
    """

    runs: list[RecordedRun]

    def _selected(self, run: Any) -> list[RecordedRun]:
        """Return the runs that an assertion speaks of: all, or the one named."""
        __tracebackhide__ = True
        if run is None:
            return self.runs
        client = getattr(run, "_client", None)
        if client is not None:
            found = [candidate for candidate in self.runs if candidate._client is client]
        else:
            run_id = run if isinstance(run, str) else getattr(run, "id", None)
            if not isinstance(run_id, str):
                raise TypeError(f"run= takes a run, its id or its name, not {brief(run, 80)}")
            found = [candidate for candidate in self.runs if run_id in (candidate.id, candidate.name)]
        if not found:
            asked = run if isinstance(run, str) else run.id
            known = [f"{candidate.id} ({candidate.name})" for candidate in self.runs[:20]]
            raise ValueError(f"no run has the id or name {asked!r}; recorded: {', '.join(known) or 'none'}")
        return found

    def assert_init(self, run: str | RecordedRun | None = None, **expected: Any) -> None:
        """Check that a run was started, and that it has these attributes.

        Args:
            run: The run's id or name; by default any run will do.
            expected: Attributes of `RecordedRun` such as ``project="mnist"``, ``tags=["ci"]`` (in any order)
                or ``config={"lr": 0.1}`` (a subset of the config), as they are now.

        Raises:
            AssertionError: No run was started so.
            ValueError: There is no such attribute, or no such run.
        """
        __tracebackhide__ = True
        unknown = sorted(expected.keys() - set(_ATTRIBUTES))
        if unknown:
            raise ValueError(
                f"assert_init() knows no {unknown[0]!r}{did_you_mean(unknown[0], _ATTRIBUTES) or '.'} It takes"
                f" {', '.join(_ATTRIBUTES)}; for other arguments of init there is"
                " recorder.mocks.init.assert_called_once_with(...)."
            )
        if isinstance(expected.get("config"), Mapping) and not expected["config"]:
            raise ValueError("assert_init(config={}) could not fail: compare recorder.run.config with {} instead")
        runs = self._selected(run)
        if not runs:
            raise AssertionError(NO_RUN)
        seen = [{name: getattr(candidate, name) for name in expected} for candidate in runs]
        if any(_started_so(candidate, expected) for candidate in seen):
            return
        best = seen[nearest(seen, expected) or 0]
        raise AssertionError(
            join(
                f"No run was started with {brief(expected)}.",
                "The nearest one differs (- expected, + recorded):",
                _difference_of_start(expected, best),
                listing(seen, "runs") if len(seen) > 1 else "",
            )
        )

    def assert_logged(
        self, expected: Mapping[str, Any], *, step: int | None = None, run: str | RecordedRun | None = None
    ) -> None:
        """Check that one committed row has these values (and perhaps others).

        Args:
            expected: Keys and values; a dotted key reaches into nested dicts, and a nested dict is compared
                whole. `mock.ANY`, ``pytest.approx`` and numpy values compare as they do themselves.
            step: The step of the row.
            run: The run's id or name; by default any run will do.

        Raises:
            AssertionError: There is no such row.
            ValueError: Nothing is expected, or there is no such run.
        """
        __tracebackhide__ = True
        if not isinstance(expected, Mapping):
            raise TypeError(f"assert_logged() takes a dict of keys and values, not {type(expected).__name__}")
        if not expected:
            raise ValueError("assert_logged({}) could not fail: name at least one key")
        wanted = dict(expected) if step is None else {**expected, "_step": step}
        rows = [(candidate, row) for candidate in self._selected(run) for row in candidate.history()]
        if not any(contains(row, wanted) for _, row in rows):
            self._fail_logged(run, rows, expected, step)

    def _fail_logged(
        self, run: Any, rows: Sequence[tuple[RecordedRun, dict[str, Any]]], expected: Mapping[str, Any], step: Any
    ) -> NoReturn:
        __tracebackhide__ = True
        runs = self._selected(run)
        others = [other for other in self.runs if other not in runs]
        wanted = dict(expected) if step is None else {**expected, "_step": step}
        plain = [row for _, row in rows]
        # Best is the row of that step, if it has any of the keys.
        best = nearest([row if contains(row, {"_step": step}) else {} for row in plain], expected)
        best = nearest(plain, expected) if best is None else best
        known = key_paths(plain)
        parts = [f"{brief(dict(expected))} was not logged{'' if step is None else f' at step {step!r}'}."]
        if best is not None:
            of = f" of run {name_of(rows[best][0])}" if len(runs) > 1 else ""
            parts += [
                f"The nearest row{of}, at step {plain[best].get('_step')}, differs (- expected, + recorded):",
                difference(wanted, plain[best], known),
            ]
        elif plain:
            parts += [f"No row has {key!r}{did_you_mean(key, known) or '.'}" for key in list(expected)[:8]]
        parts += likely_mistakes(runs, others, plain, expected, step)
        shown = [f"{name_of(owner)}: {brief(row, 160)}" if len(runs) > 1 else row for owner, row in rows]
        raise AssertionError(join(*parts, listing(shown, "rows", best)))

    def assert_not_logged(self, key: str, *, run: str | RecordedRun | None = None) -> None:
        """Check that no row has `key`, be it committed, pending or dropped.

        Args:
            key: A key; a dotted one reaches into nested dicts.
            run: The run's id or name; by default all runs.

        Raises:
            AssertionError: It was logged.
            ValueError: The key is empty, or there is no such run.
        """
        __tracebackhide__ = True
        if not isinstance(key, str):
            raise TypeError(f"assert_not_logged() takes a key, not {type(key).__name__}")
        if not key:
            raise ValueError("assert_not_logged('') could not fail: name a key")
        for candidate in self._selected(run):
            found = [(where, row) for where, row in _all_rows(candidate) if any(True for _ in values_at(row, key))]
            if found:
                more = f" (and {len(found) - 1} more times)" if len(found) > 1 else ""
                raise AssertionError(
                    f"{key!r} was logged by run {name_of(candidate)}, {found[0][0]}{more}: {brief(found[0][1])}"
                )

    def assert_config(
        self, expected: Mapping[str, Any] | None = None, *, run: str | RecordedRun | None = None, **more: Any
    ) -> None:
        """Check values of the config.

        Args:
            expected: Keys and values; others may be there. A dotted key reaches into nested dicts.
            run: The run's id or name; by default the latest run.
            more: Keys and values as keywords.

        Raises:
            AssertionError: A value differs or is missing.
            ValueError: Nothing is expected, or there is no such run.
        """
        __tracebackhide__ = True
        self._check("config", expected, more, run)

    def assert_summary(
        self, expected: Mapping[str, Any] | None = None, *, run: str | RecordedRun | None = None, **more: Any
    ) -> None:
        """Check values of the summary; arguments as for `assert_config`."""
        __tracebackhide__ = True
        self._check("summary", expected, more, run)

    def _check(self, what: str, expected: Mapping[str, Any] | None, more: dict[str, Any], run: Any) -> None:
        __tracebackhide__ = True
        if not isinstance(expected, Mapping | None):
            raise TypeError(f"assert_{what}() takes a dict of keys and values, not {type(expected).__name__}")
        wanted = {**(expected or {}), **more}
        if not wanted:
            raise ValueError(f"assert_{what}() could not fail: name at least one key")
        runs = self._selected(run)
        if not runs:
            raise AssertionError(f"There is no {what}. {NO_RUN}")
        chosen = runs[-1]
        recorded = getattr(chosen, what)
        if contains(recorded, wanted):
            return
        hints = [disabled(chosen)] if chosen.mode == "disabled" else []
        if what == "summary" and chosen.pending is not None and any(key in chosen.pending for key in wanted):
            hints.append(pending(chosen))
        others = [name_of(other) for other in self.runs if other != chosen and contains(getattr(other, what), wanted)]
        if others:
            hints.append(f"That is the {what} of run {', '.join(others[:5])}: name it with run=.")
        raise AssertionError(
            join(
                f"The {what} of run {name_of(chosen)} differs (- expected, + recorded):",
                difference(wanted, recorded, key_paths([recorded])),
                *hints,
                f"All of it: {brief(recorded, 1000)}",
            )
        )

    def assert_finished(self, exit_code: int = 0, *, run: str | RecordedRun | None = None) -> None:
        """Check that the runs were finished; disabled ones, which send nothing, do not count.

        Args:
            exit_code: The exit code they finished with.
            run: The run's id or name; by default all runs.

        Raises:
            AssertionError: A run goes on, or finished with another code, or there is none that counts.
            ValueError: There is no such run.
        """
        __tracebackhide__ = True
        runs = self._selected(run)
        if not runs:
            raise AssertionError(NO_RUN)
        counting = [candidate for candidate in runs if candidate.mode != "disabled"]
        if not counting:
            raise AssertionError(disabled(runs[-1]))
        for candidate in counting:
            if candidate.exit_code is None:
                raise AssertionError(
                    f"Run {name_of(candidate)} is not finished (state {candidate.state!r}). Call run.finish() or"
                    " wandb.finish(), or use `with wandb.init() as run:`."
                )
            if candidate.exit_code != exit_code:
                raise AssertionError(
                    f"Run {name_of(candidate)} finished with exit code {candidate.exit_code}, not {exit_code}."
                )

    def assert_no_runs(self) -> None:
        """Check that no run was started (disabled ones do not count)."""
        __tracebackhide__ = True
        runs = [run for run in self.runs if run.mode != "disabled"]
        if runs:
            raise AssertionError(join("No run was expected.", listing(list(map(repr, runs)), "runs")))

    def assert_table(
        self,
        key: str,
        *,
        columns: Sequence[Any] | None = None,
        rows: Sequence[Sequence[Any]] | None = None,
        step: int | None = None,
        run: str | RecordedRun | None = None,
    ) -> None:
        """Check that a table (or data frame) was logged, and what it held then.

        What the program did to the table later does not matter. One with ``log_mode="INCREMENTAL"`` is compared with
        all rows that it had by then. The table of a chart is logged under the chart's key with ``_table`` at its end.

        Args:
            key: The key; a dotted one reaches into nested dicts.
            columns: All columns, in order.
            rows: All rows, in order. Cells compare as in `assert_logged`; media are the objects that were in the table.
            step: The step of the row that it was logged in; by default any, or the summary.
            run: The run's id or name; by default any run will do.

        Raises:
            AssertionError: There is no such table.
            ValueError: There is no such run.
        """
        __tracebackhide__ = True
        from wandb_testkit import tables

        tables.check(self._selected(run), key, columns, rows, step)

    def assert_artifact_logged(
        self,
        name: str | None = None,
        *,
        type: str | None = None,
        aliases: Iterable[str] | None = None,
        tags: Iterable[str] | None = None,
        files: Iterable[str] | Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        run: str | RecordedRun | None = None,
    ) -> None:
        """Check that a run logged an artifact.

        Args:
            name: Its name, without a version.
            type: Its type.
            aliases: Aliases that it was logged with; others may be there.
            tags: Tags that it was logged with; others may be there.
            files: Paths in it; others may be there. A dict gives contents too, text or bytes; None for any.
            metadata: Keys and values of its metadata; others may be there. A dotted key reaches into nested dicts.
            run: The run's id or name; by default any run will do.

        Raises:
            AssertionError: It was not logged so.
            ValueError: Nothing is expected, or there is no such run.
        """
        __tracebackhide__ = True
        from wandb_testkit import logged

        given = {"name": name, "type": type, "aliases": aliases, "tags": tags, "files": files, "metadata": metadata}
        wanted = logged.expectation(given)
        runs = self._selected(run)
        entries = [entry for candidate in runs for entry in candidate._state.artifacts]
        seen = [logged.facts(entry, wanted) for entry in entries]
        unmet = [logged.unmet(found, wanted) for found in seen]
        if not all(unmet):
            return
        best = nearest(seen, wanted)
        raise AssertionError(
            join(
                f"No artifact was logged as {brief(wanted)}.",
                "" if best is None else "The nearest one differs (- expected, + recorded):",
                "" if best is None else logged.difference_of(unmet[best], seen[best]),
                "" if runs else NO_RUN,
                listing(seen, "artifacts", best),
            )
        )


# ---- runs and artifacts


def _started_so(seen: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
    return all(_attribute_agrees(name, seen[name], item) for name, item in expected.items())


def _attribute_agrees(name: str, recorded: Any, expected: Any) -> bool:
    if name == "config" and isinstance(expected, Mapping):
        return contains(recorded, expected)
    if name == "tags" and isinstance(expected, (list, tuple, set, frozenset)):
        return set(recorded) == set(expected) and len(recorded) == len(expected)
    return same(recorded, expected)


def _difference_of_start(expected: Mapping[str, Any], seen: Mapping[str, Any]) -> str:
    """Return in which attributes a run differs, and in which items of its config."""
    unmet = {name: item for name, item in expected.items() if not _attribute_agrees(name, seen[name], item)}
    config = unmet.pop("config", None)
    if not isinstance(config, Mapping):
        return difference(unmet if config is None else {**unmet, "config": config}, seen)
    of_config = difference(config, seen["config"], key_paths([seen["config"]]), of="config.")
    return join(difference(unmet, seen), of_config)


def _all_rows(run: RecordedRun) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for row in run.history():
        yield f"at step {row.get('_step')}", row
    if run.pending is not None:
        yield "in the row that is pending", run.pending
    for dropped in run.dropped:
        yield f"in a row that the client dropped (step {dropped.step})", dropped.row
