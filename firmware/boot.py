"""Chooses the slot, nothing else. Lies in the root of the flash; imports nothing that an update replaces.

`slots.json`: {"active": "a", "good": true, "tries": 0, "fell_back": false}. A slot that is not yet good,
or that the watchdog had to stop, gets three tries, then the other has its turn; where that is no help either,
none is chosen and the board waits for service, silent. Power-on alone counts nothing against a good slot:
cranking resets. With the service strap closed nothing is chosen and nothing counted: the serial port is the
installer's, and no watchdog runs. Decision 0015.
"""

import json
import os
import sys

import machine

SLOTS_FILE = "slots.json"
MAX_TRIES = 3


def read_slots(root: str) -> dict:  # type: ignore[type-arg]
    """What is written, or the state of a new board."""
    try:
        with open(root + SLOTS_FILE) as file:
            slots = json.load(file)
    except (OSError, ValueError):
        return {"active": "a", "good": False, "tries": 0, "fell_back": False}
    return dict(slots)


def write_slots(root: str, slots: dict) -> None:  # type: ignore[type-arg]
    """The pointer moves last and in one step: a new file takes the old one's name."""
    with open(root + SLOTS_FILE + ".new", "w") as file:
        json.dump(slots, file)
    os.rename(root + SLOTS_FILE + ".new", root + SLOTS_FILE)


def choose(slots: dict, was_stopped: bool) -> str:  # type: ignore[type-arg]
    """The slot to start, counting the try; empty for service."""
    if was_stopped or not slots["good"]:
        slots["tries"] += 1
    if slots["tries"] <= MAX_TRIES:
        return str(slots["active"])
    if slots["fell_back"]:
        return ""
    slots["active"] = "b" if slots["active"] == "a" else "a"
    slots["tries"] = 1
    slots["good"] = False
    slots["fell_back"] = True
    return str(slots["active"])


def is_strapped() -> bool:
    """The service strap pulls its pin down."""
    return machine.Pin("SERVICE", machine.Pin.IN, machine.Pin.PULL_UP).value() == 0


def start(root: str) -> None:
    """Put the chosen slot on the path; main.py finds its firmware there, or nothing."""
    if is_strapped():
        return
    slots = read_slots(root)
    slot = choose(slots, machine.reset_cause() == machine.WDT_RESET)
    write_slots(root, slots)
    if slot:
        sys.path.insert(0, root + slot)


if __name__ == "__main__":
    start(os.getcwd().rstrip("/") + "/")  # the flash: "/" on some ports, "/flash" on STM32
