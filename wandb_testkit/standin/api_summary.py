"""The summary of a run of the public API: a dict whose changes are sent by ``update``, as in wandb 0.31.0.

Its ``assert`` statements are the client's: they fail in the client's words (PYTEST_DONT_REWRITE).
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wandb_testkit.standin import api_queries as queries
from wandb_testkit.standin import util, util_json
from wandb_testkit.standin.base import WBValue
from wandb_testkit.standin.place import at, wandb

DEEP_SUMMARY_FNAME = "wandb.h5"
H5_TYPES = ("numpy.ndarray", "tensorflow.Tensor", "torch.Tensor")

_TABLES = ("table", "partitioned-table", "joined-table")

_Path = tuple[str, ...]


def _h5py() -> Any:
    return util.get_module("h5py")


def _key(key: Any) -> Any:
    return key.strip() if isinstance(key, str) else key


def _is_tensor(value: Any) -> bool:
    return isinstance(value, dict) and value.get("_type") in H5_TYPES


@at("wandb.apis.public.summary")
class SummarySubDict:
    """A dict in a summary; spaces around its keys do not count.

    Args:
        root: the summary.
        path: where in it.
    """

    def __init__(self, root: Any = None, path: Iterable[str] = ()) -> None:
        self._path = tuple(path)
        self._root: Any = self if root is None else root
        held: dict[str, Any] = {}
        if root is not None:
            held = root._json_dict
            for key in self._path:
                held = held.get(key, {})
        self._json_dict = held
        self._dict: dict[str, Any] = {}
        self._locked_keys: set[str] = set()

    def __setattr__(self, k: str, v: Any) -> None:
        k = k.strip()
        if k.startswith("_"):
            object.__setattr__(self, k, v)
        else:
            self[k] = v

    def __getattr__(self, k: str) -> Any:
        k = k.strip()
        return object.__getattribute__(self, k) if k.startswith("_") else self[k]

    def _root_get(self, path: _Path, child_dict: dict[str, Any]) -> None:
        raise NotImplementedError

    def _root_set(self, path: _Path, new_keys_values: Iterable[tuple[str, Any]]) -> None:
        raise NotImplementedError

    def _root_del(self, path: _Path) -> None:
        raise NotImplementedError

    def _write(self, commit: bool = False) -> Any:
        raise NotImplementedError

    def keys(self) -> Any:
        """Its keys."""
        return self._json_dict.keys()

    def get(self, k: Any, default: Any = None) -> Any:
        """The value of a key, or the default."""
        k = _key(k)
        if k not in self._dict:
            self._root._root_get((*self._path, k), self._dict)
        return self._dict.get(k, default)

    def items(self) -> Iterator[tuple[str, Any]]:
        """Its keys and values."""
        for key in self.keys():
            yield key, self[key]

    def __getitem__(self, k: Any) -> Any:
        k = _key(k)
        self.get(k)
        return self._dict[k]

    def __contains__(self, k: Any) -> bool:
        return _key(k) in self._json_dict

    def __setitem__(self, k: Any, v: Any) -> None:
        k = _key(k)
        if isinstance(v, dict):
            self._dict[k] = SummarySubDict(self._root, (*self._path, k))
            self._root._root_set(self._path, [(k, {})])
            self._dict[k].update(v)
        else:
            self._dict[k] = v
            self._root._root_set(self._path, [(k, v)])
        self._locked_keys.add(k)
        self._root._write()

    def __delitem__(self, k: str) -> None:
        k = k.strip()
        del self._dict[k]
        self._root._root_del((*self._path, k))
        self._root._write()

    def __repr__(self) -> str:
        shown = dict(self._dict)
        for key, value in self._json_dict.items():
            shown[key] = "..." if key not in shown and _is_tensor(value) else self[key]
        return repr(shown)

    def update(self, key_vals: Any = None, overwrite: bool = True) -> None:
        """Set values, and send all that was changed.

        Args:
            key_vals: the values.
            overwrite: whether to set keys, too, that were set before.
        """
        if key_vals:
            self._root._root_set(self._path, self._update(key_vals, overwrite))
        self._root._write(commit=True)

    def _update(self, key_vals: Mapping[str, Any], overwrite: bool) -> Any:
        if not key_vals:
            return None
        given = {key.strip(): value for key, value in key_vals.items()}
        if overwrite:
            self._locked_keys.update(given)
        else:
            given = {key: value for key, value in given.items() if key not in self._locked_keys}
        for key, value in given.items():
            if isinstance(value, dict):
                self._dict[key] = SummarySubDict(self._root, (*self._path, key))
                self._dict[key]._update(value, overwrite)
            else:
                self._dict[key] = value
        return list(given.items())


@at("wandb.apis.public.summary")
class Summary(SummarySubDict):
    """The whole summary.

    Args:
        run: the run that it is of.
        summary: what the server says of it.
    """

    def __init__(self, run: Any, summary: dict[str, Any] | None = None) -> None:
        super().__init__()
        self._run = run
        self._h5: Any = None
        self._json_dict = {} if summary is None else summary

    @property
    def _h5_path(self) -> str:
        return os.path.join(self._run.dir, DEEP_SUMMARY_FNAME)

    def _inside(self, path: _Path) -> Any:
        held = self._json_dict
        for key in path:
            held = held[key]
        return held

    def _root_get(self, path: _Path, child_dict: dict[str, Any]) -> None:
        held = self._inside(path[:-1])
        if path[-1] in held:
            child_dict[path[-1]] = self._decode(path, held[path[-1]])

    def _root_del(self, path: _Path) -> None:
        was = self._inside(path[:-1]).pop(path[-1])
        if _is_tensor(was):
            if not _h5py():
                wandb("termerror")("Deleting tensors in summary requires h5py")
                return
            self.open_h5()
            del self._h5["summary/" + ".".join(path)]
            self._h5.flush()

    def _root_set(self, path: _Path, new_keys_values: Iterable[tuple[str, Any]]) -> None:
        held = self._inside(path)
        for key, value in new_keys_values:
            held[key] = self._encode(value, (*path, key))

    def write_h5(self, path: _Path, val: Any) -> None:
        """Keep an array in the file beside the summary."""
        self.open_h5()
        if not self._h5:
            wandb("termerror")("Storing tensors in summary requires h5py")
            return
        name = "summary/" + ".".join(path)
        if name in self._h5:
            del self._h5[name]
        self._h5[name] = val
        self._h5.flush()

    def read_h5(self, path: _Path, val: Any = None) -> Any:
        """An array from the file beside the summary."""
        self.open_h5()
        if not self._h5:
            wandb("termerror")("Reading tensors from summary requires h5py")
            return None
        return self._h5.get("summary/" + ".".join(path), val)

    def open_h5(self) -> None:
        """Open the file beside the summary."""
        library = _h5py()
        if not self._h5 and library:
            self._h5 = library.File(self._h5_path, "a", libver="latest")

    def _decode(self, path: _Path, json_value: Any) -> Any:
        if not isinstance(json_value, dict):
            return json_value
        if _is_tensor(json_value):
            return self.read_h5(path, json_value)
        if json_value.get("_type") == "data-frame":
            wandb("termerror")("This data frame was saved via the wandb data API. Contact support@wandb.com for help.")
            return None
        return SummarySubDict(self, path)

    def _encode(self, value: Any, path_from_root: _Path) -> Any:
        if isinstance(value, dict):
            return {key: self._encode(nested, (*path_from_root, key)) for key, nested in value.items()}
        friendly, _ = util_json.json_friendly(self._plain(value, ".".join(path_from_root)))
        encoded, is_compressed = util_json.maybe_compress_summary(friendly, util.get_h5_typename(value))
        if is_compressed:
            self.write_h5(path_from_root, friendly)
        return encoded

    def _plain(self, value: Any, key: str) -> Any:
        """A value without media of wandb's own: those belong to a run that goes on."""
        if isinstance(value, (list, tuple)) and all(isinstance(item, WBValue) for item in value):
            return [self._plain(item, key) for item in value]
        if isinstance(value, WBValue):
            if getattr(value, "_log_type", None) in _TABLES:
                from wandb_testkit.standin.artifact import InternalArtifact

                # The client logs a table as an artifact first, which a run of the public API refuses.
                self._run.log_artifact(InternalArtifact(f"run-{self._run.id}-{key}", "run_table"))
            if hasattr(value, "bind_to_run"):
                value.bind_to_run(self._run, key, "summary")
            return value.to_json(self._run)
        return value


@at("wandb.apis.public.summary")
class HTTPSummary(Summary):
    """The summary of a run that the server has.

    Args:
        run: the run that it is of.
        service_api: where to send changes.
        summary: what the server says of it.
    """

    def __init__(self, run: Any, service_api: Any, summary: dict[str, Any] | None = None) -> None:
        super().__init__(run, summary=summary)
        self._service_api = service_api
        self._started = time.time()

    def __delitem__(self, key: str) -> None:
        if key not in self._json_dict:
            raise KeyError(key)
        del self._json_dict[key]

    def load(self) -> None:
        """Do nothing."""

    def open_h5(self) -> None:
        """Open the file beside the summary; the server's first."""
        if not self._h5 and _h5py():
            for file in self._run.files(names=[DEEP_SUMMARY_FNAME]):
                if file.updated_at:
                    wandb("termlog")("Downloading summary data...")
                    file.download(root=self._run.dir, replace=True)
        super().open_h5()

    def _write(self, commit: bool = False) -> Any:
        if not commit:
            return False
        if self._h5:
            self._h5.close()
            self._h5 = None
        sent = {"id": self._run.storage_id, "summaryMetrics": util_json.json_dumps_safer(self._json_dict)}
        answer = self._service_api.execute_graphql(queries.UPDATE_SUMMARY, sent)
        assert answer["upsertBucket"]["bucket"]["id"]
        if "dir" not in vars(self._run):
            return None  # nobody asked for the run's folder, so there is nothing in it
        if os.path.exists(self._h5_path) and os.path.getmtime(self._h5_path) >= self._started:
            wandb("termlog")("Uploading summary data...")
            self._run.upload_file(self._h5_path, root=self._run.dir)
        return None
