import type { Sending } from "../../api/whip";
import { Choices } from "../../components/choices";
import { Switch } from "../../components/switch";
import type { View } from "./compare";
import { Sources } from "./sources";
import type { Inputs } from "./use_input";

const VIEWS = [
  { value: "split", title: "Split" },
  { value: "beside", title: "Beside" },
  { value: "after", title: "After" },
] as const;

interface PanelProps {
  inputs: Inputs;
  sending: Sending | null;
  /** What the session says it does. */
  phase: string;
  view: View;
  onView: (view: View) => void;
  memory: boolean;
  onMemory: (on: boolean) => void;
}

/** What comes in, how it is shown, and whether what was painted before is remembered. */
export function Panel({ inputs, sending, phase, view, onView, memory, onMemory }: PanelProps) {
  return (
    <section aria-label="What comes in" className="camera-panel">
      <h2 className="pl-1 text-14 text-ink-3">What comes in</h2>
      <Sources inputs={inputs} small />
      <p className="px-1 text-14 text-ink-2" role="status">
        {inputs.problem ?? words(inputs, sending, phase)}
      </p>
      <Choices label="Before and after" value={view} choices={VIEWS} onChange={onView} />
      <div className="flex h-8 items-center gap-3 px-1 text-14" title="Keeps what is still still, and its colours; another setting begins the performance anew">
        <span className="mr-auto text-ink-2">Memory</span>
        <Switch label="Memory" on={memory} onChange={onMemory} />
      </div>
    </section>
  );
}

function words({ input, asked }: Inputs, sending: Sending | null, phase: string): string {
  if (asked !== null) return "The browser asks whether it may.";
  if (input === null) return phase === "running" ? "Pictures come from elsewhere." : "Nothing is sent from here.";
  if (sending?.state === "refused") return sending.words;
  if (sending?.state === "away") return sending.words ?? "The pictures do not get through. It is tried again by itself.";
  if (sending?.state !== "sending") return "The line is being opened.";
  if (phase === "stalled") return "No pictures arrive. The last one stays.";
  return sending.by === "socket" ? `${input.title}, by WebSocket: WebRTC does not connect from here.` : input.title;
}
