"""Data-parallel training of plain torch, for `torchrun`: rank 0 logs, or with `--each` every rank in its own run."""

import os
import sys

import torch
import torch.distributed
import wandb
from torch.nn.parallel import DistributedDataParallel


def main(each: bool) -> None:
    torch.distributed.init_process_group("gloo")
    rank, size = torch.distributed.get_rank(), torch.distributed.get_world_size()
    run = None
    if each:
        run = wandb.init(project="ddp", group="experiment", job_type="worker", id=f"rank-{rank}", config={"rank": rank})
    elif rank == 0:
        run = wandb.init(
            project="ddp", id="main", config={"size": size, "restarts": os.environ["TORCHELASTIC_MAX_RESTARTS"]}
        )
    torch.manual_seed(1)
    model = DistributedDataParallel(torch.nn.Linear(3, 1))
    if run is not None:
        run.watch(model, log="gradients", log_freq=2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    generator = torch.Generator().manual_seed(rank)
    for step in range(4):
        inputs = torch.randn(8, 3, generator=generator)
        loss = torch.nn.functional.mse_loss(model(inputs), inputs.sum(1, keepdim=True))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        mean = loss.detach().clone()
        torch.distributed.all_reduce(mean)
        if run is not None:
            run.log({"loss": round(loss.item(), 5), "mean": round(mean.item() / size, 5)}, step=10 * step)
    if run is not None:
        run.finish()
    torch.distributed.destroy_process_group()


if __name__ == "__main__":
    main("--each" in sys.argv)
