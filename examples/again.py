"""A film carries its spec, so it can be made again: the same bits, larger and slower, or with new pictures."""

from pathlib import Path

import reverie
from reverie.authoring.verbs import Remaster, performed_again, remastered

film = Path("dunes.mp4")
spec = reverie.dream("dunes under the stars", seconds=1, fps=12, size=(128, 128), seed=9, model="worlds").spec
reverie.render(spec, film)

reverie.render(film, "replayed.mp4")
reverie.render(remastered(spec, film, Remaster(size=(192, 192), slower=2)), "remastered.mp4")
reverie.render(performed_again(spec, seed=10), "again.mp4")

same = film.read_bytes() == Path("replayed.mp4").read_bytes()
print(f"the replay has {'the same bytes' if same else 'other bytes'}")
