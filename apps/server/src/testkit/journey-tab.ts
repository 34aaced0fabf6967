import type { Database } from "../platform/database.ts";
import type { Agent } from "./journey-agent.ts";
import { waitUntil } from "./journey-until.ts";

/** Brings the tab with the agent's live socket to the front, or behind another window. */
export async function lookAtTab(db: Database, agent: Agent, visible: boolean): Promise<void> {
  agent.socket()?.ws.send(JSON.stringify({ type: "visible", visible }));
  const noted = async () => {
    const connections = "select 1 from member_connections where member_id = $1 and visible = $2";
    return (await db.query(connections, [agent.id, visible])).length > 0;
  };
  await waitUntil(noted, "what the tab said to be noted");
}

/** Settles when the agent's live socket brings, or has brought, such a notification; gives its payload. */
export async function hearNotification(
  agent: Agent,
  kind: string,
): Promise<Readonly<Record<string, unknown>>> {
  const socket = agent.socket();
  const heard = () =>
    socket?.events
      .filter(({ type }) => type === "notification.created")
      .map(({ payload }) => Object(payload) as Readonly<Record<string, unknown>>)
      .find((payload) => payload.kind === kind);
  await socket?.until(() => heard() !== undefined);
  return heard() ?? {};
}
