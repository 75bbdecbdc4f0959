"""What ``python -m wandb_testkit doctor`` plays: short programs, on the real client in offline mode and in a patch."""
