"""Tests of wandb_testkit."""
