import { useQuery } from "@tanstack/react-query";
import { Navigate, useLocation } from "@tanstack/react-router";
import { ApiProblem } from "../api/http.ts";
import { meQuery } from "../api/queries.ts";
import { RealtimeProvider } from "../realtime/realtime.tsx";
import { Shell } from "./shell.tsx";

/** The screens behind the login. When the login ends somewhere else, so do they. */
export function SignedIn() {
  const { data: me, error } = useQuery(meQuery);
  const { href } = useLocation();
  if (error instanceof ApiProblem && error.status === 401) {
    return <Navigate to="/login" search={{ next: href }} />;
  }
  if (me === undefined) return null;
  return (
    <RealtimeProvider key={me.member.id} memberId={me.member.id}>
      <Shell />
    </RealtimeProvider>
  );
}
