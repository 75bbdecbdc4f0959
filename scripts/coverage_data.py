"""What becomes of wandb's public names inside ``patch_wandb``: the claims behind docs/coverage.rst, in one place.

generate_coverage.py compares them with the installed wandb and with what the patch does.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Owner:
    """The public names of one module or class, by what becomes of them.

    Args:
        modelled: Mocks and attributes of ours.
        real: wandb's own code.
        inert: Accepted, recorded, and nothing more.
        refused: Raises ``NotModelled``.
    """

    modelled: str = ""
    real: str = ""
    inert: str = ""
    refused: str = ""

    def of(self, status: str) -> list[str]:
        """Return the names of one status."""
        found: str = getattr(self, status)
        return found.split()

    def status(self, name: str) -> str:
        """Return a name's status.

        Raises:
            KeyError: The name is not here.
        """
        for status in ("modelled", "real", "inert", "refused"):
            if name in self.of(status):
                return status
        raise KeyError(name)

    def names(self) -> set[str]:
        """Return all names."""
        return {*self._all()}

    def named_twice(self) -> set[str]:
        """Return the names that are here more than once."""
        names = self._all()
        return {name for name in names if names.count(name) > 1}

    def _all(self) -> list[str]:
        return [*self.of("modelled"), *self.of("real"), *self.of("inert"), *self.of("refused")]


#: Why a name is inert, or what else is to be known of it.
NOTES = {
    "wandb.Api": "an object of the real class, whose methods are recorded and can be mocked",
    "wandb.agent": "with a function; without one it would start a program, which is refused",
    "wandb.api": "an object of old; it knows the key that the program set, not the machine's",
    "wandb.controller": "the local controller of sweeps; without the package sweeps it raises what the client raises",
    "wandb.login": "True online; no key is kept, and nothing is written",
    "wandb.mark_preempting": "only a server could act on it",
    "wandb.Run.mark_preempting": "only a server could act on it",
    "wandb.Run.display": "there is no page to show; False, as outside of a notebook",
    "wandb.Run.write_logs": "console output is not recorded",
    "wandb.patched": "what the client replaces in other libraries is put back with the patch",
    "wandb.sagemaker_auth": "it writes a key to a file",
    "wandb.sdk.launch.LaunchAgent": "it is given a LaunchApi, which cannot be made",
    "wandb.sdk.launch.create_and_run_agent": "it is given a LaunchApi, which cannot be made",
    "wandb.sdk.launch.launch": "it is given a LaunchApi, which cannot be made",
    "wandb.termsetup": "it changes what the client prints",
    "wandb.Api.sync_tensorboard": "it uploads event files; sync_tensorboard=True of init is modelled",
    "wandb.apis.public.Run.download_history_exports": "files that a server exports",
}

HEADINGS = {
    "wandb.automations": "wandb.automations: definitions only, the Api refuses to take them",
    "wandb": "The module wandb",
    "wandb.Run": "wandb.Run, the live run",
}

OWNERS: dict[str, Owner] = {
    "wandb": Owner(
        modelled="""
            Api agent alert api attach config define_metric ensure_configured finish init join link_model log
            log_artifact log_model login patched pin_config_keys require restore run save setup summary sweep teardown
            termerror termlog termwarn unwatch use_artifact use_model watch
        """,
        real="""
            AlertLevel Artifact ArtifactTTL Audio Classes CommError Config Error EvalTable Graph Histogram Html Image
            JoinedTable Molecule Object3D Plotly Run Settings Table UsageError Video box3d plot_table termsetup
            visualize
        """,
        inert="""
            mark_preempting
        """,
        refused="""
            controller sagemaker_auth
        """,
    ),
    "wandb.Run": Owner(
        modelled="""
            alert config config_static define_metric dir disabled entity finish finish_artifact group id job_type
            link_artifact link_model log log_artifact log_code log_model name notes offline path pin_config_keys
            project project_url restore resumed save settings start_time starting_step status step sweep_id sweep_url
            sync_dir tags to_html unwatch upsert_artifact url use_artifact use_model watch
        """,
        inert="""
            mark_preempting write_logs display
        """,
    ),
    "wandb.Artifact": Owner(
        real="""
            add add_dir add_file add_reference aliases checkout collection commit_hash created_at delete description
            digest digest_algorithm distributed_id download entity file file_count files finalize get
            get_added_local_path_name get_entry get_path history_step id incremental is_draft is_link json_encode link
            linked_artifacts linked_at logged_by manifest metadata name new_draft new_file project qualified_name
            remove save size source_artifact source_collection source_entity source_name source_project
            source_qualified_name source_version state tags ttl type unlink updated_at url use_as used_by verify
            version wait
        """,
    ),
    "wandb.Settings": Owner(
        real="""
            app_url catch_private_settings colab_url deployment files_dir infer_git_root is_local log_dir log_internal
            log_symlink_internal log_symlink_user log_user model_config project_url read_system_settings resume_fname
            run_mode run_url settings_workspace sweep_url sync_dir sync_file sync_symlink_latest timespec to_proto
            update_from_dict update_from_env_vars update_from_settings update_from_system_environment
            update_from_system_settings validate_anonymous validate_api_key validate_base_url validate_code_dir
            validate_console validate_console_chunk_max_bytes validate_console_chunk_max_seconds
            validate_file_stream_max_line_bytes validate_fork_from validate_http_proxy validate_https_proxy
            validate_ignore_globs validate_mutual_exclusion_of_branching_args validate_program
            validate_program_abspath validate_program_relpath validate_project validate_resume validate_resume_from
            validate_root_dir validate_run_id validate_run_tags validate_service_wait validate_settings_system
            validate_skip_transaction_log validate_stats_open_metrics_endpoints validate_stats_open_metrics_filters
            validate_stats_open_metrics_http_headers validate_stats_sampling_interval validate_sweep_id
            validate_sweep_param_path validate_x_executable validate_x_extra_http_headers validate_x_files_dir
            validate_x_history_value_encoding validate_x_stats_coreweave_metadata_base_url
            validate_x_stats_gpu_device_ids validate_x_stats_neuron_monitor_config_path wandb_dir
        """,
    ),
    "wandb.Api": Owner(
        real="""
            artifact artifact_collection artifact_collection_exists artifact_collections artifact_exists artifact_type
            artifact_types artifact_versions artifacts create_project create_run default_entity flush from_path
            organization project projects run runs sweep team user user_agent users viewer
        """,
        refused="""
            automation automations create_automation create_custom_chart create_registry create_run_queue create_team
            create_user delete_automation integrations job list_jobs queued_run registries registry reports run_queue
            slack_integrations sync_tensorboard update_automation upsert_run_queue webhook_integrations
        """,
    ),
    "wandb.apis.public.AgentRuns": Owner(
        real="""
            convert_objects cursor last_response more next update_variables
        """,
    ),
    "wandb.apis.public.ArtifactCollection": Owner(
        real="""
            aliases artifacts change_type created_at delete description entity id is_sequence load name project
            project_id project_internal_id save tags type updated_at
        """,
    ),
    "wandb.apis.public.ArtifactCollections": Owner(
        real="""
            QUERY convert_objects cursor more next update_variables
        """,
    ),
    "wandb.apis.public.ArtifactFiles": Owner(
        real="""
            QUERY convert_objects cursor more next path update_variables
        """,
    ),
    "wandb.apis.public.ArtifactType": Owner(
        real="""
            collection collections id load name
        """,
    ),
    "wandb.apis.public.ArtifactTypes": Owner(
        real="""
            QUERY convert_objects cursor more next update_variables
        """,
    ),
    "wandb.apis.public.Artifacts": Owner(
        real="""
            QUERY convert_objects cursor more next update_variables
        """,
    ),
    "wandb.apis.public.Automations": Owner(
        refused="""
            QUERY convert_objects cursor more next update_variables
        """,
    ),
    "wandb.apis.public.BetaReport": Owner(
        refused="""
            created_at description display display_name id name runs sections snake_to_camel spec to_html updated_at
            url user
        """,
    ),
    "wandb.apis.public.ConsoleLogLine": Owner(),
    "wandb.apis.public.ConsoleLogs": Owner(
        refused="""
            convert_objects cursor more next update_variables
        """,
    ),
    "wandb.apis.public.DownloadHistoryResult": Owner(
        refused="""
            errors
        """,
    ),
    "wandb.apis.public.File": Owner(
        real="""
            delete display download path_uri size snake_to_camel to_html
        """,
    ),
    "wandb.apis.public.Files": Owner(
        real="""
            convert_objects cursor last_response more next update_variables
        """,
    ),
    "wandb.apis.public.HistoryScan": Owner(
        real="""
            max_step
        """,
    ),
    "wandb.apis.public.Integrations": Owner(
        refused="""
            QUERY convert_objects cursor more next update_variables
        """,
    ),
    "wandb.apis.public.Job": Owner(
        refused="""
            call name set_entrypoint
        """,
    ),
    "wandb.apis.public.Member": Owner(
        real="""
            delete display snake_to_camel to_html
        """,
    ),
    "wandb.apis.public.Organization": Owner(),
    "wandb.apis.public.PanelMetricsHelper": Owner(
        refused="""
            FRONTEND_NAME_MAPPING FRONTEND_NAME_MAPPING_REVERSED RUN_MAPPING RUN_MAPPING_REVERSED back_to_front
            front_to_back special_back_to_front special_front_to_back
        """,
    ),
    "wandb.apis.public.Project": Owner(
        real="""
            artifacts_types collections display id owner path snake_to_camel sweeps to_html url
        """,
    ),
    "wandb.apis.public.ProjectArtifactCollections": Owner(
        real="""
            QUERY convert_objects cursor more next update_variables
        """,
    ),
    "wandb.apis.public.Projects": Owner(
        real="""
            QUERY convert_objects cursor length more next update_variables
        """,
    ),
    "wandb.apis.public.PythonMongoishQueryGenerator": Owner(
        real="""
            AST_FIELDS AST_OPERATORS DECIMAL_SPACER FRONTEND_NAME_MAPPING FRONTEND_NAME_MAPPING_REVERSED SPACER
            back_to_front front_to_back pc_back_to_front pc_front_to_back python_to_mongo
        """,
    ),
    "wandb.apis.public.QueryGenerator": Owner(
        real="""
            GROUP_OP_TO_MONGO INDIVIDUAL_OP_TO_MONGO MONGO_TO_GROUP_OP MONGO_TO_INDIVIDUAL_OP filter_to_mongo
            format_order_key key_to_server_path keys_to_order mongo_to_filter order_to_keys server_path_to_key
        """,
    ),
    "wandb.apis.public.QueuedRun": Owner(
        refused="""
            delete entity id project queue_name state wait_until_finished wait_until_running
        """,
    ),
    "wandb.apis.public.Registries": Owner(
        refused="""
            QUERY collections convert_objects cursor length more next update_variables versions
        """,
    ),
    "wandb.apis.public.Registry": Owner(
        refused="""
            add_members allow_all_artifact_types artifact_types collections create created_at delete description
            entity full_name id internal_id load members name organization path remove_members save team_members
            update_member updated_at user_members versions visibility
        """,
    ),
    "wandb.apis.public.Reports": Owner(
        refused="""
            QUERY convert_objects cursor last_response more next update_variables
        """,
    ),
    "wandb.apis.public.Run": Owner(
        real="""
            beta_scan_history config console_logs create delete display entity file files history id json_config
            lastHistoryStep load load_full_data log_artifact logged_artifacts metadata name path rawconfig save
            scan_history snake_to_camel state stop storage_id summary summary_metrics sweep sweep_name system_metrics
            to_html update update_state upload_file url use_artifact used_artifacts username wait_until_finished
        """,
        refused="""
            download_history_exports
        """,
    ),
    "wandb.apis.public.RunArtifacts": Owner(
        real="""
            convert_objects cursor more next update_variables
        """,
    ),
    "wandb.apis.public.RunQueue": Owner(
        refused="""
            access create default_resource_config delete entity external_links id items name prioritization_mode
            template_variables type
        """,
    ),
    "wandb.apis.public.Runs": Owner(
        real="""
            convert_objects cursor histories last_response more next update_variables upgrade_to_full
        """,
    ),
    "wandb.apis.public.SlackIntegrations": Owner(
        refused="""
            QUERY convert_objects cursor more next update_variables
        """,
    ),
    "wandb.apis.public.Sweep": Owner(
        real="""
            agent agents best_run config display enqueue_run entity expected_run_count get load name order path
            snake_to_camel to_html url username
        """,
    ),
    "wandb.apis.public.Sweeps": Owner(
        real="""
            QUERY convert_objects cursor last_response more next update_variables
        """,
    ),
    "wandb.apis.public.Team": Owner(
        real="""
            create display load snake_to_camel to_html
        """,
        refused="""
            create_service_account invite
        """,
    ),
    "wandb.apis.public.User": Owner(
        real="""
            api_keys create delete_api_key display snake_to_camel teams to_html user_api
        """,
        refused="""
            generate_api_key
        """,
    ),
    "wandb.apis.public.WebhookIntegrations": Owner(
        refused="""
            QUERY convert_objects cursor more next update_variables
        """,
    ),
    "wandb.sdk.launch": Owner(
        real="""
            load_wandb_config manage_config_file manage_wandb_config
        """,
        refused="""
            LaunchAgent create_and_run_agent launch launch_add
        """,
    ),
    "wandb.automations": Owner(
        real="""
            ActionType ArtifactCollectionScope ArtifactEvent Automation DoNothing EntityScope EventType Integration
            MetricChangeFilter MetricThresholdFilter MetricZScoreFilter NewAutomation OnAddArtifactAlias
            OnAddArtifactTag OnAddCollectionTag OnCreateArtifact OnLinkArtifact OnRemoveArtifactTag
            OnRemoveCollectionTag OnRunMetric OnRunState OnUnlinkArtifact OrgScope ProjectScope RegistryScope RunEvent
            RunStateFilter ScopeType SendNotification SendPromptToAria SendWebhook SlackIntegration TeamScope
            WebhookIntegration
        """,
    ),
}
