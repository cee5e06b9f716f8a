"""One demo run as one self-contained HTML page: `write_report`."""

from hil.report.page import write_report
from hil.report.pictures import RangeDopplerMap, picture_of

__all__ = ["RangeDopplerMap", "picture_of", "write_report"]
