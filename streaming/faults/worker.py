"""`celery -A streaming.faults.worker worker --orders FOLDER [--sabotage KIND]`: the real worker, made mortal.

It loads the real application and its tasks.  Only this module's bootstep, which the product does not load, lets the
pool's children read orders to die.
"""

from pathlib import Path
from typing import Any

import click
from celery import bootsteps

from riskplatform.celery import app


class Mortality(bootsteps.Step):
    """Put the watch on the pipeline before the pool is forked."""

    def __init__(self, worker: Any, *, orders: str | None = None, sabotage: str | None = None, **options: Any) -> None:
        super().__init__(worker, **options)
        # Django is ready only by now.
        from streaming.faults import sabotage as breaking
        from streaming.faults.orders import Orders
        from streaming.faults.steps import watch

        if orders is not None:
            watch(Orders(Path(orders)).obey)
        if sabotage is not None:
            breaking.sabotage(sabotage)


app.user_options["worker"].add(click.Option(("--orders",), help="folder of the orders to die at a step"))
app.user_options["worker"].add(click.Option(("--sabotage",), help="break exactly-once, so that the proof turns red"))
app.steps["worker"].add(Mortality)
