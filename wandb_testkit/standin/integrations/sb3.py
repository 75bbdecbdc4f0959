"""``wandb.integration.sb3``: the callback for Stable-Baselines3.  As wandb 0.31.0 has it."""

from __future__ import annotations

import logging
import os
from typing import Any, Literal

from stable_baselines3.common.callbacks import BaseCallback

from wandb_testkit.standin import place
from wandb_testkit.standin.integrations import boosting

_AT = "wandb.integration.sb3.sb3"
_LOG_WARNING = "`log` must be one of `None`, 'gradients', 'parameters', or 'all', falling back to 'all'"


@place.at(_AT)
class WandbCallback(BaseCallback):  # type: ignore[misc]
    """Notes a model's settings in the config, watches its gradients and saves it.

    Args:
        verbose: how much to say.
        model_save_path: the folder to save the model in; None for not at all.
        model_save_freq: each how many calls to save it; 0 for at the end only.
        gradient_save_freq: each how many calls to log the gradients; 0 for never.
        log: what of the model to watch.

    Raises:
        wandb.Error: no run goes on.
    """

    def __init__(
        self,
        verbose: int = 0,
        model_save_path: str | None = None,
        model_save_freq: int = 0,
        gradient_save_freq: int = 0,
        log: Literal["gradients", "parameters", "all"] | None = "all",
    ) -> None:
        super().__init__(verbose)
        boosting.needs_run("You must call wandb.init() before WandbCallback()")
        self.model_save_freq = model_save_freq
        self.model_save_path = model_save_path
        self.gradient_save_freq = gradient_save_freq
        if log not in ("gradients", "parameters", "all", None):
            place.termwarn(_LOG_WARNING)
            log = "all"
        self.log = log
        if model_save_path is not None:
            os.makedirs(model_save_path, exist_ok=True)
            self.path = os.path.join(model_save_path, "model.zip")
        elif model_save_freq != 0:
            raise AssertionError("to use the `model_save_freq` you have to set the `model_save_path` parameter")

    def _init_callback(self) -> None:
        settings: dict[str, Any] = {"algo": type(self.model).__name__}
        config = place.wandb("config")
        for name, value in vars(self.model).items():
            if name not in config:
                settings[name] = value if type(value) in (float, int, str) else str(value)
        if self.gradient_save_freq > 0:
            place.wandb("watch")(self.model.policy, log_freq=self.gradient_save_freq, log=self.log)
        config.setdefaults(settings)

    def _on_step(self) -> bool:
        if self.model_save_freq > 0 and self.model_save_path is not None and self.n_calls % self.model_save_freq == 0:
            self.save_model()
        return True

    def _on_training_end(self) -> None:
        if self.model_save_path is not None:
            self.save_model()

    def save_model(self) -> None:
        """Save the model and hand its file to the run."""
        self.model.save(self.path)
        place.wandb("save")(self.path, base_path=self.model_save_path)
        if self.verbose > 1:
            logging.getLogger(_AT).info("Saving model checkpoint to %s", self.path)
