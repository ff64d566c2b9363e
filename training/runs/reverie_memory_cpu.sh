#!/usr/bin/env bash
# The recipe of the weights of the memory, for one CPU core: some forty minutes. It resumes from its checkpoint.
#     training/runs/reverie_memory_cpu.sh FOLDER
set -euo pipefail
folder=${1:?a folder to work in}
python=${PYTHON:-python3}
[ -d "$folder/clips" ] || "$python" -m training.clips "$folder/clips" --count 420
[ -d "$folder/held_out" ] || "$python" -m training.clips "$folder/held_out" --count 24 --split seeds
"$python" -m training.memory --clips "$folder/clips" --held-out "$folder/held_out" --checkpoint "$folder/memory.safetensors" --minutes 30 --batch 6 --lr 1.5e-3
"$python" -m training.remember src/reverie/models/weights/reverie-memory --memory "$folder/memory.safetensors"
