import { useState } from "react";
import { get, patch } from "../../api/client";
import type { Job } from "../../api/types";
import { Button } from "../../components/button";
import { Dialog } from "../../components/dialog";
import { Field, Input } from "../../components/field";
import { Icon } from "../../components/icon";
import { complain, toast } from "../../components/toast";

interface KeepProps {
  job: Job;
  title: string;
  onTitle: (title: string) => void;
  onAgain: () => void;
  onClose: () => void;
}

/** Give a performance its name, take it away as a file, or render it again. */
export function Keep({ job, title, onTitle, onAgain, onClose }: KeepProps) {
  const [words, setWords] = useState(title);
  const [busy, setBusy] = useState(false);

  const keep = async () => {
    setBusy(true);
    try {
      const named = await patch<Job>(`/api/jobs/${job.id}`, { title: words.trim() || title });
      onTitle(named.title);
      await download(job.id, named.title);
      toast("The performance is kept, in History and as a file.");
      onClose();
    } catch (error) {
      complain(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog open onClose={onClose} title="Keep this performance" words="Every gesture with its exact frame: enough to show it again as it was, or larger, or anew.">
      <form
        className="grid gap-6"
        onSubmit={(event) => {
          event.preventDefault();
          void keep();
        }}
      >
        <Field label="Title">{(name) => <Input {...name} value={words} onChange={(event) => setWords(event.target.value)} maxLength={200} />}</Field>
        <footer className="flex flex-wrap justify-end gap-2">
          <Button look="quiet" onClick={onAgain}>
            <Icon name="film" size={18} />
            Render again
          </Button>
          <Button look="main" type="submit" disabled={busy}>
            <Icon name="download" size={18} />
            Keep
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

async function download(jobId: string, title: string): Promise<void> {
  const spec = await get<unknown>(`/api/jobs/${jobId}/spec`);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`${JSON.stringify(spec, null, 2)}\n`], { type: "application/json" }));
  link.download = `${fileName(title)}.json`;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function fileName(title: string): string {
  const plain = title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
  return plain.slice(0, 60) || "performance";
}
