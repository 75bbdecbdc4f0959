"""What the stand-in's public API asks the server, in GraphQL.

The fields are those that wandb 0.31.0 asks for: they are what a program can read off the objects.
"""

from __future__ import annotations

_PROJECT_ARGS = "name: $project, entityName: $entity"
_PAGE = "pageInfo { endCursor hasNextPage }"

_RUN = (
    "id tags name displayName sweepName state %sgroup jobType commit readOnly createdAt heartbeatAt description notes"
    " %shistoryLineCount user { name username }"
)
#: What a run is listed with.
RUN_SHORT = _RUN % ("", "")
#: What a run has altogether.
RUN_FULL = _RUN % ("config ", "systemMetrics summaryMetrics ") + " historyKeys"

USER = """
    id name username email admin flags entity deletedAt
    apiKeys { edges { node { id name description } } }
    teams { edges { node { name } } }
"""
PROJECT = f"__typename id name entityName createdAt isBenchmark user {{ {USER} }}"
SWEEP = """
    __typename id name displayName method state description bestLoss config createdAt updatedAt runCount
    runCountExpected
"""
AGENT = "id name host state totalRuns createdAt heartbeatAt"


def run(fields: str) -> str:
    """One run, with some of its fields."""
    return (
        "query Run($project: String!, $entity: String!, $name: String!)"
        f" {{ project({_PROJECT_ARGS}) {{ run(name: $name) {{ {fields} }} }} }}"
    )


def runs(fields: str) -> str:
    """Runs of a project, a page at a time."""
    return (
        "query Runs($project: String!, $entity: String!, $cursor: String, $perPage: Int = 50, $order: String,"
        f" $filters: JSONString) {{ project({_PROJECT_ARGS}) {{ internalId runCount(filters: $filters) readOnly"
        " runs(filters: $filters, after: $cursor, first: $perPage, order: $order)"
        f" {{ edges {{ node {{ projectId {fields} }} cursor }} {_PAGE} }} }} }}"
    )


FULL_HISTORY = (
    "query RunFullHistory($project: String!, $entity: String!, $name: String!, $samples: Int)"
    f" {{ project({_PROJECT_ARGS}) {{ run(name: $name) {{ %s(samples: $samples) }} }} }}"
)
SAMPLED_HISTORY = (
    "query RunSampledHistory($project: String!, $entity: String!, $name: String!, $specs: [JSONString!]!)"
    f" {{ project({_PROJECT_ARGS}) {{ run(name: $name) {{ sampledHistory(specs: $specs) }} }} }}"
)
UPDATE_RUN = (
    "mutation UpsertBucket($id: String!, $description: String, $display_name: String, $notes: String,"
    " $tags: [String!], $config: JSONString!, $groupName: String, $jobType: String)"
    " { upsertBucket(input: {id: $id, description: $description, displayName: $display_name, notes: $notes,"
    f" tags: $tags, config: $config, groupName: $groupName, jobType: $jobType}}) {{ bucket {{ {RUN_FULL} }} }} }}"
)
UPDATE_SUMMARY = (
    "mutation UpsertBucket($id: String, $summaryMetrics: JSONString)"
    " { upsertBucket(input: {id: $id, summaryMetrics: $summaryMetrics}) { bucket { id } } }"
)
CREATE_RUN = (
    "mutation UpsertBucket($project: String, $entity: String, $name: String!, $state: String)"
    " { upsertBucket(input: {modelName: $project, entityName: $entity, name: $name, state: $state})"
    " { bucket { project { name entity { name } } id name } inserted } }"
)
DELETE_RUN = "mutation DeleteRun($id: ID!) { deleteRun(input: {id: $id}) { clientMutationId } }"
DELETE_RUN_AND_ARTIFACTS = (
    "mutation DeleteRun($id: ID!, $deleteArtifacts: Boolean)"
    " { deleteRun(input: {id: $id, deleteArtifacts: $deleteArtifacts}) { clientMutationId } }"
)
UPDATE_STATE = "mutation UpdateRunState($input: UpdateRunStateInput!) { updateRunState(input: $input) { success } }"

FILES = (
    "query RunFiles($project: String!, $entity: String!, $name: String!, $fileCursor: String,"
    " $fileLimit: Int = 50, $fileNames: [String] = [], $upload: Boolean = false, $pattern: String)"
    f" {{ project({_PROJECT_ARGS}) {{ internalId run(name: $name) {{ fileCount"
    " files(names: $fileNames, after: $fileCursor, first: $fileLimit, pattern: $pattern)"
    " { edges { node { id name url(upload: $upload) directUrl sizeBytes mimetype updatedAt md5 } cursor }"
    f" {_PAGE} }} }} }} }}"
)
DELETE_FILES = (
    "mutation deleteFiles($files: [ID!]!, $projectId: Int)"
    " { deleteFiles(input: {files: $files, projectId: $projectId}) { success } }"
)
UPLOAD_FILES = (
    "mutation CreateRunFiles($entity: String!, $project: String!, $run: String!, $files: [String!]!)"
    " { createRunFiles(input: {entityName: $entity, projectName: $project, runName: $run, files: $files})"
    " { runID uploadHeaders files { name uploadUrl } } }"
)

PROJECTS = (
    "query GetProjects($entity: String, $cursor: String, $perPage: Int = 50)"
    " { models(entityName: $entity, after: $cursor, first: $perPage)"
    f" {{ {_PAGE} edges {{ node {{ {PROJECT} }} }} }} }}"
)
ONE_PROJECT = (
    "query GetProject($name: String!, $entity: String!)"
    f" {{ project(name: $name, entityName: $entity) {{ {PROJECT} }} }}"
)
CREATE_PROJECT = (
    "mutation CreateProject($input: UpsertModelInput!)"
    " { result: upsertModel(input: $input)"
    " { project { id name entityName description access views }"
    " model { id name entityName description access views } inserted } }"
)

ONE_SWEEP = (
    "query GetSweep($name: String!, $project: String, $entity: String)"
    f" {{ project({_PROJECT_ARGS}) {{ sweep(sweepName: $name) {{ {SWEEP} }} }} }}"
)
SWEEPS = (
    "query GetSweeps($project: String!, $entity: String!, $filters: JSONString!, $cursor: String,"
    f" $perPage: Int = 50) {{ project({_PROJECT_ARGS}) {{ totalSweeps"
    " sweeps(after: $cursor, first: $perPage, filters: $filters)"
    f" {{ {_PAGE} edges {{ node {{ {SWEEP} }} }} }} }} }}"
)
SWEEP_AGENT = (
    "query GetSweepAgent($agentID: String!, $sweep: String!, $entity: String, $project: String)"
    f" {{ project({_PROJECT_ARGS}) {{ sweep(sweepName: $sweep) {{ agent(agentName: $agentID) {{ {AGENT} }} }} }} }}"
)
SWEEP_AGENTS = (
    "query GetSweepAgents($sweep: String!, $entity: String, $project: String)"
    f" {{ project({_PROJECT_ARGS}) {{ sweep(sweepName: $sweep)"
    f" {{ agents {{ edges {{ node {{ {AGENT} }} }} }} }} }} }}"
)
AGENT_RUNS = (
    "query GetAgentRuns($agentID: String!, $sweep: String!, $entity: String, $project: String, $after: String,"
    " $before: String, $first: Int, $last: Int, $order: String)"
    f" {{ project({_PROJECT_ARGS}) {{ sweep(sweepName: $sweep) {{ agent(agentName: $agentID)"
    " { runs(after: $after, before: $before, first: $first, last: $last, order: $order)"
    f" {{ {_PAGE} edges {{ cursor node {{ {RUN_SHORT} }} }} }} }} }} }} }}"
)
ENQUEUE_RUN = (
    "mutation EnqueueSweepRun($id: ID!, $config: JSONString!, $displayName: String)"
    " { enqueueSweepRun(input: {id: $id, config: $config, displayName: $displayName}) { id runQueueItemId } }"
)

VIEWER = f"query GetViewer {{ viewer {{ {USER} }} }}"
DEFAULT_ENTITY = "query GetDefaultEntity { viewer { id entity } }"
USERS = f"query SearchUsers($query: String) {{ users(query: $query) {{ edges {{ node {{ {USER} }} }} }} }}"
TEAM = (
    "query GetTeamEntity($name: String!) { entity(name: $name)"
    " { id name available photoUrl readOnly readOnlyAdmin isTeam entityType privateOnly storageBytes"
    " codeSavingEnabled defaultAccess isPaid"
    " members { id admin pending email username name photoUrl accountType apiKey } } }"
)
CREATE_TEAM = (
    "mutation CreateTeam($teamName: String!, $teamAdminUserName: String)"
    " { result: createTeam(input: {teamName: $teamName, teamAdminUserName: $teamAdminUserName})"
    " { entity { id name available photoUrl limits } } }"
)
INVITE = (
    "mutation CreateInvite($entity: String!, $email: String, $username: String, $admin: Boolean)"
    " { result: createInvite(input: {entityName: $entity, email: $email, username: $username, admin: $admin})"
    " { invite { id name email createdAt toUser { name } } } }"
)
DELETE_INVITE = (
    "mutation DeleteInvite($id: String, $entity: String)"
    " { result: deleteInvite(input: {id: $id, entityName: $entity}) { success } }"
)
CREATE_SERVICE_ACCOUNT = (
    "mutation CreateServiceAccount($entity: String!, $description: String!)"
    " { result: createServiceAccount(input: {description: $description, entityName: $entity}) { user { id } } }"
)
CREATE_USER = (
    "mutation CreateUserFromAdmin($email: String!, $admin: Boolean)"
    " { result: createUser(input: {email: $email, admin: $admin}) { user { id name username email admin } } }"
)
DELETE_API_KEY = "mutation DeleteApiKey($id: String!) { result: deleteApiKey(input: {id: $id}) { success } }"
GENERATE_API_KEY = (
    "mutation GenerateApiKey($description: String)"
    " { result: generateApiKey(input: {description: $description}) { apiKey { id name description } } }"
)
