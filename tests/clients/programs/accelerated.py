"""A training of accelerate's, for `accelerate launch`."""

from typing import Any

import torch
from accelerate import Accelerator
from accelerate.utils import set_seed


def main(name: str = "launched") -> None:
    set_seed(1)
    accelerator = Accelerator(cpu=True, log_with="wandb")
    config: dict[str, Any] = {"lr": 0.1, "processes": accelerator.num_processes}
    accelerator.init_trackers("accelerated", config=config, init_kwargs={"wandb": {"id": name}})
    model = torch.nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    inputs = torch.randn(16, 3)
    data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(inputs, inputs.sum(1, keepdim=True)), 4)
    model, optimizer, data = accelerator.prepare(model, optimizer, data)
    for epoch in range(2):
        for batch, target in data:
            loss = torch.nn.functional.mse_loss(model(batch), target)
            accelerator.backward(loss)
            optimizer.step()
            optimizer.zero_grad()
            mean = accelerator.gather(loss.detach()).mean().item()
            accelerator.log({"loss": round(mean, 5), "epoch": epoch})
    if accelerator.is_main_process:
        table = [["a", accelerator.num_processes]]
        accelerator.get_tracker("wandb").log_table("processes", columns=["name", "n"], data=table)
    accelerator.end_training()


if __name__ == "__main__":
    main()
