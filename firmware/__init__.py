"""The gateway: it may only say no. Integers only, MicroPython and CPython alike."""
