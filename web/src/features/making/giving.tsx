import { type ReactNode, useRef } from "react";
import { type Upload, uploadPicture } from "../../api/uploads";
import { Button } from "../../components/button";
import { Icon, type IconName } from "../../components/icon";
import type { Given } from "../../film/shot";
import { Chooser } from "./chooser";
import { useDrop } from "./use_drop";
import { givenBy, told, useUpload } from "./use_upload";
import "./giving.css";

interface GivingProps {
  given: Given | null;
  /** What kinds of files may be chosen. */
  types: string;
  icon: IconName;
  invitation: string;
  /** What the chooser of files is called for those who do not see it. */
  label: string;
  /** What is said of the file that is there. */
  words: (given: Given) => string;
  /** What is wrong with a file for this place, null where nothing is. */
  unfit?: (there: Upload) => string | null;
  onGiven: (given: Given | null) => void;
  className?: string;
  children?: ReactNode;
}

/** A place for one file: chosen or dropped, shown, and taken out. */
export function Giving({ given, types, icon, invitation, label, words, unfit, onGiven, className, children }: GivingProps) {
  const chooser = useRef<HTMLInputElement>(null);
  const { bring, bringing, problem } = useUpload((there, file) => onGiven(givenBy(there, file.name)), unfit);
  const { over, handlers } = useDrop((file) => void bring(file));
  return (
    <div className={`giving ${className ?? ""}`} data-over={over} {...handlers}>
      {given === null ? (
        <button type="button" className="giving-choose" onClick={() => chooser.current?.click()}>
          <Icon name={icon} size={18} />
          <span>{bringing === null ? invitation : told(bringing)}</span>
        </button>
      ) : (
        <div className="giving-given">
          <Face key={given.id} given={given} icon={icon} />
          <span className="min-w-0 flex-1 truncate" title={words(given)}>
            {words(given)}
          </span>
          <Button look="icon" aria-label={`Take “${given.name}” out`} onClick={() => onGiven(null)}>
            <Icon name="close" size={18} />
          </Button>
        </div>
      )}
      {problem !== null && (
        <p className="giving-problem" role="alert">
          {problem}
        </p>
      )}
      {children}
      <Chooser chooser={chooser} types={types} label={label} onFile={(file) => void bring(file)} />
    </div>
  );
}

function Face({ given, icon }: { given: Given; icon: IconName }) {
  if (given.kind === "audio") return <span className="giving-sound"><Icon name={icon} size={18} /></span>;
  return <img src={uploadPicture(given)} alt="" onError={({ currentTarget }) => currentTarget.setAttribute("data-empty", "true")} />;
}
