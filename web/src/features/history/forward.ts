/** From a film that is kept to the next: as what another begins with, or as a storyboard. */

import type { Job, JobFile } from "../../api/jobs";
import { keep, load } from "../../drafts";
import { revived } from "../../film/document";
import { framesIn, goesOn } from "../../film/timeline";
import { go } from "../../route";
import { NEW, revive as reviveDraft } from "../create/draft";
import { revive as reviveShelf, taken } from "../films/shelf";

/** The film becomes the clip that the Create page goes on from. */
export function uses(job: Job, film: JobFile): void {
  const draft = load("create", reviveDraft);
  keep("create", { ...NEW, ...draft, way: "video", job: null, video: { id: `${job.id}/${film.name}`, name: job.title, kind: "video", fps: job.spec.fps, ...(!goesOn(job.spec) && { frames: framesIn(job.spec) }), picture: `/api/jobs/${job.id}/preview.jpg` } });
  go("/create");
}

/** The scenes of a film, or of a performance, to be changed and made again. */
export function opensBoard(job: Job): void {
  const board = revived({ ...job.spec, name: job.title }, job.title);
  keep("films", taken(load("films", reviveShelf), { ...board, ...(!job.live && { film: job.id }) }));
  go("/films");
}
