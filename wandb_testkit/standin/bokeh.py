"""``wandb.data_types.Bokeh``.

What is written for it, and what it refuses, is as in wandb 0.31.0. The package bokeh is asked for as wandb asks.
"""

from __future__ import annotations

import json
import os
import pathlib
from typing import Any, ClassVar

from wandb_testkit.standin import dtypes, util, util_json
from wandb_testkit.standin.base import Media, temporary_path
from wandb_testkit.standin.place import at


def _plain(document: Any) -> Any:
    """A document as plain JSON, which newer releases of bokeh must be asked for."""
    try:
        return document.to_json(deferred=False)
    except TypeError:
        return document.to_json()


@at("wandb.sdk.data_types.bokeh")
class Bokeh(Media):
    """A plot of bokeh's.

    Args:
        data_or_path: a file of bokeh's JSON, a model, or a document.

    Raises:
        TypeError: none of these was given.
        wandb.Error: bokeh is missing.
    """

    _log_type = "bokeh-file"

    def __init__(self, data_or_path: Any) -> None:
        super().__init__()
        bokeh = util.get_module(
            "bokeh",
            required="'Bokeh' requires the bokeh package.  Please install it with `pip install bokeh`.",
        )
        if isinstance(data_or_path, (str, pathlib.Path)) and os.path.exists(data_or_path):
            with open(data_or_path) as stream:
                self.b_obj = bokeh.document.Document.from_json(json.load(stream))
            self._set_file(str(data_or_path), is_tmp=False, extension=".bokeh.json")
        elif isinstance(data_or_path, bokeh.model.Model):
            self._from_model(bokeh.document.Document, data_or_path)
        elif not isinstance(data_or_path, bokeh.document.Document):
            raise TypeError("Bokeh constructor accepts Bokeh document/model or path to Bokeh json file")

    def _from_model(self, document: Any, model: Any) -> None:
        first = document()
        first.add_root(model)
        # Twice to JSON, so that the same plot gives the same file.
        self.b_obj = document.from_json(_plain(first))
        found = _plain(self.b_obj)
        roots = found.get("roots")
        if isinstance(roots, dict) and "references" in roots:
            roots["references"].sort(key=lambda item: item["id"])
        path = temporary_path(".bokeh.json")
        with open(path, "w", encoding="utf-8") as stream:
            util_json.json_dump_safer(found, stream)
        self._set_file(path, is_tmp=True, extension=".bokeh.json")

    def get_media_subdir(self) -> str:  # type: ignore[override]
        """The folder in a run for this type's files."""
        return os.path.join("media", "bokeh")

    def to_json(self, run: Any) -> dict[str, Any]:
        """The plot as JSON."""
        return {**super().to_json(run), "_type": self._log_type}

    @classmethod
    def from_json(cls, json_obj: dict[str, Any], source_artifact: Any) -> Any:
        """The plot from JSON."""
        return cls(source_artifact.get_entry(json_obj["path"]).download())


@at("wandb.sdk.data_types.bokeh")
class _BokehFileType(dtypes.Type):
    """Takes plots of bokeh's."""

    name = "bokeh-file"
    types: ClassVar[list[type]] = [Bokeh]


dtypes.TypeRegistry.add(_BokehFileType)
