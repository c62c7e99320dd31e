"""Forms of the area ``author``: they check shape; meaning is checked behind them."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DecimalField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from content.terms import (
    Competency,
    ContentFamily,
    DeliveryMode,
    MandatoryTopic,
    ModuleKind,
    Pedagogy,
    Requirement,
)
from core.people import CareerStage, SchoolLevel, Subject
from webapp.labels import choices

REQUIRED = InputRequired(_l("Please fill this in."))
MINUTES = NumberRange(min=0.1, max=1800, message=_l("Between 1 and 1,800 minutes."))
LEVELS = ["1", "2", "3", "4", "5"]


class ChecksField(SelectMultipleField):  # type: ignore[misc]
    """Several of a vocabulary, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class CompetencyForm(Form):  # type: ignore[misc]
    """One competency and the level the course leads to."""

    competency = SelectField(_l("Competency"), validators=[Optional()])
    level = SelectField(_l("Level 1–5"), choices=LEVELS, default="3")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.competency.choices = [("", "—"), *choices(Competency)]


class CourseForm(FlaskForm):  # type: ignore[misc]
    """All of a course but its modules."""

    code = StringField(
        _l("Code"),
        [REQUIRED, Regexp(r"[A-Z0-9][A-Z0-9-]{1,23}$", message=_l("Capital letters, digits and hyphens."))],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    title = StringField(_l("Title"), [REQUIRED, Length(max=60)])
    problem = TextAreaField(_l("Problem it solves"), [Length(max=300)], render_kw={"rows": 2})
    summary = TextAreaField(_l("Summary"), [Length(max=600)], render_kw={"rows": 4})
    provider = SelectField(_l("Provider"), [REQUIRED])
    mode = SelectField(_l("Mode"))
    family = SelectField(_l("Family"))
    requirement = SelectField(_l("Required or elective"))
    pedagogy = SelectField(_l("Method"))
    is_practice = BooleanField(_l("Mostly practice in one's own class"))
    stages = ChecksField(_l("Stages"))
    school_levels = ChecksField(_l("Sections"))
    subjects = ChecksField(_l("Subjects"))
    topics = ChecksField(_l("Mandatory topics"))
    competencies = FieldList(FormField(CompetencyForm), min_entries=3, max_entries=6)
    prerequisites = StringField(_l("Prerequisites"), render_kw={"autocomplete": "off"})
    seen = HiddenField()

    def __init__(self, providers: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.provider.choices = providers
        for field, vocabulary in (
            (self.mode, DeliveryMode), (self.family, ContentFamily), (self.requirement, Requirement),
            (self.pedagogy, Pedagogy), (self.stages, CareerStage), (self.school_levels, SchoolLevel),
            (self.subjects, Subject), (self.topics, MandatoryTopic),
        ):  # fmt: skip
            field.choices = choices(vocabulary)


class NewCourseForm(CourseForm):
    """A new course begins with its first module."""

    first_kind = SelectField(_l("Kind of the first module"))
    first_title = StringField(_l("Title of the first module"), [REQUIRED, Length(max=60)])
    first_minutes = DecimalField(_l("Its time in minutes"), [REQUIRED, MINUTES], default=45)

    def __init__(self, providers: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(providers, *args, **kwargs)
        self.first_kind.choices = choices(ModuleKind)


class QuestionForm(Form):  # type: ignore[misc]
    """One question of a quiz; without a stem it is left out."""

    stem = TextAreaField(_l("Question text"), [Length(max=400)], render_kw={"rows": 3})
    option_a = StringField("A", [Length(max=200)])
    option_b = StringField("B", [Length(max=200)])
    option_c = StringField("C", [Length(max=200)])
    option_d = StringField("D", [Length(max=200)])
    key = SelectField(_l("Key"), choices=["", "A", "B", "C", "D"], validate_choice=False)
    rationale = TextAreaField(_l("Rationale"), [Length(max=400)], render_kw={"rows": 2})


class RubricForm(Form):  # type: ignore[misc]
    """One row of a rubric; without a criterion it is left out."""

    criterion = StringField(_l("Criterion"), [Length(max=60)])
    low = StringField(_l("To improve"), [Length(max=200)])
    middle = StringField(_l("Good enough"), [Length(max=200)])
    high = StringField(_l("Excellent"), [Length(max=200)])


class ModuleForm(FlaskForm):  # type: ignore[misc]
    """One module: what all kinds share, the questions of a quiz, the rubric of a task."""

    title = StringField(_l("Title"), [REQUIRED, Length(max=60)])
    minutes = DecimalField(_l("Time in minutes"), [REQUIRED, MINUTES], places=None)
    is_practice = BooleanField(_l("Practice in one's own class"))
    body = TextAreaField(_l("Text"), [Length(max=40_000)], render_kw={"rows": 18})
    questions = FieldList(FormField(QuestionForm), max_entries=30)
    rubric = FieldList(FormField(RubricForm), max_entries=12)
    seen = HiddenField()


class AddModuleForm(FlaskForm):  # type: ignore[misc]
    """A further module at the end."""

    kind = SelectField(_l("Kind"))
    title = StringField(_l("Title"), [REQUIRED, Length(max=60)])
    minutes = DecimalField(_l("Time in minutes"), [REQUIRED, MINUTES], default=45)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = choices(ModuleKind)


class WorkbookForm(FlaskForm):  # type: ignore[misc]
    """A workbook to bring in."""

    workbook = FileField(_l("Workbook (.xlsx, .xls or .csv)"), [REQUIRED], render_kw={"accept": ".xlsx,.xls,.csv"})
