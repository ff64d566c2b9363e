/** A picture for each scene: where it comes from, and how it is painted over a canvas. */

import { useEffect, useState } from "react";
import { fileAddress, fileOf, type Job, posterOf } from "../../api/jobs";
import { uploadPicture } from "../../api/uploads";
import type { Board } from "../../film/board";
import { MOVES } from "../../film/moves";
import type { Shot } from "../../film/shot";
import { spans } from "../../film/timeline";
import type { Paint } from "../../film/transitions";
import { type Sheet, sheetOf, tileAt } from "../../film/sheet";

/** A part of a loaded picture, in its pixels. */
export interface Still {
  image: HTMLImageElement;
  x: number;
  y: number;
  width: number;
  height: number;
}

export type Stills = ReadonlyMap<string, Still>;

/** Where the picture of a scene is: of the scene painted alone, of the film that was made, or of what it begins with. */
interface Place {
  source: string;
  /** Which moment of a sprite sheet, as a share of the film. */
  tile?: { sheet: Sheet; share: number };
}

export function placesOf(board: Board, film: Job | null, fps: number, unseen: ReadonlySet<string>): Map<string, Place> {
  const found = new Map<string, Place>();
  const layout = spans(board.shots, fps);
  const frames = layout.reduce((sum, span) => sum + span.frames - span.overlap, 0);
  const sprite = film === null ? null : fileOf(film, "sprite");
  for (const [index, { id, given }] of board.shots.entries()) {
    const [take, span] = [board.takes[id], layout[index]];
    if (take !== undefined && !unseen.has(id)) found.set(id, { source: `/api/jobs/${take.job}/preview.jpg?for=${take.sent}` });
    else if (film !== null && sprite !== null && span !== undefined && film.spec.scenes.length === board.shots.length)
      found.set(id, { source: fileAddress(film, sprite.name), tile: { sheet: sheetOf(frames), share: (span.start + span.frames / 2) / Math.max(1, frames) } });
    else if (film !== null && board.shots.length === 1 && posterOf(film) !== null) found.set(id, { source: posterOf(film) as string });
    else if (given !== null) found.set(id, { source: uploadPicture(given) });
  }
  return found;
}

/** Pictures of scenes as they are there; one that can't be had is asked for again while `fresh` changes. */
export function useStills(board: Board, film: Job | null, fps: number, unseen: ReadonlySet<string>, fresh: unknown): Stills {
  const [stills, setStills] = useState<Stills>(new Map());
  const places = placesOf(board, film, fps, unseen);
  const wanted = JSON.stringify([...places]);
  useEffect(() => {
    let left = false;
    const asked = new Map(JSON.parse(wanted) as [string, Place][]);
    setStills((before) => new Map([...before].filter(([id]) => asked.has(id))));
    for (const [id, place] of asked) {
      const image = new Image();
      image.onload = () => {
        if (!left) setStills((before) => new Map([...before, [id, cut(image, place)]]));
      };
      image.src = place.source;
    }
    return () => {
      left = true;
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
