"""What ``run.watch`` hangs onto a model of PyTorch: histograms of parameters and gradients.

When a histogram is logged and what is in it is as in wandb 0.31.0.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from wandb_testkit.standin import util
from wandb_testkit.standin.histogram import Histogram
from wandb_testkit.standin.place import at, termwarn, wandb

if TYPE_CHECKING:
    from wandb_testkit.client.session import Session

_BINS = 64
_MISSING = "wandb.watch only works with pytorch, couldn't import torch."
_KINDS = ("gradients", "parameters", "all", None)


def watch(
    history: Callable[[], TorchHistory],
    session: Session,
    models: Any,
    criterion: Any,
    log: Any,
    log_freq: int,
    idx: int | None,
    graph: bool,
) -> None:
    """Hang the hooks onto models.

    Args:
        history: gives the run's hooks.
        session: the patch's session, which counts the models: those after the first have a number in their names.
        models: one, or several.
        criterion: the loss, for the graph.
        log: "gradients", "parameters", "all" or None.
        log_freq: log each so many batches.
        idx: the number of the first model.
        graph: log the model's graph, too.

    Raises:
        ValueError: ``log`` is something else.
        TypeError: there is no such model.
        wandb.Error: PyTorch is missing.
    """
    if log not in _KINDS:
        raise ValueError("log must be one of 'gradients', 'parameters', 'all', or None")
    models = models if isinstance(models, (tuple, list)) else (models,)
    torch = util.get_module("torch", required=_MISSING)
    for model in models:
        if not isinstance(model, torch.nn.Module):
            raise TypeError(f"Expected a pytorch model (torch.nn.Module). Received {type(model)}")
    first = session.watched if idx is None else idx
    prefix = ""
    for number, model in enumerate(models, first):
        session.watched += 1
        if number > 0:
            prefix = f"graph_{number}"
        if log in ("parameters", "all"):
            history().add_log_parameters_hook(model, prefix=prefix, log_freq=log_freq)
        if log in ("gradients", "all"):
            history().add_log_gradients_hook(model, prefix=prefix, log_freq=log_freq)
        if graph:
            history().hook_torch(model, criterion, graph_idx=number)


def unwatch(history: Callable[[], TorchHistory], models: Any) -> None:
    """Take the hooks off.

    Args:
        history: gives the run's hooks.
        models: off which; all, unless given.
    """
    if not models:
        history().unhook_all()
        return
    for model in models if isinstance(models, (tuple, list)) else (models,):
        names = getattr(model, "_wandb_hook_names", None)
        if names is None:
            termwarn(f"{model} model has not been watched")
            continue
        for name in names:
            history().unhook(name)
        del model._wandb_hook_names


class _Every:
    """True at each so manieth call."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._calls = 0

    def __call__(self) -> bool:
        self._calls += 1
        if self._calls < self._count:
            return False
        self._calls = 0
        return True


@at("wandb.integration.torch.wandb_torch")
class TorchHistory:
    """The hooks of one run.

    Raises:
        wandb.Error: PyTorch is missing.
    """

    def __init__(self) -> None:
        self._torch = util.get_module("torch", "Could not import torch")
        self._hook_handles: dict[str, Any] = {}

    def add_log_parameters_hook(self, module: Any, name: str = "", prefix: str = "", log_freq: int = 0) -> None:
        """Log the parameters after forward passes.

        Args:
            module: the model.
            name: the end of the prefix.
            prefix: what the keys begin with.
            log_freq: each so many batches.
        """
        prefix += name
        due = _Every(log_freq)

        def log(model: Any, inputs: Any, outputs: Any) -> None:
            if due():
                for own, parameter in model.named_parameters():
                    data = parameter.data if isinstance(parameter, self._torch.autograd.Variable) else parameter
                    self.log_tensor_stats(data.cpu(), f"parameters/{prefix}{own}")

        self._names(module)
        try:
            self._hook_handles[f"parameters/{prefix}"] = module.register_forward_hook(log)
        except RuntimeError as error:
            termwarn(f"Trying to register forward_hook failed ({error}) - skipping parameter tracking.")
        else:
            self._names(module).append(f"parameters/{prefix}")

    def add_log_gradients_hook(self, module: Any, name: str = "", prefix: str = "", log_freq: int = 0) -> None:
        """Log the gradients at backward passes.

        Args:
            module: the model.
            name: the end of the prefix.
            prefix: what the keys begin with.
            log_freq: each so many batches.

        Raises:
            ValueError: the model is watched already.
        """
        for own, parameter in module.named_parameters():
            if parameter.requires_grad:
                key = f"gradients/{prefix}{name}{own}"
                self._names(module).append(key)
                self._hook_gradient(parameter, key, _Every(log_freq))
        self._names(module)

    def hook_torch(self, model: Any, criterion: Any = None, graph_idx: int = 0) -> Any:
        """Have the model's graph in the summary once it has run.

        Args:
            model: the model.
            criterion: the loss.
            graph_idx: the number of the graph.

        Returns:
            The graph.
        """
        from wandb_testkit.standin.torch_graph import TorchGraph

        return TorchGraph.hook_torch(model, criterion, graph_idx, self._hook_handles)

    def _names(self, module: Any) -> list[str]:
        if not hasattr(module, "_wandb_hook_names"):
            module._wandb_hook_names = []
        names: list[str] = module._wandb_hook_names
        return names

    def _hook_gradient(self, parameter: Any, key: str, due: _Every) -> None:
        handle = self._hook_handles.get(key)
        if handle is not None and handle.id in (handle.hooks_dict_ref() or ()):
            raise ValueError(f'A hook has already been set under name "{key}"')

        def log(gradient: Any) -> None:
            if due():
                self.log_tensor_stats(gradient.data, key)

        self._hook_handles[key] = parameter.register_hook(log)

    def log_tensor_stats(self, tensor: Any, name: str) -> None:
        """Log the distribution of a tensor's values; nothing where none is finite.

        Args:
            tensor: the tensor, or a list of them.
            name: the key.
        """
        torch = self._torch
        while isinstance(tensor, (tuple, list)) and isinstance(tensor[0], (tuple, list)):
            tensor = [item for part in tensor for item in part]
        if isinstance(tensor, (tuple, list)):
            tensor = torch.cat([part.detach().clone().reshape(-1) for part in tensor])
        tensor, zeros = self._dense(tensor.detach().clone())
        flat = tensor.reshape(-1).cpu()
        if flat.dtype not in (torch.float32, torch.float64):
            flat = flat.type(torch.float32)
        flat = flat[torch.isfinite(flat)]
        if not flat.numel():
            return
        counts, edges = self._binned(flat, zeros)
        wandb("run")._log({name: Histogram(np_histogram=(counts.tolist(), edges.tolist()))}, commit=False)

    def _dense(self, tensor: Any) -> tuple[Any, int]:
        """The values of a tensor, and how many zeros a sparse one does not spell out."""
        if not tensor.is_sparse:
            return tensor, 0
        tensor = tensor.cpu().coalesce()
        values = tensor._values()
        return values, tensor.numel() - values.numel()

    def _binned(self, flat: Any, zeros: int) -> tuple[Any, Any]:
        torch = self._torch
        low, high = flat.min().item(), flat.max().item()
        if zeros:
            low, high = min(low, 0), max(high, 0)
        if low == high:
            counts, edges = torch.Tensor([flat.numel()]), torch.Tensor([low, high])
        else:
            counts = flat.histc(bins=_BINS, min=low, max=high)
            edges = torch.linspace(low, high, steps=_BINS + 1)
        if zeros:
            counts[self._bin_of_zero(edges.tolist())] += zeros
        return counts, edges

    @staticmethod
    def _bin_of_zero(edges: list[float]) -> int:
        last = len(edges) - 2
        for number, (start, end) in enumerate(itertools.pairwise(edges)):
            if (start <= 0 < end) or (number == last and end == 0):
                return number
        return 0

    def unhook_all(self) -> None:
        """Take all hooks off."""
        for handle in self._hook_handles.values():
            handle.remove()
        self._hook_handles = {}

    def unhook(self, name: str) -> None:
        """Take one hook off.

        Args:
            name: the key that it logs.
        """
        self._hook_handles.pop(name).remove()
