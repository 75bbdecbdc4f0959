"""What ``run.watch(log_graph=True)`` hangs onto a model of PyTorch: its layers, as a graph in the summary.

When the graph is there and what is in it is as in wandb 0.31.0.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from wandb_testkit.standin import util
from wandb_testkit.standin.graph import Graph, Node
from wandb_testkit.standin.place import at, termwarn, wandb

_CONTAINERS = ("Container", "Sequential", "ModuleList", "ModuleDict")
_ONCE = (
    "You can only call `wandb.watch` once per model.  Pass a new instance of the model if you need to call wandb.watch"
    " again in your code."
)


def nested_shape(value: Any, seen: set[int] | None = None) -> Any:
    """The shape of a tensor, or the shapes of those in lists and tuples.

    Args:
        value: what a layer gives.
        seen: the ids of the lists above it.
    """
    seen = set() if seen is None else seen
    if hasattr(value, "size"):
        return list(value.size())
    if hasattr(value, "get_shape"):
        return value.get_shape().as_list()
    if hasattr(value, "shape"):
        return value.shape
    seen.add(id(value))
    try:
        return [nested_shape(item, seen) if id(item) not in seen else 0 for item in list(value)]
    except TypeError:
        return []


@at("wandb.integration.torch.wandb_torch")
class TorchGraph(Graph):
    """The layers of a model: known once each of them has run.

    Args:
        handles: where the hooks are kept by name, so that they can be taken off.
    """

    def __init__(self, handles: dict[str, Any] | None = None) -> None:
        super().__init__("torch")
        self._handles = {} if handles is None else handles
        self._graph_hooks: set[int] = set()

    @classmethod
    def hook_torch(
        cls, model: Any, criterion: Any = None, graph_idx: int = 0, handles: dict[str, Any] | None = None
    ) -> TorchGraph:
        """Hang the hooks onto a model.

        Args:
            model: the model.
            criterion: the loss.
            graph_idx: the number of the graph in the summary.
            handles: as for the class.

        Returns:
            The graph, which is empty until the model has run.

        Raises:
            ValueError: the model has a graph already.
        """
        wandb("termlog")("logging graph, to disable use `wandb.watch(log_graph=False)`")
        graph = cls(handles)
        graph.hook_torch_modules(model, criterion, graph_idx=graph_idx)
        return graph

    def hook_torch_modules(
        self, module: Any, criterion: Any = None, prefix: Any = None, graph_idx: int = 0, parent: Any = None
    ) -> None:
        """Hang the hooks onto the layers of a module."""
        torch = util.get_module("torch", "Could not import torch")
        if getattr(module, "_wandb_watch_called", False):
            raise ValueError(_ONCE)
        module._wandb_watch_called = True
        if criterion:
            self.criterion, self.criterion_passed = criterion, True
        containers = tuple(getattr(torch.nn, name) for name in _CONTAINERS if hasattr(torch.nn, name))
        parent = module if parent is None else parent
        for number, (name, layer) in enumerate(module.named_children()):
            name = name or str(number)
            name = f"{prefix}.{name}" if prefix else name
            if isinstance(layer, containers):
                # As in wandb: layers in a container within the model are those of graph 0.
                self.hook_torch_modules(layer, prefix=name, parent=parent)
            else:
                self._hook(layer, name, graph_idx, parent)

    def _hook(self, layer: Any, name: str, graph_idx: int, parent: Any) -> None:
        self._graph_hooks |= {id(layer)}
        try:
            handle = layer.register_forward_hook(self.create_forward_hook(name, graph_idx))
        except RuntimeError as error:
            termwarn(f"Trying to register forward_hook failed ({error}) - skipping graph tracking.", repeat=False)
            return
        key = f"topology/{id(handle)}"
        self._handles[key] = handle
        if not hasattr(parent, "_wandb_hook_names"):
            parent._wandb_hook_names = []
        parent._wandb_hook_names.append(key)

    def create_forward_hook(self, name: str, graph_idx: int) -> Callable[[Any, Any, Any], None]:
        """The hook of one layer; that of the last one puts the graph into the summary."""

        def after_forward(layer: Any, inputs: Any, output: Any) -> None:
            if id(layer) not in self._graph_hooks:
                return
            output = output if isinstance(output, tuple) else (output,)
            self._add(layer, name, output)
            self._graph_hooks -= {id(layer)}
            if not self._graph_hooks:
                wandb("run").summary[f"graph_{graph_idx}"] = self

        return after_forward

    def _add(self, layer: Any, name: str, output: tuple[Any, ...]) -> None:
        parameters = [(own, list(parameter.size())) for own, parameter in layer.named_parameters()]
        node = Node(
            id=id(layer),
            name=name,
            class_name=str(layer),
            output_shape=nested_shape(output),
            parameters=parameters,
            num_parameters=[math.prod(size) for _, size in parameters],
        )
        for parameter in layer.parameters():
            self.nodes_by_id[id(parameter)] = node
        self.add_node(node)
        first = output[0]
        if isinstance(first, list) and first and not hasattr(first, "grad_fn"):
            first = first[0]
        if not self.criterion_passed and hasattr(first, "grad_fn"):
            self.criterion = first.grad_fn
