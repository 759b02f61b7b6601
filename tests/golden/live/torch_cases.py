"""PyTorch's schedulers. Each function draws one case: its kind, its options and what PyTorch does."""

import math

import torch
from torch.optim import lr_scheduler
from torch.optim.swa_utils import SWALR

from options import without


def optimizer_of(rates, kind="sgd"):
    groups = [{"params": [torch.nn.Parameter(torch.zeros(1))], "lr": rate} for rate in rates]
    return torch.optim.Adam(groups) if kind == "adam" else torch.optim.SGD(groups, lr=rates[0], momentum=0.9)


def rates_of(optimizer):
    return [float(group["lr"]) for group in optimizer.param_groups]


def momenta_of(optimizer):
    return [float(group["momentum"] if "momentum" in group else group["betas"][0]) for group in optimizer.param_groups]


def trace(optimizer, steps, move, momentum=False):
    """Rates in force at each update; `move(t)` comes after update t."""
    expected = {"lr": [], "momentum": []}
    for t in range(steps):
        expected["lr"].append(rates_of(optimizer))
        expected["momentum"].append(momenta_of(optimizer))
        optimizer.step()
        move(t)
    expected |= {"lr_after": rates_of(optimizer), "momentum_after": momenta_of(optimizer)}
    return expected if momentum else without(expected, "momentum", "momentum_after")


def made(optimizer, part):
    return getattr(lr_scheduler, part["type"])(optimizer, **without(part, "type"))


def alone(draw, kind, scheduler, options):
    params = {"initial_lr": draw.rates(), "steps": draw.randint(2, 120), **options}
    optimizer = optimizer_of(params["initial_lr"])
    schedule = getattr(lr_scheduler, scheduler)(optimizer, **options)
    return kind, params, trace(optimizer, params["steps"], lambda _: schedule.step())


def one_cycle(draw):
    three, strategy, groups = draw.random() < 0.4, draw.choice(["cos", "linear"]), draw.choice([1, 1, 2, 3])
    steps = draw.randint(5, 150)
    # Where the rising phase has no length, the peer divides by zero.
    options = {"anneal_strategy": strategy, "three_phase": three, "cycle_momentum": draw.random() < 0.8,
               "pct_start": draw.number(max(0.02, 1.2 / steps), 0.48 if three else 0.98),
               "div_factor": draw.power(0, 2.5), "final_div_factor": draw.power(0, 5),
               "base_momentum": draw.number(0.5, 0.9), "max_momentum": draw.number(0.9, 0.99)}  # fmt: skip
    peaks, kind = draw.rates(groups), draw.choice(["sgd", "adam"])
    peak = peaks if groups > 1 else peaks[0]
    optimizer = optimizer_of([0.1] * groups, kind)
    schedule = lr_scheduler.OneCycleLR(optimizer, peak, total_steps=steps, **options)
    expected = trace(optimizer, steps, lambda _: schedule.step(), momentum=True)
    expected["scheduler_call_n_plus_1"] = {"error": "ValueError"}
    params = {"optimizer": kind, "groups": groups, "max_lr": peak, "total_steps": steps, **options}
    return f"{'three' if three else 'two'}_phase_{strategy}", params, expected


def cyclic(draw):
    groups, mode, kind = draw.choice([1, 1, 2]), draw.choice(["triangular", "triangular2", "exp_range"]), draw.choice(["sgd", "adam"])
    base = draw.rates(groups)
    each = lambda values: values if groups > 1 else values[0]
    options = {"base_lr": each(base), "max_lr": each([rate * draw.number(1, 20) for rate in base]),
               "step_size_up": draw.randint(1, 30), "step_size_down": draw.choice([None, draw.randint(1, 30)]), "mode": mode,
               "gamma": draw.number(0.8, 1) if mode == "exp_range" else 1.0, "cycle_momentum": draw.random() < 0.8,
               "base_momentum": each([draw.number(0.5, 0.85) for _ in base]),
               "max_momentum": each([draw.number(0.85, 0.99) for _ in base])}  # fmt: skip
    steps = draw.randint(5, 150)
    optimizer = optimizer_of([0.1] * groups, kind)
    schedule = lr_scheduler.CyclicLR(optimizer, **options)
    expected = trace(optimizer, steps, lambda _: schedule.step(), momentum=True)
    return mode, {"optimizer": kind, "groups": groups, "steps": steps, "scale_fn": None, "scale_mode": "cycle", **options}, expected


def cosine(draw):
    return alone(draw, "cosine", "CosineAnnealingLR", {"T_max": draw.randint(1, 60), **draw.some(eta_min=draw.power(-6, -3))})


def warm_restarts(draw):
    options = {"T_0": draw.randint(1, 30), **draw.some(T_mult=draw.randint(1, 4), eta_min=draw.power(-6, -3))}
    kind, params, expected = alone(draw, "warm_restarts", "CosineAnnealingWarmRestarts", options)
    return kind, {**params, "step_argument": None, "batches_per_epoch": None}, expected


def fractional_restarts(draw):
    options = {"T_0": draw.randint(1, 6), **draw.some(T_mult=draw.randint(1, 4), eta_min=draw.power(-6, -3))}
    batches, rates, steps = draw.randint(2, 9), draw.rates(), draw.randint(3, 120)
    optimizer = optimizer_of(rates)
    schedule = lr_scheduler.CosineAnnealingWarmRestarts(optimizer, **options)
    expected = trace(optimizer, steps, lambda t: schedule.step((t + 1) / batches))
    params = {"initial_lr": rates, "steps": steps, "batches_per_epoch": batches, **options}
    return "warm_restarts_fractional", params, expected


def step(draw):
    return alone(draw, "step", "StepLR", {"step_size": draw.randint(1, 30), **draw.some(gamma=draw.number(0.05, 1.2))})


def multistep(draw):
    milestones = [draw.randint(0, 60) for _ in range(draw.randint(0, 5))]
    return alone(draw, "multistep", "MultiStepLR", {"milestones": milestones, **draw.some(gamma=draw.number(0.1, 0.9))})


def exponential(draw):
    return alone(draw, "exponential", "ExponentialLR", {"gamma": draw.number(0.8, 1.06)})


def polynomial(draw):
    return alone(draw, "polynomial", "PolynomialLR", {"total_iters": draw.randint(1, 50), **draw.some(power=draw.number(0.2, 3))})


def linear(draw):
    options = draw.some(start_factor=draw.number(0.01, 1), end_factor=draw.number(0, 1), total_iters=draw.randint(1, 40))
    return alone(draw, "linear", "LinearLR", options)


def constant(draw):
    return alone(draw, "constant", "ConstantLR", draw.some(factor=draw.number(0.01, 1), total_iters=draw.randint(1, 40)))


def part(draw, restarts):
    """Of a composition."""
    return draw.choice([
        {"type": "LinearLR", "start_factor": draw.number(0.05, 1), "total_iters": draw.randint(1, 25), **draw.some(end_factor=draw.number(0.1, 1))},
        {"type": "ConstantLR", "factor": draw.number(0.1, 1), "total_iters": draw.randint(1, 25)},
        {"type": "ExponentialLR", "gamma": draw.number(0.85, 1.02)},
        {"type": "CosineAnnealingLR", "T_max": draw.randint(20, 100), **draw.some(eta_min=draw.power(-5, -3))},
        {"type": "StepLR", "step_size": draw.randint(1, 20), "gamma": draw.number(0.2, 0.9)},
        {"type": "PolynomialLR", "total_iters": draw.randint(5, 120), "power": draw.number(0.3, 2)},
        {"type": "MultiStepLR", "milestones": sorted(draw.sample(range(1, 50), 2)), "gamma": draw.number(0.2, 0.9)},
        *([{"type": "CosineAnnealingWarmRestarts", "T_0": draw.randint(1, 20), **draw.some(T_mult=draw.randint(1, 3))}] if restarts else []),
    ])  # fmt: skip


def sequential(draw):
    count = draw.randint(2, 4)
    params = {"initial_lr": draw.rates(), "steps": draw.randint(20, 80), "parts": [part(draw, True) for _ in range(count)],
              "milestones": sorted(draw.sample(range(1, 60), count - 1))}  # fmt: skip
    optimizer = optimizer_of(params["initial_lr"])
    schedule = lr_scheduler.SequentialLR(optimizer, [made(optimizer, each) for each in params["parts"]], params["milestones"])
    return "sequential", params, trace(optimizer, params["steps"], lambda _: schedule.step())


def chained(draw):
    params = {"initial_lr": draw.rates(), "steps": draw.randint(20, 60), "parts": [part(draw, False) for _ in range(draw.randint(2, 3))],
              "milestones": None}  # fmt: skip
    optimizer = optimizer_of(params["initial_lr"])
    schedule = lr_scheduler.ChainedScheduler([made(optimizer, each) for each in params["parts"]])
    expected = trace(optimizer, params["steps"], lambda _: schedule.step())
    rates = [rate for row in [*expected["lr"], expected["lr_after"]] for rate in row]
    return None if min(rates) < 0 else ("chained", params, expected)  # negative ones we refuse


def plateau(draw):
    mode, how, rates = draw.choice(["min", "max"]), draw.choice(["rel", "abs"]), draw.rates()
    level = draw.choice([1.0, 1.0, -1.0])
    metric = [level * math.exp(-t / draw.uniform(5, 40)) + draw.gauss(0, 0.05) for t in range(draw.randint(10, 70))]
    for odd in draw.sample([math.nan, math.inf], draw.choice([0, 0, 0, 1, 2])):
        metric[draw.randrange(len(metric))] = odd
    metric = [-value for value in metric] if mode == "max" else metric
    options = {"mode": mode, "factor": draw.number(0.05, 0.95), "patience": draw.randint(0, 8), "threshold": draw.choice([1e-4, 0.01, 0.0, 0.1]),
               "threshold_mode": how, "cooldown": draw.choice([0, 0, 1, 3, 6]), "min_lr": [draw.choice([0.0, 1e-3]) for _ in rates],
               "eps": draw.choice([1e-8, 1e-8, 1e-4])}  # fmt: skip
    optimizer = optimizer_of(rates)
    schedule = lr_scheduler.ReduceLROnPlateau(optimizer, **options)
    expected = trace(optimizer, len(metric), lambda t: schedule.step(metric[t]))
    return f"{mode}_{how}", {"initial_lr": rates, "metric": metric, **options}, expected


def swa(draw):
    after = draw.random() < 0.5
    first = draw.choice([{"type": "CosineAnnealingLR", "T_max": draw.randint(20, 60)}, {"type": "ExponentialLR", "gamma": draw.number(0.85, 1)},
                         {"type": "StepLR", "step_size": draw.randint(2, 10), "gamma": draw.number(0.3, 0.9)}])  # fmt: skip
    # Beside another scheduler, the peer's constructor sets a rate that needs no annealing at once.
    options = {"swa_lr": draw.power(-4, 0), **draw.some(anneal_epochs=draw.randint(1 if after else 0, 20), anneal_strategy=draw.choice(["cos", "linear"]))}
    start = draw.randint(1, 24) if after else None
    params = {"initial_lr": draw.rates(), "steps": draw.randint(25, 60), "first_scheduler": first if after else None, "swa_start": start}
    optimizer = optimizer_of(params["initial_lr"])
    before = made(optimizer, first) if after else None
    average = SWALR(optimizer, **options)
    expected = trace(optimizer, params["steps"], lambda t: (before if after and t < start else average).step())
    return "after_scheduler" if after else "alone", {**params, **options}, expected


FAMILIES = {
    "torch_onecycle": [one_cycle],
    "torch_cyclic": [cyclic],
    "torch_cosine": [cosine, warm_restarts, fractional_restarts],
    "torch_basic": [step, multistep, exponential, polynomial, linear, constant],
    "torch_compose": [sequential, chained],
    "torch_plateau": [plateau],
    "torch_swalr": [swa],
}
