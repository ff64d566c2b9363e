/** From a storyboard to what is sent: wishes go to the studio, which writes the whole document of them. */

import { post } from "../api/client";
import type { ComponentSpec, RenderSpec } from "../api/schema";
import type { Board } from "./board";
import type { Shot } from "./shot";
import { soundOf } from "./sound";

export type Wishes = Record<string, unknown>;

/** What a storyboard asks for; a scene's transition is left out where nothing follows it. */
export function wishesOf(board: Pick<Board, "preset" | "model" | "shots" | "options"> & Partial<Pick<Board, "sound" | "extend">>): Wishes {
  const last = board.shots.length - 1;
  return {
    kind: "film",
    // A clip that is gone on from has its own size and rate.
    ...(board.extend ? { extend: { input: board.extend.id } } : board.preset !== "" && { preset: board.preset }),
    model: board.model,
    ...settingsOf(board.options),
    ...(board.sound !== undefined && soundOf(board.sound, Boolean(board.extend))),
    scenes: board.shots.map((shot, index) => sceneOf(shot, index < last)),
  };
}

/** A scene as it is asked for, with nothing in it that is not said. */
export function sceneOf(shot: Shot, passes: boolean): Wishes {
  return {
    prompt: shot.prompt.trim(),
    ...(shot.negative_prompt.trim() !== "" && { negative_prompt: shot.negative_prompt.trim() }),
    duration: shot.duration,
    seed: shot.seed,
    move: shot.move,
    ...(shot.given?.kind === "image" && { image: { input: shot.given.id } }),
    ...(shot.given?.kind === "video" && { clip: { input: shot.given.id } }),
    ...(shot.title !== null && shot.title.text.trim() !== "" && { title: { text: shot.title.text.trim(), style: shot.title.style } }),
    ...(passes && { transition: transitionOf(shot) }),
  };
}

function transitionOf({ transition: { kind, duration, direction, easing, color } }: Shot): Wishes {
  if (kind === "cut") return { kind };
  return { kind, duration, easing, ...(direction !== null && { direction }), ...(kind === "fade" && { color }) };
}

/** Values of the drawer are kept by address, "wish/strength" or "backends/worlds/deep"; these are the wishes. */
export function settingsOf(options: Record<string, unknown>): Wishes {
  const found = Object.entries(options).flatMap(([address, value]) => {
    const [kind, name] = address.split("/");
    return kind === "wish" && name !== undefined && value !== null ? [[name, value] as const] : [];
  });
  return Object.fromEntries(found);
}

/** A document whose components have the options that were chosen for them, where it has those components. */
export function withOptions(spec: RenderSpec, options: Record<string, unknown>): RenderSpec {
  const of = (kind: string) => (component: ComponentSpec) => chosen(kind, component, options);
  return {
    ...spec,
    scenes: spec.scenes.map((scene) => ({ ...scene, backend: of("backends")(scene.backend), ...(scene.source && { source: of("sources")(scene.source) }) })) as RenderSpec["scenes"],
    filters: (spec.filters ?? []).map(of("filters")),
    correctors: (spec.correctors ?? []).map(of("correctors")),
  };
}

function chosen(kind: string, component: ComponentSpec, options: Record<string, unknown>): ComponentSpec {
  const start = `${kind}/${component.name}/`;
  const values = Object.entries(options).filter(([address, value]) => address.startsWith(start) && value !== null);
  if (values.length === 0) return component;
  return { ...component, options: { ...component.options, ...Object.fromEntries(values.map(([address, value]) => [address.slice(start.length), value])) } };
}

/** Have the studio write the document of these wishes. */
export async function written(wishes: Wishes, options: Record<string, unknown>): Promise<RenderSpec> {
  return withOptions(await post<RenderSpec>("/api/specs", wishes), options);
}

/** What tells two storyboards apart; its hash is the key under which the same request is the same job. */
export function fingerprint(wishes: Wishes, options: Record<string, unknown>): string {
  const text = JSON.stringify([wishes, Object.entries(options).sort(([one], [other]) => one.localeCompare(other))]);
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 2_654_435_761);
    low = Math.imul(low ^ code, 1_597_334_677);
  }
  return `${(high >>> 0).toString(36)}${(low >>> 0).toString(36)}`;
}
