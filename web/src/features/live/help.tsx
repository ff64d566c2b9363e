import { Dialog } from "../../components/dialog";
import { KEYS } from "./keys";

/** The keys of the stage. */
export function Help({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Keys" wide>
      <dl className="grid gap-x-10 gap-y-1 md:grid-cols-2">
        {[...KEYS.slice(0, 2), { shown: "1 – 9", words: "Prompts of the bank" }, ...KEYS.slice(2)].map(({ shown, words }) => (
          <div key={shown} className="flex h-10 items-center justify-between gap-4 border-b border-line text-14">
            <dt className="order-2">
              <kbd className="rounded-lg bg-white/8 px-2.5 py-1 font-sans text-ink">{shown}</kbd>
            </dt>
            <dd className="text-ink-2">{words}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
