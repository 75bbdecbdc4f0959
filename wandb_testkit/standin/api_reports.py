"""A report of the public API, as far as it needs no server to have it; as in wandb 0.31.0."""

from __future__ import annotations

import json
import re
import urllib.parse
from typing import Any

from wandb_testkit.standin.api_base import Attrs, frame, public
from wandb_testkit.standin.api_query_generator import QueryGenerator


@public("wandb.apis.public.BetaReport", "wandb.apis.public.reports")
class BetaReport(Attrs):
    """A report.

    Args:
        service_api: where to ask.
        attrs: what is known of it.
        entity: who owns the project.
        project: the project's name.
    """

    def __init__(
        self,
        service_api: Any,
        attrs: dict[str, Any],
        entity: str | None = None,
        project: str | None = None,
    ) -> None:
        self._service_api = service_api
        self.project = project
        self.entity = entity
        self.query_generator = QueryGenerator()
        super().__init__(attrs)
        spec = self._attrs.setdefault("spec", {})
        if isinstance(spec, str):
            self._attrs["spec"] = json.loads(spec)

    @property
    def spec(self) -> dict[str, Any]:
        """What is in it."""
        return self._attrs["spec"]  # type: ignore[no-any-return]

    @property
    def sections(self) -> Any:
        """Its groups of panels."""
        return self.spec["panelGroups"]

    def runs(self, section: dict[str, Any], per_page: int = 50, only_selected: bool = True) -> Any:
        """The runs of a section.

        Args:
            section: one of ``sections``.
            per_page: how many runs a page has.
            only_selected: whether to leave out those that are not selected.
        """
        from wandb_testkit.standin.api_runs import Runs

        chosen = section["runSets"][section.get("openRunSet", 0)]
        sign = "+" if chosen["sort"].get("ascending") else "-"
        order = sign + self.query_generator.key_to_server_path(chosen["sort"]["key"])
        filters = self.query_generator.filter_to_mongo(chosen["filters"])
        if only_selected:
            filters["$or"][0]["$and"].append({"name": {"$in": chosen["selections"]["tree"]}})
        entity, project = str(self.entity), str(self.project)
        return Runs(self._service_api, entity, project, filters=filters, order=order, per_page=per_page)

    @property
    def id(self) -> str:
        """The server's id."""
        return self._attrs["id"]  # type: ignore[no-any-return]

    @property
    def name(self) -> str | None:
        """Its name."""
        return self._attrs.get("name")

    @property
    def display_name(self) -> str | None:
        """Its name for people."""
        return self._attrs.get("displayName")

    @property
    def description(self) -> str | None:
        """What it is about."""
        return self._attrs.get("description")

    @property
    def user(self) -> Any:
        """Who made it."""
        return self._attrs.get("user")

    @property
    def updated_at(self) -> Any:
        """When it was changed last."""
        return self._attrs.get("updatedAt")

    @property
    def created_at(self) -> Any:
        """When it was made."""
        return self._attrs.get("createdAt")

    @property
    def url(self) -> str | None:
        """Its page; None where something of it is not known."""
        if not (self._service_api and self.entity and self.project and self.display_name and self.id):
            return None
        words = re.sub(r"-+", "-", re.sub(r"\W", "-", self.display_name)).strip("-")
        page = f"{urllib.parse.quote(words)}--{self.id.replace('=', '')}"
        return f"{self._service_api.app_url}{self.entity}/{self.project}/reports/{page}"

    def to_html(self, height: int = 1024, hidden: bool = False) -> str:
        """HTML that shows its page."""
        url = self.url
        return "<div>Report URL not available</div>" if url is None else frame(url, height, hidden, "report")

    def _repr_html_(self) -> str:
        return self.to_html()
