/** Which page is at which address, and where it is loaded from: each is a file of its own. */

export const PAGES = {
  live: async () => ({ default: (await import("./features/live/live")).Live }),
  watch: async () => ({ default: (await import("./features/watch/watch")).Watch }),
  camera: async () => ({ default: (await import("./features/camera/camera")).CameraPage }),
  create: async () => ({ default: (await import("./features/create/create")).CreatePage }),
  films: async () => ({ default: (await import("./features/films/films")).FilmsPage }),
  queue: async () => ({ default: (await import("./features/queue/queue")).QueuePage }),
  history: async () => ({ default: (await import("./features/history/history")).HistoryPage }),
  system: async () => ({ default: (await import("./features/system/system")).SystemPage }),
} as const;

export type PageName = keyof typeof PAGES;

/** The page of an address, and what it names there; an address that is none leads to the stage. */
export function pageAt(path: string): { name: PageName; of: string | null } {
  const watched = /^\/watch\/([^/]+)\/?$/.exec(path)?.[1];
  if (watched !== undefined) return { name: "watch", of: decoded(watched) };
  const name = /^\/(camera|create|films|queue|history|system)\/?$/.exec(path)?.[1];
  return { name: name === undefined ? "live" : (name as PageName), of: null };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
