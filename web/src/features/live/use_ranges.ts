import { useEffect, useState } from "react";
import { get } from "../../api/client";
import type { Job } from "../../api/types";
import type { Component } from "../../api/schema";
import type { Range, SettingName } from "./settings";

type Ranges = Partial<Record<SettingName, Range | null>>;

/** What a model calls the settings that it has ranges for. */
const CALLED: readonly [SettingName, string][] = [
  ["change", "strength"],
  ["guidance", "guidance_scale"],
];

/** How far the sliders may go with the model that dreams; null for those it doesn't know. */
export function useRanges(job: Job): Ranges {
  const name = job.spec.scenes[0]?.backend.name;
  const [ranges, setRanges] = useState<Ranges>({});
  useEffect(() => {
    const left = new AbortController();
    get<Record<string, Component[]>>("/api/components", { signal: left.signal }).then(
      ({ backends }) => setRanges(found(backends?.find((one) => one.name === name))),
      () => undefined,
    );
    return () => left.abort();
  }, [name]);
  return ranges;
}

function found(backend: Component | undefined): Ranges {
  if (backend?.card == null) return {};
  const { ranges } = backend.card;
  return Object.fromEntries(
    CALLED.map(([name, called]) => {
      const range = ranges[called];
      return [name, range === undefined ? null : { min: range.minimum, max: range.maximum }];
    }),
  );
}
