import { type Journey, startJourney } from "./journey.ts";
import type { Agent } from "./journey-agent.ts";
import type { Customer } from "./journey-customer.ts";

/** Three agents online, a customer who has not written yet, and what waits for 5 minutes goes to the next. */
export interface ReassigningJourney {
  readonly journey: Journey<"bao" | "lan" | "minh">;
  readonly bao: Agent;
  readonly lan: Agent;
  readonly minh: Agent;
  readonly anna: Customer;
}

export async function startReassigning(): Promise<ReassigningJourney> {
  const journey = await startJourney({
    agents: ["bao", "lan", "minh"],
    settings: {
      reassign: { enabled: true, afterMinutes: 5, maxPerWait: 3 },
      reply: { enabled: true, limitMinutes: 60, warnMinutes: 5 },
    },
  });
  return { journey, ...journey.agents, anna: await journey.customer() };
}
