"""Commands whose help ends with examples."""

import click


class Command(click.Command):
    """A command that shows what people type, before the rest of the epilog."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from reconciler.cli.examples import EXAMPLES  # noqa: PLC0415 — only --help shows them

        words = ctx.command_path.partition(" ")[2]
        with formatter.section("Examples"):
            for line in EXAMPLES[words]:
                formatter.write(f"  {line}\n")
        super().format_epilog(ctx, formatter)


class Group(Command, click.Group):
    """A command with verbs and examples; so are its verbs."""

    command_class = Command
