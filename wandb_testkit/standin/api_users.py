"""Users and teams of the public API, as in wandb 0.31.0."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, MutableMapping
from typing import Any

from wandb_testkit.standin import api_queries as queries
from wandb_testkit.standin.api_base import Attrs, inside, public
from wandb_testkit.standin.errors import WandbApiFailedError


@public("wandb.apis.public.User", "wandb.apis.public.users")
class User(Attrs):
    """A user.

    Args:
        service_api: where to ask.
        attrs: what the server says of the user.
        api_key: a key of the user's.
    """

    def __init__(self, service_api: Any, attrs: MutableMapping[str, Any], api_key: str | None = None) -> None:
        super().__init__(attrs)
        self._service_api = service_api
        self._api_key = api_key
        self._user_api: Any = None

    @property
    def user_api(self) -> Any:
        """An ``Api`` of the user's own; None where no key is known."""
        if self._user_api is None and self._api_key:
            # Whatever stands for ``wandb.Api`` in the patch that the user was asked for in.
            self._user_api = self._service_api._session.namespace["Api"](api_key=self._api_key)
        return self._user_api

    @classmethod
    def create(cls, api: Any, email: str, admin: bool | None = False) -> User:
        """Make a user on the server."""
        answer = api._service_api.execute_graphql(queries.CREATE_USER, {"email": email, "admin": admin})
        user = inside(answer, "result", "user")
        if not user:
            raise ValueError(f"Failed to create user {email!r}.")
        return cls(api._service_api, user, api_key=api.api_key)

    def _names(self, field: str) -> list[str]:
        found = self._attrs.get(field)
        return [] if found is None else [edge["node"]["name"] for edge in found["edges"]]

    @property
    def api_keys(self) -> list[str]:
        """The names of the user's keys."""
        return self._names("apiKeys")

    @property
    def teams(self) -> list[str]:
        """The names of the user's teams."""
        return self._names("teams")

    def delete_api_key(self, api_key: str) -> bool:
        """Delete a key.

        Args:
            api_key: its name.

        Returns:
            Whether it is gone.

        Raises:
            ValueError: the user has no such key.
        """
        key = self._attrs["apiKeys"]["edges"][self.api_keys.index(api_key)]["node"]["id"]
        try:
            self._service_api.execute_graphql(queries.DELETE_API_KEY, {"id": key})
        except WandbApiFailedError:
            return False
        return True

    def generate_api_key(self, description: str | None = None) -> str | None:
        """Make a key.

        Args:
            description: what it is for.

        Returns:
            The key; None where the server refuses.
        """
        try:
            answer = self._service_api.execute_graphql(queries.GENERATE_API_KEY, {"description": description})
        except WandbApiFailedError:
            return None
        key = inside(answer, "result", "apiKey")
        if not key:
            return None
        self._attrs["apiKeys"]["edges"].append({"node": key})
        return str(key["name"])

    def __repr__(self) -> str:
        for field in ("email", "username", "id"):
            if found := self._attrs.get(field):
                return f"<User {found}>"
        if name := self._attrs.get("name"):
            return f"<User {name!r}>"
        return "<User ???>"


@public("wandb.apis.public.Member", "wandb.apis.public.teams")
class Member(Attrs):
    """A member of a team.

    Args:
        service_api: where to ask.
        team: the team's name.
        attrs: what the server says of the member.
    """

    def __init__(self, service_api: Any, team: str, attrs: Mapping[str, Any]) -> None:
        super().__init__(attrs)
        self._service_api = service_api
        self.team = team

    def delete(self) -> Any:
        """Take the member out of the team; say whether that is done."""
        try:
            answer = self._service_api.execute_graphql(queries.DELETE_INVITE, {"id": self.id, "entity": self.team})
        except WandbApiFailedError:
            return False
        result = inside(answer, "result")
        return result is not None and result["success"]

    def __repr__(self) -> str:
        return f"<Member {self.name} ({self.account_type})>"


@public("wandb.apis.public.Team", "wandb.apis.public.teams")
class Team(Attrs):
    """A team.

    Args:
        service_api: where to ask.
        name: its name.
        attrs: what the server says of it.
    """

    def __init__(self, service_api: Any, name: str, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__(attrs or {})
        self._service_api = service_api
        self.name = name
        self.load()

    @classmethod
    def create(cls, api: Any, team: str, admin_username: str | None = None) -> Team:
        """Make a team on the server."""
        sent = {"teamName": team, "teamAdminUserName": admin_username}
        # The team may be there already.
        with contextlib.suppress(WandbApiFailedError):
            api._service_api.execute_graphql(queries.CREATE_TEAM, sent)
        return cls(api._service_api, team)

    def invite(self, username_or_email: str, admin: bool = False) -> bool:
        """Invite a user; say whether that was possible."""
        key = "email" if "@" in username_or_email else "username"
        sent = {"entity": self.name, "admin": admin, key: username_or_email}
        try:
            self._service_api.execute_graphql(queries.INVITE, sent)
        except WandbApiFailedError:
            return False
        return True

    def create_service_account(self, description: str) -> Member | None:
        """Make an account that is no person's; None where the server refuses."""
        sent = {"entity": self.name, "description": description}
        try:
            self._service_api.execute_graphql(queries.CREATE_SERVICE_ACCOUNT, sent)
            self.load(True)
            return self.members[-1]  # type: ignore[no-any-return]
        except WandbApiFailedError:
            return None

    def load(self, force: bool = False) -> dict[str, Any]:
        """Ask for the team.

        Args:
            force: also where it is known already.

        Returns:
            What the server says of it.
        """
        if force or not self._attrs:
            answer = self._service_api.execute_graphql(queries.TEAM, {"name": self.name})
            self._attrs = inside(answer, "entity") or {}
            self._attrs["members"] = [Member(self._service_api, self.name, member) for member in self._attrs["members"]]
        return self._attrs

    def __repr__(self) -> str:
        return f"<Team {self.name}>"
