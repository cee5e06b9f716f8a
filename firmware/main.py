"""The loop: 10 ms, fixed. The only file that runs it; everything it decides is decided in gateway.py."""

import gc
import os
import sys

from firmware import events, link, selftest, update
from firmware.board import Board, Clock
from firmware.gateway import Gateway, Settings
from firmware.outbox import TICK_MS
from firmware.ticks import elapsed_ms

BOARD_REVISION = 1
HEALTHY_MS = 30_000  # then the slot is good
COLLECT_MS = 1000  # while silent; a tick allocates nothing, the log does


class Loop:
    """One tick after the other, on a grid that does not drift."""

    def __init__(self, board: Board, gateway: Gateway, log: events.Events, root: str) -> None:
        self.board = board
        self.gateway = gateway
        self.log = log
        self.root = root
        self.began_ms = board.clock.now_ms()
        self.due_ms = self.began_ms
        self.collected_ms = self.began_ms
        self.was_granted = link.OFF
        self.was_refused = link.ALLOW
        self.is_good = False

    def tick(self) -> None:
        """Receive, judge, send, show; log in quiet times only; wait for the grid."""
        now_ms = self.board.clock.now_ms()
        self.board.receive(self.gateway, now_ms)
        for i in range(self.gateway.tick(now_ms)):
            self.board.send(self.gateway.frames[i])
        self.board.show(self.gateway.outbox.lamps)
        self._note(now_ms)
        if self.gateway.case.grant.state == link.OFF:
            self._rest(now_ms)
        self.board.feed()
        self.due_ms = (self.due_ms + TICK_MS) & 0x1FFFFFFF
        wait_ms = elapsed_ms(self.due_ms, self.board.clock.now_ms())
        if wait_ms <= TICK_MS:
            self.board.clock.sleep_ms(wait_ms)
        else:  # late: a new grid from here, rather than a burst of ticks
            self.due_ms = self.board.clock.now_ms()

    def _note(self, now_ms: int) -> None:
        granted, reason = self.gateway.case.grant.state, self.gateway.reason
        if granted != self.was_granted:
            kind = events.BRAKING_BEGAN if granted != link.OFF else events.BRAKING_ENDED
            self.log.add(kind, reason, granted if granted != link.OFF else self.was_granted, now_ms)
        elif reason != self.was_refused and reason != link.ALLOW:
            self.log.add(events.REFUSED, reason, granted, now_ms)
        self.was_granted, self.was_refused = granted, reason

    def _rest(self, now_ms: int) -> None:
        self.log.write_out()
        if elapsed_ms(now_ms, self.collected_ms) >= COLLECT_MS:
            self.collected_ms = now_ms
            gc.collect()
        if not self.is_good and elapsed_ms(now_ms, self.began_ms) >= HEALTHY_MS:
            self.is_good = True
            update.mark_good(self.root)

    def run(self) -> None:
        """Until a fault of our own: release, fall silent, write it down, and let the watchdog reset us."""
        try:
            while True:
                self.tick()
        except Exception:
            for i in range(self.gateway.last_words()):
                self.board.send(self.gateway.frames[i])
            self.board.fall_silent()
            self.log.add(events.FAULT, 0, self.was_granted, self.board.clock.now_ms())
            self.log.write_out()
            raise


def start(root: str, clock: Clock) -> None:
    """Self-test, then the loop; a unit that fails its test stays silent with the fault lamp lit."""
    slot = sys.path[0]
    manifest = update.read_manifest(slot)
    settings = dict(manifest["settings"])
    board = Board(settings.pop("vehicle_bitrate"), clock)
    log = events.Events(root + "events.bin")
    with open(root + "key.bin", "rb") as file:
        key = file.read()
    failed = selftest.failure(board, slot, key, BOARD_REVISION)
    if failed:
        log.add(events.SELFTEST_FAILED, failed, link.OFF, clock.now_ms())
        log.write_out()
        board.fall_silent()
        return
    loop = Loop(board, Gateway(Settings(**settings)), log, root)
    log.add(events.STARTED, 0, link.OFF, clock.now_ms())
    gc.collect()
    board.arm()
    loop.run()


def begin() -> None:
    """On the board, from the root of its flash."""
    start(os.getcwd().rstrip("/") + "/", Clock())
