"""``wandb.errors.term``: what wandb prints, colourless, to stderr.

The prefixes and the meaning of ``repeat`` are those of wandb 0.31.0; colours are left out, as wandb itself leaves
them out where stderr is no terminal.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from wandb_testkit.standin.errors import NotATerminalError
from wandb_testkit.standin.place import at

LOG_STRING = "wandb"
ERROR_STRING = "ERROR"
WARN_STRING = "WARNING"

#: How many different texts wandb remembers for ``repeat=False``.
_MEMORY = 1000

_printed_messages: set[str] = set()


class _Shown:
    """What ``termsetup`` last allowed to be shown, and where the rest goes."""

    silent: bool = False
    info: bool = True
    warnings: bool = True
    errors: bool = True
    logger: Any = None


@at("wandb.errors.term")
def termsetup(settings: Any, logger: Any) -> None:
    """Choose what is shown.

    Args:
        settings: an object with ``silent``, ``show_info``, ``show_warnings`` and ``show_errors``.
        logger: takes what is not shown; None to drop it.
    """
    _Shown.silent = settings.silent
    _Shown.info = settings.show_info
    _Shown.warnings = settings.show_warnings
    _Shown.errors = settings.show_errors
    _Shown.logger = logger


@at("wandb.errors.term")
def termlog(string: str = "", newline: bool = True, repeat: bool = True, prefix: bool = True) -> None:
    """Print for information.

    Args:
        string: the text, of one or more lines.
        newline: end it with a newline.
        repeat: False to print a text that was printed before no more.
        prefix: put ``wandb: `` before each line.
    """
    _print(string, newline, repeat, prefix, _Shown.info, "info")


@at("wandb.errors.term")
def termwarn(string: str, newline: bool = True, repeat: bool = True, prefix: bool = True) -> None:
    """Print a warning.

    Args:
        string: the text, of one or more lines.
        newline: end it with a newline.
        repeat: False to print a text that was printed before no more.
        prefix: put ``wandb: `` before each line.
    """
    _print(_each_line(WARN_STRING + " ", string), newline, repeat, prefix, _Shown.warnings, "warning")


@at("wandb.errors.term")
def termerror(string: str, newline: bool = True, repeat: bool = True, prefix: bool = True) -> None:
    """Print an error.

    Args:
        string: the text, of one or more lines.
        newline: end it with a newline.
        repeat: False to print a text that was printed before no more.
        prefix: put ``wandb: `` before each line.
    """
    _print(_each_line(ERROR_STRING + " ", string), newline, repeat, prefix, _Shown.errors, "error")


@at("wandb.errors.term")
def can_use_terminput() -> bool:
    """Whether a question could be asked.

    Returns:
        Always False: a test has nobody to answer it.
    """
    return False


@at("wandb.errors.term")
def terminput(prompt: str, *, timeout: float | None = None, hide: bool = False) -> str:
    """Ask the user.

    Args:
        prompt: the question.
        timeout: seconds to wait.
        hide: do not show what is typed.

    Raises:
        NotATerminalError: always, as wandb does where no terminal is attached.
    """
    raise NotATerminalError


@at("wandb.errors.term")
def confirm(prompt: str) -> bool:
    """Ask the user a question of yes or no.

    Args:
        prompt: the question.

    Raises:
        NotATerminalError: always, as wandb does where no terminal is attached.
    """
    return terminput(f"{prompt} [y/n] ") in ("y", "yes")


@contextmanager
def dynamic_text() -> Generator[None, None, None]:
    """An area of text that changes.

    Yields:
        None, as wandb does where stderr is no terminal.
    """
    yield None


at("wandb.errors.term")(dynamic_text)


def _each_line(prefix: str, text: str) -> str:
    """The text with a prefix on every line."""
    return "\n".join(prefix + line for line in text.split("\n"))


def _print(text: str, newline: bool, repeat: bool, prefix: bool, shown: bool, level: str) -> None:
    """Print, or hand to the logger, or do nothing because the same was printed before."""
    if not repeat:
        if text in _printed_messages:
            return
        if len(_printed_messages) < _MEMORY:
            _printed_messages.add(text)
    if prefix:
        text = _each_line(LOG_STRING + ": ", text)
    if shown and not _Shown.silent:
        sys.stderr.write(text + ("\n" if newline else ""))
        sys.stderr.flush()
    elif _Shown.logger is not None:
        getattr(_Shown.logger, level)(text)
