"""Install what was built into an environment of its own, and use it there.

    python -m build --outdir DIST && python scripts/try_package.py DIST [PYTHON …]

Both wheel and sdist are tried, with each Python given (by default the one that runs this): a program uses what was
installed, and those tests of the sdist run that need nothing else. Nothing of the checkout can be imported meanwhile.
It exits with 1 if anything is missing.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

USE = """
import subprocess, sys
from wandb_testkit import patch_wandb
with patch_wandb(subprocesses=True) as recorder:
    import wandb
    with wandb.init(project="p") as run:
        run.log({"loss": 1.0})
    child = "import wandb; run = wandb.init(name='child'); run.log({'loss': 2.0}); run.finish()"
    subprocess.run([sys.executable, "-c", child], check=True)
assert recorder.values("loss") == [1.0, 2.0], recorder
assert "site-packages" in sys.modules["wandb_testkit"].__file__
assert "wandb_testkit" in recorder._repr_html_() or "run" in recorder._repr_html_()
"""


# What the tests need, with unittest's runner and no other package.
TESTS = ("tests.test_wandb_mock", "examples.test_train_unittest")


def missing(dist: Path) -> list[str]:
    """Return the files of the package that the wheel lacks, and those of the checkout that the sdist lacks.

    Args:
        dist: The folder of what was built.
    """
    wanted = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "wandb_testkit").rglob("*")
        if path.suffix == ".py" or path.name == "py.typed"
    }
    [wheel] = dist.glob("*.whl")
    [sdist] = dist.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        found = [f"wheel: {name}" for name in sorted(wanted - set(archive.namelist()))]
    with tarfile.open(sdist) as archive_of_sources:
        names = {name.partition("/")[2] for name in archive_of_sources.getnames()}
    kept = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    wanted |= {name for name in kept.split("\0") if name and not name.startswith(".")}
    return found + [f"sdist: {name}" for name in sorted(wanted - names)]


def use(package: Path, python: str, sources: Path) -> None:
    """Install a package into a new environment, use it, and run tests with it.

    Args:
        package: The wheel or the sdist.
        python: The interpreter.
        sources: The folder with the tests, and without the package.
    """
    with tempfile.TemporaryDirectory() as folder:
        if python == sys.executable:
            venv.create(folder, with_pip=True)
        else:
            subprocess.run([python, "-m", "venv", folder], check=True)
        inside = str(Path(folder) / "bin" / "python")
        subprocess.run([inside, "-m", "pip", "install", "-q", str(package)], check=True, cwd=folder)
        subprocess.run([inside, "-c", USE], check=True, cwd=folder)
        subprocess.run([inside, "-m", "wandb_testkit", "--help"], check=True, cwd=folder, stdout=subprocess.DEVNULL)
        subprocess.run([inside, "-m", "unittest", "-q", *TESTS], check=True, cwd=sources)
        print(f"{package.name} works with {python}", flush=True)


def unpacked(dist: Path, folder: str) -> Path:
    """Unpack the sdist without the package, and return where it is.

    Args:
        dist: The folder of what was built.
        folder: Where it goes.
    """
    [sdist] = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        members = [member for member in archive.getmembers() if "/wandb_testkit/" not in member.name]
        archive.extractall(folder, members, filter="data")
    [made] = Path(folder).iterdir()
    return made


def main(arguments: Sequence[str]) -> int:
    """Try all packages with all interpreters; return the exit code."""
    dist = Path(arguments[0])
    lacking = missing(dist)
    print(*lacking, sep="\n", end="\n" if lacking else "")
    with tempfile.TemporaryDirectory() as folder:
        sources = unpacked(dist, folder)
        for python in arguments[1:] or [sys.executable]:
            for package in sorted((*dist.glob("*.whl"), *dist.glob("*.tar.gz"))):
                use(package.resolve(), python, sources)
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
