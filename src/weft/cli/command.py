"""Commands refuse what would mean something else: texts that are empty, options of one value that are given twice."""

from __future__ import annotations

import click

_ELSEWHERE = {
    "--dataflow": "It takes a program by name, as of weft evaluate and check; where programs are searched, --share "
    "says which layers share one.",
}
"""Options of some commands that may be looked for at others, and what they are."""


class Command(click.Command):
    """A command of Weft: an empty text, or a second value for one, is wrong usage."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, then look for empty texts and for options that click would take the last of."""
        try:
            _, _, order = self.make_parser(ctx).parse_args(list(args))
        except click.NoSuchOption as error:
            if error.option_name not in _ELSEWHERE:
                raise
            raise click.UsageError(f"{error.format_message()} {_ELSEWHERE[error.option_name]}", ctx) from None
        for param in dict.fromkeys(order):
            one_value = isinstance(param, click.Option) and not (param.multiple or param.is_flag)
            if one_value and order.count(param) > 1:
                raise click.BadParameter("it is given twice", ctx, param)
        rest = super().parse_args(ctx, args)
        for param in self.params:
            given = ctx.params.get(param.name or "")
            texts = given if isinstance(given, tuple) else (given,)
            if any(isinstance(item, str) and not item.strip() for item in texts):
                raise click.BadParameter("it is empty", ctx, param)
        return rest
