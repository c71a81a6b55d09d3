"""The partition function of a Boltzmann machine from both sides: where the two estimates differ, neither is sure."""

import torch
from torch import Tensor

from playground.datasets.evaluation import Report
from playground.metrics.ais import AisEstimate, Units, ais_log_z, reverse_ais_log_z
from playground.models.base import sample_generator
from playground.models.boltzmann import BoltzmannMachine

CHAINS = 100
SETTLED = 1000  # Gibbs steps from the stored chains to where annealing back starts


def anneal_both_ways(
    model: BoltzmannMachine, base: Tensor, betas: Tensor, units: Units, seed: int, report: Report
) -> tuple[AisEstimate, AisEstimate]:
    """Estimates of log Z by annealing from the base rates to the model, and back from its samples.

    base (visible,): the biases that fit the base rates; betas: the temperatures.
    """
    weights, b, c = model.plain_parameters()
    generator = torch.Generator().manual_seed(seed)
    report(f"annealing {CHAINS} chains over {len(betas):,} temperatures")
    forward = ais_log_z(weights, b, c, base, betas=betas, chains=CHAINS, generator=generator, units=units)
    report(f"log Z {forward.log_z:.2f} (standard error {forward.standard_error:.2f}); now the reverse")
    stored = model.unpacked(model.particles[torch.arange(CHAINS) % len(model.particles)])
    start, _ = model.gibbs(stored, SETTLED, 1.0, [sample_generator(seed, i) for i in range(CHAINS)])
    backward = reverse_ais_log_z(start, weights, b, c, base, betas=betas, generator=generator, units=units)
    report(f"log Z by annealing back {backward.log_z:.2f}")
    return forward, backward
