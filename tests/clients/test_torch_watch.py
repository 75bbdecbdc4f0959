"""Plain torch with `wandb.watch`."""

from __future__ import annotations

from typing import Any

from tests.clients import Client
from tests.scenarios import Observer

CLIENT = Client("torch", imports=("torch",), basis=("torch", "numpy"))


def _train(run: Any, model: Any, epochs: int = 3) -> None:
    import torch

    torch.manual_seed(0)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    inputs, targets = torch.randn(32, 4), torch.randn(32, 1)
    for epoch in range(epochs):
        for batch in range(0, 32, 8):
            optimizer.zero_grad()
            loss = torch.nn.functional.mse_loss(model(inputs[batch : batch + 8]), targets[batch : batch + 8])
            loss.backward()
            optimizer.step()
            run.log({"epoch": epoch, "train/loss": loss, "train/grad": model[0].weight.grad.norm()})


def _model() -> Any:
    import torch

    torch.manual_seed(1)
    return torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))


@CLIENT.job
def watches_gradients_and_parameters(wandb: Any, obs: Observer) -> None:
    import torch

    with wandb.init(project="torch", config={"lr": 0.1}) as run:
        model = _model()
        run.watch(model, criterion=torch.nn.MSELoss(), log="all", log_freq=4)
        _train(run, model)
        run.unwatch(model)
        _train(run, model, epochs=1)


@CLIENT.job
def watches_by_the_module_with_a_graph(wandb: Any, obs: Observer) -> None:
    run = wandb.init(project="torch")
    model = _model()
    wandb.watch(model, log="gradients", log_freq=1, log_graph=True)
    _train(wandb, model, epochs=1)
    graph = run.summary["graph_0"]
    obs.read("graph", graph["_type"])
    del run.summary["graph_0"]  # its nodes are known by their addresses in memory
    wandb.unwatch()
    run.finish()


@CLIENT.job
def saves_weights_and_values(wandb: Any, obs: Observer) -> None:
    import os

    import torch

    with wandb.init(project="torch") as run:
        model = _model()
        _train(run, model, epochs=1)
        path = os.path.join(run.dir, "weights.pt")
        torch.save(model.state_dict(), path)
        run.save("weights.pt")
        run.log(
            {
                "histogram": wandb.Histogram(model[0].weight.detach()),
                "image": wandb.Image(torch.linspace(0, 1, 48).reshape(3, 4, 4), caption="a tensor"),
                "tensor": torch.ones(3),
                "zero": torch.zeros(()),
                "bfloat": torch.ones((), dtype=torch.bfloat16),
                "flag": torch.tensor(True),
                "many": torch.arange(100).float(),
            }
        )
        artifact = wandb.Artifact("weights", "model", metadata={"layers": 2})
        artifact.add_file(path)
        run.log_artifact(artifact, aliases=["best"])


test_equal = CLIENT.test()
