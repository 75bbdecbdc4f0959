"""``wandb.require``, as in wandb 0.31.0."""

from __future__ import annotations

from collections.abc import Iterable

from wandb_testkit.standin.errors import UnsupportedError
from wandb_testkit.standin.place import at, termwarn


@at("wandb.sdk.wandb_require")
def require(requirement: str | Iterable[str] | None = None, experiment: str | Iterable[str] | None = None) -> None:
    """Ask for an experimental feature; those that were ever asked for are on by now.

    Args:
        requirement: one name or several.
        experiment: the same by another name.

    Raises:
        UnsupportedError: wandb has no such feature.
    """
    asked = requirement or experiment
    if not asked:
        return
    unknown = ""
    for item in (asked,) if isinstance(asked, str) else tuple(asked):
        feature = item.split("@", 2)[0].split(":", 2)[0]
        if feature in ("service", "core"):
            termwarn(f"`wandb.require('{feature}')` is a no-op as it is now the default behavior.")
        elif feature != "require":
            unknown = f"require() unsupported requirement: {feature}"
            termwarn(unknown)
    if unknown:
        raise UnsupportedError(unknown)
