"""`watch` and `unwatch` with real torch models: what is logged of parameters, gradients and graphs."""

from __future__ import annotations

import json
import os
from typing import Any

from tests.scenarios import Observer, scenario


def linear(torch: Any, inputs: int = 2, outputs: int = 1, bias: bool = True) -> Any:
    """Return a layer with weights that are the same every time."""
    model = torch.nn.Linear(inputs, outputs, bias=bias)
    with torch.no_grad():
        for number, parameter in enumerate(model.parameters()):
            parameter.copy_(torch.linspace(-1, 1, parameter.numel()).reshape(parameter.shape) + number)
    return model


def network(torch: Any) -> Any:
    """Return a network of several layers."""
    return torch.nn.Sequential(linear(torch, 2, 3), torch.nn.ReLU(), linear(torch, 3, 1))


def step(torch: Any, model: Any, factor: float = 1.0) -> None:
    """Run the model forwards and backwards."""
    model(torch.ones(4, 2) * factor).sum().backward()


@scenario(needs=("torch",))
def watch_what(wandb: Any, obs: Observer) -> None:
    import torch

    for what in ("gradients", "parameters", "all", None, "graph", "", 3):
        with wandb.init(id=f"w{what}") as run, obs.raises(f"log={what}"):
            model = network(torch)
            obs.read(f"answer {what}", repr(run.watch(model, log=what, log_freq=1)))
            for number in range(3):
                step(torch, model, number + 1.0)
                run.log({"n": number})


@scenario(needs=("torch",))
def watch_how_often(wandb: Any, obs: Observer) -> None:
    import torch

    for often in (1, 2, 3, 1000):
        with wandb.init(id=f"f{often}") as run:
            model = linear(torch)
            run.watch(model, log="all", log_freq=often)
            for number in range(7):
                step(torch, model)
                run.log({"n": number})
    with wandb.init(id="default") as run:
        model = linear(torch)
        run.watch(model)
        for number in range(3):
            step(torch, model)
            run.log({"n": number})
    for often in (0, -1, 1.5, "2", None):
        with wandb.init(id=f"odd{often}") as run, obs.raises(f"log_freq={often}"):
            model = linear(torch)
            run.watch(model, log="all", log_freq=often)
            step(torch, model)
            run.log({"n": 1})


def graph_of(run: Any, number: int) -> Any:
    """Take a graph out of the summary and return what is in it; its nodes are known by their addresses in memory."""
    found = run.summary.get(f"graph_{number}")
    if found is None:
        return None
    kind, path = found["_type"], found["path"]
    del run.summary[f"graph_{number}"]
    with open(os.path.join(run.dir, path)) as file:
        content = json.load(file)
    for node in content["nodes"]:
        del node["id"]
    return [kind, os.path.dirname(path), content]


@scenario(needs=("torch",))
def watch_graph(wandb: Any, obs: Observer) -> None:
    import torch

    class Net(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = linear(torch, 2, 3)
            self.pair = torch.nn.Sequential(torch.nn.ReLU(), linear(torch, 3, 1))
            self.unused = torch.nn.ModuleList([torch.nn.Identity()])

        def forward(self, given: Any) -> Any:
            return self.unused[0](self.pair(self.first(given)))

    class Pair(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.lstm = torch.nn.LSTM(2, 3)

        def forward(self, given: Any) -> Any:
            return self.lstm(given)[0]

    with wandb.init(id="graphs") as run:
        for number, make in enumerate((network, lambda _: Net(), linear, lambda _: Pair())):
            with obs.raises(f"model {number}"):
                model = make(torch)
                obs.read("answer", repr(run.watch(model, log=None, idx=number, log_graph=True)))
                obs.read("early", graph_of(run, number))
                step(torch, model)
                for index in (0, number):
                    obs.read(f"graph {index} of {number}", graph_of(run, index))
                step(torch, model)
                obs.read("later", graph_of(run, number))
                with obs.raises("again"):
                    run.watch(model, log=None, idx=number, log_graph=True)
                run.unwatch(model)
        model = network(torch)
        run.watch(model, torch.nn.MSELoss(), log="all", log_freq=1, log_graph=True, idx=0)
        step(torch, model)
        obs.read("with histograms", graph_of(run, 0))
        run.log({"n": 1})


@scenario(needs=("torch",))
def watch_several(wandb: Any, obs: Observer) -> None:
    import torch

    with wandb.init(id="list") as run:
        models = [linear(torch), linear(torch, bias=False)]
        run.watch(models, log="all", log_freq=1)
        for model in models:
            step(torch, model)
        run.log({"n": 1})
    with wandb.init(id="tuple") as run:
        models_of_tuple = (linear(torch), linear(torch))
        run.watch(models_of_tuple, log="gradients", log_freq=1)
        for model in models_of_tuple:
            step(torch, model)
        run.log({"n": 1})
    with wandb.init(id="one by one") as run:
        first, second = linear(torch), linear(torch)
        for index, model in enumerate((first, second)):
            with obs.raises(f"model {index}"):
                run.watch(model, log="all", log_freq=1)
        step(torch, first)
        step(torch, second)
        run.log({"n": 1})
    with wandb.init(id="index") as run:
        first, second = linear(torch), linear(torch)
        run.watch(first, log="all", log_freq=1, idx=3)
        run.watch(second, log="all", log_freq=1, idx=7)
        step(torch, first)
        step(torch, second)
        run.log({"n": 1})


@scenario(needs=("torch",))
def watch_twice(wandb: Any, obs: Observer) -> None:
    import torch

    with wandb.init(id="twice") as run:
        model = linear(torch)
        run.watch(model, log="all", log_freq=1)
        for what in ("all", "gradients", "parameters"):
            with obs.raises(f"again {what}"):
                run.watch(model, log=what, log_freq=1)
        step(torch, model)
        run.log({"n": 1})
        run.unwatch(model)
        with obs.raises("after unwatch"):
            run.watch(model, log="all", log_freq=1)
        step(torch, model)
        run.log({"n": 2})
    with wandb.init(id="other run") as run:
        with obs.raises("other run"):
            run.watch(model, log="all", log_freq=1)
        step(torch, model)
        run.log({"n": 3})


@scenario(needs=("torch",))
def watch_wrong(wandb: Any, obs: Observer) -> None:
    import torch

    with obs.raises("before init"):
        wandb.watch(linear(torch))
    with obs.raises("unwatch before init"):
        wandb.unwatch()
    with wandb.init(id="wrong") as run:
        for label, value in (("number", 3), ("none", None), ("text", "model"), ("empty list", []), ("class", object)):
            with obs.raises(label):
                run.watch(value)
        with obs.raises("mixed"):
            run.watch([linear(torch), 3])
        with obs.raises("nothing"):
            run.watch()
        with obs.raises("option"):
            run.watch(linear(torch), frequency=3)
        with obs.raises("tensor"):
            run.watch(torch.ones(2))
        with obs.raises("unwatch number"):
            run.unwatch(3)
        with obs.raises("unwatch stranger"):
            run.unwatch(linear(torch))
        with obs.raises("unwatch list"):
            run.unwatch([linear(torch)])
        run.log({"a": 1})
    with obs.raises("finished"):
        run.watch(linear(torch))


@scenario(needs=("torch",))
def watch_odd_models(wandb: Any, obs: Observer) -> None:
    import torch

    class Unused(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.used = linear(torch)
            self.unused = linear(torch)
            self.register_buffer("buffer", torch.ones(2))

        def forward(self, given: Any) -> Any:
            return self.used(given)

    frozen = linear(torch)
    for parameter in frozen.parameters():
        parameter.requires_grad = False
    models = {
        "unused": Unused(),
        "empty": torch.nn.Sequential(),
        "frozen": frozen,
        "half": linear(torch).double(),
        "shared": torch.nn.Sequential(*[linear(torch, 2, 2)] * 2),
    }
    for name, model in models.items():
        with wandb.init(id=name) as run, obs.raises(name):
            run.watch(model, log="all", log_freq=1)
            given = torch.ones(1, 2, dtype=torch.float64 if name == "half" else torch.float32, requires_grad=True)
            model(given).sum().backward()
            run.log({"n": 1})


@scenario(needs=("torch",))
def watch_odd_numbers(wandb: Any, obs: Observer) -> None:
    import torch

    for name, value in (("nan", float("nan")), ("inf", float("inf")), ("large", 1e30), ("zero", 0.0)):
        with wandb.init(id=name) as run, obs.raises(name):
            model = linear(torch)
            with torch.no_grad():
                model.weight[0, 0] = value
            run.watch(model, log="all", log_freq=1)
            step(torch, model, value)
            run.log({"n": 1})


@scenario(needs=("torch",))
def watch_and_steps(wandb: Any, obs: Observer) -> None:
    import torch

    with wandb.init(id="steps") as run:
        model = linear(torch)
        run.watch(model, log="all", log_freq=1)
        step(torch, model)
        step(torch, model, 2.0)
        run.log({"n": 1}, step=5)
        step(torch, model)
        run.log({"n": 2}, commit=False)
        step(torch, model)
        run.log({"n": 3})
        with torch.no_grad():
            model(torch.ones(1, 2))
        run.log({"n": 4})
        step(torch, model)
        obs.read("step", run.step)


@scenario(needs=("torch",))
def watch_by_the_module(wandb: Any, obs: Observer) -> None:
    import torch

    with wandb.init(id="module") as run:
        model = linear(torch)
        wandb.watch(model, torch.nn.MSELoss(), "all", 1)
        step(torch, model)
        run.log({"n": 1})
        wandb.unwatch(model)
        step(torch, model)
        run.log({"n": 2})
        wandb.watch((model,), log="parameters", log_freq=1)
        wandb.unwatch()
        step(torch, model)
        run.log({"n": 3})


@scenario(needs=("torch",))
def tensors_logged(wandb: Any, obs: Observer) -> None:
    import torch

    with wandb.init(id="tensors") as run:
        for label, tensor in (
            ("one", torch.tensor(1.5)),
            ("vector", torch.arange(3)),
            ("matrix", torch.ones(2, 3)),
            ("many", torch.arange(100.0)),
            ("gradient", torch.ones(2, requires_grad=True)),
            ("half", torch.ones(2, dtype=torch.float16)),
            ("bool", torch.tensor([True, False])),
            ("nan", torch.tensor([float("nan"), 1.0])),
            ("empty", torch.zeros(0)),
        ):
            with obs.raises(label):
                run.log({label: tensor})
            with obs.raises(f"summary {label}"):
                run.summary[label] = tensor
            with obs.raises(f"config {label}"):
                run.config[label] = tensor
