import { useEffect, useState } from "react";
import { get } from "../../api/client";
import type { Component, ModelView } from "../../api/schema";

export interface Known {
  components: Record<string, Component[]>;
  models: ModelView[];
}

const NOTHING: Known = { components: {}, models: [] };
let known: Promise<Known> | null = null;

function ask(): Promise<Known> {
  return Promise.all([get<Known["components"]>("/api/components"), get<ModelView[]>("/api/models")]).then(([components, models]) => ({ components, models }));
}

/** What films can be made of: asked once, since nothing of it changes while the studio runs. */
export function useComponents(): Known {
  const [found, setFound] = useState<Known>(NOTHING);
  useEffect(() => {
    let [left, timer] = [false, 0];
    const look = () => {
      known ??= ask();
      known.then(
        (all) => left || setFound(all),
        () => {
          known = null;
          if (!left) timer = window.setTimeout(look, 3000);
        },
      );
    };
    look();
    return () => {
      left = true;
      window.clearTimeout(timer);
    };
  }, []);
  return found;
}

/** The backend that runs a model: of its own name, or the one whose card is the model's. */
export function backendOf({ components }: Known, model: string): Component | null {
  const backends = components["backends"] ?? [];
  return backends.find(({ name }) => name === model) ?? backends.find(({ options_schema: schema }) => defaultModel(schema) === model) ?? null;
}

function defaultModel(schema: Record<string, unknown>): unknown {
  const properties = schema["properties"] as Record<string, { default?: unknown }> | undefined;
  return properties?.["model"]?.default;
}
