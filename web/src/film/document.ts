/** A storyboard as a file: YAML or JSON, in the studio's short form; whole documents can be read too. */

import { type Board, emptyBoard } from "./board";
import { isMove, MOVES, type MoveName } from "./moves";
import { PRESETS, presetOf } from "./presets";
import { anySeed, CROSSFADE, CUT, type Given, type Shot, shot, type Title, type Transition } from "./shot";
import { AS_IT_IS, type Heard, soundOf } from "./sound";
import { DIRECTIONS, KINDS, kindOf } from "./transitions";
import { sceneOf, settingsOf, type Wishes } from "./wishes";

/** Scenes of a file at most. */
const MOST = 1000;

export class Unreadable extends Error {}

/** The short form, ready to be written down. */
export function documentOf(board: Board): Wishes {
  const last = board.shots.length - 1;
  return {
    ...(board.name !== "" && { name: board.name }),
    preset: board.preset,
    model: board.model,
    ...settingsOf(board.options),
    ...(board.extend !== null && { extend: { input: board.extend.id } }),
    ...soundOf(board.sound, board.extend !== null),
    scenes: board.shots.map((one, index) => sceneOf(one, index < last)),
  };
}

export async function toYaml(board: Board): Promise<string> {
  const { stringify } = await import("yaml");
  return stringify(documentOf(board), { lineWidth: 100 });
}

export function toJson(board: Board): string {
  return `${JSON.stringify(documentOf(board), null, 2)}\n`;
}

/** Read a file's text; Unreadable says in words what is wrong with it. */
export async function boardFrom(text: string, name: string): Promise<Board> {
  const { parse } = await import("yaml");
  let read: unknown;
  try {
    // Every JSON text is YAML too. Aliases could make a small text enormous.
    read = parse(text, { maxAliasCount: 100 });
  } catch (error) {
    throw new Unreadable(`“${name}” can't be read: ${(error as Error).message.split("\n")[0]}`);
  }
  return revived(read, name);
}

/** A storyboard out of either form. */
export function revived(read: unknown, name: string): Board {
  const scenes = isRecord(read) ? read["scenes"] : Array.isArray(read) ? read : null;
  if (!Array.isArray(scenes) || scenes.length === 0) throw new Unreadable(`“${name}” has no scenes: it needs a list called scenes.`);
  if (scenes.length > MOST) throw new Unreadable(`“${name}” has ${scenes.length} scenes: a film has ${MOST} at most.`);
  const whole = isRecord(read) ? read : {};
  const preset = text(whole["preset"]) || nearest(whole);
  const model = text(whole["model"]) || modelOf(scenes[0]);
  return emptyBoard({
    name: text(whole["name"]) || name.replace(/\.[^.]+$/, ""),
    preset: PRESETS.some(({ value }) => value === preset) ? preset : "draft",
    ...(model !== "" && { model }),
    sound: heardOf(whole["sound"]),
    extend: beganWith(whole["extend"], "video") ?? sourced(scenes[0], "tail"),
    shots: scenes.map((scene, index) => shotOf(scene, index)),
  });
}

function shotOf(read: unknown, index: number): Shot {
  if (typeof read === "string") return shot(read);
  if (!isRecord(read)) throw new Unreadable(`Scene ${index + 1} is neither words nor a list of fields.`);
  const first = Array.isArray(read["keyframes"]) && isRecord(read["keyframes"][0]) ? read["keyframes"][0] : {};
  const duration = number(read["duration"]) ?? 3;
  if (duration <= 0) throw new Unreadable(`Scene ${index + 1} lasts ${duration} s: use more than 0.`);
  return shot(text(read["prompt"]) || text(first["prompt"]), {
    negative_prompt: text(read["negative_prompt"]) || text(first["negative_prompt"]),
    duration,
    seed: number(read["seed"]) ?? anySeed(),
    move: isMove(read["move"]) ? read["move"] : moveOf(read["motion"] ?? first["motion"]),
    given: beganWith(read["image"], "image") ?? beganWith(read["clip"], "video") ?? sourced(read, "image") ?? sourced(read, "video"),
    title: titleOf(read["title"]),
    transition: transitionOf(read["transition"], index),
  });
}

/** A file of the studio's by its id: an upload, or what a film of it made. */
function beganWith(read: unknown, kind: Given["kind"]): Given | null {
  const id = isRecord(read) ? text(read["input"]) : "";
  if (id === "") return null;
  const job = id.split("/")[0] ?? "";
  return { id, kind, name: NAMED[kind], ...(id.includes("/") && { picture: `/api/jobs/${job}/preview.jpg` }) };
}

const NAMED: Record<Given["kind"], string> = { image: "the picture", video: "the clip", audio: "the sound" };

/** What a scene of a whole document begins with: it is an option of its source. */
function sourced(scene: unknown, name: "image" | "video" | "tail"): Given | null {
  const source = isRecord(scene) && isRecord(scene["source"]) ? scene["source"] : {};
  const options = isRecord(source["options"]) ? source["options"] : {};
  return source["name"] === name ? beganWith(options["path"], name === "image" ? "image" : "video") : null;
}

function heardOf(read: unknown): Heard {
  if (read === false) return { ...AS_IT_IS, clips: false };
  const said = isRecord(read) ? read : {};
  return { clips: said["clips"] !== false, given: beganWith(said, "audio"), offset: number(said["offset"]) ?? 0, fades: said["tail"] === "fade" };
}

function titleOf(read: unknown): Title | null {
  if (typeof read === "string" && read !== "") return { text: read, style: "title" };
  if (!isRecord(read) || text(read["text"]) === "") return null;
  const style = (["title", "lower-third", "caption"] as const).find((one) => one === read["style"]) ?? "title";
  return { text: text(read["text"]), style };
}

function transitionOf(read: unknown, index: number): Transition {
  if (read === undefined || read === null) return CUT;
  const asked = typeof read === "string" ? { kind: read } : isRecord(read) ? read : {};
  const kind = KINDS.find(({ value }) => value === asked["kind"])?.value;
  if (kind === undefined) {
    throw new Unreadable(`Scene ${index + 1} has an unknown transition, “${String(asked["kind"])}”: use ${KINDS.map(({ value }) => value).join(", ")}.`);
  }
  const direction = text(asked["direction"]);
  const easing = (["linear", "ease-in", "ease-out", "ease-in-out"] as const).find((one) => one === asked["easing"]);
  return {
    ...CROSSFADE,
    kind,
    duration: kind === "cut" ? 0 : (number(asked["duration"]) ?? CROSSFADE.duration),
    direction: direction in DIRECTIONS ? (direction as Transition["direction"]) : (kindOf(kind).directions[0] ?? null),
    ...(easing !== undefined && { easing }),
    ...(/^#[0-9a-f]{6}$/i.test(text(asked["color"])) && { color: text(asked["color"]) }),
  };
}

/** The camera move that is most like a motion. */
function moveOf(read: unknown): MoveName {
  if (!isRecord(read)) return "in";
  const [x = 0, y = 0] = Array.isArray(read["pan"]) ? (read["pan"] as number[]) : [];
  const asked = [Math.log(number(read["zoom"]) ?? 1), x, y, (number(read["rotate"]) ?? 0) / 60];
  const far = ({ zoom, pan, rotate }: (typeof MOVES)[MoveName]) =>
    [Math.log(zoom), pan[0], pan[1], rotate / 60].reduce((sum, value, at) => sum + (value - (asked[at] ?? 0)) ** 2, 0);
  return (Object.keys(MOVES) as MoveName[]).reduce((best, name) => (far(MOVES[name]) < far(MOVES[best]) ? name : best), "still");
}

function modelOf(scene: unknown): string {
  const backend = isRecord(scene) && isRecord(scene["backend"]) ? scene["backend"] : {};
  const options = isRecord(backend["options"]) ? backend["options"] : {};
  return text(options["model"]) || text(backend["name"]);
}

/** The preset of about that many pixels. */
function nearest(whole: Record<string, unknown>): string {
  const [width, height] = [number(whole["width"]), number(whole["height"])];
  if (width === null || height === null) return "draft";
  const far = (name: string) => Math.abs(Math.log((presetOf(name).width * presetOf(name).height) / (width * height)));
  return PRESETS.map(({ value }) => value).reduce((best, name) => (far(name) < far(best) ? name : best));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const text = (value: unknown) => (typeof value === "string" ? value.trim() : "");
const number = (value: unknown) => (typeof value === "number" && Number.isFinite(value) ? value : null);
