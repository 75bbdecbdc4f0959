"""``wandb.Graph`` with its nodes and edges.

What is written for them is as in wandb 0.31.0.
"""

from __future__ import annotations

import os
import pprint
from typing import Any

from wandb_testkit.standin import util_json
from wandb_testkit.standin.base import Media, WBValue, plain_lists, temporary_path
from wandb_testkit.standin.place import at


def _attribute(name: str, default: Any = None) -> Any:
    """A property that is kept in ``_attributes``."""

    def get(self: Any) -> Any:
        return self._attributes.get(name, list(default) if isinstance(default, list) else default)

    def put(self: Any, value: Any) -> None:
        self._attributes[name] = tuple(value) if name == "size" else value

    return property(get, put)


@at("wandb.sdk.data_types.graph")
class Edge(WBValue):
    """A line between two nodes.

    Args:
        from_node: where it begins.
        to_node: where it ends.
    """

    def __init__(self, from_node: Any, to_node: Any) -> None:
        self._attributes: dict[str, Any] = {}
        self.from_node = from_node
        self.to_node = to_node

    name = _attribute("name")
    from_node = _attribute("from_node")
    to_node = _attribute("to_node")

    def __repr__(self) -> str:
        shown = {key: value for key, value in self._attributes.items() if key not in ("from_node", "to_node")}
        return str({**shown, "from_id": self.from_node.id, "to_id": self.to_node.id})

    def to_json(self, run: Any = None) -> list[Any]:
        """The ids of its ends."""
        return [self.from_node.id, self.to_node.id]


@at("wandb.sdk.data_types.graph")
class Node(WBValue):
    """A layer of a network.

    Args:
        id: what tells it from others.
        name: what it is called.
        class_name: what kind it is.
        size: its size.
        parameters: its parameters.
        output_shape: the shape of what it gives.
        is_output: whether it is the last.
        num_parameters: how many parameters.
        node: a node to copy.
    """

    def __init__(
        self,
        id: Any = None,
        name: Any = None,
        class_name: Any = None,
        size: Any = None,
        parameters: Any = None,
        output_shape: Any = None,
        is_output: Any = None,
        num_parameters: Any = None,
        node: Any = None,
    ) -> None:
        self._attributes: dict[str, Any] = {"name": None}
        self.in_edges: dict[Any, Any] = {}
        self.out_edges: dict[Any, Any] = {}
        self.obj: Any = None
        if node is not None:
            self._attributes.update(node._attributes)
            del self._attributes["id"]
            self.obj = node.obj
        given = {
            "id": id, "name": name, "class_name": class_name, "size": size, "parameters": parameters,
            "output_shape": output_shape, "is_output": is_output, "num_parameters": num_parameters,
        }  # fmt: skip
        for key, value in given.items():
            if value is not None:
                setattr(self, key, value)

    id = _attribute("id")
    name = _attribute("name")
    class_name = _attribute("class_name")
    functions = _attribute("functions", [])
    parameters = _attribute("parameters", [])
    size = _attribute("size")
    output_shape = _attribute("output_shape")
    is_output = _attribute("is_output")
    num_parameters = _attribute("num_parameters")
    child_parameters = _attribute("child_parameters")
    is_constant = _attribute("is_constant")

    def to_json(self, run: Any = None) -> dict[str, Any]:
        """Its attributes."""
        return self._attributes

    def __repr__(self) -> str:
        return repr(self._attributes)

    @classmethod
    def from_keras(cls, layer: Any) -> Node:
        """The node of a layer of Keras.

        Args:
            layer: the layer.

        Returns:
            The node.
        """
        return cls(
            id=layer.name,
            name=layer.name,
            class_name=layer.__class__.__name__,
            output_shape=getattr(layer, "output_shape", ["multiple"]),
            num_parameters=layer.count_params(),
        )


@at("wandb.sdk.data_types.graph")
class Graph(Media):
    """A network.

    Args:
        format: which library it is of.
    """

    _log_type = "graph-file"

    def __init__(self, format: str = "keras") -> None:
        super().__init__()
        self.format = format
        self.nodes: list[Node] = []
        self.nodes_by_id: dict[Any, Node] = {}
        self.edges: list[Edge] = []
        self.loaded = False
        self.criterion: Any = None
        self.criterion_passed = False
        self.root: Any = None

    def _to_graph_json(self, run: Any = None) -> dict[str, Any]:
        return {
            "format": self.format,
            "nodes": [node.to_json() for node in self.nodes],
            "edges": [edge.to_json() for edge in self.edges],
        }

    def bind_to_run(self, *args: Any, **kwargs: Any) -> None:
        """Put the network into a run's folder."""
        path = temporary_path(".graph.json")
        with open(path, "w", encoding="utf-8") as stream:
            util_json.json_dump_safer(plain_lists(self._to_graph_json()), stream)
        self._set_file(path, is_tmp=True, extension=".graph.json")
        if not self.is_bound():
            super().bind_to_run(*args, **kwargs)

    @classmethod
    def get_media_subdir(cls) -> str:
        """The folder in a run for this type's files."""
        return os.path.join("media", "graph")

    def to_json(self, run: Any) -> dict[str, Any]:
        """The network as JSON."""
        return {**super().to_json(run), "_type": self._log_type}

    def __getitem__(self, nid: Any) -> Node:
        return self.nodes_by_id[nid]

    def pprint(self) -> None:
        """Print its edges and nodes.

        Raises:
            AttributeError: there are any; wandb's edges and nodes have no ``attributes``.
        """
        items: list[Any] = [*self.edges, *self.nodes]
        for item in items:
            pprint.pprint(item.attributes)

    def add_node(self, node: Any = None, **node_kwargs: Any) -> Node:
        """Add a node.

        Args:
            node: the node.
            node_kwargs: what to make one of, instead.

        Returns:
            The node.

        Raises:
            ValueError: both were given.
        """
        if node is None:
            node = Node(**node_kwargs)
        elif node_kwargs:
            raise ValueError(
                f"Only pass one of either node ({node}) or other keyword arguments ({node_kwargs})"
            )
        added: Node = node
        self.nodes.append(added)
        self.nodes_by_id[added.id] = added
        return added

    def add_edge(self, from_node: Any, to_node: Any) -> Edge:
        """Add an edge.

        Args:
            from_node: where it begins.
            to_node: where it ends.

        Returns:
            The edge.
        """
        edge = Edge(from_node, to_node)
        self.edges.append(edge)
        return edge

    @classmethod
    def from_keras(cls, model: Any) -> Graph:
        """The network of a model of Keras 2.

        Args:
            model: the model; in a sequential one, a layer follows on the one before.

        Returns:
            The network.
        """
        graph = cls()
        for layer in model.layers:
            node = Node.from_keras(layer)
            for inbound in getattr(layer, "_inbound_nodes", ()):
                sources = inbound.inbound_layers
                for source in sources if isinstance(sources, (list, tuple)) else [sources]:
                    before = Node.from_keras(source)
                    if before.id not in graph.nodes_by_id:
                        graph.add_node(before)
                    graph.add_edge(graph.nodes_by_id[before.id], node)
            graph.add_node(node)
        return graph
