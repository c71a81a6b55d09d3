"""Principal components, of which slider directions are made."""

from torch import Tensor, linalg

ENCODED = 4096  # real items whose latents are looked at


def principal_components(x: Tensor) -> tuple[Tensor, Tensor]:
    """Standard deviations (k,) and unit components (k, d) of rows x (n, d), largest first."""
    centred = (x - x.mean(0)).double()
    variances, vectors = linalg.eigh(centred.T @ centred / (len(x) - 1))
    deviations = variances.flip(0).clamp_min(0).sqrt()
    return deviations.float(), vectors.flip(1).T.float().contiguous()


def scaled_components(x: Tensor) -> Tensor:
    """Components (k, d) of rows x (n, d), each as long as the standard deviation along it."""
    deviations, components = principal_components(x)
    return components * deviations[:, None]
