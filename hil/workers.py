"""Processes that drive: as many as asked for, ended with us, however we end."""

import gc
import multiprocessing
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext, SpawnContext

from hil.stopping import deaf_children


def cores() -> int:
    """That this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def workers(processes: int) -> Iterator[ProcessPoolExecutor]:
    """They start afresh, and only as there is work for them."""
    context = _context()
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_in_worker)
    try:
        yield pool
    except BaseException:  # Ctrl-C, a full disk: nobody waits for encounters that are not kept any more
        pool.shutdown(wait=False, cancel_futures=True)
        for child in multiprocessing.active_children():
            child.terminate()
        raise
    pool.shutdown(wait=True)


def _context() -> SpawnContext | ForkServerContext:
    """Where the system can, they are copies of a process that has read its programs and done nothing else.

    Reading them takes two seconds, so it is done once, and not by every worker of every pool.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["hil.sweep.job"])
    with deaf_children():
        forkserver.ensure_running()
    return context


def _in_worker() -> None:
    """The parent ends its workers; one that is killed cannot, so they watch it."""
    gc.freeze()  # what the programs are made of is never garbage: looking through it took 1.5 % of a drive
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
