import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { ApiProblem } from "../api/http.ts";
import { meQuery } from "../api/queries.ts";
import { RealtimeProvider } from "../realtime/realtime.tsx";
import { Shell } from "./shell.tsx";

/** The screens behind the login. When the login ends somewhere else, so do they. */
export function SignedIn() {
  const { data: me, error } = useQuery(meQuery);
  const router = useRouter();
  const isOut = error instanceof ApiProblem && error.status === 401;
  // Once: while the login page is on its way, the address is that one's already.
  useEffect(() => {
    if (!isOut) return;
    const { href } = router.state.location;
    void router.navigate({ to: "/login", search: { next: href } });
  }, [isOut, router]);
  if (isOut || me === undefined) return null;
  return (
    <RealtimeProvider key={me.member.id} memberId={me.member.id}>
      <Shell />
    </RealtimeProvider>
  );
}
