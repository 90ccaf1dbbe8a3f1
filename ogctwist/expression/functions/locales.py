# -*- test-case-name: tests.expression.test_answers -*-
"""How languages write dates and numbers: names of months and days, separators (after CLDR)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Locale:
    """
    The words of one language.

    @ivar days: Monday first, likewise C{shortDays}.
    """

    months: tuple[str, ...]
    shortMonths: tuple[str, ...]
    days: tuple[str, ...]
    shortDays: tuple[str, ...]
    group: str
    decimal: str


def localeNamed(language: object) -> Locale:
    """The locale of C{fr} or C{fr_CH}; English when it is not known or not given."""
    code = str(language or "en").replace("-", "_").split("_")[0].lower()
    return LOCALES.get(code, LOCALES["en"])


def _locale(months: str, shortMonths: str, days: str, shortDays: str, group: str, decimal: str) -> Locale:
    one, two, three, four = (tuple(part.split("|")) for part in (months, shortMonths, days, shortDays))
    return Locale(one, two, three, four, group, decimal)


LOCALES = {
    "en": _locale(
        "January|February|March|April|May|June|July|August|September|October|November|December",
        "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec",
        "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday",
        "Mon|Tue|Wed|Thu|Fri|Sat|Sun",
        ",",
        ".",
    ),
    "de": _locale(
        "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember",
        "Jan.|Feb.|März|Apr.|Mai|Juni|Juli|Aug.|Sept.|Okt.|Nov.|Dez.",
        "Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag",
        "Mo.|Di.|Mi.|Do.|Fr.|Sa.|So.",
        ".",
        ",",
    ),
    "fr": _locale(
        "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre",
        "janv.|févr.|mars|avr.|mai|juin|juil.|août|sept.|oct.|nov.|déc.",
        "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche",
        "lun.|mar.|mer.|jeu.|ven.|sam.|dim.",
        "\u202f",
        ",",
    ),
    "es": _locale(
        "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre",
        "ene|feb|mar|abr|may|jun|jul|ago|sept|oct|nov|dic",
        "lunes|martes|miércoles|jueves|viernes|sábado|domingo",
        "lun|mar|mié|jue|vie|sáb|dom",
        ".",
        ",",
    ),
    "it": _locale(
        "gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre",
        "gen|feb|mar|apr|mag|giu|lug|ago|set|ott|nov|dic",
        "lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica",
        "lun|mar|mer|gio|ven|sab|dom",
        ".",
        ",",
    ),
    "nl": _locale(
        "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december",
        "jan.|feb.|mrt.|apr.|mei|jun.|jul.|aug.|sep.|okt.|nov.|dec.",
        "maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag",
        "ma|di|wo|do|vr|za|zo",
        ".",
        ",",
    ),
    "pt": _locale(
        "janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro",
        "jan.|fev.|mar.|abr.|mai.|jun.|jul.|ago.|set.|out.|nov.|dez.",
        "segunda-feira|terça-feira|quarta-feira|quinta-feira|sexta-feira|sábado|domingo",
        "seg.|ter.|qua.|qui.|sex.|sáb.|dom.",
        ".",
        ",",
    ),
    "sv": _locale(
        "januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december",
        "jan.|feb.|mars|apr.|maj|juni|juli|aug.|sep.|okt.|nov.|dec.",
        "måndag|tisdag|onsdag|torsdag|fredag|lördag|söndag",
        "mån|tis|ons|tors|fre|lör|sön",
        "\xa0",
        ",",
    ),
    "da": _locale(
        "januar|februar|marts|april|maj|juni|juli|august|september|oktober|november|december",
        "jan.|feb.|mar.|apr.|maj|jun.|jul.|aug.|sep.|okt.|nov.|dec.",
        "mandag|tirsdag|onsdag|torsdag|fredag|lørdag|søndag",
        "man.|tir.|ons.|tor.|fre.|lør.|søn.",
        ".",
        ",",
    ),
    "nb": _locale(
        "januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember",
        "jan.|feb.|mar.|apr.|mai|jun.|jul.|aug.|sep.|okt.|nov.|des.",
        "mandag|tirsdag|onsdag|torsdag|fredag|lørdag|søndag",
        "man.|tir.|ons.|tor.|fre.|lør.|søn.",
        "\xa0",
        ",",
    ),
    "fi": _locale(
        "tammikuuta|helmikuuta|maaliskuuta|huhtikuuta|toukokuuta|kesäkuuta|heinäkuuta|elokuuta|"
        "syyskuuta|lokakuuta|marraskuuta|joulukuuta",
        "tammik.|helmik.|maalisk.|huhtik.|toukok.|kesäk.|heinäk.|elok.|syysk.|lokak.|marrask.|jouluk.",
        "maanantaina|tiistaina|keskiviikkona|torstaina|perjantaina|lauantaina|sunnuntaina",
        "ma|ti|ke|to|pe|la|su",
        "\xa0",
        ",",
    ),
    "pl": _locale(
        "stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia",
        "sty|lut|mar|kwi|maj|cze|lip|sie|wrz|paź|lis|gru",
        "poniedziałek|wtorek|środa|czwartek|piątek|sobota|niedziela",
        "pon.|wt.|śr.|czw.|pt.|sob.|niedz.",
        "\xa0",
        ",",
    ),
    "cs": _locale(
        "ledna|února|března|dubna|května|června|července|srpna|září|října|listopadu|prosince",
        "led|úno|bře|dub|kvě|čvn|čvc|srp|zář|říj|lis|pro",
        "pondělí|úterý|středa|čtvrtek|pátek|sobota|neděle",
        "po|út|st|čt|pá|so|ne",
        "\xa0",
        ",",
    ),
}
