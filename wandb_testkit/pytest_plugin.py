"""The pytest plugin: fixtures, the marker, the modes ``guard`` and ``on``, and what a failing test's report shows.

It is loaded with every pytest that the package is installed beside.  So it imports pytest and nothing else until a
test asks: neither wandb nor `unittest.mock`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

# Type checkers know this name; the modules below take long to import, and few runs need them.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from wandb_testkit.guarding import Guard
    from wandb_testkit.patching import WandbPatch
    from wandb_testkit.recorder import Recorder

_MODES = ("off", "guard", "on")
_FIXTURES = frozenset({"wandb_recorder", "wandb_recorder_class", "wandb_recorder_module", "wandb_recorder_session"})

_MARKERS = (
    "wandb(**options): patch wandb in this test, with the options of wandb_testkit.patch_wandb()",
    "wandb_unpatched: this test may use the real wandb: the modes of wandb_testkit neither patch nor guard it",
)


class _State:
    """What the plugin keeps of one run of pytest."""

    def __init__(self) -> None:
        self.mode: str | None = None
        self.guard: Guard | None = None
        #: The patch around all tests, in the mode "on".
        self.around: WandbPatch | None = None
        #: The recorders of the fixtures that are live.
        self.recorders: list[Recorder] = []


_KEY = pytest.StashKey[_State]()


def _state(config: pytest.Config) -> _State:
    return config.stash.setdefault(_KEY, _State())


# --------------------------------------------------------------------------- options


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag and the ini option."""
    text = (
        "off: only what asks for it is patched; guard: a test fails in which unpatched wandb would reach the network"
        " or start its process; on: every test is patched, and what runs outside of tests too"
    )
    group = parser.getgroup("wandb_testkit", "tests of code that uses Weights & Biases")
    group.addoption("--wandb-testkit", choices=_MODES, default=None, help=f"{text} (default: the ini option, or off)")
    parser.addini("wandb_testkit", f"{text}; one of {', '.join(_MODES)}", default="off")


def _mode(config: pytest.Config) -> str:
    mode = getattr(config.known_args_namespace, "wandb_testkit", None) or config.getini("wandb_testkit")
    if mode not in _MODES:
        raise pytest.UsageError(f"wandb_testkit = {mode}: it is one of {', '.join(_MODES)}")
    return str(mode)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Begin before any module of the user's is imported: it might use wandb on the way."""
    _begin(early_config)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the markers; begin, where the plugin was loaded by a conftest or with ``-p`` only."""
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)
    _begin(config)


def _begin(config: pytest.Config) -> None:
    state = _state(config)
    if state.mode is not None:
        return
    state.mode = _mode(config)
    if state.mode == "guard":
        from wandb_testkit.children import guarded
        from wandb_testkit.guarding import Guard

        guarded.forget()
        state.guard = Guard()
        config.add_cleanup(state.guard.remove)
        state.guard.install()
    elif state.mode == "on":
        from wandb_testkit.patching import patch_wandb

        # What fixtures of modules and the session do, and what is done while tests are collected, is in no test.
        state.around = patch_wandb()
        state.around.start()
        config.add_cleanup(state.around.stop)


def pytest_report_header(config: pytest.Config) -> str | None:
    """Name the mode."""
    mode = _state(config).mode
    return None if mode in (None, "off") else f"wandb_testkit: {mode}"


# --------------------------------------------------------------------------- fixtures


def _recording(request: pytest.FixtureRequest) -> Iterator[Recorder]:
    """Patch wandb while a fixture is live."""
    from wandb_testkit import marking
    from wandb_testkit.patching import patch_wandb

    live = _state(request.config).recorders
    with patch_wandb(**marking.options(request.node)) as recorder:
        live.append(recorder)
        try:
            yield recorder
        finally:
            live.remove(recorder)


@pytest.fixture
def wandb_recorder(request: pytest.FixtureRequest) -> Iterator[Recorder]:
    """Patch wandb; the value is the `wandb_testkit.Recorder`. Options: @pytest.mark.wandb(...)."""
    yield from _recording(request)


@pytest.fixture(scope="class")
def wandb_recorder_class(request: pytest.FixtureRequest) -> Iterator[Recorder]:
    """As wandb_recorder, once for all tests of a class; takes the markers of the class and its module."""
    yield from _recording(request)


@pytest.fixture(scope="module")
def wandb_recorder_module(request: pytest.FixtureRequest) -> Iterator[Recorder]:
    """As wandb_recorder, once for all tests of a module; takes the module's markers (pytestmark)."""
    yield from _recording(request)


@pytest.fixture(scope="session")
def wandb_recorder_session(request: pytest.FixtureRequest) -> Iterator[Recorder]:
    """As wandb_recorder, once for all tests; takes no options."""
    yield from _recording(request)


@pytest.fixture(autouse=True)
def _wandb_testkit(request: pytest.FixtureRequest) -> None:
    # Of the fixtures of a test this is among the first: those that use wandb find it patched, whatever the order of
    # the test's arguments.
    node = request.node
    asked = _FIXTURES.intersection(request.fixturenames)
    if "wandb_recorder" in asked:
        request.getfixturevalue("wandb_recorder")
    elif node.get_closest_marker("wandb") is not None:
        if not asked:
            request.getfixturevalue("wandb_recorder")
        elif any(marker.name == "wandb" for marker in node.own_markers):
            pytest.fail(
                f"@pytest.mark.wandb is on a test that uses {min(asked)}, which takes the options of wider scopes"
                " only (pytestmark, or a marker of the class). Use wandb_recorder, or move the marker.",
                pytrace=False,
            )
    elif _state(request.config).mode == "on" and not asked and node.get_closest_marker("wandb_unpatched") is None:
        request.getfixturevalue("wandb_recorder")


# --------------------------------------------------------------------------- the guard, and what reports show


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Tell the guard which test runs; take back, for one that may use the real wandb, what is around all tests."""
    state = _state(item.config)
    allows = item.get_closest_marker("wandb_unpatched") is not None
    if state.guard is not None:
        state.guard.enter(item.nodeid, allows=allows)
    if state.around is not None and allows:
        state.around.stop()
    yield
    if state.around is not None and allows:
        state.around.start()
    if state.guard is not None:
        state.guard.leave()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Iterator[None]:
    """Fail what the guard found, and add the section "wandb" to a failing test's report."""
    outcome: Any = yield
    report: pytest.TestReport = outcome.get_result()
    state = _state(item.config)
    if state.guard is not None:
        found = state.guard.taken()
        if found and report.passed:
            report.outcome = "failed"
            # The program under test went on: it caught what the guard raised.
            report.longrepr = "\n\n".join(found)
        elif found and report.failed and found[0] not in report.longreprtext:
            # The client has made something else of it.
            report.sections.append(("wandb guard", "\n\n".join(found)))
    if not report.failed:
        return
    from wandb_testkit import sections

    text = sections.of_failure(state.recorders, call.excinfo)
    if text:
        report.sections.append(("wandb", text))


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """Fail what used wandb while it was imported, and caught what the guard raised."""
    outcome: Any = yield
    guard = _state(collector.config).guard
    if guard is None:
        return
    found = guard.taken()
    report: pytest.CollectReport = outcome.get_result()
    if found and report.passed:
        report.outcome = "failed"
        report.longrepr = "\n\n".join(found)
