import type { Config } from "../config.ts";
import { timeoutSignal } from "../platform/clock.ts";

const TIMEOUT_MS = 2_000;

/** The port to listen on is taken; the message says by whom, where that can be found out. */
export class PortInUseError extends Error {
  readonly code = "EADDRINUSE";

  constructor(message: string) {
    super(message);
    this.name = "PortInUseError";
  }
}

/** A failed start, in words if its port was taken; any other error as it is. */
export async function explainPortInUse(
  error: unknown,
  { host, port }: Pick<Config, "host" | "port">,
): Promise<unknown> {
  if (Object(error).code !== "EADDRINUSE") return error;
  return new PortInUseError(
    (await isPunctual(host, port))
      ? `Port ${port} is in use by Punctual itself: a server already runs there. ` +
          "Stop that one, or set PORT to another port."
      : `Port ${port} is in use by another program. Stop that one, or set PORT to another port.`,
  );
}

async function isPunctual(host: string, port: number): Promise<boolean> {
  const url = `http://${reachable(host)}:${port}/healthz`;
  try {
    const response = await fetch(url, { signal: timeoutSignal(TIMEOUT_MS) });
    return Object(await response.json()).status === "ok";
  } catch {
    return false;
  }
}

/** Where a listener on this address answers from this machine. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
