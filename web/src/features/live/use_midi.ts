import { useCallback, useEffect, useEffectEvent, useMemo, useState } from "react";
import { toast } from "../../components/toast";
import { type Learnt, forgotten, load, save, taught, turned } from "./midi";
import { SETTINGS, type SettingName } from "./settings";

export interface Midi {
  /** This browser speaks MIDI, and may here. */
  able: boolean;
  teaching: boolean;
  /** The slider that the next knob is taught. */
  chosen: SettingName | null;
  toggle: () => void;
  choose: (name: SettingName) => void;
  /** The control a slider has learnt, as it is shown. */
  control: (name: SettingName) => string | null;
}

const NAMES: ReadonlySet<string> = new Set(SETTINGS.map(({ name }) => name));

/** Let knobs of MIDI controllers move sliders: `onTurn` has the slider and where the knob is, 0 to 1. */
export function useMidi(onTurn: (name: SettingName, value: number) => void): Midi {
  const [learnt, setLearnt] = useState<Learnt>(() => load(NAMES));
  const [teaching, setTeaching] = useState(false);
  const [chosen, setChosen] = useState<SettingName | null>(null);
  const able = typeof navigator.requestMIDIAccess === "function" && isSecureContext;
  const listening = able && (teaching || Object.keys(learnt).length > 0);

  const keep = useCallback((next: Learnt) => {
    setLearnt(next);
    save(next);
  }, []);

  const heard = useEffectEvent((data: Uint8Array) => {
    const found = turned(data);
    if (found === null) return;
    if (teaching && chosen !== null) {
      keep(taught(learnt, found.control, chosen));
      setChosen(null);
      return;
    }
    const name = learnt[found.control];
    if (name !== undefined) onTurn(name, found.value);
  });

  useEffect(() => {
    if (!listening) return;
    let access: MIDIAccess | undefined;
    let left = false;
    const each = (event: MIDIMessageEvent) => event.data && heard(event.data);
    const join = () => access?.inputs.forEach((input) => (input.onmidimessage = left ? null : each));
    navigator.requestMIDIAccess().then(
      (given) => {
        access = given;
        given.onstatechange = join;
        join();
      },
      () => toast("The browser does not let this page hear MIDI: allow it in the site's settings."),
    );
    return () => {
      left = true;
      join();
    };
  }, [listening]);

  const toggle = useCallback(() => {
    setTeaching((on) => !on);
    setChosen(null);
  }, []);
  return useMemo(() => {
    const choose = (name: SettingName) => {
      if (Object.values(learnt).includes(name) && chosen === name) keep(forgotten(learnt, name));
      setChosen(chosen === name ? null : name);
    };
    const control = (name: SettingName) => Object.entries(learnt).find(([, other]) => other === name)?.[0].replace("/", " · ") ?? null;
    return { able, teaching, chosen, toggle, choose, control };
  }, [able, teaching, chosen, learnt, keep, toggle]);
}
