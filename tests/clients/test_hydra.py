"""Scripts that Hydra configures."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from tests.clients import Client
from tests.scenarios import Observer

CLIENT = Client(
    "hydra",
    imports=("hydra", "omegaconf"),
    basis=("yaml",),
    distributions=("hydra-core", "omegaconf"),
)

_CONFIG = """\
defaults:
  - _self_
  - model: small
seed: 0
epochs: 3
optimizer:
  name: sgd
  lr: 0.1
  betas: [0.9, 0.999]
tag: ${model.name}-${seed}
missing: ???
nothing: null
wandb:
  project: hydra
  name: ${tag}
  tags: [a, b]
"""
_MODELS = {
    "small": "name: small\nwidths: [4, 8]\ndropout: 1e-1\n",
    "large": "name: large\nwidths: [16]\ndropout: 0.5\n",
}


def _files() -> str:
    os.makedirs("conf/model")
    for path, text in {"config": _CONFIG, **{f"model/{name}": text for name, text in _MODELS.items()}}.items():
        with open(f"conf/{path}.yaml", "w") as file:
            file.write(text)
    return os.path.abspath("conf")


@contextlib.contextmanager
def _command_line(*arguments: str) -> Iterator[None]:
    before = sys.argv
    sys.argv = ["train.py", *arguments]
    try:
        yield
    finally:
        sys.argv = before


def _train(run: Any, cfg: Any) -> None:
    for epoch in range(cfg.epochs):
        run.log({"epoch": epoch, "loss": cfg.optimizer.lr / (epoch + 1), "width": cfg.model.widths[0]})


def _main(function: Callable[[Any], Any], *arguments: str) -> None:
    import hydra

    folder = _files()
    with _command_line(*arguments):
        hydra.main(version_base=None, config_path=folder, config_name="config")(function)()


@CLIENT.job
def a_script_with_its_config_as_a_container(wandb: Any, obs: Observer) -> None:
    from omegaconf import OmegaConf

    def train(cfg: Any) -> None:
        config = OmegaConf.to_container(cfg, resolve=True, throw_on_missing=False)
        run = wandb.init(**cfg.wandb, config=config)
        _train(run, cfg)
        obs.read("config", run.config.as_dict())
        obs.read("nested", run.config.optimizer["lr"])
        run.finish()

    _main(train, "optimizer.lr=0.5", "model=large", "+extra=1")


@CLIENT.job
def a_config_that_is_handed_over_as_it_is(wandb: Any, obs: Observer) -> None:
    def train(cfg: Any) -> None:
        with obs.raises("missing"):
            wandb.init(project="hydra", config=cfg)
        cfg.missing = "here"
        with obs.raises("whole"), wandb.init(project="hydra", config=cfg) as run:
            _train(run, cfg)
            obs.ask("config", run.config.as_dict)
        with obs.raises("parts"), wandb.init(project="hydra", config=dict(cfg), tags=cfg.wandb.tags) as run:
            run.config.optimizer = cfg.optimizer
            run.config["widths"] = cfg.model.widths
            run.log({"betas": cfg.optimizer.betas, "model": cfg.model})
            run.summary["model"] = cfg.model
            obs.ask("config", run.config.as_dict)

    _main(train)


@CLIENT.job
def a_structured_config_and_its_file(wandb: Any, obs: Observer) -> None:
    import dataclasses

    from omegaconf import OmegaConf

    @dataclasses.dataclass
    class Config:
        lr: float = 0.1
        layers: list[int] = dataclasses.field(default_factory=lambda: [1, 2])

    cfg = OmegaConf.structured(Config)
    with wandb.init(project="hydra", config=OmegaConf.to_container(cfg), settings=wandb.Settings(console="off")) as run:
        run.config.update({"lr": 0.2}, allow_val_change=True)
        path = os.path.join(run.dir, "hydra.yaml")
        OmegaConf.save(cfg, path)
        run.save("hydra.yaml")
        artifact = wandb.Artifact("config", "config", metadata=OmegaConf.to_container(cfg))
        artifact.add_file(path)
        run.log_artifact(artifact)
        run.log({"lr": run.config.lr})


@CLIENT.job
def a_multirun(wandb: Any, obs: Observer) -> None:
    from omegaconf import OmegaConf

    def train(cfg: Any) -> float:
        from hydra.core.hydra_config import HydraConfig

        job = HydraConfig.get().job
        with wandb.init(
            project=cfg.wandb.project,
            group="sweep",
            name=f"job-{job.num}",
            config=OmegaConf.to_container(cfg),
            reinit=True,
        ) as run:
            run.config.overrides = list(HydraConfig.get().overrides.task)
            _train(run, cfg)
        return 1.0

    _main(train, "--multirun", "optimizer.lr=0.1,0.2", "model=small,large", "epochs=1")


test_equal = CLIENT.test()
