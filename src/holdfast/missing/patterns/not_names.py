"""Words that are no name of one place or one person: what stands here is never compared. Pure.

A place where many people go joins everybody and tells nothing; a school would tell where a child can be found. What
people are, as against who they are, is never compared at all (Equality Act 2010; UK GDPR Article 9).
"""

from __future__ import annotations

_PUBLIC = frozenset(
    """
    station stations stop airport port ferry terminal motorway services school schools college academy university
    nursery sixth hospital surgery clinic gp dentist pharmacy police council court courthouse library church mosque
    temple synagogue gurdwara placement hostel
    """.split()  # noqa: SIM905
)
# A kind of place, and no name: nothing but such words is left out.
_KINDS = frozenset(
    """
    a an the at in on near by behind of his her their my our this that some one old new big small local nearby
    town city centre center street road lane park parks shop shops shopping mall supermarket market cafe café restaurant
    pub bar club house flat home hotel room car van bus train taxi beach river woods field friend friend's friends
    mum's dad's uncle's aunt's cousin's boyfriend's girlfriend's mother's father's parents family sister's brother's
    somewhere anywhere unknown outside inside garden garage barber barbers nail bar car wash takeaway london
    """.split()  # noqa: SIM905
)
_PEOPLE = frozenset(
    """
    man men woman women boy boys girl girls guy guys male males female females people person persons lad lads gang group
    driver stranger adult adults teenager friend friends boyfriend girlfriend partner mum dad mother father uncle aunt
    cousin brother sister family carer worker officer social key police unknown somebody someone
    white black asian brown mixed arab african european eastern western roma gypsy traveller
    muslim christian jewish jew hindu sikh buddhist catholic orthodox religious
    british english scottish welsh irish vietnamese albanian afghan sudanese eritrean ethiopian iranian iraqi kurdish
    kurd syrian somali turkish chinese indian pakistani bangladeshi nigerian ghanaian romanian polish bulgarian
    lithuanian latvian ukrainian russian french german egyptian libyan moroccan algerian tunisian kuwaiti palestinian
    yemeni congolese gambian guinean ivorian malian jamaican sri lankan tamil pashtun hazara oromo tigrinya
    asylum refugee migrant immigrant illegal foreign foreigner
    """.split()  # noqa: SIM905
)

# Words of the list above that are family names too: alone they describe, beside a name they are one.
_NAMES_TOO = frozenset("white black brown english irish french german christian adult driver carer key sri".split())  # noqa: SIM905


def is_of_a_public_place(form: str) -> bool:
    """Whether a place (casefolded words) is one where everybody goes, or only a kind of place."""
    words = [word.strip("'") for word in form.replace("-", " ").split()]
    return any(word in _PUBLIC for word in words) or all(word in _KINDS or word.isdigit() for word in words)


def says_who_somebody_is(form: str) -> bool:
    """Whether what stands for a person (casefolded words) describes them in place of naming them."""
    words = form.replace("-", " ").replace("'s", "").split()
    return any(word in _PEOPLE - _NAMES_TOO for word in words) or all(word in _PEOPLE for word in words)
