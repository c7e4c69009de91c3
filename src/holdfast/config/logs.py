"""Logs without personal data: no path, no query, no values, no local variables."""

from __future__ import annotations

import logging


class WithoutPersonalData(logging.Formatter):
    """Prints where something went wrong, never what was being handled there."""

    def format(self, record: logging.LogRecord) -> str:
        request = getattr(record, "request", None)
        if request is not None:
            route = getattr(getattr(request, "resolver_match", None), "route", "unknown route")
            where = f"{record.levelname} {getattr(record, 'status_code', '')} {request.method} {route}"
        else:
            where = f"{record.levelname} {record.name}: {record.msg if not record.args else record.msg.split('%')[0]}"
        if record.exc_info and record.exc_info[0] is not None:
            where += f" [{record.exc_info[0].__name__}]"
            trace = record.exc_info[2]
            while trace is not None:
                code = trace.tb_frame.f_code
                if "holdfast" in code.co_filename:
                    where += f"\n  {code.co_filename.rpartition('holdfast')[2]}:{trace.tb_lineno} {code.co_name}"
                trace = trace.tb_next
        return where
