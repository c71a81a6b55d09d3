"""What a configuration says of a picture, and the sizes of its maps."""

from playground.nets.contract import OutputConfig
from playground.protocol.output import OutputSpec


def picture_of(config: OutputConfig) -> OutputSpec:
    """What a network of this configuration makes; raises ValueError where a side is no multiple of 4."""
    output = config.output()
    if output.height % 4 or output.width % 4:
        raise ValueError(
            f"the sides of pictures must be multiples of 4, got {output.height} x {output.width}: pad the data set's pictures"
        )
    return output


def places(output: OutputSpec, factor: int) -> int:
    """Pixels of a map whose sides are smaller by the factor."""
    return (output.height // factor) * (output.width // factor)
