#!/usr/bin/env bash
# The recipe of the weights of reverie-tiny, for one CPU core from the network on. Every stage resumes from its checkpoint.
# The shipped weights came to the same place by more turns (training/LOG.md): this is the straight road, with the settings
# that they ended with.
#     training/runs/reverie_tiny_cpu.sh FOLDER
set -euo pipefail
folder=${1:?a folder to work in}
python=${PYTHON:-python3}
train=$folder/train
held=$folder/held_out
combinations=$folder/combinations
tokenizer=$folder/tokenizer
autoencoder=$folder/autoencoder.safetensors
words=$folder/words.safetensors
denoiser=$folder/denoiser.safetensors
tutor=$folder/tutor.safetensors
distilled=$folder/distilled.safetensors
weights=src/reverie/models/weights/reverie-tiny

[ -d "$train" ] || "$python" -m training.render "$train" --count 12000
[ -d "$held" ] || "$python" -m training.render "$held" --count 480 --split seeds
[ -d "$combinations" ] || "$python" -m training.render "$combinations" --count 240 --split combinations
[ -d "$tokenizer" ] || "$python" -m training.tokenizer "$tokenizer"

codec=(--pictures "$train" --checkpoint "$autoencoder" --batch 16 --textures 0.1 --sharp 0.15 --square 25)
"$python" -m training.autoencoder --checkpoint "$autoencoder" --minutes 15 --batch 8 --lr 8e-4 --jitter 0.02
"$python" -m training.autoencoder "${codec[@]}" --minutes 60 --lr 4e-4 --jitter 0.04 --again 4 --own 5
"$python" -m training.autoencoder "${codec[@]}" --minutes 30 --lr 5e-4 --jitter 0.02 --again 100000 --own 6 --decoder
"$python" -m training.latents "$train" --autoencoder "$autoencoder" --tokenizer "$tokenizer"

network=(--pictures "$train" --tokenizer "$tokenizer")
"$python" -m training.words "${network[@]}" --checkpoint "$words" --minutes 2 --batch 64 --lr 1e-3
"$python" -m training.denoiser "${network[@]}" --checkpoint "$denoiser" --words "$words" --side 128 --cuts 0.4 --minutes 120 --lr 5e-4
"$python" -m training.denoiser "${network[@]}" --checkpoint "$denoiser" --side 256 --minutes 70 --batch 8 --lr 3e-4 --keep 0.997
"$python" -m training.tutor --pictures "$train" --checkpoint "$tutor" --side 128 --cuts 0.5 --minutes 12 --batch 32
"$python" -m training.distill "${network[@]}" --teacher "$denoiser" --tutor "$tutor" --checkpoint "$distilled" --side 128 --cuts 0.75 --minutes 11 --lr 2e-4 --critic 0.1 --told 0.1 --skip 150
"$python" -m training.distill "${network[@]}" --teacher "$denoiser" --tutor "$tutor" --checkpoint "$distilled" --side 256 --minutes 45 --batch 8 --lr 1.5e-4 --critic 0.1 --told 0.1 --skip 150 --own 0.4 --autoencoder "$autoencoder"
"$python" -m training.export "$weights" --autoencoder "$autoencoder" --painter "$distilled" --tokenizer "$tokenizer"
"$python" -m training.evaluate --train "$train" --held-out "$held" --combinations "$combinations" --folder "$folder/evaluation"
"$python" -m training.card "$weights" --evaluation "$folder/evaluation/evaluation.json" --note "About six hours on one core of an AMD EPYC."
