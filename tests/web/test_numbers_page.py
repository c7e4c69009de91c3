"""Numbers from the same entries: episodes and children apart, each opening into its list for those allowed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from django.test import Client

from holdfast.access.models import Person, Reading, ReadingOf
from holdfast.access.queries import reader
from holdfast.missing.counting import numbers
from tests.builders import at
from tests.web.conftest import AMINA, SELAM, TUAN
from tests.web.test_episode_pages import GOOD
from tests.web.test_pages import text_of

SignIn = Callable[..., Client]


def lines(who: str, now: datetime) -> dict[str, tuple[int, int]]:
    found = numbers(reader(Person.objects.get(username=who), now), at("2020-01-01"), now, say_place=str)
    everything = next(line.episodes for table in found for line in table.lines if line.key == "all")
    for table in found:
        if table.is_whole:
            assert sum(line.episodes for line in table.lines) == everything, table.title
    return {line.label: (line.episodes, line.children) for table in found for line in table.lines}


def test_a_child_who_went_twice_is_two_episodes_and_one_child(county: datetime) -> None:
    said = lines("manager", county)
    assert said["Every episode"] == (5, 4)
    assert said["still missing"] == (3, 3) and said["6 to 24 hours"] == (2, 2)
    assert said["trafficking concern or decision"] == (3, 2)


def test_conversations_are_counted_offered_held_and_in_time_apart(signed_in: SignIn, county: datetime) -> None:
    said = lines("manager", county)
    assert said["the child was found or came back"] == (2, 2) and said["it was held"] == (1, 1)
    client = signed_in("manager")
    client.post(f"/children/{SELAM}/episode/offer", GOOD["offer"])
    said = lines("manager", county)
    assert said["a return conversation was offered"] == (2, 2) and said["it was held"] == (1, 1)


def test_each_number_opens_into_its_list_and_the_reading_is_written(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    page = client.get("/missing/numbers")
    assert AMINA not in page.content.decode() and not ReadingOf.objects.exists()
    links = re.findall(r'href="(\?period=90&amp;show=[^"#]+)', page.content.decode())
    assert len(links) > 6
    for link in links:
        answer = client.get("/missing/numbers" + link.replace("&amp;", "&"))
        shown = len(re.findall(r", episode \d+, noticed", text_of(answer)))
        assert shown == int(re.search(r": (\d+) episodes?,", text_of(answer))[1])  # type: ignore[index]
    assert set(Reading.objects.latest("pk").children.split()) <= {TUAN, AMINA, SELAM, "JRD4-8VTM"}


def test_numbers_are_of_the_children_whom_a_person_may_see(signed_in: SignIn, county: datetime) -> None:
    assert lines("elm", county)["Every episode"] == (2, 2)
    home = text_of(signed_in("elm").get("/missing/numbers"))
    assert "Return conversations" not in home, "a home may not read them, so it counts none"
    assert "Your role does not see children" in text_of(signed_in("hale").get("/missing/numbers?show=all"))
    assert signed_in("manager").get("/missing/numbers?period=7").status_code == 404
