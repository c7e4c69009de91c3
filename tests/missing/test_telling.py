"""Who beside the police is told, and who has been: pure, from the entries of one episode."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from holdfast.missing.notice import police_notice
from holdfast.missing.picture import episodes
from holdfast.missing.telling import Telling, host_of, tellings
from tests.builders import a_draft
from tests.missing.test_report import a_story

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)


def _of(*more: Any, authority: str = "LOW") -> dict[str, Telling]:
    """Everything is recorded for the agency MAR."""
    story = a_story(
        a_draft("child.known", "2026-01-05T09:00Z", authority=authority),
        *more,
        a_draft("missing.noticed", "2026-11-20T22:40Z"),
    )
    return {one.who: one for one in tellings(story, episodes(story)[-1])}


def _told(who: str, at: str = "2026-11-20T23:10Z", **more: str) -> Any:
    return a_draft("missing.told", at, who=who, **more)


def test_whom_depends_on_what_is_known_of_the_child() -> None:
    assert list(_of()) == ["responsible authority", "parents", "school"]
    assert list(_of(authority="MAR")) == ["parents", "school"], "who records it need not be told"
    cared = _of(
        a_draft("care.started", "2026-01-05T09:00Z", authority="LOW"),
        a_draft("asylum.arrived_alone", "2026-01-05T09:00Z"),
        a_draft("placement.started", "2026-01-06T09:00Z", home="Elm House", area="MAR"),
    )
    assert list(cared) == [
        "responsible authority", "host authority", "parents", "reviewing officer", "lawyer", "guardian", "school",
    ]  # fmt: skip
    assert all(one.why and one.told is None and one.not_told is None for one in cared.values())


def test_the_area_counts_only_where_it_is_another_and_the_child_lives_there_now() -> None:
    def host(*more: Any) -> str:
        return host_of(a_story(a_draft("child.known", "2026-01-05T09:00Z", authority="MAR"), *more))

    there = a_draft("placement.started", "2026-01-06T09:00Z", home="Elm House", area="LOW")
    assert host(there) == "LOW"
    assert host(there, a_draft("placement.ended", "2026-02-06T09:00Z")) == ""
    assert host(a_draft("placement.started", "2026-01-06T09:00Z", home="Elm House", area="MAR")) == ""
    assert host(a_draft("placement.started", "2026-01-06T09:00Z", home="Elm House")) == "" == host()


def test_told_in_an_earlier_episode_is_not_told_now_and_told_wins_over_a_decision_not_to() -> None:
    earlier = (
        a_draft("missing.noticed", "2026-10-01T22:40Z"), _told("parents", "2026-10-01T23:00Z"),
        a_draft("missing.returned", "2026-10-02T08:00Z"),
    )  # fmt: skip
    assert _of(*earlier)["parents"].told is None
    unsafe = a_draft("missing.not_told", "2026-11-20T22:50Z", who="parents", reason="unsafe", by="Grace Abara")
    story = [a_draft("missing.noticed", "2026-11-20T22:40Z"), unsafe]

    def parents(*more: Any) -> Telling:
        whole = a_story(*story, *more)
        return next(one for one in tellings(whole, episodes(whole)[-1]) if one.who == "parents")

    assert parents().not_told is not None and parents().told is None
    told = parents(_told("Parents", name="Mrs Pham"))
    assert told.told is not None and told.told.details.name == "Mrs Pham" and told.not_told is None


def test_the_authority_of_the_area_learns_less_than_the_police() -> None:
    story = a_story(
        a_draft("child.known", "2026-01-05T09:00Z", authority="MAR"),
        a_draft("child.named", "2026-01-05T09:00Z", first="Tuan", family="Pham"),
        a_draft("placement.started", "2026-01-06T09:00Z", home="Elm House", area="LOW"),
        a_draft("missing.noticed", "2026-11-20T22:40Z"),
        a_draft("missing.worries_told", "2026-11-20T22:41Z", worries=["trafficking"], why="A man waited in a car"),
        a_draft("missing.places_told", "2026-11-20T22:41Z", might_be="the coach station", with_whom="a cousin"),
    )
    notice = police_notice(story, NOW)
    assert "coach station" in notice.text and "rafficked" in notice.text
    said = notice.for_the_area
    assert "Name: Tuan Pham" in said and "Missing from: Elm House" in said and "Responsible: MAR" in said
    for word in ("coach", "cousin", "rafficked", "car", "Looks", "Telephone", "Done so far"):
        assert word not in said.replace("in care", ""), word
