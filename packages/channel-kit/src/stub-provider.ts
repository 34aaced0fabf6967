import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { text } from "node:stream/consumers";

/** What the stub does with a request once it has read all of it. */
export type StubAnswer =
  | {
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The connection is cut. */
  | "reset"
  /** Nothing is ever answered. */
  | "silence";

export interface StubRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/**
 * A provider's HTTP API on this machine that gives every request the same answer. For tests only.
 */
export interface StubProvider extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Resolves with the first request as soon as it has been read whole. */
  readonly firstRequest: Promise<StubRequest>;
  /** From now on a connection is cut as soon as it is made. */
  cutNewConnections(): void;
}

/** Starts a stub on a free port; disposing it cuts the connections that are left. */
export async function startStubProvider(answer: StubAnswer): Promise<StubProvider> {
  const first = Promise.withResolvers<StubRequest>();
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const { method = "", url: path = "", headers } = request;
    if (answer === "reset") request.socket.destroy();
    if (typeof answer === "object") {
      response.writeHead(answer.status, answer.headers).end(answer.body);
    }
    first.resolve({ method, path, headers, body });
  });
  const url = await listen(server);
  return {
    url,
    firstRequest: first.promise,
    cutNewConnections: () => server.prependListener("connection", (socket) => socket.destroy()),
    [Symbol.asyncDispose]: () => close(server),
  };
}

/** An address on which nobody listens, so that connecting is refused. */
export async function findRefusingUrl(): Promise<string> {
  const server = createServer();
  const url = await listen(server);
  await close(server);
  return url;
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The stub has no port.");
  return `http://127.0.0.1:${address.port}`;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
