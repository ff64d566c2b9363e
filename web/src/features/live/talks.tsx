import { lazy, Suspense, useState } from "react";
import { post } from "../../api/client";
import type { Job } from "../../api/types";
import { Button } from "../../components/button";
import { Dialog } from "../../components/dialog";
import { complain, toast } from "../../components/toast";
import { go } from "../../route";
import { Help } from "./help";
import { Keep } from "./keep";

const Invite = lazy(async () => ({ default: (await import("../watch/invite")).Invite }));
const RenderAgain = lazy(async () => ({ default: (await import("../history/render_again")).RenderAgain }));

/** What is talked about, one thing at a time. */
export type Talk = "keep" | "again" | "invite" | "help" | "end" | null;

interface TalksProps {
  talk: Talk;
  job: Job;
  prompt: string;
  onTalk: (talk: Talk) => void;
}

/** The dialogs of the stage. */
export function Talks({ talk, job, prompt, onTalk }: TalksProps) {
  const [title, setTitle] = useState(job.title);
  const close = () => onTalk(null);
  return (
    <>
      <Help open={talk === "help"} onClose={close} />
      {talk === "keep" && <Keep job={job} title={title || prompt} onTitle={setTitle} onAgain={() => onTalk("again")} onClose={close} />}
      <Dialog open={talk === "again"} onClose={close} title="Render again">
        <Suspense fallback={null}>
          <RenderAgain
            job={job}
            onStarted={() => {
              close();
              toast("It is rendered when the stage is free.", { action: "History", onAction: () => go("/history"), seconds: 8 });
            }}
          />
        </Suspense>
      </Dialog>
      <Dialog open={talk === "invite"} onClose={close} title="Invite to watch" wide>
        <Suspense fallback={null}>
          <Invite jobId={job.id} />
        </Suspense>
      </Dialog>
      <Dialog open={talk === "end"} onClose={close} title="End the performance?" words="It is kept in History, every gesture with its frame. A recording under way is made whole.">
        <footer className="flex justify-end gap-2">
          <Button look="quiet" onClick={close}>
            Go on
          </Button>
          <Button
            look="main"
            onClick={() => {
              close();
              void post(`/api/jobs/${job.id}/cancel`).catch(complain);
            }}
          >
            End it
          </Button>
        </footer>
      </Dialog>
    </>
  );
}
