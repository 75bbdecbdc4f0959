"""Files as the public API shows them, as in wandb 0.31.0."""

from __future__ import annotations

import os
import re
from typing import IO, Any
from urllib.parse import urlparse

from wandb_testkit.links import settle
from wandb_testkit.standin import api_queries as queries
from wandb_testkit.standin.api_base import Attrs, SizedPaginator, inside, normalize_exceptions, public
from wandb_testkit.standin.paths import validate_fspath
from wandb_testkit.standin.place import termwarn
from wandb_testkit.standin.util import POW_2_BYTES, to_human_size


@public("wandb.apis.public.File", "wandb.apis.public.files")
class File(Attrs):
    """A file of a run, or of an artifact.

    Args:
        service_api: where to ask.
        attrs: what the server says of it.
        run: the run that it is of.
    """

    def __init__(self, service_api: Any, attrs: dict[str, Any], run: Any = None) -> None:
        self._service_api = service_api
        self.run = run
        super().__init__(attrs)

    @property
    def size(self) -> int:
        """Its size in bytes."""
        return int(self._attrs["sizeBytes"] or 0)

    @property
    def path_uri(self) -> str:
        """Where it is in a bucket of Amazon's; empty where it is not."""
        direct = self._attrs.get("directUrl")
        if not direct:
            termwarn("Unable to find direct_url of file")
            return ""
        if direct == self._attrs.get("url"):
            return str(direct)
        parts = urlparse(direct)
        if not re.match(r"^https?://.*s3.*amazonaws\.com.*", parts.geturl()):
            termwarn("path_uri is only available for files stored in S3")
            return ""
        return f"s3://{parts.netloc.partition('.')[0]}/{parts.path.lstrip('/')}"

    @normalize_exceptions
    def download(self, root: str = ".", replace: bool = False, exist_ok: bool = False, api: Any = None) -> IO[str]:
        """Write the file into a folder.

        Args:
            root: the folder.
            replace: whether to overwrite a file that is there.
            exist_ok: whether a file that is there may stay.
            api: the ``Api`` to ask.

        Returns:
            The file, open for reading.

        Raises:
            ValueError: the file is there (as ``CommError``).
        """
        path = validate_fspath(root, self.name)
        if os.path.exists(path) and not replace:
            if exist_ok:
                return open(path)
            raise ValueError(
                "File already exists, pass replace=True to overwrite or exist_ok=True to leave it as is and don't"
                " error."
            )
        service_api = self._service_api if api is None else api._service_api
        content = service_api.content(self.url)
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        with open(settle(path, root), "wb") as stream:
            stream.write(content)
        return open(path)

    @normalize_exceptions
    def delete(self) -> None:
        """Delete the file on the server."""
        sent = {"files": [self.id], "projectId": self.run._project_internal_id}
        self._service_api.execute_graphql(queries.DELETE_FILES, sent)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name} ({self.mimetype}) {to_human_size(self.size, units=POW_2_BYTES)}>"


@public("wandb.apis.public.Files", "wandb.apis.public.files")
class Files(SizedPaginator[File]):
    """The files of a run, a page at a time.

    Args:
        service_api: where to ask.
        run: the run.
        names: only these.
        per_page: how many files a page has.
        upload: whether to ask for addresses to upload to.
        pattern: only those like it, in SQL's manner: "%.json".

    Raises:
        ValueError: both names and a pattern are given.
    """

    def __init__(
        self,
        service_api: Any,
        run: Any,
        names: list[str] | None = None,
        per_page: int = 50,
        upload: bool = False,
        pattern: str | None = None,
    ) -> None:
        if names and pattern:
            raise ValueError(
                "Querying for files by both names and pattern is not supported."
                " Please provide either a list of names or a pattern to match."
            )
        self.QUERY = queries.FILES
        self.run = run
        variables = {
            "project": run.project,
            "entity": run.entity,
            "name": run.id,
            "fileNames": names or [],
            "upload": upload,
            "pattern": pattern,
        }
        super().__init__(service_api, variables, per_page)

    def _page(self) -> dict[str, Any]:
        return inside(self.last_response, "project", "run", "files") or {}

    @property
    def _length(self) -> int:
        if not self.last_response:
            self._load_page()
        return int((inside(self.last_response, "project", "run") or {}).get("fileCount", 0))

    @property
    def more(self) -> bool:
        """Whether there are more pages."""
        return not self.last_response or bool(inside(self._page(), "pageInfo", "hasNextPage"))

    @property
    def cursor(self) -> str | None:
        """Where the next page begins."""
        edges = self._page().get("edges")
        return edges[-1].get("cursor") if edges else None

    def update_variables(self) -> None:
        """Set the variables for the next page."""
        self.variables.update(fileLimit=self.per_page, fileCursor=self.cursor)

    def convert_objects(self) -> list[File]:
        """The files of the page that was asked for last."""
        return [File(self._service_api, edge["node"], self.run) for edge in self._page().get("edges") or []]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {'/'.join(self.run.path)} ({len(self)})>"
