"""Questions to ``wandb.Api`` about sweeps."""

from __future__ import annotations

from typing import Any

from tests.api_questions.asking import Here, Question, attributes, outcomes


def sweep_of(here: Here, **config: Any) -> Any:
    """The path of a sweep that has run."""
    wandb = here.wandb
    config = {
        "method": "grid",
        "metric": {"name": "loss", "goal": "minimize"},
        "parameters": {"lr": {"values": [4, 2]}, "bias": {"value": 1}},
        **config,
    }

    def trial() -> None:
        with wandb.init() as run:
            run.log({"loss": run.config.lr + 1, "acc": 1 / run.config.lr})

    made = wandb.sweep(config, project="demo", entity="team")
    wandb.agent(made, trial, project="demo", entity="team")
    return f"team/demo/{made}"


def swept(question: Question, **config: Any) -> Question:
    return lambda w: question(w.api.sweep(sweep_of(w, **config)))


_OF_A_SWEEP = """
    id name state entity project username config order path url expected_run_count best_loss bestLoss method
    display_name description run_count runCountExpected nope
""".split()  # noqa: SIM905 (names read better as words)


def runs_of_a_sweep(here: Here) -> Any:
    path = sweep_of(here)
    runs = here.api.sweep(path).runs
    found = [runs, len(runs), [run.config for run in runs], [run.sweep_name for run in runs], runs[0].sweep]
    listed = here.api.runs("team/demo", include_sweeps=True)
    filtered = here.api.runs("team/demo", {"sweep": path.rpartition("/")[2]})
    return [*found, [run.sweep for run in listed], [run.config["lr"] for run in filtered]]


def agents(here: Here) -> Any:
    sweep = here.api.sweep(sweep_of(here))
    [agent] = sweep.agents()
    same = sweep.agent(agent.name)
    runs = agent.runs(per_page=1)
    shown = repr(runs).replace(agent.name, "...")
    found = [type(agent), agent.state, agent.total_runs, same.id == agent.id, shown, len(runs), list(runs), runs.more]
    return [*found, runs.cursor, runs[0].config]


SWEEPS: dict[str, Question] = {
    "attributes": swept(lambda sweep: attributes(sweep, *_OF_A_SWEEP)),
    "small numbers": swept(lambda sweep: sweep.config["parameters"], parameters={"lr": {"values": [1e-5, 2e20, 0.5]}}),
    "a name": swept(lambda sweep: [sweep.name, sweep.display_name], name="named"),
    "no metric": swept(lambda sweep: [sweep.order, sweep.best_run()], metric=None),
    "maximize": swept(lambda sweep: [sweep.order, sweep.best_run().config], metric={"name": "acc", "goal": "maximize"}),
    "best run": swept(lambda sweep: [sweep.best_run().config, sweep.best_run("+acc").config, sweep.best_run("loss")]),
    "html": swept(lambda sweep: [sweep, sweep.to_html(3, True), sweep._repr_html_(), sweep.load() is sweep._attrs]),
    "enqueue": swept(lambda sweep: sweep.enqueue_run({"lr": 1})),
    "runs": runs_of_a_sweep,
    "agents": agents,
    "unknown": lambda w: outcomes(
        lambda: w.api.sweep("team/demo/nope"),
        lambda: w.api.sweep("team/nope/nope"),
        lambda: w.api.sweep("nope"),
        lambda: w.api.sweep(),
        lambda: w.api.from_path("team/demo/sweeps/nope"),
    ),
    "of a project": lambda w: (
        sweep_of(w),
        sweep_of(w),
        sweeps := w.api.project("demo", "team").sweeps(per_page=1),
        len(sweeps),
        list(sweeps),
        sweeps.cursor,
        sweeps.more,
    ),
    "kept": lambda w: (path := sweep_of(w), w.api.sweep(path) is w.api.sweep(path)),
    "got": lambda w: __import__("wandb.apis.public").apis.public.Sweep.get(w.api, "team", "demo", "nope"),
}
