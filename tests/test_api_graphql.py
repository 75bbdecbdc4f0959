"""The GraphQL executor over plain objects, apart from the server: the language, and what is refused."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from wandb_testkit import NotModelled
from wandb_testkit.server.graphql import Changes, GraphQLError, connection, execute


def node(**fields: Any) -> dict[str, Any]:
    return {"__typename": "Thing", "id": 1, "name": "one", **fields}


def ask(text: str, root: dict[str, Any], changes: Changes | None = None, **variables: Any) -> dict[str, Any]:
    return execute(text, variables, lambda kind: {"__typename": kind, **root}, changes)


def test_fields_aliases_and_arguments() -> None:
    seen = []

    def thing(**arguments: Any) -> dict[str, Any]:
        seen.append(arguments)
        return node()

    text = """
    # a comment, with "quotes" and {braces}
    query Q($name: String!, $list: [Int!]! = [1, 2], $gone: Int) {
        a: thing(name: $name, list: $list, gone: $gone, on: true, items: [1, $name], none: null, kind: BIG,
                 deep: {text: "a \\"b\\" \\u00e4", n: -1.5e2, inner: $name, gone: $gone}) { id, called: name }
        b: thing { __typename }
    }
    """
    assert ask(text, {"thing": thing}, name="x") == {
        "a": {"id": 1, "called": "one"},
        "b": {"__typename": "Thing"},
    }
    assert seen == [
        {
            "name": "x",
            "list": [1, 2],
            "on": True,
            "items": [1, "x"],
            "none": None,
            "kind": "BIG",
            "deep": {"text": 'a "b" ä', "n": -150.0, "inner": "x"},
        },
        {},
    ]


def test_fragments_are_joined_and_hold_for_their_type_alone() -> None:
    text = """
    query { things { ...F ... on Thing { owner { name } } ... on Other { nothing } ... @include(if: true) { name } } }
    fragment F on Shape { id owner { id } }
    """
    root = {"things": [node(owner=node(id=7)), None, node(owner=None)]}
    assert ask(text.replace("Shape", "Thing"), root) == {
        "things": [
            {"id": 1, "owner": {"id": 7, "name": "one"}, "name": "one"},
            None,
            {"id": 1, "owner": None, "name": "one"},
        ]
    }
    assert ask(text, {"things": [node(owner=node(), __types=("Shape",))]})["things"][0]["id"] == 1
    assert "id" not in ask(text, {"things": [node(owner=node())]})["things"][0]


@pytest.mark.parametrize(("include", "skip"), list(itertools.product([True, False], repeat=2)))
def test_directives(include: bool, skip: bool) -> None:
    text = "query($i: Boolean!, $s: Boolean! = false) { thing { id @include(if: $i) @skip(if: $s) name } }"
    found = ask(text, {"thing": node()}, i=include, s=skip)
    assert ("id" in found["thing"]) == (include and not skip)


def test_mutations_begin_at_a_root_of_their_own() -> None:
    found = execute("mutation { __typename }", {}, lambda kind: {"__typename": kind.title()})
    assert found == {"__typename": "Mutation"}


def test_what_is_left_out_for_older_servers() -> None:
    seen = []

    def thing(**arguments: Any) -> dict[str, Any]:
        seen.append(arguments)
        return node(fresh="new")

    text = "query($a: Int, $b: Int) { thing(a: $a, b: $b) { id old x: name ...F ...G } } fragment F on Thing { f }"
    text += " fragment G on Thing { name }"
    changes = Changes(frozenset({"a"}), frozenset({"F"}), frozenset({"id"}), {"old": "fresh"})
    assert ask(text, {"thing": thing}, changes, a=1, b=2) == {"thing": {"old": "new", "x": "one", "name": "one"}}
    assert seen == [{"b": 2}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Must provide an operation"),
        ("{ thing", "found 'the end'"),
        ("{ thing(", "found 'the end'|Expected"),
        ("{ thing(a: [1, ", "Unexpected"),
        ("{ thing { } ", "found 'the end'"),
        ("query Q { a } query R { b }", "operation name"),
        ("subscription { a }", "Unexpected 'subscription'"),
        ("{ ? }", "Unexpected character"),
        ("{ ...Unknown }", 'Unknown fragment "Unknown"'),
        ("{ { } }", "Expected Name"),
    ],
)
def test_a_document_that_is_none_is_refused(text: str, message: str) -> None:
    with pytest.raises(GraphQLError, match=message):
        ask(text, {"thing": node()})


def test_what_nobody_answers_is_refused_by_name() -> None:
    with pytest.raises(NotModelled, match=r"answer to GetThing: Thing\.colour"):
        ask("query GetThing { thing { colour } }", {"thing": node()})
    with pytest.raises(NotModelled, match=r"answer to a query: query\.other"):
        ask("{ other }", {"thing": node()})


def test_a_value_without_fields_is_no_node() -> None:
    with pytest.raises(TypeError, match="'thing' is 5"):
        ask("{ thing { id } }", {"thing": 5})


def test_a_connection_page_by_page() -> None:
    def things(first: int | None = None, after: str | None = None) -> dict[str, Any]:
        return connection("abcde", lambda letter: {"name": letter}, first, after)

    text = (
        "query($n: Int, $after: String) { things(first: $n, after: $after)"
        " { totalCount edges { cursor node { name } } pageInfo { endCursor hasNextPage hasPreviousPage } } }"
    )
    after, pages = None, []
    for _ in range(3):
        found = ask(text, {"things": things}, n=2, after=after)["things"]
        pages.append("".join(edge["node"]["name"] for edge in found["edges"]))
        after = found["pageInfo"]["endCursor"]
        assert found["totalCount"] == 5
        assert found["edges"][-1]["cursor"] == after
        assert found["pageInfo"]["hasNextPage"] == (len(pages) < 3)
        assert found["pageInfo"]["hasPreviousPage"] == (len(pages) > 1)
    assert pages == ["ab", "cd", "e"]
    assert ask(text, {"things": things}, n=2, after=after)["things"]["edges"] == []
    assert len(ask(text, {"things": things})["things"]["edges"]) == 5
    with pytest.raises(GraphQLError, match="invalid cursor: nonsense"):
        ask(text, {"things": things}, after="nonsense")
