"""``QueryGenerator``: filters and orders of runs in the two forms that they have, as in wandb 0.31.0."""

from __future__ import annotations

from typing import Any, ClassVar

from wandb_testkit.standin.api_base import public

_COLUMNS = ("createdAt", "updatedAt", "name", "sweep")
#: What a key's path begins with on the server, by the section that the key is in.
_PREFIXES = {"config": "config.", "summary": "summary_metrics.", "keys_info": "keys_info.keys.", "tags": "tags."}


@public("wandb.apis.public.QueryGenerator", "wandb.apis.public.query_generator")
class QueryGenerator:
    """Turns the filters of the web interface into MongoDB's and back."""

    INDIVIDUAL_OP_TO_MONGO: ClassVar[dict[str, str]] = {
        "!=": "$ne",
        ">": "$gt",
        ">=": "$gte",
        "<": "$lt",
        "<=": "$lte",
        "IN": "$in",
        "NIN": "$nin",
        "REGEX": "$regex",
    }
    MONGO_TO_INDIVIDUAL_OP: ClassVar[dict[str, str]] = {v: k for k, v in INDIVIDUAL_OP_TO_MONGO.items()}
    GROUP_OP_TO_MONGO: ClassVar[dict[str, str]] = {"AND": "$and", "OR": "$or"}
    MONGO_TO_GROUP_OP: ClassVar[dict[str, str]] = {v: k for k, v in GROUP_OP_TO_MONGO.items()}

    def __init__(self) -> None:
        pass

    @classmethod
    def format_order_key(cls, key: str) -> str:
        """An order with its sign, "-" by default, and the section of its key, the summary by default."""
        sign, key = (key[0], key[1:]) if key.startswith(("+", "-")) else ("-", key)
        first, *rest = key.split(".")
        known = first in ("config", "summary_metrics", "tags") if rest else first in _COLUMNS
        if known and not rest:
            # The original says nothing for a column: its callers send no order at all then.
            return None  # type: ignore[return-value]
        return sign + key if known else f"{sign}summary_metrics.{key}"

    def key_to_server_path(self, key: dict[str, Any]) -> Any:
        """The path of a key on the server.

        Raises:
            ValueError: there is no such section.
        """
        if key["section"] == "run":
            return key["name"]
        if key["section"] not in _PREFIXES:
            raise ValueError(f"Invalid key: {key}")
        return _PREFIXES[key["section"]] + key["name"]

    def server_path_to_key(self, path: str) -> dict[str, str]:
        """The key of a path on the server."""
        for section, prefix in _PREFIXES.items():
            if path.startswith(prefix):
                return {"section": section, "name": path.split(prefix, 1)[1]}
        return {"section": "run", "name": path}

    def keys_to_order(self, keys: dict[str, Any]) -> list[str]:
        """Orders of sorting keys."""
        return [("+" if key.get("ascending") else "-") + self.key_to_server_path(key["key"]) for key in keys["keys"]]

    def order_to_keys(self, order: list[str]) -> dict[str, Any]:
        """Sorting keys of orders.

        Raises:
            Exception: an order has no sign.
        """
        if any(each[0] not in "+-" for each in order):
            raise Exception("you must sort by ascending(+) or descending(-)")
        return {"keys": [{"key": {"section": "run", "name": each[1:]}, "ascending": each[0] == "+"} for each in order]}

    def filter_to_mongo(self, filter: dict[str, Any]) -> Any:
        """A filter in MongoDB's form."""
        if filter.get("key") is not None:
            return self._to_mongo_individual(filter)
        if filter.get("filters") is not None:
            return {self.GROUP_OP_TO_MONGO[filter["op"]]: [self.filter_to_mongo(each) for each in filter["filters"]]}
        return None

    def _to_mongo_individual(self, filter: dict[str, Any]) -> Any:
        key, op, value = filter["key"], filter["op"], filter.get("value")
        if key["name"] == "" or (value is None and op not in ("=", "!=")) or filter.get("disabled"):
            return None
        if key["section"] == "tags":
            if op == "IN":
                return {"tags": {"$in": filter["value"]}}
            if filter["value"] is False:
                return {"$or": [{"tags": None}, {"tags": {"$ne": key["name"]}}]}
            return {"tags": key["name"]}
        path = self.key_to_server_path(key)
        if path is None:
            return path
        value = filter["value"]
        return {path: value if op == "=" else {self.INDIVIDUAL_OP_TO_MONGO[op]: value}}

    def mongo_to_filter(self, filter: dict[str, Any] | None) -> Any:
        """A filter of MongoDB's in the web interface's form."""
        if filter is None:
            return None
        group = next((key for key in filter if key in self.MONGO_TO_GROUP_OP), None)
        if group is not None:
            inner = [self.mongo_to_filter(each) for each in filter[group]]
            return {"op": self.MONGO_TO_GROUP_OP[group], "filters": inner}
        for path, value in filter.items():
            key = self.server_path_to_key(path)
            if not isinstance(value, dict):
                return {"key": key, "op": "=", "value": value}
            op = next(iter(value))
            return {"key": key, "op": self.MONGO_TO_INDIVIDUAL_OP[op], "value": value[op]}
        return None
