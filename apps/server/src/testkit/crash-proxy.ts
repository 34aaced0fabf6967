import { connect, createServer, type Server, type Socket } from "node:net";

/**
 * A wire between two parties that can be cut anywhere: TCP on an address that stays the same while the
 * server behind it dies and comes back elsewhere.
 */
export interface CrashProxy {
  readonly url: string;
  /** Where connections lead from now on; `null`: nobody is there. */
  leadTo(url: string | null): void;
  /** From now on requests don't get through. Settles when the first is held. */
  holdRequests(): Promise<void>;
  /** From now on answers don't get back. Settles when the first is held. */
  holdAnswers(): Promise<void>;
  /** Everything passes again, what was held first. */
  passOn(): void;
  /** Everything passes again; what was held is gone, its connections are cut. */
  mend(): void;
  close(): Promise<void>;
}

type Mode = "pass" | "holdRequests" | "holdAnswers";

export async function startCrashProxy(): Promise<CrashProxy> {
  const sockets = new Set<Socket>();
  let target: URL | null = null;
  let mode: Mode = "pass";
  let caught = Promise.withResolvers<void>();
  let held: (() => void)[] = [];

  const forward = (heldIn: Mode, write: () => void) => {
    if (mode !== heldIn) return write();
    held.push(write);
    caught.resolve();
  };
  const server = createServer((client) => {
    if (target === null) return void client.destroy();
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.once("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on("data", (data) => forward("holdRequests", () => upstream.write(data)));
    upstream.on("data", (data) => forward("holdAnswers", () => client.write(data)));
  });
  const change = (to: Mode) => {
    mode = to;
    caught = Promise.withResolvers<void>();
    return caught.promise;
  };
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: await listen(server),
    leadTo: (url) => {
      target = url === null ? null : new URL(url);
      cutAll();
    },
    holdRequests: () => change("holdRequests"),
    holdAnswers: () => change("holdAnswers"),
    passOn: () => {
      mode = "pass";
      for (const write of held.splice(0)) write();
    },
    mend: () => {
      mode = "pass";
      held = [];
      cutAll();
    },
    close: async () => {
      cutAll();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = address !== null && typeof address === "object" ? address.port : 0;
      resolve(`http://127.0.0.1:${port}`);
    });
  });
}
