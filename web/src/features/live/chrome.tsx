import type { ReactNode } from "react";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { Tip } from "../../components/tip";
import { type Act, Actions } from "./actions";
import { Places } from "./places";
import { Sheet } from "./sheet";
import { useMedia } from "./use_media";

/** What is pulled out on a tablet. */
export type Drawer = "bank" | "sliders" | null;

interface ChromeProps {
  acts: readonly Act[];
  drawer: Drawer;
  onDrawer: (drawer: Drawer) => void;
  frozen: boolean;
  onFreeze: () => void;
  onSpark: () => void;
  line: ReactNode;
  bank: ReactNode;
  sliders: ReactNode;
  strip: ReactNode;
}

/** The controls, laid out for the window they are in. */
export function Chrome(props: ChromeProps) {
  const narrow = useMedia("(max-width: 767px)");
  const wide = useMedia("(min-width: 1280px)");
  return narrow ? <OnPhone {...props} /> : <OnStage {...props} wide={wide} />;
}

/** So many things to do come first on a phone: freeze, record, snapshot, keep. */
const ATONCE = 4;

function OnPhone({ acts, drawer, onDrawer, frozen, onFreeze, onSpark, line, bank, sliders, strip }: ChromeProps) {
  const all: Act[] = [{ words: frozen ? "Go on" : "Freeze", icon: frozen ? "play" : "freeze", pressed: frozen, onClick: onFreeze }, ...acts];
  return (
    <div className="live-chrome">
      <Sheet
        open={drawer !== null}
        onOpen={(open) => onDrawer(open ? "sliders" : null)}
        head={
          <>
            {line}
            <Spark onSpark={onSpark} />
          </>
        }
      >
        <Actions acts={all.slice(0, ATONCE).map(short)} named />
        {strip}
        {sliders}
        {bank}
        <Actions acts={all.slice(ATONCE).map(short)} named />
        <Places className="justify-self-center" />
      </Sheet>
    </div>
  );
}

function OnStage({ acts, drawer, onDrawer, frozen, onFreeze, onSpark, line, bank, sliders, strip, wide }: ChromeProps & { wide: boolean }) {
  const toggle = (which: "bank" | "sliders") => () => onDrawer(drawer === which ? null : which);
  return (
    <div className="live-chrome">
      <Places className="live-corner" />
      <div className="live-acts glass" role="toolbar" aria-label="Performance">
        <Actions acts={acts} />
      </div>
      <div className="live-side live-bank glass" data-open={wide || drawer === "bank"}>
        {bank}
      </div>
      <div className="live-foot">
        {!wide && <Pull words="Bank" icon="bank" open={drawer === "bank"} onClick={toggle("bank")} />}
        <div className="live-prompt glass">
          <Tip words={frozen ? "Go on" : "Freeze"} hint="Space">
            <Button look="icon" aria-label="Freeze" aria-pressed={frozen} aria-keyshortcuts="Space" onClick={onFreeze}>
              <Icon name={frozen ? "play" : "freeze"} />
            </Button>
          </Tip>
          {line}
          <Spark onSpark={onSpark} />
        </div>
        {!wide && <Pull words="Steering" icon="sliders" open={drawer === "sliders"} onClick={toggle("sliders")} />}
      </div>
      <div className="live-side live-sliders glass" data-open={wide || drawer === "sliders"}>
        {sliders}
      </div>
      {strip}
    </div>
  );
}

function Spark({ onSpark }: { onSpark: () => void }) {
  return (
    <Tip words="Spark: a new picture blooms" hint="S">
      <Button look="icon" aria-label="Spark" aria-keyshortcuts="S" className="*:text-accent" onClick={onSpark}>
        <Icon name="spark" size={22} />
      </Button>
    </Tip>
  );
}

function Pull({ words, icon, open, onClick }: { words: string; icon: "bank" | "sliders"; open: boolean; onClick: () => void }) {
  return (
    <Tip words={words}>
      <Button look="icon" aria-label={words} aria-expanded={open} aria-pressed={open} className="glass h-15! w-15!" onClick={onClick}>
        <Icon name={icon} />
      </Button>
    </Tip>
  );
}

/** A word or two, where there is little room. */
function short(act: Act): Act {
  return { ...act, words: SHORT[act.words] ?? act.words };
}

const SHORT: Record<string, string> = {
  "Keep this performance": "Keep",
  "Invite to watch": "Invite",
  "Picture by WebRTC": "WebRTC",
  "Picture by WebSocket": "WebSocket",
  "End the performance": "End",
  "Leave full screen": "Window",
  "Stop recording": "Stop",
};
