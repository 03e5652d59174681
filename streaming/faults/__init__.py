"""Faults on purpose: the real processes, killed and stopped, and the proof that it changed nothing.

Nothing of the product imports this package.  `manage.py chaos` starts workers through `streaming.faults.worker`, which
loads the real application and can be told to die at a named step of its work.
"""
