"""Commands refuse options and arguments that are given without a text, which would mean something else."""

from __future__ import annotations

import click


class Command(click.Command):
    """A command of Weft: an empty text is wrong usage."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, then look for empty texts."""
        rest = super().parse_args(ctx, args)
        for param in self.params:
            given = ctx.params.get(param.name or "")
            if any(isinstance(item, str) and not item.strip() for item in _texts(given)):
                raise click.BadParameter("it is empty", ctx, param)
        return rest


def _texts(given: object) -> tuple[object, ...]:
    return given if isinstance(given, tuple) else (given,)
