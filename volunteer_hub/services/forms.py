"""The shape of what people write into the book, and of the empty sheet they may fill in instead."""

import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import xlsxwriter
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from volunteer_hub.foundation.forms import Form, Needed
from volunteer_hub.foundation.language import lazy_gettext as _l
from volunteer_hub.foundation.language import localized
from volunteer_hub.places.models import Place
from volunteer_hub.places.queries import Choice
from volunteer_hub.projects.models import Project
from volunteer_hub.services.queries.records import Wanted
from volunteer_hub.services.rules.records import LONGEST, MOST_PERSON_TIMES
from volunteer_hub.services.rules.sheets import EXAMPLE, HEADS, NEEDED

MODES = {
    "professional": _l("Professional service"),
    "outreach": _l("Outreach service"),
    "other": _l("Other service"),
}
STATES = {
    "draft": _l("To be verified"),
    "verified": _l("Verified"),
    "rejected": _l("Returned"),
}
FIELDS = {
    "occurred_on": _l("Date"),
    "place": _l("Place"),
    "project": _l("Project"),
    "mode": _l("Mode"),
    "service_type": _l("Service type"),
    "person_times": _l("Person-times"),
    "persons_known": _l("Known persons"),
    "evidence": _l("Evidence"),
    "note": _l("Note"),
}


def _said(words: dict[str, str]) -> dict[str, str]:
    """Say the words in the reader's language: WTForms reads plain strings only."""
    return {value: str(word) for value, word in words.items()}


class RecordForm(Form):
    """One record: person-times and known persons are asked apart, each with its unit."""

    occurred_on = DateField(_l("Date of the service"), [Needed()])
    place = SelectField(_l("Place"), [Needed()], coerce=int)
    project = SelectField(_l("Project"), [Optional()], coerce=int)
    mode = RadioField(_l("Mode"), [Needed()], choices=lambda: _said(MODES))
    service_type = StringField(
        _l("Service type"),
        [Needed(), Length(max=LONGEST["service_type"])],
        description=_l("In a few words, such as free clinic, haircut, home visit."),
    )
    person_times = IntegerField(
        _l("How often people were served (person-times)"),
        [Needed(), NumberRange(min=1, max=MOST_PERSON_TIMES)],
        description=_l("Each service counts one. The same person served three times counts three."),
    )
    persons_known = IntegerField(
        _l("How many of them are known by name (people)"),
        [Optional(), NumberRange(min=0, max=MOST_PERSON_TIMES)],
        description=_l("Different people on the sign-in sheet; 0 when no names were taken."),
    )
    evidence = StringField(
        _l("Evidence"),
        [Length(max=LONGEST["evidence"])],
        description=_l("Number of the sign-in sheet or of the photos. It keeps repeats out."),
    )
    note = TextAreaField(
        _l("Note"),
        [Length(max=LONGEST["note"])],
        description=_l("No names of those who were served."),
    )

    def validate_persons_known(self, field: IntegerField) -> None:
        """Refuse more people than services, at the field."""
        if field.data and self.person_times.data and field.data > self.person_times.data:
            raise ValidationError(_l("Known persons cannot be more than person-times."))


class ReasonForm(Form):
    """Why a record is returned or reversed."""

    reason = StringField(_l("Why?"), [Needed(), Length(max=300)])


class SheetForm(Form):
    """A spreadsheet and the place it speaks of."""

    file = FileField(_l("Spreadsheet (XLSX or CSV)"), [FileRequired(_l("Choose a file first."))])
    place = SelectField(
        _l("Place"),
        [Needed()],
        coerce=int,
        description=_l("Its rows must lie there or below; a row without a place means this one."),
    )


class FilterForm(Form):
    """What a list is narrowed to; empty fields narrow nothing."""

    first = DateField(_l("From day"), [Optional()], name="from")
    last = DateField(_l("Up to and including"), [Optional()], name="to")
    place = SelectField(_l("Place"), default="")
    project = SelectField(_l("Project"), default="")
    mode = SelectField(_l("Mode"), choices=lambda: _said({"": _l("Any mode")} | MODES), default="")
    state = SelectField(
        _l("State"), choices=lambda: _said({"": _l("Any state")} | STATES), default=""
    )

    def wanted(self, places: Sequence[Place], projects: Sequence[Project]) -> Wanted:
        """Read what was chosen; a field that could not be read narrows nothing."""
        last = self.last.data
        return Wanted(
            first=self.first.data,
            end=last + timedelta(days=1) if last else None,
            place_path=next((p.path for p in places if p.code == self.place.data), None),
            project_id=next((p.id for p in projects if p.slug == self.project.data), None),
            mode=self.mode.data if self.mode.data in MODES else None,
            state=self.state.data if self.state.data in STATES else None,
        )


def choose_where(
    form: RecordForm | SheetForm, places: Sequence[Choice], projects: Sequence[Project] = ()
) -> None:
    """Offer the places and projects that this person may write about."""
    form.place.choices = {str(place.id): place.label for place in places}
    if isinstance(form, RecordForm):
        titles = {str(project.id): localized(project, "title") for project in projects}
        form.project.choices = _said({"0": _l("No project")} | titles)


def choose_filters(form: FilterForm, places: Sequence[Choice], projects: Sequence[Project]) -> None:
    """Offer what a list can be narrowed to."""
    codes = {place.code: place.label for place in places}
    slugs = {project.slug: localized(project, "title") for project in projects}
    form.place.choices = _said({"": _l("All places")} | codes)
    form.project.choices = _said({"": _l("All projects")} | slugs)


NOTES = (
    ("服务日期 Date", "必填。写成 2019-05-20。", "Needed. Write it like 2019-05-20."),
    (
        "地点 Place",
        "社区、网格或小区的名称或代码；不填就是上传时选的地点。",
        "Name or code of a community, grid or compound; empty means the place chosen at upload.",
    ),
    ("项目 Project", "项目名称或短名；没有就不填。", "Title or short name of the project, if any."),
    ("服务方式 Mode", "必填。专业、外展或其他。", "Needed. professional, outreach or other."),
    ("服务类型 Service type", "必填。如 义诊、理发。", "Needed, such as free clinic, haircut."),
    (
        "人次 Person-times",
        "必填。服务一次记一次，只写数字。",
        "Needed. Each service counts one; digits only.",
    ),
    (
        "已知人数 Known persons",
        "留了姓名的不同的人，不多于人次；没有写 0。",
        "Different people known by name, not more than person-times; 0 if none.",
    ),
    ("佐证 Evidence", "签到表或照片编号。", "Number of the sign-in sheet or of the photos."),
    ("备注 Note", "不写服务对象姓名。", "No names of those who were served."),
)


def empty_sheet(today: Any) -> bytes:
    """Write the sheet to fill in: heads, one example row that is never read, and notes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet, notes = book.add_worksheet("服务记录 Services"), book.add_worksheet("说明 Notes")
    needed = [f"{HEADS[field][0]}{'*' if field in NEEDED else ''}" for field in HEADS]
    sheet.write_row(0, 0, needed, bold)
    sheet.write_datetime(1, 0, today, day)
    sheet.write_row(1, 1, ["", "", "专业", "义诊", 48, 12, EXAMPLE, "这一行是示例，不会导入。"])
    sheet.set_column(0, len(HEADS) - 1, 16, None)
    sheet.set_column(0, 0, 16, day)
    sheet.freeze_panes(1, 0)
    for y, note in enumerate((("列 Column", "怎么填", "How to fill it in"), *NOTES)):
        notes.write_row(y, 0, note, bold if y == 0 else None)
    notes.set_column(0, 0, 24)
    notes.set_column(1, 2, 60)
    book.close()
    return out.getvalue()
