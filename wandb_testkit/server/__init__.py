"""What wandb's service would know and answer, in memory.

Nothing here is imported before somebody asks the server: neither entering a patch nor
``init``, ``log`` and ``finish`` need it.

=============  ==========================================================================
``core``       `Server`: runs, projects, files and what else a session's server has
``runs``       runs recorded in this patch, seeded, or made through the Api
``history``    sampling and scanning of a run's history
``files``      files of runs, uploads and downloads
``graphql``    GraphQL documents answered from plain Python objects
``documents``  the language of those documents
``schema``     what they begin at; ``nodes`` and ``changes``: users, projects, runs, files
``artifacts``  artifacts: collections, versions, aliases, links
``sweeps``     sweeps and their agents
=============  ==========================================================================

A part of the server with GraphQL fields of its own is a module with ``projects(server)``,
which names the projects that it has things in, and any of these functions, each of which
returns fields as `graphql` describes them: ``queries(server)``, ``mutations(server)``,
``project_fields(server, entity, project)`` and ``run_fields(server, run)``.
`parts.PARTS` names those modules.
"""
