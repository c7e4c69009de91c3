"""Working time: what a day, a working day, a month and an hour are in each nation of the United Kingdom.

Read `regimes.toml` first: it says, for each body of law, which days are not working days and where that is said.
`bank_holidays.csv` is the dated table; `regime.py` counts working days; `periods.py` counts months, weeks, days and
hours; `uk_clock.py` turns days into instants; `words.py` says times as people say them.
Law: Banking and Financial Dealings Act 1971 and the proclamations under it; Interpretation Act 1978 s9;
Dodds v Walker [1981] 1 WLR 1027 (months); Freedom of Information Act 2000 s10(6).
"""
