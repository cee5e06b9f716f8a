"""Runs as self-contained HTML pages: the demo's, one scenario's, and the index of several."""

from hil.report.index import write_index
from hil.report.page import write_report
from hil.report.pictures import RangeDopplerMap, picture_of
from hil.report.scenario import write_scenario_report

__all__ = ["RangeDopplerMap", "picture_of", "write_index", "write_report", "write_scenario_report"]
