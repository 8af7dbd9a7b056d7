"""``tajfif screen``: one name, or a file of customers, against the lists that serve.

Exit codes: 0 everybody is clear · 1 somebody has an alert · 2 bad usage or bad input, among it rows that could not be
read when nobody else had an alert · 3 no list serves, or everybody is clear but a list is stale. Rows that could not be
read are named on stderr in either case.
"""

from __future__ import annotations

import contextlib
import gc
import io
import itertools
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Literal

import typer

from tajfif.cli.output import Format, chosen_format, data_console, home_of, message_console, say, warn
from tajfif.cli.words import Language

if TYPE_CHECKING:
    from rich.console import Console

    from tajfif.intake.tabular import RejectedRow, SubjectReader
    from tajfif.model import Schema, ScreeningResult, Subject
    from tajfif.screening.receipts import Circumstances
    from tajfif.screening.screener import Screener
    from tajfif.signing import SigningKey

__all__ = ["customers_in", "say_rejected", "screen"]

_REJECTED_SHOWN = 20
_FORMAT_BY_ENDING = {".csv": "csv", ".parquet": "parquet", ".pq": "parquet", ".txt": "table"}
_PLAIN_WIDTH = 160
_STALE = 3


def screen(
    ctx: typer.Context,
    file: Annotated[
        str | None,
        typer.Argument(
            help="CSV, JSON lines, XLSX, XLS, ODS or Parquet; - reads CSV or JSON lines from standard input."
        ),
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="Screen this name, in any script.")] = None,
    schema: Annotated[
        str,
        typer.Option(
            "--schema", help="What it is: Person, Company, Organization, Vessel …; of a file, where a row does not say."
        ),
    ] = "",
    birth_date: Annotated[
        str, typer.Option("--birth-date", help="Birth date of --name: 1951-06-19, 1951, 1370 هـ …")
    ] = "",
    country: Annotated[str, typer.Option("--country", help="Country of --name, as a code or a name.")] = "",
    nationality: Annotated[str, typer.Option("--nationality", help="Nationality of --name, as a code or a word.")] = "",
    gender: Annotated[str, typer.Option("--gender", help="Gender of --name.")] = "",
    passport: Annotated[str, typer.Option("--passport", help="Passport number of --name.")] = "",
    mother_name: Annotated[str, typer.Option("--mother-name", help="Name of the mother of --name.")] = "",
    father_name: Annotated[str, typer.Option("--father-name", help="Name of the father of --name.")] = "",
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="FIELD=COLUMN",
            help="Which column holds a field, such as name=Kunde; repeat it for more. FIELD= leaves a field unread.",
        ),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="Encoding of CSV or JSON lines, when it is not found out rightly.")
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option("--threshold", help="Score from 0 to 1 from which a hit raises an alert. Default: 0.7"),
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", help="Most hits for one subject. Default: 10")] = None,
    sources: Annotated[
        list[str] | None, typer.Option("--list", metavar="SOURCE", help="Search only this list; repeat it for more.")
    ] = None,
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATE", help="Search who was listed on this day: 2024-12-31.")
    ] = "",
    known_at: Annotated[
        str,
        typer.Option(
            "--known-at",
            metavar="DATE",
            help="Search what this workspace knew by the end of this day, or at this time: 2024-12-31T12:00.",
        ),
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the results to this file, whole or not at all.")
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option("--rejects", help="Write the rows that could not be read to this CSV file: line, reason."),
    ] = None,
    receipt: Annotated[
        Path | None,
        typer.Option("--receipt", metavar="DIR", help="Write a signed receipt of the screening into this directory."),
    ] = None,
    output_format: Annotated[
        Format | None,
        typer.Option(
            "--format", help="Default: by the ending of --out; else a table on a terminal, JSON lines in a pipe."
        ),
    ] = None,
    lang: Annotated[Language, typer.Option("--lang", help="Language of tables and explanations.")] = Language.EN,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", min=1, help="Processes that screen a long file; results are the same. Default: a core each."
        ),
    ] = None,
) -> None:
    """Screen a name, or everybody in a file, against the lists that serve."""
    from tajfif.config import usable_cores
    from tajfif.intake.subjects import subject_of

    particulars = {
        "birthDate": birth_date, "country": country, "nationality": nationality, "gender": gender,
        "passportNumber": passport, "motherName": mother_name, "fatherName": father_name,
    }  # fmt: skip
    _check_usage(
        file, name, has_particulars=any(particulars.values()), has_file_options=bool(mapping or encoding or rejects)
    )
    run = _Run(ctx, threshold, limit, sources, out, output_format, lang, receipt, as_of=as_of, known_at=known_at)
    if file is None:
        subject = subject_of({"name": name or "", **particulars}, schema=_schema(schema))
        code = run.screen_one(subject)
    else:
        with customers_in(file, mapping or [], schema, encoding) as reader:
            code = run.screen_file(reader, rejects, workers or usable_cores())
    raise typer.Exit(code or (_STALE if run.stale else 0))


def customers_in(file: str, mapping: Iterable[str], schema: str, encoding: str | None) -> SubjectReader:
    """Open a file of customers as the options of a command say."""
    from tajfif.intake.tabular import read_subjects

    return read_subjects(file, mapping=_mapping(mapping), schema=schema, encoding=encoding)


def _check_usage(file: str | None, name: str | None, *, has_particulars: bool, has_file_options: bool) -> None:
    from tajfif.errors import UsageError

    if (file is None) == (name is None):
        raise UsageError(
            "give either a FILE or --name", hint='tajfif screen --name "…", or tajfif screen customers.csv'
        )
    if file is not None and has_particulars:
        raise UsageError("birth date, country and the like go with --name", hint="For a file they are columns of it.")
    if file is None and has_file_options:
        raise UsageError("--map, --encoding and --rejects go with a FILE")


def _schema(word: str) -> Schema | Literal[""]:
    from tajfif.errors import UsageError
    from tajfif.ftm import schema_named

    found = schema_named(word) if word else ""
    if found is None:
        raise UsageError(f"unknown schema {word!r}", hint="Use a FollowTheMoney name: Person, Company, Vessel …")
    return found


def _mapping(stated: Iterable[str]) -> dict[str, list[str]]:
    from tajfif.errors import UsageError

    mapping: dict[str, list[str]] = {}
    for one in stated:
        field, equals, column = one.partition("=")
        if not equals or not field.strip():
            raise UsageError(f"--map {one!r} is not FIELD=COLUMN", hint='Write it as --map "name=COLUMN".')
        mapping.setdefault(field.strip(), []).append(column.strip())
    return mapping


class _Run:
    """One run of the command: what to search, and where results go."""

    def __init__(
        self,
        ctx: typer.Context,
        threshold: float | None,
        limit: int | None,
        sources: list[str] | None,
        out: Path | None,
        output_format: Format | None,
        lang: str,
        receipts: Path | None = None,
        *,
        as_of: str = "",
        known_at: str = "",
    ) -> None:
        from tajfif.config import Settings
        from tajfif.errors import UsageError

        default = Settings()
        self.settings = Settings(
            threshold=default.threshold if threshold is None else threshold,
            limit=default.limit if limit is None else limit,
        )
        self.out = out
        ending = _FORMAT_BY_ENDING.get(out.suffix.lower(), "jsonl") if out else None
        self.format = str(output_format or ending or chosen_format(None))
        if self.format == "parquet" and out is None:
            raise UsageError("Parquet is not for a terminal or a pipe", hint="Name a file with --out.")
        self.lang = str(lang)
        self._home = home_of(ctx)
        self._sources = sources
        self._receipts = receipts
        self._as_of, self._known_at = as_of, known_at
        self.stale = False

    def screener(self) -> Screener:
        from tajfif.lists.snapshot import says_stale
        from tajfif.screening.screener import Screener

        screener = Screener.open(
            self._home,
            settings=self.settings,
            sources=self._sources or None,
            as_of=self._as_of,
            known_at=self._known_at,
        )
        for notice in screener.notices:
            warn(notice)
        self.stale = any(says_stale(notice) for notice in screener.notices)
        gc.collect()
        gc.freeze()  # tables and index stay to the end; a long file need not have them looked through again and again
        return screener

    def screen_one(self, subject: Subject) -> int:
        """Screen one name; a table shows its hits in full."""
        from tajfif.cli.render import show_footer, show_hits
        from tajfif.cli.results import output_file

        screener = self.screener()
        result = next(iter(screener.screen_many([subject], lang=self.lang)))
        if self._receipts:
            from tajfif.screening.receipt_files import write_receipt

            say(f"receipt: {write_receipt(self._receipts, result, *self._run_and_key(screener))}")
        with output_file(self.out) as file:
            if self.format == "table":
                with self._console(file) as console:
                    show_hits(console, subject.name, result.hits, threshold=self.settings.threshold, lang=self.lang)
                    show_footer(
                        console, result.lists, result.engine, as_of=self._as_of, known_at=self._known_at, lang=self.lang
                    )
            else:
                self._write(file, [result])
        return 1 if result.status == "alert" else 0

    def screen_file(self, reader: SubjectReader, rejects: Path | None, workers: int) -> int:
        """Screen everybody in a file, in its order."""
        from tajfif.cli.render import show_footer, show_results
        from tajfif.cli.results import output_file

        for notice in reader.notices:
            say(f"notice: {notice}")
        _say_columns(reader)
        screener = self.screener()
        counts = {"read": 0, "alerts": 0, "clear": 0, "rejected": 0}
        flags: Counter[str] = Counter()
        results = _counted(screener.screen_many(reader, lang=self.lang, workers=workers), counts, flags)
        shows_progress = sys.stderr.isatty() and (
            self.format == "table" or self.out is not None or not sys.stdout.isatty()
        )
        with output_file(self.out) as file, _rejects_file(rejects) as keep, self._batch(screener) as receipted:
            results = receipted(results)
            if self.format == "table":
                everything = list(_with_progress(results, reader, shown=shows_progress))
                counts["rejected"] = len(reader.rejected)
                with self._console(file) as console:
                    show_results(console, everything, lang=self.lang)
                    show_footer(
                        console, screener.lists, screener.engine, counts=counts, flags=flags, as_of=self._as_of, known_at=self._known_at,
                        lang=self.lang,
                    )  # fmt: skip
            else:
                self._write(file, _with_progress(results, reader, shown=shows_progress))
            keep(reader.rejected)
        say_rejected(reader.rejected, rejects)
        counts["rejected"] = len(reader.rejected)
        if self.format != "table":
            say("{read} screened: {alerts} with alerts, {clear} clear, {rejected} rejected".format(**counts))
            if flags:
                say("flags: " + ", ".join(f"{name} {count:,}" for name, count in sorted(flags.items())))
        return 1 if counts["alerts"] else 2 if reader.rejected else 0

    def _run_and_key(self, screener: Screener) -> tuple[Circumstances, SigningKey]:
        """Return what the receipts of this run share, and who signs them."""
        from tajfif.screening.receipts import circumstances_of
        from tajfif.signing import SigningKey

        run = circumstances_of(
            self._home, screener.lists, screener.engine, self.settings, lang=self.lang, view=screener.view
        )
        return run, SigningKey.of_workspace(self._home)

    @contextlib.contextmanager
    def _batch(self, screener: Screener) -> Iterator[Callable[[Iterator[ScreeningResult]], Iterator[ScreeningResult]]]:
        """Open a batch of receipts, if they are wanted; what it gives passes results on and keeps a receipt of each."""
        if not self._receipts:
            yield lambda results: results
            return
        from tajfif.screening.receipt_files import BatchWriter

        with BatchWriter(self._receipts, *self._run_and_key(screener)) as writer:

            def receipted(results: Iterator[ScreeningResult]) -> Iterator[ScreeningResult]:
                for result in results:
                    writer.add(result)
                    yield result

            yield receipted
        say(f"receipts: {writer.place}")

    @contextlib.contextmanager
    def _console(self, file: IO[bytes]) -> Iterator[Console]:
        from rich.console import Console

        if self.out is None:
            yield data_console()
            return
        text = io.TextIOWrapper(file, encoding="utf-8", write_through=True)
        yield Console(file=text, width=_PLAIN_WIDTH, highlight=False, emoji=False, markup=False)
        text.detach()

    def _write(self, file: IO[bytes], results: Iterable[ScreeningResult]) -> None:
        from tajfif.cli import results as to

        if self.format == "jsonl":
            sink = to.json_sink(file)
            for result in results:
                sink.write(to.result_record(result))
                if self.out is None and result.hits:
                    file.flush()  # whoever reads the pipe sees a hit when it is found
            return
        if self.format == "csv":
            opened: contextlib.AbstractContextManager[to.RowSink] = contextlib.nullcontext(
                to.csv_sink(file, to.RESULT_COLUMNS)
            )
        else:
            opened = to.parquet_sink(file, to.RESULT_COLUMNS)
        with opened as sink:
            for row in itertools.chain.from_iterable(map(to.result_rows, results)):
                sink.write(row)


def _counted(
    results: Iterable[ScreeningResult], counts: dict[str, int], flags: Counter[str]
) -> Iterator[ScreeningResult]:
    """Pass results on, counting subjects by status and, once for each subject, flags."""
    for result in results:
        flags.update({flag for hit in result.hits for flag in hit.flags})
        counts["read"] += 1
        counts["alerts" if result.status == "alert" else "clear"] += 1
        yield result


def _with_progress(
    results: Iterable[ScreeningResult], reader: SubjectReader, *, shown: bool
) -> Iterable[ScreeningResult]:
    if not shown:
        yield from results
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("screening"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=message_console(), transient=True) as progress:
        task = progress.add_task("", total=reader.total)
        for result in results:
            yield result
            progress.update(task, completed=reader.read + len(reader.rejected) + reader.blank)


@contextlib.contextmanager
def _rejects_file(path: Path | None) -> Iterator[Callable[[Iterable[RejectedRow]], None]]:
    """Open the file for rejected rows, if one is named, before the work rather than after it."""
    from tajfif.cli.results import csv_sink, output_file

    if path is None:
        yield lambda rejected: None
        return
    with output_file(path) as file:
        sink = csv_sink(file, ("line", "reason"))

        def keep(rejected: Iterable[RejectedRow]) -> None:
            for row in rejected:
                sink.write((row.line, row.reason))

        yield keep


def _say_columns(reader: SubjectReader) -> None:
    if reader.columns:
        held = "; ".join(f"{field} = {', '.join(headers)}" for field, headers in reader.columns.items())
        unused = f"; not read: {', '.join(reader.unused)}" if reader.unused else ""
        say(f"columns: {held}{unused}")


def say_rejected(rejected: list[RejectedRow], kept: Path | None) -> None:
    """Say on stderr which rows were not screened, and where all of them are."""
    if not rejected:
        return
    rows = "row was" if len(rejected) == 1 else "rows were"
    warn(f"{len(rejected):,} {rows} NOT screened, since they could not be read:")
    for row in rejected[:_REJECTED_SHOWN]:
        say(f"  line {row.line}: {row.reason}")
    if len(rejected) > _REJECTED_SHOWN:
        where = f"in {kept}" if kept else "with tajfif screen --rejects FILE"
        say(f"  … and {len(rejected) - _REJECTED_SHOWN:,} more; all of them {where}")
