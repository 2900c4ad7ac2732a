"""Workers: processes or threads that make batches while the main process is busy with others.

Both kinds are driven by one `ThreadPool`. A thread makes a batch itself, or has a process make it: the process sits at the other end
of a pipe, takes what is to be done and answers with the batch, one at a time. That leaves nothing to lock, the end of a process is
seen at once (its pipe closes), and the threads are daemons, so that not even a worker that hangs keeps the interpreter from ending.
"""

import contextlib
import multiprocessing
import os
import pickle
import queue
import random
import signal
import threading
import traceback
import warnings
from multiprocessing.pool import ThreadPool

import numpy as np

from ...nd import random as nd_random

__all__ = ["Team", "WorkerProcess"]

# A forked process has the dataset already, whatever it is made of; a spawned one is sent it, pickled.
START_METHOD = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"


class Team:
    """Several workers that share the batches.

    Parameters
    ----------
    make : callable
        ``make(number, indices)`` gives a batch.
    size : int
        How many workers.
    threads : bool
        Whether they are threads of this process instead of processes.
    """

    def __init__(self, make, size, threads):
        self._owner, self._stopped = os.getpid(), False
        self._processes = [] if threads else [WorkerProcess(make) for _ in range(size)]
        self._idle = queue.SimpleQueue()
        for worker in self._processes or [lambda number, indices, start: (make(number, indices), False)] * size:
            self._idle.put(worker)
        self._pool = ThreadPool(size)  # after the processes: they are forked from as few threads as possible

    def is_fit(self):
        """Say whether all workers are there, and are children of this process: after a fork they are not."""
        return not self._stopped and os.getpid() == self._owner and all(worker.is_alive() for worker in self._processes)

    def submit(self, wanted, *task):
        """Have ``worker(*task)`` called, unless the list `wanted` is empty by the time its turn comes; give an AsyncResult of it."""
        if self._stopped:
            raise RuntimeError("the workers of this DataLoader have been stopped, by a timeout or an interrupt: begin a new epoch")
        return self._pool.apply_async(self._run, (wanted, task))

    def _run(self, wanted, task):
        if not wanted:
            return None
        worker = self._idle.get()
        try:
            return worker(*task)
        finally:
            self._idle.put(worker)

    def stop(self):
        """End the workers; whoever still waits for a batch of a process gets an error."""
        self._stopped = True
        if os.getpid() == self._owner:  # a forked process has copies of loaders, and collects them too
            for worker in self._processes:
                worker.stop()
        self._pool.close()


class WorkerProcess:
    """A process in which ``make(number, indices)`` is called for each batch."""

    def __init__(self, make):
        context = multiprocessing.get_context(START_METHOD)
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(make, theirs, self._pipe), daemon=True)
        with warnings.catch_warnings():
            # From Python 3.12 on, forking a process that has threads warns: a lock that another thread holds at that moment stays
            # locked in the child. It is safe here, because the child runs `_serve` and nothing else, that is the code of the dataset
            # and of the batches: BLAS and Python's own modules put their locks in order after a fork, and mxedu's kernels
            # run serially then (`_leave_the_team` in mxedu/optimizer/kernel.py).
            warnings.filterwarnings("ignore", ".*use of fork", DeprecationWarning)
            try:
                self._process.start()
            except (AttributeError, TypeError, pickle.PicklingError) as error:
                error.add_note(
                    "DataLoader: this platform cannot fork processes, so dataset and functions are pickled: define functions at the "
                    "top of a module (no lambda), or use thread_pool=True"
                )
                raise
        theirs.close()
        self._joining = threading.Lock()

    def __call__(self, number, indices, start):
        """Give (batch, whether random numbers were drawn for it), or raise what is raised in the process.

        Its generators are seeded anew for each batch, from the numbers `start` and the number of the batch.
        """
        answer = None
        with contextlib.suppress(EOFError, OSError):  # of a pipe whose other end is closed
            self._pipe.send((number, indices, start))
            answer = self._pipe.recv_bytes()
        if answer is None:
            self._join()
            raise RuntimeError(
                f"a worker process of DataLoader ended with exit code {self._process.exitcode} while it made batch {number} of the epoch "
                "(counted from 0). -9 often means too little memory: try fewer workers. Of other codes, num_workers=0 may show the cause"
            )
        batch, drew, error, notes = pickle.loads(answer)
        if error is not None:
            error.__notes__ = notes
            raise error
        return batch, drew

    def is_alive(self):
        """Say whether the process is there."""
        return self._process.is_alive()

    def stop(self):
        """End the process, whatever it is doing."""
        self._process.kill()
        self._join()

    def _join(self):
        """Wait until the process is gone and its exit code is known.

        One thread at a time: of two that wait, one collects the process, and the other would return before the code is noted.
        """
        with self._joining:
            self._process.join()


def _serve(make, pipe, other_end):
    """Make batches until the main process is gone."""
    other_end.close()  # else this process would itself keep the pipe open
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the main process, which ends this one
    try:
        while True:
            answer = _answer(make, *pipe.recv())
            print(end="", flush=True)  # what a dataset prints would be lost when this process is killed
            pipe.send_bytes(answer)
    except (EOFError, OSError):
        return


def _answer(make, number, indices, start):
    """Give (batch, whether numbers were drawn for it, None, None) or (None, None, error, notes), pickled."""
    seed = [*start, number]
    _seed(seed)
    undisturbed = _draw()
    _seed(seed)
    try:
        batch = make(number, indices)
        return pickle.dumps((batch, _draw() != undisturbed, None, None), protocol=5)
    except Exception as error:
        lines = "".join(traceback.format_tb(error.__traceback__))
        notes = [*getattr(error, "__notes__", ()), f"Traceback in worker process {os.getpid()}:\n{lines.rstrip()}"]
        try:
            pickle.loads(pickle.dumps(error))
        except Exception:  # its constructor takes other arguments, say
            error = RuntimeError(f"{type(error).__name__}: {error} (an exception that cannot be pickled, hence this RuntimeError)")
        return pickle.dumps((None, None, error, notes))


def _seed(seed):
    """Seed all generators that a dataset may draw from, from a list of numbers."""
    np.random.seed(seed)
    (number,) = np.random.SeedSequence(seed).generate_state(1).tolist()
    random.seed(number)
    nd_random.seed(number)


def _draw():
    """Draw a number from each of them."""
    return np.random.random_sample(), random.random(), nd_random.uniform().asscalar()
