"""What the client does at the moment of a call: checks, errors and what it would send.

`Session` is the client of one recorder: it stands behind the functions of the module.
`RunClient` stands behind the methods of one run.  Both look at the state that the tape's
replay gives, raise what the real client raises, and append what it would send.

=================  ===================================================================
``session``        ``finish``, ``login``, ``setup``, ``teardown``; what outlasts a run
``starting``       ``init``, ``attach``
``environment``    variables and settings files that the program sets
``terminal``       what is printed, and what is remembered of it
``run``            ``log``, ``define_metric``, attributes, the end of a run
``run_config``     ``run.config``
``run_summary``    ``run.summary``
``run_files``      the run's folder, its settings object
``disabled``       runs of ``mode="disabled"``
``attached``       what ``wandb.attach`` returns
``tensorboard``    TensorBoard's event files as history rows
``libraries``      functions of other libraries that the client replaces
=================  ===================================================================
"""
