"""Which module of wandb holds which name, and where the stand-in has it.

One line a source: the module of the stand-in, a colon, names. ``a=b`` is wandb's ``a`` and the stand-in's ``b``.
"""

from __future__ import annotations

_ERRORS = "errors: AuthenticationError CommError Error UnsupportedError UsageError WandbCoreNotAvailableError"
_KERAS = "WandbEvalCallback WandbMetricsLogger WandbModelCheckpoint"
_SKLEARN = " ".join(
    f"plot_{name}={name}"
    for name in """
        calibration_curve class_proportions classifier clusterer confusion_matrix elbow_curve feature_importances
        learning_curve outlier_candidates precision_recall regressor residuals roc silhouette summary_metrics
    """.split()  # noqa: SIM905 (names read better as words)
)

#: Modules that hold names of their own. Packages that hold none are made for the modules in them.
MODULES: dict[str, str] = {
    "wandb": """
        errors: CommError Error UsageError
        term: termerror termlog termsetup termwarn
        lib: AlertLevel ArtifactTTL
        requirements: require
        histogram: Histogram
        images: Classes Image
        media: Audio Html Molecule Plotly Video
        object3d: Object3D box3d
        graph: Graph
        table: Table
        joined: EvalTable JoinedTable
        plots: plot_table visualize
    """,
    "wandb.errors": _ERRORS,
    "wandb.errors.errors": _ERRORS,
    "wandb.errors.warnings": "errors: WandbWarning",
    "wandb.errors.term": """
        errors: NotATerminalError
        term: ERROR_STRING LOG_STRING WARN_STRING can_use_terminput confirm dynamic_text termerror terminput termlog
        term: termsetup termwarn _printed_messages
    """,
    "wandb.sdk": """
        lib: AlertLevel
        requirements: require
    """,
    "wandb.sdk.wandb_alerts": "lib: AlertLevel",
    "wandb.sdk.wandb_config": "lib: ConfigStatic",
    "wandb.sdk.wandb_helper": "config_util: parse_config",
    "wandb.sdk.wandb_metric": "lib: Metric",
    "wandb.sdk.wandb_require": "requirements: require",
    "wandb.sdk.lib": "lib: RunDisabled RunMoment SummaryDisabled",
    "wandb.sdk.lib.config_util": """
        errors: ConfigError
        config_util: dict_from_config_file dict_from_proto_list dict_no_value_from_proto_list dict_strip_value_dict
        config_util: merge_dicts save_config_file_from_dict
    """,
    "wandb.sdk.lib.disabled": "lib: RunDisabled SummaryDisabled",
    "wandb.sdk.lib.filesystem": "paths: mkdir_exists_ok",
    "wandb.sdk.lib.ipython": "lib: in_jupyter in_ipython=in_jupyter in_notebook=in_jupyter",
    "wandb.sdk.lib.json_util": "util_json: dump dumps load loads",
    "wandb.sdk.lib.paths": "paths: FilePathStr LogicalPath StrPath URIStr validate_fspath validate_relpath",
    "wandb.sdk.lib.asyncio_manager": "errors: AlreadyJoinedError",
    "wandb.sdk.lib.preinit": "preinit: PreInitCallable PreInitObject",
    "wandb.sdk.lib.retry": "errors: RetryCancelledError TransientError",
    "wandb.sdk.lib.run_moment": "lib: RunMoment",
    "wandb.sdk.lib.runid": "lib: generate_fast_id generate_id",
    "wandb.sdk.lib.service.service_connection": "errors: WandbApiFailedError WandbAttachFailedError",
    "wandb.sdk.lib.service.service_token": "errors: WandbServiceConnectionError",
    "wandb.sdk.lib.telemetry": "lib: TelemetryRecord=Anything context",
    "wandb.sdk.mailbox": "errors: HandleAbandonedError MailboxClosedError",
    "wandb.sdk.mailbox.mailbox": "errors: MailboxClosedError",
    "wandb.sdk.mailbox.mailbox_handle": "errors: HandleAbandonedError ServerResponseError",
    "wandb.sdk.launch.errors": "errors: ExecutionError LaunchDockerError LaunchError",
    "wandb.sdk.sweeps.errors": "errors: SweepNotFoundError",
    "wandb.sdk.wandb_run": "runs: RunStatus",
    "wandb.sdk.artifacts._internal_artifact": "artifact: InternalArtifact",
    "wandb.sdk.artifacts._generated.enums": "digests: ArtifactDigestAlgorithm",
    "wandb.sdk.artifacts.artifact_manifest_entry": "manifest: ArtifactManifestEntry",
    "wandb.sdk.artifacts.artifact_manifests.artifact_manifest_v1": "manifest: ArtifactManifestV1",
    "wandb.sdk.artifacts.artifact_state": "artifact_saved: ArtifactState",
    "wandb.sdk.artifacts.artifact_ttl": "lib: ArtifactTTL",
    "wandb.sdk.artifacts.exceptions": """
        errors: ArtifactFinalizedError ArtifactNotLoggedError ArtifactStatusError TooFewItemsError TooManyItemsError
        errors: WaitTimeoutError
    """,
    "wandb.sdk.data_types._dtypes": """
        dtypes: AnyType BooleanType ConstType InvalidType ListType NDArrayType NoneType NumberType OptionalType
        dtypes: PythonObjectType StringType TimestampType Type TypeRegistry TypedDictType UnionType UnknownType
    """,
    "wandb.sdk.data_types._private": "base: MEDIA_TMP",
    "wandb.sdk.data_types.audio": "media: Audio",
    "wandb.sdk.data_types.base_types.json_metadata": "base: JSONMetadata",
    "wandb.sdk.data_types.base_types.media": "base: BatchableMedia Media _numpy_arrays_to_lists=plain_lists",
    "wandb.sdk.data_types.base_types.wb_value": "base: WBValue",
    "wandb.sdk.data_types.bokeh": "bokeh: Bokeh",
    "wandb.sdk.data_types.eval_table": "joined: EvalTable",
    "wandb.sdk.data_types.eval_table.eval_table": "joined: EvalTable",
    "wandb.sdk.data_types.graph": "graph: Edge Graph Node",
    "wandb.sdk.data_types.helper_types.bounding_boxes_2d": "images: BoundingBoxes2D",
    "wandb.sdk.data_types.helper_types.classes": "images: Classes",
    "wandb.sdk.data_types.helper_types.image_mask": "images: ImageMask",
    "wandb.sdk.data_types.histogram": "histogram: Histogram",
    "wandb.sdk.data_types.html": "media: Html",
    "wandb.sdk.data_types.image": "images: Image",
    "wandb.sdk.data_types.molecule": "media: Molecule",
    "wandb.sdk.data_types.object_3d": "object3d: Object3D box3d",
    "wandb.sdk.data_types.plotly": "media: Plotly",
    "wandb.sdk.data_types.table": """
        table: Table
        tablekeys: _ForeignIndexType _ForeignKeyType _PrimaryKeyType _TableIndex _TableKey _TableLinkMixin
        joined: JoinedTable PartitionedTable
    """,
    "wandb.sdk.data_types.video": "media: Video",
    "wandb.sdk.data_types.trace_tree": "traces: Result Span SpanKind StatusCode Trace WBTraceTree",
    "wandb.data_types": """
        base: BatchableMedia Media WBValue
        bokeh: Bokeh
        traces: WBTraceTree
        histogram: Histogram
        images: BoundingBoxes2D Classes Image ImageMask
        media: Audio Html Molecule Plotly Video
        object3d: Object3D box3d
        graph: Graph Node
        table: Table
        joined: EvalTable JoinedTable PartitionedTable
    """,
    "wandb.plot": """
        plots: CustomChart Visualize bar confusion_matrix histogram line line_series plot_table pr_curve roc_curve
        plots: scatter visualize
    """,
    "wandb.plot.custom_chart": "plots: CustomChart CustomChartSpec plot_table",
    "wandb.plot.viz": "plots: Visualize VisualizeSpec visualize",
    "wandb.util": """
        errors: UsageError WandbCoreNotAvailableError
        util: ImportMetaHook LAUNCH_JOB_ARTIFACT_SLOT_NAME MAX_LINE_BYTES POW_10_BYTES POW_2_BYTES VALUE_BYTES_LIMIT
        util: _is_artifact_object _is_artifact_representation _is_artifact_string _is_artifact_version_weave_dict
        util: _is_py_requirements_or_dockerfile _not_importable _resolve_aliases add_import_hook
        util: alias_is_version_index artifact_to_json check_dict_contains_nested_artifact
        util: check_windows_valid_filename convert_plots downsample ensure_matplotlib_figure from_human_size fsync_open
        util: get_full_typename get_h5_typename get_jax_tensor get_local_path_or_none get_module get_optional_module
        util: guess_data_type has_num host_from_path import_module_lazy is_fastai_tensor_typename
        util: is_jax_tensor_typename is_matplotlib_typename is_numpy_array is_pandas_data_frame
        util: is_pandas_data_frame_typename is_plotly_figure_typename is_plotly_typename is_pytorch_tensor
        util: is_pytorch_tensor_typename is_tf_eager_tensor_typename is_tf_tensor is_tf_tensor_typename is_unicode_safe
        util: is_uri isatty load_yaml local_file_uri_to_path logger make_artifact_name_safe make_docker_image_name_safe
        util: make_file_path_upload_safe matplotlib_contains_images matplotlib_to_plotly parse_artifact_string
        util: random_string time_string_to_seconds to_forward_slash_path to_human_size to_native_slash_path
        util: uri_from_path
        util_more: DOCKER_IMAGE_NAME_SEPARATOR InstalledDistribution api_to_app_url app_url async_call
        util_more: check_and_warn_old class_colors find_runner get_core_path make_tarfile parse_tfjob_config
        util_more: rand_alphanumeric read_many_from_queue sample_with_exponential_decay_weights working_set
        util_json: JSONEncoderUncompressed WandBHistoryJSONEncoder WandBJSONEncoder WandBJSONEncoderOld dump dumps
        util_json: json_dump_safer json_dump_uncompressed json_dumps_safer json_dumps_safer_history json_friendly
        util_json: json_friendly_val load load_json_yaml_dict loads make_json_if_not_number make_safe_for_json
        util_json: maybe_compress_history maybe_compress_summary
    """,
    "wandb.integration.tensorboard": "tensorboard: _log patch reset_state tf_summary_to_dict unpatch",
    "wandb.integration.tensorboard.log": """
        tensorboard: IGNORE_KINDS RATE_LIMIT_SECONDS STEPS _log history_image_key make_ndarray namespaced_tag
        tensorboard: reset_state tf_summary_to_dict
    """,
    "wandb.integration.tensorboard.monkeypatch": "tensorboard: patch unpatch",
    "wandb.integration.tensorflow": "tensorflow: WandbHook",
    "wandb.integration.gym": "gym: monitor",
    "wandb.integration.catboost": "integrations.catboost: WandbCallback log_summary",
    "wandb.integration.catboost.catboost": "integrations.catboost: WandbCallback log_summary",
    "wandb.integration.keras": f"integrations.keras: {_KERAS}",
    "wandb.integration.keras.keras": "integrations.keras: patch_tf_keras",
    "wandb.integration.keras.callbacks": f"integrations.keras: {_KERAS}",
    "wandb.integration.keras.callbacks.metrics_logger": "integrations.keras: LogStrategy WandbMetricsLogger",
    "wandb.integration.keras.callbacks.model_checkpoint": "integrations.keras: WandbModelCheckpoint",
    "wandb.integration.keras.callbacks.tables_builder": "integrations.keras: WandbEvalCallback",
    "wandb.integration.lightgbm": "integrations.lightgbm: log_summary wandb_callback",
    "wandb.integration.sb3": "integrations.sb3: WandbCallback",
    "wandb.integration.sb3.sb3": "integrations.sb3: WandbCallback",
    "wandb.integration.xgboost": "integrations.xgboost: WandbCallback wandb_callback",
    "wandb.integration.xgboost.xgboost": "integrations.xgboost: WandbCallback wandb_callback",
    "wandb.integration.sklearn": f"integrations.sklearn.plots: {_SKLEARN}",
    "wandb.integration.sklearn.plot": f"integrations.sklearn.plots: {_SKLEARN}",
    "wandb.sklearn": f"integrations.sklearn.plots: {_SKLEARN}",
    "wandb.sdk.wandb_setup": "singleton: singleton",
    "wandb.agents.pyagent": "agents: is_running pyagent",
    "wandb.wandb_agent": """
        agents: _is_running
        errors: AgentError SweepNotFoundError
    """,
    "wandb.wandb_controller": "errors: ControllerError",
    "wandb.apis.public": """
        errors: RunNotFoundError
        surface: RunQueueAccessType RunQueuePrioritizationMode RunQueueResourceType
    """,
    "wandb.apis.public.jobs": """
        surface: RunQueueAccessType RunQueuePrioritizationMode RunQueueResourceType
    """,
    "wandb.apis.public.runs": "errors: RunNotFoundError",
    "wandb.apis.public.summary": "api_summary: DEEP_SUMMARY_FNAME H5_TYPES HTTPSummary Summary SummarySubDict",
    "wandb.apis.public.sweeps": "api_sweeps: Agent",
    "wandb.apis.attrs": "api_base: Attrs",
    "wandb.apis.normalize": "api_base: normalize_exceptions",
    "wandb.apis.paginator": "api_base: Paginator RelayPaginator SizedPaginator SizedRelayPaginator",
}

#: Classes made from their signatures: module, name there, name in the signatures.
CLASSES: tuple[tuple[str, str, str], ...] = (
    ("wandb", "Run", "wandb.Run"),
    ("wandb.sdk.wandb_run", "Run", "wandb.Run"),
    ("wandb.wandb_run", "Run", "wandb.Run"),
    ("wandb", "Config", "wandb.Config"),
    ("wandb.sdk", "Config", "wandb.Config"),
    ("wandb.sdk.wandb_config", "Config", "wandb.Config"),
    ("wandb.sdk", "Summary", "wandb.Summary"),
    ("wandb.sdk.wandb_summary", "Summary", "wandb.Summary"),
    ("wandb.sdk.wandb_summary", "SummarySubDict", "wandb.SummarySubDict"),
    ("wandb", "Artifact", "wandb.Artifact"),
    ("wandb.sdk", "Artifact", "wandb.Artifact"),
    ("wandb.sdk.artifacts.artifact", "Artifact", "wandb.Artifact"),
    ("wandb", "Api", "wandb.Api"),
    ("wandb.apis", "Api", "wandb.apis.public.Api"),
    ("wandb.apis.public", "Api", "wandb.apis.public.Api"),
    ("wandb.apis.public.api", "Api", "wandb.apis.public.Api"),
)

#: Modules that hold entry points besides ``wandb`` itself.
FUNCTIONS: tuple[tuple[str, str], ...] = (
    ("wandb.sdk", "controller finish init login setup sweep teardown"),
    ("wandb.sdk.wandb_init", "init"),
    ("wandb.sdk.wandb_login", "login"),
    ("wandb.sdk.wandb_run", "finish restore"),
    ("wandb.sdk.wandb_setup", "setup teardown"),
    ("wandb.sdk.wandb_sweep", "controller sweep"),
    ("wandb.wandb_agent", "agent"),
    ("wandb.integration.sagemaker", "sagemaker_auth"),
)

#: Other names of modules: module, attribute, the module meant.
ALIASES: tuple[tuple[str, str, str], ...] = (
    ("wandb", "wandb_sdk", "wandb.sdk"),
    ("wandb", "wandb_lib", "wandb.sdk.lib"),
    ("wandb", "helper", "wandb.sdk.wandb_helper"),
    ("wandb", "wandb_torch", "wandb.integration.torch.wandb_torch"),
    ("wandb", "profiler", "wandb.sdk.internal.profiler"),
    ("wandb", "keras", "wandb.integration.keras"),
    ("wandb", "tensorflow", "wandb.integration.tensorflow"),
    ("wandb", "xgboost", "wandb.integration.xgboost"),
    ("wandb", "catboost", "wandb.integration.catboost"),
    ("wandb", "tensorboard", "wandb.integration.tensorboard"),
    ("wandb", "gym", "wandb.integration.gym"),
    ("wandb", "lightgbm", "wandb.integration.lightgbm"),
    ("wandb", "sacred", "wandb.integration.sacred"),
    ("wandb.sdk", "helper", "wandb.sdk.wandb_helper"),
)

#: What user code imports from wandb's integrations. The stand-in has their names, so that an import passes; each
#: refuses to be used and says what would let a test use it.
INTEGRATIONS: dict[str, str] = {
    "wandb.integration.fastai": "WandbCallback",
    "wandb.integration.sacred": "WandbObserver",
    "wandb.integration.lightning.fabric": "WandbLogger",
    "wandb.integration.huggingface": "autolog",
    "wandb.integration.diffusers": "autolog",
    "wandb.integration.openai.fine_tuning": "WandbLogger",
    "wandb.integration.ultralytics": "WandBUltralyticsCallback add_wandb_callback",
    "wandb.integration.metaflow": "wandb_log wandb_track wandb_use",
    "wandb.integration.torch.wandb_torch": "TorchHistory",
}

#: Modules without names that are importable, so that ``import`` passes.
EMPTY = """
    wandb.agents wandb.analytics wandb.automations wandb.jupyter wandb.proto wandb.trigger wandb.sdk.interface
    wandb.sdk.internal.profiler wandb.sdk.wandb_settings wandb.sdk.wandb_summary wandb.sdk.wandb_watch
    wandb.wandb_run wandb.env
""".split()  # noqa: SIM905 (names read better as words)
