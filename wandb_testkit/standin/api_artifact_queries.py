"""What the stand-in's public API asks the server about artifacts, in GraphQL; the fields are those of wandb 0.31.0."""

from __future__ import annotations

_PROJECT_ARGS = "name: $project, entityName: $entity"
_PAGE = "pageInfo { endCursor hasNextPage }"
_TYPE = "__typename id name description createdAt"
_COLLECTION = """
    __typename id name description createdAt updatedAt
    project { id internalId name entity { name } }
    type: defaultArtifactType { name }
    tags { edges { node { id name } } }
"""
_VERSION = "id versionIndex tags { id name } artifactSequence { __typename name project { name entity { name } } }"
_FILE = "__typename id name: displayName url sizeBytes storagePath mimetype updatedAt digest md5 directUrl"

TYPES = (
    "query ProjectArtifactTypes($entity: String!, $project: String!, $cursor: String, $perPage: Int)"
    f" {{ project({_PROJECT_ARGS}) {{ artifactTypes(after: $cursor, first: $perPage)"
    f" {{ edges {{ node {{ {_TYPE} }} }} {_PAGE} }} }} }}"
)
ONE_TYPE = (
    "query ProjectArtifactType($entity: String!, $project: String!, $type: String!)"
    f" {{ project({_PROJECT_ARGS}) {{ artifactType(name: $type) {{ {_TYPE} }} }} }}"
)
_LISTED = (
    "artifactCollections(after: $cursor, first: $perPage, filters: $filters, order: $order)"
    f" {{ totalCount {_PAGE} edges {{ node {{ {_COLLECTION} }} }} }}"
)
COLLECTIONS_OF_TYPE = (
    "query ArtifactTypeArtifactCollections($entity: String!, $project: String!, $type: String!, $cursor: String,"
    " $perPage: Int, $filters: JSONString, $order: String)"
    f" {{ project({_PROJECT_ARGS}) {{ artifactType(name: $type) {{ {_LISTED} }} }} }}"
)
COLLECTIONS = (
    "query ProjectArtifactCollections($entity: String!, $project: String!, $cursor: String, $perPage: Int,"
    f" $filters: JSONString, $order: String) {{ project({_PROJECT_ARGS}) {{ {_LISTED} }} }}"
)
ONE_COLLECTION = (
    "query ProjectArtifactCollection($entity: String!, $project: String!, $type: String!, $name: String!)"
    f" {{ project({_PROJECT_ARGS}) {{ artifactType(name: $type)"
    f" {{ artifactCollection(name: $name) {{ {_COLLECTION} }} }} }} }}"
)
ALIASES = (
    "query ArtifactCollectionAliases($id: ID!, $cursor: String, $perPage: Int = 1000)"
    " { artifactCollection(id: $id) { __typename aliases(after: $cursor, first: $perPage)"
    f" {{ {_PAGE} edges {{ node {{ alias }} }} }} }} }}"
)
VERSIONS = (
    "query ProjectArtifacts($entity: String!, $project: String!, $type: String!, $collection: String!,"
    " $cursor: String, $perPage: Int = 50, $order: String, $filters: JSONString)"
    f" {{ project({_PROJECT_ARGS}) {{ artifactType(name: $type) {{ artifactCollection(name: $collection)"
    " { __typename artifacts(after: $cursor, first: $perPage, order: $order, filters: $filters)"
    f" {{ totalCount {_PAGE} edges {{ version node {{ {_VERSION} }} }} }} }} }} }} }}"
)
OF_RUN = (
    "query RunArtifacts($entity: String!, $project: String!, $run: String!, $cursor: String, $perPage: Int)"
    f" {{ project({_PROJECT_ARGS}) {{ run(name: $run) {{ artifacts: %s(after: $cursor, first: $perPage)"
    f" {{ totalCount {_PAGE} edges {{ node {{ {_VERSION} }} }} }} }} }} }}"
)
FILES = (
    "query ArtifactMembershipFiles($entity: String!, $project: String!, $collection: String!, $alias: String!,"
    " $fileNames: [String!], $cursor: String, $perPage: Int = 50)"
    f" {{ project({_PROJECT_ARGS}) {{ artifactCollection(name: $collection) {{ __typename"
    " artifactMembership(aliasName: $alias) { files(names: $fileNames, after: $cursor, first: $perPage)"
    f" {{ totalCount {_PAGE} edges {{ node {{ {_FILE} }} }} }} }} }} }} }}"
)

_CHANGED = "artifactCollection { __typename id }"
UPDATE_SEQUENCE = (
    "mutation UpdateArtifactSequence($input: UpdateArtifactSequenceInput!)"
    f" {{ result: updateArtifactSequence(input: $input) {{ {_CHANGED} }} }}"
)
UPDATE_PORTFOLIO = (
    "mutation UpdateArtifactPortfolio($input: UpdateArtifactPortfolioInput!)"
    f" {{ result: updateArtifactPortfolio(input: $input) {{ {_CHANGED} }} }}"
)
MOVE_SEQUENCE = (
    "mutation UpdateArtifactSequenceType($input: MoveArtifactSequenceInput!)"
    f" {{ result: moveArtifactSequence(input: $input) {{ {_CHANGED} }} }}"
)
DELETE_SEQUENCE = (
    "mutation DeleteArtifactSequence($id: ID!)"
    " { result: deleteArtifactSequence(input: {artifactSequenceID: $id})"
    " { artifactCollection { __typename state } } }"
)
DELETE_PORTFOLIO = (
    "mutation DeleteArtifactPortfolio($id: ID!)"
    " { result: deleteArtifactPortfolio(input: {artifactPortfolioID: $id})"
    " { artifactCollection { __typename state } } }"
)
ADD_TAGS = (
    "mutation AddArtifactCollectionTags($input: CreateArtifactCollectionTagAssignmentsInput!)"
    " { result: createArtifactCollectionTagAssignments(input: $input) { tags { id name } } }"
)
DELETE_TAGS = (
    "mutation DeleteArtifactCollectionTags($input: DeleteArtifactCollectionTagAssignmentsInput!)"
    " { result: deleteArtifactCollectionTagAssignments(input: $input) { success } }"
)
USE = (
    "mutation UseArtifact($entityName: String!, $projectName: String!, $runName: String!, $artifactID: ID!,"
    " $usedAs: String, $artifactEntityName: String, $artifactProjectName: String)"
    " { useArtifact(input: {entityName: $entityName, projectName: $projectName, runName: $runName,"
    " artifactID: $artifactID, usedAs: $usedAs, artifactEntityName: $artifactEntityName,"
    " artifactProjectName: $artifactProjectName})"
    " { artifact { id digest description state createdAt metadata } } }"
)
LOG = (
    "mutation CreateArtifact($artifactTypeName: String!, $artifactCollectionNames: [String!],"
    " $entityName: String!, $projectName: String!, $runName: String, $digest: String!,"
    " $digestAlgorithm: ArtifactDigestAlgorithm!, $aliases: [ArtifactAliasInput!], $tags: [TagInput!])"
    " { createArtifact(input: {artifactTypeName: $artifactTypeName,"
    " artifactCollectionNames: $artifactCollectionNames, entityName: $entityName, projectName: $projectName,"
    " runName: $runName, digest: $digest, digestAlgorithm: $digestAlgorithm, aliases: $aliases,"
    " enableDigestDeduplication: true, tags: $tags})"
    " { artifact { id state artifactSequence { id latestArtifact { id versionIndex } } } } }"
)
