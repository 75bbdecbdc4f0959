"""What TensorBoard's event files hold, and the history rows that the client makes of them.

The rules are those of wandb-core, release 0.31.0, which watches the folders of event files of a run that was begun
with ``sync_tensorboard=True`` (or after ``wandb.tensorboard.patch()``).  Nothing of TensorBoard is needed to read them.
"""
