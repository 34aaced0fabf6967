import { once } from "node:events";
import { WebSocket } from "ws";

/** Reads how much a running process really uses, by Node's inspector. */
export interface LiveHeap {
  /** Collects garbage, then gives the bytes that are still in use. */
  read(): Promise<number>;
  close(): void;
}

/** @param address what Node printed for `--inspect`: `ws://127.0.0.1:…` */
export async function openLiveHeap(address: string): Promise<LiveHeap> {
  const socket = new WebSocket(address);
  await once(socket, "open");
  const waiting = new Map<number, (result: unknown) => void>();
  let asked = 0;
  socket.on("message", (data) => {
    const { id, result } = JSON.parse(String(data)) as { id?: number; result?: unknown };
    if (id === undefined) return;
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  const ask = (method: string) =>
    new Promise((resolve) => {
      asked += 1;
      waiting.set(asked, resolve);
      socket.send(JSON.stringify({ id: asked, method }));
    });
  return {
    read: async () => {
      await ask("HeapProfiler.collectGarbage");
      const { usedSize } = Object(await ask("Runtime.getHeapUsage"));
      return Number(usedSize);
    },
    close: () => socket.close(),
  };
}
