import { Choices } from "../../components/choices";
import { Icon } from "../../components/icon";
import type { Sought } from "./kept";

interface SeekProps {
  sought: Sought;
  onSought: (sought: Sought) => void;
}

const KINDS = [
  { value: "all", title: "All" },
  { value: "films", title: "Films" },
  { value: "performances", title: "Performed" },
] as const;

/** What is to be shown of all that is kept. */
export function Seek({ sought, onSought }: SeekProps) {
  return (
    <div className="seek" role="search">
      <label className="seek-words">
        <Icon name="search" size={18} />
        <span className="sr-only">Search</span>
        <input type="search" value={sought.words} placeholder="Search" maxLength={200} onChange={({ target }) => onSought({ ...sought, words: target.value })} />
      </label>
      <Choices label="What is shown" value={sought.kind} choices={KINDS} onChange={(kind: Sought["kind"]) => onSought({ ...sought, kind })} />
      <button type="button" className="seek-heart" aria-pressed={sought.favourites} onClick={() => onSought({ ...sought, favourites: !sought.favourites })}>
        <Icon name="favourite" size={18} />
        Favourites
      </button>
    </div>
  );
}
