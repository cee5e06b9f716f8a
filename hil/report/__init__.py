"""Self-contained HTML pages: the demo's, one encounter's, a scenario's of many, and several scenarios'."""

from hil.report.index import write_index
from hil.report.page import write_report
from hil.report.pictures import RangeDopplerMap, picture_of
from hil.report.scenario import write_scenario_report
from hil.report.tally_page import write_tally_page

__all__ = [
    "RangeDopplerMap",
    "picture_of",
    "write_index",
    "write_report",
    "write_scenario_report",
    "write_tally_page",
]
