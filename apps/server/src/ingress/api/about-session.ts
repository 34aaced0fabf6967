import { SessionDetail, SessionParams } from "@punctual/contract";
import { problems } from "./api.ts";

/** The schema of a route that answers with the session as it is afterwards. */
export function about(operationId: string, summary: string) {
  return {
    operationId,
    summary,
    tags: ["Sessions"],
    params: SessionParams,
    response: { 200: SessionDetail, default: problems },
  };
}
