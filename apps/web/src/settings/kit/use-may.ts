import type { BusinessAct } from "@punctual/contract";
import { useQuery } from "@tanstack/react-query";
import { meQuery } from "../../api/queries.ts";

/** Whether the member may do something in their business. What they may not is not offered. */
export function useMay(): (act: BusinessAct) => boolean {
  const { data: me } = useQuery(meQuery);
  return (act) => me?.may.includes(act) ?? false;
}
