/** What is being asked for on the Create page. */

import { patched } from "../../drafts";
import { type MoveName } from "../../film/moves";
import { anySeed, CUT, type Given, shot } from "../../film/shot";
import { AS_IT_IS, type Heard } from "../../film/sound";
import { wishesOf, type Wishes } from "../../film/wishes";

export type Way = "text" | "image" | "video";
export type Deed = "extend" | "repaint";
export type Style = "keys" | "dream";

export interface Draft {
  way: Way;
  prompt: string;
  negative_prompt: string;
  seconds: number;
  preset: string;
  /** The preset of a film of a picture or a clip; empty for the size that has. */
  shape: string;
  model: string;
  style: Style;
  move: MoveName;
  /** Null chooses another one each time. */
  seed: number | null;
  /** How many films at once, each with a seed of its own. */
  count: number;
  image: Given | null;
  video: Given | null;
  deed: Deed;
  sound: Heard;
  options: Record<string, unknown>;
  /** The film that the screen shows. */
  job: string | null;
}

export const NEW: Draft = {
  way: "text",
  prompt: "",
  negative_prompt: "",
  seconds: 4,
  preset: "draft",
  shape: "",
  model: "worlds",
  style: "keys",
  move: "in",
  seed: null,
  count: 1,
  image: null,
  video: null,
  deed: "extend",
  sound: AS_IT_IS,
  options: {},
  job: null,
};

export const revive = (kept: unknown): Draft => {
  const draft = patched(NEW, kept);
  return { ...draft, sound: patched(AS_IT_IS, draft.sound) };
};

/** What is given besides words, as the way in asks for it. */
export function givenOf(draft: Draft): Given | null {
  return { text: null, image: draft.image, video: draft.video }[draft.way];
}

/** What is missing before a film can be asked for, in words; null where nothing is. */
export function missing(draft: Draft): string | null {
  if (draft.way === "image" && draft.image === null) return "Choose a picture first.";
  if (draft.way === "video" && draft.video === null) return "Choose a clip first.";
  return draft.prompt.trim() === "" ? "A few words are needed." : null;
}

/** One request for each film that is wanted: the seeds follow on from the first. */
export function requestsOf(draft: Draft, seed: number = draft.seed ?? anySeed()): Wishes[] {
  return Array.from({ length: draft.count }, (_, number) => requestOf(draft, seed + number));
}

function requestOf(draft: Draft, seed: number): Wishes {
  const { way, deed, video, sound } = draft;
  const extended = way === "video" && deed === "extend" ? video : null;
  const repainted = way === "video" && deed === "repaint";
  const given = extended === null ? givenOf(draft) : null;
  const one = shot(draft.prompt, { seed, given, duration: draft.seconds, move: draft.move, negative_prompt: draft.negative_prompt, transition: CUT });
  const preset = way === "text" ? draft.preset : extended === null ? draft.shape : "";
  const { scenes, ...wishes } = wishesOf({ preset, model: draft.model, options: draft.options, shots: [one], sound: way === "video" ? sound : { ...sound, clips: true }, extend: extended });
  return {
    ...wishes,
    scenes: (scenes as Wishes[]).map(({ duration, move, ...scene }) => (repainted ? scene : extended === null ? { ...scene, duration, move } : { ...scene, duration })),
    ...(way === "text" && { style: draft.style }),
  };
}

/** What may be chosen: a clip that goes on is as it was, and one that is repainted has its own length and motion. */
export function choosable({ way, deed }: Draft): { size: boolean; seconds: boolean; move: boolean } {
  const [extended, repainted] = [way === "video" && deed === "extend", way === "video" && deed === "repaint"];
  return { size: !extended, seconds: !repainted, move: !extended && !repainted };
}
