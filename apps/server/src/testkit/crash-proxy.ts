import { connect, createServer, type Server, type Socket } from "node:net";

/**
 * A wire between two parties that can be cut anywhere: TCP on an address that stays the same while the
 * server behind it dies and comes back elsewhere. Leads to HTTP servers and to PostgreSQL.
 */
export interface CrashProxy {
  readonly url: string;
  /** A URL of PostgreSQL, by way of this wire. */
  urlOf(databaseUrl: string): string;
  /** Where connections lead from now on; `null`: nobody is there. */
  leadTo(url: string | null): void;
  /** From now on requests don't get through. Settles when the first is held. */
  holdRequests(): Promise<void>;
  /** From now on answers don't get back. Settles when the first is held. */
  holdAnswers(): Promise<void>;
  /** From now on nothing gets through either way, and connections stay open. */
  holdAll(): void;
  /** Everything passes again, what was held first. */
  passOn(): void;
  /** What passes takes so long from now on, each way; asked anew for every piece. Its order stays. */
  slowDown(delayMs: () => number): void;
  /**
   * The connections of now are dead and nobody is told: what is sent over them vanishes. New ones work.
   */
  vanish(): void;
  /** Everything passes again; what was held is gone, its connections are cut. */
  mend(): void;
  close(): Promise<void>;
}

type Mode = "pass" | "holdRequests" | "holdAnswers" | "holdAll";

interface Wire {
  readonly client: Socket;
  readonly upstream: Socket;
  dead: boolean;
}

interface State {
  readonly wires: Set<Wire>;
  target: URL | null;
  mode: Mode;
  delayMs: (() => number) | null;
  caught: PromiseWithResolvers<void>;
  held: (() => void)[];
}

export async function startCrashProxy(): Promise<CrashProxy> {
  const state: State = {
    wires: new Set(),
    target: null,
    mode: "pass",
    delayMs: null,
    caught: Promise.withResolvers(),
    held: [],
  };
  const server = createServer((client) => accept(state, client));
  const url = await listen(server);
  const change = (to: Mode) => {
    state.mode = to;
    state.caught = Promise.withResolvers();
    return state.caught.promise;
  };
  return {
    url,
    // By hand: a folder as the host is none that a URL can replace.
    urlOf: (databaseUrl) =>
      databaseUrl.replace(`@${new URL(databaseUrl).host}/`, `@${new URL(url).host}/`),
    leadTo: (to) => {
      state.target = to === null ? null : new URL(to);
      cutAll(state);
    },
    holdRequests: () => change("holdRequests"),
    holdAnswers: () => change("holdAnswers"),
    holdAll: () => void change("holdAll"),
    passOn: () => {
      state.mode = "pass";
      for (const write of state.held.splice(0)) write();
    },
    slowDown: (delayMs) => {
      state.delayMs = delayMs;
    },
    vanish: () => {
      for (const wire of state.wires) wire.dead = true;
    },
    mend: () => {
      state.mode = "pass";
      state.delayMs = null;
      state.held = [];
      cutAll(state);
    },
    close: async () => {
      cutAll(state);
      await new Promise((closed) => server.close(closed));
    },
  };
}

function accept(state: State, client: Socket): void {
  if (state.target === null) return void client.destroy();
  const upstream = connectTo(state.target);
  const wire: Wire = { client, upstream, dead: false };
  state.wires.add(wire);
  for (const socket of [client, upstream]) {
    socket.on("error", () => undefined);
    socket.once("close", () => {
      // Behind a dead wire nobody hears that the other side is gone.
      if (!wire.dead) cut(state, wire);
    });
  }
  handOver(state, wire, { from: client, to: upstream, heldIn: "holdRequests" });
  handOver(state, wire, { from: upstream, to: client, heldIn: "holdAnswers" });
}

interface Direction {
  readonly from: Socket;
  readonly to: Socket;
  readonly heldIn: Mode;
}

/** Hands over what comes in on one side of a wire, in order. */
function handOver(state: State, wire: Wire, { from, to, heldIn }: Direction): void {
  let earlier = Promise.resolve();
  const write = (data: Buffer) => {
    if (!wire.dead) to.write(data);
  };
  const pass = (data: Buffer) => {
    if (state.delayMs === null) return write(data);
    const until = performance.now() + state.delayMs();
    earlier = earlier.then(async () => {
      const left = until - performance.now();
      if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
      write(data);
    });
  };
  from.on("data", (data: Buffer) => {
    if (state.mode !== heldIn && state.mode !== "holdAll") return pass(data);
    state.held.push(() => pass(data));
    state.caught.resolve();
  });
}

function cut(state: State, wire: Wire): void {
  state.wires.delete(wire);
  wire.client.destroy();
  wire.upstream.destroy();
}

function cutAll(state: State): void {
  for (const wire of state.wires) cut(state, wire);
}

/** A folder as the host, percent-encoded, means PostgreSQL's socket in it. */
function connectTo({ hostname, port }: URL): Socket {
  const host = decodeURIComponent(hostname);
  return host.startsWith("/") ? connect(`${host}/.s.PGSQL.${port}`) : connect(Number(port), host);
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
