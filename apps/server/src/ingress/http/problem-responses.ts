import { ERRORS } from "@punctual/contract";

/** The statuses that have a response of their own among the components. */
export const PROBLEM_STATUSES = [400, 401, 403, 404, 409, 422, 429, 503] as const;
export type ProblemStatus = (typeof PROBLEM_STATUSES)[number];

/** A reference to the shared response of each status. */
export function problemReferences(
  statuses: readonly ProblemStatus[],
): Record<string, { $ref: string }> {
  return Object.fromEntries(
    statuses.map((status) => [status, { $ref: `#/components/responses/Problem${status}` }]),
  );
}

/** One response for each status, with the codes that travel under it. */
export function problemResponses(): Record<string, unknown> {
  return Object.fromEntries(
    PROBLEM_STATUSES.map((status) => {
      const codes = Object.entries(ERRORS)
        .filter(([, error]) => error.status === status)
        .map(([code, { title }]) => `- \`${code}\`: ${title}`);
      const schema = { $ref: "#/components/schemas/Problem" };
      return [
        `Problem${status}`,
        {
          description: `A problem document. Codes with this status:\n\n${codes.join("\n")}`,
          content: { "application/problem+json": { schema } },
        },
      ];
    }),
  );
}
