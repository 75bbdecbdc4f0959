"""The stand-in ``wandb`` for tests where wandb is not installed (or ``stub=True``).

``modules.build()`` gives the modules for ``sys.modules``; ``signatures`` knows the real client's signatures;
``errors`` has its exceptions; ``surface`` the classes that live objects derive from.
"""
