/** The logins of whoever sits here. They have no event: asked for whenever the page is opened. */
import { queryOptions } from "@tanstack/react-query";
import { call } from "../../api/http.ts";
import { ownKeys } from "../queries.ts";

interface CurrentLogin {
  readonly session: { readonly token: string };
  readonly user: { readonly twoFactorEnabled?: boolean | null };
}

/** A device on which one is logged in, as better-auth tells it. */
export interface Device {
  readonly id: string;
  readonly token: string;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  readonly createdAt: string;
}

export const currentLoginQuery = queryOptions({
  queryKey: [...ownKeys.devices, "current"],
  queryFn: () => call<CurrentLogin>("GET /api/auth/get-session"),
  staleTime: 0,
});

export const devicesQuery = queryOptions({
  queryKey: [...ownKeys.devices, "devices"],
  queryFn: () => call<Device[]>("GET /api/auth/list-sessions"),
  staleTime: 0,
});
