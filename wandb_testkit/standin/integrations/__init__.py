"""``wandb.integration``: what wandb has for single frameworks, each in a module that imports its framework.

As wandb 0.31.0 does it; a name of a framework that is not installed raises ``ModuleNotFoundError`` when asked for.
"""
