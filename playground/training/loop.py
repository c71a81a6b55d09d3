"""The training loop of every family: phases in order, a moving average of the weights, resume, and a cost ledger.

A run lives in one folder: run.safetensors (weights, moving average, optimiser state) and run.json (step, seconds). Batches and
noise of step s depend on (seed, s) alone, so a resumed run continues exactly where the other stopped.
"""

import copy
import json
import math
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from playground.datasets.base import Data
from playground.datasets.recipe import Recipe
from playground.errors import PlaygroundError
from playground.models.base import Phase, Trainable

SAVE_EVERY_S = 60.0


@dataclass(frozen=True)
class Progress:
    """Where a run is: finished steps, seconds spent so far, and the last logged numbers."""

    step: int
    steps: int
    seconds: float
    numbers: dict[str, float]


def train(
    recipe: Recipe,
    data: Data,
    folder: Path,
    *,
    resume: bool = False,
    steps: int | None = None,
    device: str = "cpu",
    report: Callable[[Progress], None] = lambda progress: None,
) -> tuple[Trainable, dict]:
    """Train to ``steps`` (the recipe's by default) and return the averaged model (CPU) and its cost ledger.

    ``resume`` continues the run saved in ``folder``; without it an existing run there is an error, so nothing is lost.
    """
    run = Run(recipe, data, device)
    if (folder / "run.json").exists():
        if not resume:
            raise PlaygroundError(f"{folder} already holds a run: continue it with --resume, or remove the folder.")
        run.load(folder)
    until = recipe.steps if steps is None else min(steps, recipe.steps)
    while run.step < until:
        progress = run.advance(until, SAVE_EVERY_S)
        run.save(folder)
        report(progress)
    return run.model_so_far(), run.ledger()


class Run:
    """One training run in memory, advanced in slices: how long those are has no influence on what is learnt."""

    def __init__(self, recipe: Recipe, data: Data, device: str = "cpu"):
        torch.manual_seed(recipe.seed)
        self.recipe, self.device = recipe, device
        self.model = recipe.build().to(device)
        self.inputs, self.labels = data.training_tensors()
        self.model.start_from_data(as_items(self.inputs), self.labels)
        self.average = recipe.build().to(device)
        self.average.adopt(data)
        self.average.load_state_dict(self.model.state_dict())
        self.phases: list[Phase] = self.model.phases()
        self.optimisers = [_optimisers(recipe, phase) for phase in self.phases]
        self.step, self.seconds, self.flops_per_step = 0, 0.0, 0.0
        self.numbers: dict[str, float] = {}
        self._start_batches()

    def _start_batches(self) -> None:
        self.batches = batch_indices(len(self.inputs), self.recipe.batch_size, self.recipe.seed, self.step)

    def advance(self, until: int, seconds: float) -> Progress:
        """Train to step ``until``, or as far as it comes in so many seconds, one step at least; raises PlaygroundError.

        That is when a number is no longer finite: then the run is beyond saving.
        """
        started = time.monotonic()
        while self.step < until:
            self._take_step()
            if time.monotonic() - started > seconds:
                break
        self.seconds += time.monotonic() - started
        return Progress(self.step, self.recipe.steps, self.seconds, dict(self.numbers))

    def _take_step(self) -> None:
        recipe, step = self.recipe, self.step
        index = next(self.batches)
        batch = as_items(self.inputs[index].to(self.device))
        target = self.labels[index].to(self.device)
        rate = learning_rate(recipe, step)
        counter = FlopCounter()
        for number, (phase, optimisers) in enumerate(zip(self.phases, self.optimisers)):
            generator = step_generator(recipe.seed, step, number)
            torch.manual_seed(generator.initial_seed())  # for dropout, which takes no generator
            with counter if self.flops_per_step == 0.0 else nullcontext():  # one step is counted, the others are alike
                with (
                    torch.autocast(torch.device(self.device).type, torch.bfloat16)
                    if recipe.precision == "bf16"
                    else nullcontext()
                ):
                    loss, logged = phase.loss(batch, target, generator)
                gradients = torch.autograd.grad(loss, list(phase.parameters))
            for parameter, gradient in zip(phase.parameters, gradients):
                parameter.grad = gradient
            for optimiser in optimisers:
                for group in optimiser.param_groups:
                    group["lr"] = rate * phase.learning_rate_factor
                optimiser.step()
            self.numbers |= {f"{phase.name}_loss": loss.item(), **logged}
        self.model.after_step()
        _move_average(self.average, self.model, step, recipe.average_steps)
        self.flops_per_step = self.flops_per_step or counter.total
        if not all(math.isfinite(value) for value in self.numbers.values()):
            raise PlaygroundError(f"Training of {recipe.id} left the finite numbers at step {step}: {self.numbers}.")
        self.step += 1

    def model_so_far(self) -> Trainable:
        """The averaged model on the CPU, ready to be used; the run may go on."""
        model = self.average if self.device == "cpu" else copy.deepcopy(self.average).cpu()
        return model.eval()

    def ledger(self) -> dict[str, Any]:
        """What the run has cost so far."""
        on_gpu = self.device.startswith("cuda")
        return {
            "seconds": round(self.seconds, 3),
            "device": torch.cuda.get_device_name() if on_gpu else f"CPU, {torch.get_num_threads()} thread(s)",
            "steps": self.step,
            "flops": self.flops_per_step * self.step,
        }

    def save(self, folder: Path) -> None:
        """Write the run into ``folder``, replacing what is there."""
        folder.mkdir(parents=True, exist_ok=True)
        tensors = {f"model.{k}": v.contiguous() for k, v in self.model.state_dict().items() if v.numel()}
        tensors |= {f"average.{k}": v.contiguous() for k, v in self.average.state_dict().items() if v.numel()}
        for i, optimiser in enumerate(chain(*self.optimisers)):
            for j, state in optimiser.state_dict()["state"].items():
                tensors |= {
                    f"optimiser.{i}.{j}.{k}": torch.as_tensor(v).contiguous() for k, v in state.items() if v is not None
                }
        partial = folder / "run.partial.safetensors"
        facts = {
            "recipe": json.dumps(self.recipe.describe()),
            "step": self.step,
            "seconds": self.seconds,
            "flops_per_step": self.flops_per_step,
        }
        save_file(tensors, partial, metadata={k: str(v) for k, v in facts.items()})
        partial.replace(folder / "run.safetensors")
        (folder / "run.json").write_text(json.dumps(facts, indent=1))

    def load(self, folder: Path) -> None:
        """Go on where the run saved in ``folder`` was; PlaygroundError when that followed another recipe."""
        facts = json.loads((folder / "run.json").read_text())
        if facts["recipe"] != json.dumps(self.recipe.describe()):
            raise PlaygroundError(
                f"The run in {folder} was started with another recipe: remove the folder to start anew."
            )
        tensors = load_file(folder / "run.safetensors")
        for prefix, module in (("model.", self.model), ("average.", self.average)):
            module.load_state_dict(
                {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}, strict=False
            )
        for i, optimiser in enumerate(chain(*self.optimisers)):
            state: dict[int, dict[str, Tensor]] = {}
            for key, tensor in tensors.items():
                if key.startswith(f"optimiser.{i}."):
                    _, _, j, name = key.split(".")
                    state.setdefault(int(j), {})[name] = tensor
            if state:
                optimiser.load_state_dict(optimiser.state_dict() | {"state": state})
        self.step, self.seconds, self.flops_per_step = facts["step"], facts["seconds"], facts["flops_per_step"]
        self._start_batches()


def step_generator(seed: int, step: int, phase: int) -> torch.Generator:
    """The noise of one phase of one step, the same whether the run was interrupted or not."""
    return torch.Generator().manual_seed(((seed * 1_000_003 + step) * 31 + phase) * 2_654_435_761 % 2**63)


class FlopCounter(TorchDispatchMode):
    """Sums the floating-point operations of matrix products and convolutions, double backward passes included."""

    total = 0.0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        if func._overloadpacket in flop_registry:
            self.total += flop_registry[func._overloadpacket](*args, **(kwargs or {}), out_val=result)
        return result


def as_items(inputs: Tensor) -> Tensor:
    """Inputs of a data set as losses take them: pictures of bytes become float32 in [0, 1], all else stays."""
    return inputs.float() / 255 if inputs.dtype == torch.uint8 else inputs


def batch_indices(n: int, batch_size: int, seed: int, first_step: int) -> Iterator[Tensor]:
    """Endless batches of indices from ``first_step`` on; each pass over the data has its own order, fixed by the seed."""
    per_pass = n // batch_size
    step = first_step
    while True:
        order = torch.randperm(n, generator=torch.Generator().manual_seed(seed * 7919 + step // per_pass))
        for i in range(step % per_pass, per_pass):
            yield order[i * batch_size : (i + 1) * batch_size]
            step += 1


def learning_rate(recipe: Recipe, step: int) -> float:
    """Linear warm-up, then a cosine from the full rate down to the final share; a linear cooldown, where one is asked for."""
    warm = min(1.0, (step + 1) / max(1, recipe.warmup_steps))
    low = recipe.final_learning_rate_factor
    cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, step / (recipe.schedule_steps or recipe.steps))))
    cool = min(1.0, (recipe.steps - step) / recipe.cooldown_steps) if recipe.cooldown_steps else 1.0
    return recipe.learning_rate * warm * cool * (low + (1 - low) * cosine)


def _optimisers(recipe: Recipe, phase: Phase) -> list[torch.optim.Optimizer]:
    """Those of one phase: one, or where the recipe asks for Muon, Muon for the phase's matrices and Adam for the rest.

    Muon (Jordan 2024) takes orthogonalised momentum; its steps are scaled to those of Adam (Liu et al. 2025, arXiv:2502.16982).
    """
    parameters = list(phase.parameters)
    if recipe.optimiser == "sgd":
        return [torch.optim.SGD(parameters, lr=recipe.learning_rate)]
    taken = {id(matrix) for matrix in phase.matrices} if recipe.optimiser == "muon" else set()
    rest = [parameter for parameter in parameters if id(parameter) not in taken]
    adam = torch.optim.Adam(rest, lr=recipe.learning_rate, betas=recipe.betas, eps=1e-8)
    if not taken:
        return [adam]
    muon = torch.optim.Muon(
        list(phase.matrices), lr=recipe.learning_rate, weight_decay=0.1, momentum=0.95, adjust_lr_fn="match_rms_adamw"
    )
    return [muon, adam]


@torch.no_grad()
def _move_average(average: nn.Module, model: nn.Module, step: int, time_constant: float) -> None:
    """average += (model - average) / time constant, faster in the first steps; whole-number buffers are copied."""
    share = max(1.0 / time_constant, 1.0 / (1.0 + step))
    old, new = average.state_dict(), model.state_dict()
    floats = [name for name, tensor in old.items() if tensor.is_floating_point() and tensor.numel()]
    torch._foreach_lerp_([old[name] for name in floats], [new[name] for name in floats], share)
    for name in old.keys() - set(floats):
        old[name].copy_(new[name])
