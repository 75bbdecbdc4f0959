"""The settings of one run, resolved."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from wandb_testkit.rules.settings.model import Settings, settings_of
from wandb_testkit.rules.settings.table import POSITION

_MODES = {"run": "online", "dryrun": "offline"}
_NOT_SENT = ("max_end_of_run_history_metrics", "max_end_of_run_summary_metrics")


@dataclass(slots=True)
class RunSettings:
    """The settings of one run, resolved; the attributes are named as on ``wandb.Settings``.

    `mode` is one of "online", "offline", "disabled", "shared" (the old names "run" and "dryrun" are translated;
    `fields["mode"]` has the name as given). `fields` holds every field that somebody set or ``wandb.init`` decided.
    `deprecations` are the warnings that the client prints when it really starts a new run, not when it returns the
    active one or a disabled one.
    """

    run_id: str
    project: str
    entity: str | None
    mode: str
    root_dir: str
    run_name: str | None = None
    run_notes: str | None = None
    run_tags: tuple[str, ...] | None = None
    run_group: str | None = None
    run_job_type: str | None = None
    resume: str | None = None
    resume_from: tuple[str, str, int | float] | None = None
    fork_from: tuple[str, str, int | float] | None = None
    reinit: str | bool = "default"
    sweep_id: str | None = None
    resumed: bool = False
    fields: dict[str, Any] = field(default_factory=dict)
    deprecations: tuple[str, ...] = ()

    def check_sendable(self) -> None:
        """Refuse what the client cannot write; it notices when it really starts a new run, so call it then.

        Raises:
            UnicodeEncodeError: Text that is none in UTF-8.
            ValueError: An integer beyond 32 bits.
        """
        if self._is_simple():
            return
        # The run's folder: any time will do, but the error tells where in the name the character stands.
        kind = "offline-run" if self.mode == "offline" else "run"
        os.path.join(self.root_dir, "wandb", f"{kind}-00000000_000000-{self.run_id}").encode()
        for name in sorted(self.fields, key=POSITION.__getitem__):
            value = self.fields[name]
            for text in value if isinstance(value, tuple) else (value,):
                if isinstance(text, str):
                    text.encode()
            if type(value) is int and name not in _NOT_SENT and not -(2**31) <= value < 2**31:
                raise ValueError(f"Value out of range: {value}")

    def _is_simple(self) -> bool:
        """Whether there is only ASCII and no number, as in most runs: nothing then needs a closer look."""
        texts = [value for value in self.fields.values() if value is not None]
        texts += (self.root_dir, self.run_id)
        return set(map(type, texts)) == {str} and "".join(texts).isascii()

    def settings(self) -> Settings:
        """``run.settings``: a new settings object with these values."""
        return settings_of(self.fields)


_SHOWN = frozenset(RunSettings.__slots__) - {"run_id", "project", "entity", "mode", "root_dir", "fields"}


def run_settings_of(fields: dict[str, Any], deprecations: tuple[str, ...]) -> RunSettings:
    """The settings of a run from its fields, which then belong to it."""
    mode = fields.get("mode", "online")
    run = RunSettings(
        fields["run_id"], fields["project"], fields.get("entity"), _MODES.get(mode, mode), fields["root_dir"]
    )
    run.fields = fields
    run.deprecations = deprecations
    for name, value in fields.items():
        if name in _SHOWN:
            moment = value is not None and name in ("fork_from", "resume_from")
            setattr(run, name, (value.run, value.metric, value.value) if moment else value)
    return run


def nameless(run_id: str) -> RunSettings:
    """The settings of a disabled run as releases before 0.28.2 have them: nothing that was given counts.

    Args:
        run_id: A new id.
    """
    import tempfile  # slow to import

    names = {"run_id": run_id, "run_name": f"dummy-{run_id}", "project": "dummy", "entity": "dummy"}
    return run_settings_of({**names, "mode": "disabled", "root_dir": tempfile.gettempdir(), "run_tags": ()}, ())
