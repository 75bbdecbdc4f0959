"""What Python imports when it starts in a child of ``patch_wandb(subprocesses=True)``, or of a test that is guarded.

Then comes the machine's own.
"""

import os
import sys

_here = os.path.dirname(os.path.abspath(__file__))


def _make_way() -> None:
    """Import the `sitecustomize` that this one hides, if there is any."""
    sys.path[:] = [folder for folder in sys.path if os.path.abspath(folder or ".") != _here]
    this = sys.modules.pop("sitecustomize", None)
    try:
        import sitecustomize  # type: ignore[import-not-found,unused-ignore]  # noqa: F401
    except ImportError as missing:
        if missing.name != "sitecustomize":
            raise
    finally:
        if this is not None:
            sys.modules.setdefault("sitecustomize", this)


def _start() -> None:
    # The guard comes first, so that the patch has been put in place when it looks.
    for variable, name in (("_WANDB_TESTKIT_GUARD", "guard"), ("_WANDB_TESTKIT_FAMILY", "start")):
        given = os.environ.get(variable)
        if given:
            import runpy

            runpy.run_path(os.path.join(_here, "wandb_testkit_start.py"))[name](given)


_start()
_make_way()
