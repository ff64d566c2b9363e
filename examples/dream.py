"""Dream from Python: a prompt in, a film out, and how it went."""

import reverie

# Worlds renders what it dreams, and starts at once; a folder in the hub's format is a network.
dream = reverie.dream("a coral reef at dusk", seconds=2, fps=12, size="draft", seed=7, model="worlds")
report = dream.save("reef.mp4")

print(f"{report.files[0]}: {sum(report.frames.values())} frames by {report.backend}, seed {report.seed}")
print(f"brightness went from {report.vitals[0].brightness:.2f} to {report.vitals[-1].brightness:.2f}")
