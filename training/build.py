"""From a preset to the hub's own classes, so that what we train is what everybody can load."""

from __future__ import annotations

from diffusers import AutoencoderTiny, LCMScheduler, UNet2DConditionModel
from diffusers.models.unets.unet_2d_blocks import AutoencoderTinyBlock
from torch import nn
from transformers import CLIPTextConfig, CLIPTextModel

from training.presets import Preset

TOKENS = 32
BETA_START, BETA_END, TRAIN_STEPS = 1e-4, 0.02, 1000


def build_autoencoder(preset: Preset) -> AutoencoderTiny:
    """Return an untrained autoencoder whose latents have a quarter of the picture's sides."""
    autoencoder = AutoencoderTiny(
        encoder_block_out_channels=(preset.width,) * len(preset.encoder_blocks),
        decoder_block_out_channels=(preset.width,) * len(preset.decoder_blocks),
        num_encoder_blocks=preset.encoder_blocks,
        num_decoder_blocks=preset.decoder_blocks,
        latent_channels=preset.latent_channels,
        scaling_factor=1.0,
    )
    for layer in autoencoder.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    for block in autoencoder.modules():
        if isinstance(block, AutoencoderTinyBlock):
            block.conv[-1].weight.data.mul_(0.2)
    return autoencoder


def build_text_encoder(preset: Preset, vocabulary: int, end: int, padding: int) -> CLIPTextModel:
    """Return an untrained text encoder for a tokenizer of `vocabulary` pieces."""
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=vocabulary,
            hidden_size=preset.text_width,
            intermediate_size=4 * preset.text_width,
            num_hidden_layers=preset.text_layers,
            num_attention_heads=4,
            max_position_embeddings=TOKENS,
            projection_dim=preset.text_width,
            bos_token_id=end - 1,
            eos_token_id=end,
            pad_token_id=padding,
        )
    )


def build_network(preset: Preset) -> UNet2DConditionModel:
    """Return an untrained network: attention on the lowest levels, pooled text and guidance in the time embedding."""
    levels = len(preset.channels)
    attends = [level >= levels - preset.attention for level in range(levels)]
    network = UNet2DConditionModel(
        sample_size=64,
        in_channels=preset.latent_channels,
        out_channels=preset.latent_channels,
        block_out_channels=preset.channels,
        layers_per_block=1,
        down_block_types=tuple("CrossAttnDownBlock2D" if here else "DownBlock2D" for here in attends),
        up_block_types=tuple("CrossAttnUpBlock2D" if here else "UpBlock2D" for here in reversed(attends)),
        mid_block_type="UNetMidBlock2DCrossAttn",
        cross_attention_dim=preset.text_width,
        attention_head_dim=preset.heads,
        addition_embed_type="text",
        addition_embed_type_num_heads=4,
        norm_num_groups=preset.groups,
        resnet_time_scale_shift="scale_shift",
        time_cond_proj_dim=preset.guidance_width,
    )
    network.time_embedding.cond_proj.weight.data.zero_()
    return network


def build_scheduler() -> LCMScheduler:
    """Return the noise schedule: linear, steep enough that strength 0.6 hides a 64x64 latent's layout."""
    return LCMScheduler(
        num_train_timesteps=TRAIN_STEPS,
        beta_start=BETA_START,
        beta_end=BETA_END,
        beta_schedule="linear",
        prediction_type="v_prediction",
        clip_sample=False,
        set_alpha_to_one=True,
    )
