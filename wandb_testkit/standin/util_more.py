"""The names of ``wandb.util`` that few programs use: addresses, queues, threads, archives, colours.

As wandb 0.31.0 has them.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from wandb_testkit.rules.settings import servers
from wandb_testkit.standin import env, place
from wandb_testkit.standin.errors import WandbCoreNotAvailableError

DOCKER_IMAGE_NAME_SEPARATOR = "(?:__|[._]|[-]+)"


@dataclass
class InstalledDistribution:
    """A distribution that is installed."""

    key: str
    version: str


def working_set() -> Iterator[InstalledDistribution]:
    """Yield the distributions that are installed."""
    from importlib.metadata import distributions

    for found in distributions():
        name = found.metadata["Name"]
        if name:
            yield InstalledDistribution(key=name, version=found.version)


def api_to_app_url(api_url: str) -> str:
    """Return the address of the pages of a server.

    Args:
        api_url: the server's own address.
    """
    return servers.app_url(api_url)


def app_url(api_url: str) -> str:
    """Return the address of the pages of a server, or what ``WANDB_APP_URL`` says.

    Args:
        api_url: the server's own address.
    """
    told = env.names()["get_app_url"]()
    return str(told.strip("/")) if told else api_to_app_url(api_url)


def class_colors(class_count: int) -> list[Any]:
    """Return a colour for each class: black, and then hues that are equally far apart.

    Args:
        class_count: how many classes there are.
    """
    import colorsys

    hues = [index / (class_count - 1.0) for index in range(class_count - 1)]
    return [[0, 0, 0], *(colorsys.hsv_to_rgb(hue, 1.0, 1.0) for hue in hues)]


def find_runner(program: str) -> list[str] | None:
    """Return the command that runs a script which cannot run by itself; None where there is none.

    Args:
        program: the script's path.
    """
    if not os.path.isfile(program) or os.access(program, os.X_OK):
        return None
    try:
        with open(program) as file:
            line = file.readline().strip()
    except OSError:
        return None
    if line.startswith("#!"):
        import shlex

        return shlex.split(line[2:])
    return [sys.executable] if program.endswith(".py") else None


def parse_tfjob_config() -> Any:
    """Return what ``TF_CONFIG`` says; False where it says nothing."""
    try:
        return json.loads(os.environ["TF_CONFIG"]) if os.getenv("TF_CONFIG") else False
    except ValueError:
        return False


def read_many_from_queue(q: Any, max_items: int, queue_timeout: float) -> list[Any]:
    """Return what is in a queue: one item, for which it waits, and some more.

    Args:
        q: the queue.
        max_items: how many more.
        queue_timeout: how long to wait, in seconds.
    """
    import queue

    items: list[Any] = []
    with contextlib.suppress(queue.Empty):
        items.append(q.get(True, queue_timeout))
        while len(items) <= max_items:
            items.append(q.get_nowait())
    return items


def async_call(target: Callable[..., Any], timeout: float | None = None) -> Callable[..., Any]:
    """Return a function that does the same in a thread, and waits for it for a while only.

    Args:
        target: what to do.
        timeout: how long to wait, in seconds.
    """
    import queue
    import threading

    def wrapper(*args: Any, **kwargs: Any) -> tuple[Any, threading.Thread]:
        answers: queue.Queue[tuple[Any, Exception | None]] = queue.Queue()

        def work() -> None:
            try:
                answers.put((target(*args, **kwargs), None))
            except Exception as error:
                answers.put((None, error))

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        try:
            result, error = answers.get(True, timeout)
        except queue.Empty:
            return None, thread
        if error is not None:
            raise error
        return result, thread

    return wrapper


def rand_alphanumeric(length: int = 8, rand: Any = None) -> str:
    """Return random hexadecimal digits; an old function, as it says itself.

    Args:
        length: how many.
        rand: where they come from.
    """
    place.wandb("termerror")("rand_alphanumeric is deprecated, use 'secrets.token_hex'")
    return "".join((rand or random).choice("0123456789ABCDEF") for _ in range(length))


def check_and_warn_old(files: Sequence[str]) -> bool:
    """Say whether files are those of a run of long ago, and warn of it.

    Args:
        files: their names.
    """
    if "wandb-metadata.json" not in files:
        return False
    place.termwarn("These runs were logged with a previous version of wandb.")
    place.termwarn("Run pip install wandb<0.10.0 to get the old library and sync your runs.")
    return True


def make_tarfile(output_filename: str, source_dir: str, archive_name: str, custom_filter: Any = None) -> None:
    """Write an archive that tells no times.

    Args:
        output_filename: where to.
        source_dir: what is in it.
        archive_name: the folder's name in the archive.
        custom_filter: changes an entry, or drops it.
    """
    import gzip
    import tarfile

    def timeless(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
        entry.mtime = 0
        return entry if custom_filter is None else custom_filter(entry)

    with (
        open(output_filename, "wb") as file,
        gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w") as archive,
    ):
        archive.add(source_dir, arcname=archive_name, filter=timeless)


def sample_with_exponential_decay_weights(
    xs: Any, ys: Any, keys: Any = None, sample_size: int = 1500
) -> tuple[list[Any], list[Any], list[Any] | None]:
    """Return some of the points, the early ones more likely.

    Args:
        xs: their first coordinates.
        ys: their second ones.
        keys: their names.
        sample_size: how many to draw.
    """
    import numpy as np

    horizontal, vertical = np.array(xs), np.array(ys)
    weights = np.exp(-np.arange(len(horizontal)) / len(horizontal))
    chosen = np.random.choice(len(horizontal), size=sample_size, p=weights / np.sum(weights))
    names = np.array(keys) if keys else None
    # The client asks the array for its truth, which only one name has.
    return horizontal[chosen].tolist(), vertical[chosen].tolist(), names[chosen].tolist() if names else None


def get_core_path() -> str:
    """Refuse: the stand-in has no wandb-core.

    Raises:
        WandbCoreNotAvailableError: always.
    """
    raise WandbCoreNotAvailableError("wandb-core is a part of wandb, which is not installed.")
