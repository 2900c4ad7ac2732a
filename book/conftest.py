"""The environment in which the book's kernels run, under `book/make.py` and under nbval alike.

A kernel inherits the environment of the process that starts it, so importing this module is enough.
"""

import atexit
import os
import tempfile
from pathlib import Path

os.environ.update(
    # One thread: sums add up in one order on every machine, and two notebooks do not fight for two cores.
    OPENBLAS_NUM_THREADS="1",
    OMP_NUM_THREADS="1",
    MKL_NUM_THREADS="1",
    NUMBA_NUM_THREADS="1",
    # Figures go into the notebook whatever backend the reader's shell asks for.
    MPLBACKEND="module://matplotlib_inline.backend_inline",
)

# A fresh profile: no start-up files of the reader's, no history database for two kernels to lock, and no
# line about unencrypted connections, which stay on this machine, from every kernel.
_ipython = tempfile.TemporaryDirectory()
atexit.register(_ipython.cleanup)
_profile = Path(_ipython.name, "profile_default")
_profile.mkdir()
(_profile / "ipython_kernel_config.py").write_text("c.IPKernelApp.log_level = 'ERROR'\n")
os.environ["IPYTHONDIR"] = _ipython.name
