/** What happens to a job, from its beginning, without a gap and without anything twice, whatever the network does. */

import { socketAddress } from "./client";
import { patience } from "./patience";

/** One thing that happened; what else it holds depends on its kind. */
export interface StudioEvent {
  id: number;
  kind: string;
  at: string;
  [name: string]: unknown;
}

/** Closed with this code when the job has ended and all is told. */
const ALL_TOLD = 1000;
const REFUSED = 1008;
/** Milliseconds that events are gathered for: hours of them come at once when a page is opened, and are drawn once. */
const GATHERING = 30;

/**
 * Call `tell` for every event of a job, and again for those that come; returns what ends it.
 *
 * A socket, since a browser opens only six streams of events to one host in all its windows. Those that come close
 * together are told in one go, so that what is drawn by them is drawn once.
 */
export function listen(jobId: string, tell: (event: StudioEvent) => void, after = 0): () => void {
  let socket: WebSocket | undefined;
  let timer: number | undefined;
  let [last, attempt, left] = [after, 0, false];
  let gathering: number | undefined;
  let gathered: StudioEvent[] = [];

  const tellAll = () => {
    const events = gathered;
    [gathering, gathered] = [undefined, []];
    for (const event of events) if (!left) tell(event);
  };

  const open = () => {
    socket = new WebSocket(socketAddress(`/api/jobs/${jobId}/events.ws?after=${last}`));
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      const event = JSON.parse(data) as StudioEvent;
      attempt = 0;
      if (left || typeof event.kind !== "string" || event.id <= last) return;
      last = event.id;
      gathered.push(event);
      gathering ??= window.setTimeout(tellAll, GATHERING);
    };
    socket.onclose = ({ code }) => {
      if (left || code === ALL_TOLD || code === REFUSED) return;
      timer = window.setTimeout(open, patience(attempt++));
    };
  };

  open();
  return () => {
    left = true;
    window.clearTimeout(timer);
    window.clearTimeout(gathering);
    quietly(socket);
  };
}

/** Close a socket without the browser complaining about one that never opened. */
export function quietly(socket: WebSocket | undefined): void {
  if (socket?.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close();
  else socket?.close();
}
