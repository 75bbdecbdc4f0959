"""A pytest plugin (``-p tests.first_import``) that imports wandb before the tests do.

The first import of older releases changes the interpreter, which the tests would take for something that a patch has
left behind. Were wandb itself the plugin, pytest would rewrite its assertions, whose messages are compared.
"""

import wandb

assert wandb.__version__
