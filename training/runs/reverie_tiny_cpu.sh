#!/usr/bin/env bash
# The recipe of the floor weights of reverie-tiny, on two CPU cores. Every stage resumes from its checkpoint.
#     training/runs/reverie_tiny_cpu.sh FOLDER
set -euo pipefail
folder=${1:?a folder to work in}
python=${PYTHON:-python3}
train=$folder/train
held=$folder/held_out
tokenizer=$folder/tokenizer
autoencoder=$folder/autoencoder.safetensors
denoiser=$folder/denoiser.safetensors
distilled=$folder/distilled.safetensors

[ -d "$train" ] || "$python" -m training.render "$train" --count 9000
[ -d "$held" ] || "$python" -m training.render "$held" --count 480 --split seeds
[ -d "$tokenizer" ] || "$python" -m training.tokenizer "$tokenizer"
"$python" -m training.autoencoder --checkpoint "$autoencoder" --minutes 15 --batch 8 --lr 8e-4 --jitter 0.02
"$python" -m training.autoencoder --pictures "$train" --checkpoint "$autoencoder" --minutes 15 --batch 8 --lr 8e-4 --jitter 0.02
"$python" -m training.latents "$train" --autoencoder "$autoencoder" --tokenizer "$tokenizer"
network=(--pictures "$train" --tokenizer "$tokenizer")
"$python" -m training.denoiser "${network[@]}" --checkpoint "$denoiser" --side 128 --minutes 25 --batch 64 --lr 6e-4
"$python" -m training.denoiser "${network[@]}" --checkpoint "$denoiser" --side 256 --minutes 20 --batch 16 --lr 3e-4
"$python" -m training.distill "${network[@]}" --teacher "$denoiser" --checkpoint "$distilled" --minutes 12 --batch 16 --lr 1e-4
"$python" -m training.export src/reverie/models/weights/reverie-tiny --autoencoder "$autoencoder" --painter "$distilled" --tokenizer "$tokenizer"
"$python" -m training.evaluate --train "$train" --held-out "$held" --folder "$folder/evaluation"
