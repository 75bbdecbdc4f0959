"""Addresses of servers: which ones are wandb's own, and what an address may be."""

from __future__ import annotations

import re
from typing import Any

from wandb_testkit.rules import validation as v

DEFAULT_BASE_URL = "https://api.forge.coreweave.com"
#: The default of releases before 0.31.
WANDB_AI = "https://api.wandb.ai"
_FORGE_HOSTS = {"forge.coreweave.com": "api.wandb.ai", "qa.forge.coreweave.com": "api.qa.wandb.ai"}


def forge_host(url: str) -> str | None:
    """The public host of wandb's own cloud that serves the address, if any does."""
    # Slow to import, so not before the first run.
    from urllib.parse import urlsplit

    host = urlsplit(url).hostname
    return next((forge for forge, api in _FORGE_HOSTS.items() if host in (forge, f"api.{forge}", api)), None)


def app_url(base_url: str, *, forge: bool = True) -> str:
    """The address of the web interface that belongs to a server; `forge`: wandb's own is where it is since 0.31."""
    if forge and (host := forge_host(base_url)):
        return f"https://{host}/wandb"
    if "://api.wandb." in base_url and "://api.wandb.test" not in base_url:
        return base_url.replace("://api.", "://").strip("/")
    return base_url.replace("://api.", "://app.").strip("/") if "://api." in base_url else base_url


def server_url(value: Any) -> Any:
    """An http or https address, if any is given; a slash at its end goes."""
    if value is None:
        return None
    v.http_url(value)
    return value.rstrip("/")


def base_url(value: Any) -> Any:
    """The address of a server: as `server_url`, and where it is one of wandb's own, that of its API."""
    from urllib.parse import urlsplit

    v.http_url(value)
    parts = urlsplit(value)
    if parts.hostname in _FORGE_HOSTS:
        if parts.scheme != "https" or parts.port is not None or parts.path.rstrip("/") != "/api/wandb":
            raise ValueError(f"Invalid Forge server address; use https://api.{parts.hostname}.")
        value = f"https://api.{parts.hostname}"
    if re.match(r".*wandb\.ai[^.]*$", value):
        if "api." not in value:
            raise ValueError(f"{value} is not a valid server address, did you mean {DEFAULT_BASE_URL}?")
        if not value.startswith("https"):
            raise ValueError(f"http is not secure, please use {DEFAULT_BASE_URL}")
    return value.rstrip("/")
