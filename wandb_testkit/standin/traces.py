"""``WBTraceTree`` and ``Trace``: what a chain of language models did, as a tree of spans.

What is written for them, and what they refuse, is as in wandb 0.31.0.

Its ``assert`` statements are the client's: they fail in the client's words (PYTEST_DONT_REWRITE).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from enum import Enum
from typing import Any, ClassVar

from wandb_testkit.standin import dtypes
from wandb_testkit.standin.base import Media
from wandb_testkit.standin.place import at, wandb
from wandb_testkit.standin.tablejson import cell_to_json

_MODULE = "wandb.sdk.data_types.trace_tree"


@at(_MODULE)
class StatusCode(str, Enum):
    """Whether a span went well."""

    SUCCESS = "SUCCESS"
    ERROR = "ERROR"

    def __str__(self) -> str:
        return str(self.value)


@at(_MODULE)
class SpanKind(str, Enum):
    """What a span is a span of."""

    LLM = "LLM"
    CHAIN = "CHAIN"
    AGENT = "AGENT"
    TOOL = "TOOL"

    def __str__(self) -> str:
        return str(self.value)


@at(_MODULE)
@dataclasses.dataclass
class Result:
    """What went into a span and what came out."""

    inputs: dict[str, Any] | None = None
    outputs: dict[str, Any] | None = None


@at(_MODULE)
@dataclasses.dataclass
class Span:
    """A step, with the steps in it; times are in milliseconds since the epoch."""

    span_id: str | None = None
    name: str | None = None
    start_time_ms: int | None = None
    end_time_ms: int | None = None
    status_code: Any = None
    status_message: str | None = None
    attributes: dict[str, Any] | None = None
    results: list[Result] | None = None
    child_spans: list[Any] | None = None
    span_kind: Any = None

    def add_attribute(self, key: str, value: Any) -> None:
        """Say something about the step."""
        self.attributes = {} if self.attributes is None else self.attributes
        self.attributes[key] = value

    def add_named_result(self, inputs: Any, outputs: Any) -> None:
        """Add what went in and what came out."""
        self.results = [] if self.results is None else self.results
        self.results.append(Result(inputs, outputs))

    def add_child_span(self, span: Span) -> None:
        """Add a step in the step."""
        self.child_spans = [] if self.child_spans is None else self.child_spans
        self.child_spans.append(span)


@at(_MODULE)
class WBTraceTree(Media):
    """A tree of spans, as it is logged.

    Args:
        root_span: the outermost step.
        model_dict: anything about the model.
    """

    _log_type = "wb_trace_tree"

    def __init__(self, root_span: Span, model_dict: dict[str, Any] | None = None) -> None:
        super().__init__()
        self._root_span = root_span
        self._model_dict = model_dict

    @classmethod
    def get_media_subdir(cls) -> str:
        """The folder in a run for this type's files."""
        return "media/wb_trace_tree"

    def to_json(self, run: Any) -> dict[str, Any]:
        """The tree as JSON: texts of JSON, for they may hold anything."""
        found = {"_type": self._log_type}
        if self._model_dict is not None:
            text = _as_text(self._model_dict)
            found["model_hash"] = hashlib.md5(text.encode("utf-8")).hexdigest()[:16]
            found["model_dict_dumps"] = text
        found["root_span_dumps"] = _as_text(dataclasses.asdict(self._root_span))
        return found

    def is_bound(self) -> bool:
        """It has no file to be put into a run's folder."""
        return True


def _as_text(value: Any) -> str:
    """JSON of anything: what cannot be written is named by its type."""
    try:
        return json.dumps(cell_to_json(value, None), skipkeys=True, default=_named)
    except Exception:
        # As in wandb: nothing that is in a trace may break the program.
        return "{}"


def _named(value: Any) -> str:
    return f"<<non-serializable: {type(value).__qualname__}>>"


@at(_MODULE)
class _WBTraceTreeFileType(dtypes.Type):
    """Takes trees of spans."""

    name = "wb_trace_tree"
    types: ClassVar[list[type]] = [WBTraceTree]


dtypes.TypeRegistry.add(_WBTraceTreeFileType)


def _of_span(name: str) -> Any:
    """A property that is the span's own."""

    def get(self: Trace) -> Any:
        return getattr(self._span, name)

    def change(self: Trace, value: Any) -> None:
        setattr(self._span, name, value)

    return property(get, change)


@at(_MODULE)
class Trace:
    """A span with its own in it, as programs write it.

    Args:
        name: what it is called.
        kind: ``LLM``, ``CHAIN``, ``AGENT`` or ``TOOL``, in any case.
        status_code: ``SUCCESS`` or ``ERROR``, in any case.
        status_message: what is said of the status.
        metadata: anything about it.
        start_time_ms: when it began, in milliseconds.
        end_time_ms: when it ended.
        inputs: what went in.
        outputs: what came out.
        model_dict: anything about the model.

    Raises:
        AssertionError: another kind or status, or what should be a dict is none.
    """

    name = _of_span("name")
    status_code = _of_span("status_code")
    status_message = _of_span("status_message")
    start_time_ms = _of_span("start_time_ms")
    end_time_ms = _of_span("end_time_ms")

    def __init__(
        self,
        name: str,
        kind: str | None = None,
        status_code: str | None = None,
        status_message: str | None = None,
        metadata: dict[str, Any] | None = None,
        start_time_ms: int | None = None,
        end_time_ms: int | None = None,
        inputs: dict[str, Any] | None = None,
        outputs: dict[str, Any] | None = None,
        model_dict: dict[str, Any] | None = None,
    ) -> None:
        span = Span(
            name=name, status_message=status_message, start_time_ms=start_time_ms, end_time_ms=end_time_ms
        )
        if kind is not None:
            span.span_kind = _kind(kind)
        if status_code is not None:
            assert status_code.upper() in StatusCode.__members__, (
                "Invalid status code, can be one of 'SUCCESS' or 'ERROR'"
            )
            span.status_code = StatusCode(status_code.upper())
        for value, what in ((inputs, "Inputs"), (outputs, "Outputs"), (metadata, "Metadata")):
            assert value is None or isinstance(value, dict), f"{what} must be a dictionary"
        assert model_dict is None or isinstance(model_dict, dict), "Model dict must be a dictionary"
        span.attributes = metadata
        span.results = [Result(inputs=inputs, outputs=outputs)] if inputs or outputs else None
        self._span = span
        self._model_dict: dict[Any, Any] | None = model_dict

    def add_child(self, child: Trace) -> Trace:
        """Add a step in this one, and give this one back."""
        self._span.add_child_span(child._span)
        if self._model_dict is not None and child._model_dict is not None:
            self._model_dict.update({child._span.name: child._model_dict})
        return self

    def add_inputs_and_outputs(self, inputs: dict[str, Any], outputs: dict[str, Any]) -> Trace:
        """Add what went in and what came out, and give this one back."""
        self._span.add_named_result(inputs, outputs)
        return self

    def add_metadata(self, metadata: dict[str, Any]) -> Trace:
        """Say more about it, and give this one back."""
        self.metadata = metadata
        return self

    @property
    def metadata(self) -> dict[str, Any] | None:
        """What is said about it; what is assigned is added."""
        return self._span.attributes

    @metadata.setter
    def metadata(self, value: dict[str, Any]) -> None:
        if self._span.attributes is None:
            self._span.attributes = value
        else:
            self._span.attributes.update(value)

    def _last(self) -> Result | None:
        return self._span.results[-1] if self._span.results else None

    @property
    def inputs(self) -> dict[str, Any] | None:
        """What went in last; what is assigned is another result."""
        last = self._last()
        return None if last is None else last.inputs

    @inputs.setter
    def inputs(self, value: dict[str, Any]) -> None:
        self._span.add_named_result(value, {} if self._span.results is None else self._span.results[-1].outputs)

    @property
    def outputs(self) -> dict[str, Any] | None:
        """What came out last; what is assigned is another result."""
        last = self._last()
        return None if last is None else last.outputs

    @outputs.setter
    def outputs(self, value: dict[str, Any]) -> None:
        self._span.add_named_result({} if self._span.results is None else self._span.results[-1].inputs, value)

    @property
    def kind(self) -> str | None:
        """What it is a span of."""
        return self._span.span_kind.value if self._span.span_kind else None

    @kind.setter
    def kind(self, value: str) -> None:
        self._span.span_kind = _kind(value)

    def log(self, name: str) -> None:
        """Log it to ``wandb.run``.

        Args:
            name: the key.

        Raises:
            AssertionError: there is no run, or no key.
        """
        tree = WBTraceTree(self._span, self._model_dict)
        run = wandb("run")
        assert run is not None, "You must call wandb.init() before logging a trace"
        assert len(name.strip()) > 0, "You must provide a valid name to log the trace"
        run.log({name: tree})


def _kind(kind: str) -> SpanKind:
    assert kind.upper() in SpanKind.__members__, (
        "Invalid span kind, can be one of 'LLM', 'AGENT', 'CHAIN', 'TOOL'"
    )
    return SpanKind(kind.upper())
