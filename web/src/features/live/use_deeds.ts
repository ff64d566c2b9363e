import { useEffect, useMemo, useRef } from "react";
import { post } from "../../api/client";
import type { Preview } from "../../api/preview";
import type { JobFile, Wish } from "../../api/types";
import { complain, toast } from "../../components/toast";
import { type SettingName, held, wish as wishOf } from "./settings";
import { steering } from "./steering";
import type { Known } from "./use_session";
import type { Setting, Settings } from "./settings";

export interface Deeds {
  wish: (wish: Wish) => void;
  prompt: (words: string) => void;
  move: (name: SettingName, value: number) => void;
  settle: (settings: Settings) => void;
  nudge: (setting: Setting, by: number) => void;
  freeze: () => void;
  spark: () => void;
  record: () => void;
  snapshot: () => void;
}

/** What can be done on the stage, each at once and told to the studio in its turn. */
export function useDeeds(jobId: string, { session, expect, settle }: Known, preview: React.RefObject<Preview | null>): Deeds {
  const newest = useRef(session);
  useEffect(() => {
    newest.current = session;
  }, [session]);
  const steer = useRef<ReturnType<typeof steering> | null>(null);

  useEffect(() => {
    const sent = async (wish: Wish) => {
      const line = preview.current;
      return line === null ? post<never>(`/api/jobs/${jobId}/keyframes`, wish) : line.send(wish);
    };
    const made = steering({ send: sent, onProblem: complain });
    steer.current = made;
    return () => made.stop();
  }, [jobId, preview]);

  return useMemo(() => {
    const wish = (wanted: Wish) => {
      expect(wanted);
      steer.current?.wish(wanted);
    };
    const settled = (settings: Settings, name: SettingName) => {
      newest.current = { ...newest.current, settings };
      settle(settings);
      const wanted = wishOf(name, settings);
      if (wanted !== null) steer.current?.wish(wanted);
    };
    const move = (name: SettingName, value: number) => settled({ ...newest.current.settings, [name]: value }, name);
    return {
      wish,
      move,
      prompt: (words) => wish({ prompt: words, blend: newest.current.settings.blend }),
      settle: (settings) => {
        for (const name of ["change", "guidance", "zoom"] as const) {
          if (settings[name] !== newest.current.settings[name] || name === "zoom") settled(settings, name);
        }
      },
      nudge: (setting, by) => move(setting.name, held(Math.round((newest.current.settings[setting.name] + by) * 100) / 100, setting)),
      freeze: () => wish({ freeze: !newest.current.frozen }),
      spark: () => void post(`/api/jobs/${jobId}/spark`).catch(complain),
      record: () => void record(jobId, !newest.current.recording),
      snapshot: () => void snapshot(jobId),
    };
  }, [jobId, expect, settle]);
}

async function record(jobId: string, on: boolean): Promise<void> {
  try {
    const job = await post<{ files: JobFile[] }>(`/api/jobs/${jobId}/record`, { on });
    const film = job.files.filter(({ kind }) => kind === "recording").at(-1);
    if (!on && film !== undefined) toast("The recording is kept.", { action: "Download", onAction: () => take(jobId, film.name), seconds: 10 });
  } catch (error) {
    complain(error);
  }
}

async function snapshot(jobId: string): Promise<void> {
  try {
    const file = await post<JobFile>(`/api/jobs/${jobId}/snapshot`);
    toast("The picture is kept.", { action: "Download", onAction: () => take(jobId, file.name), seconds: 8 });
  } catch (error) {
    complain(error);
  }
}

/** Save one of a job's files. */
function take(jobId: string, name: string): void {
  const link = document.createElement("a");
  link.href = `/api/jobs/${jobId}/files/${encodeURIComponent(name)}`;
  link.download = name;
  link.click();
}
