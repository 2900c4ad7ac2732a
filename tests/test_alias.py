"""Code that imports from mxnet, run with mxedu in its place."""

import subprocess
import sys
import textwrap

CODE = """
    import sys
    import mxedu
    sys.modules["mxnet"] = mxedu

    import mxnet as mx
    from mxnet import autograd, gluon, init, nd
    from mxnet.gluon import nn
    from mxnet.gluon.data import DataLoader
    from mxnet.gluon.parameter import Parameter
    from mxnet.ndarray import NDArray
    from mxnet.ndarray.ndarray import NDArray as again
    from mxnet.ndarray import sgd_update
    from mxnet.ndarray.contrib import adamw_update
    import mxnet.ndarray.random
    import mxnet.ndarray as F
    import mxnet.init
    import mxnet.gluon.utils

    assert again is NDArray is mxedu.nd.NDArray and mxnet.ndarray.random is mxedu.random
    assert nn is mxedu.gluon.nn and F is nd is mxedu.nd and Parameter is mxedu.gluon.Parameter
    assert sgd_update is mx.nd.sgd_update is mxedu.optimizer.operators.sgd_update and adamw_update is nd.contrib.adamw_update
    assert mxedu.gluon.nn.__spec__.name == mxedu.gluon.nn.__name__ == "mxedu.gluon.nn"
    net = nn.Dense(1)
    net.initialize(init.Xavier())
    x = nd.ones((2, 3))
    with autograd.record():
        y = net(x)
    y.backward()
    assert isinstance(net.weight.grad(), NDArray)
    assert len([name for name in sys.modules if name.startswith("mxnet.")]) > 5
    assert len({id(m) for name, m in sys.modules.items() if name.endswith(".gluon.nn")}) == 1
    try:
        import mxnet.no_such_module
    except ModuleNotFoundError as error:
        print(error)
"""


def test_imports_from_mxnet_give_mxedus_modules_and_no_copies():
    done = subprocess.run([sys.executable, "-W", "error", "-c", textwrap.dedent(CODE)], capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout == "No module named 'mxedu.no_such_module'\n"


def test_second_names():
    import mxedu.init
    import mxedu.ndarray
    import mxedu.ndarray.random
    import mxedu.random

    assert mxedu.ndarray is sys.modules["mxedu.ndarray"] is mxedu.nd
    assert mxedu.random is mxedu.ndarray.random is mxedu.nd.random is sys.modules["mxedu.nd.random"]
    assert sys.modules["mxedu.init"] is mxedu.init is mxedu.initializer
