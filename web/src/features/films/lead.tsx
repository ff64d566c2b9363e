import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { uploadPicture } from "../../api/uploads";
import type { Given } from "../../film/shot";
import { clock } from "../../film/timeline";
import { Giving } from "../making/giving";
import { CLIPS } from "../making/use_upload";

interface LeadProps {
  extend: Given | null;
  onExtend: (extend: Given | null) => void;
}

/** Before the first scene: the clip that the film begins with and goes on from, or a place for one. */
export function Lead({ extend, onExtend }: LeadProps) {
  if (extend === null)
    return (
      <Giving
        className="lead-place"
        given={null}
        types={CLIPS}
        icon="clip"
        invitation="Go on from a clip"
        label="A clip to go on from"
        words={({ name }) => name}
        unfit={({ kind, name }) => (kind === "video" ? null : `“${name}” is no clip.`)}
        onGiven={onExtend}
      />
    );
  return (
    <div className="scene lead">
      <div className="scene-face">
        <img className="scene-thumb" src={uploadPicture(extend)} alt="" />
      </div>
      {extend.seconds !== undefined && <span className="scene-length tabular">{clock(extend.seconds)}</span>}
      <p className="scene-words" title={extend.name}>
        {extend.name}
      </p>
      <div className="scene-deeds">
        <span className="lead-words">Stays as it is</span>
        <Button look="icon" className="ml-auto" aria-label={`Take “${extend.name}” out`} onClick={() => onExtend(null)}>
          <Icon name="close" size={18} />
        </Button>
      </div>
    </div>
  );
}
