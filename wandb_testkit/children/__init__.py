"""``patch_wandb(subprocesses=True)``: what child processes do with wandb arrives at the parent's recorder.

========================= ====================================================================
how a process is patched  `launching` in the parent, the folder `startup` and `joining` in it
what a process writes     `spool`, with values as `portable` makes them
how it is read            `merging` into the recorder's ordered calls
a session of a family     `session`
the server's artifacts    `artifacts`: one store for all processes
a test's guard in them    `guarded`
========================= ====================================================================

Every process of the family, the parent too, appends what its tape takes to a file of its own, one whole frame at a
time.  The parent reads the others' files when its recorder is read.  Nothing listens, no process or thread is started.
"""
