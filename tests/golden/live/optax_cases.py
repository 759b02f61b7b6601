"""optax's schedules, in float64."""

import jax
import optax

jax.config.update("jax_enable_x64", True)


def scheduled(draw, kind, schedule, options):
    steps = draw.randint(5, 110)
    function = schedule(**options)
    return kind, {"steps": steps, **options}, {"lr": [[float(function(t))] for t in range(steps)]}


def cycle(draw):
    return {"transition_steps": draw.randint(4, 100), "peak_value": draw.power(-4, 1),
            **draw.some(pct_start=draw.number(0.1, 0.6), div_factor=draw.power(0, 2), final_div_factor=draw.power(0, 5))}  # fmt: skip


def cosine_onecycle(draw):
    return scheduled(draw, "cosine_onecycle", optax.cosine_onecycle_schedule, cycle(draw))


def linear_onecycle(draw):
    return scheduled(draw, "linear_onecycle", optax.linear_onecycle_schedule, {**cycle(draw), **draw.some(pct_final=draw.number(0.7, 0.95))})


def piece(draw):
    warm = draw.randint(0, 20)
    return {"init_value": draw.choice([0.0, draw.power(-4, -2)]), "peak_value": draw.power(-2, 1), "warmup_steps": warm,
            "decay_steps": warm + draw.randint(1, 60)}  # fmt: skip


def warmup_cosine(draw):
    options = {**piece(draw), **draw.some(end_value=draw.power(-6, -2), exponent=draw.number(0.5, 3))}
    return scheduled(draw, "warmup_cosine", optax.warmup_cosine_decay_schedule, options)


def sgdr(draw):
    cycles = [{**piece(draw), "end_value": draw.choice([0.0, draw.power(-4, -2)])} for _ in range(draw.randint(1, 4))]
    return scheduled(draw, "sgdr", lambda cycles: optax.sgdr_schedule(cycles), {"cycles": cycles})


def exponential(draw):
    first, rate = draw.power(-4, 0), draw.number(0.2, 2.2)
    end = first * draw.uniform(0.01, 0.9) if rate < 1 else first * draw.uniform(1.1, 20)
    options = {"init_value": first, "transition_steps": draw.randint(1, 30), "decay_rate": rate,
               **draw.some(transition_begin=draw.randint(0, 10), staircase=draw.random() < 0.5, end_value=end)}  # fmt: skip
    return scheduled(draw, "exponential", optax.exponential_decay, options)


def warmup_exponential(draw):
    peak = draw.power(-2, 0)
    options = {"init_value": draw.choice([0.0, draw.power(-4, -2)]), "peak_value": peak, "warmup_steps": draw.randint(1, 15),
               "transition_steps": draw.randint(1, 30), "decay_rate": draw.number(0.2, 0.95),
               **draw.some(staircase=draw.random() < 0.5, transition_begin=draw.randint(0, 8), end_value=peak * draw.uniform(0.01, 0.9))}  # fmt: skip
    return scheduled(draw, "warmup_exponential", optax.warmup_exponential_decay_schedule, options)


def polynomial(draw):
    options = {"init_value": draw.power(-3, 0), "end_value": draw.choice([0.0, draw.power(-5, 0)]), "power": draw.choice([1.0, 2, draw.number(0.3, 3)]),
               "transition_steps": draw.randint(1, 40), **draw.some(transition_begin=draw.randint(0, 10))}  # fmt: skip
    return scheduled(draw, "polynomial", optax.polynomial_schedule, options)


FAMILIES = {"optax": [cosine_onecycle, linear_onecycle, warmup_cosine, sgdr, exponential, warmup_exponential, polynomial]}
