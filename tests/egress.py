"""Programs that would reach the server, and a process that runs one of them and tells what it did to the machine.

    python -m tests.egress PROGRAM online|patched|stub

`online` runs it with the real client and no patch, as the positive control: whoever counts requests has to see some.
It prints one JSON object: the audit events, what the program raised, and how many runs were recorded.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

# The file before anything of wandb is imported.
_events: list[list[str]] = []
_raised: list[str] = []
_NETWORK = ("socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.gethostbyname")
_PROCESSES = ("subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system", "os.exec")
_KEY = "5ec2e7" + "0" * 34
_OUT = os.dup(1) if __name__ == "__main__" else 1


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if event == "open":
        name, _, flags = args
        writes = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
        if isinstance(flags, int) and flags & writes and name != os.devnull and not isinstance(name, int):
            _events.append(["write", os.path.abspath(os.fsdecode(name))])
    elif event in _NETWORK or event.startswith(_PROCESSES):
        _events.append([event, str(args[0] if "Popen" in event else args[1:])])


@contextlib.contextmanager
def tried() -> Iterator[None]:
    """Note what a step raises, and go on: without a server, much fails."""
    try:
        yield
    except Exception as error:
        _raised.append(f"{type(error).__name__}: {error}"[:300])


def start(wandb: Any, **options: Any) -> Any:
    """Return a new run."""
    return wandb.init(project="p", settings=wandb.Settings(init_timeout=_PATIENCE), **options)


_PATIENCE = 6


# --------------------------------------------------------------------------- the programs


def run(wandb: Any) -> None:
    with tried(), start(wandb, config={"a": 1}) as run:
        for step in range(3):
            run.log({"loss": step})
        run.summary["best"] = 1
        run.define_metric("loss", summary="min")
        run.alert("title", "text")
        run.mark_preempting()
        run.finish()


def unfinished(wandb: Any) -> None:
    with tried():
        start(wandb).log({"loss": 1})


def without_handlers(wandb: Any) -> None:
    with tried():
        run = wandb.sdk.wandb_init.init(project="p", settings={"init_timeout": _PATIENCE})
        run.log({"x": 1})


def sweep(wandb: Any) -> None:
    space = {"method": "grid", "parameters": {"a": {"values": [1, 2]}}}
    found = "abcdefgh"
    with tried():
        found = wandb.sweep(space, project="p", entity="e")
    with tried():
        wandb.agent(found, lambda: run(wandb), project="p", entity="e", count=2)
    with tried():
        wandb.controller(found, project="p", entity="e")


def artifacts(wandb: Any) -> None:
    artifact = wandb.Artifact("data", "dataset")
    with artifact.new_file("a.txt") as file:
        file.write("a")
    with tried(), start(wandb) as run:
        run.log_artifact(artifact).wait()
        found = run.use_artifact("data:latest")
        found.download()
        found.verify()
        run.link_artifact(found, "chosen")
        found.aliases.append("best")
        found.save()
    with tried():
        wandb.Api(timeout=3).artifact("e/p/data:latest").download()
    with tried():
        artifact.save("p")


def media(wandb: Any) -> None:
    with tried(), start(wandb) as run:
        table = wandb.Table(columns=["a", "b"], data=[[1, 2]])
        run.log({"table": table, "html": wandb.Html("<p>"), "h": wandb.Histogram([1, 2])})
        run.log({"plot": wandb.plot.line(table, "a", "b")})
        with open("file.txt", "w") as file:
            file.write("x")
        run.save("file.txt", policy="now")
        run.log_code(".")


def tensorboard(wandb: Any) -> None:
    with tried():
        writers = __import__("torch.utils.tensorboard", fromlist=["SummaryWriter"])
        with start(wandb, sync_tensorboard=True), writers.SummaryWriter("logs") as writer:
            writer.add_scalar("loss", 1.0, 0)
    with tried():
        start(wandb, sync_tensorboard=True).finish()


def login(wandb: Any) -> None:
    with tried():
        wandb.login(key=_KEY, relogin=True, verify=True, timeout=3)
    with tried():
        wandb.login(anonymous="allow", timeout=3)
    with tried():
        wandb.setup().viewer  # noqa: B018
    with tried():
        wandb.setup()._load_viewer()


def api(wandb: Any) -> None:
    with tried():
        found = wandb.Api(timeout=3)
    for ask in (
        lambda: found.viewer,
        lambda: found.run("e/p/abcdefgh"),
        lambda: len(found.runs("e/p")),
        lambda: list(found.projects("e")),
        lambda: found.sweep("e/p/abcdefgh").config,
        lambda: found.artifact("e/p/a:v0"),
        lambda: found.team("e").members,
        lambda: found.create_project("p", "e"),
        lambda: found.reports("e/p")[0],
        lambda: found.registries().versions(),
        lambda: list(found.automations()),
        lambda: found.from_path("e/p/abcdefgh"),
    ):
        with tried():
            ask()


def internals(wandb: Any) -> None:
    import importlib

    for name, attribute in (
        ("wandb.sdk.internal.internal_api", "Api"),
        ("wandb.apis", "InternalApi"),
        ("wandb.apis.internal", "Api"),
    ):
        with tried():
            made = getattr(importlib.import_module(name), attribute)(retry_timedelta=0, retry_wait_base=0)
            for ask in ("viewer", "server_info", "max_cli_version", "list_projects"):
                with tried():
                    getattr(made, ask)()
            with tried():
                made.upsert_run(name="x", project="p", entity="e")
            with tried(), open(__file__, "rb") as file:
                made.upload_file(os.environ.get("TRUST_URL", "http://localhost:9/x"), file)
    with tried():
        wandb.api.viewer()


def settings_of(wandb: Any) -> Any:
    """Return settings that name the server: those of an object made by hand do not come from the environment."""
    return wandb.Settings(base_url=os.environ.get("TRUST_URL", "http://localhost:9"), api_key=_KEY)


def service(wandb: Any) -> None:
    import importlib

    with tried():
        wandb.setup()
        wandb.sdk.wandb_setup.singleton().ensure_service()
    with tried():
        made = wandb.sdk.wandb_setup._WandbSetup(os.getpid())
        try:
            made.ensure_service()
        finally:
            made._teardown(0)
    with tried():
        module = importlib.import_module("wandb.sdk.lib.service.service_connection")
        loops = importlib.import_module("wandb.sdk.lib.asyncio_manager")
        manager = loops.AsyncioManager()
        manager.start()
        try:
            connected = module.connect_to_service(manager, settings_of(wandb))
            connected.teardown(0)
        finally:
            manager.join()
    with tried():
        # It has no owner who would end it.
        started = importlib.import_module("wandb.sdk.lib.service.service_process").start(settings_of(wandb))
        started._process.kill()
        started._process.wait()
    with tried():
        api = importlib.import_module("wandb.apis.public.service_api")
        made = api.ServiceApi(settings_of(wandb))
        # Without a limit it waits for its answer for as long as the service tries again.
        made.execute_graphql("query { viewer { id } }", {}, timeout=_PATIENCE)
    with tried():
        wandb.teardown()


def transport(wandb: Any) -> None:
    """What of the client speaks HTTP in this process itself."""
    import importlib

    settings = settings_of(wandb)
    with tried():
        telemetry = importlib.import_module("wandb.analytics.opentelemetry.opentelemetry_proxy")
        made = telemetry.OpenTelemetryProxy(settings=settings)
        made.increment_counter("name")
        made.shutdown(2000)
    with tried():
        handlers = importlib.import_module("wandb.sdk.artifacts.storage_handlers.http_handler")
        made = handlers.HTTPHandler(importlib.import_module("requests").Session())
        made.store_path(None, settings.base_url + "/direct")
    with tried():
        importlib.import_module("wandb.util")._has_internet()


def command_line(wandb: Any) -> None:
    testing = __import__("click.testing", fromlist=["CliRunner"])
    import wandb.cli.cli as cli

    for words in (
        ["login", "--relogin", "--verify", _KEY],
        ["sweep", "--stop", "e/p/abcdefgh"],
        ["artifact", "get", "e/p/a:v0"],
        ["pull", "-p", "p", "-e", "e", "abcdefgh"],
        ["status"],
        ["launch-agent", "-e", "e", "-q", "q"],
    ):
        with tried():
            answer = testing.CliRunner().invoke(cli.cli, words)
            if answer.exception is not None:
                _raised.append(repr(answer.exception)[:300])


PROGRAMS: dict[str, Callable[[Any], None]] = {
    function.__name__: function
    for function in (
        run,
        unfinished,
        without_handlers,
        sweep,
        artifacts,
        media,
        tensorboard,
        login,
        api,
        internals,
        service,
        transport,
        command_line,
    )
}


def thread_from_before(wandb: Any, begin: threading.Event) -> threading.Thread:
    """Return a thread that is running already and begins when it is told."""

    def work() -> None:
        begin.wait()
        import wandb

        run(wandb)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def main(name: str, how: str) -> None:
    patcher = None
    recorder: Any = None
    if how != "stub":
        import wandb  # what importing starts is not the patch's doing
    begin = threading.Event()
    thread = thread_from_before(None, begin) if name == "thread" else None
    sys.addaudithook(_watch)
    if how != "online":
        from wandb_testkit import patch_wandb

        patcher = patch_wandb(stub=how == "stub")
        recorder = patcher.start()
    import wandb

    if thread is not None:
        begin.set()
        thread.join()
    else:
        PROGRAMS[name](wandb)
    # At the very end of the process, after whatever the client does there: this was registered first.
    del patcher
    _report.append(lambda: len(recorder.runs) if recorder is not None else -1)


_report: list[Callable[[], int]] = []


def _tell() -> None:
    runs = _report[0]() if _report else -2
    # The last line is this one, however the output is buffered.
    sys.stdout.flush()
    os.write(_OUT, (json.dumps({"events": _events, "raised": _raised, "runs": runs}) + "\n").encode())


if __name__ == "__main__":
    atexit.register(_tell)
    main(*sys.argv[1:])
