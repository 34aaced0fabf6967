import { IconInbox, IconLayoutDashboard, IconSettings } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { meQuery } from "../api/queries.ts";
import { useTexts } from "../i18n/texts.ts";
import classes from "./shell.module.css";
import { appTexts } from "./texts.ts";

/** Where one can go from everywhere. */
export function Places() {
  const t = useTexts(appTexts);
  const { data: me } = useQuery(meQuery);
  return (
    <div className={classes.places}>
      <Place to="/inbox" label={t("inbox")}>
        <IconInbox size={22} aria-hidden />
      </Place>
      {me !== undefined && me.member.role !== "agent" && (
        <Place to="/wall" label={t("wall")}>
          <IconLayoutDashboard size={22} aria-hidden />
        </Place>
      )}
      <Place to="/settings" label={t("settings")}>
        <IconSettings size={22} aria-hidden />
      </Place>
    </div>
  );
}

function Place(props: {
  readonly to: "/inbox" | "/wall" | "/settings";
  readonly label: string;
  readonly children: ReactNode;
}) {
  const { to, label, children } = props;
  return (
    <Link to={to} className={classes.place} aria-label={label} title={label}>
      {children}
    </Link>
  );
}
