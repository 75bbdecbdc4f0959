"""The part of the client that turns TensorBoard's event files into history rows.

wandb-core reads the files while the run goes on; when exactly, nobody can say.  Here they are read when the run
finishes, which is what a short run sees: what was flushed by then is logged, after what the program logged itself.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
from time import time
from typing import TYPE_CHECKING, Any

from wandb_testkit.rules import naming
from wandb_testkit.rules.lifecycle import ConfigSent, Synced
from wandb_testkit.rules.tensorboard import events, folders, images

if TYPE_CHECKING:
    from wandb_testkit.client.run import RunClient


class Sync:
    """The folders of event files that a run takes in.

    Args:
        client: The run's client.
    """

    def __init__(self, client: RunClient) -> None:
        self._client = client
        self._watched: list[folders.Watched] = []

    def watch(self, logdir: str, save: bool, root: str) -> None:
        """Take in a folder from now on, as a writer that begins to fill it says.

        Args:
            logdir: The folder.
            save: Whether its files are the run's files too.
            root: What the namespace of its tags does not count; "" to find out.
        """
        # Folders in a cloud are read with its own libraries: nothing may reach them from here.
        if str(logdir).startswith(("s3://", "gs://", "az://")):
            return
        root = os.path.abspath(root) if root else ""
        self._watched.append(folders.Watched(os.path.abspath(logdir), bool(save), root, time()))
        if len(self._watched) == 2 and not self._watched[0].root:
            # Only now the client knows what is common to both, and begins to read the first one.
            names = self._files(self._watched[0]).names()
            self._watched[0].first = names[0] if names else None

    def _files(self, watched: folders.Watched) -> folders.Files:
        return folders.Files(watched.folder, self._client.state.start_time, socket.gethostname(), watched.first)

    def finish(self) -> None:
        """Log what is in the files."""
        for index, watched in enumerate(self._watched):
            root, is_namespace = folders.root_of(self._watched, index, os.getcwd())
            namespace = (folders.below(root, watched.folder) or "") if is_namespace else ""
            files = self._files(watched)
            fewer = self._client.session.world.behaviour.fewer_synced_images
            formats = images.OLDER_FORMATS if fewer else images.FORMATS
            for row in events.rows(files, namespace, formats):
                self._log(row)
            for path in files.read if watched.saved else ():
                self._save(path, folders.below(root, path))
        self._watched.clear()

    def _save(self, path: str, name: str | None) -> None:
        """Make a file one of the run's own, by a link."""
        if not name:
            return
        link = os.path.join(self._client.files_directory, name)
        try:
            os.makedirs(os.path.dirname(link), exist_ok=True)
            os.symlink(path, link)
        except OSError:
            # There is one already, or the system makes none: the client goes on without it.
            return
        self._client.publish_files([(name, "end")])

    def _log(self, row: events.Row) -> None:
        values: dict[str, Any] = {}
        for tag, value in row.values.items():
            if isinstance(value, events.Images):
                value = self._images(value)
            elif isinstance(value, events.Table):
                self._client._effect(ConfigSent({"_wandb": {"visualize": {tag: _chart(tag)}}}))
                value = self._table(value)
            values[tag] = value
        sent = {**values, "global_step": row.step, "_timestamp": row.wall_time}
        self._client._effect(Synced(sent, time()))

    def _images(self, images: events.Images) -> dict[str, Any]:
        kind, width, height = images.head
        names = [self._write("images", f".{kind}", data) for data in images.data]
        return {
            "_type": "images/separated",
            "filenames": names,
            "format": kind,
            "width": width,
            "height": height,
            "count": len(names),
        }

    def _table(self, table: events.Table) -> dict[str, Any]:
        rows = [[int(value) if value.is_integer() else value for value in row] for row in table.rows]
        content = json.dumps({"columns": table.columns, "data": rows}, separators=(",", ":")).encode()
        return {
            "_type": "table-file",
            "ncols": len(table.columns),
            "nrows": len(rows),
            "sha256": _as_text(hashlib.sha256(content).digest()),
            "size": len(content),
            "path": self._write("table", ".table.json", content),
        }

    def _write(self, kind: str, ending: str, content: bytes) -> str:
        """Write a file of the run and return its name."""
        name = f"media/{kind}/{naming.generate_id(32)}{ending}"
        path = os.path.join(self._client.files_directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
        self._client.publish_files([(name, "now")])
        return name


def _as_text(digest: bytes) -> str:
    """Return bytes as the client's encoder takes them for text: each that is out of place becomes U+FFFD."""
    found, place = [], 0
    while place < len(digest):
        for size in (1, 2, 3, 4):
            try:
                found.append(digest[place : place + size].decode())
            except UnicodeDecodeError:
                continue
            place += size
            break
        else:
            found.append("\N{REPLACEMENT CHARACTER}")
            place += 1
    return "".join(found)


def _chart(tag: str) -> dict[str, Any]:
    """Return the line chart that the client shows a PR curve in."""
    table = {"name": "summaryTable", "args": [{"name": "tableKey", "value": tag}]}
    fields = [{"name": "id"}, {"name": "name"}, {"name": "_defaultColorIndex"}, table]
    query = {"name": "runSets", "args": [{"name": "runSets", "value": "${runSets}"}], "fields": fields}
    return {
        "panel_type": "Vega2",
        "panel_config": {
            "panelDefId": "wandb/line/v0",
            "fieldSettings": {"x": "recall", "y": "precision"},
            "stringSettings": {"title": f"{tag} Precision v. Recall"},
            "transform": {"name": "tableWithLeafColNames"},
            "userQuery": {"queryFields": [query]},
        },
    }
