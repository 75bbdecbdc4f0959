"""wandb's semantics as pure functions and replay: no mock and no patch in here."""
