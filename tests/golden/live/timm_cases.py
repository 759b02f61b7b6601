"""timm's schedulers; see torch_cases.py."""

from timm import scheduler as timm

from torch_cases import optimizer_of, rates_of


def warm_up(draw):
    if draw.random() < 0.5:
        return {}
    return {"warmup_t": draw.randint(1, 10), **draw.some(warmup_lr_init=draw.power(-7, -4), warmup_prefix=draw.random() < 0.5)}


def cycles(draw):
    return {"t_initial": draw.randint(3, 60), **warm_up(draw),
            **draw.some(lr_min=draw.power(-6, -4), cycle_mul=draw.choice([1.0, 1.3, 1.5, 2.0, 3.0]), cycle_decay=draw.number(0.3, 1),
                        cycle_limit=draw.randint(1, 5))}  # fmt: skip


def scheduled(draw, kind, scheduler, options):
    params = {"initial_lr": [draw.power(-4, 0.5)], "steps": draw.randint(5, 130), "call": "step", **options}
    optimizer = optimizer_of(params["initial_lr"])
    schedule = scheduler(optimizer, **options)
    expected = {"lr": [rates_of(optimizer)]}
    for t in range(1, params["steps"]):
        schedule.step(t)
        expected["lr"].append(rates_of(optimizer))
    if "t_initial" in options:
        expected["cycle_length"] = schedule.get_cycle_length()
    return kind, params, expected


def cosine(draw):
    return scheduled(draw, "cosine", timm.CosineLRScheduler, {**cycles(draw), **draw.some(k_decay=draw.number(0.4, 2.5))})


def poly(draw):
    options = {**cycles(draw), **draw.some(k_decay=draw.number(0.4, 2.5), power=draw.number(0.3, 2.5))}
    return scheduled(draw, "poly", timm.PolyLRScheduler, options)


def tanh(draw):
    return scheduled(draw, "tanh", timm.TanhLRScheduler, {**cycles(draw), **draw.some(lb=draw.number(-8, -3), ub=draw.number(2, 5))})


def step(draw):
    options = {"decay_t": draw.choice([draw.randint(1, 20), draw.number(1, 10)]), "decay_rate": draw.number(0.2, 0.99), **warm_up(draw)}
    return scheduled(draw, "step", timm.StepLRScheduler, options)


FAMILIES = {"timm": [cosine, poly, tanh, step]}
