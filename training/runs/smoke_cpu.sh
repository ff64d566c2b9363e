#!/usr/bin/env bash
# Every stage once, in minutes, on pictures of 64 pixels: proof that the recipe runs, not a model to keep.
#     training/runs/smoke_cpu.sh FOLDER
set -euo pipefail
folder=${1:?a folder to work in}
python=${PYTHON:-python3}
small=(--preset smoke --device cpu)
pictures=$folder/train
held=$folder/held_out
tokenizer=$folder/tokenizer

"$python" -m training.render "$pictures" --count 32 --side 64
"$python" -m training.render "$held" --count 16 --side 64 --split seeds --workers 1
"$python" -m training.tokenizer "$tokenizer" --captions 2000
"$python" -m training.autoencoder "${small[@]}" --pictures "$pictures" --checkpoint "$folder/autoencoder.safetensors" --steps 12 --batch 4 --crop 48
"$python" -m training.autoencoder "${small[@]}" --pictures "$pictures" --checkpoint "$folder/autoencoder.safetensors" --steps 4 --batch 4 --crop 48
"$python" -m training.latents "$pictures" "${small[@]}" --autoencoder "$folder/autoencoder.safetensors" --tokenizer "$tokenizer" --sides 32 64
network=("${small[@]}" --pictures "$pictures" --tokenizer "$tokenizer")
"$python" -m training.words "${network[@]}" --checkpoint "$folder/words.safetensors" --steps 4 --batch 4
"$python" -m training.denoiser "${network[@]}" --checkpoint "$folder/denoiser.safetensors" --words "$folder/words.safetensors" --side 32 --cuts 0.5 --steps 6 --batch 4
"$python" -m training.denoiser "${network[@]}" --checkpoint "$folder/denoiser.safetensors" --side 64 --steps 4 --batch 4
"$python" -m training.tutor --preset smoke --device cpu --pictures "$pictures" --checkpoint "$folder/tutor.safetensors" --side 64 --steps 4 --batch 4
"$python" -m training.distill "${network[@]}" --teacher "$folder/denoiser.safetensors" --tutor "$folder/tutor.safetensors" --checkpoint "$folder/distilled.safetensors" --side 64 --steps 4 --batch 4 --own 0.5 --energy 0.05 --autoencoder "$folder/autoencoder.safetensors"
"$python" -m training.export "$folder/model" --preset smoke --autoencoder "$folder/autoencoder.safetensors" --painter "$folder/distilled.safetensors" --tokenizer "$tokenizer"
"$python" -m training.evaluate --model "$folder/model" --train "$pictures" --held-out "$held" --folder "$folder" --count 8 --epochs 1 --side 64 --device cpu
"$python" -m training.card "$folder/model" --evaluation "$folder/evaluation.json" --note "Not taught, only tried."
