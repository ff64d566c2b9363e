import type { Upload } from "../../api/uploads";
import { Slider } from "../../components/slider";
import { Switch } from "../../components/switch";
import { AS_IT_IS, type Heard } from "../../film/sound";
import { Giving } from "./giving";
import { CLIPS, SOUNDS } from "./use_upload";

interface SoundPartProps {
  heard: Heard;
  /** What the choice of the clips' own sound is called; null where there are no clips to be heard. */
  clips: string | null;
  /** Whether the film goes on from a clip: a sound is then laid under what is new. */
  extended: boolean;
  onHeard: (heard: Heard) => void;
}

/** What a film sounds like: its clips or not, and a sound under it. */
export function SoundPart({ heard, clips, extended, onHeard }: SoundPartProps) {
  const { given } = heard;
  const longest = given?.seconds ?? 600;
  return (
    <div className="grid gap-3">
      {clips !== null && <Row label={clips} on={heard.clips} onChange={(on) => onHeard({ ...heard, clips: on })} />}
      {extended && heard.clips && given === null && <Row label="It fades out over what is new" on={heard.fades} onChange={(fades) => onHeard({ ...heard, fades })} />}
      <Giving
        given={given}
        types={`${SOUNDS},${CLIPS}`}
        icon="sound"
        invitation={extended ? "Lay a sound under what is new" : "Lay a sound under the film"}
        label="A sound for the film"
        words={({ name }) => name}
        unfit={silent}
        onGiven={(next) => onHeard({ ...heard, given: next, offset: AS_IT_IS.offset })}
      />
      {given !== null && longest > 1 && (
        <Slider
          label="Begins at"
          value={Math.min(heard.offset, longest)}
          min={0}
          max={Math.floor(longest)}
          step={0.5}
          words={`${Number(heard.offset.toFixed(1))} s`}
          onChange={(offset) => onHeard({ ...heard, offset })}
        />
      )}
    </div>
  );
}

function Row({ label, on, onChange }: { label: string; on: boolean; onChange: (on: boolean) => void }) {
  return (
    <div className="flex min-h-9 items-center justify-between gap-4 text-14 text-ink-2">
      <span aria-hidden="true">{label}</span>
      <Switch label={label} on={on} onChange={onChange} />
    </div>
  );
}

function silent({ name, has_sound }: Upload): string | null {
  return has_sound ? null : `“${name}” has no sound: choose a song, or a clip that is heard.`;
}
