"""transformers: the `Trainer` with ``report_to=["wandb"]``, its variables in the environment, its checkpoints."""

from __future__ import annotations

import dataclasses
import os
from typing import Any

from tests.clients import Client
from tests.scenarios import Observer

TIMED = (
    *("eval_runtime", "eval_samples_per_second", "eval_steps_per_second"),
    *("eval/runtime", "eval/samples_per_second", "eval/steps_per_second"),
    *("train_runtime", "train_samples_per_second", "train_steps_per_second"),
    *("train/runtime", "train/train_runtime", "train/samples_per_second", "train/steps_per_second"),
    *("test_runtime", "test_samples_per_second", "test_steps_per_second"),
    *("test/runtime", "test/samples_per_second", "test/steps_per_second"),
    *("final_runtime", "train/num_input_tokens_per_second", "train_tokens_per_second"),
)
CLIENT = Client(
    "transformers",
    imports=("transformers",),
    basis=("torch", "numpy"),
    distributions=("transformers", "accelerate", "torch"),
)


def _model() -> Any:
    import transformers

    transformers.set_seed(2)
    config = transformers.BertConfig(
        vocab_size=40,
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=8,
        max_position_embeddings=16,
        num_labels=2,
    )
    return transformers.BertForSequenceClassification(config)


def _data(count: int = 16) -> Any:
    import torch

    generator = torch.Generator().manual_seed(1)
    return [
        {
            "input_ids": torch.randint(1, 40, (6,), generator=generator),
            "attention_mask": torch.ones(6, dtype=torch.long),
            "labels": torch.tensor(number % 2),
        }
        for number in range(count)
    ]


def _accuracy(prediction: Any) -> dict[str, float]:
    return {"accuracy": float((prediction.predictions.argmax(-1) == prediction.label_ids).mean())}


def _arguments(**given: Any) -> Any:
    import transformers

    # Older releases name no project, and put the time into the name of a folder that they log.
    known = {field.name for field in dataclasses.fields(transformers.TrainingArguments)}
    options = {"output_dir": "out", "logging_dir": "out/runs", **given}
    optional = {"project", "logging_dir"} - known
    return transformers.TrainingArguments(**{key: options[key] for key in options if key not in optional})


def _trainer(model: Any = None, callbacks: Any = None, **options: Any) -> Any:
    import transformers

    given: dict[str, Any] = {
        "report_to": ["wandb"],
        "per_device_train_batch_size": 4,
        "num_train_epochs": 2,
        "logging_steps": 2,
        "disable_tqdm": True,
        "save_strategy": "no",
        "use_cpu": True,
        "seed": 3,
    }
    return transformers.Trainer(
        model=_model() if model is None else model,
        args=_arguments(**given | options),
        train_dataset=_data(),
        eval_dataset=_data(8),
        compute_metrics=_accuracy,
        callbacks=callbacks,
    )


@CLIENT.job(timed=TIMED)
def trains_and_evaluates(wandb: Any, obs: Observer) -> None:
    trainer = _trainer(run_name="small", eval_strategy="epoch")
    trainer.train()
    obs.read("name", wandb.run.name)
    obs.read("project", wandb.run.project)
    trainer.evaluate()
    trainer.predict(_data(4))
    wandb.log({"mine": 1})
    obs.read("step", wandb.run.step)
    wandb.finish()


@CLIENT.job(timed=TIMED)
def reads_the_environment(wandb: Any, obs: Observer) -> None:
    os.environ.update(WANDB_PROJECT="env-project", WANDB_TAGS="a,b", WANDB_NOTES="noted", WANDB_RUN_GROUP="env-group")
    os.environ.update(WANDB_WATCH="false", WANDB_NAME="from-env")
    trainer = _trainer(max_steps=3)
    trainer.train()
    obs.read("identity", [wandb.run.project, wandb.run.tags, wandb.run.notes, wandb.run.group, wandb.run.name])
    wandb.finish()
    for name in ("PROJECT", "TAGS", "NOTES", "RUN_GROUP", "WATCH", "NAME"):
        del os.environ[f"WANDB_{name}"]


@CLIENT.job(timed=TIMED)
def watches_the_model(wandb: Any, obs: Observer) -> None:
    os.environ["WANDB_WATCH"] = "all"
    trainer = _trainer(max_steps=4, logging_steps=1)
    trainer.train()
    wandb.finish()
    del os.environ["WANDB_WATCH"]


@CLIENT.job(timed=TIMED)
def logs_the_model_at_the_end(wandb: Any, obs: Observer) -> None:
    os.environ["WANDB_LOG_MODEL"] = "end"
    try:
        # Releases up to 4.51 ask the run for a method that it no longer has.
        with obs.raises("training"), wandb.init(id="end", project="models"):
            _trainer(max_steps=2).train()
    finally:
        del os.environ["WANDB_LOG_MODEL"]


@CLIENT.job(timed=TIMED, varying=("trainer_state.json",))
def logs_checkpoints(wandb: Any, obs: Observer) -> None:
    os.environ["WANDB_LOG_MODEL"] = "checkpoint"
    try:
        # Releases up to 4.51 ask the run for a method that it no longer has.
        with obs.raises("training"), wandb.init(id="checkpoints", project="models"):
            _trainer(max_steps=4, save_strategy="steps", save_steps=2, eval_strategy="steps", eval_steps=2).train()
    finally:
        del os.environ["WANDB_LOG_MODEL"]


@CLIENT.job(timed=TIMED)
def goes_on_in_a_run_that_is_there(wandb: Any, obs: Observer) -> None:
    run = wandb.init(project="outer", config={"seed": 1, "learning_rate": 0.5}, allow_val_change=True)
    run.log({"before": 1})
    _trainer(max_steps=2).train()
    run.log({"after": 1})
    obs.read("config", run.config["num_train_epochs"])
    run.finish()


@CLIENT.job(timed=TIMED)
def trains_twice(wandb: Any, obs: Observer) -> None:
    trainer = _trainer(max_steps=2, run_name="both")
    trainer.train()
    trainer.train()
    first = wandb.run
    wandb.finish()
    _trainer(max_steps=2, run_name="second").train()
    obs.read("another run", wandb.run is first)
    wandb.finish()


@CLIENT.job(timed=TIMED)
def a_callback_of_the_program_logs(wandb: Any, obs: Observer) -> None:
    import transformers

    class Rows(transformers.TrainerCallback):  # type: ignore[misc]
        def on_epoch_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            wandb.log({"epochs": state.epoch, "table": wandb.Table(columns=["a"], data=[[state.global_step]])})

        def on_train_end(self, *_: Any, **__: Any) -> None:
            wandb.run.summary["best"] = 1.0

    _trainer(callbacks=[Rows(), transformers.integrations.WandbCallback()]).train()
    wandb.finish()


@CLIENT.job(timed=TIMED)
def searches_hyperparameters(wandb: Any, obs: Observer) -> None:
    os.environ["WANDB_DISABLED"] = "false"
    for rate in (1e-3, 1e-2):
        trainer = _trainer(learning_rate=rate, run_name=f"rate-{rate}", max_steps=2, lr_scheduler_type="constant")
        trainer.train()
        obs.read("config", wandb.config["learning_rate"])
        wandb.finish()
    del os.environ["WANDB_DISABLED"]


@CLIENT.job(timed=TIMED)
def a_causal_model_generates(wandb: Any, obs: Observer) -> None:
    import torch
    import transformers

    transformers.set_seed(2)
    config = transformers.GPT2Config(vocab_size=30, n_positions=16, n_embd=8, n_layer=1, n_head=2)
    rows = [{"input_ids": torch.arange(8) + n, "labels": torch.arange(8) + n} for n in range(8)]
    trainer = transformers.Trainer(
        model=transformers.GPT2LMHeadModel(config),
        args=_arguments(
            report_to="wandb",
            max_steps=3,
            logging_steps=1,
            logging_first_step=True,
            use_cpu=True,
            disable_tqdm=True,
            save_strategy="no",
            gradient_accumulation_steps=2,
            weight_decay=0.1,
            project="causal",
        ),
        train_dataset=rows,
    )
    trainer.train()
    wandb.finish()


test_equal = CLIENT.test()
