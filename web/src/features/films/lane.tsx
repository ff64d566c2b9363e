import { useState } from "react";
import { Icon } from "../../components/icon";
import { Popover } from "../../components/popover";
import type { Board } from "../../film/board";
import { heardAs, type Heard } from "../../film/sound";
import { SoundPart } from "../making/sound_part";

interface LaneProps {
  board: Board;
  onHeard: (heard: Heard) => void;
}

/** Under the timeline: what the film sounds like, and the choice of it. */
export function Lane({ board, onHeard }: LaneProps) {
  const [open, setOpen] = useState(false);
  const extended = board.extend !== null;
  const clips = extended || board.shots.some(({ given }) => given?.kind === "video");
  const words = heardAs(board.sound, clips);
  return (
    <Popover
      label="Sound"
      open={open}
      onOpen={setOpen}
      trigger={
        <button type="button" className="lane" data-heard={board.sound.given !== null} aria-label={`Sound: ${words}`}>
          <Icon name="sound" size={16} />
          <span>{words}</span>
        </button>
      }
    >
      <SoundPart heard={board.sound} clips={clips ? (extended ? "The clip is heard" : "The clips are heard") : null} extended={extended} onHeard={onHeard} />
    </Popover>
  );
}
