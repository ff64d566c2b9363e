/** A film as other files, made when they are asked for. */

import { fileAddress, fileOf, type Job, type JobFile, makeFile } from "../../api/jobs";
import type { MenuItem } from "../../components/menu";
import { complain, toast } from "../../components/toast";
import { bytes } from "../../wording";

const FORMS = [
  { kind: "gif", icon: "gif", make: "Make a GIF", take: "Download the GIF", going: "The GIF is being made." },
  { kind: "png", icon: "archive", make: "Make PNG pictures", take: "Download the PNG pictures", going: "The pictures are being packed." },
] as const;

/** What a film can be had as besides its own file. */
export function formsOf(job: Job, onJob: (job: Job) => void): MenuItem[] {
  return FORMS.map(({ kind, icon, make, take, going }) => {
    const there = fileOf(job, kind);
    return there === null
      ? { title: make, icon, onChoose: () => void made(job, kind, going, onJob) }
      : { title: take, icon, href: fileAddress(job, there.name), download: there.name, hint: bytes(there.bytes) };
  });
}

async function made(job: Job, kind: "gif" | "png", going: string, onJob: (job: Job) => void): Promise<void> {
  toast(going);
  try {
    const file: JobFile = await makeFile(job.id, kind);
    onJob({ ...job, files: [...job.files.filter(({ name }) => name !== file.name), file] });
    const link = document.createElement("a");
    [link.href, link.download] = [fileAddress(job, file.name), file.name];
    link.click();
  } catch (error) {
    complain(error);
  }
}
