"""Runs in MicroPython on the memory of run.mjs: power-on, slot, self-test, loop. Virtual time, JSON lines."""

# ruff: noqa: PLC0415, PLW0603, BLE001  # the firmware is on the path only after boot.py; any fault is told
import json
import sys

sys.path.insert(0, "/shim")
import machine


class FakeClock:
    """Virtual milliseconds; the world moves while the loop waits for its grid."""

    def __init__(self, world, end_ms):
        self.ms = 536870912 - 300  # wraps in the run
        self.ran_ms = 0
        self.world = world
        self.end_ms = end_ms

    def now_ms(self):
        return self.ms

    def sleep_ms(self, ms):
        self.ms = (self.ms + ms) & 0x1FFFFFFF
        self.ran_ms += ms
        if self.ran_ms >= self.end_ms:
            raise SystemExit
        if machine.WDT.units:
            self.world(self.ran_ms)


def power_on(cause=machine.PWRON_RESET):
    """boot.py as the interpreter runs it; then the slot that is on the path, or empty."""
    machine.cause[0] = cause
    for name in list(sys.modules):
        if name.startswith("firmware"):
            del sys.modules[name]
    while sys.path and sys.path[0] in ("/a", "/b"):
        sys.path.pop(0)
    with open("/boot.py") as file:
        exec(file.read(), {"__name__": "__main__"})
    return sys.path[0] if sys.path[0] in ("/a", "/b") else ""


counter = 0


def drive(ms):
    """A truck at 15 km/h and an edge that asks for 0.9 m/s2 after 300 ms."""
    global counter
    vehicle, private = machine.CAN.units[2], machine.CAN.units[1]
    if ms % 10:
        return
    vehicle.arrive(0x18F0090B, b"\x7f\x7d\xff\x71\x7d\xff\xff\xff", 2)
    if ms % 50 == 0:
        vehicle.arrive(0x0CF00300, b"\xf3\x00\xff\xff\xff\xff\xff\xff", 2)
        vehicle.arrive(0x18FEF100, b"\xff\x00\x0f\xff\xff\xff\xff\xff", 2)
        vehicle.arrive(0x18FDC40B, b"\xff\xf3\xff\xff\xff\xff\xff\xff", 2)
    if ms % 20 == 0:
        from firmware import link

        counter = (counter + 1) & 0xFF
        frame = bytearray(8)
        if ms > 300:
            link.pack_request(frame, counter, link.SLOW, 0, 900, 60, 15)
        else:
            link.pack_request(frame, counter, link.STANDBY, 0, 0, 60, 15)
        private.arrive(0x110, bytes(frame), 0)


def run(world, end_ms):
    """main.start until the time is up or it raises; what happened."""
    machine.WDT.units.clear()
    from firmware import main

    said = ""
    try:
        main.start("/", FakeClock(world, end_ms))
        said = "ended"
    except SystemExit:
        said = "time up"
    except Exception as error:
        said = type(error).__name__
    from firmware.events import Events

    sent = machine.CAN.units[2].sent
    return {
        "said": said,
        "xbr": [frame[1].hex() for frame in sent if frame[0] == 0x0C040BA0 and frame[2] == 2],
        "other": sorted({frame[0] for frame in sent} - {0x0C040BA0}),
        "status": len(machine.CAN.units[1].sent),
        "fed": machine.WDT.units[0].fed if machine.WDT.units else 0,
        "enable": machine.Pin.units["VEHICLE_TX_ENABLE"].level,
        "lamps": {name: pin.level for name, pin in machine.Pin.units.items()},
        "events": [record[1:4] for record in Events("/events.bin").read()],
    }


def tell(name, value):
    print(json.dumps([name, value]))
