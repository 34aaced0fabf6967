import { ApiProblem } from "../../api/http.ts";
import { ProblemAlert } from "../../ui/problem-alert.tsx";

/**
 * What the doors of the login refused. What they call a bad request is here a wrong password: the form
 * has checked the rest.
 */
export function Refusal(props: { readonly error: Error | null; readonly wrong: string }) {
  const { error, wrong } = props;
  if (error === null) return null;
  const isWrong = error instanceof ApiProblem && error.code === "validation_failed";
  return <ProblemAlert error={isWrong ? new Error(wrong) : error} />;
}
