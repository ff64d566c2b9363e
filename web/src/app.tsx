import { Tooltip } from "radix-ui";
import { lazy, type ReactNode, Suspense } from "react";
import { Mishap } from "./components/mishap";
import { Shell } from "./components/shell";
import { Toasts } from "./components/toast";
import { usePath } from "./route";
import "./components/shell.css";

const LivePage = lazy(async () => ({ default: (await import("./features/live/live")).Live }));
const Watch = lazy(async () => ({ default: (await import("./features/watch/watch")).Watch }));
const SystemPage = lazy(async () => ({ default: (await import("./features/system/system")).SystemPage }));
const HistoryPage = lazy(async () => ({ default: (await import("./features/history/history")).HistoryPage }));
const CreatePage = lazy(async () => ({ default: (await import("./features/create/create")).CreatePage }));
const FilmsPage = lazy(async () => ({ default: (await import("./features/films/films")).FilmsPage }));
const QueuePage = lazy(async () => ({ default: (await import("./features/queue/queue")).QueuePage }));

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

const PAGES: Record<string, () => ReactNode> = {
  "/create": () => <CreatePage />,
  "/films": () => <FilmsPage />,
  "/queue": () => <QueuePage />,
  "/system": () => <SystemPage />,
  "/history": () => <HistoryPage />,
};

function page(path: string): ReactNode {
  const watched = /^\/watch\/([^/]+)\/?$/.exec(path)?.[1];
  if (watched !== undefined) return <Watch id={decodeURIComponent(watched)} />;
  const here = path.replace(/(.)\/$/, "$1");
  const shown = PAGES[here];
  return shown === undefined ? <LivePage /> : <Shell here={here}>{shown()}</Shell>;
}
