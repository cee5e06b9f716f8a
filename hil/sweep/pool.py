"""A pool of processes that outlives its workers: an encounter whose process died is driven again."""

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from hil.stopping import deaf_children
from hil.sweep.job import Done, Job, broken
from hil.workers import workers

AHEAD = 2  # jobs per process handed out at once: little is lost with a process, and none waits
MOST_DEATHS = 2  # of a process that drives nothing else


class WorkerDiedError(RuntimeError):
    """The operating system, or the encounter itself, ended the process."""


def run_all(jobs: Sequence[Job], processes: int, work: Callable[[Job], Done]) -> Generator[Done, None, None]:
    """Each job once, in any order; InputError of a job comes through, all else is a bench error.

    When a process dies nobody knows which of the encounters under way it was: each of them is then
    driven alone, and who dies alone as well, and again, is the one.
    """
    waiting = deque(jobs)
    while waiting:
        under_way = deque[Job]()
        with workers(processes) as pool:
            yield from _until_broken(pool, waiting, processes * AHEAD, work, under_way)
        for job in under_way:
            yield from _alone(job, work)


def _alone(job: Job, work: Callable[[Job], Done]) -> Iterator[Done]:
    for _ in range(MOST_DEATHS):
        died = deque[Job]()
        with workers(1) as pool:
            yield from _until_broken(pool, deque([job]), 1, work, died)
        if not died:
            return
    yield _dead(job)


def _until_broken(
    pool: ProcessPoolExecutor,
    waiting: deque[Job],
    window: int,
    work: Callable[[Job], Done],
    died: deque[Job],
) -> Iterator[Done]:
    """Until all is done, or a process died: then `died` holds what was under way."""
    running: dict[Future[Done], Job] = {}
    while running or (waiting and not died):
        while waiting and not died and len(running) < window:
            job = waiting.popleft()
            try:
                with deaf_children():
                    running[pool.submit(work, job)] = job
            except BrokenProcessPool:
                died.append(job)
        finished, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in finished:
            job = running.pop(future)
            try:
                done = future.result()
            except BrokenProcessPool:
                died.append(job)
                continue
            yield done


def _dead(job: Job) -> Done:
    return broken(job, WorkerDiedError(f"the process died each time it drove {job.key}"))
