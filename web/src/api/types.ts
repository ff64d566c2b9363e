/** The studio's shapes by their short names; `schema.ts` is generated from its OpenAPI document. */

import type { Keyframe as StoredKeyframe, ReceiptView } from "./schema";

export type { Job, JobFile, ModelView, RenderSpec } from "./schema";

/** What a director may wish for; `time` is left out, which means the next frame. */
export type Wish = Partial<Omit<StoredKeyframe, "time">>;
export type Keyframe = StoredKeyframe;
export type Receipt = ReceiptView;
