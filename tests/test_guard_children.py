"""``--wandb-testkit=guard`` in the processes that a test starts."""

from __future__ import annotations

import os

import pytest

from tests.test_pytest_plugin import inner, kept, needs_wandb, run, text_of

pytest_plugins = ("pytester",)

__all__ = ["inner", "kept"]  # fixtures

# The child catches what is raised: only the guard can tell of it.
CHILDREN = """
    import multiprocessing
    import os
    import subprocess
    import sys
    import pytest
    from wandb_testkit import patch_wandb

    SOURCE = '''
    try:
        import wandb
        wandb.init(mode=MODE, project="p").finish()
    except Exception as error:
        print(type(error).__name__, flush=True)
    '''

    def child(mode, **options):
        source = SOURCE.replace("MODE", repr(mode))
        command = [sys.executable, "-c", source]
        return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, **options).stdout

    def train(mode):
        import wandb
        try:
            wandb.init(mode=mode, project="p").finish()
        except Exception:
            pass

    def started(method):
        process = multiprocessing.get_context(method).Process(target=train, args=("offline",))
        process.start()
        process.join()
"""


@needs_wandb
def test_what_is_refused_in_a_process_fails_the_test_that_started_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(offline="import wandb\nwandb.init(mode='offline')")
    pytester.makepyfile(
        CHILDREN
        + """
    def test_run():
        assert child("offline")

    def test_with_an_environment_of_its_own():
        assert child("offline", env={"PATH": os.environ["PATH"]})

    def test_after_a_patch_for_children():
        with patch_wandb(subprocesses=True):
            assert child("offline") == ""
        assert child("offline")

    def test_spawn():
        started("spawn")

    def test_of_the_system():
        os.system(f"{sys.executable} offline.py 2> {os.devnull}")
        """
    )
    before = dict(os.environ)
    result = run(pytester, "--wandb-testkit=guard", "--tb=short")
    text = text_of(result)
    result.assert_outcomes(failed=5)
    name = "test_what_is_refused_in_a_process_fails_the_test_that_started_it.py"
    for test in ("run", "with_an_environment_of_its_own", "after_a_patch_for_children"):
        assert f": {name}::test_{test}, in a process that it started: python -c " in text
    assert (
        f": {name}::test_of_the_system, in a process that it started: python offline.py\noffline.py:2: in <module>"
        in text
    )
    assert "::test_spawn, in a process that it started: python " in text
    assert f"{name}:24: in train\n" in text
    assert "@pytest.mark.wandb(subprocesses=True)" in text
    assert dict(os.environ) == before


@needs_wandb
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_fork_tells_it_too(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(CHILDREN + "    def test_fork():\n        started('fork')\n")
    result = run(pytester, "--wandb-testkit=guard", "--tb=short")
    result.assert_outcomes(failed=1)
    assert "::test_fork, in a process that it started: " in text_of(result)


@needs_wandb
def test_children_that_reach_nothing_are_left_alone(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        CHILDREN
        + """
    def test_disabled():
        assert child("disabled") == ""

    def test_patched():
        with patch_wandb(subprocesses=True) as recorder:
            assert child("online") == ""
        recorder.assert_finished()

    @pytest.mark.wandb_unpatched
    def test_may():
        assert child("offline", env={**os.environ, "WANDB_SILENT": "true"}) == ""

    def test_nothing_of_it_is_seen():
        assert not [name for name in os.environ if name.startswith("_WANDB_TESTKIT")]
        source = "import sys; print(sorted({'wandb', 'unittest', 'wandb_testkit'} & set(sys.modules)))"
        done = subprocess.run([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True, check=True)
        assert done.stdout == "[]\\n"
        """
    )
    run(pytester, "--wandb-testkit=guard").assert_outcomes(passed=4)


@needs_wandb
def test_the_tests_of_a_child_have_their_own_guard_or_that_of_its_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_inner="""
    import pytest
    import wandb
    from wandb_testkit import patch_wandb

    @pytest.mark.wandb_unpatched
    def test_may():
        wandb.init(mode="offline").finish()

    @patch_wandb
    def test_patched(recorder):
        wandb.init().finish()
    """,
        test_outer="""
    import subprocess
    import sys

    def inner(*options):
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "wandb_testkit.pytest_plugin"]
        command += [*options, "test_inner.py"]
        return subprocess.run(command, stdout=subprocess.PIPE, text=True).stdout

    def test_own():
        assert "2 passed" in inner("--wandb-testkit=guard")

    def test_inherited():
        assert "1 failed, 1 passed" in inner()
    """,
    )
    result = run(pytester, "--wandb-testkit=guard", "--tb=short", "test_outer.py")
    result.assert_outcomes(failed=1, passed=1)
    assert "::test_inherited, in a process that it started: python -m pytest" in text_of(result)


def test_a_test_may_remove_what_is_temporary(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
    import glob
    import os
    import shutil
    import tempfile

    def test_remove():
        [folder] = glob.glob(os.path.join(tempfile.gettempdir(), "wandb-testkit-guard-*"))
        shutil.rmtree(folder)

    def test_nothing(): pass
        """
    )
    temporary = pytester.mkdir("temporary")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(temporary))
        run(pytester, "--wandb-testkit=guard").assert_outcomes(passed=2)
    assert list(temporary.glob("wandb-testkit-*")) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_fork_that_ends_the_tests_leaves_the_guard_to_its_parent(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
    import glob
    import os
    import tempfile

    def guards():
        return glob.glob(os.path.join(tempfile.gettempdir(), "wandb-testkit-guard-*"))

    def test_fork():
        child = os.fork()
        if child == 0:
            raise SystemExit
        os.waitpid(child, 0)
        assert len(guards()) == 1
        """
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(pytester.mkdir("temporary")))
        assert "1 passed" in text_of(run(pytester, "--wandb-testkit=guard"))


def test_processes_started_after_the_tests_know_nothing_of_it(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
    import os
    import subprocess
    import sys
    import pytest

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(config):
        config.add_cleanup(lambda: None)

    def after():
        source = "import os; print('variables:', [name for name in os.environ if 'TESTKIT' in name])"
        subprocess.run([sys.executable, "-c", source])

    import atexit
    atexit.register(after)
    """
    )
    pytester.makepyfile("def test_nothing(): pass")
    result = run(pytester, "--wandb-testkit=guard")
    result.assert_outcomes(passed=1)
    assert "variables: []" in text_of(result)
