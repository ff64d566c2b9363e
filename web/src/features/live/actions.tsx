import { memo } from "react";
import { Button } from "../../components/button";
import { Icon, type IconName } from "../../components/icon";
import { Tip } from "../../components/tip";
import { moment } from "../../wording";
import { type Telling, useTold } from "./telling";

export interface Act {
  words: string;
  icon: IconName;
  /** The key that does the same. */
  hint?: string;
  pressed?: boolean;
  /** Something of another kind begins here. */
  apart?: boolean;
  onClick: () => void;
}

/** A row of things to do, each an icon that says what it is. */
export const Actions = memo(function Actions({ acts, side = "bottom", named = false }: { acts: readonly Act[]; side?: "top" | "bottom"; named?: boolean }) {
  return (
    <div className={named ? "live-named" : "flex"}>
      {acts.map(({ words, icon, hint, pressed, apart, onClick }) =>
        named ? (
          <Button key={words} look="icon" className="h-auto! w-full! flex-col gap-1! px-1! py-2.5" aria-pressed={pressed} onClick={onClick}>
            <Icon name={icon} />
            <span className="text-14">{words}</span>
          </Button>
        ) : (
          <Tip key={words} words={words} hint={hint} side={side}>
            <Button look="icon" className={apart ? "live-apart" : ""} aria-label={words} aria-pressed={pressed} aria-keyshortcuts={hint} onClick={onClick}>
              <Icon name={icon} />
            </Button>
          </Tip>
        ),
      )}
    </div>
  );
});

/** That everything is being recorded, and for how long; it stays when the controls leave. */
export function Recording({ told, since }: { told: Telling; since: number }) {
  const seconds = useTold(told, (shown) => Math.max(0, Math.floor((shown?.time ?? since) - since)));
  return (
    <p className="live-recording" role="status">
      <span aria-hidden="true" />
      <span className="sr-only">Recording</span>
      <time className="tabular" aria-hidden="true">
        {moment(seconds)}
      </time>
    </p>
  );
}
