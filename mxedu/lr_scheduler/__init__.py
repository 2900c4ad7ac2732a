"""Learning-rate schedules: functions of the number of updates, 1 for the first.

Any callable serves as an optimizer's `lr_scheduler`. `FactorScheduler`, `MultiFactorScheduler`, `PolyScheduler` and `CosineScheduler`
have MXNet's names, arguments and values; the others it has not. All but `PlateauScheduler` keep no state: ask them in any order, change
`base_lr` at any time, resume at any count.
"""

from .base import LRScheduler
from .chained import ChainedScheduler
from .cyclical import CosineRestartScheduler, CyclicalScheduler, OneCycleScheduler, TriangularScheduler
from .falling import CosineScheduler, FactorScheduler, MultiFactorScheduler, PolyScheduler, WarmupStableDecayScheduler
from .plateau import PlateauScheduler

__all__ = [
    "ChainedScheduler", "CosineRestartScheduler", "CosineScheduler", "CyclicalScheduler", "FactorScheduler", "LRScheduler",
    "MultiFactorScheduler", "OneCycleScheduler", "PlateauScheduler", "PolyScheduler", "TriangularScheduler", "WarmupStableDecayScheduler",
]  # fmt: skip
