"""What each verdict on a field weighs. Reach for it to see or to change how much a birth date or a passport counts.

Each weight is a log-likelihood ratio in nats, log P(what is seen | one party) - log P(what is seen | two parties whose names
agree), after Fellegi and Sunter. The two frequencies behind it are judged, not fitted, and stand beside it where they say more
than its size: m is how often the verdict falls for one party, u for two.
"""

from __future__ import annotations

__all__ = ["WEIGHTS"]

WEIGHTS: dict[str, float] = {
    # Birth dates. u counts namesakes of about one age: a day is one in some 15,000, a year one in 30.
    "birth.day": 6.5,  # m .55, u 1/15,000; held down since a name and a date are copied together
    "birth.swapped": 4.5,  # m .01, u 1/15,000: day and month exchanged
    "birth.month": 4.0,  # m .75, u 1/400: the same month, one side states no day
    "birth.near_day": 3.0,  # m .01, u 1/2,000: a day or two off, or one digit mistyped
    "birth.year": 2.2,  # m .3, u 1/30: the same year, one side states no more
    "birth.range": 1.2,  # inside a range of up to six years; less for a longer one
    "birth.typo_year": 1.0,  # m .004, u 1/700: day and month agree, one digit of the year does not
    "birth.near_year": 0.5,  # m .1, u .06: a year off where either side is a year or a guess
    "birth.year_other_day": -1.5,  # m .02, u .09: one year, another day
    "birth.years_1": -1.7,
    "birth.years_2": -2.5,  # two or three years apart
    "birth.years_4": -5.0,
    "birth.years_8": -8.0,
    "birth.generation": -10.0,  # sixteen and more: father and son
    # Nationality and country. People have several, and lists name one.
    "nationality.agrees": 1.2,  # m .8, u .25: namesakes come from the same few countries
    "nationality.agrees_rare": 1.8,  # m .8, u .13: a country of few listed
    "nationality.contradicts": -1.8,  # m .12, u .7
    "nationality.residence": -0.7,  # nationalities differ, but one lives in the other's country
    "country.agrees": 0.7,
    "country.compatible": 0.35,  # one states a nationality, the other a country of residence
    "country.contradicts": -0.7,
    "country.flag": -0.3,  # vessels change their flag
    "country.seat": -2.2,  # a company of another country: a namesake or a subsidiary
    "gender.agrees": 0.3,
    "gender.contradicts": -7.0,  # m .0005, u .5
    # Identifiers.
    "identifier.agrees": 14.0,  # m .5, u one in a million
    "identifier.agrees_other_country": 7.0,
    "identifier.agrees_other_kind": 6.0,
    "identifier.agrees_short": 4.0,  # fewer than five characters: many share it
    "identifier.near": 2.0,  # one character off in a long number
    "identifier.contradicts": -1.5,  # m .2, u 1: people hold several passports
    "identifier.contradicts_registration": -4.0,
    "identifier.contradicts_unique": -9.0,  # a hull has one IMO number, a company one LEI
    "contact.agrees": 4.0,  # households and firms share telephones and addresses
    # Relatives and places.
    "mother.agrees": 5.0,  # m .8, u 1/200
    "mother.agrees_partly": 2.5,  # a given name alone, or a longer name that holds the shorter
    "mother.contradicts_partly": -2.0,  # one given name, other names after it
    "mother.contradicts": -6.0,
    "father.agrees": 3.5,
    "father.agrees_partly": 1.5,
    "father.contradicts_partly": -1.5,
    "father.contradicts": -6.0,
    "birthplace.agrees": 2.2,
    "birthplace.country": 0.6,
    "birthplace.other": -0.5,  # another town of one country: lists name the district or the village
    "birthplace.contradicts": -1.5,  # another country
    "address.agrees": 2.0,
    "address.city": 0.8,
}
"""Weight of each verdict, in nats."""
