"""The ``care`` command: every option of it, and one line instead of a traceback when something is wrong."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from care.errors import CareError, ConfigurationError
from care.processes import end_with_parent

# A command's module is imported where it is used: the first words of `care chat` wait for no other.


class _Commands(TyperGroup):
    def invoke(self, ctx: Any) -> Any:  # typer has no public name for this context
        try:
            return super().invoke(ctx)
        except CareError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from error


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A companion that helps people look after their mind. For operators and developers.",
)
bench = typer.Typer(no_args_is_help=True, help="Measure; prints one JSON object.")
app.add_typer(bench, name="bench")
hotlines = typer.Typer(no_args_is_help=True, help="Help lines: what must be checked again.")
app.add_typer(hotlines, name="hotlines")
on_call = typer.Typer(no_args_is_help=True, help="People on call: what is open, acknowledged, a test.")
app.add_typer(on_call, name="on-call")
reports = typer.Typer(no_args_is_help=True, help="Counts without any personal data.")
app.add_typer(reports, name="report")

_Channel = Annotated[str, typer.Option(help="The channel, such as terminal.")]
_User = Annotated[str, typer.Option(help="The name or number that the channel knows the person by.")]


@app.command()
def chat(
    script: Annotated[
        str | None, typer.Option(metavar="FILE", help="Play the lines of a file; - is standard input.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="With --script: one JSON object a line.")] = False,
    name: Annotated[str | None, typer.Option("--as", metavar="NAME", help="Chat as another person.")] = None,
    at: Annotated[
        str | None, typer.Option(metavar="ISO-8601", help="Start the conversation's clock at this moment.")
    ] = None,
) -> None:
    """Chat in the terminal; starts what it needs, and ends it again."""
    from care.commands.chat import chat as run  # noqa: PLC0415 -- see above

    values = {"--script": script, "--as": name, "--at": at}
    given = [part for option, value in values.items() if value is not None for part in (option, value)]
    raise typer.Exit(run((*given, *(["--json"] if as_json else []))))


@app.command(hidden=True)
def engine() -> None:
    """Run the dialogue engine and its action server alone, until standard input closes."""
    from care.commands.engine import engine as run  # noqa: PLC0415 -- see above

    raise typer.Exit(run())


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a check.")] = False,
) -> None:
    """Check settings, key, databases, content, engine and channels; say what to do."""
    from care.commands.doctor import examine, report  # noqa: PLC0415 -- see above

    raise typer.Exit(report(examine(), as_json=as_json))


@app.command()
def screen() -> None:
    """Screen JSON lines for crisis: {"text", "lang"?} in; the same with label and score out."""
    from care.commands import lines  # noqa: PLC0415 -- see above

    raise typer.Exit(lines.run(lines.screen(), sys.stdin.buffer, sys.stdout))


@app.command()
def feelings() -> None:
    """Read feelings from JSON lines: {"text", "lang"?} in; the same with what was understood out."""
    from care.commands import lines  # noqa: PLC0415 -- see above

    judge, threads = lines.feelings(), lines.usable_cores()
    raise typer.Exit(lines.run(judge, sys.stdin.buffer, sys.stdout, threads))


@app.command()
def export(
    channel: _Channel,
    user: _User,
    out: Annotated[Path | None, typer.Option(help="Write to this file, for its owner alone.")] = None,
) -> None:
    """Print all that is kept about one person, as JSON."""
    from care.commands import person  # noqa: PLC0415 -- see above

    with person.stored(channel, user) as who:
        data = person.copy(who)
    if not data:
        raise _unknown(channel)
    person.hand_over(data, out)


@app.command()
def erase(
    channel: _Channel,
    user: _User,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase all that is kept about one person, their key included."""
    from care.commands import person  # noqa: PLC0415 -- see above

    with person.stored(channel, user) as who:
        counts = person.counted(who)
        if counts == {}:
            raise _unknown(channel)
        going = "data that does not open" if counts is None else person.listed(counts)
        typer.echo(f"This erases for ever: {going}.", err=True)
        if not yes:
            typer.confirm("Erase it?", abort=True, err=True)
        typer.echo(f"Erased: {person.listed(person.erase(who))}.")


@reports.command()
def safety(
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day.")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """How often help was shown in a crisis, for the yearly report."""
    from care.commands.report import safety as run  # noqa: PLC0415 -- see above

    run(first.date(), last.date(), as_json=as_json)


@hotlines.command()
def due(
    country: Annotated[
        str | None, typer.Option(metavar="CODE", help="One country alone, such as GB.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List what a person must check with its provider: id, doubts, sources."""
    from care.commands import hotlines as work  # noqa: PLC0415 -- see above

    work.due(_today(), country, as_json=as_json)


@hotlines.command()
def recheck(
    row: Annotated[str, typer.Argument(metavar="ID", help="The id that `care hotlines due` shows.")],
    by: Annotated[str, typer.Option(metavar="NAME", help="Who checked it.")],
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day. [default: today]")
    ] = None,
    number: Annotated[str | None, typer.Option(help="The number or address that holds now.")] = None,
    hours: Annotated[str | None, typer.Option(help="The hours that hold now, such as 24/7.")] = None,
    closed: Annotated[bool, typer.Option("--closed", help="The line is gone: never show it.")] = False,
) -> None:
    """Record that a person checked a help line; without more it holds as it stands."""
    from care.commands import hotlines as work  # noqa: PLC0415 -- see above
    from care.safety.rechecks import Recheck  # noqa: PLC0415 -- see above

    today = _today()
    day = on.date() if on else today
    work.recheck(Recheck(row, by, day.isoformat(), number, hours, closed), today)


@hotlines.command()
def lint() -> None:
    """Look for numbers and addresses in texts that the help lines do not hold."""
    from care.commands.hotlines import lint as run  # noqa: PLC0415 -- see above
    from care.commands.prepare import load_settings  # noqa: PLC0415 -- see above

    raise typer.Exit(run(load_settings().content_dir))


@on_call.command()
def ack(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code that the notice names.")],
    by: Annotated[str, typer.Option(metavar="NAME", help="Who acknowledges.")],
) -> None:
    """Acknowledge an alert, so that nobody else is told of it."""
    from care.commands import on_call as work  # noqa: PLC0415 -- see above

    work.acknowledge(code, by, datetime.now(UTC))


@on_call.command(name="list")
def list_alerts(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List the alerts that nobody acknowledged: code, level, time, step."""
    from care.commands import on_call as work  # noqa: PLC0415 -- see above

    work.show(as_json=as_json)


@on_call.command(name="test")
def test_targets() -> None:
    """Send a test notice to every target of CARE_ON_CALL; says which took it."""
    from care.commands import on_call as work  # noqa: PLC0415 -- see above

    raise typer.Exit(work.test())


@bench.command()
def conversation(
    turns: Annotated[int, typer.Option(min=1, help="Messages from each person.")] = 50,
    concurrency: Annotated[
        list[int] | None, typer.Option(min=1, help="People at once; may be given again. [default: 1, 20]")
    ] = None,
) -> None:
    """Time the answers of the dialogue engine; exit status 1 when some did not come."""
    from care.commands.bench import conversation as measure  # noqa: PLC0415 -- see above

    result = measure(turns, concurrency or [1, 20])
    typer.echo(json.dumps(result))
    raise typer.Exit(1 if result["errors_count"] else 0)


@bench.command()
def voice() -> None:
    """Word error rate, speed and memory of speech recognition, on generated voices."""
    from care.commands.bench_voice import voice as measure  # noqa: PLC0415 -- see above

    typer.echo(json.dumps(measure()))


def main() -> None:
    """What the ``care`` script runs."""
    parent = os.environ.pop("CARE_DIE_WITH_PARENT", "")
    if parent.isdecimal():
        end_with_parent(int(parent))
    app(prog_name="care")


def _today() -> date:
    return datetime.now(UTC).date()


def _unknown(channel: str) -> ConfigurationError:
    return ConfigurationError(
        f"Nothing is kept about this person on {channel}.", "Check --channel and --user."
    )
