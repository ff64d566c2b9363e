import { lazy, type MouseEvent, type ReactNode, Suspense, useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import type { Line, Preview } from "../../api/preview";
import type { Job } from "../../api/types";
import { toast } from "../../components/toast";
import { Recording } from "./actions";
import { type Bank, load, save } from "./bank";
import { BankPanel } from "./bank_panel";
import { Coming, Joining } from "./coming";
import { Chrome, type Drawer } from "./chrome";
import { type Talk, Talks } from "./talks";
import { Ended, lastPicture } from "./ended";
import { fullScreen, useFullScreen } from "./full_screen";
import { type Deed, asked, taken } from "./keys";
import { along } from "./midi";
import { Picture, type Way } from "./picture";
import { PromptLine } from "./prompt_line";
import { useAwake } from "./rest";
import { type Session, begun, takesPictures } from "./session";
import { SETTINGS, type SettingName } from "./settings";
import { SlidersPanel } from "./sliders_panel";
import { Strip } from "./strip";
import { telling, useTold } from "./telling";
import { useActs } from "./use_acts";
import { useDeeds } from "./use_deeds";
import { useMidi } from "./use_midi";
import { useRanges } from "./use_ranges";
import { useSession } from "./use_session";

const Console = lazy(async () => ({ default: (await import("../console/console")).Console }));

/** How far a press of a bracket moves the change. */
const NUDGE = 0.05;

/** A button that was clicked gives the focus back: Space is the stage's, and must not press it once more. */
function release({ currentTarget, target, detail }: MouseEvent): void {
  const pressed = target instanceof Element ? target.closest("button") : null;
  if (detail > 0 && pressed !== null && currentTarget.contains(pressed)) pressed.blur();
}

/** What a stage has more whose pictures come in from outside. */
export interface Lens {
  /** What comes in, laid over the picture or beside it. */
  over: ReactNode;
  /** What is chosen about it, above the sliders. */
  panel: (session: Session) => ReactNode;
  /** What is said while nothing comes in and nothing was ever shown. */
  waiting: ReactNode;
  /** Another session is about to take its place: no word of an end. */
  passing: boolean;
}

/** What means something where the picture is given and no camera moves. */
const GIVEN: readonly SettingName[] = ["change", "guidance", "blend"];

interface StageProps {
  job: Job;
  /** The last picture of the session before, where this one goes on from it. */
  before: string | null;
  /** Another session is to be shown, with a picture of this one until it comes. */
  onGo: (jobId: string, picture: string | null) => void;
  /** None is. */
  onLeave: () => void;
  lens?: Lens;
  /** The session is over; `lost` where the studio went away under it, with what it stood at and showed last. */
  onOver?: (session: Session, lost: boolean, picture: string | null) => void;
}

/** A live session: its picture, and everything that steers it. */
export function Stage({ job, before, onGo, onLeave, lens, onOver }: StageProps) {
  const known = useSession(job);
  const { session, refresh } = known;
  const preview = useRef<Preview | null>(null);
  const deeds = useDeeds(job.id, known, preview);
  const line = useRef<HTMLInputElement>(null);
  const [told] = useState(telling);
  const [connected, setConnected] = useState<Line>("opening");
  const [way, setWay] = useState<Way>("socket");
  const [bank, setBank] = useState<Bank>(load);
  const [drawer, setDrawer] = useState<Drawer>(null);
  const [talk, setTalk] = useState<Talk>(null);
  const [reading, setReading] = useState(false);
  const [writing, setWriting] = useState(false);
  const full = useFullScreen();
  const ranges = useRanges(job);
  const { blend } = session.settings;
  const first = useMemo(() => begun(job, blend).settings, [job, blend]);
  const settings = SETTINGS.map((setting) => ({ ...setting, ...ranges[setting.name] }));
  const find = (name: SettingName) => settings.find((one) => one.name === name) ?? SETTINGS[0];
  const midi = useMidi((name, value) => {
    const setting = find(name);
    if (setting && ranges[name] !== null) deeds.move(name, along(value, setting));
  });
  const over = session.ended || connected === "refused";
  const { awake, hide } = useAwake(writing || talk !== null || reading || drawer !== null || over || midi.teaching);

  const onLine = useCallback(
    (now: Line) => {
      setConnected(now);
      if (now !== "opening") refresh();
    },
    [refresh],
  );
  const wasLost = useRef(false);
  useEffect(() => {
    wasLost.current ||= connected === "lost";
  }, [connected]);
  // A picture came: it is the same studio still.
  useEffect(() => told.subscribe(() => (wasLost.current = false)), [told]);
  const tellOver = useEffectEvent(() => onOver?.(session, wasLost.current, lastPicture()));
  useEffect(() => {
    if (session.ended) tellOver();
  }, [session.ended]);
  const left = connected === "ended" && !session.ended;
  useEffect(() => {
    if (!left) return;
    // The picture ends a moment before its job does.
    const timer = window.setInterval(refresh, 1500);
    return () => window.clearInterval(timer);
  }, [left, refresh]);
  const onPreview = useCallback((now: Preview | null) => {
    preview.current = now;
  }, []);
  const onRefused = useCallback((words: string) => {
    setWay("socket");
    toast(words);
  }, []);
  const keepBank = useCallback((next: Bank) => {
    setBank(next);
    save(next);
  }, []);
  const play = useCallback(
    (slot: number) => {
      const prompt = bank[slot];
      if (prompt) deeds.prompt(prompt);
    },
    [bank, deeds],
  );
  const asBegun = useCallback(() => deeds.settle({ ...first, blend }), [deeds, first, blend]);
  const change = (by: number) => {
    const setting = find("change");
    if (setting) deeds.nudge(setting, by);
  };
  const close = () => {
    setReading(false);
    setDrawer(null);
    line.current?.blur();
    hide();
  };

  const does: Record<Deed, () => void> = {
    write: () => line.current?.focus(),
    recall: () => {
      line.current?.focus();
      line.current?.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true, cancelable: true }));
    },
    freeze: deeds.freeze,
    spark: deeds.spark,
    record: deeds.record,
    snapshot: deeds.snapshot,
    fullscreen: fullScreen,
    console: () => setReading((open) => !open),
    less: () => change(-NUDGE),
    more: () => change(NUDGE),
    hide: close,
    help: () => setTalk("help"),
  };
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || talk !== null || taken(event.target, event.key) || (event.repeat && !"[]".includes(event.key))) return;
    const wanted = asked(event);
    if (wanted === null || (over && typeof wanted === "number")) return;
    event.preventDefault();
    if (typeof wanted === "number") play(wanted);
    else does[wanted]();
  });
  useEffect(() => {
    const heard = (event: KeyboardEvent) => pressed(event);
    window.addEventListener("keydown", heard);
    return () => window.removeEventListener("keydown", heard);
  }, []);

  const acts = useActs({ deeds, recording: session.recording, reading, onRead: setReading, way, onWay: setWay, full, onTalk: setTalk });
  const coming = useTold(told, (shown) => shown === null) && !over;
  const joining = before === null && (job.live_state?.frame ?? 0) > 0;
  const placeholder = useTold(told, (shown) => shown?.placeholder ?? false);

  return (
    <main
      className="live"
      data-awake={awake}
      data-over={over}
      data-coming={coming}
      data-reading={reading}
      onFocus={({ target }) => setWriting(target.matches("input, textarea"))}
      onBlur={() => setWriting(false)}
      onClick={release}
    >
      <h1 className="sr-only">Live: {session.prompt}</h1>
      {joining && <Joining jobId={job.id} alone={coming} />}
      <Picture jobId={job.id} way={way} label={session.prompt} onShown={told.tell} onLine={onLine} onRefused={onRefused} onPreview={onPreview} />
      {lens?.over}
      {coming && !joining && session.phase === "waiting" && lens !== undefined && lens.waiting}
      {coming && !joining && (session.phase !== "waiting" || !lens) && <Coming jobId={job.id} before={before} prompt={session.prompt} phase={session.phase} />}
      {placeholder && <p className="live-edge">placeholder</p>}
      {session.recording && <Recording told={told} since={session.recordingSince} />}
      {connected === "lost" && !over && (
        <p className="live-lost glass arriving" role="status">
          The studio is away. The picture stays, and goes on as soon as it is back.
        </p>
      )}
      <Chrome
        acts={acts}
        drawer={drawer}
        onDrawer={setDrawer}
        frozen={session.frozen}
        onFreeze={deeds.freeze}
        onSpark={deeds.spark}
        line={<PromptLine current={session.prompt} disabled={over} onSend={deeds.prompt} line={line} />}
        bank={<BankPanel bank={bank} current={session.prompt} onChange={keepBank} onPlay={play} />}
        sliders={
          <>
          {lens?.panel(session)}
          <SlidersPanel
            settings={session.settings}
            first={first}
            ranges={ranges}
            midi={midi}
            onMove={deeds.move}
            onResetAll={asBegun}
            names={takesPictures(job) ? GIVEN : undefined}
          />
          </>
        }
        strip={<Strip deeds={session.deeds} told={told} otherwise={session.time} recordingSince={session.recording ? session.recordingSince : null} onPrompt={deeds.prompt} />}
      />
      {over && !lens?.passing && <Ended job={job} session={session} onGo={onGo} onAgain={() => setTalk("again")} onLeave={onLeave} />}
      {reading && (
        <Suspense fallback={null}>
          <Console jobId={job.id} spec={job.spec} onClose={() => setReading(false)} />
        </Suspense>
      )}
      <Talks talk={talk} job={job} prompt={session.prompt} onTalk={setTalk} />
    </main>
  );
}
