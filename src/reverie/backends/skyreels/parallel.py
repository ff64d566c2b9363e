"""One film's network over several devices: each holds all weights and a share of the tokens (context parallelism).

The library has no plan for this network: in diffusion forcing the modulation that enters a block has a row for each
token, so it is shared out with them; what comes out is gathered behind the last block, before it is modulated again.
"""

from __future__ import annotations

from typing import Any


def plan_of(network: Any) -> dict[str, Any]:
    """Return which of the network's tensors are shared out and gathered, and along which dimension."""
    from diffusers.models._modeling_parallel import ContextParallelInput as Share
    from diffusers.models._modeling_parallel import ContextParallelOutput as Gather

    rope = {place: Share(split_dim=1, expected_dims=4, split_output=True) for place in (0, 1)}
    return {
        "rope": rope,
        "blocks.0": {"hidden_states": Share(split_dim=1, expected_dims=3, split_output=False)},
        "blocks.*": {"temb": Share(split_dim=2, expected_dims=4, split_output=False)},
        f"blocks.{len(network.blocks) - 1}": Gather(gather_dim=1, expected_dims=3),
    }


def spread(network: Any) -> int:
    """Share the network's tokens out among the processes of this run, where `torchrun` began several; return how many.

    Attention is exchanged by heads (Ulysses, Jacobs et al. 2023), whose number has to be a multiple of the processes'.
    """
    from torch import distributed

    if not (distributed.is_available() and distributed.is_initialized()) or distributed.get_world_size() == 1:
        return 1
    from diffusers import ContextParallelConfig

    count = distributed.get_world_size()
    network.enable_parallelism(config=ContextParallelConfig(ulysses_degree=count), cp_plan=plan_of(network))
    return count
