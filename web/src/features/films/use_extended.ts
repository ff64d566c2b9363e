import { useEffect, useEffectEvent } from "react";
import { getJob } from "../../api/jobs";
import { getUpload } from "../../api/uploads";
import type { Board } from "../../film/board";
import type { Given } from "../../film/shot";
import { framesIn, goesOn } from "../../film/timeline";
import { givenBy } from "../making/use_upload";

/** Learn what the clip is that a film goes on from, where a document named it by its id alone. */
export function useExtended({ id, extend }: Board, edit: (change: (board: Board) => Board) => void): void {
  const learnt = useEffectEvent((known: Given) => edit((before) => (before.id === id && before.extend?.id === known.id ? { ...before, extend: known } : before)));
  const unknown = extend !== null && extend.frames === undefined ? extend.id : null;
  useEffect(() => {
    if (unknown === null) return;
    let left = false;
    factsOf(unknown).then(
      (known) => !left && learnt(known),
      () => undefined,
    );
    return () => {
      left = true;
    };
  }, [unknown]);
}

async function factsOf(id: string): Promise<Given> {
  const [job, file] = id.split("/");
  if (job === undefined || file === undefined) {
    const there = await getUpload(id);
    return givenBy(there, there.name);
  }
  const { spec, title } = await getJob(job);
  const frames = framesIn(spec);
  const known = goesOn(spec) ? {} : { frames, seconds: frames / spec.fps };
  return { id, name: title, kind: "video", picture: `/api/jobs/${job}/preview.jpg`, fps: spec.fps, ...known };
}
