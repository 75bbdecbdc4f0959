"""``wandb.sklearn``: charts of scikit-learn's models.  As wandb 0.31.0 has them."""
