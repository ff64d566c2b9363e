/** A picture for each scene: where it comes from, and how it is painted over a canvas. */

import { useEffect, useRef, useState } from "react";
import { fileAddress, fileOf, filmOf, type Job, posterOf } from "../../api/jobs";
import { uploadPicture } from "../../api/uploads";
import type { Board } from "../../film/board";
import { MOVES } from "../../film/moves";
import type { Shot } from "../../film/shot";
import { framesIn, middleOf, spansIn } from "../../film/timeline";
import type { Paint } from "../../film/transitions";
import { type Sheet, sheetOf, tileAt } from "../../film/sheet";
import { taken } from "./taken";

/** A part of a loaded picture, in its pixels. */
export interface Still {
  image: HTMLImageElement | HTMLCanvasElement;
  x: number;
  y: number;
  width: number;
  height: number;
  /** Where the sheet is that this picture, taken out of the film, stands in for. */
  of?: string;
}

export type Stills = ReadonlyMap<string, Still>;

/** The picture of the clip that a film goes on from, among those of its scenes. */
export const LEAD = "lead";

/** Where the picture of a scene is: of the scene painted alone, of the film that was made, or of what it begins with. */
interface Place {
  source: string;
  /** Which moment of a sprite sheet, as a share of the film. */
  tile?: { sheet: Sheet; share: number };
  /** The film itself, and which second of it: a larger picture, that takes longer. */
  film?: { source: string; second: number };
}

export function placesOf(board: Board, film: Job | null, unseen: ReadonlySet<string>): Map<string, Place> {
  const found = new Map<string, Place>();
  const sprite = film === null ? null : fileOf(film, "sprite");
  const own = film !== null && film.spec.scenes.length === board.shots.length ? sightsOf(film, board.extend?.frames ?? 0) : null;
  if (board.extend !== null) found.set(LEAD, { source: uploadPicture(board.extend) });
  for (const [index, { id, given }] of board.shots.entries()) {
    const [take, sight] = [board.takes[id], own?.[index]];
    if (take !== undefined && !unseen.has(id)) found.set(id, { source: `/api/jobs/${take.job}/preview.jpg?for=${take.sent}` });
    else if (film !== null && sprite !== null && sight !== undefined) found.set(id, { source: fileAddress(film, sprite.name), ...sight });
    else if (film !== null && board.shots.length === 1 && posterOf(film) !== null) found.set(id, { source: posterOf(film) as string });
    else if (given !== null) found.set(id, { source: uploadPicture(given) });
  }
  return found;
}

/** Where in a film each scene is seen alone, behind `lead` frames of the clip that it goes on from. */
function sightsOf(film: Job, lead: number): Pick<Place, "tile" | "film">[] {
  const layout = spansIn(film.spec);
  const frames = lead + framesIn(film.spec);
  const made = filmOf(film);
  return layout.map((_, index) => {
    const middle = lead + middleOf(layout, index) + 0.5;
    return {
      tile: { sheet: sheetOf(frames), share: middle / Math.max(1, frames) },
      ...(made !== null && index < MOST_SHARP && { film: { source: fileAddress(film, made.name), second: middle / film.spec.fps } }),
    };
  });
}

/** Scenes whose pictures are taken out of the film: a browser has to look for each. */
const MOST_SHARP = 40;

/** Pictures of scenes as they are there; one that can't be had is asked for again while `fresh` changes. */
export function useStills(board: Board, film: Job | null, unseen: ReadonlySet<string>, fresh: unknown): Stills {
  const [stills, setStills] = useState<Stills>(new Map());
  const places = placesOf(board, film, unseen);
  const wanted = JSON.stringify([...places]);
  /** What was taken out of films, so that nothing is looked for twice. */
  const seen = useRef(new Map<string, string>());
  useEffect(() => {
    let left = false;
    const asked = new Map(JSON.parse(wanted) as [string, Place][]);
    setStills((before) => new Map([...before].filter(([id]) => asked.has(id))));
    for (const [id, place] of asked) {
      const image = new Image();
      image.onload = () => {
        if (!left) setStills((before) => (before.get(id)?.of === place.source && place.film !== undefined ? before : new Map([...before, [id, cut(image, place)]])));
      };
      image.src = place.source;
    }
    const sharp = [...asked].flatMap(([id, { source, film: sight }]) => (sight === undefined || seen.current.get(id) === JSON.stringify(sight) ? [] : [{ id, of: source, ...sight }]));
    const stop = taken(sharp, ({ id, source, second }, still) => {
      seen.current.set(id, JSON.stringify({ source, second }));
      setStills((before) => new Map([...before, [id, still]]));
    });
    return () => {
      left = true;
      stop();
    };
  }, [wanted, fresh]);
  return stills;
}

function cut(image: HTMLImageElement, { tile }: Place): Still {
  if (tile === undefined) return { image, x: 0, y: 0, width: image.naturalWidth, height: image.naturalHeight };
  return { image, ...tileAt(tile.sheet, tile.share, image.naturalWidth, image.naturalHeight) };
}

/** Paint a scene `seconds` after its beginning: its picture with the camera's move, its words where it has none. */
export function painting(shot: Shot, still: Still | undefined, seconds: number): Paint {
  return (ground) => {
    const { width, height } = ground.canvas;
    ground.save();
    ground.fillStyle = "#14121f";
    ground.fillRect(0, 0, width, height);
    if (still === undefined) written(ground, shot.prompt || "No words yet", shot.title === null ? 0.5 : 0.78);
    else {
      const { zoom, pan, rotate } = MOVES[shot.move];
      // A picture that goes out of its frame leaves a hole: it is held a little larger than that needs.
      const room = 1 + Math.max(Math.abs(pan[0]), Math.abs(pan[1]), zoom < 1 ? 1 - zoom : 0, Math.abs(rotate) / 200) * Math.max(0, shot.duration);
      ground.translate(width / 2, height / 2);
      ground.rotate((-rotate * seconds * Math.PI) / 180);
      ground.scale(room * zoom ** seconds, room * zoom ** seconds);
      ground.translate(-width / 2 - pan[0] * seconds * width, -height / 2 - pan[1] * seconds * height);
      covering(ground, still);
    }
    ground.restore();
    titled(ground, shot, seconds);
  };
}

/** Fill the canvas with a picture; what of it is too much is cut evenly. */
export function covering(ground: CanvasRenderingContext2D, { image, x, y, width, height }: Still): void {
  const { width: wide, height: tall } = ground.canvas;
  const share = Math.min(width / wide, height / tall);
  const [across, down] = [wide * share, tall * share];
  ground.drawImage(image, x + (width - across) / 2, y + (height - down) / 2, across, down, 0, 0, wide, tall);
}

function written(ground: CanvasRenderingContext2D, words: string, down: number): void {
  const { width, height } = ground.canvas;
  const size = Math.max(11, height / 16);
  ground.fillStyle = "rgb(242 242 245 / 76%)";
  ground.font = `300 ${size}px "Geist Variable", sans-serif`;
  ground.textAlign = "center";
  ground.textBaseline = "middle";
  const lines = broken(ground, words, width * 0.8).slice(0, 4);
  for (const [number, line] of lines.entries()) ground.fillText(line, width / 2, height * down + (number - (lines.length - 1) / 2) * size * 1.35);
}

function broken(ground: CanvasRenderingContext2D, words: string, width: number): string[] {
  const lines: string[] = [""];
  for (const word of words.split(/\s+/)) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (ground.measureText(longer).width <= width || lines.at(-1) === "") lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Size as a share of the height, place as shares of both, and where the words are held. */
const TITLES = { title: [0.11, 0.5, 0.5, "center"], "lower-third": [0.06, 0.06, 0.84, "left"], caption: [0.05, 0.5, 0.92, "center"] } as const;

function titled(ground: CanvasRenderingContext2D, { title }: Shot, seconds: number): void {
  if (title === null || title.text === "") return;
  const { width, height } = ground.canvas;
  const [size, x, y, align] = TITLES[title.style];
  ground.save();
  ground.globalAlpha = Math.min(1, Math.max(0, seconds) * 2 + 0.15);
  ground.font = `500 ${size * height}px "Geist Variable", sans-serif`;
  ground.textAlign = align;
  ground.textBaseline = "middle";
  ground.shadowColor = "rgb(0 0 0 / 70%)";
  ground.shadowBlur = height * 0.03;
  ground.fillStyle = "#fff";
  ground.fillText(title.text, width * x, height * y, width * 0.88);
  ground.restore();
}
