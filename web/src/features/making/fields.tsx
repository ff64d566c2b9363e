import type { ReactNode } from "react";
import type { ModelView } from "../../api/schema";
import { Button } from "../../components/button";
import { Field, Input } from "../../components/field";
import { Icon, type IconName } from "../../components/icon";
import { MOVES, type MoveName } from "../../film/moves";
import { anySeed, SEEDS } from "../../film/shot";
import "./fields.css";

export const MOVE_CHOICES = (Object.keys(MOVES) as MoveName[]).map((value) => ({ value, title: MOVES[value].title, icon: value as IconName }));

/** A name over something that names itself. */
export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="grid gap-2">
      <span className="text-14 text-ink-2" aria-hidden="true">
        {title}
      </span>
      {children}
    </div>
  );
}

interface SeedProps {
  seed: number | null;
  onSeed: (seed: number | null) => void;
}

/** A number that makes a film again; empty for another one each time. */
export function Seed({ seed, onSeed }: SeedProps) {
  return (
    <Field label="Seed">
      {(name) => (
        <div className="relative">
          <Input
            {...name}
            className="tabular pr-12!"
            inputMode="numeric"
            value={seed === null ? "" : String(seed)}
            placeholder="Any"
            onChange={({ target }) => {
              const digits = target.value.replace(/\D/g, "").slice(0, 15);
              onSeed(digits === "" ? null : Number(digits));
            }}
          />
          <Button look="icon" className="absolute inset-y-0 right-0" aria-label="Another seed" title={`One of ${SEEDS.toLocaleString()}`} onClick={() => onSeed(anySeed())}>
            <Icon name="any" size={18} />
          </Button>
        </div>
      )}
    </Field>
  );
}

/** The models that are ready, and the one that is chosen whatever it is. */
export function modelsOf(models: readonly ModelView[], chosen: string) {
  const ready = models.filter(({ ready, name }) => ready || name === chosen).map(({ name, title }) => ({ value: name, title: title.split(":")[0] ?? name }));
  return ready.some(({ value }) => value === chosen) ? ready : [{ value: chosen, title: chosen }, ...ready];
}
