import type { CheckedLink, LinkKind } from "@punctual/contract";
import { useQuery } from "@tanstack/react-query";
import { call } from "../api/http.ts";

/** Whether a one-time link still works, and whom it is for. */
export function useLink(link: LinkKind, token: string) {
  return useQuery({
    queryKey: ["link", link, token],
    queryFn: () => call<CheckedLink>("POST /links/check", { body: { link, token } }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

/** Who has just chosen a password needn't type it again. */
export async function signIn(email: string, password: string): Promise<void> {
  await call("POST /api/auth/sign-in/email", { body: { email, password } });
}
