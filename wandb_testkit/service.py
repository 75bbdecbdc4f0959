"""The real client's connection to its service, answered from memory.

The public Api's classes send everything through ``wandb.setup().ensure_service()``, as
protobuf requests: GraphQL documents, scans of histories, file transfers, questions about
the server's features.  `Connection` stands for what that returns, so those classes work as
they are, of any release that has them, and can start no process and reach no network.
"""

from __future__ import annotations

import itertools
import json
import os
from bisect import bisect_left
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from wandb_testkit.credentials import at_work
from wandb_testkit.errors import NotModelled
from wandb_testkit.links import settle_named
from wandb_testkit.server import history
from wandb_testkit.server.files import file_name
from wandb_testkit.server.graphql import Changes, GraphQLError

if TYPE_CHECKING:
    from wandb_testkit.client.session import Session

#: Features of the server that need what is not imitated.
_LACKING = frozenset({"SERVER_FEATURE_UNSPECIFIED", "ARTIFACT_REGISTRY_SEARCH", "SWEEPS_LOCAL_SCHEDULER"})


class Answered:
    """The handle of a request that is answered already.

    Args:
        answer: The answer.
    """

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def wait_or(self, *, timeout: float | None = None) -> Any:
        """Return the answer."""
        return self._answer

    async def wait_async(self, *, timeout: float | None = None) -> Any:
        """Return the answer."""
        return self._answer

    def map(self, change: Callable[[Any], Any]) -> Answered:
        """Return a handle of the changed answer."""
        return Answered(change(self._answer))

    def cancel(self, *args: Any) -> None:
        """It is too late."""


class Connection:
    """What ``wandb.setup().ensure_service()`` returns.

    Args:
        session: The patch's session.
    """

    owns_service = False

    def __init__(self, session: Session) -> None:
        # Later patches are none of this connection's business.
        self._session = at_work(session)
        self._pb = session.world.module("wandb.proto.wandb_api_pb2")
        self._numbers = itertools.count(1)
        self._scans: dict[int, tuple[list[int], list[dict[str, Any]]]] = {}

    def api_init_request(self, settings: Any) -> Any:
        """Begin a client's use of the connection."""
        response = self._pb.ServerApiInitResponse()
        if hasattr(response, "api_id"):
            response.api_id = str(next(self._numbers))
        return response

    def api_cleanup_request(self, api_id: str) -> None:
        """End it."""

    def finalize(self, obj: object, cleanup: Any) -> Callable[[], None]:
        """Nothing here has to be cleaned up."""
        return _nothing

    def teardown(self, exit_code: int) -> None:
        """There is no process to end."""

    def api_publish(self, api_request: Any) -> None:
        """Take a request that wants no answer: telemetry."""

    async def api_request_async(self, api_request: Any) -> Answered:
        """Answer a request, for code that awaits the answer."""
        return Answered(self.api_request(api_request))

    def api_request(self, api_request: Any, timeout: float | None = None) -> Any:
        """Answer a request.

        Args:
            api_request: The request.
            timeout: Without effect: the answer is there at once.

        Raises:
            WandbApiFailedError: The server refuses.
            NotModelled: It is not imitated.
        """
        if not self._session.active:
            raise self._session.left("wandb.Api")
        kind = api_request.WhichOneof("request")
        answer = getattr(self, f"_do_{kind}", None)
        if answer is None:
            raise self._refused(f"the service's {kind}")
        try:
            return answer(getattr(api_request, kind))
        except GraphQLError as error:
            raise self._failed(error) from None
        except NotModelled as error:
            # The client may swallow it; whoever called the Api is told all the same.
            self._session.refused = error
            raise

    def _refused(self, what: str) -> NotModelled:
        self._session.refused = NotModelled(what)
        return self._session.refused

    def _failed(self, error: GraphQLError) -> Exception:
        service = self._session.world.module("wandb.sdk.lib.service.service_connection")
        response = self._pb.ApiErrorResponse(message=error.message)
        if hasattr(response, "http_status"):
            response.http_status = error.status
        failed: Exception = service.WandbApiFailedError(error.message, response)
        return failed

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotModelled(f"wandb.setup().ensure_service().{name}")

    # ---- the kinds of requests

    def _do_graphql_request(self, request: Any) -> Any:
        changes = Changes(
            frozenset(request.omit_variables),
            frozenset(request.omit_fragments),
            frozenset(request.omit_fields),
            dict(request.rename_fields),
        )
        variables = json.loads(request.variables_json or "{}")
        data = self._session.server.execute(request.query, variables, changes)
        return self._pb.ApiResponse(graphql_response=self._pb.GraphQLResponse(data_json=json.dumps(data)))

    def _do_features_request(self, request: Any) -> Any:
        names = self._session.world.module("wandb.proto.wandb_internal_pb2").ServerFeature
        if "features" in request.DESCRIPTOR.fields_by_name:  # before release 0.30
            enabled = self._enabled(names, request.features)
            response = self._pb.FeaturesResponse(enabled=enabled)
        elif request.HasField("server"):
            enabled = self._enabled(names, request.server.features)
            response = self._pb.FeaturesResponse(server=self._pb.ServerFeaturesResponse(enabled=enabled))
        else:
            features = dict.fromkeys(request.org.features, False)
            response = self._pb.FeaturesResponse(org=self._pb.OrgFeaturesResponse(features=features))
        return self._pb.ApiResponse(features_response=response)

    def _enabled(self, names: Any, asked: Any) -> list[int]:
        return [number for number in asked if names.Name(number) not in _LACKING]

    def _do_auth_request(self, request: Any) -> Any:
        viewer = self._session.server.viewer
        if request.WhichOneof("request") == "get_access_token_request":
            response = self._pb.AuthResponse(get_access_token_response=self._pb.GetAccessTokenResponse())
        else:
            account = self._pb.AuthenticateResponse(
                default_entity=viewer["entity"],
                username=viewer["username"],
                email=viewer["email"],
                teams=viewer["teams"],
                flags_json="{}",
            )
            response = self._pb.AuthResponse(authenticate_response=account)
        return self._pb.ApiResponse(auth_response=response)

    def _do_read_run_history_request(self, request: Any) -> Any:
        kind = request.WhichOneof("request")
        asked = getattr(request, kind)
        if kind == "scan_run_history_init":
            run = self._session.server.run(asked.entity, asked.project, asked.run_id)
            if run is None:
                raise GraphQLError(f"no history found for run {asked.run_id}", 0)
            number = next(self._numbers)
            rows = sorted(history.scanned(run.rows(), list(asked.keys), None, None), key=_step)
            self._scans[number] = [row["_step"] for row in rows], rows
            answer: dict[str, Any] = {kind: self._pb.ScanRunHistoryInitResponse(request_id=number)}
        elif kind == "scan_run_history":
            answer = {"run_history": self._page(asked)}
        elif kind == "scan_run_history_cleanup":
            self._scans.pop(asked.request_id, None)
            answer = {kind: self._pb.ScanRunHistoryCleanupResponse()}
        else:
            raise NotModelled("wandb.Api().run(...).download_history_exports")
        return self._pb.ApiResponse(read_run_history_response=self._pb.ReadRunHistoryResponse(**answer))

    def _page(self, asked: Any) -> Any:
        if asked.request_id not in self._scans:
            raise GraphQLError("Run history scan not initialized.", 0)
        steps, rows = self._scans[asked.request_id]
        item = self._pb.ParquetHistoryItem
        found = rows[bisect_left(steps, asked.min_step) : bisect_left(steps, asked.max_step)]
        return self._pb.RunHistoryResponse(
            history_rows=[
                self._pb.HistoryRow(
                    history_items=[item(key=key, value_json=json.dumps(value)) for key, value in row.items()]
                )
                for row in found
            ]
        )

    def _do_download_file_request(self, request: Any) -> Any:
        content = self._session.server.download(request.url)
        folder = os.path.dirname(request.path)
        if folder:
            os.makedirs(folder, exist_ok=True)
        with open(settle_named(request.path, file_name(request.url)), "wb") as file:
            file.write(content)
        return self._pb.ApiResponse(download_file_response=self._pb.DownloadFileResponse())

    def _do_upload_file_request(self, request: Any) -> Any:
        with open(request.path, "rb") as file:
            self._session.server.upload(request.url, file.read())
        return self._pb.ApiResponse(upload_file_response=self._pb.UploadFileResponse())

    def _do_mark_run_files_uploaded_request(self, request: Any) -> Any:
        return self._pb.ApiResponse(mark_run_files_uploaded_response=self._pb.MarkRunFilesUploadedResponse())

    def _do_stop_run_request(self, request: Any) -> Any:
        self._session.server.stop_run(self._session.server.stored(request.storage_id))
        return self._pb.ApiResponse(stop_run_response=self._pb.StopRunResponse())

    def _do_read_run_console_logs_request(self, request: Any) -> Any:
        raise NotModelled("wandb.Api().run(...).console_logs")


def _step(row: dict[str, Any]) -> int:
    step: int = row["_step"]
    return step


def _nothing() -> None:
    """Nothing has to be done."""
