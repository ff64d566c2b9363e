/** Fields of a form out of the JSON schema of a component's options, and out of the ranges on a model's card. */

export type Value = string | number | boolean | null;

interface Named {
  name: string;
  title: string;
  /** What it does, in the schema's own words; empty where it says nothing. */
  words: string;
  /** What holds where nobody chooses; null lets the studio choose. */
  fallback: Value;
}

export interface NumberField extends Named {
  kind: "number";
  whole: boolean;
  minimum: number | null;
  maximum: number | null;
}

export interface ChoiceField extends Named {
  kind: "choice";
  choices: readonly string[];
}

export interface SwitchField extends Named {
  kind: "switch";
}

export interface TextField extends Named {
  kind: "text";
  pattern: string | null;
  longest: number | null;
}

export type OptionField = NumberField | ChoiceField | SwitchField | TextField;

type Schema = Record<string, unknown>;

/** Options that hold a place on the studio's disk, or are written elsewhere on the page. */
const KEPT_BACK = new Set(["path", "image", "model", "cache", "input", "weights", "width", "height"]);

/** The fields of an options schema; what no form can show, such as lists, is left out. */
export function fieldsOf(schema: Schema): OptionField[] {
  const properties = (schema["properties"] ?? {}) as Record<string, Schema>;
  const words = typeof schema["description"] === "string" ? schema["description"] : "";
  return Object.entries(properties).flatMap(([name, property]) => {
    const made = KEPT_BACK.has(name) ? null : fieldOf(name, resolved(property, schema), words);
    return made === null ? [] : [made];
  });
}

function fieldOf(name: string, property: Schema, words: string): OptionField | null {
  const named: Named = {
    name,
    title: titled(name),
    words: typeof property["description"] === "string" ? property["description"] : said(words, name),
    fallback: isValue(property["default"]) ? property["default"] : null,
  };
  if (Array.isArray(property["enum"])) return { ...named, kind: "choice", choices: property["enum"].map(String) };
  const make = KINDS[String(property["type"])];
  return make === undefined ? null : make(named, property);
}

const KINDS: Record<string, (named: Named, property: Schema) => OptionField> = {
  boolean: (named) => ({ ...named, kind: "switch" }),
  integer: (named, property) => ({ ...named, kind: "number", whole: true, ...limits(property, 1) }),
  number: (named, property) => ({ ...named, kind: "number", whole: false, ...limits(property, 0) }),
  string: (named, property) => ({
    ...named,
    kind: "text",
    pattern: typeof property["pattern"] === "string" ? property["pattern"] : null,
    longest: typeof property["maxLength"] === "number" ? property["maxLength"] : null,
  }),
};

/** The one alternative that is not null, references followed. */
function resolved(property: Schema, root: Schema): Schema {
  const { $ref: reference, anyOf: ways, ...rest } = property;
  if (typeof reference === "string") {
    const found = ((root["$defs"] ?? {}) as Record<string, Schema>)[reference.split("/").at(-1) ?? ""];
    return { ...found, ...rest };
  }
  if (!Array.isArray(ways)) return property;
  const way = (ways as Schema[]).find((one) => one["type"] !== "null");
  return { ...resolved(way ?? {}, root), ...rest };
}

function limits(property: Schema, step: number): { minimum: number | null; maximum: number | null } {
  const number = (name: string) => (typeof property[name] === "number" ? property[name] : null);
  const [above, below] = [number("exclusiveMinimum"), number("exclusiveMaximum")];
  return {
    minimum: number("minimum") ?? (above === null ? null : above + step),
    maximum: number("maximum") ?? (below === null ? null : below - step),
  };
}

/** "num_inference_steps" → "Num inference steps". */
export function titled(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The part of a description that speaks of an option: from its name in backticks to the next one's. */
export function said(description: string, name: string): string {
  const flat = description.replace(/\s+/g, " ");
  const clause = flat.split(/(?<=[.;:])\s/).find((one) => one.includes(`\`${name}\``));
  if (clause === undefined) return "";
  const own = clause.slice(clause.indexOf(`\`${name}\``)).split(/,? (?:and )?(?=`)/);
  // "`sharpen` and `soften` are …" speaks of both.
  const told = own.find((part) => part.replace(/`[^`]*`/, "").trim() !== "") ?? "";
  const plain = told.replace(/^`[^`]*`\s*(?:(?:is|are|says)\s+)?/, "").replaceAll("`", "").replace(/[;:.,]\s*$/, "").trim();
  return plain.split(" ").length < 2 ? "" : `${plain.charAt(0).toUpperCase()}${plain.slice(1)}.`;
}

function isValue(value: unknown): value is Value {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

/** What is wrong with a value, null where nothing is. */
export function wrong(field: OptionField, value: Value): string | null {
  if (field.kind !== "number" || value === null) return null;
  if (typeof value !== "number" || Number.isNaN(value)) return "A number is needed.";
  if (field.whole && !Number.isInteger(value)) return "A whole number is needed.";
  const { minimum, maximum } = field;
  const low = minimum !== null && value < minimum;
  const high = maximum !== null && value > maximum;
  if (!low && !high) return null;
  if (minimum !== null && maximum !== null) return `Use ${minimum} to ${maximum}.`;
  return low ? `Use ${minimum} or more.` : `Use ${maximum} or less.`;
}
