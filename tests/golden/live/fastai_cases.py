"""fastai v2: what its fits prescribe at each batch, and what its rules say of a curve."""

import math

import numpy
import torch
from fastai.basics import Adam, DataLoader, DataLoaders, Learner, SGD, nn, trainable_params
from fastai.callback.core import Callback
from fastai.callback.schedule import minimum, slide, steep, valley


class Watch(Callback):
    order = 61  # after the callback that moves the hyper-parameters

    def __init__(self):
        self.rows = []

    def before_batch(self):
        if self.training:
            self.rows.append([(float(group["lr"]), float(group["mom"])) for group in self.opt.hypers])


def fit(kind, params, method, *arguments, starts=(0,), **options):
    examples = list(zip(torch.zeros(2 * params["batches_per_epoch"], 2), torch.zeros(2 * params["batches_per_epoch"], 1)))
    loaders = DataLoaders(DataLoader(examples, bs=2), DataLoader(examples[:2], bs=2))
    model = nn.Sequential(*[nn.Linear(2, 2) for _ in range(params["groups"] - 1)], nn.Linear(2, 1))
    split = (lambda m: [list(layer.parameters()) for layer in m]) if params["groups"] > 1 else trainable_params
    learner = Learner(loaders, model, loss_func=nn.MSELoss(), opt_func=Adam if params["optimizer"] == "adam" else SGD, splitter=split)
    watch = Watch()
    learner.add_cb(watch)
    with learner.no_bar(), learner.no_logging():
        getattr(learner, method)(*arguments, **options)
    expected = {"lr": [[lr for lr, _ in row] for row in watch.rows], "momentum": [[momentum for _, momentum in row] for row in watch.rows],
                "phase_starts": list(starts), "lr_after": [float(group["lr"]) for group in learner.opt.hypers]}  # fmt: skip
    return kind, {**params, **options}, expected


def common(draw, batches=40):
    return {"batches_per_epoch": draw.randint(3, batches), "groups": draw.choice([1, 1, 2, 3, 4]), "optimizer": draw.choice(["sgd", "adam"])}


def rates(draw, groups):
    """As the case says it, and as fastai takes it."""
    top = draw.power(-4, 0)
    kind = draw.choice(["one", "range", "half", "list"]) if groups > 1 else "one"
    if kind == "one":
        return top, top
    if kind == "list":
        each = [top * 10 ** (i + 1 - groups) for i in range(groups)]
        return each, numpy.array(each)
    low = top / draw.choice([7, 10, 100]) if kind == "range" else None
    return {"slice": [low, top]}, slice(low, top)


def one_cycle(draw):
    params, epochs = common(draw), draw.randint(1, 4)
    said, given = rates(draw, params["groups"])
    options = draw.some(pct_start=draw.number(0.05, 0.95), div=draw.power(0, 2), div_final=draw.power(0, 6),
                        moms=(draw.number(0.8, 0.99), draw.number(0.5, 0.9), draw.number(0.8, 0.99)))  # fmt: skip
    return fit("one_cycle", {**params, "epochs": epochs, "lr_max": said}, "fit_one_cycle", epochs, given, **options)


def flat_cos(draw):
    params, epochs = common(draw), draw.randint(1, 4)
    said, given = rates(draw, params["groups"])
    options = draw.some(pct_start=draw.number(0.05, 0.95), div_final=draw.power(0, 6))
    return fit("flat_cos", {**params, "epochs": epochs, "lr": said}, "fit_flat_cos", epochs, given, **options)


def sgdr(draw):
    params, cycles, length = common(draw, batches=15), draw.randint(1, 3), draw.randint(1, 2)
    said, given = rates(draw, params["groups"])
    options = draw.some(cycle_mult=draw.choice([2, 3]))
    params |= {"n_cycles": cycles, "cycle_len": length, "lr_max": said}
    kind, params, expected = fit("sgdr", params, "fit_sgdr", cycles, length, given, **options)
    firsts = [0]
    for cycle in range(cycles - 1):
        firsts.append(firsts[-1] + length * options.get("cycle_mult", 2) ** cycle * params["batches_per_epoch"])
    late = [first for first in firsts if expected["lr"][first][-1] < 1e-6 * expected["lr"][0][-1]]  # for want of digits
    return kind, params, {**expected, "cycle_first_batches": firsts, "restart_one_batch_late": late}


def fine_tune(draw):
    params, epochs = common(draw, batches=20), draw.randint(1, 4)
    options = draw.some(pct_start=draw.number(0.05, 0.95), div=draw.power(0, 2), lr_mult=draw.choice([1, 10, 33, 100]),
                        freeze_epochs=draw.randint(1, 3), base_lr=draw.power(-4, -1))  # fmt: skip
    starts = (0, options.get("freeze_epochs", 1) * params["batches_per_epoch"])
    return fit("fine_tune", {**params, "epochs": epochs}, "fine_tune", epochs, starts=starts, **options)


def curve(draw):
    """Rates and losses of a sweep, more or less as they are."""
    count = draw.choice([30, 60, 100, 150])
    low, high = draw.power(-8, -5), draw.power(-1, 1.3)
    lrs = [low * (high / low) ** (k / count) for k in range(count)]
    noise, middle, blow_up = draw.choice([0.0005, 0.08]), draw.uniform(0.3, 0.7), draw.choice([0, 60])
    losses = [(2.3 - 1.8 / (1 + math.exp(15 * (middle - k / count))) + (math.exp(blow_up * (k / count - 0.85)) if blow_up else 0))
              * draw.gauss(1, noise) for k in range(count)]  # fmt: skip
    taken = draw.choice([count, draw.randint(20, count)])
    if draw.random() < 0.2:
        losses[draw.randrange(taken // 2, taken)] = draw.choice([math.nan, math.inf])
    return lrs[:taken], losses[:taken], count


def answer(rule, lrs, losses, count):
    try:
        return float(rule(torch.tensor(lrs, dtype=torch.float64), torch.tensor(losses, dtype=torch.float64), count)[0])
    except Exception as error:  # of many kinds: that it fails is its answer
        return {"error": type(error).__name__}


def suggest(draw):
    rules = {"minimum": minimum, "steep": steep, "valley": valley, "slide": slide}
    lrs, losses, count = curve(draw)
    cut = slice(count // 10, -5)  # as lr_find does, and then all from the first NaN on
    end = next((k for k, loss in enumerate(losses[cut]) if math.isnan(loss)), None)
    asked = {name: answer(rule, lrs[cut][:end], losses[cut][:end], count) for name, rule in rules.items()}
    whole = {name: answer(rule, lrs, losses, count) for name, rule in rules.items()}
    expected = {"fastai2": {"pipeline_float64": asked, "pipeline_float32": {}, "full_curve_float64": whole},
                "ill_conditioned": ["fastai1", "torch_lr_finder", "ignite", "lightning"]}  # fmt: skip
    return "synthetic", {"num_it": count, "lrs": lrs, "losses": losses}, expected


FAMILIES = {"fastai2_fit": [one_cycle, flat_cos, sgdr, fine_tune], "lrfind_suggest": [suggest]}
