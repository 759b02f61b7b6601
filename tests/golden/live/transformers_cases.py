"""The schedules of transformers; see torch_cases.py."""

from transformers import optimization

from torch_cases import optimizer_of, trace


def scheduled(draw, kind, schedule, options):
    params = {"initial_lr": [draw.power(-4, 0)], "steps": draw.randint(3, 110), **options}
    optimizer = optimizer_of(params["initial_lr"])
    moved = schedule(optimizer, **options)
    return kind, params, trace(optimizer, params["steps"], lambda _: moved.step())


def lengths(draw, shortest=1):
    warm = draw.randint(0, 20)
    return {"num_warmup_steps": warm, "num_training_steps": warm + draw.randint(shortest, 60)}


def wsd(draw):
    warm, fall = draw.randint(0, 20), draw.randint(1, 30)
    middle = draw.choice([{"num_stable_steps": draw.randint(0, 40)}, {"num_training_steps": warm + fall + draw.randint(0, 40)}])
    shapes = ["linear", "cosine", "1-sqrt"]
    options = {"num_warmup_steps": warm, "num_decay_steps": fall, **middle,
               **draw.some(warmup_type=draw.choice(shapes), decay_type=draw.choice(shapes), min_lr_ratio=draw.number(0, 0.3),
                           num_cycles=draw.choice([0.5, 1.5, draw.number(0.2, 2)]))}  # fmt: skip
    return scheduled(draw, "wsd", optimization.get_wsd_schedule, options)


def inverse_sqrt(draw):
    options = {"num_warmup_steps": draw.randint(0, 20), **draw.some(timescale=draw.randint(1, 60))}
    return scheduled(draw, "inverse_sqrt", optimization.get_inverse_sqrt_schedule, options)


def cosine(draw):
    options = {**lengths(draw), **draw.some(num_cycles=draw.choice([0.5, 1.5, draw.number(0.2, 2)]))}
    return scheduled(draw, "cosine_warmup", optimization.get_cosine_schedule_with_warmup, options)


def restarts(draw):
    options = {**lengths(draw, shortest=5), **draw.some(num_cycles=draw.randint(1, 5))}  # at least an iteration each
    return scheduled(draw, "cosine_restarts", optimization.get_cosine_with_hard_restarts_schedule_with_warmup, options)


def linear(draw):
    return scheduled(draw, "linear_warmup", optimization.get_linear_schedule_with_warmup, lengths(draw))


def polynomial(draw):
    options = {**lengths(draw), **draw.some(power=draw.number(0.3, 3), lr_end=draw.power(-8, -6))}
    return scheduled(draw, "polynomial_warmup", optimization.get_polynomial_decay_schedule_with_warmup, options)


FAMILIES = {"transformers": [wsd, inverse_sqrt, cosine, restarts, linear, polynomial]}
