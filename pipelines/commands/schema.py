"""`copydesk schema`: the columns of what a run writes."""

from __future__ import annotations

import json

import click

from pipelines import reference
from pipelines.terminal import Command, table
from schemas.datasets import DATASETS


@click.command("schema", cls=Command)
@click.argument("dataset", required=False, type=click.Choice([dataset.name for dataset in DATASETS]))
@click.option("--json", "as_json", is_flag=True, help="as JSON, for programs")
def command(dataset: str | None, as_json: bool) -> None:
    """List the columns of what a run writes, with what each means.

    DATASET is one of the folders of an output; without it all are listed.
    """
    told = [one for one in reference.datasets() if dataset in (None, one["dataset"])]
    if as_json:
        click.echo(json.dumps(told, indent=1, ensure_ascii=False))
        return
    rows = [
        (one["dataset"], column["name"], column["type"], "yes" if column["nullable"] else "", column["meaning"])
        for one in told
        for column in one["columns"]
    ]
    click.echo(table(("dataset", "column", "type", "null", "meaning"), rows))
