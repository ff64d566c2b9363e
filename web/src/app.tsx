import { Tooltip } from "radix-ui";
import { lazy, type ReactNode, Suspense } from "react";
import { Mishap } from "./components/mishap";
import { Shell } from "./components/shell";
import { Toasts } from "./components/toast";
import { PAGES, pageAt } from "./pages";
import { usePath } from "./route";

const Live = lazy(PAGES.live);
const Watch = lazy(PAGES.watch);
const Camera = lazy(PAGES.camera);
/** Those with the rail at their side. */
const OFF_STAGE = {
  create: lazy(PAGES.create),
  films: lazy(PAGES.films),
  queue: lazy(PAGES.queue),
  history: lazy(PAGES.history),
  system: lazy(PAGES.system),
};

/** The studio's page. */
export function App() {
  return (
    <Tooltip.Provider delayDuration={500} skipDelayDuration={200}>
      <Mishap>
        <Suspense fallback={null}>{page(usePath())}</Suspense>
      </Mishap>
      <Toasts />
    </Tooltip.Provider>
  );
}

function page(path: string): ReactNode {
  const { name, of } = pageAt(path);
  if (name === "watch") return <Watch id={of ?? "live"} />;
  if (name === "live") return <Live />;
  if (name === "camera") return <Camera />;
  const Shown = OFF_STAGE[name];
  return (
    <Shell here={`/${name}`}>
      <Shown />
    </Shell>
  );
}
