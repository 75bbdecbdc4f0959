"""The client's own count of steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wandb_testkit.tape import ABSENT, ENCODED, ROW

if TYPE_CHECKING:
    from wandb_testkit.client.parts import Part


class LocalStep:
    """The step that the client itself counts, for the names of media files.

    It differs from wandb-core's: it ignores which rows were dropped.
    """

    def __init__(self, client: Part) -> None:
        self._client = client
        self._position = 0
        self._step: int | None = None

    def value(self) -> int:
        tape, key = self._client.tape, self._client.key
        if self._step is None:
            self._step = self._client.state.starting_step
        for index, _, _, step, commit in tape.records(self._position):
            source = tape.sources[index]
            self._position += 1
            if source.run != key or source.kind not in (ROW, ENCODED):
                continue
            step = None if step is ABSENT else step
            commit = None if commit is ABSENT else commit
            if step is not None and step > self._step:
                self._step = step
            if (step is None and commit is None) or commit:
                self._step += 1
        return self._step
