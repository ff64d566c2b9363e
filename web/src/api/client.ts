/** Requests to the studio: JSON in, JSON out, and every refusal in words. */

/** A refusal or a failure, said in one sentence; `status` is 0 where the studio did not answer. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly field: string | null = null,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

export interface Asked {
  signal?: AbortSignal | undefined;
  headers?: Record<string, string>;
}

export const AWAY = "The studio does not answer. Nothing is lost: this page goes on by itself as soon as it is back.";
const REFUSED: Record<number, string> = {
  401: "This page needs the studio's token: open the address that the studio printed when it started.",
  403: "This token may watch, and only the director's may steer.",
};

export const get = <T>(path: string, asked: Asked = {}) => request<T>("GET", path, undefined, asked);
export const post = <T>(path: string, body?: unknown, asked: Asked = {}) => request<T>("POST", path, body ?? {}, asked);
export const patch = <T>(path: string, body: unknown, asked: Asked = {}) => request<T>("PATCH", path, body, asked);
export const remove = <T = void>(path: string, asked: Asked = {}) => request<T>("DELETE", path, undefined, asked);

/** Send bytes as they are. */
export const put = <T>(path: string, body: Blob, asked: Asked = {}) =>
  request<T>("PUT", path, body, { ...asked, headers: { "content-type": "application/octet-stream", ...asked.headers } });

async function request<T>(method: string, path: string, body: unknown, { signal, headers = {} }: Asked): Promise<T> {
  const sent: RequestInit = { method, credentials: "same-origin", signal: signal ?? null, headers };
  if (body instanceof Blob) sent.body = body;
  else if (body !== undefined) {
    sent.body = JSON.stringify(body);
    sent.headers = { "content-type": "application/json", ...headers };
  }
  const answer = await fetch(path, sent).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ApiError(AWAY, 0);
  });
  if (!answer.ok) throw await refusal(answer);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

async function refusal(answer: Response): Promise<ApiError> {
  const told: unknown = await answer.json().catch(() => null);
  const { message, field } = (typeof told === "object" && told !== null ? told : {}) as Record<string, unknown>;
  const words = typeof message === "string" && message !== "" ? message : REFUSED[answer.status];
  return new ApiError(words ?? `The studio answered ${answer.status}.`, answer.status, typeof field === "string" ? field : null);
}

/** The address of a socket of this studio. */
export function socketAddress(path: string): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
}
