"""Autospecced mocks that write every call into one ordered list.

A stock autospecced mock costs about 10 µs a call and remembers its arguments by
reference.  The mocks here are `unittest.mock.MagicMock`s too, but

* one class is made for an entry point, once; an instance costs well under a microsecond;
* a generated function with the entry point's own parameters checks the signature, so
  that a wrong call fails in CPython with the very message of the real function;
* a call is one append to the `Tape`; ``call_args_list`` and its relatives are made
  when somebody reads them.

Nothing in this module knows wandb.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from time import time
from typing import Any
from unittest import mock

from wandb_testkit.compiled import free_keywords, log_call, signature_checker
from wandb_testkit.tape import ABSENT, CALL, ENCODED, ROW, Tape, safe_snapshot


def named_call(name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """Return ``mock.call.<name>(*args, **kwargs)``."""
    target: Any = mock.call
    for part in name.split("."):
        target = getattr(target, part) if not part.startswith("__") else _dunder(target, part)
    return target(*args, **kwargs)


def _dunder(parent: Any, name: str) -> Any:
    # `mock.call.x.__setitem__` finds the tuple's own attribute lookup in the way.
    return mock._Call(name=f"{parent._mock_name}.{name}", parent=parent)


# Quicker than `object.__setattr__`, which goes through all ancestors of the class first.
set_fields = next(vars(cls)["__dict__"].__set__ for cls in mock.MagicMock.__mro__ if "__dict__" in vars(cls))


class EntryMock(mock.MagicMock):
    """A mock of one entry point; see `make_entry_class`."""

    _name: str
    _checker: Callable[..., dict[str, Any]]
    # The parameters, where all of them may be given by keyword and none has to be given.
    _keywords: frozenset[str] | None
    _is_method: bool

    # What an instance holds, see `EntryMock.make`.
    _entry: EntryMock
    _target: Any
    _tape: Tape
    _call_source: int | None
    _since: int

    @classmethod
    def make(
        cls,
        tape: Tape,
        target: Any,
        *,
        entry: EntryMock | None = None,
        run: int | None = None,
        into: EntryMock | None = None,
    ) -> EntryMock:
        """Return a new mock, without the cost of `MagicMock()`.

        Args:
            tape: Where the calls go.
            target: What does what the client does: ``refusal(name)`` returns the error
                for a call that is refused before its arguments are looked at, or None;
                ``act(name, arguments)`` does the rest; ``checks_signatures`` False sends
                the arguments unbound to ``act_unchecked(name, args, kwargs)``;
                ``may_log_fast`` says whether `log` may append plain rows right away;
                ``plain_row(row)`` copies a row of values that need no more than that, or
                returns None.
            entry: The recorder's mock of the whole entry point, when this one belongs
                to a single run.
            run: The run's key.
            into: An object of the class that becomes the mock; a new one by default.
        """
        self = object.__new__(cls) if into is None else into
        fields = cls._template.copy()
        fields["_mock_children"] = {}
        fields["_bound"] = []
        fields["_tape"] = tape
        fields["_append"] = tape.append
        fields["_target"] = target
        fields["_entry"] = entry if entry is not None else self
        fields["_run"] = run
        set_fields(self, fields)
        if entry is not None:
            entry.__dict__["_bound"].append(self)
        return self

    _template: dict[str, Any]

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        return self._invoke(args, kwargs)

    def _invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Do what a call does: check the signature, record, and act (or refuse)."""
        target = self.__dict__["_target"]
        refusal = target.refusal(self._name)
        arguments = self._bind(args, kwargs) if refusal is None and target.checks_signatures else None
        self._record(args, kwargs)
        replaced = self._replacement(args, kwargs)
        if replaced is not mock.DEFAULT:
            return replaced
        if refusal is not None:
            raise refusal
        if arguments is None:
            return target.act_unchecked(self._name, args, kwargs)
        return target.act(self._name, arguments)

    def _bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments by parameter name; CPython raises for a wrong call."""
        keywords = self._keywords
        if keywords is not None and not args and keywords.issuperset(kwargs):
            return dict(kwargs)
        given = self._checker(self, *args, **kwargs) if self._is_method else self._checker(*args, **kwargs)
        if self._is_method:
            del given["self"]
        return {key: value for key, value in given.items() if value is not ABSENT}

    def _record(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        fields = self.__dict__
        if self._is_attached():
            self._tell_parents(args, kwargs)
        if not fields["_target"].is_quiet:
            source = fields["_call_source"]
            if source is None:
                source = fields["_call_source"] = fields["_tape"].source(self._name, fields["_run"], CALL)
            args = safe_snapshot(args) if args else args
            fields["_append"]((source, time(), args, safe_snapshot(kwargs) if kwargs else {}, None))

    def _replacement(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Apply ``side_effect`` and ``return_value`` as mock does; DEFAULT: neither speaks."""
        entry = self.__dict__["_entry"]
        for configured in (self,) if entry is self else (self, entry):
            fields = configured.__dict__
            effect = fields["_mock_side_effect"]
            if effect is not None:
                if isinstance(effect, BaseException) or (
                    isinstance(effect, type) and issubclass(effect, BaseException)
                ):
                    raise effect
                if callable(effect):
                    result = effect(*args, **kwargs)
                else:
                    result = next(effect)
                    if isinstance(result, BaseException) or (
                        isinstance(result, type) and issubclass(result, BaseException)
                    ):
                        raise result
                if result is not mock.DEFAULT:
                    return result
            if fields["_mock_return_value"] is not mock.DEFAULT:
                return fields["_mock_return_value"]
        return mock.DEFAULT

    # ---- a mock that was attached to another one tells it of its calls, as all mocks do

    @property
    def _mock_new_parent(self) -> Any:
        return self.__dict__["_mock_new_parent"]

    @_mock_new_parent.setter
    def _mock_new_parent(self, value: Any) -> None:
        self.__dict__["_mock_new_parent"] = value
        self._settle()

    def _is_attached(self) -> bool:
        fields = self.__dict__
        return fields["_mock_new_parent"] is not None or fields["_entry"].__dict__["_mock_new_parent"] is not None

    def _tell_parents(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        entry = self.__dict__["_entry"]
        for mine in (self,) if entry is self else (self, entry):
            parent, name = mine.__dict__["_mock_new_parent"], mine.__dict__["_mock_new_name"]
            while parent is not None:
                call = mock._Call((name, safe_snapshot(args), safe_snapshot(kwargs)))
                parent.mock_calls.append(call)
                parent.method_calls.append(call)
                name = f"{parent._mock_new_name}.{name}" if parent._mock_new_name else name
                parent = parent._mock_new_parent

    # ---- configuration: an answer of the user's own takes the fast path away

    def _configured(self) -> bool:
        fields = self.__dict__
        return fields["_mock_side_effect"] is not None or fields["_mock_return_value"] is not mock.DEFAULT

    def _settle(self) -> None:
        """Recompute `_fast` of this mock and of those bound to runs."""
        fields = self.__dict__
        entry = fields["_entry"]
        allowed = fields["_run"] is not None and "_row" in fields and fields["_target"].may_log_fast
        fields["_fast"] = None
        if allowed and not self._configured() and not entry._configured() and not self._is_attached():
            plain = fields["_target"].plain_row
            fields["_fast"] = (fields["_append"], fields["_row"], fields["_tape"].plain_keys, fields["_encoded"], plain)
        for bound in fields["_bound"]:
            bound._settle()

    @property
    def side_effect(self) -> Any:
        return self.__dict__["_mock_side_effect"]

    @side_effect.setter
    def side_effect(self, value: Any) -> None:
        if value is not None and not callable(value) and not isinstance(value, BaseException):
            value = iter(value)
        self.__dict__["_mock_side_effect"] = value
        self._settle()

    @property
    def return_value(self) -> Any:
        fields = self.__dict__
        if fields["_mock_return_value"] is mock.DEFAULT:
            fields["_mock_return_value"] = mock.MagicMock(name=f"{self._name}()")
            self._settle()
        return fields["_mock_return_value"]

    @return_value.setter
    def return_value(self, value: Any) -> None:
        self.__dict__["_mock_return_value"] = value
        self._settle()

    # ---- reading: made from the tape when asked for

    def _own_calls(self) -> list[tuple[tuple[Any, ...], dict[str, Any]]]:
        fields = self.__dict__
        run, since, name = fields["_run"], fields["_since"], self._name
        everything = fields["_entry"] is self
        return [
            (args, kwargs)
            for source, position, args, kwargs in fields["_tape"].calls()
            if source.name == name and position >= since and (everything or source.run == run)
        ]

    @property
    def call_args_list(self) -> Any:  # type: ignore[override]
        calls = [mock._Call(safe_snapshot(call), two=True) for call in self._own_calls()]
        return mock._CallList(calls)

    @property
    def mock_calls(self) -> Any:  # type: ignore[override]
        return mock._CallList([mock._Call(("", *safe_snapshot(call))) for call in self._own_calls()])

    @property
    def call_args(self) -> Any:  # type: ignore[override]
        calls = self.call_args_list
        return calls[-1] if calls else None

    @property
    def call_count(self) -> int:  # type: ignore[override]
        return len(self._own_calls())

    @property
    def called(self) -> bool:  # type: ignore[override]
        return bool(self._own_calls())

    def reset_mock(self, visited: Any = None, *, return_value: bool = False, side_effect: bool = False) -> None:
        """Forget the calls made so far (the recorder keeps them)."""
        self.__dict__["_since"] = len(self.__dict__["_tape"])
        if return_value:
            self.__dict__["_mock_return_value"] = mock.DEFAULT
        if side_effect:
            self.__dict__["_mock_side_effect"] = None
        for bound in self.__dict__["_bound"]:
            bound.reset_mock(return_value=return_value, side_effect=side_effect)
        self._settle()

    def __copy__(self) -> EntryMock:
        # As a function, of which there is never a second one.
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> EntryMock:
        return self

    def __reduce__(self) -> Any:
        """Pickle the mock of a run's method as a bound method is pickled: by its object and its name."""
        owner = getattr(self.__dict__["_target"], "live", None)
        if owner is None:
            raise TypeError(f"cannot pickle the mock of {self._name!r}: it belongs to a patch, not to a run")
        return getattr, (owner, self._name)

    def __repr__(self) -> str:
        return f"<MagicMock spec='function' name={self._name!r} id='{id(self)}'>"


class LogMock(EntryMock):
    """The mock of ``log``: what it accepts is recorded as a row, not as a call."""

    @classmethod
    def make(
        cls,
        tape: Tape,
        target: Any,
        *,
        entry: EntryMock | None = None,
        run: int | None = None,
        into: EntryMock | None = None,
    ) -> EntryMock:
        self = super().make(tape, target, entry=entry, run=run, into=into)
        if run is not None:
            self.__dict__["_row"] = tape.source(cls._name, run, ROW)
            self.__dict__["_encoded"] = tape.source(cls._name, run, ENCODED)
            self._settle()
        return self

    def _invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        fields = self.__dict__
        target = fields["_target"]
        if not target.records_rows:
            return super()._invoke(args, kwargs)
        if fields["_fast"] is not None and fields["_tape"].learn_keys(args[0]):
            # With keys that are known now, the fast path may do.
            return self(*args, **kwargs)
        try:
            refusal = target.refusal(self._name)
            arguments = self._bind(args, kwargs) if refusal is None else {}
            # A `side_effect` that answers DEFAULT lets the row through, as `Recorder.fail` does.
            replaced = self._replacement(args, kwargs)
            if replaced is mock.DEFAULT:
                if refusal is not None:
                    raise refusal
                row, step, commit = target.accept_row(**arguments)
        except BaseException:
            self._record(args, kwargs)
            raise
        if replaced is not mock.DEFAULT:
            self._record(args, kwargs)
            return replaced
        if self._is_attached():
            self._tell_parents(args, kwargs)
        if "step" not in arguments:
            step = ABSENT
        if "commit" not in arguments:
            commit = ABSENT
        fields["_append"]((fields["_encoded"], time(), row, step, commit))
        target.row_accepted(kwargs.get("step"))
        return None


def make_entry_class(
    name: str,
    signature: inspect.Signature,
    *,
    owner: str | None = None,
    loose: bool = False,
    doc: str | None = None,
    module: str = "wandb",
    shown: str | None = None,
) -> type[EntryMock]:
    """Return the mock class of one entry point.

    Args:
        name: The entry point's name, such as "log".
        signature: Its bound signature: that of the installed client.
        owner: "Run" for the run's methods, None for functions of the module.
        loose: Whether a call may have any arguments: its target decides.
        doc: The real docstring, for ``help()``.
        module: What ``__module__`` says.
        shown: What the messages of refused calls call it, where that is another name.
    """

    def spec() -> None: ...

    spec.__name__ = name
    spec.__qualname__ = f"{owner}.{name}" if owner else name
    spec.__doc__ = doc
    spec.__module__ = module
    spec.__signature__ = signature  # type: ignore[attr-defined]
    template = dict(vars(mock.MagicMock(spec=spec, name=name)))
    for made_when_read in ("_mock_call_args", "_mock_call_args_list", "_mock_call_count", "_mock_called"):
        template.pop(made_when_read, None)
    template.pop("_mock_mock_calls", None)
    template["_spec_signature"] = signature
    template["__signature__"] = signature
    template["_call_source"] = None
    template["_since"] = 0
    template["_fast"] = None
    template["__name__"] = name
    template["__qualname__"] = spec.__qualname__
    template["__doc__"] = doc
    template["__module__"] = module
    base = LogMock if name == "log" and not loose else EntryMock
    members: dict[str, Any] = {
        "_name": name,
        "_is_method": owner is not None,
        "_checker": staticmethod(signature_checker(shown or name, signature, owner)),
        "_keywords": free_keywords(signature),
        "_template": template,
    }
    if base is LogMock:
        members["__call__"] = log_call(signature, owner)
    return type(f"EntryMock[{name}]", (base,), members)
