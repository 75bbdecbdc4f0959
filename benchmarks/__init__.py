"""How fast the library is beside the other ways to test code that uses wandb: ``python -m benchmarks``."""
