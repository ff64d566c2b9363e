/** Transitions drawn in the browser, by the maths of the studio's own (media/transitions): what is shown here is what will be made. */

import { eased } from "./easing";
import { across, clamped, noise, type Order, radius, smooth, uncovered } from "./fields";
import type { Direction, Transition, TransitionKind } from "./shot";

export interface Kind {
  value: TransitionKind;
  title: string;
  /** Which ways it can go; the first is its own. */
  directions: readonly Direction[];
}

export const KINDS: readonly Kind[] = [
  { value: "cut", title: "Cut", directions: [] },
  { value: "crossfade", title: "Crossfade", directions: [] },
  { value: "fade", title: "Fade", directions: [] },
  { value: "wipe", title: "Wipe", directions: ["left", "right", "up", "down"] },
  { value: "slide", title: "Slide", directions: ["left", "right", "up", "down"] },
  { value: "zoom", title: "Zoom", directions: ["in", "out"] },
  { value: "dissolve", title: "Dissolve", directions: [] },
];

export const DIRECTIONS: Record<Direction, string> = { left: "Left", right: "Right", up: "Up", down: "Down", in: "In", out: "Out" };

export function kindOf(kind: TransitionKind): Kind {
  return KINDS.find((one) => one.value === kind) ?? { value: kind, title: kind, directions: [] };
}

/** A transition of another kind, its direction one that goes with it. */
export function changed(transition: Transition, kind: TransitionKind): Transition {
  const duration = kind === "cut" || transition.duration > 0 ? transition.duration : 0.5;
  return { ...transition, kind, duration, direction: kindOf(kind).directions[0] ?? null };
}

/** Draws a picture over the whole canvas. */
export type Paint = (ground: CanvasRenderingContext2D) => void;

interface Passage {
  ground: CanvasRenderingContext2D;
  before: Paint;
  after: Paint;
  /** How far it has passed, eased. */
  at: number;
  transition: Transition;
  direction: Direction;
}

const STEPS: Record<Direction, readonly [number, number]> = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1], in: [0, 0], out: [0, 0] };

const DRAWN: Record<TransitionKind, (passage: Passage) => void> = {
  cut: ({ ground, before, after, at }) => (at < 0.5 ? before : after)(ground),
  crossfade: ({ ground, before, after, at }) => {
    before(ground);
    veiled(ground, at, after);
  },
  fade: ({ ground, before, after, at, transition }) => {
    const { width, height } = ground.canvas;
    (at < 0.5 ? before : after)(ground);
    veiled(ground, smooth(at < 0.5 ? 2 * at : 2 - 2 * at), () => {
      ground.fillStyle = transition.color;
      ground.fillRect(0, 0, width, height);
    });
  },
  wipe: ({ ground, before, after, at, direction }) => {
    before(ground);
    uncover(ground, order(`across ${direction}`, () => across(direction)), 0.14, at, after);
  },
  slide: slid,
  zoom: zoomed,
  dissolve: ({ ground, before, after, at }) => {
    before(ground);
    uncover(ground, order("noise", noise), 0.55, at, after);
  },
};

/** Draw how `before` passes into `after` when `passed` (0 to 1) of the transition's time has gone. */
export function drawn(ground: CanvasRenderingContext2D, transition: Transition, passed: number, before: Paint, after: Paint): void {
  const direction = transition.direction ?? kindOf(transition.kind).directions[0] ?? "left";
  DRAWN[transition.kind]({ ground, before, after, at: eased(transition.easing, passed), transition, direction });
}

/** How the picture before gives way to one that slides over it, and the shade that falls on it. */
const [GIVING_WAY, SHADE, SHADE_WIDTH, DUSK] = [0.33, 0.55, 0.09, 0.35];

function slid({ ground, before, after, at, direction }: Passage): void {
  const { width, height } = ground.canvas;
  const [x, y] = STEPS[direction];
  const [reach, long] = [at * (x === 0 ? height : width), x === 0 ? height : width];
  moved(ground, x * reach * GIVING_WAY, y * reach * GIVING_WAY, before);
  ground.fillStyle = `rgb(0 0 0 / ${DUSK * at})`;
  ground.fillRect(0, 0, width, height);
  // From the edge on, in the direction it goes.
  const edge = (away: number): [number, number] => {
    const place = reach + away;
    return [x < 0 ? width - place : x > 0 ? place : 0, y < 0 ? height - place : y > 0 ? place : 0];
  };
  const shade = ground.createLinearGradient(...edge(0), ...edge(2 * SHADE_WIDTH * long));
  for (const away of [0, 0.2, 0.4, 0.7, 1]) shade.addColorStop(away, `rgb(0 0 0 / ${SHADE * Math.min(1, 8 * at) * (Math.exp(-5 * away) - Math.exp(-5) * away)})`);
  ground.fillStyle = shade;
  ground.fillRect(0, 0, width, height);
  moved(ground, x * (reach - long), y * (reach - long), after);
}

/** Doublings of size on the way: of a picture flown into, and of one still far away. */
const [NEAR, FAR] = [1.5, 0.6];

function zoomed({ ground, before, after, at, direction }: Passage): void {
  const { width, height } = ground.canvas;
  const inwards = direction === "in";
  const [near, far] = inwards ? [NEAR, FAR] : [-FAR, -NEAR];
  const way = smooth(at);
  scaled(ground, 2 ** (near * way), before);
  const field = order(`radius ${inwards} ${(width / height).toFixed(2)}`, () => radius(inwards, width, height));
  uncover(ground, field, 0.6, clamped((way - 0.15) / 0.8), (layer) => scaled(layer, 2 ** (far * (way - 1)), after));
}

function veiled(ground: CanvasRenderingContext2D, alpha: number, paint: Paint): void {
  ground.save();
  ground.globalAlpha = alpha;
  paint(ground);
  ground.restore();
}

function moved(ground: CanvasRenderingContext2D, x: number, y: number, paint: Paint): void {
  ground.save();
  ground.translate(x, y);
  paint(ground);
  ground.restore();
}

/** A picture from nearer or further away, mirrored beyond its borders. */
function scaled(ground: CanvasRenderingContext2D, scale: number, paint: Paint): void {
  const { width, height } = ground.canvas;
  ground.save();
  ground.translate(width / 2, height / 2);
  ground.scale(scale, scale);
  ground.translate(-width / 2, -height / 2);
  const beyond = scale < 1 ? [-1, 1, 0] : [0];
  for (const row of beyond) {
    for (const column of beyond) {
      ground.save();
      ground.translate(column === 0 ? 0 : column < 0 ? 0 : 2 * width, row === 0 ? 0 : row < 0 ? 0 : 2 * height);
      ground.scale(column === 0 ? 1 : -1, row === 0 ? 1 : -1);
      paint(ground);
      ground.restore();
    }
  }
  ground.restore();
}

const orders = new Map<string, Order>();

/** A field, made when it is first asked for. */
function order(name: string, make: () => Order): Order {
  const known = orders.get(name) ?? make();
  orders.set(name, known);
  return known;
}

let veil: HTMLCanvasElement | null = null;
let layer: HTMLCanvasElement | null = null;

/** Draw a picture where the order has come to it. */
function uncover(ground: CanvasRenderingContext2D, { width, height, values }: Order, soft: number, share: number, paint: Paint): void {
  veil ??= document.createElement("canvas");
  layer ??= document.createElement("canvas");
  [veil.width, veil.height] = [width, height];
  [layer.width, layer.height] = [ground.canvas.width, ground.canvas.height];
  const [over, own] = [veil.getContext("2d"), layer.getContext("2d")];
  if (over === null || own === null) return;
  const pixels = over.createImageData(width, height);
  for (const [place, value] of values.entries()) pixels.data[4 * place + 3] = 255 * uncovered(value, share, soft);
  over.putImageData(pixels, 0, 0);
  paint(own);
  own.globalCompositeOperation = "destination-in";
  own.imageSmoothingQuality = "high";
  own.drawImage(veil, 0, 0, layer.width, layer.height);
  ground.drawImage(layer, 0, 0);
}
