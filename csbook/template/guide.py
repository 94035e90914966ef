"""Guide: the sheet 填写说明 – how to fill in, columns, list entries, examples, scripts, and where each rule is checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from csbook import messages
from csbook.forms import Field
from csbook.forms.say import FormSay
from csbook.issues import Severity
from csbook.rules import excel
from csbook.rules.repaired import REPAIRED
from csbook.rules.required import Required
from csbook.rules.rule import Rule
from csbook.template.cells import EntryCells
from csbook.template.entry import Validation
from csbook.template.grid import Grid
from csbook.workbook import Palette, Sheet, Workbook, lines

A4 = 9
WIDTHS = (17, 13, 48, 21)
LINE_HEIGHT = 14.5
STEPS = ("order", "keys", "verdict", "paste", "print", "hand_in")


@dataclass(frozen=True)
class Line:
    """A row of the sheet: one text across, or a cell for each column; `style` is one of workbook.styles."""

    cells: tuple[str, ...]
    style: str = "text"


@dataclass(frozen=True)
class Guide:
    """Everything the sheet says about one form, as lines."""

    grid: Grid
    validations: Mapping[str, Validation]
    cells: EntryCells

    @property
    def say(self) -> FormSay:
        """How the form names things in the workbook's language."""
        return FormSay(self.grid.form, self.grid.lang)

    def lines(self) -> Iterator[Line]:
        """The sheet from top to bottom."""
        form, text = self.grid.form, self.grid.text
        yield Line((f"{form.title.in_(self.grid.lang)} · {text('sheet.guide')}",), "title")
        yield Line((text("guide.version", source=form.source, version=form.version),), "quiet")
        yield Line((text("guide.steps"),), "section")
        for place, step in enumerate(STEPS, start=1):
            yield Line((f"{place}. {text(f'guide.step.{step}')}",))
        for section in (self._columns, self._lists, self._examples, self._scripts, self._dictionary, self._repaired):
            yield from section()

    def _section(self, name: str, **counted: int) -> Iterator[Line]:
        yield Line(("",), "plain")
        yield Line((self.grid.text(f"guide.{name}", **counted),), "section")
        heads = self.grid.text(f"guide.{name}.heads")
        if heads != "-":
            yield Line(tuple(heads.split("|")), "header_soft")

    def _columns(self) -> Iterator[Line]:
        """What each typed column wants."""
        yield from self._section("columns")
        for field in self.grid.typed:
            own = [field.prompt.in_(self.grid.lang)] if field.prompt else []
            wants = dict.fromkeys([*own, *(rule.words(self.say).prompt for rule in self._rules(field) if not isinstance(rule, Required))])
            yield Line((self.say.field(field.name), self._required(field), "\n".join(wants), field.example))

    def _required(self, field: Field) -> str:
        if field.required:
            return self.grid.text("guide.required")
        when = [rule for rule in self._rules(field) if isinstance(rule, Required) and rule.when]
        return "\n".join(rule.words(self.say).prompt for rule in when) or self.grid.text("guide.optional")

    def _lists(self) -> Iterator[Line]:
        """Every entry of every list, once, with the columns that use it."""
        used: dict[str, list[Field]] = {}
        for field in self.grid.typed:
            if field.choices is not None:
                used.setdefault(self.cells.labels(field.name), []).append(field)
        if used:
            yield from self._section("lists")
        lang = self.grid.lang
        for fields in used.values():
            columns = "\n".join(self.say.field(field.name) for field in fields)
            for place, entry in enumerate(fields[0].choices.entries if fields[0].choices else ()):
                described = entry.description.in_(lang) if entry.description else ""
                others = dict.fromkeys(each for each in (*entry.aliases, *entry.former) if each != entry.label.in_(lang))
                yield Line((columns if place == 0 else "", entry.label.in_(lang), described, excel.JOINT.join(others)))

    def _examples(self) -> Iterator[Line]:
        """Complete rows, as an agent types them."""
        for place, example in enumerate(self.grid.form.examples, start=1):
            if place == 1:
                yield from self._section("examples")
            yield Line((self.grid.text("guide.example", number=place),), "subtitle")
            for field in self.grid.typed:
                if example.get(field.name):
                    yield Line((self.say.field(field.name), str(example[field.name])), "pair")

    def _scripts(self) -> Iterator[Line]:
        """Advice on what to say."""
        for place, script in enumerate(self.grid.form.scripts):
            if place == 0:
                yield from self._section("scripts")
            yield Line((script.title.in_(self.grid.lang),), "subtitle")
            for said in script.lines:
                yield Line((said.in_(self.grid.lang),))

    def _dictionary(self) -> Iterator[Line]:
        """Each rule and where it speaks, worked out from its own faces."""
        every = [rule for field in self.grid.form.fields for rule in self._rules(field)]
        left = sum(speaks(rule, self.cells, self.validations) == "ingest" for rule in every)
        yield from self._section("dictionary", rules=len(every), left=left)
        text = self.grid.text
        for field in self.grid.form.fields:
            named = f"{field.name} · {text(f'kind.{field.kind}')}"
            rules = self._rules(field)
            if not rules:
                yield Line((self.say.field(field.name), "", text("guide.no_rule"), named))
            for place, rule in enumerate(rules):
                weight = "" if rule.severity is Severity.ERROR else f"\n{text('guide.warning')}"
                where = text(f"speaks.{speaks(rule, self.cells, self.validations)}")
                if (why := rule.why_ingest()) is not None:
                    where += f"\n{messages.text(self.grid.lang, f'left.{why}')}"
                label, kind = (self.say.field(field.name), named) if place == 0 else ("", "")
                yield Line((label, where + weight, rule.words(self.say).prompt, kind))

    def _repaired(self) -> Iterator[Line]:
        """What ingest mends by itself where 自检 asks for the right spelling, by kind of column."""
        mended = {repair for field in self.grid.typed for repair in REPAIRED.get(field.kind, ())}
        yield from self._section("repaired", count=len(mended))
        lang = self.grid.lang
        for kind in dict.fromkeys(field.kind for field in self.grid.typed):
            columns = excel.JOINT.join(self.say.field(field.name) for field in self.grid.typed if field.kind == kind)
            words = "\n".join(messages.text(lang, f"repaired.{repair}") for repair in REPAIRED.get(kind, ()))
            if words:
                yield Line((self.grid.text(f"kind.{kind}"), self.grid.text("speaks.repaired"), words, columns))

    def _rules(self, field: Field) -> tuple[Rule, ...]:
        return self.grid.form.rules_of(field.name)


def speaks(rule: Rule, cells: EntryCells, validations: Mapping[str, Validation]) -> str:
    """Where a rule is first heard: `typing`, `typing_partly` (自检 sees the rest), `check` (in 自检) or `ingest`."""
    if any(rule.id in validation.partly for validation in validations.values()):
        return "typing_partly"
    if any(rule.id in validation.rules for validation in validations.values()):
        return "typing"
    return "ingest" if rule.formula(cells) is None else "check"


def write(book: Workbook, guide: Guide) -> None:
    """A4 portrait, one page wide, readable without scrolling sideways."""
    sheet = book.sheet(guide.grid.text("sheet.guide"))
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    for row, line in enumerate(guide.lines()):
        _write(book, sheet, row, line)
    sheet.hide_gridlines(2)
    sheet.set_portrait()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.5, 0.5, 0.6, 0.6)
    sheet.set_footer("&R&P / &N")
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _write(book: Workbook, sheet: Sheet, row: int, line: Line) -> None:
    """One line; heights are set, as Office measures no merged cells."""
    last = len(WIDTHS) - 1
    across, pair = len(line.cells) == 1, line.style == "pair"
    style = book.style("text" if pair else line.style, **({"bold": True} if line.style == "subtitle" else {}))
    if across:
        sheet.merge_range(row, 0, row, last, line.cells[0], style)
    else:
        first = book.style("text", bold=True, font_color=Palette.BRAND)
        for column, cell in enumerate(line.cells):
            sheet.put(row, column, cell, first if column == 0 and line.style in ("text", "pair") else style)
        if pair:
            sheet.merge_range(row, 1, row, last, line.cells[1], style)
    widths = (sum(WIDTHS),) if across else (WIDTHS[0], sum(WIDTHS[1:])) if pair else WIDTHS
    needed = max(lines(cell, width) for cell, width in zip(line.cells, widths, strict=False))
    sheet.set_row(row, {"title": 30.0}.get(line.style, max(18.0, needed * LINE_HEIGHT + 4)))
