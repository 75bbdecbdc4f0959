"""Running a program as Python's own command line does, in this process."""

from __future__ import annotations

import atexit
import builtins
import importlib.util
import io
import os
import pkgutil
import sys
import threading
import traceback
from collections.abc import Sequence
from types import CodeType, ModuleType, TracebackType
from typing import Any

from wandb_testkit.exit_code import ExitWatch


class CannotRun(Exception):
    """There is no such program; `exit_code` is what Python's own command line would exit with."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class Program:
    """A program that is about to run as ``__main__``.

    Args:
        target: A path or, for a module, its dotted name.
        arguments: What the program finds in ``sys.argv`` behind its own name.
        is_module: Whether it is a module, as for ``python -m``.
    """

    def __init__(self, target: str, arguments: Sequence[str], *, is_module: bool) -> None:
        self.target = target
        self.arguments = list(arguments)
        self.is_module = is_module
        self._watch: ExitWatch | None = None

    @property
    def noted_code(self) -> int:
        """What the client takes for the exit code, while the program runs and afterwards."""
        return 0 if self._watch is None else self._watch.code

    def run(self) -> int:
        """Run it to the end of its last thread and return its exit code.

        A traceback is printed as Python prints it, through ``sys.excepthook``.

        Raises:
            CannotRun: There is no such program.
        """
        main = ModuleType("__main__")
        vars(main)["__builtins__"] = builtins
        code = self._prepare_module(main) if self.is_module else self._prepare_script(main)
        sys.modules["__main__"] = main
        self._watch = ExitWatch()
        try:
            exit_code = self._exec(code, main)
        finally:
            self._watch.end()
        _join_threads()
        return exit_code

    # ---- finding it

    def _prepare_module(self, main: ModuleType) -> CodeType:
        # As Python does, before the module is looked for.
        _lead_path(os.getcwd())
        sys.argv[:] = ["-m", *self.arguments]
        name, spec = self._spec()
        code = spec.loader.get_code(name) if hasattr(spec.loader, "get_code") else None
        if code is None:
            raise CannotRun(f"No code object available for {name}", 1)
        sys.argv[0] = spec.origin or name
        vars(main).update(
            __spec__=spec, __loader__=spec.loader, __package__=spec.parent, __file__=spec.origin, __cached__=spec.cached
        )
        return code  # type: ignore[no-any-return]

    def _spec(self) -> tuple[str, Any]:
        name = self.target
        try:
            spec = importlib.util.find_spec(name)
            if spec is not None and spec.submodule_search_locations is not None:
                name += ".__main__"
                spec = importlib.util.find_spec(name)
                if spec is None:
                    raise CannotRun(
                        f"No module named {name}; {self.target!r} is a package and cannot be directly executed", 1
                    )
        except (ImportError, AttributeError, TypeError, ValueError) as error:
            raise CannotRun(
                f"Error while finding module specification for {self.target!r} ({type(error).__name__}: {error})", 1
            ) from error
        if spec is None:
            raise CannotRun(f"No module named {self.target}", 1)
        return name, spec

    def _prepare_script(self, main: ModuleType) -> CodeType:
        sys.argv[:] = [self.target, *self.arguments]
        importer = pkgutil.get_importer(self.target)
        if importer is not None and (spec := importer.find_spec("__main__")) is not None:
            # A folder or a zip file with a `__main__.py`.
            _lead_path(self.target)
            vars(main).update(__spec__=spec, __loader__=spec.loader, __package__="", __file__=spec.origin)
            code: CodeType = spec.loader.get_code("__main__")  # type: ignore[union-attr]
            return code
        if os.path.isdir(self.target):
            raise CannotRun(f"can't find '__main__' module in {os.path.abspath(self.target)!r}", 1)
        _lead_path(os.path.dirname(os.path.realpath(self.target)))
        path = os.path.abspath(self.target)
        try:
            # As Python reads a source: with the encoding that it names.
            with io.open_code(path) as file:
                source = file.read()
        except OSError as error:
            raise CannotRun(f"can't open file {path!r}: [Errno {error.errno}] {error.strerror}", 2) from error
        vars(main).update(__spec__=None, __package__=None, __file__=path, __cached__=None)
        from importlib.machinery import SourceFileLoader

        vars(main)["__loader__"] = SourceFileLoader("__main__", path)
        try:
            return compile(source, path, "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            # Of these Python tells without a traceback of what compiled them.
            traceback.print_exception(type(error), error, None)
            raise CannotRun("", 1) from error

    # ---- running it

    def _exec(self, code: CodeType, main: ModuleType) -> int:
        try:
            exec(code, vars(main))
        except SystemExit as error:
            return _code_of(error)
        except BaseException as error:
            _show(error, main)
            # What a shell says of a process that SIGINT has ended.
            return 130 if isinstance(error, KeyboardInterrupt) else 1
        return 0


def _lead_path(folder: str) -> None:
    """Put the program's folder where this command's own was, which `python -P` leaves out."""
    if not getattr(sys.flags, "safe_path", False):
        sys.path[0:1] = [folder]


def _code_of(error: SystemExit) -> int:
    """Return a process's exit code, and print the message that stands for one."""
    if error.code is None:
        return 0
    if isinstance(error.code, int):
        return error.code & 0xFF
    print(error.code, file=sys.stderr)
    return 1


def _show(error: BaseException, main: ModuleType) -> None:
    """Show an exception as Python's own command line does, which has no frames below the program."""
    trace: TracebackType | None = error.__traceback__
    while trace is not None and trace.tb_frame.f_globals is not vars(main):
        trace = trace.tb_next
    trace = trace or error.__traceback__
    try:
        sys.excepthook(type(error), error.with_traceback(trace), trace)
    except Exception:
        print("Error in sys.excepthook:", file=sys.stderr)
        traceback.print_exc()
        print("\nOriginal exception was:", file=sys.stderr)
        traceback.print_exception(type(error), error, trace)


def _join_threads() -> None:
    """Wait for the program's threads as the interpreter does before it ends.

    Idle workers of executors are told to go first, which nobody but `threading` itself knows how to do.
    """
    threading._shutdown()  # type: ignore[attr-defined]


def run_exit_functions() -> None:
    """Run what is registered with `atexit`, the latest first; nothing is left for the interpreter's end."""
    atexit._run_exitfuncs()
