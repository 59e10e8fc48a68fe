"""Ways to run the synthetic centre: as it is, outsourced by the minute, hosted, and in a cloud."""

from __future__ import annotations

OFFERS = """\
# Invented offers. Amounts are text, so that no digit is lost.
[[offer]]
name = "As it is"
kind = "in_house"
in_force = true
currency = "CNY"
price_rise = "0.03"
monthly = [
    { name = "wages", per = "hour", price = "ours" },
    { name = "seats", per = "seat", price = "850.00" },
    { name = "exchange", price = "12000.00" },
]
once = [{ name = "exchange renewed", amount = "260000.00", month = 18 }]

[[offer]]
name = "Harbour Contact"
kind = "outsourced"
currency = "CNY"
overlap_months = 1
price_rise = "0.02"
term_months = 24
once = [{ name = "migration", amount = "90000.00" }]
monthly = [
    { name = "handled minutes", per = "minute", minimum = 150000, bands = [
        { from = 0, price = "3.05" }, { from = 180000, price = "2.85" },
    ] },
    { name = "account manager", price = "9000.00" },
]
service = { target = "0.80", malus = "0.01", bonus = "0.005", cap = "0.08", earn_back = 3 }

[[offer]]
name = "Hosted exchange"
kind = "hosted"
currency = "CNY"
price_rise = "0.03"
once = [{ name = "migration", amount = "45000.00" }]
monthly = [
    { name = "wages", per = "hour", price = "ours" },
    { name = "seats", per = "seat", price = "850.00" },
    { name = "hosting", per = "seat", price = "240.00" },
]

[[offer]]
name = "Cloud, at home"
kind = "cloud"
currency = "CNY"
price_rise = "0.03"
overlap_months = 1
once = [{ name = "migration", amount = "60000.00" }, { name = "headsets", amount = "36000.00" }]
monthly = [
    { name = "wages", per = "hour", price = "ours" },
    { name = "licences", per = "seat", price = "760.00" },
    { name = "allowance", per = "seat", price = "300.00" },
]
"""
