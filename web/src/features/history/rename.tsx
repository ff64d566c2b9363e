import { type FormEvent, useState } from "react";
import { changeJob, type Job } from "../../api/jobs";
import { Button } from "../../components/button";
import { Dialog } from "../../components/dialog";
import { Field, Input } from "../../components/field";

interface RenameProps {
  job: Job;
  onClose: () => void;
  onJob: (job: Job) => void;
}

/** Another name for what is kept. */
export function Rename({ job, onClose, onJob }: RenameProps) {
  const [title, setTitle] = useState(job.title);
  const [problem, setProblem] = useState<string | null>(null);
  const send = (event: FormEvent) => {
    event.preventDefault();
    changeJob(job.id, { title: title.trim() }).then(
      (named) => {
        onJob(named);
        onClose();
      },
      (error: Error) => setProblem(error.message),
    );
  };
  return (
    <Dialog open onClose={onClose} title="Rename">
      <form className="grid gap-5" onSubmit={send}>
        <Field label="Title" problem={problem}>
          {(name) => <Input {...name} value={title} maxLength={200} autoFocus onChange={({ target }) => setTitle(target.value)} />}
        </Field>
        <Button type="submit" look="main" className="justify-self-end" disabled={title.trim() === ""}>
          Rename
        </Button>
      </form>
    </Dialog>
  );
}
