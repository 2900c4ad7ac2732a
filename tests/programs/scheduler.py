"""Programs about learning-rate schedules."""


def factor_scheduler(mx):
    schedule = mx.lr_scheduler.FactorScheduler(step=3, factor=0.5, base_lr=1.0)
    return [schedule(t) for t in range(1, 14)]


def factor_scheduler_stops_at_its_floor(mx):
    schedule = mx.lr_scheduler.FactorScheduler(step=1, factor=0.1, stop_factor_lr=1e-2, base_lr=0.5)
    return [schedule(t) for t in range(1, 8)]


def factor_scheduler_defaults(mx):
    schedule = mx.lr_scheduler.FactorScheduler(2)
    return schedule.base_lr, [schedule(t) for t in range(1, 6)]


def factor_scheduler_asked_seldom(mx):
    schedule = mx.lr_scheduler.FactorScheduler(step=2, factor=0.9, base_lr=2.0)
    return [schedule(t) for t in (1, 5, 6, 20, 100)]


def factor_scheduler_with_warmup(mx):
    schedule = mx.lr_scheduler.FactorScheduler(step=20, factor=0.5, base_lr=1.0, warmup_steps=5, warmup_begin_lr=0.1)
    return [schedule(t) for t in list(range(1, 9)) + [20, 21, 40, 41]]


def multi_factor_scheduler(mx):
    schedule = mx.lr_scheduler.MultiFactorScheduler(step=[2, 5, 9], factor=0.1, base_lr=1.0)
    return [schedule(t) for t in range(1, 13)]


def multi_factor_scheduler_with_warmup(mx):
    schedule = mx.lr_scheduler.MultiFactorScheduler([4, 6], 0.5, base_lr=0.8, warmup_steps=3, warmup_begin_lr=0.2, warmup_mode="linear")
    return [schedule(t) for t in range(1, 10)], schedule.warmup_steps, schedule.warmup_begin_lr, schedule.warmup_final_lr


def poly_scheduler(mx):
    schedule = mx.lr_scheduler.PolyScheduler(max_update=10, base_lr=0.5)
    return [schedule(t) for t in range(1, 14)]


def poly_scheduler_options(mx):
    linear = mx.lr_scheduler.PolyScheduler(8, base_lr=1, pwr=1, final_lr=0.2)
    cubic = mx.lr_scheduler.PolyScheduler(8, base_lr=1, pwr=3, warmup_steps=3, warmup_begin_lr=0.4)
    return [linear(t) for t in range(1, 11)], [cubic(t) for t in range(1, 11)]


def cosine_scheduler(mx):
    schedule = mx.lr_scheduler.CosineScheduler(max_update=10, base_lr=0.3, final_lr=0.01)
    return [schedule(t) for t in range(1, 14)]


def cosine_scheduler_with_warmup(mx):
    linear = mx.lr_scheduler.CosineScheduler(10, warmup_steps=4, base_lr=0.3, final_lr=0.01)
    constant = mx.lr_scheduler.CosineScheduler(10, base_lr=0.3, warmup_steps=4, warmup_begin_lr=0.05, warmup_mode="constant")
    return [linear(t) for t in range(1, 13)], [constant(t) for t in range(1, 13)]


def warmup_from_the_start(mx):
    schedule = mx.lr_scheduler.CosineScheduler(20, base_lr=0.3, final_lr=0.01, warmup_steps=5)
    return [schedule(t) for t in range(6)]


def wrong_arguments(mx):
    s = mx.lr_scheduler
    answers = []
    for attempt in (
        lambda: s.FactorScheduler(step=0),
        lambda: s.FactorScheduler(step=1, factor=1.5),
        lambda: s.MultiFactorScheduler(step=[3, 2]),
        lambda: s.MultiFactorScheduler(step=[0, 2]),
        lambda: s.PolyScheduler(max_update=0),
        lambda: s.CosineScheduler(max_update=0),
        lambda: s.CosineScheduler(10, base_lr=0.1, warmup_steps=2, warmup_begin_lr=0.5),
        lambda: s.CosineScheduler(10, warmup_steps=-1),
        lambda: s.CosineScheduler(10, warmup_steps=2, warmup_mode="cubic"),
        lambda: s.FactorScheduler(step=1, factor=1),
    ):
        try:
            attempt()
            answers.append("accepted")
        except ValueError:
            answers.append("refused")
    return answers


def schedule_of_ones_own(mx):
    class Cyclical(mx.lr_scheduler.LRScheduler):
        def __init__(self, low, high, length):
            super().__init__(base_lr=low)
            self.low, self.high, self.length = low, high, length

        def __call__(self, t):
            position = abs(t % (2 * self.length) / self.length - 1)
            return self.low + (self.high - self.low) * (1 - position)

    schedule = Cyclical(0.1, 0.5, 4)
    return [schedule(t) for t in range(1, 12)], schedule.base_lr


def warmup_around_ones_own_schedule(mx):
    class SquareRoot(mx.lr_scheduler.LRScheduler):
        def __call__(self, t):
            if t < self.warmup_steps:
                return self.get_warmup_lr(t)
            return self.base_lr * (t + 1.0) ** -0.5

    schedule = SquareRoot(base_lr=0.5, warmup_steps=3, warmup_begin_lr=0.1)
    return [schedule(t) for t in range(1, 8)]


def schedule_in_an_optimizer(mx):
    nd = mx.nd
    schedule = mx.lr_scheduler.MultiFactorScheduler(step=[2, 4], factor=0.1, base_lr=1.0)
    sgd = mx.optimizer.SGD(lr_scheduler=schedule)
    rates, w = [sgd.learning_rate], nd.zeros((2,))
    for _ in range(6):
        sgd.update(0, w, nd.ones((2,)), sgd.create_state(0, w))
        rates.append(sgd.learning_rate)
    return rates, w


def schedule_counts_the_most_updated_weight(mx):
    nd = mx.nd
    sgd = mx.optimizer.SGD(lr_scheduler=mx.lr_scheduler.FactorScheduler(2, 0.5, base_lr=1.0))
    a, b = nd.zeros((1,)), nd.zeros((1,))
    for k in range(6):
        sgd.update(0, a, nd.ones((1,)), None)
        if k % 3 == 2:
            sgd.update(1, b, nd.ones((1,)), None)
    return a, b, sgd.num_update, sgd.learning_rate


def given_learning_rate_becomes_the_base(mx):
    schedule = mx.lr_scheduler.FactorScheduler(step=2, factor=0.5, base_lr=0.01)
    sgd = mx.optimizer.SGD(learning_rate=0.8, lr_scheduler=schedule)
    before, w = schedule.base_lr, mx.nd.zeros((1,))
    for _ in range(4):
        sgd.update(0, w, mx.nd.ones((1,)), None)
    return before, w, sgd.learning_rate
