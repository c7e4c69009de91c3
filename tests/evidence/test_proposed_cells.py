"""Replies in many layouts, with known truth: a wrong number is worse than none."""

from __future__ import annotations

import io
import random
from collections import Counter
from datetime import date

import made_documents as made
import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Color, Font, PatternFill

from holdfast.evidence.cells import Reason
from holdfast.evidence.national import national_folder
from holdfast.evidence.proposing.proposing import propose
from holdfast.evidence.questionnaire import Period, Questionnaire, read_questionnaire
from holdfast.evidence.reading import read
from holdfast.evidence.received.content import Why
from holdfast.evidence.received.limits import LIMITS
from holdfast.evidence.received.mail import read_message
from holdfast.evidence.received.opening import open_document
from holdfast.evidence.received.workbook import UNSEEN

ONE_YEAR = read_questionnaire(national_folder().joinpath("questionnaire.toml"))
_2023, _2024 = (Period(str(year), date(year, 1, 1), date(year, 12, 31)) for year in (2023, 2024))
TWO_YEARS = Questionnaire("two", "Two years", (_2023, _2024), ONE_YEAR.questions)
NAMES = {
    "1a": "Identified as trafficked", "1b": "Suspected trafficked", "1c": "UASC", "1d": "Both trafficked and unaccompanied",  # noqa: E501
    "2a": "Trafficked children missing", "2b": "UASC missing", "3a": "Trafficked missing incidents",
    "3b": "UASC missing incidents", "4": "Still missing",
}  # fmt: skip
WAYS = ("{n}", "{n}", "{n}", "<5", "less than five", "Nil", "Zero", "5 or less", "s40(2)", "Section 12", "not held",
        "not recorded", "*", "{n}.")  # fmt: skip


def truth(seed, asked=ONE_YEAR):
    """What the authority wrote for each question and period; parts never above their whole."""
    luck = random.Random(seed)
    answers = {}
    for period in asked.periods:
        for question in asked.questions:
            size = luck.randint(40, 90) if question.number in ("1a", "1c") else luck.randint(5, 30)
            answers[question.number, period.name] = luck.choice(WAYS).format(n=size)
    return answers


def rows(answers, period="2024"):
    return [[number, NAMES[number], answers[number, period]] for number in NAMES]


def text(lines):
    return open_document("reply.txt", "\n".join(lines).encode(), LIMITS)


def echo(question):
    return question.asks


def mail(lines):
    return read_message(made.message("\n".join(lines)), LIMITS).content


GREETING = ["Dear requester,", "Thank you for your request. Please find our response below."]
END = ["If you are unhappy with this response you may ask for a review within 40 working days.", "Yours sincerely,"]


def numbered_letters(answers):
    return mail([*GREETING, *(f"{n[0]}{'(' + n[1] + ')' if n[1:] else '.'} {answers[n, '2024']}" for n in NAMES), *END])


def letters_under_a_number(answers):
    lines = [*GREETING, "1. How many looked after children were:"]
    lines += [f"{n[1]}) {NAMES[n]}: {answers[n, '2024']}" for n in ("1a", "1b", "1c", "1d")]
    lines += ["2. How many of them went missing:"]
    lines += [f"{n[1]}) {NAMES[n]}: {answers[n, '2024']}" for n in ("2a", "2b")]
    return mail([*lines, *END])


def questions_repeated(answers):
    lines = list(GREETING)
    for question in ONE_YEAR.questions:
        lines += [f"Q{question.number}. {question.asks}", f"Answer: {answers[question.number, '2024']}", ""]
    return mail([*lines, *END])


def answers_between_quoted_questions(answers):
    lines = ["Please see our answers below."]
    for question in ONE_YEAR.questions:
        lines += [f"> {question.number} {question.asks}", answers[question.number, "2024"], ""]
    return mail(lines)


def csv_sheet(answers):
    return open_document("r.csv", made.csv([["Ref", "Question", "Answer"], *rows(answers)]), LIMITS)


def csv_without_heading(answers):
    return open_document("r.csv", made.csv([[f"{n} {NAMES[n]}", answers[n, "2024"]] for n in NAMES]), LIMITS)


def xlsx_sheet(answers):
    return open_document(
        "r.xlsx", made.xlsx({"Reply": [["Question", "2024"], *[[f"{a} {b}", c] for a, b, c in rows(answers)]]}), LIMITS
    )


def ods_sheet(answers):
    return open_document(
        "r.ods", made.ods([["Question", "Number"], *[[f"Q{a}", c] for a, _, c in rows(answers)]]), LIMITS
    )


def transposed(answers):
    return open_document(
        "r.csv", made.csv([["Period", *NAMES], ["2024", *(answers[n, "2024"] for n in NAMES)]]), LIMITS
    )


def one_line_for_each_answer(answers):
    return open_document(
        "r.csv",
        made.csv([["Question", "Period", "Response"], *([n, "2024", answers[n, "2024"]] for n in NAMES)]),
        LIMITS,
    )


def docx_table(answers):
    return open_document("r.docx", made.docx([*GREETING, [["Question", "", "Response"], *rows(answers)], *END]), LIMITS)


def docx_paragraphs(answers):
    return open_document("r.docx", made.docx([*GREETING, *(f"{n}: {answers[n, '2024']}" for n in NAMES), *END]), LIMITS)


def pdf_ruled(answers):
    return open_document("r.pdf", made.pdf([*GREETING, [["No.", "Question", "Answer"], *rows(answers)], *END]), LIMITS)


def pdf_unruled(answers):
    table = [["Question", "2024"], *[[f"{a} {b}", c] for a, b, c in rows(answers)]]
    return open_document("r.pdf", made.pdf([*GREETING, table, *END], ruled=False), LIMITS)


def pdf_letters(answers):
    blocks = [*GREETING, *(f"{n}) {answers[n, '2024']}" for n in NAMES), *END]
    return open_document("r.pdf", made.pdf([one + "\n" for one in blocks]), LIMITS)


def web_page_table(answers):
    page = made.html([*GREETING, [["Question", "Number"], *[[a, c] for a, _, c in rows(answers)]], *END])
    return open_document("r.html", page.encode(), LIMITS)


def totals_and_a_key(answers):
    table = [
        ["Question", "Number"],
        *[[f"{a} {b}", c] for a, b, c in rows(answers)],
        ["Total", "999"],
        ["Grand total", "1,998"],
    ]
    key = "Numbers below 5 are shown as *"
    return open_document("r.docx", made.docx([*GREETING, table, key, *END]), LIMITS)


ONE_YEAR_LAYOUTS = (
    numbered_letters, letters_under_a_number, questions_repeated, answers_between_quoted_questions, csv_sheet, csv_without_heading, xlsx_sheet,  # noqa: E501
    ods_sheet, transposed, one_line_for_each_answer, docx_table, docx_paragraphs, pdf_ruled, pdf_unruled, pdf_letters,
    web_page_table, totals_and_a_key,
)  # fmt: skip


def years_side_by_side(answers):
    return [["Question", "2023", "2024"], *[[f"{n} {NAMES[n]}", answers[n, "2023"], answers[n, "2024"]] for n in NAMES]]


def years_down(answers):
    return [["Year", *NAMES], *[[year, *(answers[n, year] for n in NAMES)] for year in ("2023", "2024")]]


TWO_YEAR_LAYOUTS = {
    "csv": lambda a: open_document("r.csv", made.csv(years_side_by_side(a)), LIMITS),
    "years down": lambda a: open_document("r.csv", made.csv(years_down(a)), LIMITS),
    "xlsx": lambda a: open_document("r.xlsx", made.xlsx({"A": years_side_by_side(a)}), LIMITS),
    "docx": lambda a: open_document("r.docx", made.docx([years_side_by_side(a)]), LIMITS),
    "pdf": lambda a: open_document("r.pdf", made.pdf([years_side_by_side(a)]), LIMITS),
    "pdf unruled": lambda a: open_document("r.pdf", made.pdf([years_side_by_side(a)], ruled=False), LIMITS),
    "text": lambda a: mail(
        [line for n in NAMES for line in (f"{n}.", f"2023: {a[n, '2023']}", f"2024: {a[n, '2024']}")]
    ),
}


def compared(content, asked, answers, policy=""):
    """Right, wrong and left of what stands in the reply; a proposal for what does not stand there is wrong."""
    found = {(one.item, one.period): one for one in propose(content, asked).cells}
    tally = Counter()
    for (number, period), raw in answers.items():
        one = found.pop((asked.question(number).item, period), None)
        if one is None:
            tally["left"] += 1
        else:
            tally["right" if one.reading == read(raw, policy) else "wrong"] += 1
    tally["wrong"] += len(found)
    return tally


@pytest.mark.parametrize("layout", ONE_YEAR_LAYOUTS, ids=lambda one: one.__name__)
def test_a_reply_in_this_layout_is_read_without_a_wrong_number(layout):
    tally = Counter()
    for seed in range(4 if "pdf" in layout.__name__ else 12):
        answers = truth(seed)
        if layout is letters_under_a_number:
            answers = {place: raw for place, raw in answers.items() if place[0][0] in "12"}
        full = {**{(n, "2024"): "0" for n in NAMES}, **answers}
        tally += compared(layout(full), ONE_YEAR, answers, "below:5" if layout is totals_and_a_key else "")
    assert tally["wrong"] == 0, tally
    assert tally["right"] >= 0.9 * sum(tally.values()), tally


@pytest.mark.parametrize("layout", TWO_YEAR_LAYOUTS)
def test_two_years_side_by_side_are_told_apart(layout):
    tally = Counter()
    for seed in range(4):
        answers = truth(seed, TWO_YEARS)
        tally += compared(TWO_YEAR_LAYOUTS[layout](answers), TWO_YEARS, answers)
    assert tally["wrong"] == 0, tally
    assert tally["right"] >= 0.9 * sum(tally.values()), tally


def test_of_two_years_shown_only_the_one_asked_is_proposed():
    answers = truth(1, TWO_YEARS)
    content = open_document("r.csv", made.csv(years_side_by_side(answers)), LIMITS)
    found = propose(content, ONE_YEAR).cells
    assert {one.period for one in found} == {"2024"}
    assert all(one.reading == read(answers[one.item.split()[0], "2024"]) for one in found)


TRAPS = {
    "a day and not a period": ["1c. 39 children as at 12 June 2018 (including children in care and care leavers)"],
    "another year": ["1c. 24 in 2023"],
    "a financial year": ["1c: 24 (2023/24)"],
    "part of a year": ["1c. January to April 2024: 88"],
    "other children": ["1c. 24 care leavers"],
    "a part of them": ["1c. 24, of whom 3 were girls"],
    "episodes for children": ["2b. There were 17 missing incidents"],
    "children for episodes": ["3b. 12 children"],
    "two numbers": ["1c. 24 or 25"],
    "about": ["1c. approximately 24"],
    "a number with a note": ["1c. 24 (see note 3)"],
    "two answers for one question": ["1c. 24", "1c. 26"],
    "a remark that changes it": ["1c. 24", "This includes children placed by other authorities."],
    "all figures on another basis": ["All figures are as at 31 March 2024.", "1c. 24", "1a. 7"],
    "all figures for a financial year": ["The data relates to the financial year 2023/24.", "1c. 24"],
    "all figures rounded": ["1c. 25", "Figures are rounded to the nearest 5."],
    "the questions numbered anew": ["1a. UASC: 24", "1b. Identified as trafficked: 7"],
    "a narrower row": ["1c. UASC aged 16 and 17: 24"],
    "only boys": ["1c. UASC (male): 24"],
    "part above its whole": ["1c. 5", "2b. 24"],
    "a date that looks like a count": ["1c. 12/06/2024"],
    "a percentage": ["1c. 24%"],
    "a number of another council's": ["1c. 24 in Kent"],
    "an average": ["3a. an average of 3"],
    "words for some": ["1c. a few"],
    "not all of them": ["1c. at the end of the year 24"],
    "one number for two": ["1a and 1b. 8"],
    "one number for two, with a sign": ["1a + 1b: 8"],
    "a range of questions": ["1a-1c: 8"],
    "a remark that narrows it": ["1c. 24", "Data held for males"],
    "a remark that goes on from it": ["1c. 24", "of whom went missing"],
    "a remark that makes it a least number": ["1c. 24", "Please note this is a minimum"],
    "a remark that takes it back": ["1c. 24", "This is not what we hold for looked after children."],
    "more children than were asked for": ["2a. 24 children were trafficked"],
    "missing, and perhaps found": ["4. 24 children were missing"],
    "those it was not": ["1c. Children who were not unaccompanied asylum-seeking: 24"],
    "a denied question": ["2b. UASC not missing: 24"],
    "those who were found": ["4. Children found by the end of the period: 24"],
    "those who once were": ["1c. Former unaccompanied asylum seeking children: 24"],
    "the words of another question": ["3b. UASC missing: 24"],
    "a word of another question": ["1c. Unaccompanied asylum seeking children missing: 24"],
    "more words than the question has": ["1c. Unaccompanied asylum seeking children in foster care: 24"],
    "a question asked otherwise": ["1c. How many unaccompanied asylum-seeking children under 16 were looked after? 24"],
    "under the heading of another year": ["Children in 2023:", "1c. 24"],
    "under a financial year": ["2023/24", "1c. 24"],
    "under a heading for some": ["Figures for boys:", "1c. 24"],
    "under a heading of a day": ["As at 31 March 2024:", "1c. 24"],
    "under a heading of percentages": ["Percentages:", "1c. 24"],
    "under a numbered heading of incidents": ["1. Incidents", "a) 24"],
    "a zero that stands for more": ["1c. 0", "Values under 5 have been replaced by 0."],
    "a number that stands for others": ["1c. 5", "Numbers below 5 are shown as 5."],
    "for a year that ends elsewhere": ["Please find the answers for the year to March 2024 below.", "1c. 24"],
    "another question repeated": ["1c. How many care leavers are in higher education? 24"],
}  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
def test_where_the_words_leave_a_doubt_no_number_is_proposed_and_a_person_is_told_why(trap):
    found = propose(text(TRAPS[trap]), ONE_YEAR)
    assert [one for one in found.cells if one.reading.lower is not None] == []
    assert found.left, "nothing is lost: a person must see it"
    assert all(one.problem for one in found.left)


TABLE_TRAPS = {
    "two columns without a period": [["Question", "Children", "Number"], ["1c UASC", "24", "26"]],
    "a day in the heading": [["Question", "31 March 2024"], ["1c UASC", "24"]],
    "a financial year in the heading": [["Question", "2023/24"], ["1c UASC", "24"]],
    "four months in the heading": [["Question", "January to April 2024"], ["1c UASC", "24"]],
    "episodes in the heading": [["Question", "Episodes"], ["2b UASC missing", "24"]],
    "a remark beside it": [["Question", "Number", "Comments"], ["1c UASC", "24", "includes care leavers"]],
    "a second line beneath": [["Question", "Number"], ["1c UASC", "24"], ["", "3"]],
    "only girls": [["Question", "Female"], ["1c UASC", "24"]],
    "numbered anew": [["Question", "Number"], ["1a UASC", "24"]],
    "a heading that says more": [["Question", "2024 (under 16)"], ["1c UASC", "24"]],
    "a column with no heading": [["Question", "2024", ""], ["1c UASC", "24", "30"]],
    "quarters that look like questions": [["Question", "Q1", "Q2", "Q3", "Q4"], ["1c UASC", "4", "5", "6", "7"]],
    "a number below zero": [["Question", "2024"], ["1c UASC", "-24"]],
    "two questions in a label": [["Question", "2024"], ["1c and 1d UASC", "24"]],
    "a label with an age": [["Question", "2024"], ["1c UASC under 16", "24"]],
    "a part of a question": [["Question", "2024"], ["1c.1", "24"]],
    "a label with a footnote": [["Question", "2024"], ["1c UASC*", "24"]],
    "a heading with a footnote": [["Question", "2024*"], ["1c UASC", "24"]],
    "a day above the only answer": [["", "As at 31 March 2024"], ["1c UASC", "24"]],
    "girls above the only answer": [["", "Girls"], ["1c UASC", "24"]],
    "a narrowing remark beside it": [["Question", "Number", "Comments"], ["1c UASC", "24", "Males"]],
}


@pytest.mark.parametrize("trap", TABLE_TRAPS)
@pytest.mark.parametrize("turned", [False, True], ids=["as it is", "turned"])
def test_a_table_that_leaves_a_doubt_gives_no_number(trap, turned):
    table = TABLE_TRAPS[trap]
    table = [list(row) for row in zip(*table, strict=True)] if turned else table
    found = propose(open_document("r.docx", made.docx([table]), LIMITS), ONE_YEAR)
    assert [one for one in found.cells if one.reading.lower is not None] == []


TITLED = {
    "another year": [["Children in 2023", ""], ["Question", "Answer"], ["1c UASC", "24"]],
    "incidents": [["Missing incidents", ""], ["Question", "Answer"], ["2b UASC missing", "24"]],
    "percentages": [["Percentages", ""], ["Question", "Answer"], ["1c UASC", "24"]],
    "hundreds": [["All in hundreds", ""], ["Question", "Answer"], ["1c UASC", "24"]],
    "a section for some": [["Question", "2024"], ["Boys", ""], ["1c UASC", "24"], ["Girls", ""], ["1d both", "4"]],
    "a footnote": [["Question", "2024"], ["1c UASC", "24"], ["Note: children placed by others", ""]],
    "a second row of headings": [["Question", "2024"], ["", "Incidents"], ["2b UASC missing", "24"]],
    "merged headings": [["", "2024", "2024"], ["", "Children", "Times"], ["2b UASC missing", "4", "4"]],
}  # fmt: skip


@pytest.mark.parametrize("title", TITLED)
def test_what_stands_above_or_beneath_the_answers_of_a_table_holds_for_all_of_them(title):
    found = propose(open_document("r.docx", made.docx([TITLED[title]]), LIMITS), ONE_YEAR)
    assert [one for one in found.cells if one.reading.lower is not None] == []
    assert found.left, "nothing is lost: a person must see it"


def test_a_date_and_a_reference_above_the_answers_make_none_of_them_doubtful():
    head = ["3 March 2025", "FOI 2025/0123", "Freedom of Information Act 2000", "Our response", "1. Children in care"]
    (one,) = propose(text([*head, "c) UASC: 24", "Source: our case management system."]), ONE_YEAR).cells
    assert (one.item, one.reading.lower) == ("1c unaccompanied", 24)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Your request is refused under section 12, as the cost would exceed the limit.", Reason.REFUSED_S12),
        ("This information is exempt from disclosure under section 40(2) of the Act.", Reason.REFUSED_S40),
        ("The Council does not hold this information.", Reason.NOT_HELD),
        ("As a district council we are not the responsible authority for children's services.", Reason.WRONG_AUTHORITY),
        (
            "This council does not have responsibility for children's social care; please ask the county.",
            Reason.WRONG_AUTHORITY,
        ),
        ("We acknowledge receipt of your request and will respond within 20 working days.", Reason.ACKNOWLEDGED),
        ("We can neither confirm nor deny that we hold it.", Reason.NCND),
    ],
)
def test_a_reply_that_answers_everything_at_once_gives_its_outcome_for_each_question(words, reason):
    found = propose(text(["Dear requester,", words]), ONE_YEAR)
    assert {one.reason for one in found.cells} == {reason}
    assert len(found.cells) == len(ONE_YEAR.questions)
    assert {one.excerpt for one in found.cells} == {words}


@pytest.mark.parametrize(
    "lines",
    [
        ["We looked after 24 unaccompanied children in 2024.", "The Council does not hold this information on others."],
        ["This information is exempt under section 40(2) where numbers are small. UASC were 24."],
        ["Thank you for your request. We aim to respond within 20 working days.", "UASC: 24 children"],
        ["We considered whether section 12 of the Act applies and decided that it does not."],
        ["This information is not exempt under section 40."],
        ["The cost would not exceed the limit in section 12."],
        ["We refused a similar request under section 14. Please find our response attached."],
    ],
)
def test_an_outcome_is_not_that_of_every_question_where_a_number_is_given_or_the_outcome_is_denied(lines):
    found = propose(text(["Dear requester,", *lines]), ONE_YEAR)
    assert found.cells == ()
    assert found.left, "nothing is lost: a person must see it"


def test_a_refusal_of_some_questions_is_left_to_a_person():
    found = propose(text(["Questions 3 and 4 are refused under section 12."]), ONE_YEAR)
    assert found.cells == ()
    assert "some questions" in found.left[0].problem


def test_a_proposal_points_to_its_place_and_keeps_the_words_beside_it():
    content = open_document("r.xlsx", made.xlsx({"Reply": [["Question", "2024"], ["1c UASC", "24"]]}), LIMITS)
    (one,) = propose(content, ONE_YEAR).cells
    assert (one.where, one.excerpt, one.raw) == ("sheet Reply, row 2", "Question | 2024 // 1c UASC | 24", "24")


def test_a_key_given_in_the_reply_limits_its_signs():
    found = propose(text(["1c. *", "Please note that * denotes fewer than five."]), ONE_YEAR)
    (one,) = found.cells
    assert (one.policy, one.reading.lower, one.reading.upper) == ("below:5", 0, 4)


def test_two_keys_that_differ_are_no_key():
    found = propose(text(["1c. *", "* denotes fewer than 5.", "Numbers under 10 are suppressed."]), ONE_YEAR)
    (one,) = found.cells
    assert one.reading.upper is None


def test_a_sentence_with_its_unit_and_year_is_read():
    found = propose(text(["1c. There were 24 unaccompanied children in 2024.", "3b. 41 episodes"]), ONE_YEAR)
    assert [(one.raw, one.reading.lower) for one in found.cells] == [("24", 24), ("41", 41)]


RUN = "<w:r><w:rPr>{0}</w:rPr><w:t>{1}</w:t></w:r>"
RAISED, STRUCK = '<w:vertAlign w:val="superscript"/>', "<w:strike/>"


@pytest.mark.parametrize(
    "runs",
    [
        RUN.format("", "1c. 2") + RUN.format(RAISED, "4"),
        RUN.format("", "1c. ") + RUN.format(STRUCK, "24"),
        RUN.format("", "1c. ") + RUN.format(STRUCK, "24") + RUN.format("", " 26"),
        RUN.format("", "1c. 24") + '<w:r><w:footnoteReference w:id="2"/></w:r>',
    ],
    ids=["raised", "struck out", "struck out and mended", "with a footnote"],
)
def test_in_a_letter_a_raised_figure_is_no_digit_and_what_is_struck_out_no_answer(runs):
    found = propose(open_document("r.docx", made.docx([], raw=f"<w:p>{runs}</w:p>"), LIMITS), ONE_YEAR)
    assert found.cells == ()
    assert found.left


@pytest.mark.parametrize("cell", ["2<sup>1</sup>", "<s>24</s>", "<del>24</del> 26", "24<sup>*</sup>"])
def test_on_a_page_a_raised_figure_is_no_digit_and_what_is_struck_out_no_answer(cell):
    page = f"<table><tr><td>Question</td><td>2024</td></tr><tr><td>1c UASC</td><td>{cell}</td></tr></table>"
    found = propose(open_document("r.html", f"<html><body>{page}</body></html>".encode(), LIMITS), ONE_YEAR)
    assert found.cells == ()
    assert found.left


def test_on_a_page_a_cell_that_reaches_down_moves_no_answer_into_another_year():
    rows = "<tr><td>1c UASC</td><td rowspan=2>20</td><td>24</td></tr><tr><td>1d both</td><td>5</td></tr>"
    page = f"<html><body><table><tr><td>Question</td><td>2023</td><td>2024</td></tr>{rows}</table></body></html>"
    found = propose(open_document("r.html", page.encode(), LIMITS), TWO_YEARS)
    assert [(one.period, one.raw) for one in found.cells if one.item == "1d both"] == [("2024", "5")]


def test_an_answer_as_a_page_after_a_plain_notice_is_read_and_as_the_same_in_another_form_is_not():
    head = b'From: a@b.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/%s; boundary="x"\n\n'
    body = b"--x\nContent-Type: text/plain\n\n%s\n--x\nContent-Type: text/html\n\n<p>1c. 24</p>\n--x--\n"
    notice = read_message(head % b"mixed" + body % b"From outside the organisation.", LIMITS).content
    assert [one.raw for one in propose(notice, ONE_YEAR).cells] == ["24"]
    twice = read_message(head % b"alternative" + body % b"1c. 24", LIMITS).content
    assert [piece.text for piece in twice.pieces] == ["1c. 24"]


@pytest.mark.parametrize("name", ["2023", "Boys", "Missing incidents", "2023-24"])
def test_the_name_of_a_sheet_holds_for_all_that_stands_on_it(name):
    found = propose(
        open_document("r.xlsx", made.xlsx({name: [["Question", "Answer"], ["1c UASC", "24"]]}), LIMITS), ONE_YEAR
    )
    assert found.cells == ()
    assert found.left


def test_in_a_workbook_a_raised_figure_is_no_digit_and_true_is_not_one():
    raised = CellRichText("2", TextBlock(InlineFont(vertAlign="superscript"), "1"))
    for cell in (raised, True, CellRichText(TextBlock(InlineFont(strike=True), "24"), " 26")):
        book, kept = Workbook(), io.BytesIO()
        book.active.append(["Question", "2024"])
        book.active.append(["1c UASC", cell])
        book.save(kept)
        found = propose(open_document("r.xlsx", kept.getvalue(), LIMITS), ONE_YEAR)
        assert found.cells == ()
        assert found.left


def _styled(answer, **looks):
    """A workbook of one answer, its cell looking like that; and the same with a heading in white on black above."""
    book, kept = Workbook(), io.BytesIO()
    book.active.append(["Question", "2024"])
    for heading in book.active[1]:
        heading.font, heading.fill = Font(color="FFFFFFFF"), PatternFill("solid", fgColor="FF000000")
    book.active.append(["1c UASC", answer])
    for name, look in looks.items():
        setattr(book.active["B2"], name, look)
    book.save(kept)
    return open_document("r.xlsx", kept.getvalue(), LIMITS)


@pytest.mark.parametrize(
    ("looks", "text"),
    [
        ({}, "24"),
        ({"font": Font(strike=False, color="FFFF0000")}, "24"),
        ({"font": Font(color=Color(theme=0)), "fill": PatternFill("solid", fgColor="FF005EA5")}, "24"),
        ({"font": Font(strike=True)}, "[24]"),
        ({"font": Font(color="FFFFFFFF")}, UNSEEN),
        ({"font": Font(color=Color(theme=0))}, UNSEEN),
        ({"font": Font(color=Color(indexed=9)), "fill": PatternFill("solid", fgColor="FFFFFFFF")}, UNSEEN),
        ({"number_format": ";;;"}, UNSEEN),
    ],
)
def test_in_a_workbook_what_is_struck_out_or_cannot_be_seen_is_no_answer(looks, text):
    found = _styled(24, **looks)
    (table,) = found.pieces
    assert table.rows == (("Question", "2024"), ("1c UASC", text))
    proposed = propose(found, ONE_YEAR)
    assert [one.raw for one in proposed.cells] == (["24"] if text == "24" else [])
    assert bool(proposed.left) == (text != "24")
    assert [one.why for one in found.concerns] == ([Why.HIDDEN_TEXT] if text == UNSEEN else [])


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ('<style:text-properties fo:color="#000000"/>', "24"),
        ('<style:text-properties style:text-line-through-style="none"/>', "24"),
        ('<style:text-properties style:text-line-through-style="solid"/>', "[24]"),
        ('<style:text-properties fo:color="#FFFFFF"/>', UNSEEN),
        (
            '<style:text-properties fo:color="#ffffff"/><style:table-cell-properties fo:background-color="#000000"/>',
            "24",
        ),
    ],
)
@pytest.mark.parametrize("how", ["cell", "column", "parent"])
def test_in_an_open_workbook_too(style, text, how):
    found = open_document("r.ods", made.ods([["Question", "2024"], ["1c UASC", "24"]], style=style, styled=how), LIMITS)
    (table,) = found.pieces
    assert table.rows[1] == ("1c UASC", text)
    assert [one.why for one in found.concerns][:1] == ([Why.HIDDEN_TEXT] if text == UNSEEN else [])


def test_a_struck_part_of_a_cell_of_an_open_workbook_stands_in_brackets():
    struck = '<style:text-properties style:text-line-through-style="solid"/>'
    found = open_document("r.ods", made.ods([["1c UASC", "24"]], style=struck, styled="span"), LIMITS)
    assert found.pieces[0].rows == (("1c UASC", "[24] 26"),)
