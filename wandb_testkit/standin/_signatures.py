"""The signatures of wandb 0.31.0: written by scripts/generate_signatures.py, not by hand.

One line a name: its qualified name, its kind, its signature (methods without ``self``; of a property, whether
it can be set).
``wandb_testkit.standin.signatures`` reads them. A default that is no literal is ``_('its repr')``.
"""

# ruff: noqa: E501
from __future__ import annotations

WANDB_VERSION = "0.31.0"

SIGNATURES = r'''
wandb.agent function (sweep_id: str, function: Callable | None = None, entity: str | None = None, project: str | None = None, count: int | None = None, forward_signals: bool = False, term_timeout: int | None = None, max_consecutive_failed_runs: int | None = None) -> None
wandb.alert function (title: str, text: str, level: str | AlertLevel | None = None, wait_duration: int | float | timedelta | None = None) -> None
wandb.attach function (attach_id: str | None = None, run_id: str | None = None, *, run: Run | None = None) -> Run | None
wandb.box3d function (*, center: npt.ArrayLike, size: npt.ArrayLike, orientation: npt.ArrayLike, color: RGBColor, label: str | None = None, score: numeric | None = None) -> Box3D
wandb.controller function (sweep_id_or_config: str | dict | None = None, entity: str | None = None, project: str | None = None) -> _WandbController
wandb.define_metric function (name: str, step_metric: str | wandb_metric.Metric | None = None, step_sync: bool | None = None, hidden: bool | None = None, summary: str | None = None, overwrite: bool | None = None) -> wandb_metric.Metric
wandb.ensure_configured function () -> None
wandb.finish function (exit_code: int | None = None) -> None
wandb.init function (entity: str | None = None, project: str | None = None, dir: StrPath | None = None, id: str | None = None, name: str | None = None, notes: str | None = None, tags: Sequence[str] | None = None, config: dict[str, Any] | str | None = None, config_exclude_keys: list[str] | None = None, config_include_keys: list[str] | None = None, allow_val_change: bool | None = None, group: str | None = None, job_type: str | None = None, mode: Literal['online', 'offline', 'disabled', 'shared'] | None = None, force: bool | None = None, reinit: bool | Literal[None, 'default', 'return_previous', 'finish_previous', 'create_new'] = None, resume: bool | Literal['allow', 'never', 'must', 'auto'] | None = None, resume_from: str | None = None, fork_from: str | None = None, save_code: bool | None = None, tensorboard: bool | None = None, sync_tensorboard: bool | None = None, monitor_gym: bool | None = None, settings: Settings | dict[str, Any] | None = None, anonymous: DoNotSet = _('<object object>')) -> Run
wandb.join function (exit_code: int | None = None) -> None
wandb.link_model function (path: StrPath, registered_model_name: str, name: str | None = None, aliases: list[str] | None = None) -> Artifact | None
wandb.log function (data: dict[str, Any], step: int | None = None, commit: bool | None = None) -> None
wandb.log_artifact function (artifact_or_path: Artifact | StrPath, name: str | None = None, type: str | None = None, aliases: list[str] | None = None, tags: list[str] | None = None) -> Artifact
wandb.log_model function (path: StrPath, name: str | None = None, aliases: list[str] | None = None) -> None
wandb.login function (key: str | None = None, relogin: bool | None = None, host: str | None = None, force: bool | None = None, timeout: int | None = None, verify: bool = True, referrer: str | None = None, prompt: bool = True, anonymous: DoNotSet = _('<object object>')) -> bool
wandb.mark_preempting function () -> None
wandb.pin_config_keys function (keys: Sequence[str] = ()) -> None
wandb.plot_table function (vega_spec_name: str, data_table: wandb.Table, fields: dict[str, Any], string_fields: dict[str, Any] | None = None, split_table: bool = False) -> CustomChart
wandb.require function (requirement: str | Iterable[str] | None = None, experiment: str | Iterable[str] | None = None) -> None
wandb.restore function (name: str, run_path: str | None = None, replace: bool = False, root: str | None = None) -> None | TextIO
wandb.sagemaker_auth function (overrides: dict[str, Any] | None = None, path: str = '.', api_key: str | None = None) -> None
wandb.save function (glob_str: str | os.PathLike, base_path: str | os.PathLike | None = None, policy: PolicyName = 'live', glob: bool = True) -> bool | list[str]
wandb.setup function (settings: Settings | None = None) -> _WandbSetup
wandb.sweep function (sweep: dict | Callable, entity: str | None = None, project: str | None = None, prior_runs: list[str] | None = None) -> str
wandb.teardown function (exit_code: int | None = None) -> None
wandb.termerror function (string: str, newline: bool = True, repeat: bool = True, prefix: bool = True) -> None
wandb.termlog function (string: str = '', newline: bool = True, repeat: bool = True, prefix: bool = True) -> None
wandb.termsetup function (settings: wandb.Settings, logger: SupportsLeveledLogging | None) -> None
wandb.termwarn function (string: str, newline: bool = True, repeat: bool = True, prefix: bool = True) -> None
wandb.unwatch function (models: torch.nn.Module | Sequence[torch.nn.Module] | None = None) -> None
wandb.use_artifact function (artifact_or_name: str | Artifact, type: str | None = None, aliases: list[str] | None = None, use_as: str | None = None) -> Artifact
wandb.use_model function (name: str) -> FilePathStr
wandb.visualize function (id: str, value: Table) -> Visualize
wandb.watch function (models: torch.nn.Module | Sequence[torch.nn.Module], criterion: torch.F | None = None, log: Literal['gradients', 'parameters', 'all'] | None = 'gradients', log_freq: int = 1000, idx: int | None = None, log_graph: bool = False) -> None
wandb.plot.bar function (table: wandb.Table, label: str, value: str, title: str = '', split_table: bool = False) -> CustomChart
wandb.plot.confusion_matrix function (probs: Sequence[Sequence[float]] | None = None, y_true: Sequence[T] | None = None, preds: Sequence[T] | None = None, class_names: Sequence[str] | None = None, title: str = 'Confusion Matrix Curve', split_table: bool = False) -> CustomChart
wandb.plot.histogram function (table: wandb.Table, value: str, title: str = '', split_table: bool = False) -> CustomChart
wandb.plot.line function (table: wandb.Table, x: str, y: str, stroke: str | None = None, title: str = '', split_table: bool = False) -> CustomChart
wandb.plot.line_series function (xs: Iterable[Iterable[Any]] | Iterable[Any], ys: Iterable[Iterable[Any]], keys: Iterable[str] | None = None, title: str = '', xname: str = 'x', split_table: bool = False) -> CustomChart
wandb.plot.plot_table function (vega_spec_name: str, data_table: wandb.Table, fields: dict[str, Any], string_fields: dict[str, Any] | None = None, split_table: bool = False) -> CustomChart
wandb.plot.pr_curve function (y_true: Iterable[T] | None = None, y_probas: Iterable[numbers.Number] | None = None, labels: list[str] | None = None, classes_to_plot: list[T] | None = None, interp_size: int = 21, title: str = 'Precision-Recall Curve', split_table: bool = False) -> CustomChart | None
wandb.plot.roc_curve function (y_true: Sequence[numbers.Number], y_probas: Sequence[Sequence[float]] | None = None, labels: list[str] | None = None, classes_to_plot: list[numbers.Number] | None = None, title: str = 'ROC Curve', split_table: bool = False) -> CustomChart | None
wandb.plot.scatter function (table: wandb.Table, x: str, y: str, title: str = '', split_table: bool = False) -> CustomChart
wandb.plot.visualize function (id: str, value: Table) -> Visualize
wandb.Run class (settings: Settings, config: dict[str, Any] | None = None, sweep_config: dict[str, Any] | None = None, launch_config: dict[str, Any] | None = None) -> None
wandb.Run.__enter__ method () -> Run
wandb.Run.__exit__ method (exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None) -> None
wandb.Run.alert method (title: str, text: str, level: str | AlertLevel | None = None, wait_duration: int | float | timedelta | None = None) -> None
wandb.Run.config property
wandb.Run.config_static property
wandb.Run.define_metric method (name: str, step_metric: str | wandb_metric.Metric | None = None, step_sync: bool | None = None, hidden: bool | None = None, summary: str | None = None, overwrite: bool | None = None) -> wandb_metric.Metric
wandb.Run.dir property
wandb.Run.disabled property
wandb.Run.display method (height: int = 420, hidden: bool = False) -> bool
wandb.Run.entity property
wandb.Run.finish method (exit_code: int | None = None) -> None
wandb.Run.finish_artifact method (artifact_or_path: Artifact | str, name: str | None = None, type: str | None = None, aliases: list[str] | None = None, distributed_id: str | None = None) -> Artifact
wandb.Run.group property
wandb.Run.id property
wandb.Run.job_type property
wandb.Run.link_artifact method (artifact: Artifact, target_path: str, aliases: list[str] | None = None) -> Artifact
wandb.Run.link_model method (path: StrPath, registered_model_name: str, name: str | None = None, aliases: list[str] | None = None) -> Artifact | None
wandb.Run.log method (data: dict[str, Any], step: int | None = None, commit: bool | None = None) -> None
wandb.Run.log_artifact method (artifact_or_path: Artifact | StrPath, name: str | None = None, type: str | None = None, aliases: list[str] | None = None, tags: list[str] | None = None) -> Artifact
wandb.Run.log_code method (root: str | None = '.', name: str | None = None, include_fn: Callable[[str, str], bool] | Callable[[str], bool] = _('<function _is_py_requirements_or_dockerfile>'), exclude_fn: Callable[[str, str], bool] | Callable[[str], bool] = _('<function exclude_wandb_fn>')) -> Artifact | None
wandb.Run.log_model method (path: StrPath, name: str | None = None, aliases: list[str] | None = None) -> None
wandb.Run.mark_preempting method () -> None
wandb.Run.name property settable
wandb.Run.notes property settable
wandb.Run.offline property
wandb.Run.path property
wandb.Run.pin_config_keys method (keys: Sequence[str] = ()) -> None
wandb.Run.project property
wandb.Run.project_url property
wandb.Run.restore method (name: str, run_path: str | None = None, replace: bool = False, root: str | None = None) -> None | TextIO
wandb.Run.resumed property
wandb.Run.save method (glob_str: str | os.PathLike, base_path: str | os.PathLike | None = None, policy: PolicyName = 'live', glob: bool = True) -> bool | list[str]
wandb.Run.settings property
wandb.Run.start_time property
wandb.Run.starting_step property
wandb.Run.status method () -> RunStatus
wandb.Run.step property
wandb.Run.sweep_id property
wandb.Run.sweep_url property
wandb.Run.sync_dir property
wandb.Run.tags property settable
wandb.Run.to_html method (height: int = 420, hidden: bool = False) -> str
wandb.Run.unwatch method (models: torch.nn.Module | Sequence[torch.nn.Module] | None = None) -> None
wandb.Run.upsert_artifact method (artifact_or_path: Artifact | str, name: str | None = None, type: str | None = None, aliases: list[str] | None = None, distributed_id: str | None = None) -> Artifact
wandb.Run.url property
wandb.Run.use_artifact method (artifact_or_name: str | Artifact, type: str | None = None, aliases: list[str] | None = None, use_as: str | None = None) -> Artifact
wandb.Run.use_model method (name: str) -> FilePathStr
wandb.Run.watch method (models: torch.nn.Module | Sequence[torch.nn.Module], criterion: torch.F | None = None, log: Literal['gradients', 'parameters', 'all'] | None = 'gradients', log_freq: int = 1000, idx: int | None = None, log_graph: bool = False) -> None
wandb.Run.write_logs method (text: str) -> None
wandb.Artifact class (name: str, type: str, description: str | None = None, metadata: dict[str, Any] | None = None, incremental: bool = False, use_as: str | None = None, storage_region: str | None = None, digest_algorithm: Literal['MD5', 'XXH128'] = 'MD5') -> None
wandb.Artifact.__getitem__ method (name: str) -> WBValue | None
wandb.Artifact.__setitem__ method (name: str, item: WBValue) -> ArtifactManifestEntry
wandb.Artifact.add method (obj: WBValue, name: StrPath, overwrite: bool = False) -> ArtifactManifestEntry
wandb.Artifact.add_dir method (local_path: str, name: str | None = None, skip_cache: bool | None = False, policy: Literal['mutable', 'immutable'] | None = 'mutable', merge: bool = False) -> None
wandb.Artifact.add_file method (local_path: str, name: str | None = None, is_tmp: bool | None = False, skip_cache: bool | None = False, policy: Literal['mutable', 'immutable'] | None = 'mutable', overwrite: bool = False) -> ArtifactManifestEntry
wandb.Artifact.add_reference method (uri: ArtifactManifestEntry | str, name: StrPath | None = None, checksum: bool = True, max_objects: int | None = None) -> Sequence[ArtifactManifestEntry]
wandb.Artifact.aliases property settable
wandb.Artifact.checkout method (root: str | None = None) -> str
wandb.Artifact.collection property
wandb.Artifact.commit_hash property
wandb.Artifact.created_at property
wandb.Artifact.delete method (delete_aliases: bool = False) -> None
wandb.Artifact.description property settable
wandb.Artifact.digest property
wandb.Artifact.digest_algorithm property
wandb.Artifact.distributed_id property settable
wandb.Artifact.download method (root: StrPath | None = None, allow_missing_references: bool = False, skip_cache: bool | None = None, path_prefix: StrPath | None = None, multipart: bool | None = None) -> FilePathStr
wandb.Artifact.entity property
wandb.Artifact.file method (root: str | None = None) -> StrPath
wandb.Artifact.file_count property
wandb.Artifact.files method (names: list[str] | None = None, per_page: int = 50, start: str | None = None) -> ArtifactFiles
wandb.Artifact.finalize method () -> None
wandb.Artifact.get method (name: str) -> WBValue | None
wandb.Artifact.get_added_local_path_name method (local_path: str) -> str | None
wandb.Artifact.get_entry method (name: StrPath) -> ArtifactManifestEntry
wandb.Artifact.get_path method (name: StrPath) -> ArtifactManifestEntry
wandb.Artifact.history_step property
wandb.Artifact.id property
wandb.Artifact.incremental property
wandb.Artifact.is_draft method () -> bool
wandb.Artifact.is_link property
wandb.Artifact.json_encode method () -> dict[str, Any]
wandb.Artifact.link method (target_path: str, aliases: Iterable[str] | None = None) -> Artifact
wandb.Artifact.linked_artifacts property
wandb.Artifact.linked_at property
wandb.Artifact.logged_by method () -> Run | None
wandb.Artifact.manifest property
wandb.Artifact.metadata property settable
wandb.Artifact.name property
wandb.Artifact.new_draft method () -> Artifact
wandb.Artifact.new_file method (name: str, mode: str = 'x', encoding: str | None = None, policy: Literal['mutable', 'immutable'] = 'mutable') -> Generator[IO]
wandb.Artifact.project property
wandb.Artifact.qualified_name property
wandb.Artifact.remove method (item: StrPath | ArtifactManifestEntry) -> None
wandb.Artifact.save method (project: str | None = None, settings: wandb.Settings | None = None) -> None
wandb.Artifact.size property
wandb.Artifact.source_artifact property
wandb.Artifact.source_collection property
wandb.Artifact.source_entity property
wandb.Artifact.source_name property
wandb.Artifact.source_project property
wandb.Artifact.source_qualified_name property
wandb.Artifact.source_version property
wandb.Artifact.state property
wandb.Artifact.tags property settable
wandb.Artifact.ttl property settable
wandb.Artifact.type property
wandb.Artifact.unlink method () -> None
wandb.Artifact.updated_at property
wandb.Artifact.url property
wandb.Artifact.use_as property
wandb.Artifact.used_by method () -> list[Run]
wandb.Artifact.verify method (root: str | None = None) -> None
wandb.Artifact.version property
wandb.Artifact.wait method (timeout: int | None = None) -> Artifact
wandb.Config class ()
wandb.Config.__contains__ method (key)
wandb.Config.__getitem__ method (key)
wandb.Config.__iter__ method ()
wandb.Config.__setitem__ method (key, val)
wandb.Config.as_dict method ()
wandb.Config.get method (*args)
wandb.Config.items method ()
wandb.Config.keys method ()
wandb.Config.merge_locked method (d, user=None, _allow_val_change=None)
wandb.Config.persist method ()
wandb.Config.setdefaults method (d)
wandb.Config.update method (d, allow_val_change=None)
wandb.Config.update_locked method (d, user=None, _allow_val_change=None)
wandb.Summary class (get_current_summary_callback: Callable)
wandb.Summary.__delitem__ method (key)
wandb.Summary.__getitem__ method (key)
wandb.Summary.__setitem__ method (key, val)
wandb.Summary.get method (key, default=None)
wandb.Summary.keys method ()
wandb.Summary.update method (d: dict)
wandb.SummarySubDict class ()
wandb.SummarySubDict.__delitem__ method (key)
wandb.SummarySubDict.__getitem__ method (key)
wandb.SummarySubDict.__setitem__ method (key, val)
wandb.SummarySubDict.get method (key, default=None)
wandb.SummarySubDict.keys method ()
wandb.SummarySubDict.update method (d: dict)
wandb.Api class (overrides: dict[str, Any] | None = None, timeout: int | None = None, api_key: str | None = None) -> None
wandb.Api.artifact method (name: str, type: str | None = None)
wandb.Api.artifact_collection method (type_name: str, name: str) -> ArtifactCollection
wandb.Api.artifact_collection_exists method (name: str, type: str) -> bool
wandb.Api.artifact_collections method (project_name: str, type_name: str, order: str | None = None, per_page: int = 50, start: str | None = None) -> ArtifactCollections
wandb.Api.artifact_exists method (name: str, type: str | None = None) -> bool
wandb.Api.artifact_type method (type_name: str, project: str | None = None) -> ArtifactType
wandb.Api.artifact_types method (project: str | None = None, start: str | None = None) -> ArtifactTypes
wandb.Api.artifact_versions method (type_name, name, per_page=50)
wandb.Api.artifacts method (type_name: str, name: str, order: str | None = None, per_page: int = 50, tags: list[str] | None = None, start: str | None = None) -> Artifacts
wandb.Api.automation method (name: str, *, entity: str | None = None) -> Automation
wandb.Api.automations method (entity: str | None = None, *, name: str | None = None, per_page: int = 50, start: str | None = None) -> Iterator[Automation]
wandb.Api.create_automation method (obj: NewAutomation, *, fetch_existing: bool = False, **kwargs: Unpack[WriteAutomationsKwargs]) -> Automation
wandb.Api.create_custom_chart method (entity: str, name: str, display_name: str, spec_type: Literal['vega2'], access: Literal['private', 'public'], spec: str | dict) -> str
wandb.Api.create_project method (name: str, entity: str) -> None
wandb.Api.create_registry method (name: str, visibility: Literal['organization', 'restricted'], organization: str | None = None, description: str | None = None, artifact_types: list[str] | None = None) -> Registry
wandb.Api.create_run method (*, run_id: str | None = None, project: str | None = None, entity: str | None = None) -> public.Run
wandb.Api.create_run_queue method (name: str, type: public.RunQueueResourceType, entity: str | None = None, prioritization_mode: public.RunQueuePrioritizationMode | None = None, config: dict | None = None, template_variables: dict | None = None) -> public.RunQueue
wandb.Api.create_team method (team: str, admin_username: str | None = None) -> Team
wandb.Api.create_user method (email: str, admin: bool | None = False) -> User
wandb.Api.default_entity property
wandb.Api.delete_automation method (obj: Automation | str) -> Literal[True]
wandb.Api.flush method ()
wandb.Api.from_path method (path: str)
wandb.Api.integrations method (entity: str | None = None, *, per_page: int = 50, start: str | None = None) -> Iterator[Integration]
wandb.Api.job method (name: str | None, path: str | None = None) -> public.Job
wandb.Api.list_jobs method (entity: str, project: str) -> list[dict[str, Any]]
wandb.Api.organization method (name: str | None = None) -> Organization
wandb.Api.project method (name: str, entity: str | None = None) -> public.Project
wandb.Api.projects method (entity: str | None = None, per_page: int = 200) -> public.Projects
wandb.Api.queued_run method (entity: str, project: str, queue_name: str, run_queue_item_id: str, project_queue=None, priority=None)
wandb.Api.registries method (organization: str | None = None, filter: dict[str, Any] | None = None, order: str | None = None, per_page: int = 100, start: str | None = None) -> Registries
wandb.Api.registry method (name: str, organization: str | None = None) -> Registry
wandb.Api.reports method (path: str = '', name: str | None = None, per_page: int = 50) -> public.Reports
wandb.Api.run method (path: str = '') -> public.Run
wandb.Api.run_queue method (entity: str, name: str)
wandb.Api.runs method (path: str | None = None, filters: dict[str, Any] | None = None, order: str = '+created_at', per_page: int = 50, include_sweeps: bool = False, lazy: bool = True)
wandb.Api.slack_integrations method (*, entity: str | None = None, per_page: int = 50, start: str | None = None) -> Iterator[SlackIntegration]
wandb.Api.sweep method (path='')
wandb.Api.sync_tensorboard method (root_dir, run_id=None, project=None, entity=None)
wandb.Api.team method (team: str) -> Team
wandb.Api.update_automation method (obj: Automation, *, create_missing: bool = False, **kwargs: Unpack[WriteAutomationsKwargs]) -> Automation
wandb.Api.upsert_run_queue method (name: str, resource_config: dict, resource_type: public.RunQueueResourceType, entity: str | None = None, template_variables: dict | None = None, external_links: dict | None = None, prioritization_mode: public.RunQueuePrioritizationMode | None = None)
wandb.Api.user method (username_or_email: str) -> User | None
wandb.Api.user_agent property
wandb.Api.users method (username_or_email: str) -> list[User]
wandb.Api.viewer property
wandb.Api.webhook_integrations method (entity: str | None = None, *, per_page: int = 50, start: str | None = None) -> Iterator[WebhookIntegration]
wandb.Table class (columns: list[ColumnKey] | None = None, data: list[InputRow] | np.ndarray | pd.DataFrame | None = None, rows: list[InputRow] | None = None, dataframe: pd.DataFrame | None = None, dtype: Any = None, optional: bool | list[bool] = True, allow_mixed_types: bool = False, log_mode: LogMode | None = 'IMMUTABLE') -> None
wandb.Table.add_column method (name: str, data: list[Any] | np.ndarray, optional: bool = False) -> None
wandb.Table.add_computed_columns method (fn: Callable[[int, dict[ColumnKey, Any]], dict[str, Any]]) -> None
wandb.Table.add_data method (*data: Any) -> None
wandb.Table.add_row method (*row: Any) -> None
wandb.Table.bind_to_run method (*args, **kwargs)
wandb.Table.captions staticmethod (media_items: Sequence[Media]) -> bool | Sequence[str | None]
wandb.Table.cast method (col_name: ColumnKey, dtype: Any, optional: bool = False) -> _dtypes.Type
wandb.Table.file_is_set method () -> bool
wandb.Table.from_json classmethod (json_obj: dict[str, Any], source_artifact: artifact.Artifact) -> Table
wandb.Table.get_column method (name: ColumnKey, convert_to: Literal['numpy'] | None = None) -> list[Any] | np.ndarray
wandb.Table.get_dataframe method () -> pd.DataFrame
wandb.Table.get_index method ()
wandb.Table.get_media_subdir classmethod ()
wandb.Table.has_been_logged method () -> bool
wandb.Table.index_ref method (index: int) -> _TableIndex
wandb.Table.init_from_json staticmethod (json_obj: dict, source_artifact: Artifact) -> WBValue | None
wandb.Table.is_bound method () -> bool
wandb.Table.iterrows method () -> Iterator[tuple[_TableIndex, list[Any]]]
wandb.Table.path_is_reference staticmethod (path: str | pathlib.Path | None) -> bool
wandb.Table.set_fk method (col_name: ColumnKey, table: Table, table_col: str) -> None
wandb.Table.set_pk method (col_name: ColumnKey) -> None
wandb.Table.to_data_array method () -> list[Any]
wandb.Table.to_json method (run_or_artifact: Any) -> dict[str, Any]
wandb.Table.type_mapping staticmethod () -> TypeMappingType
wandb.Table.with_suffix classmethod (name: str, filetype: str = 'json') -> str
wandb.Image class (data_or_path: ImageDataOrPathType, mode: str | None = None, caption: str | None = None, grouping: int | None = None, classes: Classes | Sequence[dict] | None = None, boxes: dict[str, BoundingBoxes2D] | dict[str, dict] | None = None, masks: dict[str, ImageMask] | dict[str, dict] | None = None, file_type: str | None = None) -> None
wandb.Image.all_boxes classmethod (images: Sequence[Image], run: wandb.Run, run_key: str, step: int | str) -> list[dict | None] | bool
wandb.Image.all_captions classmethod (images: Sequence[Media]) -> bool | Sequence[str | None]
wandb.Image.all_masks classmethod (images: Sequence[Image], run: wandb.Run, run_key: str, step: int | str) -> list[dict | None] | bool
wandb.Image.bind_to_run method (run: wandb.Run, key: int | str, step: int | str, id_: int | str | None = None, ignore_copy_err: bool | None = None) -> None
wandb.Image.captions staticmethod (media_items: Sequence[Media]) -> bool | Sequence[str | None]
wandb.Image.file_is_set method () -> bool
wandb.Image.from_json classmethod (json_obj: dict, source_artifact: Artifact) -> Image
wandb.Image.get_media_subdir classmethod () -> str
wandb.Image.guess_mode method (data: np.ndarray | torch.Tensor, file_type: str | None = None) -> str
wandb.Image.image property
wandb.Image.init_from_json staticmethod (json_obj: dict, source_artifact: Artifact) -> WBValue | None
wandb.Image.is_bound method () -> bool
wandb.Image.path_is_reference staticmethod (path: str | pathlib.Path | None) -> bool
wandb.Image.seq_to_json classmethod (seq: Sequence[BatchableMedia], run: wandb.Run, key: str, step: int | str) -> dict
wandb.Image.to_data_array method () -> list[Any]
wandb.Image.to_json method (run_or_artifact: wandb.Run | Artifact) -> dict
wandb.Image.type_mapping staticmethod () -> TypeMappingType
wandb.Image.with_suffix classmethod (name: str, filetype: str = 'json') -> str
wandb.Video class (data_or_path: str | pathlib.Path | np.ndarray | TextIO | BytesIO, caption: str | None = None, fps: int | None = None, format: Literal['gif', 'mp4', 'webm', 'ogg'] | None = None)
wandb.Video.bind_to_run method (run: wandb.Run, key: int | str, step: int | str, id_: int | str | None = None, ignore_copy_err: bool | None = None) -> None
wandb.Video.captions staticmethod (media_items: Sequence[Media]) -> bool | Sequence[str | None]
wandb.Video.encode method (fps: int = 4) -> None
wandb.Video.file_is_set method () -> bool
wandb.Video.from_json classmethod (json_obj: dict, source_artifact: Artifact) -> Media
wandb.Video.get_media_subdir classmethod () -> str
wandb.Video.init_from_json staticmethod (json_obj: dict, source_artifact: Artifact) -> WBValue | None
wandb.Video.is_bound method () -> bool
wandb.Video.path_is_reference staticmethod (path: str | pathlib.Path | None) -> bool
wandb.Video.seq_to_json classmethod (seq: Sequence[BatchableMedia], run: LocalRun, key: str, step: int | str) -> dict
wandb.Video.to_data_array method () -> list[Any]
wandb.Video.to_json method (run_or_artifact: LocalRun | Artifact) -> dict
wandb.Video.type_mapping staticmethod () -> TypeMappingType
wandb.Video.with_suffix classmethod (name: str, filetype: str = 'json') -> str
wandb.Audio class (data_or_path: str | pathlib.Path | list | np.ndarray, sample_rate: int | None = None, caption: str | None = None)
wandb.Audio.bind_to_run method (run, key, step, id_=None, ignore_copy_err: bool | None = None)
wandb.Audio.captions classmethod (audio_list)
wandb.Audio.durations classmethod (audio_list)
wandb.Audio.file_is_set method () -> bool
wandb.Audio.from_json classmethod (json_obj, source_artifact)
wandb.Audio.get_media_subdir classmethod ()
wandb.Audio.init_from_json staticmethod (json_obj: dict, source_artifact: Artifact) -> WBValue | None
wandb.Audio.is_bound method () -> bool
wandb.Audio.path_is_reference staticmethod (path: str | pathlib.Path | None) -> bool
wandb.Audio.resolve_ref method ()
wandb.Audio.sample_rates classmethod (audio_list)
wandb.Audio.seq_to_json classmethod (seq, run, key, step)
wandb.Audio.to_data_array method () -> list[Any]
wandb.Audio.to_json method (run)
wandb.Audio.type_mapping staticmethod () -> TypeMappingType
wandb.Audio.with_suffix classmethod (name: str, filetype: str = 'json') -> str
wandb.Html class (data: str | pathlib.Path | TextIO, inject: bool = True, data_is_not_path: bool = False) -> None
wandb.Html.bind_to_run method (run: wandb.Run, key: int | str, step: int | str, id_: int | str | None = None, ignore_copy_err: bool | None = None) -> None
wandb.Html.captions staticmethod (media_items: Sequence[Media]) -> bool | Sequence[str | None]
wandb.Html.file_is_set method () -> bool
wandb.Html.from_json classmethod (json_obj: dict, source_artifact: Artifact) -> Html
wandb.Html.get_media_subdir classmethod () -> str
wandb.Html.init_from_json staticmethod (json_obj: dict, source_artifact: Artifact) -> WBValue | None
wandb.Html.inject_head method () -> None
wandb.Html.is_bound method () -> bool
wandb.Html.path_is_reference staticmethod (path: str | pathlib.Path | None) -> bool
wandb.Html.seq_to_json classmethod (seq: Sequence[BatchableMedia], run: LocalRun, key: str, step: int | str) -> dict
wandb.Html.to_data_array method () -> list[Any]
wandb.Html.to_json method (run_or_artifact: LocalRun | Artifact) -> dict
wandb.Html.type_mapping staticmethod () -> TypeMappingType
wandb.Html.with_suffix classmethod (name: str, filetype: str = 'json') -> str
wandb.Histogram class (sequence: Sequence | None = None, np_histogram: NumpyHistogram | None = None, num_bins: int = 64) -> None
wandb.Histogram.from_json classmethod (json_obj: dict, source_artifact: Artifact) -> WBValue
wandb.Histogram.init_from_json staticmethod (json_obj: dict, source_artifact: Artifact) -> WBValue | None
wandb.Histogram.to_data_array method () -> list[Any]
wandb.Histogram.to_json method (run: LocalRun | Artifact | None = None) -> dict
wandb.Histogram.type_mapping staticmethod () -> TypeMappingType
wandb.Histogram.with_suffix classmethod (name: str, filetype: str = 'json') -> str
wandb.Object3D class (data_or_path: np.ndarray | str | pathlib.Path | TextIO | dict, caption: str | None = None, **kwargs: str | FileFormat3D | None) -> None
wandb.Object3D.bind_to_run method (run: wandb.Run, key: int | str, step: int | str, id_: int | str | None = None, ignore_copy_err: bool | None = None) -> None
wandb.Object3D.captions staticmethod (media_items: Sequence[Media]) -> bool | Sequence[str | None]
wandb.Object3D.file_is_set method () -> bool
wandb.Object3D.from_file classmethod (data_or_path: TextIO | str, file_type: FileFormat3D | None = None) -> Object3D
wandb.Object3D.from_json classmethod (json_obj: dict, source_artifact: Artifact) -> Media
wandb.Object3D.from_numpy classmethod (data: np.ndarray) -> Object3D
wandb.Object3D.from_point_cloud classmethod (points: Sequence[Point], boxes: Sequence[Box3D], vectors: Sequence[Vector3D] | None = None, point_cloud_type: PointCloudType = 'lidar/beta') -> Object3D
wandb.Object3D.get_media_subdir classmethod () -> str
wandb.Object3D.init_from_json staticmethod (json_obj: dict, source_artifact: Artifact) -> WBValue | None
wandb.Object3D.is_bound method () -> bool
wandb.Object3D.path_is_reference staticmethod (path: str | pathlib.Path | None) -> bool
wandb.Object3D.seq_to_json classmethod (seq: Sequence[BatchableMedia], run: LocalRun, key: str, step: int | str) -> dict
wandb.Object3D.to_data_array method () -> list[Any]
wandb.Object3D.to_json method (run_or_artifact: LocalRun | Artifact) -> dict
wandb.Object3D.type_mapping staticmethod () -> TypeMappingType
wandb.Object3D.with_suffix classmethod (name: str, filetype: str = 'json') -> str
wandb.Molecule class (data_or_path: str | pathlib.Path | TextIO, caption: str | None = None, **kwargs: str) -> None
wandb.Molecule.bind_to_run method (run: wandb.Run, key: int | str, step: int | str, id_: int | str | None = None, ignore_copy_err: bool | None = None) -> None
wandb.Molecule.captions staticmethod (media_items: Sequence[Media]) -> bool | Sequence[str | None]
wandb.Molecule.file_is_set method () -> bool
wandb.Molecule.from_json classmethod (json_obj: dict, source_artifact: Artifact) -> Media
wandb.Molecule.from_rdkit classmethod (data_or_path: RDKitDataType, caption: str | None = None, convert_to_3d_and_optimize: bool = True, mmff_optimize_molecule_max_iterations: int = 200) -> Molecule
wandb.Molecule.from_smiles classmethod (data: str, caption: str | None = None, sanitize: bool = True, convert_to_3d_and_optimize: bool = True, mmff_optimize_molecule_max_iterations: int = 200) -> Molecule
wandb.Molecule.get_media_subdir classmethod () -> str
wandb.Molecule.init_from_json staticmethod (json_obj: dict, source_artifact: Artifact) -> WBValue | None
wandb.Molecule.is_bound method () -> bool
wandb.Molecule.path_is_reference staticmethod (path: str | pathlib.Path | None) -> bool
wandb.Molecule.seq_to_json classmethod (seq: Sequence[BatchableMedia], run: LocalRun, key: str, step: int | str) -> dict
wandb.Molecule.to_data_array method () -> list[Any]
wandb.Molecule.to_json method (run_or_artifact: LocalRun | Artifact) -> dict
wandb.Molecule.type_mapping staticmethod () -> TypeMappingType
wandb.Molecule.with_suffix classmethod (name: str, filetype: str = 'json') -> str
wandb.Plotly class (val: plotly.Figure | matplotlib.artist.Artist)
wandb.Plotly.bind_to_run method (run: wandb.Run, key: int | str, step: int | str, id_: int | str | None = None, ignore_copy_err: bool | None = None) -> None
wandb.Plotly.captions staticmethod (media_items: Sequence[Media]) -> bool | Sequence[str | None]
wandb.Plotly.file_is_set method () -> bool
wandb.Plotly.from_json classmethod (json_obj: dict, source_artifact: Artifact) -> Media
wandb.Plotly.get_media_subdir classmethod () -> str
wandb.Plotly.init_from_json staticmethod (json_obj: dict, source_artifact: Artifact) -> WBValue | None
wandb.Plotly.is_bound method () -> bool
wandb.Plotly.make_plot_media classmethod (val: plotly.Figure | matplotlib.artist.Artist) -> Image | Plotly
wandb.Plotly.path_is_reference staticmethod (path: str | pathlib.Path | None) -> bool
wandb.Plotly.to_data_array method () -> list[Any]
wandb.Plotly.to_json method (run_or_artifact: LocalRun | Artifact) -> dict
wandb.Plotly.type_mapping staticmethod () -> TypeMappingType
wandb.Plotly.with_suffix classmethod (name: str, filetype: str = 'json') -> str
wandb.Graph class (format='keras')
wandb.Graph.__getitem__ method (nid)
wandb.Graph.add_edge method (from_node, to_node)
wandb.Graph.add_node method (node=None, **node_kwargs)
wandb.Graph.bind_to_run method (*args, **kwargs)
wandb.Graph.captions staticmethod (media_items: Sequence[Media]) -> bool | Sequence[str | None]
wandb.Graph.file_is_set method () -> bool
wandb.Graph.from_json classmethod (json_obj: dict, source_artifact: Artifact) -> Media
wandb.Graph.from_keras classmethod (model)
wandb.Graph.get_media_subdir classmethod ()
wandb.Graph.init_from_json staticmethod (json_obj: dict, source_artifact: Artifact) -> WBValue | None
wandb.Graph.is_bound method () -> bool
wandb.Graph.path_is_reference staticmethod (path: str | pathlib.Path | None) -> bool
wandb.Graph.pprint method ()
wandb.Graph.to_data_array method () -> list[Any]
wandb.Graph.to_json method (run)
wandb.Graph.type_mapping staticmethod () -> TypeMappingType
wandb.Graph.with_suffix classmethod (name: str, filetype: str = 'json') -> str
wandb.Classes class (class_set: Sequence[dict]) -> None
wandb.Classes.bind_to_run method (run: wandb.Run, key: int | str, step: int | str, id_: int | str | None = None, ignore_copy_err: bool | None = None) -> None
wandb.Classes.captions staticmethod (media_items: Sequence[Media]) -> bool | Sequence[str | None]
wandb.Classes.file_is_set method () -> bool
wandb.Classes.from_json classmethod (json_obj: dict, source_artifact: Artifact | None) -> Classes
wandb.Classes.get_media_subdir classmethod () -> str
wandb.Classes.get_type method () -> _ClassesIdType
wandb.Classes.init_from_json staticmethod (json_obj: dict, source_artifact: Artifact) -> WBValue | None
wandb.Classes.is_bound method () -> bool
wandb.Classes.path_is_reference staticmethod (path: str | pathlib.Path | None) -> bool
wandb.Classes.to_data_array method () -> list[Any]
wandb.Classes.to_json method (run_or_artifact: LocalRun | Artifact | None) -> dict
wandb.Classes.type_mapping staticmethod () -> TypeMappingType
wandb.Classes.with_suffix classmethod (name: str, filetype: str = 'json') -> str
wandb.JoinedTable class (table1, table2, join_key)
wandb.JoinedTable.bind_to_run method (*args, **kwargs)
wandb.JoinedTable.captions staticmethod (media_items: Sequence[Media]) -> bool | Sequence[str | None]
wandb.JoinedTable.file_is_set method () -> bool
wandb.JoinedTable.from_json classmethod (json_obj, source_artifact)
wandb.JoinedTable.get_media_subdir classmethod () -> str
wandb.JoinedTable.init_from_json staticmethod (json_obj: dict, source_artifact: Artifact) -> WBValue | None
wandb.JoinedTable.is_bound method () -> bool
wandb.JoinedTable.path_is_reference staticmethod (path: str | pathlib.Path | None) -> bool
wandb.JoinedTable.to_data_array method () -> list[Any]
wandb.JoinedTable.to_json method (artifact_or_run)
wandb.JoinedTable.type_mapping staticmethod () -> TypeMappingType
wandb.JoinedTable.with_suffix classmethod (name: str, filetype: str = 'json') -> str
wandb.EvalTable class (columns: list[ColumnKey] | None = None, data: list[InputRow] | np.ndarray | pd.DataFrame | None = None, rows: list[InputRow] | None = None, dataframe: pd.DataFrame | None = None, dtype: Any = None, optional: bool | list[bool] = True, allow_mixed_types: bool = False, log_mode: LogMode = 'IMMUTABLE', *, input_columns: list[str] | None = None, output_columns: list[str] | None = None, score_columns: list[str] | None = None, backend: Backend | None = None, unsupported_media_mode: UnsupportedMediaMode = 'stub') -> None
wandb.EvalTable.add_column method (name: str, data: list[Any] | np.ndarray, optional: bool = False) -> None
wandb.EvalTable.add_computed_columns method (fn: Callable[[int, dict[ColumnKey, Any]], dict[str, Any]]) -> None
wandb.EvalTable.add_data method (*data: Any) -> None
wandb.EvalTable.add_row method (*row: Any) -> None
wandb.EvalTable.bind_to_run method (run: LocalRun, key: int | str, step: int | str, id_: int | str | None = None, ignore_copy_err: bool | None = None) -> None
wandb.EvalTable.captions staticmethod (media_items: Sequence[Media]) -> bool | Sequence[str | None]
wandb.EvalTable.cast method (col_name: ColumnKey, dtype: Any, optional: bool = False) -> _dtypes.Type
wandb.EvalTable.file_is_set method () -> bool
wandb.EvalTable.from_json classmethod (json_obj: dict[str, Any], source_artifact: artifact.Artifact) -> Table
wandb.EvalTable.get_column method (name: ColumnKey, convert_to: Literal['numpy'] | None = None) -> list[Any] | np.ndarray
wandb.EvalTable.get_dataframe method () -> pd.DataFrame
wandb.EvalTable.get_index method ()
wandb.EvalTable.get_media_subdir classmethod ()
wandb.EvalTable.has_been_logged method () -> bool
wandb.EvalTable.index_ref method (index: int) -> _TableIndex
wandb.EvalTable.init_from_json staticmethod (json_obj: dict, source_artifact: Artifact) -> WBValue | None
wandb.EvalTable.is_bound method () -> bool
wandb.EvalTable.iterrows method () -> Iterator[tuple[_TableIndex, list[Any]]]
wandb.EvalTable.path_is_reference staticmethod (path: str | pathlib.Path | None) -> bool
wandb.EvalTable.set_fk method (col_name: ColumnKey, table: Table, table_col: str) -> None
wandb.EvalTable.set_pk method (col_name: ColumnKey) -> None
wandb.EvalTable.to_data_array method () -> list[Any]
wandb.EvalTable.to_json method (run_or_artifact: Any) -> dict[str, Any]
wandb.EvalTable.type_mapping staticmethod () -> TypeMappingType
wandb.EvalTable.with_suffix classmethod (name: str, filetype: str = 'json') -> str
wandb.apis.public.AgentRuns class (service_api: ServiceApi, entity: str, project: str, sweep_id: str, agent_key: str, *, total_runs: int, order: str = '+created_at', per_page: int = 50) -> None
wandb.apis.public.AgentRuns.__getitem__ method (index: int | slice) -> _WandbT | list[_WandbT]
wandb.apis.public.AgentRuns.__iter__ method () -> Iterator[_WandbT]
wandb.apis.public.AgentRuns.__len__ method () -> int
wandb.apis.public.AgentRuns.__next__ method () -> _WandbT
wandb.apis.public.AgentRuns.convert_objects method () -> list[Run]
wandb.apis.public.AgentRuns.cursor property
wandb.apis.public.AgentRuns.more property
wandb.apis.public.AgentRuns.next method () -> _WandbT
wandb.apis.public.AgentRuns.update_variables method () -> None
wandb.apis.public.ArtifactCollection class (service_api: ServiceApi, entity: str, project: str, name: str, type: str, organization: str | None = None, attrs: ArtifactCollectionFragment | None = None)
wandb.apis.public.ArtifactCollection.aliases property
wandb.apis.public.ArtifactCollection.artifacts method (per_page: int = 50, start: str | None = None) -> Artifacts
wandb.apis.public.ArtifactCollection.change_type method (new_type: str) -> None
wandb.apis.public.ArtifactCollection.created_at property
wandb.apis.public.ArtifactCollection.delete method () -> None
wandb.apis.public.ArtifactCollection.description property settable
wandb.apis.public.ArtifactCollection.entity property
wandb.apis.public.ArtifactCollection.id property
wandb.apis.public.ArtifactCollection.is_sequence method () -> bool
wandb.apis.public.ArtifactCollection.load method (entity: str, project: str, type_: str, name: str) -> ArtifactCollectionFragment
wandb.apis.public.ArtifactCollection.name property settable
wandb.apis.public.ArtifactCollection.project property
wandb.apis.public.ArtifactCollection.project_id property
wandb.apis.public.ArtifactCollection.project_internal_id property
wandb.apis.public.ArtifactCollection.save method () -> None
wandb.apis.public.ArtifactCollection.tags property settable
wandb.apis.public.ArtifactCollection.type property settable
wandb.apis.public.ArtifactCollection.updated_at property
wandb.apis.public.ArtifactCollections class (service_api: ServiceApi, entity: str, project: str, type_name: str, filters: Mapping[str, Any] | None = None, order: str | None = None, per_page: PositiveInt = 50, start: str | None = None)
wandb.apis.public.ArtifactCollections.__getitem__ method (index: int | slice) -> _WandbT | list[_WandbT]
wandb.apis.public.ArtifactCollections.__iter__ method () -> Iterator[_WandbT]
wandb.apis.public.ArtifactCollections.__len__ method () -> int
wandb.apis.public.ArtifactCollections.__next__ method () -> _WandbT
wandb.apis.public.ArtifactCollections.convert_objects method () -> Iterable[_WandbT]
wandb.apis.public.ArtifactCollections.cursor property
wandb.apis.public.ArtifactCollections.more property
wandb.apis.public.ArtifactCollections.next method () -> _WandbT
wandb.apis.public.ArtifactCollections.update_variables method () -> None
wandb.apis.public.ArtifactFiles class (service_api: ServiceApi, artifact: Artifact, names: Sequence[str] | None = None, per_page: int = 50, start: str | None = None)
wandb.apis.public.ArtifactFiles.__getitem__ method (index: int | slice) -> _WandbT | list[_WandbT]
wandb.apis.public.ArtifactFiles.__iter__ method () -> Iterator[_WandbT]
wandb.apis.public.ArtifactFiles.__len__ method () -> int
wandb.apis.public.ArtifactFiles.__next__ method () -> _WandbT
wandb.apis.public.ArtifactFiles.convert_objects method () -> Iterable[_WandbT]
wandb.apis.public.ArtifactFiles.cursor property
wandb.apis.public.ArtifactFiles.more property
wandb.apis.public.ArtifactFiles.next method () -> _WandbT
wandb.apis.public.ArtifactFiles.path property
wandb.apis.public.ArtifactFiles.update_variables method () -> None
wandb.apis.public.ArtifactType class (service_api: ServiceApi, entity: str, project: str, type_name: str, attrs: ArtifactTypeFragment | None = None)
wandb.apis.public.ArtifactType.collection method (name: str) -> ArtifactCollection
wandb.apis.public.ArtifactType.collections method (filters: Mapping[str, Any] | None = None, order: str | None = None, per_page: int = 50, start: str | None = None) -> ArtifactCollections
wandb.apis.public.ArtifactType.id property
wandb.apis.public.ArtifactType.load method () -> ArtifactTypeFragment
wandb.apis.public.ArtifactType.name property
wandb.apis.public.ArtifactTypes class (service_api: ServiceApi, entity: str, project: str, per_page: PositiveInt = 50, start: str | None = None)
wandb.apis.public.ArtifactTypes.__getitem__ method (index: int | slice) -> _WandbT | list[_WandbT]
wandb.apis.public.ArtifactTypes.__iter__ method () -> Iterator[_WandbT]
wandb.apis.public.ArtifactTypes.__next__ method () -> _WandbT
wandb.apis.public.ArtifactTypes.convert_objects method () -> Iterable[_WandbT]
wandb.apis.public.ArtifactTypes.cursor property
wandb.apis.public.ArtifactTypes.more property
wandb.apis.public.ArtifactTypes.next method () -> _WandbT
wandb.apis.public.ArtifactTypes.update_variables method () -> None
wandb.apis.public.Artifacts class (service_api: ServiceApi, entity: str, project: str, collection_name: str, type: str, filters: Mapping[str, Any] | None = None, order: str | None = None, per_page: int = 50, tags: str | list[str] | None = None, start: str | None = None)
wandb.apis.public.Artifacts.__getitem__ method (index: int | slice) -> _WandbT | list[_WandbT]
wandb.apis.public.Artifacts.__iter__ method () -> Iterator[_WandbT]
wandb.apis.public.Artifacts.__len__ method () -> int
wandb.apis.public.Artifacts.__next__ method () -> _WandbT
wandb.apis.public.Artifacts.convert_objects method () -> list[Artifact]
wandb.apis.public.Artifacts.cursor property
wandb.apis.public.Artifacts.more property
wandb.apis.public.Artifacts.next method () -> _WandbT
wandb.apis.public.Artifacts.update_variables method () -> None
wandb.apis.public.Automations class (service_api: ServiceApi, *, name: str | None = None, per_page: int = 50, start: str | None = None)
wandb.apis.public.Automations.__getitem__ method (index: int | slice) -> _WandbT | list[_WandbT]
wandb.apis.public.Automations.__iter__ method () -> Iterator[_WandbT]
wandb.apis.public.Automations.__next__ method () -> _WandbT
wandb.apis.public.Automations.convert_objects method () -> Iterator[Automation]
wandb.apis.public.Automations.cursor property
wandb.apis.public.Automations.more property
wandb.apis.public.Automations.next method () -> _WandbT
wandb.apis.public.Automations.update_variables method () -> None
wandb.apis.public.BetaReport class (service_api: ServiceApi, attrs: dict, entity: str | None = None, project: str | None = None)
wandb.apis.public.BetaReport.created_at property
wandb.apis.public.BetaReport.description property
wandb.apis.public.BetaReport.display method (height=420, hidden=False) -> bool
wandb.apis.public.BetaReport.display_name property
wandb.apis.public.BetaReport.id property
wandb.apis.public.BetaReport.name property
wandb.apis.public.BetaReport.runs method (section: dict[str, Any], per_page: int = 50, only_selected: bool = True) -> public.Runs
wandb.apis.public.BetaReport.sections property
wandb.apis.public.BetaReport.snake_to_camel method (string)
wandb.apis.public.BetaReport.spec property
wandb.apis.public.BetaReport.to_html method (height: int = 1024, hidden: bool = False) -> str
wandb.apis.public.BetaReport.updated_at property
wandb.apis.public.BetaReport.url property
wandb.apis.public.BetaReport.user property
wandb.apis.public.ConsoleLogLine class (number: int, timestamp: datetime | None, level: str, label: str, content: str) -> None
wandb.apis.public.ConsoleLogs class (service_api: ServiceApi, run: Run, per_page: int = 1000, last: int | None = None)
wandb.apis.public.ConsoleLogs.__getitem__ method (index: int | slice) -> _WandbT | list[_WandbT]
wandb.apis.public.ConsoleLogs.__iter__ method () -> Iterator[_WandbT]
wandb.apis.public.ConsoleLogs.__next__ method () -> _WandbT
wandb.apis.public.ConsoleLogs.convert_objects method () -> list[ConsoleLogLine]
wandb.apis.public.ConsoleLogs.cursor property
wandb.apis.public.ConsoleLogs.more property
wandb.apis.public.ConsoleLogs.next method () -> _WandbT
wandb.apis.public.ConsoleLogs.update_variables method () -> None
wandb.apis.public.DownloadHistoryResult class (paths: list[pathlib.Path], contains_live_data: bool, errors: dict[pathlib.Path, str] | None = None) -> None
wandb.apis.public.File class (service_api: ServiceApi, attrs: dict[str, Any], run: Run | None = None)
wandb.apis.public.File.delete method () -> None
wandb.apis.public.File.display method (height=420, hidden=False) -> bool
wandb.apis.public.File.download method (root: str = '.', replace: bool = False, exist_ok: bool = False, api: Api | None = None) -> io.TextIOWrapper
wandb.apis.public.File.path_uri property
wandb.apis.public.File.size property
wandb.apis.public.File.snake_to_camel method (string)
wandb.apis.public.File.to_html method (*args, **kwargs)
wandb.apis.public.Files class (service_api: ServiceApi, run: Run, names: list[str] | None = None, per_page: int = 50, upload: bool = False, pattern: str | None = None)
wandb.apis.public.Files.__getitem__ method (index: int | slice) -> _WandbT | list[_WandbT]
wandb.apis.public.Files.__iter__ method () -> Iterator[_WandbT]
wandb.apis.public.Files.__len__ method () -> int
wandb.apis.public.Files.__next__ method () -> _WandbT
wandb.apis.public.Files.convert_objects method () -> list[File]
wandb.apis.public.Files.cursor property
wandb.apis.public.Files.more property
wandb.apis.public.Files.next method () -> _WandbT
wandb.apis.public.Files.update_variables method () -> None
wandb.apis.public.HistoryScan class (run: runs.Run, *, service_api: ServiceApi, min_step: int, max_step: int, keys: list[str] | None = None, page_size: int = 1000, use_cache: bool = True)
wandb.apis.public.HistoryScan.__iter__ method () -> Self
wandb.apis.public.HistoryScan.__next__ method () -> _RowDict
wandb.apis.public.HistoryScan.max_step property
wandb.apis.public.IncompleteRunHistoryError class (*args)
wandb.apis.public.Integrations class (service_api: ServiceApi, variables: dict[str, Any], per_page: int = 50, start: str | None = None)
wandb.apis.public.Integrations.__getitem__ method (index: int | slice) -> _WandbT | list[_WandbT]
wandb.apis.public.Integrations.__iter__ method () -> Iterator[_WandbT]
wandb.apis.public.Integrations.__next__ method () -> _WandbT
wandb.apis.public.Integrations.convert_objects method () -> Iterable[_WandbT]
wandb.apis.public.Integrations.cursor property
wandb.apis.public.Integrations.more property
wandb.apis.public.Integrations.next method () -> _WandbT
wandb.apis.public.Integrations.update_variables method () -> None
wandb.apis.public.Job class (api: Api, name, path: str | None = None, *, service_api: ServiceApi | None = None) -> None
wandb.apis.public.Job.call method (config, project=None, entity=None, queue=None, resource='local-container', resource_args=None, template_variables=None, project_queue=None, priority=None)
wandb.apis.public.Job.name property
wandb.apis.public.Job.set_entrypoint method (entrypoint: list[str]) -> None
wandb.apis.public.Member class (service_api: ServiceApi, team: str, attrs: Mapping[str, Any])
wandb.apis.public.Member.delete method ()
wandb.apis.public.Member.display method (height=420, hidden=False) -> bool
wandb.apis.public.Member.snake_to_camel method (string)
wandb.apis.public.Member.to_html method (*args, **kwargs)
wandb.apis.public.Organization class (serviceApi: InitVar[ServiceApi], *, id: GQLId, name: str, orgEntity: _OrgEntity) -> None
wandb.apis.public.PanelMetricsHelper class ()
wandb.apis.public.PanelMetricsHelper.back_to_front method (name)
wandb.apis.public.PanelMetricsHelper.front_to_back method (name)
wandb.apis.public.PanelMetricsHelper.special_back_to_front method (name)
wandb.apis.public.PanelMetricsHelper.special_front_to_back method (name)
wandb.apis.public.Project class (service_api: ServiceApi, entity: str, project: str, attrs: Mapping[str, Any]) -> None
wandb.apis.public.Project.artifacts_types method (per_page: int = 50) -> public.ArtifactTypes
wandb.apis.public.Project.collections method (filters: Mapping[str, Any] | None = None, order: str | None = None, per_page: int = 50) -> public.ProjectArtifactCollections
wandb.apis.public.Project.display method (height=420, hidden=False) -> bool
wandb.apis.public.Project.id property
wandb.apis.public.Project.owner property
wandb.apis.public.Project.path property
wandb.apis.public.Project.snake_to_camel method (string)
wandb.apis.public.Project.sweeps method (per_page: int = 50, filters: dict[str, Any] | None = None, order: str | None = None) -> Sweeps
wandb.apis.public.Project.to_html method (height: int = 420, hidden: bool = False) -> str
wandb.apis.public.Project.url property
wandb.apis.public.ProjectArtifactCollections class (service_api: ServiceApi, entity: str, project: str, filters: Mapping[str, Any] | None = None, order: str | None = None, per_page: PositiveInt = 50, start: str | None = None)
wandb.apis.public.ProjectArtifactCollections.__getitem__ method (index: int | slice) -> _WandbT | list[_WandbT]
wandb.apis.public.ProjectArtifactCollections.__iter__ method () -> Iterator[_WandbT]
wandb.apis.public.ProjectArtifactCollections.__len__ method () -> int
wandb.apis.public.ProjectArtifactCollections.__next__ method () -> _WandbT
wandb.apis.public.ProjectArtifactCollections.convert_objects method () -> Iterable[_WandbT]
wandb.apis.public.ProjectArtifactCollections.cursor property
wandb.apis.public.ProjectArtifactCollections.more property
wandb.apis.public.ProjectArtifactCollections.next method () -> _WandbT
wandb.apis.public.ProjectArtifactCollections.update_variables method () -> None
wandb.apis.public.Projects class (service_api: ServiceApi, entity: str, per_page: int = 50) -> None
wandb.apis.public.Projects.__getitem__ method (index: int | slice) -> _WandbT | list[_WandbT]
wandb.apis.public.Projects.__iter__ method () -> Iterator[_WandbT]
wandb.apis.public.Projects.__next__ method () -> _WandbT
wandb.apis.public.Projects.convert_objects method () -> Iterable[_WandbT]
wandb.apis.public.Projects.cursor property
wandb.apis.public.Projects.length property
wandb.apis.public.Projects.more property
wandb.apis.public.Projects.next method () -> _WandbT
wandb.apis.public.Projects.update_variables method () -> None
wandb.apis.public.PythonMongoishQueryGenerator class (run_set)
wandb.apis.public.PythonMongoishQueryGenerator.back_to_front method (name)
wandb.apis.public.PythonMongoishQueryGenerator.front_to_back method (name)
wandb.apis.public.PythonMongoishQueryGenerator.pc_back_to_front method (name)
wandb.apis.public.PythonMongoishQueryGenerator.pc_front_to_back method (name)
wandb.apis.public.PythonMongoishQueryGenerator.python_to_mongo method (filterstr)
wandb.apis.public.QueryGenerator class ()
wandb.apis.public.QueryGenerator.filter_to_mongo method (filter)
wandb.apis.public.QueryGenerator.format_order_key classmethod (key: str)
wandb.apis.public.QueryGenerator.key_to_server_path method (key)
wandb.apis.public.QueryGenerator.keys_to_order method (keys)
wandb.apis.public.QueryGenerator.mongo_to_filter method (filter)
wandb.apis.public.QueryGenerator.order_to_keys method (order)
wandb.apis.public.QueryGenerator.server_path_to_key method (path)
wandb.apis.public.QueuedRun class (service_api: ServiceApi, entity: str, project: str, queue_name: str, run_queue_item_id: str, project_queue: str = 'model-registry', priority: int | None = None, api_key: str | None = None)
wandb.apis.public.QueuedRun.delete method (delete_artifacts: bool = False) -> None
wandb.apis.public.QueuedRun.entity property
wandb.apis.public.QueuedRun.id property
wandb.apis.public.QueuedRun.project property
wandb.apis.public.QueuedRun.queue_name property
wandb.apis.public.QueuedRun.state property
wandb.apis.public.QueuedRun.wait_until_finished method () -> public.Run
wandb.apis.public.QueuedRun.wait_until_running method () -> public.Run
wandb.apis.public.Registries class (service_api: ServiceApi, organization: str, filter: _RegistryFilter | None = None, order: _RegistryOrder | None = None, per_page: PositiveInt = 100, start: str | None = None)
wandb.apis.public.Registries.__getitem__ method (index: int | slice) -> _WandbT | list[_WandbT]
wandb.apis.public.Registries.__iter__ method () -> Iterator[_WandbT]
wandb.apis.public.Registries.__next__ method ()
wandb.apis.public.Registries.collections method (filter: _CollectionFilter | None = None, order: _CollectionOrder | None = None, per_page: PositiveInt = 100, start: str | None = None) -> CollectionsIterator
wandb.apis.public.Registries.convert_objects method () -> Iterable[_WandbT]
wandb.apis.public.Registries.cursor property
wandb.apis.public.Registries.length property
wandb.apis.public.Registries.more property
wandb.apis.public.Registries.next method () -> _WandbT
wandb.apis.public.Registries.update_variables method () -> None
wandb.apis.public.Registries.versions method (filter: FilterDict | None = None, order: _VersionOrder | None = None, per_page: PositiveInt = 100, start: str | None = None) -> VersionsIterator
wandb.apis.public.Registry class (service_api: ServiceApi, organization: str, entity: str, name: str, attrs: RegistryFragment | None = None)
wandb.apis.public.Registry.add_members method (*members: User | UserMember | Team | TeamMember | str) -> Self
wandb.apis.public.Registry.allow_all_artifact_types property settable
wandb.apis.public.Registry.artifact_types property
wandb.apis.public.Registry.collections method (filter: dict[str, Any] | None = None, order: str | None = None, per_page: PositiveInt = 100, start: str | None = None) -> Collections
wandb.apis.public.Registry.create classmethod (api: Api, organization: str, name: str, visibility: Literal['organization', 'restricted'], description: str | None = None, artifact_types: list[str] | None = None) -> Self
wandb.apis.public.Registry.created_at property
wandb.apis.public.Registry.delete method () -> None
wandb.apis.public.Registry.description property settable
wandb.apis.public.Registry.entity property
wandb.apis.public.Registry.full_name property
wandb.apis.public.Registry.id property
wandb.apis.public.Registry.internal_id property
wandb.apis.public.Registry.load method () -> None
wandb.apis.public.Registry.members method () -> list[UserMember | TeamMember]
wandb.apis.public.Registry.name property settable
wandb.apis.public.Registry.organization property
wandb.apis.public.Registry.path property
wandb.apis.public.Registry.remove_members method (*members: User | UserMember | Team | TeamMember | str) -> Self
wandb.apis.public.Registry.save method () -> None
wandb.apis.public.Registry.team_members method () -> list[TeamMember]
wandb.apis.public.Registry.update_member method (member: User | UserMember | Team | TeamMember | str, role: MemberRole | str) -> Self
wandb.apis.public.Registry.updated_at property
wandb.apis.public.Registry.user_members method () -> list[UserMember]
wandb.apis.public.Registry.versions method (filter: dict[str, Any] | None = None, order: _VersionOrder | None = None, per_page: PositiveInt = 100, start: str | None = None) -> Versions
wandb.apis.public.Registry.visibility property settable
wandb.apis.public.Reports class (service_api: ServiceApi, project: Project, name: str | None = None, entity: str | None = None, per_page: int = 50)
wandb.apis.public.Reports.__getitem__ method (index: int | slice) -> _WandbT | list[_WandbT]
wandb.apis.public.Reports.__iter__ method () -> Iterator[_WandbT]
wandb.apis.public.Reports.__len__ method () -> int
wandb.apis.public.Reports.__next__ method () -> _WandbT
wandb.apis.public.Reports.convert_objects method () -> list[BetaReport]
wandb.apis.public.Reports.cursor property
wandb.apis.public.Reports.more property
wandb.apis.public.Reports.next method () -> _WandbT
wandb.apis.public.Reports.update_variables method () -> None
wandb.apis.public.Run class (service_api: ServiceApi, entity: str, project: str, run_id: str, attrs: Mapping | None = None, include_sweeps: bool = False, lazy: bool = True, api_key: str | None = None)
wandb.apis.public.Run.beta_scan_history method (keys: list[str] | None = None, page_size: int = 1000, min_step: int = 0, max_step: int | None = None, use_cache: bool = True) -> public.HistoryScan
wandb.apis.public.Run.config property
wandb.apis.public.Run.console_logs method (*, per_page: int = 1000, last: int | None = None) -> public.ConsoleLogs
wandb.apis.public.Run.create classmethod (api: public.Api, run_id: str | None = None, project: str | None = None, entity: str | None = None, state: Literal['running', 'pending'] = 'running') -> Run
wandb.apis.public.Run.delete method (delete_artifacts: bool = False) -> None
wandb.apis.public.Run.display method (height=420, hidden=False) -> bool
wandb.apis.public.Run.download_history_exports method (download_dir: pathlib.Path | str, require_complete_history: bool = True) -> runhistory.DownloadHistoryResult
wandb.apis.public.Run.entity property
wandb.apis.public.Run.file method (name: str) -> public.File
wandb.apis.public.Run.files method (names: list[str] | None = None, pattern: str | None = None, per_page: int = 50) -> public.Files
wandb.apis.public.Run.history method (samples: int = 500, keys: list[str] | None = None, x_axis: str = '_step', pandas: bool = True, stream: Literal['default', 'system'] = 'default') -> list[dict[str, Any]] | pd.DataFrame
wandb.apis.public.Run.id property settable
wandb.apis.public.Run.json_config property
wandb.apis.public.Run.lastHistoryStep property
wandb.apis.public.Run.load method (force: bool = False) -> dict[str, Any]
wandb.apis.public.Run.load_full_data method (force: bool = False) -> dict[str, Any]
wandb.apis.public.Run.log_artifact method (artifact: wandb.Artifact, aliases: Collection[str] | None = None, tags: Collection[str] | None = None) -> wandb.Artifact
wandb.apis.public.Run.logged_artifacts method (per_page: int = 100) -> public.RunArtifacts
wandb.apis.public.Run.metadata property
wandb.apis.public.Run.name property settable
wandb.apis.public.Run.path property
wandb.apis.public.Run.rawconfig property
wandb.apis.public.Run.save method () -> None
wandb.apis.public.Run.scan_history method (keys: list[str] | None = None, page_size: int = 1000, min_step: int = 0, max_step: int | None = None, use_cache: bool = True) -> public.HistoryScan
wandb.apis.public.Run.snake_to_camel method (string)
wandb.apis.public.Run.state property
wandb.apis.public.Run.stop method () -> None
wandb.apis.public.Run.storage_id property
wandb.apis.public.Run.summary property
wandb.apis.public.Run.summary_metrics property
wandb.apis.public.Run.sweep property
wandb.apis.public.Run.sweep_name property
wandb.apis.public.Run.system_metrics property
wandb.apis.public.Run.to_html method (height: int = 420, hidden: bool = False) -> str
wandb.apis.public.Run.update method () -> None
wandb.apis.public.Run.update_state method (state: str) -> bool
wandb.apis.public.Run.upload_file method (path: str, root: str = '.') -> public.File
wandb.apis.public.Run.url property
wandb.apis.public.Run.use_artifact method (artifact: wandb.Artifact, use_as: str | None = None) -> wandb.Artifact
wandb.apis.public.Run.used_artifacts method (per_page: int = 100) -> public.RunArtifacts
wandb.apis.public.Run.username property
wandb.apis.public.Run.wait_until_finished method () -> None
wandb.apis.public.RunArtifacts class (service_api: ServiceApi, run: Run, mode: Literal['logged', 'used'] = 'logged', per_page: int = 50, start: str | None = None)
wandb.apis.public.RunArtifacts.__getitem__ method (index: int | slice) -> _WandbT | list[_WandbT]
wandb.apis.public.RunArtifacts.__iter__ method () -> Iterator[_WandbT]
wandb.apis.public.RunArtifacts.__len__ method () -> int
wandb.apis.public.RunArtifacts.__next__ method () -> _WandbT
wandb.apis.public.RunArtifacts.convert_objects method () -> Iterable[_WandbT]
wandb.apis.public.RunArtifacts.cursor property
wandb.apis.public.RunArtifacts.more property
wandb.apis.public.RunArtifacts.next method () -> _WandbT
wandb.apis.public.RunArtifacts.update_variables method () -> None
wandb.apis.public.RunQueue class (service_api: ServiceApi, name: str, entity: str, prioritization_mode: RunQueuePrioritizationMode | None = None, _access: RunQueueAccessType | None = None, _default_resource_config_id: int | None = None, _default_resource_config: dict[str, Any] | None = None, api_key: str | None = None) -> None
wandb.apis.public.RunQueue.access property
wandb.apis.public.RunQueue.create classmethod (name: str, resource: RunQueueResourceType, entity: str | None = None, prioritization_mode: RunQueuePrioritizationMode | None = None, config: dict | None = None, template_variables: dict | None = None) -> RunQueue
wandb.apis.public.RunQueue.default_resource_config property
wandb.apis.public.RunQueue.delete method () -> None
wandb.apis.public.RunQueue.entity property
wandb.apis.public.RunQueue.external_links property
wandb.apis.public.RunQueue.id property
wandb.apis.public.RunQueue.items property
wandb.apis.public.RunQueue.name property
wandb.apis.public.RunQueue.prioritization_mode property
wandb.apis.public.RunQueue.template_variables property
wandb.apis.public.RunQueue.type property
wandb.apis.public.Runs class (service_api: ServiceApi, entity: str, project: str, filters: dict[str, Any] | None = None, order: str = '+created_at', per_page: int = 50, include_sweeps: bool = False, lazy: bool = True, api_key: str | None = None)
wandb.apis.public.Runs.__getitem__ method (index: int | slice) -> _WandbT | list[_WandbT]
wandb.apis.public.Runs.__iter__ method () -> Iterator[_WandbT]
wandb.apis.public.Runs.__len__ method () -> int
wandb.apis.public.Runs.__next__ method () -> _WandbT
wandb.apis.public.Runs.convert_objects method () -> list[Run]
wandb.apis.public.Runs.cursor property
wandb.apis.public.Runs.histories method (samples: int = 500, keys: list[str] | None = None, x_axis: str = '_step', format: Literal['default', 'pandas', 'polars'] = 'default', stream: Literal['default', 'system'] = 'default') -> list[dict[str, Any]] | pd.DataFrame | pl.DataFrame
wandb.apis.public.Runs.more property
wandb.apis.public.Runs.next method () -> _WandbT
wandb.apis.public.Runs.update_variables method () -> None
wandb.apis.public.Runs.upgrade_to_full method () -> None
wandb.apis.public.SlackIntegrations class (service_api: ServiceApi, variables: dict[str, Any], per_page: int = 50, start: str | None = None)
wandb.apis.public.SlackIntegrations.__getitem__ method (index: int | slice) -> _WandbT | list[_WandbT]
wandb.apis.public.SlackIntegrations.__iter__ method () -> Iterator[_WandbT]
wandb.apis.public.SlackIntegrations.__next__ method () -> _WandbT
wandb.apis.public.SlackIntegrations.convert_objects method () -> Iterable[_WandbT]
wandb.apis.public.SlackIntegrations.cursor property
wandb.apis.public.SlackIntegrations.more property
wandb.apis.public.SlackIntegrations.next method () -> _WandbT
wandb.apis.public.SlackIntegrations.update_variables method () -> None
wandb.apis.public.Sweep class (service_api: ServiceApi, entity: str, project: str, sweep_id: str, attrs: Mapping[str, Any] | None = None)
wandb.apis.public.Sweep.agent method (agent_id: str) -> Agent
wandb.apis.public.Sweep.agents method () -> list[Agent]
wandb.apis.public.Sweep.best_run method (order=None)
wandb.apis.public.Sweep.config property
wandb.apis.public.Sweep.display method (height=420, hidden=False) -> bool
wandb.apis.public.Sweep.enqueue_run method (config: dict, display_name: str | None = None) -> str
wandb.apis.public.Sweep.entity property
wandb.apis.public.Sweep.expected_run_count property
wandb.apis.public.Sweep.get classmethod (api: Api, entity: str | None = None, project: str | None = None, sid: str | None = None, order: str | None = None, query: str | None = None, **kwargs)
wandb.apis.public.Sweep.load method (force: bool = False)
wandb.apis.public.Sweep.name property
wandb.apis.public.Sweep.order property
wandb.apis.public.Sweep.path property
wandb.apis.public.Sweep.snake_to_camel method (string)
wandb.apis.public.Sweep.to_html method (height: int = 420, hidden: bool = False) -> str
wandb.apis.public.Sweep.url property
wandb.apis.public.Sweep.username property
wandb.apis.public.Sweeps class (service_api: ServiceApi, entity: str, project: str, per_page: int = 50, filters: dict[str, Any] | None = None) -> None
wandb.apis.public.Sweeps.__getitem__ method (index: int | slice) -> _WandbT | list[_WandbT]
wandb.apis.public.Sweeps.__iter__ method () -> Iterator[_WandbT]
wandb.apis.public.Sweeps.__len__ method () -> int
wandb.apis.public.Sweeps.__next__ method () -> _WandbT
wandb.apis.public.Sweeps.convert_objects method () -> list[Sweep]
wandb.apis.public.Sweeps.cursor property
wandb.apis.public.Sweeps.more property
wandb.apis.public.Sweeps.next method () -> _WandbT
wandb.apis.public.Sweeps.update_variables method () -> None
wandb.apis.public.Team class (service_api: ServiceApi, name: str, attrs: Mapping[str, Any] | None = None)
wandb.apis.public.Team.create classmethod (api: Api, team: str, admin_username: str | None = None) -> Team
wandb.apis.public.Team.create_service_account method (description: str) -> Member | None
wandb.apis.public.Team.display method (height=420, hidden=False) -> bool
wandb.apis.public.Team.invite method (username_or_email: str, admin: bool = False) -> bool
wandb.apis.public.Team.load method (force: bool = False) -> dict[str, Any]
wandb.apis.public.Team.snake_to_camel method (string)
wandb.apis.public.Team.to_html method (*args, **kwargs)
wandb.apis.public.User class (service_api: ServiceApi, attrs: MutableMapping[str, Any], api_key: str | None = None)
wandb.apis.public.User.api_keys property
wandb.apis.public.User.create classmethod (api: Api, email: str, admin: bool | None = False) -> Self
wandb.apis.public.User.delete_api_key method (api_key: str) -> bool
wandb.apis.public.User.display method (height=420, hidden=False) -> bool
wandb.apis.public.User.generate_api_key method (description: str | None = None) -> str | None
wandb.apis.public.User.snake_to_camel method (string)
wandb.apis.public.User.teams property
wandb.apis.public.User.to_html method (*args, **kwargs)
wandb.apis.public.User.user_api property
wandb.apis.public.WebhookIntegrations class (service_api: ServiceApi, variables: dict[str, Any], per_page: int = 50, start: str | None = None)
wandb.apis.public.WebhookIntegrations.__getitem__ method (index: int | slice) -> _WandbT | list[_WandbT]
wandb.apis.public.WebhookIntegrations.__iter__ method () -> Iterator[_WandbT]
wandb.apis.public.WebhookIntegrations.__next__ method () -> _WandbT
wandb.apis.public.WebhookIntegrations.convert_objects method () -> Iterable[_WandbT]
wandb.apis.public.WebhookIntegrations.cursor property
wandb.apis.public.WebhookIntegrations.more property
wandb.apis.public.WebhookIntegrations.next method () -> _WandbT
wandb.apis.public.WebhookIntegrations.update_variables method () -> None
'''
