"""Currencies and amounts in minor units. Reach for it to turn a decimal into an integer and back.

The number of decimals of a currency is that of ISO 4217, as the Unicode CLDR lists it for official use, but for currencies
whose minor unit is written though it is no longer struck (the Iraqi dinar has 1000 fils).
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import lru_cache

from tajfif.errors import InputError

__all__ = ["CURRENCY_NAMES", "MOST_MINOR", "currency_code", "exponent_of", "in_minor_units", "shown_amount"]

MOST_MINOR = 2**62
"""Amounts stay below this, so that two of them can be added in 64 bits."""

# ISO 4217, list one: minor units of currencies with others than two.
_EXPONENTS = {
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF XAU XAG XPT XPD".split(), 0),
    **dict.fromkeys("CLF UYW".split(), 4),
    **dict.fromkeys("BTC BCH LTC DOGE".split(), 8),
    **dict.fromkeys("USDT USDC TRX".split(), 6),
}
CURRENCY_NAMES = {
    "us dollar": "USD", "euro": "EUR", "yuan": "CNY", "yen": "JPY", "uk pound": "GBP", "swiss franc": "CHF", "ruble": "RUB",
    "rupee": "INR", "shekel": "ILS", "saudi riyal": "SAR", "brazil real": "BRL", "mexican peso": "MXN",
    "australian dollar": "AUD", "canadian dollar": "CAD", "bitcoin": "BTC",
}  # fmt: skip
"""Names by which AMLworld calls currencies."""


def currency_code(text: str) -> str:
    """Return the code of a currency given by its code or, as AMLworld does, by its name; empty for neither.

    Codes are three to six capital letters and digits; whether they are ISO's is told by :func:`exponent_of`.
    """
    folded = text.strip()
    named = CURRENCY_NAMES.get(folded.lower())
    return named or (folded.upper() if _is_code(folded) else "")


def _is_code(text: str) -> bool:
    return 3 <= len(text) <= 6 and text.isascii() and text.isalnum() and text[0].isalpha()


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    from babel import Locale

    return frozenset(Locale("en").currencies) | frozenset(_EXPONENTS)


def exponent_of(code: str) -> int | None:
    """Return how many decimals a currency has; ``None`` for a code that is not known."""
    return _EXPONENTS.get(code, 2) if code in _known() else None


def in_minor_units(amount: str | Decimal | int, exponent: int) -> int:
    """Return an amount in minor units, exactly.

    Raises:
        InputError: It is no number, negative, has more decimals than the currency, or is beyond what is counted.
    """
    try:
        value = Decimal(amount.replace(",", "") if isinstance(amount, str) else amount)
    except InvalidOperation:
        raise InputError(f"{str(amount)[:40]!r} is not an amount") from None
    if not value.is_finite() or value < 0:
        raise InputError(f"{str(amount)[:40]!r} is not an amount of nought or more")
    minor = value.scaleb(exponent)
    if minor != minor.to_integral_value():
        raise InputError(f"{amount} has more than {exponent} decimals")
    if minor >= MOST_MINOR:
        raise InputError(f"{amount} is more than can be counted")
    return int(minor)


def shown_amount(minor: int, exponent: int) -> str:
    """Return an amount of minor units as a decimal, with all decimals of its currency: ``"1234.500"``."""
    return f"{Decimal(minor).scaleb(-exponent):.{exponent}f}"
