/** Sizes and rates that films come in, by the names the studio knows. */

export interface Preset {
  value: string;
  title: string;
  width: number;
  height: number;
  fps: number;
}

export const PRESETS: readonly Preset[] = [
  { value: "draft", title: "Draft", width: 854, height: 480, fps: 24 },
  { value: "standard", title: "Standard", width: 1280, height: 720, fps: 30 },
  { value: "high", title: "High", width: 1920, height: 1080, fps: 30 },
  { value: "premium", title: "Premium", width: 3840, height: 2160, fps: 60 },
  { value: "540p", title: "540p", width: 960, height: 540, fps: 24 },
  { value: "720p", title: "720p", width: 1280, height: 720, fps: 24 },
  { value: "square", title: "Square", width: 1080, height: 1080, fps: 30 },
  { value: "vertical", title: "Vertical", width: 1080, height: 1920, fps: 30 },
  { value: "8k", title: "8K", width: 7680, height: 4320, fps: 30 },
];

export function presetOf(name: string): Preset {
  return PRESETS.find(({ value }) => value === name) ?? (PRESETS[0] as Preset);
}

/** The same as a choice, in words. */
export const SIZES = PRESETS.map(({ value, title, width, height, fps }) => ({ value, title: `${title} · ${width} × ${height} · ${fps} fps` }));
