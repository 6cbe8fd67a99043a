"""`copydesk completion SHELL`: the script that lets a shell complete commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from pipelines.terminal import Command

SHELLS = ("bash", "zsh", "fish")


@click.command("completion", cls=Command)
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> None:
    """Print the script that completes commands and options in a shell.

    \b
    bash   echo 'source <(copydesk completion bash)' >> ~/.bashrc
    zsh    echo 'source <(copydesk completion zsh)' >> ~/.zshrc
    fish   copydesk completion fish > ~/.config/fish/completions/copydesk.fish
    """
    script = get_completion_class(shell)
    assert script is not None
    one = script(command, {}, "copydesk", "_COPYDESK_COMPLETE")
    click.echo(one.source_template % one.source_vars())
