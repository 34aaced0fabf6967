/** Who may do what is asked by permissions.test.ts, cell by cell of the page. Here is what no cell says. */
import { describe, expect, test } from "vitest";
import { allowedActsOnSession, type SessionAccess } from "./may.ts";

const AGENT = { id: "a", role: "agent" } as const;

/** What an agent may do to it, on a channel that they reach and on one that they don't. */
function mayAt(access: Omit<SessionAccess, "reached">) {
  return {
    near: allowedActsOnSession(AGENT, { ...access, reached: true }),
    far: allowedActsOnSession(AGENT, { ...access, reached: false }),
  };
}

describe("on a channel out of their reach, an agent", () => {
  test("does no more to what nobody holds than to what others hold", () => {
    const others = allowedActsOnSession(AGENT, { assigneeId: "b", supports: false, reached: true });
    expect(others).toEqual(["take", "writeNote"]);
    expect(mayAt({ assigneeId: null, supports: false }).far).toEqual(others);
  });

  test("does everything to what they hold", () => {
    const { near, far } = mayAt({ assigneeId: AGENT.id, supports: false });
    expect(far).toEqual(near);
  });

  test("helps where they were invited", () => {
    const { near, far } = mayAt({ assigneeId: "b", supports: true });
    expect(far).toEqual(near);
    expect(far).toContain("sendMessage");
  });
});
