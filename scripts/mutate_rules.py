"""Mutation testing of wandb_testkit/rules: which small changes of a rule would no test notice?

    python scripts/mutate_rules.py                      every module of the rules
    python scripts/mutate_rules.py history metrics      some of them
    python scripts/mutate_rules.py --tests FILE ...     with these test files

Each mutant (see mutations.py) is put into a fork of a process in which the tests are collected and their expectations
are there already, so one takes as long as the tests that reach its line, until the first fails. Those that survive must
be explained in tests/data/surviving_mutants.json; one that is not, and an explanation that is no longer needed, is a
failure. It needs Linux, Python 3.11 and wandb, and takes hours for everything.

The usual tools change whole functions that are called through a dispatcher, and leave tables, defaults and decorated
functions alone, which is where many of these rules are; and they start pytest anew for each mutant.
"""

from __future__ import annotations

import argparse
import ast
import gc
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RULES = ROOT / "wandb_testkit" / "rules"
EXPLAINED = ROOT / "tests" / "data" / "surviving_mutants.json"
sys.path[:0] = [str(HERE), str(ROOT)]

import coverage  # noqa: E402
import pytest  # noqa: E402
from _pytest._io import TerminalWriter  # noqa: E402
from _pytest.runner import runtestprotocol  # noqa: E402
from changing import Installer, NotPlaced  # noqa: E402
from mutations import Mutant, mutants  # noqa: E402

# Those that a rule can break come first, the quickest before the others.
TESTS = (
    "test_rules_filters.py",
    "test_rules_tensorboard.py",
    "test_rules_replay.py",
    "test_sweeps_rules.py",
    "test_rules_encoding.py",
    "test_rules_settings.py",
    "test_artifacts_store.py",
    "test_artifacts.py",
    "test_artifacts_seeding.py",
    "test_resuming.py",
    "test_recorder.py",
    "test_api.py",
    "test_sweeps.py",
    "test_run_files.py",
    "test_rest.py",
    "test_tensorboard.py",
    "test_scenarios.py",
)

# A failure is enough: nobody reads what it says.
PYTEST = ("-q", "--assert=plain", "--tb=native", "-p", "no:cacheprovider", "-p", "no:xdist")

SECONDS = 20.0
NOT_PLACED = 3


@dataclass
class Candidate:
    """A mutant of a file that has not been noticed yet."""

    path: Path
    tree: ast.Module
    mutant: Mutant
    tried: int = 0


@dataclass
class Known:
    """What running a file of tests once has told: who reaches which line, and how long each takes."""

    items: dict[str, pytest.Item]
    seconds: dict[str, float] = field(default_factory=dict)
    reached: dict[tuple[Path, int], set[str]] = field(default_factory=dict)
    at_import: set[tuple[Path, int]] = field(default_factory=set)

    def of(self, candidate: Candidate) -> tuple[list[str], bool]:
        """Return the tests that could notice a mutant, the quickest first, and whether importing the module could."""
        places = [(candidate.path, line) for line in candidate.mutant.lines]
        at_import = not candidate.mutant.when_called or any(place in self.at_import for place in places)
        if at_import:
            places = [place for place in self.reached if place[0] == candidate.path]
        found = set().union(*(self.reached.get(place, set()) for place in places))
        return sorted(found, key=self.seconds.__getitem__), at_import


class Campaign:
    """A plugin of pytest that, instead of running the tests once, runs them against every mutant."""

    def __init__(self, paths: list[Path], measured: coverage.Coverage) -> None:
        trees = {path: ast.parse(path.read_text()) for path in paths}
        self.alive = [Candidate(path, tree, mutant) for path, tree in trees.items() for mutant in mutants(tree)]
        self.count = len(self.alive)
        self._measured = measured

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Go from file to file: what a module's tests share is made once, before the forks."""
        writer = session.config.get_terminal_writer()
        files: dict[Path, list[pytest.Item]] = {}
        for item in session.items:
            # Random programs take long, and what they find is not the same each time.
            if not hasattr(getattr(item, "obj", None), "hypothesis"):
                files.setdefault(item.path, []).append(item)
        for path, items in files.items():
            started = time.monotonic()
            known = self._run(items)
            before = len(self.alive)
            installer = Installer({str(each.path) for each in self.alive})
            self.alive = [each for each in self.alive if not self._told(each, known, installer, writer)]
            session._setupstate.teardown_exact(None)
            spent = time.monotonic() - started
            writer.line(f"{path.name}: {before - len(self.alive)} of {before} noticed in {spent:.0f} s")
            writer.flush()
        return True

    def _run(self, items: list[pytest.Item]) -> Known:
        """Run the tests once; the fixtures of their module stay for the forks."""
        known = Known({item.nodeid: item for item in items})
        self._measured.start()
        for item in items:
            self._measured.switch_context(item.nodeid)
            started = time.process_time()
            reports = play(item)
            known.seconds[item.nodeid] = time.process_time() - started
            if any(report.failed for report in reports):
                raise pytest.UsageError(f"{item.nodeid} fails without any change:\n{reports[-1].longreprtext}")
        self._measured.switch_context("")
        self._measured.stop()
        data = self._measured.get_data()
        for name in data.measured_files():
            for line, contexts in data.contexts_by_lineno(name).items():
                place = (Path(name), line)
                known.reached[place] = {context for context in contexts if context in known.items}
                if "" in contexts:
                    known.at_import.add(place)
        gc.collect()
        return known

    def _told(self, candidate: Candidate, known: Known, installer: Installer, writer: TerminalWriter) -> bool:
        """Try a mutant and say so at once where it survives, for it takes long until all have been tried."""
        noticed = self._noticed(candidate, known, installer)
        if not noticed:
            writer.line(f"{_name(candidate.path)}: {candidate.mutant.key}  (survives {candidate.tried} tests so far)")
            writer.flush()
        return noticed

    def _noticed(self, candidate: Candidate, known: Known, installer: Installer) -> bool:
        tests, at_import = known.of(candidate)
        candidate.tried += len(tests)
        items = [known.items[name] for name in tests]
        limit = SECONDS + 10 * sum(known.seconds[name] for name in tests)
        return bool(items) and not in_a_fork(lambda: survives(candidate, items, installer, at_import), limit)


def play(item: pytest.Item) -> list[pytest.TestReport]:
    """Run a test, and leave standing what its module has set up."""
    return runtestprotocol(item, nextitem=item.getparent(pytest.Module), log=False)  # type: ignore[arg-type]


def survives(candidate: Candidate, items: list[pytest.Item], installer: Installer, at_import: bool) -> bool:
    """Put the mutant into this process and run tests until one fails."""
    candidate.mutant.apply()
    code = compile(ast.fix_missing_locations(candidate.tree), str(candidate.path), "exec")
    name = ".".join(candidate.path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    installer.install(name, code, at_import=at_import)
    return not any(report.failed for item in items for report in play(item))


def in_a_fork(question: Callable[[], bool], seconds: float) -> bool:
    """Answer a question in a fork of this process; one that fails, hangs or eats all memory is answered with no."""
    pid = os.fork()
    if pid == 0:
        _answer(question, seconds)
    _, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code == NOT_PLACED:
        raise RuntimeError("a mutant could not be put in its place")
    return code == 0


def _answer(question: Callable[[], bool], seconds: float) -> NoReturn:
    code = 1
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + (2 << 30),) * 2)
        signal.alarm(int(10 * seconds))
        for stream in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
        code = 0 if question() else 1
    except NotPlaced:
        code = NOT_PLACED
    finally:
        os._exit(code)


def unexplained(alive: Iterable[Candidate], paths: Iterable[Path]) -> list[str]:
    """Return what is wrong: survivors that nobody has explained, and explanations of what does not survive."""
    explained: dict[str, dict[str, str]] = json.loads(EXPLAINED.read_text()) if EXPLAINED.exists() else {}
    found: dict[str, dict[str, int]] = {}
    for each in alive:
        found.setdefault(_name(each.path), {})[each.mutant.key] = each.tried
    problems = []
    for name in map(_name, paths):
        known, survived = explained.get(name, {}), found.get(name, {})
        problems += [f"{name}: {key}  ({survived[key]} tests)" for key in survived if not known.get(key)]
        problems += [f"{name}: explained, but noticed: {key}" for key in known if key not in survived]
    return problems


def _name(path: Path) -> str:
    return path.relative_to(RULES).as_posix()


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("modules", nargs="*", help="modules below rules, such as history or sweeps/search")
    parser.add_argument("--tests", nargs="+", default=[f"tests/{name}" for name in TESTS], metavar="FILE")
    parser.add_argument("-k", default="", metavar="EXPRESSION", help="of these tests, those that pytest's -k selects")
    options = parser.parse_args(arguments)
    paths = [RULES / f"{name}.py" for name in options.modules] or sorted(RULES.rglob("*.py"))
    os.chdir(ROOT)
    os.environ.setdefault("WANDB_TESTKIT_ORACLE_CACHE", str(ROOT / "build" / "oracle"))
    measured = coverage.Coverage(data_file=None, config_file=False, include=[str(path) for path in paths])
    campaign = Campaign(paths, measured)
    measured.start()
    code = pytest.main([*PYTEST, "-k", options.k, *options.tests], plugins=[campaign])
    if code:
        return int(code)
    sys.stdout.write(f"{campaign.count - len(campaign.alive)} of {campaign.count} mutants were noticed.\n")
    problems = unexplained(campaign.alive, paths)
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
